"""What a sliding kernel sees, written out, and put back: the slow and plain way to convolution."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .broadcasting import Array, Shape
from .convolution import Pair, Sliding, places


# y[n, (c, i, j), (h, w)] = x[n, c, h s + i d, w s + j d]
def unfold(x: Array, kernel: Pair, how: Sliding) -> Array:
    """x (n, c, h, w) -> y (n, c kh kw, ho wo): a column for each place of the kernel."""
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = kernel, how.stride, how.padding, how.dilation
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = sliding_window_view(x, (dh * (kh - 1) + 1, dw * (kw - 1) + 1), axis=(2, 3))
    windows = windows[:, :, ::sh, ::sw, ::dh, ::dw].transpose(0, 1, 4, 5, 2, 3)  # (n, c, kh, kw, ho, wo)
    n, c, _, _, ho, wo = windows.shape
    return windows.reshape(n, c * kh * kw, ho * wo)


def unfold_vjp(dy: Array, size: Shape, kernel: Pair, how: Sliding) -> Array:
    return fold(dy, size, kernel, how)


# y[n, c, h s + i d, w s + j d] += x[n, (c, i, j), (h, w)]
def fold(x: Array, size: Shape, kernel: Pair, how: Sliding) -> Array:
    """x (n, c kh kw, ho wo) -> y (n, c, h, w) of this size."""
    (kh, kw), (ph, pw), out = kernel, how.padding, places(size, kernel, how)
    n, c = len(x), x.shape[1] // (kh * kw)
    seen = x.reshape(n, c, kh, kw, *out)
    y = np.zeros((n, c, size[0] + 2 * ph, size[1] + 2 * pw), x.dtype)
    for i in range(kh):
        for j in range(kw):
            h, w = i * how.dilation[0], j * how.dilation[1]
            y[:, :, h :: how.stride[0], w :: how.stride[1]][:, :, : out[0], : out[1]] += seen[:, :, i, j]
    return y[:, :, ph : ph + size[0], pw : pw + size[1]]


def fold_vjp(dy: Array, kernel: Pair, how: Sliding) -> Array:
    return unfold(dy, kernel, how)
