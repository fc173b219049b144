"""What is to be graded, what has been, and why that is out of date.

A job's key is the hash of all that can change its result. A job whose key is on record is not run again.
"""

import json
import os
import site
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path

from nbgrader.api import Assignment, Grade, Notebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import find_all_files
from traitlets.utils.importstring import import_item

from . import state, submission
from .course import Course, CourseError, digest
from .isolation import Level
from .job import Site
from .limits import Limits
from .submission import Submission

SETTINGS: tuple[str, ...] = (
    "Autograde",
    "BaseConverter",
    "Execute",
    "ClearOutput",
    "OverwriteCells",
    "LimitOutput",
)
SETTINGS += ("IgnorePattern", "AssignLatePenalties", "SaveAutoGrades", "ClearMetadataPreprocessor")
RUNNING = ("Execute", "ExecutePreprocessor", "NotebookClient", "NbGraderPreprocessor", "Preprocessor")


@dataclass
class Planned:
    submission: Submission
    parts: dict[str, str]  # what the result depends on, each part hashed
    why: list[str] = field(default_factory=list)  # it has to be graded; empty: it is done
    refusal: str = ""  # why it cannot be graded at all
    only: set[str] | None = None  # the notebooks that must run again; None: all of them

    @property
    def student(self) -> str:
        return self.submission.student

    @property
    def key(self) -> str:
        return digest(*(f"{name} {value}" for name, value in sorted(self.parts.items())))


def site_of(course: Course, name: str, level: Level, limits: Limits) -> Site:
    return Site(
        level=level,
        hidden=tuple(course.folders),
        workplace=course.before(course.directory.autograded_directory, "{student}"),
        modules=tuple(course.modules(name)),
        limits=limits,
        settings=course.settings_of(*RUNNING),
    )


def students(course: Course, name: str, only: list[str] | None = None) -> list[str]:
    """Who has handed in something, in the order of their names."""
    directory = course.directory
    excluded = directory.student_id_exclude.split(",")
    return [
        student
        for student in course.students(directory.submitted_directory, name)
        if student not in excluded and (only is None or student in only)
        if fnmatchcase(student, directory.student_id)
    ]


def plan(course: Course, name: str, site: Site, only: list[str] | None = None) -> list[Planned]:
    assignment = course.assignment(name)
    notebooks = {notebook.name for notebook in assignment.notebooks}
    common = {
        "due date": str(assignment.duedate),
        **{_of(notebook.name): _tests(notebook) for notebook in assignment.notebooks},
        "course files": _course_files(course, name),
        "environment": environment(),
        "settings": settings_digest(course),
        "limits": digest(json.dumps(site.limits.to_json(), sort_keys=True)),
        "isolation": site.level.name,
    }
    extensions = _extensions(course, name)
    graded = _graded(course, name)
    planned = []
    for student in students(course, name, only):
        folder = course.path(course.directory.submitted_directory, student, name)
        handed_in = submission.read(student, folder, course.directory, notebooks)
        parts = common | {"submission": handed_in.digest, "extension": extensions.get(student, "")}
        job = Planned(handed_in, parts)
        job.refusal = submission.bad_name(student)
        job.why = _why(course, name, job, graded)
        handed_in.drop()
        planned.append(job)
    return planned


def check_students(course: Course, name: str, jobs: list[Planned], asked: list[str] | None) -> None:
    missing = sorted(set(asked or []) - {job.student for job in jobs})
    if missing:
        raise CourseError(f"no submission of {name!r} by: {', '.join(missing)}")
    if not jobs:
        folder = course.directory.format_path(course.directory.submitted_directory, "*", name)
        raise CourseError(f"no submissions: nothing matches {folder}")


def load(course: Course, name: str, job: Planned) -> None:
    """Read the submission again, when its turn has come: what is graded is what the key is made of."""
    os.listdir(job.submission.folder)  # an error, if it is gone
    notebooks = {notebook.name for notebook in course.assignment(name).notebooks}
    job.submission = submission.read(job.student, job.submission.folder, course.directory, notebooks)
    if job.submission.digest != job.parts["submission"]:
        job.parts["submission"], job.only = job.submission.digest, None


