"""Models and their torch twins: how the twins are made, and checkpoints that go both ways."""

import copy
import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.models import torch_layers, twins

from .model_parity import check_training, pair

EXAMPLES = {  # one of each model, and its inputs
    "MLP": (lambda m: m.MLP(3, [4], 2, norm="batch"), (6, 3)),
    "LeNet": (lambda m: m.LeNet(image_size=16), (4, 1, 16, 16)),
    "Inception": (lambda m: m.Inception(2, 2, 2, 2, 2, 2, 2), (4, 2, 4, 4)),
    "MobileNet": (lambda m: m.MobileNet(3, stem=(4, 1), blocks=[(6, 2)]), (4, 3, 8, 8)),
    "ResNet": (lambda m: m.ResNet.cifar(8, width=4, shortcut="projection"), (4, 3, 8, 8)),
    "plain": (lambda m: m.ResNet.cifar(8, width=4, residual=False), (4, 3, 8, 8)),
    "bottleneck": (
        lambda m: m.ResNet((1, 1), 3, width=4, bottleneck=True, preactivation=True),
        (4, 3, 33, 33),
    ),
    "UNet": (lambda m: m.UNet(2, 3, depth=2, channels=4), (4, 2, 8, 8)),
    "RNN": (lambda m: m.CharRNN(7, 5, cell="rnn"), (4, 6)),
    "LSTM": (lambda m: m.CharRNN(7, 5), (4, 6)),
    "GRU": (lambda m: m.CharRNN(7, 5, cell="gru"), (4, 6)),
    "GPT": (lambda m: m.GPT(7, 6, layers=2, heads=2, width=8), (4, 6)),
    "GPT with rotations": (
        lambda m: m.GPT(7, 6, layers=1, heads=2, width=8, positions="rotary", feedforward="swiglu"),
        (4, 6),
    ),
    "encoder": (
        lambda m: m.EncoderClassifier(7, 3, context=6, layers=2, heads=2, width=8, pooling="cls"),
        (4, 6),
    ),
    "GCN": (lambda m: m.GNN(3, [4], 2), (5, 3), (5, 5)),
    "GAT": (lambda m: m.GNN(3, [4], 2, kind="gat", heads=2), (5, 3), (5, 5)),
    "GIN": (lambda m: m.GNN(3, [4], 2, kind="gin"), (5, 3), (5, 5)),
}


def inputs_of(name):
    rng = np.random.default_rng(0)
    shapes = EXAMPLES[name][1:]
    if name in ("GCN", "GAT", "GIN"):
        ring = np.roll(np.eye(5), 1, 0) + np.roll(np.eye(5), -1, 0)
        return [rng.standard_normal(shapes[0]), ring]
    if len(shapes[0]) == 2 and name != "MLP":
        return [rng.integers(1, 7, shapes[0])]
    return [rng.standard_normal(shapes[0])]


def trained(L, name, models):
    """A step of training, so that also running statistics are not where they started."""
    model = models[L]
    optimizer = L.optim.SGD(model.parameters(), lr=0.05)
    model(*[L.tensor(x) for x in inputs_of(name)]).square().mean().backward()
    optimizer.step()
    return model.eval()


def outputs(L, model, name):
    return model(*[L.tensor(x) for x in inputs_of(name)]).detach().numpy()


@pytest.mark.parametrize("name", EXAMPLES)
def test_checkpoints_go_both_ways(name, tmp_path):
    """Through NumPy's files and torch's, into models that started elsewhere: the same outputs."""
    make = EXAMPLES[name][0]

    model = trained(lw, name, pair(make))
    expected = outputs(lw, model, name)
    np.savez(tmp_path / "model.npz", **{k: v.numpy() for k, v in model.state_dict().items()})
    with np.load(tmp_path / "model.npz") as file:
        state = dict(file)
    for L, fresh in pair(make, seed=1).items():
        assert not np.allclose(outputs(L, fresh.eval(), name), expected)
        fresh.load_state_dict(state if L is lw else {k: torch.tensor(v) for k, v in state.items()})
        np.testing.assert_allclose(outputs(L, fresh, name), expected, rtol=1e-9, atol=1e-12)
        assert all(np.array_equal(v.numpy(), state[k]) for k, v in fresh.state_dict().items())

    twin = trained(torch, name, pair(make))
    expected = outputs(torch, twin, name)
    torch.save(twin.state_dict(), tmp_path / "twin.pt")
    state = torch.load(tmp_path / "twin.pt", weights_only=True)
    for L, fresh in pair(make, seed=2).items():
        fresh.eval().load_state_dict(state)
        np.testing.assert_allclose(outputs(L, fresh, name), expected, rtol=1e-9, atol=1e-12)
        assert all(np.array_equal(v.numpy(), state[k].numpy()) for k, v in fresh.state_dict().items())


