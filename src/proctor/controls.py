"""Negative controls: does a test that was passed also pass without the student's answer? Then a human looks.

Before a test's text reaches the notebook's process, that process forks. When the student has passed the
test, the fork puts the release's stubs in place of the student's functions, and runs the same test: it must
fail, as it does on the blank notebook. Before that, it runs the student's own functions through the
test with a failure added at its end: who passes that, has not passed by being right.

What a control can tell is found out by running the blank notebook, once for an assignment (`survey`). It is
silent on a test that the blank notebook passes, and on one that fails there without calling a stub or missing
a name: such a test looks at a file, a figure, an array, which are still there when the functions are gone.
"""

import ast
import secrets
import time
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade, has_failed, is_grade, is_solution

from .protocol import Channel, ProtocolError, checked

SECONDS = 5.0  # for the controls: a test that calls a stub comes to its end early
EARLY = 1.0  # for one that is run before its test
QUICK = 0.2  # seconds that a test may have taken, to be run once more with the student's functions
ANSWER = 30.0  # within which the notebook's process tells how a control went
ADDED = "\nassert False, 'to be seen: a test that nobody can pass'"

Question = tuple[NotebookNode, dict[str, Any]]
Run = NotebookNode | None  # None: it came to no end


@dataclass(frozen=True)
class Blank:
    """What is known of a blank notebook. Plain values: it is kept as JSON, and sent to workers."""

    stubs: list[str]  # the release's answer cells
    own: list[str]  # its other cells: what they define is the instructor's
    tests: dict[str, dict[str, Any]]  # by grade_id: the score on the blank notebook, the names there, ...

    @cached_property
    def answers(self) -> list[str]:
        """The names that the student is asked to define."""
        return sorted({name for stub in self.stubs for name in _bound(stub)})

    @cached_property
    def plain_stubs(self) -> list[str]:
        """Without IPython's own syntax."""
        return [_python(stub) for stub in self.stubs]

    def is_own(self, cell: NotebookNode) -> bool:
        return not is_solution(cell) and (is_grade(cell) or cell.source in self._own)

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(self.own)


def blank(notebook: NotebookNode, tests: dict[str, dict[str, Any]]) -> Blank:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return Blank(
        [cell.source for cell in code if is_solution(cell)],
        [cell.source for cell in code if not is_solution(cell) and not is_grade(cell)],
        tests,
    )


def is_test(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and is_grade(cell) and not is_solution(cell))


def surveyed(cell: NotebookNode, reply: dict[str, Any]) -> dict[str, Any]:
    """What a run of the blank notebook tells of a test."""
    return {
        "score": score(cell),
        "tells": bool(reply.get("called")) or reply.get("ename") == "NameError",
        "names": sorted(str(name) for name in reply.get("names", [])),
    }


def score(cell: NotebookNode) -> float | None:
    """nbgrader's, or None for what it cannot make sense of."""
    try:
        points: float | None = determine_grade(cell)[0]
    except Exception:
        return None
    return points


@dataclass
class Passed:
    """A test that the student has passed, and what came of it in the fork."""

    cell: NotebookNode
    number: int
    points: float
    quick: bool  # it can be run once more with the student's functions
    doomed: Run = None
    bare: Run = None

    @property
    def name(self) -> str:
        return str(self.cell.metadata.nbgrader.grade_id)


