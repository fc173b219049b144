"""Losses as functions.

Shapes must agree exactly: a prediction of shape (n, 1) against a target of shape (n,) is an error and not, by
broadcasting, n² differences. Torch's old arguments `size_average` and `reduce` are left out on purpose:
`reduction` says all they said. So what comes after them is given by name.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import tape
from ...ops import loss as ops
from ...ops.broadcasting import Shape
from ...tensor import Tensor
from .arguments import data_of, floating, needs_of


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """(input - target)², the squared error.

    input, target: of one shape.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.functional.mse_loss(lw.tensor([1.0, 2.0]), lw.tensor([1.0, 5.0]))
    tensor(4.5)
    """
    _alike("mse_loss", input, target, reduction)
    return _between(ops.mse_loss_vjp, input, target, ops.mse_loss(input.data, target.data, reduction))


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """|input - target|, the absolute error.

    input, target: of one shape.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.functional.l1_loss(lw.tensor([1.0, 2.0]), lw.tensor([1.0, 5.0]))
    tensor(1.5)
    """
    _alike("l1_loss", input, target, reduction)
    return _between(ops.l1_loss_vjp, input, target, ops.l1_loss(input.data, target.data, reduction))


def huber_loss(input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """½ d² where |d| ≤ delta, else delta (|d| - ½ delta), for d = input - target.

    input, target: of one shape.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.functional.huber_loss(lw.tensor([1.0, 10.0]), lw.tensor([0.0, 0.0]), "none", delta=2.0)
    tensor([ 0.5, 18. ])
    """
    _alike("huber_loss", input, target, reduction)
    if delta <= 0:
        raise RuntimeError(f"huber_loss(): delta must be positive, got {delta}")
    loss = ops.huber_loss(input.data, target.data, reduction, delta)
    return _between(ops.huber_loss_vjp, input, target, loss)


def smooth_l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """½ d² / beta where |d| ≤ beta, else |d| - ½ beta, for d = input - target.

    input, target: of one shape.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> x, t = lw.tensor([1.0, 10.0]), lw.tensor([0.0, 0.0])
    >>> lw.nn.functional.smooth_l1_loss(x, t, reduction="none", beta=2.0)
    tensor([0.25, 9.  ])
    """
    _alike("smooth_l1_loss", input, target, reduction)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss(): beta must not be negative, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    loss = ops.smooth_l1_loss(input.data, target.data, reduction, beta)
    return _between(ops.smooth_l1_loss_vjp, input, target, loss)


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """-weight (target ln input + (1 - target) ln(1 - input)).

    input, target: of one shape; input holds probabilities.
    weight: of a shape that broadcasts to theirs.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.functional.binary_cross_entropy(lw.tensor([0.5, 0.8]), lw.tensor([1.0, 1.0]), reduction="none")
    tensor([0.6931, 0.2231])
    """
    _alike("binary_cross_entropy", input, target, reduction, ValueError, weight=weight)
    _broadcasts("binary_cross_entropy", input.shape, weight=weight)
    if not ((input.data >= 0) & (input.data <= 1)).all():
        raise RuntimeError(
            "binary_cross_entropy(): input must hold probabilities, from 0 to 1. For logits there is "
            "binary_cross_entropy_with_logits()"
        )
    loss = ops.binary_cross_entropy(input.data, target.data, data_of(weight), reduction)
    return _between(ops.binary_cross_entropy_vjp, input, target, loss)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """The binary cross-entropy of σ(input), also where that is 0 or 1 in all its digits.

    input, target: of one shape.
    weight: of a shape that broadcasts to theirs.
    pos_weight: likewise, multiplies the losses of the positive answers (target = 1) alone.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> x, t = lw.tensor([0.0, 1000.0]), lw.tensor([1.0, 0.0])
    >>> lw.nn.functional.binary_cross_entropy_with_logits(x, t, reduction="none")
    tensor([6.9315e-01, 1.0000e+03])
    """
    name = "binary_cross_entropy_with_logits"
    _alike(name, input, target, reduction, ValueError, weight=weight, pos_weight=pos_weight)
    _broadcasts(name, input.shape, weight=weight, pos_weight=pos_weight)
    loss = ops.binary_cross_entropy_with_logits(
        input.data, target.data, data_of(weight), data_of(pos_weight), reduction
    )
    return _between(ops.binary_cross_entropy_with_logits_vjp, input, target, loss)


def kl_div(input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """target (ln target - input): summed up, the Kullback-Leibler divergence of input from target.

    input: logarithms of probabilities.
    target: probabilities, or with log_target their logarithms; of the same shape.
    reduction: 'none' for all terms, 'sum' for their sum, 'batchmean' for that over the size of dimension 0,
        'mean' for the mean of all terms, which is not the divergence.

    >>> import layerwise as lw
    >>> x, t = lw.tensor([[0.5, 0.5]]).log(), lw.tensor([[1.0, 0.0]])
    >>> lw.nn.functional.kl_div(x, t, reduction="batchmean")
    tensor(0.6931)
    """
    _alike("kl_div", input, target, reduction, reductions=("none", "sum", "batchmean", "mean"))
    loss = ops.kl_div(input.data, target.data, reduction, log_target)
    return _between(ops.kl_div_vjp, input, target, loss)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-ln softmax(input) of the right class.

    input (batch, classes, ...) or (classes,): logits.
    target (batch, ...) or (): the right classes, integers; or of input's shape: a probability for each class.
    weight (classes,): multiplies the losses of each class.
    ignore_index: examples of this target class count for nothing.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean, weighted by `weight` where
        classes are given as integers.
    label_smoothing: the share of every target that is spread evenly over all classes.

    >>> import layerwise as lw
    >>> logits = lw.tensor([[0.0, 0.0], [0.0, 1000.0]])
    >>> lw.nn.functional.cross_entropy(logits, lw.tensor([1, 0]), reduction="none")
    tensor([6.9315e-01, 1.0000e+03])
    """
    _classes("cross_entropy", input, weight, reduction)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"cross_entropy(): label_smoothing must be from 0 to 1, got {label_smoothing}")
    if isinstance(target, Tensor) and target.dtype.kind == "f":
        floating("cross_entropy", input=input, target=target)
        _same_shape("cross_entropy", input, target, RuntimeError)
        if ignore_index >= 0:
            raise RuntimeError(
                "cross_entropy(): ignore_index is for targets that name a class, not probabilities"
            )
        loss = ops.soft_cross_entropy(input.data, target.data, data_of(weight), label_smoothing, reduction)
        return _between(ops.soft_cross_entropy_vjp, input, target, loss)

    t = _right_classes("cross_entropy", input, target, ignore_index)
    y, *saved = ops.cross_entropy(input.data, t, data_of(weight), ignore_index, label_smoothing, reduction)
    return Tensor(y, tape.record(ops.cross_entropy_vjp, (input.entry,), tuple(saved)))


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """-input of the right class: after log_softmax, the cross-entropy.

    input (batch, classes, ...) or (classes,): logarithms of probabilities.
    target (batch, ...) or (): the right classes, integers.
    weight (classes,): multiplies the losses of each class.
    ignore_index: examples of this target class count for nothing.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean, weighted by `weight`.

    >>> import layerwise as lw
    >>> x = lw.tensor([[0.5, 0.5], [0.1, 0.9]]).log()
    >>> lw.nn.functional.nll_loss(x, lw.tensor([1, 1]), reduction="none")
    tensor([0.6931, 0.1054])
    """
    _classes("nll_loss", input, weight, reduction)
    t = _right_classes("nll_loss", input, target, ignore_index)
    y, *saved = ops.nll_loss(input.data, t, data_of(weight), ignore_index, reduction)
    return Tensor(y, tape.record(ops.nll_loss_vjp, (input.entry,), tuple(saved)))


