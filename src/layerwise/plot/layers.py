"""What happens in each layer: a number a layer over the steps, or all values of a layer at once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import to_array
from . import style
from .curves import as_rows, draw_mean, finish


def layers(
    series: Mapping[str, Any], *, kind: str = "lines", what: str = "", log: bool = False, ax: Any = None
) -> Any:
    """Draw one number of each layer over the steps, such as its gradient's norm.

    series: {name of the layer: values (steps,) or (runs, steps)}, the layer nearest to the input first.
    kind: "lines", one a layer, with several runs their mean and a band of one standard deviation to each
        side; or "heat", a row a layer, whose shade is the value: better from about eight layers on.
    what: what the numbers are: a label.
    log: a logarithmic scale.
    ax: the Matplotlib axes to draw on. New ones if left out.

    Returns the axes.

    >>> import layerwise as lw
    >>> ax = lw.plot.layers({"0": [1.0, 0.9], "2": [0.1, 0.2]}, what="gradient norm", kind="heat")
    >>> ax.images[0].get_array().tolist()
    [[1.0, 0.9], [0.1, 0.2]]
    """
    if kind not in ("lines", "heat"):
        raise ValueError(f"layers(): kind must be 'lines' or 'heat', got {kind!r}")
    if not series:
        raise ValueError("layers(): series must hold at least one layer, got none")
    values = {name: as_rows("layers()", name, of_layer) for name, of_layer in series.items()}
    lengths = {name: rows.shape[1] for name, rows in values.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"layers(): all layers must have equally many steps, got {lengths}")
    ax = style.new_axes(ax)
    if kind == "heat":
        with np.errstate(invalid="ignore"):  # inf - inf
            means = np.array([rows.mean(axis=0) for rows in values.values()])  # (layers, steps)
        _heat(ax, list(values), means, what, log)
        return ax
    for i, (name, rows) in enumerate(values.items()):
        draw_mean(ax, np.arange(1.0, rows.shape[1] + 1), rows, name, "step", style.line(i))
    ax.set(xlabel="step", ylabel=what)
    finish(ax, max(len(rows) for rows in values.values()), log, beside=True)
    return ax


def _heat(ax: Any, names: list[str], values: Array, what: str, log: bool) -> None:
    """values: (layers, steps)"""
    from matplotlib.ticker import MaxNLocator

    style.hatch_background(ax)
    ends = (0.5, max(values.shape[1], 1) + 0.5, len(names) - 0.5, -0.5)
    picture = values if values.size else np.full((len(names), 1), np.nan)
    image = ax.imshow(
        picture, aspect="auto", interpolation="nearest", extent=ends, **style.shades(values, log)
    )
    shown = style.spread_out(len(names), 24)
    ax.set_yticks(shown, [names[i] for i in shown], fontsize=style.SMALL)
    ax.set(xlabel="step", ylabel="layer")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.figure.colorbar(image, ax=ax, label=what)


def distributions(values: Mapping[str, Any], *, what: str = "", bins: int = 60, ax: Any = None) -> Any:
    """Draw how the values of each layer are distributed: a histogram a layer, one below the other.

    values: {name of the layer: its activations, or gradients, or weights, of any shape}, the layer nearest to
        the input first. Each histogram has its own height (zeros, of which ReLU makes many, are cut off at
        it); the numbers beside it are mean and standard deviation, and the shares of zeros and of what is not
        finite where there are any.
    what: what the numbers are: a label.
    bins: the bars of each histogram. All layers share them; the outermost thousandths are left out.
    ax: the Matplotlib axes to draw on. New ones if left out.

    Returns the axes.

    >>> import layerwise as lw
    >>> ax = lw.plot.distributions({"0": lw.randn(200), "1": lw.randn(200).relu()}, what="activation")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['0', '1']
    """
    if not values:
        raise ValueError("distributions(): values must hold at least one layer, got none")
    ax = style.new_axes(ax, height=0.6 + 0.55 * len(values))
    arrays = [to_array(of_layer).ravel().astype(float) for of_layer in values.values()]
    finite = [array[np.isfinite(array)] for array in arrays]
    limits = np.array([np.quantile(array, (0.001, 0.999)) for array in finite if array.size] or [(0, 1)])
    low, high = limits.min(), limits.max()
    edges = np.linspace(low, high, bins + 1) if high > low else np.linspace(low - 0.5, low + 0.5, bins + 1)
    for row, (array, known) in enumerate(zip(arrays, finite, strict=True)):
        counts, _ = np.histogram(known, edges)
        highest = max(np.histogram(known[known != 0], edges)[0].max(), 1)
        heights = 0.85 * np.minimum(counts / highest, 1)
        look = {"facecolor": style.PALE_BLUE, "edgecolor": style.INK, "linewidth": 0.7}
        ax.stairs(row - heights, edges, baseline=row, fill=True, **look)
        beside = {"transform": ax.get_yaxis_transform(), "fontsize": style.SMALL}
        ax.text(1.02, row - 0.1, _summary(array, known), **beside)
    ax.axvline(0, color=style.GRAY, linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(values)), list(values))
    ax.set(xlabel=what, ylabel="layer", xlim=(edges[0], edges[-1]), ylim=(len(values) - 0.8, -1))
    return ax


def _summary(array: Array, known: Array) -> str:
    if not array.size:
        return "no values"
    lines = [f"{known.mean():.2g} ± {known.std():.2g}"] if known.size else []
    if zeros := np.mean(array == 0):
        lines.append(f"{zeros:.0%} zero")
    if known.size < array.size:
        lines.append(f"{1 - known.size / array.size:.0%} not finite")
    return "\n".join(lines)
