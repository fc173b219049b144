"""Forks of a notebook's process, for negative controls: see controls.py.

A fork is taken before a test's text has come, waits on a pipe, runs the test in its own way, and says what
nbgrader would score by. What student code prints and displays in it is left out.
"""

import contextlib
import ctypes
import json
import os
import posix
import select
import signal
import sys
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any

from .kernel import Say

_bare_fork = ctypes.PyDLL(None).fork  # tells nobody: os.fork would call what the notebook has registered
DONE = b"+"


class Replica:
    """A fork that waits for its test."""

    def __init__(self, work: Callable[[list[dict[str, Any]]], None]):
        out, self._question = os.pipe()
        self._answer, into = os.pipe()
        parent = os.getpid()
        self.ended = False
        self.process = _fork()
        if self.process == 0:
            try:
                os.close(self._question)
                os.close(self._answer)
                # What asks for the number of its process learns what it learned before.
                os.getpid = posix.getpid = lambda: parent
                with os.fdopen(out, "rb") as lines:
                    for line in lines:
                        work(json.loads(line))
                        os.write(into, DONE)
            finally:
                os._exit(0)
        os.close(out)
        os.close(into)

    def run(self, questions: list[dict[str, Any]], seconds: float) -> bool:
        """Whether it came to their end. If not, it has ended for good."""
        if self.ended:
            return False
        with contextlib.suppress(OSError), os.fdopen(self._question, "wb", closefd=False) as pipe:
            pipe.write(json.dumps(questions).encode() + b"\n")
        if select.select([self._answer], [], [], seconds)[0] and os.read(self._answer, 1) == DONE:
            return True
        self.drop()
        return False

    def drop(self) -> None:
        if self.ended:
            return  # its descriptors and its number may be another's by now
        self.ended = True
        for descriptor in (self._question, self._answer):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(OSError):
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


def _fork() -> int:
    if len(sys._current_frames()) == 1:
        return int(_bare_fork())
    with warnings.catch_warnings():  # other threads hold locks that only os.fork makes anew
        warnings.simplefilter("ignore")
        return os.fork()


def gist(say: Say) -> Say:
    """Of what a cell says, only what nbgrader scores by."""

    def told(kind: str, content: dict[str, Any]) -> None:
        if kind == "error":
            say(kind, {"ename": str(content["ename"])[:100], "evalue": "", "traceback": []})
        elif kind == "stream" and content["name"] == "stderr" and content["text"]:
            say(kind, {"name": "stderr", "text": content["text"][:100]})
        elif kind == "execute_result":
            say(kind, {"data": {"text/plain": str(content["data"].get("text/plain", ""))[:1000]}})

    return told


def put_stubs(namespace: dict[str, Any], stubs: list[str], names: list[str]) -> None:
    """Take from the student what the blank notebook does not have; put the stubs where functions stood.

    A function may be known under other names, in lists, objects and closures: so it is not only the name that
    gets the stub, but the function itself its code.
    """
    before = dict(namespace)
    for stub in stubs:
        with contextlib.suppress(Exception):  # a stub may raise when it is run
            exec(compile(stub, "<stub>", "exec"), namespace)
    for name, new in list(namespace.items()):
        if (old := before.get(name)) is not new and old is not None:
            _replace(old, new)
            for other in [other for other, value in namespace.items() if value is old]:
                namespace[other] = new
    kept = {*names, *(name for name in namespace if name.startswith("_"))}
    for name in set(before) - kept:
        namespace.pop(name, None)


def _replace(old: Any, new: Any) -> None:
    if isinstance(old, type) and isinstance(new, type):
        for name, value in vars(new).items():
            if callable(value) or isinstance(value, property | classmethod | staticmethod):
                with contextlib.suppress(AttributeError, TypeError):
                    setattr(old, name, value)
    elif isinstance(old, FunctionType) and isinstance(new, FunctionType):
        with contextlib.suppress(ValueError):  # it is a closure: the name must do
            old.__code__ = new.__code__
            old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__


def survey(filenames: set[str], run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run a test of the blank notebook, and see whether it calls a stub."""
    called = False

    def look(frame: Any, event: str, _: Any) -> None:
        nonlocal called
        called = called or (event == "call" and frame.f_code.co_filename in filenames)

    sys.setprofile(look)
    try:
        content = run()
    finally:
        sys.setprofile(None)
    return content | {"called": called}
