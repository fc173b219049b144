"""Landlock: a process gives up, for itself and its children, all files but those that it names.

It needs no rights, so it is there where namespaces are forbidden (in most containers). It leaves other
processes and the names of files visible.
"""

import ctypes
import os
import struct
from collections.abc import Iterable

from . import syscalls

EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1, 2, 4, 8
ALL_FILES = (1 << 13) - 1  # what the first version knows
SINCE_2, SINCE_3, SINCE_5 = 1 << 13, 1 << 14, 1 << 15  # move between folders, truncate, device ioctl
READ = EXECUTE | READ_FILE | READ_FOLDER
NETWORK = 3  # bind and connect TCP, since version 4
SIGNALS_AND_SOCKETS = 3  # to processes outside, since version 6
FOLDER_ONLY = ALL_FILES & ~(EXECUTE | WRITE_FILE | READ_FILE)


def version() -> int:
    """0 where the kernel has no Landlock, or has it switched off."""
    try:
        return syscalls.syscall(
            syscalls.LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1), what="landlock"
        )
    except OSError:
        return 0


def restrict(read: Iterable[str], write: Iterable[str]) -> None:
    """From here on: only what stands below these folders, or is one of these files."""
    known = version()
    if not known:
        raise OSError("this kernel has no Landlock")
    files = ALL_FILES | (SINCE_2 if known >= 2 else 0) | (SINCE_3 if known >= 3 else 0)
    attributes = struct.pack(
        "QQQ",
        files | (SINCE_5 if known >= 5 else 0),
        NETWORK if known >= 4 else 0,
        SIGNALS_AND_SOCKETS if known >= 6 else 0,
    )
    size = 8 if known < 4 else 16 if known < 6 else 24
    rules = syscalls.syscall(
        syscalls.LANDLOCK_CREATE_RULESET,
        ctypes.c_char_p(attributes),
        ctypes.c_size_t(size),
        ctypes.c_uint(0),
        what="landlock_create_ruleset",
    )
    for paths, rights in ((read, READ), (write, files)):
        for path in paths:
            if os.path.exists(path):
                _allow(rules, path, rights)
    syscalls.syscall(syscalls.LANDLOCK_RESTRICT_SELF, rules, ctypes.c_uint(0), what="landlock_restrict_self")
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            rights &= ~(FOLDER_ONLY | SINCE_2) | SINCE_3
        syscalls.syscall(
            syscalls.LANDLOCK_ADD_RULE,
            rules,
            ctypes.c_int(1),
            ctypes.c_char_p(struct.pack("=Qi", rights, opened)),
            ctypes.c_uint(0),
            what=f"landlock_add_rule {path}",
        )
    finally:
        os.close(opened)
