"""Pooling as functions."""

import functools
from typing import Any

import numpy as np

from ... import tape
from ...ops import pooling as ops
from ...ops.broadcasting import Array
from ...ops.pooling import Windows
from ...tensor import Tensor
from .arguments import floating
from .images import Sizes, batched, sizes_of

AdaptiveSizes = int | None | tuple[int | None, ...]  # None: the size that the input has


def max_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The maximum of each window. See `max_pool2d`.

    input (n, c, w) or (c, w) -> the same with fewer w

    >>> import layerwise as lw
    >>> lw.nn.functional.max_pool1d(lw.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[3., 2.]])
    """
    options = kernel_size, stride, padding, dilation, ceil_mode
    return _maximum("max_pool1d", input, _sliding("max_pool1d", 1, input, *options), return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The maximum of each window; the gradient goes to the first number in it, row by row, that attains it.

    input (n, c, h, w) or (c, h, w) -> the same with fewer h and w

    kernel_size, stride, padding, dilation: one number, or (height, width). The stride is the kernel's size if
        left out; what is padded never is the maximum.
    ceil_mode: the last windows may reach beyond the end.
    return_indices: return also where the maxima are: their positions h · width + w in the image.

    >>> import layerwise as lw
    >>> x = lw.tensor([[[1.0, 3.0, 2.0, 0.0], [4.0, 0.0, 5.0, 6.0]]])
    >>> lw.nn.functional.max_pool2d(x, 2)
    tensor([[[4., 6.]]])
    >>> lw.nn.functional.max_pool2d(x, 2, return_indices=True)[1]
    tensor([[[4, 7]]])
    """
    options = kernel_size, stride, padding, dilation, ceil_mode
    return _maximum("max_pool2d", input, _sliding("max_pool2d", 2, input, *options), return_indices)


def avg_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window. See `avg_pool2d`.

    input (n, c, w) or (c, w) -> the same with fewer w

    >>> import layerwise as lw
    >>> lw.nn.functional.avg_pool1d(lw.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[2., 1.]])
    """
    options = kernel_size, stride, padding, ceil_mode, count_include_pad
    return _sliding_mean("avg_pool1d", 1, input, *options, None)


def avg_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window.

    input (n, c, h, w) or (c, h, w) -> the same with fewer h and w

    kernel_size, stride, padding: one number, or (height, width). The stride is the kernel's size if left out.
    ceil_mode: the last windows may reach beyond the end.
    count_include_pad: whether the zeros of the padding count as numbers.
    divisor_override: divide the sum of a window by this, and not by how many numbers it has.

    >>> import layerwise as lw
    >>> x = lw.tensor([[[1.0, 3.0, 2.0, 0.0], [4.0, 0.0, 5.0, 6.0]]])
    >>> lw.nn.functional.avg_pool2d(x, 2)
    tensor([[[2.  , 3.25]]])
    """
    if divisor_override == 0:
        raise RuntimeError("avg_pool2d(): divisor_override must not be 0")
    options = kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    return _sliding_mean("avg_pool2d", 2, input, *options)


def adaptive_avg_pool1d(input: Tensor, output_size: AdaptiveSizes) -> Tensor:
    """The means of `output_size` windows of about the same size. See `adaptive_avg_pool2d`.

    input (n, c, w) or (c, w) -> (n, c, output_size) or (c, output_size)

    >>> import layerwise as lw
    >>> lw.nn.functional.adaptive_avg_pool1d(lw.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    tensor([[2., 4.]])
    """
    windows = _adaptive("adaptive_avg_pool1d", 1, input, output_size)
    return _mean(input, windows, _outer([ops.window_sizes(along) for along in windows]))


def adaptive_avg_pool2d(input: Tensor, output_size: AdaptiveSizes) -> Tensor:
    """The means of windows that divide the image into `output_size` parts of about the same size.

    input (n, c, h, w) or (c, h, w) -> the same with (h, w) = output_size

    output_size: one number, or (height, width); None for the size that the input has. Window k of K begins at
        k/K of the size, rounded down, and ends at (k + 1)/K of it, rounded up: neighbors may overlap.

    >>> import layerwise as lw
    >>> lw.nn.functional.adaptive_avg_pool2d(lw.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 1)
    tensor([[[3.5]]])
    """
    windows = _adaptive("adaptive_avg_pool2d", 2, input, output_size)
    return _mean(input, windows, _outer([ops.window_sizes(along) for along in windows]))


def adaptive_max_pool1d(input: Tensor, output_size: AdaptiveSizes, return_indices: bool = False) -> Any:
    """The maxima of `output_size` windows of about the same size. See `adaptive_avg_pool2d` and `max_pool2d`.

    input (n, c, w) or (c, w) -> (n, c, output_size) or (c, output_size)

    >>> import layerwise as lw
    >>> lw.nn.functional.adaptive_max_pool1d(lw.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    tensor([[3., 5.]])
    """
    windows = _adaptive("adaptive_max_pool1d", 1, input, output_size)
    return _maximum("adaptive_max_pool1d", input, windows, return_indices)


