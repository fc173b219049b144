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
from layerwise.plot import decision, style


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
    assert contrast(style.BLUE, style.PALE_BLUE) >= 3
    for color in style.COLORS:
        assert contrast(color, style.WHITE) >= 3.4


def test_forty_lines_differ_without_color():
    looks = {(look["linestyle"], look["marker"]) for look in map(style.line, range(40))}
    assert len(looks) == 40
    assert not any(marker in "xX" for _, marker in looks)  # crosses mean something else


def test_numbers_can_be_read_on_every_shade():
    for shades in (style.sequential(), style.diverging()):
        for shade in shades(np.linspace(0, 1, 101)):
            assert contrast(shade[:3], style.ink_on(shade)) >= 4.5


def test_a_gray_copy_keeps_the_order_of_all_shades():
    for shades, sign in ((style.sequential(), -1), (style.diverging(), 1)):
        gray = shades(np.linspace(0, 1, 101))[:, :3] @ [0.299, 0.587, 0.114]
        assert (sign * np.diff(gray) > 0).all()
    red, green, blue = style.diverging()(0.5)[:3]
    assert abs(red - green) < 0.01
    assert abs(green - blue) < 0.01


def test_scales():
    assert style.shades(np.array([1.0, 4.0]))["norm"](np.array([0, 4])).tolist() == [0, 1]
    assert style.shades(np.array([-1.0, 4.0, np.inf]))["norm"](np.array([-4, 0, 4])).tolist() == [0, 0.5, 1]
    assert style.shades(np.array([0.0, 1.0, 100.0]), log=True)["norm"](10.0) == 0.5
    for nothing in (np.zeros(0), np.zeros(3), np.full(2, np.nan)):
        for log in (False, True):
            norm = style.shades(nothing, log)["norm"]
            assert norm.vmin < norm.vmax


def test_several_classes_have_regions_and_marks():
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.2, 1.0]])
    centers = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    ax = lw.plot.decision_boundary(
        lambda p: -((p[:, np.newaxis] - centers) ** 2).sum(axis=2), x, [0, 1, 2, 2], bounds=((-2, 2), (-2, 2))
    )
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1", "class 2"]
    assert [len(marks.get_offsets()) for marks in ax.collections[-3:]] == [1, 1, 2]
    assert len({len(marks.get_paths()[0].vertices) for marks in ax.collections[-3:]}) == 3
    hatches = [
        area.hatches for area in ax.collections[:-3] if getattr(area, "hatches", [None])[0] is not None
    ]
    assert len({tuple(hatch) for hatch in hatches}) == len(hatches) == 3
    ax.get_legend().remove()
    for marks in ax.collections[-3:]:
        marks.remove()
    picture = image(ax)  # 300 pixels from -2 to 2
    for place, color in (((200, 50), 0), ((200, 250), 1), ((40, 150), 2)):
        around = picture[place[0] - 15 : place[0] + 15, place[1] - 15 : place[1] + 15]
        pale = 0.8 + 0.2 * np.array(to_rgb(style.COLORS[color]))
        np.testing.assert_allclose(np.median(around, axis=(0, 1)), pale, atol=0.02)
    between = np.flatnonzero(picture[280].sum(axis=1) < 0.7)  # the line from class 0 to 1, below
    assert abs(between - 150).max() <= 3


