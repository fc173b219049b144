"""nbgrader's gradebook, opened once, with the assignment in memory.

nbgrader's steps open it dozens of times a notebook, ask it for one cell at a time, and commit after each.
Here the rows of an assignment and its cells are read once, those of a submission together, and what looks
like a commit to nbgrader only makes new rows known; `keep` or `undo` ends the transaction.
"""

import logging
import warnings
from collections.abc import Callable
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Course,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.exc import SAWarning

RELEASED = (Course, Assignment, Notebook, BaseCell, SourceCell)  # what is the same for all students


class SharedGradebook(Gradebook):  # type: ignore[misc]
    def __init__(self, url: str, course: str):
        # nbgrader's models are put together in an order that SQLAlchemy remarks on; it comes out right.
        warnings.filterwarnings("ignore", "Object of type .* not in session", SAWarning)
        # That a server has hung up is told once, by the command, and not by each part that notices.
        logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
        self._released: dict[tuple[str, ...], Any] = {}
        self._handed_in: dict[tuple[str, ...], Any] = {}  # the last one
        self._version: object = None
        super().__init__(url, course)
        self._session = self.db()
        self._session.expire_on_commit = False
        self._commit, self._session.commit = self._session.commit, self._insert

    def _insert(self) -> None:
        """Changes of rows can wait for the next query, or for `keep`: no other row depends on them."""
        if self._session.new or self._session.deleted:
            self._session.flush()

    def close(self) -> None:
        """Its users mean well; it stays open."""

    def begin(self) -> None:
        """Before a transaction: what someone else has changed meanwhile is read again."""
        version = None
        if self.engine.dialect.name == "sqlite":
            version = self._session.connection().exec_driver_sql("PRAGMA data_version").scalar()
        if version is None or version != self._version:
            self._forget()
        self._version = version

    def rest(self) -> None:
        """Before waiting: a server may hang up on those who keep a transaction open and do nothing."""
        if self.engine.dialect.name == "postgresql":
            self._session.rollback()

    def keep(self) -> None:
        self._commit()
        self._handed_in.clear()
        for row in list(self._session):
            if not isinstance(row, RELEASED):
                self._session.expunge(row)
            elif isinstance(row, (Assignment, Notebook)):
                self._session.expire(row, ["submissions"])  # it would hold the rows that have just gone

    def undo(self) -> None:
        self._session.rollback()
        self._forget()

    def _forget(self) -> None:
        self._session.expunge_all()
        self._released.clear()
        self._handed_in.clear()

    # What was released: found once.

    def find_assignment(self, name: str) -> Assignment:
        find = super().find_assignment
        return _once(self._released, (name,), lambda: find(name))

    def find_notebook(self, name: str, assignment: str) -> Notebook:
        find = super().find_notebook
        return _once(self._released, (assignment, name), lambda: find(name, assignment))

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        return self._cell(name, notebook, assignment, "source_cells")

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> BaseCell:
        return self._cell(name, notebook, assignment, "task_cells", "grade_cells")

    def _cell(self, name: str, notebook: str, assignment: str, *kinds: str) -> Any:
        def by_name() -> dict[str, Any]:
            released = self.find_notebook(notebook, assignment)
            return {cell.name: cell for kind in kinds for cell in getattr(released, kind)}

        cells = _once(self._released, (assignment, notebook, *kinds), by_name)
        if name not in cells:
            raise MissingEntry(f"No such cell: {assignment}/{notebook}/{name}")
        return cells[name]

    # What a student has handed in: found together.

    def find_student(self, student_id: str) -> Student:
        if student := self._session.get(Student, student_id):
            return student
        raise MissingEntry(f"No such student: {student_id}")

    def add_submission(self, assignment: str, student: str, **values: Any) -> SubmittedAssignment:
        added = super().add_submission(assignment, student, **values)
        return self._of(student, assignment, lambda: added)

    def find_submission(self, assignment: str, student: str) -> SubmittedAssignment:
        find = super().find_submission
        return self._of(student, assignment, lambda: find(assignment, student))

    def find_submission_notebook(self, notebook: str, assignment: str, student: str) -> SubmittedNotebook:
        released = self.find_notebook(notebook, assignment)
        for handed_in in self.find_submission(assignment, student).notebooks:
            if handed_in.notebook_id == released.id:
                return handed_in
        raise MissingEntry(f"No such submitted notebook: {assignment}/{notebook} of {student}")

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Grade:
        cell = self._cell(grade_cell, notebook, assignment, "task_cells", "grade_cells")
        return _row_of(cell, self.find_submission_notebook(notebook, assignment, student).grades)

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Comment:
        cell = self._cell(solution_cell, notebook, assignment, "task_cells", "solution_cells")
        return _row_of(cell, self.find_submission_notebook(notebook, assignment, student).comments)

    def _of(self, student: str, assignment: str, find: Callable[[], Any]) -> Any:
        """Only the last one is kept, so that memory does not grow with the class."""
        if (student, assignment) not in self._handed_in:
            self._handed_in.clear()
        return _once(self._handed_in, (student, assignment), find)


def _once(known: dict[tuple[str, ...], Any], key: tuple[str, ...], find: Callable[[], Any]) -> Any:
    if key not in known:
        known[key] = find()
    return known[key]


def _row_of(cell: BaseCell, rows: list[Any]) -> Any:
    for row in rows:
        if row.cell_id == cell.id:
            return row
    raise MissingEntry(f"No row of {cell.name!r}")
