"""Dropout: how much is dropped, that the way back drops the same, that evaluation changes nothing."""

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.ops import dropout as ops

F = lw.nn.functional
N = 200_000


def rng(seed=0, bits=np.random.SFC64):
    return np.random.Generator(bits(seed))


def within_five_sigma(kept, p):
    """A share of kept numbers this far from 1 - p has a probability of one in two million."""
    return abs(np.mean(kept) - (1 - p)) <= 5 * np.sqrt(p * (1 - p) / np.size(kept)) + 1 / 65536


FORMS = {  # function, input, which numbers are dropped together: the shape of the mask
    "dropout": (F.dropout, (40, 5, 1000), (40, 5, 1000)),
    "dropout of few": (F.dropout, (3,), (3,)),
    "dropout1d": (F.dropout1d, (400, 100, 3), (400, 100, 1)),
    "dropout1d alone": (F.dropout1d, (20000, 3), (20000, 1)),
    "dropout2d": (F.dropout2d, (400, 100, 2, 3), (400, 100, 1, 1)),
    "drop_path": (F.drop_path, (20000, 2, 3), (20000, 1, 1)),
    "drop_path of rows": (F.drop_path, (20000,), (20000,)),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_kept_grows_and_the_way_back_drops_the_same(form, p, dtype):
    f, shape, together = FORMS[form]
    x = lw.tensor(np.random.default_rng(1).uniform(1, 2, shape).astype(dtype), requires_grad=True)
    y = f(x, p, generator=rng())
    dy = np.random.default_rng(2).standard_normal(shape).astype(dtype)
    y.backward(lw.tensor(dy))

    kept = y.detach().numpy() != 0
    assert y.shape == shape
    assert y.dtype == x.grad.dtype == dtype
    scale = np.asarray(1 / (1 - p), dtype)
    np.testing.assert_allclose(y.detach().numpy(), kept * x.detach().numpy() * scale, rtol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), kept * dy * scale, rtol=1e-6)
    first = kept[tuple(slice(size) for size in together)]
    assert np.array_equal(np.broadcast_to(first, shape), kept)
    if first.size > 1000:
        assert within_five_sigma(first, p)


