"""Stochastic gradient descent."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import Tensor
from .optimizer import Optimizer, at_least, blocks, refuse


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wanted.

        g ← g + weight_decay · p
        b ← momentum · b + (1 - dampening) g        b = g in the first step
        p ← p - lr · b                              with nesterov p - lr (g + momentum · b)

    Without momentum it is p ← p - lr · g.

    maximize: go up instead of down.
    left_out: torch's foreach, fused, capturable and differentiable, which must be None or False.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0], requires_grad=True)
    >>> optimizer = lw.optim.SGD([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.5], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **left_out: bool | None,
    ) -> None:
        refuse(type(self).__name__, left_out)
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        at_least("SGD", group, 0, "lr", "momentum", "weight_decay")
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("SGD(): nesterov needs momentum above 0 and dampening 0")

    def update(self, param: Array, grad: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        lr, momentum, decay = group["lr"], group["momentum"], group["weight_decay"]
        if momentum == 0:
            for p, g in blocks(param, grad):
                step = lr * (g + decay * p) if decay else lr * g
                p -= step
            return

        first = state.get("momentum_buffer") is None
        if first:
            state["momentum_buffer"] = Tensor(np.empty_like(param))
        share = 1 - group["dampening"]
        for p, g, b in blocks(param, grad, state["momentum_buffer"].data):
            if decay:
                g = g + decay * p
            if first:
                b[...] = g
            else:
                b *= momentum
                b += g if share == 1 else share * g
            if group["nesterov"]:
                step = momentum * b
                step += g
                step *= lr
            else:
                step = lr * b
            p -= step
