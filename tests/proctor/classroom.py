"""A class with given points, written straight into a gradebook: its numbers can be worked out by hand."""

import atexit
import functools
import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

CONFIG = """\
import os
c = get_config()
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
"""
DUE = datetime(2026, 3, 1, 12)
Points = Mapping[
    str, Mapping[str, float | None]
]  # by student, then notebook/cell; None: to be marked by hand


@functools.cache
def empty_gradebook() -> Path:
    """Made once: it takes nbgrader seconds."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    Gradebook(f"sqlite:///{folder / 'gradebook.db'}").close()
    return folder / "gradebook.db"


def make(folder: Path, cells: Mapping[str, float], class_: Points, by_hand: tuple[str, ...] = ()) -> Path:
    """A course with the assignment ps1, in whose notebooks these cells give so many points."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    shutil.copy(empty_gradebook(), folder)
    warnings.filterwarnings("ignore", "Object of type .* not in session", SAWarning)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        book.add_assignment("ps1", duedate=DUE)
        for place, points in cells.items():
            notebook, name = place.split("/")
            book.update_or_create_notebook(notebook, "ps1")
            kind = {"cell_type": "markdown" if place in by_hand else "code"}
            book.add_grade_cell(name, notebook, "ps1", max_score=points, **kind)
            book.add_source_cell(name, notebook, "ps1", locked=place not in by_hand, **kind)
            if place in by_hand:
                book.add_solution_cell(name, notebook, "ps1")
        for student, points in class_.items():
            book.add_student(student)
            hand_in(book, student, points)
    return folder


def hand_in(book: Gradebook, student: str, points: Mapping[str, float | None]) -> None:
    book.add_submission("ps1", student)
    for place, score in points.items():
        notebook, name = place.split("/")
        grade = book.find_grade(name, notebook, "ps1", student)
        grade.auto_score, grade.needs_manual_grade = score, score is None
    book.db.commit()


def change(folder: Path, student: str, **values: Any) -> None:
    """Of the submission: timestamp, extension. Of its grades: (notebook/cell)=dict(manual_score=…)."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        submission = book.find_submission("ps1", student)
        for name, value in values.items():
            setattr(submission, name, value)
        book.db.commit()


def fail(folder: Path, student: str, notebook: str, messages: Mapping[str, tuple[str, str]]) -> None:
    """An executed notebook in which these cells have failed, each with the error's name and message."""
    cells = []
    for name, (error, message) in messages.items():
        mark = {"grade_id": name, "grade": True, "solution": False, "locked": True, "schema_version": 3}
        output = new_output("error", ename=error, evalue=message, traceback=[f"---> 3 assert {name} == 1"])
        cells.append(new_code_cell("pass", metadata={"nbgrader": mark}, outputs=[output]))
    path = folder / "autograded" / student / "ps1" / f"{notebook}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(new_notebook(cells=cells)))


def record(folder: Path, student: str, **values: Any) -> None:
    """What proctor remembers of a submission: flags, notes, failure."""
    flags = values.pop("flags", [])
    notebooks = {"p1": {"trouble": values.pop("trouble", ""), "flags": flags}}
    path = folder / ".proctor" / "ps1" / f"{student}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {"student": student, "key": "", "parts": {}, "isolation": "", "notebooks": notebooks}
    path.write_text(json.dumps(known | values))
