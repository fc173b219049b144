"""Dropout as layers: active in training, the identity in evaluation."""

import numpy as np

from ..tensor import Tensor
from . import functional
from .functional.arguments import not_in_place, probability
from .module import Module


class _Dropout(Module):
    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: np.random.Generator | None = None
    ) -> None:
        probability(type(self).__name__, p)
        not_in_place(type(self).__name__, inplace)
        self.p, self.inplace, self.generator = p, inplace, generator

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Sets numbers to zero, each with probability p, and multiplies the others by 1 / (1 - p).

    p: the probability; kept to 1/65536.
    inplace: only False.
    generator: where the random numbers come from; layerwise's default generator if left out.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> layer = lw.nn.Dropout(0.5, generator=np.random.default_rng(1))
    >>> layer(lw.tensor([1.0, 2.0, 3.0, 4.0, 5.0]))
    tensor([ 2.,  0.,  6.,  8., 10.])
    >>> layer.eval()(lw.tensor([1.0, 2.0, 3.0, 4.0, 5.0]))
    tensor([1., 2., 3., 4., 5.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.dropout(input, self.p, self.training, generator=self.generator)


class Dropout1d(_Dropout):
    """Sets whole channels to zero. Inputs are (batch, channels, length) or (channels, length).

    p, inplace, generator: as for `Dropout`.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> lw.nn.Dropout1d(0.5, generator=np.random.default_rng(0))(lw.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [0., 0.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.dropout1d(input, self.p, self.training, generator=self.generator)


class Dropout2d(_Dropout):
    """Sets whole channels to zero. Inputs are (batch, channels, height, width).

    p, inplace, generator: as for `Dropout`.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> layer = lw.nn.Dropout2d(0.5, generator=np.random.default_rng(0))
    >>> layer(lw.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])).tolist()
    [[[[2.0, 4.0]], [[0.0, 0.0]]]]
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.dropout2d(input, self.p, self.training, generator=self.generator)


class AlphaDropout(_Dropout):
    """Dropout for networks with SELU: what is dropped becomes the lowest value that SELU can take.

    p, inplace, generator: as for `Dropout`.

    >>> import layerwise as lw
    >>> lw.nn.AlphaDropout(0.5).eval()(lw.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.alpha_dropout(input, self.p, self.training, generator=self.generator)


class DropPath(Module):
    """Stochastic depth: sets whole examples to zero, to be added to a skip connection.

    As torchvision's `StochasticDepth`.

    p: the probability to skip.
    mode: 'row' to decide for every example, 'batch' to decide once for all of them.
    generator: where the random numbers come from; layerwise's default generator if left out.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> layer = lw.nn.DropPath(0.5, generator=np.random.default_rng(0))
    >>> layer(lw.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    tensor([[2., 4.],
            [0., 0.],
            [0., 0.]])
    """

    def __init__(
        self, p: float = 0.5, mode: str = "row", *, generator: np.random.Generator | None = None
    ) -> None:
        probability("DropPath", p)
        if mode not in ("row", "batch"):
            raise ValueError(f"DropPath(): mode must be 'row' or 'batch', got {mode!r}")
        self.p, self.mode, self.generator = p, mode, generator

    def forward(self, input: Tensor) -> Tensor:
        return functional.drop_path(input, self.p, self.mode, self.training, generator=self.generator)

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode!r}"
