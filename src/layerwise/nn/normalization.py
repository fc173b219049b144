"""Normalization as layers."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..functions import squeeze, unsqueeze
from ..ops.broadcasting import Shape
from ..tensor import Tensor
from . import functional
from .module import Module, Parameter


class LayerNorm(Module):
    """(x - μ) / √(σ² + eps) · weight + bias, with mean and variance taken over the last dimensions.

    normalized_shape: the sizes of these dimensions; a number for the last one alone.
    eps: keeps the root away from zero.
    elementwise_affine: whether there are weight and bias.
    bias: whether there is a bias.
    dtype: the parameters' number format, float32 if left out.

    The parameters, of shape `normalized_shape`, start at 1 and 0.

    >>> import layerwise as lw
    >>> lw.nn.LayerNorm(2)(lw.tensor([[1.0, 3.0], [10.0, 30.0]])).detach()
    tensor([[-1.,  1.],
            [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = _shape(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        dtype = dtype or np.float32
        self.weight = Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype)) if elementwise_affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        text = f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        return f"{text}, bias={self.bias is not None}"


class RMSNorm(Module):
    """x / √(mean(x²) + eps) · weight, with the mean taken over the last dimensions.

    normalized_shape: the sizes of these dimensions; a number for the last one alone.
    eps: if left out, the distance from 1 to the next number of the input's number format.
    elementwise_affine: whether there is a weight.
    dtype: the weight's number format, float32 if left out.

    >>> import layerwise as lw
    >>> lw.nn.RMSNorm(2)(lw.tensor([[3.0, 3.0], [10.0, -10.0]])).detach()
    tensor([[ 1.,  1.],
            [ 1., -1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = _shape(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        ones = np.ones(self.normalized_shape, dtype or np.float32)
        self.weight = Parameter(ones) if elementwise_affine else None

    def forward(self, input: Tensor) -> Tensor:
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


def _shape(normalized_shape: int | Sequence[int]) -> Shape:
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)


class GroupNorm(Module):
    """(x - μ) / √(σ² + eps) · weight + bias: mean and variance of each group of each example's channels.

    num_groups: how many groups of neighboring channels; it must divide num_channels.
    num_channels: the size of the input's dimension 1.
    eps: keeps the root away from zero.
    affine: whether there are weight and bias.
    bias: whether there is a bias.
    dtype: the parameters' number format, float32 if left out.

    >>> import layerwise as lw
    >>> lw.nn.GroupNorm(2, 4)(lw.tensor([[1.0, 3.0, 10.0, 30.0]])).detach()
    tensor([[-1.,  1., -1.,  1.]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(
                f"GroupNorm(): num_groups must divide num_channels, got {num_groups} and {num_channels}"
            )
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = Parameter(np.ones(num_channels, dtype or np.float32)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype or np.float32)) if affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        sizes = f"{self.num_groups}, {self.num_channels}"
        return f"{sizes}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


class _ByChannel(Module):
    """What batch and instance normalization share: parameters and running statistics for each channel.

    num_features: the number of channels.
    eps: keeps the root away from zero.
    momentum: the share by which the running statistics move towards those of a batch; None for their plain
        average over all batches so far.
    affine: whether there are weight and bias; they start at 1 and 0.
    track_running_stats: whether there are running statistics.
    bias: whether there is a bias.
    dtype: the number format of parameters and statistics, float32 if left out.
    """

    running_mean: Tensor | None
    running_var: Tensor | None
    ndims: tuple[int, ...]  # how many dimensions an input may have

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: npt.DTypeLike | None,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        ones, zeros = (make(num_features, dtype or np.float32) for make in (np.ones, np.zeros))
        self.weight = Parameter(ones) if affine else None
        self.bias = Parameter(zeros) if affine and bias else None
        self.register_buffer("running_mean", Tensor(zeros.copy()) if track_running_stats else None)
        self.register_buffer("running_var", Tensor(ones.copy()) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", Tensor(np.array(0)) if track_running_stats else None)

    def _check(self, input: Tensor) -> None:
        name, allowed = type(self).__name__, " or ".join(map(str, self.ndims))
        if input.ndim not in self.ndims:
            raise ValueError(f"{name}(): input has shape {input.shape}, expected {allowed} dimensions")

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_ByChannel):
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        share = self.momentum or 0.0
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.data += 1
            if self.momentum is None:
                share = 1 / self.num_batches_tracked.item()
        of_batch = self.training or self.running_mean is None
        return functional.batch_norm(
            input, self.running_mean, self.running_var, self.weight, self.bias, of_batch, share, self.eps
        )


class BatchNorm1d(_BatchNorm):
    """(x - μ) / √(σ² + eps) · weight + bias for each channel, over the batch.

    In training μ and σ² are those of the batch; in evaluation the running statistics, which followed them.

    num_features: the number of channels: inputs are (batch, channels) or (batch, channels, length).
    eps: keeps the root away from zero.
    momentum: the share by which the running statistics move towards those of a batch; None for their plain
        average over all batches so far.
    affine: whether there are weight and bias; they start at 1 and 0.
    track_running_stats: whether there are running statistics; if not, evaluation is as training.
    bias: whether there is a bias.
    dtype: the number format of parameters and statistics, float32 if left out.

    >>> import layerwise as lw
    >>> layer = lw.nn.BatchNorm1d(1)
    >>> layer(lw.tensor([[1.0], [3.0]])).detach()
    tensor([[-1.],
            [ 1.]])
    >>> layer.running_mean
    tensor([0.2])
    """

    ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """As `BatchNorm1d`, for images: inputs are (batch, channels, height, width).

    >>> import layerwise as lw
    >>> lw.nn.BatchNorm2d(1)(lw.tensor([[[[1.0, 3.0]]]])).detach()
    tensor([[[[-1.,  1.]]]])
    """

    ndims = (4,)


class _InstanceNorm(_ByChannel):
    momentum: float  # not None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        alone = input.ndim == self.ndims[0]  # an example, no batch
        y = functional.instance_norm(
            unsqueeze(input, 0) if alone else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum,
            self.eps,
        )
        return squeeze(y, 0) if alone else y


class InstanceNorm1d(_InstanceNorm):
    """(x - μ) / √(σ² + eps) · weight + bias for each channel of each example.

    num_features: the number of channels: inputs are (batch, channels, length) or (channels, length).
    eps: keeps the root away from zero.
    momentum: the share by which the running statistics move towards those of a batch.
    affine: whether there are weight and bias; they start at 1 and 0.
    track_running_stats: whether there are running statistics, to be used in evaluation.
    bias: whether there is a bias.
    dtype: the number format of parameters and statistics, float32 if left out.

    >>> import layerwise as lw
    >>> lw.nn.InstanceNorm1d(2)(lw.tensor([[[1.0, 3.0], [10.0, 30.0]]]))
    tensor([[[-1.,  1.],
             [-1.,  1.]]])
    """

    ndims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """As `InstanceNorm1d`, for images.

    Inputs are (batch, channels, height, width) or (channels, height, width).

    >>> import layerwise as lw
    >>> lw.nn.InstanceNorm2d(1)(lw.tensor([[[[1.0, 3.0]]]]))
    tensor([[[[-1.,  1.]]]])
    """

    ndims = (3, 4)
