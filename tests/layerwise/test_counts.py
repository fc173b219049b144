"""A training step costs what it did: counts that no clock and no other process can change.

The numbers that the tape gives out; the arrays of a kilobyte or more that NumPy allocates, their bytes (each
is written at least once: what is copied counts), and the bytes that are held at most at a time. Seconds are
for `benchmarks/`.

When a step needs less than here, lower the numbers: `pytest tests/layerwise/test_counts.py -s` prints them.
"""

from collections.abc import Callable

import numpy as np
import pytest

import layerwise as lw
from layerwise import nn

from .allocations import Counts, counted

BATCH = 64


def mlp() -> tuple[nn.Module, lw.Tensor]:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    return model, images()


def cnn() -> tuple[nn.Module, lw.Tensor]:
    model = nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(128, 10)),
    )
    return model, images()


def lstm() -> tuple[nn.Module, lw.Tensor]:
    class Rows(nn.Module):
        """Reads a digit row by row."""

        def __init__(self) -> None:
            super().__init__()
            self.lstm, self.head = nn.LSTM(8, 32, batch_first=True), nn.Linear(32, 10)

        def forward(self, x: lw.Tensor) -> lw.Tensor:
            _, (h, _) = self.lstm(x[:, 0])
            return self.head(h[-1])

    return Rows(), images()


def gpt() -> tuple[nn.Module, lw.Tensor]:
    class Last(nn.Module):
        """A GPT of one block that names the digit after the last of 16 tokens."""

        def __init__(self) -> None:
            super().__init__()
            self.gpt = lw.models.GPT(10, 16, layers=1, heads=4, width=32)

        def forward(self, x: lw.Tensor) -> lw.Tensor:
            return self.gpt(x)[:, -1]

    return Last(), lw.tensor(np.random.default_rng(1).integers(0, 10, (BATCH, 16)))


def images() -> lw.Tensor:
    return lw.tensor(np.random.default_rng(1).standard_normal((BATCH, 1, 8, 8), np.float32))


def training_step(make: Callable[[], tuple[nn.Module, lw.Tensor]]) -> Callable[[], None]:
    model, x = make()
    y = lw.tensor(np.random.default_rng(2).integers(0, 10, BATCH))
    optimizer = lw.optim.Adam(model.parameters(), lr=1e-3)

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    step()  # the first makes the optimizer's state
    return step


def numbers_used(step: Callable[[], None]) -> int:
    """The tape gives a number to each entry, downwards, and one to each parameter that is changed."""

    def number() -> int:
        return (lw.tensor(0.0, requires_grad=True) + 1).entry[0]

    before = number()
    step()
    return before - number() - 1


# of a training step: numbers of the tape, large arrays, kilobytes allocated, kilobytes held at the most
EXPECTED = {
    mlp: (8, 12, 218, 109),
    cnn: (18, 79, 6916, 1282),
    lstm: (17, 57, 1550, 922),
    gpt: (43, 119, 10411, 3216),
}


def measured(step: Callable[[], None]) -> tuple[int, int, int, int]:
    numbers = numbers_used(step)
    with counted() as counts:
        step()
    return numbers, counts.arrays, kilobytes(counts.bytes), kilobytes(counts.peak)


def kilobytes(size: int) -> int:
    return -(-size // 1024)


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_a_training_step_costs_no_more_than_it_did(make):
    names = "numbers of the tape", "large arrays", "kilobytes allocated", "kilobytes at the peak"
    found = measured(training_step(make))
    print(f"\n{make.__name__}: {found}")
    grown = [
        f"{name}: {now}, were {before}"
        for name, now, before in zip(names, found, EXPECTED[make], strict=True)
        if now > before
    ]
    assert not grown, f"a training step of the {make.__name__} needs more: " + "; ".join(grown)


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_the_numbers_are_not_out_of_date(make):
    """A limit far above what is needed would let a step grow unseen."""
    for now, before in zip(measured(training_step(make)), EXPECTED[make], strict=True):
        assert now >= 0.9 * before, f"a step needs {now} where {before} stands here: lower the numbers"


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_nothing_is_kept_from_step_to_step(make):
    step = training_step(make)
    with counted() as one:
        step()
    with counted() as three:
        for _ in range(3):
            step()
    assert (three.arrays, three.bytes) == (3 * one.arrays, 3 * one.bytes)
    assert three.peak <= 1.5 * one.peak  # the old gradients are there while the new ones come


def test_the_counts_are_right():
    a = np.ones((100, 100))
    with counted() as counts:
        b = a + 1  # made
        c = a.T.copy()  # made
        del b
        c += a  # in place
        np.zeros(3)  # small
        np.multiply(a, 2)  # made, when b is gone
    assert counts == Counts(arrays=3, bytes=3 * a.nbytes, peak=2 * a.nbytes)
