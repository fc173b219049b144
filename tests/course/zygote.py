"""Run notebooks' cells, each notebook in a process of its own: the server that runner.py talks to.

It reads a line for each notebook, a JSON list of [name, source]. It writes a line for each cell that came
to its end, a JSON pair [name, what went wrong or ""], and an empty line after the last. It has numpy loaded
and nothing else: a fork of it takes a millisecond (and a fork of pytest would inherit whatever the tests
before it have started).
"""

import io
import json
import os
import resource
import signal
import sys
import traceback
from types import FrameType
from typing import Any

import numpy  # noqa: F401 (loaded once, for all notebooks)

LINES = 50_000  # that a cell may run; a solution's take hundreds
SECONDS = 20  # of processor time, where the count of lines does not help; thrice that by the clock
MEMORY = 2 << 30  # bytes


class TooManyLinesError(BaseException):
    """Not an Exception: an `except Exception` in the loop that is to be stopped does not swallow it."""


def serve() -> None:
    for request in sys.stdin:
        if (child := os.fork()) == 0:
            run(json.loads(request), os.dup(1))
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b"\n")


def run(cells: list[tuple[str, str]], out: int) -> None:
    """Run all cells in one namespace, whatever fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(3 * SECONDS)
    stderr = io.StringIO()
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), io.StringIO(), stderr
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, (name, source) in enumerate(cells):
        outcome = run_cell(source, f"<cell {number}>", namespace, stderr)
        os.write(out, f"{json.dumps([name, outcome])}\n".encode())


def run_cell(source: str, filename: str, namespace: dict[str, Any], stderr: io.StringIO) -> str:
    """Return what nbgrader would take for a failure, or an empty text."""
    written = stderr.tell()
    lines = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith("<cell "):
            return None  # a library's lines do not count
        lines += event == "line"
        if lines > LINES:
            raise TooManyLinesError(f"stopped after {LINES} lines")
        return count

    try:
        code = compile(source, filename, "exec")
        sys.settrace(count)
        exec(code, namespace)
    except BaseException as error:
        return f"{type(error).__name__}{_place(error, filename)}: {error}"
    finally:
        sys.settrace(None)
    return "text was written to stderr" if stderr.tell() > written else ""


def _place(error: BaseException, filename: str) -> str:
    """Whether the test cell's own lines went wrong, on an answer that they did not foresee."""
    cells = [
        frame.f_code.co_filename
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith("<cell ")
    ]
    return " in the cell itself" if cells[-1:] == [filename] and not isinstance(error, AssertionError) else ""


if __name__ == "__main__":
    serve()
