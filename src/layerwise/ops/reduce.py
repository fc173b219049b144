"""Many numbers become one: sum, mean, variance, product, norm, maximum.

`axes` are the dimensions that disappear, counted from 0.
"""

import math
from typing import Any

import numpy as np

from .broadcasting import Array, Shape


# y = Σ x          dx = dy, copied to every place that was summed
def sum(x: Array, axes: Shape, keepdims: bool) -> Array:
    y: Array = x.sum(axes, _wide(x), keepdims=keepdims)
    return y


def sum_vjp(dy: Array, shape: Shape, axes: Shape) -> Array:
    return np.broadcast_to(dy.reshape(_with_axes(shape, axes)), shape)


# y = Σ x / n      dx = dy / n
def mean(x: Array, axes: Shape, keepdims: bool) -> Array:
    y: Array = x.mean(axes, keepdims=keepdims)
    return y


def mean_vjp(dy: Array, shape: Shape, axes: Shape) -> Array:
    n = math.prod(shape[axis] for axis in axes)
    return sum_vjp(dy / max(n, 1), shape, axes)  # n = 0: there is nothing to send the gradient to


# y = Σ (x - μ)² / (n - correction),  μ = Σ x / n        dx = dy 2 (x - μ) / (n - correction)
def var(x: Array, axes: Shape, correction: float) -> tuple[Array, Array]:
    """Also x - μ. The variance keeps the dimensions that are reduced, with size 1."""
    centered = x - x.mean(axes, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):  # of one number, corrected: 0 / 0
        y: Array = np.square(centered).sum(axes, keepdims=True) / _freedom(x, axes, correction)
    return y, centered


def var_vjp(dy: Array, centered: Array, axes: Shape, correction: float) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = 2 / _freedom(centered, axes, correction)
    dx: Array = dy.reshape(_with_axes(centered.shape, axes)) * slope * centered
    return dx


# y = √var         dx = dy dvar / (2 y), 0 where y = 0
def std(x: Array, axes: Shape, correction: float) -> tuple[Array, Array]:
    y, centered = var(x, axes, correction)
    return np.sqrt(y), centered


def std_vjp(dy: Array, centered: Array, y: Array, axes: Shape, correction: float) -> Array:
    dy = dy.reshape(y.shape)
    dvar = np.divide(dy, 2 * y, out=np.zeros_like(dy), where=y != 0)
    return var_vjp(dvar, centered, axes, correction)


def _freedom(x: Array, axes: Shape, correction: float) -> Array:
    n = math.prod(x.shape[axis] for axis in axes)
    return np.asarray(max(n - correction, 0), x.dtype)


# y = Π x          dx_i = dy Π_{j≠i} x_j: the product of all before i times the product of all after i
def prod(x: Array, axis: int, keepdims: bool) -> Array:
    y: Array = np.prod(x, axis=axis, keepdims=keepdims, dtype=_wide(x))
    return y


def prod_vjp(dy: Array, x: Array, axis: int) -> Array:
    """Not dy y / x: one of the numbers may be 0."""
    x = np.moveaxis(x, axis, -1)
    one = np.ones((*x.shape[:-1], 1), x.dtype)
    before = np.cumprod(np.concatenate([one, x[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([one, x[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    dx = dy.reshape((*x.shape[:-1], 1)) * before * after
    return np.moveaxis(dx, -1, axis)


# y_i = Σ_{j≤i} x_j        dx_i = Σ_{j≥i} dy_j
def cumsum(x: Array, axis: int) -> Array:
    y: Array = np.cumsum(x, axis, dtype=_wide(x))
    return y


def cumsum_vjp(dy: Array, axis: int) -> Array:
    return np.flip(np.cumsum(np.flip(dy, axis), axis), axis)


# y = (Σ |x|^p)^(1/p)      dx = dy sign(x) (|x| / y)^(p-1), 0 where y = 0
def norm(x: Array, p: float, axes: Shape) -> Array:
    """p = ∞: the largest |x|, p = -∞: the smallest, p = 0: how many are not 0.

    The dimensions that are reduced stay, with size 1.
    """
    size = np.abs(x)
    if p == math.inf:
        y = size.max(axes, keepdims=True, initial=0)
    elif p == -math.inf:
        y = size.min(axes, keepdims=True)
    elif p == 0:
        y = np.count_nonzero(x, axes, keepdims=True).astype(x.dtype)
    elif p == 1:
        y = size.sum(axes, keepdims=True)
    elif p == 2:
        y = np.sqrt(np.square(x).sum(axes, keepdims=True))
    else:
        y = (size**p).sum(axes, keepdims=True) ** (1 / p)
    return np.asarray(y)


def norm_vjp(dy: Array, x: Array, y: Array, p: float, axes: Shape) -> Array:
    dy = dy.reshape(y.shape)
    if p == 0:
        return np.zeros_like(x)
    if abs(p) == math.inf:  # in equal shares to all that attain it
        attained = np.abs(x) == y
        slope = np.sign(x) * attained / attained.sum(axes, keepdims=True, dtype=dy.dtype)
    elif p == 2:
        slope = x / (y + (y == 0))
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(x == 0, 0, np.sign(x) * (np.abs(x) / y) ** (p - 1))
    dx: Array = dy * slope
    return dx


# y = max x        the gradient goes to the maximum, in equal shares where it is attained more than once
def max_all(x: Array) -> Array:
    y: Array = np.max(x)
    return y


# y = min x
def min_all(x: Array) -> Array:
    y: Array = np.min(x)
    return y


def extreme_all_vjp(dy: Array, x: Array, y: Array) -> Array:
    attained = (x == y) | np.isnan(x)  # one NaN makes the maximum NaN
    dx: Array = dy * attained / attained.sum(dtype=dy.dtype)
    return dx


# y_i = max_j x_ij, attained at index_i (the first, if several)        dx_ij = dy_i where j = index_i, else 0
def max_along(x: Array, axis: int) -> tuple[Array, Array]:
    index = np.argmax(x, axis=axis, keepdims=True)
    return np.take_along_axis(x, index, axis), index


# y_i = min_j x_ij
def min_along(x: Array, axis: int) -> tuple[Array, Array]:
    index = np.argmin(x, axis=axis, keepdims=True)
    return np.take_along_axis(x, index, axis), index


# y_ik = x_ij with j = index_ik: the sorted numbers        dx_ij = dy_ik
def sort(x: Array, axis: int, descending: bool) -> tuple[Array, Array]:
    """Equal numbers stay in the order in which they were."""
    if descending:
        index = x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis, kind="stable"), axis)
    else:
        index = np.argsort(x, axis, kind="stable")
    return np.take_along_axis(x, index, axis), index


def along_vjp(dy: Array, shape: Shape, index: Array, axis: int) -> Array:
    """Each number of dy goes back to where it was taken from; no place was taken from twice."""
    dx = np.zeros(shape, dy.dtype)
    np.put_along_axis(dx, index, dy.reshape(index.shape), axis)
    return dx


def _with_axes(shape: Shape, axes: Shape) -> Shape:
    """The shape after a reduction that keeps the dimensions it reduces, with size 1."""
    return tuple([1 if axis in axes else size for axis, size in enumerate(shape)])


def _wide(x: Array) -> Any:
    """The number format of a sum: integers are added up without overflow."""
    return x.dtype if x.dtype.kind == "f" else np.int64
