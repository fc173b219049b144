"""Attention and what is built from it: heads, transformer layers, positional encodings."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from layerwise.ops import attention as ops

from .module_parity import check_module
from .parity import check, same


def draw(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def sdpa(L, *args, **options):
    return L.nn.functional.scaled_dot_product_attention(*args, **options)


# --- scaled_dot_product_attention

SHAPES = [  # query, key, value
    ((3, 4), (5, 4), (5, 4)),
    ((2, 3, 4), (2, 5, 4), (2, 5, 6)),
    ((2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 4)),
    ((2, 1, 2, 3, 4), (2, 3, 2, 5, 4), (2, 3, 2, 5, 3)),
    ((1, 2, 3, 4), (3, 2, 5, 4), (3, 2, 5, 4)),
    ((2, 3, 4), (5, 4), (5, 4)),
    ((1, 1), (1, 1), (1, 1)),
    ((2, 3, 4), (2, 1, 4), (2, 1, 4)),
    ((2, 0, 4), (2, 5, 4), (2, 5, 4)),
    ((0, 3, 4), (0, 5, 4), (0, 5, 4)),
    ((2, 3, 4), (2, 0, 4), (2, 0, 4)),
    ((2, 3, 0), (2, 5, 0), (2, 5, 4)),
]
OPTIONS = {"plain": {}, "causal": {"is_causal": True}, "scale": {"scale": 0.3}}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_attention(shapes, options):
    check(lambda L, *qkv: sdpa(L, *qkv, **OPTIONS[options]), *draw(*shapes))


def mask_of(L, array):
    return torch.tensor(array) if L is torch else lw.tensor(array)


MASKS = [(3, 5), (1, 5), (3, 1), (2, 1, 1, 5), (2, 2, 3, 5), (1, 2, 3, 5)]


@pytest.mark.parametrize("shape", MASKS, ids=str)
def test_masks(shape):
    """Truth values, some queries without any key; numbers; numbers that are learned."""
    qkv = draw((2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 4))
    (numbers,) = draw(shape, seed=1)
    truth = numbers > 0.3
    check(lambda L, *qkv: sdpa(L, *qkv, attn_mask=mask_of(L, truth)), *qkv)
    check(lambda L, *qkv: sdpa(L, *qkv, attn_mask=mask_of(L, numbers).to(qkv[0].dtype)), *qkv)
    check(lambda L, *qkvm: sdpa(L, *qkvm), *qkv, numbers)
    check(lambda L, *qkv: sdpa(L, *qkv, attn_mask=mask_of(L, np.zeros(shape, bool))), *qkv)


def test_not_contiguous():
    """Heads side by side, as they come from a projection: the result has the order of the query in memory."""
    qkv = [x.transpose(0, 2, 1, 3) for x in draw((2, 3, 2, 4), (2, 5, 2, 4), (2, 5, 2, 4))]
    assert not qkv[0].flags.c_contiguous
    check(sdpa, *qkv)
    y = sdpa(lw, *map(lw.Tensor, qkv))
    assert y.data.transpose(0, 2, 1, 3).flags.c_contiguous


@pytest.mark.parametrize("size", [1e4, 1e8])
def test_extreme_scores_neither_overflow_nor_lose_the_largest(size):
    """Scores of whole numbers, so that equal ones are equal: the largest share the weight."""
    q, k, v = draw((2, 3, 4), (2, 5, 4), (2, 5, 4))
    q, k = size * np.sign(q), np.sign(k)
    constant = lambda L, x, v: mask_of(L, x).to(v.dtype)  # noqa: E731
    check(lambda L, v: sdpa(L, constant(L, q, v), constant(L, k, v), v, scale=1.0), v)

    ours = [lw.tensor(x, requires_grad=True) for x in (q, k, v)]
    theirs = [torch.tensor(x, requires_grad=True) for x in (q, k, v)]
    for L, inputs in ((lw, ours), (torch, theirs)):
        sdpa(L, *inputs, scale=1.0).sum().backward()
    for x, twin in zip(ours[:2], theirs[:2], strict=True):  # a difference of rounding, times the scores' size
        np.testing.assert_allclose(x.grad.numpy(), twin.grad.numpy(), rtol=1e-12, atol=1e-15 * size)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("drop", [False, True])
def test_the_fused_operation_is_its_composition(masked, drop):
    """O and A, with gradients arriving at both, against softmax on the tape."""
    qkv = draw((2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 6))
    dropped = 2.0 * (draw((2, 2, 3, 5), seed=2)[0] > 0) if drop else None
    bias = np.where(draw((3, 5), seed=3)[0] > 0.8, -np.inf, 0) if masked else None
    do, da = draw((2, 2, 3, 6), (2, 2, 3, 5), seed=4)
    o, a = ops.attention(*qkv, bias, 0.5, dropped)
    fused = ops.attention_vjp(do, da, *qkv, o, a, (3, 5) if masked else None, 0.5, dropped)

    q, k, v = (lw.tensor(x, requires_grad=True) for x in qkv)
    m = lw.tensor(np.zeros((3, 5)) if bias is None else bias, requires_grad=True)
    weights = (0.5 * (q @ k.transpose(-1, -2)) + m).exp()
    weights = weights / weights.sum(-1, keepdim=True)
    used = weights * lw.Tensor(np.ones(a.shape) if dropped is None else dropped)
    y = used @ v
    np.testing.assert_allclose(o, y.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(a, weights.detach().numpy(), rtol=1e-12, atol=1e-14)
    ((y * lw.Tensor(do)).sum() + (used * lw.Tensor(da)).sum()).backward()
    wanted = (q, k, v, m) if masked else (q, k, v)
    for one, other in zip(fused, wanted, strict=False):
        np.testing.assert_allclose(one, other.grad.numpy(), rtol=1e-11, atol=1e-13)


def test_many_examples_are_taken_in_blocks(monkeypatch):
    arrays = draw((5, 2, 3, 4), (5, 2, 6, 4), (5, 2, 6, 4))
    whole = ops.attention(*arrays, None, 0.5)
    monkeypatch.setattr(ops, "BLOCK", 2 * 2 * 3 * 6)
    assert ops._blocks((5, 2, 3, 6)) == [slice(0, 2), slice(2, 4), slice(4, 6)]
    for one, other in zip(ops.attention(*arrays, None, 0.5), whole, strict=True):
        assert np.array_equal(one, other)
    check(sdpa, *arrays, differences=False)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(*[st.integers(1, 5)] * 6, st.sampled_from(["none", "causal", "bool", "float"]))
def test_any_shape(batch, heads, queries, keys, features, values, mask):
    qkv = draw(
        (batch, heads, queries, features), (batch, heads, keys, features), (batch, heads, keys, values)
    )
    (numbers,) = draw((batch, 1, queries, keys), seed=1)

    def f(L, *qkv):
        if mask in ("none", "causal"):
            return sdpa(L, *qkv, is_causal=mask == "causal")
        attn_mask = mask_of(L, numbers > 0) if mask == "bool" else mask_of(L, numbers).to(qkv[0].dtype)
        return sdpa(L, *qkv, attn_mask=attn_mask)

    check(f, *qkv, differences=False)


def test_dropout_of_weights():
    q, k, v = (lw.tensor(x) for x in draw((2, 30, 4), (2, 40, 4), (2, 40, 4)))
    ones = lw.tensor(np.ones((2, 40, 1)))
    y = sdpa(lw, q, k, ones, dropout_p=0.25, generator=np.random.default_rng(0)).numpy()
    assert abs(y.mean() - 1) < 0.05  # what remains of the weights still sums to one on average
    assert y.std() > 0.05
    again = sdpa(lw, q, k, ones, dropout_p=0.25, generator=np.random.default_rng(0)).numpy()
    assert np.array_equal(y, again)
    assert not sdpa(lw, q, k, v, dropout_p=1.0).numpy().any()
    lw.manual_seed(3)
    first = sdpa(lw, q, k, v, dropout_p=0.5).numpy()
    lw.manual_seed(3)
    assert np.array_equal(first, sdpa(lw, q, k, v, dropout_p=0.5).numpy())


def test_only_the_gradients_that_are_wanted():
    arrays = draw((2, 3, 4), (2, 5, 4), (2, 5, 4))
    o, a = ops.attention(*arrays, None, 0.5)
    needs = (False, True, False, False)
    found = ops.attention_vjp(o, None, *arrays, o, a, None, 0.5, None, needs)
    assert [gradient is not None for gradient in found] == list(needs)


# --- MultiheadAttention


def mha(*args, **options):
    return lambda L: L.nn.MultiheadAttention(*args, **options)


def attend_self(**options):
    def call(module, x):
        L = torch if isinstance(module, torch.nn.Module) else lw
        masks = {k: mask_of(L, v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
        masks = {
            k: m if m is None or isinstance(m, bool) or "bool" in str(m.dtype) else m.to(x.dtype)
            for k, m in masks.items()
        }
        return module(x, x, x, **masks)

    return call


PADDING = np.array([[False, False, True, True], [False, False, False, True], [False] * 4])
CAUSAL = np.triu(np.ones((4, 4), bool), 1)
NUMBERS = np.random.default_rng(5).standard_normal((4, 4))
EACH = np.random.default_rng(6).standard_normal((6, 4, 4))
CALLS = {
    "plain": {},
    "no weights": {"need_weights": False},
    "weights of each head": {"average_attn_weights": False},
    "padding": {"key_padding_mask": PADDING},
    "padding as numbers": {"key_padding_mask": np.where(PADDING, -2.0, 0.5)},
    "mask": {"attn_mask": CAUSAL},
    "mask as numbers": {"attn_mask": NUMBERS, "need_weights": False},
    "mask of each head": {"attn_mask": EACH > 1.5},
    "mask of each head as numbers": {"attn_mask": EACH, "need_weights": False},
    "both": {"attn_mask": CAUSAL, "key_padding_mask": PADDING},
    "both, no weights": {"attn_mask": CAUSAL, "key_padding_mask": PADDING, "need_weights": False},
    "causal": {"attn_mask": CAUSAL, "is_causal": True, "need_weights": False},
    "causal with weights": {"attn_mask": CAUSAL, "is_causal": True},
}
MODULES = {
    "plain": {},
    "without bias": {"bias": False},
    "bias_kv": {"add_bias_kv": True},
    "zero_attn": {"add_zero_attn": True},
    "bias_kv and zero_attn": {"add_bias_kv": True, "add_zero_attn": True},
}


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("module", MODULES)
def test_heads(module, call, batch_first):
    if call == "causal" and "_" in module:
        call = "mask"  # torch would take the hint in place of the mask, and hide the added keys too
    (x,) = draw((3, 4, 6) if batch_first else (4, 3, 6))
    make = mha(6, 2, batch_first=batch_first, **MODULES[module])
    check_module(make, x, call=attend_self(**CALLS[call]), slack=3)


@pytest.mark.parametrize("call", ["plain", "no weights", "weights of each head", "mask"])
@pytest.mark.parametrize("module", MODULES)
def test_heads_of_a_single_example(module, call):
    check_module(mha(6, 2, **MODULES[module]), *draw((4, 6)), call=attend_self(**CALLS[call]), slack=3)
    options = CALLS[call] | {"key_padding_mask": PADDING[0]}
    check_module(
        mha(6, 3, batch_first=True, **MODULES[module]), *draw((4, 6)), call=attend_self(**options), slack=3
    )


@pytest.mark.parametrize(
    "sizes", [{}, {"kdim": 3}, {"vdim": 5}, {"kdim": 3, "vdim": 5, "bias": False}], ids=str
)
@pytest.mark.parametrize("batch_first", [True, False])
def test_queries_keys_and_values_of_their_own(sizes, batch_first):
    options = sizes | {"batch_first": batch_first}
    shapes = [(4, 2, 6), (5, 2, sizes.get("kdim", 6)), (5, 2, sizes.get("vdim", 6))]
    arrays = [x.swapaxes(0, 1) if batch_first else x for x in draw(*shapes)]
    check_module(mha(6, 2, **options), *arrays, slack=3)
    check_module(mha(6, 1, add_bias_kv=True, add_zero_attn=True, **options), *arrays, slack=3)


def test_heads_against_central_differences():
    check_module(mha(4, 2, add_bias_kv=True), *draw((3, 2, 4), (2, 2, 4), (2, 2, 4)), differences=True)
    check_module(mha(4, 2, kdim=3, vdim=2), *draw((3, 2, 4), (2, 2, 3), (2, 2, 2)), differences=True)


@pytest.mark.parametrize("need_weights", [False, True])
def test_queries_that_may_look_at_nothing(need_weights):
    """Zeros without weights, NaN with them: as in torch."""
    (x,) = (y.astype("float32") for y in draw((2, 3, 4)))
    torch.manual_seed(0)
    mine, theirs = mha(4, 2, batch_first=True)(lw), mha(4, 2, batch_first=True)(torch)
    mine.load_state_dict(theirs.state_dict())
    nothing = np.array([[True] * 3, [False] * 3])
    ours, twin = lw.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, weights = mine(ours, ours, ours, lw.tensor(nothing), need_weights)
    y_twin, weights_twin = theirs(twin, twin, twin, torch.tensor(nothing), need_weights)
    same(y, y_twin, "float32")
    assert np.isnan(y.detach().numpy()[0]).all() == need_weights
    if need_weights:
        same(weights, weights_twin, "float32")
    y[1].sum().backward()
    y_twin[1].sum().backward()
    np.testing.assert_allclose(ours.grad.numpy()[1], twin.grad.numpy()[1], rtol=1e-4, atol=1e-6)


def test_weights_that_dropout_left():
    """What is returned is what was used: some of the weights zero, the others larger."""
    module = mha(6, 2, dropout=0.5, generator=np.random.default_rng(0))(lw)
    x = lw.tensor(draw((4, 3, 6))[0].astype("float32"))
    _, weights = module(x, x, x, average_attn_weights=False)
    assert 0.3 < (weights.detach().numpy() == 0).mean() < 0.7
    _, weights = module.eval()(x, x, x, average_attn_weights=False)
    np.testing.assert_allclose(weights.detach().numpy().sum(-1), 1, rtol=1e-6)


def test_heads_start_as_in_torch():
    lw.manual_seed(0)
    torch.manual_seed(0)
    for options in ({"add_bias_kv": True}, {"kdim": 100}):
        mine, theirs = (mha(200, 4, **options)(L) for L in (lw, torch))
        for (name, p), q in zip(mine.named_parameters(), theirs.parameters(), strict=True):
            p, q = p.detach().numpy(), q.detach().numpy()
            assert p.dtype == np.float32
            np.testing.assert_allclose(p.std(), q.std(), rtol=0.2 if p.size < 1000 else 0.02, err_msg=name)
            if p.size > 1000:
                np.testing.assert_allclose([p.min(), p.max()], [q.min(), q.max()], rtol=0.01, err_msg=name)


# --- transformers

LAYERS = {
    "plain": {},
    "norm_first": {"norm_first": True},
    "gelu": {"activation": "gelu"},
    "without bias": {"bias": False},
    "batch_first": {"batch_first": True},
    "eps": {"layer_norm_eps": 0.1},
    "all": {"norm_first": True, "activation": "gelu", "batch_first": True, "bias": False},
}
NO_DROPOUT = {"dim_feedforward": 5, "dropout": 0.0}


def encoder_layer(**options):
    return lambda L: L.nn.TransformerEncoderLayer(6, 2, **NO_DROPOUT, **options)


def decoder_layer(**options):
    return lambda L: L.nn.TransformerDecoderLayer(6, 2, **NO_DROPOUT, **options)


def masked(*names, **masks):
    """Call with arrays as masks, of the inputs' library."""

    def call(module, *inputs):
        L = torch if isinstance(module, torch.nn.Module) else lw
        options = {
            name: mask_of(L, mask) if isinstance(mask, np.ndarray) else mask for name, mask in masks.items()
        }
        return module(*inputs, **options)

    return call


