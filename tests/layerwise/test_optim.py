"""Optimizers: 200 steps beside torch's, their groups, states and errors."""

import copy
from functools import cache

import numpy as np
import pytest
import torch

import layerwise as lw

RULES = {  # name of the class -> the settings to try
    "SGD": [
        {"lr": 0.1},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "maximize": True, "weight_decay": 0.3},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.5},
        {"lr": 0.05, "momentum": 0.9, "nesterov": True},
        {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        {"lr": 0.01, "momentum": 0.5, "dampening": 0.1, "weight_decay": 0.3, "maximize": True},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1, "lr_decay": 0.01},
        {"lr": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3},
        {"maximize": True},
    ],
    "RMSprop": [
        {},
        {"alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1},
        {"momentum": 0.9, "lr": 0.001},
        {"centered": True, "eps": 1e-3},
        {"centered": True, "momentum": 0.5, "weight_decay": 0.1, "eps": 1e-3, "maximize": True},
    ],
    "Adam": [
        {},
        {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3},
        {"lr": 0.01, "weight_decay": 0.1},
        {"lr": 0.01, "amsgrad": True},
        {"lr": 0.01, "amsgrad": True, "weight_decay": 0.1, "maximize": True},
    ],
    "AdamW": [
        {},
        {"lr": 0.01, "weight_decay": 0.1},
        {"lr": 0.01, "weight_decay": 0},
        {"lr": 0.01, "amsgrad": True, "maximize": True, "betas": (0.0, 0.9)},
    ],
}
CASES = [(name, settings) for name, many in RULES.items() for settings in many]
STEPS = 200


def start(dtype, seed=0, size=5):
    """Parameters of all sorts: matrix, vector, number, empty, transposed in memory, long."""
    rng = np.random.default_rng(seed)
    shapes = [(4, 3), (4,), (), (0,), (2, 5), (size,)]
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    arrays[4] = np.ascontiguousarray(arrays[4].T).T
    return arrays


def ours(arrays):
    return [lw.nn.Parameter(array.copy(order="K")) for array in arrays]


def theirs(arrays):
    return [torch.nn.Parameter(torch.from_numpy(array.copy(order="K"))) for array in arrays]


@cache
def gradients(dtype, step, size=5):
    """The same for both libraries: what follows differs by the rule alone. The fifth is missing at times."""
    found = [np.asarray(g, dtype) for g in start("float64", seed=step + 1, size=size)]
    return [*found[:4], found[4] if step % 3 else None, found[5]]


def give(parameters, found, L):
    for p, g in zip(parameters, found, strict=True):
        p.grad = None if g is None else (lw.Tensor(g.copy()) if L is lw else torch.from_numpy(g.copy()))


def close(parameters, twins, **tolerance):
    for p, q in zip(parameters, twins, strict=True):
        assert str(p.dtype) == str(q.dtype).removeprefix("torch.")
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), **tolerance)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
@pytest.mark.parametrize(("dtype", "rtol", "atol"), [("float64", 1e-9, 1e-12), ("float32", 1e-4, 5e-6)])
def test_200_steps_with_given_gradients(name, settings, dtype, rtol, atol):
    mine, twins = ours(start(dtype)), theirs(start(dtype))
    rule, twin = getattr(lw.optim, name)(mine, **settings), getattr(torch.optim, name)(twins, **settings)
    for step in range(STEPS):
        found = gradients(dtype, step % 7)
        give(mine, found, lw)
        give(twins, found, torch)
        rule.step()
        twin.step()
    close(mine, twins, rtol=rtol, atol=atol)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
