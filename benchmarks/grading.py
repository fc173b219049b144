"""How long does grading a class take with proctor, and with nbgrader?

The same generated class is graded by each, in turns, in one run; the grades must come out equal. nbgrader
gets as many processes as proctor gets jobs, each with its share of the class (one for feedback, as proctor).
Seconds by the clock hang on what else the machine does; seconds of processor time, and ratios, less so. Both
sides compute with one thread a notebook.

    python benchmarks/grading.py                                          24 submissions, numpy
    python benchmarks/grading.py --students 24 240 --kind numpy torch
    python benchmarks/grading.py --students 1000 --without-nbgrader       proctor's side only
    python benchmarks/grading.py --only "failing*"

Kinds: numpy; torch (imports it); sleep (a cell waits half a second); train (a cell computes for two seconds).
"""

import argparse
import fnmatch
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from measure import COLUMNS, ROOT, Row, cells, line, machine, text, version, writable

sys.path.insert(0, str(ROOT / "tests" / "proctor"))

import nbformat
import school

EXTRA = {
    "numpy": "",
    "torch": "import torch\ntorch.zeros(2)",
    "sleep": "import time\ntime.sleep(0.5)",
    "train": "import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass",
}
OWN_TIME = {"sleep": 0.5, "train": 2.0}  # seconds that a notebook's cells take themselves
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LARGE = 240  # submissions: from here on, starting up counts for little, and the targets hold
TRIES = 3  # of nbgrader's: two of its processes may meet at the gradebook, and one of them fails
MANY = 20  # cells that pass or fail, to tell what one costs
PYTHON = [sys.executable, "-m"]


@dataclass
class Run:
    """What commands that ran side by side have used."""

    seconds: float
    processor: float
    memory: float  # MB, of the first command's process at its most, without its children
    again: int = 0  # how often a command had failed, and was run again


@dataclass
class Runs:
    """One side's runs of the same thing."""

    all: list[Run] = field(default_factory=list)

    def of(self, what: str) -> list[float]:
        return [getattr(run, what) for run in self.all]