@pytest.mark.parametrize("bits", [np.random.SFC64, np.random.PCG64, np.random.Philox, np.random.MT19937])
def test_any_generator_serves_and_numbers_are_dropped_independently(bits):
    kept = F.dropout(lw.ones(N), 0.3, generator=rng(3, bits)).numpy() > 0
    assert within_five_sigma(kept, 0.3)
    for lag in (1, 2, 3, 4, 8, 1000, ops.BLOCK // 2):
        both = kept[lag:] & kept[:-lag]
        assert abs(both.mean() - 0.49) < 5 * np.sqrt(0.49 * 0.51 / both.size)
    for part in range(4):  # of the 64 bits of a draw
        assert within_five_sigma(kept[part::4], 0.3)


def test_the_mean_stays():
    x = np.random.default_rng(0).uniform(0, 1, N)
    for p in (0.01, 0.2, 0.5, 0.75):
        y = F.dropout(lw.tensor(x), p, generator=rng(1)).numpy()
        spread = np.sqrt(p / (1 - p) * np.mean(x**2) / N)
        assert abs(y.mean() - x.mean()) < 5 * spread + 1e-5


def test_batch_mode_drops_all_examples_or_none():
    outcomes = {
        tuple(F.drop_path(lw.ones(3, 2), 0.5, "batch", generator=rng(seed)).numpy().ravel())
        for seed in range(20)
    }
    assert outcomes == {(0.0,) * 6, (2.0,) * 6}


FUNCTIONS = [F.dropout, F.dropout1d, F.dropout2d, F.drop_path, F.alpha_dropout]


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_the_ends(f):
    x = lw.tensor(
        np.arange(1.0, 25.0).reshape(2, 3, 2, 2) if f is F.dropout2d else np.arange(1.0, 13).reshape(2, 3, 2)
    )
    assert f(x, 0.0, training=True) is x
    assert f(x, 0.7, training=False) is x
    nothing = f(x, 1.0, training=True)
    assert nothing.tolist() == (0 * x).tolist()
    assert f(x, 0.5, training=True, generator=rng(5)).shape == x.shape


@pytest.mark.parametrize("shape", [(0,), (2, 0), (), (1,), (5,), (ops.BLOCK + 3,)], ids=str)
def test_any_size(shape):
    x = lw.ones(shape, requires_grad=True)
    y = F.dropout(x, 0.5, generator=rng(1))
    y.sum().backward()
    assert y.tolist() == x.grad.tolist()
    assert set(np.unique(y.detach().numpy())) <= {0.0, 2.0}


def test_not_contiguous():
    x = np.repeat(np.arange(1.0, 13).reshape(3, 4).T, 2, axis=0)[::2]
    kept = F.dropout(lw.Tensor(x), 0.5, generator=rng(2)).numpy() / (2 * x)
    assert set(kept.ravel()) == {0.0, 1.0}
    assert np.array_equal(kept, F.dropout(lw.ones(4, 3), 0.5, generator=rng(2)).numpy() / 2)


def test_the_same_seed_drops_the_same():
    x = lw.ones(1000)
    assert F.dropout(x, generator=rng(1)).tolist() == F.dropout(x, generator=rng(1)).tolist()
    assert F.dropout(x, generator=rng(1)).tolist() != F.dropout(x, generator=rng(2)).tolist()
    lw.manual_seed(3)
    first = F.dropout(x).tolist(), F.dropout2d(lw.ones(9, 9, 1, 1)).tolist()
    again = F.dropout(x).tolist()
    lw.manual_seed(3)
    assert (F.dropout(x).tolist(), F.dropout2d(lw.ones(9, 9, 1, 1)).tolist()) == first
    assert again != first[0]


def test_backward_twice_drops_the_same():
    x = lw.ones(1000, requires_grad=True)
    y = F.dropout(x, 0.3, generator=rng(1))
    y.sum().backward(retain_graph=True)
    once = x.grad.numpy().copy()
    y.sum().backward()
    assert np.array_equal(x.grad.numpy(), 2 * once)


def test_alpha_dropout_keeps_mean_and_variance():
    x = np.random.default_rng(0).standard_normal(N)
    for p in (0.1, 0.5):
        y = F.alpha_dropout(lw.tensor(x), p, training=True, generator=rng(1)).numpy()
        assert abs(y.mean()) < 5 / np.sqrt(N)
        assert abs(y.var() - 1) < 5 * np.sqrt(3 / N)


def test_alpha_dropout_is_torchs_but_for_the_choice():
    """Two values mark what was dropped; the rest is a line through x. Both as in torch."""
    x = np.linspace(-1, 1, 1000)
    lines = []
    for p in (0.2, 0.5):
        torch.manual_seed(0)
        ours = F.alpha_dropout(lw.tensor(x), p, training=True, generator=rng(1)).numpy()
        theirs = torch.nn.functional.alpha_dropout(torch.tensor(x), p, training=True).numpy()
        for y in (ours, theirs):
            values, counts = np.unique(np.round(y, 9), return_counts=True)
            dropped = values[counts.argmax()]
            kept = np.abs(y - dropped) > 1e-6
            lines.append((dropped, *np.polyfit(x[kept], y[kept], 1)))
        np.testing.assert_allclose(lines[-2], lines[-1], rtol=1e-7, atol=1e-7)


def test_alpha_dropout_gradient():
    x = lw.tensor(np.linspace(-1, 1, 1000), requires_grad=True)
    y = F.alpha_dropout(x, 0.3, training=True, generator=rng(1))
    y.sum().backward()
    kept = np.abs(y.detach().numpy() - y.detach().numpy().min()) > 1e-9
    slope = (0.7 * (1 + 0.3 * 1.7580993408473766**2)) ** -0.5
    np.testing.assert_allclose(x.grad.numpy(), kept * slope, rtol=1e-12)


LAYERS = {
    "Dropout": (lambda nn, **k: nn.Dropout(0.25, **k), (4, 50)),
    "Dropout default": (lambda nn, **k: nn.Dropout(**k), (4, 50)),
    "Dropout1d": (lambda nn, **k: nn.Dropout1d(0.25, **k), (4, 50, 3)),
    "Dropout2d": (lambda nn, **k: nn.Dropout2d(0.25, **k), (4, 50, 2, 3)),
    "AlphaDropout": (lambda nn, **k: nn.AlphaDropout(0.25, **k), (4, 50)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    make, shape = LAYERS[name]
    assert repr(make(lw.nn)) == repr(make(torch.nn))
    assert not make(lw.nn).state_dict()
    layer, x = make(lw.nn, generator=rng(1)), lw.ones(shape)
    first, second = layer(x), layer(x)
    assert first.tolist() != second.tolist()
    assert first.tolist() == make(lw.nn, generator=rng(1))(x).tolist()
    layer.eval()
    assert layer(x) is x
    layer.train()
    assert layer(x).tolist() != x.tolist()


def test_drop_path_layer():
    assert repr(lw.nn.DropPath(0.1)) == "DropPath(p=0.1, mode='row')"
    layer, x = lw.nn.DropPath(0.5, "batch", generator=rng(1)), lw.ones(2, 3)
    assert {layer(x).tolist()[0][0] for _ in range(20)} == {0.0, 2.0}
    assert layer.eval()(x) is x


x234 = lw.ones(2, 3, 4)
ERRORS = {
    "p": (lambda: F.dropout(x234, 1.5), ValueError, "dropout.*p is a probability, from 0 to 1, got 1.5"),
    "p, layer": (lambda: lw.nn.Dropout2d(-0.1), ValueError, "Dropout2d.*got -0.1"),
    "p, path": (lambda: lw.nn.DropPath(2.0), ValueError, "DropPath.*got 2.0"),
    "in place": (lambda: F.dropout(x234, inplace=True), TypeError, "left out on purpose"),
    "in place, layer": (lambda: lw.nn.Dropout(inplace=True), TypeError, "Dropout.*left out on purpose"),
    "integers": (
        lambda: F.dropout(lw.tensor([1, 2])),
        RuntimeError,
        "input must be floating-point, got int64",
    ),
    "an array": (lambda: F.dropout(np.ones(3)), TypeError, "ndarray"),
    "dropout1d": (
        lambda: F.dropout1d(lw.ones(3)),
        RuntimeError,
        r"dropout1d.*shape \(3,\), expected \(batch",
    ),
    "dropout1d of images": (lambda: F.dropout1d(lw.ones(2, 3, 4, 5)), RuntimeError, r"\(2, 3, 4, 5\)"),
    "dropout2d": (
        lambda: F.dropout2d(x234),
        RuntimeError,
        r"dropout2d.*\(2, 3, 4\), expected \(batch, channels, h",
    ),
    "mode": (lambda: F.drop_path(x234, 0.5, "rows"), ValueError, "mode must be 'row' or 'batch', got 'rows'"),
    "mode, layer": (lambda: lw.nn.DropPath(0.5, "rows"), ValueError, "got 'rows'"),
    "a number": (lambda: F.drop_path(lw.tensor(1.0)), RuntimeError, r"shape \(\), expected \(batch"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, error, message = ERRORS[name]
    with pytest.raises(error, match=message):
        f()
