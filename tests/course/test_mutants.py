"""The solutions with a small change each are caught by the tests, or listed as right with the reason."""

import pytest
from assignment import Assignment, answered, assignments
from mutants import mutants
from runner import grade

pytestmark = pytest.mark.course

TASKS = [(assignment, task) for assignment in map(Assignment, assignments()) for task in assignment.answers]


@pytest.mark.parametrize(("assignment", "task"), TASKS, ids=[f"{a.name}-{task}" for a, task in TASKS])
def test_mutants_are_caught(assignment, task, record_property):
    """Each runs with the tests of its task alone: enough, as test_each_task_stands_on_its_own shows."""
    part = assignment.part(task)
    sources = mutants(assignment.answers[task])
    survivors = {
        name for name, source in sources.items() if not grade(answered(part, {task: source}), part).errors
    }
    equivalent = {name for of, name in assignment.equivalent if of == task}
    caught, wrong = len(sources) - len(survivors), len(sources) - len(equivalent)
    record_property(
        "mutants", f"{assignment.name} {task}: {caught} of {wrong} ({len(equivalent)} equivalent)"
    )
    assert not survivors - equivalent, "caught by no test: sharpen one, or say in EQUIVALENT why it is right"
    assert not equivalent - survivors, "in EQUIVALENT, but caught, or no longer made"
