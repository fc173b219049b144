"""Activation functions, as functions and as layers, against torch."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from layerwise.ops import activation as ops

from .parity import check


def draw(*shape, seed=0, scale=2.0):
    """Random numbers, none closer than 0.05 to the bends at 0, ±1 and 6."""
    x = scale * np.random.default_rng(seed).standard_normal(shape)
    for bend in (0, 1, -1, 6):
        x = np.where(np.abs(x - bend) < 0.05, bend + 0.07, x)
    return x


def spread(*shape):
    """The same with gaps in memory and the order of the dimensions reversed: not contiguous."""
    x = draw(*shape)
    return np.repeat(x.T, 2, axis=0)[::2].T if x.ndim else x


def swiglu(L, x, dim=-1):
    if L is lw:
        return L.nn.functional.swiglu(x, dim)
    gate, value = x.chunk(2, dim)
    return torch.nn.functional.silu(gate) * value


FUNCTIONS = {
    "relu": lambda F, x: F.relu(x),
    "leaky_relu": lambda F, x: F.leaky_relu(x),
    "leaky_relu 0.3": lambda F, x: F.leaky_relu(x, negative_slope=0.3),
    "leaky_relu 0": lambda F, x: F.leaky_relu(x, 0.0),
    "leaky_relu 1.5": lambda F, x: F.leaky_relu(x, 1.5),
    "leaky_relu -1": lambda F, x: F.leaky_relu(x, -1.0),
    "hardtanh": lambda F, x: F.hardtanh(x),
    "hardtanh limits": lambda F, x: F.hardtanh(x, min_val=-2.0, max_val=0.5),
    "relu6": lambda F, x: F.relu6(3 * x),
    "elu": lambda F, x: F.elu(x),
    "elu 2": lambda F, x: F.elu(x, alpha=2.0),
    "selu": lambda F, x: F.selu(x),
    "celu": lambda F, x: F.celu(x),
    "celu 0.5": lambda F, x: F.celu(x, alpha=0.5),
    "silu": lambda F, x: F.silu(x),
    "mish": lambda F, x: F.mish(x),
    "softplus": lambda F, x: F.softplus(x),
    "softplus 3": lambda F, x: F.softplus(x, beta=3.0),
    "softplus 0.5, 1": lambda F, x: F.softplus(x, beta=0.5, threshold=1.0),
    "logsigmoid": lambda F, x: F.logsigmoid(x),
    "gelu": lambda F, x: F.gelu(x),
    "gelu tanh": lambda F, x: F.gelu(x, approximate="tanh"),
    "sigmoid": lambda F, x: F.sigmoid(x),
    "tanh": lambda F, x: F.tanh(x),
}
SHAPES = [(), (1,), (7,), (0,), (3, 1, 5), (2, 0, 3), (2, 3, 4)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name, shape):
    check(lambda L, x: FUNCTIONS[name](L.nn.functional, x), draw(*shape))
    if len(shape) > 1:
        check(lambda L, x: FUNCTIONS[name](L.nn.functional, x), spread(*shape))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_long_arrays(name):
    """More than a block, so that the blocks meet. Torch's GELU by tanh loses a digit below -2."""
    x = draw(2, ops.BLOCK // 2 + 7)
    check(lambda L, x: FUNCTIONS[name](L.nn.functional, x), x, differences=False, slack=3)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(shape=st.lists(st.integers(0, 5), max_size=4), order=st.randoms(use_true_random=False))
def test_functions_of_any_shape_and_order(shape, order):
    axes = list(range(len(shape)))
    order.shuffle(axes)
    x = draw(*shape).transpose(axes)
    for name in ("leaky_relu", "elu", "silu", "softplus", "gelu"):
        check(lambda L, x, name=name: FUNCTIONS[name](L.nn.functional, x), x, differences=False)


GATES = [((6,), -1), ((4, 3), 0), ((2, 6), 1), ((2, 4, 3), 1), ((2, 4, 3), -2), ((0, 4), 1), ((3, 0), 1)]


@pytest.mark.parametrize(("shape", "dim"), GATES, ids=str)
def test_gates(shape, dim):
    for x in (draw(*shape), spread(*shape)):
        check(lambda L, x: L.nn.functional.glu(x, dim), x)
        check(lambda L, x: swiglu(L, x, dim), x)


PRELU = [((5,), 1), ((4, 3), 3), ((4, 3), 1), ((2, 3, 4), 3), ((2, 3, 2, 2), 3), ((0, 3), 3), ((2, 1, 3), 1)]


@pytest.mark.parametrize(("shape", "parameters"), PRELU, ids=str)
def test_prelu(shape, parameters):
    weight = np.linspace(0.1, 0.9, parameters)
    for x in (draw(*shape), spread(*shape)):
        check(lambda L, x, w: L.nn.functional.prelu(x, w), x, weight)


COMPOSED = {
    "gelu": lambda x: x * phi(x),
    "gelu tanh": lambda x: 0.5 * x * (1 + ((2 / math.pi) ** 0.5 * (x + 0.044715 * x**3)).tanh()),
    "silu": lambda x: x * x.sigmoid(),
    "mish": lambda x: x * (1 + x.exp()).log().tanh(),
    "softplus": lambda x: (1 + x.exp()).log(),
    "softplus 3": lambda x: (1 + (3 * x).exp()).log() / 3,
    "logsigmoid": lambda x: x.sigmoid().log(),
    "elu 2": lambda x: lw.where(x > 0, x, 2 * (x.exp() - 1)),
    "celu 0.5": lambda x: lw.where(x > 0, x, 0.5 * ((x / 0.5).exp() - 1)),
    "leaky_relu 0.3": lambda x: lw.where(x > 0, x, 0.3 * x),
    "hardtanh": lambda x: lw.maximum(lw.minimum(x, 1.0), -1.0),
}


def phi(x):
    """Φ by Simpson's rule: ½ + ∫ φ from 0 to x."""
    steps = 400
    total = 0.0
    for i in range(steps + 1):
        share = 1 if i in (0, steps) else 4 if i % 2 else 2
        total = total + share * (-((x * (i / steps)) ** 2) / 2).exp()
    return 0.5 + x * total / (3 * steps * math.sqrt(2 * math.pi))


@pytest.mark.parametrize("name", COMPOSED)
def test_functions_are_their_compositions(name):
    results = []
    for f in (lambda x: FUNCTIONS[name](lw.nn.functional, x), COMPOSED[name]):
        x = lw.tensor(draw(50, scale=1.5), requires_grad=True)
        y = f(x)
        (y * y).sum().backward()
        results.append((y.detach().numpy(), x.grad.numpy()))
    for fused, composed in zip(*results, strict=True):
        np.testing.assert_allclose(fused, composed, rtol=1e-9, atol=1e-11)


# --- where it is delicate


def test_kinks_as_in_torch():
    x = np.array([-6.0, -1.0, -0.0, 0.0, 1.0, 6.0])
    for name in FUNCTIONS:
        check(lambda L, x, name=name: FUNCTIONS[name](L.nn.functional, x), x, differences=False)
    check(lambda L, x: L.nn.functional.hardtanh(x, -1.0, 6.0), x, differences=False)
    check(lambda L, x, w: L.nn.functional.prelu(x, w), x, np.array([0.25]), differences=False)


def test_softplus_changes_at_its_threshold_as_in_torch():
    x = np.array([19.9, 20.0, 20.1, -20.0])
    check(lambda L, x: L.nn.functional.softplus(x), x, differences=False)
    check(lambda L, x: L.nn.functional.softplus(x, 2.0, 39.9), x, differences=False)
    assert lw.nn.functional.softplus(lw.tensor(20.1)).item() == np.float32(20.1)


@pytest.mark.parametrize("size", [30.0, 100.0, 1e4])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_extreme_numbers(name, size, recwarn):
    x = np.array([-size, size, -size / 3, size / 3])
    check(lambda L, x: FUNCTIONS[name](L.nn.functional, x), x, differences=False)
    assert not recwarn.list


@pytest.mark.parametrize("name", FUNCTIONS)
def test_infinities_and_nan_as_in_torch(name, recwarn):
    for x in ([np.nan, 1.0], [np.inf, 1.0], [-np.inf, 1.0]):
        ours, theirs = (FUNCTIONS[name](L.nn.functional, L.tensor(x)).tolist() for L in (lw, torch))
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert not recwarn.list


def test_gelu_has_all_its_digits():
    """Held against `math.erfc`: x Φ(x) = ½ x erfc(-x/√2). Far out exp(-x²/2) rounds x²/2 to x²/2 ulps."""
    x = np.concatenate([np.linspace(-5, 8, 3001), np.geomspace(1e-12, 1, 50), -np.geomspace(1e-12, 1, 50)])
    exact = np.array([0.5 * v * math.erfc(-v / math.sqrt(2)) for v in x])
    for dtype, tolerance in (("float64", 6e-15), ("float32", 2e-6)):
        y = lw.nn.functional.gelu(lw.tensor(x.astype(dtype))).numpy()
        rounded = exact if dtype == "float64" else gelu_exactly(x.astype(dtype))
        np.testing.assert_allclose(y, rounded, rtol=tolerance)
    near = np.abs(x) < 1
    np.testing.assert_allclose(lw.nn.functional.gelu(lw.tensor(x[near])).numpy(), exact[near], rtol=1e-15)


def gelu_exactly(x):
    return np.array([0.5 * v * math.erfc(-v / math.sqrt(2)) for v in x.astype("float64")])


def test_the_functions_below_have_all_their_digits():
    small = np.geomspace(1e-30, 1, 1000)
    for dtype in ("float64", "float32"):
        x = small.astype(dtype)
        eps = np.finfo(dtype).eps
        exact = np.log1p(x.astype(np.longdouble)).astype(dtype)
        np.testing.assert_allclose(ops._log1p(x), exact, rtol=3 * eps)
        exact = np.expm1(-30 * x.astype(np.longdouble)).astype(dtype)
        np.testing.assert_allclose(ops._expm1(-30 * x), exact, rtol=3 * eps)


# --- layers

LAYERS = {
    "ReLU": lambda nn: nn.ReLU(),
    "LeakyReLU": lambda nn: nn.LeakyReLU(),
    "LeakyReLU 0.3": lambda nn: nn.LeakyReLU(0.3),
    "PReLU": lambda nn: nn.PReLU(),
    "PReLU 4": lambda nn: nn.PReLU(num_parameters=4, init=0.1),
    "Hardtanh": lambda nn: nn.Hardtanh(),
    "Hardtanh -2, 0.5": lambda nn: nn.Hardtanh(min_val=-2.0, max_val=0.5),
    "ReLU6": lambda nn: nn.ReLU6(),
    "ELU": lambda nn: nn.ELU(),
    "ELU 2": lambda nn: nn.ELU(alpha=2.0),
    "CELU": lambda nn: nn.CELU(),
    "CELU 0.5": lambda nn: nn.CELU(0.5),
    "SELU": lambda nn: nn.SELU(),
    "SiLU": lambda nn: nn.SiLU(),
    "Mish": lambda nn: nn.Mish(),
    "Softplus": lambda nn: nn.Softplus(),
    "Softplus 2, 1": lambda nn: nn.Softplus(beta=2.0, threshold=1.0),
    "GELU": lambda nn: nn.GELU(),
    "GELU tanh": lambda nn: nn.GELU(approximate="tanh"),
    "Sigmoid": lambda nn: nn.Sigmoid(),
    "LogSigmoid": lambda nn: nn.LogSigmoid(),
    "Tanh": lambda nn: nn.Tanh(),
    "Softmax": lambda nn: nn.Softmax(dim=1),
    "LogSoftmax": lambda nn: nn.LogSoftmax(-1),
    "GLU": lambda nn: nn.GLU(),
    "GLU 0": lambda nn: nn.GLU(dim=0),
    "Identity": lambda nn: nn.Identity(3, unused=None),
    "Flatten": lambda nn: nn.Flatten(),
    "Flatten all": lambda nn: nn.Flatten(start_dim=0),
    "Flatten first": lambda nn: nn.Flatten(0, 1),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    ours, theirs = LAYERS[name](lw.nn), LAYERS[name](torch.nn)
    assert repr(ours) == repr(theirs)
    assert {key: value.tolist() for key, value in ours.state_dict().items()} == {
        key: value.tolist() for key, value in theirs.state_dict().items()
    }
    weights = [p.detach().numpy().astype("float64") for p in ours.parameters()]

    def f(L, x, *weights):
        if weights:
            return L.nn.functional.prelu(x, *weights)
        return LAYERS[name](L.nn)(x)

    check(f, draw(2, 4, 6), *weights)
    if not weights:
        x = draw(2, 4, 6)
        assert ours(lw.tensor(x)).tolist() == f(lw, lw.tensor(x)).tolist()
    else:
        x = draw(2, 4, 6).astype("float32")
        np.testing.assert_allclose(
            ours(lw.tensor(x)).detach().numpy(), theirs(torch.tensor(x)).detach().numpy(), rtol=1e-6
        )


def test_swiglu_layer_is_its_function():
    x = lw.tensor(draw(2, 6))
    assert lw.nn.SwiGLU(dim=1)(x).tolist() == lw.nn.functional.swiglu(x, 1).tolist()
    assert repr(lw.nn.SwiGLU()) == "SwiGLU(dim=-1)"


def test_prelu_state_goes_both_ways():
    ours, theirs = lw.nn.PReLU(3), torch.nn.PReLU(3, init=0.5)
    ours.load_state_dict(theirs.state_dict())
    assert ours.weight.tolist() == [0.5, 0.5, 0.5]
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in lw.nn.PReLU(3).state_dict().items()})
    assert theirs.weight.tolist() == [0.25, 0.25, 0.25]
    assert lw.nn.PReLU(dtype=lw.float64).weight.dtype == np.float64


