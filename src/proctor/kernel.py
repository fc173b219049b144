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
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import ipykernel_launcher
import IPython.utils.path
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config

from . import environment, tracebacks

Say = Callable[[str, dict[str, Any]], None]
MESSAGES = {"display_data", "update_display_data", "execute_result", "error", "clear_output"}
WARM_UP: tuple[str, ...] = (
    "1 / 0",
    "(",
    "print()",
    "display(1)",
    "await __import__('asyncio').sleep(0)",
    "1",
)
FLUSH = 1.0  # seconds; what a cell prints is collected, so that it comes in one piece
LOOK = 0.001  # seconds; how soon a print sees that something was written past Python before it
# The number of the cell that code belongs to; unset in threads. A task belongs to the cell that has made it.
CELL: ContextVar[int] = ContextVar("cell")


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
        self.name = name
        self.say: Say = lambda kind, content: None
        self.descriptor = descriptor
        self.cell = 0  # that is running
        self._start_anew()
        os.register_at_fork(after_in_child=self._start_anew)

    def _start_anew(self) -> None:
        """Also in a process that a cell forks: the text so far is its parent's to send."""
        self.past_python: Callable[[str], str] = lambda name: ""
        self._parts: list[str] = []
        self._flushed = self._looked = time.monotonic()
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if CELL.get(self.cell) != self.cell:
            return len(text)  # a task of a cell that has ended: no notebook shows it
        now = time.monotonic()
        with self._lock:
            if now - self._looked > LOOK:
                self._looked = now
                self._parts.append(self.past_python(self.name))
            self._parts.append(text)
        if now - self._flushed > FLUSH or len(self._parts) > 10_000 or len(text) > 1 << 20:
            self.flush()
        return len(text)

    def flush(self) -> None:
        with self._lock:
            self._flushed = time.monotonic()
            text, self._parts = "".join(self._parts) + self.past_python(self.name), []
        for start in range(0, len(text), 1 << 20):
            self.say("stream", {"name": self.name, "text": text[start : start + (1 << 20)]})

    def fileno(self) -> int:
        return self.descriptor

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False


class Descriptors:
    """What is written past Python, by C code and other processes: to files, which the streams read along.

    No limit holds such files in memory, so a notebook may not make any: these are made before it is confined.
    """

    def __init__(self) -> None:
        self.files = {name: os.memfd_create(name, os.MFD_CLOEXEC) for name in ("stdout", "stderr")}
        self._read = {"stdout": 0, "stderr": 0}  # bytes

    def capture(self) -> None:
        for number, file in enumerate(self.files.values(), start=1):
            os.dup2(file, number)

    def take(self, name: str) -> str:
        """What is new."""
        parts = []
        while part := os.pread(self.files[name], 1 << 16, self._read[name]):
            self._read[name] += len(part)
            parts.append(part)
        return b"".join(parts).decode("utf-8", "replace") if parts else ""

    def forget(self) -> None:
        """Between cells: give back the memory."""
        for name, file in self.files.items():
            os.ftruncate(file, 0)
            os.lseek(file, 0, os.SEEK_SET)
            self._read[name] = 0


def make_kernel(arguments: Sequence[str] = ()) -> Any:
    """A kernel that has run a little, so that what is loaded lazily is loaded.

    `arguments` are the course's Execute.extra_arguments.
    """
    app: Any = IPKernelApp.instance()  # magics such as %matplotlib ask it for its kernel
    app.parse_command_line(list(arguments))
    app.config.merge(Config(HistoryManager={"enabled": False}))  # it would start a thread, and write a file
    app.init_path()
    home = os.environ.pop(environment.HOME, os.sep)
    IPython.utils.path.compress_user = lambda path: f"~{path[len(home) :]}" if path.startswith(home) else path
    sys.argv = [ipykernel_launcher.__file__, "-f", "/tmp/kernel.json", "--HistoryManager.hist_file=:memory:"]
    sys.argv += arguments
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # a sixth of the memory, which each fork would copy
    kernel: Any = Kernel(parent=app, session=Wire(), iopub_socket=None, log=logging.getLogger("kernel"))  # type: ignore[no-untyped-call]
    del sys.modules["debugpy"]
    app.kernel, app.shell = kernel, kernel.shell
    tracebacks.keep_what_repeats(kernel.shell)
    loop = asyncio.new_event_loop()
    for source in [
        *WARM_UP,
        *(f"import numpy\n{test}" for test in tracebacks.NUMPY if "numpy" in sys.modules),
    ]:
        loop.run_until_complete(kernel.do_execute(source, False, True))
    loop.close()
    kernel.shell.reset(new_session=True)
    kernel.shell._last_traceback = None
    if arguments:
        app.init_gui_pylab()
    return kernel
