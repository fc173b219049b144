"""A small course for the tests: made once, copied for each test that wants one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from proctor import trial
from proctor.isolation import Level

Change = Callable[[NotebookNode], None]
CONFIG = """\
import os
c = get_config()
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.Execute.timeout = 10
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
"""

DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
MEAN = "def mean(xs):\n    ### BEGIN SOLUTION\n    return np.sum(xs) / len(xs)\n    ### END SOLUTION"
POINTS = {"double-shown": 1.0, "double-hidden": 2.0, "mean-shown": 1.0, "mean-part": 4.0}
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "mean": "def mean(xs):\n    return np.sum(xs) / len(xs)",
}
WRONG = {"double": "def double(x):\n    return 0", "mean": "def mean(xs):\n    return -1.0"}


def source_notebook() -> NotebookNode:
    """One function tested by assertions, in view and hidden; one with partial credit; a written answer."""
    return new_notebook(
        cells=[
            new_code_cell("import numpy as np\nfrom numpy.testing import assert_allclose"),
            cell(DOUBLE, "double", solution=True),
            cell("assert double(2) == 4, 'double(2) is not 4'", "double-shown", points=1),
            cell(
                "assert double(0) == 0\n### BEGIN HIDDEN TESTS\nassert double(21) == 42, 'not for 21'\n"
                "assert double(-1) == -2\n### END HIDDEN TESTS",
                "double-hidden",
                points=2,
            ),
            cell(MEAN, "mean", solution=True),
            cell("assert_allclose(mean([1.0, 3.0]), 2.0)", "mean-shown", points=1),
            cell(
                "score = 0.0\nfor xs in ([1.0], [1.0, 2.0], [0.0, 0.0, 6.0], [-1.0, 1.0]):\n"
                "    score += bool(mean(xs) == sum(xs) / len(xs))\nscore",
                "mean-part",
                points=4,
            ),
            cell("Because it is the sum.", "why", solution=True, points=3, kind="markdown"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def cell(
    source: str, name: str, solution: bool = False, points: float | None = None, kind: str = "code"
) -> Any:
    mark = {
        "grade_id": name,
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "schema_version": 3,
        "task": False,
    }
    if points is not None:
        mark["points"] = points
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(source, metadata={"nbgrader": mark})


def make_course(folder: Path, config: str = CONFIG, prepare: Change = lambda notebook: None) -> Path:
    """A course with the assignment ps1, generated, and no students."""
    (folder / "source" / "ps1").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(config)
    notebook = source_notebook()
    prepare(notebook)
    nbformat.write(notebook, folder / "source" / "ps1" / "p1.ipynb")
    (folder / "source" / "ps1" / "data.csv").write_text("1,2,3\n")
    nbgrader(folder, "generate_assignment", "ps1")
    return folder


def nbgrader(folder: Path, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    tools = Path(sys.executable).parent  # nbgrader looks there for alembic
    environment["PATH"] = f"{tools}{os.pathsep}{environment['PATH']}"
    done = run("nbgrader", folder, command, environment)
    if check:
        done.check_returncode()
    return done


def proctor(folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return run("proctor.cli", folder, command, os.environ | settings)


def run(
    module: str, folder: Path, arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """As `python -m module arguments`, but see warm.py."""
    with tempfile.TemporaryDirectory() as told:
        out, err = Path(told, "out"), Path(told, "err")
        request = {"module": module, "arguments": arguments, "folder": str(folder.resolve())}
        request |= {"environment": dict(environment), "out": str(out), "err": str(err)}
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        return subprocess.CompletedProcess([module, *arguments], status, out.read_text(), err.read_text())


@cache
def _server() -> subprocess.Popen[str]:
    command = [sys.executable, Path(__file__).with_name("warm.py")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def note_isolation(course: Path, level: Level) -> None:
    """As if it had been tried out there."""
    (course / ".proctor").mkdir(exist_ok=True)
    known = json.dumps([trial.machine(), asdict(level)])
    (course / ".proctor" / "isolation.json").write_text(known)


def released(course: Path) -> NotebookNode:
    return nbformat.read(course / "release" / "ps1" / "p1.ipynb", as_version=4)


def answered(course: Path, answers: Mapping[str, str]) -> NotebookNode:
    notebook = released(course)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = answers.get(name, cell.source)
    return notebook


def hand_in(course: Path, student: str, notebook: NotebookNode | str | bytes) -> Path:
    folder = course / "submitted" / student / "ps1"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "p1.ipynb"
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    else:
        path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook))
    return folder


def scores(course: Path, student: str) -> dict[str, float | None] | None:
    """The points of each automatically graded cell; None if the gradebook has no such submission."""
    return grades(course).get(student)


def grades(course: Path) -> dict[str, dict[str, float | None]]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.name in POINTS
            }
            for submission in gradebook.find_assignment("ps1").submissions
        }


def whole_book(course: Path, url: str = "", course_id: str = "default_course") -> dict[Any, Any]:
    """All that a gradebook says of students: to compare two of them."""
    book: dict[Any, Any] = {}
    with Gradebook(url or f"sqlite:///{course / 'gradebook.db'}", course_id) as gradebook:
        book["students"] = sorted(student.id for student in gradebook.students)
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                who = assignment.name, submission.student.id
                book[who] = submission.timestamp, submission.score, submission.needs_manual_grade
                for notebook in submission.notebooks:
                    book[(*who, notebook.name)] = notebook.late_submission_penalty, notebook.score
                    for grade in notebook.grades:
                        value = grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade
                        book[(*who, notebook.name, "grade", grade.name)] = *value, grade.extra_credit
                    for comment in notebook.comments:
                        value = comment.auto_comment, comment.manual_comment
                        book[(*who, notebook.name, "comment", comment.name)] = value
    return book


def copy(course: Path, to: Path) -> Path:
    shutil.copytree(course, to, symlinks=True)
    return to
