"""Pooling: a window slides over an image, and each output pixel is the maximum, or the mean, of what it sees.

    y[h, w] = max_i max_j x[h s + i, w s + j]

The maximum of a rectangle is the maximum of the maxima of its rows, and the same holds for sums. So one
dimension is taken after the other: a window of kh kw numbers costs kw + kh steps. In each dimension the
windows are taken number by number: the first numbers of all windows, the second ones, and so on, as arrays.
"""

from typing import Any, NamedTuple

import numpy as np

from .broadcasting import Array, Shape


class Windows(NamedTuple):
    """The windows along one dimension.

    number: how many there are.
    taps: for each of the numbers that a window sees: which windows see one (at the border not all do), and
        the positions of these numbers.
    disjoint: whether every window sees all its numbers, and no number is seen twice.
    """

    number: int
    taps: list[tuple[slice, slice]]
    disjoint: bool


def sliding_windows(
    size: int, kernel: int, stride: int, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> Windows:
    """Window k begins at k stride - padding and sees `kernel` numbers, `dilation` apart.

    ceil_mode: the last window may reach beyond the end, if it begins before it.
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    number = (-(-room // stride) if ceil_mode else room // stride) + 1
    if ceil_mode and (number - 1) * stride >= size + padding:
        number -= 1
    taps = []
    for i in range(kernel):
        shift = i * dilation - padding  # window k has its number i at k stride + shift
        first, last = max(0, -(shift // stride)), min(number - 1, (size - 1 - shift) // stride)
        if first <= last:
            seen = slice(first * stride + shift, last * stride + shift + 1, stride)
            taps.append((slice(first, last + 1), seen))
    full = len(taps) == kernel and all(windows == slice(0, number) for windows, _ in taps)
    return Windows(number, taps, full and stride > dilation * (kernel - 1))


def adaptive_windows(size: int, number: int) -> Windows:
    """`number` windows of about the same size: k sees what lies between k/number and (k + 1)/number."""
    if number and size % number == 0:
        return sliding_windows(size, size // number, size // number)
    taps = []
    for k in range(number):
        for i in range(k * size // number, -(-(k + 1) * size // number)):
            taps.append((slice(k, k + 1), slice(i, i + 1)))
    return Windows(number, taps, disjoint=False)


def window_sizes(windows: Windows) -> Array:
    """How many numbers each window sees."""
    sizes = np.zeros(windows.number, np.int64)
    for having, _ in windows.taps:
        sizes[having] += 1
    return sizes


# y_k = max_i x_i over window k        dx_i += dy_k for the first i in it that attains the maximum
def max_pool(x: Array, windows: tuple[Windows, ...]) -> list[Array]:
    """x (..., h, w), windows along h and w (or w alone) -> [x, maxima along w, maxima of these along h]."""
    stages = [x]
    for axis, along in _from_the_last(windows):
        stages.append(_reduce(np.maximum, -np.inf, stages[-1], along, axis))
    return stages


def max_pool_vjp(dy: Array, stages: list[Array], windows: tuple[Windows, ...]) -> Array:
    for stage, (axis, along) in reversed(list(enumerate(_from_the_last(windows)))):
        dy = _award(dy, stages[stage], stages[stage + 1], along, axis)
    return dy


def max_pool_indices(stages: list[Array], windows: tuple[Windows, ...]) -> Array:
    """Where the maxima are, as positions in the flattened image: h w_size + w."""
    where = None
    for stage, (axis, along) in enumerate(_from_the_last(windows)):
        found = _locate(stages[stage], stages[stage + 1], along, axis)
        rest = 0 if where is None else np.take_along_axis(where, found, axis)
        where = found * int(np.prod(stages[0].shape[axis:][1:])) + rest
    return np.ascontiguousarray(where)


# y_k = Σ_i x_i / divisor_k over window k        dx_i += dy_k / divisor_k
def avg_pool(x: Array, windows: tuple[Windows, ...], divisor: Array) -> Array:
    """x (..., h, w), windows along h and w (or w alone), divisor of the shape of one y -> y."""
    for axis, along in _from_the_last(windows):
        x = _reduce(np.add, 0, x, along, axis)
    return x / divisor


def avg_pool_vjp(dy: Array, shape: Shape, windows: tuple[Windows, ...], divisor: Array) -> Array:
    dy = dy / divisor
    for axis, along in reversed(_from_the_last(windows)):
        dy = _distribute(dy, shape[axis], along, axis)
    return dy


# --- one dimension, the given `axis`, counted from behind


def _from_the_last(windows: tuple[Windows, ...]) -> list[tuple[int, Windows]]:
    return [(-k, windows[-k]) for k in range(1, len(windows) + 1)]


def _at(axis: int, positions: slice) -> tuple[Any, ...]:
    """The index that takes these positions of this axis, and all of the others."""
    return (..., positions, *[slice(None)] * (-axis - 1))


def _resized(x: Array, axis: int, size: int) -> Shape:
    return tuple(size if k == x.ndim + axis else n for k, n in enumerate(x.shape))


def _blank(like: Array, windows: Windows, axis: int, size: int) -> Array:
    """An array of this size along the axis: of zeros, unless disjoint windows leave no number out."""
    every_number_is_seen = windows.disjoint and windows.number * len(windows.taps) == size
    new = np.empty_like if every_number_is_seen else np.zeros_like
    return new(like, shape=_resized(like, axis, size))


def _reduce(operation: np.ufunc, start: float, x: Array, windows: Windows, axis: int) -> Array:
    """y_k = x_i ∘ x_j ∘ ... for the numbers in window k."""
    if windows.disjoint and len(windows.taps) > 1:  # two numbers of each window to begin with: a pass less
        first, second, *others = [x[_at(axis, seen)] for _, seen in windows.taps]
        y: Array = operation(first, second)
        for other in others:
            operation(y, other, out=y)
        return y
    y = np.full_like(x, start, shape=_resized(x, axis, windows.number))
    for having, seen in windows.taps:
        part = y[_at(axis, having)]
        operation(part, x[_at(axis, seen)], out=part)
    return y


def _award(dy: Array, x: Array, y: Array, windows: Windows, axis: int) -> Array:
    """dx: each number of dy goes to the first number in its window that is the maximum."""
    dx = _blank(x, windows, axis, x.shape[axis])
    if windows.disjoint:
        *taps, (_, last) = windows.taps
        for _, seen in taps:
            won = dy * (x[_at(axis, seen)] == y)
            dx[_at(axis, seen)] = won
            dy = dy - won  # what has been won cannot be won again
        dx[_at(axis, last)] = dy
    else:
        dy = dy.copy(order="K")
        for having, seen in windows.taps:
            rest = dy[_at(axis, having)]
            won = rest * (x[_at(axis, seen)] == y[_at(axis, having)])
            dx[_at(axis, seen)] += won
            rest -= won
    return dx


def _locate(x: Array, y: Array, windows: Windows, axis: int) -> Array:
    """The position of the first number in each window that is the maximum; of NaNs, the last."""
    index, found = np.zeros(y.shape, np.int64), np.zeros(y.shape, bool)
    for having, seen in windows.taps:
        at = _at(axis, having)
        candidates = x[_at(axis, seen)]
        new = (candidates == y[at]) & ~found[at] | np.isnan(candidates)
        positions = np.arange(x.shape[axis])[seen].reshape(-1, *[1] * (-axis - 1))
        index[at] = np.where(new, positions, index[at])
        found[at] |= new
    return index


def _distribute(dy: Array, size: int, windows: Windows, axis: int) -> Array:
    """dx: each number of dy goes to all numbers in its window."""
    dx = _blank(dy, windows, axis, size)
    for having, seen in windows.taps:
        if windows.disjoint:
            dx[_at(axis, seen)] = dy
        else:
            dx[_at(axis, seen)] += dy[_at(axis, having)]
    return dx
