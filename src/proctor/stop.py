"""Ctrl-C, and the other signals that ask a program to stop: once, and not in the middle of a step."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    def __init__(self, number: int):
        super().__init__(number)
        self.status = 128 + number  # what a shell says of a program that a signal has ended


class _Asked:
    """What the signals have asked so far. There is one such state, since a process has one set of signals."""

    number = 0  # of the first signal; those that follow ask for what is being done already
    delayed = False


def _stop(number: int, _: FrameType | None = None) -> None:
    if not _Asked.number:
        _Asked.number = number
        if not _Asked.delayed:
            raise Stopped(number)


@contextlib.contextmanager
def on_signals() -> Iterator[None]:
    """The first signal raises Stopped; later ones do nothing. What nohup has switched off stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _Asked.number = 0
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def delayed() -> Iterator[None]:
    """A step that is done to its end: a signal that comes meanwhile is raised after it."""
    _Asked.delayed = True
    try:
        yield
    finally:
        _Asked.delayed = False
        if _Asked.number:
            raise Stopped(_Asked.number)


def leave_to_parent() -> None:
    """In a process that was forked for a part of the work: who has forked it decides when that ends."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
