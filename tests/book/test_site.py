"""The built book, read as files: no link leads nowhere, nothing comes from elsewhere, no page is heavy."""

import functools
import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbclient
import nbformat
import pytest

HEAVY = 600 * 1024  # bytes, compressed, with all that the page loads
ADDED = {"genindex", "prf-prf", "search", "index"}  # by Sphinx; index.html leads to the preface
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a page links to, loads and shows."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.images: list[dict[str, str]] = []
        self.description = ""
        self.classes: set[str] = set()
        self.formulas: list[bool] = []  # of each, whether it has MathML
        self.open: list[bool] = []  # of each element that is open, whether it is a formula
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        classes = attributes.get("class", "").split()
        self.classes.update(classes)
        self.ids.update(attributes[name] for name in ("id", "name") if name in attributes)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "link" and re.search("stylesheet|icon|preload", attributes.get("rel", "")):
            self.loads.append(attributes["href"])
        if tag != "a" and "src" in attributes:
            self.loads.append(attributes["src"])
        self.loads += [image.split()[0] for image in attributes.get("srcset", "").split(",") if image]
        self.loads += re.findall(r"url\(['\"]?([^'\")]*)", attributes.get("style", ""))
        if tag == "meta" and attributes.get("name") == "description":
            self.description = attributes["content"]
        if tag == "img":
            self.images.append(attributes)
        is_formula = tag in ("span", "div") and "math" in classes
        if is_formula:
            self.formulas.append(False)
        if tag == "math" and any(self.open):
            self.formulas[-1] = True
        if tag not in VOID:
            self.open.append(is_formula)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()


@functools.cache
def read(path: Path) -> Page:
    return Page(path)


@pytest.fixture(scope="module")
def pages(book_html: Path) -> list[Page]:
    found = [path for path in sorted(book_html.rglob("*.html")) if "_static" not in path.parts]
    assert len(found) > 5
    return [read(path) for path in found]


def is_outside(address: str) -> bool:
    return bool(urlsplit(address).scheme) or address.startswith("//")


def target(page: Path, address: str) -> Path:
    """The file that an address on a page means."""
    path = unquote(urlsplit(address).path)
    return (page.parent / path).resolve() if path else page


def test_no_link_leads_nowhere(pages):
    broken = []
    for page in pages:
        for address in page.links + page.loads:
            if is_outside(address):
                continue
            file, anchor = target(page.path, address), unquote(urlsplit(address).fragment)
            if not file.is_file() or (anchor and file.suffix == ".html" and anchor not in read(file).ids):
                broken.append(f"{page.path.name}: {address}")
    assert not broken, "\n".join(broken)


def test_nothing_is_loaded_from_elsewhere(pages, book_html):
    outside = [
        f"{page.path.name}: {address}"
        for page in pages
        for address in page.loads
        if is_outside(address) and not address.startswith("data:")
    ]
    for sheet in book_html.rglob("*.css"):
        css = sheet.read_text(encoding="utf-8")
        imported = re.findall(r"@import\s+(?:url\()?['\"]?([^'\")\s;]+)", css)
        loaded = re.findall(r"url\(['\"]?([^'\")]+)", css)
        outside += [
            f"{sheet.name}: {address}" for address in imported + loaded if re.match("https?:|//", address)
        ]
    assert not outside, "\n".join(outside)


def fonts(page: Page, sheet: Path) -> set[Path]:
    """The KaTeX fonts that a page's formulas use, by the classes of their parts."""
    css = sheet.read_text(encoding="utf-8")
    files = {}
    for face in re.findall(r"@font-face\{[^}]*\}", css):
        family, style, weight = (
            re.search(rf"{key}:([^;}}]+)", face)[1] for key in ("family", "style", "weight")
        )
        files[family.strip('"'), style, weight] = sheet.parent / re.search(r"url\(([^)]+)\)", face)[1]
    assert len(files) >= 20
    rules = re.findall(
        r"([^{}]+)\{([^{}]*font-family:KaTeX[^{}]*)\}", re.sub(r"@font-face\{[^}]*\}", "", css)
    )
    used = {("KaTeX_Main", "normal", "400")}
    for selectors, rule in rules:
        if any(set(re.findall(r"\.([\w-]+)", selector)) <= page.classes for selector in selectors.split(",")):
            family = re.search(r"font-family:(KaTeX_\w+)", rule)[1]
            style = re.search(r"font-style:(\w+)", rule)
            weight = re.search(r"font-weight:(\w+)", rule)
            bold = "700" if weight and weight[1] in ("700", "bold") else "400"
            used.add((family, style[1] if style else "normal", bold))
    return {files[face] for face in used if face in files}


@functools.cache
def packed(path: Path) -> int:
    content = path.read_bytes()
    if path.suffix in (".woff2", ".png", ".jpg"):
        return len(content)
    return len(gzip.compress(content, compresslevel=6))


def weight(page: Page) -> int:
    local = (address for address in page.loads if not is_outside(address))
    files = {page.path} | {target(page.path, address) for address in local}
    for sheet in [file for file in files if file.name == "katex.min.css"]:
        files |= fonts(page, sheet)
    return sum(map(packed, files))


def test_no_page_is_heavy(pages):
    weights = {page.path.name: weight(page) for page in pages}
    print("\n".join(f"{size / 1024:6.0f} KB {name}" for name, size in sorted(weights.items(), key=str)))
    assert {name: size for name, size in weights.items() if size > HEAVY} == {}


def test_every_formula_has_mathml(pages):
    assert sum(len(page.formulas) for page in pages) > 100
    for page in pages:
        assert all(page.formulas), page.path.name


def test_every_table_is_drawn(pages):
    rule = re.compile(r"<p>\s*\|[^<]*\|[—-]+\|")  # between a table's head and its rows
    assert not [page.path.name for page in pages if rule.search(page.path.read_text("utf-8"))]


def test_every_page_describes_itself(pages):
    """For search engines, each in other words; the pages that Sphinx adds have nothing to describe."""
    described = {page.path.name: page.description for page in pages if page.path.stem not in ADDED}
    assert [name for name, text in described.items() if not 40 < len(text) <= 160] == []
    assert len(set(described.values())) == len(described)


def test_every_image_says_what_it_shows(pages):
    assert any(page.images for page in pages)
    silent = [
        f"{page.path.name}: {image.get('src')}"
        for page in pages
        for image in page.images
        # An address for a text is Sphinx's way to say that none was given.
        if not image.get("alt", "").strip() or image["alt"].endswith((".png", ".svg"))
    ]
    assert not silent, "\n".join(silent)


def notebooks() -> list[str]:
    """The chapters that hold code, without a build to look at."""
    book = Path(__file__).resolve().parents[2] / "book"
    chapters = [
        path for path in sorted(book.rglob("*.md")) if "{code-cell}" in path.read_text(encoding="utf-8")
    ]
    return [path.relative_to(book).with_suffix("").as_posix() for path in chapters]


@pytest.mark.slow  # it runs all of a chapter's code, as the reader who downloads it does
@pytest.mark.parametrize("chapter", notebooks())
def test_downloaded_notebook_runs_as_it_is(book_html, tmp_path, chapter):
    notebook = nbformat.read(book_html / "_sources" / f"{chapter}.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert not any(cell.outputs for cell in code)
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert all(cell.execution_count for cell in code)