ENCODER_CALLS = {
    "plain": {},
    "mask": {"src_mask": CAUSAL},
    "padding": {"src_key_padding_mask": PADDING},
    "both": {"src_mask": CAUSAL, "src_key_padding_mask": PADDING},
    "causal": {"src_mask": CAUSAL, "is_causal": True},
}
DECODER_CALLS = {
    "plain": {},
    "masks": {"tgt_mask": CAUSAL, "memory_mask": NUMBERS[:, :3] > 1},
    "padding": {"tgt_key_padding_mask": PADDING, "memory_key_padding_mask": PADDING[:, 1:]},
    "causal": {"tgt_mask": CAUSAL, "tgt_is_causal": True},
}


@pytest.mark.parametrize("call", ENCODER_CALLS)
@pytest.mark.parametrize("options", LAYERS)
def test_encoder_layer(options, call):
    options = LAYERS[options]
    (x,) = draw((3, 4, 6) if "batch_first" in options else (4, 3, 6))
    check_module(encoder_layer(**options), x, call=masked(**ENCODER_CALLS[call]), slack=10)


@pytest.mark.parametrize("call", DECODER_CALLS)
@pytest.mark.parametrize("options", LAYERS)
def test_decoder_layer(options, call):
    options = LAYERS[options]
    x, memory = draw((4, 3, 6), (3, 3, 6))
    if "batch_first" in options:
        x, memory = x.swapaxes(0, 1), memory.swapaxes(0, 1)
    check_module(decoder_layer(**options), x, memory, call=masked(**DECODER_CALLS[call]), slack=10)


