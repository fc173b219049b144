"""What all benchmarks share: two sides timed in turns, the machine in a line, the table, the files.

A claim here is a ratio of two sides that ran in one process, in turns, a few milliseconds each: what slows
the machine down slows both. Of all rounds the median ratio counts; its spread is the quartiles. Below 1 is
better for us. With one thread the clock is the processor time of the process, which others on the machine
do not use up; with two that would be the threads' sum, so it is the one on the wall.
"""

import argparse
import csv
import fnmatch
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUND = 0.004  # seconds that a side is busy in a round, at least: the clock and its own cost are far below

# glibc gives large arrays back to the system at once and asks for them, cleared, again. Torch loses most by
# it: its 3 -> 64 convolution takes twice as long. Both sides are measured with arrays that stay.
MALLOC = "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=4294967296"


@dataclass(frozen=True)
class Setting:
    """How a process is started: so many threads, and the processor that OpenBLAS takes this one for."""

    threads: int
    core: str  # OPENBLAS_CORETYPE, or "auto": OpenBLAS looks for itself

    @property
    def name(self) -> str:
        return f"{self.threads} thread{'s' * (self.threads > 1)}, {self.core}"

    @property
    def environment(self) -> dict[str, str]:
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        wanted = dict.fromkeys(threads, str(self.threads)) | {"GLIBC_TUNABLES": MALLOC}
        wanted |= {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"} if self.threads == 1 else {}
        wanted |= {"OPENBLAS_CORETYPE": self.core} if self.core != "auto" else {}
        inherited = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
        return inherited | wanted


HASWELL, AUTO, TWO = Setting(1, "Haswell"), Setting(1, "auto"), Setting(2, "auto")


@dataclass
class Row:
    """One line of a table. Times are in `unit`; ratio is ours / theirs, low and high its quartiles."""

    row: str
    peer: str = "torch"
    ours: float | None = None
    theirs: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    rounds: int = 0
    target: float | None = None
    of: str = "ratio"  # what the target limits: "ratio" or "ours"
    unit: str = "ms"
    note: str = ""
    setting: str = ""

    @property
    def met(self) -> bool | None:
        value = getattr(self, self.of)
        return None if self.target is None or value is None else value <= self.target


# --- timing


def in_turns(
    sides: Mapping[str, Callable[[], Any]], options: "Options", seconds: float
) -> dict[str, list[float]]:
    """Seconds a call of each side, round by round. `seconds`: how long all of it may take, roughly."""
    clock = options.clock
    calls, spent = {}, 0.0
    for name, side in sides.items():
        side()  # the first call prepares
        start = clock()
        side()
        once = max(clock() - start, 1e-7)
        calls[name] = max(1, round(ROUND / once))
        spent += once * calls[name]
    least, most, seconds = (2, 5, seconds / 10) if options.quick else (5, 60, seconds)
    rounds = min(max(int(seconds / spent), least), most)

    times: dict[str, list[float]] = {name: [] for name in sides}
    for k in range(rounds):
        for name in list(sides)[:: 1 if k % 2 else -1]:  # who begins changes
            side, repeat = sides[name], range(calls[name])
            start = clock()
            for _ in repeat:
                side()
            times[name].append((clock() - start) / calls[name])
    return times


def compared(row: str, ours: list[float], theirs: list[float], unit: str = "ms", **more: Any) -> Row:
    """The row of two sides that were timed in turns."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    scale = {"s": 1, "ms": 1e3, "µs": 1e6}[unit]
    return Row(
        row,
        ours=scale * statistics.median(ours),
        theirs=scale * statistics.median(theirs),
        ratio=statistics.median(ratios),
        low=low,
        high=high,
        rounds=len(ratios),
        unit=unit,
        **more,
    )


# --- where it ran


def machine() -> dict[str, str]:
    """Processor, system and versions: what a number is worth nothing without."""
    versions = {name: version(name) for name in ("numpy", "torch")}
    return {
        "processor": processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}, {' '.join(platform.libc_ver())}".strip(" ,"),
        "python": platform.python_version(),
        **{name: value for name, value in versions.items() if value},
        "date": date.today().isoformat(),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    about = dict(line.split("\t", 1) for line in reversed(lines) if "\t" in line)
    fields = {name: value.strip(" :\t") for name, value in about.items()}
    flags = fields.get("flags", "").split()
    vectors = next((name for name in ("avx512f", "avx2", "avx") if name in flags), "no AVX")
    return f"{fields.get('model name', platform.machine())} ({vectors})"


def version(package: str) -> str:
    """Of an installed package; '' where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def core_type() -> str:
    """The processor that OpenBLAS has taken this one for."""
    import numpy as np  # noqa: F401  (brings its OpenBLAS)
    from threadpoolctl import threadpool_info

    found = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    return found[0]["architecture"] if found else "no OpenBLAS"


def line(info: Mapping[str, str]) -> str:
    return " · ".join(
        f"{name} {value}" if name not in ("processor", "system") else value for name, value in info.items()
    )


# --- tables


COLUMNS = ("", "ours", "theirs", "ours / theirs", "spread", "rounds", "target", "")


def cells(row: Row) -> tuple[str, ...]:
    def amount(x: float | None) -> str:
        return "–" if x is None else f"{x:.3g} {row.unit}" if x < 100 else f"{x:.0f} {row.unit}"

    spread = "–" if row.low is None else f"{ratio(row.low)} to {ratio(row.high)}"
    target = "" if row.target is None else f"{row.target:g}{'' if row.of == 'ratio' else ' ' + row.unit}"
    met = {None: row.note, True: "met", False: "NOT MET"}[row.met]
    who = row.row if row.peer == "torch" else f"{row.row} / {row.peer}"
    return (
        who,
        amount(row.ours),
        amount(row.theirs),
        ratio(row.ratio),
        spread,
        str(row.rounds or ""),
        target,
        met,
    )


def ratio(x: float | None) -> str:
    """With two digits after the point, or if that is nothing, with one that says something."""
    return "–" if x is None else f"{x:.2f}" if x >= 0.01 else f"{x:.0e}"


WIDTHS = (52, 12, 12, 14, 16, 7, 8, 8)


def text(parts: Iterable[str]) -> str:
    first, *others = parts
    padded = [f"{part:>{width}}" for part, width in zip(others, WIDTHS[1:], strict=True)]
    return f"{first:<{WIDTHS[0]}}" + " ".join(padded).rstrip()


# --- the command line


@dataclass(frozen=True)
class Options:
    """What a measurement needs to know of how it was called."""

    setting: Setting
    only: str = "*"
    quick: bool = False

    def wants(self, row: str) -> bool:
        return fnmatch.fnmatch(row.lower(), f"*{self.only.lower()}*")

    @property
    def clock(self) -> Callable[[], float]:
        return time.process_time if self.setting.threads == 1 else time.perf_counter


Measurement = Callable[[Options], Iterator[Row]]


def main(question: str, measurement: Measurement, settings: tuple[Setting, ...] = (AUTO,)) -> None:
    """Run the measurement once in a fresh process for each setting; print and, if wanted, write the rows."""
    parser = argparse.ArgumentParser(
        description=question, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", default="*", metavar="PATTERN", help="rows whose name has this, * and ? count"
    )
    parser.add_argument("--quick", action="store_true", help="two to five rounds, to see that it runs")
    names = [setting.name for setting in settings]
    parser.add_argument("--setting", choices=names, action="append", help="only this one (may be repeated)")
    parser.add_argument("--json", type=writable, metavar="FILE", help="write the rows and the machine")
    parser.add_argument("--csv", type=writable, metavar="FILE", help="write the rows")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    chosen = [setting for setting in settings if setting.name in (given.setting or names)]

    if given.child:
        report = inside(measurement, Options(chosen[0], given.only, given.quick))
        given.child.write_text(json.dumps(report))
        return

    info = machine()
    print(question.strip().splitlines()[0])
    print(line(info), flush=True)
    reports = [in_process(setting, given.only, given.quick) for setting in chosen]
    rows = [row for report in reports for row in report["rows"]]
    if not rows:
        parser.error(f"argument --only: no row has {given.only!r} in its name")
    result = {
        "question": question.strip(),
        "machine": info,
        "settings": {setting.name: report["core"] for setting, report in zip(chosen, reports, strict=True)},
        "quick": given.quick,
        "rows": rows,
    }
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    if given.csv:
        given.csv.parent.mkdir(parents=True, exist_ok=True)
        with given.csv.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def writable(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{name} is a folder")
    return path


def in_process(setting: Setting, only: str, quick: bool) -> dict[str, Any]:
    """What a fresh process with this setting measures."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable,
            sys.argv[0],
            "--child",
            str(report),
            "--setting",
            setting.name,
            "--only",
            only,
        ]
        command += ["--quick"] * quick
        done = subprocess.run(command, env=setting.environment, check=False)
        if done.returncode:
            sys.exit(f"{Path(sys.argv[0]).name}: the measurement with {setting.name} failed, see above")
        result: dict[str, Any] = json.loads(report.read_text())
        return result


def inside(measurement: Measurement, options: Options) -> dict[str, Any]:
    """Measure, and print each row as soon as it is there."""
    setting = options.setting
    core = core_type()
    print(f"\n{setting.name} (OpenBLAS: {core})")
    print(text(COLUMNS), flush=True)
    rows = []
    for row in measurement(options):
        row.setting = setting.name
        print(text(cells(row)), flush=True)
        rows.append(asdict(row) | {"met": row.met})
    targets = [row["met"] for row in rows if row["met"] is not None]
    if targets:
        print(f"{sum(targets)} of {len(targets)} targets met")
    return {"core": core, "rows": rows}
