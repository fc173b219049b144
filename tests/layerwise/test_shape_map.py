"""The table of layers, shapes, parameters and multiplications."""

import math

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.diagnostics import LayerShape, shapes


def cnn(L):
    nn = L.nn
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 8, 3, stride=2, groups=2), nn.Flatten(), nn.Linear(8, 10)),
    )


@pytest.mark.parametrize("L", [lw, torch])
def test_rows_of_a_cnn(L):
    rows = shapes(cnn(L), np.zeros((5, 1, 8, 8), "float32"))
    assert list(rows) == [
        LayerShape("0", "Conv2d", (5, 1, 8, 8), (5, 4, 8, 8), 40, 5 * 4 * 64 * 9),
        LayerShape("1", "BatchNorm2d", (5, 4, 8, 8), (5, 4, 8, 8), 8, 0),
        LayerShape("2", "ReLU", (5, 4, 8, 8), (5, 4, 8, 8), 0, 0),
        LayerShape("3", "MaxPool2d", (5, 4, 8, 8), (5, 4, 4, 4), 0, 0),
        LayerShape("4", "Conv2d", (5, 4, 4, 4), (5, 8, 1, 1), 152, 5 * 8 * 2 * 9),
        LayerShape("5", "Flatten", (5, 8, 1, 1), (5, 8), 0, 0),
        LayerShape("6", "Linear", (5, 8), (5, 10), 90, 5 * 80),
    ]
    assert rows.parameters == 290
    assert rows.multiply_adds == 11520 + 720 + 400


def test_it_prints_as_a_table():
    assert repr(shapes(cnn(lw), np.zeros((5, 1, 8, 8), "float32"))).splitlines() == [
        "layer  kind         input         output        parameters  multiply-adds",
        "-------------------------------------------------------------------------",
        "0      Conv2d       (5, 1, 8, 8)  (5, 4, 8, 8)          40         11,520",
        "1      BatchNorm2d  (5, 4, 8, 8)  (5, 4, 8, 8)           8              0",
        "2      ReLU         (5, 4, 8, 8)  (5, 4, 8, 8)           0              0",
        "3      MaxPool2d    (5, 4, 8, 8)  (5, 4, 4, 4)           0              0",
        "4      Conv2d       (5, 4, 4, 4)  (5, 8, 1, 1)         152            720",
        "5      Flatten      (5, 8, 1, 1)  (5, 8)                 0              0",
        "6      Linear       (5, 8)        (5, 10)               90            400",
        "-------------------------------------------------------------------------",
        "total                                                  290         12,640",
    ]


@pytest.mark.parametrize(
    ("make", "shape", "expected"),
    [
        (lambda nn: nn.Conv1d(3, 6, 5, groups=3), (2, 3, 9), 2 * 6 * 5 * 5),
        (lambda nn: nn.ConvTranspose2d(3, 6, 2, stride=2), (2, 3, 4, 4), 2 * 3 * 16 * 6 * 4),
        (lambda nn: nn.LSTM(3, 5, batch_first=True), (2, 7, 3), 2 * 7 * 4 * 5 * (3 + 5)),
        (lambda nn: nn.GRU(3, 5, num_layers=2), (7, 2, 3), 7 * 2 * 3 * 5 * (3 + 5 + 5 + 5)),
        (lambda nn: nn.RNN(3, 5, bidirectional=True), (7, 2, 3), 7 * 2 * 2 * 5 * (3 + 5)),
        (lambda nn: nn.LSTMCell(3, 5), (2, 3), 2 * 4 * 5 * (3 + 5)),
        (lambda nn: nn.Linear(3, 4), (2, 5, 6, 3), 2 * 5 * 6 * 12),
        (lambda nn: nn.LayerNorm(3), (2, 3), 0),
        (lambda nn: nn.PReLU(), (2, 3), 0),
    ],
)
@pytest.mark.parametrize("L", [lw, torch])
def test_multiply_adds(L, make, shape, expected):
    module = make(L.nn)
    (row,) = shapes(module, np.zeros(shape, "float32"))
    assert row.multiply_adds == expected
    assert row.parameters == sum(math.prod(p.shape) for p in module.parameters())


@pytest.mark.parametrize("L", [lw, torch])
def test_attention_is_one_layer_in_both_libraries(L):
    attention = L.nn.MultiheadAttention(8, 2, batch_first=True)
    q, k = L.zeros(3, 5, 8), L.zeros(3, 6, 8)
    (row,) = shapes(attention, q, k, k)
    projections, products = 3 * (5 * 64 + 6 * 64 + 6 * 64 + 5 * 64), 2 * 3 * 5 * 6 * 8
    assert row == LayerShape(
        "MultiheadAttention", "MultiheadAttention", (3, 5, 8), (3, 5, 8), 288, projections + products
    )
    rows = shapes(L.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), np.zeros((3, 5, 8), "float32"))
    assert [row.name for row in rows if row.multiply_adds] == ["self_attn", "linear1", "linear2"]
    assert rows.parameters == sum(row.parameters for row in rows)


class Odd:
    """A layer called twice, one never called, and a module with a parameter of its own."""

    @staticmethod
    def make(L):
        class Net(L.nn.Module):
            def __init__(self):
                super().__init__()
                self.unused = L.nn.Linear(7, 7)
                self.shared = L.nn.Linear(4, 4)
                self.tied = L.nn.Linear(4, 4)
                self.tied.weight = self.shared.weight
                self.scale = L.nn.Parameter(L.tensor(2.0))

            def forward(self, x):
                return self.scale * self.tied(self.shared(self.shared(x)))

        return Net()


@pytest.mark.parametrize("L", [lw, torch])
def test_layers_that_are_called_twice_never_or_share(L):
    rows = shapes(Odd.make(L), np.zeros((2, 4), "float32"))
    assert {row.name: (row.calls, row.multiply_adds) for row in rows} == {
        "shared": (2, 64),
        "tied": (1, 32),
        "Net": (1, None),
        "unused": (0, None),
    }
    assert rows.parameters == 56 + 20 + 4 + 1
    text = repr(rows)
    assert "shared (x2)" in text
    assert "not called" in text
    assert "at least 96" in text


@pytest.mark.parametrize("L", [lw, torch])
def test_the_model_is_left_as_it_was(L):
    model = L.nn.Sequential(L.nn.BatchNorm1d(3), L.nn.Dropout(0.5), L.nn.Linear(3, 2))
    model[0].eval()
    shapes(model, np.ones((4, 3), "float32"))
    assert [module.training for module in model] == [False, True, True]
    assert not np.asarray(model.state_dict()["0.running_mean"]).any()
    assert not getattr(model[2], "_hooks", None)
    assert not getattr(model[2], "_forward_hooks", None)
    with pytest.raises((RuntimeError, ValueError)):
        shapes(model, np.ones((4, 5), "float32"))
    assert [module.training for module in model] == [False, True, True]
    assert not getattr(model[2], "_hooks", None)
    assert not getattr(model[2], "_forward_hooks", None)


@pytest.mark.parametrize("L", [lw, torch])
def test_tokens(L):
    model = L.nn.Sequential(L.nn.Embedding(10, 4), L.nn.Linear(4, 2))
    assert [row.output for row in shapes(model, np.zeros((3, 6), int))] == [(3, 6, 4), (3, 6, 2)]


def test_a_model_it_must_be():
    with pytest.raises(TypeError, match=r"shapes\(\): model must be a module"):
        shapes(lambda x: x, np.zeros(3))
