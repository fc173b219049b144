"""A course, made once a session; each test gets a copy."""

from pathlib import Path

import pytest

from . import school


@pytest.fixture(scope="session")
def empty_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return school.make_course(tmp_path_factory.mktemp("school") / "course")


@pytest.fixture
def course(empty_course: Path, tmp_path: Path) -> Path:
    return school.copy(empty_course, tmp_path / "course")
