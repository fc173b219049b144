"""The feedback pages in a real browser: nothing that a student displays acts there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Browser, Page

from . import school
from .hostile import shows

pytestmark = pytest.mark.browser
HINT = (
    "<details ontoggle=\"document.title = 'taken over'\"><summary>Hint</summary>\n\nLook *up*.\n\n</details>"
)


@pytest.fixture(scope="module")
def page_file(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = school.copy(empty_course, tmp_path_factory.mktemp("pages") / "course")
    notebook = school.answered(course, school.RIGHT)
    notebook.cells += [new_markdown_cell(shows.MARKDOWN), *map(new_code_cell, shows.OUTPUTS)]
    notebook.cells.append(new_markdown_cell(HINT))
    notebook.cells.append(new_code_cell("from IPython.display import HTML\nHTML('<b>bold</b>')"))
    school.hand_in(course, "mallory", notebook)
    done = school.proctor(course, "autograde", "ps1")
    assert done.returncode == 0, done.stdout + done.stderr
    done = school.proctor(course, "feedback", "ps1")
    assert done.returncode == 0, done.stdout + done.stderr
    return course / "feedback" / "mallory" / "ps1" / "p1.html"


@pytest.fixture(scope="module")
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    page = browser.new_page()
    page.route("http*://**", lambda route: route.abort())  # no page may need the network
    page.goto(page_file.as_uri())
    yield page
    page.close()


def test_no_script_of_the_student_runs(page: Page) -> None:
    assert page.title() != "taken over"
    handlers = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
        ".filter(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)).map(a => a.name)"
    )
    assert handlers == []
    assert page.locator("iframe, object, embed, form, base, meta[http-equiv=refresh]").count() == 0
    assert page.locator("a[href^=data], #cover[style*=fixed]").count() == 0


def test_what_is_harmless_is_shown(page: Page) -> None:
    assert page.locator("b", has_text="bold").count() == 1
    assert "taken over" in page.inner_text("body"), "what was displayed is shown as text"
    assert not page.get_by_text("Look up.").is_visible()
    page.locator("details > summary", has_text="Hint").click()
    assert page.get_by_text("Look up.").is_visible()
    assert page.title() != "taken over"
