"""CSV that a spreadsheet only shows: a text that it would take for a formula is written as text."""

import csv
from collections.abc import Iterable
from typing import Any, TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: Any) -> Any:
    """With an apostrophe before it, a spreadsheet takes a cell for text. Numbers are left as they are."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def write(file: TextIO, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    writer = csv.writer(file)
    writer.writerow([safe(head) for head in heads])
    writer.writerows([safe(value) for value in row] for row in rows)


def number(value: float | None) -> str:
    """Without digits that floating point made up: 0.1 + 0.2 is 0.3."""
    return "" if value is None else f"{round(value, 6) + 0.0:.12g}"
