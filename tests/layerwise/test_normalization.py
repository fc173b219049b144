"""Normalization, as functions and as layers, against torch."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from layerwise.ops import normalization as ops

from .parity import check

SLACK = 5  # sums of many numbers, divided by a standard deviation


def draw(*shape, seed=0, offset=1.0):
    return offset + 2 * np.random.default_rng(seed).standard_normal(shape)


def spread(x):
    """The same numbers with gaps in memory and the order of the dimensions reversed: not contiguous."""
    return np.repeat(np.ascontiguousarray(x.T), 2, axis=0)[::2].T


def channels_last(x):
    """The same numbers, with the channels next to one another in memory: as convolutions leave them."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def parameters(shape, affine):
    """weight and bias, those of them that `affine` names."""
    rng = np.random.default_rng(1)
    both = {"weight": rng.uniform(0.5, 2, shape), "bias": rng.standard_normal(shape)}
    return {name: both[name] for name in affine}


AFFINE = [(), ("weight",), ("bias",), ("weight", "bias")]


# --- over the last dimensions

LAST = [
    ((5, 4), (4,)),
    ((4,), (4,)),
    ((2, 3, 4), (4,)),
    ((2, 3, 4), (3, 4)),
    ((2, 3, 4), (2, 3, 4)),
    ((2, 3, 1), (1,)),
    ((1, 7), (7,)),
    ((0, 4), (4,)),
    ((3, 0), (0,)),
    ((2, 1, 6), (1, 6)),
]


@pytest.mark.parametrize("affine", AFFINE, ids=str)
@pytest.mark.parametrize(("shape", "last"), LAST, ids=str)
def test_layer_norm(shape, last, affine):
    given = parameters(last, affine)

    def f(L, x, *tensors):
        return L.nn.functional.layer_norm(x, last, **dict(zip(given, tensors, strict=True)), eps=1e-3)

    for x in (draw(*shape), spread(draw(*shape))):
        check(f, x, *given.values(), slack=SLACK)


@pytest.mark.parametrize("eps", [None, 1e-3])
@pytest.mark.parametrize("affine", AFFINE[:2], ids=str)
@pytest.mark.parametrize(("shape", "last"), LAST, ids=str)
def test_rms_norm(shape, last, affine, eps):
    given = parameters(last, affine)

    def f(L, x, *tensors):
        return L.nn.functional.rms_norm(x, last, *tensors, eps=eps)

    for x in (draw(*shape), spread(draw(*shape))):
        check(f, x, *given.values(), slack=SLACK)


# --- by channels

IMAGES = [
    (5, 4),
    (6, 4, 3),
    (2, 4, 3, 5),
    (3, 4, 1, 1),
    (1, 4, 2, 3),
    (2, 4, 0, 3),
    (0, 4, 2),
    (2, 4, 2, 3, 2),
]


@pytest.mark.parametrize("affine", AFFINE, ids=str)
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("shape", IMAGES, ids=str)
def test_group_norm(shape, groups, affine):
    given = parameters(
        shape[1:2], affine if 0 not in shape[2:] else ()
    )  # torch's gradients of nothing are nan

    def f(L, x, *tensors):
        named = dict(zip(given, tensors, strict=True))
        if L is torch and affine == ("bias",):  # where torch fails
            named["weight"] = torch.ones(shape[1], dtype=x.dtype)
        return L.nn.functional.group_norm(x, groups, **named, eps=1e-2)

    for x in (draw(*shape), channels_last(draw(*shape)), spread(draw(*shape))):
        check(f, x, *given.values(), slack=SLACK, differences=x.size < 50)


@pytest.mark.parametrize("affine", AFFINE, ids=str)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", IMAGES, ids=str)
def test_batch_norm(shape, training, affine):
    given = parameters(shape[1:2], affine)
    mean, var = np.linspace(-1, 1, shape[1]), np.linspace(0.5, 2, shape[1])
    moved = {}

    def f(L, x, *tensors):
        statistics = [L.tensor(v, dtype=x.dtype) for v in (mean, var)]
        options = {"training": training, "momentum": 0.3, "eps": 1e-3}
        y = L.nn.functional.batch_norm(x, *statistics, **dict(zip(given, tensors, strict=True)), **options)
        moved.setdefault((L, str(x.dtype).removeprefix("torch.")), [s.numpy() for s in statistics])
        return y

    for x in (draw(*shape), channels_last(draw(*shape)), spread(draw(*shape))):
        moved.clear()
        check(f, x, *given.values(), slack=SLACK, differences=x.size < 50)
        for dtype, tolerance in (("float64", {"rtol": 1e-12}), ("float32", {"rtol": 2e-6, "atol": 1e-7})):
            np.testing.assert_allclose(moved[lw, dtype], moved[torch, dtype], **tolerance)


