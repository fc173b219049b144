"""How images lie in memory: with their channels first, as torch has them, or last, as neighbors.

Most operations are fastest on one of the two. A transpose changes the shape without moving a number; these
functions move them.
"""

import math

import numpy as np

from .broadcasting import Array

BLOCK = 1 << 16  # numbers to move at a time
SAME_PLACE = 1024  # numbers that lie multiples of so many bytes apart compete for a few places in the cache
GAP = 16  # so many numbers between the channels, and they do not


def is_channels_last(x: Array) -> bool:
    """x (batch, channels, ...)"""
    return pixels_first(x).flags.c_contiguous


def pixels_first(x: Array) -> Array:
    """x (batch, channels, ...) as (batch, ..., channels); `np.moveaxis` takes ten times as long."""
    return x.transpose(0, *range(2, x.ndim), 1)


def channels_last(x: Array) -> Array:
    """The same images (batch, channels, ...), with the channels of a pixel as neighbors in memory."""
    pixels = pixels_first(x)
    if pixels.flags.c_contiguous:
        return x
    copy = np.empty(pixels.shape, x.dtype)
    step = max(1, BLOCK * len(x) // max(x.size, 1))
    for start in range(0, len(x), step):
        assign(copy[start : start + step], pixels[start : start + step])
    return np.moveaxis(copy, -1, 1)


def assign(target: Array, pixels: Array) -> None:
    """target[...] = pixels, both (..., channels)."""
    apart = pixels.strides[-1]
    if apart > 0 and apart % SAME_PLACE == 0:
        channels = pixels.transpose(pixels.ndim - 1, *range(pixels.ndim - 1))
        lines = np.empty((len(channels), math.prod(channels.shape[1:]) + GAP), pixels.dtype)
        spaced = lines[:, :-GAP].reshape(channels.shape)  # a view
        spaced[...] = channels
        pixels = spaced.transpose(*range(1, pixels.ndim), 0)
    target[...] = pixels
