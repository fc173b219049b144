"""Starting values, and what acts on all parameters at once."""

import math

import numpy as np
import pytest
import torch

import layerwise as lw

SIZE = (200, 60, 3)  # fan_in 180, fan_out 600

RANDOM = {
    "uniform_": [{}, {"a": -2.0, "b": 3.0}],
    "normal_": [{}, {"mean": 3.0, "std": 0.5}],
    "trunc_normal_": [{}, {"mean": 1.0, "std": 0.5, "a": 0.0, "b": 3.0}, {"std": 2.0, "a": -1.0, "b": 1.0}],
    "xavier_uniform_": [{}, {"gain": 2.0}],
    "xavier_normal_": [{}, {"gain": 5 / 3}],
    "kaiming_uniform_": [{}, {"a": math.sqrt(5)}, {"mode": "fan_out", "nonlinearity": "relu"}],
    "kaiming_normal_": [{}, {"nonlinearity": "tanh"}, {"mode": "fan_out", "a": 0.3}],
    "orthogonal_": [{}, {"gain": 2.0}],
}
CASES = [(name, settings) for name, many in RANDOM.items() for settings in many]


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_random_starts_are_spread_as_torchs(name, settings):
    """The same mean, spread and limits: 36,000 numbers tell the spread to 1 %."""
    init, twin = getattr(lw.nn.init, name), getattr(torch.nn.init, name)
    x = lw.nn.Parameter(lw.zeros(SIZE))
    assert init(x, **settings, generator=np.random.default_rng(0)) is x
    assert x.is_leaf
    assert x.dtype == np.float32
    torch.manual_seed(0)
    ours, theirs = x.detach().numpy(), twin(torch.zeros(SIZE), **settings).numpy()
    spread = float(theirs.std())
    assert abs(ours.mean() - theirs.mean()) < 6 * spread / math.sqrt(ours.size)
    np.testing.assert_allclose(ours.std(), spread, rtol=0.02)
    for share in (0.01, 0.1, 0.5, 0.9, 0.99):
        assert np.quantile(ours, share) == pytest.approx(np.quantile(theirs, share), abs=0.05 * spread)
    if "uniform" in name or "trunc" in name:
        np.testing.assert_allclose([ours.min(), ours.max()], [theirs.min(), theirs.max()], atol=0.02 * spread)


@pytest.mark.parametrize("name", RANDOM)
def test_random_starts_come_from_their_generator(name):
    init = getattr(lw.nn.init, name)
    first, second, third = (
        init(lw.zeros(3, 4), generator=np.random.default_rng(seed)).tolist() for seed in (0, 0, 1)
    )
    assert first == second != third
    lw.manual_seed(0)
    first = init(lw.zeros(3, 4)).tolist()
    lw.manual_seed(0)
    assert init(lw.zeros(3, 4, dtype=lw.float64)).to(lw.float32).tolist() == first


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (3, 2, 2), (6, 2, 2), (1, 1)], ids=str)
def test_orthogonal(shape):
    w = lw.nn.init.orthogonal_(lw.zeros(shape, dtype=lw.float64), gain=2.0).numpy().reshape(shape[0], -1)
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-12)


def test_orthogonal_prefers_no_direction():
    rng = np.random.default_rng(0)
    many = [lw.nn.init.orthogonal_(lw.zeros(2, 2), generator=rng).numpy() for _ in range(2000)]
    assert np.abs(np.mean(many, axis=0)).max() < 0.06
    assert abs(np.mean([np.linalg.det(w) for w in many])) < 0.06


CONSTANT = {
    "constant_": lambda L, shape: L.nn.init.constant_(L.ones(shape), 0.3),
    "zeros_": lambda L, shape: L.nn.init.zeros_(L.ones(shape)),
    "ones_": lambda L, shape: L.nn.init.ones_(L.zeros(shape)),
    "eye_": lambda L, shape: L.nn.init.eye_(L.ones(shape[:2])),
    "dirac_": lambda L, shape: L.nn.init.dirac_(L.ones(shape)),
    "dirac_ in groups": lambda L, shape: L.nn.init.dirac_(L.ones(shape), groups=2),
    "dirac_ in 2d": lambda L, shape: L.nn.init.dirac_(L.ones(*shape, 4)),
}


@pytest.mark.parametrize("shape", [(4, 3, 3), (2, 5, 2), (6, 1, 1)], ids=str)
@pytest.mark.parametrize("name", CONSTANT)
def test_constant_starts(name, shape):
    ours, theirs = (CONSTANT[name](L, shape).tolist() for L in (lw, torch))
    assert ours == theirs


@pytest.mark.parametrize("param", [None, 0.3])
@pytest.mark.parametrize(
    "nonlinearity", ["linear", "conv2d", "conv_transpose1d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
)
def test_gains(nonlinearity, param):
    ours, theirs = (L.nn.init.calculate_gain(nonlinearity, param) for L in (lw, torch))
    assert ours == pytest.approx(theirs, rel=1e-15)


def test_kaiming_keeps_the_spread_through_twenty_layers():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 256)).astype("float32")
    for _ in range(20):
        w = lw.nn.init.kaiming_normal_(lw.zeros(256, 256), nonlinearity="relu", generator=rng)
        x = np.maximum(x @ w.numpy().T, 0)
    assert 0.3 < np.sqrt((x * x).mean()) < 3


