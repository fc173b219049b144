"""A chapter as a notebook to download: its code cells as they are, between them its text as plain Markdown.

The text is written from what Sphinx made of the chapter: references and numbers are those of the page; what
only the page can show (a quiz, an interactive figure) is one line that says so.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from docutils import nodes

Piece = str | int  # a block of Markdown, or a code cell: its place among the cells of the notebook that ran
Numbers = Callable[[str, nodes.Element], str]  # what the page calls its figures, equations, theorems: "1.3"

ESCAPED = re.compile(r"([\\`*_$<\[\]])")
ONLY_ON_THE_PAGE = {
    "Quiz": "*The questions here mark themselves on the chapter's page.*",
    "Figure": "*Here the chapter's page has an interactive figure.*",
    "concept_map_drawing": "*Here the page draws the concept map.*",
}
SILENT = (nodes.raw, nodes.comment, nodes.target, nodes.image, nodes.Invisible, nodes.system_message)


def is_code_cell(node: nodes.Node) -> TypeGuard[nodes.Element]:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def kind_of(node: nodes.Node) -> str:
    """The name of its class, by which the nodes of extensions are told apart."""
    return type(node).__name__


def notebook(
    document: nodes.document,
    executed: Mapping[str, Any],
    introduction: str,
    macros: Mapping[str, str],
    number: Numbers,
) -> dict[str, Any]:
    """`executed` is the notebook that ran for the page."""
    cells: list[dict[str, Any]] = []
    text: list[str] = []

    def add(kind: str, source: str, **keys: Any) -> None:
        cells.append(
            {"cell_type": kind, "id": f"cell-{len(cells)}", "metadata": {}, "source": source, **keys}
        )

    def end_text() -> None:
        if text:
            add("markdown", "\n\n".join(text))
            text.clear()

    code = [place for place, cell in enumerate(executed["cells"]) if cell["cell_type"] == "code"]

    def add_code(last: int) -> None:
        """The cell that the page shows here, after those before it that the page hides."""
        while code and code[0] <= last:
            source = "".join(executed["cells"][code.pop(0)]["source"])
            add("code", source, execution_count=None, outputs=[])

    title, *pieces = Markdown(macros, number).blocks(document.children, 0)
    for piece in (title, introduction, *pieces):
        if isinstance(piece, str):
            text.append(piece)
        else:
            end_text()
            add_code(piece)
    end_text()
    add_code(len(executed["cells"]))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def expand(tex: str, macros: Mapping[str, str]) -> str:
    """The formula without the book's macros (they take no arguments), which a notebook does not know."""
    for name, meaning in macros.items():
        tex = re.sub(re.escape(name) + r"(?![a-zA-Z])", meaning.replace("\\", r"\\"), tex)
    return tex