def measure(commands: list[list[str]], folder: Path, tries: int = 1) -> Run:
    """Run the commands side by side; those that fail are run again, as who waits for the grades would do."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path} | dict.fromkeys(THREADS, "1")
    before, started = used(), time.perf_counter()
    with (folder / "log.txt").open("a") as log:
        processes = [
            subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
            for command in commands
        ]
    memory = peak(processes[0])
    failed = [command for command, process in zip(commands, processes, strict=True) if process.wait() != 0]
    run = Run(time.perf_counter() - started, used() - before, memory)
    if not failed:
        return run
    if tries == 1:
        sys.exit(f"failed: {failed}\n{(folder / 'log.txt').read_text()[-2000:]}")
    rest = measure(failed, folder, tries - 1)
    return Run(run.seconds + rest.seconds, run.processor + rest.processor, memory, len(failed) + rest.again)


def used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak(process: subprocess.Popen[bytes]) -> float:
    """Wait for the process; its own memory at the most, looked up now and then until it has ended."""
    most = 0
    while True:
        try:
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        except OSError:  # a system without /proc
            lines = []
        most = max([most, *(int(row.split()[1]) for row in lines if row.startswith("VmHWM"))])
        try:
            process.wait(0.1)
            return most / 1000
        except subprocess.TimeoutExpired:
            continue


# --- classes


def make(folder: Path, students: int, kind: str) -> Path:
    """Of three students, one is wrong throughout."""
    course = school.make_course(folder / "course", prepare=lambda notebook: add(notebook, EXTRA[kind]))
    for number in range(students):
        answers = school.WRONG if number % 3 == 2 else school.RIGHT
        school.hand_in(course, f"student-{number:05}", school.answered(course, answers))
    return course


def add(notebook: nbformat.NotebookNode, source: str) -> None:
    if source:
        notebook.cells.insert(1, nbformat.v4.new_code_cell(source))


def shares(jobs: int) -> list[list[str]]:
    """nbgrader takes a pattern of students: the last digit deals them out."""
    digits = ["0123456789"[start::jobs] for start in range(jobs)]
    command = [*PYTHON, "nbgrader", "autograde", "ps1"]
    return [[*command, f"--CourseDirectory.student_id=student-*[{share}]"] for share in digits]


def proctor(command: str, *options: str) -> list[list[str]]:
    return [[*PYTHON, "proctor.cli", command, "ps1", *options]]


# --- rows


def grading(students: int, kind: str, options: argparse.Namespace) -> Iterator[Row]:
    """Grade, grade again with nothing changed, write the feedback: each side in turns, on its own course."""
    ours, again, pages = Runs(), Runs(), Runs()
    theirs, their_again, their_pages = Runs(), Runs(), Runs()
    jobs = str(options.jobs)
    rounds = options.rounds or (3 if students < 100 else 1)
    with tempfile.TemporaryDirectory() as folder:
        released = make(Path(folder), students, kind)
        for number in range(rounds):
            mine = school.copy(released, Path(folder) / f"proctor-{number}")
            ours.all.append(measure(proctor("autograde", "--jobs", jobs), mine))
            again.all.append(measure(proctor("autograde", "--jobs", jobs), mine))
            pages.all.append(measure(proctor("feedback"), mine))
            if options.without_nbgrader:
                continue
            nbgrader = school.copy(released, Path(folder) / f"nbgrader-{number}")
            theirs.all.append(measure(shares(options.jobs), nbgrader, TRIES))
            their_again.all.append(measure(shares(options.jobs), nbgrader))
            their_pages.all.append(measure([[*PYTHON, "nbgrader", "generate_feedback", "ps1"]], nbgrader))
            if school.whole_book(mine) != school.whole_book(nbgrader):
                sys.exit(f"{students} {kind}: the grades are not equal")
    what = f"{students} {kind}"
    large = students >= LARGE
    clock = {"numpy": 1 / 15, "torch": 1 / 20}.get(kind) if large else None
    note = "nbgrader was not run" if options.without_nbgrader else "grades equal"
    if failures := sum(run.again for run in theirs.all):
        note += f"; nbgrader failed {failures} times, and was run again"
    yield side_by_side(f"{what}, by the clock", ours, theirs, "seconds", clock, note)
    yield side_by_side(
        f"{what}, processor", ours, theirs, "processor", 1 / 8 if large and kind == "numpy" else None
    )
    yield side_by_side(f"{what}, feedback", pages, their_pages, "seconds", 1 / 5)
    row = side_by_side(f"{what}, nothing changed", again, their_again, "seconds")
    row.target, row.of = 2.0, "ours"
    yield row
    yield alone(f"{what}, parent's memory", ours.of("memory"), "MB")
    if kind in OWN_TIME:
        limit = students * OWN_TIME[kind] / options.jobs
        seconds = ours.of("seconds")
        yield Row(
            f"{what}, limit",
            peer="the cells' own time",
            ours=statistics.median(seconds),
            theirs=limit,
            unit="s",
            rounds=len(seconds),
            target=1.3,
            **spread([second / limit for second in seconds]),
        )
    if kind == "train":
        idle = [100 * (1 - run.processor / run.seconds / options.jobs) for run in ours.all]
        yield alone(f"{what}, cores idle", idle, "%", target=5.0)


def failing(options: argparse.Namespace) -> Iterator[Row]:
    """What a failing cell costs the notebook's process, and a passing one: from proctor's records."""
    tests = ["assert double(2) == 4, 'double(2) is not 4'", "assert_allclose(mean([1.0, 3.0]), 2.0)"]
    students = 5
    with tempfile.TemporaryDirectory() as folder:
        course = school.make_course(Path(folder) / "course")
        for kind, answers in (("right", school.RIGHT), ("wrong", school.WRONG)):
            for number in range(students):
                notebook = school.answered(course, answers)
                school.hand_in(course, f"{kind}-few-{number}", notebook)
                notebook.cells += [nbformat.v4.new_code_cell(tests[k % 2]) for k in range(MANY)]
                school.hand_in(course, f"{kind}-many-{number}", notebook)
        measure(proctor("autograde", "--jobs", str(options.jobs)), course)

        def processor(who: str) -> list[float]:
            records = [
                json.loads(path.read_text()) for path in (course / ".proctor/ps1").glob(f"{who}-*.json")
            ]
            return sorted(record["notebooks"]["p1"]["cpu"] for record in records)

        cost = {
            kind: [
                (many - few) / MANY
                for many, few in zip(processor(f"{kind}-many"), processor(f"{kind}-few"), strict=True)
            ]
            for kind in ("right", "wrong")
        }
    fails, passes = statistics.median(cost["wrong"]), statistics.median(cost["right"])
    yield Row(
        "failing cell, processor",
        peer="a passing one",
        ours=1e3 * fails,
        theirs=1e3 * passes,
        rounds=students,
        target=10,
        **spread([fail / passes for fail in cost["wrong"]]),
    )


def side_by_side(
    name: str, ours: Runs, theirs: Runs, what: str, target: float | None = None, note: str = ""
) -> Row:
    row = alone(name, ours.of(what), "s", target, note)
    row.peer = "nbgrader"
    if theirs.all:
        row.theirs = statistics.median(theirs.of(what))
        ratios = spread([mine / other for mine, other in zip(ours.of(what), theirs.of(what), strict=True)])
        row.ratio, row.low, row.high = ratios["ratio"], ratios["low"], ratios["high"]
    return row


def alone(name: str, values: list[float], unit: str, target: float | None = None, note: str = "") -> Row:
    middle = statistics.median(values)
    of = "ratio" if unit == "s" else "ours"
    return Row(name, "", ours=middle, unit=unit, rounds=len(values), target=target, of=of, note=note)


def spread(ratios: list[float]) -> dict[str, float]:
    """With so few rounds, the lowest and the highest say more than quartiles."""
    return {"ratio": statistics.median(ratios), "low": min(ratios), "high": max(ratios)}


def flat(rows: list[Row]) -> Iterator[Row]:
    """Whether the parent needs more memory for a larger class."""
    memory = [row for row in rows if row.row.endswith("numpy, parent's memory")]
    if len(memory) > 1:
        small, large = memory[0], memory[-1]
        assert small.ours is not None
        assert large.ours is not None
        sizes = f"{large.row.split()[0]} / {small.row.split()[0]}"
        yield Row(
            f"parent's memory, {sizes} numpy",
            peer="the small class",
            ours=large.ours,
            theirs=small.ours,
            ratio=large.ours / small.ours,
            unit="MB",
            target=1.1,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, nargs="+", default=[24], metavar="N")
    parser.add_argument("--kind", choices=EXTRA, nargs="+", default=["numpy"])
    parser.add_argument("--jobs", type=int, default=2, help="and processes for nbgrader (default: 2)")
    parser.add_argument("--rounds", type=int, help="(default: 3 below 100 submissions, else 1)")
    parser.add_argument("--without-nbgrader", action="store_true", help="where it would take an hour")
    parser.add_argument("--only", default="*", metavar="PATTERN", help='"grading*" or "failing*"')
    parser.add_argument(
        "--json", type=writable, metavar="FILE", help="write the rows, or add them to the file's"
    )
    options = parser.parse_args()
    packages = {name: version(name) for name in ("nbgrader", "ipykernel", "IPython", "SQLAlchemy")}
    info = machine() | packages | {"jobs": str(options.jobs), "threads": "1"}
    load = f"{os.getloadavg()[0]:.1f} before the start" if hasattr(os, "getloadavg") else ""
    print((__doc__ or "").splitlines()[0])
    print(line(info | {"load": load}))
    print(text(COLUMNS), flush=True)
    rows: list[Row] = []

    def show(found: Iterator[Row]) -> None:
        for row in found:
            row.setting = f"{options.jobs} jobs"
            print(text(cells(row)), flush=True)
            rows.append(row)
        if options.json:
            keep(options.json, info, rows)

    if fnmatch.fnmatch("grading", options.only):
        for kind in options.kind:
            for students in sorted(options.students):
                show(grading(students, kind, options))
        show(flat(rows))
    if fnmatch.fnmatch("failing", options.only):
        show(failing(options))


def keep(path: Path, info: dict[str, str], rows: list[Row]) -> None:
    """Write what is measured so far, beside the rows that an earlier run on this machine has measured."""
    new = [asdict(row) | {"met": row.met} for row in rows]
    names = {row.row for row in rows}
    before = json.loads(path.read_text()) if path.exists() else {"machine": {}, "rows": []}
    if before["machine"] == info:
        new = [row for row in before["rows"] if row["row"] not in names] + new
    result = {
        "question": (__doc__ or "").strip(),
        "machine": info,
        "settings": {},
        "quick": False,
        "rows": new,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
