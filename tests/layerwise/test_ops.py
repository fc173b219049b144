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
    "sin": lambda L, x: L.sin(x),
    "cos": lambda L, x: x.cos(),
    "expm1": lambda L, x: L.expm1(x),
    "square by name": lambda L, x: L.square(x),
    "clamp": lambda L, x: L.clamp(x, -0.503, 1.001),
    "clamp below": lambda L, x: x.clamp(min=0.501),
    "clamp above": lambda L, x: x.clamp(max=0.501),
    "sign": lambda L, x: L.sign(x) * x,
    "floor": lambda L, x: L.floor(x) * x,
    "ceil": lambda L, x: x.ceil() * x,
    "round": lambda L, x: L.round(x) * x,
    "clone": lambda L, x: x.clone() * x,
    "contiguous": lambda L, x: x.contiguous() * x,
    "masked_fill": lambda L, x: L.masked_fill(x, x > 0.5, -3.0),
    "masked_fill by a mask that broadcasts": lambda L, x: x.masked_fill(L.tensor(True), 2.0),
    "where by method": lambda L, x: x.where(x > 0.5, x * 2),
    "norm": lambda L, x: L.norm(x + 3),
    "1-norm": lambda L, x: x.norm(p=1),
    "3-norm": lambda L, x: x.norm(3.0),
    "linalg.norm": lambda L, x: L.linalg.vector_norm(x, 1.5),
    "flatten": lambda L, x: L.flatten(x),
    "squeeze": lambda L, x: L.squeeze(x),
    "unsqueeze": lambda L, x: x.unsqueeze(0).unsqueeze(-1),
    "everything flipped": lambda L, x: x.flip(tuple(range(x.ndim))),
    "roll": lambda L, x: L.roll(x, 2),
    "repeat": lambda L, x: x.repeat(2, *(1,) * x.ndim),
    "methods of two": lambda L, x: x.add(1).sub(0.5).mul(x).div(2).pow(2).maximum(x).minimum(x + 1),
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
    "log1p": lambda L, x: L.log1p(x),
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


BY_DIM = {
    "var": lambda L, x, dim, keepdim: L.var(x, dim, keepdim=keepdim),
    "var, biased": lambda L, x, dim, keepdim: x.var(dim, correction=0, keepdim=keepdim),
    "var, unbiased": lambda L, x, dim, keepdim: x.var(dim, False, keepdim),
    "std": lambda L, x, dim, keepdim: L.std(x, dim=dim, keepdim=keepdim),
    "std, biased": lambda L, x, dim, keepdim: x.std(dim, correction=0, keepdim=keepdim),
    "logsumexp": lambda L, x, dim, keepdim: L.logsumexp(x, dim, keepdim),
    "norm": lambda L, x, dim, keepdim: x.norm(2, dim, keepdim),
    "1-norm": lambda L, x, dim, keepdim: L.norm(x, 1, dim, keepdim),
    "inf-norm": lambda L, x, dim, keepdim: L.linalg.vector_norm(x, float("inf"), dim, keepdim),
    "-inf-norm": lambda L, x, dim, keepdim: L.linalg.vector_norm(x, -float("inf"), dim, keepdim),
    "0-norm": lambda L, x, dim, keepdim: L.linalg.vector_norm(x, 0, dim, keepdim) * x.sum(),
}


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize(("shape", "dim"), REDUCTIONS[:5], ids=str)
@pytest.mark.parametrize("name", BY_DIM)
def test_more_reductions(name, shape, dim, keepdim):
    if dim is None and name == "logsumexp":
        dim = (0, 1, 2)
    check(lambda L, x: BY_DIM[name](L, x, dim, keepdim), *draw(shape))
    check(lambda L, x: BY_DIM[name](L, x, dim, keepdim), *spread(shape))


@pytest.mark.parametrize("shape", [(1,), (2, 1), (0, 3), (3, 0)], ids=str)
def test_reductions_of_little(shape, recwarn):
    for correction in (0, 1):
        values = [L.var(L.tensor(np.ones(shape)), dim=0, correction=correction).tolist() for L in (lw, torch)]
        np.testing.assert_equal(*values)
    values = [L.logsumexp(L.tensor(np.ones(shape)), dim=-1).tolist() for L in (lw, torch)]
    np.testing.assert_allclose(*values)
    values = [L.prod(L.tensor(np.ones(shape)), dim=-1).tolist() for L in (lw, torch)]
    assert values[0] == values[1]


