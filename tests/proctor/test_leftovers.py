"""Of a proctor that was killed with signal 9 nothing runs on, and no copy of a submission stays behind."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from proctor import isolation, leftovers
from proctor.isolation import Level

from . import school
from .processes import family_of, wait_for_end

ENDLESS = {
    "double": "import subprocess\ndef double(x):\n    subprocess.Popen(['sleep', '98'])\n    while True: pass"
}
LEVELS = [isolation.ladder()[0], Level("landlock", own_user=False, filtered=True)]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.walls)
def test_kill(level: Level, empty_course: Path, tmp_path: Path) -> None:
    course = school.copy(empty_course, tmp_path / "course")
    folder = school.hand_in(course, "ada", school.answered(course, ENDLESS))
    (folder / "private.txt").write_text("nobody else's business")
    school.note_isolation(course, level)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    settings = {"TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "proctor.cli", "autograde", "ps1", "--timeout", "300", "--json"]
    process = subprocess.Popen(
        command, cwd=course, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    )
    family = family_of(process, 4)  # the zygote, a guard, the notebook, its sleep
    left = list(temporary.rglob("*"))
    assert not any(readable_by_others(path) for path in left), left
    process.kill()
    process.communicate()
    wait_for_end(family)
    if level.walls == "namespaces":
        assert not left
    school.hand_in(course, "ada", school.answered(course, school.RIGHT))
    done = school.proctor(course, "autograde", "ps1", "--json", **settings)
    assert json.loads(done.stdout)["isolation"] == level.name
    assert school.scores(course, "ada") == school.POINTS
    assert not list(temporary.iterdir())


def readable_by_others(path: Path) -> bool:
    """Or listed by them; a folder that others may not pass through keeps what is in it."""
    if any(
        not parent.stat().st_mode & stat.S_IXOTH for parent in path.parents if "proctor-run" in str(parent)
    ):
        return False
    return bool(path.stat().st_mode & stat.S_IROTH)


def test_a_folder_that_is_in_use_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers.tempfile, "tempdir", str(tmp_path))
    with leftovers.TemporaryFolder() as mine:
        abandoned, other = tmp_path / "proctor-run-12345678", tmp_path / "proctor-notes"
        (abandoned / "inner").mkdir(parents=True)
        (abandoned / "inner").chmod(0)
        other.mkdir()
        leftovers.sweep()
        assert sorted(tmp_path.iterdir()) == sorted([Path(mine), other])
    assert list(tmp_path.iterdir()) == [other]
