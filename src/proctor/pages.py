"""`proctor feedback`: nbgrader's feedback pages, without the hidden tests' text and without scripts.

A student's output is shown in an instructor's browser, and in the student's: what could act there goes.
"""

import argparse
import contextlib
import errno
import json
import os
import shutil
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbconvert.writers.files import FilesWriter
from nbgrader.api import Assignment, BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.converters import GenerateFeedback
from nbgrader.utils import find_all_files
from sqlalchemy.exc import DBAPIError

from . import environment, state, stop, syscalls
from .course import Course, CourseError, digest
from .harmless import Harmless, HarmlessHTML
from .progress import Progress
from .record import STAGING, empty, put_in_place, shared
from .state import Record

OF_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}  # they would meet every student
HIDE = "proctor.feedback.HideTests"
WORTH = 20  # students' pages take longer to write than a process to start
Write = Callable[[list[str], list[str]], Iterable[str]]  # students and keys: failures, or empty texts


class Pages(GenerateFeedback):  # type: ignore[misc]
    def __init__(self, course: Course, name: str):
        super().__init__(coursedir=course.directory, parent=course.app)
        self.course, self.name = course, name
        names = [item if isinstance(item, str) else item.__name__ for item in self.preprocessors]
        steps = list(self.preprocessors)
        if not any(step.rpartition(".")[2] == "HideTests" for step in names):
            steps.insert(1, HIDE)
        steps.append(Harmless)
        self.config.HTMLExporter.sanitize_html = True
        self.config.HTMLExporter.optimistic_validation = True  # once, not after each step
        self.staging = _above(course) / f"{STAGING}-{os.getpid()}"
        self.exporter = HarmlessHTML(parent=self, config=self.config)  # type: ignore[no-untyped-call]
        self.writer = FilesWriter(parent=self, config=self.config)
        for step in steps:
            self.exporter.register_preprocessor(step)  # type: ignore[no-untyped-call]

    def write(self, student: str, key: str) -> str:
        """Why one student's pages cannot be written, if so; what would meet every student is raised."""
        mark = _mark(self.course, self.name, student)
        try:
            with stop.delayed():
                self._write(student)
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.write_text(key, encoding="utf-8")
        except DBAPIError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_DISK:
                raise CourseError(f"cannot write the pages of {student}: {error.strerror}") from None
            return f"{type(error).__name__}: {error}"
        return ""

    def _write(self, student: str) -> None:
        """In a folder that takes its place when it is whole."""
        source = Path(self._format_source(self.name, student))
        empty(self.staging)
        Path(self._format_dest(self.name, student)).mkdir(parents=True)
        try:
            with shared(self.course.gradebook):
                self.init_assignment(self.name, student)
                for notebook in sorted(source.glob("*.ipynb")):
                    self.convert_single_notebook(str(notebook))
            self.set_permissions(self.name, student)
            put_in_place(
                Path(self._format_dest(self.name, student)), Path(super()._format_dest(self.name, student))
            )
        finally:
            empty(self.staging)
            self.exporter._nb_metadata.clear()

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return str(self.staging / assignment_id)


