"""What a notebook's processes and files take together, looked at by its guard a few times a second.

The kernel limits each process by itself (limits.py). All of them together it limits by control groups, which
few machines let an ordinary user make; so the guard adds up, and ends the notebook that takes too much.
"""

import os
import select
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .limits import MIB, Limits

SECONDS = 0.25
FORKED = 0x40  # flag of a process that runs its parent's program: their memory is common until one writes


@dataclass(frozen=True)
class Watch:
    """Made before the notebook's process is forked."""

    limits: Limits
    own_processes: bool  # /proc will show the notebook's processes and no others
    folders: list[str]  # in memory
    place: str  # its folder on the disk, if it has no folders in memory

    def wait(self, child: int, common: int) -> str:
        """Until the child ends. Why it was ended, if it was. `common` is the memory it was forked with."""
        descriptor = os.pidfd_open(child)
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while not poll.poll(SECONDS * 1000):
            if reason := self.too_much(child, common):
                os.kill(child, signal.SIGKILL)
                return reason
        os.close(descriptor)
        return ""

    def too_much(self, child: int, common: int) -> str:
        if self.own_processes and os.path.exists("/proc/self"):
            return ""  # it is still the machine's: the guard itself is none of the notebook's processes
        processes = list(map(int, filter(str.isdigit, os.listdir("/proc"))))
        if not self.own_processes:
            processes = list(family(child, processes))
        if len(processes) > self.limits.processes + 1:
            return f"it had {len(processes)} processes, and may have {self.limits.processes}"
        most = self.limits.together
        files = sum(map(in_use, self.folders))
        taken = files + sum(estimate(process, common) for process in processes)
        if taken > most:
            taken = files + sum(proportional(process) or estimate(process, common) for process in processes)
        if taken > most:
            return (
                f"its {len(processes)} processes and their files took {taken // MIB:,} MiB of memory "
                f"together, and may take {most // MIB:,}"
            )
        if self.place and (size := size_of(self.place)) > self.limits.disk:
            return f"its files took {size // MIB:,} MiB of the disk, and may take {self.limits.disk // MIB:,}"
        return ""


def memory(process: int | str = "self") -> int:
    """The process's own pages and those that it shares with others, without those of files on a disk."""
    fields = _fields(Path(f"/proc/{process}/status"))
    return fields.get("RssAnon", 0) + fields.get("RssShmem", 0)


def estimate(process: int, common: int) -> int:
    """Rather too much: what several processes have in common is counted for each."""
    try:
        flags = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[6])
    except (OSError, IndexError):
        return 0
    return max(memory(process) - (common if flags & FORKED else 0), 0)


def proportional(process: int) -> int:
    """What is common counts in parts that add up to one; 0 where the guard may not look so closely."""
    fields = _fields(Path(f"/proc/{process}/smaps_rollup"))
    return fields.get("Pss_Anon", 0) + fields.get("Pss_Shmem", 0)


def _fields(path: Path) -> dict[str, int]:
    try:
        rows = [line.split() for line in path.read_text(errors="replace").splitlines()]
    except OSError:
        return {}  # it has ended, or is not to be looked at
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if len(row) == 3 and row[2] == "kB"}


def family(child: int, processes: list[int]) -> Iterator[int]:
    """The child, what it has started, and what that left behind, which the guard has adopted."""
    parents = {}
    for process in processes:
        try:
            parents[process] = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    guard = os.getpid()
    for process in parents:
        ancestor = process
        while ancestor in parents and ancestor != guard:
            ancestor = parents[ancestor]
        if ancestor == guard != process:
            yield process


def in_use(folder: str) -> int:
    size = os.statvfs(folder)
    return (size.f_blocks - size.f_bfree) * size.f_frsize


def size_of(folder: str) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_blocks * 512
            except OSError:
                continue  # it has gone meanwhile
    return total
