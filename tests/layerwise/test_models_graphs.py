"""Graph neural networks: GCN, GAT and GIN, for nodes and for graphs."""

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.models import twins

from .model_parity import LIBRARIES, check_training, overfit, pair

F = lw.nn.functional
KINDS = {
    "gcn": {"kind": "gcn"},
    "gat": {"kind": "gat"},
    "gat with heads": {"kind": "gat", "heads": 2},
    "gin": {"kind": "gin"},
}


def gnn(**options):
    return lambda m: m.GNN(3, [4, 6], 2, **options)


def graphs(*shape, seed=0, share=0.4):
    """Symmetric adjacency matrices (*shape, shape[-1]) of random graphs without self loops."""
    edges = np.random.default_rng(seed).random((*shape, shape[-1])) < share
    edges = np.triu(edges, 1)
    return (edges | edges.swapaxes(-2, -1)).astype(float)


def features(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal((*shape, 3))


def call_with(A, mask=None):
    """The adjacency matrix and the mask are data: they get no gradients."""

    def call(model, x):
        L = lw if isinstance(x, lw.Tensor) else torch
        masks = [] if mask is None else [L.tensor(mask)]
        return model(x, L.tensor(A).type_as(x), *masks)

    return call


@pytest.mark.parametrize("readout", [None, "mean"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_twins_train_alike(kind, readout):
    make = gnn(**KINDS[kind], readout=readout)
    check_training(make, features(5), call=call_with(graphs(5)))  # one graph
    check_training(make, features(4, 5), call=call_with(graphs(4, 5)))  # several
    if readout:
        mask = np.arange(5) < np.array([[5], [3], [1], [4]])
        check_training(make, features(4, 5), call=call_with(graphs(4, 5), mask))


@pytest.mark.parametrize("kind", ["gcn", "gin"])
def test_weighted_edges_get_gradients(kind):
    check_training(gnn(kind=kind), features(5), 0.1 + graphs(5), call=lambda model, x, A: model(x, A))


def test_the_twins_agree_without_their_dropout():
    make = gnn(dropout=0.5)
    check_training(make, features(5), call=call_with(graphs(5)), train=False)
    model, x, A = make(lw.models), lw.tensor(features(5)), lw.tensor(graphs(5))
    model.double()
    assert not lw.equal(model(x, A), model(x, A))


@pytest.mark.parametrize("kind", KINDS)
def test_the_names_of_nodes_do_not_matter(kind):
    """Nodes in another order: scores of nodes in this order, scores of graphs the same."""
    x, A, order = features(6), graphs(6), np.random.default_rng(2).permutation(6)
    for readout in (None, "mean"):
        models = pair(gnn(**KINDS[kind], readout=readout))
        for L in LIBRARIES:
            y = models[L](L.tensor(x), L.tensor(A)).detach().numpy()
            z = models[L](L.tensor(x[order]), L.tensor(A[order][:, order])).detach().numpy()
            np.testing.assert_allclose(z, y if readout else y[order], atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_news_travel_an_edge_a_layer(kind):
    """On a path, after two layers, a node has heard of those two edges away and of no others."""
    lw.manual_seed(0)
    path = np.diag(np.ones(5), 1) + np.diag(np.ones(5), -1)  # 0 - 1 - 2 - 3 - 4 - 5
    model = lw.models.GNN(3, [8], 2, **KINDS[kind]).double()
    x = features(6)
    other = x.copy()
    other[0] += 1
    y, z = (model(lw.tensor(t), lw.tensor(path)).detach().numpy() for t in (x, other))
    changed = np.abs(y - z).max(-1) > 1e-9
    assert changed.tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize("kind", KINDS)
def test_nodes_that_only_fill_up_change_nothing(kind):
    lw.manual_seed(0)
    model = gnn(**KINDS[kind], readout="mean")(lw.models).double()
    x, A = features(4), graphs(4, share=0.7)
    y = model(lw.tensor(x), lw.tensor(A)).detach().numpy()
    filled, mask = np.pad(x, ((0, 3), (0, 0)), constant_values=9.0), np.arange(7) < 4
    z = model(lw.tensor(filled), lw.tensor(np.pad(A, ((0, 3), (0, 3)))), lw.tensor(mask)).detach().numpy()
    np.testing.assert_allclose(z, y, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_is_its_graphs(kind):
    lw.manual_seed(0)
    model = gnn(**KINDS[kind])(lw.models).double()
    x, A = features(3, 5), graphs(3, 5)
    y = model(lw.tensor(x), lw.tensor(A)).detach().numpy()
    for i in range(3):
        np.testing.assert_allclose(y[i], model(lw.tensor(x[i]), lw.tensor(A[i])).detach(), atol=1e-14)


def test_graph_convolution_is_its_formula():
    lw.manual_seed(0)
    layer = lw.models.GraphConvolution(3, 2).double()
    layer.bias.data[...] = [1, -1]
    x, A = features(6), graphs(6)
    with_loops = A + np.eye(6)
    D = np.diag(with_loops.sum(1) ** -0.5)
    expected = D @ with_loops @ D @ x @ layer.linear.weight.data.T + layer.bias.data
    np.testing.assert_allclose(layer(lw.tensor(x), lw.tensor(A)).detach(), expected, atol=1e-14)
    assert np.linalg.eigvalsh(D @ with_loops @ D).max() == pytest.approx(1)


def test_graph_attention_is_its_formula():
    lw.manual_seed(0)
    layer = lw.models.GraphAttention(3, 4, heads=2).double()
    x, A = features(5), graphs(5)
    expected = np.zeros((5, 4))
    for head in range(2):
        W = layer.linear.weight.data[2 * head : 2 * head + 2]
        a, b = layer.listener.data[head, :, 0], layer.speaker.data[head, :, 0]
        for i in range(5):
            heard = [j for j in range(5) if A[i, j] or i == j]
            e = np.array([a @ W @ x[i] + b @ W @ x[j] for j in heard])
            e = np.exp(np.where(e > 0, e, 0.2 * e))
            expected[i, 2 * head : 2 * head + 2] = e / e.sum() @ (x[heard] @ W.T)
    np.testing.assert_allclose(layer(lw.tensor(x), lw.tensor(A)).detach(), expected, atol=1e-14)


def test_a_sum_tells_what_a_mean_does_not():
    """A ring and a complete graph, all nodes alike: only a sum counts the neighbors."""

    def ring_or_complete(n, complete):
        A = np.ones((n, n)) - np.eye(n) if complete else np.roll(np.eye(n), 1, 0) + np.roll(np.eye(n), -1, 0)
        return lw.tensor(A)

    for kind, alike in (("gcn", True), ("gat", True), ("gin", False)):
        lw.manual_seed(0)
        model = lw.models.GNN(3, [16, 16], 2, kind=kind, readout="mean").double()
        x = lw.ones(6, 3).double()
        ring, complete = (model(x, ring_or_complete(6, c)).detach() for c in (False, True))
        assert lw.allclose(ring, complete, atol=1e-12) == alike


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_graphs_are_learned_by_heart(kind):
    lw.manual_seed(0)
    x, A = lw.tensor(features(6, 5)).float(), lw.tensor(graphs(6, 5)).float()
    y = lw.tensor(np.arange(6) % 2)
    model = lw.models.GNN(3, [16, 16], 2, readout="mean", **KINDS[kind])
    assert overfit(model, lambda model: F.cross_entropy(model(x, A), y), steps=150, lr=2e-2) < 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_the_nodes_of_a_graph_are_learned_by_heart(kind):
    lw.manual_seed(0)
    x, A = lw.tensor(features(8)).float(), lw.tensor(graphs(8, share=0.2)).float()
    y = lw.tensor(np.arange(8) % 2)
    model = lw.models.GNN(3, [16], 2, **KINDS[kind])
    assert overfit(model, lambda model: F.cross_entropy(model(x, A), y), steps=200, lr=2e-2) < 0.1


def test_known_numbers_of_parameters():
    """On the citation graph Cora: 1433 features, 7 classes."""
    gcn = lw.models.GNN(1433, [16], 7)
    assert lw.nn.utils.count_parameters(gcn) == 23_063
    gat = lw.models.GNN(1433, [64], 7, kind="gat", heads=8)
    assert lw.nn.utils.count_parameters(gat) == 92_373


@pytest.mark.parametrize("kind", KINDS)
def test_graphs_without_edges_and_of_one_node(kind):
    model = gnn(**KINDS[kind])(lw.models)
    assert lw.isfinite(model(lw.ones(4, 3), lw.zeros(4, 4))).all()
    assert model(lw.ones(1, 3), lw.zeros(1, 1)).shape == (1, 2)
    assert model(lw.ones(0, 5, 3), lw.zeros(0, 5, 5)).shape == (0, 5, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "sage"}, r"GNN\(\): kind must be one of .* got 'sage'"),
        ({"readout": "max"}, r"GNN\(\): readout must be one of .* got 'max'"),
        (
            {"kind": "gat", "heads": 5},
            r"GraphAttention\(\): out_features must be a multiple of heads, 5, got 4",
        ),
        ({"heads": 2}, r"GNN\(\): heads are for kind 'gat', got 2 for 'gcn'"),
    ],
)
def test_wrong_arguments_are_named(options, message):
    for models in (lw.models, twins):
        with pytest.raises(ValueError, match=message):
            gnn(**options)(models)
    with pytest.raises(ValueError, match=r"GNN\(\): a readout needs at least one hidden layer, got \[\]"):
        lw.models.GNN(3, [], 2, readout="mean")


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((5, 4), (5, 5)), r"GNN: x has shape \(5, 4\), expected \(..., nodes, 3\)"),
        (((5, 3), (5, 4)), r"GNN: adjacency has shape \(5, 4\), expected \(5, 5\)"),
        (((2, 5, 3), (5, 5)), r"GNN: adjacency has shape \(5, 5\), expected \(2, 5, 5\)"),
        (((2, 5, 3), (2, 5, 5), (5,)), r"GNN: mask has shape \(5,\), expected \(2, 5\)"),
    ],
)
def test_wrong_inputs_are_named(shapes, message):
    for models, L in ((lw.models, lw), (twins, torch)):
        with pytest.raises(RuntimeError, match=message):
            gnn(readout="mean")(models)(*[L.zeros(*shape) for shape in shapes])
