"""One course, graded twice: by nbgrader and by proctor. What they leave behind is made comparable."""

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from bs4 import BeautifulSoup

from . import school
from .outputs import LATE


class Twins(NamedTuple):
    theirs: Path
    ours: Path


def grade_twice(
    course: Path,
    grade: Callable[[Path], object],
    grade_ours: Callable[[Path], object],
    name: str = "nbgrader",
) -> Twins:
    """Both at the same path, one after the other: cells print it, and settings hold it."""
    pristine = school.copy(course, course.with_name("pristine"))
    grade(course)
    theirs = course.rename(course.with_name(name))
    pristine.rename(course)
    grade_ours(course)
    return Twins(theirs, course)


def rows(database: Path) -> dict[str, int]:
    """How many each table has: nothing is left over, nothing is missing."""
    with sqlite3.connect(database) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def assert_same_files(theirs: Path, ours: Path, written: tuple[str, ...] = ()) -> None:
    """Names, permissions of files and folders, and content. `written` by notebooks: in nbgrader's only."""

    def tree(folder: Path) -> dict[str, str]:
        paths = [path for path in folder.rglob("*") if path.name not in written]
        # nbgrader's first student has a folder from before the group's mark (2000) was set on the one above
        return {str(path.relative_to(folder)): oct(path.stat().st_mode & ~0o2000) for path in paths}

    assert tree(ours) == tree(theirs)
    for name in tree(theirs):
        if name.endswith(".ipynb"):
            (mine, late), (other, their_late) = plain(ours / name), plain(theirs / name)
            assert mine == other, name
            assert set(their_late) <= set(late), "nbclient may lose them, between two cells; proctor may not"
        elif (theirs / name).is_file():
            assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


def plain(path: Path) -> Any:
    """Without times, addresses and process numbers; each stream in one piece, however it was cut. Lines that
    may arrive late (see `outputs.py`) are told apart: that they are there counts, not below which cell."""
    text = re.sub(r"ipykernel_\d+", "ipykernel", path.read_text())
    text = re.sub(r"((CPU times|Wall time): [^\"]*?)\\n", "time\\\\n", text)
    text = re.sub(r" at 0x[0-9a-f]{6,}>", " at ...>", text)
    late = []
    notebook = json.loads(text)
    notebook["metadata"].pop("widgets", None)
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"].pop("execution", None)
        if "was added back by nbgrader" in "".join(cell["source"]):
            cell["id"] = f"added-{number}"  # nbformat gives it a new one each time
        if "outputs" in cell:
            outputs = whole(cell["outputs"])
            late += [
                (output["name"], line)
                for output in outputs
                for line in lines(output)
                if line.startswith(LATE)
            ]
            for output in outputs:
                if lines(output):
                    output["text"] = "".join(line for line in lines(output) if not line.startswith(LATE))
            cell["outputs"] = whole(outputs)
    nbformat.validate(notebook)
    return notebook, sorted(late)


def lines(output: Any) -> list[str]:
    """Those of a stream; any other output has none."""
    return "".join(output["text"]).splitlines(keepends=True) if output["output_type"] == "stream" else []


def whole(outputs: list[Any]) -> list[Any]:
    """Neighbors of one stream are one piece, and there is none without text."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] != "stream":
            joined.append(output)
        elif output["name"] == last.get("name"):
            last["text"] += "".join(lines(output))
        elif lines(output):
            joined.append(output | {"text": "".join(lines(output))})
    return joined


def shown(page: Path) -> list[str]:
    """The lines that a reader of a page sees."""
    soup = BeautifulSoup(page.read_text(), "html.parser")
    for tag in soup(["script", "style", "head"]):
        tag.decompose()
    return [line.strip() for line in soup.get_text().split("\n") if line.strip()]
