"""The sliding kernel on its page: mouse, keyboard, painting, options."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, drag, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "architectures/convolutional-networks.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "convolution")


def pixel(figure: Locator, c: int, i: int, j: int) -> Locator:
    return figure.locator(f'[data-pixel="{c} {i} {j}"]')


def test_starts_at_the_first_place(figure: Locator) -> None:
    expect(counter(figure, "place")).to_have_text("1 of 25")
    expect(counter(figure, "size")).to_have_text("7 × 7 → 5 × 5")
    expect(counter(figure, "sum")).to_have_text("0")
    expect(status(figure)).to_have_text(re.compile("^Row 1, column 1 of the map.\nNo product"))
    expect(figure.locator(".conv-pixel")).to_have_count(49)
    expect(figure.locator(".conv-tap")).to_have_count(9)


def test_slides_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect(counter(figure, "sum")).to_have_text("3")
    expect(status(figure)).to_have_text(re.compile("Products other than zero: 1·1, 1·1, 1·1. Together 3."))
    to_the_end(figure)
    expect(counter(figure, "place")).to_have_text("25 of 25")
    expect(figure.locator(".conv-value.waiting")).to_have_count(0)
    press(figure, "Reset")
    expect(counter(figure, "place")).to_have_text("1 of 25")


def test_slides_by_keyboard(figure: Locator) -> None:
    figure.get_by_role("button", name="Play").focus()
    for _ in range(3):
        figure.page.keyboard.press("ArrowRight")
    expect(counter(figure, "place")).to_have_text("4 of 25")
    expect(counter(figure, "sum")).to_have_text("−3")
    figure.page.keyboard.press("Home")
    expect(counter(figure, "place")).to_have_text("1 of 25")


def test_paints_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    pixel(figure, 0, 0, 1).click()
    expect(pixel(figure, 0, 0, 1)).to_have_attribute("data-on", "true")
    expect(counter(figure, "sum")).to_have_text("2")  # the place stays
    expect(counter(figure, "place")).to_have_text("2 of 25")
    pixel(figure, 0, 0, 1).click()
    expect(counter(figure, "sum")).to_have_text("3")
    drag(figure, pixel(figure, 0, 6, 0), pixel(figure, 0, 6, 6), 0.5, 0.5)  # over the plus's foot
    for j in (0, 6):
        expect(pixel(figure, 0, 6, j)).to_have_attribute("data-on", "true")


def test_paints_by_keyboard(figure: Locator) -> None:
    brush = figure.locator(".paint-cursor")
    brush.focus()
    expect(brush).to_have_attribute("aria-label", "Pixel row 4, column 4: 1")
    keyboard = figure.page.keyboard
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "Space"):
        keyboard.press(key)
    expect(brush).to_have_attribute("aria-label", "Pixel row 2, column 3: 1")
    expect(counter(figure, "sum")).to_have_text("1")
    expect(counter(figure, "place")).to_have_text("1 of 25")  # the arrows did not move the kernel
    keyboard.press("Space")
    expect(counter(figure, "sum")).to_have_text("0")
    expect(brush).to_be_focused()


def test_three_channels_have_a_slice_each(figure: Locator) -> None:
    option = figure.get_by_label("Kernel").locator("option", has_text="red against green")
    expect(option).to_be_disabled()
    figure.get_by_label("Channels").select_option("3")
    figure.get_by_label("Kernel").select_option("red against green")
    expect(counter(figure, "weights")).to_have_text("27")
    expect(figure.locator(".conv-tap")).to_have_count(27)
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("red 3, green 0, blue 0. Together 3."))
    brush = figure.locator(".paint-cursor")
    brush.focus()
    for _ in range(4):
        figure.page.keyboard.press("ArrowRight")
    expect(brush).to_have_attribute("aria-label", re.compile("^Pixel green, row 4, column 1"))
    figure.get_by_label("Channels").select_option("1")
    expect(figure.get_by_label("Kernel")).to_have_value("right minus left")
    expect(brush).to_have_attribute("aria-label", re.compile("^Pixel row 4, column 1"))


@pytest.mark.parametrize(
    ("option", "value", "size"),
    [("Stride", "2", "3"), ("Stride", "3", "2"), ("Padding", "2", "9"), ("Dilation", "3", "1")],
)
def test_options(figure: Locator, option: str, value: str, size: str) -> None:
    figure.get_by_label(option).select_option(value)
    expect(counter(figure, "size")).to_have_text(f"7 × 7 → {size} × {size}")
    expect(counter(figure, "place")).to_have_text(f"1 of {int(size) ** 2}")
    to_the_end(figure)
    expect(figure.locator(".player-stage svg")).not_to_contain_text(re.compile("undefined|NaN|Infinity"))
