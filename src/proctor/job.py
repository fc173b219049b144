"""What is to be done for one submission, and what came of it: all that passes between grader and workers."""

from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from .controls import Blank
from .isolation import Level
from .limits import Limits


@dataclass(frozen=True)
class Site:
    """What is the same for all submissions of a run."""

    level: Level
    hidden: tuple[str, ...]  # folders of the course, which no notebook may see
    workplace: str  # the folder below which a notebook's own folder appears
    modules: tuple[str, ...]  # to import before the first notebook, since the assignment imports them
    limits: Limits
    settings: dict[str, Any]  # of nbgrader's Execute


@dataclass(frozen=True)
class Job:
    key: str  # the hash of all that can change the result
    student: str
    folder: str  # where the notebook finds itself
    notebooks: dict[str, NotebookNode]  # sanitized
    files: dict[str, bytes]  # the other files of the submission, and those that the course adds
    blanks: dict[str, Blank] = field(default_factory=dict)  # of the notebooks that have controls
    survey: bool = False  # these are the blank notebooks


@dataclass
class Executed:
    notebook: NotebookNode
    trouble: str = ""  # why some cells were not run, or not to their end
    flags: list[str] = field(default_factory=list)  # what a human should look at
    seconds: float = 0.0  # by the clock
    cpu: float = 0.0
    memory: int = 0
    survey: dict[str, dict[str, Any]] = field(default_factory=dict)  # of a blank notebook's tests


@dataclass
class Outcome:
    key: str
    student: str
    notebooks: dict[str, Executed] = field(default_factory=dict)
    failure: str = ""  # why there is no result; the job may be run again
    isolation: str = ""  # the level's name, as it really was
