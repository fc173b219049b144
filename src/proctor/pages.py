"""`proctor feedback`: nbgrader's feedback pages, without the hidden tests' text and without scripts.

A student's output is shown in an instructor's browser, and in the student's: what could act there goes.
"""

import argparse
import errno
import json
import shutil
from pathlib import Path
from typing import Any

from nbconvert.writers.files import FilesWriter
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.utils import find_all_files
from sqlalchemy.exc import DBAPIError

from . import plan, state, stop
from .course import Course, CourseError, digest
from .harmless import Harmless, HarmlessHTML
from .progress import Progress
from .record import STAGING, put_in_place, shared
from .state import Record

OF_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}  # they would meet every student
HIDE = "proctor.feedback.HideTests"


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
        self.exporter = HarmlessHTML(parent=self, config=self.config)  # type: ignore[no-untyped-call]
        self.writer = FilesWriter(parent=self, config=self.config)
        for step in steps:
            self.exporter.register_preprocessor(step)  # type: ignore[no-untyped-call]

    def write(self, student: str) -> None:
        """One student's pages: in a folder that takes its place when it is whole."""
        source = Path(self._format_source(self.name, student))
        self.staging = Path(self.course.before(self.coursedir.feedback_directory, "{student}"), STAGING)
        shutil.rmtree(self.staging, ignore_errors=True)
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
            shutil.rmtree(self.staging, ignore_errors=True)
            self.exporter._nb_metadata.clear()

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return str(self.staging / student_id / assignment_id)


def feedback(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    with state.only_one(course):
        course.assignment(name)
        todo = graded(course, name, options.student)
        missing = sorted(set(options.student or []) - set(todo))
        if missing or not todo:
            raise CourseError(
                f"not graded: {', '.join(missing) or name}. Run first: proctor autograde {name}"
            )
        pages = Pages(course, name)
        written, kept, failed = [], [], {}
        with Progress(len(todo), quiet=options.json) as progress:
            for student in todo:
                mark = course.state / name / f"{student}.feedback"
                try:
                    key = _key(course, name, student)
                    folder = course.path(course.directory.feedback_directory, student, name)
                    if not options.force and _read(mark) == key and folder.exists():
                        kept.append(student)
                    else:
                        with stop.delayed():
                            pages.write(student)
                            mark.parent.mkdir(parents=True, exist_ok=True)
                            mark.write_text(key, encoding="utf-8")
                        written.append(student)
                except DBAPIError:
                    raise  # it would meet every student
                except Exception as error:
                    if isinstance(error, OSError) and error.errno in OF_DISK:
                        raise CourseError(f"cannot write the pages of {student}: {error.strerror}") from None
                    failed[student] = f"{type(error).__name__}: {error}"
                progress.step(Record(student, "", {}, "", failure=failed.get(student, "")))
    if options.json:
        print(json.dumps({"written": written, "kept": kept, "failed": failed}, indent=1))
    else:
        print(f"pages written for {len(written)}, unchanged for {len(kept)}, not possible for {len(failed)}")
        for student, reason in failed.items():
            print(f"  {student}: {reason}")
    return 1 if failed else 0


def graded(course: Course, name: str, only: list[str] | None) -> list[str]:
    """Whose autograded folder has notebooks."""
    step = course.directory.autograded_directory
    return [
        student
        for student in course.students(step, name)
        if (only is None or student in only) and any(course.path(step, student, name).glob("*.ipynb"))
    ]


def _key(course: Course, name: str, student: str) -> str:
    """What the pages show: the notebooks, the grades and comments, and how they are made."""
    folder = course.path(course.directory.autograded_directory, student, name)
    parts: list[Any] = [plan.environment(), repr(course.settings_of("GenerateFeedback", "HTMLExporter"))]
    for path in sorted(find_all_files(str(folder), course.directory.ignore)):
        parts += [path, Path(path).read_bytes()]
    try:
        submission = course.gradebook.find_submission(name, student)
    except MissingEntry:
        return digest(*parts)
    for notebook in submission.notebooks:
        parts += [f"{notebook.name} {notebook.late_submission_penalty}"]
        parts += sorted(f"{grade.name} {grade.score} {grade.max_score}" for grade in notebook.grades)
        parts += sorted(f"{comment.name} {comment.comment}" for comment in notebook.comments)
    return digest(*parts)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
