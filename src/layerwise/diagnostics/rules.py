"""What a doctor knows: one rule a fault, which looks at a probe's records and finds something or nothing."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from . import thresholds as limit
from .finding import Finding
from .libraries import layers_of, own_parameters
from .probe import LayerRecord, Probe

ACTIVATIONS = (
    *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Softplus"),
    *("Tanh", "Sigmoid", "Hardtanh", "LogSigmoid", "GLU"),
)


class Records:
    """A probe's records, as the rules ask for them."""

    def __init__(self, probe: Probe, losses: Array) -> None:
        self.probe, self.losses = probe, losses
        self.layers = probe.layers
        self.enough = len(probe.steps) >= limit.FEWEST_STEPS

    def having(self, measure: str) -> Iterator[tuple[str, Array]]:
        """The layers that have this measure, with its values over the steps."""
        for name, values in self.probe.series(measure).items():
            yield name, np.array(values)

    def chronic(self, measure: str) -> dict[str, float]:
        """The measure's median over the last part of the steps."""
        last = -max(1, int(limit.MOST_STEPS * len(self.probe.steps)))
        return {
            name: float(np.nanmedian(v[last:]))
            for name, v in self.having(measure)
            if not np.isnan(v[last:]).all()
        }

    def relative_gradients(self) -> dict[str, Array]:
        """|gradient| / |w| of the layers with weights, over the steps: comparable between layers.

        NaN while the weights are all zero, or where there is no gradient.
        """
        found = {}
        for name, record in self.layers.items():
            size = np.array(record.weight_norm)
            if is_weighted(record):
                found[name] = np.array(record.grad_norm) / np.where(size > 0, size, np.nan)
        return {name: ratio for name, ratio in found.items() if not np.isnan(ratio).all()}

    def hidden(self) -> list[str]:
        """All layers that are called, but the last one with weights and what comes after it, the output."""
        names = [name for name, record in self.layers.items() if not np.isnan(record.mean).all()]
        weighted = [k for k, name in enumerate(names) if is_weighted(self.layers[name])]
        return names[: weighted[-1]] if weighted else []


def is_weighted(record: LayerRecord) -> bool:
    """Whether the layer has a matrix to learn, as normalizations have not."""
    return not np.isnan(record.update_ratio).all() and "Norm" not in record.kind


def names_of(layers: Any) -> str:
    return ", ".join(layers)


# --- bookkeeping: seen directly


# A step's gradient is added to the last one's if that was not set to zero, though the weights have moved on.
def forgotten_zero_grad(records: Records) -> Finding | None:
    found = {}
    for name, old in records.having("left_over"):
        moved = np.array(records.layers[name].update_ratio) != 0  # nobody sets a frozen layer's to zero
        share = np.mean((old[1:] > 0) & moved[1:]) if len(old) > 1 else 0.0
        if share > limit.LEFT_OVER:
            found[name] = share
    if not found or not records.enough:
        return None
    name = max(found, key=lambda name: found[name])
    return Finding(
        "forgotten zero_grad",
        "",
        f"in {found[name]:.0%} of the steps the gradient of the step before was still there when the next "
        f"was added, in {len(found)} layers; in layer {name} its norm was at last "
        f"{records.layers[name].left_over[-1]:.3g}",
        "call optimizer.zero_grad() once before every backward()",
    )


# Dropout that drops and batch norm that looks at the batch: an evaluation depends on chance and on company.
def missing_eval(records: Records) -> Finding | None:
    found = records.probe.never_evaluated
    if not found:
        return None
    kinds = sorted({records.layers[name].kind for name in found if name in records.layers})
    return Finding(
        "missing eval mode",
        names_of(found),
        f"{max(found.values())} passes without gradients, so for evaluation, ran with "
        f"{' and '.join(kinds) or 'layers'} in training mode",
        "call model.eval() before evaluating and model.train() afterwards",
    )


# --- the network: what is so from the first step on


