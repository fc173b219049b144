"""The race of optimizers on its page: mouse, keyboard, choices."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, drag, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/gradient-descent.html"
STEPS = 60


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "gradient-descent")


def rate(figure: Locator, racer: str) -> Locator:
    return figure.get_by_label(f"Rate of {racer}", exact=True)


def start(figure: Locator) -> Locator:
    return figure.get_by_role("slider", name="Start")


def test_starts_at_the_start(figure: Locator) -> None:
    expect(status(figure)).to_have_text("All at the start.")
    expect(start(figure)).to_have_attribute("aria-valuetext", "at (−2.1, 1.3)")
    expect(rate(figure, "SGD")).to_have_value("0.03")
    expect(figure.locator(".racer:visible")).to_have_count(4)
    expect(figure.locator(".contours path")).to_have_count(9)
    expect(counter(figure, "SGD")).to_have_text("44")


def test_runs_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile(r"^Step 1 of 60\. Lowest: SGD"))
    press(figure, "Back")
    expect(status(figure)).to_have_text("All at the start.")
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile(r"^Step 60 of 60\. Lowest: RMSProp"))
    expect(counter(figure, "SGD")).to_have_text("0.057")
    press(figure, "Reset")
    expect(counter(figure, "SGD")).to_have_text("44")


def test_runs_by_keyboard(figure: Locator) -> None:
    page = figure.page
    figure.get_by_role("button", name="Play").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(status(figure)).to_have_text(re.compile(r"^Step 3 of 60"))
    start(figure).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(start(figure)).to_have_attribute("aria-valuetext", "at (−2, 1.2)")
    expect(status(figure)).to_have_text(re.compile(r"^Step 3 of 60"))  # the arrows moved the start alone
    for _ in range(50):
        page.keyboard.press("ArrowUp")
    expect(start(figure)).to_have_attribute("aria-valuetext", "at (−2, 3)")  # not out of the map
    toggle = figure.get_by_role("button", name="L · Lion")
    toggle.focus()
    page.keyboard.press(" ")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(figure.locator(".racer:visible")).to_have_count(5)
    page.keyboard.press("Home")
    expect(status(figure)).to_have_text("All at the start.")


def test_a_rate_too_high_runs_away(figure: Locator) -> None:
    rate(figure, "SGD").select_option("0.1")
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile("Ran away: SGD"))
    expect(counter(figure, "SGD")).to_have_text("away")
    expect(figure.locator(".racer[data-racer=SGD]")).to_be_hidden()
    figure.get_by_label("Rates").select_option("tuned")
    expect(rate(figure, "SGD")).to_have_value("0.03")
    figure.get_by_label("Rates").select_option("a tenth")
    expect(rate(figure, "SGD")).to_have_value("0.003")
    expect(rate(figure, "RMSProp")).to_have_value("0.3")


@pytest.mark.parametrize(
    ("landscape", "lowest"),
    [("Turned valley", "Adam"), ("Banana", "Adam"), ("Saddle", "SGD"), ("Plateau", "RMSProp")],
)
def test_other_landscapes(figure: Locator, landscape: str, lowest: str) -> None:
    figure.get_by_label("Landscape").select_option(landscape)
    expect(status(figure)).to_have_text("All at the start.")
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile(f"Lowest: {lowest}"))


def test_drags_the_start(figure: Locator) -> None:
    drag(figure, start(figure), figure.locator("rect.floor"), 0.75, 0.75)
    expect(start(figure)).to_have_attribute("aria-valuetext", "at (1.6, −1.6)")


def test_nobody_runs(figure: Locator) -> None:
    for name in ("S · SGD", "M · Momentum", "R · RMSProp", "A · Adam"):
        press(figure, name)
    expect(status(figure)).to_have_text("Nobody runs. Choose racers in the table.")
    expect(figure.locator(".racer:visible")).to_have_count(0)