ALONG = {
    "prod": lambda L, x, dim: L.prod(x, dim),
    "prod, kept": lambda L, x, dim: x.prod(dim, keepdim=True),
    "cumsum": lambda L, x, dim: L.cumsum(x, dim),
    "min": lambda L, x, dim: L.min(x, dim).values,
    "min, kept": lambda L, x, dim: x.min(dim=dim, keepdim=True)[0],
    "sort": lambda L, x, dim: L.sort(x, dim)[0],
    "sort, descending": lambda L, x, dim: x.sort(dim, descending=True).values,
    "topk": lambda L, x, dim: L.topk(x, min(1, x.shape[dim] if x.ndim else 1), dim).values,
    "topk, smallest": lambda L, x, dim: x.topk(1, dim=dim, largest=False)[0],
    "softmax": lambda L, x, dim: L.softmax(x, dim),
    "log_softmax": lambda L, x, dim: x.log_softmax(dim),
    "functional softmax": lambda L, x, dim: L.nn.functional.softmax(x, dim=dim),
    "flip": lambda L, x, dim: L.flip(x, (dim,)),
    "unbind": lambda L, x, dim: L.unbind(x, dim)[0] * 2 if x.ndim else x,
    "roll": lambda L, x, dim: x.roll(2, dim) if x.ndim else x,
    "repeat_interleave": lambda L, x, dim: x.repeat_interleave(2, dim) if x.ndim else x,
    "chunk": lambda L, x, dim: L.cat(x.chunk(2, dim)[::-1], dim) if x.ndim else x,
    "unsqueeze": lambda L, x, dim: L.unsqueeze(x, dim),
    "squeeze": lambda L, x, dim: L.squeeze(x.unsqueeze(dim), dim),
}


@pytest.mark.parametrize(("shape", "dim"), [*REDUCTIONS[:2], *REDUCTIONS[5:9]], ids=str)
@pytest.mark.parametrize("name", ALONG)
def test_along_a_dimension(name, shape, dim):
    if name == "flip" and not shape:
        return
    check(lambda L, x: ALONG[name](L, x, dim), *draw(shape))
    check(lambda L, x: ALONG[name](L, x, dim), *spread(shape))


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "cumsum", "sort", "flip"])
@pytest.mark.parametrize(("shape", "dim"), [((0, 3), 0), ((0, 3), 1), ((2, 0, 3), 1)], ids=str)
def test_along_a_dimension_of_nothing(name, shape, dim):
    check(lambda L, x: ALONG[name](L, x, dim), *draw(shape))


def test_products_with_zeros():
    """dy y / x would divide by them."""
    for zeros in ([1], [1, 2], [0, 1, 2, 3]):
        (x,) = draw((2, 4))
        x[:, zeros] = 0
        check(lambda L, x: L.prod(x, 1), x)
        check(lambda L, x: x.prod(), x)


def test_minimum_and_product_of_everything():
    for shape in ((), (1,), (2, 3)):
        check(lambda L, x: x.min(), *draw(shape))
        check(lambda L, x: x.prod(), *draw(shape))
        check(lambda L, x: L.max(x) - L.min(x), *spread(shape), differences=shape == (2, 3))


def test_where_the_extremes_are():
    x = draw((3, 4, 5))[0].round(1)
    for f in ("argmax", "argmin"):
        for dim in (None, 0, 1, -1):
            for keepdim in (False, True):
                ours, theirs = (getattr(L, f)(L.tensor(x), dim=dim, keepdim=keepdim) for L in (lw, torch))
                assert ours.tolist() == theirs.tolist()
                assert ours.dtype == np.int64
    for dim, descending in ((0, False), (-1, True)):
        x = draw((4, 5))[0]
        ours, theirs = (L.sort(L.tensor(x), dim, descending).indices.tolist() for L in (lw, torch))
        assert ours == theirs
        assert lw.argsort(lw.tensor(x), dim, descending).tolist() == ours
    assert lw.sort(lw.tensor([2, 1, 2, 1]), descending=True).indices.tolist() == [0, 2, 1, 3]
    ours, theirs = (L.topk(L.tensor(x), 2, dim=0).indices.tolist() for L in (lw, torch))
    assert ours == theirs


