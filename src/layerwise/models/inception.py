"""The Inception block: filters of several sizes side by side."""

from typing import Any

from .. import functions as lw
from .. import nn
from ..tensor import Tensor
from .checks import at_least, shaped
from .start import he


class Inception(nn.Module):
    """Four branches see the same image; their outputs are put one behind the other as channels.

    1×1;  1×1 then 3×3;  1×1 then 5×5;  3×3 max pooling then 1×1. The 1×1 convolutions before the large ones
    reduce the channels, and with them the work. By Szegedy et al. (2015), whose names these arguments have.

    in_channels: of the image.
    ch1x1, ch3x3, ch5x5: the channels that the branches with these filters give.
    ch3x3red, ch5x5red: to how many channels the image is reduced before them.
    pool_proj: the channels that the pooling branch gives.
    norm: whether each convolution is followed by a BatchNorm2d (then it has no bias). The first Inception had
        none, all later ones do.

    Height and width stay what they are.

    >>> import layerwise as lw
    >>> block = lw.models.Inception(192, 64, 96, 128, 16, 32, 32)  # the first one of GoogLeNet
    >>> block(lw.zeros(2, 192, 28, 28)).shape  # 64 + 128 + 32 + 32 channels
    (2, 256, 28, 28)
    """

    def __init__(
        self,
        in_channels: int,
        ch1x1: int,
        ch3x3red: int,
        ch3x3: int,
        ch5x5red: int,
        ch5x5: int,
        pool_proj: int,
        *,
        norm: bool = True,
    ) -> None:
        super().__init__()
        reduced = {"ch3x3red": ch3x3red, "ch5x5red": ch5x5red}
        given = {"ch1x1": ch1x1, "ch3x3": ch3x3, "ch5x5": ch5x5, "pool_proj": pool_proj}
        at_least("Inception", 1, in_channels=in_channels, **reduced, **given)
        self.in_channels, self.out_channels = in_channels, sum(given.values())

        def conv(channels: int, made: int, kernel_size: int) -> Any:
            layers = [nn.Conv2d(channels, made, kernel_size, padding=kernel_size // 2, bias=not norm)]
            return nn.Sequential(*layers, *([nn.BatchNorm2d(made)] if norm else []), nn.ReLU())

        self.branch1 = conv(in_channels, ch1x1, 1)
        self.branch2 = nn.Sequential(conv(in_channels, ch3x3red, 1), conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(conv(in_channels, ch5x5red, 1), conv(ch5x5red, ch5x5, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), conv(in_channels, pool_proj, 1))
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> (batch, out_channels, height, width)"""
        shaped("Inception", ("batch", self.in_channels, "height", "width"), x=x)
        return lw.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], dim=1)
