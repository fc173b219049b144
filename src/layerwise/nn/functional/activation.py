"""Activation functions."""

import numpy as np

from ... import tape
from ...functions.arguments import one_axis
from ...ops import activation as ops
from ...tensor import Tensor
from .arguments import floating, needs_of, not_in_place


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """max(0, x) + negative_slope · min(0, x). The gradient at 0 is that of the negative side.

    >>> import layerwise as lw
    >>> lw.nn.functional.leaky_relu(lw.tensor([-1.0, 0.0, 1.0]), 0.25)
    tensor([-0.25,  0.  ,  1.  ])
    """
    floating("leaky_relu", input=input)
    not_in_place("leaky_relu", inplace)
    y, slope = ops.leaky_relu(input.data, negative_slope)
    return Tensor(y, tape.record(ops.leaky_relu_vjp, (input.entry,), (slope,)))


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """max(0, x) + weight · min(0, x), with a learned weight, one for all numbers or one for each channel.

    input (batch, channels, ...), weight (1,) or (channels,)

    >>> import layerwise as lw
    >>> lw.nn.functional.prelu(lw.tensor([[-1.0, -1.0, 1.0]]), lw.tensor([0.25, 0.5, 0.75]))
    tensor([[-0.25, -0.5 ,  1.  ]])
    """
    floating("prelu", input=input, weight=weight)
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or weight.data.size not in (1, channels):
        raise RuntimeError(
            f"prelu(): weight has shape {weight.shape}, expected (1,) or ({channels},): input has "
            f"shape {input.shape}"
        )
    y = ops.prelu(input.data, weight.data)
    saved = (input.data, weight.data, needs_of(input, weight))
    return Tensor(y, tape.record(ops.prelu_vjp, (input.entry, weight.entry), saved))


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """The input, but at least min_val and at most max_val.

    >>> import layerwise as lw
    >>> lw.nn.functional.hardtanh(lw.tensor([-2.0, 0.5, 2.0]))
    tensor([-1. ,  0.5,  1. ])
    """
    floating("hardtanh", input=input)
    not_in_place("hardtanh", inplace)
    if min_val > max_val:
        raise ValueError(f"hardtanh(): min_val must not exceed max_val, got {min_val} and {max_val}")
    y, inside = ops.hardtanh(input.data, min_val, max_val)
    return Tensor(y, tape.record(ops.hardtanh_vjp, (input.entry,), (inside,)))


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(6, max(0, x)).

    >>> import layerwise as lw
    >>> lw.nn.functional.relu6(lw.tensor([-1.0, 3.0, 10.0]))
    tensor([0., 3., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """max(0, x) + alpha (exp(min(0, x)) - 1).

    >>> import layerwise as lw
    >>> lw.nn.functional.elu(lw.tensor([-1000.0, -1.0, 2.0]))
    tensor([-1.    , -0.6321,  2.    ])
    """
    floating("elu", input=input)
    not_in_place("elu", inplace)
    y, slope = ops.elu(input.data, alpha)
    return Tensor(y, tape.record(ops.elu_vjp, (input.entry,), (slope,)))


# with these two, mean 0 and variance 1 are a fixed point of wide layers (Klambauer et al., 2017)
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """s (max(0, x) + α (exp(min(0, x)) - 1)) with s ≈ 1.0507 and α ≈ 1.6733: keeps mean 0 and variance 1.

    >>> import layerwise as lw
    >>> lw.nn.functional.selu(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-1.1113,  0.    ,  1.0507])
    """
    floating("selu", input=input)
    not_in_place("selu", inplace)
    y, slope = ops.elu(input.data, SELU_ALPHA, SELU_SCALE)
    return Tensor(y, tape.record(ops.elu_vjp, (input.entry,), (slope,)))


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """max(0, x) + alpha (exp(min(0, x) / alpha) - 1): without a bend at 0, whatever alpha is.

    >>> import layerwise as lw
    >>> lw.nn.functional.celu(lw.tensor([-1.0, 0.0, 1.0]), alpha=2.0)
    tensor([-0.7869,  0.    ,  1.    ])
    """
    floating("celu", input=input)
    not_in_place("celu", inplace)
    if alpha == 0:
        raise RuntimeError("celu(): alpha must not be 0")
    y, slope = ops.elu(input.data, alpha, tau=alpha)
    return Tensor(y, tape.record(ops.elu_vjp, (input.entry,), (slope,)))


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x σ(x), also known as swish.

    >>> import layerwise as lw
    >>> lw.nn.functional.silu(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.    ,  0.7311])
    """
    floating("silu", input=input)
    not_in_place("silu", inplace)
    y, slope = ops.silu(input.data)
    return Tensor(y, tape.record(ops.silu_vjp, (input.entry,), (slope,)))


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x tanh(softplus(x)).

    >>> import layerwise as lw
    >>> lw.nn.functional.mish(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.    ,  0.8651])
    """
    floating("mish", input=input)
    not_in_place("mish", inplace)
    y, slope = ops.mish(input.data)
    return Tensor(y, tape.record(ops.mish_vjp, (input.entry,), (slope,)))


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + exp(beta x)) / beta, a smooth max(0, x); x itself where beta x exceeds the threshold.

    >>> import layerwise as lw
    >>> lw.nn.functional.softplus(lw.tensor([-1.0, 0.0, 1000.0]))
    tensor([3.1326e-01, 6.9315e-01, 1.0000e+03])
    """
    floating("softplus", input=input)
    if beta <= 0 or threshold < 0:
        raise ValueError(
            f"softplus(): beta must be positive and threshold not negative, got {beta} and {threshold}"
        )
    y, slope = ops.softplus(input.data, beta, threshold)
    return Tensor(y, tape.record(ops.softplus_vjp, (input.entry,), (slope,)))


def logsigmoid(input: Tensor) -> Tensor:
    """ln σ(x), also where σ(x) is too small a number to be written down.

    >>> import layerwise as lw
    >>> lw.nn.functional.logsigmoid(lw.tensor([-1000.0, 0.0, 1000.0]))
    tensor([-1.0000e+03, -6.9315e-01, -0.0000e+00])
    """
    floating("logsigmoid", input=input)
    y, slope = ops.logsigmoid(input.data)
    return Tensor(y, tape.record(ops.logsigmoid_vjp, (input.entry,), (slope,)))


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x Φ(x): x times the probability that a standard normal number is below x.

    approximate: 'none' for Φ itself, 'tanh' for ½ (1 + tanh(√(2/π) (x + 0.044715 x³))) in its place.

    >>> import layerwise as lw
    >>> lw.nn.functional.gelu(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.    ,  0.8413])
    """
    floating("gelu", input=input)
    if approximate == "none":
        y, slope = ops.gelu(input.data)
        return Tensor(y, tape.record(ops.gelu_vjp, (input.entry,), (slope,)))
    if approximate == "tanh":
        y, slope = ops.gelu_tanh(input.data)
        return Tensor(y, tape.record(ops.gelu_tanh_vjp, (input.entry,), (slope,)))
    raise RuntimeError(f"gelu(): approximate must be 'none' or 'tanh', got {approximate!r}")


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half of the numbers along `dim` times σ(the second half).

    input (..., 2n, ...) -> (..., n, ...)

    >>> import layerwise as lw
    >>> lw.nn.functional.glu(lw.tensor([1.0, 2.0, 0.0, 1000.0]))
    tensor([0.5, 2. ])
    """
    a, b, axis = _halves("glu", input, dim)
    y, gate = ops.glu(a, b)
    return Tensor(y, tape.record(ops.glu_vjp, (input.entry,), (y, gate, axis)))


def swiglu(input: Tensor, dim: int = -1) -> Tensor:
    """silu(the first half of the numbers along `dim`) times the second half. PyTorch has no such function.

    input (..., 2n, ...) -> (..., n, ...)

    >>> import layerwise as lw
    >>> lw.nn.functional.swiglu(lw.tensor([0.0, 1000.0, 1.0, 2.0]))
    tensor([   0., 2000.])
    """
    a, b, axis = _halves("swiglu", input, dim)
    y, gate, slope = ops.swiglu(a, b)
    return Tensor(y, tape.record(ops.swiglu_vjp, (input.entry,), (b, gate, slope, axis)))


def _halves(name: str, input: Tensor, dim: int) -> tuple[np.ndarray, np.ndarray, int]:
    floating(name, input=input)
    if input.ndim == 0:
        raise RuntimeError(f"{name}(): a single number has no halves, input has shape ()")
    axis = one_axis(name, dim, input.ndim)
    if input.shape[axis] % 2:
        raise RuntimeError(f"{name}(): dimension {axis} of input must be even, its shape is {input.shape}")
    a, b = np.split(input.data, 2, axis)
    return a, b, axis
