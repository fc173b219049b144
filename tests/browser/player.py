"""What a reader does with a figure's buttons, and reads off it: common to the tests of all figures."""

from playwright.sync_api import Locator, Page, expect


def ready(page: Page, name: str) -> Locator:
    """The figure of this name, when its buttons are there."""
    figure = page.locator(f'.interactive[data-figure="{name}"]')
    expect(figure.get_by_role("button", name="Play")).to_be_visible()
    return figure


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


def drag(figure: Locator, handle: Locator, ground: Locator, x: float, y: float) -> None:
    """With the mouse, to these shares of the ground's width and height."""
    figure.locator(".player-stage").scroll_into_view_if_needed()
    box, target = handle.bounding_box(), ground.bounding_box()
    assert box
    assert target
    mouse = figure.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(target["x"] + x * target["width"], target["y"] + y * target["height"], steps=5)
    mouse.up()
