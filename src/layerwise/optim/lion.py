"""Lion."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import Tensor
from .optimizer import Optimizer, at_least, blocks


class Lion(Optimizer):
    """Steps of one size, in the direction of the sign of a momentum (Chen and others, 2023). Not in torch.

        p ← p - lr · weight_decay · p
        p ← p - lr · sign(β₁ m + (1 - β₁) g)
        m ← β₂ m + (1 - β₂) g

    Every number moves by lr in every step, so lr is usually 3 to 10 times smaller than Adam's.

    >>> import layerwise as lw
    >>> w = lw.tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = lw.optim.Lion([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.5, 99.5], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, settings)

    def check(self, group: dict[str, Any]) -> None:
        at_least("Lion", group, 0, "lr", "weight_decay")
        at_least("Lion", group, 0, "betas", below=1)

    def update(self, param: Array, grad: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        if not state:
            state["exp_avg"] = Tensor(np.zeros_like(param))
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
        for p, g, m in blocks(param, grad, state["exp_avg"].data):
            if decay:
                p *= 1 - lr * decay
            part = beta1 * m
            part += (1 - beta1) * g
            p -= lr * np.sign(part)
            m *= beta2
            m += (1 - beta2) * g
