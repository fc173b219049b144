"""Models for vectors and images: MLP, LeNet, Inception, MobileNet, U-Net."""

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.models import twins

from .model_parity import check_training, images, learned_by_heart, overfit, parameters

F = lw.nn.functional

MODELS = {
    "mlp": (lambda m: m.MLP(3, [7, 5], 2), (6, 3)),
    "mlp without hidden layers": (lambda m: m.MLP(3, [], 2), (6, 3)),
    "mlp on sequences": (lambda m: m.MLP(3, [4], 2, norm="layer"), (2, 6, 3)),
    "mlp with batch norm": (lambda m: m.MLP(3, [7, 5], 2, norm="batch"), (6, 3)),
    **{
        f"mlp with {activation}": (lambda m, a=activation: m.MLP(3, [7], 2, activation=a), (6, 3))
        for activation in ("leaky_relu", "gelu", "silu", "selu", "tanh", "sigmoid", "identity")
    },
    "lenet": (lambda m: m.LeNet(), (3, 1, 32, 32)),
    "lenet for digits": (
        lambda m: m.LeNet(image_size=8, channels=(4, 6), hidden=(9,), kernel_size=3, padding=1),
        (3, 1, 8, 8),
    ),
    "lenet with averages": (lambda m: m.LeNet(image_size=28, padding=2, pooling="average"), (3, 1, 28, 28)),
    "inception": (lambda m: m.Inception(5, 4, 3, 6, 2, 3, 2), (3, 5, 6, 7)),
    "inception without norm": (lambda m: m.Inception(5, 4, 3, 6, 2, 3, 2, norm=False), (3, 5, 6, 7)),
    "separable": (lambda m: m.SeparableConv(4, 6, stride=2), (3, 4, 7, 8)),
    "mobilenet": (
        lambda m: m.MobileNet(5, in_channels=2, stem=(4, 1), blocks=[(6, 1), (8, 2), (8, 1)], width=1.5),
        (3, 2, 9, 8),
    ),
    "u-net": (lambda m: m.UNet(2, 3, depth=2, channels=3), (3, 2, 8, 12)),
    "u-net that repeats pixels": (
        lambda m: m.UNet(2, 3, depth=2, channels=3, upsampling="nearest"),
        (3, 2, 8, 12),
    ),
    "u-net without norm": (lambda m: m.UNet(2, 3, depth=1, channels=3, norm=False), (3, 2, 6, 4)),
    "u-net without levels": (lambda m: m.UNet(2, 3, depth=0, channels=3), (3, 2, 5, 7)),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_twins_train_alike(name):
    make, shape = MODELS[name]
    check_training(make, images(*shape))


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda m: m.MLP(3, [7], 2, dropout=0.5), (6, 3)),
        (lambda m: m.MobileNet(5, in_channels=2, stem=(4, 1), blocks=[(6, 2)], dropout=0.5), (3, 2, 8, 8)),
    ],
)
def test_the_twins_agree_without_their_dropout(make, shape):
    check_training(make, images(*shape), train=False)
    model = make(lw.models)
    x = lw.tensor(images(*shape).astype("float32"))
    assert not lw.equal(model(x), model(x))  # in training it is active


@pytest.mark.parametrize("name", MODELS)
def test_batches_of_none_and_of_one(name):
    make, shape = MODELS[name]
    lw.manual_seed(0)
    model = make(lw.models).eval()
    assert model(lw.zeros(0, *shape[1:])).shape == (0, *model(lw.zeros(*shape)).shape[1:])
    x = lw.tensor(images(*shape).astype("float32"))
    np.testing.assert_allclose(model(x[:1]).detach(), model(x).detach()[:1], rtol=1e-4, atol=1e-5)


SMALL = {
    "mlp": (lambda m: m.MLP(4, [32], 3), (6, 4)),
    "mlp with tanh": (lambda m: m.MLP(4, [32], 3, activation="tanh"), (6, 4)),
    "lenet": (
        lambda m: m.LeNet(3, image_size=8, channels=(4, 8), hidden=(16,), kernel_size=3, padding=1),
        (6, 1, 8, 8),
    ),
    "mobilenet": (lambda m: m.MobileNet(3, in_channels=1, stem=(8, 1), blocks=[(16, 2)]), (6, 1, 8, 8)),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_few_images_are_learned_by_heart(name):
    make, shape = SMALL[name]
    lw.manual_seed(0)
    assert learned_by_heart(make(lw.models), *shape, classes=3) < 0.02


def test_a_few_segmentations_are_learned_by_heart():
    lw.manual_seed(0)
    x = lw.tensor(images(2, 1, 8, 8).astype("float32"))
    y = lw.tensor((images(2, 8, 8, seed=1) > 0).astype("int64"))  # a class for each pixel
    for upsampling in ("transposed", "nearest"):
        model = lw.models.UNet(1, 2, depth=2, channels=8, upsampling=upsampling)
        assert overfit(model, lambda model: F.cross_entropy(model(x), y), steps=80) < 0.02


def test_an_inception_block_learns_by_heart():
    lw.manual_seed(0)
    x = lw.tensor(images(4, 2, 4, 4).astype("float32"))
    y = lw.tensor(np.arange(4))
    block = lw.models.Inception(2, 4, 2, 4, 2, 4, 4)  # gives 16 channels
    model = lw.nn.Sequential(block, lw.nn.AdaptiveAvgPool2d(1), lw.nn.Flatten(), lw.nn.Linear(16, 4))
    assert overfit(model, lambda model: F.cross_entropy(model(x), y), steps=100) < 0.02


# --- known sizes


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda m: m.MLP(784, [256, 256], 10), 784 * 256 + 256 + 256 * 256 + 256 + 256 * 10 + 10),
        (lambda m: m.LeNet(), 61_706),  # 156 + 2416 + 48120 + 10164 + 850
        (lambda m: m.Inception(192, 64, 96, 128, 16, 32, 32, norm=False), 163_696),  # GoogLeNet's 3a
        (lambda m: m.MobileNet(), 4_231_976),
        (lambda m: m.UNet(3, 2), 31_037_698),
    ],
)
def test_known_networks_have_their_known_numbers_of_parameters(make, expected):
    assert parameters(make) == expected


