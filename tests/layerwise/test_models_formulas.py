"""Models against their formulas, written out in torch's functions.

A model and its twin are the same lines and would share a mistake in them. These references are others.
"""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

import layerwise as lw

from .model_parity import images


def started(model, seed=0):
    """The model in float64, with random numbers also in biases and running statistics; its state in torch."""
    rng = np.random.default_rng(seed)
    model.double().eval()
    for name, x in model.state_dict().items():
        if x.dtype == np.float64:
            noise = rng.standard_normal(x.shape) * 0.3
            x.data[...] = 1 + np.abs(noise) if name.endswith("running_var") else x.data + noise
    return model, {name: torch.tensor(x.numpy()) for name, x in model.state_dict().items()}


def agree(y, expected):
    np.testing.assert_allclose(y.detach().numpy(), expected.numpy(), rtol=1e-10, atol=1e-12)


def norm(w, name, x):
    """Batch norm in evaluation: with the running statistics."""
    each = [w[f"{name}.{what}"] for what in ("running_mean", "running_var", "weight", "bias")]
    return functional.batch_norm(x, *each)


def linear(w, name, x):
    return functional.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))


def conv(w, name, x, **options):
    return functional.conv2d(x, w[f"{name}.weight"], w.get(f"{name}.bias"), **options)


def angles(times, features):
    """(times, features / 2)"""
    frequencies = 10000.0 ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)
    return torch.arange(times, dtype=torch.float64)[:, None] * frequencies


def waves(times, features):
    """(times, features): sine, cosine, sine, cosine, ..."""
    return torch.stack([angles(times, features).sin(), angles(times, features).cos()], -1).flatten(1)


def test_mlp():
    model, w = started(lw.models.MLP(3, [4, 5], 2, activation="tanh", norm="batch"))
    x = torch.tensor(images(6, 3))
    h = norm(w, "layers.1", linear(w, "layers.0", x)).tanh()
    h = norm(w, "layers.4", linear(w, "layers.3", h)).tanh()
    agree(model(lw.tensor(x.numpy())), linear(w, "layers.6", h))


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_lenet(pooling):
    model, w = started(lw.models.LeNet(image_size=28, padding=2, pooling=pooling))
    x = torch.tensor(images(2, 1, 28, 28))
    pool = functional.max_pool2d if pooling == "max" else functional.avg_pool2d
    h = pool(functional.relu(conv(w, "conv1", x, padding=2)), 2)
    h = pool(functional.relu(conv(w, "conv2", h)), 2).flatten(1)
    h = functional.relu(linear(w, "classifier.2", functional.relu(linear(w, "classifier.0", h))))
    agree(model(lw.tensor(x.numpy())), linear(w, "classifier.4", h))


def test_inception():
    model, w = started(lw.models.Inception(3, 2, 3, 4, 2, 3, 2))
    x = torch.tensor(images(2, 3, 6, 7))

    def unit(name, x, padding=0):
        return functional.relu(norm(w, f"{name}.1", conv(w, f"{name}.0", x, padding=padding)))

    parts = [
        unit("branch1", x),
        unit("branch2.1", unit("branch2.0", x), 1),
        unit("branch3.1", unit("branch3.0", x), 2),
        unit("branch4.1", functional.max_pool2d(x, 3, 1, 1)),
    ]
    assert w["branch2.1.0.weight"].shape[2:] == (3, 3)
    assert w["branch3.1.0.weight"].shape[2:] == (5, 5)
    agree(model(lw.tensor(x.numpy())), torch.cat(parts, 1))


def test_mobilenet():
    model, w = started(lw.models.MobileNet(4, stem=(4, 2), blocks=[(6, 2)]))
    x = torch.tensor(images(2, 3, 9, 8))
    h = functional.relu(norm(w, "norm", conv(w, "conv", x, stride=2, padding=1)))
    h = functional.relu(
        norm(w, "blocks.0.norm1", conv(w, "blocks.0.depthwise", h, stride=2, padding=1, groups=4))
    )
    h = functional.relu(norm(w, "blocks.0.norm2", conv(w, "blocks.0.pointwise", h)))
    agree(model(lw.tensor(x.numpy())), linear(w, "fc", h.mean((2, 3))))


