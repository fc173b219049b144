"""`proctor check`: a student's own check, with the tests that the notebook shows. No course is needed.

It is nbgrader's validator, with results in plain words. The student's code runs with the student's rights.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from nbconvert.filters import strip_ansi
from nbgrader.validator import Validator
from traitlets.config import Config

from .course import CourseError

LINES = 12  # of an error; its last lines say what was wrong


def check(options: argparse.Namespace) -> int:
    results = {}
    for path in options.notebook:
        if not path.is_file():
            raise CourseError(f"{path} is no file")
        results[str(path)] = _check(path, options.timeout)
    if options.json:
        print(json.dumps(results, indent=1))
    else:
        for name, found in results.items():
            print(_report(name, found))
    return 0 if not any(results.values()) else 1


def _check(path: Path, seconds: int) -> dict[str, list[dict[str, str]]]:
    """nbgrader's findings: cells whose type or text was changed, and tests that fail."""
    validator = Validator(config=Config({"Execute": {"timeout": seconds}}))
    try:
        found: dict[str, list[dict[str, Any]]] = validator.validate(str(path.resolve()))
    except Exception as error:
        raise CourseError(f"{path} cannot be checked: {type(error).__name__}: {error}") from None
    return {
        kind: [{name: strip_ansi(text) for name, text in cell.items()} for cell in cells]
        for kind, cells in found.items()
    }


def _report(name: str, found: dict[str, list[dict[str, str]]]) -> str:
    if not found:
        return f"{name}: all visible tests pass."
    lines = []
    for cell in found.get("type_changed", []):
        lines.append(f"a {cell['old_type']} cell has become a {cell['new_type']} cell; change it back:")
        lines.append(_indented(cell["source"]))
    for cell in found.get("changed", []):
        lines.append("a test cell was changed; the grader will put the original back:")
        lines.append(_indented(cell["source"]))
    for cell in found.get("failed", []):
        lines.append("this cell fails:")
        lines.append(_indented(cell["source"]))
        lines.append("  with:")
        lines.append(_indented("\n".join(cell["raw_error"].strip().split("\n")[-LINES:])))
    return f"{name}:\n" + "\n".join(lines)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