@pytest.mark.parametrize("size", [15, 16, 17, 39])
def test_long_parameters_are_changed_in_blocks(name, settings, size, monkeypatch):
    monkeypatch.setattr(lw.optim.optimizer, "BLOCK", 16)
    arrays = start("float64", size=size)
    mine, twins = ours(arrays), theirs(arrays)
    rule, twin = getattr(lw.optim, name)(mine, **settings), getattr(torch.optim, name)(twins, **settings)
    for step in range(3):
        found = gradients("float64", step, size)
        give(mine, found, lw)
        give(twins, found, torch)
        rule.step()
        twin.step()
    close(mine, twins, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_200_steps_down_a_loss(name, settings):
    if (
        name == "RMSprop"
    ):  # at the bottom of the valley it jumps to and fro, and the last bit decides where to
        settings = settings | {"lr": 0.001}
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape) / 2 for shape in ((5, 3), (5,), (1, 5))]
    x, y = rng.standard_normal((16, 3)), rng.standard_normal((16, 1))
    results = []
    for L, wrap in ((lw, ours), (torch, theirs)):
        w, b, v = parameters = wrap(arrays)
        rule = getattr(L.optim, name)(parameters, **settings)
        for _ in range(STEPS):
            rule.zero_grad()
            hidden = (L.tensor(x) @ w.T + b).tanh()
            error = (hidden @ v.T).tanh() - L.tensor(y)
            (error * error).mean().backward()
            rule.step()
        results.append(parameters)
    close(*results, rtol=1e-9, atol=1e-12)


def lion(p, g, m, lr, betas=(0.9, 0.99), weight_decay=0.0):
    """The rule as it is written in the paper."""
    c = betas[0] * m + (1 - betas[0]) * g
    return p - lr * (np.sign(c) + weight_decay * p), betas[1] * m + (1 - betas[1]) * g


@pytest.mark.parametrize("settings", [{"lr": 0.01}, {"lr": 0.1, "betas": (0.5, 0.8), "weight_decay": 0.1}])
@pytest.mark.parametrize("maximize", [False, True])
def test_lion(settings, maximize):
    mine, expected = ours(start("float64")), start("float64")
    momenta = [np.zeros_like(p) for p in expected]
    rule = lw.optim.Lion(mine, **settings, maximize=maximize)
    for step in range(STEPS):
        found = gradients("float64", step % 7)
        give(mine, found, lw)
        rule.step()
        for i, g in enumerate(found):
            if g is not None:
                expected[i], momenta[i] = lion(expected[i], -g if maximize else g, momenta[i], **settings)
    for p, q in zip(mine, expected, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q, rtol=1e-12, atol=1e-12)


# --- state


@pytest.mark.parametrize(("name", "settings"), [*CASES, ("Lion", {"lr": 0.01})], ids=str)
def test_state_goes_on_bit_by_bit(name, settings):
    """Interrupted and resumed is the same as not interrupted, to the last bit."""
    parameters = ours(start("float32"))
    rule = getattr(lw.optim, name)(parameters, **settings)
    for step in range(6):
        if step == 3:
            saved = copy.deepcopy(rule.state_dict())
            numbers = [p.data.copy(order="K") for p in parameters]
        give(parameters, gradients("float32", step), lw)
        rule.step()

    resumed = ours(numbers)
    other = getattr(lw.optim, name)(resumed)
    other.load_state_dict(saved)
    for step in range(3, 6):
        give(resumed, gradients("float32", step), lw)
        other.step()
    assert other.param_groups[0] == rule.param_groups[0] | {"params": resumed}
    for p, q in zip(parameters, resumed, strict=True):
        assert np.array_equal(p.data, q.data)