def test_layers_of_a_single_example_and_of_another_activation():
    check_module(encoder_layer(), *draw((4, 6)), slack=10)
    check_module(decoder_layer(), *draw((4, 6), (3, 6)), slack=10)
    check_module(lambda L: encoder_layer(activation=L.tanh)(L), *draw((4, 2, 6)), slack=10)
    check_module(encoder_layer(activation="gelu"), *draw((2, 1, 6)), differences=True, slack=10)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
def test_encoder_and_decoder(layers, norm):
    def encoder(L):
        options = {"enable_nested_tensor": False} if L is torch else {}
        return L.nn.TransformerEncoder(
            encoder_layer()(L), layers, L.nn.LayerNorm(6) if norm else None, **options
        )

    def decoder(L):
        return L.nn.TransformerDecoder(
            decoder_layer(norm_first=True)(L), layers, L.nn.LayerNorm(6) if norm else None
        )

    x, memory = draw((4, 3, 6), (3, 3, 6))
    check_module(encoder, x, call=masked(mask=CAUSAL, src_key_padding_mask=PADDING), slack=30)
    check_module(encoder, x, call=masked(mask=CAUSAL, is_causal=True), slack=30)
    check_module(
        decoder, x, memory, call=masked(tgt_mask=CAUSAL, memory_key_padding_mask=PADDING[:, 1:]), slack=30
    )


