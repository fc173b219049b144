"""Was something put into a dict, or another code into a function? Found out without touching either.

Whatever Python looks at, it counts a reference to: it writes to it. In a forked process the kernel then
copies the page of memory that it lies on, and thousands of functions lie on a thousand pages. So what CPython
notes of a dict and of a function is read where it keeps it: a number that is new after each change of the
dict, and where the function's code lies. Whether it is kept there is tried out; if not, nothing is told.
"""

import ctypes
from collections.abc import Callable
from types import FunctionType
from typing import Any

WORD = ctypes.sizeof(ctypes.c_void_p)
TYPE, MAPPING, VERSION, CODE = WORD, 2 * WORD, 3 * WORD, 6 * WORD  # in CPython 3.11 to 3.13


def version(space: Any) -> Callable[[], int] | None:
    """Of a module's or a class's dict: a number that changes when the dict does. None: it cannot be told."""
    address = id(space) if isinstance(space, dict) else _word(id(space) + MAPPING).value
    if not VERSIONS_TELL or _word(address + TYPE).value != id(dict):
        return None
    number = ctypes.c_uint64.from_address(address + VERSION)
    return lambda: number.value


def codes(functions: list[FunctionType]) -> Callable[[], list[int]] | None:
    """Where the functions' codes lie. None: it cannot be told."""
    places = [_word(id(function) + CODE) for function in functions]
    if [place.value for place in places] != [id(function.__code__) for function in functions]:
        return None
    return lambda: [place.value for place in places]


def _word(address: int) -> ctypes.c_size_t:
    return ctypes.c_size_t.from_address(address)


def _versions_tell() -> bool:
    space = {"one": 1}
    number = ctypes.c_uint64.from_address(id(space) + VERSION)
    seen = [number.value]
    for change in ({"one": 2}, {"two": 2}):
        space.update(change)
        seen.append(number.value)
    del space["one"]
    return len({*seen, number.value}) == 4


VERSIONS_TELL = _versions_tell()
