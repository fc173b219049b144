"""Where in the sequence? Attention does not know the order of what it reads: it has to be told."""

import numpy as np
import numpy.typing as npt

from .. import tape
from ..ops import positional as ops
from ..tensor import Tensor
from . import init
from .functional.arguments import floating
from .module import Module, Parameter


class SinusoidalEncoding(Module):
    """Adds waves of the position t to the input: sin(t ω_i) to feature 2i, cos(t ω_i) to feature 2i + 1.

    The frequencies ω_i = base^(-2i / d_model) go from 1 down to about 1 / base.

    d_model: the features of every time.
    base: how slow the slowest wave is.
    batch_first: whether tensors are (batch, times, d_model) instead of (times, batch, d_model).

    Called with a tensor of this shape, or a single sequence (times, d_model). There are no parameters.

    >>> import layerwise as lw
    >>> lw.nn.SinusoidalEncoding(4)(lw.zeros(3, 4))
    tensor([[ 0.    ,  1.    ,  0.    ,  1.    ],
            [ 0.8415,  0.5403,  0.01  ,  0.9999],
            [ 0.9093, -0.4161,  0.02  ,  0.9998]])
    """

    def __init__(self, d_model: int, base: float = 10000.0, batch_first: bool = False) -> None:
        if d_model < 1:
            raise ValueError(f"SinusoidalEncoding(): d_model must be at least 1, got {d_model}")
        self.d_model, self.base, self.batch_first = d_model, base, batch_first
        self._table = ops.sinusoids(0, d_model, base)  # for the longest sequence so far

    def forward(self, input: Tensor) -> Tensor:
        floating("SinusoidalEncoding", input=input)
        times = _times("SinusoidalEncoding", input, self.d_model, self.batch_first)
        if len(self._table) < times:
            self._table = ops.sinusoids(times, self.d_model, self.base)
        waves = Tensor(self._table[:times].astype(input.dtype))  # (times, d_model)
        return input + (waves[:, None] if input.ndim == 3 and not self.batch_first else waves)

    def extra_repr(self) -> str:
        return f"{self.d_model}, base={self.base}, batch_first={self.batch_first}"


class LearnedEncoding(Module):
    """Adds to the input what was learned for each position.

    max_len: how many positions there are.
    d_model: the features of every time.
    batch_first: whether tensors are (batch, times, d_model) instead of (times, batch, d_model).
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator to draw the parameters from; see `layerwise.manual_seed`.

    Called with a tensor of this shape, or a single sequence (times, d_model). The parameter, weight
    (max_len, d_model) as of a torch Embedding, starts normal with a spread of 0.02.

    >>> import layerwise as lw
    >>> lw.nn.LearnedEncoding(100, 4)(lw.zeros(3, 2, 4)).shape  # (times, batch, d_model)
    (3, 2, 4)
    """

    def __init__(
        self,
        max_len: int,
        d_model: int,
        batch_first: bool = False,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.max_len, self.d_model, self.batch_first = max_len, d_model, batch_first
        self.weight = Parameter(np.empty((max_len, d_model), dtype or np.float32))
        init.normal_(self.weight, std=0.02, generator=generator)

    def forward(self, input: Tensor) -> Tensor:
        floating("LearnedEncoding", input=input, weight=self.weight)
        times = _times("LearnedEncoding", input, self.d_model, self.batch_first)
        if times > self.max_len:
            raise RuntimeError(f"LearnedEncoding: input has {times} times, expected at most {self.max_len}")
        positions = self.weight[:times]  # (times, d_model)
        return input + (positions[:, None] if input.ndim == 3 and not self.batch_first else positions)

    def extra_repr(self) -> str:
        return f"{self.max_len}, {self.d_model}, batch_first={self.batch_first}"


class RotaryEncoding(Module):
    """Turns pairs of features by an angle that grows with the position: for queries and keys, head by head.

    A query at position s and a key at position t have a product that depends on s - t alone.

    features: the features of a head, an even number.
    base: how slow the slowest rotation is; the pairs' angles are t ω_i with ω_i = base^(-2i / features).
    interleaved: which features are pairs: 2i and 2i + 1, as in the RoFormer, GPT-J and the original LLaMA;
        with False i and i + features / 2, as in GPT-NeoX and LLaMA at Hugging Face. Weights trained with one
        do not fit the other.

    Called with a tensor (..., times, features), and if wanted the position of its first time, 0 if left out.

    >>> import layerwise as lw
    >>> rotary = lw.nn.RotaryEncoding(2)
    >>> rotary(lw.tensor([[1.0, 0.0], [1.0, 0.0]]))
    tensor([[1.    , 0.    ],
            [0.5403, 0.8415]])
    """

    def __init__(self, features: int, base: float = 10000.0, interleaved: bool = True) -> None:
        if features < 2 or features % 2:
            raise ValueError(f"RotaryEncoding(): features must be even and at least 2, got {features}")
        self.features, self.base, self.interleaved = features, base, interleaved

    def forward(self, input: Tensor, start: int = 0) -> Tensor:
        floating("RotaryEncoding", input=input)
        if input.ndim < 2 or input.shape[-1] != self.features:
            raise RuntimeError(
                f"RotaryEncoding: input has shape {input.shape}, expected (..., times, {self.features})"
            )
        angles = ops.angles(input.shape[-2], self.features, self.base, start)
        cos, sin = (f(angles).astype(input.dtype) for f in (np.cos, np.sin))
        y = ops.rotate(input.data, cos, sin, self.interleaved)
        return Tensor(y, tape.record(ops.rotate_vjp, (input.entry,), (cos, sin, self.interleaved)))

    def extra_repr(self) -> str:
        return f"{self.features}, base={self.base}, interleaved={self.interleaved}"


def _times(name: str, input: Tensor, features: int, batch_first: bool) -> int:
    if input.ndim not in (2, 3) or input.shape[-1] != features:
        form = "batch, times" if batch_first else "times, batch"
        raise RuntimeError(f"{name}: input has shape {input.shape}, expected ({form}, {features})")
    return input.shape[1 if batch_first and input.ndim == 3 else 0]
