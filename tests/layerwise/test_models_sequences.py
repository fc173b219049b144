"""Models for sequences: character RNN, LSTM and GRU, GPT, the encoder that classifies, and sampling."""

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.models import twins

from .model_parity import LIBRARIES, check_training, overfit, pair

F = lw.nn.functional
VOCABULARY = 11


def tokens(*shape, seed=0, lowest=0):
    return np.random.default_rng(seed).integers(lowest, VOCABULARY, shape)


def gpt(**options):
    options = {"context": 8, "layers": 2, "heads": 2, "width": 8, **options}
    return lambda m: m.GPT(VOCABULARY, **options)


def rnn(**options):
    return lambda m: m.CharRNN(VOCABULARY, 6, **options)


def encoder(**options):
    options = {"context": 8, "layers": 2, "heads": 2, "width": 8, **options}
    return lambda m: m.EncoderClassifier(VOCABULARY, 3, **options)


GENERATORS = {
    "rnn": rnn(cell="rnn"),
    "lstm": rnn(),
    "gru": rnn(cell="gru"),
    "lstm with more layers": rnn(num_layers=2, embedding_size=4),
    "gpt": gpt(),
    "gpt with waves": gpt(positions="sinusoidal"),
    "gpt with waves, odd width": gpt(positions="sinusoidal", heads=1, width=5),
    "gpt with rotations": gpt(positions="rotary"),
    "gpt with swiglu": gpt(feedforward="swiglu"),
    "gpt untied": gpt(tie=False),
    "gpt without biases": gpt(bias=False, feedforward="swiglu"),
    "gpt as today": gpt(positions="rotary", feedforward="swiglu", tie=False, bias=False),
    "gpt without blocks": gpt(layers=0),
    "gpt with one head": gpt(heads=1),
}
ENCODERS = {
    "mean": encoder(),
    "cls": encoder(pooling="cls"),
    "waves": encoder(positions="sinusoidal"),
    "waves, cls": encoder(positions="sinusoidal", pooling="cls"),
    "bag": encoder(positions="none", feedforward=5),
    "other padding": encoder(padding=3),
}


def padded(*shape, padding=0):
    """Tokens, of which each row ends with one more of padding than the row before."""
    x = tokens(*shape, lowest=1)
    x[x == padding] = padding + 1
    for i in range(shape[0]):
        x[i, shape[1] - i :] = padding
    return x


@pytest.mark.parametrize("name", GENERATORS)
def test_the_twins_train_alike(name):
    check_training(GENERATORS[name], tokens(3, 7))


@pytest.mark.parametrize("name", ENCODERS)
def test_the_encoders_train_alike(name):
    make = ENCODERS[name]
    check_training(make, padded(4, 7, padding=make(lw.models).padding), train=False)  # without dropout
    check_training(make, padded(4, 7, padding=make(lw.models).padding))


