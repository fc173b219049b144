"""What an attack is, to the tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from .. import school

NOTHING = {"double-shown": 0.0, "double-hidden": 0.0, "mean-shown": 0.0, "mean-part": 0.0}
FULL = {"double-shown": 1.0, "double-hidden": 2.0, "mean-shown": 1.0, "mean-part": 4.0}
NO_MEAN = FULL | {"mean-shown": 0.0, "mean-part": 0.0}
NO_DOUBLE = FULL | {"double-shown": 0.0, "double-hidden": 0.0}


@dataclass
class Attack:
    """`double` and `mean` are the texts of the answer cells; the rest is done to the submission."""

    name: str
    scores: dict[str, float | None] | None  # what an honest grader would give; None: it cannot be graded
    double: str = "def double(x):\n    return 0"
    mean: str = "def mean(xs):\n    return -1.0"
    change: Callable[[NotebookNode], object] | None = None
    raw: Callable[[NotebookNode], bytes] | None = None  # the file's bytes
    files: Callable[[Path], object] | None = None  # done in the submission's folder
    flagged: bool = False  # the score may differ, if a human is told
    says: str = ""  # part of what the report says of it
    leaves: list[str] = field(default_factory=list)  # paths that must not exist afterwards


def hand_in(course: Path, attack: Attack) -> None:
    notebook = school.answered(course, {"double": attack.double, "mean": attack.mean})
    if attack.change:
        attack.change(notebook)
    folder = school.hand_in(course, attack.name, attack.raw(notebook) if attack.raw else notebook)
    if attack.files:
        attack.files(folder)
