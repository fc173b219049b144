"""Hostile and damaged submissions in one class with honest ones: each gets what an honest grader would give
(or is flagged), the others are untouched, nothing survives, and the report says what happened."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from . import school
from .hostile import damages, exhausts, forges, persists, reads
from .hostile.attack import FULL, Attack, hand_in

FAMILIES = {"reads": reads, "forges": forges, "exhausts": exhausts, "persists": persists, "damages": damages}
ATTACKS = [
    pytest.param(attack, id=f"{family}-{attack.name}")
    for family, module in FAMILIES.items()
    for attack in module.ATTACKS
]
HONEST = ["aaa-honest", "mmm-honest", "zzz-honest"]
SECRETS = {"GRADER_PASSWORD": "42", "NBGRADER_TIMEOUT": ""}


class Graded:
    def __init__(self, course: Path, status: int, report: dict[str, Any]):
        self.course, self.status, self.report = course, status, report
        self.scores = school.grades(course)
        rows = [*report["graded"], *report["failed"]]
        self.said = {row["student"]: row for row in rows}


@pytest.fixture(scope="module")
def graded(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The whole class, graded in one run."""
    course = school.copy(empty_course, tmp_path_factory.mktemp("hostile") / "course")
    for name in HONEST:
        school.hand_in(course, name, school.answered(course, school.RIGHT))
    for parameter in ATTACKS:
        hand_in(course, parameter.values[0])
    done = school.proctor(
        course,
        *("autograde", "ps1", "--json", "--timeout", "10", "--notebook-timeout", "60", "--jobs", "2"),
        *("--memory", "1024", "--processes", "20", "--disk", "64"),
        **SECRETS,
    )
    assert done.returncode in (0, 1), done.stderr
    return Graded(course, done.returncode, json.loads(done.stdout))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack(attack: Attack, graded: Graded) -> None:
    said = graded.said[attack.name]
    scores = graded.scores.get(attack.name, {})
    if attack.scores == {}:
        assert said["failure"], "it cannot be graded, and that must be said"
        assert all(score is None for score in scores.values())
    elif attack.flagged:
        assert said["flags"] or scores == attack.scores, "points may be forged, and nobody is told"
    else:
        assert scores == attack.scores, said
    assert attack.says in json.dumps(said)
    for path in attack.leaves:
        assert not Path(path).exists()


@pytest.mark.parametrize("name", HONEST)
def test_honest_are_untouched(name: str, graded: Graded) -> None:
    assert graded.scores[name] == FULL
    assert graded.said[name]["flags"] == []
    assert graded.said[name]["notes"] == []


def test_exit_status_tells_of_those_without_a_grade(graded: Graded) -> None:
    ungraded = {row["student"] for row in graded.report["failed"]}
    assert ungraded == {parameter.values[0].name for parameter in ATTACKS if parameter.values[0].scores == {}}
    assert graded.status == 1


def test_nothing_runs_on(graded: Graded) -> None:
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 86399" not in processes
    assert f"proctor-{graded.course}" not in processes


def test_nothing_but_grades_is_left_in_the_course(graded: Graded) -> None:
    kept = {".proctor", "autograded", "gradebook.db", "nbgrader_config.py", "release", "source", "submitted"}
    assert {path.name for path in graded.course.iterdir()} <= kept
    for folder in (graded.course / "autograded").iterdir():
        names = {path.name for path in (folder / "ps1").iterdir()}
        handed_in = {"numpy.py", "timestamp.txt", "nbgrader_config.py", "bomb.zip"}
        assert names <= {"p1.ipynb", "data.csv", *handed_in}, folder
        assert not any(path.is_symlink() for path in (folder / "ps1").iterdir())
