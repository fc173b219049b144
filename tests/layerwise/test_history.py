"""The history: a table that can be read, written, drawn."""

import csv
import math
from collections.abc import Mapping

import matplotlib as mpl
import pytest

import layerwise as lw

from . import training

ROWS = [
    {"epoch": 1, "train loss": 0.69314718, "learning rate": 0.1},
    {"epoch": 2, "train loss": 1234567.0, "extra": 5.0, "learning rate": 1e-5},
    {"epoch": 3, "train loss": math.nan, "learning rate": 0.001},
]


def history():
    return lw.train.History([dict(row) for row in ROWS])


def test_columns():
    table = history()
    assert isinstance(table, Mapping)
    assert list(table) == list(table.columns) == ["epoch", "train loss", "learning rate", "extra"]
    assert table["epoch"] == [1, 2, 3]
    assert table["extra"][1] == 5
    assert [math.isnan(value) for value in table["extra"]] == [True, False, True]
    assert table.rows == history().rows or math.isnan(table["train loss"][2])
    assert "train loss" in table
    assert "validation loss" not in table
    table.append({"epoch": 4})
    assert len(table["train loss"]) == len(table.rows) == 4
    with pytest.raises(
        KeyError, match="there is no column 'loss'; there are 'epoch', 'train loss', 'learning rate'"
    ):
        table["loss"]


def test_as_text():
    assert history().table().splitlines() == [
        "epoch  train loss  learning rate  extra",
        "    1      0.6931            0.1    nan",
        "    2   1.235e+06          1e-05      5",
        "    3         nan          0.001    nan",
    ]
    assert str(history()) == history().table()
    assert str(lw.train.History()) == "History: nothing yet"


def test_in_a_notebook():
    text = history()._repr_html_()
    assert text.count("<tr>") == 4
    assert text.startswith("<table><thead><tr><th>epoch</th><th>train loss</th>")
    assert "<td>1</td><td>0.6931</td><td>0.1</td><td>nan</td>" in text
    text = lw.train.History([{"<b>&": 1}])._repr_html_()
    assert "<th>&lt;b&gt;&amp;</th>" in text


def test_csv_keeps_every_digit(tmp_path):
    history().to_csv(tmp_path / "history.csv")
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    for name, values in history().items():
        assert str([float(row[name]) for row in rows]) == str([float(value) for value in values])


def test_plot():
    mpl.use("agg")
    trained = training.trainer(lw).fit(training.loader(), training.loader(), epochs=3)
    ax = trained.plot()
    assert ax.get_xlabel() == "epoch"
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert {"train loss", "validation loss"} <= set(lines)
    assert lines["train loss"].get_ydata().tolist() == pytest.approx(trained["train loss"])
    assert lines["train loss"].get_xdata().tolist() == [1, 2, 3]
    _, own = mpl.pyplot.subplots()
    assert trained.plot(keys=["learning rate"], ax=own) is own
    mpl.pyplot.close("all")
