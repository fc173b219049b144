"""Residual networks, plain ones, and their blocks."""

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.models import twins

from .model_parity import check_training, images, learned_by_heart, parameters


def resnet(*blocks, **options):
    options = {"num_classes": 5, "in_channels": 2, "width": 4, "stem": "cifar", **options}
    return lambda m: m.ResNet(blocks, **options)


MODELS = {
    "residual": (resnet(2, 1, 1), (4, 2, 8, 8)),
    "plain": (resnet(2, 1, 1, residual=False), (4, 2, 8, 8)),
    "residual, padded": (resnet(1, 1, shortcut="pad"), (4, 2, 8, 8)),
    "residual, odd sizes": (resnet(1, 1, shortcut="pad"), (4, 2, 7, 9)),
    "residual, stem for large images": (resnet(1, 1, stem="imagenet"), (4, 2, 37, 32)),
    "residual, zero init": (resnet(2, 1, zero_init=True), (4, 2, 8, 8)),
    "pre-activated": (resnet(2, 1, preactivation=True), (4, 2, 8, 8)),
    "pre-activated, zero init": (resnet(2, 1, preactivation=True, zero_init=True), (4, 2, 8, 8)),
    "pre-activated, plain": (resnet(2, 1, preactivation=True, residual=False), (4, 2, 8, 8)),
    "bottleneck": (resnet(2, 1, bottleneck=True), (4, 2, 8, 8)),
    "bottleneck, zero init": (resnet(2, 1, bottleneck=True, zero_init=True), (4, 2, 8, 8)),
    "bottleneck, padded": (resnet(1, 1, bottleneck=True, shortcut="pad"), (4, 2, 8, 8)),
    "bottleneck, pre-activated": (resnet(2, 1, bottleneck=True, preactivation=True), (4, 2, 8, 8)),
    "bottleneck, pre-activated, zero init": (
        resnet(1, 1, bottleneck=True, preactivation=True, zero_init=True),
        (4, 2, 8, 8),
    ),
    "bottleneck, plain": (resnet(1, 1, bottleneck=True, residual=False), (4, 2, 8, 8)),
    "resnet-8 for small images": (lambda m: m.ResNet.cifar(8, width=4), (4, 3, 8, 8)),
    "resnet-11 for small images": (lambda m: m.ResNet.cifar(11, width=2, bottleneck=True), (4, 3, 8, 8)),
    "resnet-18": (lambda m: m.ResNet.imagenet(18, 5, width=2), (4, 3, 33, 32)),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_twins_train_alike(name):
    make, shape = MODELS[name]
    check_training(make, images(*shape))


@pytest.mark.parametrize("name", MODELS)
def test_batches_of_none_and_of_one(name):
    make, shape = MODELS[name]
    lw.manual_seed(0)
    model = make(lw.models).eval()
    assert model(lw.zeros(0, *shape[1:])).shape == (0, 5 if "small" not in name else 10)
    x = lw.tensor(images(*shape).astype("float32"))
    np.testing.assert_allclose(model(x[:1]).detach(), model(x).detach()[:1], rtol=1e-4, atol=1e-5)


SMALL = {
    "residual": (resnet(1, 1, num_classes=3), (6, 2, 8, 8)),
    "residual, zero init": (resnet(1, 1, num_classes=3, zero_init=True), (6, 2, 8, 8)),
    "plain": (resnet(1, 1, num_classes=3, residual=False), (6, 2, 8, 8)),
    "pre-activated": (resnet(1, 1, num_classes=3, preactivation=True), (6, 2, 8, 8)),
    "pre-activated, zero init": (
        resnet(1, 1, num_classes=3, preactivation=True, zero_init=True),
        (6, 2, 8, 8),
    ),
    "bottleneck": (resnet(1, 1, num_classes=3, bottleneck=True), (6, 2, 8, 8)),
    "resnet-20 for small images": (lambda m: m.ResNet.cifar(20, 3, width=4), (6, 3, 8, 8)),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_few_images_are_learned_by_heart(name):
    make, shape = SMALL[name]
    lw.manual_seed(0)
    assert learned_by_heart(make(lw.models), *shape, classes=3) < 0.02


# --- known sizes and names


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda m: m.ResNet.cifar(20), 269_722),
        (lambda m: m.ResNet.cifar(56), 853_018),
        (lambda m: m.ResNet.cifar(110), 1_727_962),
        (lambda m: m.ResNet.cifar(56, residual=False), 853_018),
        (lambda m: m.ResNet.imagenet(18), 11_689_512),
        (lambda m: m.ResNet.imagenet(34), 21_797_672),
        (lambda m: m.ResNet.imagenet(50), 25_557_032),
        (lambda m: m.ResNet.imagenet(101), 44_549_160),
        (lambda m: m.ResNet.imagenet(152), 60_192_808),
    ],
)
def test_known_networks_have_their_known_numbers_of_parameters(make, expected):
    assert parameters(make) == expected


