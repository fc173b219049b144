"""The demo class, graded by nbgrader itself: the scores are runner.py's; feedback hides what is hidden.

It runs about a minute: nbgrader starts a kernel for each student, and waits for the endless loop.
"""

import re
from html import unescape

import pytest
from assignment import Assignment, grade_id
from demo import grade_class, scores, set_up
from runner import grade

pytestmark = [pytest.mark.course, pytest.mark.slow]

ASSIGNMENT = Assignment("perceptron")
STUDENTS = 12


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of the graded course, and its students by name."""
    folder = tmp_path_factory.mktemp("course") / "demo"
    class_ = set_up(folder, ASSIGNMENT)
    grade_class(folder, ASSIGNMENT)
    assert len(class_) == STUDENTS
    return folder, class_


def test_nbgrader_and_the_runner_give_what_the_catalog_says(course):
    folder, class_ = course
    for student in class_:
        graded = scores(folder, ASSIGNMENT, student.name)
        if student.loses is None:
            assert graded is None, f"{student.name} was graded"
            continue
        marks = ASSIGNMENT.full_marks
        expected = {test: 0 if test in student.loses else marks[test] for test in marks}
        assert graded == expected, student.name
        assert grade(student.notebook, ASSIGNMENT.solution).scores == expected, student.name


def test_feedback_gives_the_messages_and_hides_the_tests(course):
    folder, class_ = course
    hidden_tests = {
        grade_id(cell): cell.source.split("\n")
        for cell in ASSIGNMENT.solution.cells
        if "### BEGIN HIDDEN TESTS" in cell.source
    }
    for student in class_:
        if student.loses is None:
            continue
        feedback = folder / "course" / "feedback" / student.name / ASSIGNMENT.name
        page = text(feedback / f"{ASSIGNMENT.name}.html")
        own = "\n".join(cell.source for cell in [*ASSIGNMENT.release.cells, *student.notebook.cells])
        for test, lines in hidden_tests.items():
            secret = [line.strip() for line in lines if len(line.strip()) >= 12 and line.strip() not in own]
            assert len(secret) > 2, f"{test} has little to hide"
            assert not [line for line in secret if line in page], f"{student.name} sees {test}"
        for test, error in grade(student.notebook, ASSIGNMENT.solution).errors.items():
            if error.startswith("AssertionError"):
                assert error in page, f"{student.name} is not told why {test} failed"


def text(path):
    """What a page shows: no tags, no escapes."""
    return unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")))
