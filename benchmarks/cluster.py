"""Where the time of a large class goes: processor time of the grader, of Dask's scheduler, of the workers.

    python benchmarks/cluster.py --json benchmarks/results/cluster.json

On a cluster of two workers on this machine, a few submissions are graded, and then many more. The difference
between the two runs, divided by the difference in number, is what one submission costs, without what a run
costs anyway.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.proctor import school
from tests.proctor.postgresql import Server
from tests.proctor.test_cluster import Dask

TICKS = os.sysconf("SC_CLK_TCK")


def used(pid: int) -> float:
    """Seconds of processor time of a process and its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def grade(course: Path, dask: Dask) -> dict[str, float]:
    scheduler, *workers = (process.pid for process in dask.processes)
    before = used(scheduler), sum(map(used, workers))
    started = time.perf_counter()
    command = [sys.executable, "-m", "proctor.cli", "autograde", "ps1", "--scheduler", dask.address]
    process = subprocess.Popen(command, cwd=course, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    return {
        "wall": time.perf_counter() - started,
        "grader": usage.ru_utime + usage.ru_stime,
        "scheduler": used(scheduler) - before[0],
        "workers": sum(map(used, workers)) - before[1],
        "grader's memory": usage.ru_maxrss * 1024,
    }


def hand_in(course: Path, numbers: range) -> None:
    """Of three students, one is wrong throughout."""
    for number in numbers:
        answers = school.WRONG if number % 3 == 2 else school.RIGHT
        school.hand_in(course, f"student-{number:05}", school.answered(course, answers))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs=2, default=(20, 100), help="of the two runs")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    few, many = options.sizes
    result: dict[str, Any] = {"machine": machine(), "sizes": [few, many], "runs": {}, "each": {}}
    server = Server()
    folder = Path(tempfile.mkdtemp())
    dask = Dask(folder)
    try:
        for name in ("first", "second"):
            dask.worker(name, "--no-nanny")
        dask.wait_for(2)
        for kind in ("SQLite", "PostgreSQL"):
            course = folder / kind
            url = f"sqlite:///{course}/gradebook.db" if kind == "SQLite" else server.database("course")
            lines = f"c.CourseDirectory.course_id = 'demo'\nc.CourseDirectory.db_url = {url!r}\n"
            school.make_course(course, school.CONFIG + lines)
            runs, next_one = [], 0
            for size in (2, few, many):  # the first warms the workers up: they try out their walls
                numbers = range(next_one, next_one := next_one + size)
                hand_in(course, numbers)
                runs.append(grade(course, dask))
                print(kind, len(numbers), {name: round(x, 2) for name, x in runs[-1].items()}, flush=True)
            _, small, large = result["runs"][kind] = runs
            result["each"][kind] = {name: (large[name] - small[name]) / (many - few) for name in small}
    finally:
        dask.close()
        server.close()
    shutil.rmtree(folder)
    result["machine"]["load"] = f"{os.getloadavg()[1]:.0f} processes at a time"
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")


def machine() -> dict[str, str]:
    lines = Path("/proc/cpuinfo").read_text().split("\n")
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
    return {
        "date": datetime.date.today().isoformat(),
        "processor": f"{model}, {len(os.sched_getaffinity(0))} cores",
        "Python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
