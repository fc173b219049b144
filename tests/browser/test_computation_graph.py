"""The figure that differentiates an expression, on its page: mouse, keyboard, an expression of one's own."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/backpropagation.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "backpropagation")


def expression(figure: Locator) -> Locator:
    return figure.get_by_role("textbox", name="f =")


def test_starts_with_the_inputs(figure: Locator) -> None:
    expect(expression(figure)).to_have_value("(w*x + b)*w")
    expect(status(figure)).to_have_text(re.compile("The inputs have their values"))
    expect(figure.locator(".graph-node")).to_have_count(6)
    expect(figure.locator(".graph-arrow")).to_have_count(6)
    expect(counter(figure, "w")).to_have_text("2")
    expect(counter(figure, "v3")).to_have_text("")


def test_forward_then_backward_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect(status(figure)).to_have_text("Forward: v1 = w * x\n= 2 * 3 = 6")
    press(figure, "Forward")
    press(figure, "Forward")
    expect(counter(figure, "v3")).to_have_text("2")
    press(figure, "Forward")
    expect(counter(figure, "v3")).to_have_text("2, slope 1")
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("w receives 1 × 1 = 1"))
    expect(counter(figure, "w")).to_have_text("2, slope 1")
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile("w receives 2 × 3 = 6, together 7"))
    for name, words in {"w": "2, slope 7", "x": "3, slope 4", "b": "−5, slope 2"}.items():
        expect(counter(figure, name)).to_have_text(words)
    press(figure, "Reset")
    expect(counter(figure, "w")).to_have_text("2")


def test_by_keyboard(figure: Locator) -> None:
    page = figure.page
    figure.get_by_role("button", name="Play").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(counter(figure, "v3")).to_have_text("2")
    page.keyboard.press("ArrowLeft")
    expect(counter(figure, "v3")).to_have_text("")
    page.keyboard.press("Home")
    expect(counter(figure, "v1")).to_have_text("")


def test_an_expression_of_ones_own(figure: Locator) -> None:
    """Typed key by key: its spaces, pluses and letters k belong to the text, not to the player."""
    page = figure.page
    expression(figure).fill("")
    expression(figure).press_sequentially("k * k + relu(-k) - 2")
    expect(expression(figure)).to_have_value("k * k + relu(-k) - 2")
    expect(figure.get_by_role("alert")).to_have_text("")
    figure.get_by_label("k =").fill("-3")
    to_the_end(figure)
    expect(counter(figure, "k")).to_have_text("−3, slope −7")
    expression(figure).focus()
    page.keyboard.press("Home")
    expect(counter(figure, "k")).to_have_text("−3, slope −7")  # the cursor moved, not the player


def test_a_slip_is_named_and_the_graph_stays(figure: Locator) -> None:
    expression(figure).fill("(w*x + b")
    expect(figure.get_by_role("alert")).to_have_text("“)” is missing.")
    expect(expression(figure)).to_have_attribute("aria-invalid", "true")
    expect(figure.locator(".graph-node")).to_have_count(6)
    expression(figure).fill("w*x")
    expect(figure.get_by_role("alert")).to_have_text("")
    expect(expression(figure)).to_have_attribute("aria-invalid", "false")
    expect(figure.locator(".graph-node")).to_have_count(3)


def test_another_number_keeps_the_place(figure: Locator) -> None:
    to_the_end(figure)
    figure.get_by_label("b =").fill("-6")
    expect(counter(figure, "w")).to_have_text("2, slope 6")
    figure.get_by_label("b =").fill("")  # still being written
    expect(counter(figure, "w")).to_have_text("2, slope 6")


@pytest.mark.parametrize(
    ("example", "name", "words"),
    [
        ("a gate", "w", "1, slope 0"),
        ("a cube", "x", "2, slope 12"),
        ("log-sum-exp", "b", "3, slope 0.8808"),
        ("a neuron and its loss", "y", "0, slope −1.462"),
    ],
)
def test_other_examples(figure: Locator, example: str, name: str, words: str) -> None:
    figure.get_by_label("Example").select_option(example)
    to_the_end(figure)
    expect(counter(figure, name)).to_have_text(words)


def test_boxes_do_not_overlap(figure: Locator) -> None:
    """Not even when sixteen of them stand in the narrow picture."""
    for text in ("(a+b)*(c+d)*(e+f)*(g+h)", "a+b+c+d+e+f+g+h", "a*exp(a)*a^a*sin(a)*cos(a) - b"):
        expression(figure).fill(text)
        expect(figure.get_by_role("alert")).to_have_text("")
        boxes = [box.bounding_box() for box in figure.locator(".graph-node rect").all()]
        assert len(boxes) > 10
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a
                assert b
                apart_x = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
                apart_y = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
                assert apart_x or apart_y, text
