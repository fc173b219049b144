"""What the functions of this folder ask of their arguments."""

from typing import Any

from ...ops.broadcasting import Array, Needs
from ...tensor import Tensor


def floating(function: str, **tensors: Tensor | None) -> None:
    """An error unless all that are not None are tensors of floating-point numbers, of one number format."""
    first = ""
    for name, tensor in tensors.items():
        if tensor is None:
            continue
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{function}(): {name} must be a layerwise tensor, got {type(tensor).__name__}")
        if tensor.dtype.kind != "f":
            raise RuntimeError(f"{function}(): {name} must be floating-point, got {tensor.dtype}: use .to()")
        if not first:
            first, dtype = name, tensor.dtype
        elif tensor.dtype != dtype:
            raise RuntimeError(f"{function}(): {name} is {tensor.dtype} and {first} is {dtype}: use .to()")


def not_in_place(function: str, inplace: bool) -> None:
    if inplace:
        raise TypeError(
            f"{function}(): inplace=True is left out on purpose: tensors are not changed in place"
        )


def probability(function: str, p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"{function}(): p is a probability, from 0 to 1, got {p}")


def data_of(tensor: Tensor | None) -> Array | None:
    return None if tensor is None else tensor.data


def entries_of(*tensors: Tensor | None) -> tuple[Any, ...]:
    """Where the gradients of these tensors go, for the tape."""
    return tuple([None if tensor is None else tensor.entry for tensor in tensors])


def needs_of(*tensors: Tensor | None) -> Needs:
    """Which of the tensors want a gradient."""
    return tuple([tensor is not None and tensor.entry is not None for tensor in tensors])
