"""The figure that folds the plane, on its page: mouse, keyboard, choices, no scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/multilayer-perceptron.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "multilayer-perceptron")


def test_starts_with_a_flat_sheet(figure: Locator) -> None:
    expect(status(figure)).to_have_text("The sheet as it is, with 24 points.")
    expect(counter(figure, "layer")).to_have_text("0 of 3")
    expect(figure.locator(".player-stage .dot")).to_have_count(24)
    expect(figure.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")


def test_folds_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("Layer 1 of 3, affine part"))
    press(figure, "Forward")
    expect(counter(figure, "pieces")).to_have_text("4")
    expect(figure.locator(".player-stage .pieces polygon")).to_have_count(4)
    expect(figure.locator(".creases polygon")).to_have_count(4)
    press(figure, "Back")
    expect(counter(figure, "pieces")).to_have_text("1")
    to_the_end(figure)
    expect(counter(figure, "pieces")).to_have_text("16")
    expect(counter(figure, "right")).to_have_text("24 of 24")
    expect(status(figure)).to_have_text("One straight cut: 24 of 24 points are right.")
    press(figure, "Reset")
    expect(counter(figure, "layer")).to_have_text("0 of 3")


def test_folds_by_keyboard(figure: Locator) -> None:
    page = figure.page
    figure.get_by_role("button", name="Play").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(counter(figure, "pieces")).to_have_text("4")
    piece = figure.locator(".player-stage .pieces polygon").first
    corners = piece.get_attribute("points") or ""
    page.keyboard.press("+")
    expect(piece).not_to_have_attribute("points", corners)
    page.keyboard.press("-")
    expect(piece).to_have_attribute("points", corners)
    page.keyboard.press("Home")
    expect(counter(figure, "pieces")).to_have_text("1")


@pytest.mark.parametrize(
    ("data", "pieces", "right"), [("XOR", "4", "4 of 4"), ("Checkerboard", "64", "25 of 25")]
)
def test_other_data(figure: Locator, data: str, pieces: str, right: str) -> None:
    figure.get_by_label("Data").select_option(data)
    to_the_end(figure)
    expect(counter(figure, "pieces")).to_have_text(pieces)
    expect(counter(figure, "right")).to_have_text(right)


def test_another_activation_keeps_the_place(figure: Locator) -> None:
    to_the_end(figure)
    for activation in ("none", "relu"):
        figure.get_by_label("Activation").select_option(activation)
        expect(counter(figure, "layer")).to_have_text("3 of 3")
        expect(counter(figure, "right")).to_have_text(re.compile(r"^(\d|1\d|2[0-3]) of 24$"))
    figure.get_by_label("Activation").select_option("none")
    expect(counter(figure, "pieces")).to_have_text("1")
