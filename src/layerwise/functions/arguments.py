"""What the functions of this folder ask of their arguments."""

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy import asarray  # the name is looked up for every number that is met

from ..ops import rearrange
from ..ops.broadcasting import Array, Shape
from ..tape import record
from ..tensor import Tensor


def cast(input: Tensor, dtype: npt.DTypeLike) -> Tensor:
    """The same numbers in another number format; the gradient comes back in the old one. As `Tensor.to`."""
    x, dtype = data_of(input), np.dtype(dtype)
    if dtype == x.dtype:
        return input
    y = rearrange.cast(x, dtype)
    if dtype.kind != "f":  # there is no gradient with respect to integers
        return Tensor(y)
    return Tensor(y, record(rearrange.cast_vjp, (input.entry,), (x.dtype,)))


def needs_of(*tensors: Tensor) -> tuple[bool, ...]:
    """Which of the tensors want a gradient."""
    return tuple([tensor.entry is not None for tensor in tensors])


def kind_of(x: Any) -> str:
    return f"a tensor of {x.dtype}" if isinstance(x, Tensor) else type(x).__name__


def data_of(input: Tensor) -> Array:
    if isinstance(input, Tensor):
        return input.data
    raise TypeError(f"expected a layerwise tensor, got {type(input).__name__}: see layerwise.tensor()")


def as_floating(input: Tensor) -> Tensor:
    """Integers and truth values as float32, as in torch."""
    if isinstance(input, Tensor) and input.data.dtype.kind == "f":
        return input
    return cast(input, np.float32)


def axes_of(name: str, dim: Any, ndim: int) -> Shape:
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


def one_axis(name: str, dim: Any, ndim: int) -> int:
    """`dim`, one dimension, counted from 0."""
    if not isinstance(dim, int | np.integer) or isinstance(dim, bool):
        raise TypeError(f"{name}(): dim must be an integer, got {kind_of(dim)}")
    count = builtins.max(ndim, 1)
    if not -count <= dim < count:
        raise IndexError(f"{name}(): dim must be between {-count} and {count - 1}, got {dim}")
    return int(dim) % count


def unpack(arguments: tuple[Any, ...]) -> Shape:
    """x.reshape(2, 3) and x.reshape((2, 3)) mean the same."""
    several = len(arguments) == 1 and isinstance(arguments[0], tuple | list)
    return tuple(arguments[0]) if several else arguments


_NUMBERS = (float, int)
_RANK = {"b": 0, "i": 1, "u": 1, "f": 2}
_PYTHON = {bool: np.dtype(np.bool_), int: np.dtype(np.int64), float: np.dtype(np.float32)}


def on_two(forward: Callable[[Array, Array], Array], input: Any, other: Any, floating: bool = False) -> Any:
    """`forward` of both inputs in one number format, then both, their entries, and which want a gradient.

    By far the most frequent come first: two tensors of one format, and a tensor with a number of Python's.
    """
    if isinstance(input, Tensor) and isinstance(other, Tensor):
        a, b = input.data, other.data
        if a.dtype is not b.dtype or (floating and a.dtype.kind != "f"):
            input, other = _alike(input, other, floating)
            a, b = input.data, other.data
        entries = (input.entry, other.entry)
    elif type(other) in _NUMBERS and isinstance(input, Tensor) and input.data.dtype.kind == "f":
        a, b, entries = input.data, asarray(other, input.data.dtype), (input.entry, None)
    else:
        input, other = _alike(input, other, floating)
        a, b, entries = input.data, other.data, (input.entry, other.entry)
    try:
        return forward(a, b), a, b, entries, (entries[0] is not None, entries[1] is not None)
    except ValueError as error:
        raise RuntimeError(f"{forward.__name__}() of shapes {a.shape} and {b.shape}: {error}") from None


def _alike(input: Any, other: Any, floating: bool) -> tuple[Tensor, Tensor]:
    """Both as tensors of one number format."""
    dtype = _result_type(input, other)
    a, b = _with_dtype(input, dtype), _with_dtype(other, dtype)
    return (as_floating(a), as_floating(b)) if floating else (a, b)


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
    if isinstance(x, Tensor):
        return x if x.data.dtype is dtype else cast(x, dtype)
    return Tensor(np.asarray(x, dtype))