def test_state_goes_both_ways():
    torch.manual_seed(0)
    mine, theirs = (
        L.nn.TransformerEncoder(encoder_layer()(L), 2, enable_nested_tensor=False) for L in (lw, torch)
    )
    mine.load_state_dict(theirs.state_dict())
    theirs.load_state_dict({name: torch.tensor(p.numpy()) for name, p in mine.state_dict().items()})
    x = draw((4, 3, 6))[0].astype("float32")
    y, twin = mine(lw.tensor(x)), theirs.train()(torch.tensor(x))
    np.testing.assert_allclose(y.detach().numpy(), twin.detach().numpy(), rtol=1e-5, atol=1e-5)


def test_copied_layers_do_not_share_parameters_but_draw_from_one_generator():
    layer = lw.nn.TransformerEncoderLayer(6, 2, 5, dropout=0.5, generator=np.random.default_rng(0))
    encoder = lw.nn.TransformerEncoder(layer, 2)
    first, second = encoder.layers
    assert first.linear1.weight is not second.linear1.weight
    assert not np.shares_memory(first.linear1.weight.data, second.linear1.weight.data)
    assert first.linear1.weight.tolist() == second.linear1.weight.tolist()
    x = lw.tensor(draw((4, 3, 6))[0].astype("float32"))
    assert first(x).tolist() != second(x).tolist()
    encoder.eval()
    assert first(x).tolist() == second(x).tolist()


