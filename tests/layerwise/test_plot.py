"""What the pictures contain; how they look is looked at."""

import io
from unittest.mock import patch

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from mpl_toolkits.mplot3d import Axes3D

import layerwise as lw
from layerwise.plot import decision


@pytest.fixture(autouse=True)
def _figures():
    matplotlib.use("agg")
    yield
    plt.close("all")


def step(points):
    return points[:, 0] > 0.25


def image(ax):
    """The picture as numbers, without its axes."""
    ax.set_axis_off()
    ax.figure.set_size_inches(3, 3)
    ax.set_position([0, 0, 1, 1])
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, dpi=100, format="raw")
    return np.frombuffer(buffer.getvalue(), np.uint8).reshape(300, 300, 4)[..., :3] / 255


def test_map_is_blue_and_plain_below_one_half_orange_and_hatched_above():
    picture = image(lw.plot.decision_boundary(step))
    left, right = picture[20:280, 20:160], picture[20:280, 210:280]  # the boundary is at 187
    np.testing.assert_allclose(np.median(left, axis=(0, 1)), to_rgb(decision.PALE_BLUE), atol=0.03)
    np.testing.assert_allclose(np.median(right, axis=(0, 1)), to_rgb(decision.PALE_ORANGE), atol=0.03)
    assert left.std(axis=(0, 1)).max() < 0.01
    assert right.std(axis=(0, 1)).max() > 0.05
    darkest = picture[150].sum(axis=1).argmin()
    assert abs(darkest - 187.5) <= 3


def test_examples_differ_by_mark_and_color():
    x, y = lw.data.xor()
    ax = lw.plot.decision_boundary(step, x, y, bounds=((-0.5, 1.5), (-0.5, 1.5)))
    circles, triangles = ax.collections[-2:]
    assert circles.get_offsets().tolist() == [[0, 0], [1, 1]]
    assert triangles.get_offsets().tolist() == [[0, 1], [1, 0]]
    assert len(circles.get_paths()[0].vertices) != len(triangles.get_paths()[0].vertices)
    assert not np.array_equal(circles.get_facecolor(), triangles.get_facecolor())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]
    assert ax.get_xlim() == (-0.5, 1.5)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")


def test_without_bounds_the_examples_fill_the_picture():
    x = np.array([[3.0, 5.0], [4.0, 5.0], [7.0, 5.0]])  # all at the same height
    ax = lw.plot.decision_boundary(lambda p: p[:, 0] > 4, x, [0, 0, 1])
    np.testing.assert_allclose([*ax.get_xlim(), *ax.get_ylim()], [2.6, 7.4, 4.0, 6.0])
    assert lw.plot.decision_boundary(step, np.zeros((0, 2)), []).get_xlim() == (-1, 1)


def test_points_on_axes_of_their_own():
    x, y = lw.data.xor()
    circles, triangles = lw.plot.points(x, y).collections
    assert circles.get_offsets().tolist() == [[0, 0], [1, 1]]
    assert triangles.get_offsets().tolist() == [[0, 1], [1, 0]]


def test_surface_has_the_scores_as_height():
    x, y = lw.data.xor()
    with (
        patch.object(Axes3D, "plot_surface", autospec=True) as surface,
        patch.object(Axes3D, "scatter", autospec=True, side_effect=Axes3D.scatter) as scatter,
    ):
        ax = lw.plot.decision_boundary(lambda p: p[:, 0] + 2 * p[:, 1], x, y, kind="3d", steps=5)
    assert ax.name == "3d"
    assert ax.get_zlabel() == "$f(x)$"
    x1, x2, height = surface.call_args.args[1:4]
    np.testing.assert_allclose(height, x1 + 2 * x2, atol=1e-12)
    assert height.shape == (5, 5)
    assert [call.args[3] for call in scatter.call_args_list] == [0, 1]  # the examples lie at their class
    assert scatter.call_args.args[1].tolist() == [0, 1]


def test_it_asks_f_about_the_whole_grid_and_draws_on_the_given_axes():
    asked = []

    def f(points):
        asked.append(points)
        return points[:, :1]  # (m, 1) is as good as (m,)

    _, ax = plt.subplots()
    assert lw.plot.decision_boundary(f, ax=ax, bounds=((-2, 2), (0, 1)), steps=7) is ax
    (points,) = asked
    assert points.shape == (49, 2)
    assert points.min(axis=0).tolist() == [-2, 0]
    assert points.max(axis=0).tolist() == [2, 1]
    assert len({tuple(point) for point in points}) == 49


def test_models_of_either_library():
    perceptron = lw.models.Perceptron(2)
    perceptron.fit(*lw.data.gaussians(20))
    linear = torch.nn.Linear(2, 1, dtype=torch.float64)
    layer = lw.nn.Linear(2, 1, dtype=lw.float64)
    for f in (perceptron, lambda p: linear(torch.tensor(p)), lambda p: layer(lw.tensor(p)).sigmoid()):
        for kind in ("2d", "3d"):
            assert lw.plot.decision_boundary(f, kind=kind, steps=10).collections


# Matplotlib projects a surface with a product of finite matrices of order one, in which NumPy rarely
# (twice in some twenty runs of all tests) reports an overflow. Nothing overflows there.
@pytest.mark.filterwarnings(
    "error::UserWarning", "error::RuntimeWarning", "ignore:overflow encountered in dot:RuntimeWarning"
)
@pytest.mark.parametrize("kind", ["2d", "3d"])
@pytest.mark.parametrize("score", [0.0, 0.5, 1.0, -40.0, 1e3])
def test_the_same_score_everywhere_is_no_problem(score, kind):
    ax = lw.plot.decision_boundary(lambda points: np.full(len(points), score), kind=kind)
    ax.figure.canvas.draw()


def contrast(a, b):
    """The contrast ratio of the web's accessibility guidelines."""

    def luminance(color):
        c = np.array(to_rgb(color))
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_marks_and_lines_stand_out():
    for background in (decision.PALE_BLUE, decision.WHITE, decision.PALE_ORANGE):
        assert contrast(decision.INK, background) >= 7
    assert contrast(decision.BLUE, decision.WHITE) >= 3
    assert contrast(decision.ORANGE, decision.WHITE) >= 3
    assert contrast(decision.BLUE, decision.PALE_BLUE) >= 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "4d"}, "kind must be '2d' or '3d', got '4d'"),
        ({"f": lambda points: points}, r"a score for each of 40000 points, got shape \(40000, 2\)"),
        ({"x": np.zeros((3, 3)), "y": np.zeros(3)}, r"x must have shape \(n, 2\)"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(2)}, r"\(3, 2\) and \(2,\)"),
        ({"x": np.zeros((3, 2))}, r"\(3, 2\) and \(\)"),
        ({"x": np.zeros((2, 2)), "y": [1, -1]}, "y must contain only 0 and 1, got -1"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        lw.plot.decision_boundary(**({"f": step} | arguments))


def test_axes_must_fit_the_kind():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="projection='rectilinear'"):
        lw.plot.decision_boundary(step, ax=ax, kind="3d")
