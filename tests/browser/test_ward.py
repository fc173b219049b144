"""The ward on its page: mouse, keyboard, patients, the reader's diagnosis."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .player import counter, press, ready, status, to_the_end

pytestmark = pytest.mark.browser

PAGE = "introduction/when-training-fails.html"


@pytest.fixture
def figure(page: Page, site: str) -> Locator:
    page.goto(f"{site}/{PAGE}")
    return ready(page, "ward")


def test_starts_with_a_loss_curve(figure: Locator) -> None:
    expect(status(figure)).to_have_text("The loss goes from 26 to 2.3; guessing has 2.3.")
    expect(counter(figure, "patient")).to_have_text("A")
    expect(figure.locator(".player-stage .ward-loss")).to_have_count(1)
    expect(figure.get_by_role("button", name="Back", exact=True)).to_have_attribute("aria-disabled", "true")


def test_rounds_with_the_mouse(figure: Locator) -> None:
    press(figure, "Forward")
    expect(status(figure)).to_have_text(re.compile("^By layer, spread of each layer's outputs"))
    expect(figure.locator(".player-stage .signal-bar")).to_have_count(5)
    press(figure, "Forward")
    expect(figure.locator(".player-stage .signal-bar")).to_have_count(2)
    to_the_end(figure)
    expect(status(figure)).to_have_text(re.compile("^After treatment the loss ends at 0.31"))
    expect(figure.locator(".player-stage .ward-loss")).to_have_count(2)
    press(figure, "Back")
    expect(status(figure)).to_have_text(
        re.compile("^The doctor: data not normalized .layer 0.. You have not said")
    )
    press(figure, "Reset")
    expect(status(figure)).to_have_text(re.compile("^The loss goes from 26"))


def test_rounds_by_keyboard(figure: Locator) -> None:
    figure.get_by_role("button", name="Play").focus()
    for _ in range(3):
        figure.page.keyboard.press("ArrowRight")
    expect(status(figure)).to_have_text(re.compile("gradient over weight, first step"))
    figure.page.keyboard.press("Home")
    expect(status(figure)).to_have_text(re.compile("^The loss goes"))


def test_a_diagnosis_is_compared_with_the_doctors(figure: Locator) -> None:
    figure.get_by_label("Patient").select_option("E")
    for _ in range(5):
        press(figure, "Forward")
    figure.get_by_label("Your diagnosis").select_option("saturation")
    expect(status(figure)).to_have_text(
        re.compile("^The doctor: dead ReLUs .layer 3.. You said: saturation.")
    )
    figure.get_by_label("Your diagnosis").select_option("dead ReLUs")
    expect(status(figure)).to_have_text(re.compile("You said the same"))


@pytest.mark.parametrize("patient", "ABCDEFGHIJKLM")
def test_every_patient_has_all_instruments(figure: Locator, patient: str) -> None:
    figure.get_by_label("Patient").select_option(patient)
    expect(counter(figure, "patient")).to_have_text(patient)
    for _ in range(6):
        press(figure, "Forward")
        expect(figure.locator(".player-stage svg")).not_to_contain_text(re.compile("undefined|NaN|Infinity"))
    expect(figure.get_by_role("button", name="Forward", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
