"""Pages for the instructor. They hold what students have written, so nothing in them may act: every value is
escaped by the template engine, and a policy in the page's head forbids scripts, requests and other styles."""

import base64
import functools
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from . import spreadsheet


@functools.cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("proctor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
    templates.globals["style"] = Markup(style)
    code = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    templates.globals["policy"] = (
        f"default-src 'none'; style-src 'sha256-{code}'; base-uri 'none'; form-action 'none'"
    )
    templates.filters["number"] = spreadsheet.number
    templates.filters["percent"] = lambda share: "–" if share is None else f"{share:.0%}"
    return templates


def write(path: Path, template: str, **values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _templates().get_template(template).render(values)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
