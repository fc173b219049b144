"""Padding: more numbers at the ends of dimensions, or fewer."""

from typing import Any

import numpy as np

from .broadcasting import Array, Shape

Widths = tuple[
    tuple[int, int], ...
]  # for each dimension how many numbers more before and after; below 0: fewer

NUMPYS = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


# y = x with a frame        dx = dy without it; what the frame copied goes back to where it was copied from
def pad(x: Array, widths: Widths, mode: str = "constant", value: float = 0) -> Array:
    """The frame holds `value`, or copies: mirrored ("reflect"), the nearest, or from the other end."""
    grow = [(max(before, 0), max(after, 0)) for before, after in widths]
    filled = {"constant_values": value} if mode == "constant" else {}
    y: Array = np.pad(x, grow, NUMPYS[mode], **filled)  # type: ignore[call-overload]
    return y[_without([(min(before, 0), min(after, 0)) for before, after in widths])]


def pad_vjp(dy: Array, shape: Shape, widths: Widths, mode: str = "constant") -> Array:
    shrunk = [(max(-before, 0), max(-after, 0)) for before, after in widths]
    dy = np.pad(dy, shrunk)  # what was cut off had no effect
    grow = [(max(before, 0), max(after, 0)) for before, after in widths]
    dx: Array = dy[_without([(-before, -after) for before, after in grow])]
    if mode == "constant":
        return dx
    for axis, (before, after) in enumerate(grow):
        dy = _returned(dy, shape[axis], before, after, axis, mode)
    return dy


def _without(widths: list[tuple[int, int]]) -> tuple[slice, ...]:
    """The index that cuts off so many (0 or less) at both ends of each dimension."""
    return tuple(slice(-before, after or None) for before, after in widths)


def _returned(dy: Array, size: int, before: int, after: int, axis: int, mode: str) -> Array:
    """One dimension without its frame, whose numbers are added where they were copied from."""
    dy = np.moveaxis(dy, axis, 0)
    dx = dy[before : before + size].copy(order="K")
    source: Any = np.pad(np.arange(size), (before, after), NUMPYS[mode])  # type: ignore[call-overload]
    for k in (*range(before), *range(before + size, before + size + after)):
        dx[source[k]] += dy[k]
    return np.moveaxis(dx, 0, axis)
