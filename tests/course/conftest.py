"""The modules of this folder import one another by name, in pytest as in `python tests/course/demo.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def pytest_terminal_summary(terminalreporter):
    """Say how many of the mutants each task's tests have caught."""
    caught = {
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for key, value in getattr(report, "user_properties", [])
        if key == "mutants"
    }
    if caught:
        terminalreporter.section("mutants caught, by task")
        terminalreporter.write("\n".join(sorted(caught)) + "\n")
