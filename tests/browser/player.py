"""What a reader does with a figure's buttons, and reads off it: common to the tests of all figures."""

from playwright.sync_api import Locator


def press(figure: Locator, name: str) -> None:
    figure.get_by_role("button", name=name, exact=True).click()


def status(figure: Locator) -> Locator:
    return figure.get_by_role("status")


def counter(figure: Locator, name: str) -> Locator:
    return figure.locator(f"[data-counter={name}]")


def to_the_end(figure: Locator) -> None:
    forward = figure.get_by_role("button", name="Forward", exact=True)
    while forward.get_attribute("aria-disabled") == "false":
        forward.click()
