"""Schedules for the learning rate, as in `torch.optim.lr_scheduler`: call `step()` after every epoch.

The rate is computed from the number of steps so far, not from the rate before: of several schedules on one
optimizer the last to step decides. For one schedule after another there is `SequentialLR`.
"""

import bisect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .optimizer import Optimizer

Factor = Callable[[int], float]


class LRScheduler:
    """The base of all schedules. A subclass gives `rate(base)`: the learning rate after `last_epoch` steps.

    optimizer: whose groups' 'lr' is set. The rate they have now is their base; it is kept in 'initial_lr'.
    last_epoch: how many steps have been made; -1 for a new start.

    >>> import layerwise as lw
    >>> class Halves(lw.optim.lr_scheduler.LRScheduler):
    ...     def rate(self, base):
    ...         return base / (1 + self.last_epoch)
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = Halves(optimizer)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{self._name}(): optimizer must be an Optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(f"{self._name}(): group {i} has no 'initial_lr': last_epoch must be -1")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.step()

    def rate(self, base: float) -> float:
        """The learning rate of a group with this base, after `last_epoch` steps."""
        raise NotImplementedError(f"{self._name} has no method `rate`")

    def rates(self) -> list[float]:
        """The learning rates of all groups, after `last_epoch` steps."""
        return [self.rate(base) for base in self.base_lrs]

    def step(self) -> None:
        """Go on by one, and set the learning rates."""
        self.last_epoch += 1
        self._set()

    def _set(self) -> None:
        for group, rate in zip(self.optimizer.param_groups, self.rates(), strict=True):
            group["lr"] = rate
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def get_last_lr(self) -> list[float]:
        """The learning rates that were set last, one for each group."""
        return self._last_lr

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule stands, and its settings. Functions are left out."""
        return {
            name: value for name, value in vars(self).items() if name != "optimizer" and not callable(value)
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule was when it made this `state_dict`. The optimizer has its own."""
        vars(self).update(state_dict)

    @property
    def _name(self) -> str:
        return type(self).__name__


class LambdaLR(LRScheduler):
    """The base times a function of the number of steps: one function, or one for each group.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.LambdaLR(optimizer, lambda n: 0.9**n)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.9]
    """

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        groups = len(optimizer.param_groups)
        self.lr_lambdas = list(lr_lambda) if isinstance(lr_lambda, Sequence) else [lr_lambda] * groups
        if len(self.lr_lambdas) != groups:
            raise ValueError(f"LambdaLR(): {len(self.lr_lambdas)} functions for {groups} groups")
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        return {name: value for name, value in super().state_dict().items() if name != "lr_lambdas"}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        super().load_state_dict({name: v for name, v in state_dict.items() if name != "lr_lambdas"})


class StepLR(LRScheduler):
    """base · gammaᵏ, where k counts the times that step_size steps have been made.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> [schedule.step() or schedule.get_last_lr()[0] for _ in range(4)]
    [1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        if step_size < 1:
            raise ValueError(f"StepLR(): step_size must be at least 1, got {step_size}")
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        return base * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """base · gammaᵏ, where k counts the milestones that have been reached.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> [schedule.step() or schedule.get_last_lr()[0] for _ in range(4)]
    [0.5, 0.5, 0.25, 0.25]
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        return base * self.gamma ** bisect.bisect_right(self.milestones, self.last_epoch)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        milestones = state_dict["milestones"]
        if isinstance(milestones, Mapping):  # torch counts how often each is given
            milestones = sorted(n for n, times in milestones.items() for _ in range(times))
        super().load_state_dict({**state_dict, "milestones": milestones})


class ExponentialLR(LRScheduler):
    """base · gammaⁿ after n steps.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> [schedule.step() or schedule.get_last_lr()[0] for _ in range(3)]
    [0.5, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        return base * self.gamma**self.last_epoch


class ConstantLR(LRScheduler):
    """base · factor for the first total_iters steps, then base.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> [schedule.step() or schedule.get_last_lr()[0] for _ in range(3)]
    [0.5, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"ConstantLR(): factor must be between 0 and 1, got {factor}")
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        return base * self.factor if self.last_epoch < self.total_iters else base


class LinearLR(LRScheduler):
    """On a straight line from base · start_factor to base · end_factor in total_iters steps: a warm-up.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> [schedule.step() or schedule.get_last_lr()[0] for _ in range(3)]
    [0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"LinearLR(): start_factor must be above 0 and at most 1, got {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"LinearLR(): end_factor must be between 0 and 1, got {end_factor}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        done = min(self.last_epoch, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class CosineAnnealingLR(LRScheduler):
    """From base to eta_min along half a wave of the cosine, in T_max steps (Loshchilov and Hutter, 2017).

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 4) for _ in range(2)]
    [0.5, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        return _cosine(base, self.eta_min, self.last_epoch / self.T_max)


class WarmupCosineLR(LRScheduler):
    """Up from base / warmup_steps to base on a straight line, down to eta_min as a cosine. Not in torch.

    The usual schedule for transformers: at the start, when Adam knows little of the gradients, small steps.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.WarmupCosineLR(optimizer, warmup_steps=2, total_steps=6)
    >>> [0.5] + [schedule.step() or round(schedule.get_last_lr()[0], 4) for _ in range(6)]
    [0.5, 1.0, 1.0, 0.8536, 0.5, 0.1464, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        warmup_steps: int,
        total_steps: int,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        if not 0 <= warmup_steps < total_steps:
            raise ValueError(
                f"WarmupCosineLR(): warmup_steps must be from 0 to below total_steps, {total_steps}, "
                f"got {warmup_steps}"
            )
        self.warmup_steps, self.total_steps, self.eta_min = warmup_steps, total_steps, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float) -> float:
        n, warmup = self.last_epoch, self.warmup_steps
        if n < warmup:
            return base * (n + 1) / warmup
        return _cosine(base, self.eta_min, min((n - warmup) / (self.total_steps - warmup), 1))


class OneCycleLR(LRScheduler):
    """Up to max_lr and down again, to far below the start, in one cycle (Smith and Topin, 2018).

    max_lr: the highest rate, one number or one for each group.
    total_steps: the steps of the cycle; or give epochs and steps_per_epoch, whose product it is.
    pct_start: the share of the cycle that goes up.
    anneal_strategy: 'cos', along the cosine, or 'linear'.
    cycle_momentum: whether momentum (of Adam, β₁) goes the other way: from max_momentum to base_momentum.
    div_factor, final_div_factor: the start is max_lr / div_factor, the end the start / final_div_factor.
    three_phase: whether the way down is as long as the way up, and the rest goes from the start to the end.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0, momentum=0.9)
    >>> schedule = lw.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> [schedule.step() or round(schedule.get_last_lr()[0], 2) for _ in range(9)]
    [0.52, 1.0, 0.95, 0.81, 0.61, 0.39, 0.19, 0.05, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError("OneCycleLR(): give total_steps, or epochs and steps_per_epoch")
        self.total_steps = total_steps if total_steps is not None else (epochs or 0) * (steps_per_epoch or 0)
        if self.total_steps <= 0:
            raise ValueError(f"OneCycleLR(): total_steps must be positive, got {self.total_steps}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR(): pct_start must be between 0 and 1, got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"OneCycleLR(): anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}"
            )
        groups = optimizer.param_groups
        peaks = list(max_lr) if isinstance(max_lr, Sequence) else [max_lr] * len(groups)
        if len(peaks) != len(groups):
            raise ValueError(f"OneCycleLR(): {len(peaks)} numbers max_lr for {len(groups)} groups")
        if cycle_momentum and not ("momentum" in groups[0] or "betas" in groups[0]):
            raise ValueError("OneCycleLR(): the optimizer has no momentum: cycle_momentum must be False")
        self.anneal_strategy, self.cycle_momentum = anneal_strategy, cycle_momentum
        self.base_momentum, self.max_momentum = base_momentum, max_momentum

        # where each phase ends, and between which two of the rates it goes
        up = float(pct_start * self.total_steps) - 1
        last = float(self.total_steps - 1)
        ends = [up, 2 * up, last] if three_phase else [up, last]
        way = ["initial_lr", "max_lr", *(["initial_lr"] if three_phase else []), "min_lr"]
        self.phases = [(end, way[i], way[i + 1]) for i, end in enumerate(ends)]
        if last_epoch == -1:
            for group, peak in zip(groups, peaks, strict=True):
                group["max_lr"], group["initial_lr"] = peak, peak / div_factor
                group["min_lr"] = group["initial_lr"] / final_div_factor
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        n = self.last_epoch
        if n > self.total_steps:
            raise ValueError(f"OneCycleLR(): step {n} of a cycle of {self.total_steps} steps")
        i = next((i for i, phase in enumerate(self.phases) if n <= phase[0]), len(self.phases) - 1)
        start = self.phases[i - 1][0] if i else 0.0
        end, source, target = self.phases[i]
        done = (n - start) / (end - start)
        anneal = _cosine if self.anneal_strategy == "cos" else _straight
        rates = []
        for group in self.optimizer.param_groups:
            rates.append(anneal(group[source], group[target], done))
            if self.cycle_momentum:  # lowest where the rate is highest
                low, high = self.base_momentum, self.max_momentum
                first, second = (low if name == "max_lr" else high for name in (source, target))
                momentum = anneal(first, second, done)
                if "betas" in group:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum
        return rates


class SequentialLR(LRScheduler):
    """One schedule after another: each begins, from its own step 0, when its milestone is reached.

    schedulers: at least one, all of the same optimizer.
    milestones: the steps at which the second, third, ... begins.

    >>> import layerwise as lw
    >>> from layerwise.optim import lr_scheduler
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> decay = lr_scheduler.ExponentialLR(optimizer, gamma=0.1)
    >>> schedule = lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[2])
    >>> [0.5] + [schedule.step() or round(schedule.get_last_lr()[0], 4) for _ in range(4)]
    [0.5, 0.75, 1.0, 0.1, 0.01]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if not schedulers:
            raise ValueError("SequentialLR(): schedulers is empty")
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR(): {len(schedulers)} schedulers need {len(schedulers) - 1} milestones, "
                f"got {len(milestones)}"
            )
        for i, schedule in enumerate(schedulers):
            if schedule.optimizer is not optimizer:
                raise ValueError(f"SequentialLR(): scheduler {i} belongs to another optimizer")
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        super().__init__(optimizer, last_epoch)

    def rates(self) -> list[float]:
        i = bisect.bisect_right(self._milestones, self.last_epoch)
        schedule = self._schedulers[i]
        schedule.last_epoch = self.last_epoch - (self._milestones[i - 1] if i else 0)
        schedule._set()
        return schedule.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {
            "_schedulers": [schedule.state_dict() for schedule in self._schedulers]
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        for schedule, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            schedule.load_state_dict(state)
        super().load_state_dict({name: v for name, v in state_dict.items() if name != "_schedulers"})


class ReduceLROnPlateau(LRScheduler):
    """The rate times `factor` when a measure, given to `step`, has not become better for `patience` steps.

    mode: 'min' if a smaller measure is better (a loss), 'max' if a larger one is (an accuracy).
    threshold, threshold_mode: by how much it must be better: by this share ('rel') or this much ('abs').
    cooldown: steps after a reduction in which nothing is counted.
    min_lr: the lowest rate, one number or one for each group.
    eps: a reduction by less than this is not made.

    >>> import layerwise as lw
    >>> optimizer = lw.optim.SGD([lw.zeros(1)], lr=1.0)
    >>> schedule = lw.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    >>> [schedule.step(loss) or schedule.get_last_lr()[0] for loss in (3.0, 2.0, 2.0, 2.0)]
    [1.0, 1.0, 1.0, 0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1:
            raise ValueError(f"ReduceLROnPlateau(): factor must be below 1, got {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"ReduceLROnPlateau(): mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(
                f"ReduceLROnPlateau(): threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}"
            )
        groups = len(optimizer.param_groups)
        self.min_lrs = list(min_lr) if isinstance(min_lr, Sequence) else [min_lr] * groups
        if len(self.min_lrs) != groups:
            raise ValueError(f"ReduceLROnPlateau(): {len(self.min_lrs)} numbers min_lr for {groups} groups")
        self.optimizer = optimizer
        self.mode, self.factor, self.patience, self.eps = mode, factor, patience, eps
        self.threshold, self.threshold_mode, self.cooldown = threshold, threshold_mode, cooldown
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take note of the measure, and set the learning rates."""
        measure = float(metrics)
        self.last_epoch += 1
        if self.is_better(measure, self.best):
            self.best = measure
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
            for group, lowest in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
                reduced = max(group["lr"] * self.factor, lowest)
                if group["lr"] - reduced > self.eps:
                    group["lr"] = reduced
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def is_better(self, measure: float, best: float) -> bool:
        """Whether the measure is better than the best one by more than the threshold."""
        if self.mode == "min":
            return measure < (
                best * (1 - self.threshold) if self.threshold_mode == "rel" else best - self.threshold
            )
        return measure > (
            best * (1 + self.threshold) if self.threshold_mode == "rel" else best + self.threshold
        )


def _cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2


def _straight(start: float, end: float, done: float) -> float:
    return start + (end - start) * done
