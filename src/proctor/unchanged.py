"""Nothing to do, and said at once: without nbgrader, whose import takes longer than all else.

After a run that has left nothing to do, a note is kept of all that planning looks at: the size, times and
number (inode) of each file, the environment, the command's options, and what the course's settings come to.
The note is taken first; then the plan is made once more, and only if it still finds nothing to do is the note
written. So whatever changes later differs from the note, and then the plan is made as ever. The settings are
a program: they are run again, not trusted to be the same. Where anything is not a plain file or folder, no
note is kept.
"""

import argparse
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import environment, trial

if TYPE_CHECKING:
    from .course import Course

ANYWAY = ("force", "dry_run", "student", "unsafe")  # options that want a plan
USUAL = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")
NO_MATTER = ("course", "json", "jobs", "called")  # options that change no result


class Unsure(Exception):  # noqa: N818 (nobody's error)
    """There is something whose changes could not be noticed."""


@dataclass
class Note:
    command: str  # how proctor was called, and where; hashed
    classes: list[str]  # folders, with a folder a student, with one an assignment
    folders: list[str]
    files: list[str]  # which may be missing
    settings: list[str]  # the files that the settings come from
    state: str  # what all these were; hashed
    students: list[str]
    isolation: str


def autograde(options: argparse.Namespace) -> int:
    """`proctor autograde`: the short way, or the long one."""
    options.called = called(options)
    if note := look_up(options):
        say(note, options)
        return 0
    from .autograde import autograde

    return autograde(options)


def say(note: Note, options: argparse.Namespace) -> None:
    """As after a run that has found nothing to do."""
    if options.json:
        result = {"isolation": note.isolation, "seconds": 0.0, "complete": True}
        print(json.dumps(result | {"graded": [], "skipped": note.students, "failed": []}, indent=1))
        return
    count = len(note.students)
    print(f"{options.assignment}: 0 of {count} submissions to grade. Isolation: {note.isolation}.")
    print(f"graded 0, done before {count}, without a grade 0, in 0.0 s")


def called(options: argparse.Namespace) -> str:
    """To be asked before the settings are read: they may change the environment."""
    given = {name: str(value) for name, value in vars(options).items() if name not in NO_MATTER}
    return _hash([given, sorted(os.environ.items()), environment.installed(), trial.machine()])


def look_up(options: argparse.Namespace) -> Note | None:
    """The note of the last run, if nothing has changed since."""
    if any(getattr(options, name) for name in ANYWAY) or options.command != "autograde":
        return None
    course = options.course.resolve()
    with contextlib.suppress(OSError, ValueError, TypeError, Unsure):
        note = Note(**json.loads(_place(course, options.assignment).read_bytes()))
        if note.command == options.called:
            os.chdir(course)
            if note.state == _state(note, options.assignment):
                return note
    return None


def take(course: "Course", name: str, command: str) -> Note | None:
    """A note of how all is now. None where that cannot be told from files in their usual places."""
    directory = course.directory
    sqlite, _, gradebook = directory.db_url.partition(":///")
    if sqlite != "sqlite" or directory.directory_structure != USUAL:
        return None
    settings = [
        os.path.join(folder, f"{stem}.{ending}")
        for folder in dict.fromkeys([*course.app.config_file_paths, os.getcwd()])
        for stem in ("jupyter_config", "nbgrader_config")
        for ending in ("py", "json")
    ]
    steps = directory.submitted_directory, directory.autograded_directory
    source, released = (
        str(course.path(step, ".", name))
        for step in (directory.source_directory, directory.release_directory)
    )
    folders = [source, released, str(course.state / name)]
    note = Note(
        command,
        classes=[course.before(step, "{student}") for step in steps],
        folders=[folder for folder in folders if os.path.isdir(folder)],
        files=[*folders, gradebook, f"{gradebook}-wal", f"{gradebook}-journal", *settings],
        settings=list(course.app.loaded_config_files),
        state="",
        students=[],
        isolation="",
    )
    try:
        note.state = _state(note, name)
    except Unsure:
        return None
    return note


def write(course: "Course", name: str, note: Note) -> None:
    place = _place(course.root, name)
    new = place.with_suffix(".new")
    new.write_text(json.dumps(asdict(note)), encoding="utf-8")
    os.replace(new, place)


def _place(course: Path, name: str) -> Path:
    return course / ".proctor" / f"{name}.unchanged"


def _state(note: Note, name: str) -> str:
    files = [(path, _mark(os.stat(path)) if os.path.exists(path) else None) for path in note.files]
    trees = [list(_tree(folder)) for folder in note.folders]
    for folder in note.classes:
        for student in sorted(os.listdir(folder)):
            handed_in = os.path.join(folder, student, name)
            if os.path.islink(os.path.join(folder, student)) or os.path.islink(handed_in):
                raise Unsure
            if os.path.isdir(os.path.join(folder, student)) and not os.access(
                os.path.dirname(handed_in), os.X_OK
            ):
                raise Unsure
            if os.path.isdir(handed_in):
                trees.append([(handed_in, _mark(os.stat(handed_in))), *_tree(handed_in)])
    return _hash([files, trees, [_come_to(path) for path in note.settings]])


def _tree(folder: str) -> Iterator[tuple[str, Any]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            yield from _tree(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield entry.path, _mark(entry.stat(follow_symlinks=False))
        else:
            raise Unsure


def _mark(found: os.stat_result) -> list[int]:
    """The time of change is the system's own: no program can set it back."""
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode]


def _come_to(path: str) -> str:
    """What a file of settings says now: a program may say something else each time."""
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    loader = PyFileConfigLoader if path.endswith(".py") else JSONFileConfigLoader
    try:
        return repr(loader(os.path.basename(path), path=os.path.dirname(path)).load_config())
    except Exception as error:
        raise Unsure from error


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
