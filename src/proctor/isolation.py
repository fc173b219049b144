"""The ladder: the strongest walls around a notebook that this machine gives.

Which rung holds is tried out (trial.py), not looked up: containers and distributions forbid different parts.
"""

import os
import signal
import sys
import sysconfig
from dataclasses import asdict, dataclass
from typing import Any

from . import landlock, limits, namespaces, parcel, seccomp, syscalls
from .limits import Limits
from .watch import Watch

SYSTEM = [
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/sys/devices/system/cpu"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/fonts", "/etc/mime.types"),
]
FIRST_SPARE_USER = 61_184  # the range that systemd, too, takes users from who exist for a moment only


@dataclass(frozen=True)
class Level:
    walls: str  # "namespaces", "landlock" or "none"
    own_user: bool  # the notebook runs as a user who owns nothing
    filtered: bool  # system calls are

    @property
    def name(self) -> str:
        parts = [
            self.walls if self.walls != "none" else "",
            "own user" if self.own_user else "",
            "seccomp" if self.filtered else "",
        ]
        return " + ".join(filter(None, parts)) or "none"

    @property
    def sufficient(self) -> bool:
        return self.walls != "none" and self.filtered


@dataclass(frozen=True)
class View:
    """What the notebooks of a course may see of the machine."""

    readable: list[str]  # files and folders
    hidden: list[str]  # folders, where they lie in a readable one
    workplace: str  # the folder below which a notebook's working folder appears
    home: str  # a temporary folder of the supervisor's

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def ladder() -> list[Level]:
    """Best first."""
    root, filtered = os.geteuid() == 0, seccomp.available()
    return [
        Level("namespaces", own_user=root, filtered=filtered),
        *([Level("landlock", own_user=True, filtered=filtered)] if root else []),
        Level("landlock", own_user=False, filtered=filtered),
        Level("none", own_user=False, filtered=False),
    ]


def readable_paths(hidden: list[str]) -> list[str]:
    """The system's programs, the interpreter and its libraries, but no folder that holds the course."""
    paths = [*SYSTEM, sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"], *sys.path]
    found: list[str] = []
    for path in (os.path.abspath(path) for path in paths if path):
        inside = any(_within(path, other) for other in found)
        holds_course = path not in SYSTEM and any(_within(folder, path) for folder in hidden)
        if (
            os.path.lexists(path)
            and not inside
            and (not holds_course or path in (sys.prefix, sys.base_prefix))
        ):
            found.append(path)
    return found


def _within(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def enter(level: Level, view: View) -> None:
    """Called once, by the process that the notebooks are forked from."""
    if level.walls == "namespaces":
        namespaces.enter(view.readable, view.hidden, view.workplace, view.home)
    syscalls.not_traceable()  # not before: who is not traceable may not say which user it is in a namespace


def confine(
    level: Level, view: View, files: int, place: str, folder: str, most: Limits, slot: int, guard: int
) -> None:
    """Called by a notebook's process, before it has seen anything of the notebook. There is no way back.

    `files` is the descriptor of a parcel. `place` is where they are put on a level that has no folders in
    memory. `guard` is a descriptor that hangs up when the guard dies.
    """
    user = FIRST_SPARE_USER + slot if level.own_user else os.geteuid()
    group = user if level.own_user else os.getegid()
    if level.walls == "namespaces":
        namespaces.furnish(view.readable, view.workplace, folder, files, most, (user, group))
    else:
        _furnish_on_disk(place, files, (user, group))
    limits.apply(most)
    if level.own_user:
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
    if level.sufficient or not level.own_user:
        syscalls.drop_capabilities()
    syscalls.no_new_privileges()
    if level.walls == "landlock":
        here = os.getcwd()
        devices = [f"/dev/{name}" for name in namespaces.DEVICES]
        landlock.restrict(read=[*view.readable, *devices, "/proc/cpuinfo"], write=[here, "/dev/null"])
    syscalls.die_with_parent(signal.SIGKILL)
    if _hung_up(guard):
        os._exit(1)
    os.close(guard)
    if level.filtered:
        syscalls.filter_system_calls(seccomp.program(network=level.walls == "namespaces"))


def watch(level: Level, view: View, place: str, most: Limits) -> Watch:
    """What a guard has to look at."""
    if level.walls == "namespaces":
        return Watch(most, own_processes=True, folders=[view.workplace, "/tmp", "/dev/shm"], place="")
    return Watch(most, own_processes=False, folders=[], place=place)


def _furnish_on_disk(folder: str, files: int, owner: tuple[int, int]) -> None:
    os.mkdir(folder, 0o700)
    parcel.unpack(files, folder)
    for parent, _, names in os.walk(folder):
        os.chown(parent, *owner)
        for name in names:
            os.chown(os.path.join(parent, name), *owner)
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder, MPLCONFIGDIR=folder, IPYTHONDIR=folder)


def _hung_up(pipe: int) -> bool:
    os.set_blocking(pipe, False)
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False


def end_all(level: Level, slot: int) -> None:
    """Called by a guard when its notebook has ended: nothing that it started lives on.

    A process namespace ends with its first process, by itself. Elsewhere, the guard hunts.
    """
    if level.walls == "namespaces":
        return
    if level.own_user and (hunter := os.fork()) == 0:
        user = FIRST_SPARE_USER + slot
        os.setresuid(user, user, user)
        try:
            os.kill(-1, signal.SIGKILL)  # everything of this user, which is all that it may signal
        finally:
            os._exit(0)
    elif level.own_user:
        os.waitpid(hunter, 0)
    while orphans := _children(os.getpid()):
        for orphan in orphans:
            os.kill(orphan, signal.SIGKILL)
        for _ in orphans:
            os.waitpid(-1, 0)


def _children(parent: int) -> list[int]:
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                state = file.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(state[1]) == parent:
            found.append(int(entry))
    return found
