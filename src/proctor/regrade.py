"""`proctor regrade`: after a test was mended, grade anew what that changes; show points before and after.

What is graded anew is what autograde would; what has never been graded is left to it.
"""

import argparse
import json

from .autograde import as_json, grade, table
from .course import Course

Points = dict[tuple[str, str, str], float | None]  # by student, notebook and cell


def regrade(options: argparse.Namespace) -> int:
    before = points(Course(options.course.resolve(), options.nbgrader), options.assignment)
    summary = grade(options)
    if summary is None:
        return 0
    after = points(Course(options.course.resolve(), options.nbgrader), options.assignment)
    changes = [
        {"student": student, "notebook": notebook, "cell": cell, "before": before.get(place), "after": points}
        for place, points in sorted(after.items())
        if before.get(place) != points
        for student, notebook, cell in [place]
    ]
    if options.json:
        print(json.dumps(as_json(summary) | {"changes": changes}, indent=1))
    else:
        print(table(summary))
        print(f"{len(changes)} change{'s' * (len(changes) != 1)}" + (":" if changes else "."))
        for row in changes:
            moved = f"{_number(row['before'])} -> {_number(row['after'])}"
            print(f"  {row['student']:30} {row['notebook']}/{row['cell']:30} {moved}")
    return 0 if summary.complete else 1


def points(course: Course, name: str) -> Points:
    return {
        (submission.student.id, notebook.name, grade.name): grade.score
        for submission in course.assignment(name).submissions
        for notebook in submission.notebooks
        for grade in notebook.grades
    }


def _number(value: object) -> str:
    return "-" if value is None else f"{value:g}"
