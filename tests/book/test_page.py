"""What is done to the theme's pages, and the notebook that each offers."""

import json
import re

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image, ImageChops, ImageStat
from sphinx.errors import ConfigError

CHAPTER = r"""---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3, language: python}
---
(sec-top)=
# The *title*, & more

See {eq}`rule`, {ref}`sec-end`, {prf:ref}`thm` and {numref}`fig`. The set $\R^d$ costs 5\$ in `code`.[^note]
A [link](https://example.org/page) and another [to the end](sec-end).

[^note]: A note.

$$
a = \R
$$ (rule)

\begin{align}
b &= c \\
d &= e
\end{align}

```{code-cell} ipython3
x = 1
x
```

```{code-cell} ipython3
:tags: [remove-cell]
hidden = 2
```

```{code-cell} ipython3
:tags: [hide-input]
hidden + x
```

## Boxes

```{note}
A note about *it*.
```

````{prf:theorem} Name
:label: thm
It holds.
````

````{prf:proof}
As $\R$ says.
````

````{exercise} Try
:label: ex
Do it.
````

````{solution} ex
:class: dropdown
Done.
````

```{solution-start} ex
```
With code:

```{code-cell} ipython3
"solved"
```

```{solution-end}
```

(sec-end)=
### The end

1. one
2. two

   - deep

| a | b |
|---|---|
| x \| y | $\R$ |

```{figure} picture.png
:name: fig
:alt: A picture.
What it shows.
```

```{raw} html
<b>only the page</b>
```

```python
print("only shown")
```

```{code-cell} ipython3
:tags: [remove-cell]
assert hidden == 2
```
"""
WORDS = "# Words\n\nNo code, no formula. A [link](https://example.org/x).\n"
FILES = {
    "book/index.md": "# Book\n\n```{toctree}\n:numbered:\nchapter\nwords\n```\n",
    "book/chapter.md": CHAPTER,
    "book/words.md": WORDS,
}
EXTENSIONS = [
    *("sphinx_togglebutton", "sphinx_copybutton", "myst_nb", "sphinx_thebe", "sphinx_design"),
    *("sphinx_book_theme", "sphinx_proof", "sphinx_exercise", "katex_static", "page"),
]
CONFIG = {
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "repository_url": "https://github.com/someone/book",
        "use_edit_page_button": True,
        "use_repository_button": True,
    },
    "html_title": "The Book",
    "html_sourcelink_suffix": "",
    "html_math_renderer": "katex_static",
    "katex_macros": {r"\R": r"\mathbb{R}"},
    "nb_execution_mode": "off",
    "numfig": True,
}


@pytest.fixture
def book(build, monkeypatch, tmp_path):
    (tmp_path / "book").mkdir()
    figure = Figure()
    figure.subplots().imshow(np.outer(np.arange(50), np.arange(50)), cmap="coolwarm")
    figure.savefig(tmp_path / "book/picture.png")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    built = build(FILES, EXTENSIONS, **CONFIG)
    assert built.warnings == ""
    return built


def cells(book) -> list[tuple[str, str]]:
    made = json.loads((book.html / "_sources/chapter.ipynb").read_text(encoding="utf-8"))
    nbformat.validate(made)
    assert all(not cell.get("outputs") for cell in made["cells"])
    return [(cell["cell_type"], cell["source"]) for cell in made["cells"]]


def test_notebook_has_every_code_cell_in_its_order(book):
    code = [source for kind, source in cells(book) if kind == "code"]
    assert code == ["x = 1\nx", "hidden = 2", "hidden + x", '"solved"', "assert hidden == 2"]


