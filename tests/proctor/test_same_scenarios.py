"""A course that is set up differently in every way that nbgrader allows, and submissions of every well-formed
kind: proctor grades it as nbgrader does, twice."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from . import school
from .twins import Twins, assert_same_files, grade_twice, rows

NAME = "Problem Set 1"
ONE, TWO = "part one", "teil.2 ü"
CONFIG = """\
import os
c = get_config()
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"
c.CourseDirectory.db_url = "sqlite:///elsewhere/grades.db"
c.CourseDirectory.course_id = "abc101"
c.CourseDirectory.groupshared = True
c.CourseDirectory.student_id_exclude = "left,away"
c.CourseDirectory.ignore.append("*.log")
c.CourseDirectory.max_file_size = 1
c.CourseDirectory.submitted_directory = "handed in"
c.OverwriteCells.add_missing_cells = True
c.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"
c.LateSubmissionPlugin.penalty_method = "zero"
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "harmless"
c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = [("nbgrader",)]
c.Execute.timeout = 4
c.Execute.extra_arguments = ["--InlineBackend.figure_format=svg"]
c.Execute.error_on_timeout = {"ename": "Late", "evalue": "too slow", "traceback": ["too slow"]}
c.Autograde.exclude_overwriting = {"Problem Set 1": ["mine.py"]}
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
"""
MORE_CONFIG = {"LimitOutput": {"max_lines": 8, "max_traceback": 5}}
AUTOTESTS = """\
python3:
    dispatch: "type({{snippet}})"
    setup: "from hashlib import sha1"
    hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
    success: "print('Success!')"
    templates:
        default:
            - test: "type({{snippet}})"
              fail: "the type of {{snippet}} is not right"
            - test: "{{snippet}}"
              fail: "{{snippet}} is not right"
"""
ANSWER = "answer = 42"
NOISY = """\
import sys
class Answer(int):
    def __add__(self, n):
        print("{}", file=sys.stderr)
        return 43
answer = Answer(42)"""
ODD = """\
answer = 42
class Odd(int):
    def __truediv__(self, n): return {}
    __mul__ = __truediv__
