"""The same numbers, arranged differently."""

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ops import rearrange
from ..ops.broadcasting import Array, Shape
from ..tape import record, record_many
from ..tensor import Tensor
from .arguments import axes_of, cast, data_of, kind_of, needs_of, one_axis


def reshape(input: Tensor, shape: Shape) -> Tensor:
    """The same numbers, read in the same order, in another shape. One size may be -1: whatever remains.

    >>> import layerwise as lw
    >>> lw.reshape(lw.tensor([1, 2, 3, 4, 5, 6]), (2, -1))
    tensor([[1, 2, 3],
            [4, 5, 6]])
    """
    x = data_of(input)
    try:
        y = rearrange.reshape(x, shape)
    except ValueError:
        raise RuntimeError(f"reshape(): input of shape {x.shape} does not fit into shape {shape}") from None
    return Tensor(y, record(rearrange.reshape_vjp, (input.entry,), (x.shape,)))


def permute(input: Tensor, dims: Shape) -> Tensor:
    """The dimensions in another order: the result's dimension i is the input's dimension dims[i].

    >>> import layerwise as lw
    >>> lw.permute(lw.tensor([[[1, 2, 3]]]), (2, 0, 1)).shape
    (3, 1, 1)
    """
    x = data_of(input)
    order = axes_of("permute", tuple(dims), x.ndim) if dims else ()
    if len(order) != x.ndim:
        raise RuntimeError(f"permute(): dims must name all {x.ndim} dimensions of input, got {dims}")
    return Tensor(rearrange.permute(x, order), record(rearrange.permute_vjp, (input.entry,), (order,)))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged.

    >>> import layerwise as lw
    >>> lw.transpose(lw.tensor([[1, 2, 3]]), 0, 1).shape
    (3, 1)
    """
    order = list(range(data_of(input).ndim))
    if not order:
        return permute(input, ())
    (i,), (j,) = axes_of("transpose", dim0, len(order)), axes_of("transpose", dim1, len(order))
    order[i], order[j] = order[j], order[i]
    return permute(input, tuple(order))


def index(input: Tensor, where: Any) -> Tensor:
    """`input[where]`: numbers, slices, None, ..., masks, and lists, arrays or tensors of positions."""
    parts = where if isinstance(where, tuple) else (where,)
    parts = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
    y = rearrange.index(input.data, parts)
    return Tensor(y, record(rearrange.index_vjp, (input.entry,), (input.data.shape, parts)))


def squeeze(input: Tensor, dim: int | Shape | None = None) -> Tensor:
    """Without the dimensions of size 1: all of them, or those among `dim`.

    >>> import layerwise as lw
    >>> lw.squeeze(lw.zeros(1, 3, 1)).shape, lw.squeeze(lw.zeros(1, 3, 1), dim=0).shape
    ((3,), (3, 1))
    """
    shape = data_of(input).shape
    axes = range(len(shape)) if dim is None else axes_of("squeeze", dim, len(shape)) if dim != () else ()
    return reshape(input, tuple([n for axis, n in enumerate(shape) if n != 1 or axis not in axes]))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a new dimension of size 1, which becomes dimension `dim`.

    >>> import layerwise as lw
    >>> lw.unsqueeze(lw.tensor([1, 2, 3]), dim=1).shape
    (3, 1)
    """
    shape = data_of(input).shape
    axis = one_axis("unsqueeze", dim, len(shape) + 1)
    return reshape(input, (*shape[:axis], 1, *shape[axis:]))


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from start_dim to end_dim as one.

    >>> import layerwise as lw
    >>> lw.flatten(lw.zeros(5, 3, 4), start_dim=1).shape
    (5, 12)
    """
    shape = data_of(input).shape or (1,)
    first, last = (one_axis("flatten", dim, len(shape)) for dim in (start_dim, end_dim))
    if first > last:
        raise RuntimeError(f"flatten(): start_dim is {start_dim}, which comes after end_dim, {end_dim}")
    return reshape(input, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Shape) -> Tensor:
    """One dimension as several, of these sizes. One size may be -1: whatever remains.

    >>> import layerwise as lw
    >>> lw.unflatten(lw.zeros(5, 12), 1, (3, -1)).shape
    (5, 3, 4)
    """
    shape = data_of(input).shape
    axis = one_axis("unflatten", dim, len(shape))
    known = math.prod(n for n in sizes if n != -1)
    if (
        list(sizes).count(-1) > 1
        or (-1 not in sizes and known != shape[axis])
        or (known and shape[axis] % known)
    ):
        raise RuntimeError(
            f"unflatten(): dimension {axis} of size {shape[axis]} cannot be split into {sizes}"
        )
    inner = [shape[axis] // builtins.max(known, 1) if n == -1 else n for n in sizes]
    return reshape(input, (*shape[:axis], *inner, *shape[axis + 1 :]))


def movedim(input: Tensor, source: int | Shape, destination: int | Shape) -> Tensor:
    """One dimension, or several, moved to another place; the others keep their order.

    >>> import layerwise as lw
    >>> lw.movedim(lw.zeros(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    ndim = data_of(input).ndim
    to = axes_of("movedim", destination, ndim)
    moved = axes_of("movedim", source, ndim)
    if len(to) != len(moved):
        raise RuntimeError(f"movedim(): source {source} and destination {destination} must be equally many")
    others = iter([axis for axis in range(ndim) if axis not in moved])
    return permute(input, tuple(moved[to.index(i)] if i in to else next(others) for i in range(ndim)))


def broadcast_to(input: Tensor, shape: Shape) -> Tensor:
    """The numbers repeated, without a copy, until they have this shape; -1 keeps a size. As `Tensor.expand`.

    >>> import layerwise as lw
    >>> lw.broadcast_to(lw.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    x = data_of(input)
    added = len(shape) - x.ndim
    wanted = tuple([x.shape[i - added] if n == -1 and i >= added else n for i, n in enumerate(shape)])
    try:
        y = rearrange.broadcast_to(x, wanted)
    except ValueError:
        raise RuntimeError(
            f"broadcast_to(): input of shape {x.shape} cannot be repeated to {shape}"
        ) from None
    return Tensor(y, record(rearrange.broadcast_to_vjp, (input.entry,), (x.shape,)))


def flip(input: Tensor, dims: int | Shape) -> Tensor:
    """The numbers in reverse order along these dimensions.

    >>> import layerwise as lw
    >>> lw.flip(lw.tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    x = data_of(input)
    axes = axes_of("flip", dims, x.ndim) if dims != () else ()
    return Tensor(rearrange.flip(x, axes), record(rearrange.flip_vjp, (input.entry,), (axes,)))


def roll(input: Tensor, shifts: int | Shape, dims: int | Shape | None = None) -> Tensor:
    """The numbers moved on by `shifts` places along `dims`; what leaves at the end comes in at the beginning.

    Without dims, in the order in which the numbers are read.

    >>> import layerwise as lw
    >>> lw.roll(lw.tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    x = data_of(input)
    axes = None if dims is None else axes_of("roll", dims, x.ndim)
    if axes is not None:
        shifts = (shifts,) if isinstance(shifts, int) else tuple(shifts)
        if len(shifts) != len(axes):
            raise RuntimeError(f"roll(): shifts {shifts} and dims {dims} must be equally many")
    return Tensor(rearrange.roll(x, shifts, axes), record(rearrange.roll_vjp, (input.entry,), (shifts, axes)))


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of a matrix, or of a batch of them: 0 above the diagonal.

    diagonal: the last one that is kept: 1 is the one above the main one, -1 the one below it.

    >>> import layerwise as lw
    >>> lw.tril(lw.ones(2, 3))
    tensor([[1., 0., 0.],
            [1., 1., 0.]])
    """
    x = _matrices("tril", input)
    return Tensor(rearrange.tril(x, diagonal), record(rearrange.tril_vjp, (input.entry,), (diagonal,)))


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of a matrix, or of a batch of them: 0 below the diagonal.

    diagonal: the first one that is kept: 1 is the one above the main one, -1 the one below it.

    >>> import layerwise as lw
    >>> lw.triu(lw.ones(2, 3))
    tensor([[1., 1., 1.],
            [0., 1., 1.]])
    """
    x = _matrices("triu", input)
    return Tensor(rearrange.triu(x, diagonal), record(rearrange.triu_vjp, (input.entry,), (diagonal,)))


def _matrices(name: str, input: Tensor) -> Array:
    x = data_of(input)
    if x.ndim < 2:
        raise RuntimeError(f"{name}(): input must have at least 2 dimensions, got shape {x.shape}")
    return x


def tile(input: Tensor, dims: Shape) -> Tensor:
    """The whole tensor as often as `dims` says along each dimension.

    >>> import layerwise as lw
    >>> lw.tile(lw.tensor([1, 2]), (2, 2))
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    x = data_of(input)
    repeats = (1,) * (x.ndim - len(dims)) + tuple(dims)
    if any(n < 0 for n in repeats):
        raise RuntimeError(f"tile(): dims must not be negative, got {dims}")
    return Tensor(rearrange.tile(x, repeats), record(rearrange.tile_vjp, (input.entry,), (x.shape, repeats)))


def repeat_interleave(input: Tensor, repeats: int | Tensor, dim: int | None = None) -> Tensor:
    """Each number as often as `repeats` says, the copies one after another, along a dimension.

    repeats: a number, or one for each place along the dimension.
    dim: if left out, input is flattened first.

    >>> import layerwise as lw
    >>> lw.repeat_interleave(lw.tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    """
    if dim is None:
        return repeat_interleave(reshape(input, (-1,)), repeats, 0)
    x = data_of(input)
    axis = one_axis("repeat_interleave", dim, x.ndim)
    counts = repeats.data if isinstance(repeats, Tensor) else np.asarray(repeats)
    if counts.size not in (1, x.shape[axis]) or (counts < 0).any():
        raise RuntimeError(
            f"repeat_interleave(): expected a number from 0, or {x.shape[axis]}, got {counts.tolist()}"
        )
    counts = np.broadcast_to(counts.reshape(-1), x.shape[axis])
    entry = record(rearrange.repeat_vjp, (input.entry,), (x.shape, counts, axis))
    return Tensor(rearrange.repeat(x, counts, axis), entry)


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The places `index` (n,) along a dimension, in this order.

    >>> import layerwise as lw
    >>> lw.index_select(lw.tensor([[1, 2], [3, 4]]), 1, lw.tensor([1, 1]))
    tensor([[2, 2],
            [4, 4]])
    """
    axis = one_axis("index_select", dim, data_of(input).ndim)
    if data_of(index).dtype.kind not in "iu" or index.ndim > 1:
        raise RuntimeError(f"index_select(): index must be a vector of integers, got {kind_of(index)}")
    return input[(slice(None),) * axis + (index.data.reshape(-1),)]


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """From each row of input, the numbers at the places that the same row of `index` names.

    A row is what lies along `dim`. index has as many dimensions as input, and along the others is not longer.

    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> lw.gather(x, 1, lw.tensor([[0], [2]]))
    tensor([[1.],
            [6.]])
    """
    x = data_of(input)
    axis = _places("gather", input, dim, index)
    y = rearrange.gather(x, axis, index.data)
    return Tensor(y, record(rearrange.gather_vjp, (input.entry,), (x.shape, axis, index.data)))


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """The reverse of `gather`: `src` is added to input, at the places that `index` names along `dim`.

    >>> import layerwise as lw
    >>> lw.scatter_add(lw.zeros(3), 0, lw.tensor([0, 2, 2]), lw.tensor([1.0, 2.0, 3.0]))
    tensor([1., 0., 5.])
    """
    axis = _places("scatter_add", input, dim, index)
    if data_of(src).dtype != input.dtype:
        raise RuntimeError(f"scatter_add(): input is {input.dtype} and src is {src.dtype}: use .to()")
    if src.ndim != index.ndim or any(n > m for n, m in zip(index.shape, src.shape, strict=True)):
        raise RuntimeError(
            f"scatter_add(): index has shape {index.shape}, which is not within src, {src.shape}"
        )
    y = rearrange.scatter_add(input.data, axis, index.data, src.data)
    saved = (axis, index.data, src.shape, needs_of(input, src))
    return Tensor(y, record(rearrange.scatter_add_vjp, (input.entry, src.entry), saved))


def _places(name: str, input: Tensor, dim: int, index: Tensor) -> int:
    x, places = data_of(input), data_of(index)
    axis = one_axis(name, dim, x.ndim)
    if places.dtype != np.int64:
        raise RuntimeError(f"{name}(): index must be a tensor of int64, got {kind_of(index)}")
    within = [n <= m or i == axis for i, (n, m) in enumerate(zip(places.shape, x.shape, strict=False))]
    if places.ndim != x.ndim or not all(within):
        raise RuntimeError(
            f"{name}(): index, {places.shape}, reaches out of input, {x.shape}, elsewhere than along {axis}"
        )
    if places.size and not 0 <= places.min() <= places.max() < x.shape[axis]:
        raise RuntimeError(
            f"{name}(): index must be between 0 and {x.shape[axis] - 1}, got {places.min()} to {places.max()}"
        )
    return axis


# --- one tensor as several


def split(tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of this size (the last may be smaller), or of these sizes, along a dimension.

    >>> import layerwise as lw
    >>> lw.split(lw.tensor([1, 2, 3, 4, 5]), 2)
    (tensor([1, 2]), tensor([3, 4]), tensor([5]))
    """
    x = data_of(tensor)
    axis = one_axis("split", dim, x.ndim)
    size = x.shape[axis]
    if isinstance(split_size_or_sections, int):
        part = split_size_or_sections
        if part < 0 or (part == 0 and size):
            raise RuntimeError(f"split(): the size of a part must be positive, got {part}")
        sizes = [builtins.min(part, size - start) for start in range(0, size, part)] if size else [0]
    else:
        sizes = list(split_size_or_sections)
        if builtins.sum(sizes) != size or any(part < 0 for part in sizes):
            raise RuntimeError(f"split(): sizes {sizes} do not sum to {size}, the size of dimension {axis}")
    saved = (x.shape, sizes, axis, x.dtype)
    entries = record_many(rearrange.split_vjp, (tensor.entry,), saved, len(sizes))
    return tuple(map(Tensor, rearrange.split(x, sizes, axis), entries))


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most so many parts of equal size (the last may be smaller) along a dimension.

    >>> import layerwise as lw
    >>> lw.chunk(lw.tensor([1, 2, 3, 4, 5]), 2)
    (tensor([1, 2, 3]), tensor([4, 5]))
    """
    if chunks < 1:
        raise RuntimeError(f"chunk(): chunks must be positive, got {chunks}")
    size = data_of(input).shape[one_axis("chunk", dim, input.ndim)]
    return split(input, -(-size // chunks) if size else [0] * chunks, dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The tensors that lie side by side along a dimension.

    >>> import layerwise as lw
    >>> lw.unbind(lw.tensor([[1, 2], [3, 4]]), dim=1)
    (tensor([1, 3]), tensor([2, 4]))
    """
    x = data_of(input)
    if x.ndim == 0:
        raise IndexError("unbind(): input is a single number, it has no dimensions")
    axis = one_axis("unbind", dim, x.ndim)
    entries = record_many(rearrange.unbind_vjp, (input.entry,), (x.shape, axis, x.dtype), x.shape[axis])
    return tuple(map(Tensor, rearrange.unbind(x, axis), entries))


# --- several tensors as one


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors one after another along the dimension `dim`; their other sizes must agree.

    >>> import layerwise as lw
    >>> lw.cat([lw.tensor([1.0, 2.0]), lw.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    return _join("cat", tensors, dim, new=False)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors, all of one shape, along a new dimension `dim`.

    >>> import layerwise as lw
    >>> lw.stack([lw.tensor([1.0, 2.0]), lw.tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    return _join("stack", tensors, dim, new=True)


def _join(name: str, tensors: Sequence[Tensor], dim: int, new: bool) -> Tensor:
    if not tensors:
        raise RuntimeError(f"{name}(): tensors must not be empty")
    arrays = [data_of(tensor) for tensor in tensors]
    (axis,) = axes_of(name, dim, arrays[0].ndim + new)
    dtype = np.result_type(*(array.dtype for array in arrays))
    tensors = [cast(tensor, dtype) for tensor in tensors]
    arrays = [tensor.data for tensor in tensors]
    try:
        y = rearrange.stack(arrays, axis) if new else rearrange.concatenate(arrays, axis)
    except ValueError:
        agree = "agree" if new else f"agree in all dimensions but {axis}"
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise RuntimeError(f"{name}(): the shapes of tensors must {agree}, got {shapes}") from None
    inputs = tuple(tensor.entry for tensor in tensors)
    if new:
        return Tensor(y, record(rearrange.stack_vjp, inputs, (axis, needs_of(*tensors))))
    sizes = [array.shape[axis] for array in arrays]
    return Tensor(y, record(rearrange.concatenate_vjp, inputs, (sizes, axis, needs_of(*tensors))))
