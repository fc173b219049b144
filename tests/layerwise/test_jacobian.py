"""Jacobians and their singular values, against those written down by hand."""

import itertools

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.diagnostics import jacobian, layer_singular_values, singular_values

ACTIVATIONS = {  # the function, and its derivative in terms of the argument
    "Identity": (lambda z: z, np.ones_like),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "Tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}
SIZES = (5, 7, 6, 4)


def network(L, activation):
    """A deep net of `SIZES`, and its weights and biases as arrays."""
    rng = np.random.default_rng(0)
    layers, weights = [], []
    for inputs, outputs in itertools.pairwise(SIZES):
        linear = L.nn.Linear(inputs, outputs).double()
        w, b = rng.standard_normal((outputs, inputs)), rng.standard_normal(outputs)
        linear.load_state_dict({"weight": L.tensor(w), "bias": L.tensor(b)})
        layers += [linear, getattr(L.nn, activation)()]
        weights.append((w, b))
    return L.nn.Sequential(*layers), weights


def by_hand(weights, activation, x):
    """J = D_3 W_3 D_2 W_2 D_1 W_1: after every layer, and every layer's own factor."""
    phi, slope = ACTIVATIONS[activation]
    whole, so_far, own = np.eye(len(x)), [], []
    for w, b in weights:
        z = w @ x + b
        d = np.diag(slope(z))
        whole = w @ whole
        so_far.append(whole)
        whole = d @ whole
        so_far.append(whole)
        own += [w, d]
        x = phi(z)
    return so_far, own


def sigma(matrix):
    return np.linalg.svd(matrix, compute_uv=False)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("L", [lw, torch])
def test_a_deep_net(L, activation):
    model, weights = network(L, activation)
    x = np.random.default_rng(1).standard_normal(SIZES[0])
    so_far, own = by_hand(weights, activation, x)

    np.testing.assert_allclose(jacobian(model, L.tensor(x)), so_far[-1], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(singular_values(model, L.tensor(x)), sigma(so_far[-1]), rtol=1e-10, atol=1e-12)
    for from_input, expected in ((False, own), (True, so_far)):
        found = layer_singular_values(model, L.tensor(x), from_input=from_input)
        assert list(found) == [str(k) for k in range(6)]
        for values, matrix in zip(found.values(), expected, strict=True):
            np.testing.assert_allclose(values, sigma(matrix), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("L", [lw, torch])
def test_shapes_and_number_formats(L):
    x = L.tensor([[1.0, 2.0], [3.0, 4.0]])  # numbers are counted row by row
    j = jacobian(lambda x: x.sum(0), x)
    assert j.dtype == np.float32
    assert j.tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]
    assert jacobian(lambda x: (x * x).sum(), x).tolist() == [[2, 4, 6, 8]]
    assert jacobian(lambda x: x, x).tolist() == np.eye(4).tolist()
    assert jacobian(lambda x: L.ones(3), x).tolist() == np.zeros((3, 4)).tolist()


@pytest.mark.parametrize("L", [lw, torch])
def test_nothing_is_left_behind(L):
    model, _ = network(L, "Tanh")
    x = L.ones(5, dtype=L.float64, requires_grad=True)
    model.train()
    jacobian(model, x)
    layer_singular_values(model, x)
    assert x.grad is None
    assert all(p.grad is None for p in model.parameters())
    assert all(module.training for module in model.modules())
    for module in model.modules():
        assert not getattr(module, "_hooks", None)
        assert not getattr(module, "_forward_hooks", None)


def test_an_orthogonal_net_keeps_all_lengths():
    """A deep linear net with orthogonal weights has all singular values 1, at any depth."""
    layers = [lw.nn.Linear(6, 6, bias=False) for _ in range(20)]
    for k, layer in enumerate(layers):
        lw.nn.init.orthogonal_(layer.weight, generator=np.random.default_rng(k))
    model = lw.nn.Sequential(*layers).double()
    np.testing.assert_allclose(singular_values(model, lw.ones(6, dtype=lw.float64)), np.ones(6), rtol=1e-5)


def test_layers_that_are_no_function_of_numbers_are_left_out():
    class Net(lw.nn.Module):
        def __init__(self):
            self.embedding, self.norm = lw.nn.Embedding(3, 2), lw.nn.LayerNorm(2)

        def forward(self, x):
            return self.norm(self.embedding(lw.tensor([1]))) * x

    model = Net()
    assert list(layer_singular_values(model, lw.ones(2))) == ["norm"]
    assert list(layer_singular_values(model, lw.ones(2), from_input=True)) == ["embedding", "norm"]


def test_bad_arguments():
    with pytest.raises(
        TypeError, match=r"jacobian\(\): x must be a tensor of layerwise or torch, got ndarray"
    ):
        jacobian(lambda x: x, np.ones(2))
    with pytest.raises(TypeError, match=r"x must be floating-point, got int64"):
        jacobian(lambda x: x, lw.tensor([1, 2]))
    with pytest.raises(TypeError, match=r"f must return a tensor, got ndarray"):
        jacobian(lambda x: x.detach().numpy(), lw.ones(2))
    with pytest.raises(TypeError, match=r"layer_singular_values\(\): model must be a module"):
        layer_singular_values(lambda x: x, lw.ones(2))
