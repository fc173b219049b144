"""Was the interpreter, the shell or a helper of the tests tampered with? For the eyes of a human.

A mark is taken of what a test relies on before any student code runs, and compared before each test. Student
code runs in the same process and could undo this too: an alarm, not a wall.
"""

import builtins
import importlib
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from . import peek

HELPERS = (
    *("math", "operator", "copy", "inspect", "unittest.case", "json", "random"),
    *("numpy", "numpy.testing", "numpy.testing._private.utils", "numpy.linalg", "numpy.random"),
    *("torch", "torch.testing", "torch.testing._comparison", "torch.autograd"),
)
INSIDE = ("unittest.case", "numpy.testing._private.utils", "torch.testing._comparison")
SHELL = (
    *("run_cell", "run_cell_async", "_run_cell", "run_code", "run_ast_nodes", "transform_cell"),
    *("transform_ast", "showtraceback", "_showtraceback", "should_run_async", "compile"),
)


class Mark:
    """It is compared before every test, so what is looked at is gathered once, and looked up in C.

    Most of it need not be touched to see that it is as it was: see peek.py.
    """

    def __init__(self, kernel: Any):
        self.kernel = kernel
        self.modules = {module.__name__: module for name in HELPERS if (module := sys.modules.get(name))}
        self.loaded = dict(sys.modules)
        self.imports = Unchanged(peek.version(sys.modules))
        self.parts = [Part(builtins), *map(Part, self.modules.values())]
        self.parts += [
            Part(value, f"{value.__name__}.")
            for module in self.modules.values()
            if module.__name__ in INSIDE
            for value in vars(module).values()
            if isinstance(value, type)
        ]
        self.facts = _facts()
        self.before = self._look()
        self.changed()  # what is as it should be is known then, and forks need not look

    def changed(self) -> list[str]:
        """The names of what is not as it was."""
        now = self._look()
        found = {name for name, value in self.before.items() if now.get(name) != value}
        for part in self.parts:
            found.update(part.changed())
        if not self.imports.surely:
            other = {
                name for name, module in self.loaded.items() if sys.modules.get(name, module) is not module
            }
            found |= {f"module {name}" for name in other}
            self.imports.found(good=not other)
        found |= {f"that {fact}" for fact, check in self.facts.items() if not _holds(check)}
        return sorted(found)[:20]

    def _look(self) -> dict[str, Any]:
        """The shell, and what Python itself keeps of it."""
        shell, kernel = self.kernel.shell, self.kernel
        seen: dict[str, Any] = {}
        for name in SHELL:
            method = getattr(shell, name, None)
            seen[f"shell.{name}"] = (id(getattr(method, "__func__", method)), _code(method))
        seen["namespace"] = (id(shell.user_ns), id(shell.user_module))
        seen["kernel.do_execute"] = _code(kernel.do_execute)
        seen["session.send"] = _code(kernel.session.send)
        seen["display hook"] = (id(type(shell.displayhook)), id(type(shell.display_pub)))
        seen["AST transformers"] = [id(item) for item in shell.ast_transformers]
        seen["input transformers"] = [id(item) for item in shell.input_transformers_post] + [
            _code(item) for item in shell.input_transformer_manager.cleanup_transforms
        ]
        seen["pre-run hooks"] = [
            id(hook) for event in ("pre_execute", "pre_run_cell") for hook in shell.events.callbacks[event]
        ]
        seen["custom exceptions"] = repr(shell.custom_exceptions)
        seen["trace function"] = (id(sys.gettrace()), id(sys.getprofile()))
        seen["import hooks"] = [id(finder) for finder in sys.meta_path][:3]
        if sys.version_info >= (3, 12):
            seen["monitoring tools"] = [sys.monitoring.get_tool(number) for number in range(6)]
        for kind in (Exception, AssertionError, BaseException):
            seen[f"class {kind.__name__}"] = sorted(vars(kind))
        return seen


