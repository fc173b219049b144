"""Notebooks and messages that nobody thought of: proctor goes on, names what it cannot grade, and no score
exceeds its points. PROCTOR_FUZZ=300 tries so many notebooks, and ten times as many conversations."""

import copy
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.utils import determine_grade

from proctor import plan, run
from proctor.course import Course
from proctor.executors import Local
from proctor.isolation import ladder
from proctor.job import Job, Site
from proctor.launcher import Lost
from proctor.limits import MIB, Limits
from proctor.protocol import Channel
from proctor.supervisor import Supervisor

from . import school
from .hostile.attack import FULL

NUMBER = int(os.environ.get("PROCTOR_FUZZ", "15"))
HOW = {"derandomize": True, "deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["double", "double-shown", "mean-part", "code", "markdown", "\ud800", "\x00", "1e999", "../x"]
    ),
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CHANGES = ("replace", "delete", "duplicate", "swap", "rename", "deepen")


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all parts of a JSON value."""
    if path:
        yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def changed(data: Any, where: float, how: str, value: Any) -> None:
    """Do one thing to one part of it, in place."""
    paths = list(places(data))
    if not paths:
        return
    path = paths[min(int(where * len(paths)), len(paths) - 1)]
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    key = path[-1]
    match how:
        case "replace":
            parent[key] = value
        case "delete":
            del parent[key]
        case "duplicate" if isinstance(parent, list):
            parent.insert(key, copy.deepcopy(parent[key]))
        case "swap" if isinstance(parent, list):
            parent[key], parent[0] = parent[0], parent[key]
        case "rename" if isinstance(parent, dict):
            parent[str(value)[:30]] = parent.pop(key)
        case "deepen":
            parent[key] = [[[parent[key]]]]


@st.composite
def changes(draw: st.DrawFn, most: int = 4) -> list[tuple[float, str, Any]]:
    one = st.tuples(st.floats(0, 1), st.sampled_from(CHANGES), VALUE)
    return draw(st.lists(one, min_size=1, max_size=most))


@st.composite
def bites(draw: st.DrawFn) -> list[tuple[float, bytes, int]]:
    """Bytes put in somewhere, and how many they replace."""
    some = st.one_of(
        st.binary(max_size=6), st.sampled_from([b"\x00", b"\xff\xfe", b"{", b"]", b'"', b"1e999"])
    )
    return draw(st.lists(st.tuples(st.floats(0, 1), some, st.integers(0, 40)), max_size=2))


class Class:
    """A class of two, graded again and again by the same workers."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.course = Course(folder)
        self.course.state.mkdir(exist_ok=True)
        self.good = json.loads(nbformat.writes(school.answered(folder, school.RIGHT)))
        limits = Limits(notebook_seconds=20, memory=512 * MIB, processes=20)
        self.site = plan.site_of(self.course, "ps1", ladder()[0], limits)
        self.workers = Local(self.site, 1)
        school.hand_in(folder, "honest", json.dumps(self.good))
        self.grade("honest")

    def grade(self, student: str) -> run.Summary:
        jobs = plan.plan(self.course, "ps1", self.site, [student])
        kept = SimpleNamespace(
            room=self.workers.room,
            submit=self.workers.submit,
            result=self.workers.result,
            close=lambda: None,
        )
        return run.run(self.course, "ps1", jobs, lambda: kept, self.site.level.name, controls=True)


