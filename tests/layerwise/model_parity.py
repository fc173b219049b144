"""Whole models against their torch twins: outputs, losses, all gradients, and the state after training."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import layerwise as lw
from layerwise.models import twins

LIBRARIES = (lw, torch)
# in relation to the largest number: what rounding permits, after several steps
TOLERANCE = {"float64": 1e-11, "float32": 5e-5}


def pair(make: Callable[[Any], Any], dtype: str = "float64", seed: int = 0) -> dict[Any, Any]:
    """make(models) in both libraries, with the same numbers in them."""
    lw.manual_seed(seed)
    model, twin = make(lw.models).to(dtype), make(twins).to(getattr(torch, dtype))
    assert {k: v.shape for k, v in model.state_dict().items()} == {
        k: tuple(v.shape) for k, v in twin.state_dict().items()
    }
    assert list(model.state_dict()) == list(twin.state_dict())
    assert [k for k, _ in model.named_parameters()] == [k for k, _ in twin.named_parameters()]
    twin.load_state_dict({k: torch.tensor(v.numpy()) for k, v in model.state_dict().items()})
    return {lw: model, torch: twin}


def check_training(
    make: Callable[[Any], Any],
    *inputs: np.ndarray,
    call: Callable[..., Any] = lambda model, *inputs: model(*inputs),
    train: bool = True,
    optimizer: Callable[[Any, Any], Any] = lambda L, ps: L.optim.SGD(ps, lr=0.02, momentum=0.9),
    dtypes: tuple[str, ...] = ("float64", "float32"),
) -> None:
    """Train make(layerwise.models) and make(twins) side by side, for three steps, in float64 and float32.

    inputs: arrays; those of floating-point numbers get gradients too, which are compared.
    call: how the model is called.
    train: whether in training mode, or in evaluation mode (for dropout, whose random numbers differ).
    """
    for dtype in dtypes:
        models = pair(make, dtype)
        tensors = {L: [tensor(L, x, dtype) for x in inputs] for L in LIBRARIES}
        target = np.random.default_rng(5)
        optimizers = {L: optimizer(L, models[L].parameters()) for L in LIBRARIES}
        for model in models.values():
            model.train(train)

        for _ in range(3):
            outputs = {L: call(models[L], *tensors[L]) for L in LIBRARIES}
            same(outputs, dtype, "output")
            goal = target.standard_normal(outputs[lw].shape)
            losses = {L: ((outputs[L] - tensor(L, goal, dtype, False)) ** 2).mean() for L in LIBRARIES}
            same(losses, dtype, "loss")
            for L in LIBRARIES:
                optimizers[L].zero_grad()
                losses[L].backward()
            for (name, p), q in zip(models[lw].named_parameters(), models[torch].parameters(), strict=True):
                largest = max(float(r.grad.abs().max()) for r in models[torch].parameters())
                same({lw: p.grad, torch: q.grad}, dtype, f"gradient of {name}", least=largest)
            for x, twin in zip(tensors[lw], tensors[torch], strict=True):
                if x.requires_grad:
                    same({lw: x.grad, torch: twin.grad}, dtype, "gradient of an input")
            for L in LIBRARIES:
                optimizers[L].step()

        states = {L: models[L].state_dict() for L in LIBRARIES}
        for name in states[lw]:
            same({L: states[L][name] for L in LIBRARIES}, dtype, name, least=1e-2)
        for model in models.values():
            model.eval()
        same({L: call(models[L], *tensors[L]) for L in LIBRARIES}, dtype, "output in evaluation")


def tensor(L: Any, x: np.ndarray, dtype: str, learned: bool = True) -> Any:
    """The array in this library: in this format, with gradients if `learned`; but integers as they are."""
    if x.dtype.kind != "f":
        return L.tensor(x)
    return L.tensor(x.astype(dtype), requires_grad=learned)


def same(both: dict[Any, Any], dtype: str, what: str, least: float = 0.0) -> None:
    """Whether two tensors agree, in relation to the largest number in them, or `least` if that is larger."""
    mine, theirs = (both[L].detach().numpy() for L in LIBRARIES)
    assert mine.shape == theirs.shape, what
    assert mine.dtype == theirs.dtype, what
    if mine.size:
        scale = max(np.abs(theirs).max(), least)
        worst = np.abs(mine - theirs).max()
        assert worst <= TOLERANCE[dtype] * scale, f"{what}: differs by {worst:.3g}, of {scale:.3g} ({dtype})"


def overfit(model: Any, loss: Callable[[Any], Any], steps: int = 150, lr: float = 1e-2) -> float:
    """The loss after so many steps of Adam, always on the same examples. loss(model) -> tensor."""
    optimizer = lw.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss(model)
        value.backward()
        optimizer.step()
    return float(loss(model))


def learned_by_heart(model: Any, *shape: int, classes: int) -> float:
    """The loss after training on a handful of random images (or vectors) with a class each."""
    x, y = lw.tensor(images(*shape).astype("float32")), lw.tensor(np.arange(shape[0]) % classes)
    return overfit(model, lambda model: lw.nn.functional.cross_entropy(model(x), y), steps=80)


def images(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def parameters(make: Callable[[Any], Any]) -> int:
    """Counted on torch's device for shapes without numbers, so that large models cost nothing."""
    with torch.device("meta"):
        return sum(p.numel() for p in make(twins).parameters())
