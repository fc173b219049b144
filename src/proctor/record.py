"""The gradebook's only writer: nbgrader's own Autograde, taken apart into what comes before the notebooks run
and what comes after.

A submission is recorded in one transaction and one renaming of a folder; its record in .proctor/ comes last.
Killed in between, it is simply graded again.
"""

import contextlib
import functools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fastjsonschema
import jsonschema
import nbformat
from fastjsonschema import JsonSchemaException
from nbconvert.exporters import NotebookExporter
from nbconvert.writers.files import FilesWriter
from nbformat import NotebookNode
from nbgrader import api, converters, nbgraderformat, preprocessors, utils
from nbgrader.converters import Autograde
from sqlalchemy.exc import DBAPIError

from . import damage, state
from .course import Course
from .gradebook import SharedGradebook
from .job import Job, Outcome
from .plan import Planned
from .state import Record
from .submission import regular_files, timestamp

STAGING = ".proctor-new"  # in autograded/; nbgrader passes over folders that begin with a dot


class Recorder(Autograde):  # type: ignore[misc]
    def __init__(self, course: Course, name: str, level: str):
        super().__init__(coursedir=course.directory, parent=course.app)
        self.course, self.name, self.level = course, name, level
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = NotebookExporter(parent=self, config=self.config)
        self.staging = Path(course.before(course.directory.autograded_directory, "{student}"), STAGING)
        before, after = self._around_execute()
        self._stages = {
            "sanitize": self._made(self.sanitize_preprocessors),
            "before": self._made(before),
            "after": self._made(after),
        }

    def begin(self, planned: Planned) -> None:
        """Before the submission is read: the hook may change it."""
        self.coursedir.assignment_id = self.name
        self.notebooks = [str(path) for path in sorted(planned.submission.folder.glob("*.ipynb"))]
        self.run_pre_convert_hook()

    def prepare(self, planned: Planned) -> tuple[Job, list[str]]:
        """What the workers need; and what was found wrong with the submission."""
        handed_in, notes = planned.submission, list(planned.submission.refused)
        notebooks = {}
        for name, content in handed_in.notebooks.items():
            if planned.only is not None and name not in planned.only:
                continue
            try:
                notebooks[name] = self._sanitized(name, content, planned.student, notes)
            except DBAPIError:
                raise  # the gradebook cannot be read, the notebook can
            except Exception as error:
                notes.append(f"{name}.ipynb cannot be read: {_short(error)}")
        files = handed_in.files | self.course_files()
        if handed_in.files.get("timestamp.txt", b"").strip() and timestamp(handed_in) is None:
            notes.append("timestamp.txt holds no time: whether it was late is not known")
        return Job(planned.key, planned.student, self.graded_folder(planned.student), notebooks, files), notes

    def course_files(self) -> dict[str, bytes]:
        """What the course puts beside each submission."""
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", self.name)
        kept = self.exclude_overwriting.get(self.name, [])
        paths = utils.find_all_files(source, [*self.coursedir.ignore, "*.ipynb"])
        files = {os.path.relpath(path, source): path for path in paths}
        return {name: Path(path).read_bytes() for name, path in files.items() if name not in kept}

    def blank(self, name: str, content: bytes) -> NotebookNode:
        """A released notebook, with the hidden tests put in."""
        return self._through_text(nbformat.reads(content.decode("utf-8"), as_version=4), name, "blank")

    def finish(self, planned: Planned, outcome: Outcome, notes: list[str]) -> Record:
        """Write the grades, the executed notebooks, and that this was done."""
        level = outcome.isolation or self.level
        record = Record(planned.student, planned.key, planned.parts, level, notes=notes)
        before = state.load(self.course, self.name, planned.student) if planned.only is not None else None
        kept = set(before.notebooks) - set(outcome.notebooks) if before else set()
        unread = set(planned.submission.notebooks) - set(outcome.notebooks) - kept
        if outcome.failure or not outcome.notebooks:
            record.failure = (
                outcome.failure or "; ".join(notes) or "it has none of the assignment's notebooks"
            )
            if Path(self.graded_folder(planned.student)).exists():
                record.failure += "; the grades are still those of what was handed in before"
            if planned.submission.notebooks:
                with self._staging(), in_one_transaction(self.course.gradebook):
                    self._enter(planned, list(planned.submission.notebooks))
            state.save(self.course, self.name, record)
            return record
        record.failure = "; ".join(note for note in notes if "cannot be read" in note) if unread else ""
        with self._staging():
            with in_one_transaction(self.course.gradebook):
                self._write(planned, outcome, kept)
                state.begin(self.course, self.name, record)
            put_in_place(
                Path(self._format_dest(self.name, planned.student)),
                Path(self.graded_folder(planned.student)),
            )
        record.notebooks |= {name: before.notebooks[name] for name in kept} if before else {}
        for name, done in outcome.notebooks.items():
            record.notebooks[name] = {
                "trouble": done.trouble,
                "flags": done.flags,
                "seconds": round(done.seconds, 3),
                "cpu": round(done.cpu, 3),
                "memory": done.memory,
            }
        state.save(self.course, self.name, record)
        return record

    @contextlib.contextmanager
    def _staging(self) -> Iterator[None]:
        empty(self.staging)
        try:
            yield
        finally:
            empty(self.staging)

    def close(self) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)

    def _enter(self, planned: Planned, notebooks: list[str]) -> None:
        """Enter the submission: when it was handed in, and zeros for notebooks that are missing."""
        folder = str(planned.submission.folder)
        self.notebooks = [os.path.join(folder, f"{name}.ipynb") for name in notebooks]
        self.coursedir.get_existing_timestamp = lambda folder: timestamp(planned.submission)
        self.init_assignment(self.name, planned.student)

    def _write(self, planned: Planned, outcome: Outcome, kept: set[str]) -> None:
        """`kept` are the notebooks that need not run again: they stay as they are."""
        student = planned.student
        self._enter(planned, [*outcome.notebooks, *kept])
        Path(self._format_dest(self.name, student)).mkdir(parents=True, exist_ok=True)
        for name, executed in outcome.notebooks.items():
            resources = self._resources(name, student)
            done, resources = self._through("after", executed.notebook, resources)
            self.write_single_notebook(nbformat.v4.writes_json(done), resources)
        for name in kept:
            graded = Path(self.graded_folder(student), f"{name}.ipynb")
            shutil.copy2(graded, self._format_dest(self.name, student))
        self.set_permissions(self.name, student)
        self.run_post_convert_hook()

    def _sanitized(self, name: str, content: bytes, student: str, notes: list[str]) -> NotebookNode:
        """Through nbgrader's sanitizers, to text and back, as it goes through a file in plain nbgrader."""
        try:
            return self._through_text(nbformat.reads(content.decode("utf-8"), as_version=4), name, student)
        except DBAPIError:
            raise
        except Exception as error:
            original = self.course.gradebook.find_notebook(name, self.name)
            try:
                raw = json.loads(content)
            except (ValueError, RecursionError):
                raise error from None
            mended, found = damage.mend(raw, original)
            notes.append(f"{name}.ipynb was damaged ({_short(error)}), and mended: {'; '.join(found)}")
            return self._through_text(mended, name, student)

    def _through_text(self, notebook: NotebookNode, name: str, student: str) -> NotebookNode:
        resources = self._resources(name, student)
        sanitized, _ = self._through("sanitize", notebook, resources)
        text = json.dumps(sanitized, sort_keys=True, ensure_ascii=False)
        text.encode("utf-8")  # what cannot be written is better found now
        return self._through("before", nbformat.v4.reads_json(text), resources)[0]

    def _through(self, stage: str, notebook: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """As nbconvert's exporter does it, but with no copies, and checked once, not after each step."""
        with utils.setenv(NBGRADER_EXECUTION="autograde"), shared(self.course.gradebook):
            for step in self._stages[stage]:
                notebook, resources = step(notebook, resources)
        if self._stages[stage]:
            nbformat.validate(notebook, relax_add_props=True)
        return notebook, resources

    def _resources(self, name: str, student: str) -> Any:
        resources = {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "metadata": {"name": name, "path": self.graded_folder(student)},
            "nbgrader": {
                "student": student,
                "assignment": self.name,
                "notebook": name,
                "db_url": self.coursedir.db_url,
            },
        }
        return self.exporter._init_resources(resources)

    def _around_execute(self) -> tuple[list[Any], list[Any]]:
        classes = list(self.autograde_preprocessors)
        names = [item if isinstance(item, str) else item.__name__ for item in classes]
        places = [index for index, name in enumerate(names) if name.rpartition(".")[2] == "Execute"]
        if len(places) != 1:
            raise ValueError(f"Autograde.autograde_preprocessors must have one Execute, and has: {names}")
        return classes[: places[0]], classes[places[0] + 1 :]

    def _made(self, classes: list[Any]) -> list[Any]:
        self.exporter._preprocessors = []
        for class_ in classes:
            self.exporter.register_preprocessor(class_)
        return list(self.exporter._preprocessors)

    def graded_folder(self, student: str) -> str:
        return str(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.name))

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return str(self.staging / assignment_id)


