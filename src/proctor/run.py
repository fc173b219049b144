"""Grade one assignment: plan, run, record, one submission at a time; then say how it went."""

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from . import plan, state, stop, survey
from .course import Course, CourseError
from .executors import Executor
from .job import Outcome
from .launcher import NoZygote
from .plan import Planned
from .record import Recorder
from .state import Record


@dataclass
class Summary:
    isolation: str
    graded: list[Record] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # done before
    failed: list[Record] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        return not self.failed


def run(
    course: Course,
    name: str,
    jobs: list[Planned],
    executor: Callable[[], Executor],
    level: str,
    progress: Callable[[Record], None] = lambda record: None,
    controls: bool = False,
) -> Summary:
    """Grade all jobs that have a reason to be graded."""
    summary = Summary(level, skipped=[job.student for job in jobs if not job.why])
    todo = [job for job in jobs if job.why]
    if not todo:
        return summary
    recorder = Recorder(course, name, level)
    with (
        contextlib.closing(recorder),
        contextlib.closing(_records(course, name, todo, executor, recorder, controls)) as records,
    ):
        for record in records:
            (summary.failed if record.failure else summary.graded).append(record)
            progress(record)
    return summary


def _records(
    course: Course,
    name: str,
    todo: list[Planned],
    executor: Callable[[], Executor],
    recorder: Recorder,
    controls: bool,
) -> Generator[Record, None, None]:
    waiting: dict[str, tuple[Planned, list[str]]] = {}
    workers: Executor | None = None
    known: survey.Blanks = {}
    try:
        for planned in todo:
            if planned.refusal:
                yield Record(
                    planned.student, planned.key, planned.parts, recorder.level, failure=planned.refusal
                )
                continue
            try:
                recorder.begin(planned)
                plan.load(course, name, planned)
                job, notes = recorder.prepare(planned)
            except OSError as error:
                reason = f"cannot be read: {error.filename}: {error.strerror}"
                yield Record(planned.student, planned.key, planned.parts, recorder.level, failure=reason)
                continue
            if not job.notebooks:
                waiting[job.student] = planned, notes
                yield _record(course, name, recorder, Outcome(job.key, job.student), waiting)
                continue
            if workers is None:
                try:
                    workers = executor()
                except NoZygote as error:
                    raise CourseError(str(error)) from None
                if controls:
                    known = survey.blanks(course, name, planned.parts, recorder, workers)
            course.gradebook.rest()
            if len(waiting) >= workers.room:
                yield _record(course, name, recorder, workers.result(), waiting)
            waiting[job.student] = planned, notes
            workers.submit(replace(job, blanks=known))
        while waiting:
            assert workers is not None
            yield _record(course, name, recorder, workers.result(), waiting)
    finally:
        if workers:
            workers.close()


def _record(
    course: Course,
    name: str,
    recorder: Recorder,
    outcome: Outcome,
    waiting: dict[str, tuple[Planned, list[str]]],
) -> Record:
    planned, notes = waiting.pop(outcome.student)
    try:
        with stop.delayed():
            record = recorder.finish(planned, outcome, notes)
        planned.submission.drop()
        return record
    except OSError as error:
        where = error.filename or course.root
        raise CourseError(
            f"cannot write the results of {planned.student}: {where}: {error.strerror}"
        ) from None
    except CourseError:
        raise
    except Exception as error:
        if trouble := _of_gradebook(error):
            raise trouble from None
        reason = f"recording failed: {type(error).__name__}: {error}"
        record = Record(
            planned.student, planned.key, planned.parts, recorder.level, notes=notes, failure=reason
        )
        state.save(course, name, record)
        return record


def _of_gradebook(error: BaseException) -> DBAPIError | None:
    """What would meet every submission, such as a lock: nbgrader hides it behind an error of its own."""
    for cause in (error, error.__context__):
        if isinstance(cause, DBAPIError) and not isinstance(cause, DataError | IntegrityError):
            return cause
    return None
