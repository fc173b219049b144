"""Rosenblatt's perceptron (1958)."""

from typing import Any

import numpy as np

from ..functions import heaviside
from ..nn.functional.linear import linear
from ..nn.module import Module, Parameter
from ..ops.broadcasting import Array
from ..tensor import Tensor, to_array


class Perceptron(Module):
    """A neuron with a step: f(x) = Θ(w·x + b), where Θ(z) is 1 for z > 0, else 0.

    in_features: the number of inputs.

    `weight` (1, in_features) and `bias` (1,) start at zero; `mistakes` counts the updates that changed them.
    They are float64, as data in NumPy are: learning makes them sums of examples, in the examples' precision.

    >>> import layerwise as lw
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]  # logical and
    >>> model = lw.models.Perceptron(2)
    >>> model.fit(x, y)
    [1, 3, 3, 2, 1, 0]
    >>> model(x)
    tensor([0., 0., 0., 1.], dtype=float64)
    """

    def __init__(self, in_features: int) -> None:
        if in_features < 1:
            raise ValueError(f"in_features must be at least 1, got {in_features}")
        self.in_features = in_features
        self.weight = Parameter(np.zeros((1, in_features)))
        self.bias = Parameter(np.zeros(1))
        self.mistakes = 0

    def forward(self, x: Any) -> Tensor:
        """x (batch, in_features), an array or tensor -> (batch,) of 0.0 and 1.0"""
        x = self._checked_inputs(x, ("batch", self.in_features))
        z = linear(Tensor(x), self.weight, self.bias)  # (batch, 1)
        return heaviside(z, values=0.0)[:, 0]  # (batch,)

    def update(self, x: Any, y: Any) -> bool:
        """Learn from one example, x (in_features,) of class y, 0 or 1. Returns whether it was a mistake."""
        x = self._checked_inputs(x, (self.in_features,))
        y = self._checked_labels(y, ())
        return self._learn(x, y)

    def fit(self, x: Any, y: Any, max_epochs: int = 1000) -> list[int]:
        """Go through all examples in order, again and again, until a pass without a mistake.

        x (n, in_features), y (n,) of 0 and 1 -> the mistakes of each pass: at most max_epochs numbers
        """
        x = self._checked_inputs(x, ("n", self.in_features))
        y = self._checked_labels(y, x.shape[:1])
        mistakes: list[int] = []
        for _ in range(max_epochs):
            mistakes.append(sum(self._learn(x_i, y_i) for x_i, y_i in zip(x, y, strict=True)))
            if mistakes[-1] == 0:
                break
        return mistakes

    # Rosenblatt's rule: on a mistake w += (y - ŷ) x and b += (y - ŷ), otherwise nothing.
    def _learn(self, x: Array, y: Array) -> bool:
        w, b = self.weight.data[0], self.bias.data  # (in_features,), (1,): views, to be changed in place
        predicted = w @ x + b[0] > 0
        error = y - predicted  # 1: it should have fired, -1: it should not have, 0: right
        if error == 0:
            return False
        w += error * x
        b += error
        self.mistakes += 1
        return True

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}"

    # --- what can be learned from

    def _checked_inputs(self, given: Any, shape: tuple[str | int, ...]) -> Array:
        x = to_array(given)
        if x.ndim != len(shape) or x.shape[-1] != shape[-1]:
            expected = str(shape).replace("'", "")
            raise ValueError(f"x must have shape {expected}, got {x.shape}")
        if x.dtype.kind not in "fiub":
            raise ValueError(f"x must hold numbers, got {x.dtype}")
        x = x.astype(np.float64)
        if not np.isfinite(x).all():
            raise ValueError(f"x must hold finite numbers, got {x[~np.isfinite(x)][0]}")
        return x

    def _checked_labels(self, given: Any, shape: tuple[int, ...]) -> Array:
        y = to_array(given)
        if y.shape != shape:
            raise ValueError(f"y must have shape {shape}, a label for each example, got {y.shape}")
        wrong = y[(y != 0) & (y != 1)]
        if wrong.size:
            raise ValueError(f"y must contain only 0 and 1, got {wrong[0]}")
        return y.astype(np.float64)
