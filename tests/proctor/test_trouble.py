"""Disks that are full or read-only, gradebooks that are locked or gone: a message that says what and where,
nothing half-written, and the next undisturbed run ends as if nothing had been."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from . import nobody, school

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

FULL = "No space left|database or disk is full"  # who meets it first: proctor, or SQLite
# What went wrong, the exit status, and what is said of it.
TROUBLES = [
    ("full but for 0 KiB", 2, FULL),
    ("full but for 24 KiB", 2, FULL),
    ("full but for 64 KiB", 2, FULL),
    ("read-only course", 2, "Read-only file system"),
    ("read-only autograded", 2, "Read-only file system"),
    ("read-only gradebook", 2, "attempt to write a readonly database"),
    ("read-only state", 2, "Read-only file system"),
    ("locked gradebook", 2, "database is locked"),
    ("missing gradebook", 2, "there is no gradebook"),
    ("corrupt gradebook", 2, "file is not a database"),
    ("damaged gradebook", 2, "malformed"),
    ("older gradebook", 2, "nbgrader db upgrade"),
    ("vanishing submission", 1, "No such file"),
]


USERS = ["root", "nobody"] if os.geteuid() == 0 else ["user"]
Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module", params=USERS)
def scene(request: pytest.FixtureRequest, empty_course: Path) -> Iterator[tuple[Path, Python]]:
    """A course with one student graded and changed since, and one new; and how to run Python there."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        course, python = Path(folder, "course"), as_oneself
        school.copy(empty_course, course)
        school.hand_in(course, "ada", school.answered(course, school.WRONG))
        os.chmod(folder, 0o755)
        if request.param == "nobody":
            python = partial(nobody.run, nobody.environment(Path(folder, "environment")), Path(folder))
            nobody.give(Path(folder))
        first = python("-m", "proctor.cli", "autograde", "ps1", "--course", str(course))
        assert first.returncode == 0, first.stdout + first.stderr
        school.hand_in(course, "ada", school.answered(course, school.RIGHT))
        school.hand_in(course, "bob", school.answered(course, school.WRONG))
        if request.param == "nobody":
            nobody.give(Path(folder))
        yield course, python


def as_oneself(*command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}
    )


@pytest.fixture(scope="module")
def found(scene: tuple[Path, Python]) -> dict[str, dict[str, Any]]:
    course, python = scene
    done = python(str(HERE / "trouble.py"), str(course), *(name for name, _, _ in TROUBLES))
    assert done.returncode == 0, done.stderr
    told: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def expected(scene: tuple[Path, Python], found: dict[str, dict[str, Any]]) -> dict[Any, Any]:
    course, python = scene
    done = python("-m", "proctor.cli", "autograde", "ps1", "--course", str(course))
    assert done.returncode == 0, done.stdout + done.stderr
    return school.whole_book(course)


@pytest.mark.parametrize(("trouble", "status", "says"), TROUBLES)
def test_trouble(
    trouble: str,
    status: int,
    says: str,
    scene: tuple[Path, Python],
    found: dict[str, dict[str, Any]],
    expected: dict[Any, Any],
) -> None:
    told, (course, _) = found[trouble], scene
    assert told["status"] == status, told
    assert re.search(says, told["said"]), told["said"]
    assert "Traceback" not in told["said"]
    assert str(course.parent) in told["said"], "it must say where"
    assert told["whole"], "a folder in autograded/ is neither the old one nor the new"
    assert told["again"] == 0, told["said again"]
    after = course.with_name("after")
    after.mkdir(exist_ok=True)
    shutil.copy(course.with_name(f"{trouble}.db"), after / "gradebook.db")
    assert school.whole_book(after) == expected
