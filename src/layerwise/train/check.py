"""What a trainer is given, checked before it starts."""

import inspect
from typing import Any

from .callbacks import Callback


def arguments(trainer: Any) -> None:
    """An error that says which of the trainer's arguments is impossible."""
    _optimizer(trainer)
    _schedule(trainer)
    if not callable(trainer.loss):
        raise TypeError(f"Trainer(): loss must be a function, got {type(trainer.loss).__name__}")
    for name, metric in trainer.metrics.items():
        if not callable(metric) or name == "loss":
            raise TypeError(f"Trainer(): metrics must be functions by names other than 'loss', got {name!r}")
    for name in ("clip_norm", "clip_value"):
        value = getattr(trainer, name)
        if value is not None and not value > 0:
            raise ValueError(f"Trainer(): {name} must be positive, got {value}")
    for name in ("accumulate", "checkpoint_every"):
        value = getattr(trainer, name)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise ValueError(f"Trainer(): {name} must be an integer from 1, got {value!r}")
    if trainer.checkpoint_every is not None and trainer.checkpoint is None:
        raise ValueError("Trainer(): checkpoint_every needs a folder, checkpoint")
    for callback in trainer.callbacks:
        if not isinstance(callback, Callback):
            raise TypeError(f"Trainer(): callbacks must be Callbacks, got {type(callback).__name__}")


def _optimizer(trainer: Any) -> None:
    optimizer = trainer.optimizer
    if not hasattr(optimizer, "param_groups"):
        raise TypeError(f"Trainer(): optimizer must be an Optimizer, got {type(optimizer).__name__}")
    own = {id(p) for p in trainer.model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(
            "Trainer(): the optimizer has none of the model's parameters: was it made for another?"
        )


def _schedule(trainer: Any) -> None:
    schedule, every = trainer.schedule, trainer.schedule_every
    if every not in ("epoch", "step"):
        raise ValueError(f"Trainer(): schedule_every must be 'epoch' or 'step', got {every!r}")
    if schedule is None:
        return
    if getattr(schedule, "optimizer", None) is not trainer.optimizer:
        raise ValueError("Trainer(): the schedule must be one of this optimizer")
    if is_plateau(schedule) and every == "step":
        raise ValueError(
            "Trainer(): a plateau schedule is told of every epoch: schedule_every must be 'epoch'"
        )


def is_plateau(schedule: Any) -> bool:
    """Whether the schedule wants to know a measure at every step."""
    return "metrics" in inspect.signature(schedule.step).parameters


def fit(trainer: Any, loader: Any, resume: bool) -> None:
    """An error if `fit` cannot do what it is asked for."""
    if resume and trainer.checkpoint is None:
        raise ValueError("fit(): resume needs the trainer's argument checkpoint, a folder")
    if trainer.checkpoint_every is not None and not hasattr(loader, "state_dict"):
        raise ValueError(
            f"fit(): checkpoint_every needs a loader that says where it stands, as DataLoader does; "
            f"{type(loader).__name__} has no state_dict"
        )
    if hasattr(loader, "__next__"):
        raise TypeError("fit(): the loader can be gone through only once: pass a list or a DataLoader")


def count(batch: Any) -> int:
    """How many examples a batch has. An error if it is not made of inputs and a target."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:  # as one union this is slow
        got = f"{len(batch)} of them" if isinstance(batch, tuple | list) else type(batch).__name__
        raise TypeError(f"Trainer: a batch must be (input, ..., target), got {got}")
    return len(batch[-1])
