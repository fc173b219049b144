"""Names in a notebook: are those that a test uses still what the instructor's cells have made them?

A student may define anything, and import again what is there. But where a test says `assert_allclose`, `np`
or `sum`, and a student's cell has put something of its own there, a human should look.
"""

import builtins
import re
import sys
from collections.abc import Iterator
from gc import get_objects
from types import CodeType, FunctionType, ModuleType
from typing import Any

MISSING = object()
WORD = re.compile(r"[^\W\d]\w*")
COMPARISONS = (
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__req__"),
    *("__array_ufunc__", "__array_function__", "__torch_function__"),
)


class Names:
    def __init__(self, namespace: dict[str, Any]):
        self.namespace = namespace
        self.first = dict(namespace)  # what the shell itself has put there
        self.helpers: dict[str, tuple[Any, Any]] = {}  # and their code
        self.thawed: list[Any] = []  # the garbage collector tells of it, unless something is frozen again

    def own_cell(self, before: dict[str, Any]) -> None:
        """A cell of the instructor's has run: what it has imported or defined is a helper."""
        known = {id(value) for value in before.values()}
        for name, value in list(self.namespace.items()):
            if name.startswith("_") or before.get(name, MISSING) is value or not _is_helper(value):
                continue
            if id(value) not in known or isinstance(value, ModuleType):  # else: another name of a student's
                self.helpers[name] = value, getattr(value, "__code__", None)

    def changed(self, source: str, answers: list[str]) -> list[str]:
        """Names that this test uses; `answers` are the student's to define."""
        used = set(WORD.findall(source)) - {*answers}
        used |= {name for _, code in self.helpers.values() for name in _names_in(code)} - {*answers}
        found = []
        for name in sorted(used & {*self.helpers}):
            value, code = self.helpers[name]
            now = self.namespace.get(name, MISSING)
            if now is not MISSING and not _same(now, value, code):
                found.append(f"{name}, which the notebook has defined")
        for name in sorted(used & {*vars(builtins)} & {*self.namespace} - {*self.helpers}):
            value = self.namespace[name]
            shadows = value is not getattr(builtins, name) and value is not self.first.get(name)
            if shadows and callable(value) and not _from_library(value):
                found.append(f"{name}, which is Python's")
        if self.namespace.get("__builtins__") is not self.first.get("__builtins__"):
            found.append("__builtins__")
        return found

    def blind_comparisons(self) -> list[str]:
        """Classes of the notebook's that compare without looking at what they are compared with.

        What was there before the notebook is frozen, and is not looked at: it would be copied (see peek.py).
        """
        objects = get_objects()
        if not any(thing is self.thawed for thing in objects):
            return ["the garbage collector, which hides classes now"]
        found = set()
        for class_ in objects:
            # not isinstance: that would ask the object itself
            if not issubclass(type(class_), type) or getattr(class_, "__module__", "") != "__main__":
                continue
            for name in COMPARISONS:
                method = vars(class_).get(name)
                if isinstance(method, FunctionType) and _is_blind(method.__code__):
                    what = "compares with" if name in COMPARISONS[:7] else "is asked"
                    found.add(f"{class_.__name__}.{name}, which does not look at what it {what}")
        return sorted(found)


def _is_blind(code: CodeType) -> bool:
    """Whether a method never uses its second parameter."""
    number = code.co_argcount
    if number < 2:
        return True
    import dis

    other = code.co_varnames[1]
    if other in code.co_cellvars:
        return False
    return not any(step.argval == other for step in dis.get_instructions(code))


def _is_helper(value: Any) -> bool:
    return isinstance(value, ModuleType) or callable(value)


def _same(now: Any, value: Any, code: Any) -> bool:
    if now is value:
        return getattr(now, "__code__", None) is code
    if _from_library(now):  # the same under another import, or another of the library's own
        return type(now) is type(value)
    theirs = getattr(now, "__code__", None)
    return isinstance(now, FunctionType) and isinstance(theirs, CodeType) and _alike(theirs, code)


def _alike(one: CodeType, other: Any) -> bool:
    """A cell that was run twice, or copied, makes the same function again."""
    if not isinstance(other, CodeType) or (one.co_code, one.co_names) != (other.co_code, other.co_names):
        return False
    return len(one.co_consts) == len(other.co_consts) and all(
        _alike(a, b) if isinstance(a, CodeType) else a == b
        for a, b in zip(one.co_consts, other.co_consts, strict=True)
    )


def _from_library(value: Any) -> bool:
    """Whether a module that was loaded from elsewhere than the notebook holds it under its name."""
    if isinstance(value, ModuleType):
        return sys.modules.get(value.__name__) is value
    module = sys.modules.get(str(getattr(value, "__module__", "")))
    if module is None:  # NumPy's ufuncs do not say where they are from
        numpy = sys.modules.get("numpy")
        name = str(getattr(value, "__name__", ""))
        return numpy is not None and getattr(numpy, name, MISSING) is value
    if module.__name__ == "__main__":
        return False
    return getattr(module, str(getattr(value, "__name__", "")), MISSING) is value


def _names_in(code: Any) -> Iterator[str]:
    if isinstance(code, CodeType):
        yield from code.co_names
        for constant in code.co_consts:
            yield from _names_in(constant)
