"""Tensors made of a shape: constant, counting, random."""

import numpy as np
import pytest
import torch

import layerwise as lw

MADE = {
    "zeros": lambda L: L.zeros(2, 3),
    "zeros by tuple": lambda L: L.zeros((2, 3)),
    "zeros of nothing": lambda L: L.zeros(()),
    "zeros of int64": lambda L: L.zeros(2, dtype=L.int64),
    "ones": lambda L: L.ones(0, 3, dtype=L.float64),
    "full": lambda L: L.full((2, 3), 1.5),
    "full of integers": lambda L: L.full((2,), 7),
    "full of truth": lambda L: L.full((2,), True),
    "full in a format": lambda L: L.full((2,), 7, dtype=L.float64),
    "eye": lambda L: L.eye(3),
    "eye, wide": lambda L: L.eye(2, 4, dtype=L.float64),
    "zeros_like": lambda L: L.zeros_like(L.tensor([[1, 2]])),
    "ones_like": lambda L: L.ones_like(L.tensor([[1.5, 2]]), dtype=L.float64),
    "full_like": lambda L: L.full_like(L.tensor([1, 2]), 7),
    "arange": lambda L: L.arange(5),
    "arange of floats": lambda L: L.arange(5.0),
    "arange from": lambda L: L.arange(2, 5),
    "arange by steps": lambda L: L.arange(0, 1, 0.1),
    "arange back": lambda L: L.arange(5, 0, -2),
    "arange of nothing": lambda L: L.arange(3, 3),
    "arange in a format": lambda L: L.arange(3, dtype=L.float64),
    "linspace": lambda L: L.linspace(-1, 2, 7),
    "linspace of one": lambda L: L.linspace(3, 5, 1),
    "linspace of none": lambda L: L.linspace(3, 5, 0, dtype=L.float64),
}


@pytest.mark.parametrize("name", MADE)
def test_made_as_in_torch(name):
    ours, theirs = (MADE[name](L) for L in (lw, torch))
    assert ours.shape == tuple(theirs.shape)
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=3e-7)
    assert not ours.requires_grad


def test_made_with_gradient():
    for f in (lw.zeros, lw.ones, lw.rand, lw.randn, lw.eye, lambda n, **k: lw.linspace(0, 1, n, **k)):
        assert f(2, requires_grad=True).is_leaf
        assert f(2, requires_grad=True).requires_grad
    with pytest.raises(RuntimeError, match="int64"):
        lw.zeros(2, dtype=lw.int64, requires_grad=True)


RANDOM = {
    "rand": (lambda **k: lw.rand(20_000, **k), 0.5, 1 / np.sqrt(12)),
    "randn": (lambda **k: lw.randn(100, 200, **k), 0.0, 1.0),
    "rand_like": (lambda **k: lw.rand_like(lw.zeros(20_000), **k), 0.5, 1 / np.sqrt(12)),
    "randn_like": (lambda **k: lw.randn_like(lw.zeros(20_000), **k), 0.0, 1.0),
    "randint": (lambda **k: lw.randint(5, (20_000,), **k), 2.0, np.sqrt(2)),
    "randint from": (lambda **k: lw.randint(-2, 3, (20_000,), **k), 0.0, np.sqrt(2)),
    "randperm": (lambda **k: lw.randperm(10, **k), 4.5, np.sqrt(8.25)),
}


@pytest.mark.parametrize("name", RANDOM)
def test_random(name):
    f, mean, std = RANDOM[name]
    x = f(generator=np.random.default_rng(0))
    assert x.tolist() == f(generator=np.random.default_rng(0)).tolist()
    assert x.tolist() != f(generator=np.random.default_rng(1)).tolist()
    lw.manual_seed(3)
    default = f().tolist()
    lw.manual_seed(3)
    assert default == f().tolist()
    numbers = x.numpy().astype("float64")
    assert abs(numbers.mean() - mean) < 4 * std / np.sqrt(numbers.size)
    assert numbers.std() == pytest.approx(std, rel=0.03)
    assert x.dtype == (np.int64 if "int" in name or "perm" in name else np.float32)


def test_random_number_formats_and_limits():
    assert lw.rand(3, dtype=lw.float64).dtype == np.float64
    assert lw.randn_like(lw.zeros(3, dtype=lw.float64)).dtype == np.float64
    assert sorted(set(lw.randint(2, 4, (100,)).tolist())) == [2, 3]
    assert sorted(lw.randperm(7).tolist()) == list(range(7))
    assert lw.rand(2, 0).shape == (2, 0)


@pytest.mark.parametrize("replacement", [False, True])
def test_multinomial(replacement):
    weights = lw.tensor([[1.0, 3.0, 0.0, 6.0], [5.0, 5.0, 0.0, 0.0]])
    draws = 20_000
    many = lw.broadcast_to(weights[:, None], (2, draws, 4)).reshape(-1, 4)
    x = lw.multinomial(many, 2, replacement, generator=np.random.default_rng(0)).numpy().reshape(2, draws, 2)
    first = np.stack([np.bincount(row[:, 0], minlength=4) / draws for row in x])
    np.testing.assert_allclose(first, weights.numpy() / 10, atol=0.015)
    assert (x[..., 0] == x[..., 1]).any() == replacement
    if not replacement:  # the second: by the weights of those that are left
        after = np.bincount(x[0][x[0, :, 0] == 3, 1], minlength=4)
        np.testing.assert_allclose(after / after.sum(), [0.25, 0.75, 0, 0], atol=0.015)
    assert lw.multinomial(weights[0], 3, True).shape == (3,)
    assert lw.multinomial(weights[0], 1).dtype == np.int64


ERRORS = {
    "size": (lambda L: L.zeros(2, -1), r"must not be negative, got \(2, -1\)"),
    "size's type": (lambda L: L.ones(2.5), "integers, got float"),
    "arange": (lambda L: L.arange(3, 0), "from 3 to 0 there are no steps of 1"),
    "arange by nothing": (lambda L: L.arange(0, 3, 0), "no steps of 0"),
    "linspace": (lambda L: L.linspace(0, 1, -1), "steps must not be negative, got -1"),
    "randint": (lambda L: L.randint(3, 3, (2,)), "low must be less than high, got 3 and 3"),
    "randint's size": (lambda L: L.randint(3, 2), r"\(high, size\)"),
    "multinomial": (lambda L: L.multinomial(L.tensor([-1.0, 2.0]), 1), "not negative"),
    "multinomial of nothing": (lambda L: L.multinomial(L.tensor([0.0, 0.0]), 1), "not zero everywhere"),
    "multinomial of too few": (lambda L: L.multinomial(L.tensor([1.0, 2.0]), 3), "from 1 to 2, got 3"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)


def test_random_numbers_are_floats():
    with pytest.raises(TypeError, match="float32 or float64, not int64"):
        lw.rand(2, dtype=lw.int64)
    with pytest.raises(TypeError, match="expected end"):
        lw.arange()
