"""A course on disk: its settings as nbgrader reads them, its folders, and its gradebook."""

import ast
import contextlib
import hashlib
import json
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import Assignment, Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import text
from sqlalchemy.exc import SAWarning


class CourseError(Exception):
    """Something about the course that its instructor must mend; the message says what."""


class _App(NbGrader):  # type: ignore[misc]
    """Reads nbgrader_config.py, from where nbgrader looks for it."""

    name = "proctor"
    description = "proctor"


class Course:
    def __init__(self, folder: Path, **settings: dict[str, Any]):
        """`settings` override the course's, as nbgrader's command line does: Execute={"timeout": 5}."""
        if not folder.is_dir():
            raise CourseError(f"{folder} is no folder")
        os.chdir(folder)
        # nbgrader looks there for `alembic`, when it makes a gradebook.
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self.app = _App()
        self.app.log_level = logging.ERROR
        self.app.initialize([])
        for section, values in settings.items():
            self.app.config[section].update(values)
        self.directory: CourseDirectory = self.app.coursedir
        self.root = Path(self.directory.root)
        self.state = self.root / ".proctor"

    def path(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.directory.format_path(step, student, assignment))

    @cached_property
    def gradebook(self) -> "SharedGradebook":
        try:
            return SharedGradebook(self.directory.db_url, self.directory.course_id)
        except ImportError as error:
            raise CourseError(f"CourseDirectory.db_url needs a library: {error}") from None

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
        # That a server has hung up is told once, by the command, and not by each part that notices.
        for logger in ("sqlalchemy.pool", api.app_log.name):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        super().__init__(url, course)
        self._session = self.db()
        self._commit, self._session.commit = self._session.commit, self._session.flush

    def close(self) -> None:
        """Its users mean well; it stays open."""

    @contextlib.contextmanager
    def only_writer(self) -> Iterator[None]:
        """state.only_one sees this machine; a server may serve several. The lock goes with the connection."""
        if self.engine.dialect.name != "postgresql":
            yield
            return
        with self.engine.connect() as connection:
            lock = text("SELECT pg_try_advisory_lock(:number)")
            number = int(digest("proctor", self.course_id)[:15], 16)
            if not connection.execute(lock, {"number": number}).scalar():
                raise CourseError(
                    "another proctor is writing to this course's gradebook: wait for it, or stop it"
                )
            connection.commit()
            try:
                yield
            finally:
                connection.invalidate()  # closed, not kept for another use: the lock goes with it

    def rest(self) -> None:
        """Before waiting: a server may hang up on those who keep a transaction open and do nothing."""
        if self.engine.dialect.name == "postgresql":
            self._session.rollback()

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
