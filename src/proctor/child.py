"""The process that meets a student's code: runs the cells that it is sent, one at a time."""

import asyncio
import os
import random
import signal
import socket
import sys
from typing import Any

from .integrity import Mark
from .kernel import Descriptors, Stream
from .protocol import Channel, Ended


def serve(
    kernel: Any, mark: Mark, descriptors: Descriptors, connection: int, token: str, output: int
) -> None:
    """Run cells until the supervisor hangs up."""
    channel = Channel(socket.socket(fileno=connection))
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 (it stays open)
    sys.stdout, sys.stderr = streams = Stream("stdout", os.dup(1)), Stream("stderr", os.dup(2))
    descriptors.capture()
    _reseed()
    sys.path[:0] = [""]  # the working folder, as in a kernel
    signal.signal(signal.SIGINT, signal.default_int_handler)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    conversation = _Conversation(channel, token, output)
    kernel.session.say = conversation.say
    for stream in streams:
        stream.say = conversation.say
    conversation.say("ready", {})
    changed: list[str] = []
    while True:
        try:
            question = channel.receive()
            conversation.token = question["token"]
            changed = mark.changed() if question["watched"] else []
            content = _run(loop, kernel, question["source"]) | {"changed": changed}
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
        descriptors.forward(conversation.say, output)
        conversation.say("reply", content)


def _run(loop: asyncio.AbstractEventLoop, kernel: Any, source: str) -> dict[str, Any]:
    reply = loop.run_until_complete(kernel.do_execute(source, silent=False, store_history=True))
    content = {"status": reply["status"]}
    if reply["status"] == "error":
        content |= {name: reply[name] for name in ("ename", "evalue", "traceback")}
    return content


class _Conversation:
    """Every message carries the token of the cell that it belongs to; prints beyond the limit are dropped."""

    def __init__(self, channel: Channel, token: str, output: int):
        self.channel, self.token, self.left = channel, token, output
        self.process = os.getpid()

    def say(self, kind: str, content: dict[str, Any]) -> None:
        if os.getpid() != self.process:
            return  # a process that the cell has forked: its prints would mix with this one's messages
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


def _reseed() -> None:
    """Without it, all notebooks would draw the same "random" numbers."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(random.getrandbits(63))
