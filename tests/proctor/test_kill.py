"""Killed at any moment and run again, the gradebook ends equal to an undisturbed run's."""

import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from . import school
from .processes import descendants, is_proctor

HERE = Path(__file__).parent
POINTS = int(os.environ.get("PROCTOR_KILL_POINTS", "3"))  # of each kind; the long suite asks for 200
COMMAND = ("autograde", "ps1", "--jobs", "2")
STUDENTS = {
    "ada": school.RIGHT,
    "bob": school.WRONG,
    "cyd": school.RIGHT | {"mean": school.WRONG["mean"]},
    "dee": {},
}


@pytest.fixture(scope="module")
def handed_in(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = school.copy(empty_course, tmp_path_factory.mktemp("kill") / "course")
    for name, answers in STUDENTS.items():
        school.hand_in(course, name, school.answered(course, answers))
    (course / "submitted" / "bob" / "ps1" / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def undisturbed(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A course that was graded in one go, and how many lines that took."""
    course = school.copy(handed_in, tmp_path_factory.mktemp("undisturbed") / "course")
    done = subprocess.run(
        [sys.executable, HERE / "kill_at_line.py", "1000000000", *COMMAND],
        cwd=course,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return course, int(re.search(r"lines: (\d+)", done.stdout)[1])


def check_same(course: Path, expected: Path) -> None:
    again = school.proctor(course, *COMMAND)
    assert again.returncode == 0, again.stdout + again.stderr
    assert school.whole_book(course) == school.whole_book(expected)
    ours, theirs = ({p.relative_to(c): p for p in (c / "autograded").rglob("*")} for c in (course, expected))
    assert ours.keys() == theirs.keys()
    for name, path in ours.items():
        if path.is_file():
            assert path.read_text() == theirs[name].read_text(), name
    third = school.proctor(course, *COMMAND)
    assert "0 of 4 submissions" in third.stdout


@pytest.mark.parametrize("seed", range(POINTS))
def test_kill_while_recording(
    seed: int, handed_in: Path, undisturbed: tuple[Path, int], tmp_path: Path
) -> None:
    expected, lines = undisturbed
    course = school.copy(handed_in, tmp_path / "course")
    random_ = random.Random(seed)
    line = random_.randrange(1, lines)
    killed = subprocess.run([sys.executable, HERE / "kill_at_line.py", str(line), *COMMAND], cwd=course)
    assert killed.returncode == -signal.SIGKILL
    check_same(course, expected)


@pytest.mark.parametrize("seed", range(POINTS))
def test_kill_a_process(seed: int, handed_in: Path, undisturbed: tuple[Path, int], tmp_path: Path) -> None:
    """One of proctor's own: the zygote, a guard, a notebook's process, or proctor itself, after some time."""
    course = school.copy(handed_in, tmp_path / "course")
    random_ = random.Random(seed)
    process = subprocess.Popen(
        [sys.executable, "-m", "proctor.cli", *COMMAND],
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    family: list[int] = []
    delay = random_.uniform(0.2, 6.0)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        family = [process.pid, *descendants(process.pid)]
        os.kill(random_.choice(family), signal.SIGKILL)
    process.wait(100)
    check_same(course, undisturbed[0])
    assert not [pid for pid in family if is_proctor(pid)], "something of it runs on"
