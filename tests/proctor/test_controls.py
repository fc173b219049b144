"""Negative controls: no word of honest work, whatever its tests look at; a word of every forged pass."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from . import school

sys.path.append(str(Path(__file__).parents[1] / "course"))
from assignment import Assignment

ROUNDS = int(os.environ.get("PROCTOR_CATALOG", "2"))  # of the demo course's answers; 14 are all
# Answer cell, right answers in several words, and the test: what tests of real courses look at.
TASKS: dict[str, tuple[str, list[str], str]] = {
    "draws": (
        "import random\ndef draw(n):\n    {}",
        ["return [random.random() for _ in range(n)]", "return list(np.random.default_rng().random(n))"],
        "random.seed(1)\nxs = draw(100)\nassert len(xs) == 100 and 0.2 < sum(xs) / 100 < 0.8",
    ),
    "clock": (
        "import time\ndef wait():\n    {}",
        ["start = time.perf_counter()\n    return time.perf_counter() - start", "return 0.001"],
        "assert 0 <= wait() < 5",
    ),
    "file": (
        "{}",
        ["open('out.txt', 'w').write('42')", "with open('out.txt', 'w') as f:\n    print(42, file=f)"],
        "assert open('out.txt').read().strip() == '42'",
    ),
    "value": ("answer = 0\n{}", ["answer = 42", "answer = np.int64(42)"], "assert answer == 42"),
    "filled": ("{}", ["table[:] = 1", "table += 1 - table"], "assert table.sum() == 3"),
    "alias": (
        "def inc(x):\n    {}",
        ["return x + 1", "return 1 + x", "return sum([x, 1])"],
        "bump = inc\nassert bump(1) == 2",
    ),
    "later": (
        "pass  # nothing to do\n{}",
        ["inc = inc", "inc = lambda x, y=1: x + y"],
        "assert applied(1) == 2",
    ),
    "class": (
        "class Net:\n    def __init__(self, w):\n        self.w = w\n    def forward(self, x):\n        {}",
        ["return self.w * x", "return x * self.w"],
        "net = Net(3)\nassert net.forward(2) == 6\nassert Net(0).forward(5) == 0",
    ),
    "instance": ("pass\n{}", ["trained = Net(2)", "trained = Net(w=2)"], "assert trained.forward(2) == 4"),
    "silent": (
        "def quiet(x):\n    pass\n    {}",
        ["return x", "y = x\n    return y"],
        "score = 0\nfor x in (1, 2, 3, 4): score += quiet(x) == x\nfloat(score)",
    ),
    "vector": (
        "class Vector:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other):\n        {}",
        ["return isinstance(other, Vector) and self.x == other.x", "return self.x == getattr(other, 'x', 0)"],
        "assert Vector(1) == Vector(1) and not Vector(1) == Vector(2)",
    ),
    "cached": (
        "from functools import lru_cache\ndef fib(n):\n    {}",
        [
            "return n if n < 2 else fib(n - 1) + fib(n - 2)",
            "a, b = 0, 1\n    for _ in range(n): a, b = b, a + b\n    return a\nfib = lru_cache(fib)",
        ],
        "assert fib(10) == 55",
    ),
    "decorated": (
        "def logged(f):\n    {}",
        ["return lambda *a: f(*a)", "def g(*a): return f(*a)\n    return g"],
        "@logged\ndef g(x): return x\nassert g(2) == 2",
    ),
    "generator": (
        "def count(n):\n    {}",
        ["yield from range(n)", "for i in range(n): yield i", "return iter(range(n))"],
        "assert list(count(3)) == [0, 1, 2]",
    ),
    "async": ("async def later(x):\n    {}", ["return x"], "assert await later(2) == 2"),
    "own-max": (
        "def max(xs):\n    {}",
        ["best = xs[0]\n    for x in xs:\n        best = x if x > best else best\n    return best"],
        "assert max([1, 3, 2]) == 3",
    ),
    "anyway": ("{}", ["pass", "x = 1"], "assert 1 + 1 == 2"),
    "raises": (
        "def check(x):\n    {}",
        ["if x < 0: raise ValueError('negative')\n    return x"],
        "try:\n    check(-1)\nexcept ValueError:\n    pass\nelse:\n    assert False\nassert check(1) == 1",
    ),
}
BETWEEN = {  # the instructor's cells that stand before a task
    "filled": "table = np.zeros(3)",
    "later": "def apply(f, x):\n    return f(x)\napplied = lambda x: apply(inc, x)",
}
STUDENTS_OWN = (  # cells that students add
    "from numpy import *",
    "import numpy as np\nfrom numpy.testing import assert_allclose\nimport numpy as numpy2",
    "sum_ = 0\nlist_ = [1, 2]\ntotal = sum([1, 2])\nprint(total)",
    "import threading\nt = threading.Thread(target=print); t.start(); t.join()",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.close()",
    "input_ = 3\nlen_ = len\nfloat_ = float\n%timeit -n1 -r1 1",
)


def every_kind(notebook: NotebookNode) -> None:
    del notebook.cells[1:]
    for name, (text, answers, test) in TASKS.items():
        if name in BETWEEN:
            notebook.cells.append(new_code_cell(BETWEEN[name]))
        solution = f"### BEGIN SOLUTION\n    {answers[0]}\n    ### END SOLUTION"
        if text.startswith(("{}", "pass", "answer")):
            solution = solution.replace("\n    ", "\n")
        notebook.cells.append(school.cell(text.format(solution), name, solution=True))
        notebook.cells.append(school.cell(test, f"{name}-test", points=4))


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return school.make_course(tmp_path_factory.mktemp("kinds") / "course", prepare=every_kind)


def graded(course: Path, *options: str) -> dict[str, Any]:
    done = school.proctor(course, "autograde", "ps1", "--json", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    rows: dict[str, Any] = {row["student"]: row for row in json.loads(done.stdout)["graded"]}
    return rows


def test_no_word_of_honest_work(kinds: Path, tmp_path: Path) -> None:
    course = school.copy(kinds, tmp_path / "course")
    for number in range(3):
        notebook = school.released(course)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in TASKS:
                text, answers, _ = TASKS[name]
                cell.source = text.format(answers[number % len(answers)])
        for source in STUDENTS_OWN[2 * number : 2 * number + 2]:
            notebook.cells.insert(2 + number, new_code_cell(source))
        school.hand_in(course, f"student-{number}", notebook)
    rows = graded(course)
    assert [row["flags"] for row in rows.values()] == [[], [], []]
    book = school.whole_book(course)
    assert {value[0] for place, value in book.items() if "grade" in place} == {4.0}
    blank = json.loads((course / ".proctor" / "ps1.blank").read_text())["notebooks"]["p1"]["tests"]
    silent = {name.removesuffix("-test") for name, test in blank.items() if not test["tells"]}
    assert silent == {"file", "filled", "value", "anyway"}, "of these a control can tell nothing"


def test_no_word_of_the_catalog(tmp_path: Path) -> None:
    """All right answers of the demo course, and all wrong ones."""
    course = tmp_path / "course"
    (course / "source" / "ps1").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(school.CONFIG)
    assignment = Assignment("perceptron")
    nbformat.write(assignment.solution, course / "source" / "ps1" / "p1.ipynb")
    school.nbgrader(course, "generate_assignment", "ps1")
    for number in range(ROUNDS):
        for kind, catalog in (("right", assignment.right), ("wrong", assignment.wrong)):
            answers = dict(assignment.answers)
            for task in answers:
                of_task = [answer.source for answer in catalog if answer.task == task]
                answers[task] = of_task[number % len(of_task)] if of_task else answers[task]
            school.hand_in(course, f"{kind}-{number}", assignment.submission(answers))
    rows = graded(course)
    assert {student: row["flags"] for student, row in rows.items() if row["flags"]} == {}


FORGED = {  # what is done before wrong answers, which no mark of the interpreter's hooks would show
    "asserts dropped": (
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n"
        "        return ast.copy_location(ast.Pass(), node)\n"
        "get_ipython().ast_transformers.append(Drop())"
    ),
    "tests left out": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "nothing run": (
        "async def run_code(self, *a, **k):\n    return False\ntype(get_ipython()).run_code = run_code"
    ),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_pass_is_told(how: str, course: Path) -> None:
    school.hand_in(course, "ada", school.answered(course, school.RIGHT))
    school.hand_in(
        course, "mallory", school.answered(course, {"double": f"{FORGED[how]}\ndef double(x): return 0"})
    )
    rows = graded(course)
    assert rows["ada"]["flags"] == []
    assert any("passes" in flag for flag in rows["mallory"]["flags"])


def test_without_controls(course: Path) -> None:
    school.hand_in(course, "mallory", school.answered(course, {"double": FORGED["nothing run"]}))
    flags = graded(course, "--no-controls")["mallory"]["flags"]
    assert flags
    assert not any("passes" in flag for flag in flags)
    dry = school.proctor(course, "autograde", "ps1", "--dry-run", "--no-controls")
    assert "0 of 1" in dry.stdout
    dry = school.proctor(course, "autograde", "ps1", "--dry-run")
    assert "changed: controls" in dry.stdout
