"""Losses, as functions and as layers, against torch."""

import itertools
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw

from .parity import check

REDUCTIONS = ["none", "sum", "mean"]


def draw(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def probabilities(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.05, 0.95, shape)


def spread(x):
    """The same numbers with gaps in memory and the order of the dimensions reversed: not contiguous."""
    return np.repeat(np.ascontiguousarray(x.T), 2, axis=0)[::2].T if x.ndim else x


def quietly(f):
    """Torch warns of 'mean' for kl_div."""

    def g(*args):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "reduction: 'mean' divides", UserWarning)
            return f(*args)

    return g


# --- distances and probabilities: two tensors of one shape

WEIGHT = np.linspace(0.5, 2.0, 4)
PAIRS = {
    "mse_loss": (draw, draw, lambda F, x, t, r: F.mse_loss(x, t, reduction=r)),
    "l1_loss": (draw, draw, lambda F, x, t, r: F.l1_loss(x, t, reduction=r)),
    "huber_loss": (draw, draw, lambda F, x, t, r: F.huber_loss(x, t, reduction=r)),
    "huber_loss 0.3": (draw, draw, lambda F, x, t, r: F.huber_loss(x, t, reduction=r, delta=0.3)),
    "smooth_l1_loss": (draw, draw, lambda F, x, t, r: F.smooth_l1_loss(x, t, reduction=r)),
    "smooth_l1_loss 0.3": (draw, draw, lambda F, x, t, r: F.smooth_l1_loss(x, t, reduction=r, beta=0.3)),
    "smooth_l1_loss 0": (draw, draw, lambda F, x, t, r: F.smooth_l1_loss(x, t, reduction=r, beta=0.0)),
    "binary_cross_entropy": (
        probabilities,
        probabilities,
        lambda F, x, t, r: F.binary_cross_entropy(x, t, reduction=r),
    ),
    "binary_cross_entropy_with_logits": (
        draw,
        probabilities,
        lambda F, x, t, r: F.binary_cross_entropy_with_logits(x, t, reduction=r),
    ),
    "kl_div": (draw, probabilities, quietly(lambda F, x, t, r: F.kl_div(x, t, reduction=r))),
    "kl_div of logarithms": (
        draw,
        draw,
        quietly(lambda F, x, t, r: F.kl_div(x, t, reduction=r, log_target=True)),
    ),
}
SHAPES = [(), (1,), (5,), (0,), (3, 4), (2, 0, 4), (2, 1, 3, 4)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", PAIRS)
def test_pairs(name, reduction, shape):
    make_x, make_t, f = PAIRS[name]
    x, t = make_x(*shape), make_t(*shape, seed=1)
    check(lambda L, x, t: f(L.nn.functional, x, t, reduction), x, t)
    check(lambda L, x, t: f(L.nn.functional, x, t, reduction), spread(x), t)


@pytest.mark.parametrize("weight_shape", [(4,), (3, 1), (3, 4), (1,), ()], ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_weights_of_binary_cross_entropies(reduction, weight_shape):
    w, p = np.random.default_rng(2).uniform(0.5, 2, (2, *weight_shape))
    x, t = draw(3, 4), probabilities(3, 4)

    def both(L, x, t, w, p):
        F = L.nn.functional
        w, p = w.detach(), p.detach()
        by_weight = F.binary_cross_entropy(x.sigmoid(), t, w, reduction=reduction)
        logits = F.binary_cross_entropy_with_logits(x, t, w, reduction=reduction, pos_weight=p)
        return (
            by_weight
            + 2 * logits
            + F.binary_cross_entropy_with_logits(x, t, pos_weight=p, reduction=reduction)
        )

    check_some(both, [x, t], [np.asarray(w), np.asarray(p)])


def check_some(f, arrays, constants, **how):
    """`check` with further arrays that receive no gradient."""

    def g(L, *tensors):
        dtype = tensors[0].dtype
        as_constant = [
            L.tensor(array, dtype=dtype) if array.dtype.kind == "f" else L.tensor(array)
            for array in constants
        ]
        return f(L, *tensors, *as_constant)

    check(g, *arrays, **how)


@pytest.mark.parametrize("shape", [(3, 4), (3,), (2, 3, 2), ()], ids=str)
@pytest.mark.parametrize("log_target", [False, True])
def test_kl_div_over_the_batch(shape, log_target):
    def f(L, x, t):
        return L.nn.functional.kl_div(x, t, reduction="batchmean", log_target=log_target)

    check(f, draw(*shape), (draw if log_target else probabilities)(*shape, seed=1))


def test_kl_div_of_zero_probabilities():
    t = np.array([[0.0, 1.0], [0.5, 0.5]])
    check_some(lambda L, x, t: L.nn.functional.kl_div(x, t, reduction="sum"), [draw(2, 2)], [t])


def test_binary_cross_entropy_at_its_ends_as_in_torch(recwarn):
    x = np.array([0.0, 1.0, 0.0, 1.0, 1e-30, 1 - 1e-16])
    t = np.array([0.0, 1.0, 1.0, 0.0, 0.5, 0.5])

    def f(L, x, t):
        return L.nn.functional.binary_cross_entropy(x, t, reduction="none")

    check_some(f, [x], [t], differences=False, slack=1e4)  # torch's 1e-12 has the digits of float32
    assert not recwarn.list


@settings(derandomize=True, max_examples=25, deadline=None)
@given(shape=st.lists(st.integers(0, 4), max_size=4), name=st.sampled_from(sorted(PAIRS)))
def test_pairs_of_any_shape(shape, name):
    make_x, make_t, f = PAIRS[name]
    check(
        lambda L, x, t: f(L.nn.functional, x, t, "mean"),
        make_x(*shape),
        spread(make_t(*shape, seed=1)),
        differences=False,
    )


# --- classes


def classes(shape, seed=0):
    """Right classes for an input of this shape: integers below shape[1]."""
    others = shape[:1] + shape[2:] if len(shape) > 1 else ()
    n = shape[1] if len(shape) > 1 else shape[0]
    return np.random.default_rng(seed).integers(0, n, others)


CLASS_SHAPES = [(5, 3), (3,), (1, 1), (4, 1), (0, 3), (2, 3, 4), (2, 3, 0), (2, 3, 2, 2), (7, 11)]
CLASS_OPTIONS = [
    dict(zip(("weight", "ignore_index", "label_smoothing"), values, strict=True))
    for values in itertools.product([False, True], [None, 1, -100], [0.0, 0.1, 1.0])
]


@pytest.mark.parametrize("shape", CLASS_SHAPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("options", CLASS_OPTIONS, ids=lambda o: "-".join(map(str, o.values())))
def test_cross_entropy(options, reduction, shape):
    x, t = draw(*shape), classes(shape)
    n = shape[1] if len(shape) > 1 else shape[0]
    kwargs = {"reduction": reduction, "label_smoothing": options["label_smoothing"]}
    if options["ignore_index"] is not None:
        kwargs["ignore_index"] = options["ignore_index"]
        t = np.where(t == t.max(initial=-1), options["ignore_index"], t) if t.size > 1 else t
    weight = [np.linspace(0.5, 2, n)] if options["weight"] else []

    def f(L, x, t, *weight):
        return L.nn.functional.cross_entropy(x, t, *weight, **kwargs)

    something = not (t == options["ignore_index"]).all()  # a mean of nothing is not a number
    check_some(f, [x], [t, *weight], differences=something and x.size < 30)
    check_some(f, [spread(x)], [t, *weight], differences=False)


@pytest.mark.parametrize("shape", CLASS_SHAPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("options", [o for o in CLASS_OPTIONS if o["ignore_index"] is None], ids=str)
def test_cross_entropy_of_probabilities(options, reduction, shape):
    x, t = draw(*shape), probabilities(*shape)
    n = shape[1] if len(shape) > 1 else shape[0]
    weight = [np.linspace(0.5, 2, n)] if options["weight"] else []

    def f(L, x, t, *weight):
        smoothing = options["label_smoothing"]
        return L.nn.functional.cross_entropy(x, t, *weight, reduction=reduction, label_smoothing=smoothing)

    check_some(f, [x, t], weight, differences=x.size < 30)


@pytest.mark.parametrize("shape", CLASS_SHAPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_nll_loss(weighted, reduction, shape):
    n = shape[1] if len(shape) > 1 else shape[0]
    weight = [np.linspace(0.5, 2, n)] if weighted else []
    for ignored in (-100, 0):

        def f(L, x, t, *weight, ignored=ignored):
            x = x if L is lw else x.contiguous()  # torch's gradient demands it
            return L.nn.functional.nll_loss(x, t, *weight, reduction=reduction, ignore_index=ignored)

        t = classes(shape)
        something = not (t == ignored).all()  # a mean of nothing is not a number, and so are its differences
        check_some(f, [draw(*shape)], [t, *weight], differences=something)
        check_some(f, [spread(draw(*shape))], [t, *weight], differences=something)


@pytest.mark.parametrize("integers", ["int64", "uint8"])
def test_formats_of_targets(integers):
    x, t = draw(3, 4), np.array([0, 3, 1], integers)
    for name in ("cross_entropy", "nll_loss"):
        check_some(lambda L, x, t, name=name: getattr(L.nn.functional, name)(x, t), [x], [t])


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_all_targets_ignored(reduction, smoothing, recwarn):
    def f(L, x, t):
        return L.nn.functional.cross_entropy(x, t, reduction=reduction, label_smoothing=smoothing)

    check_some(f, [draw(3, 4)], [np.full(3, -100)], differences=False)
    check_some(
        lambda L, x, t: L.nn.functional.nll_loss(x, t, reduction=reduction),
        [draw(3, 4)],
        [np.full(3, -100)],
        differences=False,
    )
    assert not recwarn.list


def test_an_ignored_example_may_hold_anything(recwarn):
    x = np.array([[1.0, 2.0], [np.nan, 1.0], [-np.inf, 0.0], [np.inf, 0.0]])
    ours, theirs = (
        L.nn.functional.cross_entropy(L.tensor(x), L.tensor([0, -100, -100, -100])).item()
        for L in (lw, torch)
    )
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert not recwarn.list


LOGITS = [[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4], [1e4, 1e4 - 1, 0.0], [800.0, -800.0, 1.0]]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("right", [0, 1, 2])
def test_extreme_logits(right, smoothing, recwarn):
    x, t = np.array(LOGITS), np.full(len(LOGITS), right)

    def f(L, x, t):
        return L.nn.functional.cross_entropy(x, t, reduction="none", label_smoothing=smoothing)

    check_some(f, [x], [t], differences=False)
    check_some(f, [x], [np.eye(3)[t]], differences=False)
    check_some(
        lambda L, x, t: L.nn.functional.binary_cross_entropy_with_logits(x, t, reduction="none"),
        [x],
        [np.eye(3)[t]],
        differences=False,
    )
    assert not recwarn.list


def test_an_impossible_class_costs_infinitely_much():
    x = np.array([[0.0, -np.inf, 1.0]])
    for right in range(3):
        ours, theirs = (
            L.nn.functional.cross_entropy(L.tensor(x), L.tensor([right])).item() for L in (lw, torch)
        )
        assert ours == pytest.approx(theirs, rel=1e-12)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=4), seed=st.integers(0, 9))
def test_cross_entropy_of_any_shape_and_composed(shape, seed):
    """Fused as -log_softmax at the right class; and the same with the right class as a probability of 1."""
    shape = tuple(shape)
    n, axis = (shape[1], 1) if len(shape) > 1 else (shape[0], 0)
    t = classes(shape, seed)
    certain = np.moveaxis(np.eye(n)[t], -1, axis)
    results = []
    for f in (
        lambda x: lw.nn.functional.cross_entropy(x, lw.tensor(t)),
        lambda x: lw.nn.functional.cross_entropy(x, lw.tensor(certain)),
        lambda x: lw.nn.functional.nll_loss(lw.log_softmax(x, axis), lw.tensor(t)),
        lambda x: -(lw.log_softmax(x, axis) * certain).sum() / max(t.size, 1),
    ):
        x = lw.tensor(draw(*shape, seed=seed), requires_grad=True)
        y = f(x)
        y.backward()
        results.append((y.item(), x.grad.numpy()))
    for y, grad in results[1:]:
        np.testing.assert_allclose(y, results[0][0], rtol=1e-12)
        np.testing.assert_allclose(grad, results[0][1], rtol=1e-12, atol=1e-15)


def composed_bce(x, t):
    return -(t * x.log() + (1 - t) * (1 - x).log()).mean()


COMPOSED = {
    "mse_loss": lambda x, t: ((x - t) ** 2).mean(),
    "l1_loss": lambda x, t: (x - t).abs().mean(),
    "huber_loss 0.3": lambda x, t: lw.where(
        (x - t).abs() <= 0.3, 0.5 * (x - t) ** 2, 0.3 * ((x - t).abs() - 0.15)
    ).mean(),
    "smooth_l1_loss": lambda x, t: lw.where(
        (x - t).abs() <= 1, 0.5 * (x - t) ** 2, (x - t).abs() - 0.5
    ).mean(),
    "binary_cross_entropy": composed_bce,
    "binary_cross_entropy_with_logits": lambda x, t: composed_bce(x.sigmoid(), t),
    "kl_div": lambda x, t: (t * (t.log() - x)).mean(),
    "kl_div of logarithms": lambda x, t: (t.exp() * (t - x)).mean(),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_pairs_are_their_compositions(name):
    make_x, make_t, f = PAIRS[name]
    results = []
    for g in (lambda x, t: f(lw.nn.functional, x, t, "mean"), COMPOSED[name]):
        x, t = (lw.tensor(a, requires_grad=True) for a in (make_x(3, 4), make_t(3, 4, seed=1)))
        y = g(x, t)
        y.backward()
        results.append((y.item(), x.grad.numpy(), t.grad.numpy()))
    for fused, composed in zip(*results, strict=True):
        np.testing.assert_allclose(fused, composed, rtol=1e-12, atol=1e-14)


# --- margins


@pytest.mark.parametrize("margin", [1.0, 0.3])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_hinge_embedding_loss(shape, reduction, margin):
    t = np.where(np.random.default_rng(3).random(shape) < 0.5, 1.0, -1.0)
    for x in (draw(*shape), spread(draw(*shape))):
        check_some(
            lambda L, x, t: L.nn.functional.hinge_embedding_loss(x, t, margin, reduction=reduction), [x], [t]
        )


def test_hinge_embedding_loss_at_its_bend_as_in_torch():
    x, t = np.array([1.0, 1.0, 0.0]), np.array([1.0, -1.0, -1.0])
    check_some(lambda L, x, t: L.nn.functional.hinge_embedding_loss(x, t), [x], [t], differences=False)
    assert lw.nn.functional.hinge_embedding_loss(lw.tensor(x), lw.tensor([1, -1, -1])).item() == 2 / 3


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("margin", [1.0, 0.3])
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(5, 3), (3,), (1, 1), (4, 1)], ids=str)
def test_multi_margin_loss(shape, reduction, p, margin, weighted):
    weight = [np.linspace(0.5, 2, shape[-1])] if weighted else []

    def f(L, x, t, *weight):
        w = weight[0] if weight else None
        return L.nn.functional.multi_margin_loss(x, t, p, margin, w, reduction=reduction)

    for x in (draw(*shape), spread(draw(*shape))):
        check_some(f, [x], [classes(shape), *weight])


# --- layers

CLASS_WEIGHT = [0.5, 1.0, 2.0, 1.0]
LAYERS = {
    "MSELoss": (lambda L: L.nn.MSELoss(), draw, "like"),
    "MSELoss sum": (lambda L: L.nn.MSELoss(reduction="sum"), draw, "like"),
    "L1Loss": (lambda L: L.nn.L1Loss(reduction="none"), draw, "like"),
    "HuberLoss": (lambda L: L.nn.HuberLoss(), draw, "like"),
    "HuberLoss 0.5": (lambda L: L.nn.HuberLoss("sum", 0.5), draw, "like"),
    "SmoothL1Loss": (lambda L: L.nn.SmoothL1Loss(beta=0.5), draw, "like"),
    "BCELoss": (lambda L: L.nn.BCELoss(), probabilities, "like"),
    "BCELoss weight": (
        lambda L: L.nn.BCELoss(L.tensor(CLASS_WEIGHT), reduction="sum"),
        probabilities,
        "like",
    ),
    "BCEWithLogitsLoss": (lambda L: L.nn.BCEWithLogitsLoss(), draw, "probabilities"),
    "BCEWithLogitsLoss weights": (
        lambda L: L.nn.BCEWithLogitsLoss(L.tensor(CLASS_WEIGHT), pos_weight=L.tensor([1.0, 2.0, 3.0, 4.0])),
        draw,
        "probabilities",
    ),
    "KLDivLoss": (lambda L: L.nn.KLDivLoss(reduction="batchmean"), draw, "probabilities"),
    "KLDivLoss log": (lambda L: L.nn.KLDivLoss(reduction="sum", log_target=True), draw, "like"),
    "CrossEntropyLoss": (lambda L: L.nn.CrossEntropyLoss(), draw, "classes"),
    "CrossEntropyLoss all": (
        lambda L: L.nn.CrossEntropyLoss(
            weight=L.tensor(CLASS_WEIGHT), ignore_index=0, reduction="sum", label_smoothing=0.1
        ),
        draw,
        "classes",
    ),
    "CrossEntropyLoss soft": (lambda L: L.nn.CrossEntropyLoss(label_smoothing=0.1), draw, "probabilities"),
    "NLLLoss": (lambda L: L.nn.NLLLoss(), draw, "classes"),
    "NLLLoss all": (
        lambda L: L.nn.NLLLoss(L.tensor(CLASS_WEIGHT), ignore_index=1, reduction="none"),
        draw,
        "classes",
    ),
    "HingeEmbeddingLoss": (lambda L: L.nn.HingeEmbeddingLoss(0.5), draw, "signs"),
    "MultiMarginLoss": (lambda L: L.nn.MultiMarginLoss(), draw, "classes"),
    "MultiMarginLoss all": (
        lambda L: L.nn.MultiMarginLoss(p=2, margin=0.5, weight=L.tensor(CLASS_WEIGHT), reduction="sum"),
        draw,
        "classes",
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    make, make_x, kind = LAYERS[name]
    ours, theirs = make(lw), make(torch)
    assert repr(ours) == repr(theirs)
    assert {key: value.tolist() for key, value in ours.state_dict().items()} == {
        key: value.tolist() for key, value in theirs.state_dict().items()
    }
    targets = {
        "like": make_x(3, 4, seed=1),
        "probabilities": probabilities(3, 4),
        "classes": classes((3, 4)),
        "signs": np.sign(draw(3, 4)),
    }

    def f(L, x, t):
        layer = make(L)
        if x.dtype in (np.float64, torch.float64):  # buffers in the format of the input
            if L is lw:
                for buffer_name, value in list(layer.named_buffers()):
                    setattr(layer, buffer_name, value.to(lw.float64))
            else:
                layer.double()
        return layer(x, t)

    check_some(f, [make_x(3, 4)], [targets[kind]])


# --- errors

F = lw.nn.functional
x23 = lw.tensor(np.ones((2, 3)))
half = lw.tensor(np.full((2, 3), 0.5))
right = lw.tensor([0, 2])
ERRORS = {
    "mse": (
        lambda: F.mse_loss(x23, lw.tensor(np.ones(3))),
        RuntimeError,
        r"mse_loss.*target .*\(3,\).*\(2, 3\)",
    ),
    "mse column": (lambda: F.mse_loss(lw.ones(3, 1), lw.ones(3)), RuntimeError, r"\(3,\).*\(3, 1\)"),
    "mse formats": (
        lambda: F.mse_loss(x23, lw.ones(2, 3)),
        RuntimeError,
        "target is float32 and input is float64",
    ),
    "mse integers": (
        lambda: F.mse_loss(x23, lw.tensor([1, 2])),
        RuntimeError,
        "target must be floating-point",
    ),
    "mse of an array": (lambda: F.mse_loss(np.ones(3), x23), TypeError, "input must be.*ndarray"),
    "reduction": (
        lambda: F.mse_loss(x23, x23, reduction="avg"),
        ValueError,
        "'none', 'sum' or 'mean', got 'avg'",
    ),
    "reduction, layer": (lambda: lw.nn.L1Loss(reduction="avg"), ValueError, "L1Loss.*got 'avg'"),
    "batchmean": (lambda: lw.nn.MSELoss(reduction="batchmean"), ValueError, "got 'batchmean'"),
    "kl reduction": (
        lambda: lw.nn.KLDivLoss(reduction="avg"),
        ValueError,
        "'batchmean' or 'mean', got 'avg'",
    ),
    "huber": (lambda: F.huber_loss(x23, x23, delta=0.0), RuntimeError, "delta must be positive, got 0.0"),
    "smooth l1": (
        lambda: F.smooth_l1_loss(x23, x23, beta=-1.0),
        RuntimeError,
        "must not be negative, got -1.0",
    ),
    "bce shape": (
        lambda: F.binary_cross_entropy(half, lw.tensor(np.ones(6))),
        ValueError,
        r"\(6,\).*\(2, 3\)",
    ),
    "bce range": (lambda: F.binary_cross_entropy(2 * x23, x23), RuntimeError, "must hold probabilities"),
    "bce nan": (lambda: F.binary_cross_entropy(np.nan * x23, x23), RuntimeError, "must hold probabilities"),
    "bce weight": (
        lambda: F.binary_cross_entropy(half, half, lw.tensor(np.ones(2))),
        RuntimeError,
        r"weight has shape \(2,\)",
    ),
    "bce large weight": (
        lambda: F.binary_cross_entropy(half, half, lw.tensor(np.ones((2, 2, 3)))),
        RuntimeError,
        r"weight has shape \(2, 2, 3\)",
    ),
    "logits shape": (
        lambda: F.binary_cross_entropy_with_logits(x23, lw.tensor(np.ones((2, 1)))),
        ValueError,
        r"\(2, 1\)",
    ),
    "logits weight": (
        lambda: F.binary_cross_entropy_with_logits(x23, x23, pos_weight=lw.tensor(np.ones(2))),
        RuntimeError,
        r"pos_weight has shape \(2,\)",
    ),
    "learned weight": (
        lambda: F.cross_entropy(x23, right, lw.tensor(np.ones(3), requires_grad=True)),
        RuntimeError,
        "weight must not require gradients",
    ),
    "batch": (lambda: F.cross_entropy(x23, lw.tensor([0, 1, 2])), ValueError, r"\(2, 3\) and target \(3,\)"),
    "pixels": (
        lambda: F.cross_entropy(lw.ones(2, 3, 4), lw.tensor(np.zeros((2, 5), int))),
        RuntimeError,
        r"target \(2, 5\), expected \(2, 4\)",
    ),
    "class too large": (
        lambda: F.cross_entropy(x23, lw.tensor([0, 3])),
        IndexError,
        "target 3 is out of bounds.*3 classes",
    ),
    "class negative": (lambda: F.nll_loss(x23, lw.tensor([0, -1])), IndexError, "target -1 is out of bounds"),
    "class ignored": (lambda: F.multi_margin_loss(x23, lw.tensor([0, -100])), IndexError, "-100 is out of"),
    "float classes": (
        lambda: F.cross_entropy(x23, lw.tensor(np.ones(2))),
        RuntimeError,
        r"target has shape \(2,\)",
    ),
    "float classes, nll": (
        lambda: F.nll_loss(x23, lw.tensor([0.0, 1.0])),
        RuntimeError,
        "integers.*got float32",
    ),
    "truth values": (lambda: F.nll_loss(x23, lw.tensor([True, False])), RuntimeError, "integers.*got bool"),
    "class weights": (
        lambda: F.cross_entropy(x23, right, lw.tensor(np.ones(2))),
        RuntimeError,
        r"weight has shape \(2,\), expected \(3,\)",
    ),
    "class weight format": (lambda: F.nll_loss(x23, right, lw.ones(3)), RuntimeError, "weight is float32"),
    "smoothing": (
        lambda: F.cross_entropy(x23, right, label_smoothing=1.5),
        RuntimeError,
        "from 0 to 1, got 1.5",
    ),
    "ignored probabilities": (
        lambda: F.cross_entropy(x23, half, ignore_index=1),
        RuntimeError,
        "ignore_index is for targets that name a class",
    ),
    "integer logits": (
        lambda: F.cross_entropy(lw.tensor([[1, 2]]), right),
        RuntimeError,
        "input must be floating",
    ),
    "no classes": (
        lambda: F.cross_entropy(lw.tensor(1.0), lw.tensor(0)),
        RuntimeError,
        r"input has shape \(\)",
    ),
    "target array": (lambda: F.nll_loss(x23, np.array([0, 1])), TypeError, "target must be.*ndarray"),
    "hinge targets": (
        lambda: F.hinge_embedding_loss(x23, 0.5 * x23),
        ValueError,
        "nothing but 1 and -1",
    ),
    "hinge shape": (lambda: F.hinge_embedding_loss(x23, lw.ones(3)), RuntimeError, r"\(3,\).*\(2, 3\)"),
    "margin p": (lambda: F.multi_margin_loss(x23, right, p=3), ValueError, "p must be 1 or 2, got 3"),
    "margin shape": (lambda: F.multi_margin_loss(lw.ones(2, 3, 4), right), RuntimeError, r"\(2, 3, 4\)"),
    "old arguments": (lambda: lw.nn.MSELoss(size_average=True), TypeError, "size_average"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, error, message = ERRORS[name]
    with pytest.raises(error, match=message):
        f()
