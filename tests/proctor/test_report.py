"""`proctor report`: its numbers, worked out by hand and by NumPy; odd classes; its files."""

import csv
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proctor import cli, items, spreadsheet
from proctor.results import Cell, Result, Results

from . import classroom

ROOT = Path(__file__).parents[2]
CELLS = {"p1/a": 2.0, "p1/b": 4.0, "p2/a": 1.0, "p2/why": 3.0}
CLASS: dict[str, dict[str, float | None]] = {
    "ada": {"p1/a": 2, "p1/b": 4, "p2/a": 1, "p2/why": 3},
    "bob": {"p1/a": 2, "p1/b": 1, "p2/a": 0, "p2/why": None},
    "cyd": {"p1/a": 0, "p1/b": 0, "p2/a": 1, "p2/why": 0},
    "dan": {"p1/a": 2, "p1/b": 3, "p2/a": 0, "p2/why": 3},
}


@pytest.fixture(autouse=True)
def _back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # a command changes into the course


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return classroom.make(tmp_path / "course", CELLS, CLASS, by_hand=("p2/why",))


def told(course: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert cli.main(["report", "ps1", "--json", "--course", str(course), *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_cells(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By hand. The written answer is marked for three of four: it counts in nobody's rest."""
    found = told(course, capsys)["items"]
    shares = {f"{row['notebook']}/{row['cell']}": row["share"] for row in found}
    assert shares == {"p1/a": 0.75, "p1/b": 0.5, "p2/a": 0.5, "p2/why": 0.666667}
    spread = {f"{row['notebook']}/{row['cell']}": (row["none"], row["part"], row["full"]) for row in found}
    assert spread == {"p1/a": (1, 0, 3), "p1/b": (1, 2, 1), "p2/a": (2, 0, 2), "p2/why": (1, 0, 2)}
    assert [row["waiting"] for row in found] == [0, 0, 0, 1]
    assert [row["marked by hand"] for row in found] == [False, False, False, True]
    a, b, other = np.array([2, 2, 0, 2]), np.array([4, 1, 0, 3]), np.array([1, 0, 1, 0])
    why = np.corrcoef([3, 0, 3], [7, 1, 5])[0, 1]  # ada, cyd, dan
    expected = [
        np.corrcoef(a, b + other)[0, 1],
        np.corrcoef(b, a + other)[0, 1],
        np.corrcoef(other, a + b)[0, 1],
        why,
    ]
    assert [row["discrimination"] for row in found] == pytest.approx(expected, abs=1e-6)
    page = (course / "report" / "ps1" / "index.html").read_text()
    assert "4 students, in the 3 of 4 cells that are marked for everybody" in " ".join(page.split())
    assert "Mean 4.00, median 4, middle half from 2.5 to 5.5, standard deviation 2.58." in " ".join(
        page.split()
    )
    # cells with the same name in two notebooks are two cells
    assert [row["cell"] for row in found] == ["a", "b", "a", "why"]


def test_against_numpy() -> None:
    """200 students, 12 cells, points drawn at random."""
    generator = np.random.default_rng(3)
    skill = generator.normal(size=(200, 1))
    points = (skill + generator.normal(size=(200, 12)) > generator.normal(size=12)) * np.arange(1.0, 13.0)
    cells = [Cell("p1", f"c{i}", i + 1.0, False) for i in range(12)]
    class_ = [Result(f"s{n}", dict(zip(cells, row.tolist(), strict=True))) for n, row in enumerate(points)]
    graded = items.items_of(Results("ps1", cells, class_, []))
    total = points.sum(axis=1)
    expected = [np.corrcoef(points[:, i], total - points[:, i])[0, 1] for i in range(12)]
    assert items.discriminations(graded) == pytest.approx(expected, abs=1e-12)
    assert [item.share for item in graded] == pytest.approx(points.mean(axis=0) / np.arange(1, 13), abs=1e-12)
    totals = items.Totals([result.total for result in class_], 78.0, 12)
    assert totals.bins == np.histogram(total, bins=10, range=(0, 78))[0].tolist()
    assert totals.quartiles == pytest.approx(np.percentile(total, [25, 50, 75]))
    assert (totals.mean, totals.deviation) == pytest.approx((total.mean(), total.std(ddof=1)))


def test_bins_at_their_edges() -> None:
    """0.3 of a point begins the fourth tenth, though 0.1 + 0.2 is a little more; 1.1 is in the last."""
    assert items.Totals([0.0, 0.1 + 0.2, 0.7, 1.0, 1.1], 1.0, 1).bins == [1, 0, 0, 1, 0, 0, 0, 1, 0, 2]


def test_the_class(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.add_student("eve")
        book.find_submission_notebook("p1", "ps1", "dan").late_submission_penalty = 2.0
        grade = book.find_grade("b", "p1", "ps1", "cyd")
        grade.manual_score, grade.extra_credit = 3.0, 0.5  # what was marked by hand counts, not the test
        book.db.commit()
    classroom.change(course, "dan", timestamp=classroom.DUE + timedelta(hours=5))
    classroom.change(course, "ada", timestamp=classroom.DUE + timedelta(hours=5), extension=timedelta(days=1))
    classroom.record(course, "bob", flags=["a patched helper"], notes=["mended: cell 3"])
    classroom.record(course, "fay", failure="p1.ipynb cannot be read")
    found = told(course, capsys, "--students")["class"]
    assert found == {
        "handed in": 5,
        "nothing handed in": 1,
        "no whole grade": 1,
        "late": 1,
        "to mark by hand": 1,
        "flagged": 1,
        "damaged": 1,
    }
    students = {row["student"]: row for row in rows(course / "report" / "ps1" / "students.csv")}
    assert [students[name]["points"] for name in ("ada", "bob", "cyd", "dan")] == [
        "10.0",
        "3.0",
        "4.5",
        "6.0",
    ]
    assert students["dan"]["late seconds"] == "18000.0"
    assert students["fay"]["failure"] == "p1.ipynb cannot be read"
    assert list(students) == ["ada", "bob", "cyd", "dan", "fay", "eve"]
    pages = course / "report" / "ps1"
    assert "eve" in (pages / "students.html").read_text()
    assert len(list((pages / "students").iterdir())) == 5
    told(course, capsys)
    assert not (pages / "students").exists(), "pages of an earlier run stay"


def test_failures_are_grouped(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for student, seen in {
        "bob": "expected 'x', got 3 of 4",
        "cyd": "expected 'yy', got -1.5e-3 of 4",
    }.items():
        classroom.fail(course, student, "p1", {"b": ("AssertionError", f"\x1b[31m\n{seen}\x1b[0m\nmore")})
    classroom.fail(course, "dan", "p1", {"b": ("NameError", "no z"), "a": ("AssertionError", "")})
    told(course, capsys)
    assert [
        (row["cell"], row["students"], row["message"]) for row in rows(course / "report/ps1/failures.csv")
    ] == [
        ("p1/a", "1", "AssertionError: assert a == 1"),
        ("p1/b", "2", "AssertionError: expected 'x', got 3 of 4"),
        ("p1/b", "1", "NameError: no z"),
    ]


def test_concepts(course: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A name alone is that cell in every notebook; who is not marked there yet, does not count."""
    path = tmp_path / "concepts.yml"
    path.write_text("both: [a]\nsecond: [p2/a]\nwritten: [why, b]\nelsewhere: [z]\n")
    found = told(course, capsys, "--concepts", str(path))["concepts"]
    assert list(found) == ["both", "second", "written"]
    assert found["both"]["students"] == pytest.approx({"ada": 1, "bob": 2 / 3, "cyd": 1 / 3, "dan": 2 / 3})
    assert found["both"]["class"] == pytest.approx(2 / 3)
    assert found["second"]["students"] == {"ada": 1, "bob": 0, "cyd": 1, "dan": 0}
    assert found["written"]["students"] == pytest.approx({"ada": 1, "bob": 1 / 4, "cyd": 0, "dan": 6 / 7})
    by_student = {row["student"]: row for row in rows(course / "report" / "ps1" / "concepts.csv")}
    assert by_student["cyd"] == {"student": "cyd", "both": "0.333333", "second": "1.0", "written": "0.0"}


def test_paths_count_from_where_one_is(course: Path, tmp_path: Path) -> None:
    (tmp_path / "concepts.json").write_text('{"all": ["a"]}')
    command = ["report", "ps1", "--course", "course", "--concepts", "concepts.json", "--output", "out"]
    assert cli.main(command) == 0
    assert (tmp_path / "out" / "concepts.csv").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("[1, 2]", "must map each concept"), ("a: [", "cannot read"), ("x: [nothing]", "names no graded cell")],
)
def test_unusable_concepts(
    text: str, says: str, course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "concepts.yml"
    path.write_text(text)
    assert cli.main(["report", "ps1", "--course", str(course), "--concepts", str(path)]) == 2
    assert says in capsys.readouterr().err


def test_the_books_concepts(tmp_path: Path) -> None:
    """The map of the book becomes such a file: each concept of the chapter with the cells that grade it."""
    import nbformat
    import yaml

    command = [sys.executable, "book/concepts.py", "perceptron"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    concepts = yaml.safe_load(done.stdout)
    notebook = nbformat.read(ROOT / "exercises" / "perceptron" / "perceptron.ipynb", as_version=4)
    known = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    assert concepts
    assert all(set(cells) <= known for cells in concepts.values())
    assert any("heaviside-zero" in cells for cells in concepts.values())


@pytest.mark.parametrize(
    "class_",
    [
        {"ada": {"p1/a": 2.0, "p1/b": 0.5}},
        {
            "ada": {"p1/a": 2.0, "p1/b": 4.0},
            "bob": {"p1/a": 2.0, "p1/b": 4.0},
            "cyd": {"p1/a": 2.0, "p1/b": 4.0},
        },
        {
            "ada": {"p1/a": 0.0, "p1/b": 0.0},
            "bob": {"p1/a": 0.0, "p1/b": 0.0},
            "cyd": {"p1/a": 0.0, "p1/b": 0.0},
        },
        {"ada": {"p1/a": 1.0, "p1/b": None}, "bob": {"p1/a": 2.0, "p1/b": None}},
    ],
    ids=["one student", "all right", "no points", "nothing marked"],
)
@pytest.mark.parametrize("most", [4.0, 0.0])
def test_odd_classes(
    class_: classroom.Points, most: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to correlate, to spread, or to get: pages are written, and no number is made up."""
    cells = {"p1/a": most / 2, "p1/b": most}
    course = classroom.make(tmp_path / "odd", cells, class_, by_hand=("p1/b",))
    found = told(course, capsys, "--students")
    assert all(row["discrimination"] is None for row in found["items"])
    assert all((row["share"] is None) == (most == 0 or row["students"] == 0) for row in found["items"])
    assert cli.main(["report", "ps1", "--course", str(course)]) == 0


def test_no_grades(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = classroom.make(tmp_path / "none", CELLS, {})
    assert cli.main(["report", "ps1", "--course", str(course)]) == 2
    assert "run first `proctor autograde ps1`" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", "＝1"])
def test_no_text_is_a_formula(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", newline="") as file:
        spreadsheet.write(file, [text], [[text, -1.5, None, f"a{text}"]])
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [[f"'{text}"], [f"'{text}", "-1.5", "", f"a{text}"]]


def test_hostile_texts_in_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A message, a flag, a student's name, a concept: in no table does a cell begin as a formula does."""
    course = classroom.make(
        tmp_path / "c", {"p1/a": 1.0}, {"=cmd|' /C calc'!A0": {"p1/a": 0.0}, "@x": {"p1/a": 1.0}}
    )
    classroom.record(course, "@x", flags=["=1"], notes=["+1"], failure="-1")
    concepts = tmp_path / "concepts.json"
    concepts.write_text('{"=HYPERLINK(1)": ["a"]}')
    told(course, capsys, "--concepts", str(concepts))
    assert cli.main(["report", "ps1", "--course", str(course), "--pseudonyms"]) == 0
    tables = [*(course / "report").rglob("*.csv"), course / ".proctor" / "pseudonyms.csv"]
    assert len(tables) == 8
    for path in tables:
        with path.open(newline="") as file:
            for row in csv.reader(file):
                assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), path
