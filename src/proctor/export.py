"""`proctor export`: the class's points as CSV, in the layout that Canvas or Moodle imports.

The columns by which they know a student (Canvas's ID, Moodle's address) are not in a gradebook: give their
own export of the class with --roster, and each student is found there by name, e-mail, login or ID.
"""

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from nbgrader.api import SubmittedAssignment

from .course import Course, CourseError

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("Email address",)
KNOWN_BY = ("SIS Login ID", "SIS User ID", "ID", "ID number", "Username", "Email address", "Student")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    assignment = course.assignment(name)
    rows = list(points(assignment.submissions, options.student))
    if not rows:
        raise CourseError(f"the gradebook has no grades of {name!r}: run first `proctor autograde {name}`")
    roster = read_roster(options.roster) if options.roster else {}
    missing = [row["student"] for row in rows if roster and row["student"] not in roster]
    columns = {"canvas": CANVAS, "moodle": MOODLE, "plain": ()}[options.layout]
    heading = {"canvas": name, "moodle": f"Assignment: {name} (Real)", "plain": "score"}[options.layout]
    with open_or_stdout(options.output) as file:
        writer = csv.writer(file)
        if options.layout == "plain":
            writer.writerow(["student", "score", "max_score", "late_penalty", "needs_manual_grade"])
            writer.writerows([safe(value) for value in row.values()] for row in rows)
        else:
            writer.writerow([*columns, heading])
            if options.layout == "canvas":
                writer.writerow(
                    ["    Points Possible", *[""] * (len(columns) - 1), f"{assignment.max_score:g}"]
                )
            for row in rows:
                known = roster.get(row["student"]) or by_id(row["student"])
                writer.writerow([*(safe(known.get(column, "")) for column in columns), f"{row['score']:g}"])
    waiting = sum(row["needs_manual_grade"] for row in rows)
    if waiting:
        print(
            f"note: {waiting} of {len(rows)} have cells that are still to be marked by hand", file=sys.stderr
        )
    for student in missing:
        print(f"note: {student} is not in {options.roster}", file=sys.stderr)
    return 1 if missing else 0


def points(submissions: Iterable[SubmittedAssignment], only: list[str] | None) -> Iterable[dict[str, Any]]:
    for submission in sorted(submissions, key=lambda submission: str(submission.student.id)):
        if only is None or submission.student.id in only:
            penalty = submission.late_submission_penalty or 0.0
            yield {
                "student": submission.student.id,
                "score": max(submission.score - penalty, 0.0),
                "max_score": submission.max_score,
                "late_penalty": penalty,
                "needs_manual_grade": submission.needs_manual_grade,
            }


def read_roster(path: Path) -> dict[str, dict[str, str]]:
    """The rows of the other system's export, by each value that may be the name of a student's folder."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise CourseError(f"cannot read the roster: {error}") from None
    found: dict[str, dict[str, str]] = {}
    for column in reversed(KNOWN_BY):  # the first in the list wins
        found |= {row[column]: row for row in rows if row.get(column)}
    return found


def by_id(student: str) -> dict[str, str]:
    return {"Student": student, "SIS Login ID": student, "Email address": student}


def safe(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is written as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def open_or_stdout(path: Path | None) -> TextIO:
    if path is None:
        return open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False)
    return path.open("w", encoding="utf-8", newline="")
