"""The interactive timeline on its page: mouse, keyboard, choosing a kind, no scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status

pytestmark = pytest.mark.browser

PAGE = "introduction/what-is-deep-learning.html"
EVENTS = 31


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "timeline")


def test_starts_with_the_first_event(figure: Locator) -> None:
    expect(status(figure)).to_have_text(re.compile("1642: Calculating machine"))
    expect(counter(figure, "number")).to_have_text(f"1 of {EVENTS}")
    expect(figure.locator(".timeline-dot")).to_have_count(EVENTS)
    expect(figure.locator(".timeline-dot[data-past=true]")).to_have_count(1)
    expect(figure.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")


def test_steps_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("1943: Threshold neuron"))
    expect(counter(figure, "wait")).to_have_text("106 years")
    expect(figure.locator(".timeline-dot[data-past=true]")).to_have_count(3)
    press(figure, "Back")
    expect(status(figure)).to_have_text(re.compile("1837"))
    press(figure, "Reset")
    expect(counter(figure, "number")).to_have_text(f"1 of {EVENTS}")


def test_a_click_goes_to_the_nearest_event(figure: Locator) -> None:
    figure.locator(".player-stage").scroll_into_view_if_needed()
    dot = figure.locator(".timeline-dot.tool").first.bounding_box()  # ImageNet, far from all others
    assert dot
    figure.page.mouse.click(dot["x"] + dot["width"] / 2 + 4, dot["y"] + dot["height"] / 2 + 4)
    expect(status(figure)).to_have_text(re.compile("2009: ImageNet"))
    ring = figure.locator(".ring")
    expect(ring).to_be_visible()
    expect(figure.locator(".timeline-dot[data-past=true]")).to_have_count(17)


def test_works_by_keyboard_alone(figure: Locator) -> None:
    page = figure.page
    figure.get_by_role("button", name="Play").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(status(figure)).to_have_text(re.compile("1955: The name AI"))
    page.keyboard.press("ArrowLeft")
    expect(status(figure)).to_have_text(re.compile("1950: Imitation game"))
    page.keyboard.press("Home")
    expect(counter(figure, "number")).to_have_text(f"1 of {EVENTS}")
    figure.get_by_label("Show").focus()
    page.keyboard.press("ArrowDown")
    expect(counter(figure, "kind")).to_have_text("ideas")
    assert page.url.endswith(PAGE), "an arrow key left the page"


def test_one_kind_alone(figure: Locator) -> None:
    figure.get_by_label("Show").select_option("data and tools")
    expect(figure.locator(".timeline-dot")).to_have_count(2)
    expect(counter(figure, "gap")).to_have_text("7 years, 2009 to 2016")
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("2016: PyTorch"))
    expect(figure.get_by_role("button", name="Forward", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    figure.get_by_label("Show").select_option("everything")
    expect(counter(figure, "gap")).to_have_text("12 years, 1997 to 2009")
    expect(counter(figure, "number")).to_have_text(f"1 of {EVENTS}")


def test_plays_to_the_end(page: Page, site: str) -> None:
    page.clock.install(time=0)
    page.goto(f"{site}/{PAGE}")
    page.clock.pause_at(24 * 3600 * 1000)  # later than the slowest machine can have become
    figure = page.locator('.interactive[data-figure="timeline"]')
    press(figure, "Play")
    page.clock.run_for(2500)  # 1.2 seconds for each event
    expect(counter(figure, "number")).to_have_text(f"3 of {EVENTS}")
    page.clock.run_for(60_000)
    expect(status(figure)).to_have_text(re.compile("2024: Nobel Prizes"))
    expect(figure.get_by_role("button", name="Play")).to_be_visible()
