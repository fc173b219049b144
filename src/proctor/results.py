"""What is known of a graded assignment, as plain data: from the gradebook, autograded/ and .proctor/.

`report`, `export` and `similar` start here. With --pseudonyms, names are replaced here, so that nothing after
this point has ever seen one.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from . import state
from .course import Course
from .pseudonyms import Names

COLOR = re.compile(r"\x1b\[[0-9;]*m")
ARROW = re.compile(r"-+> *\d+ (.*)")  # in a traceback, where it stopped: "---> 12 assert w == 3"
LONGEST = 200  # characters of a message


@dataclass(frozen=True)
class Cell:
    notebook: str
    name: str
    points: float = field(compare=False)
    by_hand: bool = field(compare=False)

    def __str__(self) -> str:
        return f"{self.notebook}/{self.name}"


@dataclass
class Result:
    """One student's. A cell that still waits for a mark by hand has no points."""

    student: str
    points: dict[Cell, float] = field(default_factory=dict)
    waiting: list[Cell] = field(default_factory=list)
    messages: dict[Cell, str] = field(default_factory=dict)  # why a test failed
    penalty: float = 0.0
    late: timedelta = timedelta()
    flags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failure: str = ""  # why there is no grade, or not a whole one

    @property
    def total(self) -> float:
        return max(sum(self.points.values()) - self.penalty, 0.0)


@dataclass
class Results:
    assignment: str
    cells: list[Cell]
    results: list[Result]  # in the order of the students' names
    missing: list[str]  # students in the gradebook who have handed in nothing

    @property
    def points(self) -> float:
        return sum(cell.points for cell in self.cells)


def read(course: Course, name: str, names: Names, only: list[str] | None = None) -> Results:
    assignment = course.assignment(name)
    cells = _cells(assignment)
    results = {
        student: result for student, result in _submissions(course, assignment) if not only or student in only
    }
    for student, notebook, cell, known, score, waits in _grades(course, assignment):
        if student in results:
            place = cells[notebook, cell]
            if waits and not known:
                results[student].waiting.append(place)
            else:
                results[student].points[place] = score
    recorded = [path.stem for path in (course.state / name).glob("*.json")]  # also who has no grade
    failed = [s for s in recorded if s not in results and (not only or s in only)]
    results |= {student: Result(student) for student in failed}
    for student, result in results.items():
        _add_record(course, name, student, result)
        for (notebook, cell), message in _messages(course, name, student):
            if (notebook, cell) in cells:
                result.messages[cells[notebook, cell]] = message
    everybody = {student for (student,) in course.gradebook.db.query(Student.id)}
    missing = sorted(names(s) for s in everybody - set(results) if not only or s in only)
    for student, result in results.items():
        names.hide(student, result)
    ordered = sorted(results.values(), key=lambda result: result.student)
    return Results(name, list(cells.values()), ordered, missing)


def _cells(assignment: Assignment) -> dict[tuple[str, str], Cell]:
    """The graded cells, in the order in which they stand in the notebooks."""
    found = {}
    for notebook in assignment.notebooks:
        order = {cell.name: place for place, cell in enumerate(notebook.source_cells)}
        by_hand = {cell.name for cell in [*notebook.solution_cells, *notebook.task_cells]}
        graded = [*notebook.grade_cells, *notebook.task_cells]
        for cell in sorted(graded, key=lambda cell: order.get(cell.name, len(order))):
            points = float(cell.max_score or 0)
            found[notebook.name, cell.name] = Cell(notebook.name, cell.name, points, cell.name in by_hand)
    return found


def _submissions(course: Course, assignment: Assignment) -> Iterator[tuple[str, Result]]:
    db = course.gradebook.db
    rows = db.query(
        SubmittedAssignment.id,
        SubmittedAssignment.student_id,
        SubmittedAssignment.timestamp,
        SubmittedAssignment.extension,
    )
    penalties: dict[str, float] = {}
    fined = db.query(SubmittedNotebook.assignment_id, SubmittedNotebook.late_submission_penalty)
    for submission, penalty in fined.filter(SubmittedNotebook.late_submission_penalty.isnot(None)):
        penalties[submission] = penalties.get(submission, 0.0) + penalty
    for submission, student, handed_in, extension in rows.filter_by(assignment_id=assignment.id):
        late = timedelta()
        if handed_in and assignment.duedate:
            late = max(handed_in - assignment.duedate - (extension or timedelta()), late)
        yield student, Result(student, penalty=penalties.get(submission, 0.0), late=late)


def _grades(course: Course, assignment: Assignment) -> Iterator[tuple[str, str, str, bool, float, bool]]:
    """One query for the class: by way of nbgrader's objects, it would be several a submission."""
    rows = (
        course.gradebook.db.query(
            SubmittedAssignment.student_id,
            Notebook.name,
            BaseCell.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.score,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .filter(SubmittedAssignment.assignment_id == assignment.id)
    )
    for student, notebook, cell, auto, manual, score, waits in rows:
        yield student, notebook, cell, auto is not None or manual is not None, score or 0.0, waits


def _add_record(course: Course, name: str, student: str, result: Result) -> None:
    record = state.load(course, name, student)
    if record:
        result.flags, result.failure = [plain(flag) for flag in record.flags], plain(record.failure)
        result.notes = [plain(note) for note in record.notes + record.trouble]


def _messages(course: Course, name: str, student: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Notebook, grade_id and message of each graded cell that failed."""
    folder = course.path(course.directory.autograded_directory, student, name)
    for path in sorted(folder.glob("*.ipynb")):
        for cell in _read_cells(path):
            mark = cell["metadata"].get("nbgrader", {})
            errors = [output for output in cell.get("outputs", []) if output["output_type"] == "error"]
            if mark.get("grade") and errors:
                yield (path.stem, mark["grade_id"]), _message(errors[0])


def _read_cells(path: Path) -> list[Any]:
    try:
        cells: list[Any] = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, KeyError):
        return []
    return cells


def _message(error: dict[str, Any]) -> str:
    """The error's first line; of an `assert` that says nothing, the assertion itself."""
    name = COLOR.sub("", str(error["ename"]))
    lines = [line.strip() for line in COLOR.sub("", str(error["evalue"])).split("\n") if line.strip()]
    if not lines and name == "AssertionError":
        stopped = ARROW.findall(COLOR.sub("", "\n".join(map(str, error.get("traceback") or []))))
        lines = [line.strip() for line in stopped[-1:]]
    return plain(": ".join([name, *lines[:1]]))


def plain(text: str) -> str:
    """What cannot be printed, or would turn the text around it, is shown as an unknown character."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:LONGEST])
