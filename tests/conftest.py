"""What every part of the tests may ask for."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def book_html() -> Path:
    """The built site; the tests read it, they do not build it."""
    html = ROOT / "_build" / "html"
    if not (html / "introduction" / "perceptron.html").exists():
        pytest.fail(f"no built book at {html}: run `make book` first")
    return html


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
