"""A course, made once a session; each test gets a copy."""

import signal
from pathlib import Path

import pytest

from . import school

# A shell starts what runs in the background with Ctrl-C switched off, and its children inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def empty_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return school.make_course(tmp_path_factory.mktemp("school") / "course")


@pytest.fixture
def course(empty_course: Path, tmp_path: Path) -> Path:
    return school.copy(empty_course, tmp_path / "course")
