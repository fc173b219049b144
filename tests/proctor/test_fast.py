"""What is done less often must come out the same: short ways, and what they must not miss."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from proctor import unchanged

from . import school

ASK = """\
import sys
from proctor import cli, unchanged
options = cli.parser().parse_args(["autograde", "ps1"])
options.nbgrader = []
options.called = unchanged.called(options)
print(unchanged.look_up(options) is not None, "nbgrader" in sys.modules)
"""


def ask(course: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=course,
        env=os.environ,  # as school.proctor: readline, if it is loaded, tells it of its LINES and COLUMNS
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_nothing_to_do_is_said_without_nbgrader(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = course / "nbgrader_config.py"
    settings.write_text(
        settings.read_text() + "c.Execute.iopub_timeout = int(os.environ.get('PATIENCE', 4))\n"
    )
    school.hand_in(course, "ada", school.answered(course, school.RIGHT))
    assert school.proctor(course, "autograde", "ps1").returncode == 0
    assert ask(course) == "True False"
    again = school.proctor(course, "autograde", "ps1")
    assert again.returncode == 0
    assert "graded 0, done before 1, without a grade 0" in again.stdout

    note = unchanged.Note(**json.loads((course / ".proctor" / "ps1.unchanged").read_text()))
    for name, change in CHANGES.items():
        before = unchanged._state(note, "ps1")
        change(course)
        assert unchanged._state(note, "ps1") != before, name
    before = unchanged._state(note, "ps1")
    monkeypatch.setenv("PATIENCE", "5")  # the settings say something else, in the same file
    assert unchanged._state(note, "ps1") != before
    (course / "submitted" / "ada" / "ps1" / "link").symlink_to("/etc/hostname")
    with pytest.raises(unchanged.Unsure):
        unchanged._state(note, "ps1")


def other_text(course: Path) -> None:
    """Of the same length, in the same file, at the same time."""
    path = course / "submitted" / "ada" / "ps1" / "p1.ipynb"
    times = path.stat()
    with path.open("r+") as file:
        file.write(file.read(0) + " ")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def other_points(course: Path) -> None:
    with school.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_grade_cell("mean-shown", "p1", "ps1", max_score=7)


CHANGES: dict[str, Callable[[Path], object]] = {
    "another text": other_text,
    "another student": lambda course: (course / "submitted" / "bob" / "ps1").mkdir(parents=True),
    "a grade's record gone": lambda course: (course / ".proctor" / "ps1" / "ada.json").unlink(),
    "a graded notebook gone": lambda course: (course / "autograded" / "ada" / "ps1" / "p1.ipynb").unlink(),
    "a file of the course": lambda course: (course / "source" / "ps1" / "data.csv").write_text("4,5,6\n"),
    "the points": other_points,
}


TRACEBACKS = """\
import sys
import numpy
from IPython.core.interactiveshell import InteractiveShell
from proctor import tracebacks

shell = InteractiveShell.instance(colors="linux")
shell._last_traceback = None
CELLS = [
    "numpy.testing.assert_allclose([1.0, 2.0], [1.0, 3.0])",
    "def f(x):\\n    y = [x, 'text', 3.5]\\n    return y[x] + 1\\nf(1)",
    "f(\\n  7)",
    "import json\\njson.loads('{')",
]


def colored(cell):
    error = shell.run_cell("import numpy\\n" + cell, store_history=True).error_in_exec
    return "\\n".join(shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__))


plain = [colored(cell) for cell in CELLS]
tracebacks.keep_what_repeats(shell)
kept = [[colored(cell) for cell in CELLS] for _ in range(2)]
import re
same = lambda text: re.sub(r"ipykernel_\\d+/\\d+|In\\[.*?\\]|line \\d+", "", text)
number = lambda texts: [re.sub(r"\\[\\d+\\]", "[]", same(text)) for text in texts]
assert "\\x1b[" in plain[0]
assert number(kept[0]) == number(plain), (kept[0], plain)
assert number(kept[1]) == number(plain)
"""


def test_tracebacks_are_what_ipython_writes() -> None:
    done = subprocess.run([sys.executable, "-c", TRACEBACKS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def test_marks_that_nbgrader_refuses_are_refused(course: Path) -> None:
    """The compiled check of nbgrader's schema lets nothing through that the slow one does not."""
    from nbgrader.nbgraderformat import MetadataValidator, ValidationError

    from proctor.record import _validate

    schema = MetadataValidator().schema
    good = nbformat.reads(nbformat.writes(school.released(course)), as_version=4).cells[2].metadata.nbgrader
    _validate(good, schema)
    for change in ({"points": -1}, {"grade_id": "a b"}, {"grade": 1}, {"checksum": "short"}, {"more": 1}):
        with pytest.raises(ValidationError):
            _validate({**good, **change}, schema)
    assert "extra" not in good
