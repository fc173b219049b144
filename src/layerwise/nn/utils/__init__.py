"""All parameters of a model at once: their gradients limited, their numbers as one vector, their count."""

import math
from collections.abc import Iterable

import numpy as np

from ...functions import cat
from ...ops.broadcasting import Array
from ...tensor import Tensor
from ..module import Module
from . import rnn as rnn


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Shorten the gradient, all parameters' together as one vector, to the length max_norm if it is longer.

    norm_type: how length is measured: (Σ |g|^p)^(1/p), or the largest |g| for p = inf.
    error_if_nonfinite: whether a length that is infinite or NaN is an error.

    Returns the length before.

    >>> import layerwise as lw
    >>> w = lw.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> lw.nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(10.)
    >>> w.grad
    tensor([0.6, 0.8])
    """
    gradients = _gradients(parameters)
    p = float(norm_type)
    if not gradients:
        return Tensor(np.float32(0))
    if p == 2:
        norms = [math.sqrt(np.dot(g, g)) if g.size else 0.0 for g in (g.reshape(-1) for g in gradients)]
    else:
        norms = [float(np.linalg.norm(g.reshape(-1), p)) if g.size else 0.0 for g in gradients]
    total = float(np.linalg.norm(norms, p))  # the length of all is the length of their lengths
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(f"clip_grad_norm_(): the norm of the gradient, of order {p}, is {total}")
    scale = min(max_norm / (total + 1e-6), 1.0) if not math.isnan(total) else total
    if scale != 1:
        with np.errstate(invalid="ignore"):  # an infinite length: 0 times infinity
            for g in gradients:
                g *= scale
    return Tensor(np.asarray(total, gradients[0].dtype))


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Limit every number of every gradient to [-clip_value, clip_value].

    >>> import layerwise as lw
    >>> w = lw.tensor([3.0, 0.1], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> lw.nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([1. , 0.2])
    """
    for g in _gradients(parameters):
        np.clip(g, -clip_value, clip_value, out=g)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Array]:
    several = [parameters] if isinstance(parameters, Tensor) else parameters
    return [parameter.grad.data for parameter in several if parameter.grad is not None]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters, one after another, as one vector.

    >>> import layerwise as lw
    >>> lw.nn.utils.parameters_to_vector([lw.ones(2, 2), lw.zeros(1)])
    tensor([1., 1., 1., 1., 0.])
    """
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copy a vector's numbers into the parameters, the reverse of `parameters_to_vector`.

    >>> import layerwise as lw
    >>> w = lw.zeros(2, 2)
    >>> lw.nn.utils.vector_to_parameters(lw.arange(4.0), [w])
    >>> w
    tensor([[0., 1.],
            [2., 3.]])
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters(): vec must be a layerwise tensor, got {type(vec).__name__}")
    parameters = list(parameters)
    wanted = sum(parameter.data.size for parameter in parameters)
    if vec.shape != (wanted,):
        raise RuntimeError(
            f"vector_to_parameters(): vec has shape {vec.shape}, the parameters need ({wanted},)"
        )
    start = 0
    for parameter in parameters:
        end = start + parameter.data.size
        parameter.data[...] = vec.data[start:end].reshape(parameter.shape)
        start = end


def count_parameters(module: Module, trainable_only: bool = False) -> int:
    """How many numbers the module's parameters hold; a parameter that is used twice counts once.

    trainable_only: leave out those that do not require gradients.

    >>> import layerwise as lw
    >>> lw.nn.utils.count_parameters(lw.nn.Linear(3, 2))
    8
    """
    return sum(p.data.size for p in module.parameters() if p.requires_grad or not trainable_only)
