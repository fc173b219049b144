"""What a student sees of the grading: the messages of hidden tests, but not their text.

nbgrader takes hidden tests out of the notebook that it releases, but shows them in the feedback: in the
test cell, and again in the traceback of a test that failed. `HideTests` takes them out of both.
In nbgrader_config.py:

    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "proctor.feedback.HideTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
"""

import re
from html import unescape
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution

NOTE = "# (The hidden test stood here. If it failed, its message is the last line below.)"

COLOR = re.compile(r"\x1b\[[0-9;]*m")
TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"\s*(?:-+>)?\s*\d+(.*)")  # in a traceback: "     11 w = 2"
ARROW = re.compile(r"-+> *\d+(.*)")  # where it stopped: "---> 12 assert w == 3"
LONG = 12  # characters; what is shorter, such as ")", gives nothing away outside a traceback


class HideTests(ClearHiddenTests):  # type: ignore[misc]  # nbgrader has no types
    """Put a note in the place of the hidden tests, and drop each line of output that shows a line of them."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        hidden: set[str] = set()
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell):
                hidden |= self._replace_hidden_tests(cell)
        shown = "\n".join(cell.source for cell in nb.cells)
        hidden = {line for line in hidden if line not in shown}  # what also stands in plain view is no secret
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                _clean(output, hidden)
        return nb, resources

    def _replace_hidden_tests(self, cell: NotebookNode) -> set[str]:
        """Return the hidden lines of a test cell, and leave the note in their place."""
        shown: list[str] = []
        hidden: set[str] = set()
        inside = False
        for line in cell.source.split("\n"):
            if self.begin_test_delimeter in line:
                inside = True
                shown.append(NOTE)
            if inside:
                hidden.add(line.strip())
            else:
                shown.append(line)
            if self.end_test_delimeter in line:
                inside = False
        cell.source = "\n".join(shown)
        return hidden


def _clean(output: NotebookNode, hidden: set[str]) -> None:
    if output.output_type == "error":
        output.traceback = [_without(hidden, _frame(hidden, frame)) for frame in output.traceback]
    elif output.output_type == "stream":
        output.text = _without(hidden, output.text)
    else:
        for kind, content in output.data.items():
            if isinstance(content, str):
                output.data[kind] = _without(hidden, content)


def _frame(hidden: set[str], frame: str) -> str:
    """A frame of a traceback; a note, if it stopped in a hidden line: its heading tells a function's name."""
    for line in frame.split("\n"):
        arrow = ARROW.match(COLOR.sub("", line))
        if arrow and arrow[1].strip() in hidden:
            return "(in the hidden test)\n"
    return frame


def _without(hidden: set[str], text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not _shows(hidden, line))


def _shows(hidden: set[str], line: str) -> bool:
    """Whether the line is a hidden one in a traceback, or holds a long one, colored or escaped."""
    plain = COLOR.sub("", line)
    for seen in (plain, unescape(plain), unescape(TAG.sub("", plain))):
        code = CODE.match(seen)
        if code and code[1].strip() in hidden:
            return True
        if any(part in seen for part in hidden if len(part) >= LONG):
            return True
    return False
