"""Losses as layers."""

from ..tensor import Tensor
from . import functional
from .functional.loss import _known
from .module import Module


class _Loss(Module):
    reductions: tuple[str, ...] = ("none", "sum", "mean")

    def __init__(self, reduction: str) -> None:
        _known(type(self).__name__, reduction, self.reductions)
        self.reduction = reduction


class _WeightedLoss(_Loss):
    weight: Tensor | None

    def __init__(self, weight: Tensor | None, reduction: str) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)


class MSELoss(_Loss):
    """(input - target)², the squared error.

    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.MSELoss()(lw.tensor([1.0, 2.0]), lw.tensor([1.0, 5.0]))
    tensor(4.5)
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """|input - target|, the absolute error.

    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.L1Loss()(lw.tensor([1.0, 2.0]), lw.tensor([1.0, 5.0]))
    tensor(1.5)
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(_Loss):
    """½ d² where |d| ≤ delta, else delta (|d| - ½ delta), for d = input - target.

    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.HuberLoss("none", delta=2.0)(lw.tensor([1.0, 10.0]), lw.tensor([0.0, 0.0]))
    tensor([ 0.5, 18. ])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(_Loss):
    """½ d² / beta where |d| ≤ beta, else |d| - ½ beta, for d = input - target.

    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.SmoothL1Loss(reduction="none", beta=2.0)(lw.tensor([1.0, 10.0]), lw.tensor([0.0, 0.0]))
    tensor([0.25, 9.  ])
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class BCELoss(_WeightedLoss):
    """-weight (target ln input + (1 - target) ln(1 - input)), for probabilities.

    weight: of a shape that broadcasts to that of input and target.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.BCELoss(reduction="none")(lw.tensor([0.5, 0.8]), lw.tensor([1.0, 1.0]))
    tensor([0.6931, 0.2231])
    """

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """The binary cross-entropy of σ(input), also where that is 0 or 1 in all its digits.

    weight: of a shape that broadcasts to that of input and target.
    pos_weight: likewise, multiplies the losses of the positive answers (target = 1) alone.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.BCEWithLogitsLoss(reduction="none")(lw.tensor([0.0, 1000.0]), lw.tensor([1.0, 0.0]))
    tensor([6.9315e-01, 1.0000e+03])
    """

    pos_weight: Tensor | None

    def __init__(
        self, weight: Tensor | None = None, *, reduction: str = "mean", pos_weight: Tensor | None = None
    ) -> None:
        super().__init__(weight, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(_Loss):
    """target (ln target - input): summed up, the Kullback-Leibler divergence of input from target.

    reduction: 'none' for all terms, 'sum' for their sum, 'batchmean' for that over the size of dimension 0,
        'mean' for the mean of all terms, which is not the divergence.
    log_target: whether targets are logarithms of probabilities, as inputs are.

    >>> import layerwise as lw
    >>> lw.nn.KLDivLoss(reduction="batchmean")(lw.tensor([[0.5, 0.5]]).log(), lw.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    reductions = ("none", "sum", "batchmean", "mean")

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class CrossEntropyLoss(_WeightedLoss):
    """-ln softmax(input) of the right class.

    Inputs are logits, (batch, classes, ...) or (classes,); targets the right classes, integers, (batch, ...)
    or (), or a probability for each class, of the input's shape.

    weight (classes,): multiplies the losses of each class.
    ignore_index: examples of this target class count for nothing.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean, weighted by `weight` where
        classes are given as integers.
    label_smoothing: the share of every target that is spread evenly over all classes.

    >>> import layerwise as lw
    >>> loss = lw.nn.CrossEntropyLoss(reduction="none")
    >>> loss(lw.tensor([[0.0, 0.0], [0.0, 1000.0]]), lw.tensor([1, 0]))
    tensor([6.9315e-01, 1.0000e+03])
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_WeightedLoss):
    """-input of the right class: after LogSoftmax, the cross-entropy.

    weight (classes,): multiplies the losses of each class.
    ignore_index: examples of this target class count for nothing.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean, weighted by `weight`.

    >>> import layerwise as lw
    >>> lw.nn.NLLLoss(reduction="none")(lw.tensor([[0.5, 0.5], [0.1, 0.9]]).log(), lw.tensor([1, 1]))
    tensor([0.6931, 0.1054])
    """

    def __init__(
        self, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class HingeEmbeddingLoss(_Loss):
    """input where target is 1, max(0, margin - input) where it is -1.

    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> loss = lw.nn.HingeEmbeddingLoss(reduction="none")
    >>> loss(lw.tensor([0.5, 0.25, 3.0]), lw.tensor([1.0, -1.0, -1.0]))
    tensor([0.5 , 0.75, 0.  ])
    """

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MultiMarginLoss(_WeightedLoss):
    """max(0, margin - x_t + x_j)^p for the right class t, summed over all others j, over classes.

    p: 1 or 2.
    weight (classes,): multiplies the losses of each class.
    reduction: 'none' for all losses, 'sum' for their sum, 'mean' for their mean.

    >>> import layerwise as lw
    >>> lw.nn.MultiMarginLoss()(lw.tensor([[0.0, 0.5, 3.0]]), lw.tensor([1]))
    tensor(1.3333)
    """

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Tensor | None = None, *, reduction: str = "mean"
    ) -> None:
        super().__init__(weight, reduction)
        self.p, self.margin = p, margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return functional.multi_margin_loss(
            input, target, self.p, self.margin, self.weight, reduction=self.reduction
        )
