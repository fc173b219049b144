"""Counting the memory that NumPy asks for: an allocator of our own, put in the place of NumPy's (NEP 49).

NumPy takes an allocator from C alone: `ctypes` builds the structure, and finds the two functions that get
and set it in the table that NumPy exports to C.
"""

import ctypes as c
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from numpy._core import _multiarray_umath

MALLOC = c.CFUNCTYPE(c.c_void_p, c.c_void_p, c.c_size_t)
CALLOC = c.CFUNCTYPE(c.c_void_p, c.c_void_p, c.c_size_t, c.c_size_t)
REALLOC = c.CFUNCTYPE(c.c_void_p, c.c_void_p, c.c_void_p, c.c_size_t)
FREE = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.c_size_t)


class Handler(c.Structure):
    """NumPy's `PyDataMem_Handler`."""

    _fields_ = (
        ("name", c.c_char * 127),
        ("version", c.c_uint8),
        ("context", c.c_void_p),
        ("malloc", MALLOC),
        ("calloc", CALLOC),
        ("realloc", REALLOC),
        ("free", FREE),
    )


LARGE = 1024  # bytes: what is smaller, numbers and shapes, costs nothing that grows with the data


@dataclass
class Counts:
    """Of the large arrays made since the count began: how many, their bytes, and the most at a time."""

    arrays: int = 0
    bytes: int = 0
    peak: int = 0


_now: Counts | None = None  # None: not counting
_live: dict[int, int] = {}  # address -> bytes, of the arrays that were counted and are still there
_held = 0  # the sum of them
_system = c.CDLL(None)
_system.malloc.restype = _system.calloc.restype = _system.realloc.restype = c.c_void_p


def _made(address: int, size: int) -> int:
    global _held
    if _now is not None and address and size >= LARGE:
        _live[address] = size
        _held += size
        _now.arrays += 1
        _now.bytes += size
        _now.peak = max(_now.peak, _held)
    return address


def _gone(address: int) -> None:
    global _held
    _held -= _live.pop(address, 0)


def _malloc(context: int, size: int) -> int:
    return _made(_system.malloc(c.c_size_t(size)), size)


def _calloc(context: int, count: int, size: int) -> int:
    return _made(_system.calloc(c.c_size_t(count), c.c_size_t(size)), count * size)


def _realloc(context: int, address: int, size: int) -> int:
    _gone(address)
    return _made(_system.realloc(c.c_void_p(address), c.c_size_t(size)), size)


def _free(context: int, address: int, size: int) -> None:
    _gone(address)
    _system.free(c.c_void_p(address))


def _pointer(capsule: object, name: bytes | None) -> int:
    get = c.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = c.c_void_p, (c.py_object, c.c_char_p)
    return get(capsule, name)


_NAME = b"mem_handler"
_handler = Handler(
    b"counting", 1, None, MALLOC(_malloc), CALLOC(_calloc), REALLOC(_realloc), FREE(_free)
)  # arrays that it made may live as long as the process, so it must too
_table = c.cast(_pointer(_multiarray_umath._ARRAY_API, None), c.POINTER(c.c_void_p))
_set_handler = c.PYFUNCTYPE(c.py_object, c.py_object)(
    _table[304]
)  # PyDataMem_SetHandler, in every NumPy from 1.22
_new = c.pythonapi.PyCapsule_New
_new.restype, _new.argtypes = c.py_object, (c.c_void_p, c.c_char_p, c.c_void_p)
_capsule = _new(c.addressof(_handler), _NAME, None)


@contextmanager
def counted() -> Iterator[Counts]:
    """Count what the block allocates."""
    global _now, _held
    before = _set_handler(_capsule)
    _live.clear()
    _now, _held = Counts(), 0
    try:
        yield _now
    finally:
        _now = None
        _set_handler(before)
