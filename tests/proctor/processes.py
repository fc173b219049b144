"""Other processes: whose children they are, whether they still run, and waiting for what they do."""

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path


def until(happened: Callable[[], object], what: str, seconds: float = 300) -> None:
    """Wait for something that can be seen from outside."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"in vain waited for: {what}"
        time.sleep(0.01)


def descendants(ancestor: int) -> list[int]:
    children = defaultdict(list)
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            stat = Path(f"/proc/{entry}/stat").read_text()
            children[int(stat.rpartition(")")[2].split()[1])].append(int(entry))
    found, new = [], [ancestor]
    while new:
        new = [child for parent in new for child in children[parent]]
        found += new
    return found


def is_proctor(pid: int) -> bool:
    try:
        return b"proctor" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