def test_dropout_everywhere():
    """With p = 1 nothing of the sublayers comes through, and a residual stream is all that remains."""
    for make, inputs in ((encoder_layer, 1), (decoder_layer, 2)):
        module = make(norm_first=True)(lw)
        for child in module.modules():
            for name in ("p", "dropout"):
                if isinstance(vars(child).get(name), float):
                    setattr(child, name, 1.0)
        x = [lw.tensor(a.astype("float32")) for a in draw((4, 3, 6), (5, 3, 6))]
        assert module(*x[:inputs]).tolist() == x[0].tolist()
        assert module.eval()(*x[:inputs]).tolist() != x[0].tolist()


# --- positional encodings


@pytest.mark.parametrize("features", [1, 2, 5, 8])
@pytest.mark.parametrize("times", [0, 1, 7])
def test_sinusoidal_encoding(times, features):
    """The formula of the paper, number by number."""
    expected = np.zeros((times, features))
    for t in range(times):
        for i in range(features):
            angle = t / 10000 ** ((i - i % 2) / features)
            expected[t, i] = np.sin(angle) if i % 2 == 0 else np.cos(angle)
    for dtype in (lw.float64, lw.float32):
        encoding = lw.nn.SinusoidalEncoding(features)
        encoding(lw.zeros(2, features, dtype=dtype))  # a shorter sequence first
        y = encoding(lw.zeros(times, features, dtype=dtype))
        assert y.dtype == dtype
        np.testing.assert_allclose(
            y.numpy(),
            expected,
            rtol=1e-6 if dtype == lw.float32 else 1e-12,
            atol=1e-7 if dtype == lw.float32 else 1e-14,
        )