def empty(folder: Path) -> None:
    """It stays itself: to make it and remove it for each student takes longer than to look into it."""
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            shutil.rmtree(entry.path, ignore_errors=True)


def put_in_place(staged: Path, final: Path) -> None:
    """A folder takes the place of another, which stays if that fails."""
    final.parent.mkdir(parents=True, exist_ok=True)
    old = staged.with_name("old")
    if final.exists():
        final.rename(old)
    try:
        staged.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise


@contextlib.contextmanager
def shared(gradebook: SharedGradebook) -> Iterator[None]:
    """nbgrader's parts get this gradebook when they open one, and regular files when they look for any."""

    def opened(*_: Any, **__: Any) -> SharedGradebook:
        return gradebook

    def files(path: str, exclude: list[str] | None = None) -> list[str]:
        return regular_files(path, exclude or [], [])

    p = preprocessors
    places: list[tuple[Any, str, Any]] = [
        (module, "Gradebook", opened)
        for module in (api, converters.autograde, p.saveautogrades, p.overwritecells, p.overwritekernelspec)
    ]
    places += [(p.latesubmissions, "Gradebook", opened), (p.getgrades, "Gradebook", opened)]
    places += [(converters.base, "find_all_files", files)]
    places += [(nbgraderformat.common, "jsonschema", SimpleNamespace(validate=_validate))]
    before = [getattr(module, name) for module, name, _ in places]
    for module, name, replacement in places:
        setattr(module, name, replacement)
    try:
        yield
    finally:
        for (module, name, _), original in zip(places, before, strict=True):
            setattr(module, name, original)


def _validate(instance: Any, schema: dict[str, Any]) -> None:
    """As jsonschema.validate, for nbgrader's marks of a cell: slowly only if they are not valid."""
    try:
        _compiled(json.dumps(schema))(instance)
    except JsonSchemaException:
        jsonschema.validate(instance, schema)


@functools.cache
def _compiled(schema: str) -> Callable[[Any], None]:
    check: Callable[[Any], None] = fastjsonschema.compile(json.loads(schema), use_default=False)
    return check


@contextlib.contextmanager
def in_one_transaction(gradebook: SharedGradebook) -> Iterator[None]:
    gradebook.begin()
    try:
        with shared(gradebook):
            yield
        gradebook.keep()
    except BaseException:
        gradebook.undo()
        raise


def _short(error: BaseException) -> str:
    text = str(error).strip().split("\n")[0][:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
