"""The operations of `ops/`, recorded on the tape: tensors in, tensors out, under torch's names.

Every function does three things: it computes with the function of `ops/`, writes the vector-Jacobian product
on the tape together with what that will need, and wraps the result.
"""

import builtins
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .ops import elementwise, linear, rearrange, reduce
from .ops.broadcasting import Array, Shape
from .tape import record
from .tensor import Tensor

# --- two inputs


def add(input: Any, other: Any) -> Tensor:
    """input + other, with broadcasting.

    >>> import layerwise as lw
    >>> lw.add(lw.tensor([[1.0], [2.0]]), lw.tensor([10.0, 20.0]))  # (2, 1) and (2,) -> (2, 2)
    tensor([[11., 21.],
            [12., 22.]])
    """
    a, b, needs, y = _on_two(elementwise.add, input, other)
    saved = (a.data.shape, b.data.shape, needs)
    return Tensor(y, record(elementwise.add_vjp, (a.entry, b.entry), saved))


def sub(input: Any, other: Any) -> Tensor:
    """input - other, with broadcasting.

    >>> import layerwise as lw
    >>> lw.sub(lw.tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    a, b, needs, y = _on_two(elementwise.subtract, input, other)
    saved = (a.data.shape, b.data.shape, needs)
    return Tensor(y, record(elementwise.subtract_vjp, (a.entry, b.entry), saved))


def mul(input: Any, other: Any) -> Tensor:
    """input * other, number by number, with broadcasting.

    >>> import layerwise as lw
    >>> lw.mul(lw.tensor([1.0, 2.0]), lw.tensor([3.0, 4.0]))
    tensor([3., 8.])
    """
    a, b, needs, y = _on_two(elementwise.multiply, input, other)
    return Tensor(y, record(elementwise.multiply_vjp, (a.entry, b.entry), (a.data, b.data, needs)))


def div(input: Any, other: Any) -> Tensor:
    """input / other, number by number, with broadcasting. Integers give float32.

    >>> import layerwise as lw
    >>> lw.div(lw.tensor([1, 2]), 4)
    tensor([0.25, 0.5 ])
    """
    a, b, needs, y = _on_two(elementwise.divide, input, other, floating=True)
    return Tensor(y, record(elementwise.divide_vjp, (a.entry, b.entry), (a.data, b.data, needs)))


def pow(input: Any, exponent: Any) -> Tensor:
    """input to the power of exponent, number by number, with broadcasting.

    >>> import layerwise as lw
    >>> lw.pow(lw.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    a, b, needs, y = _on_two(elementwise.power, input, exponent)
    return Tensor(y, record(elementwise.power_vjp, (a.entry, b.entry), (a.data, b.data, y, needs)))


def maximum(input: Any, other: Any) -> Tensor:
    """The larger of the two, number by number. Where they are equal each receives half of the gradient.

    >>> import layerwise as lw
    >>> lw.maximum(lw.tensor([1.0, 5.0]), lw.tensor([3.0, 4.0]))
    tensor([3., 5.])
    """
    a, b, needs, y = _on_two(elementwise.maximum, input, other)
    return Tensor(y, record(elementwise.maximum_vjp, (a.entry, b.entry), (a.data, b.data, needs)))


def minimum(input: Any, other: Any) -> Tensor:
    """The smaller of the two, number by number. Where they are equal each receives half of the gradient.

    >>> import layerwise as lw
    >>> lw.minimum(lw.tensor([1.0, 5.0]), lw.tensor([3.0, 4.0]))
    tensor([1., 4.])
    """
    a, b, needs, y = _on_two(elementwise.minimum, input, other)
    return Tensor(y, record(elementwise.minimum_vjp, (a.entry, b.entry), (a.data, b.data, needs)))


def where(condition: Tensor, input: Any, other: Any) -> Tensor:
    """Take from `input` where `condition`, a tensor of truth values, holds, and from `other` elsewhere.

    >>> import layerwise as lw
    >>> x = lw.tensor([-1.0, 2.0])
    >>> lw.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if not isinstance(condition, Tensor) or condition.dtype != np.bool_:
        raise RuntimeError(f"where(): condition must be a tensor of truth values, got {_kind(condition)}")
    chosen = condition.data

    def choose(a: Array, b: Array) -> Array:
        return elementwise.where(chosen, a, b)

    a, b, needs, y = _on_two(choose, input, other)
    return Tensor(y, record(elementwise.where_vjp, (a.entry, b.entry), (chosen, a.shape, b.shape, needs)))


def heaviside(input: Tensor, values: Any) -> Tensor:
    """The step function: 0 for negative numbers, 1 for positive ones, and `values` at 0.

    It is flat on both sides of its jump: the result is a constant, no gradient flows back.

    >>> import layerwise as lw
    >>> lw.heaviside(lw.tensor([-2.0, 0.0, 3.0]), values=0.0)
    tensor([0., 0., 1.])
    """
    return Tensor(_on_two(elementwise.heaviside, input, values)[-1])


def matmul(input: Any, other: Any) -> Tensor:
    """The matrix product. A vector is a row on the left, a column on the right; more dimensions are a batch.

    input (..., n, k), other (..., k, m) -> (..., n, m); both of the same number format.

    >>> import layerwise as lw
    >>> lw.matmul(lw.tensor([[1.0, 2.0], [3.0, 4.0]]), lw.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    a, b = (Tensor(x) if isinstance(x, np.ndarray) else x for x in (input, other))
    _data(a), _data(b)  # nothing but tensors from here on
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"matmul(): input is {a.dtype} and other is {b.dtype}: nothing is converted silently, use .to()"
        )
    try:
        y = linear.matmul(a.data, b.data)
    except ValueError:
        raise RuntimeError(
            f"matmul(): input has shape {a.shape} and other has shape {b.shape}: expected (..., n, k) and "
            "(..., k, m), or a vector (k,) for either"
        ) from None
    return Tensor(y, record(linear.matmul_vjp, (a.entry, b.entry), (a.data, b.data, _needs(a, b))))


def compare(ufunc: np.ufunc, input: Any, other: Any) -> Tensor:
    """A comparison, number by number: a tensor of truth values, which has no gradient."""
    if not isinstance(other, Tensor | np.ndarray | np.generic | int | float):
        return NotImplemented  # type: ignore[no-any-return]  # Python then asks `other`
    return Tensor(_on_two(ufunc, input, other)[-1])


# --- one input, number by number


def neg(input: Tensor) -> Tensor:
    """-input.

    >>> import layerwise as lw
    >>> lw.neg(lw.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return Tensor(elementwise.negative(_data(input)), record(elementwise.negative_vjp, (input.entry,), ()))


def abs(input: Tensor) -> Tensor:
    """The absolute value. Its gradient at 0 is 0.

    >>> import layerwise as lw
    >>> lw.abs(lw.tensor([1.0, -2.0]))
    tensor([1., 2.])
    """
    x = _data(input)
    return Tensor(elementwise.absolute(x), record(elementwise.absolute_vjp, (input.entry,), (x,)))


def sqrt(input: Tensor) -> Tensor:
    """The square root.

    >>> import layerwise as lw
    >>> lw.sqrt(lw.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    input = _floating(input)
    y = elementwise.sqrt(input.data)
    return Tensor(y, record(elementwise.sqrt_vjp, (input.entry,), (y,)))


def exp(input: Tensor) -> Tensor:
    """The exponential function.

    >>> import layerwise as lw
    >>> lw.exp(lw.tensor([0.0, 1.0]))
    tensor([1.    , 2.7183])
    """
    input = _floating(input)
    y = elementwise.exp(input.data)
    return Tensor(y, record(elementwise.exp_vjp, (input.entry,), (y,)))


def log(input: Tensor) -> Tensor:
    """The natural logarithm.

    >>> import layerwise as lw
    >>> lw.log(lw.tensor([1.0, 10.0]))
    tensor([0.    , 2.3026])
    """
    input = _floating(input)
    return Tensor(elementwise.log(input.data), record(elementwise.log_vjp, (input.entry,), (input.data,)))


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, between -1 and 1.

    >>> import layerwise as lw
    >>> lw.tanh(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.    ,  0.7616])
    """
    input = _floating(input)
    y = elementwise.tanh(input.data)
    return Tensor(y, record(elementwise.tanh_vjp, (input.entry,), (y,)))


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-input)), between 0 and 1.

    >>> import layerwise as lw
    >>> lw.sigmoid(lw.tensor([-1000.0, 0.0, 1.0]))
    tensor([0.    , 0.5   , 0.7311])
    """
    input = _floating(input)
    y = elementwise.sigmoid(input.data)
    return Tensor(y, record(elementwise.sigmoid_vjp, (input.entry,), (y,)))


def relu(input: Tensor) -> Tensor:
    """max(0, input). Its gradient at 0 is 0.

    >>> import layerwise as lw
    >>> lw.relu(lw.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
    y = elementwise.relu(_data(input))
    return Tensor(y, record(elementwise.relu_vjp, (input.entry,), (y,)))


def cast(input: Tensor, dtype: npt.DTypeLike) -> Tensor:
    """The same numbers in another number format; the gradient comes back in the old one. As `Tensor.to`."""
    x, dtype = _data(input), np.dtype(dtype)
    if dtype == x.dtype:
        return input
    y = rearrange.cast(x, dtype)
    if dtype.kind != "f":  # there is no gradient with respect to integers
        return Tensor(y)
    return Tensor(y, record(rearrange.cast_vjp, (input.entry,), (x.dtype,)))


# --- reductions


def sum(input: Tensor, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The sum over one dimension, several, or (if `dim` is left out) all.

    keepdim: keep the summed dimensions, with size 1.

    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> lw.sum(x), lw.sum(x, dim=0), lw.sum(x, dim=1, keepdim=True)
    (tensor(10.), tensor([4., 6.]), tensor([[3.],
            [7.]]))
    """
    x = _data(input)
    axes = _axes("sum", dim, x.ndim)
    return Tensor(reduce.sum(x, axes, keepdim), record(reduce.sum_vjp, (input.entry,), (x.shape, axes)))


def mean(input: Tensor, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The mean over one dimension, several, or (if `dim` is left out) all.

    keepdim: keep the averaged dimensions, with size 1.

    >>> import layerwise as lw
    >>> lw.mean(lw.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([2., 3.])
    """
    x = _data(input)
    if x.dtype.kind != "f":
        raise RuntimeError(f"mean(): input must be floating-point, got {x.dtype}: use .to(layerwise.float32)")
    axes = _axes("mean", dim, x.ndim)
    return Tensor(reduce.mean(x, axes, keepdim), record(reduce.mean_vjp, (input.entry,), (x.shape, axes)))


class Max(NamedTuple):
    """What `max` along a dimension returns: the maxima, and where they are (the first, if several)."""

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
    x = _data(input)
    if dim is None:
        if x.size == 0:
            raise RuntimeError(f"max(): input of shape {x.shape} has no elements, so no maximum")
        y = reduce.max_all(x)
        return Tensor(y, record(reduce.max_all_vjp, (input.entry,), (x, y)))

    if not isinstance(dim, int):
        raise TypeError(f"max(): dim must be an integer, got {_kind(dim)}; the larger of two is maximum()")
    (axis,) = _axes("max", dim, x.ndim) or (0,)
    if x.ndim == 0:
        return Max(reshape(input, ()), Tensor(0))
    if x.shape[axis] == 0:
        raise IndexError(f"max(): dimension {axis} of input, whose shape is {x.shape}, has no elements")
    y, where = reduce.max_along(x, axis)
    entry = record(reduce.max_along_vjp, (input.entry,), (x.shape, where, axis))
    if keepdim:
        return Max(Tensor(y, entry), Tensor(where))
    return Max(Tensor(np.squeeze(y, axis), entry), Tensor(np.squeeze(where, axis)))


# --- the same numbers, arranged differently


def reshape(input: Tensor, shape: Shape) -> Tensor:
    """The same numbers, read in the same order, in another shape. One size may be -1: whatever remains.

    >>> import layerwise as lw
    >>> lw.reshape(lw.tensor([1, 2, 3, 4, 5, 6]), (2, -1))
    tensor([[1, 2, 3],
            [4, 5, 6]])
    """
    x = _data(input)
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
    x = _data(input)
    order = _axes("permute", tuple(dims), x.ndim) if dims else ()
    if len(order) != x.ndim:
        raise RuntimeError(f"permute(): dims must name all {x.ndim} dimensions of input, got {dims}")
    return Tensor(rearrange.permute(x, order), record(rearrange.permute_vjp, (input.entry,), (order,)))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged.

    >>> import layerwise as lw
    >>> lw.transpose(lw.tensor([[1, 2, 3]]), 0, 1).shape
    (3, 1)
    """
    order = list(range(_data(input).ndim))
    if not order:
        return permute(input, ())
    (i,), (j,) = _axes("transpose", dim0, len(order)), _axes("transpose", dim1, len(order))
    order[i], order[j] = order[j], order[i]
    return permute(input, tuple(order))


def index(input: Tensor, where: Any) -> Tensor:
    """`input[where]`: numbers, slices, None, ..., masks, and lists, arrays or tensors of positions."""
    parts = where if isinstance(where, tuple) else (where,)
    parts = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
    return Tensor(
        rearrange.index(input.data, parts), record(rearrange.index_vjp, (input.entry,), (input.shape, parts))
    )


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
    arrays = [_data(tensor) for tensor in tensors]
    (axis,) = _axes(name, dim, arrays[0].ndim + new)
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
        return Tensor(y, record(rearrange.stack_vjp, inputs, (axis, _needs(*tensors))))
    sizes = [array.shape[axis] for array in arrays]
    return Tensor(y, record(rearrange.concatenate_vjp, inputs, (sizes, axis, _needs(*tensors))))


# --- what they share


def _needs(*tensors: Tensor) -> tuple[bool, ...]:
    """Which of the tensors want a gradient."""
    return tuple([tensor.entry is not None for tensor in tensors])


def _kind(x: Any) -> str:
    return f"a tensor of {x.dtype}" if isinstance(x, Tensor) else type(x).__name__


def _data(input: Tensor) -> Array:
    if isinstance(input, Tensor):
        return input.data
    raise TypeError(f"expected a layerwise tensor, got {type(input).__name__}: see layerwise.tensor()")


def _floating(input: Tensor) -> Tensor:
    """Integers and truth values as float32, as in torch."""
    if isinstance(input, Tensor) and input.data.dtype.kind == "f":
        return input
    return cast(input, np.float32)


def _axes(name: str, dim: Any, ndim: int) -> Shape:
    """`dim` (one, several, or None for all) as dimensions counted from 0."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    count = builtins.max(ndim, 1)  # a single number may be asked for dimension 0 or -1, although it has none
    axes = []
    for axis in (dim,) if isinstance(dim, int) else dim:
        if not -count <= axis < count:
            raise IndexError(f"{name}(): dim must be between {-count} and {count - 1}, got {axis}")
        if axis % count in axes:
            raise RuntimeError(f"{name}(): dim {axis} appears twice in {dim}")
        axes.append(axis % count)
    return tuple(axes) if ndim else ()


def unpack(arguments: tuple[Any, ...]) -> Shape:
    """x.reshape(2, 3) and x.reshape((2, 3)) mean the same."""
    return tuple(arguments[0]) if len(arguments) == 1 and not isinstance(arguments[0], int) else arguments


_RANK = {"b": 0, "i": 1, "u": 1, "f": 2}
_PYTHON = {bool: np.dtype(np.bool_), int: np.dtype(np.int64), float: np.dtype(np.float32)}


def _on_two(forward: Callable[[Array, Array], Array], input: Any, other: Any, floating: bool = False) -> Any:
    """Both inputs as tensors of one number format, which of them want a gradient, and `forward` of them."""
    if isinstance(input, Tensor) and isinstance(other, Tensor) and input.data.dtype is other.data.dtype:
        a, b = input, other
    else:
        dtype = _result_type(input, other)
        a, b = _with_dtype(input, dtype), _with_dtype(other, dtype)
    if floating:
        a, b = _floating(a), _floating(b)
    try:
        return a, b, (a.entry is not None, b.entry is not None), forward(a.data, b.data)
    except ValueError as error:
        raise RuntimeError(f"{forward.__name__}() of shapes {a.shape} and {b.shape}: {error}") from None


def _result_type(input: Any, other: Any) -> np.dtype[Any]:
    """The number format of a result, by torch's rule.

    Floating point beats integers, integers beat truth values. Within a kind a tensor with dimensions beats a
    single number, and that beats a number of Python's; between equals it is the format that can hold both.
    """
    (kind_a, a), (kind_b, b) = _standing(input), _standing(other)
    if kind_a == kind_b:
        return np.promote_types(a, b)
    return a if kind_a > kind_b else b


def _standing(x: Any) -> tuple[tuple[int, int], np.dtype[Any]]:
    if isinstance(x, Tensor | np.ndarray) and x.dtype.kind in _RANK:
        return (_RANK[x.dtype.kind], 1 + (x.ndim > 0)), x.dtype
    for python, dtype in _PYTHON.items():
        if isinstance(x, python):
            return (_RANK[dtype.kind], 0), dtype
    if isinstance(x, np.generic) and x.dtype.kind in _RANK:
        return (_RANK[x.dtype.kind], 1), x.dtype
    raise TypeError(f"expected a tensor or a number, got {type(x).__name__}")


def _with_dtype(x: Any, dtype: np.dtype[Any]) -> Tensor:
    return cast(x, dtype) if isinstance(x, Tensor) else Tensor(np.asarray(x, dtype))
