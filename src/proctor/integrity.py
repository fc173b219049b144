"""Was the interpreter, the shell or a helper of the tests tampered with? For the eyes of a human.

A mark is taken of what a test relies on before any student code runs, and compared before each test. Student
code runs in the same process and could undo this too: an alarm, not a wall.
"""

import builtins
import importlib
import sys
from types import FunctionType, ModuleType
from typing import Any

HELPERS = (
    *("math", "operator", "copy", "inspect", "unittest.case", "json", "random"),
    *("numpy", "numpy.testing", "numpy.testing._private.utils", "numpy.linalg", "numpy.random"),
    *("torch", "torch.testing", "torch.testing._comparison", "torch.autograd"),
)
SHELL = (
    *("run_cell", "run_cell_async", "_run_cell", "run_code", "run_ast_nodes", "transform_cell"),
    *("transform_ast", "showtraceback", "_showtraceback", "should_run_async", "compile"),
)


class Mark:
    def __init__(self, kernel: Any):
        self.kernel = kernel
        self.modules = [module for name in HELPERS if (module := sys.modules.get(name))]
        self.before = self._look()

    def changed(self) -> list[str]:
        """The names of what is not as it was."""
        now = self._look()
        return sorted(name for name, value in self.before.items() if now.get(name) != value)[:20]

    def _look(self) -> dict[str, Any]:
        shell, kernel = self.kernel.shell, self.kernel
        seen: dict[str, Any] = {}
        for module in [builtins, *self.modules]:
            if module is not builtins:
                seen[f"module {module.__name__}"] = id(sys.modules.get(module.__name__))
            for name, value in list(vars(module).items()):
                if callable(value) and not isinstance(value, ModuleType):
                    seen[f"{module.__name__}.{name}"] = (id(value), _code(value))
        for name in SHELL:
            method = getattr(shell, name, None)
            seen[f"shell.{name}"] = (id(getattr(method, "__func__", method)), _code(method))
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
        for kind in (Exception, AssertionError, BaseException):
            seen[f"class {kind.__name__}"] = sorted(vars(kind))
        return seen


def _code(value: Any) -> int:
    function = getattr(value, "__func__", value)
    return id(function.__code__) if isinstance(function, FunctionType) else 0


def load_helpers() -> None:
    """Those that tests import themselves, so that the mark holds them. What is not installed is left out."""
    for name in HELPERS[:7]:
        importlib.import_module(name)
    for name in HELPERS[7:]:
        parent = name.partition(".")[0]
        if parent in sys.modules:
            importlib.import_module(name)
