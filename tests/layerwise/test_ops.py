"""Every operation against torch and central differences, one line a case."""

import numpy as np
import pytest
import torch

import layerwise as lw

from .parity import check


def draw(*shapes, low=-2.0, high=2.0, seed=0):
    """Arrays of random numbers, none closer than 0.05 to zero, where some functions have a kink."""
    rng = np.random.default_rng(seed)
    arrays = [rng.uniform(low, high, shape) for shape in shapes]
    return [np.where(np.abs(x) < 0.05, 0.05, x) for x in arrays]


def spread(*shapes):
    """The same, with gaps in memory and the order of the dimensions reversed: not contiguous."""
    return [np.repeat(x.T, 2, axis=0)[::2].T if x.ndim else x for x in draw(*shapes)]


ONE = {
    "neg": lambda L, x: -x,
    "abs": lambda L, x: L.abs(x),
    "exp": lambda L, x: L.exp(x),
    "tanh": lambda L, x: L.tanh(x),
    "sigmoid": lambda L, x: L.sigmoid(x),
    "relu": lambda L, x: L.relu(x),
    "square": lambda L, x: x**2,
    "cube": lambda L, x: x**3.0,
    "to the 0": lambda L, x: x**0,
    "to the -1": lambda L, x: x**-1,
    "2 to the x": lambda L, x: 2**x,
    "times 3": lambda L, x: 3 * x,
    "1 over x": lambda L, x: 1 / x,
    "1 minus x": lambda L, x: 1 - x,
    "plus 0.1": lambda L, x: x + 0.1,
    "sum": lambda L, x: L.sum(x),
    "sum of all dims": lambda L, x: x.sum(dim=()),
    "twice the same": lambda L, x: x * x + x,
    "reshape": lambda L, x: x.reshape(-1),
    "cast there and back": lambda L, x: x.to(L.float64).to(x.dtype) * x,
    "everything": lambda L, x: x[...],
    "new dimension": lambda L, x: x[None],
    "maximum with a number's tensor": lambda L, x: L.maximum(x, L.tensor(0.01, dtype=x.dtype)),
    "where": lambda L, x: L.where(x > 0.5, x, 2.0),
    "where not": lambda L, x: L.where(x > 0.5, 2.0, x),
}
POSITIVE = {
    "log": lambda L, x: L.log(x),
    "sqrt": lambda L, x: L.sqrt(x),
    "to the 1/2": lambda L, x: x**0.5,
    "methods": lambda L, x: x.log().exp().sqrt().tanh().sigmoid().relu().abs(),
}
SHAPES = [(), (1,), (3,), (0,), (2, 3), (1, 3), (2, 0, 3), (2, 3, 4)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ONE)
def test_one_input(name, shape):
    check(ONE[name], *draw(shape))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", POSITIVE)
def test_one_positive_input(name, shape):
    check(POSITIVE[name], *draw(shape, low=0.1))


@pytest.mark.parametrize("name", ONE)
def test_one_input_not_contiguous(name):
    (x,) = spread((3, 4, 2))
    assert not x.flags.c_contiguous
    check(ONE[name], x)


TWO = {
    "add": lambda L, a, b: a + b,
    "sub": lambda L, a, b: a - b,
    "mul": lambda L, a, b: a * b,
    "div": lambda L, a, b: a / b,
    "maximum": lambda L, a, b: L.maximum(a, b),
    "minimum": lambda L, a, b: L.minimum(a, b),
    "where": lambda L, a, b: L.where(a > b, a, b),
    "functions": lambda L, a, b: L.add(L.mul(a, b), L.div(L.sub(a, b), b)),
}
PAIRS = [
    ((), ()),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((2, 3), ()),
    ((1,), (2, 3)),
    ((4, 1, 3), (2, 1)),
    ((0,), (1,)),
    ((2, 0), (1, 1)),
    ((1, 1), (1,)),
]


@pytest.mark.parametrize("shapes", PAIRS, ids=str)
@pytest.mark.parametrize("name", TWO)
def test_two_inputs(name, shapes):
    check(TWO[name], *draw(*shapes))


