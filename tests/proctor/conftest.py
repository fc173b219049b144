"""A course, made once a session; each test gets a copy."""

import signal
from pathlib import Path

import pytest

from proctor import trial

from . import school

# A shell starts what runs in the background with Ctrl-C switched off, nohup the hanging up; children inherit
# that, and the tests send both.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def empty_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = school.make_course(tmp_path_factory.mktemp("school") / "course")
    school.note_isolation(course, trial.choose()[0])  # half a second that no test's first run needs to take
    return course


@pytest.fixture
def course(empty_course: Path, tmp_path: Path) -> Path:
    return school.copy(empty_course, tmp_path / "course")