def test_a_class_that_never_wins_is_no_problem():
    ax = lw.plot.decision_boundary(lambda p: np.stack([p[:, 0] * 0, p[:, 0] * 0 - 1], axis=1))
    ax.figure.canvas.draw()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "4d"}, "kind must be '2d' or '3d', got '4d'"),
        ({"f": lambda points: points.T}, r"a score for each of 40000 points, got shape \(2, 40000\)"),
        ({"f": lambda points: points, "kind": "3d"}, r"one score for each point, got shape \(40000, 2\)"),
        ({"f": lambda points: np.ones((len(points), 9))}, "at most 8 classes apart, got 9"),
        ({"x": np.zeros((3, 3)), "y": np.zeros(3)}, r"x must have shape \(n, 2\)"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(2)}, r"\(3, 2\) and \(2,\)"),
        ({"x": np.zeros((3, 2))}, r"\(3, 2\) and \(\)"),
        ({"x": np.zeros((2, 2)), "y": [1, -1]}, "y must contain whole numbers from 0 to 7, got -1"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        lw.plot.decision_boundary(**({"f": step} | arguments))


def test_axes_must_fit_the_kind():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="projection='rectilinear'"):
        lw.plot.decision_boundary(step, ax=ax, kind="3d")


class Perceptrons(torch.nn.Sequential):
    def __init__(self):
        super().__init__(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))


ON_AXES = {  # every function that draws on one pair of axes
    "decision_boundary": (step,),
    "points": lw.data.xor(),
    "learning_curves": ({"train loss": [2.0, 1.0]},),
    "layers": ({"0": [2.0, 1.0], "1": [1.0, 1.0]},),
    "distributions": ({"0": [2.0, 1.0], "1": []},),
    "loss_surface": (lambda p: (p**2).sum(axis=1), {"SGD": [(0.0, 1.0), (0.5, 0.5)]}),
    "confusion_matrix": ([0, 1, 1], [0, 1, 0]),
    "architecture": (Perceptrons(), torch.zeros(1, 2)),
}
ON_GRIDS = {
    "images": (np.ones((3, 4, 4)),),
    "filters": (np.ones((3, 1, 4, 4)),),
    "feature_maps": (np.ones((3, 4, 4)),),
    "attention": (np.ones((3, 4, 4)),),
}


def test_all_are_listed_here():
    public = {name for name, value in vars(lw.plot).items() if hasattr(value, "__code__")}
    assert public == set(ON_AXES) | set(ON_GRIDS)


@pytest.mark.parametrize("name", ON_AXES)
def test_given_axes_are_drawn_on_and_settings_are_left_alone(name):
    settings = dict(matplotlib.rcParams)
    _, axes = plt.subplots(1, 2)
    assert getattr(lw.plot, name)(*ON_AXES[name], ax=axes[1]) is axes[1]
    assert plt.get_fignums() == [1]
    assert axes[1].get_children() != axes[0].get_children()
    assert not axes[0].has_data()
    new = getattr(lw.plot, name)(*ON_AXES[name])
    assert plt.get_fignums() == [1, 2]
    assert new.figure.get_size_inches()[0] <= style.WIDTH
    assert dict(matplotlib.rcParams) == settings


@pytest.mark.parametrize("name", ON_GRIDS)
def test_given_grids_are_drawn_on_and_settings_are_left_alone(name):
    settings = dict(matplotlib.rcParams)
    _, axes = plt.subplots(2, 2)
    assert getattr(lw.plot, name)(*ON_GRIDS[name], axes=axes) is axes
    assert plt.get_fignums() == [1]
    assert [len(ax.images) for ax in axes.flat] == [1, 1, 1, 0]
    assert not axes[1, 1].axison
    new = getattr(lw.plot, name)(*ON_GRIDS[name])
    assert new.shape == (1, 3)
    assert plt.get_fignums() == [1, 2]
    assert dict(matplotlib.rcParams) == settings
    with pytest.raises(ValueError, match="as many as there are pictures, 3, got 2"):
        getattr(lw.plot, name)(*ON_GRIDS[name], axes=axes[0])


@pytest.mark.parametrize("name", [*ON_AXES, *ON_GRIDS])
def test_text_is_large_enough(name):
    axes = getattr(lw.plot, name)(*(ON_AXES | ON_GRIDS)[name])
    figure = np.ravel(np.asarray(axes, dtype=object))[0].figure
    figure.canvas.draw()
    texts = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
    assert min((text.get_fontsize() for text in texts), default=9) >= 9
