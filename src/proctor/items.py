"""What a class's points say of the cells and of the concepts: plain arithmetic on plain data."""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .results import Cell, Results

FEW = 3  # students; fewer do not tell whether a cell discriminates
BINS = 10
NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?j?")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass
class Item:
    cell: Cell
    points: dict[str, float]  # by student
    waiting: int  # answers that are still to be marked
    failures: list[tuple[str, int]]  # message, how many students; the most common first

    @property
    def share(self) -> float | None:
        """The mean share of the points."""
        if not self.points or not self.cell.points:
            return None
        return statistics.fmean(self.points.values()) / self.cell.points

    @property
    def none(self) -> int:
        return sum(points <= 0 for points in self.points.values())

    @property
    def full(self) -> int:
        return sum(points >= self.cell.points > 0 for points in self.points.values())

    @property
    def part(self) -> int:
        return len(self.points) - self.none - self.full

    def discrimination(self, rest: Mapping[str, float]) -> float | None:
        """The correlation with the points in the other cells. None where one of the two does not vary."""
        mine, others = [*self.points.values()], [rest[student] for student in self.points]
        if len(mine) < FEW or len(set(mine)) == 1 or len(set(others)) == 1:
            return None
        return statistics.correlation(mine, others)


def items_of(results: Results) -> list[Item]:
    found = []
    for cell in results.cells:
        points = {result.student: result.points[cell] for result in results.results if cell in result.points}
        waiting = sum(cell in result.waiting for result in results.results)
        messages = [result.messages[cell] for result in results.results if cell in result.messages]
        found.append(Item(cell, points, waiting, grouped(messages)))
    return found


def discriminations(items: Sequence[Item]) -> list[float | None]:
    """Of each cell, with the other cells that are marked for everybody: half-marked ones would tell who has
    been marked, not who knows more."""
    whole = marked_for_everybody(items)
    found = []
    for item in items:
        rest: dict[str, float] = defaultdict(float)
        for other in whole:
            if other is not item:
                for student, points in other.points.items():
                    rest[student] += points
        rest = {
            student: round(points, 9) for student, points in rest.items()
        }  # 0.1 + 0.2 is 0.3: it does not vary
        found.append(item.discrimination(rest) if rest else None)
    return found


def marked_for_everybody(items: Sequence[Item]) -> list[Item]:
    everybody = max((len(item.points) for item in items), default=0)
    return [item for item in items if len(item.points) == everybody]


def grouped(messages: Iterable[str]) -> list[tuple[str, int]]:
    """Messages that differ only in numbers and quoted texts count as one; the most common one is shown."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for message in messages:
        groups[NUMBER.sub("#", QUOTED.sub("'…'", message))][message] += 1
    shown = [(min(group, key=lambda m: (-group[m], m)), group.total()) for group in groups.values()]
    return sorted(shown, key=lambda row: (-row[1], row[0]))


@dataclass
class Mastery:
    concept: str
    cells: list[Cell]
    students: dict[str, float]  # the share of the points in its cells

    @property
    def mean(self) -> float | None:
        return statistics.fmean(self.students.values()) if self.students else None


def mastery(results: Results, concepts: Mapping[str, Sequence[str]]) -> list[Mastery]:
    """Of the concepts that a cell of this assignment tests: named by grade_id, or notebook/grade_id."""
    found = []
    for concept, names in concepts.items():
        cells = [cell for cell in results.cells if cell.name in names or str(cell) in names]
        shares = {}
        for result in results.results:
            marked = [cell for cell in cells if cell in result.points]
            if of := sum(cell.points for cell in marked):
                shares[result.student] = sum(result.points[cell] for cell in marked) / of
        if cells:
            found.append(Mastery(concept, cells, shares))
    return found


@dataclass
class Totals:
    points: list[float]  # of each student
    of: float
    cells: int  # in which they got them

    @property
    def mean(self) -> float:
        return statistics.fmean(self.points)

    @property
    def deviation(self) -> float | None:
        return statistics.stdev(self.points) if len(self.points) > 1 else None

    @property
    def quartiles(self) -> list[float]:
        """The lower quartile, the median, the upper quartile."""
        if len(self.points) == 1:
            return self.points * 3
        return statistics.quantiles(self.points, n=4, method="inclusive")

    @property
    def bins(self) -> list[int]:
        """How many have 0 to 10 %, 10 to 20 %, …; whoever has more than all points is in the last."""
        counts = [0] * BINS
        for points in self.points:
            counts[min(int(round(BINS * points, 9) // self.of), BINS - 1)] += 1
        return counts
