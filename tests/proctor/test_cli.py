"""The commands: what they print, what they exit with, what they refuse."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from proctor import cli

from . import school


@pytest.fixture(scope="module")
def graded(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students, graded; the tests copy it."""
    course = school.copy(empty_course, tmp_path_factory.mktemp("cli") / "course")
    school.hand_in(course, "ada", school.answered(course, school.RIGHT))
    school.hand_in(course, "bob", school.answered(course, school.WRONG))
    done = school.proctor(course, "autograde", "ps1", "--json")
    assert done.returncode == 0, done.stderr
    assert [row["student"] for row in json.loads(done.stdout)["graded"]] == ["ada", "bob"]
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In this process: the current folder is put back afterwards."""
    monkeypatch.chdir(tmp_path)
    return school.copy(graded, tmp_path / "course")


def proctor(course: Path, *command: str) -> int:
    return cli.main([*command, "--course", str(course)])


def test_nothing_is_graded_twice(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert proctor(course, "autograde", "ps1") == 0
    assert "0 of 2 submissions to grade" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: school.hand_in(c, "bob", school.answered(c, school.RIGHT)), "submission"),
        (lambda c: (c / "source" / "ps1" / "data.csv").write_text("4\n"), "course files"),
        (
            lambda c: (c / "nbgrader_config.py").write_text(school.CONFIG + "c.Execute.timeout = 9\n"),
            "settings",
        ),
        (lambda c: (c / "autograded" / "bob" / "ps1" / "p1.ipynb").unlink(), "autograded/ lacks p1"),
        (lambda c: (c / ".proctor" / "ps1" / "bob.json").write_text('{"student"'), "not graded yet"),
    ],
)
def test_what_makes_a_grade_out_of_date(
    change: object, why: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(course)  # type: ignore[operator]
    assert proctor(course, "autograde", "ps1", "--dry-run", "--json") == 0
    jobs = {row["student"]: row["why"] for row in json.loads(capsys.readouterr().out)["jobs"]}
    assert why in " ".join(jobs["bob"])


def test_status(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert proctor(course, "status", "ps1") == 0
    assert "2 graded" in capsys.readouterr().out
    school.hand_in(course, "bob", school.answered(course, school.RIGHT))
    school.hand_in(course, "cyd", school.answered(course, {}))
    assert proctor(course, "status", "ps1") == 1
    out = capsys.readouterr().out
    assert "changed: submission" in out
    assert "1 graded, 1 stale, 1 new" in out


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["autograde", "ps2"], "the gradebook has no assignment 'ps2' (it has: ps1)"),
        (["autograde", "ps1", "--student", "eve"], "no submission of 'ps1' by: eve"),
        (["status", "nothing"], "nbgrader generate_assignment nothing"),
        (["status", "ps1", "--student", "eve"], "no submission of 'ps1' by: eve"),
        (["feedback", "ps1", "--student", "eve"], "not graded: eve"),
    ],
)
def test_errors_say_what_to_do(
    command: list[str], says: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert proctor(course, *command) == 2
    assert says in capsys.readouterr().err


def test_no_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert proctor(tmp_path / "none", "status", "ps1") == 2
    assert "is no folder" in capsys.readouterr().err


def test_two_at_once(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (course / ".proctor" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert proctor(course, "autograde", "ps1") == 2
    assert "another proctor" in capsys.readouterr().err


def test_a_locked_gradebook(course: Path) -> None:
    """Another program holds it: a message, nothing half-written, and the next run goes on."""
    school.hand_in(course, "bob", school.answered(course, school.RIGHT))
    before = school.whole_book(course)
    import sqlite3

    with sqlite3.connect(course / "gradebook.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        done = school.proctor(course, "autograde", "ps1")
    assert done.returncode == 2
    assert "database is locked" in done.stderr
    assert school.whole_book(course) == before
    assert school.proctor(course, "autograde", "ps1").returncode == 0
    assert school.scores(course, "bob") == school.POINTS


def test_refuses_without_isolation(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from proctor import trial
    from proctor.isolation import Level

    (course / ".proctor" / "isolation.json").unlink()
    bare = Level("none", own_user=False, filtered=False)
    monkeypatch.setattr(trial, "choose", lambda: (bare, {"namespaces": {"mount": False}}))
    assert proctor(course, "autograde", "ps1") == 2
    assert "--unsafe" in capsys.readouterr().err


def test_check(tmp_path: Path, empty_course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import nbformat

    path = tmp_path / "p1.ipynb"
    nbformat.write(school.answered(empty_course, school.RIGHT | {"why": "So."}), path)
    assert cli.main(["check", str(path)]) == 0
    nbformat.write(school.answered(empty_course, school.WRONG), path)
    assert cli.main(["check", str(path)]) == 1
    assert "double(2) is not 4" in capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    out = capsys.readouterr().out
    for command in ("autograde", "status", "feedback", "check", "doctor"):
        assert command in out


def test_feedback(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hidden tests stay hidden, their messages are shown; unchanged pages are not written again."""
    assert proctor(course, "feedback", "ps1") == 0
    page = (course / "feedback" / "bob" / "ps1" / "p1.html").read_text()
    assert "double(2) is not 4" in page
    assert "not for 21" in page or "AssertionError" in page
    assert "assert double(-1)" not in page
    assert "double(21)" not in page
    capsys.readouterr()
    assert proctor(course, "feedback", "ps1") == 0
    assert "unchanged for 2" in capsys.readouterr().out
    assert sorted(os.listdir(course / "feedback")) == [
        "ada",
        "bob",
    ]


