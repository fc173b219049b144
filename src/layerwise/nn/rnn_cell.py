"""One step of a recurrent layer, and what the cells share with the layers over all times."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ..ops.broadcasting import Shape
from ..ops.recurrent import steps
from ..random import default_generator
from ..tensor import Tensor
from .functional import recurrent
from .functional.recurrent import Weights
from .module import Module, Parameter


def draw_weights(
    module: Module,
    suffix: str,
    inputs: int,
    hidden: int,
    gates: int,
    bias: bool,
    dtype: npt.DTypeLike | None,
    generator: np.random.Generator | None,
) -> None:
    """Give the module weight_ih, weight_hh, bias_ih and bias_hh, uniform in [-k, k] with k = 1 / √hidden."""
    k = 1 / np.sqrt(hidden)
    shapes = {"weight_ih": (inputs,), "weight_hh": (hidden,), "bias_ih": (), "bias_hh": ()}
    for name, shape in shapes.items():
        if shape or bias:
            numbers = (generator or default_generator).uniform(-k, k, (gates * hidden, *shape))
            setattr(module, name + suffix, Parameter(numbers.astype(dtype or np.float32)))


def weights_of(module: Module, suffix: str) -> Weights:
    """These four again; None for biases that are not there."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    w_ih, w_hh, b_ih, b_hh = (getattr(module, name + suffix, None) for name in names)
    return w_ih, w_hh, b_ih, b_hh  # type: ignore[return-value]


def check_nonlinearity(name: str, nonlinearity: str) -> None:
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"{name}(): nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")


def check_state(name: str, argument: str, state: Any, shape: Shape, dtype: np.dtype[Any]) -> None:
    if not isinstance(state, Tensor):
        raise TypeError(f"{name}: {argument} must be a layerwise tensor, got {type(state).__name__}")
    if state.shape != shape:
        raise RuntimeError(f"{name}: {argument} has shape {state.shape}, expected {shape}")
    if state.dtype != dtype:
        raise ValueError(f"{name}: {argument} is {state.dtype} and the weights are {dtype}: use .to()")


def pair(name: str, hx: Any) -> tuple[Tensor, Tensor]:
    if not isinstance(hx, tuple | list) or len(hx) != 2:
        raise TypeError(f"{name}: hx must be a pair (h, c), got {type(hx).__name__}")
    return hx[0], hx[1]


class RNNCellBase(Module):
    """What the three cells share: parameters, and the checks of what comes in."""

    gates = 1
    weight_ih: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        dtype: npt.DTypeLike | None,
        generator: np.random.Generator | None,
    ) -> None:
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        draw_weights(self, "", input_size, hidden_size, self.gates, bias, dtype, generator)

    def _batch(self, **tensors: Tensor | None) -> list[Tensor]:
        """Input and states as batches, (batch, size), checked; a state left out as zeros."""
        name, dtype = type(self).__name__, self.weight_ih.dtype
        input = tensors["input"]
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}: input must be a layerwise tensor, got {type(input).__name__}")
        if input.ndim not in (1, 2):
            raise ValueError(f"{name}: input must have 1 or 2 dimensions, got shape {input.shape}")
        batch = input.shape[:-1]
        result = []
        for argument, tensor in tensors.items():
            shape = (*batch, self.input_size if argument == "input" else self.hidden_size)
            if tensor is None:
                tensor = Tensor(np.zeros(shape, dtype))
            check_state(name, argument, tensor, shape, dtype)
            result.append(tensor if batch else tensor[None])
        return result

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(RNNCellBase):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh): one step of `RNN`.

    input_size, hidden_size: the sizes of x and h.
    bias: whether there are b_ih and b_hh.
    nonlinearity: 'tanh', or 'relu' in its place.
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator to draw the parameters from; see `layerwise.manual_seed`.

    Called with input (batch, input_size) or (input_size,), and hx, the state (batch, hidden_size) or
    (hidden_size,), zero if left out. Returns the next state.

    >>> import layerwise as lw
    >>> cell = lw.nn.RNNCell(3, 4)
    >>> h = cell(lw.zeros(2, 3))
    >>> cell(lw.zeros(2, 3), h).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        check_nonlinearity("RNNCell", nonlinearity)
        super().__init__(input_size, hidden_size, bias, dtype, generator)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        x, h = self._batch(input=input, hx=hx)
        _, h = recurrent.rnn(x, h, weights_of(self, ""), steps((len(x),)), self.nonlinearity)
        return h.reshape(*input.shape[:-1], self.hidden_size)

    def extra_repr(self) -> str:
        text = super().extra_repr()
        return text if self.nonlinearity == "tanh" else f"{text}, nonlinearity={self.nonlinearity}"


class LSTMCell(RNNCellBase):
    """One step of `LSTM`: arguments and parameters are those of `RNNCell`, but the state is a pair (h, c).

    >>> import layerwise as lw
    >>> cell = lw.nn.LSTMCell(3, 4)
    >>> h, c = cell(lw.zeros(2, 3))
    >>> h, c = cell(lw.zeros(2, 3), (h, c))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, generator)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        h, c = (None, None) if hx is None else pair("LSTMCell", hx)
        x, h, c = self._batch(input=input, h=h, c=c)
        _, h, c = recurrent.lstm(x, h, c, weights_of(self, ""), steps((len(x),)))
        shape = (*input.shape[:-1], self.hidden_size)
        return h.reshape(shape), c.reshape(shape)


class GRUCell(RNNCellBase):
    """One step of `GRU`: arguments, parameters and forms are those of `RNNCell`.

    >>> import layerwise as lw
    >>> cell = lw.nn.GRUCell(3, 4)
    >>> cell(lw.zeros(2, 3)).shape
    (2, 4)
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, generator)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        x, h = self._batch(input=input, hx=hx)
        _, h = recurrent.gru(x, h, weights_of(self, ""), steps((len(x),)))
        return h.reshape(*input.shape[:-1], self.hidden_size)