max = min = lambda *_: Odd(1)"""


def source() -> tuple[NotebookNode, NotebookNode]:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    fixed = school.cell("LIMIT = 3", "fixed")
    fixed.metadata.nbgrader.update(locked=True, grade=False)
    task = school.cell("Draw a graph.", "task", points=2, kind="markdown")
    task.metadata.nbgrader.update(task=True, grade=False, locked=True)
    one = new_notebook(
        cells=[
            new_markdown_cell("# One"),
            fixed,
            school.cell(
                f"### BEGIN SOLUTION\n{ANSWER}\n### END SOLUTION\nassert LIMIT == 3", "answer", solution=True
            ),
            school.cell("assert answer == 42, f'{answer} is not 42'", "seen", points=1),
            school.cell(
                "### BEGIN HIDDEN TESTS\nassert answer + 1 == 43\n### END HIDDEN TESTS", "hidden", points=2
            ),
            school.cell("print('a word')\nmin(max(answer or 0, 0), 84) / 84 * 3", "part", points=3),
            school.cell("# YOUR CODE HERE", "by-hand", solution=True, points=4),
            school.cell("YOUR ANSWER HERE", "why", solution=True, points=5, kind="markdown"),
            task,
            school.cell("assert LIMIT", "no-points", points=0),
        ],
        metadata=kernel,
    )
    two = new_notebook(
        cells=[
            school.cell("### BEGIN SOLUTION\nnumbers = [1, 2]\n### END SOLUTION", "numbers", solution=True),
            school.cell(
                "### HASHED AUTOTEST sum(numbers)\n### AUTOTEST len(numbers); numbers[0]", "auto", points=2
            ),
            school.cell(
                "### BEGIN HIDDEN TESTS\n### AUTOTEST max(numbers)\n### END HIDDEN TESTS",
                "auto-hidden",
                points=1,
            ),
        ],
        metadata=kernel,
    )
    return one, two


def make_course(course: Path) -> None:
    for name in (f"source/{NAME}/.", "elsewhere"):
        (course / name).mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "nbgrader_config.json").write_text(json.dumps(MORE_CONFIG))
    folder = course / "source" / NAME
    # nbgrader's "student" of the source is ".": with this structure, the assignment's own folder
    for name, notebook in zip((ONE, TWO), source(), strict=True):
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "autotests.yml").write_text(AUTOTESTS)
    (folder / "sub").mkdir()
    for name in ("data.txt", "mine.py", "sub/deep.txt", "left.log"):
        (folder / name).write_text(f"# the course's {name}\n")
    school.nbgrader(course, "generate_assignment", NAME, "--source_with_tests")


def released(course: Path, name: str = ONE, **answers: str) -> NotebookNode:
    notebook = nbformat.read(course / "release" / NAME / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "").replace("-", "_")
        cell.source = answers.get(grade_id, cell.source)
    return notebook


def named(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def hand_in(course: Path, student: str, *notebooks: NotebookNode | bytes, **files: str) -> Path:
    folder = course / "handed in" / NAME / student
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in zip((ONE, TWO), notebooks, strict=False):
        data = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        (folder / f"{name}.ipynb").write_bytes(data)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def hand_all_in(course: Path) -> None:
    def one(*more: str, **answers: str) -> NotebookNode:
        notebook = released(course, **({"answer": ANSWER} | answers))
        notebook.cells += [new_code_cell(text) for text in more]
        return notebook

    two = released(course, TWO, numbers="numbers = [1, 2]")
    hand_in(course, "right", one(why="Because.", by_hand="x = 1", task="Drawn."), two)
    hand_in(course, "blank", released(course), released(course, TWO))
    hand_in(
        course, "Zoë O'Neil 2", one(answer="answer = 42.0"), released(course, TWO, numbers="numbers = [2, 1]")
    )
    hand_in(course, "late", one(), **{"timestamp.txt": "2030-01-01 10:00:00 America/Los_Angeles"})
    hand_in(course, "in-time", one(), **{"timestamp.txt": "2029-12-31T11:59:59+02:00"})
    hand_in(course, "extended", one(), **{"timestamp.txt": "2029-12-31 20:00:00 UTC"})
    hand_in(course, "no-time", one(), **{"timestamp.txt": "\n"})
    hand_in(course, "left", one())
    reads = "for name in ('mine.py', 'data.txt', 'sub/deep.txt'): print(open(name).read())"
    folder = hand_in(
        course, "files", one(reads), **{"mine.py": "# mine", "data.txt": "x", "big.txt": "x" * 5000}
    )
    (folder / "sub").mkdir()
    (folder / "sub" / "own.ipynb").write_text("{}")
    (folder / "my.log").write_text("ignored")
    (folder / "unknown.ipynb").write_text("no notebook")

    changed = one(seen="assert True", hidden="pass", fixed="LIMIT = 4")
    named(changed, "seen").metadata.nbgrader.update(locked=False, points=50)
    named(changed, "part").cell_type = "markdown"
    named(changed, "part").pop("outputs")
    named(changed, "part").pop("execution_count")
    hand_in(course, "changed", changed)
    missing = one()
    missing.cells = [
        c for c in missing.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in ("hidden", "task")
    ]
    missing.cells.insert(1, new_code_cell("extra = 1"))
    hand_in(course, "missing-cells", missing)
    moved = one()
    moved.cells.reverse()
    hand_in(course, "moved", moved)
    slow = one("import time\ntime.sleep(9)", "'goes on'", answer=f"{ANSWER}\nwhile True: pass")
    hand_in(course, "slow", slow)
    hand_in(course, "harmless", one(answer=NOISY.format("harmless")))
    hand_in(course, "noisy", one(answer=NOISY.format("to be seen")))
    for name, result in {"a-word": "'full'", "negative": "-1.0", "nan": "float('nan')"}.items():
        hand_in(course, name, one(answer=ODD.format(result)))
    quiet = "get_ipython().showtraceback = lambda *arguments, **more: None\nanswer = 0"
    hand_in(course, "hides-errors", one(answer=quiet))
    kernel = one()
    kernel.metadata = {"kernelspec": {"name": "other", "display_name": "Other", "language": "R"}, "mine": 1}
    kernel.cells[0].metadata["tags"] = ["a"]
    hand_in(course, "kernel", kernel)
    old = one()
    old.nbformat_minor = 1
    for it in old.cells:
        del it["id"]
    hand_in(course, "old-format", old)
    tagged = one("1 / 0", "1 / 0")
    tagged.cells[-1].metadata["tags"] = ["skip-execution"]
    tagged.cells[-2].metadata["tags"] = ["raises-exception"]
    tagged.cells[-1].outputs = [nbformat.v4.new_output("stream", text="saved")]
    hand_in(course, "tagged", tagged)
    figure = "get_ipython().config.InlineBackend.figure_format"
    hand_in(course, "figure", one(figure, "for i in range(20): print(i)", "raise ValueError('\\n' * 30)"))


def grade(course: Path) -> None:
    done = school.nbgrader(course, "autograde", NAME, check=False)
    assert "There was an error" not in done.stderr, done.stderr


def grade_ours(course: Path) -> None:
    done = school.proctor(course, "autograde", NAME, "--json", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert [row["notes"] for row in told["graded"] if row["notes"]] == []
    odd = {"a-word", "negative", "nan"}  # objects that make their own comparisons
    assert {row["student"] for row in told["graded"] if row["flags"]} == {"hides-errors", *odd}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    course = tmp_path_factory.mktemp("scenarios") / "a course"
    make_course(course)
    hand_all_in(course)
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate="2029-12-31 10:00:00 UTC")
        book.add_student("extended")
        book.add_submission(NAME, "extended")
        book.grant_extension(NAME, "extended", hours=12)
    return grade_twice(course, grade, grade_ours)


def gradebook(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course}/elsewhere/grades.db", "abc101")


def books(both: Twins) -> Iterator[dict]:
    return (school.whole_book(course, f"sqlite:///{course}/elsewhere/grades.db") for course in both)


def test_gradebooks_are_equal(both: Twins) -> None:
    theirs, ours = books(both)
    assert ours == theirs
    assert rows(both.ours / "elsewhere/grades.db") == rows(both.theirs / "elsewhere/grades.db")


def test_the_scenarios_are_what_they_say(both: Twins) -> None:
    _, book = books(both)

    def score(student: str, cell: str, notebook: str = ONE) -> float | None:
        return book[NAME, student, notebook, "grade", cell][0]

    assert score("right", "part") == 1.5
    assert score("right", "auto", TWO) == 2
    assert score("Zoë O'Neil 2", "auto", TWO) == 0
    assert score("right", "auto-hidden", TWO) == 1
    assert score("late", "auto", TWO) == 0, "the notebook is missing"
    assert book[NAME, "late", ONE][0] == book[NAME, "late", ONE][1] > 0
    assert book[NAME, "in-time", ONE][0] is None
    assert book[NAME, "extended", ONE][0] is None
    assert "left" not in book["students"]
    assert score("blank", "by-hand") == 0
    assert score("right", "by-hand") is None
    assert score("changed", "seen") == 1
    assert score("missing-cells", "hidden") == 2, "it was put back"
    assert score("harmless", "hidden") == 2
    assert score("noisy", "hidden") == 0
    assert score("a-word", "part") == score("negative", "part") == score("nan", "part") == 3
    assert score("hides-errors", "seen") == 0
    assert book[NAME, "blank", ONE, "comment", "answer"][0] == "No response."


def test_files_are_equal(both: Twins) -> None:
    assert_same_files(both.theirs / "autograded", both.ours / "autograded")
    for name in ("autograded", f"autograded/{NAME}/files", f"autograded/{NAME}/files/sub"):
        assert (both.ours / name).stat().st_mode == (both.theirs / name).stat().st_mode == 0o42775


def test_again_after_manual_grading_and_a_new_submission(both: Twins) -> None:
    """Scores and comments that were given by hand stay; what was handed in anew is graded anew."""
    for course in both:
        with gradebook(course) as book:
            for student in ("right", "late"):
                grade = book.find_grade("by-hand", ONE, NAME, student)
                grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3.0, 0.5, False
                book.find_grade("seen", ONE, NAME, student).manual_score = 0.25
                book.find_grade("task", ONE, NAME, student).manual_score = 1.0
                book.find_comment("why", ONE, NAME, student).manual_comment = "Yes, but…"
            book.db.commit()
        hand_in(course, "right", released(course, answer="answer = 1", by_hand="y = 2"))
        os.remove(course / "handed in" / NAME / "right" / f"{TWO}.ipynb")
        hand_in(
            course, "late", released(course, answer=ANSWER), **{"timestamp.txt": "2029-01-01 10:00:00 UTC"}
        )
    course, pristine = both.ours, both.ours.with_name("later")
    course.rename(pristine)
    both.theirs.rename(course)
    for student in ("right", "late"):
        school.nbgrader(course, "autograde", NAME, "--force", "--student", student)
    course.rename(both.theirs)
    pristine.rename(course)
    done = school.proctor(course, "autograde", NAME)
    assert f"2 of {len(os.listdir(course / 'handed in' / NAME)) - 1} submissions" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout
    theirs, ours = books(both)
    assert ours == theirs
    assert ours[NAME, "right", ONE, "grade", "by-hand"] == (None, 3.0, 3.5, True, 0.5)
    assert ours[NAME, "right", ONE, "comment", "why"][1] == "Yes, but…"
    assert_same_files(both.theirs / "autograded", both.ours / "autograded")


def test_without_running_and_with_another_gradebook(both: Twins, tmp_path: Path) -> None:
    """nbgrader's own options: what students have saved is graded, and nothing is run."""
    course = school.copy(both.theirs, tmp_path / "course")
    (course / "nbgrader_config.py").write_text(CONFIG)
    notebook = released(course, answer=ANSWER)
    notebook.cells[3].outputs = [nbformat.v4.new_output("error", ename="E", evalue="", traceback=["saved"])]
    hand_in(course, "right", notebook)
    options = ("--db=sqlite:///other.db", "--no-execute", "--student=right")
    (course / "elsewhere" / "grades.db").rename(course / "other.db")

    def theirs(course: Path) -> None:
        school.nbgrader(course, "autograde", NAME, *options, "--force")

    def ours(course: Path) -> None:
        done = school.proctor(course, "autograde", NAME, *options)
        assert done.returncode == 0, done.stdout + done.stderr

    twins = grade_twice(course, theirs, ours)
    first, second = (school.whole_book(folder, f"sqlite:///{folder}/other.db") for folder in twins)
    assert second == first
    assert second[NAME, "right", ONE, "grade", "seen"][0] == 0
    assert_same_files(twins.theirs / "autograded", twins.ours / "autograded")
    assert not (twins.ours / "elsewhere" / "grades.db").exists()