def feedback(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    with state.only_one(course):
        course.assignment(name)
        students = graded(course, name, options.student)
        missing = sorted(set(options.student or []) - set(students))
        if missing or not students:
            raise CourseError(
                f"not graded: {', '.join(missing) or name}. Run first: proctor autograde {name}"
            )
        keys = _keys(course, name, students)
        kept = [
            student
            for student in students
            if not options.force and _is_written(course, name, student, keys[student])
        ]
        todo = sorted(set(students) - set(kept))
        failed = {}
        with (
            _swept(course),
            Progress(len(todo), quiet=options.json) as progress,
            _writing(options, course, len(todo)) as write,
        ):
            for student, failure in zip(todo, write(todo, [keys[student] for student in todo]), strict=True):
                if failure:
                    failed[student] = failure
                progress.step(Record(student, "", {}, "", failure=failure))
    written = [student for student in todo if student not in failed]
    kept = sorted(set(students) - set(todo))
    if options.json:
        print(json.dumps({"written": written, "kept": kept, "failed": failed}, indent=1))
    else:
        print(f"pages written for {len(written)}, unchanged for {len(kept)}, not possible for {len(failed)}")
        for student, reason in failed.items():
            print(f"  {student}: {reason}")
    return 1 if failed else 0


def _is_written(course: Course, name: str, student: str, key: str) -> bool:
    folder = course.path(course.directory.feedback_directory, student, name)
    return folder.exists() and _read(_mark(course, name, student)) == key


def _mark(course: Course, name: str, student: str) -> Path:
    return course.state / name / f"{student}.feedback"


def _above(course: Course) -> Path:
    return Path(course.before(course.directory.feedback_directory, "{student}"))


@contextlib.contextmanager
def _swept(course: Course) -> Iterator[None]:
    """Without what is half done: neither what a run that was killed has left, nor our own."""

    def sweep() -> None:
        for folder in _above(course).glob(f"{STAGING}*"):
            shutil.rmtree(folder, ignore_errors=True)

    sweep()
    try:
        yield
    finally:
        sweep()


@contextlib.contextmanager
def _writing(options: argparse.Namespace, course: Course, number: int) -> Iterator[Write]:
    """How to write the pages of so many students: by this process, or by several for a large class."""
    jobs = min(options.jobs or len(os.sched_getaffinity(0)), -(-number // WORTH))
    if jobs <= 1:
        pages = Pages(course, options.assignment)
        yield lambda students, keys: map(pages.write, students, keys)
        return
    workers = ProcessPoolExecutor(jobs, get_context("fork"), _start, (options,))
    try:
        yield lambda students, keys: workers.map(_work, students, keys)
    except BrokenProcessPool:
        raise CourseError("a process that writes pages was killed; run it again for the rest") from None
    finally:
        workers.shutdown(cancel_futures=True)


_pages: Pages  # of this process, which has its own connection to the gradebook


def _start(options: argparse.Namespace) -> None:
    global _pages
    syscalls.die_with_parent(signal.SIGKILL)
    stop.leave_to_parent()
    _pages = Pages(Course(options.course.resolve(), options.nbgrader), options.assignment)


def _work(student: str, key: str) -> str:
    return _pages.write(student, key)


def graded(course: Course, name: str, only: list[str] | None) -> list[str]:
    """Whose autograded folder has notebooks."""
    step = course.directory.autograded_directory
    return [
        student
        for student in course.students(step, name)
        if (only is None or student in only) and any(course.path(step, student, name).glob("*.ipynb"))
    ]


def _keys(course: Course, name: str, students: list[str]) -> dict[str, str]:
    """What each student's pages show: the notebooks, the grades and comments, and how they are made."""
    how: list[Any] = [environment.installed(), repr(course.settings_of("GenerateFeedback", "HTMLExporter"))]
    recorded = _recorded(course, name)
    keys = {}
    for student in students:
        folder = course.path(course.directory.autograded_directory, student, name)
        parts = list(how)
        for path in sorted(find_all_files(str(folder), course.directory.ignore)):
            parts += [path, Path(path).read_bytes()]
        keys[student] = digest(*parts, *sorted(recorded.get(student, [])))
    return keys


def _recorded(course: Course, name: str) -> dict[str, list[str]]:
    """Of each student, what the gradebook holds and the pages show: asked for at once."""
    student, notebook = SubmittedAssignment.student_id, SubmittedNotebook.notebook_id
    found = defaultdict(list)
    for columns, table in (
        ([SubmittedNotebook.late_submission_penalty], None),
        ([BaseCell.name, Grade.score, Grade.max_score], Grade),
        ([BaseCell.name, Comment.comment], Comment),
    ):
        query = course.gradebook.db.query(student, notebook, *columns).select_from(SubmittedNotebook)
        query = query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        query = query.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        if table:
            query = query.join(table, table.notebook_id == SubmittedNotebook.id)
            query = query.join(BaseCell, table.cell_id == BaseCell.id)
        for who, *values in query.filter(Assignment.name == name):
            found[who].append(repr(values))
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
