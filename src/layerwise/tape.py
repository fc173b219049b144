"""The tape: it writes down every operation as it happens, and replays them backwards to find the gradients.

An entry of the tape is a list `[number, vjp, inputs, saved]`:

    number   counts down, so that the entry made last has the smallest number
    vjp      the function that turns dL/d(output) into dL/d(inputs), from `layerwise.ops`
    inputs   where each input came from: an entry, a `Leaf`, or None (a constant: it wants no gradient)
    saved    what `vjp` needs to know of the forward pass

Entries hold on to one another through `inputs`, and a tensor holds on to the entry that made it: what nobody
can call `backward` on any more is forgotten by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from typing import Any

from .ops.broadcasting import Array

Entry = list[Any]
RELEASED: Entry = [None, (), ()]


class Leaf:
    """Where a gradient comes to rest: behind every tensor that was created with `requires_grad=True`."""

    __slots__ = ("grad",)

    def __init__(self) -> None:
        self.grad: Any = None


_recording = True
_next_number = count(0, -1).__next__


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing: results inside the block do not require gradients. Also a decorator, `@no_grad()`.

    >>> import layerwise as lw
    >>> w = lw.tensor([2.0], requires_grad=True)
    >>> with lw.no_grad():
    ...     print((3 * w).requires_grad)
    False
    """
    global _recording
    before, _recording = _recording, False
    try:
        yield
    finally:
        _recording = before


def record(vjp: Callable[..., Any], inputs: tuple[Any, ...], saved: tuple[Any, ...]) -> Entry | None:
    """Write down one operation. None when there is nothing to remember: no input wants a gradient."""
    if _recording and any(inputs):
        return [_next_number(), vjp, inputs, saved]
    return None


def replay(last: Entry, gradient: Array, retain_graph: bool = False) -> dict[Leaf, Array]:
    """Go back from the entry `last`, whose output has this gradient, to the leaves it was made from.

    An output is made before it is used: in the order of the numbers, every gradient has received all its
    contributions before it is passed on.
    """
    waiting = [last]  # a heap: the entry made last comes out first
    gradients = {last[0]: gradient}  # number of an entry -> dL/d(its output), as far as known
    at_leaves: dict[Leaf, Array] = {}
    while waiting:
        entry = heappop(waiting)
        number, vjp, inputs, saved = entry
        if vjp is None:
            raise RuntimeError(
                "backward(): this graph was released by an earlier backward(). Call the earlier one with "
                "retain_graph=True, or compute the result anew"
            )
        dy = gradients.pop(number)
        results = vjp(dy, *saved)
        for source, dx in zip(inputs, results if type(results) is tuple else (results,), strict=True):
            if source is None:
                continue
            if type(source) is list:
                key = source[0]
                if key in gradients:
                    gradients[key] = gradients[key] + dx
                else:
                    gradients[key] = dx
                    heappush(waiting, source)
            elif source in at_leaves:
                at_leaves[source] = at_leaves[source] + dx
            else:  # a leaf keeps its gradient: it must not share memory with another
                at_leaves[source] = dx.copy() if dx is dy or dx.base is not None else dx
        if not retain_graph:
            entry[1:] = RELEASED
    return at_leaves
