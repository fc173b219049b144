"""Recurrent layers: a state that is carried from time to time."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import functions
from ..ops.recurrent import Steps, steps
from ..tensor import Tensor
from . import functional
from .functional import recurrent
from .functional.arguments import probability
from .functional.recurrent import Weights
from .module import Module, Parameter
from .rnn_cell import check_nonlinearity, check_state, draw_weights, pair, weights_of
from .utils.rnn import PackedSequence

States = tuple[Tensor, ...]  # (h,), and of an LSTM (h, c)
Pair = tuple[Tensor, Tensor]


class RNNBase(Module):
    """What RNN, LSTM and GRU share: parameters, layers, directions, padded and packed batches."""

    gates = 1  # how often hidden_size the weights have rows
    states = 1  # how many states are carried from time to time
    weight_ih_l0: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: npt.DTypeLike | None,
        generator: np.random.Generator | None,
    ) -> None:
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, dropout
        self.bidirectional, self.generator = bidirectional, generator
        for name in ("input_size", "hidden_size", "num_layers"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{type(self).__name__}(): {name} must be at least 1, got {getattr(self, name)}"
                )
        probability(type(self).__name__, dropout)
        if dropout and num_layers == 1:
            warnings.warn(
                f"{type(self).__name__}(): dropout acts between layers, there is only one", stacklevel=3
            )

        directions = ("", "_reverse") if bidirectional else ("",)
        self._suffixes = [f"_l{layer}{direction}" for layer in range(num_layers) for direction in directions]
        for k, suffix in enumerate(self._suffixes):
            first = k < len(directions)
            inputs = input_size if first else hidden_size * len(directions)
            draw_weights(self, suffix, inputs, hidden_size, self.gates, bias, dtype, generator)

    def _direction(self, rows: Tensor, states: States, weights: Weights, steps: Steps) -> States:
        """One layer in one direction: its states after all times, and its last ones."""
        raise NotImplementedError

    def _run(self, input: Any, states: States | None) -> tuple[Any, States]:
        """The output, in the form of the input, and the last states of all layers."""
        if isinstance(input, PackedSequence):
            return self._run_packed(input, states)
        name = type(self).__name__
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}: input must be a layerwise tensor, got {type(input).__name__}")
        if input.ndim == 2:
            return self._run_one(input, states)
        if input.ndim != 3:
            raise ValueError(f"{name}: input must have 2 or 3 dimensions, got shape {input.shape}")
        if self.batch_first:
            y, last = self._run_padded(input.transpose(0, 1), states)
            return y.transpose(0, 1), last
        return self._run_padded(input, states)

    def _run_one(self, input: Tensor, states: States | None) -> tuple[Tensor, States]:
        """One sequence (times, input_size): a batch of one, taken away again."""
        if states is not None:
            self._check_states(states, (len(self._suffixes), self.hidden_size))
            states = tuple(state[:, None] for state in states)
        y, last = self._run_padded(input[:, None], states)
        return y[:, 0], tuple(state[:, 0] for state in last)

    def _run_padded(self, input: Tensor, states: States | None) -> tuple[Tensor, States]:
        """(times, batch, input_size): as if packed, with all sequences of one length."""
        times, batch, features = input.shape
        if times == 0:
            raise RuntimeError(f"{type(self).__name__}: input must have at least one time, got none")
        y, last = self._run_rows(input.reshape(times * batch, features), (batch,) * times, states)
        return y.reshape(times, batch, y.shape[1]), last

    def _run_packed(self, input: PackedSequence, states: States | None) -> tuple[PackedSequence, States]:
        rows, batch_sizes, order, back = input
        if states is not None and order is not None:
            self._check_states(states, (len(self._suffixes), len(order), self.hidden_size))
            states = tuple(state[:, order] for state in states)
        y, last = self._run_rows(rows, tuple(batch_sizes.tolist()), states)
        if back is not None:
            last = tuple(state[:, back] for state in last)
        return PackedSequence(y, batch_sizes, order, back), last

    def _run_rows(
        self, rows: Tensor, batch_sizes: tuple[int, ...], states: States | None
    ) -> tuple[Tensor, States]:
        """All layers, one on the other: the rows of the last one, and the last states of all."""
        self._check_rows(rows)
        shape = (len(self._suffixes), batch_sizes[0], self.hidden_size)
        if states is None:
            states = (Tensor(np.zeros(shape, rows.dtype)),) * self.states
        self._check_states(states, shape)

        visits = [steps(batch_sizes), steps(batch_sizes, reverse=True)][: 1 + self.bidirectional]
        last = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                rows = functional.dropout(rows, self.dropout, self.training, generator=self.generator)
            outputs = []
            for direction, steps_of_direction in enumerate(visits):
                k = layer * len(visits) + direction
                weights = weights_of(self, self._suffixes[k])
                start = tuple(state[k] for state in states)
                y, *end = self._direction(rows, start, weights, steps_of_direction)
                outputs.append(y)
                last.append(end)
            rows = functions.cat(outputs, dim=1) if self.bidirectional else outputs[0]
        return rows, tuple(functions.stack(state) for state in zip(*last, strict=True))

    def _check_rows(self, rows: Tensor) -> None:
        name, dtype = type(self).__name__, self.weight_ih_l0.dtype
        if rows.dtype != dtype:
            raise ValueError(f"{name}: input is {rows.dtype} and the weights are {dtype}: use .to()")
        if rows.shape[1:] != (self.input_size,):
            got = ", ".join(map(str, rows.shape[1:]))
            raise RuntimeError(f"{name}: input must be (..., {self.input_size}), got (..., {got})")

    def _check_states(self, states: States, shape: tuple[int, ...]) -> None:
        for argument, state in zip(("h_0", "c_0")[: self.states], states, strict=True):
            check_state(type(self).__name__, argument, state, shape, self.weight_ih_l0.dtype)

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        defaults = {
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
        }
        for name, default in defaults.items():
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        return text


class RNN(RNNBase):
    """h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh), over all times, in one or more layers.

    input_size, hidden_size: the sizes of x_t and h_t.
    num_layers: how many layers stand on one another; each reads the states of the one below.
    nonlinearity: 'tanh', or 'relu' in its place.
    bias: whether there are b_ih and b_hh.
    batch_first: whether input and output are (batch, times, ...) instead of (times, batch, ...).
    dropout: the probability with which, in training, the states between layers are set to zero.
    bidirectional: whether a second network reads the times from the last to the first; h_t is then both
        states one after the other, (2 hidden_size,).
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator for parameters and dropout; see `layerwise.manual_seed`.

    Called with input (times, batch, input_size), a single sequence (times, input_size) or a `PackedSequence`,
    and if wanted hx, the states before the first time (num_layers · directions, batch, hidden_size), zero if
    left out. Returns the last layer's states after all times, in the form of the input, and the last states
    of all layers, in the form of hx.

    The parameters weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_ih_l0_reverse, ... start uniform
    in [-k, k] with k = 1 / √hidden_size.

    >>> import layerwise as lw
    >>> layer = lw.nn.RNN(3, 4, num_layers=2)
    >>> output, h = layer(lw.zeros(5, 2, 3))  # (times, batch, input_size)
    >>> output.shape, h.shape
    ((5, 2, 4), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        check_nonlinearity("RNN", nonlinearity)
        self.nonlinearity = nonlinearity
        options = (num_layers, bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, *options, dtype, generator)

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        y, (h,) = self._run(input, None if hx is None else (hx,))
        return y, h

    def _direction(self, rows: Tensor, states: States, weights: Weights, steps: Steps) -> States:
        (h,) = states
        return recurrent.rnn(rows, h, weights, steps, self.nonlinearity)


class LSTM(RNNBase):
    """Long short-term memory: a cell c_t that gates protect from being overwritten.

    i, f, g, o = σ, σ, tanh, σ of W_ih x_t + b_ih + W_hh h_(t-1) + b_hh, the four quarters of its rows;
    c_t = f c_(t-1) + i g;  h_t = o tanh c_t.

    Arguments, parameters and forms are those of `RNN`, but that hx, and the last states returned, are pairs
    (h, c). The weights have 4 hidden_size rows. proj_size is left out on purpose.

    >>> import layerwise as lw
    >>> layer = lw.nn.LSTM(3, 4, bidirectional=True)
    >>> output, (h, c) = layer(lw.zeros(5, 2, 3))  # (times, batch, input_size)
    >>> output.shape, h.shape, c.shape
    ((5, 2, 8), (2, 2, 4), (2, 2, 4))
    """

    gates, states = 4, 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        if proj_size:
            raise TypeError(
                f"LSTM(): proj_size is left out on purpose, got {proj_size}: put a Linear after it"
            )
        options = (num_layers, bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, *options, dtype, generator)

    def forward(self, input: Any, hx: Pair | None = None) -> tuple[Any, Pair]:
        y, (h, c) = self._run(input, None if hx is None else pair("LSTM", hx))
        return y, (h, c)

    def _direction(self, rows: Tensor, states: States, weights: Weights, steps: Steps) -> States:
        h, c = states
        return recurrent.lstm(rows, h, c, weights, steps)


class GRU(RNNBase):
    """Gated recurrent unit: the state itself is the memory, and one gate decides what of it to keep.

    r, z = σ of W_ih x_t + b_ih + W_hh h_(t-1) + b_hh, the first two thirds of its rows;
    n = tanh(W_in x_t + b_in + r (W_hn h_(t-1) + b_hn)), the last third;  h_t = (1 - z) n + z h_(t-1).

    Arguments, parameters and forms are those of `RNN`. The weights have 3 hidden_size rows.

    >>> import layerwise as lw
    >>> layer = lw.nn.GRU(3, 4, batch_first=True)
    >>> output, h = layer(lw.zeros(2, 5, 3))  # (batch, times, input_size)
    >>> output.shape, h.shape
    ((2, 5, 4), (1, 2, 4))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        options = (num_layers, bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, *options, dtype, generator)

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        y, (h,) = self._run(input, None if hx is None else (hx,))
        return y, h

    def _direction(self, rows: Tensor, states: States, weights: Weights, steps: Steps) -> States:
        (h,) = states
        return recurrent.gru(rows, h, weights, steps)
