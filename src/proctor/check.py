"""`proctor check`: a student's own check, with the tests that the notebook shows. No course is needed.

It is nbgrader's validator, with results in plain words. The student's code runs with the student's rights.
"""

import argparse
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.filters import strip_ansi
from nbgrader.nbgraderformat import SchemaTooOldError
from nbgrader.utils import is_grade, is_locked
from nbgrader.validator import Validator
from traitlets.config import Config

from .course import CourseError

Findings = dict[str, list[dict[str, str]]]
LINES = 12  # of an error; its last lines say what was wrong
UNANSWERED = ("NotImplementedError", "You did not provide a response.")  # how nbgrader's stubs end


def check(options: argparse.Namespace) -> int:
    results: dict[str, Findings] = {}
    unchecked = {}
    for path in options.notebook:
        try:
            results[str(path)] = _check(path, options.timeout)
        except CourseError as error:  # the others are checked all the same
            unchecked[str(path)] = str(error)
    if options.json:
        print(json.dumps(results | {name: {"unchecked": text} for name, text in unchecked.items()}, indent=1))
    else:
        for name, found in results.items():
            print(_report(name, found))
        for text in unchecked.values():
            print(text)
    return 2 if unchecked else 1 if any(results.values()) else 0


def _check(path: Path, seconds: int) -> Findings:
    """nbgrader's findings: cells whose type or text was changed, and tests that fail."""
    if not path.is_file():
        raise CourseError(f"{path} is no file")
    validator = Validator(config=Config({"Execute": {"timeout": seconds}}))
    try:
        cells = nbformat.read(path, as_version=4).cells
        if not any(is_grade(cell) or is_locked(cell) for cell in cells):
            raise CourseError(f"{path} has no tests: is it the notebook of an assignment?")
        found: dict[str, list[dict[str, Any]]] = validator.validate(str(path.resolve()))
    except CourseError:
        raise
    except SchemaTooOldError:
        raise CourseError(
            f"{path} comes from an older nbgrader: make a copy, then run `nbgrader update`"
        ) from None
    except Exception as error:
        raise CourseError(f"{path} cannot be checked: {type(error).__name__}: {error}") from None
    names = {cell.source.strip(): cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in cells}
    return {
        kind: [
            {"name": names.get(cell["source"], "")} | {key: strip_ansi(text) for key, text in cell.items()}
            for cell in rows
        ]
        for kind, rows in found.items()
    }


def _report(name: str, found: Findings) -> str:
    if not found:
        return f"{name}: all visible tests pass."
    lines = []
    for cell in found.get("type_changed", []):  # what nbgrader calls the old type is the one it has now
        lines.append(f"this {cell['old_type']} cell was a {cell['new_type']} cell; change it back:")
        lines.append(_indented(cell["source"]))
    for cell in found.get("changed", []):
        lines.append("a test cell was changed; the grader will put the original back:")
        lines.append(_indented(cell["source"]))
    unanswered = []
    for cell in found.get("failed", []):
        said = _said(cell["raw_error"])
        if said.split("\n")[-1].startswith(UNANSWERED):
            unanswered.append(cell["name"])
            continue
        first = cell["source"].split("\n")[0]
        lines.append(f"{cell['name']} fails" + (f" ({first[1:].strip()})" if first.startswith("#") else ""))
        lines.append(_indented(said))
    if unanswered:
        text = f"not answered yet: {', '.join(unanswered)}"
        lines.append(textwrap.fill(text, 80, subsequent_indent="    ", break_on_hyphens=False))
    return f"{name}:\n" + "\n".join(lines)


def _said(error: str) -> str:
    """What an assertion says, without the traceback before it; of anything else, the last lines."""
    words = re.split(r"^AssertionError: (?=.)", error.strip(), flags=re.MULTILINE)
    return "\n".join(words[-1].split("\n")[-LINES:])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
