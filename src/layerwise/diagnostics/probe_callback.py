"""The probe for those who train with a `Trainer`."""

from typing import Any

from ..train import Callback
from .probe import Probe, probe


class ProbeCallback(Callback):
    """Attaches a probe to the trainer's model while it fits. Afterwards `probe` holds the records.

    every: record every so many steps.

    >>> import layerwise as lw
    >>> model, watching = lw.nn.Linear(1, 1), lw.diagnostics.ProbeCallback()
    >>> optimizer = lw.optim.SGD(model.parameters(), lr=0.1)
    >>> trainer = lw.train.Trainer(model, optimizer, lw.nn.MSELoss(), callbacks=[watching])
    >>> history = trainer.fit([(lw.ones(4, 1), lw.ones(4, 1))], epochs=3)
    >>> watching.probe.steps
    [0, 1, 2]
    """

    def __init__(self, every: int = 1) -> None:
        self.every = every
        self.probe: Probe | None = None

    def on_fit_begin(self, trainer: Any) -> None:
        if self.probe is not None:
            self.probe.close()
        self.probe = probe(trainer.model, trainer.optimizer, every=self.every)

    def on_step_end(self, trainer: Any) -> None:
        if self.probe is not None:
            self.probe.step(trainer.means.last())

    def on_fit_end(self, trainer: Any) -> None:
        if self.probe is not None:
            self.probe.close()
