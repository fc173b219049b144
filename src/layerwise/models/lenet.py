"""A small convolutional network after LeNet-5."""

from collections.abc import Sequence

from .. import nn
from ..tensor import Tensor
from .checks import at_least, each_at_least, one_of, shaped
from .start import he


class LeNet(nn.Module):
    """Twice convolution, ReLU, pooling; then a multilayer perceptron. After LeCun et al. (1998).

    num_classes: how many classes.
    in_channels: of the images.
    image_size: their height and width.
    channels: of the two convolutions.
    hidden: the sizes of the perceptron's hidden layers.
    kernel_size: of both convolutions.
    padding: how many zeros are put around the image, at each side. The digits of MNIST, 28 × 28, become
        LeNet's 32 × 32 with 2.
    pooling: 'max', or 'average' as in 1998.

    >>> import layerwise as lw
    >>> model = lw.models.LeNet()
    >>> model(lw.zeros(4, 1, 32, 32)).shape, lw.nn.utils.count_parameters(model)
    ((4, 10), 61706)
    >>> lw.models.LeNet(image_size=8, channels=(16, 32), hidden=(64,), kernel_size=3, padding=1)
    LeNet(
      (conv1): Conv2d(1, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (conv2): Conv2d(16, 32, kernel_size=(3, 3), stride=(1, 1))
      (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
      (classifier): Sequential(
        (0): Linear(in_features=32, out_features=64, bias=True)
        (1): ReLU()
        (2): Linear(in_features=64, out_features=10, bias=True)
      )
    )
    """

    def __init__(
        self,
        num_classes: int = 10,
        *,
        in_channels: int = 1,
        image_size: int = 32,
        channels: tuple[int, int] = (6, 16),  # LeNet-5's, as are image_size, hidden and kernel_size
        hidden: Sequence[int] = (120, 84),
        kernel_size: int = 5,
        padding: int = 0,
        pooling: str = "max",  # as almost everywhere today: what was found counts, not where exactly
    ) -> None:
        super().__init__()
        at_least("LeNet", 1, num_classes=num_classes, in_channels=in_channels, kernel_size=kernel_size)
        at_least("LeNet", 0, padding=padding)
        each_at_least("LeNet", 1, channels=channels, hidden=hidden)
        one_of("LeNet", ("max", "average"), pooling=pooling)
        if len(channels) != 2:
            raise ValueError(f"LeNet(): channels must be two numbers, got {channels}")
        after_one = (image_size + 2 * padding - kernel_size + 1) // 2
        after_two = (after_one - kernel_size + 1) // 2  # height and width of what the perceptron sees
        if after_two < 1:
            least = 2 * (kernel_size + 1) + kernel_size - 1 - 2 * padding
            raise ValueError(
                f"LeNet(): image_size must be at least {least} for kernel_size {kernel_size} and padding "
                f"{padding}, got {image_size}"
            )

        self.image = in_channels, image_size, image_size
        self.conv1 = nn.Conv2d(in_channels, channels[0], kernel_size, padding=padding)
        self.conv2 = nn.Conv2d(channels[0], channels[1], kernel_size)
        self.pool = nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2)
        layers: list[nn.Module] = []
        size = channels[1] * after_two**2
        for width in hidden:
            layers += [nn.Linear(size, width), nn.ReLU()]
            size = width
        self.classifier = nn.Sequential(*layers, nn.Linear(size, num_classes))
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_channels, image_size, image_size) -> scores (batch, num_classes)"""
        shaped("LeNet", ("batch", *self.image), x=x)
        x = self.pool(self.conv1(x).relu())  # (batch, 6, 14, 14)
        x = self.pool(self.conv2(x).relu())  # (batch, 16, 5, 5)
        x = x.flatten(1)  # (batch, 400)
        scores: Tensor = self.classifier(x)  # (batch, num_classes)
        return scores
