"""The concept map as an SVG: chapters in rows, each below all that it requires, arrows between them.

The layout is the layered one of Sugiyama, Tagawa and Toda: an arrow that passes a row holds a place in it, so
that it runs between boxes and never over one; each row is ordered to avoid crossings, then moved as near to
its neighbors as the widths allow. The same map always gives the same drawing.
"""

import graphlib
import html
import textwrap
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

WIDTH = 150  # of a box
STRIPE = 22  # at its left edge, with the number of its part
LINE = 17  # from one line of text to the next
ACROSS = 14  # between two boxes of a row
DOWN = 40  # between two rows
LETTERS = 18  # of a line of a title
BESIDE = 4  # boxes of a row at most, so that the drawing fits a page's column
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


class Box(NamedTuple):
    """A chapter to draw: `link` is None while it is planned; `mark` is put into its tag as attributes."""

    name: str
    title: str
    part: int
    requires: tuple[str, ...]
    link: str | None
    mark: str


class Layout(NamedTuple):
    """Rows of names, left to right; the x of the middle of each; what each arrow passes, ends included."""

    rows: list[list[str]]
    x: dict[str, float]
    paths: list[list[str]]


def draw(boxes: Sequence[Box], parts: Sequence[str]) -> str:
    """The whole figure: the drawing, in a region of its own that scrolls, and the legend of the parts."""
    plan = layout(boxes)
    by_name = {box.name: box for box in boxes}
    lines = max(len(title_lines(box)) for box in boxes)
    height = LINE * (lines + 1) + 14
    top = {name: row * (height + DOWN) + 2 for row, names in enumerate(plan.rows) for name in names}
    width = max(plan.x[box.name] for box in boxes) + WIDTH / 2 + 2
    total = max(top.values()) + height + 2
    arrows = "".join(arrow(path, plan.x, top, height) for path in plan.paths)
    drawn = "".join(
        draw_box(by_name[name], plan.x[name] - WIDTH / 2, top[name], height)
        for names in plan.rows
        for name in names
        if name in by_name
    )
    legend = "".join(
        f'<li><span class="numeral part-{i}">{NUMERALS[i]}</span> {html.escape(part)}</li>'
        for i, part in enumerate(parts)
    )
    return f"""<div class="concept-map">
<ul class="legend" aria-label="Parts">{legend}</ul>
<div class="scroll" role="region" aria-label="Concept map" tabindex="0">
<svg width="{width:.0f}" height="{total:.0f}" viewBox="0 0 {width:.0f} {total:.0f}" role="group" \
aria-label="Chapters and what they require, from top to bottom">
<defs><marker id="map-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" \
orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
<g class="arrows" aria-hidden="true">{arrows}</g>
{drawn}</svg>
</div>
</div>
"""


def title_lines(box: Box) -> list[str]:
    return textwrap.wrap(box.title, LETTERS)


def draw_box(box: Box, left: float, top: int, height: int) -> str:
    middle = left + STRIPE + (WIDTH - STRIPE) / 2
    x = f'x="{middle:.1f}"'
    lines = title_lines(box)
    first = top + (height - LINE * len(lines)) // 2 + 3
    titles = "".join(
        f'<text {x} y="{first + LINE * i}">{html.escape(line)} </text>' for i, line in enumerate(lines)
    )
    status = f'class="status progress-text" {x}' if box.link else f'class="status" {x}'
    inside = (
        f'<rect class="box" x="{left:.1f}" y="{top}" width="{WIDTH}" height="{height}" rx="6"/>'
        f'<path class="stripe part-{box.part}" d="M{left + STRIPE:.1f} {top}v{height}h{6 - STRIPE}'
        f'q-6 0 -6 -6v{12 - height}q0 -6 6 -6z"/>'
        f'<text class="numeral" aria-hidden="true" x="{left + STRIPE / 2:.1f}" y="{top + height // 2 + 4}">'
        f"{NUMERALS[box.part]}</text>{titles}"
        f'<text {status} y="{top + height - 9}">{"" if box.link else "(planned)"}</text>'
    )
    if box.link:
        return f'<a class="written" href="{html.escape(box.link)}" {box.mark}>{inside}</a>\n'
    return f'<g class="planned">{inside}</g>\n'


def arrow(path: Sequence[str], x: dict[str, float], top: dict[str, int], height: int) -> str:
    """From the foot of the first to the head of the last, straight down past the rows between."""
    d = f"M{x[path[0]]:.1f} {top[path[0]] + height}"
    for above, below in pairwise(path):
        start, end = top[above] + height, top[below]
        bend = (start + end) / 2
        d += f"C{x[above]:.1f} {bend} {x[below]:.1f} {bend} {x[below]:.1f} {end}"
        if below != path[-1]:
            d += f"V{end + height}"
    return f'<path d="{d}" marker-end="url(#map-arrow)"/>'