@pytest.mark.parametrize("shortcut", ["projection", "pad", "none"])
@pytest.mark.parametrize("preactivation", [False, True])
def test_residual_blocks(preactivation, shortcut):
    x = torch.tensor(images(2, 4, 6, 7))

    def skip(w, out_channels):
        if shortcut == "none":
            return 0
        if shortcut == "pad":
            added = out_channels - 4
            return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, added // 2, added - added // 2))
        y = conv(w, "downsample.0", x, stride=2)
        return y if preactivation else norm(w, "downsample.1", y)

    def order(w, x, i, **options):
        """The i-th convolution, with its norm and ReLU before or behind."""
        if preactivation:
            return conv(w, f"conv{i}", functional.relu(norm(w, f"bn{i}", x)), **options)
        return norm(w, f"bn{i}", conv(w, f"conv{i}", x, **options))

    between = (lambda x: x) if preactivation else functional.relu
    options = {"stride": 2, "preactivation": preactivation, "shortcut": shortcut}

    block, w = started(lw.models.BasicBlock(4, 7, **options))
    y = order(w, between(order(w, x, 1, stride=2, padding=1)), 2, padding=1)
    agree(block(lw.tensor(x.numpy())), between(y + skip(w, 7)))

    block, w = started(lw.models.Bottleneck(4, 2, **options))
    y = order(w, between(order(w, between(order(w, x, 1)), 2, stride=2, padding=1)), 3)
    agree(block(lw.tensor(x.numpy())), between(y + skip(w, 8)))


@pytest.mark.parametrize("stem", ["imagenet", "cifar"])
@pytest.mark.parametrize("preactivation", [False, True])
def test_residual_network(preactivation, stem):
    model, w = started(lw.models.ResNet((1, 1), 3, width=4, preactivation=preactivation, stem=stem))
    x = lw.tensor(images(2, 3, 18, 17))
    h = torch.tensor(x.numpy())
    h = conv(w, "conv1", h, stride=2, padding=3) if stem == "imagenet" else conv(w, "conv1", h, padding=1)
    h = h if preactivation else functional.relu(norm(w, "bn1", h))
    h = functional.max_pool2d(h, 3, 2, 1) if stem == "imagenet" else h
    h = model.layer2(model.layer1(lw.tensor(h.numpy()))).detach()  # blocks are tested above
    h = torch.tensor(h.numpy())
    h = functional.relu(norm(w, "bn1", h)) if preactivation else h
    agree(model(x), linear(w, "fc", h.mean((2, 3))))


@pytest.mark.parametrize("upsampling", ["transposed", "nearest"])
def test_unet(upsampling):
    model, w = started(lw.models.UNet(2, 3, depth=2, channels=3, upsampling=upsampling))
    x = torch.tensor(images(2, 2, 8, 12))

    def twice(name, x):
        for i in (0, 3):
            x = functional.relu(norm(w, f"{name}.{i + 1}", conv(w, f"{name}.{i}", x, padding=1)))
        return x

    def larger(name, x):
        if upsampling == "transposed":
            return functional.conv_transpose2d(x, w[f"{name}.weight"], w[f"{name}.bias"], stride=2)
        return conv(w, f"{name}.1", functional.interpolate(x, scale_factor=2, mode="nearest"), padding=1)

    top = twice("top", x)
    middle = twice("down.0", functional.max_pool2d(top, 2))
    bottom = twice("down.1", functional.max_pool2d(middle, 2))
    middle = twice("up.1", torch.cat([middle, larger("larger.1", bottom)], 1))
    top = twice("up.0", torch.cat([top, larger("larger.0", middle)], 1))
    agree(model(lw.tensor(x.numpy())), conv(w, "head", top))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_char_rnn(cell):
    model, w = started(lw.models.CharRNN(7, 5, cell=cell, embedding_size=4, num_layers=2))
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    rnn = kind(4, 5, 2, batch_first=True).double()
    rnn.load_state_dict({name[4:]: x for name, x in w.items() if name.startswith("rnn.")})
    x = torch.tensor([[1, 2, 3], [6, 5, 0]])
    with torch.no_grad():
        h, _ = rnn(functional.embedding(x, w["embedding.weight"]))
    agree(model(lw.tensor(x.numpy())), linear(w, "head", h))


