"""Text, and characters as numbers."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]


class Corpus(NamedTuple):
    """A text in two parts: `training` and `validation`.

    >>> import layerwise as lw
    >>> lw.data.corpus()._fields
    ('training', 'validation')
    """

    training: str
    validation: str


def corpus() -> Corpus:
    """The sentences of this book's own chapters, one paragraph a line, without code and formulas.

    Every tenth paragraph is for validation. The text comes with the library, so that it is the same wherever
    it is installed; `make corpus` takes it from the chapters anew.

    >>> import layerwise as lw
    >>> training, validation = lw.data.corpus()
    >>> 0.8 < len(training) / len(training + validation) < 0.98
    True
    >>> "perceptron" in training
    True
    """
    paragraphs = (Path(__file__).parent / "corpus.txt").read_text("utf-8").splitlines(keepends=True)
    validation = paragraphs[9::10]
    training = [paragraph for i, paragraph in enumerate(paragraphs) if i % 10 != 9]
    return Corpus("".join(training), "".join(validation))


class Characters:
    """The characters of a text, numbered in alphabetical order.

    text: a text, or several, that contain every character which is to have a number.

    `vocabulary` is the string of all of them; `len()` says how many there are.

    >>> import layerwise as lw
    >>> characters = lw.data.Characters("hello")
    >>> characters.vocabulary, len(characters)
    ('ehlo', 4)
    >>> characters.encode("hole")
    array([1, 3, 2, 0])
    >>> characters.decode([1, 3, 2, 0])
    'hole'
    """

    def __init__(self, text: str | Iterable[str]) -> None:
        self.vocabulary = "".join(sorted(set().union(*text)))
        self._code = {character: code for code, character in enumerate(self.vocabulary)}

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __repr__(self) -> str:
        return f"Characters({self.vocabulary!r})"

    def encode(self, text: str) -> Codes:
        """The numbers (length,) of a text's characters."""
        try:
            return np.array([self._code[character] for character in text], np.int64)
        except KeyError as error:
            place = text.index(error.args[0])
            raise ValueError(
                f"encode(): {error.args[0]!r}, character {place} of the text, is not in the vocabulary"
            ) from None

    def decode(self, codes: npt.ArrayLike) -> str:
        """The text whose characters have these numbers (length,)."""
        codes = np.asarray(codes)
        if codes.ndim != 1 or (codes.size and codes.dtype.kind not in "iu"):
            raise ValueError(f"decode(): codes must be integers (length,), got {codes.dtype} {codes.shape}")
        if ((codes < 0) | (codes >= len(self))).any():
            raise ValueError(f"decode(): codes must be from 0 to {len(self) - 1}, got {codes}")
        return "".join(self.vocabulary[code] for code in codes)


def next_characters(codes: npt.ArrayLike, length: int, step: int | None = None) -> tuple[Codes, Codes]:
    """Pieces of a long sequence, and for each of their characters the one that follows it.

    codes: the sequence, integers (characters,).
    length: the length of a piece.
    step: from where one piece starts to where the next one does; `length`, one after the other, if left out.
        What is too short for a piece at the end is left out.

    Returns x and y, (pieces, length): y is x, one character later.

    >>> import layerwise as lw
    >>> x, y = lw.data.next_characters([0, 1, 2, 3, 4, 5, 6], length=3)
    >>> x.tolist(), y.tolist()
    ([[0, 1, 2], [3, 4, 5]], [[1, 2, 3], [4, 5, 6]])
    """
    codes = np.asarray(codes)
    if codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise ValueError(f"next_characters(): codes must be integers (n,), got {codes.dtype} {codes.shape}")
    if not 1 <= length < len(codes):
        raise ValueError(
            f"next_characters(): length must be from 1 to less than the {len(codes)} codes, got {length}"
        )
    if step is not None and step < 1:
        raise ValueError(f"next_characters(): step must be at least 1, got {step}")
    pieces = np.lib.stride_tricks.sliding_window_view(codes, length + 1)[:: step or length]
    return pieces[:, :-1].astype(np.int64), pieces[:, 1:].astype(np.int64)
