"""Where proctor differs from nbgrader, it does so on purpose. One class, graded by both; for each row of the
manual's table, a test that shows both sides."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from . import school
from .hostile.damages import cell, copies
from .twins import Twins, grade_twice, shown

MANUAL = Path(__file__).parents[2] / "book" / "teach" / "grading.md"
CONFIG = school.CONFIG + "c.Execute.interrupt_on_timeout = False\n"
LARGE = 100_000_001  # bytes
FULL = list(school.POINTS.values())
NONE = [None] * len(FULL)
SLOWLY = "import time\nprint(1); time.sleep(0.7); print(2); time.sleep(0.7); print(3)"
WIDGET = "import ipywidgets\nipywidgets.IntSlider()"
NAN = "display({'application/json': {'a': float('nan')}}, raw=True)"
SEEN = "os.path.exists('p1.ipynb'), os.environ.get('A_SECRET'), 'from_startup' in globals()"
KERNELS_CODE = "import sys\nsys.stdout.write(1)"


def submissions(course: Path) -> dict[str, NotebookNode | str]:
    """Each is named by what is special about it. nbgrader goes through them in the order of their names."""

    def made(
        *more: str, change: Callable[[NotebookNode], object] | None = None, **answers: str
    ) -> NotebookNode:
        notebook = school.answered(course, school.RIGHT | answers)
        if change:
            change(notebook)
        notebook.cells += [new_code_cell(text) for text in more]
        return notebook

    forged = "from IPython.display import display\nfrom IPython import get_ipython\n"
    forged += "def mean(xs):\n    get_ipython().displayhook(1.0); raise ValueError(1)"
    return {
        "bad-time": made(),
        "dies": made(mean="import os\ndef mean(xs): os._exit(1)"),
        "exits": made("exit", "import asyncio\nawait asyncio.sleep(0.5)", "1", "2"),
        "forged": made(mean=forged),
        "half-character": made("print('\\ud800')", NAN),
        "honest": made(),
        "large-file": made("import os; os.path.exists('large')"),
        "link": made(),
        "not-json": "no notebook",
        "outputs": made("import os; open('made.txt', 'w').close()", SLOWLY, WIDGET, KERNELS_CODE, SEEN),
        "skips-test": made(double="def double(x): return 0", change=skip_tests),
        "stale": made(),
        "slow": made("import time; time.sleep(60)"),
        "too-many": made(mean="bool = lambda x: 9\ndef mean(xs): return sum(xs) / len(xs)"),
        "zz-copied": made(change=copies("double-shown")),
    }


def skip_tests(notebook: NotebookNode) -> None:
    for name in ("double-shown", "double-hidden"):
        cell(notebook, name).metadata["tags"] = ["skip-execution"]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    folder = tmp_path_factory.mktemp("differences")
    course = school.make_course(folder / "course", CONFIG)
    for name, notebook in submissions(course).items():
        school.hand_in(course, name, notebook)
    submitted = course / "submitted"
    (submitted / "bad-time" / "ps1" / "timestamp.txt").write_text("yesterday")
    (submitted / "link" / "ps1" / "link.txt").symlink_to(course / "nbgrader_config.py")
    (submitted / "no-notebook" / "ps1").mkdir(parents=True)
    (course / "autograded" / "stale" / "ps1").mkdir(parents=True)
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-mine.py").write_text("from_startup = True")
    environment = {"A_SECRET": "42", "IPYTHONDIR": str(folder / "ipython")}

    def graded(run: Callable[..., Any]) -> Callable[[Path], None]:
        def grade(course: Path) -> None:
            with (course / "submitted" / "large-file" / "ps1" / "large").open("wb") as file:
                file.truncate(LARGE)
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environment.items():
                    patch.setenv(name, value)
                done = run(course)
            assert done.returncode == 1
            (course / "said").write_text(done.stdout + done.stderr)

        return grade

    return grade_twice(
        course,
        graded(lambda course: school.nbgrader(course, "autograde", "ps1", check=False)),
        graded(lambda course: school.proctor(course, "autograde", "ps1")),
    )


def points(both: Twins, student: str) -> list[list[float | None] | None]:
    """On both sides; None: the gradebook has no such submission."""
    found = [school.grades(course).get(student) for course in both]
    return [None if grades is None else [grades.get(name) for name in school.POINTS] for grades in found]


def graded(course: Path, student: str) -> NotebookNode:
    return nbformat.read(course / "autograded" / student / "ps1" / "p1.ipynb", as_version=4)


def outputs(both: Twins, student: str, place: int = -1) -> list[list[NotebookNode]]:
    return [graded(course, student).cells[place].outputs for course in both]


def said(both: Twins, student: str) -> str:
    lines = (both.ours / "said").read_text().split("\n")
    return "\n".join(line for line in lines if line.startswith(f"  {student}: "))


def test_a_copied_cell(both: Twins) -> None:
    assert points(both, "zz-copied")[1] == FULL
    assert points(both, "zz-copied")[0] in (None, NONE)
    assert "nbgrader update" in (both.theirs / "said").read_text(), "the batch is stopped"
    assert "another copy of 'double-shown'" in said(both, "zz-copied")


def test_a_file_that_is_too_large(both: Twins) -> None:
    assert [rows[0].data["text/plain"] for rows in outputs(both, "large-file")] == ["True", "False"]
    assert "are too many" in said(both, "large-file")


def test_a_folder_without_a_notebook(both: Twins) -> None:
    assert points(both, "no-notebook") == [None, None]
    assert "none of the assignment's notebooks" in said(both, "no-notebook")


def test_a_grade_above_the_points(both: Twins) -> None:
    assert points(both, "too-many") == [[1, 2, 1, None], [1, 2, 1, 0]]
    assert not (both.theirs / "autograded" / "too-many" / "ps1").exists()
    assert "no valid score" in said(both, "too-many")


def test_a_kernel_that_dies(both: Twins) -> None:
    assert points(both, "dies") == [NONE, [1, 2, 0, 0]]
    assert "ended in this cell (exit status 1)" in said(both, "dies")


def test_a_link(both: Twins) -> None:
    link = "autograded/link/ps1/link.txt"
    assert "get_config" in (both.theirs / link).read_text()
    assert not os.path.lexists(both.ours / link)
    assert "a link is not taken" in said(both, "link")


def test_not_a_notebook(both: Twins) -> None:
    theirs, ours = points(both, "not-json")
    assert theirs == NONE
    assert ours in (None, NONE)
    assert "cannot be read" in said(both, "not-json")


def test_a_result_before_the_failure(both: Twins) -> None:
    assert points(both, "forged") == [[1, 2, 1, 1], [1, 2, 0, 0]]
    assert "displayed a result, and then failed" in said(both, "forged")


def test_a_stream_printed_over_seconds(both: Twins) -> None:
    theirs, ours = outputs(both, "outputs", -4)
    assert len(theirs) > 1
    assert [output.text for output in ours] == ["1\n2\n3\n"]
    assert "".join(output.text for output in theirs) == "1\n2\n3\n"


def test_a_skipped_test(both: Twins) -> None:
    assert points(both, "skips-test") == [FULL, [0, 0, 1, 4]]


def test_half_a_character(both: Twins) -> None:
    theirs, ours = outputs(both, "half-character", -2)
    assert {output.name for output in theirs} == {"stderr"}
    assert [output.text for output in ours] == ["?\n"]
    theirs, ours = outputs(both, "half-character")
    assert [output.output_type for output in theirs] == ["display_data", "stream"]
    assert [output.data["application/json"] for output in ours] == [{"a": "nan"}]


def test_no_time(both: Twins) -> None:
    assert points(both, "bad-time") == [NONE, FULL] or points(both, "bad-time") == [None, FULL]
    assert "holds no time" in said(both, "bad-time")


def test_a_folder_in_autograded(both: Twins) -> None:
    assert points(both, "stale") == [None, FULL]


def test_exit(both: Twins) -> None:
    assert points(both, "exits") == [NONE, FULL]


def test_files_that_a_notebook_writes(both: Twins) -> None:
    assert [(course / "autograded/outputs/ps1/made.txt").exists() for course in both] == [True, False]


def test_what_a_notebook_sees(both: Twins) -> None:
    """Its own file, the instructor's environment variables, and what IPython runs when it starts."""
    seen = [rows[0].data["text/plain"] for rows in outputs(both, "outputs")]
    assert seen == ["(True, '42', True)", "(False, None, False)"]


