"""The architecture diagram: names, kinds, shapes, parameters, in the order of the computation."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.colors import to_hex

import layerwise as lw
from layerwise.plot import style


@pytest.fixture(autouse=True)
def _figures():
    matplotlib.use("agg")
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def arrows(ax):
    return [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]


ROWS = [
    ("conv", "Conv2d", (1, 6, 28, 28), 156),
    {"name": "pool", "kind": "MaxPool2d", "output": (1, 6, 14, 14), "parameters": 0},
    ("head", "Linear", (1, 10), 12010),
]
WRITTEN = [
    *("Conv2d", "conv", "156 parameters", "(1, 6, 28, 28)"),
    *("MaxPool2d", "pool", "(1, 6, 14, 14)"),
    *("Linear", "head", "12,010 parameters", "(1, 10)"),
]


def test_rows_from_above():
    ax = lw.plot.architecture(ROWS)
    assert texts(ax) == WRITTEN
    assert len(ax.patches) == 3
    assert [to_hex(block.get_facecolor()).upper() for block in ax.patches] == [
        *(style.PALE_BLUE, style.WHITE, style.PALE_BLUE)
    ]
    heights = [block.get_y() for block in ax.patches]
    assert heights == sorted(heights, reverse=True)
    assert len({block.get_x() for block in ax.patches}) == 1
    assert len(arrows(ax)) == 2
    assert not ax.axison


def test_rows_from_the_left():
    ax = lw.plot.architecture(ROWS * 4, direction="right")
    assert len(ax.patches) == 12
    places = [(-round(block.get_y(), 6), block.get_x()) for block in ax.patches]
    assert places == sorted(places)
    assert [len([p for p in places if p[0] == y]) for y in sorted({y for y, _ in places})] == [5, 5, 2]
    assert len(arrows(ax)) == 11
    assert texts(ax)[:5] == ["Conv2d", "conv", "156", "parameters", "(1, 6, 28, 28)"]
    assert ax.figure.get_size_inches()[0] <= 7.2


@pytest.mark.parametrize("direction", ["down", "right"])
def test_texts_stay_in_their_blocks_and_in_the_figure(direction):
    rows = [
        ("encoder.layers.0.self_attn", "MultiheadAttention", (32, 128, 512), 1_050_624),
        ("encoder.layers.0.norm1", "TransformerEncoderLayer", (32, 128, 512), 1_024),
        ("head", "AdaptiveAvgPool2d", (32, 128, 50257), 25_000_000),
    ]
    ax = lw.plot.architecture(rows, direction=direction)
    ax.figure.canvas.draw()
    boxes = [block.get_window_extent() for block in ax.patches]
    figure = ax.figure.bbox
    for text in ax.texts:
        if text.get_text():
            extent = text.get_window_extent()
            assert extent.x0 >= figure.x0
            assert extent.x1 <= figure.x1
            assert extent.y0 >= figure.y0
            center = ((extent.x0 + extent.x1) / 2, (extent.y0 + extent.y1) / 2)
            for box in boxes:
                if box.contains(*center):
                    assert box.x0 <= extent.x0
                    assert extent.x1 <= box.x1


def test_models_of_either_library():
    ours = lw.nn.Sequential(lw.nn.Linear(4, 3), lw.nn.ReLU(), lw.nn.LSTM(3, 2))
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.LSTM(3, 2))
    theirs.train()
    for model, x in ((ours, lw.ones(5, 4)), (theirs, torch.ones(5, 4))):
        ax = lw.plot.architecture(model, x)
        assert texts(ax) == [
            *("input", "(5, 4)", "Linear", "0", "15 parameters", "(5, 3)", "ReLU", "1", "(5, 3)"),
            *("LSTM", "2", "56 parameters", "(5, 2)"),
        ]
        assert ax.patches[0].get_linestyle() == ":"  # not a layer
        assert model.training
    again = lw.plot.architecture(lw.diagnostics.shapes(ours, lw.ones(5, 4)))
    assert texts(again) == texts(ax)


def test_layers_that_are_called_twice_or_never():
    class Twice(lw.nn.Module):
        def __init__(self):
            self.shared = lw.nn.Linear(2, 2)
            self.forgotten = lw.nn.Linear(2, 1)

        def forward(self, x):
            return self.shared(self.shared(x))

    written = texts(lw.plot.architecture(Twice(), lw.ones(1, 2)))
    assert written == [
        *("input", "(1, 2)", "Linear ×2", "shared", "6 parameters", "(1, 2)"),
        *("Linear", "forgotten", "3 parameters", "not called"),
    ]


def test_a_single_number_and_nothing():
    assert texts(lw.plot.architecture([("loss", "MSELoss", (), 0)])) == ["MSELoss", "loss", "()"]
    for direction in ("down", "right"):
        assert texts(lw.plot.architecture([], direction=direction)) == []


def test_errors():
    with pytest.raises(ValueError, match="direction must be 'down' or 'right', got 'up'"):
        lw.plot.architecture(ROWS, direction="up")
    with pytest.raises(ValueError, match="must be given with an input"):
        lw.plot.architecture(lw.nn.Linear(2, 1))
    with pytest.raises(
        ValueError, match=r"a row must be \(name, kind, output, parameters\).*got \('a', 'b'\)"
    ):
        lw.plot.architecture([("a", "b")])
    with pytest.raises(ValueError, match=r"got {'name': 'a'}"):
        lw.plot.architecture([{"name": "a"}])
