"""The training loop."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from . import check, state
from .callbacks import Callback
from .checkpoint import read_checkpoint, write_checkpoint
from .history import History
from .library import library_of
from .metrics import Means
from .progress import Progress


class Trainer:
    """Trains a model, of this library or of torch: the same code, the same arguments.

    A loader gives batches (input, ..., target) of arrays or tensors, whose first dimension is the examples.
    The model is called with the inputs; `loss(output, target)` is the mean loss of the batch's examples.

    model, optimizer, loss: of one library. The loss may be a layer or a function.
    schedule: of the learning rate. It makes a step after every epoch, with schedule_every="step" after every
        step of the optimizer.
    monitor: the column of the history that a plateau schedule is told of. If left out, the validation loss,
        or the training loss where there is no validation.
    metrics: functions of (output, target) by name. They are averaged over the examples, as the loss is.
    clip_norm, clip_value: the largest length of the gradient; the largest size of each of its numbers.
    accumulate: how many batches make a step: down the gradient of the mean loss of all their examples, as if
        they were one batch. At the end of an epoch they may be fewer.
    callbacks: see `Callback`.
    checkpoint: a folder. After every epoch, and with checkpoint_every=n after every n steps, everything is
        written to its file last.npz, for `fit(resume=True)`.
    device, precision: for torch. Where to train, the model is moved there; 'bfloat16' or 'float16' for mixed
        precision.
    progress: whether to show it, see `Progress`; if left out, on a terminal only.
    seed: start the random numbers of dropout anew from this; if left out, they go on from where they are.

    Under `torchrun` each process takes its part of every batch, and the results are those of one process.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> x, y = lw.data.moons(200, seed=0)
    >>> data = lw.data.TensorDataset(x.astype(np.float32), y)
    >>> _ = lw.manual_seed(0)
    >>> model = lw.nn.Sequential(lw.nn.Linear(2, 32), lw.nn.ReLU(), lw.nn.Linear(32, 2))
    >>> optimizer = lw.optim.Adam(model.parameters(), lr=0.03)
    >>> metrics = {"accuracy": lw.train.accuracy}
    >>> trainer = lw.train.Trainer(model, optimizer, lw.nn.CrossEntropyLoss(), metrics=metrics)
    >>> history = trainer.fit(lw.data.DataLoader(data, batch_size=20, shuffle=True), epochs=10)
    >>> history["train accuracy"][-1] > 0.95
    True
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        loss: Callable[..., Any],
        *,
        schedule: Any = None,
        schedule_every: str = "epoch",
        monitor: str | None = None,
        metrics: Mapping[str, Callable[[Any, Any], Any]] | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        accumulate: int = 1,
        callbacks: Sequence[Callback] = (),
        checkpoint: str | Path | None = None,
        checkpoint_every: int | None = None,
        device: Any = None,
        precision: str | None = None,
        progress: bool | None = None,
        seed: int | None = None,
    ) -> None:
        self.library = library_of(model, device, precision)
        self.processes = self.library.processes
        self.model, self.optimizer, self.loss, self.schedule = model, optimizer, loss, schedule
        self.schedule_every, self.monitor, self.metrics = schedule_every, monitor, dict(metrics or {})
        self.clip_norm, self.clip_value, self.accumulate = clip_norm, clip_value, accumulate
        self.callbacks = list(callbacks)
        self.checkpoint = None if checkpoint is None else Path(checkpoint) / "last.npz"
        self.checkpoint_every, self.seed = checkpoint_every, seed
        self.progress = Progress(progress if self.processes.rank == 0 else False)
        check.arguments(self)

        self.epoch = self.step = 0  # how many are over
        self.stop = False
        self.history = History()
        self.means: Means | None = None  # of the epoch that goes on now
        self.loader: Any = None
        self.position: Any = None  # where the loader stood in it, after `load`

    # --- the loop

    def fit(
        self, loader: Any, validation_loader: Any = None, epochs: int = 10, resume: bool = False
    ) -> History:
        """Train until so many epochs have been made in all, those of earlier calls included.

        loader: the batches to learn from, an epoch each time it is gone through.
        validation_loader: batches to measure loss and metrics on after every epoch.
        resume: go on from the checkpoint, if there is one. What follows is, to the last bit, what would have
            followed without the interruption.

        Returns the history, with the columns "epoch", "train loss", "validation loss", "learning rate", and
        "train ..." and "validation ..." for each metric. What is called "train" is measured during the epoch,
        while the model changes and with dropout; "validation" after it.
        """
        self._begin(loader, resume)
        self._call("on_fit_begin")
        while self.epoch < epochs and not self.stop:
            row: dict[str, Any] = {"epoch": self.epoch + 1}
            row |= self._train(loader, title=f"epoch {self.epoch + 1}/{epochs}")
            if validation_loader is not None:
                measures = self.evaluate(_ordered(validation_loader, self.epoch))
                row |= {f"validation {name}": value for name, value in measures.items()}
            row["learning rate"] = self.optimizer.param_groups[0]["lr"]
            self.history.append(row)
            self.epoch += 1
            if self.schedule is not None and self.schedule_every == "epoch":
                self.schedule.step(*self._watched(row))
            self._call("on_epoch_end")
            if self.checkpoint is not None:
                self.save(self.checkpoint)
            self.progress.line(row, epochs)
        self._call("on_fit_end")
        return self.history

    def _train(self, loader: Any, title: str) -> dict[str, float]:
        """One epoch. Returns the means of loss and metrics."""
        if self.means is None:  # otherwise an epoch goes on that was interrupted
            self.means = Means(["loss", *self.metrics])
            _ordered(loader, self.epoch)
            self._call("on_epoch_begin")
        self.model.train()
        steps = -(-len(loader) // self.accumulate) if hasattr(loader, "__len__") else None
        groups = _groups(loader, self.accumulate)
        for batches in self.progress.bar(groups, steps, title, self.means.last):
            self._step(batches, self.means)
            self.step += 1
            if self.schedule is not None and self.schedule_every == "step":
                self.schedule.step()
            for callback in self.callbacks:
                callback.on_step_end(self)
            if self.checkpoint and self.checkpoint_every and self.step % self.checkpoint_every == 0:
                self.save(self.checkpoint)
        means, self.means = self._over_all_processes(self.means), None
        return {f"train {name}": value for name, value in means.items()}

    def _step(self, batches: list[Any], means: Means) -> None:
        """One step down the gradient of the mean loss over the examples of all these batches."""
        library, scaler = self.library, self.library.scaler
        self.optimizer.zero_grad()
        for batch, size, share in self.processes.shares(batches):
            *inputs, target = library.tensors(batch)
            with library.autocast:
                output = library.forward(*inputs)
                loss = self.loss(output, target)
            row = (size, loss.detach())
            means.rows.append(row + self._metrics(output, target) if self.metrics else row)
            if share != 1:
                loss = share * loss
            (loss if scaler is None else scaler.scale(loss)).backward()

        for callback in self.callbacks:
            callback.on_backward_end(self)
        if self.clip_norm is not None or self.clip_value is not None:
            library.clip(self.optimizer, self.clip_norm, self.clip_value)
        if scaler is None:
            self.optimizer.step()
        else:
            scaler.step(self.optimizer)  # which does not, if the gradients are infinite
            scaler.update()

    # --- measuring

    def evaluate(self, loader: Any) -> dict[str, float]:
        """The means of the loss and of the metrics over a loader's examples, with the model in evaluation."""
        means = Means(["loss", *self.metrics])
        with self._evaluation():
            for batch in loader:
                ((part, size, _),) = self.processes.shares([batch])
                *inputs, target = self.library.tensors(part)
                with self.library.autocast:
                    output = self.model(*inputs)
                    loss = self.loss(output, target)
                means.rows.append((size, loss, *self._metrics(output, target)))
        return self._over_all_processes(means)

    def predict(self, loader: Any) -> Any:
        """The outputs for all examples of a loader, an array (examples, ...), with the model in evaluation.

        Batches may have a target, as for `fit`, which is left aside, or be inputs alone: one array or tensor,
        or a tuple of one.
        """
        outputs = []
        with self._evaluation():
            for batch in loader:
                several = isinstance(batch, tuple | list)
                inputs = [batch] if not several else batch[:-1] if len(batch) > 1 else batch
                with self.library.autocast:
                    outputs.append(self.library.array(self.model(*self.library.tensors(inputs))))
        if not outputs:
            raise ValueError("predict(): the loader gave no batches")
        return np.concatenate(outputs)

    def _metrics(self, output: Any, target: Any) -> tuple[Any, ...]:
        with self.library.no_grad():
            return tuple([metric(output, target) for metric in self.metrics.values()])

    def _over_all_processes(self, means: Means) -> dict[str, float]:
        examples, *sums = self.processes.sum(means.totals())
        if not examples:
            raise ValueError("Trainer: the loader gave no batches")
        return {name: total / examples for name, total in zip(means.names, sums, strict=True)}

    @contextmanager
    def _evaluation(self) -> Iterator[None]:
        training = self.model.training
        self.model.eval()
        try:
            with self.library.no_grad():
                yield
        finally:
            self.model.train(training)

    def _watched(self, row: dict[str, float]) -> list[float]:
        """What the schedule's step is to be told: a plateau schedule the measure, others nothing."""
        if not check.is_plateau(self.schedule):
            return []
        name = self.monitor or ("validation loss" if "validation loss" in row else "train loss")
        if name not in row:
            raise KeyError(f"Trainer: monitor is {name!r}, the history has {', '.join(map(repr, row))}")
        return [row[name]]

    # --- stopping and going on

    def save(self, path: str | Path) -> None:
        """Write all that is needed to go on from here. The old file stays until the new one is whole."""
        everything = state.of(self)  # every process has its random state
        if self.processes.rank == 0:
            write_checkpoint(path, everything)
        self.processes.wait()

    def load(self, path: str | Path) -> None:
        """Go to where `save` was called: model, optimizer, schedule, history, random numbers, everything."""
        state.restore(self, read_checkpoint(path))

    def _begin(self, loader: Any, resume: bool) -> None:
        check.fit(self, loader, resume)
        self.loader, self.stop = loader, False
        if resume and self.checkpoint and self.checkpoint.exists():
            self.load(self.checkpoint)
        elif self.seed is not None and self.step == 0:
            self.library.seed(self.seed + self.processes.rank)  # or all would drop the same numbers
        if self.position is None:
            self.means = None  # an epoch that was interrupted, and not loaded, begins anew
        else:
            loader.load_state_dict(self.position)
        self.position = None
        if self.checkpoint:
            self.save(self.checkpoint)  # so that there is one before the first epoch is over

    def _call(self, event: str) -> None:
        for callback in self.callbacks:
            getattr(callback, event)(self)


def _groups(loader: Any, size: int) -> Iterator[list[Any]]:
    """The batches in lists of this many; the last list may be shorter."""
    group = []
    for batch in loader:
        if size == 1:  # the usual case, in which every step counts
            yield [batch]
            continue
        group.append(batch)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _ordered(loader: Any, epoch: int) -> Any:
    """The loader, about to give the order of this epoch, if its order changes with the epoch."""
    if hasattr(loader, "set_epoch"):
        loader.set_epoch(epoch)
    return loader