@pytest.mark.parametrize("feedforward", ["gelu", "swiglu"])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary"])
def test_gpt(positions, feedforward):
    width, heads, times = 8, 2, 5
    model, w = started(
        lw.models.GPT(7, 6, layers=2, heads=heads, width=width, positions=positions, feedforward=feedforward)
    )
    tokens = torch.tensor(np.random.default_rng(0).integers(0, 7, (3, times)))

    def layer_norm(name, x):
        return functional.layer_norm(x, (width,), w[f"{name}.weight"], w[f"{name}.bias"])

    def rotated(x):
        """Each pair of features as a complex number, times e^(i t ω)."""
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
        turns = angles(times, width // heads)
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(turns), turns)).flatten(-2)

    def attention(name, x):
        q, k, v = linear(w, f"{name}.qkv", x).split(width, -1)
        outputs = []
        for head in range(heads):
            part = slice(head * width // heads, (head + 1) * width // heads)
            a, b, c = q[..., part], k[..., part], v[..., part]
            if positions == "rotary":
                a, b = rotated(a), rotated(b)
            scores = a @ b.transpose(1, 2) / math.sqrt(width // heads)
            future = torch.ones(times, times, dtype=torch.bool).triu(1)
            outputs.append(scores.masked_fill(future, -math.inf).softmax(-1) @ c)
        return linear(w, f"{name}.out", torch.cat(outputs, -1))

    def forward(name, x):
        if feedforward == "swiglu":
            gate = linear(w, f"{name}.gate", x)
            return linear(w, f"{name}.down", gate * gate.sigmoid() * linear(w, f"{name}.up", x))
        z = linear(w, f"{name}.up", x)
        gelu = z / 2 * (1 + (math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)).tanh())
        return linear(w, f"{name}.down", gelu)

    h = functional.embedding(tokens, w["token.weight"])
    if positions == "learned":
        h = h + w["position.weight"][:times]
    elif positions == "sinusoidal":
        h = math.sqrt(width) * h + waves(times, width)
    for i in range(2):
        h = h + attention(f"blocks.{i}.attention", layer_norm(f"blocks.{i}.norm1", h))
        h = h + forward(f"blocks.{i}.feedforward", layer_norm(f"blocks.{i}.norm2", h))
    agree(model(lw.tensor(tokens.numpy())), layer_norm("norm", h) @ w["token.weight"].T)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "none"])
def test_encoder(positions, pooling):
    """One sequence at a time, without padding."""
    width = 8
    options = {"context": 6, "layers": 2, "heads": 2, "width": width, "feedforward": 5}
    model, w = started(lw.models.EncoderClassifier(7, 3, positions=positions, pooling=pooling, **options))
    layer = torch.nn.TransformerEncoderLayer(
        width, 2, 5, 0.0, "gelu", batch_first=True, norm_first=True, dtype=torch.float64
    )
    encoder = torch.nn.TransformerEncoder(
        layer, 2, torch.nn.LayerNorm(width, dtype=torch.float64), enable_nested_tensor=False
    )
    encoder.load_state_dict({name[8:]: x for name, x in w.items() if name.startswith("encoder.")})
    tokens = np.array([[1, 2, 3, 4, 5], [6, 5, 4, 0, 0], [1, 0, 0, 0, 0]])
    scores = model(lw.tensor(tokens))
    for i, length in enumerate((5, 3, 1)):
        h = w["token.weight"][tokens[i, :length]]
        if positions == "learned":
            h = h + w["position.weight"][:length]
        elif positions == "sinusoidal":
            h = math.sqrt(width) * h + waves(length, width)
        h = torch.cat([w["cls"][0], h]) if pooling == "cls" else h
        with torch.no_grad():
            h = encoder(h[None])[0]
        agree(scores[i], linear(w, "head", h[0] if pooling == "cls" else h.mean(0)))


def test_graph_isomorphism():
    layer, w = started(lw.models.GraphIsomorphism(3, 4))
    x, A = torch.tensor(images(5, 3)), torch.tensor((images(5, 5) > 0).astype(float))
    heard = (1 + w["epsilon"]) * x + torch.stack([sum(A[i, j] * x[j] for j in range(5)) for i in range(5)])
    y = linear(w, "second", functional.relu(linear(w, "first", heard)))
    agree(layer(lw.tensor(x.numpy()), lw.tensor(A.numpy())), y)


@pytest.mark.parametrize("readout", [None, "mean"])
def test_graph_network(readout):
    """Layers with a ReLU between them, and behind the last one only before a readout."""
    model, w = started(lw.models.GNN(3, [4, 5], 2, readout=readout))
    x, A = lw.tensor(images(5, 3)), lw.tensor(np.roll(np.eye(5), 1, 0) + np.roll(np.eye(5), -1, 0))
    h = x
    for i, layer in enumerate(model.layers):
        h = layer(h if i == 0 else h.relu(), A)
    assert len(model.layers) == (2 if readout else 3)
    h = torch.tensor(h.detach().numpy())
    agree(model(x, A), linear(w, "head", functional.relu(h).mean(0)) if readout else h)
