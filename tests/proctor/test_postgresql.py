"""The gradebook in PostgreSQL, on a real server."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from proctor import cli, state
from proctor.course import Course

from . import school
from .postgresql import Server
from .processes import descendants, until

STUDENTS = {
    "ada": school.RIGHT | {"why": "Because."},
    "bob": school.WRONG,
    "cyd": school.RIGHT | {"mean": school.WRONG["mean"]},
    "dee": {},
}
COURSE = "demo"  # nbgrader's own default, no name, breaks a rule of its tables that only PostgreSQL enforces


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()


def config(url: str) -> str:
    return f"{school.CONFIG}c.CourseDirectory.course_id = {COURSE!r}\nc.CourseDirectory.db_url = {url!r}\n"


@pytest.fixture(scope="module")
def handed_in(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its gradebook, the database `generated`, has the assignment and no students."""
    folder = tmp_path_factory.mktemp("postgresql") / "course"
    course = school.make_course(folder, config(server.database("generated")))
    for name, answers in STUDENTS.items():
        school.hand_in(course, name, school.answered(course, answers))
    (course / "submitted" / "bob" / "ps1" / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def expected(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Any]:
    """What plain nbgrader writes into SQLite."""
    course = school.copy(handed_in, tmp_path_factory.mktemp("sqlite") / "course")
    url = f"sqlite:///{course}/gradebook.db"
    (course / "nbgrader_config.py").write_text(config(url))
    school.nbgrader(course, "generate_assignment", "ps1", "--force")
    school.nbgrader(course, "autograde", "ps1")
    return school.whole_book(course, url, COURSE)


class Class:
    """A course with a database of its own."""

    def __init__(self, folder: Path, server: Server, name: str):
        self.folder, self.server, self.name = folder, server, name
        self.url = server.database(name, template="generated")
        (folder / "nbgrader_config.py").write_text(config(self.url))

    def book(self) -> dict[Any, Any]:
        return school.whole_book(self.folder, self.url, COURSE)

    def proctor(self, *command: str) -> int:
        return cli.main([*command, "--course", str(self.folder)])

    def stuck(self) -> subprocess.Popen[str]:
        """One student is graded; then a proctor that hangs in the middle of recording the next."""
        assert self.proctor("autograde", "ps1", "--student", "ada") == 0
        self.other = self.server.connect(self.name)
        self.other.execute("BEGIN")
        self.other.execute("LOCK TABLE grade IN EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "-m", "proctor.cli", "autograde", "ps1"],
            cwd=self.folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        until(lambda: self.other.execute(waiting).fetchall() != [(0,)], "proctor to wait for the table")
        return process


@pytest.fixture
def course(
    handed_in: Path, server: Server, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: Any
) -> Class:
    monkeypatch.chdir(tmp_path)
    return Class(school.copy(handed_in, tmp_path / "course"), server, request.node.name)


def test_nbgrader_itself(course: Class, expected: dict[Any, Any]) -> None:
    school.nbgrader(course.folder, "autograde", "ps1")
    assert course.book() == expected


def test_all_commands(course: Class, expected: dict[Any, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Grades, status, feedback and regrade, as in SQLite."""
    assert course.proctor("autograde", "ps1") == 0
    assert course.book() == expected
    assert course.proctor("status", "ps1") == 0
    assert "4 graded" in capsys.readouterr().out
    assert course.proctor("feedback", "ps1") == 0
    assert len(list((course.folder / "feedback").rglob("p1.html"))) == 4
    path = course.folder / "source" / "ps1" / "p1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "assert double(0) == 0"
    nbformat.write(notebook, path)
    school.nbgrader(course.folder, "generate_assignment", "ps1", "--force")
    capsys.readouterr()
    assert course.proctor("regrade", "ps1") == 0
    out = capsys.readouterr().out
    assert "1 change:" in out
    assert "0 -> 1" in out


def test_killed(course: Class, expected: dict[Any, Any]) -> None:
    """In the middle of recording; then run again."""
    process = course.stuck()
    process.kill()
    process.communicate()
    course.other.close()
    assert course.proctor("autograde", "ps1") == 0
    assert course.book() == expected


def test_the_server_crashes(course: Class, expected: dict[Any, Any]) -> None:
    process = course.stuck()
    course.server.crash()
    _, err = process.communicate(timeout=300)
    course.server.start()
    assert process.returncode == 2, err
    assert "cannot be used" in err
    assert "Traceback" not in err
    assert course.proctor("autograde", "ps1") == 0
    assert course.book() == expected


def test_two_at_once(course: Class, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From two machines, as it were: two folders, one database."""
    elsewhere = school.copy(course.folder, tmp_path / "elsewhere")
    with state.only_writer(Course(elsewhere)):
        assert course.proctor("autograde", "ps1") == 2
        assert "another proctor is writing to this course's gradebook" in capsys.readouterr().err
    assert course.proctor("autograde", "ps1", "--student", "dee") == 0


def test_no_transaction_is_left_open(course: Class) -> None:
    """While notebooks run, which may take long: some servers hang up on those who wait in a transaction."""
    endless = school.answered(course.folder, {"double": "while True:\n    pass"})
    school.hand_in(course.folder, "ada", endless)
    process = subprocess.Popen(
        [sys.executable, "-m", "proctor.cli", "autograde", "ps1", "--student", "ada", "--timeout", "1000"],
        cwd=course.folder,
        stderr=subprocess.DEVNULL,
    )
    idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state = 'idle in transaction'"
    try:
        until(lambda: len(list(descendants(process.pid))) > 2, "the endless cell")
        with course.server.connect(course.name) as connection:
            until(lambda: connection.execute(idle, [course.name]).fetchall() == [(0,)], "its end", seconds=10)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_no_server(course: Class, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says which socket was tried; it never tells the password."""
    url = course.url.replace("grader@", "grader:sesame@").replace(str(course.server.folder), "/nowhere")
    (course.folder / "nbgrader_config.py").write_text(config(url))
    assert course.proctor("autograde", "ps1") == 2
    err = capsys.readouterr().err
    assert "cannot be used" in err
    assert "/nowhere" in err
    assert "sesame" not in err
