"""Grade a notebook as nbgrader does, in milliseconds: no kernel, no gradebook.

As in `nbgrader autograde`, test cells are first replaced by the originals, all cells run from the top
whatever fails, and a test cell gets its points if it ran without an exception and wrote nothing to stderr.
test_nbgrader.py holds the scores against nbgrader's. Two differences: cells tagged `picture` are not run,
and where nbgrader stops a cell by the clock, here the number of lines that it may run is limited, so that a
slow machine gives the same score.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assignment import grade_id, is_locked, is_test
from nbformat import NotebookNode


@dataclass
class Result:
    scores: dict[str, float]  # of each test cell
    errors: dict[str, str]  # "AssertionError: what it said", of each test cell that failed


def grade(submission: NotebookNode, solution: NotebookNode) -> Result:
    """Score the test cells of a submission. One that is missing, or never came to its end, scores nothing."""
    originals = {grade_id(cell): cell.source for cell in solution.cells if is_locked(cell)}
    outcomes = _run(
        [
            (grade_id(cell), originals.get(grade_id(cell), cell.source))
            for cell in submission.cells
            if cell.cell_type == "code" and "picture" not in cell.metadata.get("tags", [])
        ]
    )
    points = {grade_id(cell): cell.metadata.nbgrader.points for cell in solution.cells if is_test(cell)}
    errors = {test: outcomes.get(test, "the cell is missing, or did not come to its end") for test in points}
    errors = {test: error for test, error in errors.items() if error}
    return Result({test: 0.0 if test in errors else points[test] for test in points}, errors)


def _run(cells: list[tuple[str, str]]) -> dict[str, str]:
    server = _server()
    server.stdin.write(json.dumps(cells) + "\n")
    server.stdin.flush()
    outcomes = {}
    while (answer := server.stdout.readline()) != "\n":
        name, outcome = json.loads(answer)
        outcomes[name] = outcome
    return outcomes


@cache
def _server() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, Path(__file__).with_name("zygote.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
