"""What was measured while a model was trained."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class History(Mapping[str, list[float]]):
    """A table with a row for each epoch: the losses, the metrics, the learning rate.

    It maps the columns' names to their numbers: `history["train loss"]` is a list. `history.rows` has the
    rows, as dictionaries. What a row does not have is nan in its column.

    >>> import layerwise as lw
    >>> history = lw.train.History()
    >>> history.append({"epoch": 1, "train loss": 0.5})
    >>> history.append({"epoch": 2, "train loss": 0.25})
    >>> history["train loss"]
    [0.5, 0.25]
    >>> print(history)
    epoch  train loss
        1         0.5
        2        0.25
    """

    def __init__(self, rows: list[dict[str, float]] | None = None) -> None:
        self.rows: list[dict[str, float]] = rows if rows is not None else []

    def append(self, row: dict[str, float]) -> None:
        self.rows.append(row)

    @property
    def columns(self) -> dict[str, list[float]]:
        """All columns by their names."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        return {name: [row.get(name, math.nan) for row in self.rows] for name in names}

    def __getitem__(self, name: str) -> list[float]:
        columns = self.columns
        if name not in columns:
            raise KeyError(f"History: there is no column {name!r}; there are {', '.join(map(repr, columns))}")
        return columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    # --- to look at

    def table(self) -> str:
        """The table as text, in aligned columns. `print(history)` shows it."""
        columns = {name: [_text(value) for value in values] for name, values in self.columns.items()}
        widths = {name: max(map(len, [name, *texts])) for name, texts in columns.items()}
        lines = ["  ".join(f"{name:>{widths[name]}}" for name in columns)]
        for i in range(len(self.rows)):
            lines.append("  ".join(f"{texts[i]:>{widths[name]}}" for name, texts in columns.items()))
        return "\n".join(lines)

    def to_csv(self, path: str | Path) -> None:
        """Write the table as comma-separated values, with the columns' names in the first line.

        >>> import tempfile
        >>> import layerwise as lw
        >>> history = lw.train.History([{"epoch": 1, "train loss": 0.5}])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     history.to_csv(f"{folder}/history.csv")
        ...     print(open(f"{folder}/history.csv").read(), end="")
        epoch,train loss
        1,0.5
        """
        import csv

        columns = self.columns
        with open(path, "w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(columns)
            table.writerows(zip(*columns.values(), strict=True))

    def plot(self, *, keys: list[str] | None = None, ax: Any = None) -> Any:
        """Draw the columns over the epochs, see `layerwise.plot.learning_curves`. Returns the axes.

        keys: which columns; the losses if left out.
        """
        from ..plot import learning_curves

        return learning_curves(self.columns, keys=keys, ax=ax)

    def __repr__(self) -> str:
        return self.table() if self.rows else "History: nothing yet"

    def _repr_html_(self) -> str:
        from html import escape

        columns = self.columns
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{_text(value)}</td>" for value in row) + "</tr>"
            for row in zip(*columns.values(), strict=True)
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(value: float) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
