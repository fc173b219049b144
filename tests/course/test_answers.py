"""The assessment of each assignment in solutions/: marks for the right answers, none for the wrong ones."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from assignment import ROOT, Assignment, assignments, grade_id, is_test
from runner import grade

ENOUGH_WRONG, ENOUGH_RIGHT = 6, 2  # catalogued answers for each task
SHORTEST_MESSAGE = 40  # characters

ASSIGNMENTS = {name: Assignment(name) for name in assignments()}
pytestmark = pytest.mark.course


def each_assignment():
    return pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=ASSIGNMENTS)


def each(kind: str):
    """A test for each answer of a kind, "wrong" or "right", in all catalogs."""
    cases = [
        pytest.param(assignment, answer, id=f"{name}-{answer.task}: {answer.name}")
        for name, assignment in ASSIGNMENTS.items()
        for answer in getattr(assignment, kind)
    ]
    return pytest.mark.parametrize(("assignment", "answer"), cases)


@each_assignment()
def test_solution_scores_full_marks(assignment):
    result = grade(assignment.submission(assignment.answers), assignment.solution)
    assert result.errors == {}
    assert result.scores == assignment.full_marks


@each_assignment()
def test_untouched_release_scores_zero(assignment):
    assert set(grade(assignment.release, assignment.solution).scores.values()) == {0}


@each_assignment()
def test_each_task_stands_on_its_own(assignment):
    """Without one answer, its points are lost, and no other task's."""
    for task, tests in assignment.points.items():
        answers = {other: source for other, source in assignment.answers.items() if other != task}
        result = grade(assignment.submission(answers), assignment.solution)
        assert set(result.errors) == set(tests), f"without an answer to {task!r}"


@each("wrong")
def test_wrong_answer_loses_exactly_its_points(assignment, answer):
    answers = assignment.answers | {answer.task: answer.source}
    result = grade(assignment.submission(answers), assignment.solution)
    assert set(result.errors) == answer.loses
    for test, error in result.errors.items():
        kind, _, message = error.partition(": ")
        assert not kind.endswith("in the cell itself"), f"{test} did not foresee this answer: {error}"
        if kind == "AssertionError":
            assert len(message) >= SHORTEST_MESSAGE, f"{test} does not say what went wrong: {error}"


@each("right")
def test_right_answer_keeps_all_points(assignment, answer):
    answers = assignment.answers | {answer.task: answer.source}
    assert grade(assignment.submission(answers), assignment.solution).errors == {}


@each_assignment()
def test_catalog_is_complete(assignment):
    for task, tests in assignment.points.items():
        wrong = [answer for answer in assignment.wrong if answer.task == task]
        right = [answer for answer in assignment.right if answer.task == task]
        assert len({answer.name for answer in wrong}) == len(wrong) >= ENOUGH_WRONG, task
        assert len({answer.name for answer in right}) == len(right) >= ENOUGH_RIGHT, task
        for test in tests:
            assert any(test in answer.loses for answer in wrong), (
                f"no wrong answer in the catalog loses {test}"
            )
    for answer in [*assignment.wrong, *assignment.right]:
        assert answer.task in assignment.answers, f"there is no task {answer.task!r}"


@each_assignment()
def test_notebook_is_made_as_agreed(assignment):
    ids = [grade_id(cell) for cell in assignment.solution.cells if grade_id(cell)]
    assert len(set(ids)) == len(ids), "a grade_id is there twice"
    assert "" not in assignment.points, "a test cell stands before the first answer cell"
    by_hand = [cell for cell in assignment.solution.cells if is_marked_by_hand(cell)]
    assert by_hand, "a written answer is wanted"
    assert all("marking scheme" in cell.source.lower() for cell in by_hand)

    description = ""
    for cell in assignment.solution.cells:
        assert not cell.get("outputs"), f"clear the outputs of {cell.id}"
        if cell.cell_type == "markdown" and not is_marked_by_hand(cell):
            description = cell.source
        if grade_id(cell) in assignment.answers:
            tests = assignment.points[grade_id(cell)]
            assert all(test.startswith(f"{grade_id(cell)}-") for test in tests), tests
            assert f"({sum(tests.values())} points)" in description, (
                f"{grade_id(cell)}: points in the heading?"
            )
            assert "<summary>Hint</summary>" in description, f"{grade_id(cell)}: no folded hint"
        if is_test(cell):
            check_test_cell(cell)
    for task, tests in assignment.points.items():
        hidden = [test for test in tests if "### BEGIN HIDDEN TESTS" in source_of(assignment.solution, test)]
        assert 0 < len(hidden) < len(tests), f"{task} needs tests of both kinds, visible and hidden"


def check_test_cell(cell):
    """It says first what it tests, its assertions have messages, and it does not end in a value (points)."""
    kind = "Hidden" if "### BEGIN HIDDEN TESTS" in cell.source else "Visible"
    points = cell.metadata.nbgrader.points
    first = f"# {kind} test, {points} point{'s' if points > 1 else ''}: "
    assert cell.source.startswith(first), f"{grade_id(cell)} should begin with {first!r}"
    tree = ast.parse(cell.source)
    assert not isinstance(tree.body[-1], ast.Expr), f"{grade_id(cell)} ends in a value: partial points"
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert) or node.msg, (
            f"{grade_id(cell)} line {node.lineno}: no message"
        )


def test_exercises_are_what_nbgrader_makes_of_solutions(tmp_path):
    nbgrader = [Path(sys.executable).with_name("nbgrader"), "generate_assignment", "*", "--no-db"]
    subprocess.run([*nbgrader, f"--CourseDirectory.release_directory={tmp_path}"], cwd=ROOT, check=True)
    made = {path.name: path.read_text() for path in tmp_path.glob("*/*.ipynb")}
    kept = {path.name: path.read_text() for path in (ROOT / "exercises").glob("*/*.ipynb")}
    assert made == kept, "run `make release`"


@each_assignment()
def test_release_shows_no_solution_and_no_hidden_test(assignment):
    public, secret = set(), set()
    for cell in assignment.solution.cells:
        lines = public
        for line in cell.source.split("\n"):
            if is_marked_by_hand(cell) or re.match(r"\s*### BEGIN (SOLUTION|HIDDEN TESTS)", line):
                lines = secret
            lines.add(line.strip())
            if re.match(r"\s*### END", line):
                lines = public
    released = {line.strip() for cell in assignment.release.cells for line in cell.source.split("\n")}
    assert len(secret - public) > 20
    assert not (secret - public) & released
    stubs = [cell for cell in assignment.release.cells if "raise NotImplementedError()" in cell.source]
    assert [grade_id(cell) for cell in stubs] == list(assignment.answers)


def is_marked_by_hand(cell):
    nbgrader = cell.metadata.get("nbgrader", {})
    return nbgrader.get("grade") and nbgrader.get("solution")


def source_of(notebook, name):
    return next(cell.source for cell in notebook.cells if grade_id(cell) == name)
