"""Damaged submissions: graded as far as they can be, and named."""

import json
import os
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .attack import FULL, NO_DOUBLE, NO_MEAN, NOTHING, Attack

Change = Callable[[NotebookNode], object]
Raw = Callable[[NotebookNode], bytes]
Files = Callable[[Path], object]
GOOD = {"double": "def double(x):\n    return 2 * x", "mean": "def mean(xs):\n    return sum(xs) / len(xs)"}


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def copies(name: str) -> Change:
    def change(notebook: NotebookNode) -> None:
        place = notebook.cells.index(cell(notebook, name))
        twin = deepcopy(notebook.cells[place])
        twin.id = "twin"
        notebook.cells.insert(place + 1, twin)

    return change


def retypes(name: str, kind: str) -> Change:
    def change(notebook: NotebookNode) -> None:
        it = cell(notebook, name)
        it.cell_type = kind
        it.pop("outputs", None)
        it.pop("execution_count", None)

    return change


def marks(name: str, **values: object) -> Change:
    return lambda notebook: cell(notebook, name).metadata.nbgrader.update(values)


def as_json(change: Change) -> Raw:
    """Change what is no longer a valid notebook."""

    def raw(notebook: NotebookNode) -> bytes:
        data = json.loads(nbformat.writes(notebook))
        change(data)
        return json.dumps(data).encode()

    return raw


def link(target: str, name: str) -> Files:
    return lambda folder: os.symlink(target, folder / name)


def linked_notebook(folder: Path) -> None:
    (folder / "p1.ipynb").rename(folder / "elsewhere")
    (folder / "p1.ipynb").symlink_to("elsewhere")


def no_metadata(data: dict) -> None:
    for it in data["cells"]:
        del it["metadata"]


def null_ids(data: dict) -> None:
    for it in data["cells"]:
        it["id"] = None


def strange_cell(data: dict) -> None:
    data["cells"].insert(1, {"cell_type": "video", "metadata": {}, "source": 7})
    data["cells"].insert(1, "no cell at all")


def removed(*names: str) -> Change:
    def change(notebook: NotebookNode) -> None:
        notebook.cells = [
            c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names
        ]

    return change


def damaged(name: str, scores: dict | None = None, **how: object) -> Attack:
    return Attack(name, FULL if scores is None else scores, **(GOOD | how))


UNGRADED = {"mean-shown": None, "mean-part": None}

