"""Normalization: numbers are shifted to mean 0 and scaled to variance 1.

Which numbers share a mean and a variance is all that tells the kinds apart: those of an example (layer norm,
and RMS norm, which does not shift), of a group of an example's channels (group norm), of a channel in the
whole batch (batch norm).

A variance is found in two passes, as the mean of (x - μ)²: of E[x²] - μ², the shorter formula, nothing but
rounding errors is left where |μ| is much larger than σ.

Sums over rows and columns are written as products with a vector of ones: matrix products sum fastest.
"""

import math
from collections.abc import Iterator

import numpy as np

from .broadcasting import Array, Gradients, Needs, Shape
from .layout import is_channels_last, pixels_first

BLOCK = 1 << 18  # numbers; what is needed in between for a block of rows stays in the processor's cache
ALL = (True, True, True)


def _blocks(x: Array) -> Iterator[slice]:
    """The rows of x, along its first dimension, in blocks of about `BLOCK` numbers."""
    step = _step(x)
    return (slice(start, start + step) for start in range(0, len(x), step))


def _step(x: Array) -> int:
    return max(BLOCK // max(math.prod(x.shape[1:]), 1), 1)


def _ones(size: int, like: Array) -> Array:
    return np.ones(size, like.dtype)


# --- over the last dimensions


# x̂ = (x - μ) r      r = 1 / √(σ² + ε)      y = x̂ w + b      μ, σ²: mean and variance of each row
def layer_norm(
    x: Array, shape: Shape, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    """x (..., *shape), weight and bias `shape` -> y as x; and μ and r of each of the rows, (rows, 1)."""
    x_rows = _rows(x, shape)
    rows, size = x_rows.shape
    w, b = _flat(weight), _flat(bias)
    y = np.empty(x.shape, x.dtype)
    y_rows = _rows(y, shape)
    mean, scale = np.empty((rows, 1), x.dtype), np.empty((rows, 1), x.dtype)
    share = _ones(size, x) / max(size, 1)
    for block in _blocks(y_rows):
        part = y_rows[block]
        np.matmul(x_rows[block], share, out=mean[block, 0])
        np.subtract(x_rows[block], mean[block], out=part)
        variance = np.vecdot(part, part) / max(size, 1)
        scale[block, 0] = 1 / np.sqrt(variance + eps)
        part *= scale[block]
        if w is not None:
            part *= w
        if b is not None:
            part += b
    return y, mean, scale


# dx = r (g - mean(g) - x̂ mean(g x̂))     g = dy w      dw = Σ_rows dy x̂      db = Σ_rows dy
def layer_norm_vjp(
    dy: Array, x: Array, shape: Shape, weight: Array | None, mean: Array, scale: Array, needs: Needs = ALL
) -> Gradients:
    """r is taken out of x̂ = (x - μ) r wherever it can be multiplied to a row's sum instead of to the row."""
    dy, x_rows = _rows(dy, shape), _rows(x, shape)
    size = x_rows.shape[1]
    w = _ones(size, x) if weight is None else weight.reshape(size)
    share = w / max(size, 1)  # g @ ones / size = dy @ share
    dx = np.empty(x.shape, x.dtype)
    dx_rows = _rows(dx, shape)
    dw, db = np.zeros_like(w), np.zeros_like(w)
    for block in _blocks(x_rows):
        part, r = dy[block], scale[block]
        centered = x_rows[block] - mean[block]
        product = part * centered
        dw += r[:, 0] @ product
        db += _ones(len(part), x) @ part
        if needs[0]:
            g = np.multiply(part, w, out=dx_rows[block])
            centered *= (product @ share)[:, np.newaxis] * r * r  # x̂ mean(g x̂)
            centered += (part @ share)[:, np.newaxis]  # + mean(g)
            g -= centered
            g *= r
    return (
        dx if needs[0] else None,
        dw.reshape(shape) if needs[1] else None,
        db.reshape(shape) if needs[2] else None,
    )


# y = x r w      r = 1 / √(mean(x²) + ε) of each row
def rms_norm(x: Array, shape: Shape, weight: Array | None, eps: float) -> tuple[Array, Array]:
    """x (..., *shape), weight `shape` -> y as x; and r of each of the rows, (rows, 1)."""
    x_rows = _rows(x, shape)
    w = _flat(weight)
    y = np.empty(x.shape, x.dtype)
    y_rows = _rows(y, shape)
    scale = 1 / np.sqrt(np.vecdot(x_rows, x_rows) / max(x_rows.shape[1], 1) + eps)[:, np.newaxis]
    for block in _blocks(y_rows):
        part = np.multiply(x_rows[block], scale[block], out=y_rows[block])
        if w is not None:
            part *= w
    return y, scale


# dx = r (g - x r² mean(g x))     g = dy w      dw = Σ_rows dy x r
def rms_norm_vjp(
    dy: Array, x: Array, shape: Shape, weight: Array | None, scale: Array, needs: Needs = (True, True)
) -> Gradients:
    dy, x_rows = _rows(dy, shape), _rows(x, shape)
    size = x_rows.shape[1]
    w = _ones(size, x) if weight is None else weight.reshape(size)
    share = w / max(size, 1)
    dx = np.empty(x.shape, x.dtype)
    dx_rows = _rows(dx, shape)
    dw = np.zeros_like(w)
    for block in _blocks(x_rows):
        part, r = dy[block], scale[block]
        product = part * x_rows[block]
        dw += r[:, 0] @ product
        if needs[0]:
            mean = (product @ share)[:, np.newaxis]
            g = np.multiply(part, w, out=dx_rows[block])
            g -= np.multiply(x_rows[block], mean * r * r, out=product)
            g *= r
    return dx if needs[0] else None, dw.reshape(shape) if needs[1] else None


def _rows(x: Array, shape: Shape) -> Array:
    """(..., *shape) as (rows, size)."""
    return x.reshape(math.prod(x.shape[: x.ndim - len(shape)]), math.prod(shape))


def _flat(x: Array | None) -> Array | None:
    return None if x is None else x.reshape(x.size)


# --- by channels
#
# Images may lie in memory with their channels first, as (batch, channels, pixels), or last, as (batch,
# pixels, channels), as convolutions leave them. Nothing is copied from one order into the other; `axis` is
# the pixels' dimension.


def _images(x: Array, last: bool) -> tuple[Array, int]:
    """x (batch, channels, ...) as (batch, channels, pixels) or (batch, pixels, channels), and `axis`."""
    batch, channels, *size = x.shape
    if last:
        return pixels_first(x).reshape(batch, math.prod(size), channels), 1
    return x.reshape(batch, channels, math.prod(size)), 2


def _empty(x: Array, last: bool) -> Array:
    """Room for numbers in the shape of x, and in its order."""
    return np.empty_like(x) if last else np.empty(x.shape, x.dtype)


def _sum(x: Array, axis: int) -> Array:
    ones = _ones(x.shape[axis], x)
    sums: Array = x @ ones if axis == 2 else ones @ x
    return sums


def _dot(a: Array, b: Array, axis: int) -> Array:
    """Σ a b"""
    return np.vecdot(a, b) if axis == 2 else _sum(a * b, axis)


def _pixelwise(v: Array, axis: int) -> Array:
    """A number for each channel (..., channels), so that it broadcasts with the channel's pixels."""
    return v[..., np.newaxis] if axis == 2 else v[..., np.newaxis, :]


# y = (x - μ) r w + b     r = 1 / √(σ² + ε)     μ, σ²: of a group of an example's channels; w, b: a channel's
def group_norm(
    x: Array, groups: int, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    """x (batch, channels, ...), weight and bias (channels,) -> y; μ and r, (batch, channels)."""
    last = is_channels_last(x)
    images, axis = _images(x, last)
    mean = _mean_of_groups(_sum(images, axis), groups, images.shape[axis])
    scale = np.empty_like(mean)
    y = _empty(x, last)
    y_images, _ = _images(y, last)
    for block in _blocks(images):
        part = np.subtract(images[block], _pixelwise(mean[block], axis), out=y_images[block])
        variance = _mean_of_groups(_dot(part, part, axis), groups, images.shape[axis])
        scale[block] = 1 / np.sqrt(variance + eps)
        part *= _pixelwise(scale[block] if weight is None else scale[block] * weight, axis)
        if bias is not None:
            part += _pixelwise(bias, axis)
    return y, mean, scale


# dx = r (g - mean(g) - x̂ mean(g x̂)) = a dy + b x + c      g = dy w      x̂ = (x - μ) r
# dw = Σ dy x̂      db = Σ dy             (means over the group, sums over batch and pixels)
def group_norm_vjp(
    dy: Array, x: Array, groups: int, weight: Array | None, mean: Array, scale: Array, needs: Needs = ALL
) -> Gradients:
    last = is_channels_last(x)
    (dy, axis), (images, _) = _images(dy, last), _images(x, last)
    size = images.shape[axis]
    alone, with_x = _sum(dy, axis), np.empty_like(mean)
    for block in _blocks(images):
        centered = images[block] - _pixelwise(mean[block], axis)
        with_x[block] = _dot(dy[block], centered, axis)
    with_x *= scale
    dx = None
    if needs[0]:
        a = scale if weight is None else scale * weight
        b = -scale * _mean_of_groups(with_x * a, groups, size)
        c = -_mean_of_groups(alone * a, groups, size) - b * mean
        a, b, c = (_pixelwise(v, axis) for v in (a, b, c))
        dx = _empty(x, last)
        dx_images, _ = _images(dx, last)
        for block in _blocks(images):
            part = np.multiply(dy[block], a[block], out=dx_images[block])
            part += images[block] * b[block]
            part += c[block]
    return dx, with_x.sum(axis=0) if needs[1] else None, alone.sum(axis=0) if needs[2] else None


def _mean_of_groups(sums: Array, groups: int, size: int) -> Array:
    """From sums over `size` pixels, (batch, channels), to means over groups, repeated for each member."""
    batch, channels = sums.shape
    members = channels // groups
    means = sums.reshape(batch, groups, members).sum(axis=2) / max(members * size, 1)
    return np.repeat(means, members, axis=1)


def _whole_batch(x: Array, last: bool) -> tuple[Array, int]:
    """As `_images`, but with channels last all pixels of the batch are one image: (pixels, channels)."""
    images, axis = _images(x, last)
    if last:
        return images.reshape(images.shape[0] * images.shape[1], images.shape[2]), 0
    return images, axis


def _spread(v: Array, x: Array, axis: int) -> Array:
    """A number for each channel, so that its first rows broadcast with a block of x.

    It is repeated for the pixels of one image if these are neighbors, and else, for several blocks, for those
    of one block: NumPy computes with long stretches of memory about twice as fast.
    """
    if axis == 0 and len(x) <= _step(x):
        return v[np.newaxis]
    spread = np.empty((1 if axis == 2 else _step(x), *x.shape[1:]), v.dtype)
    spread[...] = _pixelwise(v, axis)
    return spread


# μ = mean(x)      σ² = mean((x - μ)²)      of each channel
def channel_statistics(x: Array) -> tuple[Array, Array]:
    """x (batch, channels, ...) -> mean and variance, (channels,)."""
    x, axis = _whole_batch(x, is_channels_last(x))
    channels = x.shape[1]
    n = max(x.size // max(channels, 1), 1)
    mean = _sum(x, axis).reshape(-1, channels).sum(axis=0) / n
    shift = _spread(mean, x, axis)
    variance = np.zeros_like(mean)
    for block in _blocks(x):
        centered = x[block] - shift[: len(x[block])]
        variance += _dot(centered, centered, axis).reshape(-1, channels).sum(axis=0)
    variance /= n
    return mean, variance


# y = (x - μ) r w + b      r = 1 / √(σ² + ε)      for each channel
def batch_norm(
    x: Array, mean: Array, variance: Array, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array]:
    """x (batch, channels, ...), the others (channels,) -> y, and r.

    Computed as y = a x + c, with a = r w and c = b - a μ.
    """
    scale = 1 / np.sqrt(variance + eps)
    a = scale if weight is None else scale * weight
    c = -a * mean if bias is None else bias - a * mean
    last = is_channels_last(x)
    rows, axis = _whole_batch(x, last)
    y = _empty(x, last)
    y_rows, _ = _whole_batch(y, last)
    a, c = _spread(a, rows, axis), _spread(c, rows, axis)
    for block in _blocks(rows):
        part = y_rows[block]
        np.multiply(rows[block], a[: len(part)], out=part)
        part += c[: len(part)]
    return y, scale


# dx = r (g - mean(g) - x̂ mean(g x̂)) = a dy + b x + c      g = dy w      x̂ = (x - μ) r
# dw = Σ dy x̂      db = Σ dy                               (sums and means over batch and pixels)
def batch_norm_vjp(
    dy: Array, x: Array, weight: Array | None, mean: Array, scale: Array, training: bool, needs: Needs = ALL
) -> Gradients:
    """training: μ and σ² were computed from x. If not they are constants, and dx = r g."""
    last = is_channels_last(x)
    (dy, axis), (rows, _) = _whole_batch(dy, last), _whole_batch(x, last)
    channels = x.shape[1]
    n = max(x.size // max(channels, 1), 1)
    dw, db = np.zeros(channels, x.dtype), np.zeros(channels, x.dtype)
    shift = _spread(mean, rows, axis)
    for block in _blocks(rows):
        part = dy[block]
        centered = rows[block] - shift[: len(part)]
        dw += _dot(part, centered, axis).reshape(-1, channels).sum(axis=0)
        db += _sum(part, axis).reshape(-1, channels).sum(axis=0)
    dw *= scale
    if not needs[0]:
        return None, dw if needs[1] else None, db if needs[2] else None

    a = scale if weight is None else scale * weight
    b = -a * scale * dw / n
    c = -a * db / n - b * mean
    dx = _empty(x, last)
    dx_rows, _ = _whole_batch(dx, last)
    a, b, c = (_spread(v, rows, axis) for v in (a, b, c))
    for block in _blocks(rows):
        part = dx_rows[block]
        np.multiply(dy[block], a[: len(part)], out=part)
        if training:
            part += rows[block] * b[: len(part)]
            part += c[: len(part)]
    return dx, dw if needs[1] else None, db if needs[2] else None