@pytest.mark.parametrize("batch_first", [True, False])
def test_encodings_are_added_along_the_times(batch_first):
    (x,) = draw((2, 4, 6) if batch_first else (4, 2, 6))
    waves = lw.nn.SinusoidalEncoding(6)(lw.zeros(4, 6, dtype=lw.float64)).numpy()
    (table,) = draw((9, 6), seed=1)
    learned = lw.nn.LearnedEncoding(9, 6, batch_first, dtype=lw.float64)
    twin = torch.nn.Embedding(9, 6).double()
    twin.load_state_dict({"weight": torch.tensor(table)})
    learned.load_state_dict(twin.state_dict())

    given, theirs = lw.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y = lw.nn.SinusoidalEncoding(6, batch_first=batch_first)(learned(given))
    added = twin(torch.arange(4)) + torch.tensor(waves)
    y_twin = theirs + (added if batch_first else added[:, None])
    same(y, y_twin, "float64")
    (y * y).sum().backward()
    (y_twin * y_twin).sum().backward()
    same(given.grad, theirs.grad, "float64")
    same(learned.weight.grad, twin.weight.grad, "float64")


def rotary_in_torch(x, interleaved, base=10000.0, start=0):
    """Written with complex numbers, a different way: every pair is a number, turned by exp(i angle)."""
    times, features = x.shape[-2:]
    frequencies = base ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)
    angles = (start + torch.arange(times, dtype=torch.float64))[:, None] * frequencies
    turn = torch.polar(torch.ones_like(angles), angles).to(
        torch.complex64 if x.dtype == torch.float32 else torch.complex128
    )
    if interleaved:
        return torch.view_as_real(
            torch.view_as_complex(x.reshape(*x.shape[:-1], features // 2, 2).contiguous()) * turn
        ).flatten(-2)
    z = torch.complex(*x.chunk(2, -1)) * turn
    return torch.cat([z.real, z.imag], -1)


@pytest.mark.parametrize("options", [{}, {"base": 100.0}, {"start": 3}], ids=str)
@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("shape", [(5, 4), (2, 5, 6), (2, 3, 5, 8), (1, 2), (0, 4), (2, 0, 4)], ids=str)
def test_rotary_encoding(shape, interleaved, options):
    start = options.get("start", 0)
    base = options.get("base", 10000.0)

    def f(L, x):
        if L is torch:
            return rotary_in_torch(x, interleaved, base, start)
        return lw.nn.RotaryEncoding(x.shape[-1], base, interleaved)(x, start)

    check(f, *draw(shape))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 100), st.booleans())
