"""Nothing that a student has written or displayed acts in the browser of who reads the feedback.

Outputs are sanitized by nbconvert, when told to. It leaves: Markdown, which may hold any HTML; images whose
data are no image; raw cells that call themselves HTML; the state of widgets.
"""

import re
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
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
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


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
        return nb, resources


def _forged(kind: str, value: Any) -> bool:
    """An image that would end the attribute it is put into, or a widget."""
    if kind.startswith("image/") and kind != "image/svg+xml":
        return not (isinstance(value, str) and BASE64.fullmatch(value))
    return "widget" in kind or "javascript" in kind


class HarmlessHTML(HTMLExporter):
    """HTMLExporter, with the HTML of Markdown cleaned."""

    @pass_context
    def markdown2html(self, context: Any, source: Any) -> str:
        html = super().markdown2html(context, source)
        attributes = {**bleach.ALLOWED_ATTRIBUTES, "*": ["class", "id"]}
        return str(bleach.clean(html, tags=MARKDOWN, attributes=attributes))
