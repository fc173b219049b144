"""The loss as a landscape over two parameters, or over two directions from where a model stands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import to_array
from . import style

Bounds = tuple[tuple[float, float], tuple[float, float]]


def loss_surface(
    f: Callable[[Any], Any],
    paths: Mapping[str, Any] | None = None,
    *,
    bounds: Bounds | None = None,
    log: bool = False,
    steps: int = 100,
    ax: Any = None,
) -> Any:
    """Draw the contours of a function of two variables, and the paths that optimizers took on it.

    f: takes points (m, 2), an array, and returns its values there (m,), or (m, 1). `Slice` makes such a
        function of a model's loss.
    paths: {name: points (n, 2)}, each from a ring, where it starts, to a star. They differ in dash and
        marker. Where a path stops being finite is a cross.
    bounds: ((left, right), (bottom, top)), the part of the plane to draw. If left out, the part that holds
        the paths, with a margin, or the square from -1 to 1 where there are none.
    log: contours at ratios, not at distances, from each other. f must be positive somewhere.
    steps: the points of the grid in each direction; 25 will do for a model, whose loss takes time.
    ax: the Matplotlib axes to draw on. New ones if left out.

    Returns the axes.

    >>> import layerwise as lw
    >>> descent = [(0.9 * 0.8**t, 0.9 * 0.2**t) for t in range(10)]
    >>> ax = lw.plot.loss_surface(lambda p: p[:, 0] ** 2 + 4 * p[:, 1] ** 2, {"SGD": descent})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['SGD']
    """
    drawn = {name: _path(name, points) for name, points in (paths or {}).items()}
    (left, right), (bottom, top) = bounds or _around(list(drawn.values()))
    x1, x2 = np.meshgrid(np.linspace(left, right, steps), np.linspace(bottom, top, steps))  # (steps, steps)
    points = np.stack([x1.ravel(), x2.ravel()], axis=1)  # (steps², 2)
    heights = to_array(f(points)).astype(float)
    if heights.shape not in ((len(points),), (len(points), 1)):
        raise ValueError(
            f"loss_surface(): f must return a value for each of {len(points)} points, got {heights.shape}"
        )
    ax = style.new_axes(ax, height=5.0, width=6.0)
    _contours(ax, x1, x2, heights.reshape(x1.shape), log)
    for i, (name, path) in enumerate(drawn.items()):
        _draw_path(ax, name, path, i)
    across, up = (r"$\alpha$", r"$\beta$") if isinstance(f, Slice) else ("$w_1$", "$w_2$")
    ax.set(xlabel=across, ylabel=up, xlim=(left, right), ylim=(bottom, top))
    if drawn:
        ax.legend(fontsize=style.SMALL, handlelength=4, framealpha=0.9, loc="best")
    return ax


class Slice:
    """The loss of a model as a function of two coordinates: α and β steps from its parameters θ.

        L(α, β) = loss at θ + α d₁ + β d₂

    model: of this library or of torch. Its parameters are changed for each point, and put back.
    loss: a function without arguments that computes the model's loss, a single number. Dropout would make
        it rough, and batch norm would change its running statistics: call `model.eval()` before.
    directions: d₁ and d₂, each a sequence of arrays of the shapes of `model.parameters()`. If left out,
        drawn at random from `seed` and scaled filter by filter (Li et al., 2018): the part of d that belongs
        to an output unit is as long as that unit's weights, so that pictures of different models can be
        compared; vectors, such as biases, stay as they are.

    >>> import layerwise as lw
    >>> model = lw.nn.Linear(3, 1)
    >>> slice = lw.plot.Slice(model, lambda: (model(lw.ones(4, 3)) ** 2).mean())
    >>> ax = lw.plot.loss_surface(slice, steps=5)
    """

    def __init__(
        self,
        model: Any,
        loss: Callable[[], Any],
        directions: Sequence[Iterable[Any]] | None = None,
        *,
        seed: int = 0,
    ) -> None:
        self.loss = loss
        self.parameters = [to_array(p) for p in model.parameters()]  # the same memory
        self.start = [p.copy() for p in self.parameters]
        if directions is None:
            rng = np.random.default_rng(seed)
            directions = [[_like_filters(p, rng) for p in self.start] for _ in range(2)]
        self.directions = [[to_array(part) for part in direction] for direction in directions]
        shapes = [p.shape for p in self.start]
        if [[part.shape for part in direction] for direction in self.directions] != [shapes, shapes]:
            raise ValueError(
                f"Slice(): directions must be two sequences of arrays of the parameters' shapes {shapes}, "
                f"got {[[part.shape for part in direction] for direction in self.directions]}"
            )

    def __call__(self, points: Any) -> Array:
        """The losses (m,) at the points (m, 2) of coordinates α, β."""
        losses = []
        try:
            for alpha, beta in to_array(points):
                for p, start, d1, d2 in zip(self.parameters, self.start, *self.directions, strict=True):
                    p[...] = start + alpha * d1 + beta * d2
                losses.append(float(to_array(self.loss())))
        finally:
            for p, start in zip(self.parameters, self.start, strict=True):
                p[...] = start
        return np.array(losses)

    def project(self, parameters: Iterable[Any]) -> Array:
        """The coordinates (2,) of other parameters: of the point of the plane nearest to them."""
        pairs = zip(parameters, self.start, strict=True)
        away = np.concatenate([(to_array(p) - start).ravel() for p, start in pairs])
        plane = np.stack([np.concatenate([part.ravel() for part in d]) for d in self.directions], axis=1)
        coordinates: Array = np.linalg.lstsq(plane, away)[0]  # plane: (parameters, 2)
        return coordinates


def _like_filters(weight: Array, rng: np.random.Generator) -> Array:
    """A random direction, each of its filters as long as the weight's; 0 for a vector."""
    if weight.ndim < 2:
        return np.zeros_like(weight)
    d = rng.standard_normal(weight.shape).astype(weight.dtype)
    within = tuple(range(1, weight.ndim))
    length = np.sqrt((weight**2).sum(axis=within, keepdims=True) / (d**2).sum(axis=within, keepdims=True))
    return np.asarray(d * length)


