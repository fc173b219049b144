"""Loss surfaces, paths on them, slices through a model's loss."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.plot import landscape, style

NAN, INF = float("nan"), float("inf")


@pytest.fixture(autouse=True)
def _figures():
    matplotlib.use("agg")
    yield
    plt.close("all")


def bowl(p):
    return p[:, 0] ** 2 + 4 * p[:, 1] ** 2


def named(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def contours(ax):
    """Level by level, the points of the lines."""
    lines = ax.collections[1]
    return zip(lines.levels, [path.vertices for path in lines.get_paths()], strict=True)


def test_contours_are_where_the_function_has_their_level():
    asked = []

    def f(points):
        asked.append(points)
        return bowl(points)

    ax = lw.plot.loss_surface(f, bounds=((-2, 2), (-1, 1)), steps=81)
    (points,) = asked
    assert points.shape == (81**2, 2)
    assert (points.min(axis=0).tolist(), points.max(axis=0).tolist()) == ([-2, -1], [2, 1])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$w_1$", "$w_2$")
    levels = [level for level, line in contours(ax) if len(line)]
    np.testing.assert_allclose(levels, np.linspace(0, 8, 13)[1:-1])
    for level, line in contours(ax):
        np.testing.assert_allclose(bowl(line), level, atol=2e-3)
    written = {text.get_text() for text in ax.texts}
    assert written <= {f"{level:.2g}" for level in levels}
    assert len(written) >= 4


def test_logarithmic_contours():
    ax = lw.plot.loss_surface(lambda p: np.exp(3 * p[:, :1]), log=True, steps=50)
    levels = [level for level, _ in contours(ax)]
    np.testing.assert_allclose(np.diff(levels), np.diff(levels)[0])  # of the logarithm
    for level, line in contours(ax):
        np.testing.assert_allclose(3 * line[:, 0], level, atol=1e-12)
    assert {text.get_text() for text in ax.texts} <= {f"{np.exp(level):.2g}" for level in levels}


def test_paths_are_drawn_from_a_ring_to_a_star():
    paths = {"SGD": [(1.0, 1.0), (0.5, -0.5), (0.25, 0.25)], "Adam": lw.tensor([[1.0, 0.5], [0.0, 0.0]])}
    ax = lw.plot.loss_surface(bowl, paths)
    for name, path in paths.items():
        assert named(ax)[name].get_xydata().tolist() == [list(point) for point in path]
    ends = [
        (line.get_marker(), line.get_xydata().tolist()) for line in ax.lines if line not in named(ax).values()
    ]
    assert ends == [("o", [[1, 1]]), ("*", [[0.25, 0.25]]), ("o", [[1, 0.5]]), ("*", [[0, 0]])]
    np.testing.assert_allclose([*ax.get_xlim(), *ax.get_ylim()], [-0.2, 1.2, -0.8, 1.3])


def test_paths_differ_without_color():
    ax = lw.plot.loss_surface(bowl, {name: [(0.0, 1.0), (0.0, 0.0)] for name in "abcdefgh"})
    handles = ax.get_legend().legend_handles
    assert len(handles) == 8
    for a, b in itertools.combinations(handles, 2):
        assert (a.get_marker(), a._dash_pattern) != (b.get_marker(), b._dash_pattern)


def test_a_path_to_infinity_ends_with_a_cross():
    ax = lw.plot.loss_surface(bowl, {"fast": [(1.0, 1.0), (-2.0, 3.0), (INF, NAN), (0.0, 0.0)]})
    (line,) = named(ax).values()
    assert line.get_label() == "fast (not finite from step 2)"
    assert line.get_xydata().tolist() == [[1, 1], [-2, 3]]
    assert (ax.lines[-1].get_marker(), ax.lines[-1].get_xydata().tolist()) == ("x", [[-2, 3]])
    ax.figure.canvas.draw()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "f",
    [
        lambda p: np.full(len(p), 3.0),
        lambda p: np.full(len(p), NAN),
        lambda p: np.zeros(len(p)),
        lambda p: -bowl(p),
        lambda p: np.where(p[:, 0] > 0, INF, bowl(p)),
        lambda p: lw.tensor(p).sum(dim=1),
        lambda p: torch.tensor(p, dtype=torch.float32)[:, 0],
    ],
)
def test_flat_negative_and_infinite_landscapes(f, log):
    paths = {"none": [], "point": [(0.5, 0.5)], "nan": [(NAN, 1.0)]}
    ax = lw.plot.loss_surface(f, paths, log=log, steps=7)
    assert ax.patch.get_hatch()  # seen where there is no number
    ax.figure.canvas.draw()


def models():
    lw.manual_seed(0)
    torch.manual_seed(0)
    ours = lw.nn.Sequential(lw.nn.Linear(3, 4, dtype=lw.float64), lw.nn.Linear(4, 1, dtype=lw.float64))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1)).double()
    theirs.load_state_dict({name: torch.tensor(p.numpy()) for name, p in ours.state_dict().items()})
    x = np.arange(6.0).reshape(2, 3)
    yield ours, lambda: (ours(lw.tensor(x)) ** 2).mean()
    yield theirs, lambda: (theirs(torch.tensor(x)) ** 2).mean()


def test_a_slice_has_the_loss_at_every_point_and_leaves_the_model_alone():
    values = []
    for model, loss in models():
        before = [p.detach().numpy().copy() for p in model.parameters()]
        here = loss().item()
        part = lw.plot.Slice(model, loss, seed=1)
        points = np.array([[0.0, 0.0], [1.0, 0.0], [0.3, -0.7]])
        values.append(part(points))
        assert values[-1].shape == (3,)
        assert values[-1][0] == here
        assert loss().item() == here
        for p, start in zip(model.parameters(), before, strict=True):
            np.testing.assert_array_equal(p.detach().numpy(), start)
        for p, start, d1, d2 in zip(model.parameters(), before, *part.directions, strict=True):
            p.detach().numpy()[...] = start + 0.3 * d1 - 0.7 * d2
        np.testing.assert_allclose(values[-1][2], loss().item(), rtol=1e-14)
    np.testing.assert_allclose(*values, rtol=1e-12)
    assert len(set(values[0])) == 3


def test_the_model_is_put_back_after_an_error():
    model = lw.nn.Linear(2, 1)
    before = model.weight.detach().numpy().copy()

    def loss():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lw.plot.Slice(model, loss)(np.ones((1, 2)))
    np.testing.assert_array_equal(model.weight.detach().numpy(), before)


def test_random_directions_are_as_long_as_the_filters():
    model = lw.nn.Sequential(lw.nn.Conv2d(2, 5, 3), lw.nn.BatchNorm2d(5), lw.nn.Linear(4, 3))
    part = lw.plot.Slice(model, lambda: 0.0, seed=3)
    for direction in part.directions:
        for d, p in zip(direction, part.start, strict=True):
            assert d.dtype == p.dtype
            if p.ndim == 1:
                assert not d.any()
            else:
                lengths = np.linalg.norm(d.reshape(len(d), -1), axis=1)
                np.testing.assert_allclose(lengths, np.linalg.norm(p.reshape(len(p), -1), axis=1), rtol=1e-6)
    again = lw.plot.Slice(model, lambda: 0.0, seed=3)
    other = lw.plot.Slice(model, lambda: 0.0, seed=4)
    np.testing.assert_array_equal(part.directions[1][0], again.directions[1][0])
    assert (part.directions[0][0] != part.directions[1][0]).all()
    assert (part.directions[0][0] != other.directions[0][0]).all()


def test_given_directions_and_projection():
    model, loss = next(models())
    start = [p.detach().numpy().copy() for p in model.parameters()]
    rng = np.random.default_rng(0)
    directions = [[rng.standard_normal(p.shape) for p in start] for _ in range(2)]
    part = lw.plot.Slice(model, loss, directions)
    here = [lw.tensor(p + 2 * d1 - 3 * d2) for p, d1, d2 in zip(start, *directions, strict=True)]
    np.testing.assert_allclose(part.project(here), [2, -3])
    np.testing.assert_allclose(part.project(model.parameters()), [0, 0], atol=1e-15)
    ax = lw.plot.loss_surface(part, {"SGD": [part.project(here), (0.0, 0.0)]}, steps=5)
    assert (ax.get_xlabel(), ax.get_ylabel()) == (r"$\alpha$", r"$\beta$")
    assert named(ax)["SGD"].get_xydata()[0].tolist() == pytest.approx([2, -3])


def test_paths_can_be_seen_on_the_contours():
    light = np.array([landscape._pale()(shade)[:3] for shade in np.linspace(0, 1, 11)])
    assert light.min() > 0.7
    assert len({*style.COLORS, *style.MARKERS}) == len(style.COLORS) + len(style.MARKERS)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: lw.plot.loss_surface(lambda p: p),
            r"f must return a value .* 10000 points, got \(10000, 2\)",
        ),
        (lambda: lw.plot.loss_surface(bowl, {"SGD": np.ones((2, 3))}), r"path 'SGD' must .* got \(2, 3\)"),
        (
            lambda: lw.plot.Slice(lw.nn.Linear(2, 1), lambda: 0, [[np.ones(2)]] * 2),
            r"shapes \[\(1, 2\), \(1,\)\], got",
        ),
        (
            lambda: lw.plot.Slice(lw.nn.Linear(2, 1), lambda: 0, [[np.ones((1, 2)), np.ones(1)]]),
            "must be two",
        ),
    ],
)
def test_errors(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert not plt.get_fignums()
