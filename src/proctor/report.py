"""`proctor report`: of each graded cell, how many got it, how well it tells students apart, what went wrong.

`--concepts FILE` (YAML or JSON: a mapping from a concept to the grade_ids that test it) adds how well each
concept is mastered, by the class and by each student.
"""

import argparse
import csv
import html
import json
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .course import Course, CourseError

COLOR = re.compile(r"\x1b\[[0-9;]*m")
FEW = 3  # students; fewer do not tell whether a cell discriminates


@dataclass
class Item:
    name: str
    points: float
    shares: dict[str, float] = field(default_factory=dict)  # of the points, by student
    messages: Counter[str] = field(default_factory=Counter)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.shares.values())

    def discrimination(self, totals: dict[str, float]) -> float | None:
        """The correlation with the points in all other cells. None where one of the two does not vary."""
        mine = [self.shares[student] for student in self.shares]
        rest = [totals[student] - self.shares[student] * self.points for student in self.shares]
        if len(mine) < FEW or len(set(mine)) == 1 or len(set(rest)) == 1:
            return None
        return statistics.correlation(mine, rest)


def report(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    items = read_items(course, name)
    if not any(item.shares for item in items):
        raise CourseError(f"the gradebook has no grades of {name!r}: run first `proctor autograde {name}`")
    concepts = mastery(items, read_concepts(options.concepts)) if options.concepts else {}
    rows = table(items)
    folder = options.output or course.root / "report" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "index.html").write_text(page(name, rows, concepts), encoding="utf-8")
    if options.json:
        print(json.dumps({"items": rows, "concepts": concepts}, indent=1))
    else:
        for row in rows:
            told = "" if row["discrimination"] is None else f"  {row['discrimination']:+.2f}"
            print(f"{row['cell']:30} {row['share right']:5.0%}{told}  {row['most common failure']}".rstrip())
        print(f"Pages: {folder / 'index.html'}")
    return 0


def read_items(course: Course, name: str) -> list[Item]:
    """What the gradebook has of each cell that is graded automatically, and the messages in autograded/."""
    items: dict[tuple[str, str], Item] = {}
    assignment = course.assignment(name)
    for submission in assignment.submissions:
        student = submission.student.id
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.auto_score is not None and grade.max_score:
                    item = items.setdefault((notebook.name, grade.name), Item(grade.name, grade.max_score))
                    item.shares[student] = grade.auto_score / grade.max_score
            folder = course.path(course.directory.autograded_directory, student, name)
            for cell, message in failures(folder / f"{notebook.name}.ipynb"):
                if (notebook.name, cell) in items:
                    items[notebook.name, cell].messages[message] += 1
    return list(items.values())


def failures(path: Path) -> list[tuple[str, str]]:
    """The grade_id and the message of each cell that failed."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, KeyError):
        return []
    found = []
    for cell in cells:
        mark = cell["metadata"].get("nbgrader", {})
        errors = [output for output in cell.get("outputs", []) if output["output_type"] == "error"]
        if mark.get("grade") and errors:
            lines = COLOR.sub("", f"{errors[0]['ename']}: {errors[0]['evalue']}").strip().split("\n")
            found.append((mark["grade_id"], lines[0][:200]))
    return found


def read_concepts(path: Path) -> dict[str, list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            data = json.loads(text)
        else:
            import yaml

            data = yaml.safe_load(text)
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot read the concepts: {error}") from None
    if not isinstance(data, dict) or not all(isinstance(value, list) for value in data.values()):
        raise CourseError(f"{path} must map each concept to a list of grade_ids")
    return data


def mastery(items: list[Item], concepts: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Of each concept, the share of the points in its cells: of the class, and of each student."""
    named = {item.name: item for item in items}
    result: dict[str, dict[str, Any]] = {}
    for concept, cells in concepts.items():
        got: dict[str, float] = defaultdict(float)
        of: dict[str, float] = defaultdict(float)
        for item in (named[cell] for cell in cells if cell in named):
            for student, share in item.shares.items():
                got[student] += share * item.points
                of[student] += item.points
        students = {student: round(got[student] / of[student], 3) for student in sorted(of)}
        if students:
            mean = round(statistics.fmean(students.values()), 3)
            result[concept] = {"class": mean, "students": students}
    return result


def table(items: list[Item]) -> list[dict[str, Any]]:
    totals: dict[str, float] = defaultdict(float)
    for item in items:
        for student, share in item.shares.items():
            totals[student] += share * item.points
    rows = []
    for item in items:
        told = item.discrimination(totals)
        common = item.messages.most_common(1)
        rows.append(
            {
                "cell": item.name,
                "points": item.points,
                "students": len(item.shares),
                "share right": round(item.mean, 3),
                "discrimination": None if told is None else round(told, 3),
                "most common failure": f"{common[0][1]} x {common[0][0]}" if common else "",
            }
        )
    return rows


def page(name: str, rows: list[dict[str, Any]], concepts: dict[str, dict[str, Any]]) -> str:
    """A page without scripts: tables, with bars that are also numbers."""
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in rows[0])
    body = "\n".join(
        "<tr>" + "".join(_cell(head, value) for head, value in row.items()) + "</tr>" for row in rows
    )
    parts = [
        f"<h1>{html.escape(name)}</h1>",
        f"<table><caption>Graded cells</caption><tr>{heads}</tr>{body}</table>",
    ]
    if concepts:
        lines = "\n".join(
            f'<tr><th scope="row">{html.escape(concept)}</th>{_cell("share right", row["class"])}'
            f"<td>{len(row['students'])}</td></tr>"
            for concept, row in concepts.items()
        )
        heads = '<th scope="col">concept</th><th scope="col">mastered</th><th scope="col">students</th>'
        parts.append(f"<table><caption>Concepts</caption><tr>{heads}</tr>{lines}</table>")
    return PAGE.format(title=html.escape(name), body="\n".join(parts))


def _cell(head: str, value: Any) -> str:
    if head == "share right":
        return f'<td><meter min="0" max="1" value="{value}"></meter> {value:.0%}</td>'
    return f"<td>{'' if value is None else html.escape(str(value))}</td>"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Report: {title}</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; }}
body {{ max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin: 2rem 0; }}
caption {{ text-align: left; font-weight: bold; padding: .5rem 0; }}
th, td {{ text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #8888; }}
</style></head><body>
{body}
</body></html>
"""
