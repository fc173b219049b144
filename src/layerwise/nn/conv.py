"""Convolution layers."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..random import default_generator
from ..tensor import Tensor
from . import functional
from .functional.convolution import same_padding
from .functional.images import Sizes, sizes_of
from .module import Module, Parameter

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What all convolutions have in common."""

    dims: int
    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        output_padding: Sizes = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        name = type(self).__name__
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}(): groups must divide in_channels, {in_channels}, and out_channels, {out_channels}, "
                f"got {groups}"
            )
        modes = PADDING_MODES[:1] if self.transposed else PADDING_MODES
        if padding_mode not in modes:
            raise ValueError(f"{name}(): padding_mode must be one of {modes}, got {padding_mode!r}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes_of(name, "kernel_size", kernel_size, self.dims, least=1)
        self.stride = sizes_of(name, "stride", stride, self.dims, least=1)
        self.dilation = sizes_of(name, "dilation", dilation, self.dims, least=1)
        self.output_padding = sizes_of(name, "output_padding", output_padding, self.dims, least=0)
        self.padding: Any = padding
        if isinstance(padding, str):
            same_padding(name, padding, self.kernel_size, self.stride, self.dilation)  # for its errors
        else:
            self.padding = sizes_of(name, "padding", padding, self.dims, least=0)
        self.padding_mode = padding_mode

        seen, made = (out_channels, in_channels) if self.transposed else (in_channels, out_channels)
        shape = (made, seen // groups, *self.kernel_size)
        k = 1 / math.sqrt(max(math.prod(shape[1:]), 1))
        draw = (generator or default_generator).uniform
        dtype = dtype or np.float32
        self.weight = Parameter(draw(-k, k, shape).astype(dtype))
        self.bias = Parameter(draw(-k, k, out_channels).astype(dtype)) if bias else None

    def extra_repr(self) -> str:
        text = (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        )
        usual = {
            "padding": (0,) * self.dims,
            "dilation": (1,) * self.dims,
            "output_padding": (0,) * self.dims,
            "groups": 1,
        }
        for name, value in usual.items():
            if getattr(self, name) != value:
                text += f", {name}={getattr(self, name)}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text

    def _framed(self, input: Tensor) -> tuple[Tensor, Any]:
        """The input, padded if not with zeros, and the zeros that it still needs."""
        if self.padding_mode == "zeros":
            return input, self.padding
        if isinstance(self.padding, str):
            name = type(self).__name__
            widths = same_padding(name, self.padding, self.kernel_size, self.stride, self.dilation)
        else:
            widths = [(width, width) for width in self.padding]
        flat = [width for pair in reversed(widths) for width in pair]
        return functional.pad(input, flat, mode=self.padding_mode), 0


class Conv1d(_Convolution):
    """A kernel slides over a sequence: y[n, o, w] = b[o] + Σ_c Σ_j W[o, c, j] x[n, c, w s + j d].

    The arguments are those of `Conv2d`, with one number where it has (height, width).

    >>> import layerwise as lw
    >>> lw.nn.Conv1d(3, 5, kernel_size=4)(lw.zeros(2, 3, 10)).shape
    (2, 5, 7)
    """

    dims = 1

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        options = dilation, groups, bias, padding_mode
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            0,
            *options,
            dtype=dtype,
            generator=generator,
        )

    def forward(self, input: Tensor) -> Tensor:
        x, padding = self._framed(input)
        return functional.conv1d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv2d(_Convolution):
    """A kernel slides over an image, and each output pixel is a weighted sum of what it sees.

    y[n, o, h, w] = b[o] + Σ_c Σ_i Σ_j W[o, c, i, j] x[n, c, h s + i d, w s + j d]

    in_channels, out_channels: the numbers of channels of x and of y.
    kernel_size: the size of the kernel, one number or (height, width). So are stride s, dilation d, padding.
    padding: how many pixels are put around the image; 'valid' for none, 'same' for as many as keep its size.
    groups: the channels are split into so many groups, which do not see one another.
    bias: whether there is a b.
    padding_mode: what is put around the image: 'zeros', or copies of it: 'reflect', 'replicate', 'circular'.
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator to draw the parameters from; see `layerwise.manual_seed`.

    The parameters, weight (out_channels, in_channels / groups, kh, kw) and bias (out_channels,), start
    uniform in [-k, k] with k = 1 / √(in_channels / groups · kh · kw), as in torch.

    >>> import layerwise as lw
    >>> layer = lw.nn.Conv2d(3, 8, kernel_size=3, stride=2, padding=1)
    >>> layer
    Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    >>> layer(lw.zeros(4, 3, 32, 32)).shape
    (4, 8, 16, 16)
    """

    dims = 2

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        options = dilation, groups, bias, padding_mode
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            0,
            *options,
            dtype=dtype,
            generator=generator,
        )

    def forward(self, input: Tensor) -> Tensor:
        x, padding = self._framed(input)
        return functional.conv2d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class _Transposed(_Convolution):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        options = output_padding, dilation, groups, bias, padding_mode
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            *options,
            dtype=dtype,
            generator=generator,
        )

    def _output_padding(self, input: Tensor, output_size: Sizes | None) -> Any:
        """As many pixels at the end as give this output size."""
        if output_size is None:
            return self.output_padding
        name = type(self).__name__
        wanted = sizes_of(name, "output_size", output_size, self.dims, least=1)
        each = zip(
            input.shape[-self.dims :], self.kernel_size, self.stride, self.padding, self.dilation, strict=True
        )
        smallest = tuple((n - 1) * s - 2 * p + d * (k - 1) + 1 for n, k, s, p, d in each)
        more = tuple(n - least for n, least in zip(wanted, smallest, strict=True))
        if any(not 0 <= extra < s for extra, s in zip(more, self.stride, strict=True)):
            largest = tuple(least + s - 1 for least, s in zip(smallest, self.stride, strict=True))
            raise ValueError(
                f"{name}(): output_size must be between {smallest} and {largest} for input of shape "
                f"{input.shape}, got {wanted}"
            )
        return more


