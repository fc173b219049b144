"""The perceptron, against hand computation, theory, torch and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Perceptron as SklearnPerceptron

import layerwise as lw
from layerwise.models import Perceptron


def test_it_fires_strictly_above_the_threshold():
    model = Perceptron(2)
    model.weight.data[:] = [[2.0, -1.0]]
    model.bias.data[:] = -1.0
    x = [[1.0, 1.0], [1.0, 0.999], [1.0, 1.001], [0.0, 0.0]]  # z = 0, just above, just below, -1
    y = model(x)
    assert y.tolist() == [0, 1, 0, 0]
    assert y.shape == (4,)
    for other in (np.array(x), lw.tensor(x, dtype=lw.float64), torch.tensor(x, dtype=torch.float64)):
        assert model(other).tolist() == y.tolist()
    assert model(np.zeros((0, 2))).shape == (0,)


def test_updates_computed_by_hand():
    model = Perceptron(2)
    steps = [  # example, label, was it a mistake, weight and bias afterwards
        ([1, 2], 1, True, [1, 2], 1),  # z = 0: does not fire, but should
        ([1, 2], 1, False, [1, 2], 1),  # z = 6
        ([-1, 1], 0, True, [2, 1], 0),  # z = 2: fires, but should not
        ([-2, 4], 0, False, [2, 1], 0),  # z = 0: does not fire
        ([-3, 1], 1, True, [-1, 2], 1),  # z = -5
        ([0.5, -0.25], 0, False, [-1, 2], 1),  # z = 0
    ]
    for count, (x, y, mistake, weight, bias) in enumerate(steps):
        assert model.update(x, y) is mistake, count
        assert model.weight.tolist() == [weight], count
        assert model.bias.tolist() == [bias], count
    assert model.mistakes == 3


def test_fit_is_update_in_data_order():
    x, y = lw.data.gaussians(40, margin=0.02, seed=5)
    fitted, stepped = Perceptron(2), Perceptron(2)
    history = fitted.fit(x, y)
    expected = []
    while not expected or expected[-1]:
        expected.append(sum(stepped.update(x_i, y_i) for x_i, y_i in zip(x, y, strict=True)))
    assert history == expected
    assert fitted.mistakes == stepped.mistakes == sum(history)
    assert fitted.weight.tolist() == stepped.weight.tolist()
    assert fitted.bias.tolist() == stepped.bias.tolist()


@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("margin", [0.02, 0.2])
def test_it_converges_within_novikoffs_bound(dim, margin):
    """At most (R/γ)² mistakes, in the space where the bias is the weight of a constant input 1."""
    for seed in range(50):
        x, y = lw.data.gaussians(60, margin, seed, dim)
        u, c = lw.data.hyperplane(seed, dim)
        radius = np.sqrt((x**2).sum(axis=1) + 1).max()
        gamma = ((2 * y - 1) * (x @ u + c)).min() / np.sqrt(1 + c**2)
        model = Perceptron(dim)
        history = model.fit(x, y, max_epochs=100_000)
        assert history[-1] == 0
        assert 0 not in history[:-1]
        assert 1 <= model.mistakes <= (radius / gamma) ** 2
        assert model(x).tolist() == y.tolist()


def test_xor_never_converges_and_cycles():
    x, y = lw.data.xor()
    model = Perceptron(2)
    seen = []
    for _ in range(20):
        assert model.fit(x, y, max_epochs=1)[0] > 0
        seen.append((model.weight.tolist(), model.bias.tolist()))
    assert seen[10] in seen[:10]  # the same parameters again: from here on it repeats itself
    assert len(model.fit(x, y, max_epochs=30)) == 30


def test_fit_goes_on_where_it_stopped():
    x, y = lw.data.gaussians(60, 0.02, seed=3)
    whole, parts = Perceptron(2), Perceptron(2)
    history = whole.fit(x, y)
    assert len(history) > 3
    assert parts.fit(x, y, max_epochs=2) + parts.fit(x, y) == history
    assert parts.mistakes == whole.mistakes
    assert parts.fit(x, y) == [0]
    assert parts.fit(x, y, max_epochs=0) == []


def test_fit_leaves_its_data_alone():
    x, y = lw.data.gaussians(20, 0.05, seed=2)
    copies = x.copy(), y.copy()
    Perceptron(2).fit(x, y)
    assert np.array_equal(x, copies[0])
    assert np.array_equal(y, copies[1])


def test_the_same_rule_in_torch():
    for seed in range(10):
        x, y = lw.data.gaussians(50, 0.02, seed)
        model = Perceptron(2)
        epochs = len(model.fit(x, y))

        layer = torch.nn.Linear(2, 1, dtype=torch.float64)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        zero = torch.tensor(0.0, dtype=torch.float64)
        with torch.no_grad():
            for _ in range(epochs):
                for x_i, y_i in zip(torch.tensor(x), torch.tensor(y), strict=True):
                    error = y_i - torch.heaviside(layer(x_i), zero)
                    layer.weight += error * x_i
                    layer.bias += error
        for name, theirs in layer.state_dict().items():
            ours = model.state_dict()[name]
            np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12, atol=1e-12)


def test_the_same_rule_in_scikit_learn():
    """From the same random start: at z = 0, where scikit-learn always updates, no example lies."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x, y = lw.data.moons(50, 0.1, seed)
        w, b = rng.standard_normal((1, 2)), rng.standard_normal(1)
        model = Perceptron(2)
        model.load_state_dict({"weight": w, "bias": b})
        model.fit(x, y, max_epochs=7)
        theirs = SklearnPerceptron(max_iter=7, tol=None, shuffle=False)
        theirs.fit(x, y, coef_init=w, intercept_init=b)
        np.testing.assert_allclose(model.weight.detach().numpy(), theirs.coef_, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(model.bias.detach().numpy(), theirs.intercept_, rtol=1e-10, atol=1e-12)
        assert model(x).tolist() == theirs.predict(x).tolist()


def test_its_state_is_that_of_a_linear_layer_of_torch():
    model = Perceptron(2)
    model.fit(*lw.data.gaussians(30, seed=3))
    layer = torch.nn.Linear(2, 1, dtype=torch.float64)
    layer.load_state_dict({name: torch.tensor(value.numpy()) for name, value in model.state_dict().items()})
    assert layer.weight.tolist() == model.weight.tolist()
    other = Perceptron(2)
    other.load_state_dict(layer.state_dict())
    assert other.weight.tolist() == model.weight.tolist()
    assert other.bias.tolist() == model.bias.tolist()
    single = torch.nn.Linear(2, 1)
    other.load_state_dict(single.state_dict())
    assert other.weight.tolist() == single.weight.tolist()
    assert repr(model) == "Perceptron(in_features=2)"


ok = np.zeros((3, 2))
ERRORS = {
    "labels -1 and 1": (lambda m: m.fit(ok, [-1, 1, 1]), r"y must contain only 0 and 1, got -1"),
    "label 0.5": (lambda m: m.fit(ok, [0, 0.5, 1]), "got 0.5"),
    "label NaN": (lambda m: m.fit(ok, [0, np.nan, 1]), "got nan"),
    "labels of the wrong length": (lambda m: m.fit(ok, [0, 1]), r"y must have shape \(3,\).*got \(2,\)"),
    "labels as a column": (lambda m: m.fit(ok, [[0], [1], [1]]), r"got \(3, 1\)"),
    "x too wide": (lambda m: m.fit(np.zeros((3, 4)), [0, 1, 1]), r"x must have shape \(n, 2\), got \(3, 4\)"),
    "x with one dimension": (lambda m: m([1.0, 2.0]), r"x must have shape \(batch, 2\), got \(2,\)"),
    "x with NaN": (lambda m: m.fit([[0, 1], [np.nan, 0]], [0, 1]), "x must hold finite numbers, got nan"),
    "x with infinity": (lambda m: m([[0, np.inf]]), "finite numbers, got inf"),
    "x of strings": (lambda m: m([["a", "b"]]), "x must hold numbers"),
    "update with a batch": (lambda m: m.update(ok, 1), r"x must have shape \(2,\), got \(3, 2\)"),
    "update with a label 2": (lambda m: m.update([0, 1], 2), "y must contain only 0 and 1, got 2"),
    "update with labels": (lambda m: m.update([0, 1], [1]), r"y must have shape \(\).*got \(1,\)"),
    "no inputs": (lambda m: Perceptron(0), "in_features must be at least 1, got 0"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_name_the_argument_and_change_nothing(name):
    f, message = ERRORS[name]
    model = Perceptron(2)
    with pytest.raises(ValueError, match=message):
        f(model)
    assert model.mistakes == 0
    assert model.weight.tolist() == [[0, 0]]
