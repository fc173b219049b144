"""The U-Net: an image shrinks to a coarse one that knows what, and grows to a fine one that knows where."""

from typing import Any

from .. import functions as lw
from .. import nn
from ..tensor import Tensor
from .checks import at_least, one_of, shaped
from .start import he


class UNet(nn.Module):
    """Scores for every pixel. By Ronneberger et al. (2015), with padding, so that sizes stay.

    On the way down, `depth` times: two convolutions, then pooling. At the bottom two more. On the way up,
    `depth` times: twice the height and width, the image of the same size from the way down beside it, and two
    convolutions.

    in_channels, out_channels: of the images, and of the scores (for each pixel a number a class).
    depth: how often height and width are halved; they must be multiples of 2^depth.
    channels: of the level at the top; each step down doubles them.
    upsampling: 'transposed', a transposed convolution that learns how, or 'nearest', which repeats pixels and
        then convolves (Odena et al., 2016: it leaves no checkerboards).
    norm: whether each convolution is followed by a BatchNorm2d (then it has no bias).

    >>> import layerwise as lw
    >>> model = lw.models.UNet(1, 3, depth=2, channels=8)
    >>> model(lw.zeros(4, 1, 48, 48)).shape
    (4, 3, 48, 48)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        depth: int = 4,  # the paper's: a pixel at the bottom sees about 140 pixels of the image
        channels: int = 64,
        upsampling: str = "transposed",
        norm: bool = True,  # the paper has none; with it learning is faster and hardly depends on the start
    ) -> None:
        super().__init__()
        at_least("UNet", 1, in_channels=in_channels, out_channels=out_channels, channels=channels)
        at_least("UNet", 0, depth=depth)
        one_of("UNet", ("transposed", "nearest"), upsampling=upsampling)
        self.in_channels, self.depth = in_channels, depth
        C = [channels * 2**level for level in range(depth + 1)]  # channels of each level, from the top down

        def two_convolutions(given: int, made: int) -> Any:
            layers: list[nn.Module] = []
            for seen in (given, made):
                layers.append(nn.Conv2d(seen, made, 3, padding=1, bias=not norm))
                layers += [nn.BatchNorm2d(made)] if norm else []
                layers.append(nn.ReLU())
            return nn.Sequential(*layers)

        def twice_as_large(given: int, made: int) -> Any:
            if upsampling == "transposed":
                return nn.ConvTranspose2d(given, made, 2, stride=2)
            return nn.Sequential(Nearest(), nn.Conv2d(given, made, 3, padding=1))

        self.top = two_convolutions(in_channels, C[0])
        self.pool = nn.MaxPool2d(2)
        self.down = nn.ModuleList(two_convolutions(C[i], C[i + 1]) for i in range(depth))
        self.larger = nn.ModuleList(twice_as_large(C[i + 1], C[i]) for i in range(depth))
        self.up = nn.ModuleList(two_convolutions(2 * C[i], C[i]) for i in range(depth))
        self.head = nn.Conv2d(C[0], out_channels, 1)
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> scores (batch, out_channels, height, width)"""
        shaped("UNet", ("batch", self.in_channels, "height", "width"), x=x)
        if x.shape[2] % 2**self.depth or x.shape[3] % 2**self.depth:
            raise RuntimeError(
                f"UNet: x has shape {tuple(x.shape)}, expected height and width to be multiples of "
                f"{2**self.depth}, because they are halved {self.depth} times"
            )
        x = self.top(x)  # (batch, channels, height, width)
        skipped = []
        for convolutions in self.down:
            skipped.append(x)
            x = convolutions(self.pool(x))  # twice the channels, half the height and width
        for level in reversed(range(self.depth)):
            x = self.larger[level](x)  # half the channels, twice the height and width
            x = lw.cat([skipped[level], x], dim=1)  # where, and what
            x = self.up[level](x)
        scores: Tensor = self.head(x)  # (batch, out_channels, height, width)
        return scores


class Nearest(nn.Module):
    """Every pixel becomes four, two by two.

    >>> import layerwise as lw
    >>> lw.models.Nearest()(lw.tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    """

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, channels, height, width) -> (batch, channels, 2 height, 2 width)"""
        return x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
