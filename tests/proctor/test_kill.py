"""Killed at any moment and run again, a course ends equal to one that was graded undisturbed.

Each point is one of four kinds, in turn: proctor kills itself at a random line of its recording in autograde,
in regrade, and in feedback; and after a random time, one of its processes is killed: itself, the zygote,
a guard, or a notebook. The long suite: PROCTOR_KILL_POINTS=200.
"""

import contextlib
import copy
import os
import pickle
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import nbformat
import pytest

from proctor import cli, executors
from proctor.job import Job, Outcome, Site

from . import school
from .processes import descendants, wait_for_end

POINTS = int(os.environ.get("PROCTOR_KILL_POINTS", "8"))
FILES = tuple(f"proctor/{name}.py" for name in ("record", "run", "state", "course", "pages"))
NEVER = 1 << 60
AUTOGRADE = ("autograde", "ps1", "--jobs", "2")
REGRADE = ("regrade", "ps1", "--jobs", "2")
FEEDBACK = ("feedback", "ps1")
STUDENTS = {
    "ada": school.RIGHT,
    "bob": school.WRONG,
    "cyd": school.RIGHT | {"mean": school.WRONG["mean"]},
}


RESULTS: dict[tuple[str, str], Outcome] = {}  # by student and key


class Stored(executors.Local):
    """Gives what the notebooks gave in the undisturbed run: these kills are in the recording."""

    def __init__(self, site: Site, jobs: int):
        self.room = jobs + 2
        self.jobs: list[Job] = []

    def submit(self, job: Job) -> None:
        self.jobs.append(job)

    def result(self) -> Outcome:
        job = self.jobs.pop(0)
        return copy.deepcopy(RESULTS[job.student, job.key])

    def close(self) -> None:
        pass


@dataclass
class Scene:
    """A course as it stands before a command, and after it."""

    command: tuple[str, ...]
    before: Path
    after: Path
    lines: int = 0
    seconds: float = 0.0


@pytest.fixture(scope="module")
def scenes(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Scene]:
    folder = tmp_path_factory.mktemp("kill")
    new = school.copy(empty_course, folder / "new")
    for name, answers in STUDENTS.items():
        school.hand_in(new, name, school.answered(new, answers))
    school.hand_in(new, "eve", "this is no notebook")
    (new / "submitted" / "bob" / "ps1" / "timestamp.txt").write_text("2030-01-01 10:00:00 UTC")
    graded = school.copy(new, folder / "graded")
    started = time.monotonic()
    lines = undisturbed(graded, AUTOGRADE, folder)
    seconds = time.monotonic() - started
    mended = school.copy(graded, folder / "mended")
    mend_a_test(mended)
    regraded = school.copy(mended, folder / "regraded")
    regrade = Scene(REGRADE, mended, regraded, undisturbed(regraded, REGRADE, folder))
    pages = school.copy(graded, folder / "pages")
    feedback = Scene(FEEDBACK, graded, pages, undisturbed(pages, FEEDBACK, folder))
    scene = Scene(AUTOGRADE, new, graded, lines, seconds)
    return [scene, regrade, feedback, scene]


def mend_a_test(course: Path) -> None:
    path = course / "source" / "ps1" / "p1.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "assert double(0) == 0"
    nbformat.write(notebook, path)
    school.nbgrader(course, "generate_assignment", "ps1", "--force")


def undisturbed(course: Path, command: tuple[str, ...], folder: Path) -> int:
    """Run the command; remember what the notebooks gave; return the number of lines of the recording."""
    for name in ("lines", "results"):
        (folder / name).unlink(missing_ok=True)

    def work() -> int:
        original = executors.Local.result

        def remember(self: executors.Local) -> Outcome:
            outcome = original(self)
            RESULTS[outcome.student, outcome.key] = copy.deepcopy(outcome)
            return outcome

        executors.Local.result = remember  # type: ignore[method-assign]
        tracer = Tracer(NEVER)
        status = tracer.run(course, command)
        (folder / "lines").write_text(str(NEVER - tracer.left))
        (folder / "results").write_bytes(pickle.dumps(RESULTS))
        return status

    assert in_child(work, folder) == (0 if command == FEEDBACK else 1), "eve has no grade"
    RESULTS.update(pickle.loads((folder / "results").read_bytes()))
    return int((folder / "lines").read_text())


class Tracer:
    """Kills this process at the n-th line."""

    def __init__(self, line: int):
        self.left = line

    def run(self, course: Path, command: tuple[str, ...]) -> int:
        sys.settrace(self.trace)
        status = cli.main([*command, "--course", str(course)])
        sys.settrace(None)
        return status

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(FILES):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def in_child(work: Callable[[], int], temporary: Path) -> int:
    """The exit status of a forked process that does the work, with a folder for temporary files."""
    child = fork(work, temporary)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fork(work: Callable[[], int], temporary: Path) -> int:
    if (child := os.fork()) != 0:
        return child
    status = 99
    try:
        tempfile.tempdir = str(temporary)
        said = os.open(temporary / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        status = work()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


@pytest.mark.parametrize("seed", range(POINTS))
def test_kill(seed: int, scenes: list[Scene], tmp_path: Path) -> None:
    scene = scenes[seed % 4]
    course = school.copy(scene.before, tmp_path / "course")
    random_ = random.Random(seed)
    if seed % 4 == 3:
        kill_a_process(course, scene, random_, tmp_path)
    else:
        line = random_.randrange(1, scene.lines)
        assert in_child(lambda: with_stored(Tracer(line), course, scene), tmp_path) == -signal.SIGKILL
    check_same(course, scene, tmp_path)


def with_stored(tracer: Tracer, course: Path, scene: Scene) -> int:
    executors.Local = Stored  # type: ignore[misc]
    return tracer.run(course, scene.command)


def kill_a_process(course: Path, scene: Scene, random_: random.Random, tmp_path: Path) -> None:
    parent = fork(lambda: cli.main([*scene.command, "--course", str(course)]), tmp_path)
    time.sleep(random_.uniform(0, scene.seconds))
    family = [parent, *descendants(parent)]
    victim = random_.choice(family)
    with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
        os.kill(victim, signal.SIGKILL)
    os.waitpid(parent, 0)
    wait_for_end(family[1:])


def check_same(course: Path, scene: Scene, tmp_path: Path) -> None:
    command = [*scene.command, "--course", str(course)]
    said = tmp_path / "said"

    def again() -> int:
        executors.Local = Stored  # type: ignore[misc]
        return cli.main(command)

    expected = 0 if scene.command == FEEDBACK else 1
    assert in_child(again, tmp_path) == expected, said.read_text()
    assert school.whole_book(course) == school.whole_book(scene.after)
    for folder in ("autograded", "feedback"):
        assert tree(course / folder) == tree(scene.after / folder)
    assert in_child(again, tmp_path) == expected
    assert ("written for 0" if scene.command == FEEDBACK else ": 1 of 4 submissions") in said.read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"course", "said"}, "temporary files are left"
    assert not list((course / ".proctor").rglob("*.new"))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }
