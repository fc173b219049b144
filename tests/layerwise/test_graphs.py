"""Graphs have the edges they promise."""

import networkx
import numpy as np
import pytest

import layerwise as lw


def is_simple(adjacency):
    """An undirected graph without loops."""
    return (
        np.array_equal(adjacency, adjacency.T)
        and set(np.unique(adjacency)) <= {0, 1}
        and not np.diag(adjacency).any()
    )


@pytest.mark.parametrize("n", [0, 1, 7, 90])
def test_communities(n):
    adjacency, x, y = lw.data.communities(n, classes=3)
    assert (adjacency.shape, x.shape, y.shape) == ((n, n), (n, 3), (n,))
    assert (adjacency.dtype, x.dtype, y.dtype) == (np.float32, np.float32, np.int64)
    assert is_simple(adjacency)
    counts = np.bincount(y, minlength=3)
    assert counts.max() - counts.min() <= 1


def test_edges_of_communities_have_their_probabilities():
    adjacency, x, y = lw.data.communities(900, 3, inside=0.2, between=0.05, signal=2.0)
    same, pairs = y[:, None] == y, ~np.eye(900, dtype=bool)
    assert adjacency[same & pairs].mean() == pytest.approx(0.2, abs=0.005)
    assert adjacency[~same].mean() == pytest.approx(0.05, abs=0.002)
    means = np.array([x[y == label].mean(axis=0) for label in range(3)])
    np.testing.assert_allclose(means, 2 * np.eye(3), atol=0.2)
    assert x[y == 0].std(axis=0) == pytest.approx(1, abs=0.15)


def test_karate_club_is_the_one_of_networkx():
    adjacency, x, y = lw.data.karate_club()
    known = networkx.karate_club_graph()
    assert is_simple(adjacency)
    assert np.array_equal(adjacency, networkx.to_numpy_array(known, weight=None))
    assert y.tolist() == [int(club == "Officer") for _, club in known.nodes(data="club")]
    assert np.array_equal(x, np.eye(34))


@pytest.mark.parametrize(("least", "most"), [(6, 12), (4, 4), (5, 30)])
def test_molecules(least, most):
    adjacency, x, mask, y = lw.data.molecules(300, least, most)
    assert adjacency.shape == (300, most, most)
    assert x.shape == (300, most, 3)
    assert (adjacency.dtype, x.dtype, mask.dtype, y.dtype) == (np.float32, np.float32, bool, np.int64)
    assert y.sum() == 150
    assert set(mask.sum(axis=1)) <= set(range(least, most + 1))
    assert {least, most} <= set(mask.sum(axis=1))
    assert np.array_equal(x.sum(axis=2), mask)  # one kind each, and none where there is no atom
    for edges, kinds, counts, ring in zip(adjacency, x, mask, y, strict=True):
        assert is_simple(edges)
        graph = networkx.from_numpy_array(edges[np.ix_(counts, counts)])
        assert networkx.is_connected(graph)
        assert len(networkx.cycle_basis(graph)) == ring
        assert edges.sum() == edges[np.ix_(counts, counts)].sum()
        assert (edges.sum(axis=1) <= kinds @ [4, 3, 2]).all()


def test_molecules_tell_nothing_by_their_size_or_order():
    adjacency, x, mask, y = lw.data.molecules(2000)
    atoms = mask.sum(axis=1)
    assert abs(atoms[y == 0].mean() - atoms[y == 1].mean()) < 0.2
    first, second = adjacency[:, 0, 1], adjacency[:, 2, 5]  # as likely joined as any other two
    assert abs(first.mean() - second.mean()) < 0.05
    assert (x[mask].mean(axis=0) > 0.15).all()


@pytest.mark.parametrize("draw", [lw.data.communities, lw.data.molecules])
def test_the_seed_decides(draw):
    one, same, other = draw(20, seed=1), draw(20, seed=1), draw(20, seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one.adjacency, other.adjacency)
    assert np.array_equal(one.adjacency, draw(20, seed=np.random.default_rng(1)).adjacency)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lw.data.communities(-1), r"communities\(\): n must not be negative, got -1"),
        (lambda: lw.data.communities(5, classes=0), r"communities\(\): classes .* got 0"),
        (lambda: lw.data.communities(5, inside=1.1), r"communities\(\): inside .* got 1.1"),
        (lambda: lw.data.communities(5, between=-0.1), r"communities\(\): between .* got -0.1"),
        (lambda: lw.data.molecules(-1), r"molecules\(\): n must not be negative, got -1"),
        (lambda: lw.data.molecules(5, least=3), r"molecules\(\): must .* got least=3, most=12"),
        (lambda: lw.data.molecules(5, least=7, most=6), r"molecules\(\): must .* got least=7, most=6"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
