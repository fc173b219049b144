"""The walls hold here, and the trial notices where they do not."""

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from proctor import isolation, trial
from proctor.isolation import Level

from . import school

BEST = isolation.ladder()[0]


@pytest.fixture(scope="module")
def best() -> dict[str, bool]:
    return trial.attempt(BEST)


@pytest.mark.parametrize("name", [*trial.REQUIRED, *trial.WANTED])
def test_the_best_level_holds(name: str, best: dict[str, bool]) -> None:
    assert best[name], json.dumps(best)


def test_a_level_without_walls_is_seen_through() -> None:
    held = trial.attempt(Level("none", own_user=False, filtered=False))
    broken = {name for name, failed in held.items() if not failed}
    assert {
        "read a file of the course",
        "reach the network",
        "signal the grader",
        "see other processes",
    } <= broken
    assert held["take more memory"]
    assert held["write more"]


def test_landlock_alone_hides_the_course() -> None:
    level = next(level for level in isolation.ladder() if level.walls == "landlock" and not level.own_user)
    held = trial.attempt(level)
    assert [name for name in trial.REQUIRED if not held.get(name)] == []


def test_without_the_filter_namespaces_can_be_made() -> None:
    held = trial.attempt(replace(BEST, filtered=False))
    assert not held["make a namespace"]
    assert held["read a file of the course"]


def test_the_course_is_in_no_readable_folder() -> None:
    paths = isolation.readable_paths([os.getcwd()])
    assert os.getcwd() not in paths
    assert all(os.path.lexists(path) for path in paths)


def test_libraries_below_tmp_are_seen_and_not_written(course: Path) -> None:
    """Each notebook has a /tmp of its own; an interpreter may be installed in the common one."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        library = Path(folder, "library")
        library.mkdir()
        Path(library, "installed_there.py").write_text("answer = 42")
        Path(folder, "not_a_library").write_text("nobody's business")
        attempt = f"""import os, installed_there
assert installed_there.answer == 42
assert os.listdir({folder!r}) == ["library"]
try:
    open({str(library / "more")!r}, "w")
except OSError:
    def double(x):
        return 2 * x"""
        school.hand_in(course, "ada", school.answered(course, {"double": attempt}))
        path = os.pathsep.join([str(library), *filter(None, sys.path)])
        done = school.proctor(course, "autograde", "ps1", PYTHONPATH=path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (school.scores(course, "ada") or {})["double-hidden"] == 2.0


MANY = """import os, time
def double(x):
    for _ in range(20):
        if os.fork() == 0:
            taken = bytearray(200 << 20)
            time.sleep(600)
    time.sleep(60)
    return 0"""


def test_a_notebook_that_takes_too_much_with_all_its_processes_is_stopped(course: Path) -> None:
    school.hand_in(course, "ada", school.answered(course, {"double": MANY}))
    school.hand_in(course, "bob", school.answered(course, school.RIGHT))
    done = school.proctor(course, "autograde", "ps1", "--json", "--memory", "1024", "--timeout", "40")
    told = {row["student"]: row for row in json.loads(done.stdout)["graded"]}
    assert "processes and their files took" in told["ada"]["trouble"][0]
    assert told["ada"]["notebooks"]["p1"]["seconds"] < 30
    assert told["bob"]["trouble"] == []
    assert school.scores(course, "bob") == school.POINTS
