"""--pseudonyms: a name that says nothing stands for each student, the same in every command and every run.

It is made with a key that only this course has, so that nobody can try out names to see which fits. Key and
table lie in .proctor/, for the instructor alone: `.proctor/pseudonyms.csv` says who is who.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.api import Student

from . import spreadsheet
from .course import Course

if TYPE_CHECKING:
    from .results import Result

KEY = "pseudonyms.key"
TABLE = "pseudonyms.csv"
SHORTEST = 3  # characters; a shorter name also stands in other words


class Names:
    """What to call a student: by the name of the folder, or by a pseudonym."""

    def __init__(self, course: Course, hidden: bool):
        self.key = _key(course) if hidden else b""
        if hidden:
            self._keep_table(course)

    def __call__(self, student: str) -> str:
        return pseudonym(self.key, student) if self.key else student

    def hide(self, student: str, result: "Result") -> None:
        """Put the pseudonym in a result, and in what the grading said of it."""
        result.student = self(student)
        if self.key:
            result.failure = self.without(student, result.failure)
            result.flags = [self.without(student, text) for text in result.flags]
            result.notes = [self.without(student, text) for text in result.notes]
            result.messages = {cell: self.without(student, text) for cell, text in result.messages.items()}

    def without(self, student: str, text: str) -> str:
        if not self.key or len(student) < SHORTEST:
            return text
        return re.sub(rf"(?<!\w){re.escape(student)}(?!\w)", self(student), text, flags=re.IGNORECASE)

    def _keep_table(self, course: Course) -> None:
        students = sorted(student for (student,) in course.gradebook.db.query(Student.id))
        with os.fdopen(_private(course.state / TABLE), "w", encoding="utf-8", newline="") as file:
            spreadsheet.write(file, ["pseudonym", "student"], sorted([self(s), s] for s in students))


def pseudonym(key: bytes, student: str) -> str:
    code = hmac.digest(key, student.encode("utf-8", "surrogateescape"), hashlib.sha256)
    letters = base64.b32encode(code).decode()
    return f"S-{letters[:4]}-{letters[4:8]}"


def _key(course: Course) -> bytes:
    path = course.state / KEY
    if not path.exists():
        course.state.mkdir(exist_ok=True)
        with os.fdopen(_private(path), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text(encoding="ascii"))


def _private(path: Path) -> int:
    """A new file that only its owner reads."""
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