@pytest.mark.parametrize("name", TWO)
def test_two_inputs_not_contiguous(name):
    check(TWO[name], *spread((3, 4, 2), (4, 2)))


@pytest.mark.parametrize("shapes", PAIRS, ids=str)
def test_pow(shapes):
    check(lambda L, a, b: a**b, *draw(*shapes, low=0.1))
    check(lambda L, a, b: L.pow(a, b), *draw(*shapes, low=0.1))


MATMUL = [
    ((2, 3), (3, 4)),
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((1, 1), (1, 1)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((0, 2, 3), (3, 4)),
]


@pytest.mark.parametrize("shapes", MATMUL, ids=str)
def test_matmul(shapes):
    check(lambda L, a, b: a @ b, *draw(*shapes))
    check(lambda L, a, b: L.matmul(a, b), *spread(*shapes))


LINEAR = [
    ((5, 3), (2, 3)),
    ((3,), (2, 3)),
    ((4, 5, 3), (2, 3)),
    ((0, 3), (2, 3)),
    ((5, 0), (2, 0)),
    ((5, 3), (0, 3)),
    ((1, 1), (1, 1)),
]


@pytest.mark.parametrize("shapes", LINEAR, ids=str)
def test_linear(shapes):
    bias = shapes[1][:1]
    check(lambda L, x, w, b: L.nn.functional.linear(x, w, b), *draw(*shapes, bias))
    check(lambda L, x, w: L.nn.functional.linear(x, w), *draw(*shapes))
    check(lambda L, x, w, b: L.nn.functional.linear(x, w, b), *spread(*shapes, bias))


@pytest.mark.parametrize("shapes", LINEAR, ids=str)
def test_linear_is_its_composition(shapes):
    results = []
    for f in (lw.nn.functional.linear, lambda x, w, b: x @ w.T + b):
        inputs = [lw.tensor(x, requires_grad=True) for x in draw(*shapes, shapes[1][:1])]
        y = f(*inputs)
        (y * y).sum().backward()
        results.append([y.detach(), *(x.grad for x in inputs)])
    for fused, composed in zip(*results, strict=True):
        np.testing.assert_allclose(fused.numpy(), composed.numpy(), rtol=1e-12, atol=1e-14)


REDUCTIONS = [
    ((2, 3, 4), 0),
    ((2, 3, 4), -1),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (-1, 0)),
    ((2, 3, 4), None),
    ((3,), 0),
    ((1,), 0),
    ((), 0),
    ((), -1),
    ((2, 0, 3), 0),
    ((0, 3), 1),
]


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize(("shape", "dim"), REDUCTIONS, ids=str)
def test_reductions(shape, dim, keepdim):
    for x in (*draw(shape), *spread(shape)):
        check(lambda L, x: x.sum(dim, keepdim), x)
        check(lambda L, x: L.sum(x, dim=dim, keepdim=keepdim), x)
        check(lambda L, x: x.mean(dim, keepdim), x)
        check(lambda L, x: L.mean(x, dim=dim, keepdim=keepdim), x)
        if isinstance(dim, int):
            check(lambda L, x: x.max(dim, keepdim).values, x)
            check(lambda L, x: L.max(x, dim=dim, keepdim=keepdim)[0], x)
            ours, theirs = (L.max(L.tensor(x), dim=dim, keepdim=keepdim).indices for L in (lw, torch))
            assert ours.tolist() == theirs.tolist()
            assert ours.dtype == np.int64


def test_sum_over_a_dimension_of_size_zero_is_zero():
    check(lambda L, x: x.sum(1), np.zeros((2, 0)))


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (2, 3, 4)], ids=str)
def test_max_and_mean_of_everything(shape):
    check(lambda L, x: x.max(), *draw(shape))
    check(lambda L, x: L.max(x), *spread(shape))
    check(lambda L, x: x.mean(), *draw(shape))


TIES = np.array([[1.0, 1.0, 0.0], [2.0, 2.0, 2.0]])