# --- errors

F = lw.nn.functional
x32 = lw.tensor([[1.0, 2.0, 3.0]])
ERRORS = {
    "an array": (
        lambda: F.gelu(np.ones(3)),
        TypeError,
        "gelu.*input must be a layerwise tensor, got ndarray",
    ),
    "integers": (
        lambda: F.silu(lw.tensor([1, 2])),
        RuntimeError,
        "silu.*input must be floating-point, got int64",
    ),
    "approximate": (
        lambda: F.gelu(x32, "erf"),
        RuntimeError,
        "approximate must be 'none' or 'tanh', got 'erf'",
    ),
    "in place": (lambda: F.elu(x32, inplace=True), TypeError, "elu.*left out on purpose"),
    "in place, layer": (lambda: lw.nn.ReLU(inplace=True), TypeError, "ReLU.*left out on purpose"),
    "limits": (
        lambda: F.hardtanh(x32, 2.0, 1.0),
        ValueError,
        "min_val must not exceed max_val, got 2.0 and 1.0",
    ),
    "limits, layer": (lambda: lw.nn.Hardtanh(2.0, 1.0), ValueError, "min_val must be below max_val, got 2.0"),
    "celu": (lambda: F.celu(x32, alpha=0.0), RuntimeError, "alpha must not be 0"),
    "softplus": (lambda: F.softplus(x32, beta=0.0), ValueError, "beta must be positive.*0.0 and 20"),
    "threshold": (lambda: F.softplus(x32, threshold=-1), ValueError, "threshold not negative"),
    "odd": (lambda: F.glu(x32), RuntimeError, r"glu.*dimension 1 of input must be even.*\(1, 3\)"),
    "dim": (lambda: F.swiglu(x32, 2), IndexError, "swiglu.*between -2 and 1, got 2"),
    "a number": (lambda: F.glu(lw.tensor(1.0)), RuntimeError, r"glu.*has shape \(\)"),
    "prelu": (lambda: F.prelu(x32, lw.ones(2)), RuntimeError, r"weight has shape \(2,\), expected .*\(3,\)"),
    "prelu formats": (
        lambda: F.prelu(x32, lw.ones(3, dtype=lw.float64)),
        RuntimeError,
        "weight is float64 and input is float32",
    ),
    "softmax": (lambda: lw.nn.Softmax(), TypeError, "Softmax.*dim must be given"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, error, message = ERRORS[name]
    with pytest.raises(error, match=message):
        f()
