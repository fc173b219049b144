"""proctor beside nbgrader: the same class, graded by each, in one run.

    python benchmarks/grading.py                          24 submissions, numpy
    python benchmarks/grading.py --students 240 --kind torch --jobs 2

Wall time varies with what else the machine does: processor time and the ratio tell more. nbgrader gets as
many processes as proctor gets jobs, each with its share of the class. Kinds: numpy; torch (imports it);
sleep (a cell waits half a second); train (a cell computes for two seconds).
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "proctor"))

import nbformat  # noqa: E402
import school  # noqa: E402

EXTRA = {
    "numpy": "",
    "torch": "import torch\ntorch.zeros(2)",
    "sleep": "import time\ntime.sleep(0.5)",
    "train": "import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass",
}


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


def measure(commands: list[list[str]], folder: Path) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, of commands that run side by side."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    before, started = used(), time.perf_counter()
    with (folder / "log.txt").open("a") as log:
        processes = [
            subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=os.environ | {"PATH": path})
            for command in commands
        ]
    failed = [process.args for process in processes if process.wait() != 0]
    if failed:
        sys.exit(f"failed: {failed}\n{(folder / 'log.txt').read_text()[-2000:]}")
    return time.perf_counter() - started, used() - before


def used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def shares(course: Path, jobs: int) -> list[list[str]]:
    """nbgrader takes a pattern of students: the last digit deals them out."""
    digits = ["0123456789"[start::jobs] for start in range(jobs)]
    command = [sys.executable, "-m", "nbgrader", "autograde", "ps1"]
    return [[*command, f"--CourseDirectory.student_id=student-*[{share}]"] for share in digits]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--kind", choices=EXTRA, default="numpy")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours = make(Path(folder), options.students, options.kind)
        theirs = school.copy(ours, Path(folder) / "nbgrader")
        command = [sys.executable, "-m", "proctor.cli", "autograde", "ps1", "--jobs", str(options.jobs)]
        rows = {
            "nbgrader": measure(shares(theirs, options.jobs), theirs),
            "proctor": measure([command], ours),
            "proctor, nothing to do": measure([command], ours),
        }
        equal = school.whole_book(ours) == school.whole_book(theirs)
        rates = re.findall(r"[\d.]+/s", (ours / "log.txt").read_text())
    print(f"{options.students} submissions, {options.kind}, {options.jobs} jobs, grades equal: {equal}")
    print(f"{'':24} {'wall s':>8} {'cpu s':>8} {'wall x':>7} {'cpu x':>7}")
    wall, cpu = rows["nbgrader"]
    for name, (seconds, processor) in rows.items():
        print(f"{name:24} {seconds:8.1f} {processor:8.1f} {wall / seconds:7.1f} {cpu / processor:7.1f}")
    print(f"proctor at the end: {rates[-1] if rates else '-'}")


if __name__ == "__main__":
    main()
