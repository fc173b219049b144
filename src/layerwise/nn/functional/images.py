"""What the functions on images ask of their sizes."""

from ...ops.broadcasting import Shape
from ...ops.convolution import Pair
from ...tensor import Tensor

Sizes = int | tuple[int, ...]  # one for all dimensions, or one for each


def sizes_of(function: str, argument: str, value: Sizes, dims: int, least: int) -> Shape:
    """The argument as one integer for each dimension; an error if any is less than `least`."""
    sizes = tuple(value) if isinstance(value, tuple | list) else (value,) * dims
    if len(sizes) == 1:
        sizes *= dims
    if len(sizes) != dims or not all(isinstance(size, int) and size >= least for size in sizes):
        wanted = f"an integer from {least}" + (f", or {dims} of them" if dims > 1 else "")
        raise ValueError(f"{function}(): {argument} must be {wanted}, got {value!r}")
    return sizes


def pair_of(function: str, argument: str, value: Sizes) -> Pair:
    """The argument as (height, width), both at least 1."""
    height, width = sizes_of(function, argument, value, 2, least=1)
    return height, width


def batched(input: Tensor, ndim: int, function: str, expected: str) -> None:
    """An error unless the input is one example of `ndim` dimensions, or a batch of them."""
    if input.ndim not in (ndim, ndim + 1):
        raise RuntimeError(f"{function}(): input has shape {input.shape}, expected {expected}")
