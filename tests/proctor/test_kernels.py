"""A course that asks for another interpreter is refused, not graded silently in this one."""

import json
import os
import sys
from pathlib import Path

import pytest

from proctor import kernels
from proctor.course import Course, CourseError

from . import school


def spec(folder: Path, name: str, *command: str) -> None:
    path = folder / "kernels" / name
    path.mkdir(parents=True)
    path.joinpath("kernel.json").write_text(
        json.dumps({"argv": [*command], "display_name": name, "language": "python"})
    )


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Other environments' kernels, as `ipykernel install` and conda leave them."""
    rest = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    folder = tmp_path / "jupyter"
    venv = tmp_path / "venv" / "bin"
    venv.mkdir(parents=True)
    venv.joinpath("python").symlink_to(os.path.realpath(sys.executable))
    spec(folder, "other", str(venv / "python"), *rest)
    spec(folder, "course", sys.executable, *rest)
    spec(folder, "plain", "python3", *rest)
    spec(folder, "wrapped", "conda", "run", "-n", "course", "python", *rest)
    spec(folder, "xeus", sys.executable, "-m", "xpython", "-f", "{connection_file}")
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    return folder


def asks_for(course: Path, kernel: str) -> None:
    with school.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_notebook("p1", "ps1").kernelspec = json.dumps({"name": kernel, "language": "python"})
        gradebook.db.commit()


@pytest.mark.parametrize("kernel", ["course", "plain", "python3"])
def test_this_interpreter_under_another_name(kernel: str, course: Path, specs: Path) -> None:
    asks_for(course, kernel)
    kernels.check(Course(course), "ps1")


@pytest.mark.parametrize(
    ("kernel", "why"),
    [
        ("other", "another interpreter"),
        ("wrapped", "another interpreter (conda)"),
        ("xeus", "not ipykernel"),
        ("nowhere", "does not know"),
    ],
)
def test_another_interpreter_is_refused(kernel: str, why: str, course: Path, specs: Path) -> None:
    asks_for(course, kernel)
    with pytest.raises(CourseError) as refusal:
        kernels.check(Course(course), "ps1")
    for part in (kernel, why, sys.executable, "kernel_name"):
        assert part in str(refusal.value)


def test_the_course_can_say_that_this_one_will_do(course: Path, specs: Path) -> None:
    asks_for(course, "other")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.ExecutePreprocessor.kernel_name = "python3"\n')
    kernels.check(Course(course), "ps1")


def test_the_command_says_so(course: Path, specs: Path) -> None:
    school.hand_in(course, "ada", school.answered(course, school.RIGHT))
    asks_for(course, "other")
    done = school.proctor(course, "autograde", "ps1")
    assert done.returncode == 2
    assert "'other'" in done.stderr
    assert school.scores(course, "ada") is None
