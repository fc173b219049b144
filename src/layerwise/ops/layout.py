"""How images lie in memory: with their channels first, as torch has them, or last, as neighbors.

Most operations are fastest on one of the two. A transpose changes the shape without moving a number; these
functions move them.
"""

import numpy as np

from .broadcasting import Array

STRIP = 8  # channels; to go through more of them at once is twice as slow: the cache cannot follow them all


def is_channels_last(x: Array) -> bool:
    """x (batch, channels, ...)"""
    return np.moveaxis(x, 1, -1).flags.c_contiguous


def channels_last(x: Array) -> Array:
    """The same images (batch, channels, ...), with the channels of a pixel as neighbors in memory."""
    pixels = np.moveaxis(x, 1, -1)  # (batch, ..., channels)
    if pixels.flags.c_contiguous:
        return x
    copy = np.empty(pixels.shape, x.dtype)
    assign(copy, pixels)
    return np.moveaxis(copy, -1, 1)


def assign(target: Array, pixels: Array) -> None:
    """target[...] = pixels, both (..., channels)."""
    channels = pixels.shape[-1]
    far_apart = pixels.ndim > 1 and pixels.strides[-1] > abs(pixels.strides[-2])
    step = STRIP if far_apart else max(channels, 1)
    for first in range(0, channels, step):
        target[..., first : first + step] = pixels[..., first : first + step]
