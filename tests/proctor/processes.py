"""Who is whose child, as /proc tells."""

import os
from collections.abc import Iterator
from pathlib import Path


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
    return [process for process in family if parent_of(process) in (*family, 1) and _is_proctor(process)]


def _is_proctor(process: int) -> bool:
    try:
        return b"proctor" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
