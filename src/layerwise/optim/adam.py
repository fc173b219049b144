"""Adam and AdamW."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import Tensor
from .optimizer import Optimizer, at_least, blocks, refuse


class Adam(Optimizer):
    """Momentum, divided by a running average of the gradient's size (Kingma and Ba, 2015).

        g ← g + weight_decay · p
        m ← β₁ m + (1 - β₁) g               m̂ = m / (1 - β₁ᵗ) in step t: m starts at 0, which pulls it down
        v ← β₂ v + (1 - β₂) g²              v̂ = v / (1 - β₂ᵗ); with amsgrad the largest v so far
        p ← p - lr · m̂ / (√v̂ + eps)

    maximize: go up instead of down.
    left_out: torch's foreach, fused, capturable and differentiable, which must be None or False.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = lw.optim.Adam([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.5, 99.5], requires_grad=True)
    """

    decoupled = False  # AdamW's weight decay

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **left_out: bool | None,
    ) -> None:
        refuse(type(self).__name__, left_out)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        at_least(type(self).__name__, group, 0, "lr", "eps", "weight_decay")
        at_least(type(self).__name__, group, 0, "betas", below=1)

    def update(self, param: Array, grad: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        if not state:
            state["step"] = Tensor(np.zeros((), np.float32))
            for name in ("exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if group["amsgrad"] else [])):
                state[name] = Tensor(np.zeros_like(param))
        state["step"].data += 1
        t = state["step"].item()
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]

        # p - lr m̂ / (√v̂ + eps) with the two corrections taken out of the loop over all numbers
        correction = math.sqrt(1 - beta2**t)
        rate = lr * correction / (1 - beta1**t)
        eps = group["eps"] * correction
        names = ("exp_avg", "exp_avg_sq", *(["max_exp_avg_sq"] if group["amsgrad"] else []))
        for p, g, m, v, *largest in blocks(param, grad, *(state[name].data for name in names)):
            if decay and self.decoupled:
                p *= 1 - lr * decay
            elif decay:
                g = g + decay * p
            m *= beta1
            part = (1 - beta1) * g
            m += part
            v *= beta2
            np.multiply(g, g, out=part)
            part *= 1 - beta2
            v += part
            if largest:
                v = np.maximum(largest[0], v, out=largest[0])
            scale = np.sqrt(v, out=part)
            scale += eps
            step = np.divide(m, scale, out=part)
            step *= rate
            p -= step


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

        p ← p - lr · weight_decay · p       then as Adam, whose g has no weight decay in it

    maximize: go up instead of down.
    left_out: torch's foreach, fused, capturable and differentiable, which must be None or False.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = lw.optim.AdamW([w], lr=0.5, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.25, 74.5 ], requires_grad=True)
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **left_out: bool | None,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, **left_out)
