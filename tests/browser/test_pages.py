"""Every page of the built book, as a reader meets it: wide and narrow, light and dark."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CHAPTER = "introduction/perceptron.html"
WIDTHS = {"phone": 390, "desktop": 1280}


def pages(book_html: Path) -> list[str]:
    """The addresses of all pages but those that only send the reader on to another."""
    found = [
        path for path in sorted(book_html.rglob("*.html")) if not path.is_relative_to(book_html / "_static")
    ]
    assert found
    return [
        path.relative_to(book_html).as_posix()
        for path in found
        if 'http-equiv="Refresh"' not in path.read_text()
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", WIDTHS)
def test_pages_are_accessible_and_fit(
    new_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    site: str,
    book_html: Path,
    device: str,
    theme: str,
) -> None:
    page = new_page(
        viewport={"width": WIDTHS[device], "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    found = []
    for address in pages(book_html):
        page.goto(f"{site}/{address}")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        found += [f"{address}: {violation}" for violation in axe(page)]
        wide, seen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if wide > seen:
            found.append(f"{address}: {wide} pixels wide on a screen of {seen}")
    assert not found, "\n".join(found)


def test_search_finds_the_chapter(page: Page, site: str) -> None:
    page.goto(f"{site}/preface.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("perceptron")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\.html\?q=perceptron"))
    expect(page.locator(f'#search-results li a[href*="{CHAPTER}"]').first).to_be_visible()


def test_theme_button(page: Page, site: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{site}/{CHAPTER}")
    html, button = page.locator("html"), page.locator("button.theme-switch-button:visible")
    background = "getComputedStyle(document.body).backgroundColor"
    expect(html).to_have_attribute("data-theme", "light")
    light = page.evaluate(background)
    while html.get_attribute("data-theme") != "dark":
        button.click()
    assert page.evaluate(background) != light
    page.reload()
    expect(html).to_have_attribute("data-theme", "dark")


def test_the_chapter_can_be_downloaded_and_edited(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}")
    notebook = page.locator('.article-header-buttons a[href$=".ipynb"]')
    expect(notebook).to_have_count(1)
    address = notebook.evaluate("link => link.href")
    assert page.request.get(address).ok, f"the download button leads nowhere: {address}"
    expect(
        page.locator('.article-header-buttons a[href*="/edit/"][href$="book/introduction/perceptron.md"]')
    ).to_have_count(1)