def test_batch_norm_without_running_statistics():
    x, weight = draw(4, 3, 2), np.array([1.0, 2.0, 3.0])
    check(lambda L, x, w: L.nn.functional.batch_norm(x, None, None, w, training=True), x, weight, slack=SLACK)


@pytest.mark.parametrize("affine", AFFINE, ids=str)
@pytest.mark.parametrize("tracking", [True, False])
@pytest.mark.parametrize("of_input", [True, False])
@pytest.mark.parametrize("shape", [(6, 4, 3), (2, 4, 3, 5), (1, 4, 2, 3)], ids=str)
def test_instance_norm(shape, of_input, tracking, affine):
    if not (tracking or of_input):
        return  # an error: see below
    given = parameters(shape[1:2], affine)
    moved = {}

    def f(L, x, *tensors):
        statistics = {}
        if tracking:
            statistics["running_mean"] = L.tensor(np.linspace(-1, 1, 4), dtype=x.dtype)
            statistics["running_var"] = L.tensor(np.linspace(0.5, 2, 4), dtype=x.dtype)
        options = {"use_input_stats": of_input, "momentum": 0.3, "eps": 1e-3}
        y = L.nn.functional.instance_norm(
            x, **statistics, **dict(zip(given, tensors, strict=True)), **options
        )
        moved[L] = [s.numpy() for s in statistics.values()]
        return y

    for x in (draw(*shape), channels_last(draw(*shape)), spread(draw(*shape))):
        check(f, x, *given.values(), slack=SLACK, differences=False)
        np.testing.assert_allclose(moved[lw], moved[torch], rtol=2e-6, atol=1e-6)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(0, 4), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)),
    groups=st.integers(1, 3),
    last=st.booleans(),
)
def test_images_of_any_shape(shape, groups, last):
    batch, members, *size = shape
    x = draw(batch, groups * members, *size)
    x = channels_last(x) if last else x
    weight, bias = parameters(groups * members, AFFINE[-1]).values()

    def f(L, x, w, b):
        F = L.nn.functional
        y = F.layer_norm(x, (size[-1],), eps=0.1) + F.rms_norm(x, tuple(size))
        if x.shape[0] * x.shape[2] * x.shape[3] != 1:
            y = y + F.group_norm(x, groups, w, b, eps=0.1) + F.batch_norm(x, None, None, w, b, True, eps=0.1)
        else:
            y = y + 0 * (w.sum() + b.sum())
        return y

    check(f, x, weight, bias, differences=False, slack=3 * SLACK)


# --- more than one block

