"""The same numbers in another arrangement. On the way back they are put where they came from."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .broadcasting import Array, Gradients, Needs, Shape, sum_to


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
    if not _takes_each_once(where):
        return scatter_sum(dy, np.arange(math.prod(shape)).reshape(shape)[where], shape)
    dx = np.zeros(shape, dy.dtype)
    dx[where] = dy
    return dx


def _takes_each_once(where: Any) -> bool:
    """Only an array of positions can name an element twice: not a number, slice, None, ... or mask."""
    parts = where if isinstance(where, tuple) else (where,)
    return all(not isinstance(part, np.ndarray | list) or np.asarray(part).dtype == bool for part in parts)


def scatter_sum(values: Array, positions: Array, shape: Shape) -> Array:
    """Zeros of this shape, to which `values` are added at `positions` (numbers of its elements, in order)."""
    total = np.bincount(positions.reshape(-1), values.reshape(-1), minlength=math.prod(shape))
    return total.reshape(shape).astype(values.dtype, copy=False)


# y_ij = x_kj with k = index_ij (along axis 0)        dx_kj = Σ_i dy_ij where index_ij = k
def gather(x: Array, axis: int, index: Array) -> Array:
    y: Array = x[_at(index, axis)]
    return y


def gather_vjp(dy: Array, shape: Shape, axis: int, index: Array) -> Array:
    return index_vjp(dy, shape, _at(index, axis))


# y = x, then y_kj += source_ij with k = index_ij (along axis 0)        dx = dy, dsource_ij = dy_kj
def scatter_add(x: Array, axis: int, index: Array, source: Array) -> Array:
    """`source` may be larger than `index`: then its first numbers along each dimension are used."""
    y: Array = x + gather_vjp(source[_first(index.shape)], x.shape, axis, index)
    return y


def scatter_add_vjp(dy: Array, axis: int, index: Array, source_shape: Shape, needs: Needs) -> Gradients:
    if not needs[1]:
        return dy, None
    dsource = np.zeros(source_shape, dy.dtype)
    dsource[_first(index.shape)] = gather(dy, axis, index)
    return dy, dsource


def _at(index: Array, axis: int) -> tuple[Array, ...]:
    """`index` counts along `axis`; in the other dimensions each of its numbers stands for its own place."""
    places = list(np.ogrid[_first(index.shape)])
    places[axis] = index
    return tuple(places)


def _first(shape: Shape) -> tuple[slice, ...]:
    return tuple([slice(size) for size in shape])


# y = x, each number copied to as many places as the shape asks for        dx: the sum over the copies
def broadcast_to(x: Array, shape: Shape) -> Array:
    return np.broadcast_to(x, shape)


def broadcast_to_vjp(dy: Array, shape: Shape) -> Array:
    return sum_to(dy, shape)


# y = x backwards along these dimensions                dx = dy backwards
def flip(x: Array, axes: Shape) -> Array:
    return np.flip(x, axes)


def flip_vjp(dy: Array, axes: Shape) -> Array:
    return np.flip(dy, axes)


# y_i = x_(i - shift), around the end                   dx_i = dy_(i + shift)
def roll(x: Array, shifts: Any, axes: Any) -> Array:
    return np.roll(x, shifts, axes)


def roll_vjp(dy: Array, shifts: Any, axes: Any) -> Array:
    return np.roll(dy, tuple([-shift for shift in shifts]) if isinstance(shifts, tuple) else -shifts, axes)


# y_ij = x_ij on and below the diagonal, 0 above it     dx in the same way
def tril(x: Array, diagonal: int) -> Array:
    return np.tril(x, diagonal)


def tril_vjp(dy: Array, diagonal: int) -> Array:
    return np.tril(dy, diagonal)


# y_ij = x_ij on and above the diagonal, 0 below it     dx in the same way
def triu(x: Array, diagonal: int) -> Array:
    return np.triu(x, diagonal)


def triu_vjp(dy: Array, diagonal: int) -> Array:
    return np.triu(dy, diagonal)


# y = x as often as `repeats` says along each dimension: read as (repeat, size, repeat, size, ...)
def tile(x: Array, repeats: Shape) -> Array:
    return np.tile(x, repeats)


def tile_vjp(dy: Array, shape: Shape, repeats: Shape) -> Array:
    shape_wide = (1,) * (len(repeats) - len(shape)) + shape
    pairs = [size for pair in zip(repeats, shape_wide, strict=True) for size in pair]
    dx: Array = dy.reshape(pairs).sum(tuple(range(0, len(pairs), 2)))
    return dx.reshape(shape)


# y = each number of x as often as `repeats` says, one after another        dx: the sum over the copies
def repeat(x: Array, repeats: Any, axis: int) -> Array:
    return np.repeat(x, repeats, axis)


def repeat_vjp(dy: Array, shape: Shape, repeats: Any, axis: int) -> Array:
    which = np.repeat(np.arange(shape[axis]), repeats)  # of the numbers along the axis each copy is one
    return index_vjp(dy, shape, (slice(None),) * axis + (which,))


# y = the arrays one after another along `axis`         dx_k = their parts of dy
def concatenate(arrays: list[Array], axis: int) -> Array:
    return np.concatenate(arrays, axis)


def concatenate_vjp(dy: Array, sizes: list[int], axis: int, needs: Needs) -> Gradients:
    parts = np.split(dy, np.cumsum(sizes)[:-1], axis)
    return tuple(part if needed else None for part, needed in zip(parts, needs, strict=True))


# y_k = the parts of x, of these sizes, along `axis`    dx = the parts' gradients one after another
def split(x: Array, sizes: list[int], axis: int) -> list[Array]:
    return np.split(x, np.cumsum(sizes)[:-1], axis)


def split_vjp(parts: Mapping[int, Array], shape: Shape, sizes: list[int], axis: int, dtype: Any) -> Array:
    """`parts` has the gradients of the parts that were used."""
    dx = np.zeros(shape, dtype) if len(parts) < len(sizes) else np.empty(shape, dtype)
    for k, place in enumerate(split(dx, sizes, axis)):
        if k in parts:
            place[...] = parts[k]
    return dx


# y_k = x[k] along `axis`, which disappears             dx = the gradients along a new dimension
def unbind(x: Array, axis: int) -> list[Array]:
    return list(np.moveaxis(x, axis, 0))


def unbind_vjp(parts: Mapping[int, Array], shape: Shape, axis: int, dtype: Any) -> Array:
    dx = np.zeros(shape, dtype) if len(parts) < shape[axis] else np.empty(shape, dtype)
    places = np.moveaxis(dx, axis, 0)
    for k, dy in parts.items():
        places[k] = dy
    return dx


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