def test_lines_of_the_kernels_own_code(both: Twins) -> None:
    theirs, ours = ("".join(rows[0].traceback) for rows in outputs(both, "outputs", -2))
    assert "OutStream" in theirs
    assert "OutStream" not in ours
    assert "write() argument must be str, not" in ours


def test_state_of_widgets_and_times(both: Twins) -> None:
    assert ["widgets" in graded(course, "outputs").metadata for course in both] == [True, False]
    assert ["execution" in graded(course, "honest").cells[0].metadata for course in both] == [True, False]


def test_settings_of_the_client(both: Twins) -> None:
    """interrupt_on_timeout = False stands for those that speak of a connection to a kernel."""
    assert points(both, "slow") == [NONE, FULL]


def test_one_notebook_of_several(both: Twins) -> None:
    done = school.proctor(both.ours, "autograde", "ps1", "--CourseDirectory.notebook_id=p1")
    assert done.returncode == 2
    assert "grades whole submissions" in done.stderr
    again = school.nbgrader(both.theirs, "autograde", "ps1", "--notebook=p1", "--student=honest")
    assert again.returncode == 0


def test_feedback(both: Twins) -> None:
    school.nbgrader(both.theirs, "generate_feedback", "ps1", "--student", "honest")
    school.proctor(both.ours, "feedback", "ps1", "--student", "honest")
    pages = [course / "feedback" / "honest" / "ps1" / "p1.html" for course in both]
    assert ["assert double(-1) == -2" in shown(page) for page in pages] == [True, False]


def test_the_table_is_sorted() -> None:
    text = MANUAL.read_text(encoding="utf-8").partition("on purpose")[2]
    rows = [line.split("|")[1].strip() for line in text.split("\n") if line.startswith("| ")]
    assert rows[0] == "case"
    assert rows[1:] == sorted(rows[1:], key=lambda row: row.replace("`", "").lower())
    assert all(len(line.split("|")) == 6 for line in text.split("\n") if line.startswith("| "))
