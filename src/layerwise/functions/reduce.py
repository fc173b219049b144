"""Many numbers become one."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..ops import reduce
from ..ops.broadcasting import Array, Shape
from ..tape import record
from ..tensor import Tensor
from .arguments import axes_of, data_of, kind_of, one_axis
from .rearrange import reshape


def sum(input: Tensor, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The sum over one dimension, several, or (if `dim` is left out) all.

    keepdim: keep the summed dimensions, with size 1.

    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> lw.sum(x), lw.sum(x, dim=0), lw.sum(x, dim=1, keepdim=True)
    (tensor(10.), tensor([4., 6.]), tensor([[3.],
            [7.]]))
    """
    x = data_of(input)
    axes = axes_of("sum", dim, x.ndim)
    return Tensor(reduce.sum(x, axes, keepdim), record(reduce.sum_vjp, (input.entry,), (x.shape, axes)))


def mean(input: Tensor, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The mean over one dimension, several, or (if `dim` is left out) all.

    keepdim: keep the averaged dimensions, with size 1.

    >>> import layerwise as lw
    >>> lw.mean(lw.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([2., 3.])
    """
    x = _real("mean", input)
    axes = axes_of("mean", dim, x.ndim)
    return Tensor(reduce.mean(x, axes, keepdim), record(reduce.mean_vjp, (input.entry,), (x.shape, axes)))


def var(
    input: Tensor,
    dim: int | Shape | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float = 1,
) -> Tensor:
    """The variance: Σ (x - μ)² / (n - correction) over one dimension, several, or (if left out) all.

    unbiased: an older name; True is correction=1 (the default), False correction=0.
    keepdim: keep the reduced dimensions, with size 1.

    >>> import layerwise as lw
    >>> x = lw.tensor([1.0, 2.0, 3.0])
    >>> lw.var(x), lw.var(x, correction=0)
    (tensor(1.), tensor(0.6667))
    """
    x, axes, correction = _spread("var", input, dim, unbiased, correction)
    y, centered = reduce.var(x, axes, correction)
    entry = record(reduce.var_vjp, (input.entry,), (centered, axes, correction))
    return Tensor(y if keepdim else np.squeeze(y, axes), entry)


def std(
    input: Tensor,
    dim: int | Shape | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float = 1,
) -> Tensor:
    """The standard deviation, the square root of `var`.

    >>> import layerwise as lw
    >>> lw.std(lw.tensor([1.0, 3.0]), correction=0)
    tensor(1.)
    """
    x, axes, correction = _spread("std", input, dim, unbiased, correction)
    y, centered = reduce.std(x, axes, correction)
    entry = record(reduce.std_vjp, (input.entry,), (centered, y, axes, correction))
    return Tensor(y if keepdim else np.squeeze(y, axes), entry)


def _spread(
    name: str, input: Tensor, dim: Any, unbiased: bool | None, correction: float
) -> tuple[Array, Shape, float]:
    if isinstance(dim, bool):
        raise TypeError(f"{name}(): dim must be an integer or several, got {dim}: write unbiased={dim}")
    x = _real(name, input)
    return x, axes_of(name, dim, x.ndim), correction if unbiased is None else int(unbiased)


def prod(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The product of all numbers, or along one dimension.

    >>> import layerwise as lw
    >>> lw.prod(lw.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1)
    tensor([ 2., 12.])
    """
    if dim is None:
        return prod(input.reshape(-1), 0)
    if data_of(input).ndim == 0:
        return prod(input.reshape(1), one_axis("prod", dim, 0))
    axis = one_axis("prod", dim, input.ndim)
    y = reduce.prod(input.data, axis, keepdim)
    return Tensor(y, record(reduce.prod_vjp, (input.entry,), (input.data, axis)))


def cumsum(input: Tensor, dim: int) -> Tensor:
    """The running sum along a dimension.

    >>> import layerwise as lw
    >>> lw.cumsum(lw.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    x = data_of(input)
    axis = one_axis("cumsum", dim, x.ndim)
    if x.ndim == 0:
        return reshape(input, ())
    return Tensor(reduce.cumsum(x, axis), record(reduce.cumsum_vjp, (input.entry,), (axis,)))


def norm(input: Tensor, p: Any = "fro", dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The length of a vector: (Σ |x|^p)^(1/p), over one dimension, several, or (if left out) all.

    p: 2 or 'fro' for the usual, Euclidean length; any other number; inf for the largest |x|, 0 for how many
        numbers are not 0. The gradient of a length of 0 is 0.

    >>> import layerwise as lw
    >>> x = lw.tensor([[3.0, 4.0], [0.0, 1.0]])
    >>> lw.norm(x), lw.norm(x, p=1, dim=1)
    (tensor(5.099), tensor([7., 1.]))
    """
    if p == "fro":
        p = 2
    if isinstance(p, str):
        raise ValueError(f"norm(): p must be a number or 'fro', got {p!r}")
    x = _real("norm", input)
    axes = axes_of("norm", dim, x.ndim)
    y = reduce.norm(x, float(p), axes)
    entry = record(reduce.norm_vjp, (input.entry,), (x, y, float(p), axes))
    return Tensor(y if keepdim else np.squeeze(y, axes), entry)


class Extreme(NamedTuple):
    """What `max` and `min` along a dimension return, and `sort` and `topk`: numbers, and where they were."""

    values: Tensor
    indices: Tensor


def max(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The maximum of all numbers, or with `dim` the maxima along that dimension and their indices.

    The gradient goes to the maximum: of all numbers, in equal shares to all that attain it; along a
    dimension, to the first.

    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 5.0], [4.0, 2.0]])
    >>> lw.max(x)
    tensor(5.)
    >>> values, indices = lw.max(x, dim=1)
    >>> values, indices
    (tensor([5., 4.]), tensor([1, 0]))
    """
    return _extreme("max", reduce.max_all, reduce.max_along, input, dim, keepdim)


def min(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The minimum of all numbers, or with `dim` the minima along that dimension and their indices.

    >>> import layerwise as lw
    >>> values, indices = lw.min(lw.tensor([[1.0, 5.0], [4.0, 2.0]]), dim=1)
    >>> values, indices
    (tensor([1., 2.]), tensor([0, 1]))
    """
    return _extreme("min", reduce.min_all, reduce.min_along, input, dim, keepdim)


