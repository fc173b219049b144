"""A failing cell's colored traceback, in a fifth of the time, with every character as IPython writes it.

IPython colors the text of each function in a traceback, all of it, and does so twice. Each time, pygments
reads its grammar of Python anew and looks for each color among 256, and `inspect` asks all modules for the
one that a cell is from. Here, what comes out the same each time is kept: also by the process that notebooks
are forked from, for the functions in which tests often fail.
"""

import inspect
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

import pygments
import stack_data
import stack_data.core
from pygments.formatters.terminal256 import Terminal256Formatter
from pygments.lexers.python import PythonLexer

KEPT = 256  # colored functions

# What fails here fails in the functions of numpy.testing that most of its assertions end in.
NUMPY = (
    "import numpy\nnumpy.testing.assert_allclose([1.0], 2.0)",
    "import numpy\nnumpy.testing.assert_allclose([1.0], [2.0, 3.0])",
    "import numpy\nnumpy.testing.assert_equal(1, 2)",
    "import numpy\nnumpy.testing.assert_almost_equal(1.0, 2.0)",
)


def keep_what_repeats(shell: Any) -> None:
    """To be called once, before the shell has shown any traceback."""
    shell._format_exception_for_storage = lambda error, *_, **__: _shown(shell, error)
    stack_data.style_with_executing_node = lru_cache(stack_data.style_with_executing_node)  # type: ignore[attr-defined]
    stack_data.core._pygmented_with_ranges = _colored  # type: ignore[attr-defined]
    Terminal256Formatter._setup_styles = _once_a_style(Terminal256Formatter._setup_styles)
    inspect.getmodule = _no_module_of_a_cell(inspect.getmodule)


def _shown(shell: Any, error: BaseException) -> dict[str, Any]:
    """For the history: the traceback that is in the cell's output, where IPython makes another, equal one."""
    return {"ename": type(error).__name__, "evalue": "", "traceback": shell._last_traceback or []}


class Lexer(PythonLexer):  # type: ignore[misc]  # pygments has no types
    """Python, with the part of the text that was being executed as tokens of their own."""

    def __init__(self, executed: tuple[tuple[int, int], ...]):
        super().__init__(stripnl=False)
        self.executed = executed

    def get_tokens(self, text: str, unfiltered: bool = False) -> Iterator[tuple[Any, str]]:
        position = 0
        for kind, piece in super().get_tokens(text, unfiltered):
            inside = any(start <= position < end for start, end in self.executed)
            yield kind.ExecutingNode if inside else kind, piece
            position += len(piece)


def _colored(formatter: Any, code: str, ranges: list[tuple[int, int]]) -> list[str]:
    try:
        return _lines(formatter.style, code, tuple(ranges)).copy()
    except Exception:  # better a traceback without colors than none
        return code.splitlines()


@lru_cache(KEPT)
def _lines(style: Any, code: str, executed: tuple[tuple[int, int], ...]) -> list[str]:
    highlighted: str = pygments.highlight(code, Lexer(executed), Terminal256Formatter(style=style))
    return highlighted.splitlines()


def _once_a_style(set_up: Callable[[Any], None]) -> Callable[[Any], None]:
    known: dict[Any, dict[str, Any]] = {}

    def from_known(formatter: Any) -> None:
        if formatter.style not in known:
            set_up(formatter)
            known[formatter.style] = formatter.style_string
        formatter.style_string = known[formatter.style]

    return from_known


def _no_module_of_a_cell(search: Callable[..., Any]) -> Callable[..., Any]:
    """A frame of a cell is of no module, which `inspect` finds out only when it has asked all of them."""
    cells = f"{tempfile.gettempdir()}/ipykernel_"

    def getmodule(object: Any, _filename: str | None = None) -> Any:
        code = object.f_code if isinstance(object, FrameType) else object
        if isinstance(code, CodeType) and code.co_filename.startswith(cells):
            return None
        return search(object, _filename)

    return getmodule
