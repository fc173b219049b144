"""One direction of one recurrent layer over all times, recorded on the tape: what `layerwise.nn.RNN` and the
others are made of. Rows and steps are explained in `layerwise.ops.recurrent`.
"""

from typing import Any

from ... import tape
from ...ops import recurrent as ops
from ...ops.broadcasting import Array, Gradients
from ...tensor import Tensor

Weights = tuple[Tensor, Tensor, Tensor | None, Tensor | None]  # weight_ih, weight_hh, bias_ih, bias_hh


def rnn(input: Tensor, h0: Tensor, weights: Weights, steps: ops.Steps, f: str) -> tuple[Tensor, Tensor]:
    """The states after all times, and every sequence's last one."""
    (x, h, w_ih, w_hh, b_ih, b_hh), entries, needs = _unpack(input, h0, *weights)
    y, last = ops.rnn(x, h, w_ih, w_hh, b_ih, b_hh, steps, f)
    saved = (x, h, w_ih, w_hh, y, steps, f, needs)
    of_y, of_h = tape.record_many(_rnn_vjp, entries, saved, 2)
    return Tensor(y, of_y), Tensor(last, of_h)


def _rnn_vjp(parts: tape.Parts, *saved: Any) -> Gradients:
    return ops.rnn_vjp(parts.get(0), parts.get(1), *saved)


def lstm(
    input: Tensor, h0: Tensor, c0: Tensor, weights: Weights, steps: ops.Steps
) -> tuple[Tensor, Tensor, Tensor]:
    """The states after all times, and every sequence's last state and last cell."""
    (x, h, c, w_ih, w_hh, b_ih, b_hh), entries, needs = _unpack(input, h0, c0, *weights)
    y, last_h, last_c, gates, cells, tanh_c = ops.lstm(x, h, c, w_ih, w_hh, b_ih, b_hh, steps)
    saved = (x, h, c, w_ih, w_hh, y, gates, cells, tanh_c, steps, needs)
    of_y, of_h, of_c = tape.record_many(_lstm_vjp, entries, saved, 3)
    return Tensor(y, of_y), Tensor(last_h, of_h), Tensor(last_c, of_c)


def _lstm_vjp(parts: tape.Parts, *saved: Any) -> Gradients:
    return ops.lstm_vjp(parts.get(0), parts.get(1), parts.get(2), *saved)


def gru(input: Tensor, h0: Tensor, weights: Weights, steps: ops.Steps) -> tuple[Tensor, Tensor]:
    """The states after all times, and every sequence's last one."""
    (x, h, w_ih, w_hh, b_ih, b_hh), entries, needs = _unpack(input, h0, *weights)
    y, last, gates, inner = ops.gru(x, h, w_ih, w_hh, b_ih, b_hh, steps)
    saved = (x, h, w_ih, w_hh, y, gates, inner, steps, needs)
    of_y, of_h = tape.record_many(_gru_vjp, entries, saved, 2)
    return Tensor(y, of_y), Tensor(last, of_h)


def _gru_vjp(parts: tape.Parts, *saved: Any) -> Gradients:
    return ops.gru_vjp(parts.get(0), parts.get(1), *saved)


def pack(input: Tensor, places: tuple[Array, ...]) -> Tensor:
    """The rows of `input` at these places, below one another."""
    rows = ops.pack(input.data, places)
    return Tensor(rows, tape.record(ops.pack_vjp, (input.entry,), (input.shape, places)))


def pad(rows: Tensor, shape: tuple[int, ...], places: tuple[Array, ...], value: float) -> Tensor:
    """A tensor of this shape with the rows at these places, and `value` everywhere else."""
    x = ops.pad(rows.data, shape, places, value)
    return Tensor(x, tape.record(ops.pad_vjp, (rows.entry,), (places,)))


def _unpack(*tensors: Tensor | None) -> tuple[Any, Any, tuple[bool, ...]]:
    arrays = [None if tensor is None else tensor.data for tensor in tensors]
    entries = tuple(None if tensor is None else tensor.entry for tensor in tensors)
    return arrays, entries, tuple(entry is not None for entry in entries)
