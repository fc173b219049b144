"""A notebook's guard: the process between the one that is forked and the one that runs student code.

It makes the namespaces, waits for the notebook's process, sees to it that nothing outlives it, and tells the
supervisor the process's number and how it ended: a source that student code cannot reach.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence

from . import isolation, namespaces, syscalls
from .isolation import Level
from .watch import Watch, memory


def fork_guarded(
    level: Level, slot: int, work: Callable[[int], None], watch: Watch, report: int, keep: Sequence[int]
) -> int:
    """Fork a guard, which forks a process that does the work. Return the guard's process number.

    `report` is a descriptor for lines of JSON; `keep` are the descriptors that the work needs.
    """
    if (guard := os.fork()) != 0:
        return guard
    status = 1
    try:
        if level.walls == "namespaces":  # which end with their first process
            syscalls.die_with_parent(signal.SIGKILL)
        else:  # what the notebook has started would outlive this guard: it ends that first
            signal.signal(signal.SIGTERM, lambda *_: sys.exit("the zygote has ended"))
            syscalls.die_with_parent(signal.SIGTERM)
        _guard(level, slot, work, watch, report, keep)
        status = 0
    except BaseException as error:  # whatever it is, it must be told, and this process must end here
        _tell(report, error=f"{type(error).__name__}: {error}")
    finally:
        os._exit(status)


def _guard(
    level: Level, slot: int, work: Callable[[int], None], watch: Watch, report: int, keep: Sequence[int]
) -> None:
    common = memory()
    alive, hold = os.pipe()
    if level.walls == "namespaces":
        namespaces.seclude()
    else:
        syscalls.adopt_orphans()
    if (child := os.fork()) == 0:
        status = 1
        try:
            os.close(hold)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            close_all_but([0, 1, 2, alive, report, *keep])
            work_told(work, alive, report)
            status = 0
        finally:
            os._exit(status)
    _tell(report, pid=child)
    close_all_but([0, 1, 2, hold, report])
    try:
        reason = watch.wait(child, common)
        _, status, usage = os.wait4(child, 0)
    finally:
        isolation.end_all(level, slot)
    code = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    _tell(report, exit=code, seconds=seconds, memory=usage.ru_maxrss * 1024, over=reason)


def work_told(work: Callable[[int], None], alive: int, report: int) -> None:
    """Errors of the confinement go to the report; `report` is closed on exec, and work must close it."""
    try:
        work(alive)
    except BaseException as error:
        with contextlib.suppress(
            OSError
        ):  # if it is closed, the confinement stood: the error is the notebook's
            _tell(report, error=f"{type(error).__name__}: {error}")


def close_all_but(keep: Sequence[int]) -> None:
    start = 3
    for descriptor in sorted(set(keep) - {0, 1, 2}):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, 4096)


def _tell(report: int, **what: object) -> None:
    os.write(report, json.dumps(what).encode() + b"\n")