# Units with the same weights get the same gradient and stay the same: a layer of a hundred is worth one.
def symmetric_initialization(records: Records) -> Finding | None:
    hidden = records.hidden()
    found = {
        name: share
        for name, share in records.chronic("twins").items()
        if name in hidden and share > limit.TWINS
    }
    if not found:
        return None
    return Finding(
        "symmetric initialization",
        names_of(found),
        f"all units of the layer have about the same weights, still after {len(records.probe.steps)} steps",
        "start from random weights, such as nn.init.kaiming_normal_; zeros are for biases",
    )


# A layer that never moves although there is something to learn, or nobody asks it to.
def frozen_layer(records: Records) -> Finding | None:
    if not records.enough:
        return None
    layers = dict(layers_of(records.probe.model))
    optimizer = records.probe.optimizer
    held = None if optimizer is None else {id(p) for group in optimizer.param_groups for p in group["params"]}
    reasons = {}
    for name, ratios in records.having("update_ratio"):
        if ratios.any():
            continue
        own = [parameter for _, parameter in own_parameters(layers[name])]
        gradient = np.array(records.layers[name].grad_norm)
        if not any(p.requires_grad for p in own):
            reasons[name] = "its parameters have requires_grad=False"
        elif held is not None and not any(id(p) in held for p in own):
            reasons[name] = "the optimizer was not given its parameters"
        elif np.isnan(gradient).all():
            reasons[name] = "no gradient ever reached it: it is not used, or its output is detached"
        elif np.nanmax(gradient) > 0 and not _learning_rate_is_zero(optimizer):
            reasons[name] = f"although its gradient was up to {np.nanmax(gradient):.3g}"
    if not reasons:
        return None
    evidence = "; ".join(
        f"layer {name} did not change in any step, {reason}" for name, reason in reasons.items()
    )
    return Finding(
        "frozen layer",
        names_of(reasons),
        evidence,
        "give optimizer model.parameters(), all of them, unless the layer is meant to stay as it is",
    )


def _learning_rate_is_zero(optimizer: Any) -> bool:
    return optimizer is not None and all(group["lr"] == 0 for group in optimizer.param_groups)


# In the first step nothing has been learned: a gradient out of proportion is the initialization's.
def exploding_gradients(records: Records) -> Finding | None:
    first = {name: ratios[0] for name, ratios in records.relative_gradients().items()}
    found = {name: float(ratio) for name, ratio in first.items() if ratio > limit.EXPLODED}
    if not found:
        return None
    name = max(found, key=lambda name: found[name])
    spread = max((float(values[0]) for _, values in records.having("std")), default=np.nan)
    return Finding(
        "exploding gradients",
        names_of(found),
        f"in the first step the gradient of layer {name} was {found[name]:.3g} times as large as its "
        f"weights, and the outputs of the layers spread by up to {spread:.3g}",
        "start from smaller weights (nn.init.kaiming_normal_ for ReLU, xavier_normal_ for tanh, orthogonal_ "
        "for a recurrence), normalize between the layers, clip the gradient's norm, take the mean of the "
        "losses, not the sum",
    )


# Gradients shrink from layer to layer on the way back: the first layers learn nothing while the last ones do.
def vanishing_gradients(records: Records) -> Finding | None:
    if not records.enough:
        return None
    sizes = {name: float(np.nanmedian(values)) for name, values in records.relative_gradients().items()}
    if len(sizes) < 2 or not max(sizes.values()) > 0:
        return None
    largest = max(sizes, key=lambda name: sizes[name])
    found = {name: size for name, size in sizes.items() if size < limit.VANISHED * sizes[largest]}
    if not found:
        return None
    least = min(found, key=lambda name: found[name])
    return Finding(
        "vanishing gradients",
        names_of(found),
        f"in layer {least} the gradient is {found[least]:.2g} of the weights, in layer {largest} "
        f"{sizes[largest]:.2g}",
        "use ReLU or GELU instead of sigmoid or tanh, weights of the right size (nn.init), normalization or "
        "skip connections; in a recurrence, an LSTM or GRU",
    )


# --- the learning rate


