"""Activation functions as layers."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ..functions import flatten
from ..tensor import Tensor
from . import functional
from .functional.arguments import not_in_place
from .module import Module, Parameter


class Identity(Module):
    """Gives back what it is given. Takes any arguments, so that it can stand in for any layer.

    >>> import layerwise as lw
    >>> lw.nn.Identity(7, name="unused")(lw.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, input: Tensor) -> Tensor:
        return input


class _InPlace(Module):
    """What the layers share that in torch can write over their input, and cannot here."""

    def __init__(self, inplace: bool = False) -> None:
        not_in_place(type(self).__name__, inplace)
        self.inplace = inplace


class ReLU(_InPlace):
    """max(0, x).

    >>> import layerwise as lw
    >>> lw.nn.ReLU()(lw.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.relu(input)


class LeakyReLU(_InPlace):
    """max(0, x) + negative_slope · min(0, x).

    >>> import layerwise as lw
    >>> lw.nn.LeakyReLU(0.25)(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.25,  0.  ,  1.  ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        return functional.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """max(0, x) + weight · min(0, x), with a learned weight.

    num_parameters: 1, one weight for all numbers; or the number of channels, the input's dimension 1.
    init: where the weights start.
    dtype: the weights' number format, float32 if left out.

    >>> import layerwise as lw
    >>> lw.nn.PReLU()(lw.tensor([-1.0, 0.0, 1.0])).detach()
    tensor([-0.25,  0.  ,  1.  ])
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: npt.DTypeLike | None = None
    ) -> None:
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(np.full(num_parameters, init, dtype or np.float32))

    def forward(self, input: Tensor) -> Tensor:
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class Hardtanh(_InPlace):
    """The input, but at least min_val and at most max_val.

    >>> import layerwise as lw
    >>> lw.nn.Hardtanh()(lw.tensor([-2.0, 0.5, 2.0]))
    tensor([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        if min_val >= max_val:
            raise ValueError(f"Hardtanh(): min_val must be below max_val, got {min_val} and {max_val}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, input: Tensor) -> Tensor:
        return functional.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class ReLU6(_InPlace):
    """min(6, max(0, x)).

    >>> import layerwise as lw
    >>> lw.nn.ReLU6()(lw.tensor([-1.0, 3.0, 10.0]))
    tensor([0., 3., 6.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.relu6(input)


class ELU(_InPlace):
    """max(0, x) + alpha (exp(min(0, x)) - 1).

    >>> import layerwise as lw
    >>> lw.nn.ELU()(lw.tensor([-1000.0, -1.0, 2.0]))
    tensor([-1.    , -0.6321,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        return functional.elu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class CELU(ELU):
    """max(0, x) + alpha (exp(min(0, x) / alpha) - 1): without a bend at 0, whatever alpha is.

    >>> import layerwise as lw
    >>> lw.nn.CELU(2.0)(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7869,  0.    ,  1.    ])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.celu(input, self.alpha)


class SELU(_InPlace):
    """s (max(0, x) + α (exp(min(0, x)) - 1)) with s ≈ 1.0507 and α ≈ 1.6733: keeps mean 0 and variance 1.

    >>> import layerwise as lw
    >>> lw.nn.SELU()(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-1.1113,  0.    ,  1.0507])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.selu(input)


class SiLU(_InPlace):
    """x σ(x), also known as swish.

    >>> import layerwise as lw
    >>> lw.nn.SiLU()(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.    ,  0.7311])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.silu(input)


class Mish(_InPlace):
    """x tanh(softplus(x)).

    >>> import layerwise as lw
    >>> lw.nn.Mish()(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.    ,  0.8651])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.mish(input)


class Softplus(Module):
    """ln(1 + exp(beta x)) / beta, a smooth max(0, x); x itself where beta x exceeds the threshold.

    >>> import layerwise as lw
    >>> lw.nn.Softplus()(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([0.3133, 0.6931, 1.3133])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GELU(Module):
    """x Φ(x): x times the probability that a standard normal number is below x.

    approximate: 'none' for Φ itself, 'tanh' for the approximation by a hyperbolic tangent.

    >>> import layerwise as lw
    >>> lw.nn.GELU()(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.    ,  0.8413])
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return functional.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Sigmoid(Module):
    """1 / (1 + exp(-x)).

    >>> import layerwise as lw
    >>> lw.nn.Sigmoid()(lw.tensor([-1000.0, 0.0, 1.0]))
    tensor([0.    , 0.5   , 0.7311])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.sigmoid(input)


class LogSigmoid(Module):
    """ln σ(x), also where σ(x) is too small a number to be written down.

    >>> import layerwise as lw
    >>> lw.nn.LogSigmoid()(lw.tensor([-1000.0, 0.0, 1.0]))
    tensor([-1.0000e+03, -6.9315e-01, -3.1326e-01])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.logsigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent.

    >>> import layerwise as lw
    >>> lw.nn.Tanh()(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.    ,  0.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.tanh(input)


class Softmax(Module):
    """exp(x) divided by its sum along `dim`: positive numbers that sum to 1.

    >>> import layerwise as lw
    >>> lw.nn.Softmax(dim=1)(lw.tensor([[0.0, 0.0], [0.0, 1000.0]]))
    tensor([[0.5, 0.5],
            [0. , 1. ]])
    """

    def __init__(self, dim: int | None = None) -> None:
        if dim is None:
            raise TypeError(
                f"{type(self).__name__}(): dim must be given; torch's old way to guess it is left out"
            )
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return functional.softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """The logarithm of the softmax, also where that is too small a number to be written down.

    >>> import layerwise as lw
    >>> lw.nn.LogSoftmax(dim=0)(lw.tensor([0.0, 1000.0]))
    tensor([-1000.,     0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.log_softmax(input, self.dim)


class GLU(Module):
    """The first half of the numbers along `dim` times σ(the second half).

    >>> import layerwise as lw
    >>> lw.nn.GLU()(lw.tensor([1.0, 2.0, 0.0, 1000.0]))
    tensor([0.5, 2. ])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return functional.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class SwiGLU(GLU):
    """silu(the first half of the numbers along `dim`) times the second half. PyTorch has no such layer.

    >>> import layerwise as lw
    >>> lw.nn.SwiGLU()(lw.tensor([0.0, 1000.0, 1.0, 2.0]))
    tensor([   0., 2000.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.swiglu(input, self.dim)


class Flatten(Module):
    """The dimensions from start_dim to end_dim as one.

    >>> import layerwise as lw
    >>> lw.nn.Flatten()(lw.tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])).shape
    (2, 4)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
