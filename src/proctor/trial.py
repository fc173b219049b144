"""Try the walls out: a process that means harm, confined as a notebook is, tells what it could do.

python -m proctor.trial '{"level": ..., "view": ..., "secret": FILE, "port": NUMBER, "pid": NUMBER}'
"""

import encodings.idna  # noqa: F401 (what an address is encoded with; a level may not show its file)
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import environment, isolation, leftovers, parcel, syscalls
from .guard import fork_guarded
from .isolation import Level, View
from .limits import MIB, Limits

SECRET = "PROCTOR_TRIAL_SECRET"
PATIENCE = 3.0  # seconds; by then the guard must have noticed
PTRACE = {"x86_64": 101, "aarch64": 117}
SEIZE = 0x4206  # to trace a process that goes on: PTRACE_ATTACH would stop it, here the grader itself
LIMITS = Limits(memory=256 * MIB, processes=12, disk=4 * MIB)

# What must fail, and whether a level that allows it is good enough.
REQUIRED = (
    *("read a file of the course", "write outside its folder", "see the environment", "reach the network"),
    *("signal the grader", "trace a process", "make a namespace", "mount", "keep a capability"),
    *("take more memory", "write more", "miss its libraries"),
)
TOGETHER = "take more memory with several processes"
WANTED = ("see other processes", "list a folder of the course", "start more processes", TOGETHER)


def choose() -> tuple[Level, dict[str, dict[str, bool]]]:
    """The best level that holds here; for each level tried, whether each attempt failed, as it should."""
    tried: dict[str, dict[str, bool]] = {}
    for level in isolation.ladder():
        result = attempt(level)
        tried[level.name] = result
        if not level.sufficient or all(result.get(name) for name in REQUIRED):
            return level, tried
    raise AssertionError("the last level of the ladder asks for nothing")


def machine() -> list[str]:
    """What the result of a trial hangs on: this boot, this container, this user, this form of the trial."""
    spaces = [os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "user", "pid", "net")]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return [boot, *spaces, str(os.geteuid()), sys.prefix, json.dumps([REQUIRED, WANTED])]


def attempt(level: Level) -> dict[str, bool]:
    """Run this module as a process of its own. What could not even be set up has no results but its error."""
    with leftovers.TemporaryFolder() as folder, socket.socket() as listener:
        course, home = f"{folder}/course", f"{folder}/home"
        os.makedirs(course)
        os.chmod(folder, 0o755)  # the walls, not the permissions, are to keep the secret
        os.mkdir(home)
        Path(course, "secret").write_text("42", encoding="utf-8")
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        readable = isolation.readable_paths([course])
        view = View([p for p in readable if not folder.startswith(p)], [course], f"{course}/graded", home)
        request = {
            "level": asdict(level),
            "view": view.to_json(),
            "secret": f"{course}/secret",
            "port": listener.getsockname()[1],
            "pid": os.getpid(),
        }
        process = subprocess.run(
            [sys.executable, "-m", "proctor.trial", json.dumps(request)],
            capture_output=True,
            text=True,
            timeout=30,
            env=environment.clean(os.environ | {SECRET: "42"}),
        )
    try:
        results = {str(name): bool(held) for name, held in json.loads(process.stdout).items()}
        return results | {TOGETHER: '"over": "its ' in process.stderr}  # the guard has told that it ended it
    except ValueError:
        reason = process.stderr.strip().rpartition("\n")[2] or f"exit status {process.returncode}"
        return {reason: False}


def _attempts(request: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """Each raises OSError, or returns something false, if the walls hold."""
    secret, pid, port = request["secret"], request["pid"], request["port"]
    return {
        "read a file of the course": lambda: Path(secret).read_text(),
        "list a folder of the course": lambda: "secret" in os.listdir(os.path.dirname(secret)),
        "write outside its folder": lambda: [
            Path(folder, "left").write_text("x") for folder in ("/", "/usr", "/var/tmp") if _can_write(folder)
        ],
        "see the environment": lambda: os.environ.get(SECRET),
        "miss its libraries": lambda: not importlib.import_module("wave"),  # any that is not yet loaded
        "reach the network": lambda: socket.create_connection(("127.0.0.1", port), timeout=1),
        "see other processes": lambda: Path(f"/proc/{pid}/stat").read_text().startswith(f"{pid} (python"),
        "signal the grader": lambda: _done(os.kill, pid, 0),
        "trace a process": lambda: (
            syscalls.syscall(PTRACE[syscalls.MACHINE], SEIZE, pid, 0, 0, what="ptrace") == 0
        ),
        "make a namespace": lambda: _done(syscalls.unshare, syscalls.NEW_USERS),
        "mount": lambda: _done(syscalls.mount, "tmpfs", os.getcwd(), "tmpfs"),
        "keep a capability": lambda: (
            "CapEff:\t0000000000000000" not in Path("/proc/self/status").read_text()
            if os.access("/proc/self/status", os.R_OK)
            else os.setuid(0)
        ),
        "take more memory": lambda: _took(LIMITS.memory + MIB),
        "write more": lambda: Path("large").write_bytes(bytes(LIMITS.disk + MIB)),
        "start more processes": lambda: _forked(LIMITS.processes + 1),
    }


def _done(call: Callable[..., object], *arguments: object) -> bool:
    call(*arguments)
    return True


def _can_write(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _took(size: int) -> bool:
    try:
        return len(bytearray(size)) > 0
    except MemoryError:
        return False


def _forked(number: int, memory: int = 0) -> bool:
    """Whether so many processes can be at a time, each with so much memory."""
    children = []
    try:
        for _ in range(number):
            if (child := os.fork()) == 0:
                taken = bytearray(memory)
                time.sleep(PATIENCE)
                os._exit(len(taken) > memory)
            children.append(child)
        if memory:
            time.sleep(PATIENCE)
        return True
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def main() -> None:
    request = json.loads(sys.argv[1])
    level, view = Level(**request["level"]), View(**request["view"])
    isolation.enter(level, view)
    out, into = os.pipe()

    def probe(guard: int) -> None:
        folder = f"{view.workplace}/student/assignment"
        isolation.confine(level, view, parcel.pack({}), f"{view.home}/place", folder, LIMITS, 0, guard)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        held = {}
        for name, attempt_it in _attempts(request).items():
            try:
                held[name] = not attempt_it()
            except OSError:
                held[name] = True
            except ImportError:
                held[name] = False
        os.write(into, json.dumps(held).encode())
        _forked(4, LIMITS.memory * 3 // 4)

    os.set_inheritable(into, True)
    watch = isolation.watch(level, view, f"{view.home}/place", LIMITS)
    guard = fork_guarded(level, 0, probe, watch, report=os.dup(2), keep=[into])
    os.close(into)
    with os.fdopen(out, encoding="utf-8") as results:
        sys.stdout.write(results.read())
    os.waitpid(guard, 0)


if __name__ == "__main__":
    main()
