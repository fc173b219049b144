"""What the theme's pages lack: they ask nothing of the network, run no script that fails, offer a notebook.

The theme is used as it is; the few things that are wrong with it are mended in the HTML that it writes, each
named with its reason in MENDED, and the tests open the built pages to see that none is left.
"""

import html
import json
import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docutils import nodes
from download import Numbers, is_code_cell, notebook
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

# Scripts and styles that a page loads only when its body has what they are for.
NEEDED_FOR = {
    "thebe": "(?!)",  # never: it runs cells on a server, and declares its address twice, which is an error
    "sphinx-design": 'class="[^"]*sd-',
    "design-tabs": 'class="[^"]*sd-tab',
    "toggle": 'class="[^"]*(toggle|dropdown)',
    "copybutton": 'class="highlight',
    "clipboard": 'class="highlight',
    "mystnb": 'class="[^"]*cell',
    "proof.css": 'class="proof',
    "exercise.css": 'class="(exercise|solution)',
    "quiz": 'class="quiz"',
    "figures/": "data-figure",
    "progress.js": "data-progress-chapter|data-quiz",
}

MENDED = [
    # A megabyte and a half to draw twenty icons: book.css draws them.
    (
        re.compile(
            r"\s*<!-- So that users can add custom icons -->\s*<script [^>]*fontawesome\.js[^>]*></script>"
        ),
        "",
    ),
    # These name a control otherwise than the text in it, which who speaks to the browser reads out.
    (re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"'), r"\1"),
    (re.compile(r'<summary aria-label="[^"]*"'), "<summary"),
    # Everything on a page stands in a landmark.
    (
        re.compile(r'<div id="pst-primary-sidebar"'),
        '<div id="pst-primary-sidebar" role="complementary" aria-label="Book"',
    ),
    (re.compile(r'<dialog id="pst-search-dialog"'), '<dialog id="pst-search-dialog" aria-label="Search"'),
    # "auto" is no theme: till the theme's script has run, or without it, the page has no colors.
    (re.compile(r'(<html [^>]*data-theme=)"auto"'), r'\1"light"'),
    (
        re.compile(r'(dataset\.theme = localStorage\.getItem\("theme"\) \|\|) "auto"'),
        r'\1 (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
    ),
    # Roles that are no longer, or not here, what a browser expects.
    (re.compile(r'(<div [^>]*class="citation") ([^>]*)role="doc-biblioentry"'), r"\1 \2"),
    (re.compile(r'<div role="list" class="citation-list"'), '<div class="citation-list"'),
    # The same id for every theorem, exercise and solution.
    (re.compile(r'(<section[^>]*?) id="(?:proof|exercise|solution)-content"'), r"\1"),
    # A file to keep, not one to look at.
    (re.compile(r'(class="btn btn-sm btn-download-(?:notebook|source)-button)'), r"download \1"),
]
# The index of the whole book, of use on the search page alone, to which every search leads.
SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js"></script>')


def mend(page: str, is_search: bool) -> str:
    for fault, repair in MENDED:
        page = fault.sub(repair, page)
    return page if is_search else SEARCH.sub("", page)


def configure(app: Sphinx, config: Config) -> None:
    """What depends on where the book is built; and nothing of sphinx-thebe, which Jupyter Book loads."""
    options = config.html_theme_options
    if repository := os.environ.get("GITHUB_REPOSITORY"):  # a fork's pages lead to the fork
        options["repository_url"] = f"https://github.com/{repository}"
    options["path_to_docs"] = Path(app.srcdir).name
    options["primary_sidebar_end"] = []  # the theme's is a place for advertisements
    # Light or dark as the reader's system is; the theme's own default, "", is one that it does not know.
    config.html_context["default_mode"] = "auto"
    for name, meaning in config.katex_macros.items():
        if "#" in meaning:
            raise ConfigError(
                f"katex_macros: {name} takes arguments, which a chapter's notebook cannot be given"
            )
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]


def mend_pages(app: Sphinx) -> None:
    """Every page that the builder writes passes through `mend`."""
    if app.builder.format != "html":
        return
    render: Callable[[str, dict[str, Any]], str] = app.builder.templates.render

    def render_mended(template: str, context: dict[str, Any]) -> str:
        return mend(render(template, context), is_search=context.get("pagename") == "search")

    app.builder.templates.render = render_mended


def load_only_what_is_needed(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    body = context.get("body", "")
    for assets in (context["script_files"], context["css_files"]):
        assets[:] = [asset for asset in assets if is_needed(asset, body)]


def is_needed(asset: Any, body: str) -> bool:
    name = f"{asset.filename} {asset.attributes.get('body', '')}"
    return all(re.search(use, body) for part, use in NEEDED_FOR.items() if part in name)


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """What a search engine shows below the title: the page's first paragraph, as far as it fits."""
    paragraphs = doctree.findall(nodes.paragraph) if doctree else []
    for paragraph in paragraphs:
        if isinstance(paragraph.parent, nodes.section) and len(paragraph.astext()) > 40:
            text = textwrap.shorten(paragraph.astext(), 160, placeholder=" …")
            context["metatags"] += f'\n<meta name="description" content="{html.escape(text)}" />'
            return


def offer_notebook(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Beside the page's source, under the theme's download button: the same as a notebook without outputs."""
    if doctree is None or not any(is_code_cell(node) for node in doctree.findall(nodes.container)):
        return
    executed = json.loads(
        (Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb").read_text(encoding="utf-8")
    )
    made = notebook(doctree, executed, introduction(app, page), app.config.katex_macros, numbers(app, page))
    target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(made, indent=1, ensure_ascii=False), encoding="utf-8")
    context["ipynb_source"] = f"{page}.ipynb"


def introduction(app: Sphinx, page: str) -> str:
    repository = app.config.html_theme_options.get("repository_url", "")
    base = app.config.html_baseurl
    book = (
        f"[*{app.config.html_title}*]({base.rstrip('/')}/{page}.html)"
        if base
        else f"*{app.config.html_title}*"
    )
    return (
        f"A chapter of {book}, as a notebook. It runs where what its cells import is installed:\n\n"
        f'```sh\npip install matplotlib scikit-learn "layerwise[torch] @ git+{repository}"\n```'
    )


def numbers(app: Sphinx, page: str) -> Numbers:
    """What the page calls its equations, figures, theorems: "1.3"."""
    of_page = app.env.toc_fignumbers.get(page, {})

    def number(kind: str, node: nodes.Element) -> str:
        return ".".join(map(str, of_page.get(kind, {}).get(node["ids"][0], ()))) if node["ids"] else ""

    return number


def pack_images(app: Sphinx, error: Exception | None) -> None:
    """A plot has few colors: with a palette of 256 its file is a third, and looks the same."""
    if error is not None or app.builder.format != "html":
        return
    for path in (Path(app.outdir) / "_images").glob("*.png"):
        with Image.open(path) as image:
            alpha = image.convert("RGBA").getchannel("A")
            if image.mode in ("RGB", "RGBA") and alpha.getextrema() == (255, 255):
                packed = image.convert("RGB").quantize(256, kmeans=2, dither=Image.Dither.NONE)
                packed.save(path, optimize=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", configure, priority=900)
    app.connect("builder-inited", mend_pages)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", offer_notebook, priority=400)  # before the theme makes its buttons
    app.connect("html-page-context", load_only_what_is_needed, priority=900)  # after all that add something
    app.connect("build-finished", pack_images)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
