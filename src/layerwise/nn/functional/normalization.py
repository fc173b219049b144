"""Normalization as functions."""

import math
from collections.abc import Sequence

import numpy as np

from ... import tape
from ...ops import normalization as ops
from ...ops.broadcasting import Shape
from ...tensor import Tensor
from .arguments import data_of, entries_of, floating, needs_of


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + eps) · weight + bias, with mean and variance taken over the last dimensions.

    input (..., *normalized_shape), weight and bias normalized_shape -> the shape of input

    >>> import layerwise as lw
    >>> lw.nn.functional.layer_norm(lw.tensor([[1.0, 3.0], [10.0, 30.0]]), (2,))
    tensor([[-1.,  1.],
            [-1.,  1.]])
    """
    floating("layer_norm", input=input, weight=weight, bias=bias)
    shape = _last_dimensions("layer_norm", input, normalized_shape)
    _has_shape("layer_norm", shape, weight=weight, bias=bias)
    w = data_of(weight)
    y, mean, scale = ops.layer_norm(input.data, shape, w, data_of(bias), eps)
    saved = (input.data, shape, w, mean, scale, needs_of(input, weight, bias))
    return Tensor(y, tape.record(ops.layer_norm_vjp, entries_of(input, weight, bias), saved))


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """x / √(mean(x²) + eps) · weight, with the mean taken over the last dimensions.

    input (..., *normalized_shape), weight normalized_shape -> the shape of input
    eps: if left out, the distance from 1 to the next number of the input's number format.

    >>> import layerwise as lw
    >>> lw.nn.functional.rms_norm(lw.tensor([[3.0, 3.0], [10.0, -10.0]]), (2,))
    tensor([[ 1.,  1.],
            [ 1., -1.]])
    """
    floating("rms_norm", input=input, weight=weight)
    shape = _last_dimensions("rms_norm", input, normalized_shape)
    _has_shape("rms_norm", shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    w = data_of(weight)
    y, scale = ops.rms_norm(input.data, shape, w, eps)
    saved = (input.data, shape, w, scale, needs_of(input, weight))
    return Tensor(y, tape.record(ops.rms_norm_vjp, entries_of(input, weight), saved))


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + eps) · weight + bias: mean and variance of each group of each example's channels.

    input (batch, channels, ...), weight and bias (channels,) -> the shape of input
    num_groups: how many groups of neighboring channels; it must divide the number of channels.

    >>> import layerwise as lw
    >>> lw.nn.functional.group_norm(lw.tensor([[1.0, 3.0, 10.0, 30.0]]), 2)
    tensor([[-1.,  1., -1.,  1.]])
    """
    floating("group_norm", input=input, weight=weight, bias=bias)
    channels = _channels("group_norm", input)
    if num_groups < 1 or channels % num_groups:
        raise RuntimeError(
            f"group_norm(): num_groups must divide the {channels} channels of input, whose shape is "
            f"{input.shape}, got {num_groups}"
        )
    _has_shape("group_norm", (channels,), weight=weight, bias=bias)
    _more_than_one("group_norm", input, input.data.size // num_groups)
    w = data_of(weight)
    y, mean, scale = ops.group_norm(input.data, num_groups, w, data_of(bias), eps)
    saved = (input.data, num_groups, w, mean, scale, needs_of(input, weight, bias))
    return Tensor(y, tape.record(ops.group_norm_vjp, entries_of(input, weight, bias), saved))


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + eps) · weight + bias for each channel.

    input (batch, channels, ...), all others (channels,) -> the shape of input
    training: with True μ and σ² are those of the batch, and running_mean and running_var, if given, move
        towards them by the share `momentum`; with False they are running_mean and running_var. The variance
        that moves running_var is n / (n - 1) σ², which does not underestimate on average.

    >>> import layerwise as lw
    >>> mean, var = lw.tensor([0.0]), lw.tensor([1.0])
    >>> lw.nn.functional.batch_norm(lw.tensor([[1.0], [3.0]]), mean, var, training=True)
    tensor([[-1.],
            [ 1.]])
    >>> mean, var
    (tensor([0.2]), tensor([1.1]))
    """
    floating(
        "batch_norm",
        input=input,
        running_mean=running_mean,
        running_var=running_var,
        weight=weight,
        bias=bias,
    )
    channels = _channels("batch_norm", input)
    _has_shape(
        "batch_norm",
        (channels,),
        running_mean=running_mean,
        running_var=running_var,
        weight=weight,
        bias=bias,
    )
    if training:
        n = input.data.size // max(channels, 1)
        _more_than_one("batch_norm", input, n)
        mean, variance = ops.channel_statistics(input.data)
        if input.data.size:
            _move(running_mean, mean, momentum)
            _move(running_var, variance * (n / (n - 1)), momentum)
    elif running_mean is None or running_var is None:
        raise RuntimeError("batch_norm(): running_mean and running_var must be given unless training=True")
    else:
        mean, variance = running_mean.data.copy(), running_var.data.copy()
    w = data_of(weight)
    y, scale = ops.batch_norm(input.data, mean, variance, w, data_of(bias), eps)
    saved = (input.data, w, mean, scale, training, needs_of(input, weight, bias))
    return Tensor(y, tape.record(ops.batch_norm_vjp, entries_of(input, weight, bias), saved))


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - μ) / √(σ² + eps) · weight + bias for each channel of each example.

    input (batch, channels, ...), all others (channels,) -> the shape of input
    use_input_stats: with True μ and σ² are those of the channel of the example, and running_mean and
        running_var, if given, move towards their means over the batch by the share `momentum`; with False
        they are running_mean and running_var.

    >>> import layerwise as lw
    >>> lw.nn.functional.instance_norm(lw.tensor([[[1.0, 3.0], [10.0, 30.0]]]))
    tensor([[[-1.,  1.],
             [-1.,  1.]]])
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    floating("instance_norm", input=input, running_mean=running_mean, running_var=running_var)
    channels = _channels("instance_norm", input)
    _has_shape("instance_norm", (channels,), running_mean=running_mean, running_var=running_var)
    size = math.prod(input.shape[2:])
    if input.ndim < 3 or size == 1:
        raise ValueError(f"instance_norm(): a single number has no variance, input has shape {input.shape}")
    if running_mean is not None and running_var is not None and input.data.size:
        alone = input.data.reshape(1, -1, size)  # every channel of every example as a channel of its own
        mean, variance = (v.reshape(-1, channels).mean(axis=0) for v in ops.channel_statistics(alone))
        _move(running_mean, mean, momentum)
        _move(running_var, variance * (size / (size - 1)), momentum)
    return group_norm(input, channels, weight, bias, eps)


def _move(running: Tensor | None, new: np.ndarray, momentum: float) -> None:
    if running is not None:
        running.data += momentum * (new - running.data)


def _last_dimensions(function: str, input: Tensor, normalized_shape: Sequence[int]) -> Shape:
    shape = tuple(normalized_shape)
    if not shape:
        raise RuntimeError(f"{function}(): normalized_shape must name at least one dimension, got ()")
    if input.shape[-len(shape) :] != shape:
        expected = "(..., " + ", ".join(map(str, shape)) + ")"
        raise RuntimeError(f"{function}(): input has shape {input.shape}, expected {expected}")
    return shape


def _channels(function: str, input: Tensor) -> int:
    if input.ndim < 2:
        raise RuntimeError(f"{function}(): input has shape {input.shape}, expected (batch, channels, ...)")
    return input.shape[1]


def _has_shape(function: str, shape: Shape, **tensors: Tensor | None) -> None:
    for name, tensor in tensors.items():
        if tensor is not None and tensor.shape != shape:
            raise RuntimeError(f"{function}(): {name} has shape {tensor.shape}, expected {shape}")


def _more_than_one(function: str, input: Tensor, n: int) -> None:
    """The variance of a single number is 0: normalizing it would leave nothing of it."""
    if n == 1 and input.data.size:
        raise ValueError(f"{function}(): a single number has no variance, input has shape {input.shape}")