BLOCKS = {
    "layer_norm": ((ops.BLOCK // 60, 100), lambda F, x, w: F.layer_norm(x, (100,), w, w)),
    "rms_norm": ((ops.BLOCK // 60, 100), lambda F, x, w: F.rms_norm(x, (100,), w)),
    "group_norm": ((5, 100, ops.BLOCK // 300), lambda F, x, w: F.group_norm(x, 5, w, w)),
    "batch_norm": ((5, 100, ops.BLOCK // 300), lambda F, x, w: F.batch_norm(x, None, None, w, w, True)),
    "batch_norm 2d": ((ops.BLOCK // 60, 100), lambda F, x, w: F.batch_norm(x, None, None, w, w, True)),
}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_meet(name, last):
    shape, f = BLOCKS[name]
    x = draw(*shape)
    results = {}
    for L in (lw, torch):
        ours = channels_last(x) if last and L is lw else x
        tensors = [L.tensor(ours, requires_grad=True), L.tensor(np.linspace(0.5, 2, 100), requires_grad=True)]
        if L is lw:
            tensors[0].data = ours
        y = f(L.nn.functional, *tensors)
        y.backward(L.tensor(np.cos(np.arange(y.shape[0] * y.shape[1] * (x[0, 0].size))).reshape(x.shape)))
        results[L] = [y.detach().numpy(), *(t.grad.numpy() for t in tensors)]
    for ours, theirs in zip(results[lw], results[torch], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


# --- the same from simpler operations


def standardized(x, dims, eps):
    mean = x.mean(dims, keepdim=True)
    var = ((x - mean) ** 2).mean(dims, keepdim=True)
    return (x - mean) / (var + eps).sqrt()


COMPOSED = {
    "layer_norm": (
        lambda F, x, w, b: F.layer_norm(x, (4, 5), w.reshape(4, 5), b.reshape(4, 5), 1e-3),
        lambda x, w, b: standardized(x, (2, 3), 1e-3) * w.reshape(4, 5) + b.reshape(4, 5),
        20,
    ),
    "rms_norm": (
        lambda F, x, w, b: F.rms_norm(x, (5,), w, 1e-3) + b,
        lambda x, w, b: x / ((x * x).mean(-1, keepdim=True) + 1e-3).sqrt() * w + b,
        5,
    ),
    "group_norm": (
        lambda F, x, w, b: F.group_norm(x, 2, w, b, 1e-3),
        lambda x, w, b: (
            standardized(x.reshape(3, 2, 60), 2, 1e-3).reshape(3, 6, 4, 5) * w.reshape(6, 1, 1)
            + b.reshape(6, 1, 1)
        ),
        6,
    ),
    "batch_norm": (
        lambda F, x, w, b: F.batch_norm(x, None, None, w, b, True, eps=1e-3),
        lambda x, w, b: standardized(x, (0, 2, 3), 1e-3) * w.reshape(6, 1, 1) + b.reshape(6, 1, 1),
        6,
    ),
    "instance_norm": (
        lambda F, x, w, b: F.instance_norm(x, None, None, w, b, eps=1e-3),
        lambda x, w, b: standardized(x, (2, 3), 1e-3) * w.reshape(6, 1, 1) + b.reshape(6, 1, 1),
        6,
    ),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_each_is_its_composition(name):
    fused, composed, size = COMPOSED[name]
    results = []
    for f in (lambda *tensors: fused(lw.nn.functional, *tensors), composed):
        tensors = [
            lw.tensor(a, requires_grad=True)
            for a in (draw(3, 6, 4, 5), *parameters(size, AFFINE[-1]).values())
        ]
        y = f(*tensors)
        (y * y * draw(3, 6, 4, 5, seed=3)).sum().backward()
        results.append([y.detach().numpy(), *(t.grad.numpy() for t in tensors)])
    for ours, simple in zip(*results, strict=True):
        np.testing.assert_allclose(ours, simple, rtol=1e-10, atol=1e-10)


# --- where it is delicate

DELICATE = {
    "layer_norm": lambda F, x: F.layer_norm(x, (20,)),
    "group_norm": lambda F, x: F.group_norm(x, 2),
    "batch_norm": lambda F, x: F.batch_norm(x, None, None, training=True),
    "instance_norm": lambda F, x: F.instance_norm(x),
}


@pytest.mark.parametrize("offset", [1e3, 1e6, -1e8])
@pytest.mark.parametrize("name", DELICATE)
def test_large_offsets_cost_no_more_digits_than_they_must(name, offset):
    """x keeps 16 - log10(offset) digits of what is behind the offset; E[x²] - μ² would lose twice as many."""
    plain = draw(8, 4, 20, offset=0)
    f = DELICATE[name]
    results = []
    for x in (plain + offset - offset, plain + offset):
        x = lw.tensor(x, requires_grad=True)
        y = f(lw.nn.functional, x)
        y.backward(lw.tensor(draw(8, 4, 20, seed=5)))
        results.append((y.detach().numpy(), x.grad.numpy()))
    for here, there in zip(*results, strict=True):
        np.testing.assert_allclose(there, here, atol=20 * np.spacing(abs(offset)))


@pytest.mark.parametrize("name", DELICATE)
def test_large_offsets_in_float32(name):
    plain = draw(8, 4, 20, offset=0)
    x = (plain + 1000).astype("float32")
    exact = DELICATE[name](lw.nn.functional, lw.tensor(x.astype("float64"))).numpy()
    ours = DELICATE[name](lw.nn.functional, lw.tensor(x)).numpy()
    theirs = DELICATE[name](torch.nn.functional, torch.tensor(x)).numpy()
    assert np.abs(ours - exact).max() < max(2 * np.abs(theirs - exact).max(), np.spacing(np.float32(1000)))


@pytest.mark.parametrize("name", DELICATE)
@pytest.mark.parametrize("value", [0.0, 3.0, -1e4])
def test_constants_become_zero(name, value, recwarn):
    """And the gradient is what is left of dy without its mean, over √eps."""
    x = lw.tensor(np.full((2, 4, 20), value), requires_grad=True)
    y = DELICATE[name](lw.nn.functional, x)
    np.testing.assert_allclose(y.detach().numpy(), 0, atol=1e-8)
    dy = draw(2, 4, 20)
    y.backward(lw.tensor(dy))
    shape, axes = {"group_norm": ((2, 2, 40), 2), "batch_norm": ((2, 4, 20), (0, 2))}.get(
        name, ((2, 4, 20), 2)
    )
    dy = dy.reshape(shape)
    expected = (dy - dy.mean(axes, keepdims=True)).reshape(2, 4, 20) / np.sqrt(1e-5)
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-7, atol=1e-7)
    assert not recwarn.list


@pytest.mark.parametrize("name", DELICATE)
def test_what_comes_out_has_mean_0_and_variance_1(name):
    x = lw.tensor(draw(8, 4, 20, offset=100))
    y = DELICATE[name](lw.nn.functional, x).numpy()
    groups = {
        "layer_norm": y.reshape(32, 20),
        "group_norm": y.reshape(16, 40),
        "batch_norm": y.swapaxes(0, 1).reshape(4, 160),
        "instance_norm": y.reshape(32, 20),
    }[name]
    np.testing.assert_allclose(groups.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(groups.var(axis=1), 1, rtol=1e-4)


def test_results_keep_the_order_of_the_channels_in_memory():
    x = channels_last(draw(2, 4, 3, 5))
    mean, variance = ops.channel_statistics(x)
    y, scale = ops.batch_norm(x, mean, variance, None, None, 1e-5)
    assert y.strides == x.strides
    assert ops.batch_norm_vjp(x, x, None, mean, scale, True)[0].strides == x.strides
    y, mean, scale = ops.group_norm(x, 2, None, None, 1e-5)
    assert y.strides == x.strides
    assert ops.group_norm_vjp(x, x, 2, None, mean, scale)[0].strides == x.strides


# --- layers

LAYERS = {
    "LayerNorm": ((3, 4), lambda nn, **k: nn.LayerNorm(4, **k)),
    "LayerNorm shape": ((2, 3, 4), lambda nn, **k: nn.LayerNorm((3, 4), eps=1e-3, **k)),
    "LayerNorm list": ((2, 3, 4), lambda nn, **k: nn.LayerNorm([3, 4], **k)),
    "LayerNorm no bias": ((3, 4), lambda nn, **k: nn.LayerNorm(4, bias=False, **k)),
    "LayerNorm plain": ((3, 4), lambda nn, **k: nn.LayerNorm(4, elementwise_affine=False, **k)),
    "RMSNorm": ((3, 4), lambda nn, **k: nn.RMSNorm(4, **k)),
    "RMSNorm shape": ((2, 3, 4), lambda nn, **k: nn.RMSNorm([3, 4], eps=1e-3, **k)),
    "RMSNorm plain": ((3, 4), lambda nn, **k: nn.RMSNorm(4, elementwise_affine=False, **k)),
    "GroupNorm": ((3, 4, 5), lambda nn, **k: nn.GroupNorm(2, 4, **k)),
    "GroupNorm no bias": ((3, 4), lambda nn, **k: nn.GroupNorm(1, 4, eps=1e-3, bias=False, **k)),
    "GroupNorm plain": ((3, 4, 5, 2), lambda nn, **k: nn.GroupNorm(4, 4, affine=False, **k)),
}
for d, shape in ((1, (6, 4)), (1, (5, 4, 3)), (2, (5, 4, 2, 3))):
    for momentum, affine, track, bias in itertools.product(
        (0.1, None), (True, False), (True, False), (True, False)
    ):
        options = {"momentum": momentum, "affine": affine, "track_running_stats": track, "bias": bias}
        LAYERS[f"BatchNorm{d}d {shape} " + " ".join(map(str, options.values()))] = (
            shape,
            lambda nn, d=d, options=options, **k: getattr(nn, f"BatchNorm{d}d")(4, eps=1e-3, **options, **k),
        )
for d, shape in ((1, (5, 4, 3)), (1, (4, 3)), (2, (5, 4, 2, 3)), (2, (4, 2, 3))):
    for affine, track in itertools.product((True, False), repeat=2):
        options = {"affine": affine, "track_running_stats": track}
        LAYERS[f"InstanceNorm{d}d {shape} " + " ".join(map(str, options.values()))] = (
            shape,
            lambda nn, d=d, options=options, **k: getattr(nn, f"InstanceNorm{d}d")(
                4, eps=1e-3, **options, **k
            ),
        )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LAYERS)
def test_layers(name, dtype):
    """Three steps of training and one of evaluation: outputs, gradients, statistics, state both ways."""
    shape, make = LAYERS[name]
    ours, theirs = make(lw.nn, dtype=dtype), make(torch.nn, dtype=getattr(torch, dtype))
    assert repr(ours) == repr(theirs)
    same_state(ours, theirs, dtype, exact=True)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        p.data[...] = draw(*p.shape)
        q.data.copy_(torch.tensor(p.data))

    for step in range(4):
        if step == 3:
            ours.eval(), theirs.eval()
        compare_step(ours, theirs, draw(*shape, seed=step).astype(dtype), dtype)
        same_state(ours, theirs, dtype)

    fresh = make(lw.nn, dtype=dtype)
    fresh.load_state_dict(theirs.state_dict())
    same_state(fresh, theirs, dtype, exact=True)
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    same_state(ours, theirs, dtype, exact=True)


def compare_step(ours, theirs, x, dtype):
    results = []
    for L, layer in ((lw, ours), (torch, theirs)):
        layer.zero_grad()
        x_tensor = L.tensor(x, requires_grad=True)
        y = layer(x_tensor)
        y.backward(L.tensor(np.cos(np.arange(x.size)).reshape(x.shape).astype(dtype)))
        results.append(
            [y.detach().numpy(), x_tensor.grad.numpy(), *(p.grad.numpy() for p in layer.parameters())]
        )
    tolerance = {"rtol": 1e-11, "atol": 1e-13} if dtype == "float64" else {"rtol": 1e-5, "atol": 5e-6}
    for mine, other in zip(*results, strict=True):
        assert mine.dtype == other.dtype == dtype
        np.testing.assert_allclose(mine, other, **tolerance)


def same_state(ours, theirs, dtype, exact=False):
    mine, other = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(other)
    for name in mine:
        a, b = mine[name].numpy(), other[name].numpy()
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=0 if exact else 1e-12 if dtype == "float64" else 2e-6)


def test_evaluation_depends_on_no_other_example():
    layer = lw.nn.BatchNorm1d(3)
    layer(lw.tensor(draw(8, 3).astype("float32")))
    layer.eval()
    x = draw(4, 3, seed=1).astype("float32")
    together = layer(lw.tensor(x)).tolist()
    assert [layer(lw.tensor(row[None])).tolist()[0] for row in x] == together
    assert layer.num_batches_tracked.item() == 1


def test_later_batches_do_not_change_an_evaluation_that_is_under_way():
    """The way back needs the running statistics of the forward pass, whatever became of them since."""
    layer = lw.nn.BatchNorm1d(2, dtype=lw.float64).eval()
    x = lw.tensor(draw(4, 2), requires_grad=True)
    y = layer(x)
    layer.train()
    layer(lw.tensor(draw(4, 2, seed=1)))
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 1 / np.sqrt(1 + 1e-5))
    np.testing.assert_allclose(
        layer.weight.grad.numpy(), (x.detach().numpy() / np.sqrt(1 + 1e-5)).sum(axis=0)
    )


# --- errors

F = lw.nn.functional
x24 = lw.ones(2, 4)
ERRORS = {
    "layer_norm": (
        lambda: F.layer_norm(x24, (3,)),
        RuntimeError,
        r"input has shape \(2, 4\), expected \(\.\.\., 3\)",
    ),
    "layer_norm longer": (
        lambda: F.layer_norm(x24, (1, 2, 4)),
        RuntimeError,
        r"expected \(\.\.\., 1, 2, 4\)",
    ),
    "layer_norm nothing": (lambda: F.layer_norm(x24, ()), RuntimeError, "at least one dimension"),
    "layer_norm weight": (
        lambda: F.layer_norm(x24, (4,), lw.ones(3)),
        RuntimeError,
        r"weight has shape \(3,\), expected \(4,\)",
    ),
    "layer_norm formats": (
        lambda: F.layer_norm(x24, (4,), None, lw.ones(4, dtype=lw.float64)),
        RuntimeError,
        "bias is float64 and input is float32",
    ),
    "integers": (lambda: F.layer_norm(lw.tensor([1, 2]), (2,)), RuntimeError, "input must be floating-point"),
    "an array": (lambda: F.rms_norm(np.ones(3), (3,)), TypeError, "ndarray"),
    "rms_norm": (lambda: lw.nn.RMSNorm(3)(x24), RuntimeError, r"rms_norm.*\(2, 4\), expected \(\.\.\., 3\)"),
    "groups": (lambda: F.group_norm(x24, 3), RuntimeError, "num_groups must divide the 4 channels.*got 3"),
    "no groups": (lambda: F.group_norm(x24, 0), RuntimeError, "got 0"),
    "groups, layer": (
        lambda: lw.nn.GroupNorm(2, 3),
        ValueError,
        "num_groups must divide num_channels, got 2 and 3",
    ),
    "group channels": (
        lambda: lw.nn.GroupNorm(2, 6)(x24),
        RuntimeError,
        r"weight has shape \(6,\), expected \(4,\)",
    ),
    "group dims": (lambda: F.group_norm(lw.ones(4), 2), RuntimeError, r"\(4,\), expected \(batch, channels"),
    "group of one": (lambda: F.group_norm(lw.ones(1, 2), 2), ValueError, r"no variance.*\(1, 2\)"),
    "batch of one": (lambda: lw.nn.BatchNorm1d(4)(lw.ones(1, 4)), ValueError, r"no variance.*\(1, 4\)"),
    "batch channels": (
        lambda: lw.nn.BatchNorm1d(3)(x24),
        RuntimeError,
        r"running_mean has shape \(3,\), expected",
    ),
    "batch dims": (
        lambda: lw.nn.BatchNorm1d(4)(lw.ones(2, 4, 1, 1)),
        ValueError,
        "expected 2 or 3 dimensions",
    ),
    "batch dims 2d": (
        lambda: lw.nn.BatchNorm2d(4)(x24),
        ValueError,
        r"BatchNorm2d.*\(2, 4\), expected 4 dim",
    ),
    "batch formats": (
        lambda: lw.nn.BatchNorm1d(4)(x24.to(lw.float64)),
        RuntimeError,
        "running_mean is float32 and input is float64",
    ),
    "no statistics": (
        lambda: F.batch_norm(x24, None, None),
        RuntimeError,
        "must be given unless training=True",
    ),
    "instance pixels": (lambda: lw.nn.InstanceNorm2d(4)(lw.ones(2, 4, 1, 1)), ValueError, r"\(2, 4, 1, 1\)"),
    "instance dims": (lambda: lw.nn.InstanceNorm2d(4)(x24), ValueError, "expected 3 or 4 dimensions"),
    "instance channels": (
        lambda: lw.nn.InstanceNorm1d(3, affine=True)(lw.ones(2, 4, 5)),
        RuntimeError,
        r"weight has shape \(3,\), expected \(4,\)",
    ),
    "no instance statistics": (
        lambda: F.instance_norm(lw.ones(2, 3, 4), use_input_stats=False),
        RuntimeError,
        "must be given",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, error, message = ERRORS[name]
    with pytest.raises(error, match=message):
        f()
