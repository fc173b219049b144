"""The figure of a signal in a random network, on its page: mouse, keyboard, choices."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status

pytestmark = pytest.mark.browser

PAGE = "introduction/data-and-initialization.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "signal")


def choose(figure: Locator, **chosen: str) -> None:
    for name, label in chosen.items():
        figure.get_by_label(name.capitalize()).select_option(label=label)


def test_starts_at_the_input(figure: Locator) -> None:
    expect(status(figure)).to_have_text("The input: 24 random vectors, numbers of size 1.")
    expect(counter(figure, "layer")).to_have_text("0 of 30")
    expect(figure.locator(".signal-dot")).to_have_count(31)
    expect(figure.locator(".signal-bar")).to_have_count(41)


def test_goes_from_layer_to_layer_by_mouse_and_keyboard(figure: Locator, page: Page) -> None:
    press(figure, "Forward")
    expect(counter(figure, "layer")).to_have_text("1 of 30")
    page.keyboard.press("ArrowRight")
    expect(counter(figure, "layer")).to_have_text("2 of 30")
    page.keyboard.press("ArrowLeft")
    expect(status(figure)).to_have_text(re.compile("^Layer 1 of 30: size 0"))
    page.keyboard.press("Home")
    expect(counter(figure, "layer")).to_have_text("0 of 30")


def test_a_click_above_goes_to_that_layer(figure: Locator) -> None:
    picture = figure.locator(".player-stage svg")
    box = picture.bounding_box()
    assert box
    scale = box["width"] / 420
    picture.click(position={"x": (44 + 364 / 2) * scale, "y": 100 * scale})
    expect(counter(figure, "layer")).to_have_text("15 of 30")
    picture.click(position={"x": 100 * scale, "y": 350 * scale})  # on the histogram
    expect(counter(figure, "layer")).to_have_text("15 of 30")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"activation": "tanh", "gain": "0.5"}, "It has faded"),
        ({"activation": "tanh", "gain": "3"}, "saturated"),
        ({"activation": "tanh", "gain": "1", "width": "64"}, "Neither faded nor grown"),
        ({"activation": "none", "gain": "3"}, "It has exploded"),
        ({"activation": "ReLU", "gain": "1", "width": "64"}, "It has faded"),
    ],
)
def test_says_what_became_of_the_signal(figure: Locator, chosen: dict[str, str], said: str) -> None:
    choose(figure, depth="30", **chosen)
    expect(status(figure)).to_have_text(re.compile(said))
    expect(counter(figure, "layer")).to_have_text("30 of 30")


def test_depth_and_network_are_chosen(figure: Locator) -> None:
    choose(figure, depth="100", width="8")
    expect(figure.locator(".signal-dot")).to_have_count(101)
    expect(counter(figure, "layer")).to_have_text("100 of 100")
    expected = counter(figure, "expected").inner_text()
    first = counter(figure, "size").inner_text()
    choose(figure, network="no. 2")
    expect(counter(figure, "size")).not_to_have_text(first)
    expect(counter(figure, "expected")).to_have_text(expected)  # on average over networks
