"""Nothing that a student has written or displayed acts in the browser of who reads the feedback.

Outputs are sanitized by nbconvert, when told to. It leaves: Markdown, which may hold any HTML; images whose
data are no image, or whose width is more than a number; diagrams; raw cells that call themselves HTML; the
state of widgets.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML, clean_html
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

# What Markdown makes. nbconvert's own list is for outputs: it has no paragraphs.
MARKDOWN = {
    *bleach.ALLOWED_TAGS,
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "del",
    "sup",
    "sub",
    "pre",
}
MARKDOWN |= {"div", "span", "table", "thead", "tbody", "tr", "th", "td"}
MARKDOWN |= {"details", "summary"}  # a hint to unfold
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
CELLS = 1000  # texts that are remembered: most cells are the same throughout a class
ALT = '<img alt="No description has been provided for this image" '  # nbconvert's words


class Harmless(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        nb.metadata.pop("widgets", None)
        for cell in nb.cells:
            cell.metadata.pop("raw_mimetype", None)
            cell.metadata.pop("format", None)
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                for kind in [kind for kind in data if _forged(kind, data[kind])]:
                    del data[kind]
                if "metadata" in output:
                    output.metadata = _sizes(output.metadata)
        return nb, resources


def _forged(kind: str, value: Any) -> bool:
    """An image that would end the attribute it is put into, or what is put into the page as it stands."""
    if kind.startswith("image/") and kind != "image/svg+xml":
        return not (isinstance(value, str) and BASE64.fullmatch(value))
    return any(name in kind for name in ("widget", "javascript", "mermaid"))


def _sizes(metadata: Any) -> dict[str, dict[str, int | float]]:
    """Of what is said about an output, images' width and height: they stand in a tag, without quotes."""
    return {
        kind: {name: about[name] for name in ("width", "height") if type(about.get(name)) in (int, float)}
        for kind, about in metadata.items()
        if isinstance(about, dict)
    }


class HarmlessHTML(HTMLExporter):
    """HTMLExporter, with the HTML of Markdown cleaned; and several times faster on a class."""

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "clean_html", lru_cache(CELLS)(clean_html)
        self._clean = lru_cache(CELLS)(_clean)
        self._highlight = lru_cache(CELLS)(self._highlighted)

    def from_notebook_node(  # type: ignore[override]  # as HTMLExporter's: a page, no notebook
        self, nb: NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[str, Any]:
        """As HTMLExporter does, which then reads the whole page again to describe images. They are the
        template's own, and easily found: HTML that was cleaned has no `<img`, nor has text.
        """
        about = nb.metadata.get("language_info", {})
        language = str(about.get("pygments_lexer", about.get("name")) or "ipython3")

        def highlight(source: str, language: str = language, metadata: Any = None) -> str:
            return self._highlight(source, language, str((metadata or {}).get("magics_language") or ""))

        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        shown = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("highlight_code", highlight)  # type: ignore[no-untyped-call]
        self.register_filter("filter_data_type", shown)  # type: ignore[no-untyped-call]
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        return page.replace("<img ", ALT), resources

    def _highlighted(self, source: str, language: str, magics: str) -> str:
        highlight = Highlight2HTML(pygments_lexer=language, parent=self)
        return str(highlight(source, metadata={"magics_language": magics} if magics else {}))

    @pass_context
    def markdown2html(self, context: Any, source: Any) -> str:
        return self._clean(super().markdown2html(context, source))


def _clean(html: str) -> str:
    attributes = {**bleach.ALLOWED_ATTRIBUTES, "*": ["class", "id"]}
    return str(bleach.clean(html, tags=MARKDOWN, attributes=attributes))
