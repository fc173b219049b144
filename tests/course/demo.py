"""A class of twelve invented students, from perfect to broken, graded by plain nbgrader.

    python tests/course/demo.py FOLDER               set up the course, grade it, write feedback
    python tests/course/demo.py FOLDER --no-grade    only set it up, to run nbgrader there oneself

The answers are those of the assignment's catalog.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from assignment import ROOT, Assignment, grade_id, is_test
from nbformat import NotebookNode
from nbgrader.api import Gradebook

SECONDS = 10  # a cell, so that the endless loop does not take long
WRITTEN = "No line has both (0, 1) and (1, 0) on one side and both (0, 0) and (1, 1) on the other."


@dataclass
class Student:
    name: str
    notebook: NotebookNode | str  # a str is written to the file as it is
    loses: set[str] | None = None  # the test cells; None: this is not a notebook, and cannot be graded


def students(assignment: Assignment) -> list[Student]:
    answers, points = assignment.answers, assignment.points
    tasks = list(answers)
    wrong = {answer.task: answer for answer in reversed(assignment.wrong)}  # the first of each task
    right = {answer.task: answer.source for answer in reversed(assignment.right)}
    right_too = {answer.task: answer.source for answer in assignment.right}  # the last of each task
    first, last = tasks[0], tasks[-1]
    half = tasks[len(tasks) // 2 :]
    short = min(tasks, key=lambda task: len(points[task]))  # each of its tests will take the time limit
    unclosed = answers[first].replace("(", "((", 1)
    endless = re.sub(r"### BEGIN.*### END SOLUTION", "while True: pass", answers[short], flags=re.DOTALL)

    def notebook(answers: dict[str, str]) -> NotebookNode:
        submission = assignment.submission(answers)
        for cell in submission.cells:
            if cell.cell_type == "markdown" and cell.source == "YOUR ANSWER HERE" and answers:
                cell.source = WRITTEN
        return submission

    deleted = notebook(answers)
    deleted.cells = [cell for cell in deleted.cells if grade_id(cell) != list(points[last])[-1]]
    edited = notebook({})
    for cell in edited.cells:
        if is_test(cell):
            cell.source = "print('passed')"
    every = set(assignment.full_marks)

    class_ = [
        ("perfect", notebook(answers), set()),
        ("in-other-words", notebook(right), set()),
        ("in-other-words-again", notebook(right_too), set()),
        ("one-slip", notebook(answers | {last: wrong[last].source}), wrong[last].loses),
        (
            "a-slip-in-every-task",
            notebook({task: answer.source for task, answer in wrong.items()}),
            set().union(*(answer.loses for answer in wrong.values())),
        ),
        (
            "half-done",
            notebook({task: source for task, source in answers.items() if task not in half}),
            {test for task in half for test in points[task]},
        ),
        ("blank", notebook({}), every),
        ("syntax-error", notebook(answers | {first: unclosed}), set(points[first])),
        ("endless-loop", notebook(answers | {short: endless}), set(points[short])),
        ("test-deleted", deleted, {list(points[last])[-1]}),
        ("tests-edited", edited, every),
        ("not-a-notebook", nbformat.writes(notebook(answers))[:1000], None),
    ]
    return [Student(f"student-{i:02}-{name}", *rest) for i, (name, *rest) in enumerate(class_, start=1)]


def set_up(folder: Path, assignment: Assignment) -> list[Student]:
    """Make a course in the folder: settings, source, and what the students have handed in."""
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: name a folder that is, or a new one")
    (folder / "solutions").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "solutions" / assignment.name, folder / "solutions" / assignment.name)
    class_ = students(assignment)
    for student in class_:
        path = folder / "course" / "submitted" / student.name / assignment.name / f"{assignment.name}.ipynb"
        path.parent.mkdir(parents=True)
        text = student.notebook if isinstance(student.notebook, str) else nbformat.writes(student.notebook)
        path.write_text(text, encoding="utf-8")
    return class_


def run(folder: Path, assignment: Assignment, *step: str) -> int:
    """Run an nbgrader command, naming each student as it comes to them. Return its exit code."""
    command = [step[0], assignment.name, *step[1:]]
    print(f"\n$ nbgrader {' '.join(command)}", flush=True)
    bin_folder = Path(sys.executable).parent  # nbgrader looks there for `alembic`
    process = subprocess.Popen(
        [bin_folder / "nbgrader", *command],
        cwd=folder,
        env=os.environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    shown = set()
    with (folder / "nbgrader.log").open("a", encoding="utf-8") as log:
        for line in process.stderr:
            log.write(line)
            student = re.search(r"INFO.*/(student-[\w-]+)/", line)
            if student and student[1] not in shown:
                shown.add(student[1])
                print(f"  {len(shown):3}  {student[1]}", flush=True)
    return process.wait()


def grade_class(folder: Path, assignment: Assignment) -> None:
    if run(folder, assignment, "generate_assignment") != 0:
        sys.exit(f"nbgrader could not make the release: see {folder / 'nbgrader.log'}")
    run(folder, assignment, "autograde", f"--Execute.timeout={SECONDS}")  # not 0: the last one is no notebook
    run(folder, assignment, "generate_feedback")


def scores(folder: Path, assignment: Assignment, student: str) -> dict[str, float] | None:
    """nbgrader's points for each test cell, or None if it has not graded this student."""
    autograded = folder / "course" / "autograded" / student / assignment.name
    if not (autograded / f"{assignment.name}.ipynb").exists():
        return None
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(assignment.name, assignment.name, student)
        found = {grade.name: grade.score for grade in notebook.grades}
    return {test: found[test] for test in assignment.full_marks}


def table(folder: Path, assignment: Assignment, class_: list[Student]) -> str:
    marks = assignment.full_marks
    lines = [f"{'student':33} {'expected':>8} {'nbgrader':>8}"]
    for student in class_:
        expected = None if student.loses is None else sum(marks[test] for test in set(marks) - student.loses)
        graded = scores(folder, assignment, student.name)
        score = None if graded is None else sum(graded.values())
        note = "" if graded is not None else "not graded: nbgrader cannot read it"
        lines.append(f"{student.name:33} {_number(expected):>8} {_number(score):>8}  {note}".rstrip())
    total = _number(sum(marks.values()))
    lines.append(f"(of {total} points; the written answer is marked by hand, in the formgrader)")
    return "\n".join(lines)


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="an empty or a new folder")
    parser.add_argument("--no-grade", action="store_true", help="only set up the course")
    parser.add_argument(
        "--assignment", default="perceptron", help="a folder of solutions/ (default: perceptron)"
    )
    options = parser.parse_args()
    target, chosen = options.folder.resolve(), Assignment(options.assignment)
    members = set_up(target, chosen)
    print(f"{len(members)} students have handed in {chosen.name}: {target / 'course' / 'submitted'}")
    if not options.no_grade:
        grade_class(target, chosen)
        print(f"\n{table(target, chosen, members)}\n\nFeedback: {target / 'course' / 'feedback'}")
