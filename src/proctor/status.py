"""`proctor status`: what is graded, failed or out of date, and why. It runs nothing."""

import argparse
import json
from collections import Counter
from typing import Any

from . import plan, state
from .course import Course
from .isolation import ladder
from .limits import Limits


def status(options: argparse.Namespace) -> int:
    course = Course(options.course.resolve(), options.nbgrader)
    name = options.assignment
    course.assignment(name)
    site = plan.site_of(course, name, ladder()[0], Limits())
    jobs = plan.plan(course, name, site, options.student)
    plan.check_students(course, name, jobs, options.student)
    rows: list[dict[str, Any]] = []
    for job in jobs:
        record = state.load(course, name, job.student)
        # Other limits, or another level of isolation, are no reason to call a grade out of date here.
        if record and {p for p, v in job.parts.items() if record.parts.get(p) != v} <= {
            "limits",
            "isolation",
            "settings",
        }:
            job.why = (
                [f"failed: {record.failure}"]
                if record.failure
                else [w for w in job.why if "changed" not in w]
            )
        kind = (
            "graded"
            if not job.why
            else "failed"
            if record and record.failure
            else "stale"
            if record
            else "new"
        )
        rows.append(
            {
                "student": job.student,
                "status": kind,
                "why": job.why,
                "isolation": record.isolation if record else None,
                "flags": record.flags if record else [],
                "notes": record.notes if record else [],
            }
        )
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            marks = "; ".join([*row["why"], *(f"flag: {flag}" for flag in row["flags"])])
            print(f"{row['student']:30}  {row['status']:7}  {marks}".rstrip())
        counts = Counter(row["status"] for row in rows)
        print(
            ", ".join(
                f"{counts[kind]} {kind}" for kind in ("graded", "failed", "stale", "new") if counts[kind]
            )
        )
    return 0 if all(row["status"] == "graded" for row in rows) else 1