def test_ties_share_the_gradient_as_in_torch():
    check(lambda L, x: x.max(), TIES, differences=False)
    check(lambda L, x: x.max(dim=1).values, TIES, differences=False)
    check(lambda L, x: L.maximum(x, L.tensor([1.0, 2.0, 2.0], dtype=x.dtype)), TIES, differences=False)
    check(lambda L, x: L.minimum(x, L.tensor([1.0, 2.0, 2.0], dtype=x.dtype)), TIES, differences=False)


def test_kinks_and_limits_as_in_torch():
    zeros = np.array([-1.0, 0.0, 1.0])
    check(lambda L, x: x.abs(), zeros, differences=False)
    check(lambda L, x: x.relu(), zeros, differences=False)
    check(lambda L, x: x**0, zeros)
    check(lambda L, x: x**1, zeros)
    check(lambda L, x: x**2, zeros)
    check(lambda L, a, b: a**b, np.array([0.0, 0.0, 2.0]), np.array([0.0, 2.0, 0.0]), differences=False)
    check(lambda L, x: x.sigmoid(), np.array([-80.0, -40.0, -20.0, 20.0, 80.0]))
    check(lambda L, x: x.tanh(), np.array([-40.0, -20.0, 20.0, 40.0]))


@pytest.mark.parametrize("x", [-1e4, 1e4])
def test_extreme_numbers_give_no_warning(x, recwarn):
    tensor = lw.tensor([x], requires_grad=True)
    for f in (lw.sigmoid, lw.tanh, lw.relu):
        y = f(tensor)
        y.backward()
        assert y.item() in (0, -1, 1, 1e4)
    assert not recwarn.list


REARRANGEMENTS = {
    "reshape": ((2, 6), lambda L, x: x.reshape(3, 4)),
    "reshape by tuple": ((2, 6), lambda L, x: x.reshape((3, -1))),
    "reshape function": ((2, 6), lambda L, x: L.reshape(x, (3, 4))),
    "reshape to nothing": ((1, 1), lambda L, x: x.reshape(())),
    "reshape of nothing": ((0, 3), lambda L, x: x.reshape(3, 0, 2)),
    "view": ((2, 6), lambda L, x: x.view(3, 4)),
    "transpose": ((2, 3, 4), lambda L, x: x.transpose(0, 2)),
    "transpose from behind": ((2, 3, 4), lambda L, x: L.transpose(x, -1, -2)),
    "transpose of a number": ((), lambda L, x: x.transpose(0, -1)),
    "permute": ((2, 3, 4), lambda L, x: x.permute(2, 0, 1)),
    "permute by tuple": ((2, 3, 4), lambda L, x: L.permute(x, (1, -1, 0))),
    "T": ((2, 3), lambda L, x: x.T),
    "row": ((3, 4), lambda L, x: x[1]),
    "last row": ((3, 4), lambda L, x: x[-1]),
    "element": ((3, 4), lambda L, x: x[1, 2]),
    "slice": ((5, 4), lambda L, x: x[1:4:2, :3]),
    "empty slice": ((5, 4), lambda L, x: x[3:3]),
    "ellipsis": ((2, 3, 4), lambda L, x: x[..., 0]),
    "new dimensions": ((2, 3), lambda L, x: x[:, None, :, None]),
    "list": ((4, 3), lambda L, x: x[[0, 2]]),
    "list with repeats": ((4, 3), lambda L, x: x[[1, 1, 3, 1]]),
    "tensor of positions": ((4, 3), lambda L, x: x[L.tensor([[0, 1], [1, 1]])]),
    "pairs of positions": ((4, 3), lambda L, x: x[L.tensor([0, 2, 2]), L.tensor([1, 0, 0])]),
    "positions and a slice": ((4, 3), lambda L, x: x[:, L.tensor([0, 0, 2])]),
    "mask": ((4, 3), lambda L, x: x[x > 0.3]),
    "mask of rows": ((4, 3), lambda L, x: x[L.tensor([True, False, True, False])]),
}


@pytest.mark.parametrize("name", REARRANGEMENTS)
def test_rearrangements(name):
    shape, f = REARRANGEMENTS[name]
    check(f, *draw(shape))
    if name != "view":
        check(f, *spread(shape))


