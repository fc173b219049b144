"""Mend a notebook that nbgrader would refuse, as far as what the gradebook knows allows it.

It is only called after nbgrader has refused the notebook, so that one it accepts is graded as it does.
"""

from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.api import Notebook, SourceCell

NEW_CELL: dict[str, Callable[..., NotebookNode]] = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
    "raw": new_raw_cell,
}


def mend(notebook: Any, original: Notebook) -> tuple[NotebookNode, list[str]]:
    """The notebook with cells in valid form and the marks that the gradebook knows; and what was found."""
    found: list[str] = []
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it has no list of cells")
    known = {cell.name: cell for cell in original.source_cells}
    marks = {name: _marks(cell, original) for name, cell in known.items()}
    rebuilt = [_valid(cell, number, found) for number, cell in enumerate(cells, start=1)]
    seen: set[str] = set()
    for number, cell in reversed(list(enumerate(rebuilt, start=1))):  # nbgrader, too, keeps the last one
        given = cell.metadata.pop("nbgrader", None)
        name = given.get("grade_id") if isinstance(given, dict) else None
        if given is None:
            continue
        if not isinstance(name, str) or name not in known:
            found.append(f"cell {number}: marked as {name!r}, which the assignment does not have")
        elif name in seen:
            found.append(f"cell {number}: another copy of {name!r}")
        else:
            seen.add(name)
            cell.metadata.nbgrader = NotebookNode(marks[name])
            different = [key for key in ("grade", "solution", "task") if given.get(key) != marks[name][key]]
            if different or cell.cell_type != known[name].cell_type:
                found.append(f"cell {number}: the marks of {name!r} were changed")
            if cell.cell_type != known[name].cell_type:
                id_, metadata = cell.get("id"), cell.metadata
                cell.clear()
                cell.update(NEW_CELL[known[name].cell_type](known[name].source or "", metadata=metadata))
                cell.id = id_
    metadata = notebook.get("metadata")
    mended = new_notebook(cells=rebuilt, metadata=metadata if isinstance(metadata, dict) else {})
    for number, cell in enumerate(mended.cells):
        cell.id = f"cell-{number}"
    return mended, found or ["its format was not valid"]


def _valid(cell: Any, number: int, found: list[str]) -> NotebookNode:
    if not isinstance(cell, dict):
        found.append(f"cell {number}: not a cell")
        cell = {}
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        found.append(f"cell {number}: its source is no text")
        source = ""
    source = source.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    metadata = cell.get("metadata")
    kind = cell.get("cell_type")
    if kind not in NEW_CELL:
        found.append(f"cell {number}: of no known type")
        kind = "raw"
    given = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return NEW_CELL[kind](source, metadata={} if given is None else {"nbgrader": given})


def _marks(cell: SourceCell, notebook: Notebook) -> dict[str, Any]:
    """What nbgrader's metadata of this cell were when it was released."""
    tasks = {graded.name: graded for graded in notebook.task_cells}
    graded = {graded.name: graded for graded in notebook.grade_cells} | tasks
    task = cell.name in tasks
    marks = {
        "schema_version": 3,
        "grade_id": cell.name,
        "cell_type": cell.cell_type,
        "locked": bool(cell.locked),
        "checksum": cell.checksum,
        "grade": cell.name in graded and not task,
        "solution": any(other.name == cell.name for other in notebook.solution_cells),
        "task": task,
    }
    if cell.name in graded:
        marks["points"] = float(graded[cell.name].max_score)
    return marks
