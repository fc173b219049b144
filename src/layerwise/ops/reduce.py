"""Many numbers become one: sum, mean, maximum. `axes` are the dimensions that disappear, counted from 0."""

from typing import Any

import numpy as np

from .broadcasting import Array, Shape


# y = Σ x          dx = dy, copied to every place that was summed
def sum(x: Array, axes: Shape, keepdims: bool) -> Array:
    wide: Any = None if x.dtype.kind == "f" else np.int64  # integers are summed without overflow
    y: Array = np.sum(x, axis=axes, keepdims=keepdims, dtype=wide)
    return y


def sum_vjp(dy: Array, shape: Shape, axes: Shape) -> Array:
    return np.broadcast_to(_with_axes(dy, shape, axes), shape)


# y = Σ x / n      dx = dy / n
def mean(x: Array, axes: Shape, keepdims: bool) -> Array:
    y: Array = np.mean(x, axis=axes, keepdims=keepdims)
    return y


def mean_vjp(dy: Array, shape: Shape, axes: Shape) -> Array:
    n = int(np.prod([shape[axis] for axis in axes]))
    return sum_vjp(dy / max(n, 1), shape, axes)  # n = 0: there is nothing to send the gradient to


# y = max x        the gradient goes to the maximum, in equal shares where it is attained more than once
def max_all(x: Array) -> Array:
    y: Array = np.max(x)
    return y


def max_all_vjp(dy: Array, x: Array, y: Array) -> Array:
    attained = (x == y) | np.isnan(x)  # one NaN makes the maximum NaN
    dx: Array = dy * attained / attained.sum(dtype=dy.dtype)
    return dx


# y_i = max_j x_ij, attained at index_i (the first, if several)        dx_ij = dy_i where j = index_i, else 0
def max_along(x: Array, axis: int) -> tuple[Array, Array]:
    index = np.argmax(x, axis=axis, keepdims=True)
    return np.take_along_axis(x, index, axis), index


def max_along_vjp(dy: Array, shape: Shape, index: Array, axis: int) -> Array:
    dx = np.zeros(shape, dy.dtype)
    np.put_along_axis(dx, index, dy.reshape(index.shape), axis)
    return dx


def _with_axes(dy: Array, shape: Shape, axes: Shape) -> Array:
    """Give `dy` back the dimensions that the reduction took away, each of size 1."""
    return dy.reshape([1 if axis in axes else size for axis, size in enumerate(shape)])
