"""The same numbers in another arrangement. On the way back they are put where they came from."""

from typing import Any

import numpy as np

from .broadcasting import Array, Gradients, Needs, Shape


# y = x in another shape, read in the same order        dx = dy in the old shape
def reshape(x: Array, shape: Shape) -> Array:
    return x.reshape(shape)


def reshape_vjp(dy: Array, shape: Shape) -> Array:
    return dy.reshape(shape)


# y's dimension i is x's dimension order[i]             dx: the inverse permutation
def permute(x: Array, order: Shape) -> Array:
    return np.transpose(x, order)


def permute_vjp(dy: Array, order: Shape) -> Array:
    return np.transpose(dy, np.argsort(order))


# y = x[index]        dx[index] += dy, 0 elsewhere
def index(x: Array, where: Any) -> Array:
    y: Array = x[where]
    return y


def index_vjp(dy: Array, shape: Shape, where: Any) -> Array:
    dx = np.zeros(shape, dy.dtype)
    if _takes_each_once(where):
        dx[where] = dy
    else:
        np.add.at(dx, where, dy)
    return dx


def _takes_each_once(where: Any) -> bool:
    """Only an array of positions can name an element twice: not a number, slice, None, ... or mask."""
    parts = where if isinstance(where, tuple) else (where,)
    return all(not isinstance(part, np.ndarray | list) or np.asarray(part).dtype == bool for part in parts)


# y = the arrays one after another along `axis`         dx_k = their parts of dy
def concatenate(arrays: list[Array], axis: int) -> Array:
    return np.concatenate(arrays, axis)


def concatenate_vjp(dy: Array, sizes: list[int], axis: int, needs: Needs) -> Gradients:
    parts = np.split(dy, np.cumsum(sizes)[:-1], axis)
    return tuple(part if needed else None for part, needed in zip(parts, needs, strict=True))


# y = the arrays along a new dimension `axis`
def stack(arrays: list[Array], axis: int) -> Array:
    return np.stack(arrays, axis)


def stack_vjp(dy: Array, axis: int, needs: Needs) -> Gradients:
    parts = np.moveaxis(dy, axis, 0)
    return tuple(part if needed else None for part, needed in zip(parts, needs, strict=True))


# y = x in another number format                        dx = dy in the old one
def cast(x: Array, dtype: Any) -> Array:
    return x.astype(dtype)


def cast_vjp(dy: Array, dtype: Any) -> Array:
    return dy.astype(dtype)
