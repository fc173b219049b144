"""The map of the book: each way in which it can be wrong is named, and what it says is shown."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import curriculum
import pytest

ROOT = Path(__file__).resolve().parents[2]

MAP = """\
coverage:
  title: Coverage
  part: front
  written: true
  teaches:
    - {id: T-2, section: sec-coverage}

alpha:
  title: The first chapter
  part: introduction
  written: true
  able_to: ["Add $1 + 1$."]
  minutes: {read: 5, run: 1}
  assignment: alpha
  teaches:
    - {id: N-1, section: sec-alpha-idea, code: [math.sqrt], graded: [sum-basic, sum-edge]}
    - {id: T-1, section: sec-alpha-mistakes}

beta:
  title: The second chapter
  part: theory
  written: true
  requires: [alpha]
  assignment: beta
  teaches:
    - {id: N-2, section: sec-beta-takeaways}
    - {id: N-1, graded: [sum-again]}

gamma:
  title: The last chapter
  part: theory
  written: false
  requires: [beta, alpha]
  plans: [M-1, T-1]
"""
INVENTORY = """\
notes:
  N-1: {title: "Sums, and why", graded: yes}
  N-2: {title: Words, was: stub}
techtree:
  T-1: {title: Mistakes}
  T-2: {title: "What is covered"}
math:
  M-1: {title: Products}
"""
TOC = """\
format: jb-book
root: coverage
parts:
  - chapters:
      - file: introduction/alpha
      - file: theory/beta
"""
COVERAGE = """\
(sec-coverage)=
# Coverage

```{coverage}
```

```{concept-map}
```

```{toctree}
introduction/alpha
theory/beta
```
"""
CHAPTER = """\
# The {name} chapter

```{{chapter-card}}
```