def test_convolution_follows_the_image():
    """Shifted by what all strides divide, an image is shifted in the result, away from the edges."""
    lw.manual_seed(0)
    x = np.zeros((1, 1, 32, 32), "float32")
    x[:, :, 10:14, 12:16] = images(1, 1, 4, 4)
    moved = np.roll(x, (2, 4), (2, 3))
    model = lw.models.UNet(1, 2, depth=1, channels=4).eval()  # sees 9 pixels far
    y, z = (model(lw.tensor(image)).detach().numpy() for image in (x, moved))
    inside = (..., slice(13, -10), slice(13, -10))
    assert z[inside].std() > 0.01
    np.testing.assert_allclose(np.roll(y, (2, 4), (2, 3))[inside], z[inside], atol=1e-6)


def test_spread_stays_alike_through_many_layers():
    """What the initial weights are for: after 30 layers the signal has neither faded nor blown up."""
    for activation, low, high in (("relu", 0.3, 3.0), ("selu", 0.7, 1.4), ("identity", 0.3, 3.0)):
        lw.manual_seed(0)
        model = lw.models.MLP(256, [256] * 30, 256, activation=activation)
        x = lw.tensor(images(64, 256).astype("float32"))
        assert low < float(model.layers[:-1](x).square().mean().sqrt()) < high


# --- errors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda m: m.MLP(0, [2], 1), r"MLP\(\): in_features must be an integer of at least 1, got 0"),
        (lambda m: m.MLP(2, [3, 0], 1), r"MLP\(\): hidden\[1\] must be an integer of at least 1, got 0"),
        (lambda m: m.MLP(2, [2.5], 1), r"MLP\(\): hidden\[0\] .* got 2.5"),
        (lambda m: m.MLP(2, [2], 1, activation="step"), r"MLP\(\): activation must be one of .* got 'step'"),
        (lambda m: m.MLP(2, [2], 1, norm="group"), r"MLP\(\): norm must be one of .* got 'group'"),
        (lambda m: m.LeNet(image_size=8), r"LeNet\(\): image_size must be at least 16 .* got 8"),
        (lambda m: m.LeNet(channels=(1, 2, 3)), r"LeNet\(\): channels must be two numbers, got \(1, 2, 3\)"),
        (lambda m: m.LeNet(pooling="min"), r"LeNet\(\): pooling must be one of .* got 'min'"),
        (lambda m: m.Inception(2, 1, 1, 0, 1, 1, 1), r"Inception\(\): ch3x3 must be .* got 0"),
        (lambda m: m.MobileNet(blocks=[(8, 1), (8, 0)]), r"MobileNet\(\): blocks\[1\]\[1\] must be .* got 0"),
        (lambda m: m.MobileNet(width=0.0), r"MobileNet\(\): width must be positive, got 0.0"),
        (lambda m: m.UNet(1, 1, depth=-1), r"UNet\(\): depth must be an integer of at least 0, got -1"),
        (lambda m: m.UNet(1, 1, upsampling="cubic"), r"UNet\(\): upsampling must be one of .* got 'cubic'"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    for models in (lw.models, twins):
        with pytest.raises(ValueError, match=message):
            make(models)


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (lambda m: m.MLP(3, [2], 1), (5, 4), r"MLP: x has shape \(5, 4\), expected \(..., 3\)"),
        (lambda m: m.LeNet(), (5, 1, 28, 28), r"LeNet: x has shape .* expected \(batch, 1, 32, 32\)"),
        (lambda m: m.Inception(2, 1, 1, 1, 1, 1, 1), (5, 3, 4, 4), r"expected \(batch, 2, height, width\)"),
        (lambda m: m.MobileNet(width=0.05), (3, 8, 8), r"MobileNet: x has shape \(3, 8, 8\), expected"),
        (lambda m: m.SeparableConv(2, 2), (1, 3, 8, 8), r"SeparableConv: x has shape"),
        (lambda m: m.UNet(1, 1, depth=2, channels=2), (1, 1, 8, 6), r"UNet: .* multiples of 4"),
    ],
)
def test_wrong_inputs_are_named(make, shape, message):
    for models, L in ((lw.models, lw), (twins, torch)):
        with pytest.raises(RuntimeError, match=message):
            make(models)(L.zeros(*shape))
