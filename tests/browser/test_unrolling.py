"""The unrolled recurrent unit on its page: mouse, keyboard, choices."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "architectures/recurrent-networks.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "unrolling")


def bars(figure: Locator) -> list[float]:
    return [float(bar.get_attribute("height") or 0) for bar in figure.locator(".signal-bar").all()]


def test_starts_before_the_first_input(figure: Locator) -> None:
    expect(status(figure)).to_have_text("Nothing has been read: the state is 0.")
    expect(counter(figure, "loss")).to_have_text("not yet")
    expect(figure.locator(".unrolled-state")).to_have_count(7)
    assert bars(figure) == [0] * 7


def test_forward_and_back_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile(r"moment 2: w h₁ \+ x₂ = 0.5 · 1 \+ 0 = 0.5"))
    expect(counter(figure, "way")).to_have_text("forward, t = 2")
    for _ in range(5):
        press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("^The end: L = h₆ = 0.0313"))
    press(figure, "Forward")
    expect(counter(figure, "way")).to_have_text("back, t = 6")
    to_the_end(figure)
    expect(counter(figure, "slope")).to_have_text("0.313")  # 5 · 0.5⁴
    expect(status(figure)).to_have_text(re.compile("size 0.0156. It vanishes"))
    heights = bars(figure)
    assert heights == sorted(heights, reverse=True)  # the further back, the longer the bar below 1
    press(figure, "Reset")
    assert bars(figure) == [0] * 7


def test_by_keyboard(figure: Locator) -> None:
    figure.get_by_role("button", name="Play").focus()
    for _ in range(8):
        figure.page.keyboard.press("ArrowRight")
    expect(counter(figure, "way")).to_have_text("back, t = 6")
    figure.page.keyboard.press("ArrowLeft")
    expect(counter(figure, "way")).to_have_text("turning point")
    figure.page.keyboard.press("Home")
    expect(counter(figure, "way")).to_have_text("start")


@pytest.mark.parametrize(
    ("weight", "activation", "said"),
    [
        ("0.5", "none", "It vanishes"),
        ("1", "none", "size 1. It stays within"),
        ("2", "none", "size 64. It explodes"),
        ("−1", "none", "size 1. It stays within"),
        ("2", "tanh", "It vanishes"),  # saturated: the surprise
    ],
)
def test_the_weight_decides_and_saturation(figure: Locator, weight: str, activation: str, said: str) -> None:
    figure.get_by_label("Input").select_option("steady")
    to_the_end(figure)
    figure.get_by_label("Weight w").select_option(label=weight)
    figure.get_by_label("Activation").select_option(activation)
    expect(status(figure)).to_have_text(re.compile(said))  # still at the end
    expect(figure.locator(".player-stage svg")).not_to_contain_text(re.compile("undefined|NaN|Infinity"))


@pytest.mark.parametrize("signal", ["a pulse", "steady", "up and down"])
def test_no_step_shows_what_is_no_number(figure: Locator, signal: str) -> None:
    figure.get_by_label("Input").select_option(signal)
    forward = figure.get_by_role("button", name="Forward", exact=True)
    while forward.get_attribute("aria-disabled") == "false":
        forward.click()
        words = (figure.locator(".player").text_content() or "") + (status(figure).text_content() or "")
        assert not re.search("undefined|NaN|Infinity", words)
