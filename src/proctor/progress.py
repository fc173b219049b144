"""A bar with rate and time left on a terminal; a line for each tenth elsewhere."""

import sys
import time
from types import TracebackType

from .state import Record

WIDTH = 30


class Progress:
    def __init__(self, total: int, quiet: bool = False):
        self.total, self.done, self.failed = total, 0, 0
        self.quiet = quiet or total == 0
        self.terminal = sys.stderr.isatty()
        self.started = time.monotonic()

    def step(self, record: Record) -> None:
        self.done += 1
        self.failed += bool(record.failure)
        tenth = self.done * 10 // self.total != (self.done - 1) * 10 // self.total
        if not self.quiet and (self.terminal or tenth):
            print(self.line(), end="\r" if self.terminal else "\n", file=sys.stderr, flush=True)

    def line(self) -> str:
        seconds = max(time.monotonic() - self.started, 1e-9)
        rate = self.done / seconds
        left = (self.total - self.done) / rate if rate else 0.0
        full = WIDTH * self.done // self.total
        bar = "#" * full + "." * (WIDTH - full)
        failed = f", {self.failed} without a grade" if self.failed else ""
        return f"[{bar}] {self.done}/{self.total}  {rate:.1f}/s  {_time(left)} left{failed} "

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.terminal and not self.quiet:
            print(file=sys.stderr)


def _time(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"