def test_any_and_all():
    x = np.array([[0, 1], [1, 1], [0, 0]])
    for dtype in ("bool", "int64", "float32"):
        for dim in (None, 0, 1):
            for f in ("any", "all"):
                ours, theirs = (
                    getattr(L.tensor(x.astype(dtype)), f)(*[dim] * (dim is not None)) for L in (lw, torch)
                )
                assert ours.tolist() == theirs.tolist()
                assert ours.dtype == np.bool_


EXTREME = [
    [1e4, -1e4, 0.0],
    [-1e4, -1e4, -1e4],
    [1e4, 1e4, 1e4],
    [-np.inf, 0.0, 1.0],
    [np.inf, 0.0, 1.0],
    [-np.inf, -np.inf, -np.inf],
    [np.nan, 0.0, 1.0],
]


@pytest.mark.parametrize("numbers", EXTREME, ids=str)
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_softmax_of_extreme_numbers(name, numbers, recwarn):
    results = []
    for L in (lw, torch):
        x = L.tensor([numbers, [0.0, 1.0, 2.0]], dtype=L.float64, requires_grad=True)
        y = getattr(L, name)(x, dim=1)
        (
            y * L.arange(1.0, 7.0).double().reshape(2, 3)[..., : y.numel() // 2].reshape(y.shape)
        ).sum().backward()
        results.append((y.tolist(), x.grad.tolist()))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-12)
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-12, atol=1e-15)
    assert not [w for w in recwarn.list if "layerwise" in str(w.filename)]


@pytest.mark.parametrize(("shape", "dim"), [((5, 7), 1), ((5, 7), 0), ((2, 3, 4), -2), ((1, 1), 0)], ids=str)
def test_softmax_is_its_composition(shape, dim):
    composed = {
        "softmax": lambda x: x.exp() / x.exp().sum(dim, keepdim=True),
        "log_softmax": lambda x: x - x.exp().sum(dim, keepdim=True).log(),
        "logsumexp": lambda x: x.exp().sum(dim).log(),
        "var": lambda x: ((x - x.mean(dim, keepdim=True)) ** 2).mean(dim),
    }
    fused = {name: lambda x, name=name: getattr(lw, name)(x, dim) for name in composed}
    fused["var"] = lambda x: lw.var(x, dim, correction=0)
    for name in composed:
        results = []
        for f in (fused[name], composed[name]):
            x = lw.tensor(draw(shape)[0], requires_grad=True)
            y = f(x)
            (y * y).sum().backward()
            results.append([y.detach().numpy(), x.grad.numpy()])
        for a, b in zip(*results, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13)


def test_the_variance_keeps_its_digits_far_from_zero():
    shifted = draw((3, 50))[0] + 1e6
    np.testing.assert_allclose(*(L.tensor(shifted).var(1).tolist() for L in (lw, torch)), rtol=1e-9)
    x = lw.tensor(draw((1000,))[0].astype("float32") + np.float32(1e4))
    np.testing.assert_allclose(x.var().item(), np.var(x.data.astype("float64"), ddof=1), rtol=1e-5)


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


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("x", [-1e4, 1e4])
def test_extreme_numbers_give_no_warning(x):
    tensor = lw.tensor([x], requires_grad=True)
    for f in (lw.sigmoid, lw.tanh, lw.relu):
        y = f(tensor)
        y.backward()
        assert y.item() in (0, -1, 1, 1e4)


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


