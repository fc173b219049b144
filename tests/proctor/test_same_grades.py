"""proctor gives what nbgrader gives: scores, comments, flags, penalties, and the executed notebooks."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from proctor.feedback import NOTE

from . import school
from .outputs import CELLS, LATE
from .twins import Twins, assert_same_files, grade_twice, plain, shown

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
        "outputs": made(school.RIGHT, *CELLS),
        "extra-cell": extra,
        "empty": new_notebook(),
        "missing-cell": missing,
        "other-kernel": kernel,
        "own-data": made(school.RIGHT, "print(open('data.csv').read())"),
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Twins:
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
    return grade_twice(course, lambda course: school.nbgrader(course, "autograde", "ps1"), grade_ours)


def grade_ours(course: Path) -> None:
    done = school.proctor(course, "autograde", "ps1", "--jobs", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "none: it has none of the assignment's notebooks" in done.stdout
    suspected = done.stdout.partition("To look at")[2].split("\n")[1:-1]
    # This one prints what nbgrader has set, and its own input, on purpose.
    assert all(line.strip().startswith("outputs: ") for line in suspected), suspected


def set_due_date(course: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2029-12-31 10:00:00 UTC")


def test_gradebooks_are_equal(both: Twins) -> None:
    theirs, ours = (school.whole_book(course) for course in both)
    assert ours == theirs
    assert len(ours) > 60


def test_the_class_shows_what_it_should(both: Twins) -> None:
    """The equality above means something: there are penalties, partial credit, comments, flags."""
    book = school.whole_book(both[1])
    assert book["ps1", "late", "p1"][0] == 1.5
    assert book["ps1", "partial", "p1", "grade", "mean-part"][0] == 2.0
    assert book["ps1", "blank", "p1", "comment", "double"][0] == "No response."
    assert book["ps1", "right", "p1", "grade", "why"][3] is True
    assert book["ps1", "writes-to-stderr", "p1", "grade", "double-shown"][0] == 0


def test_notebooks_are_equal(both: Twins) -> None:
    theirs, ours = (course / "autograded" for course in both)
    assert_same_files(theirs, ours, written=("made.py", "__pycache__", "made.cpython-311.pyc"))
    _, late = plain(ours / "outputs" / "ps1" / "p1.ipynb")
    assert len(late) == sum(cell.count(LATE) for cell in CELLS)


def test_the_formgrader_and_plain_nbgrader_go_on(both: Twins) -> None:
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
    assert ours == theirs
    for path in (course / "course" / "autograded").rglob("*.ipynb"):
        assert plain(path) == plain(tmp_path / "nbgrader" / path.relative_to(course))


def test_feedback_says_the_same(both: Twins) -> None:
    """What a reader sees of honest work, less the hidden tests."""
    school.nbgrader(both.theirs, "generate_feedback", "ps1", "--student", "[bmp]*")
    done = school.proctor(both.ours, "feedback", "ps1")
    assert done.returncode == 0, done.stdout
    pages = sorted((both.theirs / "feedback").rglob("*.html"))
    assert [page.parts[-3] for page in pages] == ["blank", "missing-cell", "partial"]
    for page in pages:
        theirs, ours = shown(page), shown(both.ours / page.relative_to(both.theirs))
        assert (NOTE in ours) == (page.parts[-3] != "missing-cell")  # which is the hidden test's
        assert [line for line in ours if line not in theirs] == [
            *[NOTE] * ours.count(NOTE),
            *["(in the hidden test)"] * ours.count("(in the hidden test)"),
        ]
        lost = [line for line in theirs if line not in ours]
        assert all("double" in line or "HIDDEN" in line for line in lost), lost
        assert "Comment" in ours or page.parts[-3] != "blank"


def test_the_formgrader_reads_the_same(both: Twins) -> None:
    theirs, ours = (formgrader(course) for course in both)
    assert ours == theirs
    assert any(row["needs_manual_grade"] for row in ours["submissions"])


def formgrader(course: Path) -> dict[str, list[dict[str, Any]]]:
    """What its pages are made of, less what is a number in the database."""
    api = NbGraderAPI(coursedir=CourseDirectory(root=str(course)))
    told = {
        "assignment": [api.get_assignment("ps1")],
        "submissions": api.get_submissions("ps1"),
        "notebooks": api.get_notebooks("ps1"),
        "students": api.get_students(),
        "notebook": api.get_notebook_submissions("ps1", "p1"),
        "student": api.get_student_submissions("late"),
    }
    return {
        name: sorted(
            (
                {key: value for key, value in row.items() if key != "id" and "index" not in key}
                for row in rows
            ),
            key=repr,  # the formgrader's own order is that of random numbers
        )
        for name, rows in told.items()
    }


def test_grading_by_hand_is_kept(both: Twins, tmp_path: Path) -> None:
    """As the formgrader does it, through the gradebook; then both of proctor's commands again."""
    course = school.copy(both.ours, tmp_path / "course")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grade = book.find_grade("why", "p1", "ps1", "right")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.find_comment("why", "p1", "ps1", "right").manual_comment = "Well said."
        book.db.commit()
    before = school.whole_book(course)
    assert (
        "0 of 12 submissions"
        not in school.proctor(course, "autograde", "ps1", "--student", "right", "--force").stdout
    )
    after = school.whole_book(course)
    assert after.pop(("ps1", "right", "p1", "grade", "why")) == (None, 2.5, 2.5, True, None), (
        "nbgrader asks to look again"
    )
    before.pop(("ps1", "right", "p1", "grade", "why"))
    assert after[("ps1", "right")][1:] == (10.5, True)
    before.pop(("ps1", "right"))
    after.pop(("ps1", "right"))
    assert after == before
    assert school.proctor(course, "feedback", "ps1", "--student", "right").returncode == 0
    page = " ".join(shown(course / "feedback" / "right" / "ps1" / "p1.html"))
    assert "Well said." in page
    assert "(Score: 2.5 / 3.0)" in page


def test_nbgraders_other_commands(both: Twins) -> None:
    """Export and lists."""
    listed = []
    for course in both:
        school.nbgrader(course, "export", "--to", str(course / "grades.csv"))
        listed.append(school.nbgrader(course, "db", "student", "list").stdout)
    theirs, ours = (sorted((course / "grades.csv").read_text().splitlines()) for course in both)
    assert ours == theirs
    assert [sorted(text.splitlines()) for text in listed[1:]] == [sorted(listed[0].splitlines())]
