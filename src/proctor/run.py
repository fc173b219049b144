"""Grade one assignment: plan, run, record, one submission at a time; then say how it went."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from . import plan, state
from .course import Course, CourseError
from .executors import Executor
from .job import Outcome
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
) -> Summary:
    """Grade all jobs that have a reason to be graded."""
    summary = Summary(level, skipped=[job.student for job in jobs if not job.why])
    todo = [job for job in jobs if job.why]
    if not todo:
        return summary
    recorder = Recorder(course, name, level)
    for record in _records(course, name, todo, executor, recorder):
        (summary.failed if record.failure else summary.graded).append(record)
        progress(record)
    return summary


def _records(
    course: Course, name: str, todo: list[Planned], executor: Callable[[], Executor], recorder: Recorder
) -> Iterator[Record]:
    waiting: dict[str, tuple[Planned, list[str]]] = {}
    workers: Executor | None = None
    try:
        for planned in todo:
            if planned.refusal:
                yield Record(
                    planned.student, planned.key, planned.parts, recorder.level, failure=planned.refusal
                )
                continue
            recorder.begin(planned)
            plan.load(course, name, planned)
            job, notes = recorder.prepare(planned)
            if not job.notebooks:
                yield recorder.finish(planned, Outcome(job.key, job.student), notes)
                planned.submission.drop()
                continue
            workers = workers or executor()
            if len(waiting) >= workers.room:
                yield _record(course, name, recorder, workers.result(), waiting)
            waiting[job.student] = planned, notes
            workers.submit(job)
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
        record = recorder.finish(planned, outcome, notes)
        planned.submission.drop()
        return record
    except DBAPIError:
        raise  # it would meet every submission
    except OSError as error:
        raise CourseError(f"cannot write the results of {planned.student}: {error}") from None
    except Exception as error:
        reason = f"recording failed: {type(error).__name__}: {error}"
        record = Record(
            planned.student, planned.key, planned.parts, recorder.level, notes=notes, failure=reason
        )
        state.save(course, name, record)
        return record
