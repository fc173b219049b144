"""Pooling: a window slides over an image, and each output pixel is the maximum, or the mean, of what it sees.

    y[h, w] = max_i max_j x[h s + i, w s + j]

The maximum of a rectangle is the maximum of the maxima of its rows, and the same holds for sums. So one
dimension is taken after the other: a window of kh kw numbers costs kw + kh steps. In each dimension the
windows are taken number by number: the first numbers of all windows, the second ones, and so on, as arrays.
If there are few large windows they are taken one by one.

If the windows are large tiles, an image is compared with itself, shifted, in long stretches; and of what is
looked for on the way back, first the line is found, then the place in it.

Images are taken a few at a time, so that what is found on the way stays in the processor's cache.
"""

import functools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .broadcasting import Array, Shape
from .layout import channels_last, is_channels_last

BLOCK = 1 << 18  # numbers to work on at a time
WIDE = 3  # a window of so many numbers


class Windows(NamedTuple):
    """The windows along one dimension.

    number: how many there are.
    taps: for each of the numbers that a window sees: which windows see one (at the border not all do), and
        the positions of these numbers.
    disjoint: whether every window sees all its numbers, and no number is seen twice.
    spans: for each window, the positions that it sees; empty if there are gaps between them.
    """

    number: int
    taps: list[tuple[slice, slice]]
    disjoint: bool
    spans: list[slice]

    @property
    def few(self) -> bool:
        """Whether to take them one by one is fewer steps than to take them number by number."""
        return 0 < len(self.spans) < len(self.taps)


@functools.lru_cache
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
    starts = [k * stride - padding for k in range(number)] if dilation == 1 else []
    spans = [slice(max(start, 0), min(start + kernel, size)) for start in starts]
    return Windows(number, taps, full and stride > dilation * (kernel - 1), spans)


