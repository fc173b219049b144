"""Ctrl-C and the like: it stops at once and cleanly, nothing runs on, it says how to go on, and one can."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from . import school
from .processes import family_of, wait_for_end

ENDLESS = {
    "double": "import subprocess\ndef double(x):\n    subprocess.Popen(['sleep', '99'])\n    while True: pass"
}
SOON = 30.0  # seconds, on a busy machine; the endless cell alone would take three hundred


@pytest.fixture(scope="module")
def graded(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students who are graded, and one who will never end."""
    course = school.copy(empty_course, tmp_path_factory.mktemp("stop") / "course")
    school.hand_in(course, "ada", school.answered(course, school.RIGHT))
    school.hand_in(course, "bob", school.answered(course, school.WRONG))
    assert school.proctor(course, "autograde", "ps1").returncode == 0
    return course


def started(course: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "proctor.cli", *command],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


@pytest.mark.parametrize(
    ("command", "numbers"),
    [
        (("autograde", "ps1", "--timeout", "300"), [signal.SIGINT, signal.SIGINT]),
        (("autograde", "ps1", "--timeout", "300"), [signal.SIGTERM]),
        (("regrade", "ps1", "--timeout", "300"), [signal.SIGHUP, signal.SIGINT]),
    ],
)
def test_stop(command: tuple[str, ...], numbers: list[signal.Signals], graded: Path, tmp_path: Path) -> None:
    course = school.copy(graded, tmp_path / "course")
    school.hand_in(course, "bob", school.answered(course, ENDLESS))
    before = school.whole_book(course)
    process = started(course, *command)
    family = family_of(process, 4)  # the zygote, a guard, the notebook, its sleep
    asked = time.monotonic()
    for number in numbers:
        os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - asked < SOON
    assert process.returncode == 128 + numbers[0]
    assert "run the same command again" in err
    assert "Traceback" not in err
    wait_for_end(family)
    assert school.whole_book(course) == before
    school.hand_in(course, "bob", school.answered(course, school.RIGHT))
    assert school.proctor(course, *command).returncode == 0
    assert school.scores(course, "bob") == school.POINTS


def test_stop_feedback(graded: Path, tmp_path: Path) -> None:
    """After the first student's pages: what is written is whole, and is not written again."""
    course = school.copy(graded, tmp_path / "course")
    process = started(course, "feedback", "ps1")
    assert process.stderr is not None
    assert "1/2" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run the same command again" in err
    written = sorted(path.name for path in (course / "feedback").iterdir())
    assert written in (["ada"], ["ada", "bob"])
    again = school.proctor(course, "feedback", "ps1")
    assert f"pages written for {2 - len(written)}, unchanged for {len(written)}" in again.stdout
    assert (course / "feedback" / "bob" / "ps1" / "p1.html").exists()
