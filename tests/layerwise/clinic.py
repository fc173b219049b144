"""Patients for the doctor: small networks, sick in one way or healthy, trained with a probe attached.

A patient is a function of the library L, layerwise or torch, and returns a `Patient`: what to train, and how.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits

import layerwise as lw
from layerwise.diagnostics import Letter, doctor, probe

Rows = tuple[np.ndarray, np.ndarray]


@dataclass
class Patient:
    """A model, its data, and the habits of who trains it."""

    model: Any
    train: Rows
    validation: Rows
    optimizer: Any
    loss: str = "cross_entropy"  # of nn.functional
    steps: int = 40
    batch: int = 32
    zero_grad: bool = True
    zero_last: bool = False  # zero_grad after the step instead of before the backward
    evaluate: bool = False  # look at the validation rows from time to time
    eval_mode: bool = True
    parts: int = 1  # backward passes of a step
    clip: float | None = None
    scheduler: Any = None
    x: Callable[[Any], Any] = field(default=lambda x: x)  # what happens to the inputs of a batch


@cache
def visit(patient: Callable[[Any], Patient], L: Any, seed: int, every: int = 1) -> Letter:
    """Train the patient and hear what the doctor says."""
    lw.manual_seed(seed)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    p = patient(L, rng)
    with probe(p.model, p.optimizer, every=every) as watching, np.errstate(all="ignore"):  # the sick overflow
        train(L, p, rng, watching)
    return doctor(watching, train=p.train, validation=p.validation)


def train(L: Any, p: Patient, rng: np.random.Generator, watching: Any) -> None:
    loss_of = getattr(L.nn.functional, p.loss)
    for step in range(p.steps):
        if p.zero_grad and not p.zero_last:
            p.optimizer.zero_grad()
        for _ in range(p.parts):
            rows = rng.choice(len(p.train[0]), p.batch, replace=False)
            x, y = (L.tensor(array[rows]) for array in p.train)
            loss = loss_of(p.model(p.x(x)), y) / p.parts
            loss.backward()
        if p.clip is not None:
            L.nn.utils.clip_grad_norm_(p.model.parameters(), p.clip)
        p.optimizer.step()
        if p.zero_last:
            p.optimizer.zero_grad()
        if p.scheduler is not None:
            p.scheduler.step()
        watching.step(loss * p.parts)
        if p.evaluate and step % 10 == 9:
            evaluate(L, p)


def evaluate(L: Any, p: Patient) -> None:
    if p.eval_mode:
        p.model.eval()
    with L.no_grad():
        p.model(p.x(L.tensor(p.validation[0])))
    p.model.train()


# --- data


@cache
def all_digits() -> Rows:
    x, y = load_digits(return_X_y=True)
    return (x / 16).astype("float32"), y


def digits(rng: np.random.Generator, n: int = 400, n_val: int = 150) -> tuple[Rows, Rows]:
    x, y = all_digits()
    order = rng.permutation(len(x))
    first, second = order[:n], order[n : n + n_val]
    return (x[first], y[first]), (x[second], y[second])


def images(rng: np.random.Generator) -> tuple[Rows, Rows]:
    return tuple((x.reshape(-1, 1, 8, 8), y) for x, y in digits(rng))


def sequences(rng: np.random.Generator) -> tuple[Rows, Rows]:
    """The rows of an image, one after the other."""
    return tuple((x.reshape(-1, 8, 8), y) for x, y in digits(rng))


def moons(rng: np.random.Generator, noise: float = 0.1) -> tuple[Rows, Rows]:
    x, y = lw.data.moons(400, noise, rng)
    x = x.astype("float32")
    return (x[:300], y[:300]), (x[300:], y[300:])


def column(rows: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    """The labels as float32 (n, 1)."""
    return tuple((x, y.astype("float32")[:, None]) for x, y in rows)


def waves(rng: np.random.Generator) -> tuple[Rows, Rows]:
    x = rng.uniform(-2, 2, (400, 1)).astype("float32")
    y = (np.sin(3 * x) + 0.1 * rng.standard_normal(x.shape)).astype("float32")
    return (x[:300], y[:300]), (x[300:], y[300:])


def tokens(rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Which of two halves of the alphabet there is more of."""
    x = rng.integers(0, 20, (800, 9))
    y = ((x < 10).sum(axis=1) > 4).astype(int)
    return (x[:600], y[:600]), (x[600:], y[600:])