def _extreme(
    name: str,
    of_all: Callable[[Array], Array],
    along: Callable[[Array, int], tuple[Array, Array]],
    input: Tensor,
    dim: int | None,
    keepdim: bool,
) -> Any:
    x = data_of(input)
    if dim is None:
        if x.size == 0:
            raise RuntimeError(f"{name}(): input of shape {x.shape} has no elements, so no {name}imum")
        y = of_all(x)
        return Tensor(y, record(reduce.extreme_all_vjp, (input.entry,), (x, y)))

    if not isinstance(dim, int):
        raise TypeError(f"{name}(): dim must be an integer, got {kind_of(dim)}; of two tensors: {name}imum()")
    axis = one_axis(name, dim, x.ndim)
    if x.ndim == 0:
        return Extreme(reshape(input, ()), Tensor(0))
    if x.shape[axis] == 0:
        raise IndexError(f"{name}(): dimension {axis} of input, whose shape is {x.shape}, has no elements")
    y, where = along(x, axis)
    entry = record(reduce.along_vjp, (input.entry,), (x.shape, where, axis))
    if keepdim:
        return Extreme(Tensor(y, entry), Tensor(where))
    return Extreme(Tensor(np.squeeze(y, axis), entry), Tensor(np.squeeze(where, axis)))


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the maximum is: the first, if several. Without `dim`, in the order in which the numbers are read.

    >>> import layerwise as lw
    >>> lw.argmax(lw.tensor([[1.0, 5.0], [4.0, 2.0]]), dim=1)
    tensor([1, 0])
    """
    return _where_extreme("argmax", np.argmax, input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the minimum is: the first, if several. Without `dim`, in the order in which the numbers are read.

    >>> import layerwise as lw
    >>> lw.argmin(lw.tensor([[1.0, 5.0], [4.0, 2.0]]))
    tensor(0)
    """
    return _where_extreme("argmin", np.argmin, input, dim, keepdim)


def _where_extreme(name: str, find: Callable[..., Any], input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    x = data_of(input)
    axis = None if dim is None else one_axis(name, dim, x.ndim)
    if (x.size if axis is None or x.ndim == 0 else x.shape[axis]) == 0:
        raise IndexError(f"{name}(): input of shape {x.shape} has no elements to choose from, dim is {dim}")
    return Tensor(find(x, axis=axis if x.ndim else None, keepdims=keepdim))


def sort(input: Tensor, dim: int = -1, descending: bool = False) -> Extreme:
    """The numbers in order along a dimension, and where they were. Equal numbers stay in their order.

    >>> import layerwise as lw
    >>> values, indices = lw.sort(lw.tensor([3.0, 1.0, 2.0]))
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    x = data_of(input)
    axis = one_axis("sort", dim, x.ndim)
    if x.ndim == 0:
        return Extreme(reshape(input, ()), Tensor(0))
    y, where = reduce.sort(x, axis, descending)
    return Extreme(Tensor(y, record(reduce.along_vjp, (input.entry,), (x.shape, where, axis))), Tensor(where))


def argsort(input: Tensor, dim: int = -1, descending: bool = False) -> Tensor:
    """The positions of the numbers in order: the indices of `sort`.

    >>> import layerwise as lw
    >>> lw.argsort(lw.tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """
    return sort(input, dim, descending).indices


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True) -> Extreme:
    """The k largest (or smallest) numbers along a dimension, in order, and where they were.

    >>> import layerwise as lw
    >>> lw.topk(lw.tensor([3.0, 1.0, 2.0]), k=2).values
    tensor([3., 2.])
    """
    x = data_of(input)
    axis = one_axis("topk", dim, x.ndim)
    size = x.shape[axis] if x.ndim else 1
    if not 0 <= k <= size:
        raise RuntimeError(f"topk(): k must be between 0 and {size}, the size of dimension {axis}, got {k}")
    values, indices = sort(input, dim, descending=largest)
    if x.ndim == 0:
        return Extreme(values, indices)
    first = (slice(None),) * axis + (slice(k),)
    return Extreme(values[first], indices[first])


def any(input: Tensor, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """Whether one number at least is not 0: of all, or along one dimension or several.

    >>> import layerwise as lw
    >>> lw.any(lw.tensor([0, 1]))
    tensor(True)
    """
    return _truth("any", np.any, input, dim, keepdim)


def all(input: Tensor, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """Whether no number is 0: of all, or along one dimension or several.

    >>> import layerwise as lw
    >>> lw.all(lw.tensor([[0, 1], [1, 1]]), dim=1)
    tensor([False,  True])
    """
    return _truth("all", np.all, input, dim, keepdim)


def _truth(name: str, ufunc: Callable[..., Any], input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    x = data_of(input)
    return Tensor(ufunc(x, axis=axes_of(name, dim, x.ndim), keepdims=keepdim))


def _real(name: str, input: Tensor) -> Array:
    x = data_of(input)
    if x.dtype.kind != "f":
        raise RuntimeError(
            f"{name}(): input must be floating-point, got {x.dtype}: use .to(layerwise.float32)"
        )
    return x
