"""Refuse the system calls that a notebook has no use for, and that have led out of sandboxes before.

The filter is a program for the kernel's small machine (BPF): load a word of the call's description, compare,
jump, return a verdict. A list of what is refused, not of what is allowed, so that it does not break with the
next version of a library: it stands behind the other walls, it is not the only one.
"""

import errno
import struct

from . import syscalls

# name: (x86-64, ARM64); None where the machine has no such call
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "sethostname": (170, 161),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "personality": (135, 92),
    # Memory that is no process's, and in no folder: nothing would limit it.
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "iopl": (172, None),
    "ioperm": (173, None),
}
CLONE, CLONE3, SOCKET, PRCTL, IOCTL = (56, 220), (435, 435), (41, 198), (157, 167), (16, 29)

ARCHITECTURE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
NAMESPACES = 0x7E02_0000  # clone flags
UNIX, INTERNET, INTERNET_6, NETLINK = 1, 2, 10, 16
SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE, TYPE_INTO_TERMINAL = 1, 4, 0x5412

# Of struct seccomp_data: the call's number, the architecture, the low word of argument i.
NUMBER, ARCH = 0, 4
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000


def _argument(index: int) -> int:
    return 16 + 8 * index


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _step(EQUAL, number, 0, 1) + _step(RETURN, ERROR | errno.EPERM)


def _when(number: int, check: bytes) -> bytes:
    """Only for this call: look at its arguments. If `check` ends without a verdict, it is allowed."""
    body = check + _step(RETURN, ALLOW)
    return _step(EQUAL, number, 0, len(body) // 8) + body


def program(network: bool) -> bytes:
    """`network`: sockets of the internet families may be made, since the process has a network of its own."""
    column = list(ARCHITECTURE).index(syscalls.MACHINE)
    families = [UNIX, NETLINK, *([INTERNET, INTERNET_6] if network else [])]
    allowed = b"".join(
        _step(EQUAL, family, len(families) - index) for index, family in enumerate(families)
    )  # each jumps over the refusal after the last
    refusal = _step(RETURN, ERROR | errno.EPERM)
    steps = [
        _step(LOAD, ARCH),
        _step(EQUAL, ARCHITECTURE[syscalls.MACHINE], 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, 0x4000_0000, 0, 1),  # the second set of numbers that x86-64 has
        _step(RETURN, KILL),
        *(_refuse(number) for row in REFUSED.values() if (number := row[column]) is not None),
        # glibc falls back to clone, whose flags can be looked at
        _step(EQUAL, CLONE3[column], 0, 1),
        _step(RETURN, ERROR | errno.ENOSYS),
        _when(CLONE[column], _step(LOAD, _argument(0)) + _step(ANY_BIT, NAMESPACES, 0, 1) + refusal),
        _when(SOCKET[column], _step(LOAD, _argument(0)) + allowed + refusal),
        _when(
            PRCTL[column],
            _step(LOAD, _argument(0))
            + _step(EQUAL, SET_PARENT_DEATH_SIGNAL, 1)
            + _step(EQUAL, SET_DUMPABLE, 0, 1)
            + refusal,
        ),
        _when(IOCTL[column], _step(LOAD, _argument(1)) + _step(EQUAL, TYPE_INTO_TERMINAL, 0, 1) + refusal),
        _step(RETURN, ALLOW),
    ]
    return b"".join(steps)


def available() -> bool:
    return syscalls.MACHINE in ARCHITECTURE