class ConvTranspose1d(_Transposed):
    """Each number of a sequence is sent on through a kernel: y[n, o, w s + j d] += W[c, o, j] x[n, c, w].

    The arguments are those of `ConvTranspose2d`, with one number where it has (height, width).

    >>> import layerwise as lw
    >>> lw.nn.ConvTranspose1d(3, 5, kernel_size=2, stride=2)(lw.zeros(2, 3, 10)).shape
    (2, 5, 20)
    """

    dims = 1

    def forward(self, input: Tensor, output_size: Sizes | None = None) -> Tensor:
        more = self._output_padding(input, output_size)
        options = self.stride, self.padding, more, self.groups, self.dilation
        return functional.conv_transpose1d(input, self.weight, self.bias, *options)


class ConvTranspose2d(_Transposed):
    """Each pixel is sent on through a kernel, and what arrives at the same place is added up.

    y[n, o, h s + i d, w s + j d] += W[c, o, i, j] x[n, c, h, w], and b[o] everywhere

    It is the way back of a convolution with these arguments, from its output's size to its input's.

    in_channels, out_channels: the numbers of channels of x and of y.
    kernel_size: the size of the kernel, one number or (height, width). So are stride s, dilation d, and the
        two paddings.
    padding: how many pixels are cut off at each side of y.
    output_padding: how many more pixels y has below and at the right.
    groups: the channels are split into so many groups, which do not see one another.
    bias: whether there is a b.
    padding_mode: only 'zeros', as in torch.
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator to draw the parameters from; see `layerwise.manual_seed`.

    Given an `output_size`, a call finds the output_padding by itself. The parameters, weight (in_channels,
    out_channels / groups, kh, kw) and bias (out_channels,), start uniform in [-k, k] with
    k = 1 / √(out_channels / groups · kh · kw), as in torch.

    >>> import layerwise as lw
    >>> layer = lw.nn.ConvTranspose2d(8, 3, kernel_size=3, stride=2, padding=1)
    >>> layer(lw.zeros(4, 8, 16, 16)).shape
    (4, 3, 31, 31)
    >>> layer(lw.zeros(4, 8, 16, 16), output_size=(32, 32)).shape
    (4, 3, 32, 32)
    """

    dims = 2

    def forward(self, input: Tensor, output_size: Sizes | None = None) -> Tensor:
        more = self._output_padding(input, output_size)
        options = self.stride, self.padding, more, self.groups, self.dilation
        return functional.conv_transpose2d(input, self.weight, self.bias, *options)


class Unfold(Module):
    """What a sliding kernel sees, a column for each of its places.

    (n, c, h, w) -> (n, c kh kw, places)

    >>> import layerwise as lw
    >>> lw.nn.Unfold(kernel_size=3)(lw.zeros(2, 5, 8, 8)).shape
    (2, 45, 36)
    """

    def __init__(
        self, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
    ) -> None:
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input: Tensor) -> Tensor:
        return functional.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Unfold):
    """The way back of `Unfold`: every number goes where it came from, and what arrives there is added up.

    (n, c kh kw, places) -> (n, c, *output_size)

    >>> import layerwise as lw
    >>> lw.nn.Fold(output_size=(8, 8), kernel_size=3)(lw.zeros(2, 45, 36)).shape
    (2, 5, 8, 8)
    """

    def __init__(
        self,
        output_size: Sizes,
        kernel_size: Sizes,
        dilation: Sizes = 1,
        padding: Sizes = 0,
        stride: Sizes = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        options = self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        return functional.fold(input, *options)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}, {super().extra_repr()}"
