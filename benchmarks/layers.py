"""How fast is each layer, forward and backward, compared with torch on the processor?

As a user calls them: modules of the same name in both libraries, float32, images as (batch, channels,
height, width) in C order, through the tape. A round is: forget the gradients, forward, backward with a
given dL/dy. All inputs want a gradient, as inside a network. Before a row is timed, both sides must give
the same numbers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from measure import AUTO, HASWELL, TWO, Options, Row, compared, in_turns, main

Targets = tuple[float, float]  # with OpenBLAS as it finds itself; as for a Haswell
FREE: Targets | None = None  # no target was set
MATRIX, LSTM = (0.65, 1.0), (1.0, 1.6)
CONV, STRIDED, LARGE, GROUPED = (1.15, 1.7), (1.2, 2.0), (2.0, 2.7), (3.0, 3.0)
MEMORY = (0.6, 0.6)


@dataclass(frozen=True)
class Layer:
    """A module, made from `L.nn`, and the shape of its input."""

    name: str
    targets: Targets | None
    make: Callable[[Any], Any]
    shape: tuple[int, ...]
    call: Callable[[Any, Any], Any] = lambda module, x: module(x)
    target: Callable[[Any], np.ndarray] | None = None  # for a loss: what it compares with
    is_random: bool = False
    peer: str = "torch"
    classes: int = 0  # the input is indices below this number


def images(batch: int, channels: int, size: int) -> tuple[int, ...]:
    return batch, channels, size, size


def first(module: Any, x: Any) -> Any:
    return module(x)[0]


def to_itself(module: Any, x: Any) -> Any:
    return module(x, x, x, need_weights=False)[0]


def mlp(nn: Any) -> Any:
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))


def answers(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(1).integers(0, shape[1], shape[0])


LAYERS = [
    Layer("MLP 784-256-256-10, batch 128", MATRIX, mlp, (128, 784)),
    Layer("Linear 256→1024, 4096 rows", MATRIX, lambda nn: nn.Linear(256, 1024), (4096, 256)),
    Layer("RNN 256→256, 64 times, batch 64", MATRIX, lambda nn: nn.RNN(256, 256), (64, 64, 256), first),
    Layer("GRU 256→256, 64 times, batch 64", MATRIX, lambda nn: nn.GRU(256, 256), (64, 64, 256), first),
    Layer("LSTM 256→256, 64 times, batch 64", LSTM, lambda nn: nn.LSTM(256, 256), (64, 64, 256), first),
    Layer(
        "Attention 8 heads, 32×128×256",
        MATRIX,
        lambda nn: nn.MultiheadAttention(256, 8, batch_first=True),
        (32, 128, 256),
        to_itself,
    ),
    Layer(
        "Transformer block 8 heads, 32×128×256",
        MATRIX,
        lambda nn: nn.TransformerEncoderLayer(256, 8, 1024, dropout=0.0, batch_first=True),
        (32, 128, 256),
    ),
    # convolutions
    Layer("Conv 3×3 3→64, 64×32×32", CONV, lambda nn: nn.Conv2d(3, 64, 3, padding=1), images(64, 3, 32)),
    Layer("Conv 3×3 64→64, 32×32×32", CONV, lambda nn: nn.Conv2d(64, 64, 3, padding=1), images(32, 64, 32)),
    Layer("Conv 3×3 16→32, 64×8×8", CONV, lambda nn: nn.Conv2d(16, 32, 3, padding=1), images(64, 16, 8)),
    Layer("Conv 3×3 1→16, 64×8×8", CONV, lambda nn: nn.Conv2d(1, 16, 3, padding=1), images(64, 1, 8)),
    Layer("Conv 3×3 256→256, 16×8×8", CONV, lambda nn: nn.Conv2d(256, 256, 3, padding=1), images(16, 256, 8)),
    Layer(
        "Conv 3×3 stride 2 64→128, 32×32×32",
        STRIDED,
        lambda nn: nn.Conv2d(64, 128, 3, stride=2, padding=1),
        images(32, 64, 32),
    ),
    Layer(
        "Conv 3×3 dilation 2 64→64, 32×32×32",
        STRIDED,
        lambda nn: nn.Conv2d(64, 64, 3, padding=2, dilation=2),
        images(32, 64, 32),
    ),
    Layer("Conv 5×5 32→32, 16×32×32", LARGE, lambda nn: nn.Conv2d(32, 32, 5, padding=2), images(16, 32, 32)),
    Layer(
        "Conv 3×3 4 groups 64→64, 32×32×32",
        GROUPED,
        lambda nn: nn.Conv2d(64, 64, 3, padding=1, groups=4),
        images(32, 64, 32),
    ),
    Layer(
        "Conv 3×3 depthwise 64, 32×32×32",
        GROUPED,
        lambda nn: nn.Conv2d(64, 64, 3, padding=1, groups=64),
        images(32, 64, 32),
    ),
    Layer("Conv 1×1 64→256, 16×32×32", FREE, lambda nn: nn.Conv2d(64, 256, 1), images(16, 64, 32)),
    Layer("Conv1d 5 64→64, 32×256", FREE, lambda nn: nn.Conv1d(64, 64, 5, padding=2), (32, 64, 256)),
    Layer(
        "ConvTranspose 2×2 stride 2 64→32, 16×16×16",
        FREE,
        lambda nn: nn.ConvTranspose2d(64, 32, 2, stride=2),
        images(16, 64, 16),
    ),
    Layer(
        "Conv 3×3 64→64, 32×32×32",
        FREE,
        lambda nn: nn.Conv2d(64, 64, 3, padding=1),
        images(32, 64, 32),
        peer="torch, channels_last",
    ),
    # memory more than arithmetic
    Layer("MaxPool 2×2, 64×64×32×32", MEMORY, lambda nn: nn.MaxPool2d(2), images(64, 64, 32)),
    Layer("MaxPool 3×3 stride 2, 64×64×32×32", MEMORY, lambda nn: nn.MaxPool2d(3, 2, 1), images(64, 64, 32)),
    Layer("AvgPool 2×2, 64×64×32×32", MEMORY, lambda nn: nn.AvgPool2d(2), images(64, 64, 32)),
    Layer(
        "AdaptiveAvgPool to 1×1, 64×64×32×32", MEMORY, lambda nn: nn.AdaptiveAvgPool2d(1), images(64, 64, 32)
    ),
    Layer(
        "AdaptiveMaxPool to 4×4, 64×64×32×32", MEMORY, lambda nn: nn.AdaptiveMaxPool2d(4), images(64, 64, 32)
    ),
    Layer("Dropout 4096×1024", MEMORY, lambda nn: nn.Dropout(0.5), (4096, 1024), is_random=True),
    Layer("RMSNorm 256, 32×128 rows", MEMORY, lambda nn: nn.RMSNorm(256), (32, 128, 256)),
    Layer("BatchNorm2d 64, 64×32×32", (1.0, 1.0), lambda nn: nn.BatchNorm2d(64), images(64, 64, 32)),
    Layer("GroupNorm 8 of 64, 32×32×32", (2.5, 2.5), lambda nn: nn.GroupNorm(8, 64), images(32, 64, 32)),
    Layer("LayerNorm 256, 32×128 rows", (3.2, 3.2), lambda nn: nn.LayerNorm(256), (32, 128, 256)),
    Layer("Cross-entropy 128×10", (1.3, 1.3), lambda nn: nn.CrossEntropyLoss(), (128, 10), target=answers),
    Layer(
        "Cross-entropy 4096×1000", (1.3, 1.3), lambda nn: nn.CrossEntropyLoss(), (4096, 1000), target=answers
    ),
    Layer("ReLU 4096×1024", FREE, lambda nn: nn.ReLU(), (4096, 1024)),
    Layer("GELU exact 4096×1024", FREE, lambda nn: nn.GELU(), (4096, 1024)),
    Layer("GELU tanh 4096×1024", FREE, lambda nn: nn.GELU(approximate="tanh"), (4096, 1024)),
    Layer("Sigmoid 4096×1024", FREE, lambda nn: nn.Sigmoid(), (4096, 1024)),
    Layer("Softmax 4096×1000", FREE, lambda nn: nn.Softmax(-1), (4096, 1000)),
    Layer(
        "Embedding 10000×256, 64×128 indices",
        FREE,
        lambda nn: nn.Embedding(10000, 256),
        (64, 128),
        classes=10000,
    ),
]

ADAM = (1.1, 1.1)
OPTIMIZERS: list[tuple[str, Targets | None, str, dict[str, Any], dict[str, Any], str]] = [
    ("SGD", FREE, "SGD", {"lr": 1e-3}, {}, "torch"),
    ("SGD, momentum", FREE, "SGD", {"lr": 1e-3, "momentum": 0.9}, {}, "torch"),
    ("SGD, Nesterov", FREE, "SGD", {"lr": 1e-3, "momentum": 0.9, "nesterov": True}, {}, "torch"),
    ("Adagrad", FREE, "Adagrad", {"lr": 1e-3}, {}, "torch"),
    ("RMSprop", FREE, "RMSprop", {"lr": 1e-3}, {}, "torch"),
    ("Adam", ADAM, "Adam", {"lr": 1e-3}, {}, "torch"),
    ("AdamW", ADAM, "AdamW", {"lr": 1e-3}, {}, "torch"),
    ("AdamW", FREE, "AdamW", {"lr": 1e-3}, {"fused": True}, "torch, fused"),
]
PARAMETERS = [(1024, 784), (1024,), (256, 1024), (256,), (10, 256), (10,)]  # a million


def layers(options: Options) -> Iterator[Row]:
    import torch

    import layerwise as lw

    torch.set_num_threads(options.setting.threads)
    seconds = 1.0 if options.setting.threads == 1 else 0.5
    for layer in LAYERS:
        if options.wants(layer.name):
            lw.manual_seed(0)
            module = layer.make(lw.nn)
            sides = {
                "ours": step(lw, layer, module),
                "theirs": step(torch, layer, twin(torch, layer, module)),
            }
            if not layer.is_random:
                same(layer.name, sides["ours"](), sides["theirs"]())
            times = in_turns(sides, options, seconds)
            target = target_of(layer.targets, options)
            yield compared(layer.name, times["ours"], times["theirs"], target=target, peer=layer.peer)
    for title, targets, name, settings, extra, peer in OPTIMIZERS:
        row = f"{title}, a million parameters"
        if options.wants(row):
            sides = {"ours": update(lw, name, settings), "theirs": update(torch, name, settings | extra)}
            same(row, sides["ours"](), sides["theirs"]())
            times = in_turns(sides, options, seconds / 2)
            target = target_of(targets, options)
            yield compared(row, times["ours"], times["theirs"], target=target, peer=peer)


def target_of(targets: Targets | None, options: Options) -> float | None:
    if targets is None or options.setting == TWO:
        return None
    return targets[0] if options.setting == AUTO else targets[1]


def twin(torch: Any, layer: Layer, module: Any) -> Any:
    """Torch's module with the same numbers in it."""
    other = layer.make(torch.nn)
    other.load_state_dict({name: torch.tensor(value.numpy()) for name, value in module.state_dict().items()})
    return other.to(memory_format=torch.channels_last) if "channels_last" in layer.peer else other


