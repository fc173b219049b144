"""The blocks that residual networks are made of: x + f(x), where f is two or three convolutions."""

from typing import Any

from .. import nn
from ..tensor import Tensor
from .checks import at_least, one_of, shaped


class _Residual(nn.Module):
    """What both kinds of blocks have: the skip connection."""

    downsample: Any
    in_channels: int
    preactivation: bool

    def _add_skip_connection(
        self, in_channels: int, channels: int, stride: int, preactivation: bool, shortcut: str
    ) -> None:
        name = type(self).__name__
        at_least(name, 1, in_channels=in_channels, channels=channels, stride=stride)
        one_of(name, ("projection", "pad", "none"), shortcut=shortcut)
        self.in_channels, self.preactivation = in_channels, preactivation
        if shortcut == "none":
            self.downsample = None
        elif stride == 1 and in_channels == channels:
            self.downsample = nn.Identity()
        elif shortcut == "pad":
            self.downsample = PadShortcut(in_channels, channels, stride)
        else:
            layers: list[nn.Module] = [nn.Conv2d(in_channels, channels, 1, stride, bias=False)]
            if not preactivation:  # with it nothing that is added up is normalized
                layers.append(nn.BatchNorm2d(channels))
            self.downsample = nn.Sequential(*layers)

    def _plus_skip(self, y: Tensor, x: Tensor) -> Tensor:
        return y if self.downsample is None else y + self.downsample(x)


class BasicBlock(_Residual):
    """Two 3×3 convolutions and a skip connection, by He et al. (2016).

    With post-activation, as in their first paper, y = relu(x + f(x)), f = conv, norm, relu, conv, norm. With
    pre-activation, as in their second, y = x + f(x), f = norm, relu, conv, norm, relu, conv: then nothing
    stands in the way from y back to x.

    in_channels: of x.
    channels: of both convolutions and of y.
    stride: of the first convolution: 2 halves height and width.
    preactivation: which of the two orders.
    shortcut: what x goes through where it has not the shape of y: 'projection', a 1×1 convolution; 'pad',
        every stride-th pixel and zeros as the new channels, which needs no parameters. Or 'none' for no skip
        connection at all, in any case: a block of a plain network.

    >>> import layerwise as lw
    >>> lw.models.BasicBlock(16, 32, stride=2)(lw.zeros(4, 16, 8, 8)).shape
    (4, 32, 4, 4)
    """

    expansion = 1  # y has so many times `channels`

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int = 1,
        *,
        preactivation: bool = False,
        shortcut: str = "projection",
    ) -> None:
        super().__init__()
        # no biases: after each convolution a norm would take them away again
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(in_channels if preactivation else channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self._add_skip_connection(in_channels, channels, stride, preactivation, shortcut)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> (batch, channels, height / stride, width / stride)"""
        shaped("BasicBlock", ("batch", self.in_channels, "height", "width"), x=x)
        if self.preactivation:
            y = self.conv1(self.bn1(x).relu())  # (batch, channels, height / stride, width / stride)
            y = self.conv2(self.bn2(y).relu())
            return self._plus_skip(y, x)
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y))
        return self._plus_skip(y, x).relu()


class Bottleneck(_Residual):
    """A 1×1 convolution to few channels, a 3×3 among them, a 1×1 back to many, and a skip connection.

    The three cost about as much as the two 3×3 convolutions of a `BasicBlock` with a quarter of the outer
    channels: so networks of 50 layers and more are affordable.

    Arguments are those of `BasicBlock`, but y has 4 · channels. The 3×3 convolution has the stride, as in
    torchvision: a 1×1 with stride 2 would not look at three of four pixels.

    >>> import layerwise as lw
    >>> lw.models.Bottleneck(64, 16)(lw.zeros(4, 64, 8, 8)).shape
    (4, 64, 8, 8)
    """

    expansion = 4

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int = 1,
        *,
        preactivation: bool = False,
        shortcut: str = "projection",
    ) -> None:
        super().__init__()
        out_channels = self.expansion * channels
        self.conv1 = nn.Conv2d(in_channels, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(in_channels if preactivation else channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels if preactivation else out_channels)
        self._add_skip_connection(in_channels, out_channels, stride, preactivation, shortcut)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> (batch, 4 channels, height / stride, width / stride)"""
        shaped("Bottleneck", ("batch", self.in_channels, "height", "width"), x=x)
        if self.preactivation:
            y = self.conv1(self.bn1(x).relu())  # (batch, channels, height, width)
            y = self.conv2(self.bn2(y).relu())  # (batch, channels, height / stride, width / stride)
            y = self.conv3(self.bn3(y).relu())  # (batch, 4 channels, height / stride, width / stride)
            return self._plus_skip(y, x)
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        return self._plus_skip(y, x).relu()


class PadShortcut(nn.Module):
    """Every stride-th pixel, and zeros as the channels that are missing: a shortcut without parameters.

    >>> import layerwise as lw
    >>> lw.models.PadShortcut(16, 32, stride=2)(lw.ones(4, 16, 8, 8)).shape
    (4, 32, 4, 4)
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        if out_channels < in_channels:
            raise ValueError(
                f"PadShortcut(): out_channels must be at least in_channels, {in_channels}, got {out_channels}"
            )
        self.stride, self.added = stride, out_channels - in_channels

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> (batch, out_channels, height / stride, width / stride)"""
        x = x[:, :, :: self.stride, :: self.stride]
        before = self.added // 2  # half of the zeros before, half behind
        return nn.functional.pad(x, (0, 0, 0, 0, before, self.added - before))  # widths, heights, channels

    def extra_repr(self) -> str:
        return f"stride={self.stride}, added={self.added}"
