"""The tensor: an array that remembers how it was made."""

import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from numpy import ndarray  # the name is looked up for every tensor that is made

from .ops.broadcasting import Array, Shape
from .ops.layout import is_channels_last
from .tape import Entry, Leaf, RemovableHandle, add_hook, apply_hooks, note_change, replay


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

    __slots__ = ("__weakref__", "_retained", "data", "entry")
    __array_ufunc__ = None  # so that `array * tensor` asks the tensor

    def __init__(self, data: npt.ArrayLike, entry: Entry | Leaf | None = None) -> None:
        self.data: Array = data if type(data) is ndarray else np.asarray(data)
        self.entry = entry

    # --- what it is

    @property
    def shape(self) -> Shape:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    def size(self, dim: int | None = None) -> Any:
        """The shape, or with `dim` the size of one dimension."""
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        return self.data.ndim

    def numel(self) -> int:
        return self.data.size

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
        """The gradient that `backward` has added up so far.

        None before, and for anything but a leaf, unless `retain_grad` asked for it.
        """
        entry = self.entry
        return entry.grad if type(entry) is Leaf else getattr(self, "_retained", None)

    @grad.setter
    def grad(self, value: "Tensor | None") -> None:
        if type(self.entry) is Leaf:
            if value is not None and value.shape != self.shape:
                raise RuntimeError(f"grad must have the tensor's shape {self.shape}, got {value.shape}")
            self.entry.grad = value
        elif value is not None:
            raise RuntimeError("grad can only be set on a leaf that requires gradients")

    # --- gradients

    def backward(
        self,
        gradient: "Tensor | None" = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add the gradient of this tensor to the `grad` of every leaf it was made from.

        gradient: dL/d(this tensor), of this tensor's shape; 1 if left out, which only a single number may.
        retain_graph: keep the graph, so that `backward` can be called on it again.
        create_graph, inputs: only False and None: gradients are not recorded, and go to all leaves.
        """
        if create_graph or inputs is not None:
            option = "create_graph=True" if create_graph else "inputs"
            raise TypeError(
                f"backward(): {option} is left out on purpose: there are no gradients of gradients, and they "
                "go to all leaves"
            )
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

        found = {entry: dy.copy()} if isinstance(entry, Leaf) else replay(entry, dy, bool(retain_graph))
        for leaf, new in found.items():
            if leaf.hooks:
                new = apply_hooks(leaf.hooks, new)
            leaf.grad = Tensor(new) if leaf.grad is None else Tensor(leaf.grad.data + new)

    def note_change(self) -> None:
        """Say that `data` was changed in place: a `backward` that needs the old numbers becomes an error.

        Optimizers, `load_state_dict` and `nn.init` do so. Who changes `data` by hand answers for it.
        """
        if type(self.entry) is Leaf:
            note_change(self.entry, self.data)

    def register_hook(self, hook: Callable[["Tensor"], "Tensor | None"]) -> RemovableHandle:
        """Call `hook(gradient)` when `backward` knows the gradient; what it returns, if not None, goes on.

        >>> import layerwise as lw
        >>> w = lw.tensor([1.0, 2.0], requires_grad=True)
        >>> handle = w.register_hook(lambda gradient: 10 * gradient)
        >>> w.sum().backward()
        >>> w.grad
        tensor([10., 10.])
        """
        if self.entry is None:
            raise RuntimeError("register_hook(): this tensor does not require gradients")

        def on_array(gradient: Array) -> Array:
            changed = hook(Tensor(gradient))
            if changed is None:
                return gradient
            if changed.shape != gradient.shape:
                raise RuntimeError(
                    f"register_hook(): the hook returned shape {changed.shape} for a gradient of shape "
                    f"{gradient.shape}"
                )
            return changed.data

        return add_hook(self.entry, on_array)

    def retain_grad(self) -> None:
        """Keep the gradient of this tensor too, although it is a result: `grad` as for a leaf."""
        if self.entry is None:
            raise RuntimeError("retain_grad(): this tensor does not require gradients")
        if isinstance(self.entry, Leaf) or hasattr(self, "_retained"):
            return
        self._retained: Tensor | None = None
        tensor = weakref.ref(self)

        def keep(gradient: Array) -> Array:
            if (kept := tensor()) is not None:
                kept._retained = Tensor(
                    gradient if kept._retained is None else kept._retained.data + gradient
                )
            return gradient

        add_hook(self.entry, keep)

    def requires_grad_(self, requires_grad: bool = True) -> "Tensor":
        """Set `requires_grad`. Returns the tensor."""
        self.requires_grad = requires_grad
        return self

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
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(functions.unbind(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tensor":
        if not self.is_leaf:
            raise RuntimeError(
                "only leaves can be copied deeply, this tensor has a history: .detach() it first"
            )
        copy = type(self).__new__(type(self))
        copy.data, copy.entry = self.data.copy(), None
        if self.requires_grad:
            copy.entry = Leaf()
            copy.grad = None if self.grad is None else Tensor(self.grad.data.copy())
        memo[id(self)] = copy
        return copy

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

    def __and__(self, other: Any) -> "Tensor":
        return functions.logic(np.bitwise_and, self, other)

    def __or__(self, other: Any) -> "Tensor":
        return functions.logic(np.bitwise_or, self, other)

    def __xor__(self, other: Any) -> "Tensor":
        return functions.logic(np.bitwise_xor, self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> "Tensor":
        if self.dtype.kind not in "bui":
            raise TypeError(f"~ is for truth values and integers, this tensor is {self.dtype}")
        return Tensor(np.invert(self.data))

    # Python would read `x += y` as `x = x + y`, a new tensor under the old name. In torch it changes x, and
    # code written for torch counts on it: `w -= lr * w.grad` in a loop over parameters would do nothing.
    def _in_place(self, other: Any) -> "Tensor":
        raise TypeError(
            "tensors are not changed in place. For a new tensor write x = x + y; to change the numbers "
            "themselves, unrecorded, change the array: x.data += y.data"
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = _in_place

    def __setitem__(self, where: Any, value: Any) -> None:
        raise TypeError(
            "tensors do not support item assignment. For a new tensor use lw.where() or masked_fill(); to "
            "change the numbers themselves, unrecorded, change the array: x.data[...] = y"
        )

    if not TYPE_CHECKING:  # for the type checker there is no such attribute

        def __getattr__(self, name: str) -> Any:
            if name.endswith("_") and not name.startswith("_"):
                raise AttributeError(
                    f"{name}() changes tensors in place, which layerwise does not. For a new tensor use "
                    f"{name[:-1]}(); to change the numbers themselves, unrecorded, change the array x.data"
                )
            raise AttributeError(f"a tensor has no attribute {name!r}")

    # --- methods: the same functions once more

    def add(self, other: Any) -> "Tensor":
        return functions.add(self, other)

    def sub(self, other: Any) -> "Tensor":
        return functions.sub(self, other)

    def mul(self, other: Any) -> "Tensor":
        return functions.mul(self, other)

    def div(self, other: Any) -> "Tensor":
        return functions.div(self, other)

    def matmul(self, other: Any) -> "Tensor":
        return functions.matmul(self, other)

    def maximum(self, other: Any) -> "Tensor":
        return functions.maximum(self, other)

    def minimum(self, other: Any) -> "Tensor":
        return functions.minimum(self, other)

    def pow(self, exponent: Any) -> "Tensor":
        return functions.pow(self, exponent)

    def neg(self) -> "Tensor":
        return functions.neg(self)

    def abs(self) -> "Tensor":
        return functions.abs(self)

    def sign(self) -> "Tensor":
        return functions.sign(self)

    def exp(self) -> "Tensor":
        return functions.exp(self)

    def expm1(self) -> "Tensor":
        return functions.expm1(self)

    def log(self) -> "Tensor":
        return functions.log(self)

    def log1p(self) -> "Tensor":
        return functions.log1p(self)

    def sqrt(self) -> "Tensor":
        return functions.sqrt(self)

    def square(self) -> "Tensor":
        return functions.square(self)

    def sin(self) -> "Tensor":
        return functions.sin(self)

    def cos(self) -> "Tensor":
        return functions.cos(self)

    def tanh(self) -> "Tensor":
        return functions.tanh(self)

    def sigmoid(self) -> "Tensor":
        return functions.sigmoid(self)

    def relu(self) -> "Tensor":
        return functions.relu(self)

    def floor(self) -> "Tensor":
        return functions.floor(self)

    def ceil(self) -> "Tensor":
        return functions.ceil(self)

    def round(self) -> "Tensor":
        return functions.round(self)

    def clone(self) -> "Tensor":
        return functions.clone(self)

    def isnan(self) -> "Tensor":
        return functions.isnan(self)

    def isfinite(self) -> "Tensor":
        return functions.isfinite(self)

    def heaviside(self, values: Any) -> "Tensor":
        return functions.heaviside(self, values)

    def clamp(self, min: float | None = None, max: float | None = None) -> "Tensor":
        return functions.clamp(self, min, max)

    def masked_fill(self, mask: "Tensor", value: float) -> "Tensor":
        return functions.masked_fill(self, mask, value)

    def where(self, condition: "Tensor", other: Any) -> "Tensor":
        return functions.where(condition, self, other)

    def sum(self, dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.sum(self, dim, keepdim)

    def mean(self, dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.mean(self, dim, keepdim)

    def any(self, dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.any(self, dim, keepdim)

    def all(self, dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.all(self, dim, keepdim)

    def var(
        self,
        dim: int | Shape | None = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float = 1,
    ) -> "Tensor":
        return functions.var(self, dim, unbiased, keepdim, correction=correction)

    def std(
        self,
        dim: int | Shape | None = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float = 1,
    ) -> "Tensor":
        return functions.std(self, dim, unbiased, keepdim, correction=correction)

    def prod(self, dim: int | None = None, keepdim: bool = False) -> "Tensor":
        return functions.prod(self, dim, keepdim)

    def max(self, dim: int | None = None, keepdim: bool = False) -> Any:
        return functions.max(self, dim, keepdim)

    def min(self, dim: int | None = None, keepdim: bool = False) -> Any:
        return functions.min(self, dim, keepdim)

    def argmax(self, dim: int | None = None, keepdim: bool = False) -> "Tensor":
        return functions.argmax(self, dim, keepdim)

    def argmin(self, dim: int | None = None, keepdim: bool = False) -> "Tensor":
        return functions.argmin(self, dim, keepdim)

    def norm(self, p: Any = "fro", dim: int | Shape | None = None, keepdim: bool = False) -> "Tensor":
        return functions.norm(self, p, dim, keepdim)

    def cumsum(self, dim: int) -> "Tensor":
        return functions.cumsum(self, dim)

    def logsumexp(self, dim: int | Shape, keepdim: bool = False) -> "Tensor":
        return functions.logsumexp(self, dim, keepdim)

    def softmax(self, dim: int) -> "Tensor":
        return functions.softmax(self, dim)

    def log_softmax(self, dim: int) -> "Tensor":
        return functions.log_softmax(self, dim)

    def sort(self, dim: int = -1, descending: bool = False) -> "functions.Extreme":
        return functions.sort(self, dim, descending)

    def argsort(self, dim: int = -1, descending: bool = False) -> "Tensor":
        return functions.argsort(self, dim, descending)

    def topk(self, k: int, dim: int = -1, largest: bool = True) -> "functions.Extreme":
        return functions.topk(self, k, dim, largest)

    def reshape(self, *shape: Any) -> "Tensor":
        return functions.reshape(self, functions.unpack(shape))

    def view(self, *shape: Any) -> "Tensor":
        """As `reshape`, but in the same memory: an error where the numbers do not lie in it in this order.

        What a convolution returns lies in memory with its channels last; in torch they come first, and there
        a view of it is possible. Such a tensor is copied, as by `reshape`.
        """
        y = functions.reshape(self, functions.unpack(shape))
        images = self.ndim > 2 and is_channels_last(self.data)
        if y.data.size and not images and not np.may_share_memory(y.data, self.data):
            raise RuntimeError(f"view(): shape {y.shape} needs a copy of the tensor's memory: use .reshape()")
        return y

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> "Tensor":
        return functions.flatten(self, start_dim, end_dim)

    def unflatten(self, dim: int, sizes: Shape) -> "Tensor":
        return functions.unflatten(self, dim, sizes)

    def squeeze(self, dim: int | Shape | None = None) -> "Tensor":
        return functions.squeeze(self, dim)

    def unsqueeze(self, dim: int) -> "Tensor":
        return functions.unsqueeze(self, dim)

    def transpose(self, dim0: int, dim1: int) -> "Tensor":
        return functions.transpose(self, dim0, dim1)

    def permute(self, *dims: Any) -> "Tensor":
        return functions.permute(self, functions.unpack(dims))

    def movedim(self, source: int | Shape, destination: int | Shape) -> "Tensor":
        return functions.movedim(self, source, destination)

    @property
    def T(self) -> "Tensor":  # noqa: N802
        """The transpose of a matrix."""
        if self.ndim > 2:
            raise RuntimeError(f".T is for matrices, this tensor has shape {self.shape}: use .transpose()")
        return functions.permute(self, tuple(range(self.ndim))[::-1])

    def t(self) -> "Tensor":
        return self.T

    @property
    def mT(self) -> "Tensor":  # noqa: N802
        """The transpose of a matrix, or of each matrix of a batch."""
        if self.ndim < 2:
            raise RuntimeError(f".mT is for matrices, this tensor has shape {self.shape}")
        return functions.transpose(self, -2, -1)

    def broadcast_to(self, shape: Shape) -> "Tensor":
        return functions.broadcast_to(self, shape)

    def expand(self, *sizes: Any) -> "Tensor":
        return functions.broadcast_to(self, functions.unpack(sizes))

    def expand_as(self, other: "Tensor") -> "Tensor":
        return functions.broadcast_to(self, other.shape)

    def repeat(self, *repeats: Any) -> "Tensor":
        repeats = functions.unpack(repeats)
        if len(repeats) < self.ndim:
            raise RuntimeError(f"repeat(): a tensor of shape {self.shape} needs a number for each dimension")
        return functions.tile(self, repeats)

    def tile(self, *dims: Any) -> "Tensor":
        return functions.tile(self, functions.unpack(dims))

    def repeat_interleave(self, repeats: "int | Tensor", dim: int | None = None) -> "Tensor":
        return functions.repeat_interleave(self, repeats, dim)

    def flip(self, *dims: Any) -> "Tensor":
        return functions.flip(self, functions.unpack(dims))

    def roll(self, shifts: int | Shape, dims: int | Shape | None = None) -> "Tensor":
        return functions.roll(self, shifts, dims)

    def tril(self, diagonal: int = 0) -> "Tensor":
        return functions.tril(self, diagonal)

    def triu(self, diagonal: int = 0) -> "Tensor":
        return functions.triu(self, diagonal)

    def gather(self, dim: int, index: "Tensor") -> "Tensor":
        return functions.gather(self, dim, index)

    def index_select(self, dim: int, index: "Tensor") -> "Tensor":
        return functions.index_select(self, dim, index)

    def scatter_add(self, dim: int, index: "Tensor", src: "Tensor") -> "Tensor":
        return functions.scatter_add(self, dim, index, src)

    def split(self, split_size: int | Sequence[int], dim: int = 0) -> tuple["Tensor", ...]:
        return functions.split(self, split_size, dim)

    def chunk(self, chunks: int, dim: int = 0) -> tuple["Tensor", ...]:
        return functions.chunk(self, chunks, dim)

    def unbind(self, dim: int = 0) -> tuple["Tensor", ...]:
        return functions.unbind(self, dim)

    def mm(self, mat2: "Tensor") -> "Tensor":
        return functions.mm(self, mat2)

    def bmm(self, mat2: "Tensor") -> "Tensor":
        return functions.bmm(self, mat2)

    def outer(self, vec2: "Tensor") -> "Tensor":
        return functions.outer(self, vec2)

    def dot(self, tensor: "Tensor") -> "Tensor":
        return functions.dot(self, tensor)

    def allclose(
        self, other: "Tensor", rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
    ) -> "bool":
        return functions.allclose(self, other, rtol, atol, equal_nan)

    def equal(self, other: "Tensor") -> "bool":
        return functions.equal(self, other)

    def contiguous(self) -> "Tensor":
        """The tensor itself if its numbers lie in memory in the order in which they are read, else a copy."""
        return self if self.data.flags.c_contiguous else self.clone()

    # --- number formats

    def to(self, dtype: npt.DTypeLike) -> "Tensor":
        """The same numbers in another number format, e.g. `layerwise.float64`."""
        return functions.cast(self, dtype)

    def type_as(self, other: "Tensor") -> "Tensor":
        return functions.cast(self, other.dtype)

    def double(self) -> "Tensor":
        return functions.cast(self, np.float64)

    def long(self) -> "Tensor":
        return functions.cast(self, np.int64)

    # these come last: from here on `float`, `int` and `bool` are methods

    def float(self) -> "Tensor":
        return functions.cast(self, np.float32)

    def int(self) -> "Tensor":
        return functions.cast(self, np.int32)

    def bool(self) -> "Tensor":
        return functions.cast(self, np.bool_)


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
