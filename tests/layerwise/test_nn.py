"""Modules, their parameters and their state."""

import numpy as np
import pytest
import torch

import layerwise as lw


def network(L, **kwargs):
    """The same small network in either library: nested, and with a parameter of its own."""

    class Inner(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = L.nn.Linear(4, 2, bias=False, **kwargs)

        def forward(self, x):
            return self.linear(x).tanh()

    class Outer(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = L.nn.Linear(3, 4, **kwargs)
            self.inner = Inner()
            self.scale = L.nn.Parameter(L.tensor([1.0, 2.0]))

        def forward(self, x):
            return self.scale * self.inner(self.first(x).relu())

    return Outer()


def ours():
    return network(lw, generator=np.random.default_rng(0))


def test_names_and_order_are_torchs():
    mine, theirs = ours(), network(torch)
    assert [n for n, _ in mine.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    assert list(mine.state_dict()) == list(theirs.state_dict())
    assert [n for n, _ in mine.named_modules()] == [n for n, _ in theirs.named_modules()]
    assert [n for n, _ in mine.named_children()] == [n for n, _ in theirs.named_children()]
    assert [p.shape for p in mine.parameters()] == [tuple(p.shape) for p in theirs.parameters()]
    assert all(p.dtype == np.float32 and p.requires_grad for p in mine.parameters())


def test_state_goes_both_ways_and_gives_the_same_outputs_and_gradients():
    mine, theirs = ours(), network(torch)
    x = np.random.default_rng(1).standard_normal((5, 3)).astype("float32")

    mine.load_state_dict(theirs.state_dict())
    y, twin = mine(lw.tensor(x)), theirs(torch.tensor(x))
    np.testing.assert_allclose(y.detach().numpy(), twin.detach().numpy(), rtol=1e-5, atol=1e-6)
    (y * y).sum().backward()
    (twin * twin).sum().backward()
    for (name, p), q in zip(mine.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-4, atol=1e-5, err_msg=name)
    mine.zero_grad()
    assert all(p.grad is None for p in mine.parameters())

    fresh = ours()
    theirs.load_state_dict({name: torch.tensor(value.numpy()) for name, value in fresh.state_dict().items()})
    for p, q in zip(fresh.parameters(), theirs.parameters(), strict=True):
        assert np.array_equal(p.detach().numpy(), q.detach().numpy())


def test_state_is_a_view_and_loading_copies():
    model, other = ours(), ours()
    state = model.state_dict()
    model.scale.data[0] = 5
    assert state["scale"].tolist() == [5, 2]
    result = other.load_state_dict(state)
    assert result == ([], [])
    model.scale.data[0] = 6
    assert other.scale.tolist() == [5, 2]


def test_wrong_states_are_refused_whole():
    model = ours()
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    state = dict(model.state_dict()) | {"first.bias": np.zeros(3), "extra": np.zeros(1)}
    del state["scale"]
    state["first.weight"] = np.full((4, 3), 7.0)
    with pytest.raises(RuntimeError) as error:
        model.load_state_dict(state)
    for part in ("Outer", "missing: scale", "unexpected: extra", "first.bias has shape (3,)", "(4,)"):
        assert part in str(error.value)
    with pytest.raises(RuntimeError, match=r"first\.bias has shape"):
        model.load_state_dict(state, strict=False)
    assert all(np.array_equal(before[name], value.numpy()) for name, value in model.state_dict().items())

    del state["first.bias"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert (missing, unexpected) == (["scale", "first.bias"], ["extra"])
    assert np.all(model.first.weight.data == 7)


def test_shared_parameters_are_counted_once_and_saved_under_both_names():
    results = []
    for L in (lw, torch):
        model = network(L)
        model.again = model.first
        model.shared = model.scale
        results.append(([n for n, _ in model.named_parameters()], list(model.state_dict())))
    assert results[0][0] == results[1][0]
    assert sorted(results[0][1]) == sorted(results[1][1])


def test_train_and_eval_reach_all_modules():
    model = ours()
    assert model.training
    assert model.inner.linear.training
    assert model.eval() is model
    assert not model.training
    assert not model.inner.linear.training
    assert model.train().inner.training


def test_a_parameter_is_not_replaced_by_accident():
    model = ours()
    with pytest.raises(TypeError, match="'scale' must be a Parameter or None, got Tensor"):
        model.scale = model.scale * 2
    model.scale = None
    assert "scale" not in model.state_dict()


def test_text():
    assert repr(lw.nn.Linear(3, 2)) == repr(torch.nn.Linear(3, 2))
    assert repr(ours()) == repr(network(torch))
    assert repr(lw.nn.Parameter(lw.tensor([1.0]))) == repr(torch.nn.Parameter(torch.tensor([1.0])))


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        lw.nn.Module()(1)


def test_linear_starts_as_in_torch():
    """Uniform in [-1/√in, 1/√in]: the same limits, and the same spread within sampling error."""
    torch.manual_seed(0)
    mine, theirs = lw.nn.Linear(64, 2000, generator=np.random.default_rng(0)), torch.nn.Linear(64, 2000)
    for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
        p, q = p.detach().numpy(), q.detach().numpy()
        assert p.shape == q.shape
        assert np.abs(p).max() <= 1 / 8
        np.testing.assert_allclose([p.min(), p.max()], [q.min(), q.max()], rtol=0.01)
        np.testing.assert_allclose(p.std(), q.std(), rtol=0.03)


def test_linear_is_drawn_from_its_generator():
    first, second, third = (lw.nn.Linear(3, 2, generator=np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert first.weight.tolist() == second.weight.tolist()
    assert first.weight.tolist() != third.weight.tolist()
    assert lw.nn.Linear(3, 2, dtype=lw.float64).bias.dtype == np.float64
    assert lw.nn.Linear(0, 2).weight.shape == (2, 0)