def layout(boxes: Sequence[Box]) -> Layout:
    requires = needed(boxes)
    rows = rows_of(requires, [box.name for box in sorted(boxes, key=lambda box: box.part)])
    row_of = {name: i for i, names in enumerate(rows) for name in names}
    paths = []
    for below, needs in requires.items():
        for above in needs:
            path = [above]
            for i in range(row_of[above] + 1, row_of[below]):
                path.append(f"{above} to {below}, row {i}")
                rows[i].append(path[-1])
            paths.append([*path, below])
    neighbors: dict[str, list[str]] = {name: [] for names in rows for name in names}
    for path in paths:
        for above, below in pairwise(path):
            neighbors[above].append(below)
            neighbors[below].append(above)
    rows = fewest_crossings(rows, neighbors)
    half = {name: WIDTH / 2 if name in requires else 0 for name in neighbors}
    return Layout(rows, columns(rows, neighbors, half), paths)


def needed(boxes: Sequence[Box]) -> dict[str, list[str]]:
    """Each chapter's requirements, less those that another of them requires: fewer arrows say the same."""
    drawn = {box.name for box in boxes}
    requires = {box.name: [name for name in box.requires if name in drawn] for box in boxes}
    behind: dict[str, set[str]] = {}
    for name in graphlib.TopologicalSorter(requires).static_order():
        behind[name] = set(requires[name]).union(*(behind[above] for above in requires[name]))
    return {
        name: [r for r in above if not any(r in behind[other] for other in above)]
        for name, above in requires.items()
    }


def rows_of(requires: dict[str, list[str]], names: Iterable[str]) -> list[list[str]]:
    """Fill rows from the top: of those whose requirements stand above, the ones with most to follow."""
    unlocks: dict[str, list[str]] = {name: [] for name in requires}
    for name, above in requires.items():
        for other in above:
            unlocks[other].append(name)
    steps: dict[str, int] = {}  # that follow, on the longest way down
    for name in reversed(list(graphlib.TopologicalSorter(requires).static_order())):
        steps[name] = max((1 + steps[below] for below in unlocks[name]), default=0)

    rows: list[list[str]] = []
    placed: set[str] = set()
    waiting = list(names)
    while waiting:
        ready = [name for name in waiting if placed.issuperset(requires[name])]
        rows.append(sorted(sorted(ready, key=lambda name: -steps[name])[:BESIDE], key=waiting.index))
        placed.update(rows[-1])
        waiting = [name for name in waiting if name not in placed]
    return rows


def fewest_crossings(rows: list[list[str]], neighbors: dict[str, list[str]]) -> list[list[str]]:
    """Sort each row by the mean place of its neighbors in the row before; down, then up; keep the best."""
    best, best_count = rows, crossings(rows, neighbors)
    for sweep in range(8):
        new = [list(names) for names in rows]
        down = sweep % 2 == 0
        for i in range(1, len(new)) if down else range(len(new) - 2, -1, -1):
            beside = {name: place for place, name in enumerate(new[i - 1 if down else i + 1])}
            new[i].sort(key=mean_place(new[i], beside, neighbors))
        rows = new
        if (count := crossings(rows, neighbors)) < best_count:
            best, best_count = rows, count
    return best


def mean_place(
    row: list[str], beside: dict[str, int], neighbors: dict[str, list[str]]
) -> Callable[[str], float]:
    """A sort key: the mean place of a name's neighbors in the row beside; its own place where it has none."""
    own = {name: place for place, name in enumerate(row)}

    def key(name: str) -> float:
        places = [beside[other] for other in neighbors[name] if other in beside]
        return sum(places) / len(places) if places else own[name]

    return key


def crossings(rows: list[list[str]], neighbors: dict[str, list[str]]) -> int:
    count = 0
    for upper, lower in pairwise(rows):
        place = {name: i for i, name in enumerate(lower)}
        ends = [
            end
            for above in upper
            for end in sorted(place[name] for name in neighbors[above] if name in place)
        ]
        count += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return count


def columns(
    rows: list[list[str]], neighbors: dict[str, list[str]], half: dict[str, float]
) -> dict[str, float]:
    """The middle of each, near the mean of its neighbors', with no two of a row overlapping."""
    offset: dict[str, float] = {}  # from the first of the row, when all of it stand as close as they may
    for row in rows:
        offset[row[0]] = 0
        for left, right in pairwise(row):
            offset[right] = offset[left] + half[left] + ACROSS + half[right]
    width = max(half[row[0]] + offset[row[-1]] + half[row[-1]] for row in rows)
    x = {name: (width - offset[row[-1]]) / 2 + offset[name] for row in rows for name in row}
    for sweep in range(24):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [mean(x[other] for other in neighbors[name] or [name]) - offset[name] for name in row]
            first, last = (
                half[row[0]],
                width - half[row[-1]] - offset[row[-1]],
            )  # may be the place of the first
            for name, place in zip(row, rising(wanted), strict=True):
                x[name] = min(max(place, first), last) + offset[name]
    return {name: place + 2 for name, place in x.items()}  # 2: half of the widest line around a box


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def rising(wanted: list[float]) -> list[float]:
    """The nondecreasing numbers nearest to those wanted: least squares, by pooling adjacent violators."""
    pools: list[list[float]] = []
    for value in wanted:
        pools.append([value])
        while len(pools) > 1 and mean(pools[-2]) > mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    return [mean(pool) for pool in pools for _ in pool]
