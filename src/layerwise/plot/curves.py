"""Numbers over time: losses and accuracies by epoch, of one run or of several."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import to_array
from . import style

PARTS = {"train": "train", "training": "train", "validation": "validation", "valid": "validation"}
PARTS |= {"val": "validation", "test": "test"}


def learning_curves(
    histories: Any, *, keys: Sequence[str] | None = None, log: bool = False, ax: Any = None
) -> Any:
    """Draw how losses, or other measures, went: one run as a line, several as their mean and a band.

    histories: a mapping {name: values (epochs,)}, such as the trainer's history; or a list of them, one a
        run. With several runs the line is their mean and the band one standard deviation to each side, as
        far as the shortest run goes. The values may also be (runs, epochs).
        The numbers of the epochs are those under the name "epoch", or else 1, 2, …
        None, or nan before further numbers, is what was not measured. Where the numbers end in nan, and at
        infinity, the line breaks off with a cross.
    keys: the names to draw. If left out, those that end in "loss", or all if none does.
    log: draw the values on a logarithmic axis.
    ax: the Matplotlib axes to draw on. New ones if left out.

    Training ("train loss", or "loss" beside "val_loss") is dashed with open markers, validation ("validation
    loss", or "val") is solid with filled ones, "test" is dotted; other names differ in dash and marker.

    Returns the axes.

    >>> import layerwise as lw
    >>> ax = lw.plot.learning_curves({"train loss": [2.3, 0.9, 0.4], "validation loss": [2.3, 1.1, 0.8]})
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('epoch', 'loss')
    """
    runs = list(histories) if isinstance(histories, list | tuple) else [histories]
    names = _names(runs, keys)
    lines = [_aligned(runs, name) for name in names]
    ax = style.new_axes(ax)
    measures = list(dict.fromkeys(_split(name)[1] for name in names))
    for name, (epochs, values) in zip(names, lines, strict=True):
        part, measure = _split(name)
        look = style.line(measures.index(measure))
        if part == "train" or any(name == _split(other)[1] != other for other in names):
            look |= {"linestyle": "--", "markerfacecolor": style.WHITE, "markeredgecolor": look["color"]}
        elif part:
            look["linestyle"] = "-" if part == "validation" else ":"
        draw_mean(ax, epochs, values, name, "epoch", look)
    ax.set(xlabel="epoch", ylabel=measures[0] if len(measures) == 1 else "")
    finish(ax, max(len(values) for _, values in lines), log, beside=len(names) > 4)
    return ax


def draw_mean(ax: Any, x: Array, values: Array, label: str, unit: str, look: dict[str, Any]) -> None:
    """The mean of values (runs, n) over x (n,), a band around it, and a cross where it breaks off."""
    measured = _measured(values)
    x, values = x[measured], values[:, measured]
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf, and squares beyond all numbers
        mean = values.mean(axis=0)  # (n,)
        spread = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros_like(mean)
    finite = np.isfinite(mean)
    if not finite.all():
        label += f" (not finite from {unit} {x[~finite][0]:g})"
    drawn = np.where(finite, mean, np.nan)
    several = max(1, len(x) // 8)  # markers on some of the points, on others with each line
    first = len(ax.lines) % several
    ax.plot(x, drawn, label=label, markevery=(first, several), linewidth=1.8, **look)
    if len(values) > 1:
        ax.fill_between(x, drawn - spread, drawn + spread, color=look["color"], alpha=0.2, linewidth=0)
    breaks = np.flatnonzero(finite[:-1] & ~finite[1:])
    cross = {"marker": "x", "markersize": 11, "markeredgewidth": 2.5, "linestyle": "", "color": look["color"]}
    if len(breaks):
        ax.plot(x[breaks], mean[breaks], **cross)
    if len(x) and not finite[0]:  # there is nothing to break off: at the upper edge
        ax.plot(x[:1], [1], transform=ax.get_xaxis_transform(), clip_on=False, **cross)


def finish(ax: Any, runs: int, log: bool, beside: bool) -> None:
    """A grid, a scale, whole numbers below, and a legend that says what the band is."""
    from matplotlib.ticker import MaxNLocator

    if log and np.isfinite(ax.dataLim.minposy):  # else there is nothing that it could show
        ax.set_yscale("log")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.grid(color=style.PALE_GRAY, linewidth=0.8)
    ax.set_axisbelow(True)
    title = f"mean of {runs} runs\n± standard deviation" if runs > 1 else None
    inside, outside = {"loc": "best", "framealpha": 0.9}, {"loc": "upper left", "bbox_to_anchor": (1.01, 1)}
    text = {"title": title, "fontsize": style.SMALL, "title_fontsize": style.SMALL, "handlelength": 4}
    ax.legend(**text, **(outside if beside else inside))


def _names(runs: list[Any], keys: Sequence[str] | None) -> list[str]:
    columns = [list(getattr(run, "columns", run)) for run in runs]
    found = [name for name in columns[0] if name != "epoch"] if columns else []
    names = [keys] if isinstance(keys, str) else keys
    if names is None:
        names = [name for name in found if name.endswith("loss")] or found
    if not names:
        raise ValueError("learning_curves(): histories must hold at least one run with one name, got none")
    for i, given in enumerate(columns):
        for name in names:
            if name not in given:
                raise ValueError(f"learning_curves(): run {i} has no {name!r}, only {', '.join(given)}")
    return list(names)


def _split(name: str) -> tuple[str, str]:
    """'train loss' is the 'train' part of the measure 'loss'."""
    words = name.replace("_", " ").split()
    parts = [PARTS[word.lower()] for word in words if word.lower() in PARTS]
    rest = " ".join(word for word in words if word.lower() not in PARTS)
    return (parts[0], rest) if parts else ("", name)


def _aligned(runs: list[Mapping[str, Any]], name: str) -> tuple[Array, Array]:
    """The epochs (n,) of the shortest run, and the values of all (runs, n)."""
    rows = [row for run in runs for row in as_rows("learning_curves()", name, run[name])]
    n = min((len(row) for row in rows), default=0)
    epochs = np.arange(1.0, n + 1)
    if "epoch" in getattr(runs[0], "columns", runs[0]):
        epochs = to_array(runs[0]["epoch"]).astype(float)[:n]
    return epochs, np.array([row[:n] for row in rows]).reshape(len(rows), n)


def as_rows(function: str, name: str, values: Any) -> Array:
    """Values (n,) or (runs, n) as (runs, n). None becomes nan."""
    if isinstance(values, list | tuple):
        values = [np.nan if v is None else to_array(v) for v in values]
    array = to_array(values)
    if array.ndim not in (1, 2):
        raise ValueError(f"{function}: {name!r} must have shape (n,) or (runs, n), got {array.shape}")
    return np.atleast_2d(array).astype(float)


def _measured(values: Array) -> Array:
    """Where (n,) no run (runs, n) lacks its number. From where on there are only nans, they are results."""
    missing = np.isnan(values)
    later = np.logical_or.accumulate(np.isfinite(values)[:, ::-1], axis=1)[:, ::-1]  # finite here or later
    measured: Array = ~np.any(missing & later, axis=0)
    return measured
