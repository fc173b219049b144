"""What every part of the tests may ask for."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def book_html() -> Path:
    """The built site; the tests read it, they do not build it."""
    html = ROOT / "_build" / "html"
    if not (html / "introduction" / "perceptron.html").exists():
        pytest.fail(f"no built book at {html}: run `make book` first")
    return html