def test_report(course: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """ada is right, bob is wrong: every cell is got by half of them, and bob's messages are told."""
    concepts = tmp_path / "concepts.json"
    concepts.write_text('{"doubling": ["double-shown", "double-hidden"], "unknown": ["other"]}')
    assert proctor(course, "report", "ps1", "--json", "--concepts", str(concepts)) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {row["cell"]: row for row in told["items"]}
    assert rows["double-shown"]["share"] == 0.5
    seen = {"message": "AssertionError: double(2) is not 4", "students": 1}
    assert rows["double-shown"]["failures"] == [seen]
    assert told["concepts"] == {"doubling": {"class": 0.5, "students": {"ada": 1.0, "bob": 0.0}}}
    page = (course / "report" / "ps1" / "index.html").read_text()
    assert "double(2) is not 4" in page
    assert "<script" not in page


def test_regrade(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A test that was too hard is mended: bob gets its points, ada keeps hers, and both changes are told."""
    import nbformat

    path = course / "source" / "ps1" / "p1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "assert double(0) == 0"
    nbformat.write(notebook, path)
    school.nbgrader(course, "generate_assignment", "ps1", "--force")
    assert proctor(course, "regrade", "ps1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == [
        {"student": "bob", "notebook": "p1", "cell": "double-shown", "before": 0.0, "after": 1.0}
    ]
    assert proctor(course, "regrade", "ps1") == 0
    assert "0 changes." in capsys.readouterr().out


def test_what_cannot_be_read_is_in_the_gradebook_without_grades(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As nbgrader leaves it. What was graded before is not taken away, and that is said."""
    school.hand_in(course, "eve", "this is no notebook")
    school.hand_in(course, "ada", "nor is this")
    assert proctor(course, "autograde", "ps1", "--json") == 1
    failed = {row["student"]: row["failure"] for row in json.loads(capsys.readouterr().out)["failed"]}
    assert "cannot be read" in failed["eve"]
    assert "of what was handed in before" in failed["ada"]
    assert school.scores(course, "eve") == dict.fromkeys(school.POINTS)
    assert school.scores(course, "ada") == school.POINTS


def test_status_while_another_proctor_works(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (course / ".proctor" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert proctor(course, "status", "ps1") == 0
    assert "2 graded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--jobs", "-1"], "'-1' is no positive whole number"),
        (["--timeout", "0"], "'0' is no positive whole number"),
        (["--memory", "much"], "'much' is no positive whole number"),
    ],
)
def test_bad_numbers(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        proctor(tmp_path, "autograde", "ps1", *options)
    assert stopped.value.code == 2
    assert says in capsys.readouterr().err
