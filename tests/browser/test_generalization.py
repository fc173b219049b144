"""The figure of double descent on its page: mouse, keyboard, choices."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/generalization.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "generalization")


def choose(figure: Locator, name: str, label: str) -> None:
    figure.get_by_role("combobox", name=name).select_option(label=label)


def step_to(figure: Locator, features: int) -> None:
    while int(counter(figure, "features").inner_text()) < features:
        press(figure, "Forward")


def test_starts_with_one_feature(figure: Locator) -> None:
    expect(status(figure)).to_have_text(re.compile(r"^1 feature for 15 points: test error 0\.50\."))
    expect(figure.locator(".fit-point")).to_have_count(15)
    expect(figure.locator(".ring")).to_have_count(2)


def test_goes_over_the_peak_by_keyboard(figure: Locator, page: Page) -> None:
    figure.get_by_role("button", name="Play").focus()
    page.keyboard.press("ArrowRight")
    expect(counter(figure, "features")).to_have_text("2")
    expect(status(figure)).to_have_text(re.compile("Too stiff"))
    step_to(figure, 15)
    expect(status(figure)).to_have_text(re.compile("As many as points"))
    expect(counter(figure, "training")).to_have_text("below 0.0001")
    page.keyboard.press("ArrowLeft")
    expect(status(figure)).to_have_text(re.compile("Too pliable"))
    to_the_end(figure)
    expect(counter(figure, "features")).to_have_text("100")
    expect(status(figure)).to_have_text(re.compile("the shortest weights"))
    page.keyboard.press("Home")
    expect(counter(figure, "features")).to_have_text("1")


def test_a_click_below_goes_to_a_size(figure: Locator) -> None:
    picture = figure.locator(".player-stage svg")
    box = picture.bounding_box()
    assert box
    scale = box["width"] / 420
    picture.click(position={"x": 407 * scale, "y": 350 * scale})
    expect(counter(figure, "features")).to_have_text("100")
    picture.click(position={"x": 100 * scale, "y": 100 * scale})  # on the fit
    expect(counter(figure, "features")).to_have_text("100")
    picture.click(position={"x": (44 + 364 / 2) * scale, "y": 350 * scale})  # the root of 100
    expect(counter(figure, "features")).to_have_text("10")


def test_a_penalty_removes_the_peak_and_the_step_stays(figure: Locator) -> None:
    step_to(figure, 15)
    before = float(counter(figure, "test").inner_text())
    choose(figure, "Penalty", "0.03")
    expect(counter(figure, "features")).to_have_text("15")
    expect(status(figure)).to_have_text(re.compile("The penalty keeps the weights small"))
    assert float(counter(figure, "test").inner_text()) < before / 2


def test_points_and_noise_and_sample_are_chosen(figure: Locator) -> None:
    step_to(figure, 15)
    choose(figure, "Points", "20")
    expect(figure.locator(".fit-point")).to_have_count(20)
    expect(status(figure)).to_have_text(re.compile("^15 features for 20 points.*\nToo pliable"))
    before = counter(figure, "length").inner_text()
    middle = counter(figure, "test").inner_text()
    choose(figure, "Sample", "no. 3")
    expect(counter(figure, "length")).not_to_have_text(before)
    expect(counter(figure, "test")).to_have_text(middle)  # a median over all samples
    choose(figure, "Noise", "none")
    assert float(counter(figure, "test").inner_text()) < 0.01