@functools.lru_cache
def adaptive_windows(size: int, number: int) -> Windows:
    """`number` windows of about the same size: k sees what lies between k/number and (k + 1)/number."""
    if number and size % number == 0:
        return sliding_windows(size, size // number, size // number)
    spans = [slice(k * size // number, -(-(k + 1) * size // number)) for k in range(number)]
    taps = [
        (slice(k, k + 1), slice(i, i + 1))
        for k, span in enumerate(spans)
        for i in range(span.start, span.stop)
    ]
    return Windows(number, taps, False, spans)


def window_sizes(windows: Windows) -> Array:
    """How many numbers each window sees."""
    sizes = np.zeros(windows.number, np.int64)
    for having, _ in windows.taps:
        sizes[having] += 1
    return sizes


# y_k = max_i x_i over window k        dx_i += dy_k for the first i in it that attains the maximum
def max_pool(x: Array, windows: tuple[Windows, ...]) -> list[Array]:
    """x (..., h, w), windows along h and w (or w alone) -> [x, maxima along w, maxima of these along h]."""
    return _maxima_of_tiles(x, windows) if _are_large_tiles(windows, x) else _stages(x, windows)


def _stages(x: Array, windows: tuple[Windows, ...]) -> list[Array]:
    stages = [_in_order(x, windows)]
    for axis, along in _from_the_last(windows):
        x = stages[-1]
        stages.append(np.empty_like(x, shape=_resized(x, axis, along.number)))
    for block in _blocks(x):
        for stage, (axis, along) in enumerate(_from_the_last(windows)):
            _reduce(np.maximum, -np.inf, stages[stage][block], along, axis, stages[stage + 1][block])
    return stages


def max_pool_vjp(dy: Array, stages: list[Array], windows: tuple[Windows, ...]) -> Array:
    if _are_large_tiles(windows, stages[0]):
        dx = _award_tiles(dy, stages, windows)
        if dx is not None:
            return dx
    dy = _in_order(dy, windows)
    dx = np.empty_like(stages[0])
    for block in _blocks(dx):
        d = dy[block]
        for stage, (axis, along) in reversed(list(enumerate(_from_the_last(windows)))):
            x, y = stages[stage][block], stages[stage + 1][block]
            d = _award(d, x, y, along, axis, np.empty_like(x) if stage else dx[block])
    return dx


def max_pool_indices(stages: list[Array], windows: tuple[Windows, ...]) -> Array:
    """Where the maxima are, as positions in the flattened image: h w_size + w."""
    where = None
    for stage, (axis, along) in enumerate(_from_the_last(windows)):
        found = _locate(stages[stage], stages[stage + 1], along, axis)
        rest = 0 if where is None else np.take_along_axis(where, found, axis)
        where = found * int(np.prod(stages[0].shape[axis:][1:])) + rest
    return np.ascontiguousarray(where)


# --- large tiles: windows that leave nothing out and do not overlap. An image is read as it lies in memory.


def _are_large_tiles(windows: tuple[Windows, ...], x: Array) -> bool:
    sizes = x.shape[-len(windows) :]
    tiles = all(_leave_none_out(along, size) for along, size in zip(windows, sizes, strict=True))
    large = all(len(along.taps) >= WIDE for along in windows)
    return len(windows) == 2 and tiles and large and x.flags.c_contiguous


def _maxima_of_tiles(x: Array, windows: tuple[Windows, ...]) -> list[Array]:
    rows, columns = windows
    lines = np.empty((*x.shape[:-1], columns.number), x.dtype)
    y = np.empty((*x.shape[:-2], rows.number, columns.number), x.dtype)
    for block in _blocks(x):
        ahead = _running_maxima(x[block].reshape(-1), len(columns.taps), 1)
        lines[block] = ahead[:: len(columns.taps)].reshape(lines[block].shape)
        ahead = _running_maxima(lines[block].reshape(-1), len(rows.taps), columns.number)
        y[block] = ahead.reshape(-1, len(rows.taps), columns.number)[:, 0].reshape(y[block].shape)
    return [x, lines, y]


def _running_maxima(x: Array, number: int, step: int) -> Array:
    """y_i = max(x_i, x_(i + step), ...) of `number` numbers, twice as many in a pass."""
    seen = 1
    while seen < number:
        more = min(seen, number - seen)
        y = np.empty_like(x)  # nobody looks at the last few
        np.maximum(x[: -more * step], x[more * step :], out=y[: -more * step])
        x, seen = y, seen + more
    return x


def _award_tiles(dy: Array, stages: list[Array], windows: tuple[Windows, ...]) -> Array | None:
    """The only number that is its window's maximum receives. None if a window has several, or a NaN."""
    dx = np.zeros_like(stages[0])
    tall, wide = (len(along.taps) for along in windows)
    for block in _blocks(dx):
        x, lines, y = (stage[block].reshape(-1) for stage in stages)
        highest, received = (
            np.repeat(v.reshape(-1, windows[1].number), tall, axis=0).reshape(-1) for v in (y, dy[block])
        )
        line = np.flatnonzero(lines == highest)  # of each window the one with the maximum
        won = np.flatnonzero(x.reshape(-1, wide).take(line, 0).reshape(-1) == np.repeat(highest[line], wide))
        if not len(line) == len(won) == len(y) or np.isnan(y).any():
            return None
        dx[block].reshape(-1)[line * wide + won % wide] = received[line]
    return dx


# y_k = Σ_i x_i / divisor_k over window k        dx_i += dy_k / divisor_k
def avg_pool(x: Array, windows: tuple[Windows, ...], divisor: Array) -> Array:
    """x (..., h, w), windows along h and w (or w alone), divisor of the shape of one y -> y."""
    if _is_one_window(windows, x.shape):
        return _sum_of_pixels(x, len(windows)) / divisor
    x = _in_order(x, windows)
    y = np.empty_like(x, shape=x.shape[: -len(windows)] + tuple(along.number for along in windows))
    for block in _blocks(x):
        sums = x[block]
        for axis, along in reversed(_from_the_last(windows)):
            sums = _reduce(np.add, 0, sums, along, axis)
        np.divide(sums, divisor, out=y[block])
    return y


def avg_pool_vjp(dy: Array, shape: Shape, windows: tuple[Windows, ...], divisor: Array) -> Array:
    if _is_one_window(windows, shape):
        return np.repeat(dy / divisor, math.prod(shape[-len(windows) :])).reshape(shape)
    dy = _in_order(dy, windows)
    dx = np.empty_like(dy, shape=shape)
    for block in _blocks(dx):
        d = dy[block] / divisor
        for axis, along in _from_the_last(windows):
            here = dx[block] if axis == -len(windows) else None
            d = _distribute(d, shape[axis], along, axis, here)
    return dx


def _is_one_window(windows: tuple[Windows, ...], shape: Shape) -> bool:
    """Whether a single window sees the whole image."""
    sizes = zip(windows, shape[-len(windows) :], strict=True)
    return all(along.spans == [slice(0, size)] for along, size in sizes)


def _sum_of_pixels(x: Array, dims: int) -> Array:
    """As a product with a vector of ones: matrix products sum fastest."""
    ones = np.ones(math.prod(x.shape[-dims:]), x.dtype)
    if x.ndim == dims + 2 and is_channels_last(x):
        sums = ones @ np.moveaxis(x, 1, -1).reshape(len(x), ones.size, x.shape[1])
    else:
        sums = x.reshape(-1, ones.size) @ ones
    return sums.reshape(*x.shape[:-dims], *[1] * dims)


# --- which images to take at a time, and how they lie in memory


def _blocks(x: Array) -> Iterator[slice]:
    step = max(1, BLOCK * len(x) // max(x.size, 1))
    return (slice(start, start + step) for start in range(0, len(x), step))


def _in_order(x: Array, windows: tuple[Windows, ...]) -> Array:
    """With channels last in memory: every other number of a line is then every other stretch of memory.

    Where windows overlap, or are wide, this pays for the copy.
    """
    pays = any(len(along.taps) >= WIDE or not along.disjoint for along in windows)
    return channels_last(x) if pays and x.ndim == len(windows) + 2 else x


# --- one dimension, the given `axis`, counted from behind


def _from_the_last(windows: tuple[Windows, ...]) -> list[tuple[int, Windows]]:
    return [(-k, windows[-k]) for k in range(1, len(windows) + 1)]


def _at(axis: int, positions: slice) -> tuple[Any, ...]:
    """The index that takes these positions of this axis, and all of the others."""
    return (..., positions, *[slice(None)] * (-axis - 1))


def _resized(x: Array, axis: int, size: int) -> Shape:
    return tuple(size if k == x.ndim + axis else n for k, n in enumerate(x.shape))


def _leave_none_out(windows: Windows, size: int) -> bool:
    """Whether each of the numbers along the axis is seen, by one window alone."""
    return windows.disjoint and windows.number * len(windows.taps) == size


def _reduce(
    operation: np.ufunc, start: float, x: Array, windows: Windows, axis: int, out: Array | None = None
) -> Array:
    """y_k = x_i ∘ x_j ∘ ... for the numbers in window k."""
    y = np.empty_like(x, shape=_resized(x, axis, windows.number)) if out is None else out
    if windows.few and (operation is np.add or not windows.disjoint):
        for k, span in enumerate(windows.spans):
            operation.reduce(x[_at(axis, span)], axis, out=y[_at(axis, slice(k, k + 1))], keepdims=True)
        return y
    every = slice(0, windows.number)
    others = [x[_at(axis, seen)] for having, seen in windows.taps if having == every]
    if len(others) > 1:  # two numbers of each window to begin with: a pass less
        first, second, *others = others
        operation(first, second, out=y)
    else:
        y.fill(start)
    for other in others:
        operation(y, other, out=y)
    for having, seen in windows.taps:
        if having != every:
            part = y[_at(axis, having)]
            operation(part, x[_at(axis, seen)], out=part)
    return y


def _award(dy: Array, x: Array, y: Array, windows: Windows, axis: int, dx: Array) -> Array:
    """dx: each number of dy goes to the first number in its window that is the maximum."""
    if not _leave_none_out(windows, x.shape[axis]):
        dx.fill(0)
    rest = dy if windows.disjoint else dy.copy(order="K")  # what has been won cannot be won again
    for k, (having, seen) in enumerate(windows.taps):
        at, part = _at(axis, seen), rest[_at(axis, having)]
        if having == slice(0, windows.number) and k == len(windows.taps) - 1:
            won = part  # by the last number of each window: the maximum, if none before it was
        else:
            won = part * (x[at] == y[_at(axis, having)])
            if windows.disjoint:
                rest = rest - won
            else:
                part -= won
        if windows.disjoint or k == 0:
            dx[at] = won
        else:
            dx[at] += won
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


def _distribute(dy: Array, size: int, windows: Windows, axis: int, out: Array | None) -> Array:
    """dx: each number of dy goes to all numbers in its window."""
    dx = np.empty_like(dy, shape=_resized(dy, axis, size)) if out is None else out
    if windows.few:
        end = 0  # of what has received something
        for k, span in enumerate(windows.spans):
            received = dy[_at(axis, slice(k, k + 1))]
            dx[_at(axis, slice(end, span.start))] = 0
            dx[_at(axis, slice(span.start, end))] += received
            dx[_at(axis, slice(max(span.start, end), span.stop))] = received
            end = span.stop
        dx[_at(axis, slice(end, size))] = 0
        return dx
    if not _leave_none_out(windows, size):
        dx.fill(0)
    for having, seen in windows.taps:
        if windows.disjoint:
            dx[_at(axis, seen)] = dy[_at(axis, having)]
        else:
            dx[_at(axis, seen)] += dy[_at(axis, having)]
    return dx
