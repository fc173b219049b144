"""A network of depthwise separable convolutions: one filter a channel, then a mixture of the channels."""

from collections.abc import Sequence

from .. import nn
from ..tensor import Tensor
from .checks import at_least, each_at_least, shaped
from .start import he, normal

# (channels, stride) of each block, from Howard et al. (2017): each stride of 2 comes with twice the channels
MOBILENET = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


class SeparableConv(nn.Module):
    """A 3×3 convolution in two steps: in space, each channel by itself, then across channels, each pixel.

    It takes 9 C + C C' multiplications a pixel, where a full convolution of C channels to C' takes 9 C C':
    for many channels about a ninth.

    in_channels, out_channels: C and C'.
    stride: of the step in space.

    >>> import layerwise as lw
    >>> block = lw.models.SeparableConv(32, 64, stride=2)
    >>> block(lw.zeros(1, 32, 8, 8)).shape
    (1, 64, 4, 4)
    >>> lw.nn.utils.count_parameters(block), lw.nn.utils.count_parameters(lw.nn.Conv2d(32, 64, 3))
    (2528, 18496)
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        at_least("SeparableConv", 1, in_channels=in_channels, out_channels=out_channels, stride=stride)
        self.in_channels = C = in_channels
        # no biases: the norms have some
        self.depthwise = nn.Conv2d(C, C, 3, stride, padding=1, groups=C, bias=False)
        self.norm1 = nn.BatchNorm2d(C)
        self.pointwise = nn.Conv2d(C, out_channels, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> (batch, out_channels, height / stride, width / stride)"""
        shaped("SeparableConv", ("batch", self.in_channels, "height", "width"), x=x)
        x = self.norm1(self.depthwise(x)).relu()  # (batch, in_channels, height / stride, width / stride)
        y: Tensor = self.norm2(self.pointwise(x)).relu()  # (batch, out_channels, ...)
        return y


class MobileNet(nn.Module):
    """A convolution, separable convolutions, the mean over all pixels, and a linear classifier.

    num_classes: how many classes.
    in_channels: of the images.
    stem: (channels, stride) of the first convolution, a full one.
    blocks: (channels, stride) of each separable convolution.
    width: all channels are multiplied by it (and rounded down): 0.25 leaves a ninth of the parameters.
    dropout: before the classifier, in training.

    The defaults are MobileNet's, for images of 224 × 224 in 1000 classes. For small ones:

    >>> import layerwise as lw
    >>> model = lw.models.MobileNet(10, in_channels=1, stem=(16, 1), blocks=[(32, 2), (64, 2)])
    >>> model(lw.zeros(4, 1, 8, 8)).shape
    (4, 10)
    """

    def __init__(
        self,
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        stem: tuple[int, int] = (32, 2),
        blocks: Sequence[tuple[int, int]] = MOBILENET,
        width: float = 1.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        at_least("MobileNet", 1, num_classes=num_classes, in_channels=in_channels)
        each_at_least("MobileNet", 1, stem=stem)
        for i, block in enumerate(blocks):
            each_at_least("MobileNet", 1, **{f"blocks[{i}]": block})
        if not width > 0:
            raise ValueError(f"MobileNet(): width must be positive, got {width}")
        self.in_channels = in_channels

        def scaled(channels: int) -> int:
            return max(int(width * channels), 1)

        C, stride = scaled(stem[0]), stem[1]
        self.conv = nn.Conv2d(in_channels, C, 3, stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(C)
        separable = []
        for channels, stride in blocks:
            separable.append(SeparableConv(C, scaled(channels), stride))
            C = scaled(channels)
        self.blocks = nn.Sequential(*separable)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(C, num_classes)
        self.apply(he)
        normal(self.fc, std=0.01)  # at first all classes are about equally likely

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> scores (batch, num_classes)"""
        shaped("MobileNet", ("batch", self.in_channels, "height", "width"), x=x)
        x = self.norm(self.conv(x)).relu()  # (batch, 32, height / 2, width / 2)
        x = self.blocks(x)  # (batch, 1024, height / 32, width / 32)
        x = x.mean((2, 3))  # (batch, 1024): wherever in the image it was found
        scores: Tensor = self.fc(self.dropout(x))  # (batch, num_classes)
        return scores