JOINS = [(((2, 3), (1, 3)), 0), (((2, 3), (2, 4), (2, 1)), 1), (((3,), (0,)), 0), (((2, 3), (2, 3)), -1)]


@pytest.mark.parametrize(("shapes", "dim"), JOINS, ids=str)
def test_cat(shapes, dim):
    check(lambda L, *xs: L.cat(xs, dim), *draw(*shapes))
    check(lambda L, *xs: L.cat(list(xs), dim=dim), *spread(*shapes))


@pytest.mark.parametrize("dim", [0, 1, -1, -2])
def test_stack(dim):
    check(lambda L, *xs: L.stack(xs, dim), *draw((2, 3), (2, 3), (2, 3)))
    check(lambda L, x: L.stack([x, x * 2], dim=dim), *spread((2, 3)))


def test_heaviside_is_torchs_and_has_no_gradient():
    for values in (0.0, 0.5, 1.0):
        z = np.array([-2.0, -0.0, 0.0, 1e-300, 3.0, np.inf, -np.inf, np.nan])
        ours = lw.heaviside(lw.tensor(z, requires_grad=True), values)
        theirs = torch.heaviside(torch.tensor(z), torch.tensor(values, dtype=torch.float64))
        assert ours.tolist() == theirs.tolist()
        assert ours.dtype == np.float64
        assert not ours.requires_grad
    assert lw.heaviside(lw.tensor([0.0, 0.0]), lw.tensor([0.25, 0.75])).tolist() == [0.25, 0.75]
    assert lw.tensor([-1, 0, 1]).heaviside(values=lw.tensor(1)).tolist() == [0, 1, 1]


def test_comparisons():
    a, b = np.array([[1.0, 2.0, 3.0]]), np.array([[2.0], [3.0]])
    for compare in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
        for other in (b, 2, 2.5):
            ours, theirs = (
                getattr(L.tensor(a), compare)(L.tensor(other) if other is b else other) for L in (lw, torch)
            )
            assert ours.tolist() == theirs.tolist()
            assert ours.dtype == np.bool_
            assert not ours.requires_grad
    assert (lw.tensor(a) == None) is False  # noqa: E711
    assert (lw.tensor(a) != "a") is True


DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool"]


@pytest.mark.parametrize("ndim_b", [0, 1, None], ids=["number's tensor", "vector", "Python's number"])
@pytest.mark.parametrize("ndim_a", [0, 1])
@pytest.mark.parametrize("b", DTYPES)
@pytest.mark.parametrize("a", DTYPES)
def test_number_formats_of_results_are_torchs(a, b, ndim_a, ndim_b):
    number = {"f": 2.5, "i": 2, "u": 2, "b": True}[np.dtype(b).kind]
    results = []
    for L in (lw, torch):
        x = L.tensor(np.ones((2,) * ndim_a, a))
        y = number if ndim_b is None else L.tensor(np.full((2,) * ndim_b, number, b))
        results.append([str(z.dtype).removeprefix("torch.") for z in (L.mul(x, y), y * x, L.div(x, y))])
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "sigmoid"])
def test_integers_become_float32(name):
    ours, theirs = (getattr(L, name)(L.tensor([1, 2, 3])) for L in (lw, torch))
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


def test_integer_reductions_are_torchs():
    for dtype in ("int32", "uint8", "bool"):
        x = np.ones((2, 3), dtype)
        assert lw.tensor(x).sum().tolist() == torch.tensor(x).sum().tolist() == 6
        assert lw.tensor(x).sum(0).dtype == np.int64


def test_gradients_of_both_number_formats_come_back_in_their_own():
    results = []
    for L in (lw, torch):
        a = L.tensor([1.0, 2.0], dtype=L.float32, requires_grad=True)
        b = L.tensor([3.0, 4.0], dtype=L.float64, requires_grad=True)
        (a * b).sum().backward()
        results.append([(str(x.grad.dtype).removeprefix("torch."), x.grad.tolist()) for x in (a, b)])
    assert results[0] == results[1] == [("float32", [3.0, 4.0]), ("float64", [1.0, 2.0])]


