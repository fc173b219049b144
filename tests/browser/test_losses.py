"""The figure of the losses on its page: mouse, keyboard, sliders, both forms."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/forward-pass-and-losses.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "losses")


def test_starts_with_the_scores(figure: Locator) -> None:
    expect(status(figure)).to_have_text("The scores, any numbers: A 2, B 1, C −1. Class A is right.")
    expect(counter(figure, "loss")).to_have_text("0.349")
    expect(figure.locator(".loss-bar")).to_have_count(3)
    expect(figure.locator(".loss-bar[data-right=true]")).to_have_count(1)
    expect(figure.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")


def test_steps_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect(status(figure)).to_have_text(
        re.compile("The largest score, 2, is taken from all: A 0, B −1, C −3")
    )
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile("Answer minus truth: A −0.295, B 0.259, C 0.0351"))
    press(figure, "Back")
    expect(status(figure)).to_have_text(re.compile("The loss is 0.349, as class A is right"))
    press(figure, "Reset")
    expect(status(figure)).to_have_text(re.compile("The scores"))


def test_works_by_keyboard(figure: Locator) -> None:
    page = figure.page
    figure.get_by_role("button", name="Play").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(status(figure)).to_have_text(re.compile("Divided by the sum: A 0.705"))
    slider = figure.get_by_role("slider", name="Score B")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    # The arrows moved the score, not the player.
    expect(status(figure)).to_have_text(re.compile("Divided by the sum: A 0.488, B 0.488"))
    page.keyboard.press("Home")
    expect(slider).to_have_value("-5")
    expect(counter(figure, "loss")).to_have_text("0.0495")


def test_another_target(figure: Locator) -> None:
    to_the_end(figure)
    figure.get_by_label("Right class").select_option("C")
    expect(status(figure)).to_have_text(re.compile("A 0.705, B 0.259, C −0.965"))
    expect(counter(figure, "loss")).to_have_text("3.35")
    expect(figure.locator(".loss-name").nth(2)).to_have_text("C, right")


def test_the_naive_form_breaks_and_the_other_does_not(figure: Locator) -> None:
    figure.get_by_label("Scores times").select_option("40")
    figure.get_by_label("Form").select_option("naive")
    figure.get_by_label("Right class").select_option("C")
    for _ in range(2):
        press(figure, "Forward")
    expect(figure.locator(".loss-value").nth(0)).to_have_text("5.5e34")
    figure.get_by_role("slider", name="Score A").fill("5")
    expect(status(figure)).to_have_text(re.compile("Infinity: too large for float32"))
    expect(figure.locator(".loss-bar[data-finite=false]")).to_have_count(1)
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile("The gradient is not a number"))
    figure.get_by_label("Form").select_option("log-sum-exp")
    expect(counter(figure, "loss")).to_have_text("240")
    expect(status(figure)).to_have_text(re.compile("A 1, B 0, C −1"))
