"""Pictures in a grid: examples, filters, feature maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import to_array
from . import style

MOST = 144  # pictures of a grid: more cannot be told apart


def images(x: Any, titles: Sequence[Any] | None = None, *, columns: int = 8, axes: Any = None) -> Any:
    """Draw examples of a data set in a grid: gray, from black at 0 to white at 1, or in color.

    x: pictures (n, height, width), (n, 1, height, width) or (n, 3, height, width), from 0 to 1. Where they go
        beyond, black is the lowest number of all and white the highest.
    titles: a line above each, such as their classes.
    columns: how many side by side.
    axes: Matplotlib axes to draw on, one a picture. New ones if left out.

    Returns the axes, (rows, columns).

    >>> import layerwise as lw
    >>> axes = lw.plot.images(lw.rand(6, 1, 8, 8), titles=range(6), columns=3)
    >>> axes.shape
    (2, 3)
    """
    x = to_array(x)
    if x.ndim not in (3, 4) or (x.ndim == 4 and x.shape[1] not in (1, 3)):
        raise ValueError(
            "images(): x must have shape (n, height, width), (n, 1, height, width) or (n, 3, height, width), "
            f"got {x.shape}"
        )
    finite = x[np.isfinite(x)]
    low, high = min(0.0, finite.min(initial=0)), max(1.0, finite.max(initial=1))
    x = (x - low) / (high - low)
    pictures = np.moveaxis(x, 1, -1) if x.ndim == 4 else x  # color last
    pictures = pictures[..., 0] if x.ndim == 4 and x.shape[1] == 1 else pictures
    names = named("images(): titles", titles, len(x))
    columns = max(1, min(columns, len(x)))
    axes = style.new_grid(axes, len(x), columns, *_size(x, columns, any(names)))
    for ax, picture, name in zip(axes.flat, pictures, names, strict=False):
        style.show(ax, picture, cmap="gray", vmin=0, vmax=1)
        _frame(ax, name)
    return axes


def filters(weight: Any, *, columns: int = 8, common: bool = True, axes: Any = None) -> Any:
    """Draw the kernels of a convolution in a grid.

    weight: (out_channels, in_channels, height, width). With one input channel a picture is an output channel;
        with several a row is an output channel and a column an input channel.
    columns: how many side by side, where there is one input channel.
    common: one color scale for all; else each kernel has its own, and its limit is written above it.
    axes: Matplotlib axes to draw on, one a kernel. New ones if left out.

    Zero is gray, negative is blue and darker, positive orange and lighter.

    Returns the axes, (rows, columns).

    >>> import layerwise as lw
    >>> axes = lw.plot.filters(lw.nn.Conv2d(3, 4, 5).weight)
    >>> axes.shape, axes[0, 2].get_title(), axes[3, 0].get_ylabel()
    ((4, 3), 'in 2', 'out 3')
    """
    weight = to_array(weight)
    if weight.ndim != 4:
        raise ValueError(
            f"filters(): weight must have shape (out_channels, in_channels, height, width), got "
            f"{weight.shape}"
        )
    out_channels, in_channels = weight.shape[:2]
    pictures = weight.reshape(out_channels * in_channels, *weight.shape[2:])
    if in_channels == 1:
        return _signed("filters()", pictures, [f"{i}" for i in range(out_channels)], columns, common, axes)
    names = [f"in {j}" if i == 0 else "" for i in range(out_channels) for j in range(in_channels)]
    axes = _signed("filters()", pictures, names, in_channels, common, axes)
    for i, ax in enumerate(axes.flat[: len(pictures) : in_channels or 1]):
        ax.set_ylabel(f"out {i}", fontsize=style.SMALL)
    return axes


def feature_maps(
    maps: Any,
    titles: Sequence[Any] | None = None,
    *,
    columns: int = 8,
    common: bool = True,
    axes: Any = None,
) -> Any:
    """Draw the channels of one example, between two layers, in a grid.

    maps: (channels, height, width), or of one example (1, channels, height, width).
    titles: a line above each; their numbers if left out.
    columns: how many side by side.
    common: one color scale for all; else each map has its own, and its limit is written above it.
    axes: Matplotlib axes to draw on, one a channel. New ones if left out.

    Where no number is negative, white is zero and dark the most; else as in `filters`.

    Returns the axes, (rows, columns).

    >>> import layerwise as lw
    >>> conv = lw.nn.Conv2d(1, 6, 3)
    >>> lw.plot.feature_maps(conv(lw.rand(1, 1, 9, 9)).relu(), columns=3).shape
    (2, 3)
    """
    maps = to_array(maps)
    if maps.ndim == 4 and len(maps) == 1:
        maps = maps[0]
    if maps.ndim != 3:
        raise ValueError(
            f"feature_maps(): maps must have shape (channels, height, width), of one example, got "
            f"{maps.shape}"
        )
    names = named("feature_maps(): titles", range(len(maps)) if titles is None else titles, len(maps))
    return _signed("feature_maps()", maps, names, columns, common, axes)


def _signed(function: str, pictures: Array, names: list[str], columns: int, common: bool, axes: Any) -> Any:
    """Pictures (n, height, width) on a color scale that shows the sign."""
    if len(pictures) > MOST:
        raise ValueError(f"{function}: at most {MOST} pictures fit, got {len(pictures)}: pass a part of them")
    columns = max(1, min(columns, len(pictures)))
    size = _size(pictures, columns, titled=any(names) or not common)
    axes = style.new_grid(axes, len(pictures), columns, *size)
    look = style.shades(pictures)
    for ax, picture, name in zip(axes.flat, pictures, names, strict=False):
        if not common:
            look = style.shades(picture)
            limit = f"{np.abs(picture[np.isfinite(picture)]).max(initial=0):.2g}"
            name = f"{name}: {limit}" if name else limit
        style.show(ax, picture, **look)
        _frame(ax, name)
    if common and len(pictures):
        style.scale_beside(axes, look)
    return axes


def _frame(ax: Any, title: str) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_title(title, fontsize=style.SMALL, pad=3)


def _size(pictures: Array, columns: int, titled: bool) -> tuple[float, float]:
    """Width and height, in inches, of a picture in its own proportions and its title."""
    height, width = pictures.shape[2:] if pictures.ndim == 4 else pictures.shape[1:]
    inches = min(1.1, (style.WIDTH - 0.9) / columns)
    return inches, inches * height / max(width, 1) + (0.25 if titled else 0.05)


def named(what: str, titles: Sequence[Any] | None, n: int) -> list[str]:
    names = [""] * n if titles is None else [str(title) for title in titles]
    if len(names) != n:
        raise ValueError(f"{what} must be {n}, got {len(names)}")
    return names
