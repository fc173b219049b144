"""A file system, process table and network of its own for each notebook.

Once, for the process that all notebooks are forked from (`enter`): a new root in memory, in which only the
interpreter, its libraries and the system's are bound, read-only. Then for each notebook (`seclude`): new
namespaces, an empty working folder and /tmp in memory, limited in size, and a /proc that shows only itself.
"""

import os
import socket
import struct
from fcntl import ioctl

from . import parcel, syscalls
from .limits import Limits
from .syscalls import BIND, NO_DEVICES, NO_EXEC, NO_SETUID, PRIVATE, READ_ONLY, RECURSIVE, REMOUNT

PLAIN = NO_SETUID | NO_DEVICES
COVERED = "/.covered"  # where the common /tmp is kept for a moment
DEVICES = ("null", "zero", "full", "random", "urandom")


def enter(readable: list[str], hidden: list[str], workplace: str, home: str) -> None:
    """Move into a root that holds `readable` and nothing else; what is `hidden` in it is covered.

    `home` is a folder of the supervisor's, to hang the new root on. It is removed: killed from now on, it
    leaves nothing on the disk.
    """
    if os.geteuid() != 0:
        user, group = os.geteuid(), os.getegid()
        syscalls.unshare(syscalls.NEW_USERS)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    syscalls.unshare(syscalls.NEW_MOUNTS | syscalls.NEW_IPC | syscalls.NEW_HOSTNAME)
    syscalls.mount(None, "/", None, PRIVATE | RECURSIVE)
    root = f"{home}/root"
    os.makedirs(root)
    syscalls.mount("tmpfs", root, "tmpfs", PLAIN, "size=64m,mode=755")
    for path in readable:
        _bind(path, root + path)
    for path in hidden:
        if os.path.isdir(root + path):
            syscalls.mount("tmpfs", root + path, "tmpfs", PLAIN, "size=1m,mode=755")
    for folder in (workplace, "/tmp", "/dev/shm", "/dev/pts", "/proc", "/etc", "/.old", COVERED):
        os.makedirs(root + folder, exist_ok=True)
    _devices(root)
    _write(f"{root}/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    # The system's own /proc must stay mounted somewhere for the kernel to allow a new one.
    syscalls.mount("/proc", f"{root}/proc", None, BIND | RECURSIVE)
    syscalls.pivot_root(root, f"{root}/.old")
    os.chdir("/")
    os.rmdir(f"/.old{root}")
    os.rmdir(f"/.old{home}")
    syscalls.unmount("/.old")
    os.rmdir("/.old")


def seclude() -> None:
    """Called by a notebook's guard: its next child is the first process of new namespaces."""
    syscalls.unshare(
        syscalls.NEW_PROCESSES
        | syscalls.NEW_MOUNTS
        | syscalls.NEW_IPC
        | syscalls.NEW_NETWORK
        | syscalls.NEW_HOSTNAME
    )


def furnish(
    readable: list[str], workplace: str, folder: str, files: int, limits: Limits, owner: tuple[int, int]
) -> None:
    """Called by that child: its own working folder, with the submission's files."""
    uid, gid = owner
    syscalls.mount(None, "/", None, PRIVATE | RECURSIVE)
    room = f"size={limits.disk},nr_inodes={limits.files},uid={uid},gid={gid}"
    syscalls.mount("tmpfs", workplace, "tmpfs", PLAIN, f"{room},mode=755")
    syscalls.mount("/tmp", COVERED, None, BIND | RECURSIVE)
    syscalls.mount("tmpfs", "/tmp", "tmpfs", PLAIN, f"{room},mode=755")
    for path in readable:
        if path.startswith("/tmp/"):  # an interpreter that is installed there stays in sight
            _show(COVERED + path.removeprefix("/tmp"), path)
    syscalls.unmount(COVERED)
    syscalls.mount("tmpfs", "/dev/shm", "tmpfs", PLAIN | NO_EXEC, f"{room},mode=1777")
    syscalls.mount("proc", "/proc", "proc", PLAIN | NO_EXEC)
    syscalls.mount("devpts", "/dev/pts", "devpts", NO_SETUID | NO_EXEC, "newinstance,ptmxmode=0666,mode=620")
    os.makedirs(folder, exist_ok=True)
    parcel.unpack(files, folder)
    for parent, _, names in os.walk(workplace):
        os.chown(parent, uid, gid)
        for name in names:
            os.chown(os.path.join(parent, name), uid, gid)
    syscalls.mount(None, "/", None, REMOUNT | BIND | READ_ONLY | PLAIN)
    _loopback()
    os.chdir(folder)


def _show(source: str, target: str) -> None:
    """Show a file, folder or link in a second place, with the restrictions it has in the first."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(source):
        if not os.path.lexists(target):
            os.symlink(os.readlink(source), target)
        return
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        _write(target, "")
    syscalls.mount(source, target, None, BIND | RECURSIVE)


def _bind(source: str, target: str) -> None:
    """Show a file, folder or link of the old root in the new one, read-only."""
    _show(source, target)
    if os.path.islink(source):
        return
    try:
        syscalls.mount(None, target, None, REMOUNT | BIND | READ_ONLY | PLAIN)
    except PermissionError:  # a mount that was made with more restrictions: keep those too
        flags = os.statvfs(target).f_flag & (NO_EXEC | 1024 | 2048 | 4096)
        kept = (flags & NO_EXEC) | (flags & 3072) | (0x20_0000 if flags & 4096 else 0)
        syscalls.mount(None, target, None, REMOUNT | BIND | READ_ONLY | PLAIN | kept)


def _devices(root: str) -> None:
    for name in DEVICES:
        _write(f"{root}/dev/{name}", "")
        syscalls.mount(f"/dev/{name}", f"{root}/dev/{name}", None, BIND)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(f"/proc/self/{target}", f"{root}/dev/{name}")
    os.symlink("pts/ptmx", f"{root}/dev/ptmx")  # terminals, which IPython runs shell commands in


def _loopback() -> None:
    """Programs that talk to themselves over 127.0.0.1 work; nobody else is on this network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