def _contours(ax: Any, x1: Array, x2: Array, heights: Array, log: bool) -> None:
    known = heights[np.isfinite(heights) & ((heights > 0) | (not log))]
    style.hatch_background(ax)
    if not known.size:
        return
    low, high = np.quantile(known, 0.01) if log else known.min(), known.max()  # a logarithm may go deep
    if low == high:
        low, high = (low / 2, high * 2) if log else (low - 1, high + 1)
    levels = np.geomspace(low, high, 13) if log else np.linspace(low, high, 13)
    shown = np.ma.masked_invalid(np.where(heights > 0, heights, np.nan) if log else heights)
    shade = np.log(shown) if log else shown
    at = np.log(levels) if log else levels
    ax.contourf(x1, x2, shade, levels=at, cmap=_pale(), extend="both")
    lines = ax.contour(x1, x2, shade, levels=at[1:-1], colors=style.GRAY, linewidths=0.7, linestyles="-")
    names = {float(where): f"{level:.2g}" for where, level in zip(at, levels, strict=True)}
    ax.clabel(lines, at[2:-1:2], fmt=names, fontsize=style.SMALL, colors=style.INK)


def _pale() -> Any:
    """Light enough for paths in any color to be seen on it."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("pale", [style.WHITE, style.PALE_BLUE])


def _draw_path(ax: Any, name: str, path: Array, i: int) -> None:
    """path: (n, 2)"""
    look = style.line(i)
    finite = np.isfinite(path).all(axis=1)
    n = len(path) if finite.all() else int(np.argmin(finite))  # what comes after infinity is not drawn
    shown = path[:n]
    label = name if n == len(path) else f"{name} (not finite from step {n})"
    several = max(1, n // 12)
    ax.plot(shown[:, 0], shown[:, 1], label=label, linewidth=1.8, markevery=several, **look)
    ends: dict[str, Any] = {"linestyle": "", "color": look["color"], "zorder": 4}
    ring = {"marker": "o", "markersize": 13, "markerfacecolor": "none", "markeredgewidth": 2}
    star = {"marker": "*", "markersize": 16, "markeredgecolor": style.WHITE}
    cross = {"marker": "x", "markersize": 12, "markeredgewidth": 3}
    ax.plot(*shown[:1].T, **ring, **ends)
    ax.plot(*shown[-1:].T, **(star if n == len(path) else cross), **ends)


def _path(name: str, points: Any) -> Array:
    rows = [to_array(p) for p in points] if isinstance(points, list | tuple) else points
    path = to_array(rows).astype(float)
    if path.size == 0:
        path = path.reshape(0, 2)
    if path.ndim != 2 or path.shape[1] != 2:
        raise ValueError(f"loss_surface(): path {name!r} must have shape (n, 2), got {path.shape}")
    return path


def _around(paths: list[Array]) -> Bounds:
    points = np.concatenate([np.zeros((0, 2)), *paths])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return (-1, 1), (-1, 1)
    low, high = points.min(axis=0), points.max(axis=0)  # (2,)
    edge = np.where(high > low, 0.2 * (high - low), 1.0)
    (left, bottom), (right, top) = low - edge, high + edge
    return (left, right), (bottom, top)
