"""A Sphinx that builds a small book for a test."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils


@dataclass
class Built:
    html: Path
    warnings: str

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.html / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """`build({"book/index.md": text}, extensions, **config)` writes these files and builds the book."""

    def build_book(files: Mapping[str, str], extensions: list[str], **config: Any) -> Built:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        html = tmp_path / "_build" / "html"
        config = {
            "extensions": extensions,
            "html_theme": "basic",
            "myst_enable_extensions": MYST,
            # Said here: Sphinx's default is one dictionary, which every build of a process writes into.
            "source_suffix": {".md": "myst-nb" if "myst_nb" in extensions else "markdown"},
        } | config
        warnings = io.StringIO()
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                srcdir=tmp_path / "book",
                confdir=None,
                outdir=html,
                doctreedir=tmp_path / "_build" / "doctrees",
                buildername="html",
                confoverrides=config,
                status=None,
                warning=warnings,
            )
            app.build()
        return Built(html, warnings.getvalue())

    return build_book


MYST = ["amsmath", "colon_fence", "dollarmath"]
