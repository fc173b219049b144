"""The interactive figure on its page: mouse, keyboard, no scripts, reduced motion, opened as a file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import drag, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/perceptron.html"
FIGURES = {
    PAGE: "perceptron",
    "introduction/what-is-deep-learning.html": "timeline",
    "introduction/multilayer-perceptron.html": "multilayer-perceptron",
    "introduction/gradient-descent.html": "gradient-descent",
    "introduction/data-and-initialization.html": "signal",
    "introduction/backpropagation.html": "backpropagation",
    "introduction/forward-pass-and-losses.html": "losses",
    "introduction/generalization.html": "generalization",
    "introduction/when-training-fails.html": "ward",
    "architectures/convolutional-networks.html": "convolution",
}
MISTAKES = 9  # that the rule makes on the points the figure starts with


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "perceptron")


def with_stopped_clock(page: Page, site: str) -> Locator:
    """The figure on a page where time passes only when the test says so."""
    page.clock.install(time=0)
    page.goto(f"{site}/{PAGE}")
    page.clock.pause_at(24 * 3600 * 1000)  # later than the slowest machine can have become
    return ready(page, "perceptron")


def expect_mistakes(figure: Locator, count: int) -> None:
    expect(figure.locator("[data-counter=mistakes]")).to_have_text(str(count))


def line(figure: Locator) -> list[str | None]:
    return [figure.locator("line.boundary").get_attribute(name) for name in ("x1", "y1", "x2", "y2")]


def test_starts_at_rest(figure: Locator) -> None:
    expect_mistakes(figure, 0)
    expect(status(figure)).to_have_text(re.compile("Mistake: example 1 is class 1, the perceptron says 0"))
    expect(figure.get_by_role("slider")).to_have_count(14)
    expect(figure.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")


def test_steps_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect_mistakes(figure, 1)
    press(figure, "Forward")
    expect_mistakes(figure, 2)
    press(figure, "Back")
    expect_mistakes(figure, 1)
    to_the_end(figure)
    expect_mistakes(figure, MISTAKES)
    expect(status(figure)).to_have_text(f"Converged after {MISTAKES} mistakes: pass 4 makes none.")
    expect(figure.locator(".point[data-right=false]")).to_have_count(0)
    press(figure, "Reset")
    expect_mistakes(figure, 0)


def test_plays_pauses_and_plays_on(page: Page, site: str) -> None:
    figure = with_stopped_clock(page, site)
    press(figure, "Play")
    expect_mistakes(figure, 0)
    page.clock.run_for(2500)  # 1.2 seconds for each mistake
    expect_mistakes(figure, 2)
    press(figure, "Pause")
    page.clock.run_for(60_000)
    expect_mistakes(figure, 2)
    press(figure, "Play")
    figure.get_by_label("Speed").select_option("4×")
    page.clock.run_for(1000)
    expect_mistakes(figure, 5)
    press(figure, "Forward")  # a step by hand pauses too
    page.clock.run_for(60_000)
    expect_mistakes(figure, 6)
    press(figure, "Play")
    page.clock.run_for(60_000)
    expect(status(figure)).to_have_text(re.compile("Converged"))
    press(figure, "Play")  # it stopped by itself, and starts over
    expect_mistakes(figure, 0)


def test_drags_a_point(figure: Locator) -> None:
    to_the_end(figure)
    before = line(figure)
    point = figure.get_by_role("slider", name="Example 9, class 1")
    # into the corner of class 0: no line separates the classes then
    drag(figure, point, figure.locator("rect.plane"), 0.11, 0.81)
    expect(point).to_have_attribute("aria-valuetext", "at (−1.25, −1)")
    expect(figure.locator("[data-counter=bound]")).to_have_text("no bound: not separable")
    expect(status(figure)).to_have_text(re.compile("No line separates these classes"))
    assert line(figure) != before
    figure.locator("rect.plane").hover(position={"x": 1, "y": 1})  # the button is up: the point stays
    expect(point).to_have_attribute("aria-valuetext", "at (−1.25, −1)")


def test_works_by_keyboard_alone(figure: Locator) -> None:
    page = figure.page
    figure.get_by_role("button", name="Play").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect_mistakes(figure, 2)
    page.keyboard.press("ArrowLeft")
    expect_mistakes(figure, 1)
    page.keyboard.press("Home")
    expect_mistakes(figure, 0)
    figure.get_by_label("Speed").select_option("4×")
    figure.get_by_role("button", name="Play").focus()
    page.keyboard.press("k")
    expect(figure.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press(" ")  # on the button itself
    expect(status(figure)).to_have_text(re.compile("Converged"))
    page.keyboard.press("Home")  # the focus is still inside
    expect_mistakes(figure, 0)

    scale = figure.locator(".point").first.get_attribute("transform")
    page.keyboard.press("+")
    expect(figure.locator(".point").first).not_to_have_attribute("transform", scale or "")
    page.keyboard.press("-")
    expect(figure.locator(".point").first).to_have_attribute("transform", scale or "")
    assert page.url.endswith(PAGE), "an arrow key left the page"


def test_moves_a_point_by_keyboard(figure: Locator) -> None:
    page = figure.page
    point = figure.get_by_role("slider", name="Example 1, class 1")
    expect(point).to_have_attribute("aria-valuetext", "at (0.5625, −0.8125)")
    figure.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Tab")
    expect(point).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(point).to_have_attribute("aria-valuetext", "at (0.5, −0.75)")
    page.keyboard.press("Shift+ArrowRight")
    expect(point).to_have_attribute("aria-valuetext", "at (0.75, −0.75)")
    expect_mistakes(figure, 0)  # the arrows moved the point, not the player
    press(figure, "Forward")
    expect(figure.locator("[data-counter=weight]")).to_have_text("(0.75, −0.75)")
    point.focus()
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
    expect(point).to_have_attribute("aria-valuetext", "at (1.5, −0.75)")  # not out of the picture


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("Narrow margin", "Converged after 23 mistakes"),
        ("One outlier", "After 11 mistakes all is as it was after 7: it goes on forever"),
        ("XOR", "After 4 mistakes all is as it was at the start: it goes on forever"),
    ],
)
def test_other_data(figure: Locator, data: str, words: str) -> None:
    figure.get_by_label("Data").select_option(data)
    expect_mistakes(figure, 0)
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile(words))


@pytest.mark.parametrize("place", FIGURES)
def test_static_figure_without_scripts(place: str, new_page: Callable[..., Page], site: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}/{place}")
    figure = page.locator(f'.interactive[data-figure="{FIGURES[place]}"]')
    expect(figure.locator("img")).to_be_visible()
    expect(figure.locator(".player")).to_have_count(0)


@pytest.mark.parametrize("place", FIGURES)
def test_static_figure_gives_way(place: str, page: Page, site: str) -> None:
    page.goto(f"{site}/{place}")
    figure = page.locator(f'.interactive[data-figure="{FIGURES[place]}"]')
    expect(figure.get_by_role("button", name="Play")).to_be_visible()
    expect(figure.locator("img")).to_have_count(0)


def test_the_line_glides_unless_motion_is_unwelcome(page: Page, site: str) -> None:
    figure = with_stopped_clock(page, site)
    press(figure, "Forward")
    page.clock.run_for(1000)
    start = line(figure)

    press(figure, "Forward")
    page.clock.run_for(150)
    on_the_way = line(figure)
    page.clock.run_for(1000)
    end = line(figure)
    assert start != on_the_way != end

    page.emulate_media(reduced_motion="reduce")
    press(figure, "Back")
    press(figure, "Forward")
    assert line(figure) == end


def test_works_from_a_file(new_page: Callable[..., Page], book_html: Path) -> None:
    page = new_page()
    page.goto((book_html / PAGE).as_uri())
    figure = ready(page, "perceptron")
    press(figure, "Forward")
    expect_mistakes(figure, 1)


def test_touch_moves_a_point_and_scrolls_elsewhere(new_page: Callable[..., Page], site: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{site}/{PAGE}")
    figure = ready(page, "perceptron")
    point = figure.get_by_role("slider", name="Example 1, class 1")
    assert point.evaluate("node => getComputedStyle(node).touchAction") == "none"
    assert (
        figure.locator(".player-stage svg").evaluate("node => getComputedStyle(node).touchAction") == "auto"
    )
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    for kind, at in (
        ("touchStart", (x, y)),
        ("touchMove", (x, y - 20)),
        ("touchMove", (x, y - 50)),
        ("touchEnd", None),
    ):
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(point).not_to_have_attribute("aria-valuetext", "at (0.5625, −0.8125)")
