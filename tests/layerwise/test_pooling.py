"""Pooling and padding against torch, central differences, and the formula as loops; one line a case."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from layerwise.ops import pooling as ops

from .parity import check

F = lw.nn.functional


def draw(shape, seed=0):
    """Numbers in random order, a good step apart: a small difference changes no maximum."""
    count = math.prod(shape)
    return 0.1 * np.random.default_rng(seed).permutation(count).reshape(shape) - 0.05 * count


def spread(shape):
    """The same, with gaps in memory and the order of the dimensions reversed: not contiguous."""
    return np.repeat(draw(shape).T, 2, axis=0)[::2].T


def channels_last(shape):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(draw(shape), -3, -1)), -1, -3)


# --- against torch: input and options

MAX1D = {
    "plain": ((2, 3, 6), (2,), {}),
    "a rest": ((2, 3, 7), (2,), {}),
    "overlap": ((2, 3, 7), (3,), {"stride": 2}),
    "stride beyond the kernel": ((2, 3, 8), (2,), {"stride": 3}),
    "padding": ((2, 3, 6), (3,), {"stride": 2, "padding": 1}),
    "dilation": ((2, 3, 9), (3,), {"stride": 1, "dilation": 2}),
    "ceil": ((2, 3, 6), (3,), {"stride": 2, "ceil_mode": True}),
    "ceil, but the last would begin in the padding": ((2, 3, 3), (2,), {"padding": 1, "ceil_mode": True}),
    "all": ((2, 3, 10), (3,), {"stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True}),
    "tuples": ((2, 3, 6), ((2,),), {"stride": (2,), "padding": (1,)}),
    "all of it": ((2, 3, 6), (6,), {}),
    "all of it, dilated": ((2, 3, 5), (3,), {"dilation": 2}),
    "one by one": ((2, 3, 6), (1,), {}),
    "one by one, some": ((2, 3, 6), (1,), {"stride": 2}),
    "one example": ((3, 6), (2,), {}),
    "no examples": ((0, 3, 6), (2,), {}),
    "of size one": ((1, 1, 1), (1,), {}),
}
MAX2D = {
    "plain": ((2, 3, 4, 6), (2,), {}),
    "a rest": ((2, 3, 5, 7), (2,), {}),
    "3 x 3": ((1, 2, 6, 9), (3,), {}),
    "2 x 3": ((1, 2, 4, 9), ((2, 3),), {}),
    "overlap": ((1, 2, 7, 6), (3,), {"stride": 2}),
    "overlap by two": ((1, 2, 5, 6), (3,), {"stride": 1, "padding": 1}),
    "strides": ((1, 2, 5, 6), ((2, 3),), {"stride": (1, 2), "padding": (0, 1)}),
    "stride beyond the kernel": ((1, 2, 8, 7), (2,), {"stride": 3}),
    "padding": ((1, 2, 6, 6), (3,), {"stride": 2, "padding": 1}),
    "dilation": ((1, 2, 6, 7), (2,), {"stride": 1, "dilation": (2, 3)}),
    "ceil": ((1, 2, 6, 7), (3,), {"stride": 2, "ceil_mode": True}),
    "ceil, but the last would begin in the padding": ((1, 2, 3, 5), (2,), {"padding": 1, "ceil_mode": True}),
    "all": ((1, 2, 8, 9), (3,), {"stride": (2, 3), "padding": 1, "dilation": 2, "ceil_mode": True}),
    "all of it": ((2, 3, 4, 5), ((4, 5),), {}),
    "one by one": ((2, 3, 4, 5), (1,), {}),
    "a row": ((2, 3, 4, 6), ((1, 3),), {}),
    "few windows with gaps": ((1, 2, 11, 9), (4,), {"stride": 5}),
    "one example": ((3, 4, 6), (2,), {}),
    "no examples": ((0, 3, 4, 6), (2,), {}),
    "of size one": ((1, 1, 1, 1), (1,), {}),
}
AVERAGE = {  # beside the cases above without dilation
    "without the padding": ((1, 2, 6, 6), (3,), {"stride": 2, "padding": 1, "count_include_pad": False}),
    "ceil": ((1, 2, 6, 7), (3,), {"stride": 2, "ceil_mode": True}),
    "ceil, padding": ((1, 2, 7, 8), (3,), {"stride": 3, "padding": 1, "ceil_mode": True}),
    "ceil, without the padding": (
        (1, 2, 7, 8),
        (3,),
        {"stride": 3, "padding": 1, "ceil_mode": True, "count_include_pad": False},
    ),
}
DIVIDED = {
    "divisor": ((1, 2, 6, 6), (3,), {"stride": 2, "padding": 1, "divisor_override": 2}),
    "divisor, ceil": ((1, 2, 6, 7), (3,), {"ceil_mode": True, "divisor_override": -5}),
}


def average_cases(cases, shape=lambda shape: shape):
    cases = {name: case for name, case in cases.items() if "dilation" not in case[2]}
    return {**cases, **{f"{name}.": (shape(x), *rest) for name, (x, *rest) in AVERAGE.items()}}


CASES = [
    *[("max_pool1d", name, *case) for name, case in MAX1D.items()],
    *[("max_pool2d", name, *case) for name, case in MAX2D.items()],
    *[("avg_pool1d", name, *case) for name, case in average_cases(MAX1D, lambda shape: shape[1:]).items()],
    *[("avg_pool2d", name, *case) for name, case in {**average_cases(MAX2D), **DIVIDED}.items()],
]
ADAPTIVE1D = [((2, 3, 6), 2), ((2, 3, 7), 3), ((2, 3, 5), 5), ((2, 3, 3), 5), ((2, 3, 5), 1), ((3, 7), 4)]
ADAPTIVE2D = [
    ((2, 3, 4, 6), 2),
    ((1, 2, 5, 7), 3),
    ((1, 2, 5, 7), (2, 7)),
    ((1, 2, 5, 6), (None, 4)),
    ((1, 2, 5, 6), (3, None)),
    ((2, 3, 4, 5), 1),
    ((1, 2, 3, 2), (5, 3)),
    ((3, 5, 7), (2, 3)),
    ((0, 3, 4, 6), 2),
    ((1, 1, 1, 1), 1),
    ((1, 1, 1, 1), 3),
]
CASES += [
    (f"adaptive_{kind}_pool{dims}d", str((shape, size)), shape, (size,), {})
    for dims, cases in ((1, ADAPTIVE1D), (2, ADAPTIVE2D))
    for kind in ("avg", "max")
    for shape, size in cases
]


@pytest.mark.parametrize(
    ("function", "name", "shape", "arguments", "options"), CASES, ids=[f"{c[0]}, {c[1]}" for c in CASES]
)
def test_pooling(function, name, shape, arguments, options):
    pool = lambda L, x: getattr(L.nn.functional, function)(x, *arguments, **options)  # noqa: E731
    check(pool, draw(shape))
    check(pool, spread(shape), differences=False)
    if len(shape) == 4:
        check(pool, channels_last(shape), differences=False)


@pytest.mark.parametrize(
    ("function", "name", "shape", "arguments", "options"),
    [case for case in CASES if "max" in case[0]],
    ids=[f"{c[0]}, {c[1]}" for c in CASES if "max" in c[0]],
)
def test_indices(function, name, shape, arguments, options):
    """Where the maxima are, without ties and with many."""
    for x in (draw(shape), np.round(draw(shape) / 4), np.zeros(shape), np.full(shape, -np.inf)):
        mine, theirs = (
            getattr(L.nn.functional, function)(L.tensor(x), *arguments, **options, return_indices=True)
            for L in (lw, torch)
        )
        assert mine[0].tolist() == theirs[0].tolist()
        assert mine[1].tolist() == theirs[1].tolist()
        assert mine[1].dtype == np.int64
        assert not mine[1].requires_grad


@pytest.mark.parametrize(
    ("function", "name", "shape", "arguments", "options"),
    [case for case in CASES if "max" in case[0]],
    ids=[f"{c[0]}, {c[1]}" for c in CASES if "max" in c[0]],
)
def test_ties_go_to_the_first_as_in_torch(function, name, shape, arguments, options):
    pool = lambda L, x: getattr(L.nn.functional, function)(x, *arguments, **options)  # noqa: E731
    for x in (np.round(draw(shape) / 4), np.zeros(shape)):
        check(pool, x, differences=False)


PRODUCT = [
    (kernel, stride, padding, ceil_mode)
    for kernel, stride, padding, ceil_mode in itertools.product(
        [1, 2, 3, (2, 3)], [None, 1, 2, (3, 2)], [0, 1], [False, True]
    )
    if kernel != 1 or padding == 0
]


@pytest.mark.parametrize(("kernel", "stride", "padding", "ceil_mode"), PRODUCT)
def test_product_of_the_options(kernel, stride, padding, ceil_mode):
    def max_pool(L, x, dilation=1):
        return L.nn.functional.max_pool2d(x, kernel, stride, padding, dilation, ceil_mode)

    def avg_pool(L, x, count_include_pad=True):
        return L.nn.functional.avg_pool2d(x, kernel, stride, padding, ceil_mode, count_include_pad)

    for shape in ((2, 2, 6, 8), (1, 3, 7, 5)):
        check(max_pool, draw(shape), differences=False)
        check(lambda L, x: max_pool(L, x, dilation=2), draw(shape), differences=False)
        check(avg_pool, draw(shape), differences=False, slack=4)
        check(lambda L, x: avg_pool(L, x, count_include_pad=False), draw(shape), differences=False, slack=4)


# --- the formula, as loops


def loops(x, kernel, stride, operation):
    """y[n, c, h, w] = the maximum, or mean, of x[n, c, h s + i, w s + j] over i and j."""
    n, c, height, width = x.shape
    y = np.zeros((n, c, (height - kernel) // stride + 1, (width - kernel) // stride + 1))
    for k, m, h, w in np.ndindex(y.shape):
        y[k, m, h, w] = operation(
            [x[k, m, h * stride + i, w * stride + j] for i in range(kernel) for j in range(kernel)]
        )
    return y


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(1, 3), st.integers(1, 4), st.integers(0, 4), st.integers(0, 4))
def test_any_geometry_is_its_loops(kernel, stride, more_h, more_w):
    x = draw((2, 2, kernel + more_h, kernel + more_w))
    for function, operation in ((F.max_pool2d, max), (F.avg_pool2d, np.mean)):
        y = function(lw.tensor(x), kernel, stride)
        np.testing.assert_allclose(y.numpy(), loops(x, kernel, stride, operation), rtol=1e-12, atol=1e-13)


@st.composite
def windows(draw):
    kernel, stride, dilation = (draw(st.integers(1, most)) for most in (4, 4, 3))
    padding = draw(st.integers(0, kernel // 2))
    size = draw(st.integers(max(1, dilation * (kernel - 1) + 1 - 2 * padding), 14))
    return size, kernel, stride, padding, dilation, draw(st.booleans())


@settings(max_examples=150, derandomize=True, deadline=None)
@given(windows())
def test_windows_see_what_they_should(case):
    """Against the definition: window k sees k stride - padding + i dilation, as far as that is inside."""
    size, kernel, stride, padding, dilation, ceil_mode = case
    along = ops.sliding_windows(*case)
    options = {"ceil_mode": ceil_mode, "dilation": dilation, "padding": padding, "stride": stride}
    assert along.number == torch.nn.functional.max_pool1d(torch.zeros(1, size), kernel, **options).shape[-1]
    seen = [[] for _ in range(along.number)]
    for having, positions in along.taps:
        for k, position in zip(range(along.number)[having], range(size)[positions], strict=True):
            seen[k].append(position)
    for k in range(along.number):
        expected = [k * stride - padding + i * dilation for i in range(kernel)]
        assert seen[k] == [position for position in expected if 0 <= position < size]
    everything = list(itertools.chain(*seen))
    whole = all(len(each) == kernel for each in seen)
    if along.disjoint:
        assert whole
        assert len(set(everything)) == len(everything)
    assert ops.window_sizes(along).tolist() == [len(each) for each in seen]


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), ((2, 3), (1, 3))], ids=str)
def test_fused_is_its_composition(kernel, stride):
    """Maximum and mean of the columns of `unfold`, by the engine's own operations."""

    def columns(x):
        y = F.unfold(x, kernel, stride=stride)  # (n, c kh kw, places)
        return y.reshape(2, 3, y.shape[1] // 3, y.shape[2])

    for fused, composed in (
        (F.max_pool2d, lambda x: columns(x).max(dim=2).values),
        (F.avg_pool2d, lambda x: columns(x).mean(dim=2)),
    ):
        results = []
        for y_of in (lambda x, f=fused: f(x, kernel, stride), composed):
            x = lw.tensor(draw((2, 3, 6, 7)), requires_grad=True)
            y = y_of(x)
            (y * y).sum().backward()
            results.append((y.detach().numpy().ravel(), x.grad.numpy()))
        for a, b in zip(*results, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


def test_extreme_numbers():
    """What is padded is never the maximum, and a NaN is, wherever a window sees it."""
    x = np.full((1, 1, 4, 4), -1e300)
    assert F.max_pool2d(lw.tensor(x), 3, 2, 1).tolist() == np.full((1, 1, 2, 2), -1e300).tolist()
    x[...] = -np.inf
    check(lambda L, x: L.nn.functional.max_pool2d(x, 3, 2, 1), x, differences=False)
    x[0, 0, 1, 1] = np.nan
    mine, theirs = (L.nn.functional.max_pool2d(L.tensor(x), 2, 1, return_indices=True) for L in (lw, torch))
    np.testing.assert_array_equal(mine[0].numpy(), theirs[0].numpy())
    assert mine[1].tolist() == theirs[1].tolist()
    x[...] = np.inf
    x[0, 0, 0, 0] = 1
    for f in ("avg_pool2d", "adaptive_avg_pool2d"):
        mine, theirs = (getattr(L.nn.functional, f)(L.tensor(x), 2) for L in (lw, torch))
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())


def test_tiles_with_a_nan_and_with_a_tie():
    """As many numbers attain a maximum as there are windows, but not one in each."""
    x = draw((1, 1, 6, 6))
    x[0, 0, 1, 1] = np.nan
    x[0, 0, 0, 3] = x[0, 0, 2, 5] = 100
    mine, theirs = (L.tensor(x, requires_grad=True) for L in (lw, torch))
    for L, leaf in ((lw, mine), (torch, theirs)):
        L.nn.functional.max_pool2d(leaf, 3).backward(L.tensor([[[[1.0, 2.0], [3.0, 4.0]]]], dtype=L.float64))
    dx = mine.grad.numpy()[0, 0]
    assert dx[:3, :3].sum() == 1
    rest = np.ones((6, 6), bool)
    rest[:3, :3] = False
    np.testing.assert_array_equal(dx[rest], theirs.grad.numpy()[0, 0][rest])


# --- layers

LAYERS = [
    ("MaxPool1d", (3, 9), (2,), {}),
    ("MaxPool1d", (3, 9), (3, 2, 1, 2), {"ceil_mode": True}),
    ("MaxPool2d", (3, 8, 9), (2,), {}),
    ("MaxPool2d", (3, 8, 9), ((2, 3), 2, (1, 0), (1, 2)), {"ceil_mode": True}),
    ("AvgPool1d", (3, 9), (2,), {}),
    ("AvgPool1d", (3, 9), (3, 2, 1), {"ceil_mode": True, "count_include_pad": False}),
    ("AvgPool2d", (3, 8, 9), (2,), {}),
    ("AvgPool2d", (3, 8, 9), (3, (2, 1), 1), {"ceil_mode": True, "count_include_pad": False}),
    ("AvgPool2d", (3, 8, 9), (3,), {"divisor_override": 4}),
    ("AdaptiveAvgPool1d", (3, 9), (4,), {}),
    ("AdaptiveAvgPool2d", (3, 8, 9), ((3, None),), {}),
    ("AdaptiveMaxPool1d", (3, 9), (4,), {}),
    ("AdaptiveMaxPool2d", (3, 8, 9), (3,), {}),
]


@pytest.mark.parametrize(("name", "shape", "arguments", "options"), LAYERS)
def test_layers(name, shape, arguments, options):
    mine, theirs = (getattr(L.nn, name)(*arguments, **options) for L in (lw, torch))
    assert repr(mine) == repr(theirs)
    assert list(mine.parameters()) == []
    for batch in (shape, (2, *shape)):
        check(lambda L, x: (mine if L is lw else theirs)(x), draw(batch), differences=False, slack=4)


@pytest.mark.parametrize("name", ["MaxPool1d", "MaxPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d"])
def test_layers_return_indices(name):
    x = draw((2, 3, 8) if "1d" in name else (2, 3, 8, 6))
    mine, theirs = (getattr(L.nn, name)(2, return_indices=True)(L.tensor(x)) for L in (lw, torch))
    assert [t.tolist() for t in mine] == [t.tolist() for t in theirs]


# --- padding

PADS = [
    ((3,), (1, 2), "constant"),
    ((2, 3), (1, 2), "constant"),
    ((2, 3), (1, 2, 0, 1), "constant"),
    ((2, 3, 4), (-1, 2, 1, -1), "constant"),
    ((2, 3, 4), (-1, -2), "constant"),
    ((2, 3, 4), (-2, -2), "constant"),
    ((2, 3, 4), (), "constant"),
    ((2, 0), (1, 1), "constant"),
    ((0, 2), (1, 1), "constant"),
    *[
        (shape, widths, mode)
        for mode in ("reflect", "replicate", "circular")
        for shape, widths in (
            ((2, 4), (1, 2)),
            ((2, 3, 4), (3, 3)),
            ((2, 3, 4), (3, 0, 1, 2)),
            ((2, 3, 4, 3), (2, 1, 0, 3)),
            ((2, 3, 4, 3), (0, 0, 0, 0)),
        )
    ],
    *[((1, 2, 5), widths, mode) for mode in ("reflect", "replicate") for widths in ((-1, 2), (2, -2))],
    ((1, 2, 2), (5, 7), "replicate"),
    ((1, 2, 1), (1, 1), "replicate"),
    ((1, 2, 3), (3, 3), "circular"),
    ((0, 2, 4), (1, 1), "circular"),
]


@pytest.mark.parametrize(("shape", "widths", "mode"), PADS, ids=str)
def test_pad(shape, widths, mode):
    pad = lambda L, x: L.nn.functional.pad(x, widths, mode=mode)  # noqa: E731
    check(pad, draw(shape))
    check(pad, spread(shape), differences=False)
    if mode == "constant":
        check(lambda L, x: L.nn.functional.pad(x, widths, value=2.5), draw(shape))


@pytest.mark.parametrize("dtype", ["int64", "bool"])
def test_pad_of_integers(dtype):
    x = np.array([[0, 1, 1]]).astype(dtype)
    mine, theirs = (L.nn.functional.pad(L.tensor(x), (1, 2), value=1) for L in (lw, torch))
    assert mine.tolist() == theirs.tolist()
    assert str(mine.dtype) == dtype


# --- errors


def image(*shape, dtype=None):
    return lw.zeros(*(shape or (2, 3, 6, 6)), dtype=dtype)


ERRORS = {
    "an array": (lambda: F.max_pool2d(np.zeros((1, 3, 6, 6)), 2), "max_pool2d(): input", "ndarray"),
    "integers": (lambda: F.avg_pool2d(image(dtype=lw.int64), 2), "avg_pool2d()", "int64"),
    "dimensions": (lambda: F.max_pool2d(image(6, 6), 2), "(6, 6)", "(n, c, h, w) or (c, h, w)"),
    "dimensions 1": (lambda: F.avg_pool1d(image(), 2), "(2, 3, 6, 6)", "(n, c, w) or (c, w)"),
    "empty": (lambda: F.max_pool2d(image(2, 0, 6, 6), 2), "only the batch may be empty", "(2, 0, 6, 6)"),
    "kernel": (lambda: F.max_pool2d(image(), 0), "kernel_size must be an integer from 1", "got 0"),
    "kernels": (lambda: F.max_pool2d(image(), (1, 2, 3)), "kernel_size", "2 of them", "(1, 2, 3)"),
    "stride": (lambda: F.avg_pool2d(image(), 2, 0), "stride", "got 0"),
    "padding": (lambda: F.max_pool2d(image(), 2, 2, 2), "padding must be at most half", "(2, 2)", "got 2"),
    "negative padding": (lambda: F.max_pool2d(image(), 2, 2, -1), "padding", "got -1"),
    "dilation": (lambda: F.max_pool2d(image(), 2, dilation=0), "dilation", "got 0"),
    "too large": (lambda: F.max_pool2d(image(), 3, dilation=3), "(3, 3)", "does not fit", "(2, 3, 6, 6)"),
    "too large 1": (lambda: F.avg_pool1d(image(3, 4), 5), "avg_pool1d()", "does not fit", "(3, 4)"),
    "divisor": (lambda: F.avg_pool2d(image(), 2, divisor_override=0), "divisor_override must not be 0"),
    "adaptive": (lambda: F.adaptive_avg_pool2d(image(), (1, 2, 3)), "output_size", "(1, 2, 3)"),
    "adaptive, negative": (lambda: F.adaptive_max_pool1d(image(3, 4), -1), "output_size", "-1"),
    "adaptive, dimensions": (lambda: F.adaptive_avg_pool2d(image(6, 6), 1), "(6, 6)", "(c, h, w)"),
    "pad mode": (lambda: F.pad(image(), (1, 1), mode="mirror"), "mode must be one of", "'mirror'"),
    "pad, odd": (lambda: F.pad(image(), (1, 1, 1)), "two numbers for each dimension", "(1, 1, 1)"),
    "pad, too many": (lambda: F.pad(image(3), (1, 1, 1, 1)), "at most 1", "(1, 1, 1, 1)"),
    "pad of channels": (
        lambda: F.pad(image(), (1, 1, 1, 1, 1, 1, 1, 1), mode="reflect"),
        "behind the channels",
        "got 8",
    ),
    "reflection": (lambda: F.pad(image(), (6, 0, 0, 0), mode="reflect"), "at most 5", "(6, 0, 0, 0)"),
    "circle": (lambda: F.pad(image(), (0, 7, 0, 0), mode="circular"), "at most 6", "(2, 3, 6, 6)"),
    "cutting a circle": (lambda: F.pad(image(), (1, -1, 0, 0), mode="circular"), "cuts nothing off", "-1"),
    "value": (lambda: F.pad(image(), (1, 1, 1, 1), "reflect", 1.0), "value is for mode 'constant'"),
    "cut": (lambda: F.pad(image(), (-4, -3)), "(-4, -3)", "(2, 3, 6, 6)"),
    "of nothing": (lambda: F.pad(image(2, 3, 0), (1, 1), "replicate"), "(1, 1)", "(2, 3, 0)"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_what_and_where(name):
    call, *parts = ERRORS[name]
    with pytest.raises((TypeError, ValueError, RuntimeError, NotImplementedError)) as error:
        call()
    for part in parts:
        assert part in str(error.value)


SEVERAL = {
    "max": lambda L, x: L.nn.functional.max_pool2d(x, 3, 2, 1),
    "disjoint max": lambda L, x: L.nn.functional.max_pool2d(x, 2),
    "mean": lambda L, x: L.nn.functional.avg_pool2d(x, 3, 2, 1),
    "mean of all": lambda L, x: L.nn.functional.adaptive_avg_pool2d(x, 1),
    "means of thirds": lambda L, x: L.nn.functional.adaptive_avg_pool2d(x, 3),
    "maxima of halves": lambda L, x: L.nn.functional.adaptive_max_pool2d(x, 2),
}


@pytest.mark.parametrize("arrange", [draw, spread, channels_last])
@pytest.mark.parametrize("name", SEVERAL)
def test_image_by_image(name, arrange, monkeypatch):
    """However few images are taken at a time, and however they and their many channels lie in memory."""
    monkeypatch.setattr(ops, "BLOCK", 1)
    check(SEVERAL[name], arrange((3, 19, 5, 4)), differences=False, slack=10)