(sec-{name}-idea)=
## The idea
(sec-{name}-mistakes)=
## Mistakes
(sec-{name}-takeaways)=
## Takeaways
(sec-{name}-practice)=
## Practice
(sec-{name}-gate)=
## Gate
"""
QUIZ = """
```{quiz} alpha-gate
- kind: number
  question: One and one?
  answer: 2
  why: Two.
  otherwise: Not so.
- kind: number
  question: Two and two?
  answer: 4
  why: Four.
  otherwise: Not so.
```
"""


def notebook(*grade_ids: str) -> str:
    """A solution with these graded cells, and two cells that are not graded."""
    marks = [{"grade": True, "points": 1, "grade_id": grade_id} for grade_id in grade_ids]
    marks += [{"grade": False, "grade_id": "given"}, {}]
    metadata = [{"nbgrader": mark} if mark else {} for mark in marks]
    cells = [{"cell_type": "code", "metadata": m, "source": "", "outputs": []} for m in metadata]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


FILES = {
    "book/curriculum.yml": MAP,
    "book/inventory.yml": INVENTORY,
    "book/_toc.yml": TOC,
    "book/coverage.md": COVERAGE,
    "book/introduction/alpha.md": CHAPTER.format(name="alpha") + QUIZ,
    "book/theory/beta.md": CHAPTER.format(name="beta"),
    "solutions/alpha/alpha.ipynb": notebook("sum-basic", "sum-edge"),
    "solutions/beta/beta.ipynb": notebook("sum-again"),
    "exercises/alpha/alpha.ipynb": notebook(),
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    def write_book(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write_book


def test_the_books_own_map_holds():
    assert curriculum.check(ROOT) == []


def test_a_good_map_has_nothing_wrong(write):
    assert curriculum.check(write(FILES)) == []


IN_MAP, IN_INVENTORY = "book/curriculum.yml", "book/inventory.yml"
ALPHA, BETA = "book/introduction/alpha.md", "book/theory/beta.md"

# What is changed in which file; the line in which the fault is reported, and how.
FAULTS = {
    "unknown id": (IN_MAP, "{id: N-2,", "{id: N-9,", "{id: N-9", "beta, N-9: is not in the inventory"),
    "unknown planned id": (
        IN_MAP,
        "[M-1, T-1]",
        "[M-1, M-9]",
        "gamma:",
        "gamma, M-9: is not in the inventory",
    ),
    "no such section": (
        IN_MAP,
        "sec-alpha-idea",
        "sec-alpha-ideas",
        "{id: N-1, section",
        "alpha, N-1: book/introduction/alpha.md has no label 'sec-alpha-ideas'",
    ),
    "no such name": (
        IN_MAP,
        "math.sqrt",
        "math.root",
        "{id: N-1, s",
        "alpha, N-1: math.root does not import",
    ),
    "no such module": (
        IN_MAP,
        "math.sqrt",
        "maths.sqrt",
        "{id: N-1, s",
        "alpha, N-1: maths.sqrt does not import",
    ),
    "no such cell": (
        IN_MAP,
        "sum-edge",
        "sum-edges",
        "{id: N-1, s",
        "alpha, N-1: no notebook of solutions/alpha has a graded cell 'sum-edges'",
    ),
    "a cell that is not graded": (
        IN_MAP,
        "sum-edge]",
        "sum-edge, given]",
        "{id: N-1, s",
        "alpha, N-1: no notebook of solutions/alpha has a graded cell 'given'",
    ),
    "a cell without a row": (
        IN_MAP,
        ", sum-edge",
        "",
        "alpha:",
        "alpha: no row names the graded cell 'sum-edge' of solutions/alpha/alpha.ipynb",
    ),
    "no assignment": (
        IN_MAP,
        "assignment: beta",
        "assignment: betas",
        "beta:",
        "beta: its assignment is not there: solutions/betas",
    ),
    "unknown requirement": (
        IN_MAP,
        "[beta, alpha]",
        "[beta, alphas]",
        "gamma:",
        "gamma: requires 'alphas', which is no chapter",
    ),
    "a circle": (IN_MAP, "requires: [alpha]", "requires: [gamma]", None, "requires itself, in a circle"),
    "graded before it is taught": (
        IN_MAP,
        "  requires: [alpha]\n",
        "",
        "{id: N-1, graded: [sum-again",
        "beta, N-1: sum-again grades it before any chapter has taught it",
    ),
    "neither taught nor graded": (
        IN_MAP,
        "{id: T-1, section: sec-alpha-mistakes}",
        "{id: T-1}",
        "{id: T-1}",
        "alpha, T-1: has neither a section nor a graded cell",
    ),
    "taught by nobody": (
        IN_INVENTORY,
        "  M-1:",
        "  M-2: {title: Quotients}\n  M-1:",
        "M-2:",
        "M-2: no chapter teaches or plans it",
    ),
    "graded by nobody": (
        IN_INVENTORY,
        "was: stub",
        "graded: yes",
        "{id: N-2",
        "beta, N-2: the inventory wants it graded, and no graded cell tests it",
    ),
    "not in the contents": (
        "book/_toc.yml",
        "      - file: theory/beta\n",
        "",
        "beta:",
        "beta: is written, but not in book/_toc.yml",
    ),
    "no page": (
        IN_MAP,
        "part: theory\n  written: true",
        "part: applications\n  written: true",
        "beta:",
        "beta: is written, but there is no book/applications/beta.md",
    ),
    "written and planned": (
        IN_MAP,
        "minutes: {read",
        "plans: [M-1]\n  minutes: {read",
        "alpha:",
        "alpha: is written and still plans M-1",
    ),
    "taught but not written": (
        IN_MAP,
        "plans: [M-1, T-1]",
        "plans: [M-1]\n  teaches: [{id: T-1, section: sec-x}]",
        "gamma:",
        "gamma: teaches rows though `written` says no",
    ),
    "unknown key": (IN_MAP, "requires: [alpha]", "require: [alpha]", "beta:", "beta: unknown key 'require'"),
    "unknown key of a row": (
        IN_MAP,
        "graded: [sum-a",
        "grades: [sum-a",
        "{id: N-1, g",
        "unknown key 'grades'",
    ),
    "missing key": (IN_MAP, "  title: The second chapter\n", "", "beta:", "beta: the key 'title' is missing"),
    "unknown part": (IN_MAP, "part: introduction", "part: intro", "alpha:", "alpha: part 'intro' is none of"),
    "the same chapter twice": (IN_MAP, "gamma:", "beta:", "beta:", "'beta' stands here already"),
    "a title cut at its comma": (
        IN_INVENTORY,
        '"Sums, and why"',
        "Sums, and why",
        "N-1:",
        "N-1: unknown key 'and why'",
    ),
    "unknown source": (IN_INVENTORY, "math:", "maths:", "notes:", "maths: is none of the sources"),
    "no YAML": (IN_MAP, "able_to: [", "able_to: [[", None, "cannot be read"),
} | {
    f"no section {ending}": (
        ALPHA,
        f"(sec-alpha-{ending})=\n",
        "",
        "alpha:",
        f"alpha: book/introduction/alpha.md has no section labeled 'sec-alpha-{ending}'",
    )
    for ending in curriculum.REQUIRED_SECTIONS
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_named_where_it_is(write, name):
    file, old, new, where, fault = FAULTS[name]
    assert FILES[file].count(old) == 1
    root = write(FILES | {file: FILES[file].replace(old, new)})
    found = curriculum.check(root)
    matching = [line for line in found if fault in line]
    assert len(matching) == 1, found
    reported, line, _ = matching[0].split(":", 2)
    assert reported == (IN_INVENTORY if file == IN_INVENTORY and name != "graded by nobody" else IN_MAP)
    if where:
        lines = (root / reported).read_text(encoding="utf-8").splitlines()
        assert where in lines[int(line) - 1]


def test_an_exercise_may_need_what_an_earlier_chapter_will_teach(write):
    """An earlier chapter that is not written yet may still come; one that nothing requires does not count."""
    grading = MAP.replace("{id: N-1, graded", "{id: M-1, graded")
    early = grading.replace("requires: [beta, alpha]", "requires: []").replace("[alpha]", "[gamma]")
    assert curriculum.check(write(FILES | {IN_MAP: early})) == []
    late = curriculum.check(write(FILES | {IN_MAP: grading}))
    assert len(late) == 1
    assert "beta, M-1: sum-again grades it before any chapter has taught it" in late[0]


def test_a_missing_map_is_named(write):
    root = write(FILES)
    (root / IN_INVENTORY).unlink()
    assert curriculum.check(root) == ["book/inventory.yml:1: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a-label)=\n# Title\n", {"a-label"}),
        ("```{figure} x.png\n:name: fig-x\n```\n", {"fig-x"}),
        ("````{prf:theorem}\n:label: thm-x\n````\n", {"thm-x"}),
        ("see (not-a-label)= here, and f(x)=\n", set()),
    ],
)
def test_labels(text, expected):
    assert curriculum.labels(text) == expected


def test_questions_are_counted():
    assert curriculum.questions(CHAPTER.format(name="alpha")) == 0
    assert curriculum.questions(QUIZ) == 2
    assert curriculum.questions(QUIZ + QUIZ.replace("```", ":::")) == 4


# What the pages show


EXTENSIONS = ["myst_parser", "katex_static", "quiz", "curriculum"]
CONFIG = {"html_math_renderer": "katex_static", "root_doc": "coverage"}


def text_of(node) -> str:
    return " ".join(node.get_text(" ").split())


def test_card(build):
    book = build(FILES, EXTENSIONS, **CONFIG)
    assert book.warnings == ""
    card = book.page("introduction/alpha").select_one(".chapter-card")
    assert [item.get_text() for item in card.select("li span.math annotation")] == ["1 + 1"]
    entries = dict(zip(map(text_of, card.select("dt")), card.select("dd"), strict=True))
    assert list(entries) == ["Requires", "Unlocks", "Takes", "Exercises", "Your progress"]
    assert text_of(entries["Requires"]) == "nothing"
    assert text_of(entries["Unlocks"]) == "The second chapter , The last chapter (planned)"
    assert [link["href"] for link in entries["Unlocks"].select("a")] == ["../theory/beta.html"]
    assert text_of(entries["Takes"]) == "about 5 minutes to read; its code runs in 1 minute"
    notebook_link = entries["Exercises"].select_one("a")["href"]
    assert (book.html / "introduction" / notebook_link).read_text(encoding="utf-8") == notebook()
    mark = card.select_one("[data-progress-chapter=alpha][data-progress-of='2']")
    assert text_of(mark.select_one(".progress-text")) == "2 questions at the end"
    assert card.select_one("button[data-forget-progress][hidden]")


def test_card_of_a_page_that_is_no_chapter_is_an_error(build):
    book = build(
        FILES | {"book/theory/delta.md": "# Delta\n\n```{chapter-card}\n```\n"}, EXTENSIONS, **CONFIG
    )
    assert re.search(r"delta\.md:3: ERROR: book/curriculum\.yml has no chapter 'delta'", book.warnings)


def test_map_shows_every_chapter_and_links_the_written(build):
    page = build(FILES, EXTENSIONS, **CONFIG).page("coverage")
    drawing = page.select_one(".concept-map svg")
    links = {link["href"]: link for link in drawing.select("a")}
    assert list(links) == ["introduction/alpha.html", "theory/beta.html"]
    assert text_of(links["introduction/alpha.html"]) == "I The first chapter"
    assert links["introduction/alpha.html"]["data-progress-chapter"] == "alpha"
    assert links["introduction/alpha.html"]["data-progress-of"] == "2"
    assert [text_of(box) for box in drawing.select("g.planned")] == ["V The last chapter (planned)"]
    assert len(drawing.select(".arrows path")) == 2  # alpha to gamma follows from the other two
    rows = [[text_of(cell) for cell in row.select("th, td")] for row in page.select("details table tbody tr")]
    assert rows == [
        ["The first chapter", "Introduction", "nothing", "The second chapter , The last chapter (planned)"],
        ["The second chapter", "Theory", "The first chapter", "The last chapter (planned)"],
        ["The last chapter (planned)", "Theory", "The second chapter , The first chapter", "nothing"],
    ]


def test_coverage_has_every_row(build):
    page = build(FILES, EXTENSIONS, **CONFIG).page("coverage")
    tables = page.select("table")
    counts = [[text_of(cell) for cell in row.select("th, td")] for row in tables[0].select("tr")]
    assert counts == [
        ["Source", "Rows", "done", "partly", "planned", "nowhere"],
        ["Deep Learning Lecture Notes", "2", "2", "0", "0", "0"],
        ["Deep Learning, the concept page", "2", "1", "1", "0", "0"],
        ["Neural Networks, Math for Specific Models", "1", "0", "0", "1", "0"],
        ["All", "5", "3", "1", "1", "0"],
    ]
    rows = {}
    for table in page.select("table.coverage"):
        assert all(head.name == "th" for head in table.select("thead tr > *, tbody tr > *:first-child"))
        for row in table.select("tbody tr"):
            id, *cells = map(text_of, row.select("th, td"))
            rows[id] = cells
    assert rows == {
        "N-1": ["Sums, and why", "done", "The idea", "math.sqrt", "sum-basic , sum-edge , sum-again"],
        "N-2": ["Words", "done", "Takeaways", "–", "not graded"],
        "T-1": [
            "Mistakes",
            "partly : the rest is planned in The last chapter",
            "Mistakes",
            "–",
            "not graded",
        ],
        "T-2": ["What is covered", "done", "Coverage", "–", "not graded"],
        "M-1": ["Products", "planned in The last chapter", "–", "–", "not graded"],
    }
    assert page.select_one("table.coverage a[href='introduction/alpha.html#sec-alpha-idea']")


def test_what_lacks_a_graded_cell_or_a_chapter_is_not_done(write):
    inventory = INVENTORY.replace("was: stub", "graded: yes") + "  M-2: {title: Quotients}\n"
    loaded = curriculum.load(write(FILES | {IN_INVENTORY: inventory}))
    assert curriculum.state(loaded, loaded.concepts["N-2"]) == ("partly", ": no graded cell yet")
    assert curriculum.state(loaded, loaded.concepts["M-2"]) == ("nowhere", "")


def test_pages_follow_the_map(build):
    build(FILES, EXTENSIONS, **CONFIG)
    renamed = build({IN_MAP: MAP.replace("The second chapter", "Another title")}, EXTENSIONS, **CONFIG)
    for page in ("introduction/alpha", "coverage"):
        assert "Another title" in text_of(renamed.page(page))
    retitled = build({IN_INVENTORY: INVENTORY.replace("Words", "Sentences")}, EXTENSIONS, **CONFIG)
    assert "Sentences" in text_of(retitled.page("coverage"))
    more = build({ALPHA: FILES[ALPHA] + QUIZ.replace("alpha-gate", "alpha-more")}, EXTENSIONS, **CONFIG)
    assert more.page("coverage").select_one("[data-progress-chapter=alpha]")["data-progress-of"] == "4"


def test_the_build_warns_every_time(build):
    broken = {IN_MAP: MAP.replace("math.sqrt", "math.root")}
    line = MAP[: MAP.index("math.sqrt")].count("\n") + 1
    for files in (FILES | broken, {}):
        warnings = build(files, EXTENSIONS, **CONFIG).warnings
        assert re.search(rf"book/curriculum\.yml:{line}: WARNING: alpha, N-1: math\.root", warnings)