# --- networks


def mlp(L: Any, *sizes: int, activation: str = "ReLU", norm: str = "", dropout: float = 0.0) -> Any:
    layers = []
    for inputs, outputs in itertools.pairwise(sizes[:-1]):
        layers.append(L.nn.Linear(inputs, outputs))
        layers += [getattr(L.nn, norm)(outputs)] if norm else []
        layers.append(getattr(L.nn, activation)())
        layers += [L.nn.Dropout(dropout)] if dropout else []
    return L.nn.Sequential(*layers, L.nn.Linear(sizes[-2], sizes[-1]))


def cnn(L: Any, dropout: float = 0.0) -> Any:
    nn = L.nn
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Dropout(dropout), nn.Linear(64, 10)),
    )


def recurrent(L: Any, kind: str, **options: Any) -> Any:
    class Reader(L.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = getattr(L.nn, kind)(8, 32, batch_first=True, **options)
            self.head = L.nn.Linear(32, 10)

        def forward(self, x: Any) -> Any:
            return self.head(self.rnn(x)[0][:, -1])

    return Reader()


def residual(L: Any, depth: int, norm: bool = False) -> Any:
    class Block(L.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = L.nn.LayerNorm(32) if norm else L.nn.Identity()
            self.first, self.relu, self.second = L.nn.Linear(32, 32), L.nn.ReLU(), L.nn.Linear(32, 32)

        def forward(self, x: Any) -> Any:
            return x + self.second(self.relu(self.first(self.norm(x))))

    return L.nn.Sequential(L.nn.Linear(64, 32), *(Block() for _ in range(depth)), L.nn.Linear(32, 10))


def functional_mlp(L: Any) -> Any:
    """Activations that are called, not modules."""

    class Net(L.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = L.nn.Linear(64, 32), L.nn.Linear(32, 32)
            self.head = L.nn.Linear(32, 10)

        def forward(self, x: Any) -> Any:
            return self.head(L.relu(self.second(L.relu(self.first(x)))))

    return Net()


def bag_of_tokens(L: Any) -> Any:
    class Bag(L.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding, self.head = L.nn.Embedding(20, 16), L.nn.Linear(16, 2)

        def forward(self, x: Any) -> Any:
            return self.head(self.embedding(x).mean(1))

    return Bag()


def transformer(L: Any) -> Any:
    class Encoder(L.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.into = L.nn.Linear(8, 16)
            self.block = L.nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)
            self.head = L.nn.Linear(16, 10)

        def forward(self, x: Any) -> Any:
            return self.head(self.block(self.into(x)).mean(1))

    return Encoder()


def scaled(model: Any, factor: float, kind: str = "weight") -> Any:
    """All weights, or biases, times a factor."""
    for name, parameter in model.named_parameters():
        if kind in name:
            parameter.detach().numpy()[...] *= factor
    return model


def filled(model: Any, value: float, kind: str) -> Any:
    for name, parameter in model.named_parameters():
        if kind in name:
            parameter.detach().numpy()[...] = value
    return model


def sgd(L: Any, model: Any, lr: float = 0.1, **options: Any) -> Any:
    return L.optim.SGD(model.parameters(), lr=lr, **options)


def adam(L: Any, model: Any, lr: float = 3e-3) -> Any:
    return L.optim.Adam(model.parameters(), lr=lr)


# --- the sick, by fault


def no_zero_grad(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    return Patient(model, *digits(rng), sgd(L, model), zero_grad=False)


def no_zero_grad_adam(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="Tanh")
    return Patient(model, *digits(rng), adam(L, model), zero_grad=False)


def dropout_in_evaluation(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10, dropout=0.3)
    return Patient(model, *digits(rng), sgd(L, model), evaluate=True, eval_mode=False)


def batch_norm_in_evaluation(L: Any, rng: Any) -> Patient:
    model = cnn(L)
    return Patient(model, *images(rng), adam(L, model), steps=20, evaluate=True, eval_mode=False)


def copied_rows(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    train, (x, y) = digits(rng)
    return Patient(model, train, (np.r_[x, train[0][:40]], np.r_[y, train[1][:40]]), sgd(L, model))


def nearly_copied_rows(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    train, (x, y) = digits(rng)
    noisy = train[0][:20] + 1e-3 * rng.standard_normal((20, 64)).astype("float32")
    return Patient(model, train, (np.r_[x, noisy], np.r_[y, train[1][:20]]), adam(L, model))


def shuffled_labels(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 64, 10)
    train, validation = ((x, rng.permutation(y)) for x, y in digits(rng))
    return Patient(model, train, validation, adam(L, model))


def shuffled_training_labels(L: Any, rng: Any) -> Patient:
    model = mlp(L, 2, 32, 32, 2, activation="Tanh")
    (x, y), validation = moons(rng)
    return Patient(model, (x, rng.permutation(y)), validation, sgd(L, model))


def shuffled_targets(L: Any, rng: Any) -> Patient:
    model = mlp(L, 1, 32, 1, activation="Tanh")
    train, validation = ((x, rng.permutation(y)) for x, y in waves(rng))
    return Patient(model, train, validation, adam(L, model), "mse_loss")


def pixels_to_255(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    train, validation = ((255 * x, y) for x, y in digits(rng))
    return Patient(model, train, validation, sgd(L, model))


def one_large_feature(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10, activation="Tanh")
    train, validation = digits(rng)
    for x, _ in (train, validation):
        x[:, 20] *= 1000
    return Patient(model, train, validation, adam(L, model))


def far_from_zero(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    train, validation = ((x + 300, y) for x, y in digits(rng))
    return Patient(model, train, validation, sgd(L, model))


def tiny_inputs(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    train, validation = ((1e-4 * x, y) for x, y in digits(rng))
    return Patient(model, train, validation, sgd(L, model))


def constant_weights(L: Any, rng: Any) -> Patient:
    model = filled(mlp(L, 64, 32, 32, 10), 0.05, "weight")
    return Patient(model, *digits(rng), sgd(L, model))


def constant_everything(L: Any, rng: Any) -> Patient:
    model = filled(mlp(L, 64, 32, 32, 10, activation="GELU"), 0.05, "")
    return Patient(model, *digits(rng), adam(L, model))


def zero_weights(L: Any, rng: Any) -> Patient:
    model = filled(mlp(L, 64, 32, 10, activation="Tanh"), 0.0, "")
    return Patient(model, *digits(rng), adam(L, model))


def frozen_by_requires_grad(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10)
    model[2].requires_grad_(False)
    return Patient(model, *digits(rng), sgd(L, model))


def frozen_by_optimizer(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="Tanh")
    return Patient(model, *digits(rng), adam(L, L.nn.Sequential(model[2], model[4])))


def frozen_by_detach(L: Any, rng: Any) -> Patient:
    class Cut(L.nn.Module):
        def forward(self, x: Any) -> Any:
            return x.detach()

    model = mlp(L, 64, 32, 32, 10)
    model = L.nn.Sequential(model[0], model[1], Cut(), model[2], model[3], model[4])
    return Patient(model, *digits(rng), sgd(L, model))


def another_models_optimizer(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    return Patient(model, *digits(rng), sgd(L, mlp(L, 64, 32, 10)))


def large_weights(L: Any, rng: Any) -> Patient:
    model = scaled(mlp(L, 64, 32, 32, 32, 32, 32, 10), 15)
    return Patient(model, *digits(rng), sgd(L, model, 0.01))


def large_recurrence(L: Any, rng: Any) -> Patient:
    model = scaled(recurrent(L, "RNN", nonlinearity="relu"), 10, "rnn.weight")
    return Patient(model, *sequences(rng), adam(L, model))


def sgd_too_fast(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    return Patient(model, *digits(rng), sgd(L, model, 20.0))


def tanh_too_fast(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="Tanh")
    return Patient(model, *digits(rng), sgd(L, model, 10.0, momentum=0.9))


def adam_too_fast(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="GELU")
    return Patient(model, *digits(rng), adam(L, model, 0.5))


def cnn_too_fast(L: Any, rng: Any) -> Patient:
    model = cnn(L)
    return Patient(model, *images(rng), sgd(L, model, 30.0), steps=20)


def negative_biases(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10)
    filled(model[2], -5.0, "bias")
    return Patient(model, *digits(rng), sgd(L, model))


def mostly_negative_biases(L: Any, rng: Any) -> Patient:
    model = functional_mlp(L)
    model.first.bias.detach().numpy()[:28] = -5
    return Patient(model, *digits(rng), adam(L, model))


def wide_tanh(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="Tanh")
    scaled(model[2], 60)
    return Patient(model, *digits(rng), sgd(L, model, 0.01))


def wide_sigmoid(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10, activation="Sigmoid")
    scaled(model[0], 60)
    return Patient(model, *digits(rng), adam(L, model))


def deep_sigmoid(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, *[32] * 6, 10, activation="Sigmoid")
    return Patient(model, *digits(rng), sgd(L, model))


def deep_small_tanh(L: Any, rng: Any) -> Patient:
    model = scaled(mlp(L, 64, *[32] * 6, 10, activation="Tanh"), 0.3)
    return Patient(model, *digits(rng), sgd(L, model))


def deep_sigmoid_adam(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, *[32] * 6, 10, activation="Sigmoid")
    return Patient(model, *digits(rng), adam(L, model))


def sgd_too_slow(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    return Patient(model, *digits(rng), sgd(L, model, 1e-5))


def adam_too_slow(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10, activation="GELU")
    return Patient(model, *digits(rng), adam(L, model, 1e-7))


SICK = {
    "forgotten zero_grad": [no_zero_grad, no_zero_grad_adam],
    "missing eval mode": [dropout_in_evaluation, batch_norm_in_evaluation],
    "train/validation leak": [copied_rows, nearly_copied_rows],
    "labels shuffled": [shuffled_labels, shuffled_training_labels, shuffled_targets],
    "data not normalized": [pixels_to_255, one_large_feature, far_from_zero, tiny_inputs],
    "symmetric initialization": [constant_weights, constant_everything, zero_weights],
    "frozen layer": [
        frozen_by_requires_grad,
        frozen_by_optimizer,
        frozen_by_detach,
        another_models_optimizer,
    ],
    "exploding gradients": [large_weights, large_recurrence],
    "learning rate too high": [sgd_too_fast, tanh_too_fast, adam_too_fast, cnn_too_fast],
    "dead ReLUs": [negative_biases, mostly_negative_biases],
    "saturation": [wide_tanh, wide_sigmoid],
    "vanishing gradients": [deep_sigmoid, deep_small_tanh, deep_sigmoid_adam],
    "learning rate too low": [sgd_too_slow, adam_too_slow],
}


# --- the healthy


def relu_sgd(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10)
    return Patient(model, *digits(rng), sgd(L, model))


def relu_small_batches(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10)
    return Patient(model, *digits(rng), sgd(L, model, 0.05), batch=4)


def relu_adam(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 64, 64, 64, 10)
    return Patient(model, *digits(rng), adam(L, model), steps=100)


def relu_fast_adam(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10)
    return Patient(model, *digits(rng), adam(L, model, 0.01))


def tanh_momentum(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="Tanh")
    return Patient(model, *digits(rng), sgd(L, model, 0.05, momentum=0.9), steps=80)


def gelu_adamw(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 10, activation="GELU")
    return Patient(model, *digits(rng), L.optim.AdamW(model.parameters(), lr=3e-3), zero_last=True)


def sigmoid_adam(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 10, activation="Sigmoid")
    return Patient(model, *digits(rng), adam(L, model, 0.01))


def dropout_mlp(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 64, 64, 10, norm="BatchNorm1d", dropout=0.3)
    return Patient(model, *digits(rng), sgd(L, model), evaluate=True)


def layer_norm_mlp(L: Any, rng: Any) -> Patient:
    model = mlp(L, 64, 32, 32, 32, 10, activation="SiLU", norm="LayerNorm")
    optimizer = sgd(L, model)
    scheduler = L.optim.lr_scheduler.CosineAnnealingLR(optimizer, 80)
    return Patient(model, *digits(rng), optimizer, scheduler=scheduler)


def cnn_adam(L: Any, rng: Any) -> Patient:
    model = cnn(L, 0.2)
    return Patient(model, *images(rng), adam(L, model), steps=60, evaluate=True)


def rnn_adam(L: Any, rng: Any) -> Patient:
    model = recurrent(L, "RNN")
    return Patient(model, *sequences(rng), adam(L, model), clip=1.0)


def lstm_adam(L: Any, rng: Any) -> Patient:
    model = recurrent(L, "LSTM")
    return Patient(model, *sequences(rng), adam(L, model, 0.01))


def gru_sgd(L: Any, rng: Any) -> Patient:
    model = recurrent(L, "GRU", num_layers=2)
    return Patient(model, *sequences(rng), sgd(L, model, 0.3, momentum=0.9))


def residual_sgd(L: Any, rng: Any) -> Patient:
    model = residual(L, 4)
    return Patient(model, *digits(rng), sgd(L, model, 0.05))


def residual_zero_branches(L: Any, rng: Any) -> Patient:
    """Branches that start at zero, as is often done: symmetric for a step, not for long."""
    model = residual(L, 4, norm=True)
    for block in list(model.children())[1:-1]:
        filled(block.second, 0.0, "")
    return Patient(model, *digits(rng), adam(L, model))


def functional_relus(L: Any, rng: Any) -> Patient:
    model = functional_mlp(L)
    return Patient(model, *digits(rng), adam(L, model), parts=2, batch=16)


def embedded_tokens(L: Any, rng: Any) -> Patient:
    model = bag_of_tokens(L)
    return Patient(model, *tokens(rng), adam(L, model, 0.01))


def transformer_adam(L: Any, rng: Any) -> Patient:
    model = transformer(L)
    return Patient(model, *sequences(rng), adam(L, model), evaluate=True)


def binary_with_sigmoid(L: Any, rng: Any) -> Patient:
    """The output is a sigmoid, which may saturate: it is sure of its classes."""
    model = L.nn.Sequential(mlp(L, 2, 32, 1, activation="Tanh"), L.nn.Sigmoid())
    return Patient(model, *column(moons(rng)), adam(L, model, 0.02), "binary_cross_entropy", steps=120)


def regression(L: Any, rng: Any) -> Patient:
    model = mlp(L, 1, 32, 32, 1, activation="Tanh")
    return Patient(model, *waves(rng), adam(L, model, 0.01), "mse_loss")


def xor_repeated(L: Any, rng: Any) -> Patient:
    """Four points, again and again: training and validation share them by their nature."""
    model = mlp(L, 2, 8, 2, activation="Tanh")
    x, y = lw.data.xor(100)
    rows = x.astype("float32"), y
    return Patient(model, rows, rows, adam(L, model, 0.02), steps=150)


def parity(L: Any, rng: Any) -> Patient:
    """Neighbors have the other label: they tell nothing, but the network learns it."""
    x = rng.choice([-1.0, 1.0], (1200, 6)).astype("float32")
    y = (x.prod(axis=1) > 0).astype(int)
    model = mlp(L, 6, 64, 2)
    return Patient(model, (x[:1000], y[:1000]), (x[1000:], y[1000:]), adam(L, model, 0.02), steps=250)


def noisy_labels(L: Any, rng: Any) -> Patient:
    """A third of the labels are wrong, and the validation rows' too; the rest is right."""
    model = mlp(L, 64, 32, 10)
    (x, y), (x_val, y_val) = digits(rng)
    y, y_val = (np.where(rng.random(len(y)) < 0.3, rng.integers(0, 10, len(y)), y) for y in (y, y_val))
    return Patient(model, (x, y), (x_val, y_val), adam(L, model))


HEALTHY = [
    *(relu_sgd, relu_small_batches, relu_adam, relu_fast_adam, tanh_momentum, gelu_adamw, sigmoid_adam),
    *(
        dropout_mlp,
        layer_norm_mlp,
        cnn_adam,
        rnn_adam,
        lstm_adam,
        gru_sgd,
        residual_sgd,
        residual_zero_branches,
    ),
    *(
        functional_relus,
        embedded_tokens,
        transformer_adam,
        binary_with_sigmoid,
        regression,
        xor_repeated,
        parity,
    ),
    noisy_labels,
]
