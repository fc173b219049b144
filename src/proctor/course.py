"""A course on disk: its settings as nbgrader reads them, its folders, and its gradebook."""

import ast
import contextlib
import hashlib
import inspect
import json
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry
from nbgrader.apps import AutogradeApp
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import SAWarning


class CourseError(Exception):
    """Something about the course that its instructor must mend; the message says what."""


class _App(AutogradeApp):  # type: ignore[misc]
    """Reads nbgrader_config.py (or .json), from where nbgrader looks for it, and nbgrader's own options."""

    name = "proctor"
    description = "proctor"


class Course:
    def __init__(self, folder: Path, options: Sequence[str] = (), **settings: dict[str, Any]):
        """`options` are nbgrader's: --db=..., --Execute.timeout=5. `settings`, too, override the course's."""
        if not folder.is_dir():
            raise CourseError(f"{folder} is no folder")
        os.chdir(folder)
        # nbgrader looks there for `alembic`, when it makes a gradebook.
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self.app = _App()
        self.app.log_level = logging.ERROR
        # nbgrader's gradebook logs a traceback there of each error that it raises, too.
        logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
        self.app.initialize(list(options))
        for section, values in settings.items():
            self.app.config[section].update(values)
        self.directory: CourseDirectory = self.app.coursedir
        self._refuse_what_is_unknown()
        self.root = Path(self.directory.root)
        if not self.root.is_dir():
            raise CourseError(f"CourseDirectory.root = {self.root} is no folder")
        os.chdir(self.root)  # a relative db_url means: from here
        self.state = self.root / ".proctor"

    def _refuse_what_is_unknown(self) -> None:
        if self.app.extra_args:
            raise CourseError(f"not understood: {' '.join(self.app.extra_args)}")
        if self.directory.notebook_id != "*":
            raise CourseError("--notebook, or CourseDirectory.notebook_id: proctor grades whole submissions")

    def students(self, step: str, assignment: str) -> list[str]:
        """Whose folders there are, at this step of nbgrader's, in the order of their names."""
        mark = "{student}"
        before, _, after = self.directory.format_path(step, mark, assignment).partition(mark)
        if not before.endswith(os.sep) or mark in after or after[:1] not in ("", os.sep):
            raise CourseError(
                f"CourseDirectory.directory_structure = {self.directory.directory_structure!r}: proctor "
                "knows only those where {student_id} is a folder of its own"
            )
        names = sorted(os.listdir(before)) if os.path.isdir(before) else []
        return [name for name in names if not name.startswith(".") and _may_hold(before + name, after)]

    def path(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.directory.format_path(step, student, assignment))

    @cached_property
    def gradebook(self) -> "SharedGradebook":
        url = make_url(self.directory.db_url)
        if url.get_backend_name() == "sqlite" and not os.path.exists(url.database or ""):
            raise CourseError(  # else an empty one would be made
                f"there is no gradebook {url.database}. Run first: nbgrader generate_assignment …"
            )
        return SharedGradebook(self.directory.db_url, self.directory.course_id)

    @cached_property
    def folders(self) -> list[str]:
        """All that no notebook may see. The gradebook's file stands in the root, or elsewhere."""
        d = self.directory
        steps = [d.source_directory, d.release_directory, d.submitted_directory, d.autograded_directory]
        steps += [d.feedback_directory, d.solution_directory, d.source_with_tests_directory]
        folders = [str(self.root), *(self.before(str(step), "{student}") for step in steps)]
        return list(dict.fromkeys(folders))

    def before(self, step: str, mark: str) -> str:
        """The part of a step's path that is the same for all students."""
        path: str = self.directory.format_path(step, mark, mark)
        while mark in path:
            path = os.path.dirname(path)
        return os.path.normpath(path)

    def assignment(self, name: str) -> Assignment:
        try:
            return self.gradebook.find_assignment(name)
        except MissingEntry:
            known = ", ".join(sorted(a.name for a in self.gradebook.assignments)) or "none"
            raise CourseError(
                f"the gradebook has no assignment {name!r} (it has: {known}). "
                f"Run first: nbgrader generate_assignment {name}"
            ) from None

    def text_of(self, value: Any) -> str:
        """The same in every process. Of a function or class, its own text: it may be what has changed."""
        if isinstance(value, dict):
            return repr([(name, self.text_of(item)) for name, item in sorted(value.items())])
        if isinstance(value, list | tuple):
            return repr([self.text_of(item) for item in value])
        if callable(value):
            with contextlib.suppress(OSError, TypeError):
                return inspect.getsource(value)
            return str(getattr(value, "__qualname__", ""))
        return repr(value)

    def settings_of(self, *names: str) -> dict[str, Any]:
        """These sections of nbgrader_config.py, as plain values."""
        sections = {name: dict(self.app.config.get(name, {})) for name in names}
        return {name: values for name, values in sections.items() if values}

    def modules(self, name: str) -> list[str]:
        """What the assignment's own notebooks import: loaded once, before any submission is run."""
        found: dict[str, None] = {}
        source = self.path(self.directory.source_directory, ".", name)
        for notebook in sorted(source.glob("*.ipynb")):
            cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
            for cell in cells:
                text = "".join(cell["source"])
                if cell["cell_type"] != "code" or "import" not in text:
                    continue
                lines = (line for line in text.split("\n") if not line.lstrip().startswith(("%", "!")))
                try:
                    found |= dict.fromkeys(_imports("\n".join(lines)))
                except SyntaxError:
                    continue
        return [module for module in found if not (source / f"{module.partition('.')[0]}.py").exists()]


def _may_hold(folder: str, inner: str) -> bool:
    """A folder that may not be looked into counts: its student must be named, not passed over."""
    closed = os.path.isdir(folder) and not os.access(folder, os.X_OK)
    return closed or os.path.isdir(folder + inner)


def _imports(text: str) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names


class SharedGradebook(Gradebook):  # type: ignore[misc]
    """nbgrader's gradebook, opened once: its parts open it dozens of times a notebook, and commit after each
    cell. Here, what looks like a commit to them is a flush, and `keep` or `undo` ends the transaction."""

    def __init__(self, url: str, course: str):
        # nbgrader's models are put together in an order that SQLAlchemy remarks on; it comes out right.
        warnings.filterwarnings("ignore", "Object of type .* not in session", SAWarning)
        super().__init__(url, course)
        self._session = self.db()
        self._commit, self._session.commit = self._session.commit, self._session.flush

    def close(self) -> None:
        """Its users mean well; it stays open."""

    def keep(self) -> None:
        self._commit()
        self._session.expunge_all()

    def undo(self) -> None:
        self._session.rollback()
        self._session.expunge_all()


def digest(*parts: str | bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:32]
