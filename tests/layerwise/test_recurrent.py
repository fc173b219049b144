"""Recurrent layers, cells, and batches of sequences of different lengths."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from layerwise.ops import recurrent as ops

from .module_parity import check_module
from .parity import check, same

RNNS = {
    "rnn": ("RNN", {}),
    "relu": ("RNN", {"nonlinearity": "relu"}),
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
}


def draw(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def states(kind, *shape):
    """As many initial states as the layer has."""
    return draw(*[shape] * (2 if kind == "lstm" else 1), seed=1)


def with_states(layer, x, *hx):
    return layer(x, hx if len(hx) == 2 else hx[0]) if hx else layer(x)


def utils(layer):
    """Where the packing functions are: in layerwise or in torch."""
    return torch.nn.utils.rnn if isinstance(layer, torch.nn.Module) else lw.nn.utils.rnn


def packed(lengths, batch_first=False, enforce_sorted=False):
    """Call a layer with the batch packed, and pad what it returns."""

    def call(layer, x, *hx):
        rnn = utils(layer)
        sequence = rnn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted)
        y, last = with_states(layer, sequence, *hx)
        return rnn.pad_packed_sequence(y, batch_first)[0], last

    return call


def layer_of(kind, *args, **options):
    name, own = RNNS[kind]
    return lambda L: getattr(L.nn, name)(*args, **own, **options)


@pytest.mark.parametrize("given_states", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", RNNS)
def test_layers(kind, layers, bidirectional, bias, batch_first, given_states):
    """Every option with every other: padded, a single sequence, packed, packed and out of order."""
    times, batch, inputs, hidden = 5, 3, 2, 3
    make = layer_of(
        kind,
        inputs,
        hidden,
        num_layers=layers,
        bidirectional=bidirectional,
        bias=bias,
        batch_first=batch_first,
    )
    (x,) = draw((batch, times, inputs) if batch_first else (times, batch, inputs))
    (sequence,) = draw((times, inputs))
    directions = layers * (1 + bidirectional)
    hx = states(kind, directions, batch, hidden) if given_states else []
    h1 = states(kind, directions, hidden) if given_states else []
    check_module(make, x, *hx, call=with_states, slack=3)
    check_module(make, sequence, *h1, call=with_states, slack=3)
    check_module(make, x, *hx, call=packed([5, 3, 1], batch_first, enforce_sorted=True), slack=3)
    check_module(make, x, *hx, call=packed([2, 4, 3], batch_first), slack=3)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])  # relu has a kink
def test_layers_against_central_differences(kind, bidirectional):
    make = layer_of(kind, 2, 2, bidirectional=bidirectional)
    x, hx = draw((3, 2, 2)), states(kind, 1 + bidirectional, 2, 2)
    check_module(make, *x, *hx, call=with_states, differences=True)
    check_module(make, *x, *hx, call=packed([2, 3]), differences=True)


SIZES = [  # times, batch, inputs, hidden
    (1, 1, 1, 1),
    (1, 3, 2, 4),
    (4, 1, 3, 1),
    (3, 0, 2, 3),
    (3, 2, 1, 5),
    (7, 5, 11, 13),
    (50, 2, 3, 4),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", RNNS)
def test_sizes(kind, size):
    times, batch, inputs, hidden = size
    (x,) = draw((times, batch, inputs))
    check_module(layer_of(kind, inputs, hidden), x, call=with_states, slack=10)
    check_module(layer_of(kind, inputs, hidden, 3), x, call=with_states, slack=10)


@pytest.mark.parametrize("kind", RNNS)
def test_not_contiguous(kind):
    (x,) = draw((3, 2, 4, 5))
    x = x.transpose(3, 1, 0, 2)[:, 0]  # (5, 3, 4)
    assert not x.flags.c_contiguous
    check_module(layer_of(kind, 4, 3, bidirectional=True), x, *states(kind, 2, 3, 3), call=with_states)


@pytest.mark.parametrize("used", ["output", "h", "c"])
@pytest.mark.parametrize("kind", RNNS)
def test_only_one_output_is_used(kind, used):
    if used == "c" and kind != "lstm":
        used = "h"

    def call(layer, x):
        y, last = layer(x)
        if used == "output":
            return y
        return last if kind != "lstm" else last["hc".index(used)]

    check_module(layer_of(kind, 2, 3, 2, bidirectional=True), *draw((4, 3, 2)), call=call)


CELLS = {
    "rnn": lambda L: L.nn.RNNCell(3, 4),
    "relu": lambda L: L.nn.RNNCell(3, 4, nonlinearity="relu"),
    "lstm": lambda L: L.nn.LSTMCell(3, 4),
    "gru": lambda L: L.nn.GRUCell(3, 4),
    "rnn without bias": lambda L: L.nn.RNNCell(3, 4, bias=False),
    "lstm without bias": lambda L: L.nn.LSTMCell(3, 4, bias=False),
    "gru without bias": lambda L: L.nn.GRUCell(3, 4, False),
}


@pytest.mark.parametrize("given_states", [False, True])
@pytest.mark.parametrize("batch", [(2,), (), (0,), (1,)], ids=str)
@pytest.mark.parametrize("name", CELLS)
def test_cells(name, batch, given_states):
    hx = states(name[:4], *batch, 4) if given_states else []
    check_module(CELLS[name], *draw((*batch, 3)), *hx, call=with_states, differences="relu" not in name)


@pytest.mark.parametrize("name", CELLS)
def test_cells_step_by_step(name):
    """The same cell three times: its parameters receive gradients from every step."""

    def call(cell, *xs):
        hx = []
        for x in xs:
            result = with_states(cell, x, *hx)
            hx = result if isinstance(result, tuple) else [result]
        return hx

    check_module(CELLS[name], *draw((2, 3), (2, 3), (2, 3)), call=call)


# --- the fused operations against the formulas, on the tape


def composed(kind, x, h, c, w_ih, w_hh, b_ih, b_hh):
    """One sequence after another time by time from simple operations: all h, the last h and c."""
    outputs = []
    for x_t in x:
        from_input, from_state = x_t @ w_ih.T + b_ih, h @ w_hh.T + b_hh
        if kind in ("rnn", "relu"):
            h = (from_input + from_state).tanh() if kind == "rnn" else (from_input + from_state).relu()
        else:
            n = h.shape[-1]
            a, b = (
                [z[..., k * n : (k + 1) * n] for k in range(w_ih.shape[0] // n)]
                for z in (from_input, from_state)
            )
            if kind == "lstm":
                i, f, g, o = (p + q for p, q in zip(a, b, strict=True))
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh()
            else:
                r, z = (a[0] + b[0]).sigmoid(), (a[1] + b[1]).sigmoid()
                h = (1 - z) * (a[2] + r * b[2]).tanh() + z * h
        outputs.append(h)
    return lw.stack(outputs), h, c


@pytest.mark.parametrize("kind", RNNS)
def test_the_fused_operation_is_its_composition(kind):
    layer = layer_of(kind, 2, 3, dtype=lw.float64, generator=np.random.default_rng(0))(lw)
    results = []
    for fused in (True, False):
        x, h, c = (lw.tensor(a, requires_grad=True) for a in draw((6, 4, 2), (1, 4, 3), (1, 4, 3)))
        if fused:
            y, last = with_states(layer, x, *([h, c] if kind == "lstm" else [h]))
            h_last, c_last = last if kind == "lstm" else (last, c)
        else:
            y, h_last, c_last = composed(kind, x, h[0], c[0], *layer.parameters())
        layer.zero_grad()
        ((y * y).sum() + (3 * h_last.exp()).sum() + c_last.sum()).backward()
        results.append([y.detach(), h_last.detach(), *(t.grad for t in (x, h, c, *layer.parameters()))])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one.numpy().ravel(), other.numpy().ravel(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1e4, -1e4])
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_saturated_gates_neither_overflow_nor_lose_their_gradient(kind, size, dtype):
    torch.manual_seed(0)
    mine, theirs = (layer_of(kind, 2, 3, dtype=getattr(L, dtype))(L) for L in (lw, torch))
    mine.load_state_dict(theirs.state_dict())
    x = np.full((3, 2, 2), size, dtype)
    ours, twin = lw.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, y_twin = mine(ours)[0], theirs(twin)[0]
    same(y, y_twin, dtype)
    y.sum().backward()
    y_twin.sum().backward()
    same(ours.grad, twin.grad, dtype)
    assert all(np.isfinite(p.grad.numpy()).all() for p in mine.parameters())


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.data())
def test_a_packed_sequence_is_as_if_it_were_alone(data):
    """Whatever the lengths: outputs and last states are those of every sequence run by itself."""
    kind = data.draw(st.sampled_from(list(RNNS)))
    lengths = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    inputs, hidden = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))
    layer = layer_of(kind, inputs, hidden, 2, bidirectional=True, generator=np.random.default_rng(0))(lw)
    sequences = [lw.tensor(x) for x in draw(*[(n, inputs) for n in lengths], seed=len(lengths))]
    layer.double()
    y, last = layer(lw.nn.utils.rnn.pack_sequence(sequences, enforce_sorted=False))
    y, found = lw.nn.utils.rnn.pad_packed_sequence(y, batch_first=True)
    assert found.tolist() == lengths
    for k, x in enumerate(sequences):
        y_alone, last_alone = layer(x)
        ours = [y[k, : lengths[k]], *(s[:, k] for s in (last if kind == "lstm" else (last,)))]
        alone = [y_alone, *(last_alone if kind == "lstm" else (last_alone,))]
        for a, b in zip(ours, alone, strict=True):
            np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-12, atol=1e-14)
        assert not y[k, lengths[k] :].detach().numpy().any()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.sampled_from(list(RNNS)), *[st.integers(1, 5)] * 4, st.booleans())
def test_any_shape(kind, times, batch, inputs, hidden, bidirectional):
    make = layer_of(kind, inputs, hidden, bidirectional=bidirectional)
    x, hx = draw((times, batch, inputs)), states(kind, 1 + bidirectional, batch, hidden)
    check_module(make, *x, *hx, call=with_states)


# --- dropout, state, numbers


def test_dropout_acts_between_layers_in_training_only():
    check_module(lambda L: L.nn.LSTM(2, 3, 2, dropout=1.0), *draw((4, 3, 2)))  # nothing comes through
    make = lambda: lw.nn.GRU(2, 3, 2, dropout=0.5, generator=np.random.default_rng(0))  # noqa: E731
    x = lw.tensor(draw((4, 3, 2))[0].astype("float32"))
    first, second, never = make()(x)[0].tolist(), make()(x)[0].tolist(), make().eval()(x)[0].tolist()
    assert first == second
    assert first != never
    plain = lw.nn.GRU(2, 3, 2, generator=np.random.default_rng(0))
    assert never == plain(x)[0].tolist()
    with pytest.warns(UserWarning, match=r"RNN\(\): dropout acts between layers, there is only one"):
        lw.nn.RNN(2, 3, dropout=0.5)


@pytest.mark.parametrize("kind", RNNS)
def test_state_goes_both_ways(kind):
    torch.manual_seed(0)
    make = layer_of(kind, 2, 3, num_layers=2, bidirectional=True)
    mine, theirs = make(lw), make(torch)
    mine.load_state_dict(theirs.state_dict())
    theirs.load_state_dict({name: torch.tensor(p.numpy()) for name, p in mine.state_dict().items()})
    x = draw((4, 3, 2))[0].astype("float32")
    y, twin = mine(lw.tensor(x))[0], theirs(torch.tensor(x))[0]
    np.testing.assert_allclose(y.detach().numpy(), twin.detach().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        *(layer_of(k, 8, 400) for k in RNNS),
        *(lambda L, n=n: getattr(L.nn, n)(8, 400) for n in ("RNNCell", "LSTMCell", "GRUCell")),
    ],
)
def test_parameters_start_as_in_torch(make):
    """Uniform in [-1/√hidden, 1/√hidden]."""
    lw.manual_seed(0)
    for parameter in make(lw).parameters():
        p = parameter.detach().numpy()
        assert p.dtype == np.float32
        np.testing.assert_allclose([p.min(), p.max()], [-1 / 20, 1 / 20], rtol=0.02)
        np.testing.assert_allclose(p.std(), 1 / 20 / np.sqrt(3), rtol=0.08)


def test_parameters_are_drawn_from_the_generator():
    one, two = (lw.nn.LSTM(2, 3, dtype=lw.float64, generator=np.random.default_rng(0)) for _ in range(2))
    assert one.weight_hh_l0.tolist() == two.weight_hh_l0.tolist()
    assert one.weight_hh_l0.dtype == np.float64
    one, two = (lw.nn.GRUCell(2, 3, generator=np.random.default_rng(0)) for _ in range(2))
    assert one.weight_hh.tolist() == two.weight_hh.tolist()


def test_what_needs_no_gradient_costs_none():
    """A frozen layer below: no gradient is computed for the input, and none for frozen weights."""
    x, h0, w_ih, w_hh, b = draw((6, 2), (2, 3), (9, 2), (9, 3), (9,))
    steps = ops.steps((2, 2, 2))
    y, _, gates, inner = ops.gru(x, h0, w_ih, w_hh, b, b, steps)
    needs = (False, True, False, True, False, False)
    found = ops.gru_vjp(y, None, x, h0, w_ih, w_hh, y, gates, inner, steps, needs)
    assert [gradient is not None for gradient in found] == list(needs)

    layer = lw.nn.LSTM(2, 3)
    with lw.no_grad():
        y, (h, c) = layer(lw.tensor(x.astype("float32")))
    assert not any(t.requires_grad for t in (y, h, c))
    y, _ = layer(lw.tensor(x.astype("float32")))
    y.sum().backward()
    assert all(p.grad is not None for p in layer.parameters())


# --- packing and padding

LENGTHS = [[4, 2, 1], [1, 1, 1], [2, 4, 3], [4, 4, 4], [1, 3, 1]]


@pytest.mark.parametrize("features", [(), (2,), (2, 3)], ids=str)
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_packing(lengths, batch_first, features):
    (x,) = draw((3, 4, *features) if batch_first else (4, 3, *features))

    def there(L, x):
        rnn = (torch.nn.utils.rnn, lw.nn.utils.rnn)[L is lw]
        return rnn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted=False)

    def and_back(L, x):
        rnn = (torch.nn.utils.rnn, lw.nn.utils.rnn)[L is lw]
        return rnn.pad_packed_sequence(there(L, x), batch_first, padding_value=7.0, total_length=5)[0]

    check(lambda L, x: there(L, x).data, x)
    check(and_back, x)
    ours, theirs = there(lw, lw.Tensor(x)), there(torch, torch.tensor(x))
    assert ours.batch_sizes.tolist() == theirs.batch_sizes.tolist()
    assert ours.sorted_indices.tolist() == theirs.sorted_indices.tolist()
    assert ours.unsorted_indices.tolist() == theirs.unsorted_indices.tolist()
    padded, found = lw.nn.utils.rnn.pad_packed_sequence(ours)
    assert found.tolist() == lengths
    assert padded.shape == (max(lengths), 3, *features)


def test_lengths_may_be_a_list_an_array_or_a_tensor():
    x = lw.ones(3, 2)
    for lengths in ([3, 1], np.array([3, 1]), lw.tensor([3, 1]), torch.tensor([3, 1])):
        packed = lw.nn.utils.rnn.pack_padded_sequence(x, lengths)
        assert packed.batch_sizes.tolist() == [2, 1, 1]
        assert packed.sorted_indices is None


@pytest.mark.parametrize("padding_side", ["right", "left"])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("lengths", [*LENGTHS, [3], [2, 0, 3], [0, 0]], ids=str)
def test_pad_sequence(lengths, batch_first, padding_side):
    def f(L, *sequences):
        rnn = (torch.nn.utils.rnn, lw.nn.utils.rnn)[L is lw]
        return rnn.pad_sequence(sequences, batch_first, 7.0, padding_side)

    check(f, *draw(*[(n, 2) for n in lengths]))


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_pack_sequence(lengths):
    def f(L, *sequences):
        rnn = (torch.nn.utils.rnn, lw.nn.utils.rnn)[L is lw]
        return rnn.pack_sequence(sequences, enforce_sorted=False).data

    check(f, *draw(*[(n, 2) for n in lengths]))


# --- errors


def zeros(*shape):
    return lw.tensor(np.zeros(shape, "float32"))


RNN, LSTM, CELL, LSTM_CELL = lw.nn.RNN(3, 4), lw.nn.LSTM(3, 4), lw.nn.GRUCell(3, 4), lw.nn.LSTMCell(3, 4)
U = lw.nn.utils.rnn
ERRORS = [
    (lambda: lw.nn.LSTM(3, 4, proj_size=2), TypeError, r"LSTM\(\): proj_size is left out on purpose, got 2"),
    (
        lambda: lw.nn.RNN(3, 4, nonlinearity="sin"),
        ValueError,
        r"nonlinearity must be 'tanh' or 'relu', got 'sin'",
    ),
    (lambda: lw.nn.RNNCell(3, 4, nonlinearity="sin"), ValueError, r"RNNCell\(\): nonlinearity must be"),
    (lambda: lw.nn.GRU(3, 4, dropout=2), ValueError, r"GRU\(\): p is a probability, from 0 to 1, got 2"),
    (lambda: lw.nn.GRU(0, 4), ValueError, r"GRU\(\): input_size must be at least 1, got 0"),
    (lambda: lw.nn.GRU(3, 0), ValueError, r"hidden_size must be at least 1, got 0"),
    (lambda: lw.nn.GRU(3, 4, num_layers=0), ValueError, r"num_layers must be at least 1, got 0"),
    (lambda: RNN(np.zeros((5, 2, 3))), TypeError, r"RNN: input must be a layerwise tensor, got ndarray"),
    (lambda: RNN(zeros(5, 2, 7)), RuntimeError, r"RNN: input must be \(\.\.\., 3\), got \(\.\.\., 7\)"),
    (lambda: RNN(zeros(5, 2, 1, 3)), ValueError, r"2 or 3 dimensions, got shape \(5, 2, 1, 3\)"),
    (lambda: RNN(zeros(0, 2, 3)), RuntimeError, r"RNN: input must have at least one time, got none"),
    (lambda: RNN(zeros(5, 2, 3).to(lw.float64)), ValueError, r"input is float64 and the weights are float32"),
    (lambda: RNN(zeros(5, 2, 3), zeros(1, 4)), RuntimeError, r"h_0 has shape \(1, 4\), expected \(1, 2, 4\)"),
    (lambda: RNN(zeros(5, 3), zeros(1, 1, 4)), RuntimeError, r"h_0 has shape \(1, 1, 4\), expected \(1, 4\)"),
    (
        lambda: RNN(zeros(5, 2, 3), zeros(1, 2, 4).to(lw.float64)),
        ValueError,
        r"h_0 is float64 and the weights",
    ),
    (lambda: RNN(zeros(5, 2, 3), 1), TypeError, r"RNN: h_0 must be a layerwise tensor, got int"),
    (
        lambda: LSTM(zeros(5, 2, 3), zeros(1, 2, 4)),
        TypeError,
        r"LSTM: hx must be a pair \(h, c\), got Tensor",
    ),
    (
        lambda: LSTM(zeros(5, 2, 3), (zeros(1, 2, 4), zeros(1, 2, 5))),
        RuntimeError,
        r"c_0 has shape \(1, 2, 5\)",
    ),
    (
        lambda: RNN(U.pack_padded_sequence(zeros(5, 2), [5, 1])),
        RuntimeError,
        r"RNN: input must be \(\.\.\., 3\)",
    ),
    (
        lambda: RNN(U.pack_padded_sequence(zeros(5, 2, 3), [1, 5], enforce_sorted=False), zeros(1, 3, 4)),
        RuntimeError,
        r"h_0 has shape \(1, 3, 4\), expected \(1, 2, 4\)",
    ),
    (lambda: CELL(zeros(2, 5)), RuntimeError, r"GRUCell: input has shape \(2, 5\), expected \(2, 3\)"),
    (
        lambda: CELL(zeros(1, 2, 3)),
        ValueError,
        r"GRUCell: input must have 1 or 2 dimensions, got shape \(1, 2, 3\)",
    ),
    (lambda: CELL(zeros(2, 3), zeros(4)), RuntimeError, r"hx has shape \(4,\), expected \(2, 4\)"),
    (lambda: CELL(zeros(2, 3).to(lw.float64)), ValueError, r"GRUCell: input is float64"),
    (lambda: CELL(3), TypeError, r"GRUCell: input must be a layerwise tensor, got int"),
    (lambda: LSTM_CELL(zeros(2, 3), zeros(2, 4)), TypeError, r"LSTMCell: hx must be a pair"),
    (lambda: LSTM_CELL(zeros(2, 3), (zeros(2, 4), zeros(1, 4))), RuntimeError, r"c has shape \(1, 4\)"),
    (
        lambda: U.pack_padded_sequence(np.zeros((3, 2)), [3, 1]),
        TypeError,
        r"input must be a layerwise tensor",
    ),
    (
        lambda: U.pack_padded_sequence(zeros(3), [3]),
        RuntimeError,
        r"shape \(3,\), expected \(times, batch, ...\)",
    ),
    (
        lambda: U.pack_padded_sequence(zeros(3, 2), [1, 3]),
        RuntimeError,
        r"longest to the shortest, got \[1, 3\]",
    ),
    (
        lambda: U.pack_padded_sequence(zeros(3, 2), [3, 0]),
        RuntimeError,
        r"from 1 to the times, 3, got \[3, 0\]",
    ),
    (
        lambda: U.pack_padded_sequence(zeros(3, 2), [4, 1]),
        RuntimeError,
        r"from 1 to the times, 3, got \[4, 1\]",
    ),
    (
        lambda: U.pack_padded_sequence(zeros(3, 2), [3]),
        RuntimeError,
        r"lengths has shape \(1,\), expected \(2,\)",
    ),
    (
        lambda: U.pack_padded_sequence(zeros(3, 2), [3, 1.5]),
        TypeError,
        r"lengths must be integers, got float64",
    ),
    (lambda: U.pad_packed_sequence(zeros(3, 2)), TypeError, r"must be a PackedSequence, got Tensor"),
    (
        lambda: U.pad_packed_sequence(U.pack_padded_sequence(zeros(3, 2), [3, 1]), total_length=2),
        ValueError,
        r"total_length is 2, the longest sequence has 3",
    ),
    (lambda: U.pad_sequence([]), RuntimeError, r"pad_sequence\(\): sequences must not be empty"),
    (
        lambda: U.pad_sequence([zeros(2), np.zeros(2)]),
        TypeError,
        r"sequences\[1\] must be a layerwise tensor",
    ),
    (lambda: U.pack_sequence([zeros()]), TypeError, r"sequences\[0\] .* got a single number"),
    (lambda: U.pad_sequence([zeros(2, 1), zeros(2, 3)]), RuntimeError, r"sequences\[1\] is float32 \(2, 3\)"),
    (lambda: U.pad_sequence([zeros(2)], padding_side="up"), ValueError, r"'right' or 'left', got 'up'"),
]


@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_errors(number):
    call, kind, message = ERRORS[number]
    with pytest.raises(kind, match=message):
        call()
