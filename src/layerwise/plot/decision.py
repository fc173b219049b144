"""What a classifier says at every point of the plane."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import to_array
from .style import COLORS, INK, MARKERS, ORANGE, PALE_BLUE, PALE_ORANGE, WHITE

Bounds = tuple[tuple[float, float], tuple[float, float]]

HATCHES = ("", "//", "..", "\\\\", "--", "++", "xx", "oo")  # of several classes' regions


def decision_boundary(
    f: Callable[[Any], Any],
    x: Any = None,
    y: Any = None,
    *,
    ax: Any = None,
    kind: str = "2d",
    bounds: Bounds | None = None,
    steps: int = 200,
) -> Any:
    """Draw the scores of a classifier of the plane: blue where they are low, orange and hatched above 1/2.

    f: takes points (m, 2), an array, and returns their scores (m,) or (m, 1), an array or a tensor, of this
        library or of torch. Class 1 is where the score exceeds 1/2; for a model whose boundary is at 0 pass
        `lambda points: model(points) > 0`. Or a score for each class, (m, classes): the largest decides, and
        each class has a color and a hatching.
    x, y: examples to draw on top, x (n, 2) and their classes y (n,) from 0.
    ax: the Matplotlib axes to draw on; for kind="3d", axes with projection="3d". New ones if left out.
    kind: "2d" for a map, "3d" for the scores as a surface over the plane.
    bounds: ((left, right), (bottom, top)), the part of the plane to draw. If left out, the part that holds
        the examples, with a margin, or the square from -1 to 1 where there are none.
    steps: the points of the grid in each direction.

    Returns the axes.

    >>> import layerwise as lw
    >>> ax = lw.plot.decision_boundary(lambda points: points[:, 0] > points[:, 1])
    >>> ax.get_xlabel()
    '$x_1$'
    """
    import matplotlib.pyplot as plt

    if kind not in ("2d", "3d"):
        raise ValueError(f"kind must be '2d' or '3d', got {kind!r}")
    if ax is None:
        ax = plt.figure(figsize=(5, 5)).add_subplot(projection="3d" if kind == "3d" else None)
    if (ax.name == "3d") != (kind == "3d"):
        raise ValueError(f"kind is {kind!r}, but ax was made with projection={ax.name!r}")

    (left, right), (bottom, top) = bounds or _around(x)
    x1, x2 = np.meshgrid(np.linspace(left, right, steps), np.linspace(bottom, top, steps))  # (steps, steps)
    grid = np.stack([x1.ravel(), x2.ravel()], axis=1)  # (steps², 2)
    scores = to_array(f(grid)).astype(float)
    if scores.shape[:1] != (len(grid),) or scores.ndim > 2 or scores.size == 0:
        raise ValueError(f"f must return a score for each of {len(grid)} points, got shape {scores.shape}")
    if scores.size == len(grid):
        draw = _surface if kind == "3d" else _map
        draw(ax, x1, x2, scores.reshape(x1.shape))
    elif kind == "3d":
        raise ValueError(f"kind='3d' draws one score for each point, got shape {scores.shape}")
    else:
        _regions(ax, x1, x2, scores.reshape(*x1.shape, -1))
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(left, right), ylim=(bottom, top))
    if x is not None or y is not None:
        points(x, y, ax=ax)
    return ax


def points(x: Any, y: Any, *, ax: Any = None) -> Any:
    """Draw examples in the plane: circles for class 0, triangles for class 1, and so on, up to eight classes.

    x, y: the examples, x (n, 2), and their classes, y (n,) of whole numbers from 0.
    ax: the Matplotlib axes to draw on; on 3D axes an example stands at the height of its class.

    Returns the axes.

    >>> import layerwise as lw
    >>> ax = lw.plot.points(*lw.data.xor())
    >>> ax.get_legend_handles_labels()[1]
    ['class 0', 'class 1']
    """
    import matplotlib.pyplot as plt

    x, y = to_array(x), to_array(y)
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != x.shape[:1]:
        raise ValueError(f"x must have shape (n, 2) and y (n,), got {x.shape} and {y.shape}")
    most = len(MARKERS)
    if not np.isin(y, range(most)).all():
        wrong = y[~np.isin(y, range(most))][0]
        raise ValueError(f"y must contain whole numbers from 0 to {most - 1}, got {wrong}")
    if ax is None:
        ax = plt.figure(figsize=(5, 5)).add_subplot()
    for label in range(max(2, int(y.max(initial=0)) + 1)):
        mark = {"label": f"class {label}", "marker": MARKERS[label], "color": COLORS[label % len(COLORS)]}
        mark["edgecolor"] = INK
        place = x[y == label].T  # (2, points of this class)
        if ax.name == "3d":
            ax.scatter(*place, label, depthshade=False, **mark)
        else:
            ax.scatter(*place, **mark)
    ax.legend(loc="best")  # the default too, but then Matplotlib warns when the search takes long
    return ax


def _around(x: Any) -> Bounds:
    """The rectangle that holds the examples, and a tenth of its size beyond them on each side."""
    x = np.zeros((0, 2)) if x is None else to_array(x)
    if x.ndim != 2 or x.shape[1] != 2 or len(x) == 0:
        return (-1, 1), (-1, 1)
    low, high = x.min(axis=0), x.max(axis=0)  # (2,)
    edge = np.where(high > low, 0.1 * (high - low), 1.0)  # (2,): all points may lie on one line
    (left, bottom), (right, top) = low - edge, high + edge
    return (left, right), (bottom, top)


def _map(ax: Any, x1: Array, x2: Array, scores: Array) -> None:
    shades = _shades(scores)
    ax.contourf(x1, x2, scores, levels=np.linspace(shades["vmin"], shades["vmax"], 21), **shades)
    if scores.max() > 0.5:
        hatched = ax.contourf(x1, x2, scores, levels=[0.5, np.inf], colors="none", hatches=["/"])
        hatched.set(edgecolor=ORANGE, linewidth=0)
        if scores.min() < 0.5:
            ax.contour(x1, x2, scores, levels=[0.5], colors=INK)


def _regions(ax: Any, x1: Array, x2: Array, scores: Array) -> None:
    """Where each class has the largest score. scores: (steps, steps, classes)"""
    if scores.shape[2] > len(HATCHES):
        raise ValueError(f"f may tell at most {len(HATCHES)} classes apart, got {scores.shape[2]} scores")
    for label in range(scores.shape[2]):
        lead = scores[..., label] - np.delete(scores, label, axis=2).max(axis=2)  # over the best other
        if lead.max() <= 0:
            continue
        color = COLORS[label % len(COLORS)]
        area = ax.contourf(x1, x2, lead, levels=[0, np.inf], colors=[color], alpha=0.2)
        area.set_zorder(0)
        hatched = ax.contourf(x1, x2, lead, levels=[0, np.inf], colors="none", hatches=[HATCHES[label]])
        hatched.set(edgecolor=color, linewidth=0)
        if lead.min() < 0:
            ax.contour(x1, x2, lead, levels=[0], colors=INK)


def _surface(ax: Any, x1: Array, x2: Array, scores: Array) -> None:
    ax.plot_surface(x1, x2, scores, edgecolor=INK, linewidth=0.2, alpha=0.7, **_shades(scores))
    ax.set_zlabel("$f(x)$")
    ax.locator_params(nbins=5)
    ax.computed_zorder = False  # what is drawn later covers what is there: the surface hides no example


def _shades(scores: Array) -> dict[str, Any]:
    """Colors that are white at 1/2 and equally strong at equal distances from it."""
    from matplotlib.colors import LinearSegmentedColormap

    reach = max(np.abs(scores - 0.5).max(), 0.5)
    colors = LinearSegmentedColormap.from_list("classes", [PALE_BLUE, WHITE, PALE_ORANGE])
    return {"cmap": colors, "vmin": 0.5 - reach, "vmax": 0.5 + reach}
