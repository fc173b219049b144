"""A model as a chain of blocks, with the shapes between them."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import style

ABREAST = 5  # blocks side by side, before the next line begins


class Row(NamedTuple):
    """A layer as it is drawn."""

    name: str
    kind: str
    output: tuple[int, ...] | None  # None: it was not called
    parameters: int


def architecture(model: Any, *inputs: Any, direction: str = "down", ax: Any = None) -> Any:
    """Draw a model as blocks, one a layer, and the shapes of what goes from one to the next.

    model: a model of this library or of torch, whose layers are drawn in the order in which they run on
        `inputs`. Or the rows of `layerwise.diagnostics.shapes`; or others, (name, kind, shape of the output,
        number of parameters), or mappings with the keys "name", "kind", "output" and "parameters".
    inputs: what the model is called with, such as one batch. With rows, nothing.
    direction: "down" or "right"; to the right five blocks fit, further ones begin a new line.
    ax: the Matplotlib axes to draw on. New ones if left out.

    Layers with parameters are shaded. What a model computes outside of its layers is not drawn.

    Returns the axes.

    >>> import layerwise as lw
    >>> model = lw.nn.Sequential(lw.nn.Linear(4, 3), lw.nn.ReLU())
    >>> ax = lw.plot.architecture(model, lw.ones(8, 4))
    >>> [text.get_text() for text in ax.texts if text.get_text()]
    ['input', '(8, 4)', 'Linear', '0', '15 parameters', '(8, 3)', 'ReLU', '1', '(8, 3)']
    """
    if direction not in ("down", "right"):
        raise ValueError(f"architecture(): direction must be 'down' or 'right', got {direction!r}")
    if hasattr(model, "named_modules"):
        if not inputs:
            raise ValueError("architecture(): a model must be given with an input, to find its shapes")
        from ..diagnostics import shapes

        model = shapes(model, *inputs)
    given = list(model)
    rows = [_row(row) for row in given]
    start = getattr(given[0], "input", None) if given else None
    if start is not None:
        rows.insert(0, Row("", "input", start, 0))
    return (_down if direction == "down" else _right)(ax, rows)


def _row(row: Any) -> Row:
    if hasattr(row, "_asdict"):  # of a shape map
        row = row._asdict()
    values = [row[key] for key in Row._fields if key in row] if isinstance(row, Mapping) else list(row)
    if len(values) != len(Row._fields):
        raise ValueError(
            f"architecture(): a row must be (name, kind, output, parameters), or have these keys, got {row!r}"
        )
    name, kind, output, parameters = values
    calls = row.get("calls", 1) if isinstance(row, Mapping) else 1
    times = f" ×{calls}" if calls > 1 else ""
    return Row(str(name), str(kind) + times, None if output is None else tuple(output), int(parameters))


def _down(ax: Any, rows: list[Row]) -> Any:
    """Name, block and parameters from left to right; the shape beside the arrow below."""
    width, height, gap = 2.1, 0.34, 0.36  # inches
    left = 0.08 * max((len(row.name) for row in rows), default=0) + 0.2
    total = len(rows) * (height + gap) + 0.1
    ax = _empty(ax, left + width + 1.7, total)
    middle = left + width / 2
    for i, row in enumerate(rows):
        bottom = total - height - 0.05 - i * (height + gap)
        _block(ax, left, bottom, width, height, row)
        _text(ax, middle, bottom + height / 2, row.kind, weight="bold")
        _text(ax, left - 0.12, bottom + height / 2, row.name, ha="right")
        _text(ax, left + width + 0.12, bottom + height / 2, _count(row), ha="left")
        _text(ax, middle + 0.12, bottom - gap / 2, _written(row.output), ha="left")
        if i < len(rows) - 1:
            _arrow(ax, (middle, bottom), (middle, bottom - gap))
    return ax


def _right(ax: Any, rows: list[Row]) -> Any:
    """Name and parameters in the block, below its kind; the shape below the block."""
    width, gap = 1.07, 0.33  # inches
    texts = [[*_broken(row.kind), *_broken(row.name), *_count(row).split()] for row in rows]
    height = 0.17 * max((len(lines) for lines in texts), default=1) + 0.15
    cell = height + 0.55
    total = cell * math.ceil(len(rows) / ABREAST)
    ax = _empty(ax, min(len(rows), ABREAST) * (width + gap) + 0.15, total)
    for i, (row, lines) in enumerate(zip(rows, texts, strict=True)):
        left, bottom = i % ABREAST * (width + gap) + gap, total - height - 0.05 - i // ABREAST * cell
        _block(ax, left, bottom, width, height, row)
        n_kind = len(_broken(row.kind))
        for k, text in enumerate(lines):
            place = bottom + height / 2 + (0.5 * (len(lines) - 1) - k) * 0.17
            _text(ax, left + width / 2, place, text, weight="bold" if k < n_kind else "normal")
        _text(ax, left + width / 2, bottom - 0.15, _written(row.output))
        if i:
            _arrow(ax, (left - gap, bottom + height / 2), (left, bottom + height / 2))
    return ax


def _empty(ax: Any, width: float, height: float) -> Any:
    """Axes without axes, on which a unit is an inch, if they are new."""
    height = max(height, 0.5)
    ax = style.new_axes(ax, height=height, width=width)
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return ax


def _block(ax: Any, left: float, bottom: float, width: float, height: float, row: Row) -> None:
    from matplotlib.patches import FancyBboxPatch

    fill = style.PALE_BLUE if row.parameters else style.WHITE
    corners = "round,pad=0,rounding_size=0.06"
    block = FancyBboxPatch((left, bottom), width, height, corners, facecolor=fill, edgecolor=style.INK)
    block.set_linestyle(":" if row.kind == "input" else "-")
    ax.add_patch(block)


def _arrow(ax: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": style.INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look)


def _text(ax: Any, x: float, y: float, text: str, ha: str = "center", weight: str = "normal") -> None:
    ax.text(x, y, text, ha=ha, va="center", fontsize=style.SMALL, color=style.INK, weight=weight)


def _written(shape: tuple[int, ...] | None) -> str:
    return "not called" if shape is None else str(shape)


def _count(row: Row) -> str:
    return f"{row.parameters:,} parameters" if row.parameters else ""


def _broken(text: str, most: int = 13) -> list[str]:
    """Lines of at most so many symbols, where a name of several words allows it."""
    lines = [""] if text else []
    for word in re.findall(r"[A-Z]?[^A-Z._]+[._]?|.", text):
        if lines[-1] and len(lines[-1]) + len(word) > most:
            lines.append("")
        lines[-1] += word
    return lines
