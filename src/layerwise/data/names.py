"""Surnames, and the languages they come from."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LETTERS = str.maketrans({"ß": "ss", "Đ": "D", "đ": "d", "ı": "i", "Ł": "L", "ł": "l", "Ø": "O", "ø": "o"})


class Surnames(NamedTuple):
    """What `surnames` returns.

    names: the surnames, in the Latin alphabet with their accents.
    y: the language of each (n,), its place in `languages`.
    languages: their names.

    >>> import layerwise as lw
    >>> lw.data.surnames().languages[:4]
    ('Arabic', 'Chinese', 'Czech', 'Dutch')
    """

    names: tuple[str, ...]
    y: npt.NDArray[np.int64]
    languages: tuple[str, ...]


def surnames() -> Surnames:
    """Common surnames of 19 languages, from 105 to 158 of each, written down for this book.

    Few names are in two languages: no classifier can be right on all. Names of other scripts are written in
        Latin
    letters in the usual way, Chinese ones in pinyin without tones.

    >>> import layerwise as lw
    >>> names, y, languages = lw.data.surnames()
    >>> len(names), len(languages)
    (2506, 19)
    >>> languages[y[names.index("Nguyễn")]]
    'Vietnamese'
    """
    _, *rows = (Path(__file__).parent / "surnames.csv").read_text("utf-8").splitlines()
    names, origins = zip(*(row.split(",") for row in rows), strict=True)
    languages, y = np.unique(origins, return_inverse=True)
    return Surnames(names, y.astype(np.int64), tuple(languages.tolist()))


def ascii_fold(text: str) -> str:
    """Letters without their accents; what has no counterpart in ASCII is left out.

    >>> import layerwise as lw
    >>> lw.data.ascii_fold("Dvořák, Weiß, Nguyễn, Wróbel, Yıldız")
    'Dvorak, Weiss, Nguyen, Wrobel, Yildiz'
    """
    import unicodedata

    parted = unicodedata.normalize("NFKD", text.translate(LETTERS))  # é becomes e and an accent
    return parted.encode("ascii", "ignore").decode("ascii")
