"""Adagrad."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import Tensor
from .optimizer import Optimizer, at_least, blocks, refuse


class Adagrad(Optimizer):
    """A step size for each number, smaller the more gradient it has seen (Duchi, Hazan and Singer, 2011).

        g ← g + weight_decay · p
        s ← s + g²                          starts at initial_accumulator_value
        p ← p - lr_t · g / (√s + eps)       lr_t = lr / (1 + (t - 1) lr_decay) in step t

    maximize: go up instead of down.
    left_out: torch's foreach, fused, capturable and differentiable, which must be None or False.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = lw.optim.Adagrad([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.5, 99.5], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **left_out: bool | None,
    ) -> None:
        refuse(type(self).__name__, left_out)
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "eps": eps,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        at_least("Adagrad", group, 0, "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    def update(self, param: Array, grad: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        if not state:
            state["step"] = Tensor(np.zeros((), np.float32))
            state["sum"] = Tensor(np.full_like(param, group["initial_accumulator_value"]))
        t = state["step"].data
        t += 1
        lr = group["lr"] / (1 + (float(t) - 1) * group["lr_decay"])
        eps, decay = group["eps"], group["weight_decay"]
        for p, g, s in blocks(param, grad, state["sum"].data):
            if decay:
                g = g + decay * p
            s += g * g
            scale = np.sqrt(s)
            scale += eps
            step = np.divide(g, scale, out=scale)
            step *= lr
            p -= step
