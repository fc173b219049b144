"""`proctor autograde`: what stands between the command line and run.py, and what it prints."""

import argparse
import contextlib
import json
import os
import time
from dataclasses import asdict, replace
from typing import Any

from . import executors, limits, plan, run, state, trial
from .course import Course, CourseError
from .isolation import Level
from .plan import Planned
from .progress import Progress
from .run import Summary
from .state import Record


def autograde(options: argparse.Namespace) -> int:
    summary = grade(options)
    if summary is None:
        return 0
    print(json.dumps(as_json(summary), indent=1) if options.json else table(summary))
    return 0 if summary.complete else 1


def grade(options: argparse.Namespace) -> Summary | None:
    """None after a dry run."""
    started = time.monotonic()
    overrides = {"Execute": {"timeout": options.timeout}} if options.timeout else {}
    course = Course(options.course.resolve(), options.nbgrader, **overrides)
    name = options.assignment
    with state.only_one(course):
        _check_kernels(course, name)
        level = pick_level(course, options.unsafe)
        site = plan.site_of(course, name, level, limits_of(options))
        jobs = plan.plan(course, name, site, options.student)
        plan.check_students(course, name, jobs, options.student)
        if options.force:
            for job in jobs:
                job.why, job.only = job.why or ["--force"], None
        if options.command == "regrade":  # what was never graded is autograde's
            jobs = [job for job in jobs if state.load(course, name, job.student)]
        if options.dry_run:
            show_plan(jobs, level, options.json)
            return None
        say = (lambda *_: None) if options.json else print
        todo = sum(bool(job.why) for job in jobs)
        say(f"{name}: {todo} of {len(jobs)} submissions to grade. Isolation: {level.name}.")
        workers = min(options.jobs or len(os.sched_getaffinity(0)), max(todo, 1))
        with Progress(todo, quiet=options.json) as progress:
            summary = run.run(
                course, name, jobs, lambda: executors.Local(site, workers), level.name, progress.step
            )
        summary.seconds = time.monotonic() - started
    return summary


def limits_of(options: argparse.Namespace) -> limits.Limits:
    given: dict[str, Any] = {
        "notebook_seconds": options.notebook_timeout and float(options.notebook_timeout),
        "memory": options.memory and options.memory * limits.MIB,
        "processes": options.processes,
        "disk": options.disk and options.disk * limits.MIB,
    }
    return replace(limits.Limits(), **{name: value for name, value in given.items() if value})


def pick_level(course: Course, unsafe: bool) -> Level:
    """Tried out once on a machine, until it is started anew; `proctor doctor` always tries."""
    known = course.state / "isolation.json"
    with contextlib.suppress(OSError, ValueError, TypeError):
        machine, level = json.loads(known.read_bytes())
        if machine == trial.machine():
            return Level(**level)
    level, tried = trial.choose()
    if level.sufficient:
        known.write_text(json.dumps([trial.machine(), asdict(level)]), encoding="utf-8")
    elif not unsafe:
        best = next(iter(tried))
        failed = ", ".join(name for name, held in tried[best].items() if not held)
        raise CourseError(
            f"this machine gives too little isolation to run students' code (the best, {best}, fails at: "
            f"{failed}). `proctor doctor` tells more. With --unsafe, their code runs with your rights"
        )
    return level


def _check_kernels(course: Course, name: str) -> None:
    for notebook in course.assignment(name).notebooks:
        kernel = json.loads(notebook.kernelspec or "{}") or {}
        if (language := kernel.get("language") or "python").lower() != "python":
            raise CourseError(f"{notebook.name} is written in {language}: grade it with plain nbgrader")


def show_plan(jobs: list[Planned], level: Level, as_json: bool) -> None:
    if as_json:
        rows = [{"student": job.student, "why": job.why} for job in jobs]
        print(json.dumps({"isolation": level.name, "jobs": rows}, indent=1))
    else:
        for job in jobs:
            print(f"{job.student:30}  {'; '.join(job.why) or 'done'}")
        print(
            f"{sum(bool(job.why) for job in jobs)} of {len(jobs)} would be graded. Isolation: {level.name}."
        )


def table(summary: Summary) -> str:
    """What a person wants to know: how many, how long, and who needs looking at."""
    lines = [
        f"graded {len(summary.graded)}, done before {len(summary.skipped)}, "
        f"without a grade {len(summary.failed)}"
    ]
    lines[0] += f", in {summary.seconds:.1f} s"
    sections = (
        ("Without a (whole) grade", [(r.student, [r.failure]) for r in summary.failed]),
        ("Damaged, graded as far as possible", [(r.student, r.notes) for r in summary.graded]),
        ("Stopped before the end", [(r.student, r.trouble) for r in summary.graded]),
        ("To look at: may have tampered with the grading", [(r.student, r.flags) for r in summary.graded]),
    )
    for title, rows in sections:
        shown = [f"  {student}: {reason}" for student, reasons in rows for reason in reasons if reason]
        if shown:
            lines += [f"{title}:", *shown]
    return "\n".join(lines)


def as_json(summary: Summary) -> dict[str, Any]:
    def one(record: Record) -> dict[str, Any]:
        return {
            "student": record.student,
            "failure": record.failure,
            "notes": record.notes,
            "trouble": record.trouble,
            "flags": record.flags,
            "notebooks": record.notebooks,
        }

    return {
        "isolation": summary.isolation,
        "seconds": round(summary.seconds, 2),
        "complete": summary.complete,
        "graded": [one(record) for record in summary.graded],
        "skipped": summary.skipped,
        "failed": [one(record) for record in summary.failed],
    }
