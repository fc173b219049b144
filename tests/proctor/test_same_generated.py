"""Classes at random: answers that are right, wrong, partly right, slow, noisy or missing, in any mixture, are
graded alike. PROCTOR_GENERATED=STUDENTS makes the class larger, PROCTOR_SEED another one."""

import os
import random
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from . import school
from .twins import assert_same_files, grade_twice

STUDENTS = int(os.environ.get("PROCTOR_GENERATED", "6"))
SEED = int(os.environ.get("PROCTOR_SEED", "1"))
DOUBLE = [
    "def double(x):\n    return {}",
    "def double(x):\n    print(x)\n    return {}",
    "import sys\ndef double(x):\n    print(x, file=sys.stderr)\n    return {}",
    "double = lambda x: {}",
    "class Twice:\n    def __call__(self, x):\n        return {}\ndouble = Twice()",
    "def double(x):\n    if x < 0:\n        raise ValueError(x)\n    return {}",
    "import warnings\ndef double(x):\n    warnings.warn('careful')\n    return {}",
    "def double(x:\n    return {}",
    "def duoble(x):\n    return {}",
]
VALUES = [
    "2 * x",
    "x + x",
    "x ** 2",
    "abs(x) * 2",
    "None",
    "x / 0",
    "'2' * x",
    "np.multiply(x, 2)",
    "undefined",
]
MEAN = [
    "def mean(xs):\n    return {}",
    "def mean(xs):\n    xs.sort()\n    return {}",
    "def mean(xs):\n    from IPython.display import display\n    display({})\n    return 0.0",
    "mean = np.mean",
    "def mean(xs):\n    yield {}",
]
MEANS = [
    "sum(xs) / len(xs)",
    "np.sum(xs) / len(xs)",
    "xs[0]",
    "max(xs)",
    "sum(xs) // len(xs)",
    "0",
    "float('nan')",
]
MORE = [
    "1 + 1",
    "print('x' * {n})",
    "%time {n}",
    "!echo {n}",
    "raise ValueError({n})",
    "x = {n}\nx",
    "np.arange({n})",
    "from IPython.display import HTML\nHTML('<b>{n}</b>')",
    "for i in range({n}): print(i)",
    "await __import__('asyncio').sleep(0)\n{n}",
    "double({n}), mean([{n}.0, 0.0])",
    "import sys; sys.stderr.write('{n}')",
    "  {n}",
]
WHY = ["", "Because.", "$x$ is a *sum*.", "![](image.png)", "<script>1</script>", "Ünïcödé 😀"]


def notebook(course: Path, dice: random.Random) -> NotebookNode:
    answers = {}
    if dice.random() < 0.9:
        answers["double"] = dice.choice(DOUBLE).format(dice.choice(VALUES))
    if dice.random() < 0.9:
        answers["mean"] = dice.choice(MEAN).format(dice.choice(MEANS))
    if dice.random() < 0.5:
        answers["why"] = dice.choice(WHY)
    nb = school.answered(course, answers)
    for _ in range(dice.randrange(6)):
        text = dice.choice(MORE).format(n=dice.randrange(40))
        cell = new_code_cell(text) if dice.random() < 0.8 else new_markdown_cell(text)
        nb.cells.insert(dice.randrange(len(nb.cells) + 1), cell)
    if dice.random() < 0.2:
        del nb.cells[dice.randrange(len(nb.cells))]
    if dice.random() < 0.1:
        dice.shuffle(nb.cells)
    return nb


def test_a_generated_class(empty_course: Path, tmp_path: Path) -> None:
    course = school.copy(empty_course, tmp_path / "course")
    dice = random.Random(SEED)
    for number in range(STUDENTS):
        folder = school.hand_in(course, f"student-{number:03}", notebook(course, dice))
        if dice.random() < 0.3:
            (folder / "timestamp.txt").write_text(f"2030-01-{dice.randrange(1, 29):02} 10:00:00 UTC")

    def theirs(course: Path) -> None:
        school.nbgrader(course, "autograde", "ps1")

    def ours(course: Path) -> None:
        done = school.proctor(course, "autograde", "ps1")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "To look at" not in done.stdout, done.stdout

    twins = grade_twice(course, theirs, ours)
    first, second = (school.whole_book(folder) for folder in twins)
    assert second == first
    assert_same_files(twins.theirs / "autograded", twins.ours / "autograded")
