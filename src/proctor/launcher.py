"""The supervisor's hold on a zygote and the children that are forked from it."""

import contextlib
import itertools
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any

from . import environment, isolation, leftovers, parcel
from .isolation import View
from .job import Site
from .protocol import Channel

START = 120.0  # seconds; importing libraries from a slow disk takes a while
TRIES = 3


class Lost(Exception):  # noqa: N818 (nobody's error)
    """The child or its guard was killed from outside: the same job may well succeed when run again."""


class NoZygote(Exception):  # noqa: N818 (its absence is the error)
    """Nothing can be run on this machine as it is."""


class Child:
    """A notebook's process, seen from outside."""

    def __init__(self, connection: socket.socket, report: int, token: str, place: str, output: int):
        self.channel = Channel(connection, most=2 * output + (4 << 20))
        self.token = token
        self.end: dict[str, Any] = {}
        self.killed = False
        self._place = place
        self._report = os.fdopen(report, encoding="utf-8")
        first = self._line()
        if "pid" not in first:
            self.close()
            raise Lost(first.get("error", "the guard ended"))
        self.pid: int = first["pid"]

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.killed = True
        self.signal(signal.SIGKILL)

    def wait(self) -> dict[str, Any]:
        """How it ended, as its guard tells: exit status, seconds of processor time, bytes of memory."""
        if not self.end:
            while line := self._line():
                if "error" in line:
                    raise Lost(line["error"])
                if "exit" in line:
                    self.end = line
                    return line
            raise Lost("the guard was killed")
        return self.end

    def close(self) -> None:
        self.channel.connection.close()
        self._report.close()
        leftovers.remove(self._place)

    def _line(self) -> dict[str, Any]:
        line = self._report.readline()
        return json.loads(line) if line else {}


class Zygote:
    """Starts the process when it is first needed, and again when it was killed. Threads may share it."""

    def __init__(self, site: Site):
        self.site = site
        self.language_info: dict[str, Any] = {}
        self._home: leftovers.TemporaryFolder | None = None
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._closed = False

    def start(self) -> None:
        with self._lock:
            for _ in range(TRIES):
                if self._closed:
                    raise NoZygote("proctor is stopping")
                if self._process and self._process.poll() is None:
                    return
                with contextlib.suppress(Lost):
                    return self._start()
            raise NoZygote("the process that notebooks are forked from was killed each time it started")

    def launch(self, files: dict[str, bytes], folder: str, slot: int) -> Child:
        """Fork a notebook's process, in a folder of its own with these files."""
        self.start()
        assert self._home is not None
        request = {
            "token": (token := secrets.token_hex(16)),
            "place": (place := f"{self._home.path}/{next(self._numbers)}"),
            "folder": folder,
            "slot": slot,
            "limits": self.site.limits.to_json(),
        }
        parcel_ = parcel.pack(files)
        ours, theirs = socket.socketpair()
        out, into = os.pipe()
        try:
            with self._lock:
                assert self._control is not None
                socket.send_fds(
                    self._control, [json.dumps(request).encode()], [theirs.fileno(), into, parcel_]
                )
        except OSError as error:
            os.close(out)
            raise Lost(f"the zygote has ended: {error}") from None
        finally:
            theirs.close()
            os.close(into)
            os.close(parcel_)
        return Child(ours, out, token, place, self.site.limits.output)

    def close(self) -> None:
        """Its children end with it."""
        self._closed = True
        if self._process:
            self._process.kill()  # it may be importing libraries, and not look at its socket for seconds
        with self._lock:
            if self._control:
                self._control.close()
            if self._process:
                self._process.wait()
            if self._home:
                self._home.remove()

    def _start(self) -> None:
        site = self.site
        if self._home:
            self._home.remove()
        self._home = leftovers.TemporaryFolder()
        view = View(
            isolation.readable_paths(list(site.hidden)), list(site.hidden), site.workplace, self._home.path
        )
        settings = {"level": asdict(site.level), "view": view.to_json(), "modules": site.modules}
        settings["arguments"] = site.settings.get("Execute", {}).get("extra_arguments", [])
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if self._control:
            self._control.close()
        self._control = ours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "proctor.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment.clean(os.environ),
            cwd="/",
            start_new_session=True,  # Ctrl-C is the supervisor's to handle
        )
        theirs.close()
        ours.send(json.dumps(settings).encode())  # not as an argument: those can be read in /proc
        ours.settimeout(START)
        try:
            hello = json.loads(ours.recv(1 << 16) or b"{}")
        except TimeoutError:
            self._process.kill()
            hello = {"error": f"it was not ready after {START:g} s"}
        ours.settimeout(None)
        if "language_info" not in hello:
            status = self._process.wait()
            assert self._process.stderr is not None
            reason = hello.get("error") or self._process.stderr.read().decode(errors="replace").strip()
            if not reason and status == -signal.SIGKILL:
                raise Lost("the zygote was killed")
            raise NoZygote(f"the process that notebooks are forked from did not start: {reason}")
        self.language_info = hello["language_info"]