def test_names_are_torchvisions():
    names = list(lw.models.ResNet.imagenet(18, 10, width=1).state_dict())
    assert names[:3] == ["conv1.weight", "bn1.weight", "bn1.bias"]
    assert names[-2:] == ["fc.weight", "fc.bias"]
    for name in (
        "layer1.0.conv1.weight",
        "layer1.1.bn2.running_var",
        "layer2.0.downsample.0.weight",
        "layer4.0.downsample.1.num_batches_tracked",
    ):
        assert name in names
    assert len(names) == 122  # as torchvision's resnet18 has


# --- what the options mean


def test_zero_init_starts_as_the_identity():
    """Blocks that keep the shape pass on what a ReLU before them gives."""
    for bottleneck in (False, True):
        for preactivation in (False, True):
            width = 4 * (4 if bottleneck else 1)
            Block = lw.models.Bottleneck if bottleneck else lw.models.BasicBlock
            lw.manual_seed(0)
            model = resnet(3, zero_init=True, bottleneck=bottleneck, preactivation=preactivation)(lw.models)
            x = lw.tensor(np.abs(images(2, width, 6, 6)).astype("float32"))  # what a relu leaves as it is
            blocks = [block for block in model.modules() if isinstance(block, Block)]
            assert len(blocks) == 3
            for block in blocks[1:]:
                assert lw.equal(block(x), x)


def test_without_zero_init_a_block_is_not_the_identity():
    lw.manual_seed(0)
    x = lw.tensor(np.abs(images(2, 4, 6, 6)).astype("float32"))
    assert not lw.allclose(lw.models.BasicBlock(4, 4)(x), x, rtol=0, atol=0.1)


def test_a_plain_network_is_the_residual_one_without_skip_connections():
    lw.manual_seed(0)
    block = lw.models.BasicBlock(4, 4, preactivation=True)
    plain = lw.models.BasicBlock(4, 4, preactivation=True, shortcut="none")
    plain.load_state_dict(block.state_dict())
    x = lw.tensor(images(2, 4, 6, 6).astype("float32"))
    np.testing.assert_allclose((block(x) - plain(x)).detach(), x, atol=1e-5)


def test_the_padded_shortcut():
    x = images(2, 3, 5, 4)
    y = lw.models.PadShortcut(3, 6, stride=2)(lw.tensor(x)).numpy()
    assert y.shape == (2, 6, 3, 2)
    assert np.array_equal(y[:, 1:4], x[:, :, ::2, ::2])
    assert not y[:, [0, 4, 5]].any()


def test_a_mean_over_pixels_does_not_mind_where():
    """On a ring, without edges, the scores of a shifted image are those of the image."""
    lw.manual_seed(0)
    model = resnet(1)(lw.models).eval()
    for module in model.modules():
        if isinstance(module, lw.nn.Conv2d) and module.kernel_size == (3, 3):
            module.padding_mode = "circular"
    x = images(2, 2, 8, 8).astype("float32")
    scores = [model(lw.tensor(image)).detach() for image in (x, np.roll(x, (3, 2), (2, 3)))]
    np.testing.assert_allclose(*scores, atol=1e-6)


# --- errors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda m: m.ResNet((2, 0)), r"ResNet\(\): blocks\[1\] must be an integer of at least 1, got 0"),
        (lambda m: m.ResNet((2,), stem="mnist"), r"ResNet\(\): stem must be one of .* got 'mnist'"),
        (lambda m: m.ResNet((2,), shortcut="none"), r"ResNet\(\): shortcut must be one of .* got 'none'"),
        (lambda m: m.ResNet((2,), zero_init=True, residual=False), r"zero_init needs residual=True"),
        (lambda m: m.ResNet.cifar(21), r"ResNet.cifar\(\): depth must be 6 n \+ 2 .* got 21"),
        (lambda m: m.ResNet.cifar(2), r"depth must be 6 n \+ 2 .* got 2"),
        (
            lambda m: m.ResNet.cifar(21, bottleneck=True),
            r"depth must be 9 n \+ 2 .* got 21.*: for example 11",
        ),
        (lambda m: m.ResNet.imagenet(20), r"ResNet.imagenet\(\): depth must be one of \[18.* got 20"),
        (lambda m: m.BasicBlock(4, 4, shortcut="sum"), r"BasicBlock\(\): shortcut must be .* got 'sum'"),
        (lambda m: m.PadShortcut(4, 2, 1), r"PadShortcut\(\): out_channels must be at least .* 4, got 2"),
    ],
)
def test_wrong_arguments_are_named(make, message):
    for models in (lw.models, twins):
        with pytest.raises(ValueError, match=message):
            make(models)


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (
            resnet(1),
            (5, 1, 8, 8),
            r"ResNet: x has shape \(5, 1, 8, 8\), expected \(batch, 2, height, width\)",
        ),
        (lambda m: m.BasicBlock(2, 2), (5, 1, 8, 8), r"BasicBlock: x has shape"),
        (lambda m: m.Bottleneck(2, 2), (5, 1, 8, 8), r"Bottleneck: x has shape"),
    ],
)
def test_wrong_inputs_are_named(make, shape, message):
    for models, L in ((lw.models, lw), (twins, torch)):
        with pytest.raises(RuntimeError, match=message):
            make(models)(L.zeros(*shape))
