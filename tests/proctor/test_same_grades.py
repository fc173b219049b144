"""proctor gives what nbgrader gives: scores, comments, flags, penalties, and the executed notebooks."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from . import school

PENALTY = """
from nbgrader.plugins import BasePlugin
class Penalty(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.5
"""
CONFIG = (
    school.CONFIG
    + "import sys; sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))\n"
    + 'c.AssignLatePenalties.plugin_class = "penalty.Penalty"\n'
    + 'c.Autograde.exclude_overwriting = {"ps1": ["data.csv"]}\n'
    + "c.LimitOutput.max_lines = 20\n"
    + "c.BaseConverter.permissions = 644\n"
)
OUTPUTS = """\
import os, sys, warnings
print(os.getcwd(), len(sys.argv), __name__)
print("to stderr", file=sys.stderr); print("and back")
from IPython.display import HTML, clear_output, display, update_display
display(HTML("<b>bold</b>"), metadata={"a": 1}); handle = display("first", display_id="here")
update_display("second", display_id="here")
warnings.warn("careful")
np.arange(3.0) / 7"""
MORE = [
    "code = os.system('echo from the shell')",
    "for i in range(50): print(i)",
    "print('gone'); clear_output(); print('stays')",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "asyncio.get_running_loop().is_running()",
    "def f(n):\n    return 1 / n if n == 0 else f(n - 1)\nf(5)",
    "for i in range(3) print(i)",
    "%time pass\n!echo shell\n_",
    "%%capture out\nprint('captured')",
    "out.stdout, In[1], Out.keys()",
    "raise SystemExit",
    "input('name?')",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('k') from error",
    "class A:\n    def _repr_html_(self): return '<i>a</i>'\n    def __repr__(self): return 'A'\nA()",
    "import json; json.dumps({'a': float('nan')}), 'ö\\u2028'",
    "print(open('data.csv').read())",
    "float('nan')",
    "",
    "# only a comment",
]


def students(course: Path) -> dict[str, NotebookNode]:
    def made(answers: dict[str, str], *more: str) -> NotebookNode:
        notebook = school.answered(course, answers)
        notebook.cells += [new_code_cell(source) for source in more]
        return notebook

    extra = made(school.RIGHT)
    extra.cells.insert(1, new_code_cell("x = 1"))
    missing = made(school.RIGHT)
    del missing.cells[3]
    kernel = made(school.RIGHT)
    kernel.metadata.kernelspec = {"name": "mine", "display_name": "Mine", "language": "python"}
    return {
        "blank": made({}),
        "right": made(school.RIGHT | {"why": "Because."}),
        "wrong": made(school.WRONG),
        "late": made(school.RIGHT),
        "partial": made(school.RIGHT | {"mean": "def mean(xs):\n    return sum(xs)"}),
        "writes-to-stderr": made(
            {"double": "import sys\ndef double(x):\n    print(1, file=sys.stderr)\n    return 2 * x"}
        ),
        "outputs": made(school.RIGHT, OUTPUTS, *MORE),
        "extra-cell": extra,
        "missing-cell": missing,
        "other-kernel": kernel,
        "own-data": made(school.RIGHT, "print(open('data.csv').read())"),
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same course, at the same path in two places, graded by each."""
    folder = tmp_path_factory.mktemp("same")
    course = folder / "course"
    course.mkdir()
    (course / "penalty.py").write_text(PENALTY)
    school.make_course(course, CONFIG)
    for name, notebook in students(course).items():
        school.hand_in(course, name, notebook)
    (course / "submitted" / "late" / "ps1" / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
    (course / "submitted" / "own-data" / "ps1" / "data.csv").write_text("mine\n")
    (course / "submitted" / "right" / "ps1" / "unknown.ipynb").write_text("{}")
    (course / "submitted" / "none" / "ps1").mkdir(parents=True)
    set_due_date(course)
    pristine = school.copy(course, folder / "pristine")
    school.nbgrader(course, "autograde", "ps1")
    course.rename(folder / "nbgrader")
    pristine.rename(course)  # the path is printed by a cell: it must be the same
    done = school.proctor(course, "autograde", "ps1", "--jobs", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "none: it has none of the assignment's notebooks" in done.stdout
    return folder / "nbgrader", course


def set_due_date(course: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2029-12-31 10:00:00 UTC")


def test_gradebooks_are_equal(both: tuple[Path, Path]) -> None:
    theirs, ours = (school.whole_book(course) for course in both)
    assert ours == theirs
    assert len(ours) > 60


def test_the_class_shows_what_it_should(both: tuple[Path, Path]) -> None:
    """The equality above means something: there are penalties, partial credit, comments, flags."""
    book = school.whole_book(both[1])
    assert book["ps1", "late", "p1"][0] == 1.5
    assert book["ps1", "partial", "p1", "grade", "mean-part"][0] == 2.0
    assert book["ps1", "blank", "p1", "comment", "double"][0] == "No response."
    assert book["ps1", "right", "p1", "grade", "why"][3] is True
    assert book["ps1", "writes-to-stderr", "p1", "grade", "double-shown"][0] == 0


def test_notebooks_are_equal(both: tuple[Path, Path]) -> None:
    theirs, ours = (course / "autograded" for course in both)
    files = sorted(path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(ours) for path in ours.rglob("*") if path.is_file())
    for name in files:
        if name.suffix == ".ipynb":
            assert plain(ours / name) == plain(theirs / name), name
        else:
            assert (ours / name).read_bytes() == (theirs / name).read_bytes()
        assert (ours / name).stat().st_mode == (theirs / name).stat().st_mode


def plain(path: Path) -> Any:
    """Without times and process numbers, and with each stream in one piece, wherever the clock has cut it."""
    text = re.sub(r"ipykernel_\d+", "ipykernel", path.read_text())
    text = re.sub(r"((CPU times|Wall time): [^\"]*?)\\n", "time\\\\n", text)
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        outputs: list[Any] = []
        for output in cell.get("outputs", []):
            last = outputs[-1] if outputs else {}
            if output["output_type"] == "stream" and output["name"] == last.get("name"):
                last["text"] += output["text"]
            else:
                outputs.append(output)
        if "outputs" in cell:
            cell["outputs"] = outputs
    nbformat.validate(notebook)
    return notebook


def test_the_formgrader_and_plain_nbgrader_go_on(both: tuple[Path, Path]) -> None:
    """nbgrader finds the work done, and makes feedback of it."""
    done = school.nbgrader(both[1], "autograde", "ps1")
    assert "Skipping existing assignment" in done.stderr
    school.nbgrader(both[1], "generate_feedback", "ps1", "--student", "right")
    assert (both[1] / "feedback" / "right" / "ps1" / "p1.html").exists()


@pytest.mark.course
def test_the_demo_course(tmp_path: Path) -> None:
    """The twelve students of the book's course."""
    demo = Path(__file__).resolve().parents[1] / "course" / "demo.py"
    course = tmp_path / "course"
    subprocess.run([sys.executable, demo, course, "--no-grade"], check=True, capture_output=True)
    school.nbgrader(course, "generate_assignment", "perceptron")
    pristine = school.copy(course, tmp_path / "pristine")
    school.nbgrader(course, "autograde", "perceptron", "--Execute.timeout=10", check=False)
    course.rename(tmp_path / "nbgrader")
    pristine.rename(course)
    done = school.proctor(course, "autograde", "perceptron", "--timeout", "10")
    assert done.returncode == 1, done.stderr  # one is no notebook
    theirs, ours = (school.whole_book(folder) for folder in (tmp_path / "nbgrader", course))
    without = {key: value for key, value in theirs.items() if key[1] != "student-12-not-a-notebook"}
    assert ours == without
    for path in (course / "course" / "autograded").rglob("*.ipynb"):
        assert plain(path) == plain(tmp_path / "nbgrader" / path.relative_to(course))
