"""--pseudonyms: no name in what is shown; the same pseudonym every time; a table for the instructor alone."""

import csv
import stat
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from proctor import cli
from proctor.pseudonyms import pseudonym

from . import classroom


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    class_: classroom.Points = {"Lovelace": {"p1/a": 1.0}, "Turing": {"p1/a": 0.0}}
    folder = classroom.make(tmp_path / "course", {"p1/a": 1.0}, class_)
    message = ("OSError", "no file submitted/Turing/ps1/x.csv")
    classroom.fail(folder, "Turing", "p1", {"a": message})
    classroom.record(
        folder, "Turing", flags=["turing's cell"], notes=["Turing.py: a link"], failure="Turing!"
    )
    (folder / "release" / "ps1").mkdir(parents=True)
    nbformat.write(new_notebook(), folder / "release" / "ps1" / "p1.ipynb")
    for student in class_:
        (folder / "submitted" / student / "ps1").mkdir(parents=True)
        nbformat.write(new_notebook(), folder / "submitted" / student / "ps1" / "p1.ipynb")
    return folder


def test_nothing_shown_has_a_name(course: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for command in ("report", "similar", "export"):
        more = ["--students"] if command == "report" else []
        assert cli.main([command, "ps1", "--course", str(course), "--pseudonyms", *more]) == 0
    out, err = capfd.readouterr()
    shown = [path for path in (course / "report").rglob("*") if path.is_file()]
    assert len(shown) == 9
    for text in [out, err, *(path.read_text() for path in shown), *map(str, shown)]:
        assert "lovelace" not in text.lower()
        assert "turing" not in text.lower()
    with (course / ".proctor" / "pseudonyms.csv").open(newline="") as file:
        who = {row["student"]: row["pseudonym"] for row in csv.DictReader(file)}
    assert set(who) == {"Lovelace", "Turing"}
    assert all(name in out for name in who.values())


def test_stable_and_private(course: Path) -> None:
    seen = set()
    for _ in range(2):
        assert cli.main(["report", "ps1", "--course", str(course), "--pseudonyms"]) == 0
        seen.add((course / ".proctor" / "pseudonyms.csv").read_text())
    assert len(seen) == 1
    for name in ("pseudonyms.key", "pseudonyms.csv"):
        assert stat.S_IMODE((course / ".proctor" / name).stat().st_mode) == 0o600
    key = bytes.fromhex((course / ".proctor" / "pseudonyms.key").read_text())
    assert pseudonym(key, "Turing") in seen.pop()
    assert pseudonym(bytes(32), "Turing") != pseudonym(key, "Turing")
    students = [pseudonym(key, f"s{n}") for n in range(5000)]
    assert len(set(students)) == len(students)


def test_the_order_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows stand in the order of the pseudonyms, not of the names."""
    monkeypatch.chdir(tmp_path)
    class_: classroom.Points = {f"s{n:02}": {"p1/a": float(n)} for n in range(20)}
    course = classroom.make(tmp_path / "course", {"p1/a": 20.0}, class_)
    assert cli.main(["report", "ps1", "--course", str(course), "--pseudonyms"]) == 0
    with (course / "report" / "ps1-pseudonyms" / "students.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [row["student"] for row in rows]
    assert shown == sorted(shown)
    assert [float(row["points"]) for row in rows] != sorted(float(row["points"]) for row in rows)