class Markdown:
    """Sphinx's nodes as Markdown: `blocks` of nodes that stand alone, `inline` of those within a line."""

    def __init__(self, macros: Mapping[str, str], number: Numbers) -> None:
        self.macros = macros
        self.number = number

    def blocks(self, children: Iterable[nodes.Node], level: int) -> Iterator[Piece]:
        """`level` is that of the section that they stand in: a chapter's title has level 1."""
        for child in children:
            yield from self.block(child, level)

    def block(self, node: nodes.Node, level: int) -> Iterator[Piece]:
        if kind_of(node) in ONLY_ON_THE_PAGE:
            yield ONLY_ON_THE_PAGE[kind_of(node)]
        elif isinstance(node, SILENT):
            return
        elif isinstance(node, nodes.section):
            yield from self.blocks(node.children, level + 1)
        elif isinstance(node, nodes.title):
            yield f"{'#' * level} {self.inline(node)}"
        elif is_code_cell(node):
            yield node["cell_index"]
            yield from self.blocks(node.findall(nodes.caption), level)
        elif isinstance(node, nodes.caption):
            number = self.number("figure", node.parent)
            yield f"*{f'Figure {number}: ' if number else ''}{self.inline(node)}*"
        elif isinstance(node, nodes.math_block):
            yield self.math_block(node)
        elif isinstance(node, nodes.literal_block):
            language = node.get("language", "")
            yield f"```{'' if language == 'default' else language}\n{node.astext().rstrip()}\n```"
        elif isinstance(node, nodes.bullet_list | nodes.enumerated_list):
            yield self.items(node, level)
        elif isinstance(node, nodes.definition_list_item):
            term, *definitions = node.children
            yield f"**{self.inline(term)}:** {self.joined(definitions, level)}"
        elif isinstance(node, nodes.footnote):
            label, *content = node.children
            yield f"[{label.astext()}] {self.joined(content, level)}"
        elif isinstance(node, nodes.table):
            yield self.table(node)
        elif kind_of(node) == "proof_node":  # it is no box itself, but has one
            yield from self.blocks(node.children, level)
        elif isinstance(node, nodes.Element) and isinstance(node, nodes.Admonition):
            yield from self.boxed(node, level)
        elif isinstance(node, nodes.block_quote):
            yield quoted(self.joined(node.children, level))
        elif isinstance(node, nodes.transition):
            yield "---"
        elif isinstance(node, nodes.TextElement | nodes.Text):
            yield self.inline(node)
        else:
            yield from self.blocks(node.children, level)

    def joined(self, children: Iterable[nodes.Node], level: int) -> str:
        return "\n\n".join(piece for piece in self.blocks(children, level) if isinstance(piece, str))

    def items(self, node: nodes.Element, level: int) -> str:
        lines = []
        for i, item in enumerate(node.children, node.get("start", 1)):
            bullet = f"{i}. " if isinstance(node, nodes.enumerated_list) else "- "
            hanging = "\n" + " " * len(bullet)
            lines.append(bullet + re.sub(r"\n(?=.)", hanging, self.joined(item.children, level)))
        return "\n".join(lines)

    def boxed(self, node: nodes.Element, level: int) -> Iterator[Piece]:
        """An admonition is a quotation under its title; a folded one folds, unless it holds code cells."""
        children = list(node.children)
        title = self.given_title(node)
        if children and isinstance(children[0], nodes.title):
            title += self.inline(children.pop(0))
        pieces = list(self.blocks(children, level))
        content = "\n\n".join(str(piece) for piece in pieces)
        if any(isinstance(piece, int) for piece in pieces):
            yield from [f"**{title}**", *pieces]
        elif "dropdown" in node["classes"]:
            yield f"<details><summary><b>{title}</b></summary>\n\n{content}\n\n</details>"
        else:
            yield quoted(f"**{title}**\n\n{content}" if title else content)

    def given_title(self, node: nodes.Element) -> str:
        """What the page's writer puts before an admonition's own title: "Theorem 1.1"."""
        if kind := node.get("realtype"):  # of sphinx-proof
            return f"{kind.title()} {self.number(node['countertype'], node)}"
        if node.get("type") == "exercise":  # of sphinx-exercise
            return f"Exercise {self.number('exercise', node)}"
        return ""

    def table(self, node: nodes.table) -> str:
        rows = []
        for row in node.findall(nodes.row):
            cells = [self.joined(entry.children, 0) for entry in row.children]
            rows.append(
                "| " + " | ".join(cell.replace("\n", " ").replace("|", r"\|") for cell in cells) + " |"
            )
        columns = len(next(iter(node.findall(nodes.row))).children)
        rows.insert(1, "|" + " --- |" * columns)
        captions = [f"*{self.inline(title)}*\n\n" for title in node.findall(nodes.title)]
        return "".join(captions) + "\n".join(rows)

    def math_block(self, node: nodes.math_block) -> str:
        tex = expand(node.astext().strip(), self.macros)
        number = self.number("displaymath", node)
        if not number:
            return f"$$\n{tex}\n$$"
        tag = rf"\tag{{{number}}}"
        if "amsmath" not in node["classes"]:
            return f"$$\n{tex}\n{tag}\n$$"
        # An environment that counts by itself: its starred kind does not, and takes our number.
        starred = re.sub(r"\\(begin|end)\{(\w+)\}", r"\\\1{\2*}", tex)
        end = starred.rindex(r"\end")
        return f"$$\n{starred[:end]}{tag}\n{starred[end:]}\n$$"

    def inline(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Text):
            return ESCAPED.sub(r"\\\1", node.astext())
        if isinstance(node, SILENT):
            return ""
        if isinstance(node, nodes.math):
            return f"${expand(node.astext(), self.macros)}$"
        if isinstance(node, nodes.literal):
            return f"`{node.astext()}`"
        if isinstance(node, nodes.footnote_reference):
            return f"[{node.astext()}]"
        inside = "".join(self.inline(child) for child in node.children)
        if isinstance(node, nodes.emphasis):
            return f"*{inside}*"
        if isinstance(node, nodes.strong):
            return f"**{inside}**"
        if isinstance(node, nodes.reference) and re.match("https?:", node.get("refuri", "")):
            return f"[{inside}]({node['refuri']})"
        return inside


def quoted(text: str) -> str:
    return re.sub("^", "> ", text, flags=re.M)
