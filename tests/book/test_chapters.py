"""What every chapter owes its reader, beyond what the map already checks."""

import re
from pathlib import Path

import pytest
import yaml

BOOK = Path(__file__).resolve().parents[2] / "book"
CURRICULUM = yaml.safe_load((BOOK / "curriculum.yml").read_text())
CHAPTERS = [
    BOOK / row["part"] / f"{name}.md"
    for name, row in CURRICULUM.items()
    if row["written"] and row["part"] != "front"
]
CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```$", re.S | re.M)
HEAD = re.compile(r"\A---\n(.*?)^---\n", re.S | re.M)
FIGURE = re.compile(r"plt\.(figure|subplots)|lw\.plot\.")


def cells(chapter: Path) -> list[tuple[dict, str]]:
    """The settings and the code of each code cell."""
    found = []
    for body in CELL.findall(chapter.read_text()):
        head = HEAD.match(body)
        settings = yaml.safe_load(head[1]) if head else {}
        found.append((settings, body[head.end() :] if head else body))
    return found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_code_fits_the_column(chapter):
    """78 characters are what a page of 1280 pixels shows without scrolling."""
    long = [line for _, code in cells(chapter) for line in code.splitlines() if len(line) > 78]
    assert not long, f"{chapter.name}: wrap these lines: {long}"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_cell_that_draws_says_what_it_shows(chapter):
    for settings, code in cells(chapter):
        if FIGURE.search(code) and "remove-cell" not in settings.get("tags", []):
            made = settings.get("mystnb", {})
            where = f"{chapter.name}, the cell that begins {code.splitlines()[0]!r}"
            assert made.get("image", {}).get("alt"), f"{where}: a figure needs mystnb: image: alt"
            assert made.get("figure", {}).get("caption"), f"{where}: a figure needs a caption"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_random_numbers_are_seeded_and_nothing_is_fetched(chapter):
    code = "\n".join(code for _, code in cells(chapter))
    assert not re.search(r"default_rng\(\)|np\.random\.(rand|randn|seed|normal|uniform)\b", code)
    assert not re.search(r"https?://|urlopen|requests\.|fetch_openml", code)


def test_there_are_chapters():
    assert CHAPTERS
    assert all(len(cells(chapter)) > 10 for chapter in CHAPTERS)