MORE_REARRANGEMENTS = {
    "flatten some": ((2, 3, 4), lambda L, x: x.flatten(1)),
    "flatten others": ((2, 3, 4), lambda L, x: L.flatten(x, 0, 1)),
    "unflatten": ((2, 6), lambda L, x: x.unflatten(1, (2, -1))),
    "unflatten all given": ((6,), lambda L, x: x.unflatten(0, (3, 2))),
    "squeeze several": ((1, 3, 1, 1), lambda L, x: L.squeeze(x, (0, 2))),
    "squeeze what is wider": ((2, 3), lambda L, x: x.squeeze(0)),
    "expand": ((3, 1), lambda L, x: x.expand(2, -1, 4)),
    "expand by tuple": ((1,), lambda L, x: x.expand((2, 3))),
    "expand to nothing": ((1, 3), lambda L, x: x.expand(0, 3)),
    "expand_as": ((1, 3), lambda L, x: x.expand_as(L.zeros(4, 3))),
    "broadcast_to": ((3,), lambda L, x: L.broadcast_to(x, (2, 3))),
    "movedim": ((2, 3, 4), lambda L, x: L.movedim(x, 0, -1)),
    "movedim several": ((2, 3, 4), lambda L, x: x.movedim((0, 1), (2, 0))),
    "mT": ((2, 3, 4), lambda L, x: x.mT),
    "t": ((2, 3), lambda L, x: x.t()),
    "flip two": ((2, 3, 4), lambda L, x: x.flip(0, -1)),
    "roll two": ((3, 4), lambda L, x: L.roll(x, (1, -2), (0, 1))),
    "roll back": ((3, 4), lambda L, x: x.roll(-1, 1)),
    "tril": ((3, 4), lambda L, x: L.tril(x)),
    "tril above": ((2, 3, 4), lambda L, x: x.tril(1)),
    "triu": ((4, 3), lambda L, x: L.triu(x, diagonal=-1)),
    "repeat": ((2, 3), lambda L, x: x.repeat(2, 1, 3)),
    "repeat by tuple": ((2,), lambda L, x: x.repeat((3,))),
    "repeat zero times": ((2, 3), lambda L, x: x.repeat(2, 0)),
    "tile": ((2, 3), lambda L, x: L.tile(x, (2,))),
    "tile further": ((3,), lambda L, x: x.tile(2, 2)),
    "repeat_interleave": ((2, 3), lambda L, x: L.repeat_interleave(x, 3, dim=1)),
    "repeat_interleave flat": ((2, 3), lambda L, x: x.repeat_interleave(2)),
    "repeat_interleave each": ((2, 3), lambda L, x: x.repeat_interleave(L.tensor([2, 0, 1]), 1)),
    "index_select": ((3, 4), lambda L, x: L.index_select(x, 1, L.tensor([3, 0, 0]))),
    "gather": ((3, 4), lambda L, x: L.gather(x, 1, L.tensor([[0, 0], [3, 1]]))),
    "gather rows": ((3, 4), lambda L, x: x.gather(0, L.tensor([[0, 2, 1, 1], [2, 2, 0, 1]]))),
    "gather in three": ((2, 3, 2), lambda L, x: x.gather(-2, L.tensor([[[2, 1]], [[0, 0]]]))),
    "gather nothing": ((3, 4), lambda L, x: x.gather(1, L.zeros(3, 0).long())),
    "split": ((5, 2), lambda L, x: L.cat(L.split(x, 2)[::-1])),
    "split in parts": ((2, 5), lambda L, x: L.cat([y * y for y in x.split([1, 3, 1], dim=1)], 1)),
    "split, one part used": ((2, 5), lambda L, x: L.split(x, [2, 0, 3], dim=-1)[2]),
    "chunk": ((5, 2), lambda L, x: L.chunk(x, 3)[1] + L.chunk(x, 3)[0]),
    "more chunks than rows": ((2, 2), lambda L, x: L.stack(x.chunk(5))),
    "unbind": ((3, 2), lambda L, x: L.stack([y * k for k, y in enumerate(x.unbind())])),
    "unbind, some used": ((2, 3), lambda L, x: x.unbind(1)[2] * x.unbind(1)[0]),
    "iteration": ((3, 2), lambda L, x: sum(k * row for k, row in enumerate(x))),
}


@pytest.mark.parametrize("name", MORE_REARRANGEMENTS)
def test_more_rearrangements(name):
    shape, f = MORE_REARRANGEMENTS[name]
    check(f, *draw(shape))
    check(f, *spread(shape))


def test_scatter_add():
    index = np.array([[0, 1, 1], [2, 2, 2]])
    check(lambda L, x, s: x.scatter_add(1, L.tensor(index), s), *draw((2, 3), (2, 3)))
    check(lambda L, x, s: L.scatter_add(x, 0, L.tensor(index[:1]), s), *spread((3, 4), (1, 3)))
    check(
        lambda L, x, s: x.scatter_add(1, L.tensor(index), s.detach()) + 0 * s,
        *draw((2, 3), (2, 3)),
        differences=False,
    )