def test_arrays_and_tensors_mix():
    array, x = np.array([1.0, 2.0]), lw.tensor([3.0, 4.0], dtype=lw.float64)
    for y in (array + x, x + array):
        assert isinstance(y, lw.Tensor)
        assert y.tolist() == [4.0, 6.0]
    assert (array @ x).item() == 11.0
    assert (array < x).tolist() == [True, True]
    assert (np.float64(2.0) * x).tolist() == [6.0, 8.0]


# --- errors: the same exceptions as torch's, with the shapes or names in the message

x23 = np.ones((2, 3))
ERRORS = {
    "add": (lambda L: L.tensor(x23) + L.tensor(np.ones(4)), r"\(2, 3\) and \(4,\)"),
    "negative power of integers": (lambda L: L.tensor([2, 3]) ** -1, "negative integer power"),
    "matmul": (lambda L: L.tensor(x23) @ L.tensor(x23), r"\(2, 3\).*\(2, 3\).*\(\.\.\., k, m\)"),
    "matmul formats": (lambda L: L.tensor(x23) @ L.tensor(np.ones((3, 2), "float32")), "float64.*float32"),
    "matmul of a list": (lambda L: L.tensor(x23) @ [1.0, 2.0, 3.0], "list"),
    "where": (lambda L: L.where(L.tensor(x23), L.tensor(x23), L.tensor(x23)), "truth values, got .* float64"),
    "mean of integers": (lambda L: L.tensor([1, 2]).mean(), "floating-point, got int64"),
    "max of nothing": (lambda L: L.tensor(np.ones((0, 3))).max(), r"\(0, 3\)"),
    "max along nothing": (lambda L: L.tensor(np.ones((0, 3))).max(dim=0), r"\(0, 3\)"),
    "max over dims": (lambda L: L.tensor(x23).max(dim=(0, 1)), "dim must be an integer, got tuple"),
    "sum dim": (lambda L: L.tensor(x23).sum(dim=2), "between -2 and 1, got 2"),
    "sum dims": (lambda L: L.tensor(x23).sum(dim=(0, -2)), "twice"),
    "reshape": (lambda L: L.tensor(x23).reshape(4, -1), r"\(2, 3\).*\(4, -1\)"),
    "view": (lambda L: L.tensor(x23).transpose(0, 1).view(6), "reshape"),
    "permute": (lambda L: L.tensor(x23).permute(0, 0), "twice"),
    "permute too few": (lambda L: L.tensor(x23).permute(0), "2 dimensions"),
    "transpose": (lambda L: L.tensor(x23).transpose(0, 2), "got 2"),
    "index": (lambda L: L.tensor(x23)[2], "out of bounds"),
    "float index": (lambda L: L.tensor(x23)[1.5], "only integers"),
    "cat": (lambda L: L.cat([L.tensor(x23), L.tensor(np.ones((2, 2)))]), r"\(2, 3\), \(2, 2\)"),
    "stack": (lambda L: L.stack([L.tensor(x23), L.tensor(np.ones((2, 2)))]), r"\(2, 3\), \(2, 2\)"),
    "stack of nothing": (lambda L: L.stack([]), "empty"),
    "exp of an array": (lambda L: L.exp(x23), "ndarray"),
    "add a string": (lambda L: L.tensor(x23) + "a", "str"),
    "linear": (lambda L: L.nn.functional.linear(*map(L.tensor, (x23, x23.T))), r"\(2, 3\).*\(3, 2\)"),
    "linear's bias": (
        lambda L: L.nn.functional.linear(*map(L.tensor, (x23, x23, np.ones(3)))),
        r"bias has shape \(3,\), expected \(2,\)",
    ),
    "linear of an array": (lambda L: L.nn.functional.linear(x23, L.tensor(x23)), "input must be.*ndarray"),
    "linear formats": (
        lambda L: L.nn.functional.linear(L.tensor(x23), L.tensor(x23.astype("float32"))),
        "input is float64 and weight is float32",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)
