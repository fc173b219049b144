"""Who is whose child, as /proc tells."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PAUSE = (
    0.1  # seconds between two looks: looking all the time would take the processor from what is waited for
)


def descendants(parent: int) -> Iterator[int]:
    for entry in filter(str.isdigit, os.listdir("/proc")):
        if parent_of(int(entry)) == parent:
            yield int(entry)
            yield from descendants(int(entry))


def parent_of(process: int) -> int:
    """0 if it has ended, even if it is not buried."""
    try:
        state, parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


def alive(family: list[int]) -> list[int]:
    """Those that are still what they were when the family was looked at, or orphans of it."""
    return [process for process in family if parent_of(process) in (*family, 1) and _is_ours(process)]


def _is_ours(process: int) -> bool:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
    return b"proctor" in command or command.startswith(b"sleep")


def family_of(process: subprocess.Popen[str], size: int) -> list[int]:
    """Its descendants, as soon as there are so many."""
    while len(family := list(descendants(process.pid))) < size:
        assert process.poll() is None, process.communicate()
        time.sleep(PAUSE)
    return family


def wait_for_end(family: list[int], seconds: float = 30.0) -> None:
    """What the kernel or a guard ends after its parent ends a moment later."""
    deadline = time.monotonic() + seconds
    while left := alive(family):
        assert time.monotonic() < deadline, f"something of it runs on: {left}"
        time.sleep(PAUSE)