def test_many_repeated_positions_add_up_exactly():
    """The sum over repeats is taken in float64, also for float32."""
    index = np.zeros(100_000, "int64")
    x = lw.tensor([1.0], requires_grad=True)
    (x[lw.tensor(index)] * 0.1).sum().backward()
    assert x.grad.item() == pytest.approx(1e4, rel=1e-7)


EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bhid,bhjd->bhij", (2, 3, 4, 2), (2, 3, 5, 2)),
    ("i,j->ij", (2,), (3,)),
    ("i,i->", (3,), (3,)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ij,kj->k", (2, 3), (4, 3)),
    ("ii->", (3, 3)),
    ("ii->i", (3, 3)),
    ("ii,i->i", (3, 3), (3,)),
    ("iij->j", (2, 2, 3)),
    ("ba", (2, 3)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("...ij,...jk->...ik", (2, 5, 2, 3), (5, 3, 4)),
    ("...i->...", (2, 3, 4)),
    ("i...,i...->...", (3, 2), (3, 2)),
    ("...ij,jk", (5, 2, 3), (3, 4)),
    ("ij,ij->ij", (2, 3), (1, 3)),
    ("ij,jk->ik", (0, 3), (3, 4)),
    ("ij,jk->ik", (2, 0), (0, 4)),
    (" i j , j -> i ", (2, 3), (3,)),
]


@pytest.mark.parametrize("case", EINSUMS, ids=str)
def test_einsum(case):
    equation, *shapes = case
    check(lambda L, *xs: L.einsum(equation, *xs), *draw(*shapes))
    check(lambda L, *xs: L.einsum(equation, xs if L is lw else list(xs)), *spread(*shapes))


def test_products():
    check(lambda L, a, b: L.outer(a, b), *draw((3,), (4,)))
    check(lambda L, a, b: a.mm(b), *spread((2, 3), (3, 4)))
    check(lambda L, a, b: L.bmm(a, b), *spread((5, 2, 3), (5, 3, 4)))
    check(lambda L, a, b: a.dot(b), *draw((3,), (3,)))


def test_the_gradient_of_a_length_of_nothing_is_nothing():
    for p in (1, 2, 3.0, float("inf")):
        check(lambda L, x, p=p: L.linalg.vector_norm(x, p), np.zeros(3), differences=False)
    check(lambda L, x: x.norm(dim=1), np.array([[0.0, 0.0], [3.0, 4.0]]), differences=False)
    check(lambda L, x: x.std(1), np.array([[1.0, 1.0], [3.0, 4.0]]), differences=False)


JOINS = [(((2, 3), (1, 3)), 0), (((2, 3), (2, 4), (2, 1)), 1), (((3,), (0,)), 0), (((2, 3), (2, 3)), -1)]


@pytest.mark.parametrize(("shapes", "dim"), JOINS, ids=str)
def test_cat(shapes, dim):
    check(lambda L, *xs: L.cat(xs, dim), *draw(*shapes))
    check(lambda L, *xs: L.cat(list(xs), dim=dim), *spread(*shapes))


@pytest.mark.parametrize("dim", [0, 1, -1, -2])
def test_stack(dim):
    check(lambda L, *xs: L.stack(xs, dim), *draw((2, 3), (2, 3), (2, 3)))
    check(lambda L, x: L.stack([x, x * 2], dim=dim), *spread((2, 3)))


def test_linalg_norm_of_matrices():
    check(lambda L, x: L.linalg.norm(x), *draw((2, 3)))
    check(lambda L, x: L.linalg.norm(x, "fro"), *draw((2, 3)))
    check(lambda L, x: L.linalg.norm(x, 3.0, dim=1), *draw((2, 3)))
    check(lambda L, x: L.linalg.norm(x, dim=(0, 2)), *draw((2, 3, 4)))


def test_logic_and_tests():
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    for x, y in ((a, b), (a.astype("int64") * 6, b.astype("int64") * 3)):
        results = []
        for L in (lw, torch):
            p, q = L.tensor(x), L.tensor(y)
            results.append(
                [(p & q).tolist(), (p | q).tolist(), (p ^ q).tolist(), (~p).tolist(), (p & 1).tolist()]
            )
        assert results[0] == results[1]
    numbers = [1.0, np.nan, np.inf, -np.inf]
    for f in ("isnan", "isfinite"):
        assert (
            getattr(lw, f)(lw.tensor(numbers)).tolist() == getattr(torch, f)(torch.tensor(numbers)).tolist()
        )
    for equal_nan in (False, True):
        ours, theirs = (
            L.isclose(
                L.tensor(numbers), L.tensor([1.00001, np.nan, np.inf, 3.0]), equal_nan=equal_nan
            ).tolist()
            for L in (lw, torch)
        )
        assert ours == theirs
    x = lw.tensor([1.0, 2.0])
    assert x.allclose(x + 1e-9)
    assert not lw.allclose(x, x + 1e-3)
    assert lw.equal(x, x.clone())
    assert not x.equal(lw.tensor([[1.0, 2.0]]))


def test_one_hot():
    for labels, n in (([0, 2, 1], -1), ([0, 2, 1], 5), ([[1], [0]], 2), (2, -1)):
        ours, theirs = (L.nn.functional.one_hot(L.tensor(labels), n) for L in (lw, torch))
        assert ours.tolist() == theirs.tolist()
        assert ours.dtype == np.int64
    assert lw.nn.functional.one_hot(lw.tensor([], dtype=lw.int64), 3).shape == (0, 3)


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
    "linear of an array": (lambda L: L.nn.functional.linear(x23, L.tensor(x23)), "input.* must be.*ndarray"),
    "linear formats": (
        lambda L: L.nn.functional.linear(L.tensor(x23), L.tensor(x23.astype("float32"))),
        "input is float64 and weight is float32",
    ),
    "and of floats": (lambda L: L.tensor(x23) & L.tensor(x23), "bitwise_and.*tensor of float64"),
    "not of floats": (lambda L: ~L.tensor(x23), "float64"),
    "clamp": (lambda L: L.clamp(L.tensor(x23)), "min or max"),
    "clamp by a string": (lambda L: L.clamp(L.tensor(x23), "a"), "min must be a number, got str"),
    "masked_fill": (lambda L: L.tensor(x23).masked_fill(L.tensor(x23), 0.0), "truth values"),
    "isclose": (lambda L: L.isclose(L.tensor(x23), L.tensor([1, 2, 3])), "float64 and other is int64"),
    "var of integers": (lambda L: L.tensor([1, 2]).var(), r"var\(\): input must be floating-point"),
    "softmax dim": (lambda L: L.softmax(L.tensor(x23), 2), "between -2 and 1, got 2"),
    "softmax over dims": (lambda L: L.softmax(L.tensor(x23), (0, 1)), "dim must be an integer, got tuple"),
    "min of nothing": (lambda L: L.tensor(np.ones((0, 3))).min(), "no minimum"),
    "argmax of nothing": (lambda L: L.tensor(np.ones((0, 3))).argmax(), r"\(0, 3\) has no elements"),
    "argmin along nothing": (lambda L: L.tensor(np.ones((0, 3))).argmin(0), r"\(0, 3\) has no elements"),
    "topk": (lambda L: L.tensor(x23).topk(4), "between 0 and 3, the size of dimension 1, got 4"),
    "norm": (lambda L: L.norm(L.tensor([1, 2])), "floating-point, got int64"),
    "unflatten": (lambda L: L.tensor(x23).unflatten(1, (2, 2)), r"size 3 cannot be split into \(2, 2\)"),
    "unflatten unclear": (lambda L: L.tensor(x23).unflatten(1, (-1, -1)), r"\(-1, -1\)"),
    "flatten": (lambda L: L.tensor(x23).flatten(1, 0), "start_dim is 1"),
    "expand": (lambda L: L.tensor(x23).expand(4, 3), r"\(2, 3\) cannot be repeated to \(4, 3\)"),
    "expand to fewer": (lambda L: L.tensor(x23).expand(3), r"\(2, 3\) cannot be repeated to \(3,\)"),
    "movedim": (lambda L: L.movedim(L.tensor(x23), (0,), (0, 1)), "equally many"),
    "roll": (lambda L: L.roll(L.tensor(x23), (1, 2), (0,)), "equally many"),
    "tril": (lambda L: L.tril(L.tensor([1.0])), r"at least 2 dimensions, got shape \(1,\)"),
    "repeat": (lambda L: L.tensor(x23).repeat(2), "a number for each dimension"),
    "repeat_interleave": (
        lambda L: L.tensor(x23).repeat_interleave(L.tensor([1, 2]), 1),
        r"or 3, got \[1, 2\]",
    ),
    "index_select": (lambda L: L.index_select(L.tensor(x23), 0, L.tensor([5])), "out of bounds"),
    "index_select by floats": (
        lambda L: L.index_select(L.tensor(x23), 0, L.tensor([1.0])),
        "vector of integers",
    ),
    "gather": (lambda L: L.tensor(x23).gather(1, L.tensor([[3]])), "between 0 and 2, got 3 to 3"),
    "gather by floats": (
        lambda L: L.tensor(x23).gather(1, L.tensor([[1.0]])),
        "int64, got a tensor of float32",
    ),
    "gather dims": (
        lambda L: L.tensor(x23).gather(1, L.tensor([1])),
        r"\(1,\), reaches out of input, \(2, 3\)",
    ),
    "gather rows": (lambda L: L.tensor(x23).gather(1, L.tensor([[0], [0], [0]])), "elsewhere than along 1"),
    "scatter_add formats": (
        lambda L: L.tensor(x23).scatter_add(1, L.tensor([[0]]), L.tensor([[1.0]])),
        "input is float64 and src is float32",
    ),
    "scatter_add": (
        lambda L: L.tensor(x23).scatter_add(1, L.tensor([[0, 1]]), L.tensor(x23[:1, :1])),
        r"\(1, 2\), which is not within src, \(1, 1\)",
    ),
    "split": (
        lambda L: L.split(L.tensor(x23), [1, 1], 1),
        r"\[1, 1\] do not sum to 3, the size of dimension 1",
    ),
    "split by nothing": (lambda L: L.split(L.tensor(x23), 0), "must be positive, got 0"),
    "chunk": (lambda L: L.chunk(L.tensor(x23), 0), "chunks must be positive, got 0"),
    "unbind a number": (lambda L: L.tensor(1.0).unbind(), "single number"),
    "einsum": (lambda L: L.einsum("ij,jk->ik", L.tensor(x23), L.tensor(x23)), r"\(2, 3\), \(2, 3\)"),
    "einsum operands": (lambda L: L.einsum("ij,jk->ik", L.tensor(x23)), "has 2 operands, got 1"),
    "einsum dims": (lambda L: L.einsum("ijk->i", L.tensor(x23)), "operand 0 is 'ijk' and has 2 dimensions"),
    "einsum letters": (lambda L: L.einsum("i1->i", L.tensor(x23)), "must be made of letters"),
    "einsum result": (lambda L: L.einsum("ij->ik", L.tensor(x23)), "letters of operands"),
    "einsum result twice": (lambda L: L.einsum("ij->ii", L.tensor(x23)), "must be different"),
    "outer": (lambda L: L.outer(L.tensor(x23), L.tensor(x23)), "two vectors"),
    "mm": (lambda L: L.mm(L.tensor(x23), L.tensor(x23[0])), r"\(2, 3\) and \(3,\), expected \(n, k\)"),
    "bmm": (lambda L: L.bmm(L.zeros(2, 2, 3), L.zeros(3, 3, 2)), r"expected \(batch, n, k\)"),
    "mT": (lambda L: L.tensor([1.0]).mT, r"\.mT is for matrices"),
    "one_hot": (lambda L: L.nn.functional.one_hot(L.tensor([3]), 2), "class 3 is not between 0 and 1"),
    "one_hot of less": (lambda L: L.nn.functional.one_hot(L.tensor([-1]), 2), "class -1 is not"),
    "one_hot of floats": (lambda L: L.nn.functional.one_hot(L.tensor([1.0])), "int64, got float32"),
    "one_hot of nothing": (lambda L: L.nn.functional.one_hot(L.zeros(0).long()), "num_classes must be given"),
    "linalg.norm": (lambda L: L.linalg.norm(L.zeros(3), "fro"), "'fro' is for matrices"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch)
    with pytest.raises(theirs.type, match=message):
        f(lw)


def test_norms_of_matrices_that_are_left_out():
    with pytest.raises(NotImplementedError, match="only 'fro', got 2"):
        lw.linalg.norm(lw.zeros(2, 2), 2)


def test_einsum_converts_nothing():
    with pytest.raises(RuntimeError, match="different number formats"):
        lw.einsum("i,i", lw.ones(2), lw.ones(2, dtype=lw.float64))
