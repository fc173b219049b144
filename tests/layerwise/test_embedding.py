"""The table of vectors, as function and as layer, against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw

from .parity import check


def draw(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def look_up(index, **options):
    return lambda L, weight: L.nn.functional.embedding(L.tensor(index), weight, **options)


INDICES = {
    "some": np.array([3, 1, 1, 4, 1]),
    "one": np.array(2),
    "none": np.zeros((0, 3), int),
    "all the same": np.full((2, 3), 4),
    "all": np.array([4, 3, 2, 1, 0]),
    "many": np.random.default_rng(0).integers(0, 5, (4, 3, 2)),
    "int32": np.array([[0, 1], [1, 4]], "int32"),
    "not contiguous": np.random.default_rng(0).integers(0, 5, (4, 6)).T[::2],
}


@pytest.mark.parametrize("padding", [None, 1, -1])
@pytest.mark.parametrize("size", [3, 1, 0])
@pytest.mark.parametrize("name", INDICES)
def test_embedding(name, size, padding):
    check(look_up(INDICES[name], padding_idx=padding), draw(5, size), differences=padding is None)
    check(look_up(INDICES[name], padding_idx=padding), draw(size, 5).T, differences=False)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(
    shape=st.lists(st.integers(0, 4), max_size=3),
    rows=st.integers(1, 6),
    size=st.integers(0, 4),
    seed=st.integers(0, 9),
)
def test_embedding_of_any_shape_and_composed(shape, rows, size, seed):
    """As a product with rows that are 1 in one place, and as indexing."""
    index = np.random.default_rng(seed).integers(0, rows, shape)
    results = []
    for f in (
        look_up(index),
        lambda L, weight: L.tensor(np.eye(rows)[index]) @ weight,
        lambda L, weight: weight[L.tensor(index)],
    ):
        weight = lw.tensor(draw(rows, size), requires_grad=True)
        y = f(lw, weight)
        (y * y).sum().backward()
        results.append((y.detach().numpy(), weight.grad.numpy()))
    for others in results[1:]:
        for ours, simple in zip(results[0], others, strict=True):
            np.testing.assert_allclose(ours, simple, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("integers", ["uint8", "int16", "uint64"])
def test_any_integers_serve(integers):
    weight = lw.tensor(draw(5, 2), requires_grad=True)
    lw.nn.functional.embedding(lw.tensor(np.array([4, 0, 4], integers)), weight).sum().backward()
    assert weight.grad.tolist() == [[1, 1], [0, 0], [0, 0], [0, 0], [2, 2]]


def test_a_weight_of_several_uses_gathers_all_gradients():
    weight = lw.tensor(draw(4, 2), requires_grad=True)
    first = lw.nn.functional.embedding(lw.tensor([0, 1]), weight)
    second = lw.nn.functional.embedding(lw.tensor([1, 1]), weight)
    (first.sum() + second.sum()).backward()
    assert weight.grad.tolist() == [[1, 1], [3, 3], [0, 0], [0, 0]]


# --- the layer

LAYERS = {
    "Embedding": lambda nn: nn.Embedding(7, 3),
    "Embedding padding": lambda nn: nn.Embedding(7, 3, padding_idx=2),
    "Embedding padding from behind": lambda nn: nn.Embedding(7, 3, -1),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    ours, theirs = LAYERS[name](lw.nn), LAYERS[name](torch.nn)
    assert repr(ours) == repr(theirs)
    assert ours.padding_idx == theirs.padding_idx
    ours.load_state_dict(theirs.state_dict())
    index = np.random.default_rng(0).integers(0, 7, (2, 9))
    results = []
    for L, layer in ((lw, ours), (torch, theirs)):
        y = layer(L.tensor(index))
        (y * y).sum().backward()
        results.append((y.detach().numpy(), layer.weight.grad.numpy()))
    for mine, other in zip(*results, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in LAYERS[name](lw.nn).state_dict().items()})


def test_vectors_start_standard_normal_and_padding_at_zero():
    layer = lw.nn.Embedding(1000, 50, padding_idx=3, generator=np.random.default_rng(0))
    others = np.delete(layer.weight.detach().numpy(), 3, axis=0)
    assert layer.weight.detach().numpy()[3].tolist() == [0] * 50
    assert abs(others.mean()) < 5 / np.sqrt(others.size)
    assert abs(others.var() - 1) < 5 * np.sqrt(2 / others.size)
    again = lw.nn.Embedding(1000, 50, padding_idx=3, generator=np.random.default_rng(0))
    assert np.array_equal(layer.weight.detach().numpy(), again.weight.detach().numpy())
    assert lw.nn.Embedding(2, 2, dtype=lw.float64).weight.dtype == np.float64


def test_from_pretrained():
    vectors = lw.tensor(draw(4, 3))
    layer = lw.nn.Embedding.from_pretrained(vectors, padding_idx=-1)
    assert repr(layer) == repr(
        torch.nn.Embedding.from_pretrained(torch.tensor(vectors.numpy()), padding_idx=-1)
    )
    assert not layer.weight.requires_grad
    assert layer(lw.tensor([3, 0])).tolist() == [vectors.tolist()[3], vectors.tolist()[0]]
    assert lw.nn.Embedding.from_pretrained(vectors, freeze=False).weight.requires_grad
    assert layer.weight.dtype == np.float64


F = lw.nn.functional
table = lw.ones(3, 2)
ERRORS = {
    "too large": (
        lambda: F.embedding(lw.tensor([0, 3]), table),
        IndexError,
        "input 3 is out of bounds.*3 rows",
    ),
    "negative": (lambda: F.embedding(lw.tensor([-1]), table), IndexError, "input -1 is out of bounds"),
    "floats": (lambda: F.embedding(lw.tensor([1.0]), table), RuntimeError, "must be integers.*got float32"),
    "an array": (lambda: F.embedding(np.array([1]), table), TypeError, "input must be.*ndarray"),
    "weight": (lambda: F.embedding(lw.tensor([1]), lw.ones(3)), RuntimeError, r"weight has shape \(3,\)"),
    "weight format": (
        lambda: F.embedding(lw.tensor([1]), lw.tensor([[1, 2]])),
        RuntimeError,
        "weight must be float",
    ),
    "padding": (lambda: F.embedding(lw.tensor([1]), table, 3), ValueError, "between -3 and 2, got 3"),
    "padding, layer": (lambda: lw.nn.Embedding(3, 2, -4), ValueError, "Embedding.*between -3 and 2, got -4"),
    "max_norm": (
        lambda: F.embedding(lw.tensor([1]), table, max_norm=1.0),
        TypeError,
        "max_norm=1.0 is left out",
    ),
    "norm_type": (lambda: lw.nn.Embedding(3, 2, norm_type=1.0), TypeError, "norm_type=1.0 is left out"),
    "sparse": (lambda: lw.nn.Embedding(3, 2, sparse=True), TypeError, "sparse=True is left out on purpose"),
    "by frequency": (
        lambda: lw.nn.Embedding(3, 2, scale_grad_by_freq=True),
        TypeError,
        "scale_grad_by_freq=True is left out on purpose",
    ),
    "pretrained": (lambda: lw.nn.Embedding.from_pretrained(lw.ones(3)), ValueError, r"shape \(3,\)"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, error, message = ERRORS[name]
    with pytest.raises(error, match=message):
        f()
