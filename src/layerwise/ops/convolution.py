"""Convolution: a kernel of weights slides over an image; each output pixel sums up what it sees there.

With position (i, j) in the kernel, stride s, dilation d, and x framed by `padding` zeros,

    y[n, o, h, w] = b[o] + Σ_c Σ_i Σ_j W[o, c, i, j] x[n, c, h s + i d, w s + j d]

As loops these are seven, one for each letter. Here they are matrix products. Four ideas make them fast:

* Channels last. Arrays are shaped (images, channels, height, width), as in torch, but a result lies in memory
  as (images, height, width, channels): what a row of the kernel sees is then one stretch of memory. A
  transpose turns one into the other without moving a number.
* Row by row. To copy out what the whole kernel sees at every pixel ("im2col") makes the three sums one
  product, but repeats each number kh kw times. What *one row* of the kernel sees repeats it kw times and
  serves all rows: the next row sees the same, one line further down.
* Images side by side. The lines of several images alternate, (height, images, width, channels): one line down
  is then the same step in all of them, and many small images make one large matrix.
* Blocks. Only so many images are taken at a time that all of this stays in the processor's cache.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .broadcasting import Array, Gradients, Needs, Shape
from .layout import assign, channels_last
from .linear import linear, linear_vjp

Pair = tuple[int, int]  # of the height and of the width

BLOCK = 1 << 19  # bytes to work on at a time
NARROW = 64  # a kernel that sees no more numbers than this is not worth taking row by row


class Sliding(NamedTuple):
    """How the kernel slides. Channels of different `groups` do not see one another."""

    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1


def places(size: Shape, kernel: Shape, how: Sliding) -> Pair:
    """How many places the kernel has along the height and the width: the size of the output."""
    ho, wo = (
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, how.stride, how.padding, how.dilation, strict=True)
    )
    return ho, wo


# y = W ⋆ x + b        dx: every weight sends dy back to the pixel it saw        dW = Σ dy × the pixel it saw
def conv2d(x: Array, weight: Array, bias: Array | None, how: Sliding) -> Array:
    """x (n, c_in, h, w), weight (c_out, c_in / groups, kh, kw), bias (c_out,) -> y (n, c_out, ho, wo)."""
    if _sees_one_pixel(weight, how):
        return _image(linear(_pixels(x), weight[:, :, 0, 0], bias), x.shape)
    return _gather(x, weight, bias, places(x.shape[2:], weight.shape[2:], how), how)


def conv2d_vjp(
    dy: Array, x: Array, weight: Array, how: Sliding, needs: Needs = (True, True, True)
) -> Gradients:
    if _sees_one_pixel(weight, how):
        dx, dw, _ = linear_vjp(_pixels(dy), _pixels(x), weight[:, :, 0, 0], (*needs[:2], False))
        dx = None if dx is None else _image(dx, x.shape)
        dw = None if dw is None else dw.reshape(weight.shape)
    else:
        dy = channels_last(dy)
        dx = _scatter(dy, weight, None, x.shape[2:], how) if needs[0] else None
        dw = _correlate(x, dy, weight, how) if needs[1] else None
    return dx, dw, _sum_of_pixels(dy) if needs[2] else None


# The same backwards: y = b + what W ⋆ z sends back to z if x is the gradient of its output
def conv_transpose2d(x: Array, weight: Array, bias: Array | None, size: Shape, how: Sliding) -> Array:
    """x (n, c_in, h, w), weight (c_in, c_out / groups, kh, kw), size (ho, wo) -> y (n, c_out, ho, wo)."""
    return _scatter(x, weight, bias, size, how)


def conv_transpose2d_vjp(
    dy: Array, x: Array, weight: Array, how: Sliding, needs: Needs = (True, True, True)
) -> Gradients:
    dy = channels_last(dy)
    dx = _gather(dy, weight, None, x.shape[2:], how) if needs[0] else None
    dw = _correlate(dy, x, weight, how) if needs[1] else None
    return dx, dw, _sum_of_pixels(dy) if needs[2] else None


# One dimension: images one pixel high
def conv1d(x: Array, weight: Array, bias: Array | None, how: Sliding) -> Array:
    """x (n, c_in, w), weight (c_out, c_in / groups, kw), bias (c_out,) -> y (n, c_out, wo)."""
    return conv2d(x[:, :, None], weight[:, :, None], bias, how)[:, :, 0]


def conv1d_vjp(
    dy: Array, x: Array, weight: Array, how: Sliding, needs: Needs = (True, True, True)
) -> Gradients:
    return _flat(conv2d_vjp(dy[:, :, None], x[:, :, None], weight[:, :, None], how, needs))


def conv_transpose1d(x: Array, weight: Array, bias: Array | None, size: Shape, how: Sliding) -> Array:
    """x (n, c_in, w), weight (c_in, c_out / groups, kw), size (1, wo) -> y (n, c_out, wo)."""
    return conv_transpose2d(x[:, :, None], weight[:, :, None], bias, size, how)[:, :, 0]


def conv_transpose1d_vjp(
    dy: Array, x: Array, weight: Array, how: Sliding, needs: Needs = (True, True, True)
) -> Gradients:
    return _flat(conv_transpose2d_vjp(dy[:, :, None], x[:, :, None], weight[:, :, None], how, needs))


def _flat(gradients: Gradients) -> Gradients:
    dx, dw, db = gradients
    return None if dx is None else dx[:, :, 0], None if dw is None else dw[:, :, 0], db


# --- The three sums. The kernel slides over x, the large side; the small side, y, has a pixel for each place.


# y[n, o, h, w] = b[o] + Σ_c Σ_i Σ_j W[o, c, i, j] x[n, c, h s + i d, w s + j d]
def _gather(x: Array, weight: Array, bias: Array | None, size: Shape, how: Sliding) -> Array:
    """Convolution, to a y of this size."""
    y = np.empty((len(x), *size, len(weight)), x.dtype)
    gather = _gather_by_taps if _is_depthwise(weight, how) else _gather_by_rows
    for block, sums in gather(x, weight, size, how):
        y[block] = sums.swapaxes(0, 1)  # (ho, m, wo, c_out) -> (m, ho, wo, c_out)
        if bias is not None:
            y[block] += bias
    return y.transpose(0, 3, 1, 2)


def _gather_by_rows(x: Array, weight: Array, size: Shape, how: Sliding) -> Iterator[tuple[slice, Array]]:
    rows = _rows(weight, how.groups, _is_narrow(weight))
    for block, patches in _seen(x, weight, size, how):
        sums = patches[0] @ rows[0]  # (groups, ho m wo, o)
        term = np.empty_like(sums)
        for patch, row in zip(patches[1:], rows[1:], strict=True):
            sums += np.matmul(patch, row, out=term)
        yield block, _side_by_side(sums, size)


# x[n, c, h s + i d, w s + j d] += Σ_o W[o, c, i, j] y[n, o, h, w]        for all h, w, i, j; at last + b[c]
def _scatter(y: Array, weight: Array, bias: Array | None, size: Shape, how: Sliding) -> Array:
    """Transposed convolution, to an x of this size."""
    turned = _turned_around(y, weight, size, how)
    if turned is not None:
        return _gather(y, turned[0], bias, size, turned[1])
    (h, w), (ph, pw) = size, how.padding
    x = np.empty((len(y), h, w, weight.shape[1] * how.groups), y.dtype)
    scatter = _scatter_by_taps if _is_depthwise(weight, how) else _scatter_by_rows
    for block, sums in scatter(y, weight, (h + 2 * ph, w + 2 * pw), how):
        x[block] = sums[ph : ph + h, :, pw : pw + w].swapaxes(0, 1)  # (h, m, w, c) -> (m, h, w, c)
        if bias is not None:
            x[block] += bias
    return x.transpose(0, 3, 1, 2)


def _scatter_by_rows(y: Array, weight: Array, size: Shape, how: Sliding) -> Iterator[tuple[slice, Array]]:
    (_, c, kh, kw), g = weight.shape, how.groups
    rows = np.ascontiguousarray(_rows(weight, g, False).swapaxes(2, 3))  # (kh, groups, o, kw c)
    for block, lines in _framed(y, (0, 0), size[1] * kw * c * g):
        sums = np.zeros((size[0], lines.shape[1], size[1], g * c), y.dtype)
        for i in range(kh):
            sent = _grouped(lines, g) @ rows[i]  # (groups, ho m wo, kw c)
            for j in range(kw):
                place = _place(i, j, y.shape[2:], how)
                sums[place] += _side_by_side(sent[..., j * c : (j + 1) * c], y.shape[2:])
        yield block, sums


# dW[o, c, i, j] = Σ_n Σ_h Σ_w dy[n, o, h, w] x[n, c, h s + i d, w s + j d]
def _correlate(x: Array, dy: Array, weight: Array, how: Sliding) -> Array:
    """The gradient with respect to the weight."""
    correlate = _correlate_by_taps if _is_depthwise(weight, how) else _correlate_by_rows
    return correlate(x, dy, weight, how)


def _correlate_by_rows(x: Array, dy: Array, weight: Array, how: Sliding) -> Array:
    (c_out, c, kh, kw), g, narrow = weight.shape, how.groups, _is_narrow(weight)
    d_rows = np.zeros_like(_rows(weight, g, narrow))
    for block, patches in _seen(x, weight, dy.shape[2:], how):
        d = _grouped(dy[block].transpose(2, 0, 3, 1), g)  # (groups, ho m wo, o)
        for d_row, patch in zip(d_rows, patches, strict=True):
            d_row += patch.swapaxes(1, 2) @ d
    high = kh if narrow else 1  # back from (rows, groups, high kw c, o)
    dw = d_rows.reshape(kh // high, g, high, kw, c, c_out // g).transpose(1, 5, 4, 0, 2, 3)
    return dw.reshape(weight.shape)


# --- The same, depthwise: each channel is a group of its own, so there is no sum over c, and a matrix would
# have one column. Here the kernel is taken number by number ("tap" by tap): all it sees, times a weight.
# `einsum` multiplies and adds in one go.


def _gather_by_taps(x: Array, weight: Array, size: Shape, how: Sliding) -> Iterator[tuple[slice, Array]]:
    (sh, sw), _, (dh, dw), _ = how
    (c, _, kh, kw), (ho, wo) = weight.shape, size
    taps = _taps(weight, wo)
    for block, lines in _framed(x, how.padding):
        windows = sliding_window_view(lines, (dh * (kh - 1) + 1, dw * (kw - 1) + 1), axis=(0, 2))
        windows = windows[::sh, :, ::sw, :, ::dh, ::dw][:ho, :, :wo].transpose(0, 1, 4, 5, 2, 3)
        # (ho, m, kh, kw, wo, c), of which pixels and channels (wo, c) are a line of memory if the stride is 1
        line = (1, wo * c) if sw == 1 else (wo, c)
        seen = windows.reshape(ho, lines.shape[1], kh, kw, *line)
        sums = np.einsum("hmijwc,ijwc->hmwc", seen, taps.reshape(kh, kw, *line))
        yield block, sums.reshape(ho, lines.shape[1], wo, c)


def _scatter_by_taps(y: Array, weight: Array, size: Shape, how: Sliding) -> Iterator[tuple[slice, Array]]:
    taps = _taps(weight, y.shape[3])
    for block, lines in _framed(y, (0, 0), how.stride[0] * size[1] * len(weight)):
        sums = np.zeros((size[0], lines.shape[1], size[1], len(weight)), y.dtype)
        term = np.empty_like(lines)
        for i, j in np.ndindex(taps.shape[:2]):
            sums[_place(i, j, y.shape[2:], how)] += np.multiply(lines, taps[i, j], out=term)
        yield block, sums


def _correlate_by_taps(x: Array, dy: Array, weight: Array, how: Sliding) -> Array:
    d_taps = np.zeros_like(_taps(weight, dy.shape[3]))
    for block, lines in _framed(x, how.padding):
        d = dy[block].transpose(2, 0, 3, 1)  # (ho, m, wo, c)
        for i, j in np.ndindex(d_taps.shape[:2]):
            d_taps[i, j] += np.einsum("hmwc,hmwc->wc", lines[_place(i, j, dy.shape[2:], how)], d)
    dw: Array = d_taps.sum(axis=2).transpose(2, 0, 1).reshape(weight.shape)
    return dw


# --- images as lines of pixels


def _framed(x: Array, padding: Pair, numbers: int = 0) -> Iterator[tuple[slice, Array]]:
    """Blocks of images, framed with zeros, side by side: (h + 2 ph, m, w + 2 pw, c).

    numbers: how many numbers will be made of one line of one image, if more than it has.

    The array is one and the same as long as the number m of images is: the frame stays zero.
    """
    n, c, h, w = x.shape
    ph, pw = padding
    height, width = h + 2 * ph, w + 2 * pw
    m = max(1, BLOCK // (height * max(numbers, width * c) * x.itemsize))
    blocks = max(1, -(-n // m))
    m = max(1, -(-n // blocks))  # as many blocks, of about the same size
    lines = np.empty(0)
    for start in range(0, n, m):
        images = x[start : start + m].transpose(2, 0, 3, 1)  # (h, m, w, c)
        if lines.shape[1:2] != images.shape[1:2]:
            lines = np.zeros((height, images.shape[1], width, c), x.dtype)
        assign(lines[ph : ph + h, :, pw : pw + w], images)
        yield slice(start, start + m), lines


def _seen(x: Array, weight: Array, size: Shape, how: Sliding) -> Iterator[tuple[slice, list[Array]]]:
    """Blocks of images: for each row of the kernel, what it sees, (groups, ho m wo, kw c).

    A line of this matrix belongs to a pixel of y. A narrow kernel is one row: (groups, ho m wo, kh kw c).
    """
    (_, c, kh, kw), (ho, wo), g = weight.shape, size, how.groups
    (sh, sw), _, (dh, dw), _ = how
    high = kh if _is_narrow(weight) else 1
    before = None
    for block, lines in _framed(x, how.padding, wo * kw * high * c * g):
        if lines is not before:
            before = lines
            pixels = lines.reshape(*lines.shape[:3], g, c)
            windows = sliding_window_view(pixels, (dh * (high - 1) + 1, dw * (kw - 1) + 1), axis=(0, 2))
            windows = windows[:, :, ::sw, ..., ::dh, ::dw][:, :, :wo].transpose(3, 0, 1, 2, 5, 6, 4)
            # (groups, lines, m, wo, high, kw, c), of which the rows of the kernel see every sh-th line
            phases = {i * dh % sh: windows[:, i * dh % sh :: sh] for i in range(0, kh, high)}
            copies = {phase: np.empty(window.shape, x.dtype) for phase, window in phases.items()}
            patches = []  # views: each row of the kernel sees `ho` lines of a copy, from its first one on
            for i in range(0, kh, high):
                first = i * dh // sh
                patch = copies[i * dh % sh][:, first : first + ho]
                patches.append(patch.reshape(g, ho * lines.shape[1] * wo, high * kw * c))
        for phase, window in phases.items():
            copies[phase][...] = window
        yield block, patches


def _place(i: int, j: int, size: Shape, how: Sliding) -> tuple[slice, slice, slice]:
    """The pixels (h, m, w) that position (i, j) of the kernel sees."""
    (sh, sw), _, (dh, dw), _ = how
    h, w = i * dh, j * dw
    return slice(h, h + sh * (size[0] - 1) + 1, sh), slice(None), slice(w, w + sw * (size[1] - 1) + 1, sw)


def _grouped(lines: Array, groups: int) -> Array:
    """(h, m, w, groups c) -> (groups, h m w, c)"""
    h, m, w, c = lines.shape
    return lines.reshape(h * m * w, groups, c // groups).swapaxes(0, 1)


def _side_by_side(sums: Array, size: Shape) -> Array:
    """(groups, ho m wo, c) -> (ho, m, wo, groups c)"""
    g, pixels, c = sums.shape
    return sums.swapaxes(0, 1).reshape(size[0], pixels // (size[0] * size[1]), size[1], g * c)


def _pixels(x: Array) -> Array:
    """(n, c, h, w) -> (n h w, c)"""
    return channels_last(x).transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _image(pixels: Array, shape: Shape) -> Array:
    """(n h w, c) -> (n, c, h, w), of images of this shape, but for the channels."""
    n, _, h, w = shape
    return pixels.reshape(n, h, w, pixels.shape[1]).transpose(0, 3, 1, 2)


def _sum_of_pixels(dy: Array) -> Array:
    db: Array = dy.sum(axis=2).sum(axis=2).sum(axis=0)  # in parts: a long sum loses digits
    return db


# --- kernels


def _sees_one_pixel(weight: Array, how: Sliding) -> bool:
    return weight.shape[2:] == (1, 1) and how == Sliding(dilation=how.dilation)


def _is_depthwise(weight: Array, how: Sliding) -> bool:
    return weight.shape[1] == 1 and len(weight) == how.groups > 1


def _is_narrow(weight: Array) -> bool:
    return math.prod(weight.shape[1:]) <= NARROW


def _rows(weight: Array, groups: int, whole: bool) -> Array:
    """(groups o, c, kh, kw) -> row by row (kh, groups, kw c, o); as a whole (1, groups, kh kw c, o)."""
    c_out, c, kh, kw = weight.shape
    o, high = c_out // groups, kh if whole else 1
    rows = weight.reshape(groups, o, c, kh // high, high, kw).transpose(3, 0, 4, 5, 2, 1)
    return rows.reshape(kh // high, groups, high * kw * c, o)


def _taps(weight: Array, width: int) -> Array:
    """(c, 1, kh, kw) -> (kh, kw, width, c): for each pixel of a line, so that whole lines are multiplied."""
    taps = weight[:, 0].transpose(1, 2, 0)[:, :, np.newaxis]
    return np.repeat(taps, width, axis=2)


def _turned_around(y: Array, weight: Array, size: Shape, how: Sliding) -> tuple[Array, Sliding] | None:
    """With stride 1 to scatter is to gather with the kernel turned around. None where that is not so.

    What x[p] receives from y[p - i d] has weight W[i]: that is y[p + i' d - (k - 1) d] with W[k - 1 - i'].
    """
    (c_out, c, *kernel), g = weight.shape, how.groups
    ph, pw = (d * (k - 1) - p for k, p, d in zip(kernel, how.padding, how.dilation, strict=True))
    sizes = (y.shape[2] + ph - how.padding[0], y.shape[3] + pw - how.padding[1])
    if how.stride != (1, 1) or min(ph, pw) < 0 or sizes != tuple(size):
        return None
    turned = weight.reshape(g, c_out // g, c, *kernel)[..., ::-1, ::-1].swapaxes(1, 2)
    return turned.reshape(g * c, c_out // g, *kernel), Sliding((1, 1), (ph, pw), how.dilation, g)
