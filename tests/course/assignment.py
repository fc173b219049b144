"""An assignment as the tests see it: its notebooks, its tasks, and its catalog of answers.

An assignment is a folder in solutions/ with a notebook of the same name. A task is an answer cell and the
test cells that follow it; its name is the answer cell's grade_id, with which, and a hyphen, its tests'
grade_ids begin.
"""

import importlib.util
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong answer: the text of the answer cell, and the test cells that it must lose."""

    task: str
    name: str
    loses: set[str]
    source: str


@dataclass(frozen=True)
class Right:
    """A right answer in other words: it must lose nothing."""

    task: str
    name: str
    source: str


class Assignment:
    def __init__(self, name: str):
        self.name = name
        self.solution = _read(ROOT / "solutions" / name / f"{name}.ipynb")
        self.release = _read(ROOT / "exercises" / name / f"{name}.ipynb")

    @cached_property
    def answers(self) -> dict[str, str]:
        """The solution of each task, in order."""
        return {
            grade_id(cell): cell.source
            for cell in self.solution.cells
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
        }

    @cached_property
    def points(self) -> dict[str, dict[str, float]]:
        """The points of each test cell, by task. What stands before the first task belongs to the task ""."""
        points: dict[str, dict[str, float]] = {task: {} for task in self.answers}
        task = ""
        for cell in self.solution.cells:
            if grade_id(cell) in self.answers:
                task = grade_id(cell)
            elif is_test(cell):
                points.setdefault(task, {})[grade_id(cell)] = cell.metadata.nbgrader.points
        return points

    @cached_property
    def full_marks(self) -> dict[str, float]:
        """The points of each test cell. What is marked by hand does not count."""
        return {test: points for tests in self.points.values() for test, points in tests.items()}

    @cached_property
    def _catalog(self):
        path = Path(__file__).parent / "catalog" / f"{self.name}.py"
        assert path.exists(), f"solutions/{self.name} has no catalog of right and wrong answers: write {path}"
        spec = importlib.util.spec_from_file_location(f"catalog_{self.name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @property
    def wrong(self) -> list[Wrong]:
        return self._catalog.WRONG

    @property
    def right(self) -> list[Right]:
        return self._catalog.RIGHT

    @property
    def equivalent(self) -> dict[tuple[str, str], str]:
        """(task, name) of the machine-made mutants that are right answers, and why they are."""
        return self._catalog.EQUIVALENT

    def submission(self, answers: Mapping[str, str]) -> NotebookNode:
        """The released notebook with these tasks answered."""
        return answered(self.release, answers)

    def part(self, task: str) -> NotebookNode:
        """The solution without the cells of other tasks."""
        others = {name for other, tests in self.points.items() if other != task for name in (other, *tests)}
        notebook = deepcopy(self.solution)
        notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in others]
        return notebook


def answered(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """A copy, with these sources in the answer cells."""
    notebook = deepcopy(notebook)
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    return notebook


def assignments() -> list[str]:
    return sorted(folder.name for folder in (ROOT / "solutions").glob("[!.]*/"))


def grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_test(cell: NotebookNode) -> bool:
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and nbgrader.get("grade") and not nbgrader.get("solution"))


def is_locked(cell: NotebookNode) -> bool:
    """Whether the grader puts the original back: the test cells, and the read-only ones."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool((nbgrader.get("grade") or nbgrader.get("locked")) and not nbgrader.get("solution"))


def _read(path: Path) -> NotebookNode:
    assert path.exists(), (
        f"{path} is missing: an assignment has a notebook of its name (for exercises/: make release)"
    )
    return nbformat.read(path, as_version=4)
