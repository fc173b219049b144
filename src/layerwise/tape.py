"""The tape: it writes down every operation as it happens, and replays them backwards to find the gradients.

An entry of the tape is a list `[number, vjp, inputs, saved]`:

    number   counts down, so that the entry made last has the smallest number
    vjp      the function that turns dL/d(output) into dL/d(inputs), from `layerwise.ops`
    inputs   where each input came from: an entry, a `Leaf`, or None (a constant: it wants no gradient)
    saved    what `vjp` needs to know of the forward pass

Entries hold on to one another through `inputs`, and a tensor holds on to the entry that made it: what nobody
can call `backward` on any more is forgotten by itself.
"""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from sys import getrefcount
from typing import Any

from numpy import empty, may_share_memory, ndarray

from .ops.broadcasting import Array

Entry = list[Any]
Hook = Callable[[Array], Array]
RELEASED = (None, (), ())


class Leaf:
    """Where a gradient comes to rest: behind every tensor that was created with `requires_grad=True`."""

    __slots__ = ("changed", "grad", "hooks", "numbers")

    def __init__(self) -> None:
        self.grad: Any = None
        self.changed = 1  # entries with a larger number were made before the leaf was changed: none, so far
        self.numbers: Any = None  # what was changed
        self.hooks: dict[int, Hook] = {}  # called with the gradient before it is added to `grad`


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


def note_change(leaf: Leaf, numbers: Array) -> None:
    """A leaf's numbers are changed in place, as optimizers do: what was recorded before may be spoiled."""
    leaf.changed, leaf.numbers = _next_number(), numbers


def record(vjp: Callable[..., Any], inputs: tuple[Any, ...], saved: tuple[Any, ...]) -> Entry | None:
    """Write down one operation. None when there is nothing to remember: no input wants a gradient."""
    if _recording:
        for source in inputs:
            if source is not None:
                return [_next_number(), vjp, inputs, saved]
    return None


class Parts(dict[int, Array]):
    """dL/d(output) of an operation with several outputs: the gradients by the outputs' numbers, if known."""

    def __add__(self, other: "Parts") -> "Parts":
        return Parts({**self, **other})


def part_vjp(dy: Array, number: int) -> Parts:
    return Parts({number: dy})


def record_many(
    vjp: Callable[..., Any], inputs: tuple[Any, ...], saved: tuple[Any, ...], outputs: int
) -> list[Entry | None]:
    """Write down an operation with several outputs: an entry for each of them.

    On the way back `vjp` is called once, with `Parts`; an output that was not used is missing there.
    """
    whole = record(vjp, inputs, saved)
    return [record(part_vjp, (whole,), (number,)) for number in range(outputs)]


def replay(last: Entry, gradient: Array, retain_graph: bool = False) -> dict[Leaf, Array]:
    """Go back from the entry `last`, whose output has this gradient, to the leaves it was made from.

    An output is made before it is used: in the order of the numbers, every gradient has received all its
    contributions before it is passed on.
    """
    waiting: list[Entry] = []  # a heap: the entry made last comes out first
    gradients: dict[int, Array] = {}  # number of a waiting entry -> dL/d(its output), as far as known
    at_leaves: dict[Leaf, Array] = {}
    entry, dy = last, gradient
    while True:
        number, vjp, inputs, saved = entry
        if vjp is None:
            raise RuntimeError(
                "backward(): this graph was released by an earlier backward(). Call the earlier one with "
                "retain_graph=True, or compute the result anew"
            )
        results = vjp(dy, *saved)
        if not retain_graph:
            entry[1], entry[2], entry[3] = RELEASED
        if type(results) is not tuple:
            if not waiting and type(inputs[0]) is list:  # a link of a chain: nothing else can come first
                entry, dy = inputs[0], results
                continue
            results = (results,)
        for source, dx in zip(inputs, results):  # noqa: B905  (the check would cost more than the loop)
            if source is None or dx is None:
                continue
            if type(source) is list:
                earlier = source[0]
                if earlier in gradients:
                    gradients[earlier] = gradients[earlier] + dx
                else:
                    gradients[earlier] = dx
                    heappush(waiting, source)
                continue
            if number > source.changed:
                _check_unchanged(source, vjp, saved)
            if source in at_leaves:
                at_leaves[source] = at_leaves[source] + dx
            else:  # a leaf keeps its gradient: it must not share memory with another
                at_leaves[source] = dx.copy(order="K") if dx is dy or _is_shared(dx) else dx
        if not waiting:
            return at_leaves
        entry = heappop(waiting)
        dy = gradients.pop(entry[0])


def _check_unchanged(leaf: Leaf, vjp: Callable[..., Any], saved: tuple[Any, ...]) -> None:
    """An error if the operation needs the leaf's old numbers. A sum, for one, needs none."""
    if any(isinstance(array, ndarray) and may_share_memory(array, leaf.numbers) for array in saved):
        name = vjp.__name__.removesuffix("_vjp")
        raise RuntimeError(
            f"backward(): {name} needs the numbers that a tensor of shape {leaf.numbers.shape} had then, but "
            "they have been changed in place since, by an optimizer's step(), load_state_dict() or nn.init. "
            "Call backward() before that, or compute the result anew"
        )


def _is_shared(dx: Array) -> bool:
    """Whether another array may look at the same memory, or this one twice at the same number.

    A view that nobody else has, such as a transposed result, need not be copied.
    """
    return dx.base is not None and (dx.base.size != dx.size or _holders(dx) > ALONE)


def _holders(view: Array) -> int:
    """How many hold on to the array that a view looks into, this function included."""
    base = view.base
    return getrefcount(base)


ALONE = _holders(empty(2).reshape(1, 2))  # counted, as Python's versions count differently


def add_hook(source: Entry | Leaf, hook: Hook) -> "RemovableHandle":
    """Have `hook` called with the gradient that arrives at an entry or a leaf; what it returns goes on."""
    if isinstance(source, Leaf):
        return RemovableHandle(source.hooks, hook)
    if not isinstance(source[1], Hooked):
        source[1] = Hooked(source[1])
    return RemovableHandle(source[1].hooks, hook)


class Hooked:
    """The vector-Jacobian product of an entry, and the hooks that come before it."""

    def __init__(self, vjp: Callable[..., Any]) -> None:
        self.vjp, self.__name__ = vjp, vjp.__name__
        self.hooks: dict[int, Hook] = {}

    def __call__(self, dy: Array, *saved: Any) -> Any:
        return self.vjp(apply_hooks(self.hooks, dy), *saved)


def apply_hooks(hooks: dict[int, Hook], gradient: Array) -> Array:
    for hook in list(hooks.values()):
        gradient = hook(gradient)
    return gradient


class RemovableHandle:
    """What registering a hook returns: `remove()` takes the hook away, as does the end of a `with` block.

    >>> import layerwise as lw
    >>> layer = lw.nn.Linear(2, 1)
    >>> handle = layer.register_forward_hook(lambda module, args, output: print(output.shape))
    >>> _ = layer(lw.tensor([[1.0, 2.0]]))
    (1, 1)
    >>> handle.remove()
    >>> _ = layer(lw.tensor([[1.0, 2.0]]))
    """

    _keys = count()

    def __init__(self, hooks: MutableMapping[int, Any], hook: Any) -> None:
        self._hooks, self._key = hooks, next(self._keys)
        hooks[self._key] = hook

    def remove(self) -> None:
        self._hooks.pop(self._key, None)

    def __enter__(self) -> "RemovableHandle":
        return self

    def __exit__(self, *error: Any) -> None:
        self.remove()
