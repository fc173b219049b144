"""`proctor check`: a student's own check finds what `nbgrader validate` finds, and says it in plain words."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from proctor import cli

from . import school

VERDICT = re.compile(r"(Success)|(TYPES) OF (\d+)|(CONTENTS) OF (\d+)|(FAILED) ON (\d+)")
KINDS = {"TYPES": "type_changed", "CONTENTS": "changed", "FAILED": "failed"}


@pytest.fixture(scope="module")
def folder(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notebooks by what is the matter with them."""
    folder = tmp_path_factory.mktemp("check") / "my notebooks"
    folder.mkdir()
    release = empty_course / "release" / "ps1"
    (folder / "data.csv").write_text((release / "data.csv").read_text())

    def made(name: str, answers: dict[str, str]) -> NotebookNode:
        notebook = school.answered(empty_course, {"why": "Because."} | answers)
        nbformat.write(notebook, folder / f"{name}.ipynb")
        return notebook

    made("1 right", school.RIGHT)
    made("2 wrong", school.WRONG)
    made("3 partial", school.RIGHT | {"mean": "def mean(xs):\n    return sum(xs)"})
    made("4 changed", school.RIGHT | {"double-shown": "assert True"})
    made(
        "5 noisy",
        school.RIGHT | {"double": "import sys\ndef double(x):\n    sys.stderr.write('?'); return 2 * x"},
    )
    made("7 unanswered", school.RIGHT | {"why": "YOUR ANSWER HERE"})
    notebook = made("6 retyped", school.RIGHT)
    notebook.cells[2].cell_type = "markdown"
    del notebook.cells[2]["outputs"], notebook.cells[2]["execution_count"]
    nbformat.write(notebook, folder / "6 retyped.ipynb")
    return folder


def check(folder: Path, *names: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict]]:
    status = cli.main(["check", "--json", *(str(folder / f"{name}.ipynb") for name in names)])
    return status, {Path(name).stem: found for name, found in json.loads(capsys.readouterr().out).items()}


def test_same_findings_as_nbgrader(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = sorted(path.stem for path in folder.glob("*.ipynb"))
    said = school.nbgrader(folder, "validate", *(f"{name}.ipynb" for name in names)).stdout
    theirs = []
    for match in VERDICT.finditer(said):
        kind, *number = [part for part in match.groups() if part]
        theirs.append({KINDS[kind]: int(number[0])} if number else {})
    status, found = check(folder, *names, capsys=capsys)
    assert [{kind: len(cells) for kind, cells in found[name].items()} for name in names] == theirs
    assert status == 1
    sources = {cell["source"] for cells in found.values() for rows in cells.values() for cell in rows}
    assert all(source.split("\n")[0][:70] in said for source in sources)
    assert theirs == [
        {},
        {"failed": 3},
        {"failed": 2},
        {"changed": 1},
        {"failed": 2},
        {"type_changed": 1},
        {"failed": 1},
    ]


def test_what_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(folder / "1 right.ipynb")]) == 0
    assert capsys.readouterr().out == f"{folder}/1 right.ipynb: all visible tests pass.\n"
    assert cli.main(["check", str(folder / "2 wrong.ipynb"), str(folder / "6 retyped.ipynb")]) == 1
    out = capsys.readouterr().out
    assert "double-shown fails\n    double(2) is not 4\n" in out
    assert "Traceback" not in out
    assert "\x1b" not in out
    assert "this markdown cell was a code cell; change it back:" in out
    assert cli.main(["check", str(folder / "7 unanswered.ipynb")]) == 1
    assert capsys.readouterr().out == f"{folder}/7 unanswered.ipynb:\nnot answered yet: why\n"


def test_what_cannot_be_checked_is_named_and_the_rest_is_checked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), other / "no tests.ipynb")
    (other / "damaged.ipynb").write_text('{"cells": [')
    old = nbformat.read(folder / "1 right.ipynb", as_version=4)
    old.cells[2].metadata.nbgrader.schema_version = 1
    nbformat.write(old, other / "old.ipynb")
    status, found = check(other, "no tests", "damaged", "old", "none", capsys=capsys)
    assert status == 2
    assert "has no tests" in found["no tests"]["unchecked"]
    assert "cannot be checked" in found["damaged"]["unchecked"]
    assert "nbgrader update" in found["old"]["unchecked"]
    assert "is no file" in found["none"]["unchecked"]
    assert cli.main(["check", str(other / "damaged.ipynb"), str(folder / "1 right.ipynb")]) == 2
    assert "all visible tests pass" in capsys.readouterr().out


def test_a_slow_cell_is_stopped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = nbformat.read(folder / "1 right.ipynb", as_version=4)
    notebook.cells[1].source = "def double(x):\n    while True: pass"
    nbformat.write(notebook, folder / "slow.ipynb")
    assert cli.main(["check", "--timeout", "1", str(folder / "slow.ipynb")]) == 1
    assert "CellTimeoutError" in capsys.readouterr().out


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["check", "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert "proctor check ps1.ipynb" in out
    assert "Exit status: 0" in out