def as_torch(value):
    if isinstance(value, lw.Tensor):
        return torch.tensor(value.numpy())
    if isinstance(value, dict):
        return {key: as_torch(item) for key, item in value.items()}
    return [as_torch(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_state_is_laid_out_as_torchs_and_goes_both_ways(name, settings):
    mine, twins = ours(start("float64")), theirs(start("float64"))
    rule, twin = getattr(lw.optim, name)(mine, **settings), getattr(torch.optim, name)(twins, **settings)
    for step in range(1, 3):
        found = gradients("float64", step)
        give(mine, found, lw)
        give(twins, found, torch)
        rule.step()
        twin.step()

    state, torchs = rule.state_dict(), twin.state_dict()
    assert {i: sorted(s) for i, s in state["state"].items()} == {
        i: sorted(s) for i, s in torchs["state"].items()
    }
    for i, values in state["state"].items():
        for key, value in values.items():
            other = torchs["state"][i][key]
            assert str(value.dtype) == str(other.dtype).removeprefix("torch."), key
            np.testing.assert_allclose(value.numpy(), other.numpy(), rtol=1e-12, atol=1e-14)
    (group,), (torchs_group,) = state["param_groups"], torchs["param_groups"]
    assert set(group) <= set(torchs_group)
    assert {key: torchs_group[key] for key in group} == group

    rule.load_state_dict(torchs)
    twin.load_state_dict(as_torch(state))
    found = gradients("float64", 5)
    give(mine, found, lw)
    give(twins, found, torch)
    rule.step()
    twin.step()
    close(mine, twins, rtol=1e-9, atol=1e-12)


def test_loaded_state_is_a_copy_in_the_parameters_number_format():
    p, q = lw.tensor([1.0, 2.0], requires_grad=True), lw.tensor([1.0, 2.0], requires_grad=True).double()
    q = lw.nn.Parameter(q.detach())
    rule, other = lw.optim.Adam([p]), lw.optim.Adam([q])
    p.sum().backward()
    rule.step()
    other.load_state_dict(rule.state_dict())
    assert other.state[q]["exp_avg"].dtype == np.float64
    assert other.state[q]["step"].dtype == np.float32
    rule.step()
    assert other.state[q]["step"].item() == 1


# --- groups, and what a loop calls


def test_groups_have_their_own_settings():
    results = []
    for L in (lw, torch):
        p, q, r = (L.nn.Parameter(L.tensor([1.0, -2.0])) for _ in range(3))
        rule = L.optim.SGD([{"params": [p], "lr": 0.5}, {"params": q}], lr=0.1, momentum=0.5)
        rule.add_param_group({"params": [r], "momentum": 0.9, "name": "last"})
        for _ in range(3):
            rule.zero_grad()
            sum((x * x).sum() for x in (p, q, r)).backward()
            rule.step()
        state = rule.state_dict()
        groups = [
            {k: g[k] for k in g if k in lw.optim.SGD([lw.zeros(1)]).defaults} for g in state["param_groups"]
        ]
        results.append(
            [[x.tolist() for x in (p, q, r)], groups, [g["params"] for g in state["param_groups"]]]
        )
    assert results[0][1:] == results[1][1:]
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-6)


def test_a_model_learns():
    lw.manual_seed(0)
    model = lw.nn.Sequential(lw.nn.Linear(2, 8), lw.nn.Linear(8, 1))
    x = lw.randn(64, 2)
    y = x[:, :1] - 2 * x[:, 1:]
    for rule in (lw.optim.SGD, lw.optim.Adam, lw.optim.AdamW, lw.optim.RMSprop, lw.optim.Adagrad):
        optimizer = rule(model.named_parameters(), lr=0.001)
        before = ((model(x) - y) ** 2).mean().item()
        for _ in range(30):
            optimizer.zero_grad()
            loss = ((model(x) - y) ** 2).mean()
            loss.backward()
            optimizer.step()
        after = ((model(x) - y) ** 2).mean().item()
        assert after < before


def test_zero_grad():
    p = lw.tensor([1.0], requires_grad=True)
    rule = lw.optim.SGD([p])
    p.sum().backward()
    rule.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [0]
    rule.zero_grad()
    assert p.grad is None
    rule.zero_grad(set_to_none=False)
    rule.step()
    assert p.tolist() == [1]


def test_step_takes_a_closure():
    p = lw.tensor([1.0], requires_grad=True)
    rule = lw.optim.SGD([p], lr=0.25)

    def closure():
        rule.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    assert rule.step(closure).item() == 1
    assert p.tolist() == [0.5]
    assert rule.step() is None


def test_the_gradient_is_left_alone():
    for name, settings in [*CASES, ("Lion", {})]:
        parameters = ours(start("float64"))
        rule = getattr(lw.optim, name)(parameters, **settings)
        found = gradients("float64", 1)
        give(parameters, found, lw)
        rule.step()
        assert all(np.array_equal(p.grad.data, g) for p, g in zip(parameters, found, strict=True))


def test_text():
    for name in RULES:
        lines = repr(getattr(lw.optim, name)([lw.zeros(1)])).splitlines()
        torchs = repr(getattr(torch.optim, name)([torch.zeros(1)])).splitlines()
        assert [line for line in torchs if line in lines] == lines


def result_of(L):
    return L.zeros(1, requires_grad=True) * 2


ERRORS = {
    "lr": (lambda L: L.optim.SGD([L.zeros(1)], lr=-1), r"SGD\(\): lr must be from 0, got -1"),
    "momentum": (lambda L: L.optim.SGD([L.zeros(1)], momentum=-1), "momentum must be from 0, got -1"),
    "nesterov": (lambda L: L.optim.SGD([L.zeros(1)], nesterov=True), "nesterov needs momentum"),
    "dampened": (
        lambda L: L.optim.SGD([L.zeros(1)], momentum=0.9, dampening=0.1, nesterov=True),
        "dampening 0",
    ),
    "betas": (
        lambda L: L.optim.AdamW([L.zeros(1)], betas=(0.9, 1.0)),
        r"AdamW\(\): betas must be from 0 to below 1, got \(0\.9, 1\.0\)",
    ),
    "eps": (lambda L: L.optim.Adam([L.zeros(1)], eps=-1.0), "eps"),
    "alpha": (lambda L: L.optim.RMSprop([L.zeros(1)], alpha=-1.0), "alpha"),
    "lr_decay": (lambda L: L.optim.Adagrad([L.zeros(1)], lr_decay=-1.0), "lr_decay"),
    "nothing": (lambda L: L.optim.SGD([]), "params is empty"),
    "a tensor": (lambda L: L.optim.SGD(L.zeros(1)), "several parameters, got Tensor"),
    "an array": (lambda L: L.optim.SGD([np.zeros(1)]), "must be tensors, got ndarray"),
    "a result": (lambda L: L.optim.SGD([result_of(L)]), r"shape \(1,\) is a result"),
    "shared": (
        lambda L: (lambda p: L.optim.SGD([{"params": [p]}, {"params": [p]}]))(L.zeros(1)),
        "given twice",
    ),
    "group": (lambda L: L.optim.SGD([L.zeros(1)]).add_param_group([L.zeros(1)]), "dictionary, got list"),
    "state of another": (
        lambda L: L.optim.SGD([L.zeros(1)]).load_state_dict(
            L.optim.SGD([L.zeros(1), L.zeros(2)]).state_dict()
        ),
        r"groups of \[2\] parameters, the optimizer has \[1\]",
    ),
    "other groups": (
        lambda L: L.optim.SGD([L.zeros(1)]).load_state_dict(
            L.optim.SGD([{"params": [L.zeros(1)]}, {"params": [L.zeros(2)]}]).state_dict()
        ),
        r"groups of \[1, 1\] parameters",
    ),
    "no rule": (
        lambda L: (lambda p: (setattr(p, "grad", L.zeros(1)), L.optim.Optimizer([p], {}).step()))(
            L.zeros(1, requires_grad=True)
        ),
        "needs a method `update`",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)


@pytest.mark.parametrize("name", RULES)
def test_options_that_are_left_out(name):
    make, p = getattr(lw.optim, name), lw.nn.Parameter(lw.ones(2))
    for option in ("foreach", "fused", "capturable", "differentiable"):
        make([p], **{option: False})
        with pytest.raises(TypeError, match=rf"{name}\(\): {option}=True is left out on purpose"):
            make([p], **{option: True})
    with pytest.raises(TypeError, match=rf"{name}\(\): there is no option 'speed'"):
        make([p], speed=1)
