"""What can be done at the turns of a training, and two things that are done often."""

import math
from pathlib import Path
from typing import Any


class Callback:
    """The base of callbacks. A subclass has the methods it needs; the trainer calls them, with itself.

    Of the trainer it may read `model`, `optimizer`, `history`, `epoch` and `step` (how many are over), and
    set `stop = True`, which ends the training with this epoch. What it must remember in order to go on after
    an interruption, it says in `state_dict`.

    >>> import layerwise as lw
    >>> class Norms(lw.train.Callback):
    ...     def __init__(self):
    ...         self.norms = []
    ...     def on_backward_end(self, trainer):
    ...         self.norms.append(abs(trainer.model.weight.grad.item()))
    >>> model, norms = lw.nn.Linear(1, 1, bias=False), Norms()
    >>> optimizer = lw.optim.SGD(model.parameters(), lr=0.1)
    >>> trainer = lw.train.Trainer(model, optimizer, lw.nn.MSELoss(), callbacks=[norms])
    >>> history = trainer.fit([(lw.ones(4, 1), lw.ones(4, 1))], epochs=3)
    >>> len(norms.norms)
    3
    """

    def on_fit_begin(self, trainer: Any) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, trainer: Any) -> None:
        """Before an epoch's first step. Not when an epoch goes on that was interrupted."""

    def on_backward_end(self, trainer: Any) -> None:
        """In every step when the gradients are known, before they are clipped."""

    def on_step_end(self, trainer: Any) -> None:
        """After every step."""

    def on_epoch_end(self, trainer: Any) -> None:
        """After validation: `trainer.history.rows[-1]` is the epoch's row, and may be added to."""

    def on_fit_end(self, trainer: Any) -> None:
        """After the last epoch; not after an error."""

    def state_dict(self) -> dict[str, Any]:
        """What must be known to go on: numbers, text, arrays, tensors, and lists and dictionaries of them."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from there."""
        vars(self).update(state_dict)


class _Monitor(Callback):
    """Watches a column of the history for its best value."""

    def __init__(self, monitor: str, min_delta: float, mode: str | None) -> None:
        name = type(self).__name__
        if min_delta < 0:
            raise ValueError(f"{name}(): min_delta must not be negative, got {min_delta}")
        if mode is None:
            mode = "min" if monitor.endswith("loss") else "max"
        if mode not in ("min", "max"):
            raise ValueError(f"{name}(): mode must be 'min' or 'max', got {mode!r}")
        self.monitor, self.min_delta, self.mode = monitor, min_delta, mode
        self.best = math.inf if mode == "min" else -math.inf
        self.best_epoch = 0

    def improved(self, trainer: Any) -> bool:
        """Take note of the epoch's value. Whether it is better than all before. nan never is."""
        value = trainer.history[self.monitor][-1]
        gain = self.best - value if self.mode == "min" else value - self.best
        if not gain > self.min_delta:
            return False
        self.best, self.best_epoch = value, trainer.epoch
        return True

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "best_epoch": self.best_epoch}


class EarlyStopping(_Monitor):
    """Ends the training when a measure has not become better for some epochs.

    monitor: the column of the history to watch.
    patience: for how many epochs in a row it may fail to become better.
    min_delta: what does not change it by more than this is not better.
    mode: 'min' if lower is better, 'max' if higher is; if left out, 'min' for names that end in "loss".

    `best` and `best_epoch` say what was reached, and when.

    >>> import layerwise as lw
    >>> model = lw.nn.Linear(1, 1)
    >>> optimizer = lw.optim.SGD(model.parameters(), lr=0.0)  # nothing will become better
    >>> stopping = lw.train.EarlyStopping("train loss", patience=2)
    >>> trainer = lw.train.Trainer(model, optimizer, lw.nn.MSELoss(), callbacks=[stopping])
    >>> history = trainer.fit([(lw.ones(4, 1), lw.ones(4, 1))], epochs=100)
    >>> len(history.rows), stopping.best_epoch
    (3, 1)
    """

    def __init__(
        self,
        monitor: str = "validation loss",
        patience: int = 5,
        min_delta: float = 0.0,
        mode: str | None = None,
    ) -> None:
        super().__init__(monitor, min_delta, mode)
        if patience < 1:
            raise ValueError(f"EarlyStopping(): patience must be at least 1, got {patience}")
        self.patience = patience

    def on_epoch_end(self, trainer: Any) -> None:
        if not self.improved(trainer) and trainer.epoch - self.best_epoch >= self.patience:
            trainer.stop = True


class SaveBest(_Monitor):
    """Writes a checkpoint whenever a measure is better than ever before.

    path: the file. `trainer.load(path)` goes back to it; `read_checkpoint(path)["model"]` is the model in it.
    monitor, min_delta, mode: as for `EarlyStopping`.

    >>> import tempfile
    >>> import layerwise as lw
    >>> model = lw.nn.Linear(1, 1)
    >>> optimizer = lw.optim.SGD(model.parameters(), lr=0.1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     best = lw.train.SaveBest(f"{folder}/best.npz", "train loss")
    ...     trainer = lw.train.Trainer(model, optimizer, lw.nn.MSELoss(), callbacks=[best])
    ...     history = trainer.fit([(lw.ones(4, 1), lw.ones(4, 1))], epochs=3)
    ...     trainer.load(f"{folder}/best.npz")
    >>> best.best == min(history["train loss"])
    True
    """

    def __init__(
        self,
        path: str | Path,
        monitor: str = "validation loss",
        min_delta: float = 0.0,
        mode: str | None = None,
    ) -> None:
        super().__init__(monitor, min_delta, mode)
        self.path = path

    def on_epoch_end(self, trainer: Any) -> None:
        if self.improved(trainer):
            trainer.save(self.path)
