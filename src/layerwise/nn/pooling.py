"""Pooling layers."""

from typing import Any

from ..tensor import Tensor
from . import functional
from .functional.images import Sizes
from .functional.pooling import AdaptiveSizes
from .module import Module


class _MaxPool(Module):
    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def _options(self) -> tuple[Any, ...]:
        sizes = self.kernel_size, self.stride, self.padding, self.dilation
        return *sizes, self.ceil_mode, self.return_indices

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The maximum of each window of a sequence. The arguments are those of `MaxPool2d`.

    >>> import layerwise as lw
    >>> lw.nn.MaxPool1d(2)(lw.tensor([[1.0, 3.0, 2.0, 0.0]]))
    tensor([[3., 2.]])
    """

    def forward(self, input: Tensor) -> Any:
        return functional.max_pool1d(input, *self._options())


class MaxPool2d(_MaxPool):
    """The maximum of each window of an image; its gradient goes to the first pixel that attains it.

    kernel_size: the size of a window, one number or (height, width). So are stride (the kernel's size if left
        out), padding (which never is the maximum) and dilation.
    return_indices: whether to return also the positions of the maxima.
    ceil_mode: whether the last windows may reach beyond the end.

    >>> import layerwise as lw
    >>> lw.nn.MaxPool2d(2)(lw.tensor([[[1.0, 3.0, 2.0, 0.0], [4.0, 0.0, 5.0, 6.0]]]))
    tensor([[[4., 6.]]])
    """

    def forward(self, input: Tensor) -> Any:
        return functional.max_pool2d(input, *self._options())


class AvgPool1d(Module):
    """The mean of each window of a sequence. The arguments are those of `AvgPool2d`.

    >>> import layerwise as lw
    >>> lw.nn.AvgPool1d(2)(lw.tensor([[1.0, 3.0, 2.0, 0.0]]))
    tensor([[2., 1.]])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        stride = kernel_size if stride is None else stride
        sizes = [(size,) if isinstance(size, int) else size for size in (kernel_size, stride, padding)]
        self.kernel_size, self.stride, self.padding = sizes
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        options = self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        return functional.avg_pool1d(input, *options)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """The mean of each window of an image.

    kernel_size: the size of a window, one number or (height, width). So are stride (the kernel's size if left
        out) and padding.
    ceil_mode: whether the last windows may reach beyond the end.
    count_include_pad: whether the zeros of the padding count as pixels.
    divisor_override: what to divide the sum of a window by, if not by the number of its pixels.

    >>> import layerwise as lw
    >>> lw.nn.AvgPool2d(2)(lw.tensor([[[1.0, 3.0, 2.0, 0.0], [4.0, 0.0, 5.0, 6.0]]]))
    tensor([[[2.  , 3.25]]])
    """

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, input: Tensor) -> Tensor:
        options = self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        return functional.avg_pool2d(input, *options, self.divisor_override)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AdaptiveAvgPool(Module):
    def __init__(self, output_size: AdaptiveSizes) -> None:
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means of `output_size` windows of about the same size, which divide a sequence.

    >>> import layerwise as lw
    >>> lw.nn.AdaptiveAvgPool1d(2)(lw.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]))
    tensor([[2., 4.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means of windows of about the same size, which divide an image into `output_size` parts.

    output_size: one number, or (height, width); None for the size that the input has.

    >>> import layerwise as lw
    >>> lw.nn.AdaptiveAvgPool2d(1)(lw.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]))
    tensor([[[3.5]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.adaptive_avg_pool2d(input, self.output_size)


class _AdaptiveMaxPool(Module):
    def __init__(self, output_size: AdaptiveSizes, return_indices: bool = False) -> None:
        self.output_size, self.return_indices = output_size, return_indices

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The maxima of `output_size` windows of about the same size, which divide a sequence.

    >>> import layerwise as lw
    >>> lw.nn.AdaptiveMaxPool1d(2)(lw.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]))
    tensor([[3., 5.]])
    """

    def forward(self, input: Tensor) -> Any:
        return functional.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The maxima of windows of about the same size, which divide an image into `output_size` parts.

    output_size: one number, or (height, width); None for the size that the input has.
    return_indices: whether to return also the positions of the maxima.

    >>> import layerwise as lw
    >>> lw.nn.AdaptiveMaxPool2d((2, 1))(lw.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]))
    tensor([[[3.],
             [6.]]])
    """

    def forward(self, input: Tensor) -> Any:
        return functional.adaptive_max_pool2d(input, self.output_size, self.return_indices)
