"""What proctor remembers: a small file for each graded submission, in .proctor/ beside the gradebook.

It is written last, when gradebook and autograded/ have what it speaks of. Delete the folder, and all is
graded anew; nothing else is lost.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .course import Course, CourseError


@dataclass
class Record:
    student: str
    key: str
    parts: dict[str, str]
    isolation: str
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)  # seconds, memory, trouble, flags
    notes: list[str] = field(default_factory=list)  # what was damaged or refused
    failure: str = ""  # why there is no grade, or not a whole one

    @property
    def flags(self) -> list[str]:
        return [f"{name}: {flag}" for name, notebook in self.notebooks.items() for flag in notebook["flags"]]

    @property
    def trouble(self) -> list[str]:
        return [f"{name}: {book['trouble']}" for name, book in self.notebooks.items() if book["trouble"]]


def _path(course: Course, assignment: str, student: str) -> Path:
    return course.state / assignment / f"{student}.json"


def load(course: Course, assignment: str, student: str) -> Record | None:
    """None also for a file that was cut short."""
    try:
        return Record(**json.loads(_path(course, assignment, student).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def save(course: Course, assignment: str, record: Record) -> None:
    path = _path(course, assignment, record.student)
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(asdict(record)), encoding="utf-8")
        os.replace(new, path)
    except OSError as error:
        raise CourseError(f"cannot write {path}: {error.strerror}") from None


def begin(course: Course, assignment: str, record: Record) -> None:
    """From here, until it is saved, the submission counts as not finished."""
    save(course, assignment, replace(record, key=""))


@contextlib.contextmanager
def only_one(course: Course) -> Iterator[None]:
    """The gradebook has one writer. The lock is the operating system's: it goes with the process."""
    course.state.mkdir(exist_ok=True)
    with (course.state / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CourseError(
                f"another proctor (process {file.read().strip() or '?'}) is grading this course: "
                "wait for it, or stop it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
