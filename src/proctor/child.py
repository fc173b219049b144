"""The process that meets a student's code: runs the cells that it is sent, one at a time."""

import asyncio
import contextlib
import gc
import os
import random
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ipykernel.compiler import get_file_name

from .integrity import Mark
from .kernel import CELL, Descriptors, Stream
from .names import Names
from .protocol import Channel, Ended
from .replica import Replica, gist, put_stubs, survey

GIST = 10_000  # characters that a control may print
PAUSE = 0.005  # seconds; a kernel hears of the next cell no sooner


def serve(
    kernel: Any,
    mark: Mark,
    captured: tuple[Descriptors, Descriptors],
    connection: int,
    token: str,
    output: int,
) -> None:
    """Run cells until the supervisor hangs up. `captured` is for what they write, and what controls do."""
    descriptors, of_controls = captured
    channel = Channel(socket.socket(fileno=connection))
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 (it stays open)
    sys.stdout, sys.stderr = streams = Stream("stdout", os.dup(1)), Stream("stderr", os.dup(2))
    descriptors.capture()
    _reseed()
    kernel.shell.user_ns["_dh"][:] = [os.getcwd()]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    conversation = _Conversation(channel, token, output)
    kernel.session.say = conversation.say
    for stream in streams:
        stream.say, stream.past_python = conversation.say, descriptors.take
    names = Names(kernel.shell.user_ns)
    look = mark.changed
    conversation.reply("ready", {})
    changed: list[str] = []
    fork: Replica | None = None

    def control(questions: list[dict[str, Any]]) -> None:
        _control(questions, kernel, conversation, streams, of_controls)

    while True:
        try:
            _go_on(loop, channel)
            question = channel.receive()
            if "fork" in question:
                fork = _fork(fork, control)
                continue
            if "control" in question:
                ended = fork is not None and fork.run(question["control"], question["seconds"])
                conversation.token = question["token"]
                conversation.reply("reply", {"status": "ok" if ended else "none", "changed": []})
                continue
            descriptors.forget()
            conversation.begin(question["token"])
            for stream in streams:
                stream.cell = conversation.cell
            changed = []
            if question["watched"]:
                changed = look() + names.changed(question["source"], question["answers"])
            before = dict(names.namespace) if question["own"] else {}
            if "survey" in question:
                content = _survey(loop, kernel, question)
            else:
                content = _run(loop, kernel, question["source"])
            if question["own"]:
                names.own_cell(before)
            if question["watched"]:
                changed += names.blind_comparisons()
            content |= {"changed": changed}
        except Ended:
            os._exit(0)
        except BaseException as error:  # an interrupt that came late, or a shell that no longer works
            content = {
                "status": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                "changed": changed,
            }
        for stream in streams:
            stream.flush()
        conversation.reply("reply", content)


def _go_on(loop: asyncio.AbstractEventLoop, channel: Channel) -> None:
    """Tasks that a cell has left behind go on until the next one comes, as in a kernel."""
    if loop.is_closed() or not asyncio.all_tasks(loop):
        return
    with contextlib.suppress(BaseException):  # a task's end is no cell's
        loop.run_until_complete(asyncio.sleep(PAUSE))
        if not channel.pending():
            loop.add_reader(channel.connection, loop.stop)
            loop.run_forever()
    loop.remove_reader(channel.connection)


def _fork(before: Replica | None, work: Callable[[list[dict[str, Any]]], None]) -> Replica | None:
    if before:
        before.drop()
    try:
        return Replica(work)
    except OSError:  # no process can be added: then there is no control
        return None


def _control(
    questions: list[dict[str, Any]],
    kernel: Any,
    conversation: "_Conversation",
    streams: tuple[Stream, ...],
    descriptors: Descriptors,
) -> None:
    """In a fork: run a test in other ways."""
    gc.disable()  # it would touch, and so copy, all memory
    descriptors.forget()
    descriptors.capture()  # what is written past Python must not mix with the parent's
    conversation.left = GIST
    kernel.session.say = gist(conversation.say)
    for stream in streams:
        stream.say, stream.past_python = gist(conversation.say), descriptors.take
    # Nobody reads its tracebacks, and they take longer than all the rest.
    kernel.shell.InteractiveTB.structured_traceback = lambda *_, **__: [""]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    for question in questions:
        conversation.begin(question["token"])
        for stream in streams:
            stream.cell = conversation.cell
        if "stubs" in question:
            put_stubs(kernel.shell.user_ns, question["stubs"], question["names"])
        try:
            _run(loop, kernel, question["source"])
        except BaseException as error:
            conversation.say("error", {"ename": type(error).__name__, "evalue": "", "traceback": []})
        for stream in streams:
            stream.flush()


def _survey(loop: asyncio.AbstractEventLoop, kernel: Any, question: dict[str, Any]) -> dict[str, Any]:
    """Of a test of the blank notebook: whether it calls a stub, and which names there are."""
    names = list(kernel.shell.user_ns)
    stubs = {get_file_name(source) for source in question["survey"]}
    content = survey(stubs, lambda: _run(loop, kernel, question["source"]))
    return content | {"names": names}


def _run(loop: asyncio.AbstractEventLoop, kernel: Any, source: str) -> dict[str, Any]:
    reply = loop.run_until_complete(kernel.do_execute(source, silent=False, store_history=True))
    content = {"status": reply["status"]}
    if reply["status"] == "error":
        content |= {name: reply[name] for name in ("ename", "evalue", "traceback")}
    return content


class _Conversation:
    """Every message carries the token of the cell that it belongs to; prints beyond the limit are dropped."""

    def __init__(self, channel: Channel, token: str, output: int):
        self.channel, self.left = channel, output
        self.token: str | None = token  # none between cells: then threads that go on are not heard
        self.cell = 0
        self.process = os.getpid()
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._lock._at_fork_reinit)  # type: ignore[attr-defined]

    def begin(self, token: str) -> None:
        self.token = token
        self.cell += 1
        CELL.set(self.cell)

    def say(self, kind: str, content: dict[str, Any]) -> None:
        if os.getpid() != self.process:  # forked by the cell
            if kind == "stream":
                os.write(
                    {"stdout": 1, "stderr": 2}[content["name"]], content["text"].encode("utf-8", "replace")
                )
            return
        if CELL.get(self.cell) != self.cell:
            return  # a task of a cell that has ended
        with _uninterrupted(), self._lock:
            self._send(kind, content)

    def reply(self, kind: str, content: dict[str, Any]) -> None:
        """The last word on a cell."""
        with _uninterrupted(), self._lock:
            self._send(kind, content)
            self.token = None

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        if self.token is None:
            return
        if kind == "stream":
            text = content["text"]
            if len(text) > self.left:
                content = content | {
                    "text": text[: self.left] + "\n... Output truncated ...\n" * (self.left > 0)
                }
            self.left = max(self.left - len(text), 0)
            if not content["text"]:
                return
        self.channel.send({"token": self.token, "kind": kind, "content": content})


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Half a message would look forged."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _reseed() -> None:
    """Without it, all notebooks would draw the same "random" numbers."""
    random.seed()
    if numbers := sys.modules.get("numpy.random"):
        numbers.seed()
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(random.getrandbits(63))