def test_rotated_products_depend_on_the_distance_alone(s, t, shift, interleaved):
    rotary = lw.nn.RotaryEncoding(6, interleaved=interleaved)
    q, k = (lw.tensor(x) for x in draw((1, 6), (1, 6)))
    product, shifted = (float((rotary(q, s + d) * rotary(k, t + d)).sum()) for d in (0, shift))
    np.testing.assert_allclose(product, shifted, rtol=1e-9, atol=1e-11)


def test_learned_encoding_starts_small():
    weight = lw.nn.LearnedEncoding(100, 50, generator=np.random.default_rng(0)).weight.detach().numpy()
    np.testing.assert_allclose(weight.std(), 0.02, rtol=0.03)
    assert weight.dtype == np.float32


# --- errors and text


def zeros(*shape):
    return lw.tensor(np.zeros(shape, "float32"))


N, F = lw.nn, lw.nn.functional.scaled_dot_product_attention
MHA, MHA_FIRST = N.MultiheadAttention(6, 2), N.MultiheadAttention(6, 2, batch_first=True)
X = zeros(4, 3, 6)
ERRORS = [
    (lambda: F(np.zeros((3, 4)), zeros(5, 4), zeros(5, 4)), TypeError, r"query must be a layerwise tensor"),
    (
        lambda: F(zeros(3, 4), zeros(5, 3), zeros(5, 4)),
        RuntimeError,
        r"query has shape \(3, 4\), key \(5, 3\)",
    ),
    (
        lambda: F(zeros(3, 4), zeros(5, 4), zeros(6, 4)),
        RuntimeError,
        r"expected \(\.\.\., queries, features\)",
    ),
    (lambda: F(zeros(4), zeros(5, 4), zeros(5, 4)), RuntimeError, r"query has shape \(4,\)"),
    (lambda: F(zeros(2, 3, 4), zeros(3, 5, 4), zeros(3, 5, 4)), RuntimeError, r"query has shape \(2, 3, 4\)"),
    (lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4).to(lw.float64)), RuntimeError, r"value is float64"),
    (
        lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), enable_gqa=True),
        TypeError,
        r"enable_gqa=True is left out",
    ),
    (
        lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), zeros(3, 5), is_causal=True),
        RuntimeError,
        r"must be None",
    ),
    (lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), zeros(3, 4)), RuntimeError, r"broadcasts to \(3, 5\)"),
    (lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), zeros(2, 3, 5)), RuntimeError, r"shape \(2, 3, 5\)"),
    (
        lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), lw.tensor([1])),
        RuntimeError,
        r"bool or float32.* int64",
    ),
    (lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), [1]), TypeError, r"a mask must be a layerwise tensor"),
    (lambda: F(zeros(3, 4), zeros(5, 4), zeros(5, 4), dropout_p=2), ValueError, r"from 0 to 1, got 2"),
    (lambda: N.MultiheadAttention(6, 4), ValueError, r"embed_dim must be a multiple of num_heads.* 6 and 4"),
    (lambda: N.MultiheadAttention(6, 0), ValueError, r"both at least 1, got 6 and 0"),
    (
        lambda: N.MultiheadAttention(6, 2, dropout=-1),
        ValueError,
        r"MultiheadAttention\(\): p is a probability",
    ),
    (
        lambda: MHA(X, X, zeros(4, 3, 5)),
        RuntimeError,
        r"value \(4, 3, 5\): expected \(times, batch, features\)",
    ),
    (lambda: MHA(X, X, zeros(5, 3, 6)), RuntimeError, r"key \(4, 3, 6\), value \(5, 3, 6\)"),
    (
        lambda: MHA(X, zeros(4, 2, 6), zeros(4, 2, 6)),
        RuntimeError,
        r"query has shape \(4, 3, 6\), key \(4, 2, 6\)",
    ),
    (
        lambda: MHA_FIRST(X, zeros(2, 3, 6), zeros(2, 3, 6)),
        RuntimeError,
        r"expected \(batch, times, features\)",
    ),
    (lambda: MHA(zeros(4, 6), X, X), RuntimeError, r"query has shape \(4, 6\), key \(4, 3, 6\)"),
    (
        lambda: MHA(X.to(lw.float64), X, X),
        RuntimeError,
        r"MultiheadAttention\(\): key is float32 and query is",
    ),
    (lambda: MHA(X, X, X, is_causal=True), RuntimeError, r"is_causal=True needs attn_mask"),
    (
        lambda: MHA(X, X, X, attn_mask=zeros(4, 3)),
        RuntimeError,
        r"attn_mask has shape \(4, 3\), expected \(4, 4\)",
    ),
    (lambda: MHA(X, X, X, attn_mask=zeros(2, 4, 4)), RuntimeError, r"expected \(4, 4\) or \(6, 4, 4\)"),
    (
        lambda: MHA(X, X, X, zeros(4, 3)),
        RuntimeError,
        r"key_padding_mask has shape \(4, 3\), expected \(3, 4\)",
    ),
    (
        lambda: MHA(X, X, X, lw.tensor([1])),
        RuntimeError,
        r"a mask must be bool or float32, as the query, got int64",
    ),
    (
        lambda: N.TransformerEncoderLayer(6, 2, activation="x"),
        ValueError,
        r"'relu', 'gelu' or a function, got 'x'",
    ),
    (lambda: N.TransformerEncoderLayer(6, 4), ValueError, r"multiple of num_heads"),
    (
        lambda: N.TransformerEncoder(3, 2),
        TypeError,
        r"TransformerEncoder\(\): the layer must be a Module, got int",
    ),
    (lambda: N.TransformerDecoder(MHA, -1), ValueError, r"num_layers must not be negative, got -1"),
    (lambda: N.SinusoidalEncoding(0), ValueError, r"d_model must be at least 1, got 0"),
    (lambda: N.SinusoidalEncoding(4)(X), RuntimeError, r"shape \(4, 3, 6\), expected \(times, batch, 4\)"),
    (
        lambda: N.SinusoidalEncoding(6)(lw.tensor([1])),
        RuntimeError,
        r"input must be floating-point, got int64",
    ),
    (lambda: N.LearnedEncoding(3, 6)(X), RuntimeError, r"input has 4 times, expected at most 3"),
    (
        lambda: N.LearnedEncoding(3, 6)(X.to(lw.float64)),
        RuntimeError,
        r"weight is float32 and input is float64",
    ),
    (lambda: N.LearnedEncoding(9, 5, batch_first=True)(X), RuntimeError, r"expected \(batch, times, 5\)"),
    (lambda: N.RotaryEncoding(3), ValueError, r"features must be even and at least 2, got 3"),
    (
        lambda: N.RotaryEncoding(4)(X),
        RuntimeError,
        r"input has shape \(4, 3, 6\), expected \(\.\.\., times, 4\)",
    ),
]


@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_errors(number):
    call, kind, message = ERRORS[number]
    with pytest.raises(kind, match=message):
        call()


def test_text():
    assert repr(N.SinusoidalEncoding(6)) == "SinusoidalEncoding(6, base=10000.0, batch_first=False)"
    assert repr(N.LearnedEncoding(9, 6)) == "LearnedEncoding(9, 6, batch_first=False)"
    assert repr(N.RotaryEncoding(6)) == "RotaryEncoding(6, base=10000.0, interleaved=True)"
