"""`proctor export`: what Canvas and Moodle import. Their rules are those of their importers' sources: Canvas
wants Student, ID, …, Section before the assignments, and knows these by "name (number)"; Moodle stops at a
student that it does not know."""

import csv
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from proctor import cli, export

from . import classroom

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,ps0 (16),ps1 (17),Final Score
    Points Possible,,,,,5,8,(read only)
"Lovelace, Ada",101,S1,ada,A,3,,
"Bohr, Niels",102,S2,bob@example.org,B,,,
"=cmd, Cyd",103,S3,cyd,A,,,
"Test, Student",999,,,A,,,
"""
MOODLE = """\
First name,Last name,ID number,Username,Email address,Assignment: ps1 (Real)
Ada,Lovelace,S1,ada,ada@example.org,-
Niels,Bohr,,bob@example.org,bob@example.org,-
=cmd,Cyd,S3,cyd,cyd@example.org,-
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """ada is done, bob waits for a mark, cyd was late, dan is in no roster, eve has handed in nothing."""
    monkeypatch.chdir(tmp_path)
    class_: classroom.Points = {
        "ada": {"p1/a": 0.1, "p1/why": 0.2},
        "bob@example.org": {"p1/a": 3.0, "p1/why": None},
        "cyd": {"p1/a": 3.0, "p1/why": 5.0},
        "dan": {"p1/a": 0.0, "p1/why": 5.0},
    }
    folder = classroom.make(tmp_path / "course", {"p1/a": 3.0, "p1/why": 5.0}, class_, by_hand=("p1/why",))
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        book.add_student("eve")
        book.find_submission_notebook("p1", "ps1", "cyd").late_submission_penalty = 1.5
        book.find_submission_notebook("p1", "ps1", "dan").late_submission_penalty = 9.0
        book.db.commit()
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8-sig")
    (tmp_path / "moodle.csv").write_text(MOODLE)
    return folder


def run(course: Path, *options: str) -> tuple[int, list[list[str]]]:
    out = course.parent / "out.csv"
    status = cli.main(["export", "ps1", "--course", str(course), "--output", str(out), *options])
    with out.open(encoding="utf-8", newline="") as file:
        return status, list(csv.reader(file))


def test_canvas(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, rows = run(course, "--layout", "canvas", "--roster", str(course.parent / "canvas.csv"))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1 (17)"],
        ["    Points Possible", "", "", "", "", "8"],
        ["Lovelace, Ada", "101", "S1", "ada", "A", "0.3"],
        ["Bohr, Niels", "102", "S2", "bob@example.org", "B", ""],
        ["'=cmd, Cyd", "103", "S3", "cyd", "A", "6.5"],
    ]
    assert status == 1
    said = capsys.readouterr().err
    assert "dan is not in the roster, and is left out" in said
    assert "1 of 4 stay blank" in said
    assert "have handed in nothing, and have no row: eve" in said
    assert "Canvas has" not in said


def test_canvas_is_told_of_what_it_will_change(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own points are overwritten by the file's, and a name that it does not know is a new assignment."""
    roster = course.parent / "canvas.csv"
    roster.write_text(CANVAS.replace(",5,8,", ",5,10.0,"))
    run(course, "--layout", "canvas", "--roster", str(roster))
    assert "Canvas has 10 points for ps1 (17), this file 8" in capsys.readouterr().err
    _, rows = run(course, "--layout", "canvas", "--roster", str(roster), "--column", "Week 3 (44)")
    assert rows[0][-1] == "Week 3 (44)"
    assert "has no column 'Week 3 (44)': Canvas will make a new assignment" in capsys.readouterr().err


def test_moodle(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """bob has no ID number: the column goes, or Moodle would give his row to the student above."""
    status, rows = run(course, "--layout", "moodle", "--roster", str(course.parent / "moodle.csv"))
    assert rows == [
        ["First name", "Last name", "Username", "Email address", "Assignment: ps1 (Real)"],
        ["Ada", "Lovelace", "ada", "ada@example.org", "0.3"],
        ["Niels", "Bohr", "bob@example.org", "bob@example.org", ""],
        ["'=cmd", "Cyd", "cyd", "cyd@example.org", "6.5"],
    ]
    assert status == 1
    assert "dan is not in the roster" in capsys.readouterr().err


def test_moodle_must_find_everybody(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = course.parent / "moodle.csv"
    roster.write_text("First name,ID number,Username,Email address\nAda,,ada,\nCyd,cyd,,\n")
    assert (
        cli.main(["export", "ps1", "--course", str(course), "--layout", "moodle", "--roster", str(roster)])
        == 2
    )
    assert "the roster has none for all" in capsys.readouterr().err


def test_without_a_roster(course: Path) -> None:
    """What the gradebook knows of the students. Penalties never make points negative."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.update_or_create_student("ada", first_name="Ada", last_name="Lovelace", lms_user_id="101")
    status, rows = run(course, "--layout", "canvas")
    assert status == 0
    assert rows[2] == ["Lovelace, Ada", "101", "", "ada", "", "0.3"]
    assert rows[5] == ["dan", "", "", "dan", "", "0"]
    status, rows = run(course, "--layout", "moodle")
    assert (status, rows[0]) == (0, ["Username", "Assignment: ps1 (Real)"])


def test_plain(course: Path) -> None:
    classroom.record(course, "dan", failure="one of two notebooks cannot be read")
    status, rows = run(course)
    assert status == 0
    assert [row[:5] for row in rows] == [
        ["student", "score", "max_score", "late_penalty", "needs_manual_grade"],
        ["ada", "0.3", "8", "0", "False"],
        ["bob@example.org", "", "8", "0", "True"],
        ["cyd", "6.5", "8", "1.5", "False"],
        ["dan", "", "8", "9", "False"],
    ]
    assert rows[4][5] == "one of two notebooks cannot be read"


def test_an_ambiguous_name_is_nobodys(tmp_path: Path) -> None:
    """Two rows with the same name: it is not guessed who is meant."""
    (tmp_path / "r.csv").write_text("Student;ID\nada;1\nada;2\nbob;3\n", encoding="utf-8-sig")
    roster = export.read_roster(tmp_path / "r.csv")
    assert export.find(roster, ["ada", "bob", "1", ""]) == {"bob": roster[2], "1": roster[0]}


@pytest.mark.parametrize(("text", "says"), [("a,b\n1,2\n", "has none of the columns"), ("", "has none of")])
def test_unusable_rosters(text: str, says: str, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = course.parent / "r.csv"
    path.write_text(text)
    command = ["export", "ps1", "--course", str(course), "--layout", "canvas", "--roster"]
    assert cli.main([*command, str(path)]) == 2
    assert says in capsys.readouterr().err
    assert cli.main([*command, str(path.with_name("none.csv"))]) == 2


def test_no_pseudonyms_for_others(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", "ps1", "--course", str(course), "--layout", "canvas", "--pseudonyms"]
    assert cli.main(command) == 2
    assert "neither Canvas nor Moodle knows a pseudonym" in capsys.readouterr().err
