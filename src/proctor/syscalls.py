"""The calls to the Linux kernel that Python has no function for, with errors that say which failed."""

import ctypes
import os
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

# Namespaces: what a process sees of the machine.
NEW_MOUNTS = 0x0002_0000
NEW_HOSTNAME = 0x0400_0000
NEW_IPC = 0x0800_0000
NEW_USERS = 0x1000_0000
NEW_PROCESSES = 0x2000_0000
NEW_NETWORK = 0x4000_0000

# Mounts.
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXEC, REMOUNT = 1, 2, 4, 8, 32
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
DETACH = 2  # for umount

# prctl(2).
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _DROP_FROM_BOUNDING_SET = 1, 4, 24
_SET_CHILD_SUBREAPER, _SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _AMBIENT = 36, 38, 22, 47

# Numbers that are the same on x86-64 and on ARM64.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_COLLAPSE = 25  # for madvise(2)
LARGE = 2 << 20  # bytes of a large page
MACHINE = os.uname().machine


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _text(text: str | None) -> bytes | None:
    return None if text is None else os.fsencode(text)


def unshare(namespaces: int) -> None:
    _check(_libc.unshare(namespaces), "unshare")


def mount(source: str | None, target: str, kind: str | None, flags: int = 0, options: str = "") -> None:
    result = _libc.mount(
        _text(source), _text(target), _text(kind), ctypes.c_ulong(flags), _text(options or None)
    )
    _check(result, f"mount {kind or source or ''} at {target}")


def unmount(target: str) -> None:
    _check(_libc.umount2(_text(target), DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    syscall(_PIVOT_ROOT[MACHINE], _text(new), _text(old), what="pivot_root")


def syscall(number: int, *arguments: object, what: str) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *arguments), what)


def _prctl(option: int, *values: object) -> int:
    numbers = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in values]
    numbers += [ctypes.c_ulong(0)] * (4 - len(numbers))
    return int(_libc.prctl(option, *numbers))


def die_with_parent(signal: int) -> None:
    """Changing the user forgets this: call it after."""
    _check(_prctl(_SET_PARENT_DEATH_SIGNAL, signal), "prctl(PR_SET_PDEATHSIG)")


def adopt_orphans() -> None:
    """Descendants whose parents end become this process's children, not init's."""
    _check(_prctl(_SET_CHILD_SUBREAPER, 1), "prctl(PR_SET_CHILD_SUBREAPER)")


def no_new_privileges() -> None:
    _check(_prctl(_SET_NO_NEW_PRIVILEGES, 1), "prctl(PR_SET_NO_NEW_PRIVS)")


def not_traceable() -> None:
    """No other process of this user may look into this one's memory."""
    _check(_prctl(_SET_DUMPABLE, 0), "prctl(PR_SET_DUMPABLE)")


def filter_system_calls(program: bytes) -> None:
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    _check(_prctl(_SET_SECCOMP, 2, ctypes.c_char_p(header)), "prctl(PR_SET_SECCOMP)")


def drop_capabilities() -> None:
    """Give up every right of the superuser, for good."""
    _prctl(_AMBIENT, 4)
    for capability in range(64):
        if _prctl(_DROP_FROM_BOUNDING_SET, capability) < 0:
            break  # no such capability: that was the last
    header, nothing = struct.pack("Ii", 0x2008_0522, 0), struct.pack("6I", *[0] * 6)
    syscall(_CAPSET[MACHINE], ctypes.c_char_p(header), ctypes.c_char_p(nothing), what="capset")


def use_large_pages() -> int:
    """Gather this process's memory in large pages, as far as it fills them; how many are there now.

    A fork copies an entry for each page: one in place of 512. Kernels before 6.1 refuse, harmlessly.
    """
    with open("/proc/self/maps", encoding="utf-8") as maps:
        fields = [line.split() for line in maps]
    spans = [
        [int(end, 16) for end in span.split("-")]
        for span, rights, _, _, inode, *_ in fields
        if rights == "rw-p" and inode == "0"
    ]
    starts = [
        start for low, high in spans for start in range(-(-low // LARGE) * LARGE, high - LARGE + 1, LARGE)
    ]
    size = ctypes.c_size_t(LARGE)
    return sum(_libc.madvise(ctypes.c_void_p(start), size, _COLLAPSE) == 0 for start in starts)
