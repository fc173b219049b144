"""ipykernel's own kernel, whose messages go down a channel instead of a ZeroMQ socket.

So cells run as under nbgrader: the same shell, tracebacks, display hooks, event loop and capture of output.
"""

import asyncio
import io
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ipykernel_launcher
import IPython.utils.path
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

from . import environment

Say = Callable[[str, dict[str, Any]], None]
MESSAGES = {"display_data", "update_display_data", "execute_result", "error", "clear_output"}
# The last: tests fail there often, and to show where is slow the first time.
WARM_UP: tuple[str, ...] = (
    "1 / 0",
    "(",
    "print()",
    "display(1)",
    "await __import__('asyncio').sleep(0)",
    "1",
)
WARM_UP += ("import sys\nif 'numpy' in sys.modules: __import__('numpy').testing.assert_allclose([1.0], 2.0)",)
FLUSH = 1.0  # seconds; what a cell prints is collected, so that it comes in one piece


class Wire(Session):
    """Gives kernel messages to `say`; those that a saved notebook does not hold are dropped."""

    say: Say = staticmethod(lambda kind, content: None)

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> None:
        if isinstance(msg_or_type, dict):
            msg_or_type, content = msg_or_type["msg_type"], msg_or_type["content"]
        if msg_or_type in MESSAGES:
            self.say(msg_or_type, content)


class Kernel(IPythonKernel):
    iopub_socket = AnyTrait()
    log = AnyTrait()
    # what asks which thread runs the cells, in a cell with `await`
    shell_channel_thread = AnyTrait(SimpleNamespace(parent_thread=threading.main_thread()))


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr: collects text, gives it to `say` in pieces."""

    encoding, errors = "UTF-8", None

    def __init__(self, name: str, descriptor: int):
        self.name = f"<{name}>"
        self.stream = name
        self.say: Say = lambda kind, content: None
        self.descriptor = descriptor
        self._parts: list[str] = []
        self._flushed = time.monotonic()

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._parts.append(text)
        if time.monotonic() - self._flushed > FLUSH or len(self._parts) > 10_000 or len(text) > 1 << 20:
            self.flush()
        return len(text)

    def flush(self) -> None:
        self._flushed = time.monotonic()
        text, self._parts = "".join(self._parts), []
        for start in range(0, len(text), 1 << 20):
            self.say("stream", {"name": self.stream, "text": text[start : start + (1 << 20)]})

    def fileno(self) -> int:
        return self.descriptor

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False


class Descriptors:
    """What is written past Python, by C code and other programs: to a file, read when the cell has ended.

    No limit holds such files in memory, so a notebook may not make any: these are made before it is confined.
    """

    def __init__(self) -> None:
        self.files = {name: os.memfd_create(name, os.MFD_CLOEXEC) for name in ("stdout", "stderr")}

    def capture(self) -> None:
        for number, file in enumerate(self.files.values(), start=1):
            os.dup2(file, number)

    def forward(self, say: Say, most: int) -> None:
        for name, file in self.files.items():
            if size := os.fstat(file).st_size:
                text = os.pread(file, min(size, most), 0).decode("utf-8", "replace")
                os.ftruncate(file, 0)
                os.lseek(file, 0, os.SEEK_SET)
                say("stream", {"name": name, "text": text})


def make_kernel() -> Any:
    """A kernel that has run a little, so that what is loaded lazily is loaded."""
    config = Config()
    config.HistoryManager.enabled = False  # it would start a thread, and write a file
    home = os.environ.pop(environment.HOME, os.sep)
    IPython.utils.path.compress_user = lambda path: f"~{path[len(home) :]}" if path.startswith(home) else path
    sys.argv = [ipykernel_launcher.__file__, "-f", "/tmp/kernel.json", "--HistoryManager.hist_file=:memory:"]
    kernel: Any = Kernel(session=Wire(), iopub_socket=None, log=logging.getLogger("kernel"), config=config)  # type: ignore[no-untyped-call]
    loop = asyncio.new_event_loop()
    for source in WARM_UP:
        loop.run_until_complete(kernel.do_execute(source, False, True))
    loop.close()
    kernel.shell.reset(new_session=True)
    kernel.shell._last_traceback = None
    return kernel