@pytest.fixture(scope="module")
def two(empty_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    before = os.getcwd()
    two = Class(school.copy(empty_course, tmp_path_factory.mktemp("fuzz") / "course"))
    yield two
    two.workers.close()
    os.chdir(before)


@settings(max_examples=NUMBER, **HOW)
@given(what=changes(), bytes_=st.one_of(st.just([]), bites()))
def test_any_notebook_is_graded_or_named(two: Class, what: list[Any], bytes_: list[Any]) -> None:
    data = copy.deepcopy(two.good)
    for change in what:
        changed(data, *change)
    raw = json.dumps(data).encode()
    for where, some, many in bytes_:
        start = int(where * len(raw))
        raw = raw[:start] + some + raw[start + many :]
    school.hand_in(two.folder, "fuzz", raw)
    summary = two.grade("fuzz")
    [record] = [*summary.graded, *summary.failed] or [None]
    grades = school.grades(two.folder)
    if record:
        assert record.failure or any(score is not None for score in grades["fuzz"].values()) or record.notes
        assert bool(record.failure) == (record in summary.failed)
    for name, score in grades.get("fuzz", {}).items():
        assert score is None or 0 <= score <= school.POINTS[name]
    assert grades["honest"] == FULL
    done = two.folder / "autograded" / "fuzz" / "ps1" / "p1.ipynb"
    if record and not record.failure:
        nbformat.validate(nbformat.read(done, as_version=4))


MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("stream", {"name": "stdout", "text": "x"}),
    ("stream", {"name": "stderr", "text": "x"}),
    ("error", {"ename": "E", "evalue": "", "traceback": ["a"]}),
    ("execute_result", {"data": {"text/plain": "4.0"}, "metadata": {}, "execution_count": 1}),
    ("display_data", {"data": {"text/html": "<b>"}, "metadata": {}, "transient": {"display_id": "1"}}),
    ("update_display_data", {"data": {"text/html": "<b>"}, "metadata": {}, "transient": {"display_id": "1"}}),
    ("clear_output", {"wait": True}),
    ("reply", {"status": "ok", "changed": []}),
    ("reply", {"status": "error", "ename": "E", "evalue": "", "traceback": [], "changed": ["x"]}),
]


class FakeChild:
    """Answers each question with what was drawn, then hangs up."""

    def __init__(self, answers: list[Any]):
        ours, self.theirs = socket.socketpair()
        self.channel = Channel(ours, most=1 << 20)
        self.token, self.killed, self.pid = "0" * 32, False, 0
        self.thread = threading.Thread(target=self._talk, args=[list(answers)], daemon=True)
        self.thread.start()

    def _talk(self, answers: list[Any]) -> None:
        other = Channel(self.theirs)
        try:
            other.send({"token": self.token, "kind": "ready", "content": {}})
            while answers:
                token = other.receive()["token"]
                for message, what, honest in answers.pop(0):
                    kind, content = message
                    value = {
                        "token": token if honest else "x",
                        "kind": kind,
                        "content": copy.deepcopy(content),
                    }
                    for change in what:
                        changed(value, *change)
                    data = json.dumps(value).encode()
                    self.theirs.sendall(struct.pack(">I", len(data)) + data)
        except Exception:
            pass
        self.theirs.close()

    def signal(self, number: int) -> None:
        self.killed = True

    def kill(self) -> None:
        self.killed = True

    def wait(self) -> dict[str, Any]:
        return {"exit": 1, "seconds": 0.0, "memory": 0, "over": ""}

    def close(self) -> None:
        self.channel.connection.close()
        self.thread.join()


ANSWER = st.lists(
    st.tuples(st.sampled_from(MESSAGES), st.one_of(st.just([]), changes(2)), st.integers(0, 9).map(bool)),
    max_size=4,
)


@settings(max_examples=10 * NUMBER, **HOW)
@given(answers=st.lists(ANSWER.map(lambda some: [*some, (MESSAGES[-2], [], True)]), max_size=8))
def test_any_conversation_comes_to_an_end(two: Class, answers: list[Any]) -> None:
    site = Site(two.site.level, (), "", (), Limits(notebook_seconds=20), two.site.settings)
    zygote: Any = SimpleNamespace(
        site=site, language_info={"name": "python"}, launch=lambda *_: FakeChild(answers)
    )
    notebook = nbformat.reads(json.dumps(two.good), as_version=4)
    try:
        done = Supervisor(zygote).run("p1", notebook, Job("", "", "", {}, {}), last=True)
    except Lost:
        return
    nbformat.validate(done.notebook)
    for cell in done.notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            score, most = determine_grade(cell)
            assert 0 <= score <= most
