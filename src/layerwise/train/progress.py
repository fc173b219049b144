"""What a training shows of itself: a bar while an epoch goes on, a line when it is over."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from .history import _text


class Progress:
    """A bar and a line for each epoch on a terminal, and nothing elsewhere.

    wanted: True for the lines everywhere, also in a notebook or a log; False for nothing at all; None, where
        there is a terminal.

    >>> progress = Progress(True)
    >>> for step in progress.bar(range(2), total=2, title="epoch 1/1", loss=lambda: 0.5):
    ...     pass
    >>> progress.line({"epoch": 1, "train loss": 0.5}, epochs=1)
    epoch 1/1  train loss 0.5
    """

    def __init__(self, wanted: bool | None) -> None:
        self.terminal = sys.stdout.isatty()
        self.lines = self.terminal if wanted is None else wanted

    def bar(
        self, steps: Iterable[Any], total: int | None, title: str, loss: Callable[[], float]
    ) -> Iterable[Any]:
        """The same steps; while they are gone through a bar grows. It needs tqdm, otherwise there is none."""
        if not (self.lines and self.terminal):
            return steps
        try:
            from tqdm import tqdm
        except ImportError:
            return steps
        return self._counted(steps, tqdm(total=total, desc=title, leave=False, file=sys.stdout), loss)

    def _counted(self, steps: Iterable[Any], bar: Any, loss: Callable[[], float]) -> Iterable[Any]:
        with bar:
            for step in steps:
                yield step
                if bar.update():  # it was drawn, which it is a few times a second
                    bar.set_postfix_str(f"loss {loss():.4g}", refresh=False)

    def line(self, row: dict[str, float], epochs: int) -> None:
        """Print an epoch's row of the history."""
        if self.lines:
            numbers = [f"{name} {_text(value)}" for name, value in row.items() if name != "epoch"]
            print("  ".join([f"epoch {row['epoch']}/{epochs}", *numbers]), flush=True)
