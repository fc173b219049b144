"""The drawing of the concept map: nothing overlaps, requirements stand above, the same map draws the same."""

import re
from itertools import pairwise
from pathlib import Path

import concept_map
import curriculum
import pytest
from bs4 import BeautifulSoup
from concept_map import ACROSS, BESIDE, WIDTH, Box
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
PARTS = list(curriculum.PARTS.values())


@st.composite
def maps(draw) -> list[Box]:
    """Any chapters that require any of those before them."""
    count = draw(st.integers(1, 14))
    boxes = []
    for i in range(count):
        requires = draw(st.sets(st.integers(0, i - 1), max_size=3)) if i else set()
        names = tuple(f"c{r}" for r in sorted(requires))
        boxes.append(Box(f"c{i}", f"Chapter {i}", draw(st.integers(0, 4)), names, None, ""))
    return draw(st.permutations(boxes))


@given(maps())
@settings(max_examples=200, deadline=None)
def test_layout(boxes):
    rows, x, paths = concept_map.layout(boxes)
    row_of = {name: i for i, names in enumerate(rows) for name in names}
    requires = {box.name: box.requires for box in boxes}
    half = {name: WIDTH / 2 if name in requires else 0 for name in row_of}

    assert requires.keys() <= row_of.keys()
    for name, needed in requires.items():
        assert all(row_of[other] < row_of[name] for other in needed)
    for names in rows:
        assert sum(name in requires for name in names) <= BESIDE
        for left, right in pairwise(names):
            assert x[right] - x[left] >= half[left] + ACROSS + half[right] - 1e-6
    assert min(x[name] - half[name] for name in x) >= 0

    # An arrow goes down one row at a time: it crosses a row where it holds a place, and so over no box.
    for path in paths:
        assert [row_of[name] for name in path] == list(range(row_of[path[0]], row_of[path[-1]] + 1))
        assert not requires.keys() & set(path[1:-1])
    # Arrows say all that is required, and no more than that: what they leave out follows from the others.
    drawn = {name: {path[0] for path in paths if path[-1] == name} for name in requires}
    assert all(drawn[name] <= set(requires[name]) for name in requires)
    assert {name: reach(drawn, name) for name in requires} == {
        name: reach(requires, name) for name in requires
    }


def reach(above, name) -> set[str]:
    return set(above[name]).union(*(reach(above, other) for other in above[name]))


@pytest.fixture(scope="module")
def svg() -> BeautifulSoup:
    """The book's own map."""
    chapters = curriculum.load(ROOT).on_the_map()
    assert len(chapters) > 20
    parts = list(curriculum.PARTS)
    boxes = [Box(c.name, c.title, parts.index(c.part), c.requires, f"{c.name}.html", "") for c in chapters]
    drawing = concept_map.draw(boxes, PARTS)
    assert drawing == concept_map.draw(boxes, PARTS)
    return BeautifulSoup(drawing, "html.parser").svg


def test_the_books_map_fits_a_page(svg):
    assert int(svg["width"]) <= 690  # the text column at 1280 pixels


def test_the_books_titles_fit_their_boxes(svg):
    right, bottom = (int(n) for n in svg["viewbox"].split()[2:])
    for link in svg.select("a"):
        box = {key: float(link.rect[key]) for key in ("x", "y", "width", "height")}
        assert 0 <= box["x"] <= right - box["width"]
        assert 0 <= box["y"] <= bottom - box["height"]
        lines = [text for text in link.select("text") if "numeral" not in text.get("class", [])]
        for line in lines:
            assert box["y"] + 12 <= float(line["y"]) <= box["y"] + box["height"] - 4
            assert box["x"] < float(line["x"]) < box["x"] + box["width"]
            assert len(line.text.strip()) <= concept_map.LETTERS
        levels = [float(line["y"]) for line in lines]
        assert all(below - above >= concept_map.LINE - 5 for above, below in pairwise(levels))


def test_titles_and_links_are_escaped():
    box = Box("a", "Q & A <b>", 0, (), 'x.html?a=1&b="2"', "")
    drawing = concept_map.draw([box], PARTS)
    assert re.search(r'href="x\.html\?a=1&amp;b=&quot;2&quot;"', drawing)
    assert "Q &amp; A &lt;b&gt;" in drawing