@pytest.mark.parametrize("name", ENCODERS)
def test_torchs_fast_path_of_the_encoder_agrees_too(name):
    """In evaluation, without gradients, torch runs a whole block as one operation."""
    models = pair(ENCODERS[name])
    x = padded(4, 7, padding=models[lw].padding)
    with lw.no_grad(), torch.no_grad():
        y, twin = (models[L].eval()(L.tensor(x)).numpy() for L in LIBRARIES)
    np.testing.assert_allclose(y, twin, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("make", [rnn(num_layers=2, dropout=0.5), gpt(dropout=0.5), encoder(dropout=0.5)])
def test_the_twins_agree_without_their_dropout(make):
    check_training(make, tokens(3, 7, lowest=1), train=False)
    model = make(lw.models)
    x = lw.tensor(tokens(3, 7, lowest=1))
    assert not lw.equal(model(x), model(x))  # in training it is active


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_state_goes_on_where_it_was(cell):
    """Read in two pieces, the second from the first one's state, a text gives what it gives in one."""
    models = pair(rnn(cell=cell, num_layers=2))
    x = tokens(3, 7)
    for L in LIBRARIES:
        first, state = models[L].read(L.tensor(x[:, :4]))
        second, _ = models[L].read(L.tensor(x[:, 4:]), state)
        whole = models[L](L.tensor(x))
        pieces = np.concatenate([y.detach().numpy() for y in (first, second)], 1)
        np.testing.assert_allclose(pieces, whole.detach().numpy(), atol=1e-14)


@pytest.mark.parametrize("name", GENERATORS)
def test_no_token_sees_the_future(name):
    """Changing a token changes nothing before it, not by a digit, and something from it on."""
    lw.manual_seed(0)
    model = GENERATORS[name](lw.models)
    x = tokens(2, 7)
    y = model(lw.tensor(x)).detach().numpy()
    for t in range(7):
        other = x.copy()
        other[:, t] = (other[:, t] + 1) % VOCABULARY
        z = model(lw.tensor(other)).detach().numpy()
        assert np.array_equal(y[:, :t], z[:, :t])
        assert np.all(np.abs(y[:, t] - z[:, t]).max(-1) > 1e-5)
        if t < 6 and name != "gpt without blocks":
            assert np.abs(y[:, 6] - z[:, 6]).max() > 0  # the last sees all that came before


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary"])
def test_gpt_knows_the_order(positions):
    lw.manual_seed(0)
    model = gpt(positions=positions)(lw.models)
    last = [model(lw.tensor([x])).detach().numpy()[0, -1] for x in ([1, 2, 3], [2, 1, 3])]
    assert np.abs(last[0] - last[1]).max() > 1e-6


def test_rotary_positions_tell_distances_alone():
    """What attention makes of a token depends on how far away others are, not on where all of it stands."""
    lw.manual_seed(0)
    attention = lw.models.CausalSelfAttention(8, 2, rotary=True).double()
    q, k = (lw.tensor(np.random.default_rng(i).standard_normal((1, 4))) for i in range(2))
    turned = [[attention.rotary(x, start)[0] for x, start in ((q, 3 + s), (k, s))] for s in (0, 20)]
    scores = [float(lw.dot(q, k)) for q, k in turned]
    np.testing.assert_allclose(*scores, rtol=1e-12)


@pytest.mark.parametrize("name", GENERATORS)
def test_generation_is_repeatable_and_starts_with_what_was_given(name):
    models = pair(GENERATORS[name])
    x = tokens(2, 3)
    generators = {lw: np.random.default_rng, torch: lambda seed: torch.Generator().manual_seed(seed)}
    for L in LIBRARIES:
        texts = []
        for seed in (0, 0, 1):
            new = models[L].generate(L.tensor(x), 9, temperature=2.0, generator=generators[L](seed))
            assert new.shape == (2, 12)  # also behind the end of the context
            assert np.array_equal(new[:, :3].numpy(), x)
            assert (new.numpy() >= 0).all()
            assert (new.numpy() < VOCABULARY).all()
            texts.append(new.tolist())
        assert texts[0] == texts[1]
        assert texts[0] != texts[2]
        assert models[L].training  # as before
        assert not new.requires_grad
    likeliest = [models[L].generate(L.tensor(x), 9, temperature=0) for L in LIBRARIES]
    assert likeliest[0].tolist() == likeliest[1].tolist()
    assert likeliest[0].tolist() == models[lw].generate(lw.tensor(x), 9, top_k=1).tolist()


def test_generation_is_repeatable_by_the_default_generator():
    model = gpt()(lw.models)
    texts = []
    for _ in range(2):
        lw.manual_seed(3)
        texts.append(model.generate(lw.tensor([[1]]), 6).tolist())
    assert texts[0] == texts[1]


def test_the_likeliest_text_is_the_models():
    """Each token that is generated without chance is the largest logit of what stands before it."""
    lw.manual_seed(0)
    for model in (gpt(context=5)(lw.models), rnn()(lw.models)):
        text = model.generate(lw.tensor([[1, 2]]), 8, temperature=0).numpy()
        for t in range(2, 10):
            seen = text[:, max(0, t - 5) : t] if isinstance(model, lw.models.GPT) else text[:, :t]
            assert model(lw.tensor(seen)).detach().numpy()[0, -1].argmax() == text[0, t]


def test_generation_has_no_dropout():
    model = gpt(dropout=0.9)(lw.models)
    texts = [model.generate(lw.tensor([[1]]), 6, temperature=0).tolist() for _ in range(3)]
    assert texts[0] == texts[1] == texts[2]
    assert model.training
    assert not model.eval().generate(lw.tensor([[1]]), 1).requires_grad
    assert not model.training


def test_generation_leaves_every_module_in_its_mode():
    """Also when it ends in an error."""
    for make in (gpt(), rnn()):
        for models, L in ((lw.models, lw), (twins, torch)):
            model = make(models)
            model.dropout.eval()
            model.generate(L.tensor([[1]]), 2)
            with pytest.raises(ValueError, match="temperature"):
                model.generate(L.tensor([[1]]), 2, temperature=-1.0)
            assert [m for m in model.modules() if not m.training] == [model.dropout]


def test_sampling_follows_the_probabilities():
    """Against the exact ones, by what chance permits: five standard errors."""
    logits = np.array([[0.0, 1.0, 2.0, -1.0]])
    n = 4000
    for temperature, top_k in ((1.0, None), (0.5, None), (2.0, 3), (1.0, 2)):
        p = np.exp(logits[0] / temperature)
        if top_k is not None:
            p[np.argsort(p)[:-top_k]] = 0
        p /= p.sum()
        random = np.random.default_rng(0)
        rows = lw.tensor(np.repeat(logits, n, 0))
        draws = lw.models.next_token(rows, temperature, top_k, random).numpy()
        assert draws.shape == (n, 1)
        share = np.bincount(draws[:, 0], minlength=4) / n
        assert np.all(np.abs(share - p) <= 5 * np.sqrt(p * (1 - p) / n))


def test_sampling_bears_extremes():
    logits = lw.tensor([[1e4, -1e4, 0.0]], dtype=lw.float32)
    for temperature in (1e-6, 1.0, 1e6):
        assert int(lw.models.next_token(logits, temperature, generator=np.random.default_rng(0))) in (0, 1, 2)
    assert int(lw.models.next_token(logits, 1e-6)) == 0
    assert int(lw.models.next_token(logits, 1.0, top_k=100)) == 0


# --- the encoder


@pytest.mark.parametrize("name", ENCODERS)
def test_padding_changes_nothing(name):
    models = pair(ENCODERS[name])
    padding = models[lw].padding
    x = padded(1, 5, padding=padding)
    for L in LIBRARIES:
        alone = models[L].eval()(L.tensor(x)).detach().numpy()
        for more in (1, 3):
            longer = np.concatenate([x, np.full((1, more), padding)], 1)
            np.testing.assert_allclose(models[L](L.tensor(longer)).detach().numpy(), alone, atol=1e-14)


def test_gradients_do_not_reach_padding():
    lw.manual_seed(0)
    model = encoder()(lw.models)
    model(lw.tensor(padded(3, 6))).square().sum().backward()
    assert not model.token.weight.data[0].any()
    assert not model.token.weight.grad.numpy()[0].any()
    assert model.token.weight.grad.numpy()[1:].any()


def test_an_encoder_without_positions_sees_a_bag():
    lw.manual_seed(0)
    x = tokens(1, 6, lowest=1)
    shuffled = np.random.default_rng(1).permutation(x, axis=1)
    for positions, alike in (("none", True), ("learned", False), ("sinusoidal", False)):
        model = encoder(positions=positions)(lw.models).double()
        y, z = (model(lw.tensor(t)).detach() for t in (x, shuffled))
        assert lw.allclose(y, z, atol=1e-12) == alike


def test_blocks_of_the_encoder_start_different():
    lw.manual_seed(0)
    first, second = encoder()(lw.models).encoder.layers
    assert not lw.equal(first.linear1.weight, second.linear1.weight)
    assert not lw.equal(first.self_attn.in_proj_weight, second.self_attn.in_proj_weight)


# --- sizes and starts


def test_the_smallest_gpt_2_has_its_number_of_parameters():
    with torch.device("meta"):  # shapes without numbers
        model = twins.GPT(50257, 1024, layers=12, heads=12, width=768)
        untied = twins.GPT(50257, 1024, layers=12, heads=12, width=768, tie=False)
    assert sum(p.numel() for p in model.parameters()) == 124_439_808
    assert sum(p.numel() for p in untied.parameters()) == 124_439_808 + 50257 * 768


def test_swiglu_has_as_many_parameters_as_gelu():
    gelu, swiglu = (
        lw.nn.utils.count_parameters(lw.models.FeedForward(48, kind=kind, bias=False))
        for kind in ("gelu", "swiglu")
    )
    assert gelu == swiglu == 8 * 48 * 48


def test_starting_values():
    """GPT-2's: 0.02 everywhere, but less before what is added up. An LSTM's forget gates are open."""
    lw.manual_seed(0)
    model = gpt(layers=8, width=64, heads=2)(lw.models)
    assert model.head.weight is model.token.weight
    for name, parameter in model.named_parameters():
        x = parameter.detach().numpy()
        if "norm" in name:
            continue
        if name.endswith("bias"):
            assert not x.any()
            continue
        summed = name.endswith(("attention.out.weight", "feedforward.down.weight"))
        np.testing.assert_allclose(x.std(), 0.02 / 4 if summed else 0.02, rtol=0.15, err_msg=name)

    lstm = lw.models.CharRNN(VOCABULARY, 6).rnn
    assert lstm.bias_ih_l0.tolist() == [0] * 6 + [1] * 6 + [0] * 12
    assert not lstm.bias_hh_l0.data.any()
    for gate in lstm.weight_hh_l0.data.reshape(4, 6, 6):
        np.testing.assert_allclose(gate @ gate.T, np.eye(6), atol=1e-6)


def test_the_first_loss_is_that_of_guessing():
    lw.manual_seed(0)
    x, y = lw.tensor(tokens(4, 8)), lw.tensor(tokens(32, seed=1))
    for name in ("gpt", "gpt as today"):
        loss = F.cross_entropy(GENERATORS[name](lw.models)(x).flatten(0, 1), y)
        np.testing.assert_allclose(float(loss), np.log(VOCABULARY), rtol=0.01)


# --- learning


@pytest.mark.parametrize(
    "name", ["rnn", "lstm", "gru", "gpt", "gpt with waves", "gpt with rotations", "gpt as today"]
)
def test_a_text_is_learned_by_heart(name):
    """The model then goes on with its beginning to its end."""
    lw.manual_seed(0)
    text = np.array([[3, 1, 4, 1, 5, 9, 2, 6, 5]])
    x, y = lw.tensor(text[:, :-1]), lw.tensor(text[0, 1:])
    model = GENERATORS[name](lw.models)
    assert overfit(model, lambda model: F.cross_entropy(model(x)[0], y), steps=120, lr=3e-2) < 0.05
    assert model.generate(lw.tensor(text[:, :2]), 7, temperature=0).tolist() == text.tolist()


@pytest.mark.parametrize("name", ["mean", "cls", "waves"])
def test_a_few_sequences_are_learned_by_heart(name):
    lw.manual_seed(0)
    x, y = lw.tensor(padded(6, 7)), lw.tensor(np.arange(6) % 3)
    assert overfit(ENCODERS[name](lw.models), lambda model: F.cross_entropy(model(x), y), steps=60) < 0.05


# --- errors and edges


def test_batches_of_none_and_of_one():
    for make in (gpt(), rnn(), encoder()):
        lw.manual_seed(0)
        model = make(lw.models)
        x = tokens(3, 5, lowest=1)
        y = model(lw.tensor(x)).detach().numpy()
        np.testing.assert_allclose(model(lw.tensor(x[:1])).detach(), y[:1], rtol=1e-5, atol=1e-6)
        assert model(lw.tensor(x[:0])).shape == (0, *y.shape[1:])
        assert model(lw.tensor(x[:, :1])).shape[0] == 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (gpt(width=10, heads=4), r"GPT\(\): width must be a multiple of heads, 4, got 10"),
        (
            gpt(width=6, heads=2, positions="rotary"),
            r"GPT\(\): 'rotary' needs an even width / heads, got 6 / 2",
        ),
        (gpt(positions="absolute"), r"GPT\(\): positions must be one of .* got 'absolute'"),
        (gpt(feedforward="relu"), r"GPT\(\): feedforward must be one of .* got 'relu'"),
        (gpt(context=0), r"GPT\(\): context must be an integer of at least 1, got 0"),
        (gpt(layers=-1), r"GPT\(\): layers must be an integer of at least 0, got -1"),
        (gpt(dropout=1.5), "1.5"),
        (rnn(cell="mgu"), r"CharRNN\(\): cell must be one of .* got 'mgu'"),
        (rnn(num_layers=0), r"CharRNN\(\): num_layers must be an integer of at least 1, got 0"),
        (encoder(width=9), r"EncoderClassifier\(\): width must be a multiple of heads, 2, got 9"),
        (encoder(pooling="max"), r"EncoderClassifier\(\): pooling must be one of .* got 'max'"),
        (encoder(padding=11), r"EncoderClassifier\(\): padding must be a token, from 0 to 10, got 11"),
        (lambda m: m.next_token(None, temperature=-1), r"temperature must be at least 0, got -1"),
        (lambda m: m.next_token(None, top_k=0), r"top_k must be an integer of at least 1, got 0"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    for models in (lw.models, twins):
        with pytest.raises(ValueError, match=message):
            make(models)


@pytest.mark.parametrize(
    ("make", "x", "message"),
    [
        (gpt(), np.zeros((2, 9), int), r"GPT: tokens has 9 times, expected at most the context, 8"),
        (gpt(), np.zeros(5, int), r"GPT: tokens has shape \(5,\), expected \(batch, times\)"),
        (rnn(), np.zeros(5, int), r"CharRNN: tokens has shape \(5,\), expected \(batch, times\)"),
        (encoder(), np.ones((2, 9), int), r"EncoderClassifier: tokens has 9 times, expected from 1 to"),
        (encoder(), np.ones((2, 0), int), r"EncoderClassifier: tokens has 0 times"),
        (
            encoder(),
            np.array([[1, 2], [0, 0]]),
            r"EncoderClassifier: tokens has a row of nothing but padding",
        ),
    ],
)
def test_wrong_inputs_are_named(make, x, message):
    for models, L in ((lw.models, lw), (twins, torch)):
        with pytest.raises(RuntimeError, match=message):
            make(models)(L.tensor(x))


def test_nothing_is_generated_from_nothing():
    for make in (gpt(), rnn()):
        with pytest.raises(RuntimeError, match=r"generate: tokens has shape \(1, 0\), expected at least one"):
            make(lw.models).generate(lw.zeros(1, 0, dtype=lw.int64), 3)
        with pytest.raises(ValueError, match=r"generate\(\): steps must be an integer of at least 0, got -1"):
            make(lw.models).generate(lw.tensor([[1]]), -1)
        assert make(lw.models).generate(lw.tensor([[1]]), 0).tolist() == [[1]]
