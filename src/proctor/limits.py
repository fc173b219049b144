"""How much of the machine one notebook may use."""

import resource
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    cell_seconds: float = 30.0  # by the clock; 0: no limit
    notebook_seconds: float = 600.0
    memory: int = 2048 * MIB  # of each process, beyond what the loaded libraries take
    processes: int = 64
    disk: int = 256 * MIB  # in the working folder, and again in /tmp
    files: int = 4096  # in the working folder, and again in /tmp
    open_files: int = 256
    output: int = 20 * MIB  # all that the cells print and display

    @property
    def together(self) -> int:
        """Bytes of memory that all processes of a notebook may take, and its files that lie in memory."""
        return self.memory + self.memory // 2

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def apply(limits: Limits) -> None:
    """Set the limits that the kernel keeps by itself, for this process and all that it starts."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    address_space = pages * resource.getpagesize() + limits.memory
    processor_seconds = (
        int(2 * limits.notebook_seconds * 4) + 1
    )  # of several threads; the clock decides first
    for what, most in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(what, (most, most))
