"""Residual networks, and the plain ones that they are compared with, of any depth."""

from collections.abc import Sequence
from typing import Any

from .. import nn
from ..tensor import Tensor
from .checks import at_least, each_at_least, one_of, shaped
from .residual import BasicBlock, Bottleneck

IMAGENET = {  # depth: (blocks of each stage, bottleneck), from He et al. (2016), table 1
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}


class ResNet(nn.Module):
    """A first convolution, stages of residual blocks, the mean over all pixels, and a linear classifier.

    Each stage but the first halves height and width and doubles the channels. Those of the papers are made by
    `ResNet.imagenet(depth)` and `ResNet.cifar(depth)`.

    blocks: how many blocks each stage has.
    num_classes: how many classes.
    in_channels: of the images.
    width: the channels of the first stage (with `bottleneck` of its 3×3 convolutions).
    bottleneck: whether blocks are `Bottleneck` instead of `BasicBlock`.
    residual: whether there are skip connections; with False it is a plain network.
    preactivation: whether blocks are norm, relu, conv instead of conv, norm, relu.
    shortcut: where a block changes the shape, 'projection' or 'pad', see `BasicBlock`.
    stem: the first convolution: 'imagenet', 7×7 with stride 2 and max pooling, which shrinks images four
        times, or 'cifar', 3×3, for small images.
    zero_init: whether residual blocks start as the identity: the last thing on the way of f starts at zero.

    Names are torchvision's, so that its checkpoints load.

    >>> import layerwise as lw
    >>> model = lw.models.ResNet((1, 1), num_classes=10, in_channels=1, width=8, stem="cifar")
    >>> model(lw.zeros(4, 1, 16, 16)).shape
    (4, 10)
    """

    def __init__(
        self,
        blocks: Sequence[int],
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        width: int = 64,  # the paper's, as all that follows
        bottleneck: bool = False,  # pays from 50 layers on
        residual: bool = True,
        preactivation: bool = False,  # pays from 100 layers on
        shortcut: str = "projection",  # a little better than 'pad', and for large images costs little
        stem: str = "imagenet",
        zero_init: bool = False,  # helps with large batches and many layers
    ) -> None:
        super().__init__()
        at_least("ResNet", 1, num_classes=num_classes, in_channels=in_channels, width=width)
        each_at_least("ResNet", 1, blocks=blocks)
        one_of("ResNet", ("projection", "pad"), shortcut=shortcut)
        one_of("ResNet", ("imagenet", "cifar"), stem=stem)
        if zero_init and not residual:
            raise ValueError("ResNet(): zero_init needs residual=True: a plain network would give only 0")
        self.in_channels, self.preactivation = in_channels, preactivation

        if stem == "imagenet":
            self.conv1 = nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)
            self.maxpool: nn.Module = nn.MaxPool2d(3, stride=2, padding=1)
        else:
            self.conv1 = nn.Conv2d(in_channels, width, 3, padding=1, bias=False)
            self.maxpool = nn.Identity()
        if not preactivation:
            self.bn1 = nn.BatchNorm2d(width)

        Block = Bottleneck if bottleneck else BasicBlock
        options: Any = {"preactivation": preactivation, "shortcut": shortcut if residual else "none"}
        self.stages = len(blocks)
        seen = width  # channels
        for i, depth in enumerate(blocks):
            stage = []
            for j in range(depth):
                stride = 2 if i > 0 and j == 0 else 1
                stage.append(Block(seen, width * 2**i, stride, **options))
                seen = width * 2**i * Block.expansion
            self.add_module(f"layer{i + 1}", nn.Sequential(*stage))
        if preactivation:  # the blocks begin with norms, and their last sum has not been through any
            self.bn1 = nn.BatchNorm2d(seen)
        self.fc = nn.Linear(seen, num_classes)

        self.apply(_start)
        if zero_init:
            self.apply(_start_as_identity)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, height, width) -> scores (batch, num_classes)"""
        shaped("ResNet", ("batch", self.in_channels, "height", "width"), x=x)
        x = self.conv1(x)  # (batch, 64, height / 2, width / 2)
        if not self.preactivation:
            x = self.bn1(x).relu()
        x = self.maxpool(x)  # (batch, 64, height / 4, width / 4)
        for i in range(self.stages):
            x = self.get_submodule(f"layer{i + 1}")(x)  # (batch, 64 · 2^i, height / 2^(i + 2), ...)
        if self.preactivation:
            x = self.bn1(x).relu()
        x = x.mean((2, 3))  # (batch, 512): wherever in the image it was found
        scores: Tensor = self.fc(x)  # (batch, num_classes)
        return scores

    @classmethod
    def imagenet(cls, depth: int, num_classes: int = 1000, **options: Any) -> "ResNet":
        """The networks for large images: 18 or 34 layers of basic blocks, 50, 101 or 152 of bottlenecks.

        options: further arguments of `ResNet`.

        >>> import layerwise as lw
        >>> lw.nn.utils.count_parameters(lw.models.ResNet.imagenet(18, width=4, num_classes=10))
        45102
        """
        one_of("ResNet.imagenet", IMAGENET, depth=depth)
        blocks, bottleneck = IMAGENET[depth]
        return cls(blocks, num_classes, **{"bottleneck": bottleneck, **options})

    @classmethod
    def cifar(
        cls, depth: int, num_classes: int = 10, *, bottleneck: bool = False, **options: Any
    ) -> "ResNet":
        """The networks for small images: three stages of n blocks each, 6 n + 2 layers, or 9 n + 2.

        depth: 6 n + 2, such as 20, 32, 44, 56, 110; with `bottleneck` 9 n + 2, such as 29, 56, 110, 164.
        options: further arguments of `ResNet`. Without them there are 16 channels in the first stage and
            shortcuts are of the kind 'pad': so plain and residual networks have the same parameters.

        >>> import layerwise as lw
        >>> for residual in (False, True):
        ...     print(lw.nn.utils.count_parameters(lw.models.ResNet.cifar(20, residual=residual)))
        269722
        269722
        """
        each = 9 if bottleneck else 6
        if not isinstance(depth, int) or depth < each + 2 or (depth - 2) % each:
            kind = "bottleneck=True" if bottleneck else "basic blocks"
            raise ValueError(
                f"ResNet.cifar(): depth must be {each} n + 2 with n from 1 for {kind}, got {depth!r}: for "
                f"example {each + 2}, {2 * each + 2}, {3 * each + 2}"
            )
        n = (depth - 2) // each
        defaults = {"width": 16, "stem": "cifar", "shortcut": "pad"}
        return cls((n, n, n), num_classes, bottleneck=bottleneck, **{**defaults, **options})


def _start(module: Any) -> None:
    if isinstance(module, nn.Conv2d):  # He et al.: a ReLU lets half of the variance through. Kept on the way
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")  # back, as in torchvision


# With f = 0 a block is the identity, and a deep network starts as a shallow one (Goyal et al., 2017).
def _start_as_identity(module: Any) -> None:
    last = "2" if isinstance(module, BasicBlock) else "3"
    if isinstance(module, BasicBlock | Bottleneck):
        # with pre-activation a relu stands behind the last norm: a gain of 0 would never get a gradient
        path = f"conv{last}.weight" if module.preactivation else f"bn{last}.weight"
        nn.init.zeros_(module.get_parameter(path))