# Steps so large that they overshoot: the loss leaps above where it started and does not come back, or a
# single step replaces a layer by another and the loss stays where it was.
def learning_rate_too_high(records: Records) -> Finding | None:
    losses = np.where(np.isfinite(records.losses), records.losses, np.inf)
    if len(losses) < limit.FEWEST_STEPS or losses[0] <= 0:
        return None
    steps = {
        name: np.nan_to_num(ratios, nan=0, posinf=np.inf).max()
        for name, ratios in records.having("update_ratio")
    }
    largest = max(steps, key=lambda name: steps[name], default="")
    leap, left = losses.max() / losses[0], np.mean(losses[-_tenth(losses) :]) / losses[0]
    leapt = largest and steps[largest] >= limit.GIANT and leap >= limit.LEAP and left >= limit.RECOVERED
    replaced = largest and steps[largest] >= limit.WHOLE and left >= limit.PROGRESS
    if not leapt and not replaced:
        return None
    after = f"went from {losses[0]:.3g} up to {losses.max():.3g}"
    return Finding(
        "learning rate too high",
        "",
        f"the loss {after if leap < np.inf else 'is no number any more'}, and layer {largest} changed by up "
        f"to {steps[largest]:.2g} times its weights in a step",
        "divide the learning rate by 10, or warm it up",
    )


def _tenth(losses: Array) -> int:
    return max(1, len(losses) // 10)


# Steps so small that nothing has moved at the end.
def learning_rate_too_low(records: Records) -> Finding | None:
    losses = records.losses
    if len(losses) < limit.FEWEST_STEPS or not np.isfinite(losses).all():
        return None
    paths = {name: float(np.nansum(v)) * records.probe.every for name, v in records.having("update_ratio")}
    left = float(losses[-_tenth(losses) :].mean() / losses[: _tenth(losses)].mean())
    if not paths or max(paths.values()) > limit.STILL or left < limit.PROGRESS:
        return None
    if not any(paths.values()) and not _learning_rate_is_zero(records.probe.optimizer):
        return None  # frozen
    return Finding(
        "learning rate too low",
        "",
        f"in {len(losses)} steps no layer moved by more than {max(paths.values()):.2g} of its weights, and "
        f"the loss is {left:.0%} of what it was",
        "multiply the learning rate by 10 until the loss falls; about 0.001 of the weights a step is usual",
    )


# --- units that have stopped


# A ReLU that is 0 for every example has no gradient: it cannot come back by itself.
def dead_relus(records: Records) -> Finding | None:
    if not records.enough:
        return None
    hidden = records.hidden()
    dead = records.chronic("dead").items()
    found = {
        name: share for name, share in dead if name in hidden and share > limit.DEAD and _tells(records, name)
    }
    if not found:
        return None
    worst = max(found, key=lambda name: found[name])
    return Finding(
        "dead ReLUs",
        names_of(found),
        f"in layer {worst} {found[worst]:.0%} of the units are 0, or without gradient, for every example "
        "of a batch",
        "start biases at 0 and weights by nn.init.kaiming_normal_, lower the learning rate, or use LeakyReLU "
        "or GELU",
    )


def _tells(records: Records, name: str) -> bool:
    """Whether a dead share is a ReLU's own, or of a layer that no activation module follows."""
    if not is_weighted(records.layers[name]):
        return True
    names = list(records.layers)
    for following in names[names.index(name) + 1 :]:
        record = records.layers[following]
        if is_weighted(record):
            return True
        if record.kind in ACTIVATIONS:
            return False
    return True


# On the flat parts of tanh and sigmoid a unit passes no gradient on, and tells the examples hardly apart.
def saturation(records: Records) -> Finding | None:
    if not records.enough:
        return None
    hidden = records.hidden()
    chronic = records.chronic("saturated").items()
    found = {name: share for name, share in chronic if name in hidden and share > limit.SATURATED}
    if not found:
        return None
    worst = max(found, key=lambda name: found[name])
    return Finding(
        "saturation",
        names_of(found),
        f"in layer {worst} {found[worst]:.0%} of the outputs are on the flat parts, where the slope is "
        "below 5 % of the largest",
        "start from smaller weights (nn.init.xavier_normal_), normalize what comes in, or use ReLU or GELU",
    )
