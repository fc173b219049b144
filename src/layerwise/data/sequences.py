"""Sequences that can only be answered by remembering what came long ago."""

import numpy as np
import numpy.typing as npt

Seed = int | np.random.Generator


def adding(n: int, length: int, seed: Seed = 0) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The adding problem: two numbers of a long sequence are marked; what is their sum?

    n: how many sequences.
    length: their length, at least 2.

    At every step there is a number, uniform in [0, 1), and a mark, 0 or 1. One step of the first half is
    marked and one of the second. To answer 1 always has a mean squared error of 1/6, the variance of the sum.
    After Hochreiter and Schmidhuber (1997), whose numbers and marks were scaled differently.

    Returns x (n, length, 2), numbers and marks, and y (n, 1), the sums.

    >>> import layerwise as lw
    >>> x, y = lw.data.adding(5, length=100)
    >>> numbers, marks = x[..., 0], x[..., 1]  # (n, length)
    >>> marks.sum(axis=1).tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0]
    >>> bool(np.allclose((numbers * marks).sum(axis=1, keepdims=True), y))
    True
    """
    _at_least("adding", n=(n, 0), length=(length, 2))
    rng = np.random.default_rng(seed)
    x = np.zeros((n, length, 2), np.float32)
    x[..., 0] = rng.random((n, length), np.float32)
    half, row = length // 2, np.arange(n)
    first, second = rng.integers(half, size=n), rng.integers(half, length, size=n)
    x[row, first, 1] = x[row, second, 1] = 1
    y = x[row, first, 0] + x[row, second, 0]
    return x, y[:, np.newaxis]


def copying(
    n: int, delay: int, length: int = 10, symbols: int = 8, seed: Seed = 0
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The copy problem: read a few symbols, wait, and say them when asked.

    n: how many sequences.
    delay: how many steps there are from the last symbol to the sign, at least 1.
    length: how many symbols are to be remembered.
    symbols: how many kinds there are: 1, 2, …, symbols. 0 is the blank, and symbols + 1 is the sign.

        x:  s₁ … s_length   0 … 0   sign   0 … 0        y:  0 … 0   s₁ … s_length

    Who does not remember, but knows when to speak, has a mean cross-entropy of
    length · ln(symbols) / (delay + 2 length). After Hochreiter and Schmidhuber (1997), in the form of
    Arjovsky, Shah and Bengio (2016).

    Returns x and y, both (n, delay + 2 length).

    >>> import layerwise as lw
    >>> x, y = lw.data.copying(1, delay=4, length=3, seed=1)
    >>> x[0].tolist()
    [4, 5, 7, 0, 0, 0, 9, 0, 0, 0]
    >>> y[0].tolist()
    [0, 0, 0, 0, 0, 0, 0, 4, 5, 7]
    """
    _at_least("copying", n=(n, 0), delay=(delay, 1), length=(length, 1), symbols=(symbols, 1))
    secret = np.random.default_rng(seed).integers(1, symbols + 1, (n, length))
    x = np.zeros((n, delay + 2 * length), np.int64)
    y = np.zeros_like(x)
    x[:, :length] = secret
    x[:, length + delay - 1] = symbols + 1
    y[:, -length:] = secret
    return x, y


def _at_least(function: str, **arguments: tuple[int, int]) -> None:
    for name, (value, least) in arguments.items():
        if value < least:
            raise ValueError(f"{function}(): {name} must be at least {least}, got {value}")
