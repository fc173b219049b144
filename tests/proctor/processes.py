"""Other processes: whose children they are, whether they still run, and waiting for what they do."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def until(happened: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Wait for something that can be seen from outside."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"in vain waited for: {what}"
        time.sleep(0.01)


def descendants(parent: int) -> Iterator[int]:
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                yield int(entry)
                yield from descendants(int(entry))


def is_proctor(pid: int) -> bool:
    try:
        return b"proctor" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
