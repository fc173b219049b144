"""A submission's files: what is taken of them, and what is refused."""

import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files, parse_utc

from .course import digest

FILE = 100_000_000  # bytes. nbgrader's own limits are for its exchange: autograde takes what is there


@dataclass
class Submission:
    student: str
    folder: Path
    notebooks: dict[str, bytes] = field(default_factory=dict)  # those of the assignment
    files: dict[str, bytes] = field(default_factory=dict)  # by their path in the folder
    refused: list[str] = field(default_factory=list)  # what was not taken, and why

    def drop(self) -> None:
        """Forget what the files hold: a class's submissions need not all be in memory."""
        self.notebooks.clear()
        self.files.clear()

    @property
    def digest(self) -> str:
        parts: list[str | bytes] = []
        for name, content in sorted(self.notebooks.items()):
            parts += ["notebook", name, content]
        for name, content in sorted(self.files.items()):
            parts += ["file", name, content]
        return digest(*parts, *self.refused)


def read(student: str, folder: Path, directory: CourseDirectory, notebooks: set[str]) -> Submission:
    """Read the notebooks that the assignment has, and all other files: regular ones of a sensible size."""
    submission = Submission(student, folder)
    most = max(FILE, 1000 * directory.max_file_size)
    room = max(FILE, 1000 * directory.max_dir_size)
    for path in regular_files(str(folder), directory.ignore, submission.refused):
        name = os.path.relpath(path, folder)
        size = os.path.getsize(path)
        stem, ending = os.path.splitext(name)
        if ending == ".ipynb" and stem not in notebooks:
            continue
        if size > min(most, room):
            submission.refused.append(f"{name}: {size:,} bytes are too many")
            continue
        room -= size
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            submission.refused.append(f"{name}: cannot be read ({error.strerror})")
            continue
        if ending == ".ipynb":
            submission.notebooks[stem] = content
        else:
            submission.files[name] = content
    return submission


def regular_files(folder: str, ignore: list[str], refused: list[str]) -> list[str]:
    """As nbgrader's find_all_files, but links, pipes and devices are refused, not followed or opened."""
    found = []
    for path in sorted(find_all_files(folder, ignore)):
        mode = os.lstat(path).st_mode
        name = os.path.relpath(path, folder)
        if stat.S_ISREG(mode):
            found.append(path)
        else:
            kind = "a link" if stat.S_ISLNK(mode) else "a pipe, socket or device"
            refused.append(f"{name}: {kind} is not taken")
    for parent, names, _ in os.walk(folder):
        for name in names:
            if os.path.islink(os.path.join(parent, name)):
                path = os.path.relpath(os.path.join(parent, name), folder)
                refused.append(f"{path}: a link is not taken")
    return found


def bad_name(student: str) -> str:
    """Why a folder's name cannot be a student's, if so."""
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        return "the folder's name is not UTF-8"
    if not student.isprintable():
        return "the folder's name has characters that do not print"
    return ""


def timestamp(submission: Submission) -> datetime | None:
    """When it was handed in, if that is known. nbgrader would stop at a file that says something else."""
    try:
        text = submission.files.get("timestamp.txt", b"").decode("utf-8").strip()
        return cast(datetime, parse_utc(text)) if text else None
    except (ValueError, OverflowError, TypeError):
        return None