ERRORS = {
    "eye_": (lambda L: L.nn.init.eye_(L.zeros(3)), r"matrix, got shape \(3,\)"),
    "dirac_": (lambda L: L.nn.init.dirac_(L.zeros(3, 3)), r"3, 4 or 5 dimensions, got shape \(3, 3\)"),
    "dirac_ groups": (
        lambda L: L.nn.init.dirac_(L.zeros(3, 3, 3), 2),
        "3 output channels do not split into 2",
    ),
    "xavier": (lambda L: L.nn.init.xavier_normal_(L.zeros(3)), r"at least 2 dimensions, got shape \(3,\)"),
    "kaiming": (
        lambda L: L.nn.init.kaiming_uniform_(L.zeros(3, 3), mode="in"),
        "'fan_in' or 'fan_out', got 'in'",
    ),
    "gain": (lambda L: L.nn.init.calculate_gain("cosine"), "one of .*relu.*, got 'cosine'"),
    "orthogonal_": (lambda L: L.nn.init.orthogonal_(L.zeros(3)), r"at least 2 dimensions, got shape \(3,\)"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)


def test_truncation_that_would_never_end():
    with pytest.raises(ValueError, match="more than two std outside"):
        lw.nn.init.trunc_normal_(lw.zeros(3), mean=9.0)
    with pytest.raises(ValueError, match="a must be less than b, got 1 and 1"):
        lw.nn.init.trunc_normal_(lw.zeros(3), a=1, b=1)


# --- all parameters at once


def with_gradients(L, dtype="float64"):
    rng = np.random.default_rng(0)
    parameters = []
    for shape in ((3, 4), (5,), ()):
        p = L.nn.Parameter(L.tensor(np.zeros(shape, dtype)))
        p.grad = L.tensor(rng.standard_normal(shape).astype(dtype))
        parameters.append(p)
    return [*parameters, L.nn.Parameter(L.zeros(2))]  # the last has no gradient


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("norm_type", [2, 1, 2.0, 3.5, float("inf")])
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 100.0])
def test_clip_grad_norm(max_norm, norm_type, dtype):
    results = []
    for L in (lw, torch):
        parameters = with_gradients(L, dtype)
        total = L.nn.utils.clip_grad_norm_(iter(parameters), max_norm, norm_type)
        results.append([total, *(p.grad for p in parameters if p.grad is not None)])
    tolerance = {"float64": 1e-12, "float32": 1e-6}[dtype]
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=tolerance)
        assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_clip_grad_norm_of_what_is_not_finite(bad):
    results = []
    for L in (lw, torch):
        p = L.nn.Parameter(L.tensor([1.0, 2.0]))
        p.grad = L.tensor([bad, 1.0])
        total = L.nn.utils.clip_grad_norm_(p, 1.0)
        results.append([total.item(), *p.grad.tolist()])
        with pytest.raises(RuntimeError, match="norm"):
            L.nn.utils.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)
    np.testing.assert_equal(*results)


def test_clip_grad_norm_without_gradients():
    assert lw.nn.utils.clip_grad_norm_([lw.nn.Parameter(lw.zeros(2))], 1.0).item() == 0
    empty = lw.nn.Parameter(lw.zeros(0))
    empty.grad = lw.zeros(0)
    for p in (1, 2, float("inf")):
        assert lw.nn.utils.clip_grad_norm_([empty], 1.0, p).item() == 0


def test_clip_grad_value():
    results = []
    for L in (lw, torch):
        parameters = with_gradients(L)
        L.nn.utils.clip_grad_value_(parameters, 0.3)
        results.append([p.grad.tolist() for p in parameters if p.grad is not None])
    assert results[0] == results[1]
    assert np.abs(results[0][0]).max() == 0.3


def test_parameters_as_a_vector():
    results = []
    for L in (lw, torch):
        model = L.nn.Linear(3, 2)
        L.nn.utils.vector_to_parameters(L.arange(8.0), model.parameters())
        vector = L.nn.utils.parameters_to_vector(model.parameters())
        results.append([model.weight.tolist(), model.bias.tolist(), vector.tolist()])
        (vector * vector).sum().backward()
        results[-1].append(model.bias.grad.tolist())
    assert results[0] == results[1]
    with pytest.raises(RuntimeError, match=r"shape \(7,\), the parameters need \(8,\)"):
        lw.nn.utils.vector_to_parameters(lw.arange(7.0), lw.nn.Linear(3, 2).parameters())
    with pytest.raises(TypeError, match="ndarray"):
        lw.nn.utils.vector_to_parameters(np.zeros(8), lw.nn.Linear(3, 2).parameters())


def test_count_parameters():
    model = lw.nn.Sequential(lw.nn.Linear(3, 2), lw.nn.Linear(2, 1, bias=False))
    model.add_module("again", model[0])
    assert lw.nn.utils.count_parameters(model) == 10
    model[1].requires_grad_(False)
    assert lw.nn.utils.count_parameters(model, trainable_only=True) == 8
