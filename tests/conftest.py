"""What every part of the tests may ask for."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def book_html() -> Path:
    """The built site; the tests read it, they do not build it."""
    html = ROOT / "_build" / "html"
    if not (html / "introduction" / "perceptron.html").exists():
        pytest.fail(f"no built book at {html}: run `make book` first")
    return html


def chromium() -> str | None:
    """The environment's, else the system's; None stands for the one that playwright installs."""
    system = (shutil.which(name) for name in ("/usr/bin/chromium", "/usr/bin/google-chrome", "chromium"))
    return os.environ.get("CHROMIUM") or next(filter(None, system), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for a whole process: playwright refuses to be started twice in a thread."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        except Error as error:
            pytest.fail(
                "no browser starts: set CHROMIUM to one, or install Debian's (apt-get install chromium), or "
                f"playwright's own (python -m playwright install --with-deps chromium)\n{error}"
            )
        yield browser
        browser.close()


# --- The size of the parity table: each process counts its rows, the first one adds them up and prints them.

table: Counter[str] = Counter()
subjects: set[str] = set()


def pytest_sessionfinish(session: pytest.Session) -> None:
    parity = sys.modules.get("tests.layerwise.parity")
    if parity and hasattr(session.config, "workeroutput"):
        session.config.workeroutput["parity"] = [dict(parity.TABLE), sorted(parity.SUBJECTS)]
    elif parity:
        add_up(parity.TABLE, parity.SUBJECTS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    add_up(*getattr(node, "workeroutput", {}).get("parity", ({}, ())))


def add_up(counts: dict[str, int], names: Any) -> None:
    table.update(counts)
    subjects.update(names)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if table:
        terminalreporter.write_line(
            f"Parity with torch: {len(subjects)} operations and layers x options and shapes = "
            f"{table['float64']:,} rows in float64 and {table['float32']:,} in float32, "
            f"{table['gradients']:,} gradients; {table['differences']:,} numbers also by central differences"
        )