class Unchanged:
    """Remembers for which version of a dict it was found as it should be."""

    def __init__(self, version: Callable[[], int] | None):
        self.version = version
        self.good: int | None = None
        self.now: int | None = None

    @property
    def surely(self) -> bool:
        self.now = self.version() if self.version else None
        return self.now is not None and self.now == self.good

    def found(self, good: bool) -> None:
        self.good = self.now if good else None


class Part:
    """The functions of a module or class: each must be the one that it was, and have the code that it had."""

    def __init__(self, place: Any, prefix: str = ""):
        self.space = vars(place)
        self.prefix = prefix or f"{place.__name__}."
        self.names = [
            name
            for name, value in self.space.items()
            if prefix or (callable(value) and not isinstance(value, ModuleType))
        ]
        self.values = [self.space[name] for name in self.names]
        self.unchanged = Unchanged(peek.version(self.space))
        plain = [getattr(value, "__func__", value) for value in self.values]
        self.functions = [function for function in plain if isinstance(function, FunctionType)]
        self.codes = [function.__code__ for function in self.functions]
        self.peek = peek.codes(self.functions)
        self.places = list(map(id, self.codes))
        # ctypes can write to what a code object is made of: only for the helpers, since it takes long
        inside = prefix or place.__name__ in INSIDE
        self.texts = [hash(code.co_code) for code in self.codes] if inside else []

    def changed(self) -> Iterator[str]:
        if not self.unchanged.surely:
            others = [
                name
                for name, value in zip(self.names, self.values, strict=True)
                if self.space.get(name) is not value
            ]
            self.unchanged.found(good=not others)
            yield from (self.prefix + name for name in others)
        if not self.texts and self.peek and self.peek() == self.places:
            return
        for number, (function, code) in enumerate(zip(self.functions, self.codes, strict=True)):
            if function.__code__ is not code:
                yield f"{self.prefix}{function.__name__}"
            elif self.texts and hash(code.co_code) != self.texts[number]:
                yield f"text of {self.prefix}{function.__name__}"


def _code(value: Any) -> int:
    function = getattr(value, "__func__", value)
    return id(function.__code__) if isinstance(function, FunctionType) else 0


def _facts() -> dict[str, Callable[[], object]]:
    """What would not hold if a type or a comparison were patched from below."""
    one, two, half, text = 1, 2, 0.5, "a"
    error = AssertionError
    facts: dict[str, Callable[[], object]] = {
        "1 is not 2": lambda: one != two and (one == two) is False and not one.__eq__(two),
        "0.5 is not 1.5": lambda: half != half + one and (half == half + one) is False,
        "lists differ": lambda: [one] != [two] and (one,) != (two,) and {text: one} != {text: two},
        "texts differ": lambda: text != text * two and (text == text * two) is False,
        "0 is false": lambda: not bool(one - one) and not any([one - one]) and not all([one, one - one]),
        "a number is no text": lambda: not isinstance(one, str) and isinstance(text, str),
        "an assertion stops": lambda: _stops(error, _assert, one == two),
    }
    if numpy := sys.modules.get("numpy"):
        array, testing = numpy.array, numpy.testing
        facts["arrays differ"] = lambda: not numpy.allclose(array([1.0]), array([2.0]))
        facts["assert_allclose stops"] = lambda: _stops(error, testing.assert_allclose, 1.0, 2.0)
    return facts


def _assert(value: object) -> None:
    assert value


def _stops(error: type[BaseException], check: Callable[..., object], *arguments: object) -> bool:
    try:
        check(*arguments)
    except error:
        return True
    return False


def _holds(check: Callable[[], object]) -> bool:
    try:
        return bool(check())
    except Exception:
        return False


def load_helpers() -> None:
    """Those that tests import themselves, so that the mark holds them. What is not installed is left out."""
    for name in HELPERS[:7]:
        importlib.import_module(name)
    for name in HELPERS[7:]:
        parent = name.partition(".")[0]
        if parent in sys.modules:
            importlib.import_module(name)
