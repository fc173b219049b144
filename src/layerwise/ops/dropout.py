"""Dropout: numbers are set to zero at random."""

import numpy as np

from .broadcasting import Array

BLOCK = 65536


# y = x m / (1 - p)        dx = dy m / (1 - p)        m = 0 with probability p, else 1
def dropout(x: Array, p: float, generator: np.random.Generator) -> tuple[Array, Array]:
    """Also the mask m."""
    keep = _keep(x.size, p, generator).reshape(x.shape)
    return dropout_vjp(x, keep, p), keep


def dropout_vjp(dy: Array, keep: Array, p: float) -> Array:
    dx: Array = dy * (1 / (1 - p) if p < 1 else 0)
    dx *= keep
    return dx


def _keep(size: int, p: float, generator: np.random.Generator) -> Array:
    """Which numbers to keep: those whose 16 random bits are at least 65536 p.

    So p is kept to 1/65536, and one draw of 64 bits decides on four numbers.
    """
    keep = np.empty(size, np.bool_)
    threshold = round(65536 * p)
    if threshold == 65536:
        keep.fill(False)
        return keep
    for start in range(0, size, BLOCK):
        part = keep[start : start + BLOCK]
        draws = generator.integers(0, 2**64 - 1, -(-part.size // 4), np.uint64, endpoint=True)
        np.greater_equal(draws.view(np.uint16)[: part.size], threshold, out=part)
    return keep


# As dropout, but whole examples x[n] or channels x[n, c] are dropped together: `shape` is the mask's
def dropout_together(
    x: Array, p: float, shape: tuple[int, ...], generator: np.random.Generator
) -> tuple[Array, Array]:
    """Also the share of x that y is: few draws decide on much, and p is exact."""
    keep = generator.random(shape) >= p
    share = keep.astype(x.dtype) * (1 / (1 - p) if p < 1 else 0)
    return x * share, share


def dropout_together_vjp(dy: Array, share: Array) -> Array:
    return dy * share


# y = a (x m + α (1 - m)) + b      a = 1 / √((1 - p) (1 + p α²))      b = -a α p      dx = a dy m
def alpha_dropout(x: Array, p: float, alpha: float, generator: np.random.Generator) -> tuple[Array, Array]:
    """Also a m. Dropped numbers become α; a and b then restore mean 0 and variance 1."""
    keep = _keep(x.size, p, generator).reshape(x.shape)
    a = ((1 - p) * (1 + p * alpha**2)) ** -0.5 if p < 1 else 0
    share = keep * x.dtype.type(a)
    y = x - alpha
    y *= share
    y += a * alpha * (1 - p)
    return y, share


def alpha_dropout_vjp(dy: Array, share: Array) -> Array:
    return dy * share
