"""From release to returned feedback with nbgrader's exchange, proctor in the place of two of its commands."""

import getpass
import shutil
from pathlib import Path

import nbformat

from . import school


def test_feedback_comes_back_to_the_student(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)  # nbgrader insists on it
    settings = school.CONFIG + f"c.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'c101'\n"
    course = school.make_course(tmp_path / "course", config=settings)
    student = tmp_path / "student"
    student.mkdir()
    shutil.copy(course / "nbgrader_config.py", student)

    school.nbgrader(course, "release_assignment", "ps1")
    school.nbgrader(student, "fetch_assignment", "ps1")
    nbformat.write(school.answered(course, school.RIGHT), student / "ps1" / "p1.ipynb")
    school.nbgrader(student, "submit", "ps1")
    school.nbgrader(course, "collect", "ps1")
    for command in ("autograde", "feedback"):
        done = school.proctor(course, command, "ps1")
        assert done.returncode == 0, done.stderr
    assert school.scores(course, getpass.getuser()) == school.POINTS
    school.nbgrader(course, "release_feedback", "ps1")
    school.nbgrader(student, "fetch_feedback", "ps1")

    written = course / "feedback" / getpass.getuser() / "ps1" / "p1.html"
    fetched = list((student / "ps1" / "feedback").rglob("p1.html"))
    assert [page.read_bytes() for page in fetched] == [written.read_bytes()]
