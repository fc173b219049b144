"""RMSprop."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import Tensor
from .optimizer import Optimizer, at_least, blocks, refuse


class RMSprop(Optimizer):
    """Divide the gradient by a running average of its size (Hinton, 2012).

        g ← g + weight_decay · p
        s ← alpha · s + (1 - alpha) g²
        d = g / (√s + eps)                  centered: √(s - m²) with m ← alpha · m + (1 - alpha) g
        p ← p - lr · d                      with momentum p - lr · b, b ← momentum · b + d

    maximize: go up instead of down.
    left_out: torch's foreach, fused, capturable and differentiable, which must be None or False.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = lw.optim.RMSprop([w], lr=0.05)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.5, 99.5], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **left_out: bool | None,
    ) -> None:
        refuse(type(self).__name__, left_out)
        super().__init__(
            params,
            {
                "lr": lr,
                "alpha": alpha,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "centered": centered,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        at_least("RMSprop", group, 0, "lr", "alpha", "eps", "weight_decay", "momentum")

    def update(self, param: Array, grad: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        lr, alpha, eps, decay = group["lr"], group["alpha"], group["eps"], group["weight_decay"]
        momentum = group["momentum"]
        if not state:
            state["step"] = Tensor(np.zeros((), np.float32))
            state["square_avg"] = Tensor(np.zeros_like(param))
            if momentum > 0:
                state["momentum_buffer"] = Tensor(np.zeros_like(param))
            if group["centered"]:
                state["grad_avg"] = Tensor(np.zeros_like(param))
        state["step"].data += 1
        names = [name for name in ("momentum_buffer", "grad_avg") if name in state]
        for p, g, s, *others in blocks(
            param, grad, state["square_avg"].data, *(state[name].data for name in names)
        ):
            more = dict(zip(names, others, strict=True))
            if decay:
                g = g + decay * p
            s *= alpha
            scale = g * g
            scale *= 1 - alpha
            s += scale
            if group["centered"]:
                m = more["grad_avg"]
                m += (1 - alpha) * (g - m)
                np.sqrt(s - m * m, out=scale)
            else:
                np.sqrt(s, out=scale)
            scale += eps
            d = np.divide(g, scale, out=scale)
            if momentum > 0:
                b = more["momentum_buffer"]
                b *= momentum
                b += d
                d = b
            p -= lr * d
