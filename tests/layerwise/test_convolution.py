"""Convolutions against torch, central differences, and the formula written as loops; one line a case."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from layerwise.ops import convolution as ops
from layerwise.ops import layout

from .parity import check

SLACK = 20  # sums of up to some hundred numbers, in another order than torch's


def draw(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def spread(*shapes):
    """The same, with gaps in memory and the order of the dimensions reversed: not contiguous."""
    return [np.repeat(x.T, 2, axis=0)[::2].T for x in draw(*shapes)]


def channels_last(x):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


@pytest.fixture(params=["as a whole", "row by row, image by image"])
def form(request, monkeypatch):
    """Small kernels are taken as a whole; here they are also taken as large ones are."""
    if request.param != "as a whole":
        monkeypatch.setattr(ops, "NARROW", 0)
        monkeypatch.setattr(ops, "BLOCK", 1)


def loops(x, weight, bias, stride, padding, dilation, groups):
    """y[n, o, h, w] = b[o] + Σ_c Σ_i Σ_j W[o, c, i, j] x[n, c, h s + i d, w s + j d], as it stands."""
    (ph, pw), (sh, sw), (dh, dw) = padding, stride, dilation
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    c_out, c_in, kh, kw = weight.shape
    ho = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1
    wo = (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
    y = np.zeros((len(x), c_out, ho, wo))
    for n, o, h, w in np.ndindex(y.shape):
        y[n, o, h, w] = bias[o]
        first = o // (c_out // groups) * c_in  # the first channel of its group
        for c, i, j in np.ndindex(c_in, kh, kw):
            y[n, o, h, w] += weight[o, c, i, j] * x[n, first + c, h * sh + i * dh, w * sw + j * dw]
    return y


# --- against torch: input, weight, and the options of conv1d and conv2d

CONV1D = {
    "plain": ((2, 3, 7), (4, 3, 3), {}),
    "kernel of one": ((2, 3, 5), (4, 3, 1), {}),
    "kernel of one, stride": ((2, 3, 5), (4, 3, 1), {"stride": 2}),
    "even kernel": ((2, 3, 7), (2, 3, 4), {}),
    "stride": ((2, 3, 8), (2, 3, 3), {"stride": 2}),
    "padding": ((2, 3, 5), (2, 3, 3), {"padding": 2}),
    "padding wider than the kernel": ((2, 1, 3), (2, 1, 2), {"padding": 4}),
    "dilation": ((2, 3, 8), (2, 3, 3), {"dilation": 2}),
    "all": ((2, 4, 9), (6, 2, 3), {"stride": 2, "padding": 2, "dilation": 3, "groups": 2}),
    "tuples": ((2, 3, 8), (2, 3, 3), {"stride": (2,), "padding": (1,), "dilation": (2,)}),
    "same": ((2, 3, 6), (2, 3, 3), {"padding": "same"}),
    "same, even kernel": ((2, 3, 6), (2, 3, 4), {"padding": "same"}),
    "valid": ((2, 3, 6), (2, 3, 4), {"padding": "valid", "stride": 3}),
    "depthwise": ((2, 3, 6), (3, 1, 3), {"groups": 3, "padding": 1}),
    "one example": ((3, 6), (2, 3, 3), {"padding": 1}),
    "of size one": ((1, 1, 1), (1, 1, 1), {}),
    "no examples": ((0, 3, 6), (2, 3, 3), {}),
}
CONV2D = {
    "plain": ((2, 3, 5, 6), (4, 3, 3, 2), {}),
    "kernel of one": ((2, 3, 3, 4), (4, 3, 1, 1), {}),
    "kernel of one, stride": ((2, 3, 4, 5), (4, 3, 1, 1), {"stride": 2}),
    "kernel of one, padding": ((2, 3, 2, 3), (4, 3, 1, 1), {"padding": 1}),
    "kernel of one, groups": ((2, 4, 2, 3), (4, 2, 1, 1), {"groups": 2}),
    "a row": ((2, 3, 4, 5), (2, 3, 1, 3), {"padding": (0, 1)}),
    "a column": ((2, 3, 5, 4), (2, 3, 3, 1), {"padding": (1, 0)}),
    "5 x 5": ((2, 2, 6, 6), (2, 2, 5, 5), {"padding": 2}),
    "as large as the image": ((2, 3, 3, 4), (2, 3, 3, 4), {}),
    "larger than the image": ((2, 1, 2, 2), (2, 1, 4, 4), {"padding": 1}),
    "stride": ((2, 2, 7, 6), (3, 2, 3, 3), {"stride": 2, "padding": 1}),
    "stride leaves a rest": ((2, 2, 8, 8), (3, 2, 3, 3), {"stride": 3}),
    "stride as the kernel": ((2, 2, 4, 6), (3, 2, 2, 2), {"stride": 2}),
    "stride beyond the kernel": ((2, 2, 7, 7), (3, 2, 2, 2), {"stride": 3}),
    "strides": ((2, 2, 6, 7), (3, 2, 3, 3), {"stride": (1, 2), "padding": 1}),
    "padding": ((2, 2, 4, 3), (3, 2, 3, 3), {"padding": (2, 1)}),
    "padding wider than the kernel": ((2, 2, 3, 3), (3, 2, 2, 2), {"padding": 3}),
    "dilation": ((2, 2, 7, 8), (3, 2, 3, 3), {"dilation": 2}),
    "dilations, padding": ((2, 2, 5, 7), (3, 2, 3, 3), {"dilation": (1, 3), "padding": (1, 3)}),
    "dilation and stride": ((2, 2, 8, 8), (3, 2, 3, 3), {"dilation": 2, "stride": 2, "padding": 1}),
    "dilation 3, stride 2": ((2, 1, 9, 9), (2, 1, 3, 3), {"dilation": 3, "stride": 2, "padding": 1}),
    "groups": ((2, 4, 4, 5), (6, 2, 3, 3), {"groups": 2, "padding": 1}),
    "groups and stride": ((2, 4, 5, 6), (6, 2, 3, 3), {"groups": 2, "stride": 2}),
    "depthwise": ((2, 4, 4, 5), (4, 1, 3, 3), {"groups": 4, "padding": 1}),
    "depthwise, all": ((2, 3, 8, 9), (3, 1, 3, 2), {"groups": 3, "stride": 2, "padding": 1, "dilation": 2}),
    "depthwise, twice the channels": ((2, 3, 4, 4), (6, 1, 3, 3), {"groups": 3}),
    "all": ((2, 4, 9, 8), (6, 2, 2, 3), {"groups": 2, "stride": (2, 1), "padding": (1, 2), "dilation": 2}),
    "same": ((2, 2, 4, 5), (3, 2, 3, 3), {"padding": "same"}),
    "same, even kernel, dilation": ((2, 2, 6, 5), (3, 2, 2, 4), {"padding": "same", "dilation": (3, 1)}),
    "valid": ((2, 2, 4, 5), (3, 2, 3, 3), {"padding": "valid", "stride": 2}),
    "one example": ((3, 4, 5), (2, 3, 3, 3), {"padding": 1}),
    "one example, same": ((3, 4, 5), (2, 3, 2, 2), {"padding": "same"}),
    "of size one": ((1, 1, 1, 1), (1, 1, 1, 1), {}),
    "no examples": ((0, 3, 4, 4), (2, 3, 3, 3), {}),
    "no examples, kernel of one": ((0, 3, 4, 4), (2, 3, 1, 1), {}),
    "three examples": ((3, 2, 4, 4), (2, 2, 3, 3), {"stride": 2}),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even")  # torch's
@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("name", CONV1D)
def test_conv1d(name):
    x, weight, options = CONV1D[name]
    conv = lambda L, x, w, *b: L.nn.functional.conv1d(x, w, *b, **options)  # noqa: E731
    check(conv, *draw(x, weight, weight[:1]), slack=SLACK)
    check(conv, *spread(x, weight), slack=SLACK, differences=False)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even")
@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("name", CONV2D)
def test_conv2d(name):
    x, weight, options = CONV2D[name]
    conv = lambda L, x, w, *b: L.nn.functional.conv2d(x, w, *b, **options)  # noqa: E731
    check(conv, *draw(x, weight, weight[:1]), slack=SLACK)
    check(conv, *draw(x, weight), slack=SLACK, differences=False)
    check(conv, *spread(x, weight, weight[:1]), slack=SLACK, differences=False)


TRANSPOSE1D = {
    "plain": ((2, 3, 5), (3, 4, 3), {}),
    "kernel of one": ((2, 3, 5), (3, 4, 1), {}),
    "stride": ((2, 3, 4), (3, 2, 3), {"stride": 2}),
    "all": (
        (2, 4, 4),
        (4, 3, 3),
        {"stride": 3, "padding": 1, "output_padding": 2, "groups": 2, "dilation": 2},
    ),
    "depthwise": ((2, 3, 4), (3, 1, 3), {"groups": 3, "stride": 2}),
    "one example": ((3, 5), (3, 4, 3), {}),
    "no examples": ((0, 3, 5), (3, 4, 3), {}),
}
TRANSPOSE2D = {
    "plain": ((2, 3, 3, 4), (3, 2, 3, 2), {}),
    "kernel of one": ((2, 3, 3, 4), (3, 2, 1, 1), {}),
    "stride as the kernel": ((2, 3, 2, 3), (3, 2, 2, 2), {"stride": 2}),
    "stride beyond the kernel": ((2, 3, 2, 3), (3, 2, 2, 2), {"stride": 3}),
    "stride": ((2, 2, 3, 3), (2, 3, 3, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    "strides": ((2, 2, 3, 3), (2, 3, 3, 2), {"stride": (1, 2), "padding": (1, 0)}),
    "padding": ((2, 2, 4, 3), (2, 3, 3, 3), {"padding": (2, 1)}),
    "padding beyond the kernel": ((2, 2, 5, 6), (2, 3, 2, 2), {"padding": 2}),
    "dilation": ((2, 2, 3, 4), (2, 3, 3, 2), {"dilation": 2}),
    "output padding below dilation": ((2, 2, 3, 3), (2, 3, 2, 2), {"dilation": 3, "output_padding": 2}),
    "groups": ((2, 4, 3, 3), (4, 3, 2, 2), {"groups": 2, "stride": 2}),
    "depthwise": ((2, 3, 3, 4), (3, 1, 3, 3), {"groups": 3, "padding": 1}),
    "depthwise, stride": ((2, 3, 3, 4), (3, 1, 3, 3), {"groups": 3, "stride": 2, "output_padding": (1, 0)}),
    "one example": ((3, 3, 4), (3, 2, 2, 2), {"stride": 2}),
    "of size one": ((1, 1, 1, 1), (1, 1, 1, 1), {}),
    "no examples": ((0, 3, 3, 4), (3, 2, 2, 2), {"stride": 2}),
}


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("name", TRANSPOSE1D)
def test_conv_transpose1d(name):
    x, weight, options = TRANSPOSE1D[name]
    bias = (weight[1] * options.get("groups", 1),)
    conv = lambda L, x, w, *b: L.nn.functional.conv_transpose1d(x, w, *b, **options)  # noqa: E731
    check(conv, *draw(x, weight, bias), slack=SLACK)
    check(conv, *spread(x, weight), slack=SLACK, differences=False)


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("name", TRANSPOSE2D)
def test_conv_transpose2d(name):
    x, weight, options = TRANSPOSE2D[name]
    bias = (weight[1] * options.get("groups", 1),)
    conv = lambda L, x, w, *b: L.nn.functional.conv_transpose2d(x, w, *b, **options)  # noqa: E731
    check(conv, *draw(x, weight, bias), slack=SLACK)
    check(conv, *spread(x, weight), slack=SLACK, differences=False)


UNFOLD = {
    "plain": ((2, 3, 4, 5), 2, {}),
    "all": ((2, 2, 7, 6), (3, 2), {"dilation": (1, 2), "padding": (2, 1), "stride": (2, 1)}),
    "one example": ((3, 4, 5), (2, 3), {}),
    "no examples": ((0, 3, 4, 5), 2, {}),
}


@pytest.mark.parametrize("name", UNFOLD)
def test_unfold_and_fold(name):
    shape, kernel, options = UNFOLD[name]
    unfold = lambda L, x: L.nn.functional.unfold(x, kernel, **options)  # noqa: E731
    check(unfold, *draw(shape))
    check(unfold, *spread(shape), differences=False)
    columns = unfold(torch, torch.zeros(shape)).shape
    fold = lambda L, x: L.nn.functional.fold(x, shape[-2:], kernel, **options)  # noqa: E731
    check(fold, *draw(tuple(columns)), slack=SLACK)
    check(fold, *spread(tuple(columns)), slack=SLACK, differences=False)


# --- the product of the options

PRODUCT = list(itertools.product([1, 2, 3], [1, 2], [0, 2], [1, 2], [1, 2, 4]))


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "groups"), PRODUCT)
def test_product_of_the_options(kernel, stride, padding, dilation, groups):
    c_in, c_out = 4, 8
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    x, weight = (2, c_in, 7, 8), (c_out, c_in // groups, kernel, kernel)
    check(
        lambda L, x, w, b: L.nn.functional.conv2d(x, w, b, **options),
        *draw(x, weight, weight[:1]),
        slack=SLACK,
        differences=False,
    )
    options["padding"] = min(padding, dilation * (kernel - 1))
    check(
        lambda L, x, w, b: L.nn.functional.conv_transpose2d(x, w, b, **options),
        *draw((2, c_out, 3, 4), weight, (c_in,)),
        slack=SLACK,
        differences=False,
    )


# --- properties


@st.composite
def geometry(draw):
    """Sizes and options that fit one another."""
    pair = lambda least, most: tuple(draw(st.integers(least, most)) for _ in range(2))  # noqa: E731
    groups, n = draw(st.integers(1, 3)), draw(st.integers(0, 3))
    c, o = pair(1, 3)
    kernel, stride, padding, dilation = pair(1, 4), pair(1, 4), pair(0, 4), pair(1, 3)
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    least = [max(1, span - 2 * p) for span, p in zip(spans, padding, strict=True)]
    size = tuple(draw(st.integers(low, low + 5)) for low in least)
    how = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return (n, c * groups, *size), (o * groups, c, *kernel), how


@settings(max_examples=120, derandomize=True, deadline=None)
@given(geometry(), st.booleans())
def test_any_geometry_is_torchs(shapes, narrow):
    x, weight, options = shapes
    before, ops.NARROW = ops.NARROW, ops.NARROW if narrow else 0
    try:
        check(
            lambda L, x, w, b: L.nn.functional.conv2d(x, w, b, **options),
            *draw(x, weight, weight[:1]),
            slack=SLACK,
            differences=False,
        )
    finally:
        ops.NARROW = before


@settings(max_examples=40, derandomize=True, deadline=None)
@given(geometry())
def test_any_geometry_is_its_loops(shapes):
    x, weight, options = shapes
    x, weight, bias = draw(x, weight, weight[:1])
    y = lw.nn.functional.conv2d(lw.tensor(x), lw.tensor(weight), lw.tensor(bias), **options)
    np.testing.assert_allclose(y.numpy(), loops(x, weight, bias, **options), rtol=1e-12, atol=1e-12)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(geometry())
def test_transposed_convolution_is_the_adjoint(shapes):
    """⟨W ⋆ x, y⟩ = ⟨x, W ⋆ᵀ y⟩, for every x, W and y."""
    x, weight, options = shapes
    how = ops.Sliding(*(options[name] for name in ("stride", "padding", "dilation", "groups")))
    x, weight = draw(x, weight)
    y = ops.conv2d(x, weight, None, how)
    (other,) = draw(y.shape, seed=1)
    back = ops.conv_transpose2d(other, weight, None, x.shape[2:], how)
    np.testing.assert_allclose((y * other).sum(), (x * back).sum(), rtol=1e-10, atol=1e-10)


# --- fused against composed


UNFOLDED = [  # unfold knows no 'same'
    name for name, (x, _, options) in CONV2D.items() if len(x) == 4 and options.get("padding") != "same"
]


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("name", UNFOLDED)
def test_conv2d_is_its_composition(name):
    """Pad, take out what the kernel sees, and multiply: `unfold` and a matrix product for each group."""
    x, shape, options = CONV2D[name]
    g = options.get("groups", 1)
    unfolding = {key: value for key, value in options.items() if key != "groups" and value != "valid"}

    def composed(x, weight, bias):
        columns = lw.nn.functional.unfold(x, shape[2:], **unfolding)  # (n, c kh kw, places)
        each = shape[1] * shape[2] * shape[3]
        ys = [
            weight[k * shape[0] // g : (k + 1) * shape[0] // g].reshape(shape[0] // g, each)
            @ columns[:, k * each : (k + 1) * each]
            for k in range(g)
        ]
        y = lw.cat(ys, dim=1) + bias.reshape(-1, 1)
        return y.reshape(lw.nn.functional.conv2d(x, weight, bias, **options).shape)

    results = []
    for f in (lambda *inputs: lw.nn.functional.conv2d(*inputs, **options), composed):
        inputs = [lw.tensor(array, requires_grad=True) for array in draw(x, shape, shape[:1])]
        y = f(*inputs)
        (y * y).sum().backward()
        results.append([y.detach(), *(tensor.grad for tensor in inputs)])
    for fused, other in zip(*results, strict=True):
        np.testing.assert_allclose(fused.numpy(), other.numpy(), rtol=1e-11, atol=1e-11)


def test_only_the_gradients_that_are_wanted():
    x, weight = draw((2, 3, 5, 5), (4, 3, 3, 3))
    how = ops.Sliding()
    (dy,) = draw((2, 4, 3, 3))
    for vjp, inputs in (
        (ops.conv2d_vjp, (dy, x, weight)),
        (ops.conv_transpose2d_vjp, (x, dy, weight)),
    ):
        everything = vjp(*inputs, how)
        for needs in itertools.product([False, True], repeat=3):
            for gradient, expected, wanted in zip(vjp(*inputs, how, needs), everything, needs, strict=True):
                assert np.array_equal(gradient, expected) if wanted else gradient is None


# --- large sums, many blocks, large and small numbers


@pytest.mark.parametrize(
    ("x", "weight", "options"),
    [
        ((9, 20, 24, 24), (16, 20, 3, 3), {"padding": 1}),
        ((9, 20, 24, 24), (16, 20, 5, 5), {"stride": 2, "padding": 2}),
        ((11, 24, 16, 16), (24, 1, 3, 3), {"padding": 1, "groups": 24}),
        ((11, 24, 32, 16), (24, 6, 3, 3), {"dilation": 2, "groups": 4}),
        ((23, 3, 32, 32), (20, 3, 3, 3), {"padding": 1}),
    ],
    ids=str,
)
def test_many_blocks(x, weight, options, monkeypatch):
    """Images enough for several blocks, not all of them of the same number."""
    framed, blocks = ops._framed, []

    def counted(*arguments):
        for block, lines in framed(*arguments):
            blocks.append(lines.shape[1])
            yield block, lines

    monkeypatch.setattr(ops, "_framed", counted)
    results = []
    for L in (lw, torch):
        inputs = [L.tensor(array) for array in draw(x, weight, weight[:1])]
        inputs[0] = L.tensor(channels_last(np.asarray(inputs[0])))
        for tensor in inputs:
            tensor.requires_grad = True
        y = L.nn.functional.conv2d(*inputs, **options)
        (y * y).sum().backward()
        results.append([y.detach(), *(tensor.grad for tensor in inputs)])
    for mine, theirs in zip(*results, strict=True):
        theirs = theirs.numpy()
        np.testing.assert_allclose(mine.numpy(), theirs, rtol=1e-10, atol=1e-12 * np.abs(theirs).max())
    assert max(blocks) < x[0]


@pytest.mark.parametrize(
    "shape", [(3, 5, 16, 16), (70, 20, 8, 32), (0, 5, 16, 16), (2, 3, 256), (2, 3, 5, 7)]
)
def test_channels_last_moves_every_number(shape):
    """Also where the channels are a power of two apart in memory, and more images than fit into one block."""
    (x,) = draw(shape)
    for images in (x, x.astype(np.float32), x[..., ::-1]):
        moved = layout.channels_last(images)
        np.testing.assert_array_equal(moved, images)
        assert layout.is_channels_last(moved)


def test_the_bias_of_float32_does_not_lose_digits():
    """10⁶ numbers added one after the other in float32 would be wrong in the fourth digit."""
    x = lw.zeros(16, 1, 256, 256)
    for weight in (lw.zeros(2, 1, 1, 2), lw.zeros(2, 1, 1, 1)):
        bias = lw.tensor([0.0, 0.0], requires_grad=True)
        y = lw.nn.functional.conv2d(x, weight, bias)
        y.backward(lw.full(y.shape, 0.1))
        np.testing.assert_allclose(bias.grad.numpy(), 0.1 * y.data[:, 0].size, rtol=1e-5)


@pytest.mark.parametrize("factor", [1e-30, 1e4, 1e30])
def test_extreme_numbers(factor):
    conv = lambda L, x, w: L.nn.functional.conv2d(x * factor, w, padding=1)  # noqa: E731
    results = []
    for L in (lw, torch):
        x, w = (L.tensor(array) for array in draw((2, 2, 4, 4), (3, 2, 3, 3)))
        results.append(conv(L, x, w).numpy() / factor)
    np.testing.assert_allclose(*results, rtol=1e-11, atol=1e-12)


def test_what_is_not_seen_stays_clean():
    """A NaN or an infinity reaches only the pixels that see it."""
    x, weight = draw((1, 2, 6, 6), (3, 2, 3, 3))
    x[0, 0, 1, 1], x[0, 1, 5, 5] = np.nan, np.inf
    for options in ({}, {"padding": 1}, {"stride": 2}, {"dilation": 2}):
        mine, theirs = (
            L.nn.functional.conv2d(L.tensor(x), L.tensor(weight), **options).numpy() for L in (lw, torch)
        )
        assert np.array_equal(np.isfinite(mine), np.isfinite(theirs))


# --- layers

LAYERS = {
    "Conv1d": [
        ((3, 8), (3, 4, 3), {}),
        ((4, 8), (4, 6, 3), {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False}),
        ((3, 8), (3, 4, 4), {"padding": "same"}),
        ((3, 8), (3, 4, 3), {"padding": 2, "padding_mode": "reflect"}),
        ((3, 8), (3, 4, 4), {"padding": "same", "padding_mode": "circular"}),
        ((3, 8), (3, 4, 3), {"padding": (3,), "padding_mode": "replicate", "stride": (2,)}),
    ],
    "Conv2d": [
        ((3, 6, 7), (3, 4, 3), {}),
        ((3, 6, 7), (3, 4, (3, 2)), {"stride": (2, 1), "padding": (0, 1), "dilation": (1, 2)}),
        ((4, 6, 7), (4, 8, 3), {"groups": 4, "bias": False}),
        ((3, 6, 7), (3, 4, 3), {"padding": "same", "dilation": 2}),
        ((3, 6, 7), (3, 4, 3), {"padding": "valid"}),
        ((3, 6, 7), (3, 4, 3), {"padding": (1, 2), "padding_mode": "reflect"}),
        ((3, 6, 7), (3, 4, 3), {"padding": (2, 1), "padding_mode": "replicate", "stride": 2}),
        ((3, 6, 7), (3, 4, 3), {"padding": 2, "padding_mode": "circular"}),
        ((3, 6, 7), (3, 4, (2, 4)), {"padding": "same", "padding_mode": "reflect"}),
        ((3, 6, 7), (3, 4, 3), {"padding": "valid", "padding_mode": "circular"}),
    ],
    "ConvTranspose1d": [
        ((3, 5), (3, 4, 3), {}),
        (
            (4, 5),
            (4, 6, 3),
            {"stride": 3, "padding": 1, "output_padding": 2, "groups": 2, "bias": False, "dilation": 2},
        ),
    ],
    "ConvTranspose2d": [
        ((3, 3, 4), (3, 4, 2), {"stride": 2}),
        ((4, 3, 4), (4, 6, (3, 2)), {"stride": (2, 1), "padding": (1, 0), "output_padding": (1, 0)}),
        ((4, 3, 4), (4, 6, 3), {"groups": 2, "bias": False, "dilation": 2}),
    ],
    "Unfold": [((3, 5, 6), (2,), {}), ((3, 5, 6), ((2, 3),), {"dilation": 2, "padding": 1, "stride": 2})],
    "Fold": [((12, 20), ((5, 6), 2), {}), ((12, 6), ((5, 6), (2, 3)), {"padding": 1, "stride": (3, 2)})],
}
EACH_LAYER = [(name, *case) for name, cases in LAYERS.items() for case in cases]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "shape", "arguments", "options"), EACH_LAYER)
def test_layers(name, shape, arguments, options, dtype):
    """The same text, the same state both ways, the same values and gradients."""
    theirs = getattr(torch.nn, name)(*arguments, **options)
    theirs = theirs.to(getattr(torch, dtype))
    given = {} if "fold" in name.lower() else {"dtype": dtype, "generator": np.random.default_rng(0)}
    mine = getattr(lw.nn, name)(*arguments, **options, **given)
    assert repr(mine) == repr(theirs)
    assert list(mine.state_dict()) == list(theirs.state_dict())

    state = {key: torch.tensor(value.numpy()) for key, value in mine.state_dict().items()}
    theirs.load_state_dict(state)
    twin = getattr(lw.nn, name)(*arguments, **options, **({"dtype": dtype} if given else {}))
    twin.load_state_dict(theirs.state_dict())
    for layer in (mine, twin):
        for batch in ((2, *shape), shape):
            (x,) = draw(batch)
            x = x.astype(dtype)
            ours, other = lw.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
            y, z = layer(ours), theirs(other)
            assert str(y.dtype) == dtype
            layer.zero_grad()
            theirs.zero_grad()
            (y * y).sum().backward()
            (z * z).sum().backward()
            pairs = [(y.detach(), z.detach()), (ours.grad, other.grad)]
            pairs += [(p.grad, q.grad) for p, q in zip(layer.parameters(), theirs.parameters(), strict=True)]
            tolerance = 1e-11 if dtype == "float64" else 2e-5
            for a, b in pairs:
                np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("size", [(7, 8), (7, 7), (8, 8), 7])
def test_transposed_convolution_to_a_given_size(size):
    arguments = (2, 3, 3)
    mine = lw.nn.ConvTranspose2d(*arguments, stride=2, padding=1, dtype=lw.float64)
    theirs = torch.nn.ConvTranspose2d(*arguments, stride=2, padding=1, dtype=torch.float64)
    theirs.load_state_dict({key: torch.tensor(value.numpy()) for key, value in mine.state_dict().items()})
    (x,) = draw((2, 2, 4, 4))
    y = mine(lw.tensor(x), output_size=size)
    z = theirs(torch.tensor(x), output_size=[size, size] if isinstance(size, int) else size)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("Conv1d", (8, 500, 8), {}),
        ("Conv2d", (16, 500, (2, 4)), {"groups": 2}),
        ("ConvTranspose1d", (100, 16, 4), {}),
        ("ConvTranspose2d", (100, 32, (2, 4)), {"groups": 4}),
    ],
)
def test_layers_start_as_in_torch(name, arguments, options):
    """Uniform in [-1/√fan, 1/√fan] with a fan of 64: the same limits and spread within sampling error."""
    torch.manual_seed(0)
    mine = getattr(lw.nn, name)(*arguments, **options, generator=np.random.default_rng(0))
    theirs = getattr(torch.nn, name)(*arguments, **options)
    for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
        p, q = p.detach().numpy(), q.detach().numpy()
        assert p.shape == q.shape
        assert p.dtype == np.float32
        assert max(np.abs(p).max(), np.abs(q).max()) <= 1 / 8
        if p.size > 1000:
            np.testing.assert_allclose([p.min(), p.max()], [-1 / 8, 1 / 8], rtol=0.01)
            np.testing.assert_allclose(p.std(), 1 / 8 / np.sqrt(3), rtol=0.05)


def test_layers_are_drawn_from_their_generator():
    make = lambda seed: lw.nn.Conv2d(2, 3, 3, generator=np.random.default_rng(seed))  # noqa: E731
    assert make(0).weight.tolist() == make(0).weight.tolist()
    assert make(0).weight.tolist() != make(1).weight.tolist()
    lw.manual_seed(0)
    first = lw.nn.ConvTranspose1d(2, 3, 3).weight
    lw.manual_seed(0)
    assert first.tolist() == lw.nn.ConvTranspose1d(2, 3, 3).weight.tolist()


def test_a_small_network_learns_as_in_torch():
    """Convolution on convolution, where memory is laid out as convolutions leave it: five steps downhill."""
    x, target = draw((6, 2, 8, 8), (6, 3))
    results = []
    for L in (lw, torch):
        first, second = (
            [L.tensor(w) for w in draw(shape, shape[:1], seed=seed)]
            for seed, shape in enumerate([(8, 2, 3, 3), (3, 8, 3, 3)])
        )
        parameters = [*first, *second]
        for _ in range(5):
            for p in parameters:
                p.requires_grad, p.grad = True, None
            hidden = L.nn.functional.conv2d(L.tensor(x), *first, padding=1).relu()
            y = L.nn.functional.conv2d(hidden, *second, stride=2).mean(dim=(2, 3))
            ((y - L.tensor(target)) ** 2).sum().backward()
            for p in parameters:
                p.data -= 1e-3 * (p.grad.numpy() if L is lw else p.grad)
        results.append([p.detach().numpy() for p in parameters])
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-12)


# --- errors


def image(*shape, dtype=None):
    return lw.zeros(*(shape or (2, 4, 6, 6)), dtype=dtype)


F = lw.nn.functional
KERNEL = (3, 4, 3, 3)
ERRORS = {
    "an array": (lambda: F.conv2d(np.zeros((1, 4, 6, 6)), image(*KERNEL)), "conv2d(): input", "ndarray"),
    "integers": (lambda: F.conv2d(image(dtype=lw.int64), image(*KERNEL)), "floating-point", "int64"),
    "two formats": (lambda: F.conv2d(image(dtype=lw.float64), image(*KERNEL)), "float64", "float32"),
    "dimensions": (lambda: F.conv2d(image(6, 6), image(*KERNEL)), "(6, 6)", "(n, c, h, w) or (c, h, w)"),
    "dimensions 1": (lambda: F.conv1d(image(), image(3, 4, 3)), "conv1d()", "(n, c, w) or (c, w)"),
    "weight": (lambda: F.conv2d(image(), image(3, 4, 3)), "weight", "(3, 4, 3)", "(c_out, c_in / groups, kh"),
    "empty weight": (
        lambda: F.conv2d(image(), image(0, 4, 3, 3)),
        "weight",
        "(0, 4, 3, 3)",
        "none of them 0",
    ),
    "channels": (lambda: F.conv2d(image(2, 5, 6, 6), image(*KERNEL)), "5 channels", "expected 4"),
    "channels of groups": (
        lambda: F.conv2d(image(), image(4, 4, 3, 3), groups=2),
        "4 channels",
        "expected 8",
    ),
    "groups": (lambda: F.conv2d(image(), image(3, 2, 3, 3), groups=2), "groups", "(3, 2, 3, 3)", "got 2"),
    "no groups": (lambda: F.conv2d(image(), image(*KERNEL), groups=0), "groups", "got 0"),
    "bias": (lambda: F.conv2d(image(), image(*KERNEL), image(4)), "bias has shape (4,), expected (3,)"),
    "stride": (
        lambda: F.conv2d(image(), image(*KERNEL), stride=0),
        "stride must be an integer from 1",
        "got 0",
    ),
    "strides": (
        lambda: F.conv2d(image(), image(*KERNEL), stride=(1, 2, 3)),
        "stride",
        "2 of them",
        "(1, 2, 3)",
    ),
    "half a stride": (lambda: F.conv2d(image(), image(*KERNEL), stride=1.5), "stride", "got 1.5"),
    "padding": (lambda: F.conv2d(image(), image(*KERNEL), padding=-1), "padding", "from 0", "got -1"),
    "padding name": (
        lambda: F.conv2d(image(), image(*KERNEL), padding="full"),
        "'same' or 'valid'",
        "'full'",
    ),
    "same": (lambda: F.conv2d(image(), image(*KERNEL), padding="same", stride=2), "'same'", "stride 2"),
    "dilation": (lambda: F.conv2d(image(), image(*KERNEL), dilation=0), "dilation", "got 0"),
    "too large": (lambda: F.conv2d(image(), image(*KERNEL), dilation=4), "spans (9, 9)", "(6, 6)"),
    "empty image": (lambda: F.conv2d(image(2, 4, 0, 6), image(*KERNEL), padding=3), "spans", "(6, 12)"),
    "transposed channels": (lambda: F.conv_transpose2d(image(), image(*KERNEL)), "4 channels", "expected 3"),
    "transposed bias": (
        lambda: F.conv_transpose2d(image(), image(4, 3, 2, 2), image(4)),
        "bias has shape (4,), expected (3,)",
    ),
    "output padding": (
        lambda: F.conv_transpose2d(image(), image(4, 3, 2, 2), stride=2, output_padding=2),
        "output_padding must be smaller than stride or dilation, got (2, 2)",
    ),
    "nothing left": (
        lambda: F.conv_transpose2d(image(2, 4, 1, 1), image(4, 3, 2, 2), padding=1),
        "(2, 4, 1, 1)",
        "nothing is left",
    ),
    "unfold": (lambda: F.unfold(image(6, 6), 2), "unfold(): input has shape (6, 6)", "(c, h, w)"),
    "unfold kernel": (lambda: F.unfold(image(), 7), "unfold()", "spans (7, 7)", "(6, 6)"),
    "fold": (lambda: F.fold(image(2, 8, 10), (4, 4), 2), "fold()", "(2, 8, 10)", "(n, c · 4, 9)"),
    "fold dimensions": (lambda: F.fold(image(), (4, 4), 2), "fold()", "(n, c kh kw, places)"),
    "layer groups": (lambda: lw.nn.Conv2d(4, 6, 3, groups=4), "Conv2d(): groups", "4", "6", "got 4"),
    "layer mode": (lambda: lw.nn.Conv2d(4, 6, 3, padding_mode="mirror"), "padding_mode", "'mirror'"),
    "layer kernel": (lambda: lw.nn.Conv1d(4, 6, 0), "Conv1d(): kernel_size", "got 0"),
    "layer same": (lambda: lw.nn.Conv1d(4, 6, 3, stride=2, padding="same"), "Conv1d()", "stride 1"),
    "layer transposed mode": (
        lambda: lw.nn.ConvTranspose2d(4, 6, 3, padding_mode="reflect"),
        "padding_mode",
        "'zeros'",
        "'reflect'",
    ),
    "output size": (
        lambda: lw.nn.ConvTranspose2d(4, 3, 2, stride=2)(image(), output_size=(14, 12)),
        "between (12, 12) and (13, 13)",
        "got (14, 12)",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_what_and_where(name):
    call, *parts = ERRORS[name]
    with pytest.raises((TypeError, ValueError, RuntimeError)) as error:
        call()
    for part in parts:
        assert part in str(error.value)


def test_a_result_can_be_viewed_as_in_torch():
    """In torch it lies in memory with its channels first, here last: the view is then a copy."""
    results = []
    for L in (lw, torch):
        x = L.tensor(np.arange(36.0).reshape(1, 1, 6, 6), requires_grad=True)
        weight = L.tensor(np.arange(18.0).reshape(2, 1, 3, 3))
        y = L.nn.functional.conv2d(x, weight).view(1, -1)
        (y * y).sum().backward()
        results.append((y.tolist(), x.grad.tolist()))
    assert results[0] == results[1]
