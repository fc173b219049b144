"""Who attends to whom."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import to_array
from . import style
from .images import named


def attention(
    weights: Any, tokens: Sequence[Any] | None = None, keys: Sequence[Any] | None = None, *, axes: Any = None
) -> Any:
    """Draw how much each token (a row) attends to each other (a column): a picture a head.

    weights: (heads, queries, keys), or of a single head (queries, keys): shares from 0 to 1.
    tokens: the words of the queries. Their numbers if left out.
    keys: the words that are attended to, where they are others than `tokens`.
    axes: Matplotlib axes to draw on, one a head. New ones if left out.

    White is 0, dark the largest weight of all heads; the weights are written where there is room.

    Returns the axes, (rows, columns).

    >>> import layerwise as lw
    >>> weights = lw.softmax(lw.randn(4, 3, 3), dim=-1)
    >>> axes = lw.plot.attention(weights, ["the", "cat", "sat"])
    >>> axes.shape, axes[0, 2].get_title()
    ((1, 4), 'head 2')
    """
    weights = to_array(weights)
    if weights.ndim == 2:
        weights = weights[np.newaxis]
    if weights.ndim != 3:
        raise ValueError(
            f"attention(): weights must have shape (heads, queries, keys) or (queries, keys), got "
            f"{weights.shape}"
        )
    heads, n_queries, n_keys = weights.shape
    rows = named("attention(): tokens", range(n_queries) if tokens is None else tokens, n_queries)
    if keys is None:
        keys = rows if n_keys == n_queries else range(n_keys)
    names = named("attention(): keys", keys, n_keys)

    side = min(heads, 4 if max(n_queries, n_keys) <= 8 else 2) or 1
    inches = min((style.WIDTH - 1.5) / side, 4.5)  # of a picture without its labels
    new = axes is None
    height = inches * min(n_queries / max(n_keys, 1), 3) + 0.4
    axes = style.new_grid(axes, heads, side, style.WIDTH / side, height)
    look = style.shades(weights)
    for head, ax in enumerate(axes.flat[:heads]):
        style.show(ax, weights[head], **look)
        ax.set_title(f"head {head}" if heads > 1 else "", fontsize=10)
        _tick(ax.xaxis, names if not new or head + side >= heads else [], inches)
        _tick(ax.yaxis, rows if not new or head % side == 0 else [], inches)
        ax.tick_params(axis="x", rotation=90)
        if inches / max(n_keys, 1) > 0.4:
            _write(ax, weights[head], look)
    if heads:
        style.scale_beside(axes, look, "weight")
    return axes


def _tick(axis: Any, labels: list[str], inches: float) -> None:
    """As many of the labels as fit on so many inches."""
    shown = style.spread_out(len(labels), int(inches / 0.16))
    axis.set_ticks(shown, [labels[i] for i in shown], fontsize=style.SMALL)


def _write(ax: Any, values: Array, look: dict[str, Any]) -> None:
    for (i, j), value in np.ndenumerate(values):
        color = style.ink_on(look["cmap"](look["norm"](value)))
        ax.text(j, i, f"{value:.2f}", ha="center", va="center", color=color, fontsize=style.SMALL)
