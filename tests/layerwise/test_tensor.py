"""Making tensors, and getting the numbers out again."""

import copy

import numpy as np
import pytest
import torch

import layerwise as lw

DATA = {
    "number": 1.5,
    "integer": 3,
    "truth": True,
    "list": [1.0, 2.0],
    "integers": [[1, 2], [3, 4]],
    "mixed": [1, 2.5],
    "empty": [],
    "float64 array": np.array([1.0, 2.0]),
    "float32 array": np.array([1.0, 2.0], "float32"),
    "int32 array": np.array([1, 2], "int32"),
    "list of float64": [np.float64(1.5), np.float64(2.5)],
    "array of no dimension": np.array(2.5),
}


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("dtype", [None, "float64", "int64"])
def test_tensor_has_torchs_shape_and_format(name, dtype):
    ours = lw.tensor(DATA[name], dtype=dtype and getattr(lw, dtype))
    theirs = torch.tensor(DATA[name], dtype=dtype and getattr(torch, dtype))
    assert ours.tolist() == theirs.tolist()
    assert ours.shape == tuple(theirs.shape)
    assert ours.ndim == theirs.ndim
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    assert ours.is_leaf
    assert not ours.requires_grad


def test_tensor_copies_and_numpy_does_not():
    array = np.array([1.0, 2.0])
    x = lw.tensor(array)
    array[0] = 9
    assert x.tolist() == [1, 2]
    x.numpy()[0] = 7
    assert x.tolist() == [7, 2]
    assert lw.tensor(x).data is not x.data


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("a", TypeError, "real numbers, got an array of <U1"),
        (1j, TypeError, "real numbers, got an array of complex128"),
        (None, TypeError, "real numbers, got an array of object"),
        ([[1], [1, 2]], ValueError, "rows of equal length"),
    ],
)
def test_tensor_of_what_is_no_numbers(data, error, message):
    with pytest.raises(error, match=message):
        lw.tensor(data)


def test_into_python():
    assert lw.tensor([[2.5]]).item() == 2.5
    assert float(lw.tensor(2.5)) == 2.5
    assert int(lw.tensor([3])) == 3
    assert bool(lw.tensor([1.0]) > 0)
    assert len(lw.tensor([[1, 2], [3, 4], [5, 6]])) == 3
    assert [row.tolist() for row in lw.tensor([[1, 2], [3, 4]])] == [[1, 2], [3, 4]]
    assert np.asarray(lw.tensor([1, 2])).tolist() == [1, 2]
    assert np.array(lw.tensor([1, 2]), dtype=float).dtype == np.float64


ERRORS = {
    "item": (lambda L: L.tensor([1.0, 2.0]).item(), r"\(2,\)"),
    "bool": (lambda L: bool(L.tensor([1.0, 2.0]) > 0), "neither true nor false"),
    "len": (lambda L: len(L.tensor(1.0)), "0-d"),
    "iter": (lambda L: list(L.tensor(1.0)), "0-d"),
    "numpy": (lambda L: L.tensor([1.0], requires_grad=True).numpy(), "detach"),
    "asarray": (lambda L: np.asarray(L.tensor([1.0], requires_grad=True)), "detach"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises((RuntimeError, TypeError)) as theirs:
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)


def test_gradient_can_be_switched_on_and_off_at_a_leaf():
    x = lw.tensor([1.0])
    x.requires_grad = True
    assert (2 * x).requires_grad
    x.requires_grad = False
    assert x.grad is None
    assert not (2 * x).requires_grad
    with pytest.raises(RuntimeError, match="leaf"):
        x.grad = lw.tensor([1.0])


def test_detach_shares_numbers_but_not_history():
    x = lw.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 2).detach()
    assert y.is_leaf
    assert not y.requires_grad
    (x * y).sum().backward()
    assert x.grad.tolist() == [2, 4]


def test_text():
    x = lw.tensor([1.0, 2.0], requires_grad=True)
    assert repr(x) == "tensor([1., 2.], requires_grad=True)"
    y = (x * 2).sum()
    assert repr(y) == "tensor(6., grad_fn=<sum_vjp>)"
    y.backward()
    assert repr(y) == "tensor(6., grad_fn=<released>)"
    assert repr(lw.tensor([1.0], dtype=lw.float64)) == "tensor([1.], dtype=float64)"
    assert repr(lw.tensor([1, 2]) > 1) == "tensor([False,  True])"


def test_tensors_are_told_apart_by_identity_in_sets():
    a, b = lw.tensor([1.0]), lw.tensor([1.0])
    assert len({a, b, a}) == 2


METHODS = {
    "size": lambda L, x: (tuple(x.size()), x.size(1), x.size(-1), x.dim(), x.numel()),
    "float": lambda L, x: x.double().float().dtype,
    "double": lambda L, x: x.double().dtype,
    "long": lambda L, x: (x.long().dtype, x.long().tolist()),
    "int": lambda L, x: (x.int().dtype, x.int().tolist()),
    "bool": lambda L, x: (x.bool().dtype, x.bool().tolist()),
    "type_as": lambda L, x: x.type_as(L.tensor([1.0], dtype=L.float64)).dtype,
    "contiguous": lambda L, x: (x.contiguous() is x, x.T.contiguous().tolist()),
    "requires_grad_": lambda L, x: (
        x.requires_grad_() is x,
        x.requires_grad,
        x.requires_grad_(False).requires_grad,
    ),
    "iteration": lambda L, x: [row.tolist() for row in x],
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    ours, theirs = (METHODS[name](L, L.tensor([[0.0, 1.5, 2.0], [3.0, -4.0, 0.5]])) for L in (lw, torch))
    assert str(ours).replace("dtype('", "torch.").replace("')", "").removeprefix("torch.") == str(
        theirs
    ).removeprefix("torch.")


def test_clone_has_memory_of_its_own():
    x = lw.tensor([1.0, 2.0])
    y = x.clone()
    y.data[0] = 9
    assert x.tolist() == [1, 2]


def test_deep_copies():
    x = lw.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    y = copy.deepcopy(x)
    assert y.requires_grad
    assert y.grad.tolist() == [2, 4]
    assert not np.shares_memory(x.data, y.data)
    both = copy.deepcopy([x, x])
    assert both[0] is both[1]
    with pytest.raises(RuntimeError, match="detach"):
        copy.deepcopy(x * 2)
