"""The linear layer."""

import numpy as np
import numpy.typing as npt

from ..random import default_generator
from ..tensor import Tensor
from . import functional
from .module import Module, Parameter


class Linear(Module):
    """y = x Wᵀ + b.

    in_features, out_features: the sizes of the last dimension of x and of y.
    bias: whether there is a b.
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator to draw the parameters from; see `layerwise.manual_seed`.

    The parameters, weight (out_features, in_features) and bias (out_features,), start uniform in [-k, k] with
    k = 1 / √in_features, as in torch.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> layer = lw.nn.Linear(3, 2, generator=np.random.default_rng(0))
    >>> layer(lw.tensor([[1.0, 2.0, 3.0]])).shape
    (1, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        draw = (generator or default_generator).uniform
        k = 1 / np.sqrt(max(in_features, 1))
        dtype = dtype or np.float32
        self.weight = Parameter(draw(-k, k, (out_features, in_features)).astype(dtype))
        self.bias = Parameter(draw(-k, k, out_features).astype(dtype)) if bias else None

    def forward(self, input: Tensor) -> Tensor:
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"