def step(L: Any, layer: Layer, module: Any) -> Callable[[], list[Any]]:
    """Forward and backward; returns the output and all gradients."""
    rng = np.random.default_rng(0)
    call = layer.call
    if layer.classes:
        x = L.tensor(rng.integers(0, layer.classes, layer.shape))
        leaves = list(module.parameters())
    else:
        x = L.tensor(rng.standard_normal(layer.shape, np.float32), requires_grad=True)
        if "channels_last" in layer.peer and L.__name__ == "torch":
            x = x.detach().contiguous(memory_format=L.channels_last).requires_grad_()
        leaves = [x, *module.parameters()]
    if layer.target:
        target = L.tensor(layer.target(layer.shape))

        def call(module: Any, x: Any) -> Any:
            return module(x, target)

    dy = L.tensor(rng.standard_normal(call(module, x).shape, np.float32))

    def run() -> list[Any]:
        for leaf in leaves:
            leaf.grad = None
        y = call(module, x)
        y.backward(dy)
        return [y, *(leaf.grad for leaf in leaves)]

    return run


def update(L: Any, name: str, settings: dict[str, Any]) -> Callable[[], list[Any]]:
    """A step of an optimizer; returns the parameters."""
    rng = np.random.default_rng(0)
    parameters = [L.tensor(rng.standard_normal(s, np.float32), requires_grad=True) for s in PARAMETERS]
    for parameter in parameters:
        parameter.grad = L.tensor(rng.standard_normal(tuple(parameter.shape), np.float32))
    optimizer = getattr(L.optim, name)(parameters, **settings)

    def run() -> list[Any]:
        optimizer.step()
        return parameters

    return run


def same(row: str, ours: list[Any], theirs: list[Any]) -> None:
    """Stop if the two sides do not compute the same."""
    for a, b in zip(ours, theirs, strict=True):
        x, y = a.detach().numpy(), b.detach().numpy()
        error = np.abs(x - y).max() / (np.abs(y).max() + 1e-12)
        if x.shape != y.shape or not error < 1e-3:
            raise SystemExit(
                f"{row}: the two sides differ, shapes {x.shape} and {y.shape}, relative {error:.2g}"
            )


if __name__ == "__main__":
    main(__doc__ or "", layers, (HASWELL, AUTO, TWO))