ATTACKS = [
    damaged("copied-test", change=copies("double-shown"), says="another copy of 'double-shown'"),
    damaged("copied-answer", change=copies("double"), says="another copy of 'double'"),
    damaged("retyped-answer", NO_DOUBLE | {}, change=retypes("double", "markdown"), double="text"),
    damaged("retyped-test", change=retypes("double-shown", "markdown")),
    damaged("raw-test", change=retypes("double-shown", "raw")),
    damaged("more-points", change=marks("double-shown", points=100)),
    damaged("test-marked-as-answer", change=marks("double-hidden", solution=True, locked=False, grade=True)),
    damaged("test-not-graded", change=marks("double-hidden", grade=False)),
    damaged(
        "unlocked-test",
        NO_DOUBLE,
        double="def double(x): return 0",
        change=marks("double-shown", locked=False),
    ),
    damaged(
        "renamed-test",
        FULL | {"double-shown": None},
        change=marks("double-shown", grade_id="other"),
        says="other",
    ),
    damaged("no-points", change=lambda nb: cell(nb, "double-shown").metadata.nbgrader.pop("points")),
    damaged(
        "no-grade-id",
        FULL | {"double-shown": None},
        change=lambda nb: cell(nb, "double-shown").metadata.nbgrader.pop("grade_id"),
    ),
    damaged(
        "marks-are-text",
        FULL | {"double-shown": None},
        raw=as_json(lambda d: d["cells"][2]["metadata"].update(nbgrader="x")),
    ),
    damaged("old-marks", change=marks("double-shown", schema_version=1)),
    damaged("marks-of-the-future", change=marks("double-shown", schema_version=99)),
    damaged("removed-tests", FULL | UNGRADED, change=removed("mean-shown", "mean-part")),
    damaged(
        "edited-tests",
        NOTHING,
        double="pass",
        mean="pass",
        change=lambda nb: [
            c.update(source="1")
            for c in nb.cells
            if "nbgrader" in c.metadata and c.metadata.nbgrader.grade and c.cell_type == "code"
        ],
    ),
    damaged("no-metadata", dict.fromkeys(FULL), raw=as_json(no_metadata)),
    damaged("null-ids", raw=as_json(null_ids)),
    damaged("strange-cells", raw=as_json(strange_cell), says="of no known type"),
    damaged("null-bytes", NO_DOUBLE | {}, double="def double(x):\x00\n    return 2 * x"),
    damaged(
        "half-characters",
        raw=lambda nb: nbformat.writes(nb).replace("return 2 * x", "return 2 * x  # \\ud800").encode(),
    ),
    damaged("format-3", raw=lambda nb: nbformat.v3.writes_json(nbformat.convert(nb, 3)).encode()),
    damaged("empty-file", scores={}, raw=lambda nb: b"", says="cannot be read"),
    damaged("not-json", scores={}, raw=lambda nb: b"\x89PNG\r\n\x1a\n\x00", says="cannot be read"),
    damaged("cut-short", scores={}, raw=lambda nb: nbformat.writes(nb).encode()[:900], says="cannot be read"),
    damaged(
        "nested-for-ever", scores={}, raw=lambda nb: b'{"cells": ' + b"[" * 100_000, says="cannot be read"
    ),
    damaged(
        "no-cells",
        scores={},
        raw=lambda nb: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        says="cannot be read",
    ),
    damaged("linked-notebook", scores={}, files=linked_notebook, says="a link is not taken"),
    damaged("links-out", files=link("/etc/passwd", "passwd.txt"), says="a link is not taken"),
    damaged("links-to-the-course", files=link("../../../source", "solutions"), says="a link is not taken"),
    damaged(
        "a-pipe",
        files=lambda folder: os.mkfifo(folder / "pipe"),
        says="a pipe, socket or device is not taken",
    ),
    damaged("another-notebook", files=lambda folder: (folder / "extra.ipynb").write_text("{}")),
    damaged(
        "bad-timestamp",
        files=lambda folder: (folder / "timestamp.txt").write_text("yesterday"),
        says="holds no time",
    ),
    damaged("shadows-a-module", files=lambda folder: (folder / "numpy.py").write_text("raise SystemExit")),
    damaged("many-cells", change=lambda nb: nb.cells.extend(new_code_cell("1") for _ in range(300))),
    damaged(
        "own-autograder",
        NO_MEAN,
        mean="def mean(xs): return None",
        files=lambda folder: (folder / "nbgrader_config.py").write_text("raise SystemExit"),
    ),
    damaged("byte-order-mark", raw=lambda nb: b"\xef\xbb\xbf" + nbformat.writes(nb).encode()),
    damaged("utf-16", raw=lambda nb: nbformat.writes(nb).encode("utf-16"), says="mended"),
    damaged("latin-1", scores={}, raw=lambda nb: b'{"cells": "\xe4"}', says="cannot be read"),
    damaged(
        "duplicate-keys",
        raw=lambda nb: nbformat.writes(nb).replace('"cells"', '"cells": [], "cells"', 1).encode(),
    ),
    damaged("not-a-number", raw=as_json(lambda d: d["metadata"].update(x=float("nan")))),
    damaged(
        "deep-metadata",
        raw=as_json(lambda d: d["metadata"].update(x=json.loads("[" * 300 + "]" * 300))),
    ),
    damaged("large-cell-metadata", change=lambda nb: nb.cells[1].metadata.update(x="y" * (1 << 20))),
    damaged(
        "attachments",
        change=lambda nb: nb.cells[-1].update(
            attachments={f"{i}.png": {"image/png": "A" * 999} for i in range(99)}
        ),
    ),
    damaged("a-zip-bomb", files=lambda folder: (folder / "bomb.zip").write_bytes(b"PK\3\4" + bytes(1 << 16))),
    damaged("negative-points", change=marks("double-shown", points=-5)),
    damaged("points-are-text", change=marks("double-shown", points="many")),
    damaged("points-beyond-all", change=marks("double-shown", points=1e308)),
    damaged(
        "script-as-grade-id",
        FULL | {"double-shown": None},
        change=marks("double-shown", grade_id="<script>alert(1)</script>"),
    ),
    damaged("future-format", raw=as_json(lambda d: d.update(nbformat=4, nbformat_minor=99))),
    damaged("format-9", scores=None, raw=as_json(lambda d: d.update(nbformat=9))),
    damaged("outputs-are-text", raw=as_json(lambda d: d["cells"][0].update(outputs="x"))),
    damaged(
        "forged-outputs",
        NOTHING,
        double="pass",
        mean="pass",
        raw=as_json(
            lambda d: [
                c.update(
                    outputs=[
                        {
                            "output_type": "execute_result",
                            "data": {"text/plain": "4.0"},
                            "metadata": {},
                            "execution_count": 1,
                        }
                    ]
                )
                for c in d["cells"]
                if c["cell_type"] == "code"
            ]
        ),
    ),
    damaged("same-ids", change=lambda nb: [c.update(id="same") for c in nb.cells]),
    damaged(
        "skipped-tests",
        NOTHING | {},
        double="pass",
        mean="pass",
        change=lambda nb: [c.metadata.update(tags=["skip-execution", "raises-exception"]) for c in nb.cells],
    ),
    damaged(
        "kernel-of-its-own",
        change=lambda nb: nb.metadata.update(
            kernelspec={"name": "bash", "display_name": "Bash", "language": "bash"}
        ),
    ),
]
