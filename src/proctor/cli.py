"""The command line: `proctor COMMAND …`. What a command does stands in its own module."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from . import limits, stop

NBGRADERS = re.compile(r"--(db=.*|no-execute|create|debug|[A-Z]\w*\.\w+=.*)", re.DOTALL)
DESCRIPTION = "Grade a course of nbgrader notebooks: in parallel, each notebook in a sandbox, nothing lost."
EXAMPLES = """\
examples:
  proctor doctor                            what isolation this machine gives
  proctor autograde ps1                     grade all that is new or has changed
  proctor autograde ps1 --student ada       only this student
  proctor status ps1                        who is graded, who is not, and why
  proctor feedback ps1                      write feedback/ for what is graded
  proctor report ps1                        which cells were hard, and what went wrong there
  proctor similar ps1                       pairs of submissions to look at
  proctor export ps1 --layout canvas        the points, to import elsewhere
  proctor check ps1.ipynb                   a student's own check, with the visible tests
"""
AUTOGRADE = """\
Grades what is new or has changed, and records it where `nbgrader autograde` does: in the gradebook and in
autograded/. Interrupted, or killed, run it again: what was finished is not run twice.
Exit status: 0 if every submission has a grade, 1 if some have none, 2 if the course must be mended first,
130 after Ctrl-C.
"""
AUTOGRADE_EXAMPLES = """\
examples:
  proctor autograde ps1 --dry-run           what would be graded, and why
  proctor autograde ps1 --jobs 8 --timeout 60 --memory 4096
  proctor autograde ps1 --force --student ada --student grace
  proctor autograde ps1 --scheduler tcp://head:8786
  proctor autograde ps1 --db=sqlite:///other.db --LimitOutput.max_lines=50    nbgrader's options work, too
"""
REGRADE = """\
after mending a hidden test in source/:
  nbgrader generate_assignment ps1 --force  the new test goes into the gradebook
  proctor regrade ps1 --dry-run             whose grades hang on it
  proctor regrade ps1                       the points before and after
"""
UPGRADE = "It may come from another version of nbgrader: back it up, then run `nbgrader db upgrade`"
AGAIN = "What was finished is recorded; run the same command again when the cause is gone"
EXPORT = """\
examples:
  proctor export ps1 --output ps1.csv       one row a student
  proctor export ps1 --layout canvas --roster canvas.csv --output ps1.csv
  proctor export ps1 --layout moodle --roster moodle.csv --output ps1.csv
The roster is what Canvas (Grades, Export) or Moodle (Grades, Export, Plain text file) gives you.
"""
SIMILAR = """\
Lists pairs of submissions that share code which few others wrote: names, comments, texts, layout and the code
of the release do not count. It is a list to look at, and says nothing of who did what.
"""
REPORT = """\
examples:
  proctor report ps1                        pages and CSV into report/ps1/
  proctor report ps1 --concepts concepts.yml --students
  proctor report ps1 --pseudonyms           to show to others: no names
"""
CHECK = """\
Runs a notebook and says which of the tests in it fail, and which of them were changed. It needs no course.
Exit status: 0 if all is well, 1 if there is something to mend, 2 if a notebook cannot be checked.
"""
CHECKS = """\
examples:
  proctor check ps1.ipynb
  proctor check "my folder/part one.ipynb" part2.ipynb --timeout 60