def hinge_embedding_loss(
    input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean"
) -> Tensor:
    """input where target is 1, max(0, margin - input) where it is -1.

    input: distances. target: 1 for pairs that belong together, -1 for others; of the same shape.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> x, t = lw.tensor([0.5, 0.25, 3.0]), lw.tensor([1.0, -1.0, -1.0])
    >>> lw.nn.functional.hinge_embedding_loss(x, t, reduction="none")
    tensor([0.5 , 0.75, 0.  ])
    """
    floating("hinge_embedding_loss", input=input)
    _tensor("hinge_embedding_loss", target)
    _same_shape("hinge_embedding_loss", input, target, RuntimeError)
    _known("hinge_embedding_loss", reduction)
    if not (np.abs(target.data) == 1).all():
        raise ValueError("hinge_embedding_loss(): target must hold nothing but 1 and -1")
    y, *saved = ops.hinge_embedding_loss(input.data, target.data, margin, reduction)
    return Tensor(y, tape.record(ops.hinge_embedding_loss_vjp, (input.entry,), tuple(saved)))


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin - x_t + x_j)^p for the right class t, summed over all others j, over classes.

    input (batch, classes) or (classes,): scores.
    target (batch,) or (): the right classes, integers.
    p: 1 or 2.
    weight (classes,): multiplies the losses of each class.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.functional.multi_margin_loss(lw.tensor([[0.0, 0.5, 3.0]]), lw.tensor([2]))
    tensor(0.)
    >>> lw.nn.functional.multi_margin_loss(lw.tensor([[0.0, 0.5, 3.0]]), lw.tensor([1]))
    tensor(1.3333)
    """
    _classes("multi_margin_loss", input, weight, reduction)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss(): p must be 1 or 2, got {p}")
    if input.ndim > 2:
        raise RuntimeError(f"multi_margin_loss(): input has shape {input.shape}, expected (batch, classes)")
    t = _right_classes("multi_margin_loss", input, target, None)
    y, *saved = ops.multi_margin_loss(input.data, t, p, margin, data_of(weight), reduction)
    return Tensor(y, tape.record(ops.multi_margin_loss_vjp, (input.entry,), tuple(saved)))


def _between(vjp: Callable[..., Any], input: Tensor, target: Tensor, loss: ops.Loss) -> Tensor:
    y, *saved = loss
    return Tensor(y, tape.record(vjp, (input.entry, target.entry), (*saved, needs_of(input, target))))


# --- what the arguments must be


def _alike(
    function: str,
    input: Tensor,
    target: Tensor,
    reduction: str,
    error: type[Exception] = RuntimeError,
    reductions: tuple[str, ...] = ("none", "sum", "mean"),
    **weights: Tensor | None,
) -> None:
    floating(function, input=input, target=target, **weights)
    _same_shape(function, input, target, error)
    _known(function, reduction, reductions)


def _same_shape(function: str, input: Tensor, target: Tensor, error: type[Exception]) -> None:
    if input.shape != target.shape:
        raise error(f"{function}(): target has shape {target.shape}, expected that of input, {input.shape}")


def _known(function: str, reduction: str, reductions: tuple[str, ...] = ("none", "sum", "mean")) -> None:
    if reduction not in reductions:
        expected = ", ".join(map(repr, reductions[:-1])) + f" or {reductions[-1]!r}"
        raise ValueError(f"{function}(): reduction must be {expected}, got {reduction!r}")


def _constant(function: str, **weights: Tensor | None) -> None:
    for name, weight in weights.items():
        if weight is not None and weight.requires_grad:
            raise RuntimeError(f"{function}(): {name} must not require gradients: use .detach()")


def _broadcasts(function: str, shape: Shape, **weights: Tensor | None) -> None:
    _constant(function, **weights)
    for name, weight in weights.items():
        if weight is None:
            continue
        sizes = zip(weight.shape[::-1], shape[::-1], strict=False)
        if weight.ndim > len(shape) or any(size not in (1, wanted) for size, wanted in sizes):
            raise RuntimeError(
                f"{function}(): {name} has shape {weight.shape}, which does not broadcast to input's, {shape}"
            )


def _classes(function: str, input: Tensor, weight: Tensor | None, reduction: str) -> None:
    floating(function, input=input, weight=weight)
    _known(function, reduction)
    _constant(function, weight=weight)
    if input.ndim == 0:
        raise RuntimeError(f"{function}(): input has shape (), expected (batch, classes, ...) or (classes,)")
    classes = input.shape[min(input.ndim - 1, 1)]
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"{function}(): weight has shape {weight.shape}, expected ({classes},), the classes"
        )


def _tensor(function: str, target: Tensor) -> None:
    if not isinstance(target, Tensor):
        raise TypeError(f"{function}(): target must be a layerwise tensor, got {type(target).__name__}")


def _right_classes(function: str, input: Tensor, target: Tensor, ignored: int | None) -> np.ndarray:
    """The target, checked to name a class for each example."""
    _tensor(function, target)
    if target.dtype.kind not in "iu":
        raise RuntimeError(f"{function}(): target must be integers, the right classes, got {target.dtype}")
    expected = (*input.shape[:1], *input.shape[2:]) if input.ndim > 1 else ()
    if target.shape != expected:
        other_batch = target.ndim == len(expected) and target.shape[:1] != expected[:1]
        raise (ValueError if other_batch else RuntimeError)(
            f"{function}(): input has shape {input.shape} and target {target.shape}, expected {expected}"
        )
    classes = input.shape[min(input.ndim - 1, 1)]
    as_unsigned = target.data.astype(np.uint64, copy=False)  # where negative numbers are very large ones
    if np.maximum.reduce(as_unsigned, axis=None, initial=0) >= classes:
        wrong = (target.data < 0) | (target.data >= classes)
        wrong &= target.data != ignored
        if wrong.any():
            raise IndexError(
                f"{function}(): target {target.data[wrong][0]} is out of bounds: input has {classes} classes"
            )
    return target.data
