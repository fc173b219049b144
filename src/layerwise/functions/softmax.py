"""Numbers as shares of a whole, and their logarithms."""

import numpy as np

from ..ops import softmax as ops
from ..ops.broadcasting import Shape
from ..tape import record
from ..tensor import Tensor
from .arguments import as_floating, axes_of, one_axis


def softmax(input: Tensor, dim: int) -> Tensor:
    """exp(input) divided by its sum along `dim`: positive numbers that sum to 1.

    >>> import layerwise as lw
    >>> lw.softmax(lw.tensor([[0.0, 0.0], [0.0, 1000.0]]), dim=1)
    tensor([[0.5, 0.5],
            [0. , 1. ]])
    """
    input = as_floating(input)
    axis = one_axis("softmax", dim, input.ndim)
    if input.ndim == 0:  # a share of itself
        return softmax(input.reshape(1), 0).reshape(())
    y = ops.softmax(input.data, axis)
    return Tensor(y, record(ops.softmax_vjp, (input.entry,), (y, axis)))


def log_softmax(input: Tensor, dim: int) -> Tensor:
    """The logarithm of softmax(input, dim), also where that is too small a number to be written down.

    >>> import layerwise as lw
    >>> lw.log_softmax(lw.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    input = as_floating(input)
    axis = one_axis("log_softmax", dim, input.ndim)
    if input.ndim == 0:
        return log_softmax(input.reshape(1), 0).reshape(())
    y = ops.log_softmax(input.data, axis)
    return Tensor(y, record(ops.log_softmax_vjp, (input.entry,), (y, axis)))


def logsumexp(input: Tensor, dim: int | Shape, keepdim: bool = False) -> Tensor:
    """The logarithm of the sum of exp(input) over one dimension or several: a smooth maximum.

    >>> import layerwise as lw
    >>> lw.logsumexp(lw.tensor([100.0, 100.0]), dim=0)
    tensor(100.6931)
    """
    input = as_floating(input)
    axes = axes_of("logsumexp", dim, input.ndim)
    y = ops.logsumexp(input.data, axes)
    entry = record(ops.logsumexp_vjp, (input.entry,), (input.data, y))
    return Tensor(y if keepdim else np.squeeze(y, axes), entry)