def adaptive_max_pool2d(input: Tensor, output_size: AdaptiveSizes, return_indices: bool = False) -> Any:
    """The maxima of windows that divide the image into `output_size` parts. See `adaptive_avg_pool2d`.

    input (n, c, h, w) or (c, h, w) -> the same with (h, w) = output_size

    return_indices: return also where the maxima are, as `max_pool2d`.

    >>> import layerwise as lw
    >>> lw.nn.functional.adaptive_max_pool2d(lw.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), (2, 1))
    tensor([[[3.],
             [6.]]])
    """
    windows = _adaptive("adaptive_max_pool2d", 2, input, output_size)
    return _maximum("adaptive_max_pool2d", input, windows, return_indices)


def _maximum(name: str, input: Tensor, windows: tuple[Windows, ...], return_indices: bool) -> Any:
    stages = ops.max_pool(input.data, windows)
    y = Tensor(stages[-1], tape.record(ops.max_pool_vjp, (input.entry,), (stages, windows)))
    return (y, Tensor(ops.max_pool_indices(stages, windows))) if return_indices else y


def _mean(input: Tensor, windows: tuple[Windows, ...], divisor: Array | float) -> Tensor:
    divisor = np.asarray(divisor, input.dtype)
    y = ops.avg_pool(input.data, windows, divisor)
    return Tensor(y, tape.record(ops.avg_pool_vjp, (input.entry,), (input.shape, windows, divisor)))


def _sliding_mean(
    name: str,
    dims: int,
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None,
) -> Tensor:
    windows = _sliding(name, dims, input, kernel_size, stride, padding, 1, ceil_mode)
    if divisor is not None:
        return _mean(input, windows, divisor)
    if not count_include_pad:
        return _mean(input, windows, _outer([ops.window_sizes(along) for along in windows]))
    kernel = sizes_of(name, "kernel_size", kernel_size, dims, least=1)
    strides = kernel if stride is None else sizes_of(name, "stride", stride, dims, least=1)
    paddings = sizes_of(name, "padding", padding, dims, least=0)
    counts = [  # a window may reach into the padding, and beyond it, where nothing is counted
        np.minimum(k, n + 2 * p - s * np.arange(along.number))
        for along, n, k, s, p in zip(windows, input.shape[-dims:], kernel, strides, paddings, strict=True)
    ]
    return _mean(input, windows, _outer(counts))


def _outer(counts: list[Array]) -> Array:
    """Numbers along h and numbers along w, multiplied: (ho,), (wo,) -> (ho, wo)."""
    return functools.reduce(np.multiply.outer, counts)


def _sliding(
    name: str,
    dims: int,
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> tuple[Windows, ...]:
    _check_images(name, dims, input)
    kernel = sizes_of(name, "kernel_size", kernel_size, dims, least=1)
    strides = kernel if stride is None else sizes_of(name, "stride", stride, dims, least=1)
    paddings = sizes_of(name, "padding", padding, dims, least=0)
    dilations = sizes_of(name, "dilation", dilation, dims, least=1)
    if any(2 * p > k for p, k in zip(paddings, kernel, strict=True)):
        raise RuntimeError(f"{name}(): padding must be at most half of kernel_size {kernel}, got {padding}")
    options = zip(input.shape[-dims:], kernel, strides, paddings, dilations, strict=True)
    windows = tuple(ops.sliding_windows(*each, ceil_mode) for each in options)
    if any(along.number < 1 for along in windows):
        raise RuntimeError(
            f"{name}(): a window of kernel_size {kernel} and dilation {dilations} does not fit into input of "
            f"shape {input.shape} with padding {paddings}"
        )
    return windows


def _adaptive(name: str, dims: int, input: Tensor, output_size: AdaptiveSizes) -> tuple[Windows, ...]:
    _check_images(name, dims, input)
    sizes = output_size if isinstance(output_size, tuple | list) else (output_size,) * dims
    if len(sizes) == dims:
        sizes = tuple(n if size is None else size for n, size in zip(input.shape[-dims:], sizes, strict=True))
    numbers = sizes_of(name, "output_size", sizes, dims, least=0)  # type: ignore[arg-type]
    return tuple(map(ops.adaptive_windows, input.shape[-dims:], numbers))


def _check_images(name: str, dims: int, input: Tensor) -> None:
    floating(name, input=input)
    letters = {1: "w", 2: "h, w"}[dims]
    batched(input, dims + 1, name, f"(n, c, {letters}) or (c, {letters})")
    if 0 in input.shape[-dims - 1 :]:
        raise RuntimeError(f"{name}(): only the batch may be empty, input has shape {input.shape}")
