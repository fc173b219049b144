"""After a test was mended, `proctor regrade` runs only the notebook that holds it, and shows what changed."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from proctor import cli

from . import school


@pytest.fixture(scope="module")
def graded(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two notebooks, three students; ada has handed in both. Each notebook tells when it was run."""
    course = school.copy(empty_course, tmp_path_factory.mktemp("regrade") / "course")
    second = school.source_notebook()
    nbformat.write(second, course / "source" / "ps1" / "p2.ipynb")
    school.nbgrader(course, "generate_assignment", "ps1", "--force")
    for student, answers in {"ada": school.RIGHT, "bob": school.WRONG, "cyd": {}}.items():
        notebook = school.answered(course, answers)
        notebook.cells.append(new_code_cell("import time\ntime.time_ns()"))
        folder = school.hand_in(course, student, notebook)
        if student != "cyd":
            nbformat.write(notebook, folder / "p2.ipynb")
    done = school.proctor(course, "autograde", "ps1")
    assert done.returncode == 0, done.stdout
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return school.copy(graded, tmp_path / "course")


def mend(course: Path, text: str, cell: int = 2, notebook: str = "p1") -> None:
    path = course / "source" / "ps1" / f"{notebook}.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells[cell].source = text
    nbformat.write(source, path)
    school.nbgrader(course, "generate_assignment", "ps1", "--force")


def run_at(course: Path, student: str, notebook: str) -> str:
    graded = nbformat.read(course / "autograded" / student / "ps1" / f"{notebook}.ipynb", as_version=4)
    return str(graded.cells[-1].outputs[0].data["text/plain"])


def regrade(course: Path, *options: str) -> int:
    return cli.main(["regrade", "ps1", "--course", str(course), *options])


def test_only_the_notebook_with_the_mended_test_runs(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {(who, name): run_at(course, who, name) for who in ("ada", "bob") for name in ("p1", "p2")}
    old = school.whole_book(course)
    mend(course, "assert double(0) == 0")
    assert regrade(course, "--dry-run") == 0
    out = capsys.readouterr().out
    assert out.count("changed: tests of p1\n") == 3
    assert run_at(course, "ada", "p1") == before["ada", "p1"], "nothing has run"

    assert regrade(course) == 0
    out = capsys.readouterr().out
    assert "1 change:" in out
    assert [line.split() for line in out.split("\n") if "->" in line] == [
        ["bob", "p1/double-shown", "0", "->", "1"]
    ]
    after = {place: run_at(course, *place) for place in before}
    assert {place for place in before if before[place] != after[place]} == {("ada", "p1"), ("bob", "p1")}
    new = school.whole_book(course)
    assert new["ps1", "bob", "p1", "grade", "double-shown"][0] == 1
    changed = {key for key in old if key in new and old[key] != new[key]}
    assert all(key[:2] != ("ps1", "ada") and "p2" not in key for key in changed)
    assert regrade(course) == 0
    assert "0 changes." in capsys.readouterr().out


def test_points_that_changed(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = course / "source" / "ps1" / "p2.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells[2].metadata.nbgrader.points = 5
    nbformat.write(source, path)
    school.nbgrader(course, "generate_assignment", "ps1", "--force")
    assert regrade(course, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    row = {"student": "ada", "notebook": "p2", "cell": "double-shown", "before": 1.0, "after": 5.0}
    assert told["changes"] == [row]
    assert told["complete"]
    assert len(told["graded"]) == 3


def test_one_student_and_force(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--force runs all notebooks again; who was never graded is left to autograde."""
    school.hand_in(course, "new", school.answered(course, school.RIGHT))
    before = {(who, name): run_at(course, who, name) for who in ("ada", "bob") for name in ("p1", "p2")}
    assert regrade(course, "--force", "--student", "ada", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["student"] for row in told["graded"]] == ["ada"]
    assert set(told["graded"][0]["notebooks"]) == {"p1", "p2"}
    assert told["changes"] == []
    after = {place: run_at(course, *place) for place in before}
    assert {place for place in before if before[place] != after[place]} == {("ada", "p1"), ("ada", "p2")}
    assert regrade(course, "--json") == 0
    assert json.loads(capsys.readouterr().out)["graded"] == []


def test_a_submission_that_changed_meanwhile_runs_whole(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mend(course, "assert double(0) == 0")
    (course / "submitted" / "ada" / "ps1" / "more.txt").write_text("new")
    before = run_at(course, "ada", "p2")
    assert regrade(course) == 0
    assert run_at(course, "ada", "p2") != before


def test_exit_status_when_one_cannot_be_graded(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "submitted" / "bob" / "ps1" / "p1.ipynb").write_text("no notebook")
    mend(course, "assert double(0) == 0")
    assert regrade(course) == 1
    assert "p1.ipynb cannot be read" in capsys.readouterr().out
