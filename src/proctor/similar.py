"""`proctor similar`: pairs of submissions to look at, because they share what few others wrote. No verdict.

A command of its own, not a part of the report: a report is shown to others, a list of pairs is not.

What counts is rare: a run of tokens that stands in the release, or that more than a twentieth of the class
(or more than five) have, tells nothing. Each of the others weighs the more, the fewer have it. The share of a
pair is the weight of what both have, over the weight of what the one with less has.
"""

import argparse
import json
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from nbgrader.api import Assignment

from . import plan, spreadsheet, submission, webpages
from .course import Course, CourseError
from .fingerprints import all_hashes, fingerprints
from .pseudonyms import Names

COMMON_SHARE = 1 / 20  # of the class: what more have written tells nothing …
COMMON_AT_LEAST = 5  # … in a small class, what more than these few have written
ENOUGH = 8  # rare runs of tokens in common; fewer are left out, whatever their share
LONGEST = 100_000  # characters of a cell that are looked at

Code = dict[str, str]  # by cell: notebook/grade_id
OTHER = "cells of the student's own"


@dataclass
class Pair:
    first: str
    second: str
    share: float
    runs: int  # that both have
    cells: list[str]  # where they stand, in both


def similar(options: argparse.Namespace) -> int:
    course, name = Course(options.course.resolve(), options.nbgrader), options.assignment
    names = Names(course, options.pseudonyms)
    assignment = course.assignment(name)
    class_ = {names(student): code for student, code in read(course, assignment, options.student)}
    if len(class_) < 2:
        raise CourseError(f"{len(class_)} submission of {name!r}: there is nothing to compare")
    template = released(course, assignment)
    pairs, shares = compare(class_, template)
    shown = pairs[: options.pairs]
    everyone = len(class_) * (len(class_) - 1) // 2
    baseline = distribution(shares, everyone)
    folder = options.output or course.root / "report" / (f"{name}-pseudonyms" if options.pseudonyms else name)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "similar.csv").open("w", encoding="utf-8", newline="") as file:
        rows = ([p.first, p.second, round(p.share, 4), p.runs, "; ".join(p.cells)] for p in pairs)
        spreadsheet.write(file, ["first", "second", "share", "runs of tokens", "cells"], rows)
    webpages.write(
        folder / "similar.html", "similar.html",
        assignment=name, pairs=shown, class_=class_, all_pairs=everyone, found=len(pairs), baseline=baseline,
    )  # fmt: skip
    if options.json:
        print(json.dumps({"baseline": baseline, "pairs": [vars(pair) for pair in shown]}, indent=1))
    else:
        print(f"{len(class_)} submissions, {everyone} pairs; {len(pairs)} share rare code.")
        print("Among all pairs: " + ", ".join(f"{what} {share:.0%}" for what, share in baseline.items()))
        for pair in shown:
            print(f"{pair.share:5.0%}  {pair.first}, {pair.second}: {', '.join(pair.cells)}")
        print(f"To look at, not a verdict: {folder / 'similar.html'}")
    return 0


def read(course: Course, assignment: Assignment, only: list[str] | None) -> Iterable[tuple[str, Code]]:
    """What each student has written in code cells, as handed in."""
    notebooks = {notebook.name for notebook in assignment.notebooks}
    locked = {
        f"{notebook.name}/{cell.name}" for notebook in assignment.notebooks for cell in notebook.source_cells
        if cell.locked or cell.cell_type != "code"
    }  # fmt: skip
    for student in plan.students(course, assignment.name, only):
        folder = course.path(course.directory.submitted_directory, student, assignment.name)
        handed_in = submission.read(student, folder, course.directory, notebooks)
        code: dict[str, list[str]] = defaultdict(list)
        for notebook, content in handed_in.notebooks.items():
            for grade_id, source in _code_cells(content):
                place = f"{notebook}/{grade_id or OTHER}"
                if place not in locked:
                    code[place].append(source[:LONGEST])
        yield student, {place: "\n".join(sources) for place, sources in code.items()}


def _code_cells(content: bytes) -> Iterable[tuple[str, str]]:
    """The grade_id and the source of each code cell; of a damaged notebook, of those that can be read."""
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for cell in cells if isinstance(cells, list) else []:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source, metadata = cell.get("source"), cell.get("metadata")
            text = source if isinstance(source, str) else "".join(map(str, source or []))
            mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
            yield str(mark.get("grade_id", "")) if isinstance(mark, dict) else "", text


def released(course: Course, assignment: Assignment) -> list[str]:
    """All code that students were given."""
    folder = course.path(course.directory.release_directory, ".", assignment.name)
    paths = [folder / f"{notebook.name}.ipynb" for notebook in assignment.notebooks]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise CourseError(f"what students were given is not there: {', '.join(missing)}")
    return [source for path in paths for _, source in _code_cells(path.read_bytes())]


def compare(class_: Mapping[str, Code], template: Iterable[str]) -> tuple[list[Pair], list[float]]:
    """The pairs that share enough, most alike first; and the shares of all pairs that share anything rare."""
    given = {hash_ for code in template for hash_ in all_hashes(code)}
    prints = {
        student: {cell: fingerprints(code) - given for cell, code in cells.items()}
        for student, cells in class_.items()
    }
    holders: dict[int, list[str]] = defaultdict(list)  # an index: of each run, who has it
    for student, cells in prints.items():
        for hash_ in set().union(*cells.values()):
            holders[hash_].append(student)
    most = max(COMMON_AT_LEAST, COMMON_SHARE * len(class_))
    weight = {h: math.log(len(class_) / len(s)) + 1 for h, s in holders.items() if len(s) <= most}
    own: dict[str, float] = defaultdict(float)
    both: dict[tuple[str, str], float] = defaultdict(float)
    runs: Counter[tuple[str, str]] = Counter()
    for hash_, value in weight.items():
        for student in holders[hash_]:
            own[student] += value
        for pair in combinations(holders[hash_], 2):
            both[pair] += value
            runs[pair] += 1
    shares = {pair: value / min(own[pair[0]], own[pair[1]]) for pair, value in both.items()}
    pairs = []
    for first, second in (pair for pair in shares if runs[pair] >= ENOUGH):
        common = _common_cells(prints[first], prints[second], weight)
        pairs.append(Pair(first, second, shares[first, second], runs[first, second], common))
    pairs.sort(key=lambda pair: (-round(pair.share, 9), -pair.runs, pair.first, pair.second))
    return pairs, list(shares.values())


def _common_cells(
    first: Mapping[str, set[int]], second: Mapping[str, set[int]], rare: Mapping[int, Any]
) -> list[str]:
    """The first's cells with something rare that stands anywhere in the second's; the fullest first."""
    elsewhere = set().union(*second.values())
    counts = {cell: sum(h in rare for h in hashes & elsewhere) for cell, hashes in first.items()}
    return sorted((cell for cell in counts if counts[cell]), key=lambda cell: (-counts[cell], cell))


def distribution(shares: list[float], pairs: int) -> dict[str, float]:
    """What is usual in this class: most pairs share nothing rare, and count as 0."""
    everyone = sorted([0.0] * (pairs - len(shares)) + shares)
    if len(everyone) == 1:
        return {"median": everyone[0], "most": everyone[0]}
    cuts = statistics.quantiles(everyone, n=1000, method="inclusive")
    names = {"median": 499, "nine in ten below": 899, "99 of 100 below": 989, "999 of 1,000 below": 998}
    return {name: cuts[place] for name, place in names.items()} | {"most": everyone[-1]}