class Controls:
    """The controls of one submission's notebook. Tests that follow each other share a fork."""

    def __init__(self, channel: Channel, known: Blank, key: str):
        self.channel, self.known, self.key = channel, known, key
        self.passed: list[Passed] = []
        self.early: tuple[str, Run, Run] = "", None, None
        self.forked = False
        self.started = 0.0

    def tells(self, cell: NotebookNode) -> bool:
        test = self.known.tests.get(cell.metadata.nbgrader.grade_id) if is_test(cell) else None
        return bool(test and test["tells"] and test["score"] is not None)

    def before(self, cell: NotebookNode) -> None:
        """The notebook's process forks. One control in four runs before the test, the others after it: what
        keeps count of runs cannot tell them apart by that."""
        if not self.forked:
            self.channel.send({"fork": True})
            self.forked, self.early = True, ("", None, None)
            name = str(cell.metadata.nbgrader.grade_id)
            if self._draw(name) % 4 == 0:
                doomed, bare = self._ask([self._doomed(cell), self._bare(cell)], EARLY)
                self.early = name, doomed, bare
        self.started = time.monotonic()

    def after(self, cell: NotebookNode, number: int) -> None:
        points = score(cell)
        if points is not None and points > self._least(cell):
            quick = time.monotonic() - self.started < QUICK and not self.early[0]
            self.passed.append(Passed(cell, number, points, quick))

    def settle(self) -> list[str]:
        """Before another cell runs, the fork runs the tests that were passed. What should a human look at?"""
        passed, self.passed, self.forked = self.passed, [], False
        quick = [test for test in passed if test.quick]
        others = [test for test in passed if test.name != self.early[0]]
        questions = [self._doomed(test.cell) for test in quick] + [self._bare(test.cell) for test in others]
        runs = self._ask(questions, SECONDS) if questions else []
        for test, run in zip(quick, runs[: len(quick)], strict=True):
            test.doomed = run
        for test, run in zip(others, runs[len(quick) :], strict=True):
            test.bare = run
        for test in passed:
            if test.name == self.early[0]:
                _, test.doomed, test.bare = self.early
        return [flag for test in passed for flag in self._flags(test)]

    def _flags(self, test: Passed) -> list[str]:
        flags = []
        least = self._least(test.cell)
        without = None if test.bare is None else score(test.bare)
        if without is not None and without > least and without >= test.points:
            flags.append(
                f"cell {test.number}: {test.name} passes ({without:g} points) without the student's "
                f"functions; on the blank notebook it scores {least:g}"
            )
        if test.doomed is not None and not has_failed(test.doomed):
            flags.append(f"cell {test.number}: {test.name} passes with a failure added at its end")
        return flags

    def _least(self, cell: NotebookNode) -> float:
        return float(self.known.tests[cell.metadata.nbgrader.grade_id]["score"])

    def _bare(self, cell: NotebookNode) -> Question:
        names = self.known.tests[cell.metadata.nbgrader.grade_id]["names"]
        return cell, {"source": cell.source, "stubs": self.known.plain_stubs, "names": names}

    def _doomed(self, cell: NotebookNode) -> Question:
        return cell, {"source": cell.source + ADDED}

    def _ask(self, questions: list[Question], seconds: float) -> list[Run]:
        """The cells with what nbgrader scores by, errors and results."""
        runs = {secrets.token_hex(16): NotebookNode(cell, outputs=[]) for cell, _ in questions}
        asked = [text | {"token": token} for token, (_, text) in zip(runs, questions, strict=True)]
        last = secrets.token_hex(16)
        self.channel.send({"token": last, "control": asked, "seconds": seconds})
        deadline = time.monotonic() + ANSWER
        while True:
            message = self.channel.receive(deadline)
            token = str(message.get("token"))
            kind, content = checked(message, token if token in runs else last)
            if token in runs:
                runs[token].outputs += _outputs(kind, content)
            elif kind == "reply":
                return [run if content["status"] == "ok" else None for run in runs.values()]

    def _draw(self, name: str) -> int:
        """The same for the same submission, and not to be foreseen by its author."""
        return int.from_bytes(sha256(f"{self.key} {name}".encode()).digest()[:4])


def _outputs(kind: str, content: dict[str, Any]) -> list[NotebookNode]:
    match kind:
        case "error":
            fields = {name: content[name] for name in ("ename", "evalue", "traceback")}
            return [new_output("error", **fields)]
        case "stream":
            return [new_output("stream", name=content["name"], text=content["text"])]
        case "execute_result":
            data = NotebookNode(content["data"])
            return [new_output("execute_result", data=data, metadata={})]
        case _:
            raise ProtocolError(f"a {kind} from a control")


def _python(source: str) -> str:
    text: str = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    return text


def _bound(source: str) -> set[str]:
    """The names that a cell binds at its top."""
    try:
        tree = ast.parse(_python(source))
    except SyntaxError:
        return set()
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        else:
            found |= {
                name.id
                for name in ast.walk(node)
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            }
    return found
