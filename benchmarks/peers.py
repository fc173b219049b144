"""The same two networks, the same loss and the same rule, in every library: an MLP and a CNN on digits.

A side is made from the network's name and its starting weights, `{torch's name: array}`. It has `data`, which
turns arrays into what the library computes with, and `step(x, y)`: one step of gradient descent on a batch,
returning the loss as a Python number.
"""

import math
import shutil
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from measure import version

RATE = 0.1
Weights = dict[str, np.ndarray]


class Side(NamedTuple):
    data: Callable[[np.ndarray], Any]
    step: Callable[[Any, Any], float]


def network(nn: Any, name: str) -> Any:
    """Of layerwise or torch: the names are the same. Images are (batch, 1, 8, 8)."""
    if name == "MLP":
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )


def starting_weights(name: str) -> Weights:
    import layerwise as lw

    lw.manual_seed(0)
    return {key: value.numpy().copy() for key, value in network(lw.nn, name).state_dict().items()}


def layerwise(name: str, weights: Weights) -> Side:
    import layerwise as lw

    return loop(lw, network(lw.nn, name), weights)


def torch(name: str, weights: Weights) -> Side:
    import torch

    return loop(torch, network(torch.nn, name), {key: torch.tensor(value) for key, value in weights.items()})


def loop(L: Any, model: Any, weights: Any) -> Side:
    """The plain training loop of layerwise and torch."""
    model.load_state_dict(weights)
    optimizer = L.optim.SGD(model.parameters(), lr=RATE)
    cross_entropy = L.nn.functional.cross_entropy

    def step(x: Any, y: Any) -> float:
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return Side(L.tensor, step)


def jax(name: str, weights: Weights) -> Side:
    import jax
    import jax.numpy as jnp
    from jax import lax

    def conv(x: Any, w: Any, b: Any) -> Any:
        return lax.conv_general_dilated(x, w, (1, 1), "SAME") + b[:, None, None]

    def pool(x: Any) -> Any:
        return lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def logits(p: Any, x: Any) -> Any:
        if name == "MLP":
            x = jax.nn.relu(x.reshape(len(x), -1) @ p["1.weight"].T + p["1.bias"])
            return x @ p["3.weight"].T + p["3.bias"]
        x = pool(jax.nn.relu(conv(x, p["0.weight"], p["0.bias"])))
        x = pool(jax.nn.relu(conv(x, p["3.weight"], p["3.bias"])))
        return x.reshape(len(x), -1) @ p["7.weight"].T + p["7.bias"]

    def loss(p: Any, x: Any, y: Any) -> Any:
        return -jax.nn.log_softmax(logits(p, x))[jnp.arange(len(y)), y].mean()

    @jax.jit
    def update(p: Any, x: Any, y: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(p, x, y)
        return jax.tree.map(lambda w, g: w - RATE * g, p, gradient), value

    now = {key: jnp.asarray(value) for key, value in weights.items()}

    def step(x: Any, y: Any) -> float:
        nonlocal now
        now, value = update(now, x, y)
        return float(value)

    return Side(jnp.asarray, step)


def autograd(name: str, weights: Weights) -> Side:
    import autograd
    import autograd.numpy as anp

    def loss(p: Any, x: Any, y: Any) -> Any:
        z = (
            anp.maximum(x.reshape(len(x), -1) @ p["1.weight"].T + p["1.bias"], 0) @ p["3.weight"].T
            + p["3.bias"]
        )
        z = z - z.max(axis=1, keepdims=True)
        right = z[anp.arange(len(y)), y]
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - right)

    loss_and_gradient = autograd.value_and_grad(loss)
    now = {key: value.copy() for key, value in weights.items()}

    def step(x: Any, y: Any) -> float:
        value, gradient = loss_and_gradient(now, x, y)
        for key in now:
            now[key] = now[key] - RATE * gradient[key]
        return float(value)

    return Side(np.asarray, step)


def tinygrad(name: str, weights: Weights) -> Side:
    from tinygrad import Tensor, TinyJit
    from tinygrad.helpers import Context
    from tinygrad.nn.optim import SGD

    p = {key: Tensor(value.copy()) for key, value in weights.items()}
    optimizer = SGD(list(p.values()), lr=RATE)

    def logits(x: Any) -> Any:
        if name == "MLP":
            x = x.flatten(1).linear(p["1.weight"].T, p["1.bias"]).relu()
            return x.linear(p["3.weight"].T, p["3.bias"])
        x = x.conv2d(p["0.weight"], p["0.bias"], padding=1).relu().max_pool2d(2)
        x = x.conv2d(p["3.weight"], p["3.bias"], padding=1).relu().max_pool2d(2)
        return x.flatten(1).linear(p["7.weight"].T, p["7.bias"])

    @TinyJit
    def update(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = logits(x).sparse_categorical_crossentropy(y).backward()
        return loss.realize(*optimizer.schedule_step())

    def step(x: Any, y: Any) -> float:
        with Context(TRAINING=1):
            return float(update(x, y).item())

    return Side(lambda array: Tensor(np.ascontiguousarray(array)).realize(), step)


def micrograd(name: str, weights: Weights) -> Side:
    """One `Value` a number, and as it has neither exp nor log, these two are added in its own way."""
    from micrograd.engine import Value

    def function(value: float, slope: float, x: Any) -> Any:
        out = Value(value, (x,))

        def backward() -> None:
            x.grad += slope * out.grad

        out._backward = backward
        return out

    def exp(x: Any) -> Any:
        return function(math.exp(x.data), math.exp(x.data), x)

    def log(x: Any) -> Any:
        return function(math.log(x.data), 1 / x.data, x)

    p = {key: np.vectorize(Value, otypes=[object])(value.astype(float)) for key, value in weights.items()}

    def step(x: Any, y: Any) -> float:
        loss = Value(0.0)
        for example, label in zip(x.reshape(len(x), -1), y, strict=True):
            hidden = [z.relu() for z in p["1.weight"] @ example + p["1.bias"]]
            z = p["3.weight"] @ np.array(hidden) + p["3.bias"]
            loss = loss + (log(sum(map(exp, z))) - z[label]) * (1 / len(y))
        every = [value for array in p.values() for value in array.flat]
        for value in every:
            value.grad = 0
        loss.backward()
        for value in every:
            value.data -= RATE * value.grad
        return float(loss.data)

    return Side(lambda array: array.astype(float) if array.dtype.kind == "f" else array, step)


PEERS = {"torch": torch, "jax": jax, "autograd": autograd, "tinygrad": tinygrad, "micrograd": micrograd}


def sides(name: str) -> tuple[dict[str, Side], dict[str, str]]:
    """The sides that can run here, ours first; and why the others cannot."""
    weights = starting_weights(name)
    found, absent = {"layerwise": layerwise(name, weights)}, {}
    for peer, make in PEERS.items():
        if why := lacking(name, peer):
            absent[peer] = why
        else:
            found[peer] = make(name, weights)
    return found, absent


def lacking(name: str, peer: str) -> str:
    if name == "CNN" and peer in ("autograd", "micrograd"):
        return "has no convolution layer"
    if not version(peer):
        return "not installed"
    return "needs clang" if peer == "tinygrad" and not shutil.which("clang") else ""
