"""`proctor report`: of each graded cell, how many got it, how well it tells students apart, what went wrong;
of each concept, how much the class and each student have mastered; of the class, how the points are spread.

Pages (HTML without scripts) and the same numbers as CSV. `--concepts FILE` (YAML or JSON) maps each concept
to the grade_ids that test it.
"""

import argparse
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import items, results, spreadsheet, webpages
from .course import Course, CourseError
from .items import Item, Mastery, Totals
from .pseudonyms import Names
from .results import Result, Results


def report(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    names = Names(course, options.pseudonyms)
    read = results.read(course, name, names, options.student)
    if not any(result.points for result in read.results):
        raise CourseError(f"the gradebook has no grades of {name!r}: run first `proctor autograde {name}`")
    asked = read_concepts(options.concepts) if options.concepts else {}
    graded = items.items_of(read)
    told = items.discriminations(graded)
    concepts = items.mastery(read, asked)
    folder = options.output or course.root / "report" / (f"{name}-pseudonyms" if options.pseudonyms else name)
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, read, graded, told, concepts)
    write_pages(folder, read, graded, told, concepts, options.students)
    rows = [item_row(item, value) for item, value in zip(graded, told, strict=True)]
    if options.json:
        summary = class_row(read)
        mastered = {m.concept: {"class": m.mean, "students": m.students} for m in concepts}
        for item, row in zip(graded, rows, strict=True):
            row["failures"] = [{"message": message, "students": n} for message, n in item.failures]
        print(json.dumps({"class": summary, "items": rows, "concepts": mastered}, indent=1))
    else:
        for item, row in zip(graded, rows, strict=True):
            print(line(item, row))
        print(f"Pages: {folder / 'index.html'}")
    if asked and not concepts:
        raise CourseError(f"{options.concepts} names no graded cell of {name!r}")
    return 0


def line(item: Item, row: dict[str, Any]) -> str:
    share = "    –" if row["share"] is None else f"{row['share']:5.0%}"
    told = "     " if row["discrimination"] is None else f"{row['discrimination']:+.2f}"
    common = f"{item.failures[0][1]} × {item.failures[0][0]}" if item.failures else ""
    waiting = f"{item.waiting} to mark by hand" if item.waiting else ""
    return f"{item.cell!s:40} {share}  {told}  {common or waiting}".rstrip()


def item_row(item: Item, discrimination: float | None) -> dict[str, Any]:
    return {
        "notebook": item.cell.notebook,
        "cell": item.cell.name,
        "points": item.cell.points,
        "marked by hand": item.cell.by_hand,
        "students": len(item.points),
        "waiting": item.waiting,
        "share": _rounded(item.share),
        "none": item.none,
        "part": item.part,
        "full": item.full,
        "discrimination": _rounded(discrimination),
    }


def class_row(read: Results) -> dict[str, Any]:
    everyone = read.results
    return {
        "handed in": len(everyone),
        "nothing handed in": len(read.missing),
        "no whole grade": sum(bool(result.failure) for result in everyone),
        "late": sum(bool(result.late) for result in everyone),
        "to mark by hand": sum(bool(result.waiting) for result in everyone),
        "flagged": sum(bool(result.flags) for result in everyone),
        "damaged": sum(bool(result.notes) for result in everyone),
    }


def totals(read: Results, graded: list[Item]) -> Totals | None:
    """In the cells that are marked for everybody: with answers that wait, the spread would tell who waits."""
    cells = [item.cell for item in items.marked_for_everybody(graded)]
    of = sum(cell.points for cell in cells)
    whole = [result for result in read.results if all(cell in result.points for cell in cells)]
    points = [max(sum(result.points[cell] for cell in cells) - result.penalty, 0.0) for result in whole]
    return Totals(points, of, len(cells)) if whole and of else None


def read_concepts(path: Path) -> dict[str, list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            data = json.loads(text)
        else:
            import yaml

            try:
                data = yaml.safe_load(text)
            except yaml.YAMLError as error:
                raise ValueError(error) from None
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot read the concepts: {error}") from None
    if not isinstance(data, dict) or not all(isinstance(cells, list) for cells in data.values()):
        raise CourseError(f"{path} must map each concept to a list of grade_ids")
    return {str(concept): [str(cell) for cell in cells] for concept, cells in data.items()}


def write_tables(
    folder: Path, read: Results, graded: list[Item], told: list[float | None], concepts: list[Mastery]
) -> None:
    rows = [item_row(item, value) for item, value in zip(graded, told, strict=True)]
    _csv(folder / "items.csv", list(rows[0]), (row.values() for row in rows))
    failed = ([str(i.cell), count, message] for i in graded for message, count in i.failures)
    _csv(folder / "failures.csv", ["cell", "students", "message"], failed)
    heads = [
        "student",
        "points",
        "of",
        "late penalty",
        "late seconds",
        "to mark by hand",
        "flags",
        "notes",
        "failure",
    ]
    students = [*(_student_row(read, result) for result in read.results), *([s] for s in read.missing)]
    _csv(folder / "students.csv", [*heads, *map(str, read.cells)], students)
    (folder / "concepts.csv").unlink(missing_ok=True)
    if concepts:
        shares = ([r.student, *(_rounded(m.students.get(r.student)) for m in concepts)] for r in read.results)
        _csv(folder / "concepts.csv", ["student", *(m.concept for m in concepts)], shares)


def _student_row(read: Results, result: Result) -> list[Any]:
    known: list[Any] = [
        result.student,
        _rounded(result.total),
        read.points,
        result.penalty,
        result.late.total_seconds(),
        len(result.waiting),
        "; ".join(result.flags),
        "; ".join(result.notes),
        result.failure,
    ]
    return known + [_rounded(result.points.get(cell)) for cell in read.cells]


def _csv(path: Path, heads: list[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        spreadsheet.write(file, heads, rows)


def write_pages(
    folder: Path,
    read: Results,
    graded: list[Item],
    told: list[float | None],
    concepts: list[Mastery],
    one_each: bool,
) -> None:
    """The class's page and the students'; with `one_each`, also a page a student."""
    shutil.rmtree(folder / "students", ignore_errors=True)  # those of an earlier run
    pages = {result.student: f"students/{n:04}.html" for n, result in enumerate(read.results, 1) if one_each}
    shown: dict[str, Any] = {
        "read": read,
        "graded": list(zip(graded, told, strict=True)),
        "concepts": concepts,
        "summary": class_row(read),
        "totals": totals(read, graded),
        "pages": pages,
    }
    webpages.write(folder / "index.html", "class.html", **shown)
    webpages.write(folder / "students.html", "students.html", **shown)
    shares = {item.cell: item.share for item in graded}
    for result in read.results if one_each else []:
        webpages.write(folder / pages[result.student], "student.html", result=result, shares=shares, **shown)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
