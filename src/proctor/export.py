"""`proctor export`: the class's points as CSV, in the layout that Canvas or Moodle imports.

The columns by which they know a student (Canvas's ID, Moodle's address) are often not in a gradebook: give
their own export of the class with --roster, and each student is found there by login, ID, e-mail or name.
Students who are not found are named, and left out: Moodle stops an import at one that it does not know.

Points that are not final stay blank: a cell waits for a mark by hand, or the submission has no whole grade.
"""

import argparse
import csv
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from nbgrader.api import Student

from . import results, spreadsheet
from .course import Course, CourseError
from .pseudonyms import Names
from .results import Result, Results
from .spreadsheet import number

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["First name", "Last name", "ID number", "Username", "Email address"]
MOODLE_KEYS = ["ID number", "Username", "Email address"]  # by which Moodle's import finds a student
KNOWN_BY = ["SIS Login ID", "SIS User ID", "ID", "Username", "ID number", "Email address", "Student"]
PLAIN = ["student", "score", "max_score", "late_penalty", "needs_manual_grade", "failure"]

Row = dict[str, str]


def export(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    if options.pseudonyms and options.layout != "plain":
        raise CourseError(
            "neither Canvas nor Moodle knows a pseudonym: --pseudonyms goes with --layout plain"
        )
    read = results.read(course, name, Names(course, options.pseudonyms), options.student)
    if not any(result.points for result in read.results):
        raise CourseError(f"the gradebook has no grades of {name!r}: run first `proctor autograde {name}`")
    roster = read_roster(options.roster) if options.roster else _from_gradebook(course)
    known = find(roster, [result.student for result in read.results])
    column = options.column or (canvas_column(roster, name) if options.layout == "canvas" else name)
    if options.layout == "plain":
        heads, rows = PLAIN, [_plain(read, result) for result in read.results]
    elif options.layout == "canvas":
        heads, rows = canvas(read, known, column)
    else:
        heads, rows = moodle(read, known, f"Assignment: {column} (Real)")
    with open_or_stdout(options.output) as file:
        spreadsheet.write(file, heads, rows)
    missing = [r.student for r in read.results if r.student not in known] if options.layout != "plain" else []
    say(read, missing, roster, options)
    return 1 if missing else 0


def final(result: Result) -> bool:
    return bool(result.points) and not result.waiting and not result.failure


def canvas(read: Results, known: dict[str, Row], column: str) -> tuple[list[str], list[list[str]]]:
    """Canvas wants these columns in this order, and takes a row with "Points Possible" for the maximum."""
    rows = [["    Points Possible", *[""] * (len(CANVAS) - 1), number(read.points)]]
    for result in read.results:
        if row := known.get(result.student):
            rows.append([*(row.get(head, "") for head in CANVAS), _score(result)])
    return [*CANVAS, column], rows


def moodle(read: Results, known: dict[str, Row], column: str) -> tuple[list[str], list[list[str]]]:
    """The columns in which everybody has a value: a row without its key would count for the student above."""
    rows = [(known[result.student], result) for result in read.results if result.student in known]
    heads = [head for head in MOODLE if rows and all(row.get(head, "").strip() for row, _ in rows)]
    if rows and not set(heads) & set(MOODLE_KEYS):
        raise CourseError(
            f"Moodle finds a student by one of {', '.join(MOODLE_KEYS)}: the roster has none for all"
        )
    return [*heads, column], [[*(row[head] for head in heads), _score(result)] for row, result in rows]


def _score(result: Result) -> str:
    return number(result.total) if final(result) else ""


def _plain(read: Results, result: Result) -> list[Any]:
    score = number(result.total) if final(result) else ""
    return [
        result.student,
        score,
        number(read.points),
        number(result.penalty),
        bool(result.waiting),
        result.failure,
    ]


def _from_gradebook(course: Course) -> list[Row]:
    """What nbgrader knows of the students: ids, and what `nbgrader db student add` has added to them."""
    rows = []
    for student in course.gradebook.db.query(
        Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id
    ):
        names = [student.last_name, student.first_name]
        rows.append(
            {
                "Student": ", ".join(names) if all(names) else student.id,
                "ID": student.lms_user_id or "",
                "SIS Login ID": student.id,
                "Username": student.id,
                "First name": student.first_name or "",
                "Last name": student.last_name or "",
                "Email address": student.email or "",
            }
        )
    return rows


def read_roster(path: Path) -> list[Row]:
    """The rows of the other system's export; Canvas's second row tells the points, and is no student."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if sample.count(";") > sample.count(",") else ",")
            rows = [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in reader]
    except (OSError, ValueError, csv.Error) as error:
        raise CourseError(f"cannot read the roster: {error}") from None
    if not rows or not set(rows[0]) & set(KNOWN_BY):
        raise CourseError(f"{path} has none of the columns {', '.join(KNOWN_BY)}")
    return rows


def find(roster: list[Row], students: list[str]) -> dict[str, Row]:
    """Each student's row: the only one that has the name of the student's folder in one of the columns."""
    found: dict[str, Row] = {}
    for column in KNOWN_BY:
        times = Counter(row.get(column, "") for row in roster)
        rows = {row[column]: row for row in roster if row.get(column) and times[row[column]] == 1}
        found |= {student: rows[student] for student in students if student in rows and student not in found}
    return found


def canvas_column(roster: list[Row], name: str) -> str:
    """As Canvas calls it: "ps1 (4711)". It makes a new assignment of a name that it does not know."""
    heads = list(roster[0]) if roster else []
    found = [head for head in heads if head == name or re.fullmatch(rf"{re.escape(name)} \(\d+\)", head)]
    return found[0] if len(found) == 1 else name


def say(read: Results, missing: list[str], roster: list[Row], options: argparse.Namespace) -> None:
    """What the file does not show, for the instructor."""
    notes = [f"{student} is not in the roster, and is left out" for student in missing]
    notes += [
        f"{r.student} has no whole grade, and stays blank: {r.failure}" for r in read.results if r.failure
    ]
    if waiting := sum(bool(result.waiting) for result in read.results):
        notes.append(f"{waiting} of {len(read.results)} stay blank: cells are still to be marked by hand")
    if read.missing:
        notes.append(
            f"{len(read.missing)} have handed in nothing, and have no row: {', '.join(read.missing)}"
        )
    if options.layout == "canvas" and options.roster:
        column = options.column or canvas_column(roster, read.assignment)
        if column not in roster[0]:
            notes.append(
                f"{options.roster} has no column {column!r}: Canvas will make a new assignment of it"
            )
        for row in roster:
            given = row.get(column, "").strip().removesuffix(".00").removesuffix(".0")
            if "Points Possible" in row.get("Student", "") and given not in ("", number(read.points)):
                notes.append(f"Canvas has {given} points for {column}, this file {number(read.points)}")
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def open_or_stdout(path: Path | None) -> TextIO:
    if path is None:
        return open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False)
    return path.open("w", encoding="utf-8", newline="")
