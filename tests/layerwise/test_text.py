"""Text and names, and the numbers of their characters."""

from pathlib import Path

import numpy as np
import pytest

import layerwise as lw
from layerwise.data.prose import of_folder, prose

BOOK = Path(__file__).parents[2] / "book"
PAGE = """---
kernelspec:
  name: python3
---

(sec-neuron)=
# A neuron

A {term}`neuron` *fires* when its **sum** is large. See {ref}`sec-other`. In
{ref}`the next chapter <sec-next>` it learns.
The sum is $\\w\\T\\x + b$, says {cite}`rosenblatt1958perceptron`.
Let $x$ be one.

```{code-cell} ipython3
---
tags: [hide-input]
---
print("Code is not language.")
```

$$
y = x.
$$ (eq-neuron)

:::{admonition} Note
:class: tip
Use `nn.Linear` or [the library](https://example.org/a_b).
:::

| a | table. |
|---|--------|

- One item.
- Another
  item. Ünïcode is rare.

No full stop
"""


def test_prose_is_what_one_would_read_aloud():
    assert prose(PAGE) == [
        "A neuron fires when its sum is large. In the next chapter it learns. Let x be one.",
        "Use nn.Linear or the library.",
        "One item.",
        "Another item.",
    ]


def test_of_folder_goes_through_all_pages(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "page.md").write_text("Second.\n\nThird.\n")
    (tmp_path / "a.md").write_text("# Title\n\nFirst.\n")
    (tmp_path / "a.txt").write_text("Not this.\n")
    assert of_folder(tmp_path) == "First.\nSecond.\nThird.\n"
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        of_folder(tmp_path / "nowhere")


def test_the_corpus_is_made_from_the_chapters():
    """It need not be of today, since what is learned from it would change with every word; but nearly so."""
    training, validation = (part.splitlines() for part in lw.data.corpus())
    now = of_folder(BOOK)
    known = set(now.splitlines())
    still = [paragraph in known for paragraph in training + validation]
    assert np.mean(still) > 0.7, "much of the corpus has been rewritten since: run 'make corpus'"
    length = sum(map(len, training + validation))
    assert length > len(now) / 3, "the book has grown far beyond the corpus: run 'make corpus'"


def test_the_parts_of_the_corpus():
    training, validation = lw.data.corpus()
    lines = (Path(lw.data.__file__).parent / "corpus.txt").read_text("utf-8").splitlines()
    assert len(training.splitlines()) + len(validation.splitlines()) == len(lines)
    assert validation.splitlines() == lines[9::10]
    assert training.endswith(".\n")
    vocabulary = lw.data.Characters([training, validation]).vocabulary
    assert vocabulary.isascii()
    assert len(vocabulary) < 80
    assert len(training) > 8000


def test_characters():
    text = "to be, or not to be\n"
    characters = lw.data.Characters(text)
    assert characters.vocabulary == "\n ,benort"
    assert len(characters) == 9
    codes = characters.encode(text)
    assert codes.dtype == np.int64
    assert codes[:3].tolist() == [8, 6, 1]
    assert characters.decode(codes) == text
    assert characters.decode(lw.data.Characters(text).encode("")) == ""
    assert lw.data.Characters(["to be,", " or not\n"]).vocabulary == characters.vocabulary
    assert repr(lw.data.Characters("ba")) == "Characters('ab')"


def test_next_characters():
    codes = np.arange(10)
    x, y = lw.data.next_characters(codes, 4)
    assert x.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert np.array_equal(y, x + 1)
    x, y = lw.data.next_characters(codes, 4, step=1)
    assert x.shape == (6, 4)
    assert x[-1].tolist() == [5, 6, 7, 8]
    assert y[-1].tolist() == [6, 7, 8, 9]
    assert lw.data.next_characters(codes, 9)[0].shape == (1, 9)
    x[:] = -1  # they are arrays of their own
    assert codes.min() == 0


def test_surnames():
    names, y, languages = lw.data.surnames()
    assert len(names) == len(y) == len(set(zip(names, y.tolist(), strict=True)))  # no row twice
    counts = np.bincount(y)
    assert len(languages) == len(counts) == 19
    assert list(languages) == sorted(languages)
    assert counts.min() >= 80
    assert counts.max() < 2 * counts.min()
    assert all(name == name.strip() and name[0].isalpha() and len(name) > 1 for name in names)
    folded = [lw.data.ascii_fold(name) for name in names]
    assert all(name.isascii() for name in folded)
    signs = " '-"
    assert all(name.translate(str.maketrans("", "", signs)).isalpha() for name in folded)
    for name, short in zip(names, folded, strict=True):  # no letter is lost
        assert len(short) == len(name) + name.count("ß")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łoś", "Los"),
        ("Đặng", "Dang"),
        ("Groß", "Gross"),
        ("Işık", "Isik"),
        ("İnce", "Ince"),
        ("Ångström", "Angstrom"),
        ("Ørsted", "Orsted"),
        ("O'Neill-Ó Dónaill", "O'Neill-O Donaill"),
        ("北京 a", " a"),
    ],
)
def test_ascii_fold(text, folded):
    assert lw.data.ascii_fold(text) == folded


def test_languages_can_be_told_from_the_letters():
    """Naive Bayes on pairs of letters: far better than the largest class, and far from perfect."""
    names, y, _ = lw.data.surnames()
    training, test = lw.data.stratified_split(y, (0.8, 0.2))
    pairs = [{a + b for a, b in zip(f"^{name}", f"{name}$", strict=True)} for name in map(str.lower, names)]
    number = {pair: k for k, pair in enumerate(sorted(set().union(*pairs)))}
    x = np.zeros((len(names), len(number)))
    for row, present in zip(x, pairs, strict=True):
        row[[number[pair] for pair in present]] = 1
    counts = np.eye(19)[y[training]].T @ x[training] + 0.1  # (languages, pairs)
    score = x[test] @ np.log(counts / counts.sum(axis=1, keepdims=True)).T
    right = np.mean(score.argmax(axis=1) == y[test])
    assert 0.6 < right < 0.95


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lw.data.Characters("ab").encode("abc"), r"encode\(\): 'c', character 2 of the text"),
        (lambda: lw.data.Characters("ab").decode([2]), r"decode\(\): codes must be from 0 to 1, got \[2\]"),
        (lambda: lw.data.Characters("ab").decode([-1]), r"decode\(\): codes must be from 0 to 1, got \[-1\]"),
        (lambda: lw.data.Characters("ab").decode([0.5]), r"decode\(\): codes must be integers .* float64"),
        (lambda: lw.data.Characters("ab").decode(0), r"decode\(\): codes must be integers .* \(\)"),
        (lambda: lw.data.next_characters([0, 1, 2], 3), r"next_characters\(\): length .* 3 codes, got 3"),
        (lambda: lw.data.next_characters([0, 1, 2], 0), r"next_characters\(\): length .* got 0"),
        (lambda: lw.data.next_characters([0, 1, 2], 1, step=0), r"next_characters\(\): step .* got 0"),
        (lambda: lw.data.next_characters([[0, 1]], 1), r"next_characters\(\): codes .* got int64 \(1, 2\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