@pytest.mark.parametrize("name", ["LeNet", "plain", "LSTM", "GPT", "GCN"])
def test_the_twins_train_alike_with_adamw(name):
    """In float64, and where no gradient is zero but for rounding: Adam would make steps of the rounding."""
    make, x = EXAMPLES[name][0], inputs_of(name)
    check_training(
        make, *x, optimizer=lambda L, ps: L.optim.AdamW(ps, lr=1e-3, weight_decay=0.1), dtypes=("float64",)
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_twins_look_alike(name):
    models = pair(EXAMPLES[name][0])
    text = repr(models[torch]).replace("NonDynamicallyQuantizableLinear", "Linear")
    assert repr(models[lw]) == text


@pytest.mark.parametrize(
    "name", sorted(EXAMPLES.keys() - {"encoder"})
)  # which looks at the numbers of the tokens
def test_a_twin_runs_where_its_parameters_are(name):
    """On torch's device for shapes without numbers, as on a GPU: no tensor is left behind on the CPU."""
    twin = EXAMPLES[name][0](twins).double().to("meta")
    assert twin(*[torch.tensor(x).to("meta") for x in inputs_of(name)]).device.type == "meta"


@pytest.mark.parametrize("name", EXAMPLES)
def test_copies_are_independent(name):
    for L, model in pair(EXAMPLES[name][0]).items():
        model.eval()
        twin = copy.deepcopy(model)
        expected = outputs(L, model, name)
        np.testing.assert_array_equal(outputs(L, twin, name), expected)
        for p in twin.parameters():
            p.data[...] = 0
        np.testing.assert_array_equal(outputs(L, model, name), expected)
        if name.startswith("GPT"):
            assert twin.head.weight is twin.token.weight


PUBLIC = [name for name in dir(twins) if not name.startswith("_")]


def arguments(function):
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def test_every_model_has_a_twin():
    expected = {name for name, thing in vars(lw.models).items() if callable(thing)} - {"Perceptron"}
    assert set(PUBLIC) == expected
    for name in PUBLIC:
        model, twin = getattr(lw.models, name), getattr(twins, name)
        assert twin is getattr(twins, name)  # one and the same every time
        assert arguments(model) == arguments(twin)
        if inspect.isclass(model):
            assert issubclass(model, lw.nn.Module)
            assert issubclass(twin, torch.nn.Module)
            assert not issubclass(twin, lw.nn.Module)


def test_the_twins_are_the_same_lines():
    assert inspect.getsource(twins.GPT.forward) == inspect.getsource(lw.models.GPT.forward)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_twin_can_be_pickled(name):
    twin = pair(EXAMPLES[name][0])[torch]
    again = pickle.loads(pickle.dumps(twin))
    assert type(again) is type(twin)
    assert all(torch.equal(p, q) for p, q in zip(again.parameters(), twin.parameters(), strict=True))


def test_there_is_no_twin_of_what_is_no_model():
    for name in ("Perceptron", "Nothing", "np", "twins", "_twin_"):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(twins, name)


def test_torch_is_imported_when_it_is_needed():
    program = """
import sys
import layerwise
assert "torch" not in sys.modules
layerwise.models.twins.MLP
assert "torch" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_tensors_of_the_other_library_are_refused():
    models = pair(EXAMPLES["MLP"][0])
    with pytest.raises(TypeError, match=r"MLP: x must be a layerwise tensor, got torch.Tensor"):
        models[lw](torch.zeros(1, 3))
    with pytest.raises(TypeError, match=r"MLP: x must be a torch tensor, got layerwise.Tensor"):
        models[torch](lw.zeros(1, 3))
    with pytest.raises(TypeError, match=r"MLP: x must be a layerwise tensor, got numpy.ndarray"):
        models[lw](np.zeros((1, 3)))
    with pytest.raises(TypeError, match=r"MLP: x must be a layerwise tensor, got list"):
        models[lw]([[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("name", ["MLP", "GPT", "ResNet"])
def test_a_wrong_checkpoint_is_refused(name):
    for model in pair(EXAMPLES[name][0]).values():
        state = dict(model.state_dict())
        state.pop(next(iter(state)))
        with pytest.raises(RuntimeError, match=r"(?i)missing"):
            model.load_state_dict(state)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_seed_makes_the_same_model(name):
    make = EXAMPLES[name][0]
    first, second, third = (pair(make, seed=seed)[lw].state_dict() for seed in (0, 0, 1))
    assert all(lw.equal(first[k], second[k]) for k in first)
    assert not all(lw.equal(first[k], third[k]) for k in first)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_parameter_learns(name):
    """Nothing is left out of the forward pass."""
    for L, model in pair(EXAMPLES[name][0]).items():
        model(*[L.tensor(x) for x in inputs_of(name)]).square().mean().backward()
        assert all(p.grad is not None for p in model.parameters())


def test_layers_that_torch_lacks_agree():
    """Sinusoidal and rotary positions, each written once for layerwise and once in torch."""
    rng = np.random.default_rng(0)
    for d in (1, 5, 8):
        for shape in ((3, d), (3, 2, d), (0, 2, d)):
            x = rng.standard_normal(shape)
            for batch_first in (False, True):
                mine, theirs = (
                    lib.SinusoidalEncoding(d, 100.0, batch_first) for lib in (lw.nn, torch_layers)
                )
                assert repr(mine) == repr(theirs)
                np.testing.assert_allclose(mine(lw.tensor(x)), theirs(torch.tensor(x)), atol=1e-14)
    for interleaved in (False, True):
        mine, theirs = (lib.RotaryEncoding(6, 100.0, interleaved) for lib in (lw.nn, torch_layers))
        assert repr(mine) == repr(theirs)
        x = rng.standard_normal((2, 4, 5, 6))
        for start in (0, 7):
            y, twin = mine(lw.tensor(x), start), theirs(torch.tensor(x), start)
            np.testing.assert_allclose(y, twin, atol=1e-14)
