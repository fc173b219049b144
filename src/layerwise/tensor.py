"""The tensor: an array that remembers how it was made."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .ops.broadcasting import Array, Shape
from .tape import Entry, Leaf, replay


class Tensor:
    """An ndarray, `data`, and the tape's `entry` of the operation that made it.

    `entry` is None for a constant, a `Leaf` for a tensor that was created with `requires_grad=True`, and an
    entry of the tape for a result that depends on such a tensor. Make tensors with `layerwise.tensor`; this
    constructor takes the array as it is, without a copy.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> w.grad
    tensor([2., 4.])
    """

    __slots__ = ("__weakref__", "data", "entry")
    __array_ufunc__ = None  # so that `array * tensor` asks the tensor

    def __init__(self, data: npt.ArrayLike, entry: Entry | Leaf | None = None) -> None:
        self.data: Array = data if type(data) is np.ndarray else np.asarray(data)
        self.entry = entry

    # --- what it is

    @property
    def shape(self) -> Shape:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    @property
    def is_leaf(self) -> bool:
        """Whether it was given, and not computed from tensors that require gradients."""
        return type(self.entry) is not list

    @property
    def requires_grad(self) -> bool:
        return self.entry is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if not self.is_leaf:
            raise RuntimeError("requires_grad can only be set on a leaf. For a constant copy use .detach()")
        if wanted and self.dtype.kind != "f":
            raise RuntimeError(f"only floating-point tensors can require gradients, this one is {self.dtype}")
        if wanted != self.requires_grad:
            self.entry = Leaf() if wanted else None

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that `backward` has added up so far; None before, and for anything but a leaf."""
        return self.entry.grad if type(self.entry) is Leaf else None

    @grad.setter
    def grad(self, value: "Tensor | None") -> None:
        if type(self.entry) is Leaf:
            if value is not None and value.shape != self.shape:
                raise RuntimeError(f"grad must have the tensor's shape {self.shape}, got {value.shape}")
            self.entry.grad = value
        elif value is not None:
            raise RuntimeError("grad can only be set on a leaf that requires gradients")

    # --- gradients

    def backward(self, gradient: "Tensor | None" = None, retain_graph: bool = False) -> None:
        """Add the gradient of this tensor to the `grad` of every leaf it was made from.

        gradient: dL/d(this tensor), of this tensor's shape; 1 if left out, which only a single number may.
        retain_graph: keep the graph, so that `backward` can be called on it again.
        """
        entry = self.entry
        if entry is None:
            raise RuntimeError("backward(): this tensor was made from nothing that requires gradients")
        if gradient is None:
            if self.data.size != 1:
                raise RuntimeError(
                    f"backward(): only a single number has a gradient of 1 by default, this tensor has shape "
                    f"{self.shape}: reduce it first, with .sum() or .mean(), or pass `gradient`"
                )
            dy = np.ones_like(self.data)
        else:
            dy = np.asarray(gradient.data if isinstance(gradient, Tensor) else gradient, self.dtype)
            if dy.shape != self.shape:
                raise RuntimeError(f"backward(): gradient has shape {dy.shape}, the tensor {self.shape}")

        found = {entry: dy.copy()} if isinstance(entry, Leaf) else replay(entry, dy, retain_graph)
        for leaf, new in found.items():
            leaf.grad = Tensor(new) if leaf.grad is None else Tensor(leaf.grad.data + new)

    def detach(self) -> "Tensor":
        """The same numbers (the same memory), as a constant."""
        return Tensor(self.data)

    # --- into Python and NumPy

    def numpy(self) -> Array:
        """The array itself (the same memory)."""
        if self.requires_grad:
            raise RuntimeError("numpy(): this tensor requires gradients. Use tensor.detach().numpy()")
        return self.data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def item(self) -> Any:
        """The only element, as a Python number."""
        if self.data.size != 1:
            raise RuntimeError(f"item(): only a tensor of one element is a number, this one is {self.shape}")
        return self.data.item()

    def tolist(self) -> Any:
        return self.data.tolist()

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __bool__(self) -> bool:
        if self.data.size != 1:
            raise RuntimeError(f"a tensor of shape {self.shape} is neither true nor false")
        return bool(self.data)

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self.data)

    def __iter__(self) -> Iterator["Tensor"]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        text = "tensor(" + np.array2string(self.data, precision=4, separator=", ", prefix="tensor(")
        if self.dtype not in (np.float32, np.int64, np.bool_):
            text += f", dtype={self.dtype}"
        if isinstance(self.entry, Leaf):
            text += ", requires_grad=True"
        elif self.entry is not None:
            vjp = self.entry[1]
            text += f", grad_fn=<{vjp.__name__ if vjp else 'released'}>"
        return text + ")"

    # --- operators: the functions of functions.py

    __hash__ = object.__hash__  # by identity, although == compares the numbers

    def __add__(self, other: Any) -> "Tensor":
        return functions.add(self, other)

    def __radd__(self, other: Any) -> "Tensor":
        return functions.add(other, self)

    def __sub__(self, other: Any) -> "Tensor":
        return functions.sub(self, other)

    def __rsub__(self, other: Any) -> "Tensor":
        return functions.sub(other, self)

    def __mul__(self, other: Any) -> "Tensor":
        return functions.mul(self, other)

    def __rmul__(self, other: Any) -> "Tensor":
        return functions.mul(other, self)

    def __truediv__(self, other: Any) -> "Tensor":
        return functions.div(self, other)

    def __rtruediv__(self, other: Any) -> "Tensor":
        return functions.div(other, self)

    def __pow__(self, other: Any) -> "Tensor":
        return functions.pow(self, other)

    def __rpow__(self, other: Any) -> "Tensor":
        return functions.pow(other, self)

    def __matmul__(self, other: Any) -> "Tensor":
        return functions.matmul(self, other)

    def __rmatmul__(self, other: Any) -> "Tensor":
        return functions.matmul(other, self)

    def __neg__(self) -> "Tensor":
        return functions.neg(self)

    def __abs__(self) -> "Tensor":
        return functions.abs(self)

    def __getitem__(self, index: Any) -> "Tensor":
        return functions.index(self, index)

    def __eq__(self, other: object) -> "Tensor":  # type: ignore[override]
        return functions.compare(np.equal, self, other)

    def __ne__(self, other: object) -> "Tensor":  # type: ignore[override]
        return functions.compare(np.not_equal, self, other)

    def __lt__(self, other: Any) -> "Tensor":
        return functions.compare(np.less, self, other)

    def __le__(self, other: Any) -> "Tensor":
        return functions.compare(np.less_equal, self, other)

    def __gt__(self, other: Any) -> "Tensor":
        return functions.compare(np.greater, self, other)

    def __ge__(self, other: Any) -> "Tensor":
        return functions.compare(np.greater_equal, self, other)

    # Python would read `x += y` as `x = x + y`, a new tensor under the old name. In torch it changes x, and
    # code written for torch counts on it: `w -= lr * w.grad` in a loop over parameters would do nothing.
    def _in_place(self, other: Any) -> "Tensor":
        raise TypeError(
            "tensors are not changed in place. For a new tensor write x = x + y; to change the numbers "
            "themselves, unrecorded, change the array: x.data += y.data"
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = _in_place

    # --- methods: the same functions once more

    def exp(self) -> "Tensor":
        return functions.exp(self)

    def log(self) -> "Tensor":
        return functions.log(self)

    def sqrt(self) -> "Tensor":
        return functions.sqrt(self)

    def abs(self) -> "Tensor":
        return functions.abs(self)

    def tanh(self) -> "Tensor":
        return functions.tanh(self)

    def sigmoid(self) -> "Tensor":
        return functions.sigmoid(self)

    def relu(self) -> "Tensor":
        return functions.relu(self)

    def heaviside(self, values: Any) -> "Tensor":
        return functions.heaviside(self, values)

    def sum(self, dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.sum(self, dim, keepdim)

    def mean(self, dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.mean(self, dim, keepdim)

    def max(self, dim: int | None = None, keepdim: bool = False) -> Any:
        return functions.max(self, dim, keepdim)

    def reshape(self, *shape: Any) -> "Tensor":
        return functions.reshape(self, functions.unpack(shape))

    def view(self, *shape: Any) -> "Tensor":
        """As `reshape`, but never a copy: an error where the numbers do not lie in memory in this order."""
        y = functions.reshape(self, functions.unpack(shape))
        if y.data.size and not np.shares_memory(y.data, self.data):
            raise RuntimeError(f"view(): shape {y.shape} needs a copy of the tensor's memory: use .reshape()")
        return y

    def transpose(self, dim0: int, dim1: int) -> "Tensor":
        return functions.transpose(self, dim0, dim1)

    def permute(self, *dims: Any) -> "Tensor":
        return functions.permute(self, functions.unpack(dims))

    @property
    def T(self) -> "Tensor":  # noqa: N802
        """The transpose of a matrix."""
        if self.ndim > 2:
            raise RuntimeError(f".T is for matrices, this tensor has shape {self.shape}: use .transpose()")
        return functions.permute(self, tuple(range(self.ndim))[::-1])

    def to(self, dtype: npt.DTypeLike) -> "Tensor":
        """The same numbers in another number format, e.g. `layerwise.float64`."""
        return functions.cast(self, dtype)


def tensor(data: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """Make a tensor from numbers: a number, nested lists, an array or a tensor. The data are copied.

    dtype: the number format. If left out, arrays keep theirs; Python's floats become float32, its integers
        int64.
    requires_grad: whether `backward` is to find the gradient with respect to this tensor.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> lw.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    >>> lw.tensor([0.5, 1]).dtype, lw.tensor(np.array([0.5, 1])).dtype
    (dtype('float32'), dtype('float64'))
    """
    if isinstance(data, Tensor):
        data = data.data
    try:
        array = np.array(data, dtype)
    except ValueError as error:
        raise ValueError(f"tensor(): data must be numbers in rows of equal length: {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"tensor(): data must be real numbers, got an array of {array.dtype}")
    if dtype is None and array.dtype == np.float64 and not _holds_numpy(data):
        array = array.astype(np.float32)
    result = Tensor(array)
    result.requires_grad = requires_grad
    return result


def _holds_numpy(data: Any) -> bool:
    """Whether the data bring a number format of their own, as Python's numbers do not."""
    if isinstance(data, list | tuple):
        return any(map(_holds_numpy, data))
    return hasattr(data, "dtype")


def to_array(data: Any) -> Array:
    """Data from anywhere, lists, arrays, tensors of this library or of torch, as an array."""
    return np.asarray(data.detach() if hasattr(data, "detach") else data)


from . import functions  # noqa: E402  (tensors need functions, and functions make tensors)
