"""All that a training is made of at one moment: what a checkpoint holds."""

from typing import Any

from .metrics import Means


def of(trainer: Any) -> dict[str, Any]:
    """Everything that decides how the training goes on."""
    return {
        "library": trainer.library.name,
        "model": trainer.model.state_dict(),
        "optimizer": trainer.optimizer.state_dict(),
        "schedule": None if trainer.schedule is None else trainer.schedule.state_dict(),
        "scaler": trainer.library.state_dict(),
        "epoch": trainer.epoch,
        "step": trainer.step,
        "stop": trainer.stop,
        "history": trainer.history.rows,
        "unfinished epoch": None if trainer.means is None else _unfinished(trainer),
        "callbacks": [(type(callback).__name__, callback.state_dict()) for callback in trainer.callbacks],
        "random": trainer.processes.gather(trainer.library.random_state()),
    }


def restore(trainer: Any, state: dict[str, Any]) -> None:
    """Put everything back."""
    _compare(trainer, state)
    trainer.model.load_state_dict(state["model"])
    trainer.optimizer.load_state_dict(state["optimizer"])
    if trainer.schedule is not None:
        trainer.schedule.load_state_dict(state["schedule"])
    trainer.library.load_state_dict(state["scaler"])
    trainer.epoch, trainer.step, trainer.stop = state["epoch"], state["step"], state["stop"]
    trainer.history.rows[:] = state["history"]
    for callback, (_, remembered) in zip(trainer.callbacks, state["callbacks"], strict=True):
        callback.load_state_dict(remembered)
    trainer.means = trainer.position = None
    if state["unfinished epoch"] is not None:
        _restore_unfinished(trainer, state["unfinished epoch"])
    trainer.library.set_random_state(state["random"][trainer.processes.rank])


def _unfinished(trainer: Any) -> dict[str, Any]:
    means = trainer.processes.gather(trainer.means.numbers())
    return {"loader": trainer.loader.state_dict(), "means": means}


def _restore_unfinished(trainer: Any, state: dict[str, Any]) -> None:
    trainer.means = Means(["loss", *trainer.metrics])
    trainer.means.rows = state["means"][trainer.processes.rank]
    trainer.position = state["loader"]


def _compare(trainer: Any, state: dict[str, Any]) -> None:
    """An error unless the checkpoint is of a training that is made of the same parts."""
    callbacks = [type(callback).__name__ for callback in trainer.callbacks]
    for what, saved, own in (
        ("library", state["library"], trainer.library.name),
        ("a schedule", state["schedule"] is not None, trainer.schedule is not None),
        ("callbacks", [name for name, _ in state["callbacks"]], callbacks),
        ("processes", len(state["random"]), trainer.processes.count),
    ):
        if saved != own:
            raise ValueError(
                f"load(): the checkpoint does not fit: {what}: it has {saved}, the trainer {own}"
            )
