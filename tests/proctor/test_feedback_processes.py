"""Several processes write the feedback pages of a large class: the same pages, and nothing half done."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from . import school

STUDENTS = ("ada", "bob", "cleo", "dan")
# As the command, but two processes are worth it for four students.
RUN = "import os, signal, sys\nfrom proctor import cli, pages\npages.WORTH = 2\n{}\nsys.exit(cli.main())"
KILLED = """
work = pages._work
def killed(student, key):
    if student == "bob":
        os.kill(os.getpid(), signal.SIGKILL)
    return work(student, key)
pages._work = killed
"""


@pytest.fixture(scope="module")
def graded(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = school.copy(empty_course, tmp_path_factory.mktemp("class") / "course")
    for number, student in enumerate(STUDENTS):
        answers = school.WRONG if number % 2 else school.RIGHT
        school.hand_in(course, student, school.answered(course, answers))
    (course / "source" / "ps1" / "data.csv").unlink()  # there need be nothing but notebooks
    assert school.proctor(course, "autograde", "ps1").returncode == 0
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    return school.copy(graded, tmp_path / "course")


def command(*options: str, first: str = "") -> list[str]:
    return [sys.executable, "-c", RUN.format(first), "feedback", "ps1", "--jobs", "2", *options]


def run(course: Path, *options: str, first: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*options, first=first), cwd=course, capture_output=True, text=True)


def written(course: Path) -> dict[str, bytes]:
    """And nothing beside the students' folders."""
    folder = course / "feedback"
    return {path.name: (path / "ps1" / "p1.html").read_bytes() for path in folder.iterdir()}


def test_the_same_pages_as_by_one(course: Path) -> None:
    assert school.proctor(course, "feedback", "ps1", "--jobs", "1").returncode == 0
    by_one = written(course)
    assert sorted(by_one) == [*STUDENTS]
    done = run(course, "--force")
    assert done.returncode == 0, done.stderr
    assert "pages written for 4, unchanged for 0" in done.stdout
    assert written(course) == by_one


def test_only_what_has_changed(course: Path) -> None:
    assert run(course).returncode == 0
    assert "pages written for 0, unchanged for 4" in run(course).stdout
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.find_grade("why", "p1", "ps1", "bob").manual_score = 2.0
        book.find_comment("why", "p1", "ps1", "dan").manual_comment = "Because of what?"
        book.find_submission_notebook("p1", "ps1", "cleo").late_submission_penalty = 1.0
        book.db.commit()
    assert "pages written for 3, unchanged for 1" in run(course).stdout
    assert b"Because of what?" in written(course)["dan"]


def test_one_that_cannot_be_written_stops_no_other(course: Path) -> None:
    page = course / "autograded" / "bob" / "ps1" / "p1.ipynb"
    notebook = nbformat.read(page, as_version=4)
    page.write_text("{}")
    done = run(course)
    assert done.returncode == 1
    assert "pages written for 3, unchanged for 0, not possible for 1" in done.stdout
    assert "  bob: " in done.stdout
    assert sorted(written(course)) == ["ada", "cleo", "dan"]
    nbformat.write(notebook, page)
    assert "pages written for 1, unchanged for 3" in run(course).stdout


def test_a_process_that_is_killed(course: Path) -> None:
    done = run(course, first=KILLED)
    assert done.returncode == 2
    assert "a process that writes pages was killed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "bob" not in written(course)
    assert run(course).returncode == 0
    assert sorted(written(course)) == [*STUDENTS]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stop(number: signal.Signals, course: Path) -> None:
    """After the first pages; the processes end with the command."""
    process = subprocess.Popen(
        command(), cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
    assert process.stderr is not None
    assert "1/4" in process.stderr.readline()
    if number == signal.SIGKILL:
        os.kill(process.pid, number)
    else:
        os.killpg(process.pid, number)  # as a terminal does
    _, err = process.communicate(timeout=60)  # its end: nobody holds the pipes any more
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert "Traceback" not in err
    assert run(course).returncode == 0
    assert sorted(written(course)) == [*STUDENTS]