def _why(course: Course, name: str, job: Planned, graded: set[str]) -> list[str]:
    if job.refusal:
        return [job.refusal]
    record = state.load(course, name, job.student)
    if record is None:
        return ["not graded yet"]
    if not record.key:
        return ["its recording was interrupted"]
    if record.key != job.key:
        changed = [
            part
            for part in sorted({*job.parts, *record.parts})
            if record.parts.get(part) != job.parts.get(part)
        ]
        done = {_of(notebook): notebook for notebook in record.notebooks}
        if set(changed) <= set(done) and not (record.failure or _lost(course, name, job, graded, record)):
            job.only = {done[part] for part in changed}
        return [f"changed: {', '.join(changed)}"]
    if record.failure:
        return [f"failed: {record.failure}"]
    return _lost(course, name, job, graded, record)


def _lost(course: Course, name: str, job: Planned, graded: set[str], record: state.Record) -> list[str]:
    """What was there when the grades were recorded, and is no more."""
    if job.student not in graded:
        return ["not in the gradebook any more"]
    folder = course.path(course.directory.autograded_directory, job.student, name)
    missing = [n for n in record.notebooks if not (folder / f"{n}.ipynb").exists()]
    return [f"autograded/ lacks {', '.join(missing)}"] if missing else []


def settings_digest(course: Course) -> str:
    names, text = _own_steps(course)
    return digest(course.text_of(course.settings_of(*SETTINGS, *RUNNING, *sorted(names))), text)


def _own_steps(course: Course) -> tuple[set[str], str]:
    """The preprocessors, plugins and hooks that the course has put in: their names, and their text."""
    config = course.app.config
    classes = [config.AssignLatePenalties.get("plugin_class"), config.BaseConverter.get("pre_convert_hook")]
    classes += [config.BaseConverter.get("post_convert_hook")]
    for step in ("sanitize_preprocessors", "autograde_preprocessors"):
        classes += config.Autograde.get(step, [])
    found = [import_item(item) if isinstance(item, str) else item for item in classes if item]
    return {item.__name__ for item in found}, course.text_of(found)


def _of(notebook: str) -> str:
    return f"tests of {notebook}"


def _tests(notebook: Notebook) -> str:
    """What the gradebook says of a notebook: tests and points."""
    parts = []
    for cell in notebook.source_cells:
        parts.append([cell.name, cell.cell_type, str(cell.locked), str(cell.checksum), str(cell.source)])
    for cell in [*notebook.grade_cells, *notebook.task_cells]:
        parts.append([cell.name, type(cell).__name__, str(cell.max_score)])
    parts += [[cell.name] for cell in notebook.solution_cells]
    return digest(str(notebook.kernelspec), *(part for parts in sorted(parts) for part in parts))


def _course_files(course: Course, name: str) -> str:
    """The files that nbgrader puts beside each submission."""
    folder = course.path(course.directory.source_directory, ".", name)
    parts: list[str | bytes] = []
    for path in sorted(find_all_files(str(folder), [*course.directory.ignore, "*.ipynb"])):
        parts += [os.path.relpath(path, folder), Path(path).read_bytes()]
    return digest(*parts)


def environment() -> str:
    """Python, and all that is installed: their folders' names hold the versions."""
    folders = {*site.getsitepackages(), *(path for path in sys.path if path.endswith("site-packages"))}
    names = sorted(
        name for folder in folders if os.path.isdir(folder) for name in os.listdir(folder) if "-info" in name
    )
    return digest(sys.version, version("nbgrader"), *names)


def _extensions(course: Course, name: str) -> dict[str, str]:
    rows = (
        course.gradebook.db.query(SubmittedAssignment.student_id, SubmittedAssignment.extension)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .filter(Assignment.name == name, SubmittedAssignment.extension.isnot(None))
    )
    return {student: str(extension) for student, extension in rows}


def _graded(course: Course, name: str) -> set[str]:
    """Who has grades in the gradebook."""
    rows = (
        course.gradebook.db.query(Student.id)
        .join(SubmittedAssignment, SubmittedAssignment.student_id == Student.id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .filter(Assignment.name == name)
        .distinct()
    )
    return {student for (student,) in rows}