"""


def parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    main_parser = argparse.ArgumentParser("proctor", None, DESCRIPTION, EXAMPLES, formatter_class=formatter)
    commands = main_parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, short: str, description: str = "", examples: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=short, description=description or short, epilog=examples, formatter_class=formatter
        )

    def of_course(command: argparse.ArgumentParser) -> None:
        command.add_argument("assignment", help="its name, as in the gradebook")
        command.add_argument(
            "--course", type=Path, default=Path(), help="the course's folder (default: this one)"
        )
        command.add_argument(
            "--student", action="append", metavar="ID", help="only this one; may be given again"
        )
        command.add_argument("--json", action="store_true", help="print the result as JSON")

    grade = add("autograde", "grade submissions", AUTOGRADE, AUTOGRADE_EXAMPLES)
    of_course(grade)
    how_to_run(grade)

    again = add("regrade", "grade anew what a mended test changes, with points before and after", "", REGRADE)
    of_course(again)
    how_to_run(again)

    status = add("status", "say what is graded, failed or out of date, and why")
    of_course(status)

    feedback = add("feedback", "write the feedback pages of what is graded")
    of_course(feedback)
    feedback.add_argument("--force", action="store_true", help="write all pages anew")
    feedback.add_argument("--jobs", type=_positive, metavar="N", help="processes (default: one a core)")

    report = add("report", "how the class did: of each graded cell and each concept", "", REPORT)
    of_course(report)
    report.add_argument("--output", type=_path, metavar="FOLDER", help="(default: report/ASSIGNMENT)")
    report.add_argument(
        "--concepts", type=_path, metavar="FILE", help="YAML or JSON: concept -> list of grade_ids"
    )
    report.add_argument("--students", action="store_true", help="also a page for each student")
    with_pseudonyms(report)

    similar = add("similar", "pairs of submissions to look at, never a verdict", SIMILAR)
    of_course(similar)
    similar.add_argument("--pairs", type=_positive, metavar="N", default=20, help="to show (default: 20)")
    similar.add_argument("--output", type=_path, metavar="FOLDER", help="(default: report/ASSIGNMENT)")
    with_pseudonyms(similar)

    export = add("export", "the points as CSV, for Canvas or Moodle", "", EXPORT)
    of_course(export)
    export.add_argument("--layout", choices=("canvas", "moodle", "plain"), default="plain")
    export.add_argument("--output", type=_path, metavar="FILE", help="(default: print it)")
    export.add_argument(
        "--roster", type=_path, metavar="FILE", help="the class as Canvas or Moodle exports it"
    )
    export.add_argument("--column", metavar="NAME", help="what they call the assignment (default: its name)")
    with_pseudonyms(export)

    check = add("check", "run a notebook's visible tests, as a student does before handing in", CHECK, CHECKS)
    check.add_argument("notebook", type=Path, nargs="+")
    check.add_argument(
        "--timeout", type=_positive, metavar="SECONDS", default=30, help="a cell (default: 30)"
    )
    check.add_argument("--json", action="store_true", help="print the result as JSON")

    doctor = add("doctor", "try out what isolation this machine gives")
    doctor.add_argument("--json", action="store_true", help="print the result as JSON")
    return main_parser


def with_pseudonyms(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--pseudonyms", action="store_true", help="no names; .proctor/pseudonyms.csv says who is who"
    )


def how_to_run(command: argparse.ArgumentParser) -> None:
    """The options of the commands that run notebooks."""
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=_positive, metavar="N", help="notebooks at a time (default: one a core)"
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="run the notebooks on the workers of this Dask cluster, such as tcp://head:8786",
    )
    default = limits.Limits()
    command.add_argument(
        "--timeout", type=_positive, metavar="SECONDS", help="a cell (default: Execute.timeout)"
    )
    command.add_argument(
        "--notebook-timeout",
        type=_positive,
        metavar="SECONDS",
        help=f"a notebook (default: {default.notebook_seconds:g})",
    )
    command.add_argument(
        "--memory", type=_positive, metavar="MIB", help=f"a process (default: {default.memory >> 20})"
    )
    command.add_argument("--processes", type=_positive, metavar="N", help=f"(default: {default.processes})")
    command.add_argument(
        "--disk", type=_positive, metavar="MIB", help=f"a notebook (default: {default.disk >> 20})"
    )
    command.add_argument("--force", action="store_true", help="grade again what is done")
    command.add_argument("--dry-run", action="store_true", help="only say what would be graded, and why")
    command.add_argument(
        "--no-controls",
        dest="controls",
        action="store_false",
        help="do not try passed tests on the blank notebook's stubs",
    )
    command.add_argument(
        "--unsafe", action="store_true", help="go on where the machine gives too little isolation"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options, rest = parser().parse_known_args(arguments)
    options.nbgrader = rest
    unknown = [word for word in rest if "course" not in options or not NBGRADERS.fullmatch(word)]
    if unknown:
        parser().error(f"unrecognized arguments: {' '.join(unknown)}")
    # jsonschema would build a grammar of internationalized addresses: two seconds, and nobody needs it.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        with stop.on_signals():
            return _run(options)
    except KeyboardInterrupt as error:
        status = error.status if isinstance(error, stop.Stopped) else 130
        message = "Stopped. What was finished is recorded; run the same command again to go on."
    except BrokenPipeError:
        return 1
    except Exception as error:
        if not (message := _explained(error, options)):
            raise
        status, message = 2, f"proctor: {message}"
    if getattr(options, "json", False):
        print(json.dumps({"error": message.removeprefix("proctor: ")}))
    print(message, file=sys.stderr)
    return status


def _run(options: argparse.Namespace) -> int:
    # Each command imports what it needs: `proctor --help` answers at once.
    match options.command:
        case "autograde":
            from .unchanged import autograde as command
        case "regrade":
            from .regrade import regrade as command
        case "status":
            from .status import status as command
        case "feedback":
            from .pages import feedback as command
        case "report":
            from .report import report as command
        case "similar":
            from .similar import similar as command
        case "export":
            from .export import export as command
        case "check":
            from .check import check as command
        case _:
            from .doctor import doctor as command
    return command(options)


def _explained(error: Exception, options: argparse.Namespace) -> str:
    """What the instructor can do something about; an empty text if it is a fault of proctor's."""
    from sqlalchemy.exc import DBAPIError

    from .course import CourseError

    if isinstance(error, CourseError):
        return str(error)
    course = getattr(options, "course", Path()).resolve()
    if isinstance(error, DBAPIError):
        old = any(text in str(error.orig) for text in ("no such column", "no such table", "does not exist"))
        return f"the gradebook of {course} cannot be used: {error.orig}. {UPGRADE if old else AGAIN}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or course}: {error.strerror}. {AGAIN}"
    return ""


def _path(text: str) -> Path:
    """From where proctor was started; it then goes to the course."""
    return Path(text).absolute()


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