def test_notebook_reads_as_the_chapter(book):
    texts = [source for kind, source in cells(book) if kind == "markdown"]
    assert texts[0] == (
        "# The *title*, & more\n\n"
        "A chapter of *The Book*, as a notebook. It runs where what its cells import is installed:\n\n"
        "```sh\n"
        'pip install matplotlib scikit-learn "layerwise[torch] @ git+https://github.com/someone/book"\n'
        "```\n\n"
        "See (1.1), The end, Theorem 1.1 and Fig. 1.1. The set $\\mathbb{R}^d$ costs 5\\$ in `code`.[1]\n"
        "A [link](https://example.org/page) and another to the end.\n\n"
        "$$\na = \\mathbb{R}\n\\tag{1.1}\n$$\n\n"
        "$$\n\\begin{align*}\nb &= c \\\\\nd &= e\n\\tag{1.2}\n\\end{align*}\n$$"
    )
    assert texts[1] == (
        "## Boxes\n\n"
        "> **Note**\n> \n> A note about *it*.\n\n"
        "> **Theorem 1.1 (Name)**\n> \n> It holds.\n\n"
        "> Proof. As $\\mathbb{R}$ says.\n\n"
        "> **Exercise 1.1 (Try)**\n> \n> Do it.\n\n"
        "<details><summary><b>Solution to Exercise 1.1 (Try)</b></summary>\n\nDone.\n\n</details>\n\n"
        "**Solution to Exercise 1.1 (Try)**\n\n"
        "With code:"
    )
    assert texts[2] == (
        "### The end\n\n"
        "1. one\n2. two\n\n   - deep\n\n"
        "| a | b |\n| --- | --- |\n| x \\| y | $\\mathbb{R}$ |\n\n"
        "*Figure 1.1: What it shows.*\n\n"
        '```python\nprint("only shown")\n```\n\n'
        "---\n\n"
        "[1] A note."
    )
    assert len(texts) == 3


def test_download_buttons(book):
    def downloads(name):
        links = book.page(name).select(".dropdown-download-buttons a[download]")
        return {link["href"] for link in links}

    assert downloads("chapter") == {"_sources/chapter.ipynb", "_sources/chapter.md"}
    assert downloads("words") == {"_sources/words.md"}


def test_same_chapter_same_notebook(book, build):
    before = (book.html / "_sources/chapter.ipynb").read_bytes()
    build({"book/chapter.md": CHAPTER}, EXTENSIONS, **CONFIG)
    assert (book.html / "_sources/chapter.ipynb").read_bytes() == before


def assets(page) -> str:
    """The names of all scripts and style sheets that a page loads."""
    found = [script.get("src", "") for script in page.select("script")]
    found += [link["href"] for link in page.select("link[rel=stylesheet]")]
    return " ".join(found)


def test_nothing_is_loaded_in_vain(book):
    chapter, words = assets(book.page("chapter")), assets(book.page("words"))
    for name in ("mystnb", "copybutton", "clipboard", "togglebutton", "proof.css", "exercise.css", "katex"):
        assert name in chapter
        assert name not in words
    for name in ("thebe", "fontawesome", "searchindex", "sphinx-design", "design-tabs"):
        assert name not in chapter + words
    assert "searchindex.js" in assets(book.page("search"))
    assert "thebe" not in str(book.page("chapter")).lower()


def test_theme_is_mended(book):
    for name in ("chapter", "words", "search"):
        page = book.page(name)
        assert page.html["data-theme"] == "light"
        assert "prefers-color-scheme: dark" in str(page.head)  # else "auto" till the theme's script has run
        assert page.body["data-default-mode"] == "auto"
        assert page.select_one("#pst-primary-sidebar[role=complementary][aria-label]")
        assert page.select_one("#pst-search-dialog[aria-label]")
        assert page.select("button.search-button-field")
        assert not page.select("button.search-button-field[aria-label], summary[aria-label]")
        assert not page.select("#ethical-ad-placement")
        ids = [element["id"] for element in page.select("[id]")]
        assert sorted(ids) == sorted(set(ids))
    assert book.page("chapter").select("details summary")


def test_images_are_packed_and_look_the_same(book, tmp_path):
    original, packed = tmp_path / "book/picture.png", book.html / "_images/picture.png"
    assert packed.stat().st_size < 0.7 * original.stat().st_size
    with Image.open(original) as before, Image.open(packed) as after:
        difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
    assert max(ImageStat.Stat(difference).rms) < 1  # of 255


def test_a_macro_that_a_notebook_cannot_have_is_an_error(build):
    with pytest.raises(ConfigError, match=r"katex_macros: \\norm takes arguments"):
        build({"book/index.md": "# Book\n"}, EXTENSIONS, **CONFIG | {"katex_macros": {r"\norm": r"\|#1\|"}})


@pytest.mark.parametrize(
    ("environment", "repository"),
    [
        ({}, "https://github.com/someone/book"),
        ({"GITHUB_REPOSITORY": "fork/copy"}, "https://github.com/fork/copy"),
    ],
)
def test_edit_button_leads_to_the_repository_that_builds(build, monkeypatch, environment, repository):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    page = build({"book/index.md": "# Book\n"}, EXTENSIONS, **CONFIG).page("index")
    buttons = {link["href"] for link in page.select(".dropdown-source-buttons a")}
    assert repository in buttons
    assert any(re.fullmatch(rf"{repository}/edit/\w+/book/index\.md", link) for link in buttons)
