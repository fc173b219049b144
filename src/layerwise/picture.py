"""A picture of a computation: what was made from what, with shapes, values and gradients."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import numpy as np

from .ops.broadcasting import Array
from .tape import Entry, Leaf, Parts, RemovableHandle, add_hook, replay
from .tensor import Tensor

WIDTH, LINE, GAP = 166, 17, 36  # of a box, of a line of text in it, between boxes: in pixels


def graph(result: Any, *args: Tensor, **inputs: Tensor) -> "Graph":
    """Draw how a number or a tensor is computed: a notebook shows a picture, `print` a table.

    result: a function of the other arguments, such as a model; or a tensor that has been computed. With a
        function the values on the way are drawn too, which a tensor no longer remembers.
    args, inputs: tensors. Those given by name are drawn under it, as are the parameters of a model.

    Gradients are those of the result, if it is a single number. The tensors' own `grad` is left alone, and
    `backward` can still be called.

    >>> import layerwise as lw
    >>> w = lw.tensor(2.0, requires_grad=True)
    >>> print(lw.graph(lambda w, x: (w * x).tanh(), w=w, x=lw.tensor(0.5)))
    tanh: shape (), value 0.7616, gradient 1
    multiply: shape (), value 1, gradient 0.42
    w: shape (), value 2, gradient 0.21
    x: shape (), value 0.5
    """
    values: dict[int, Array] = {}  # of everything that was made, by the identity of its entry or leaf
    constants: dict[str, Tensor] = {}
    if callable(result) and not isinstance(result, Tensor):
        given = {f"input {i}": x for i, x in enumerate(args)} | inputs
        constants = {name: Tensor(x.data, Leaf()) for name, x in given.items() if not x.requires_grad}
        inputs = dict(getattr(result, "named_parameters", dict)()) | given | constants
        drawn = [inputs[name] for name in given]  # what is constant is a leaf for the drawing
        with _remembering(values):
            result = result(*drawn[: len(args)], **dict(list(zip(given, drawn, strict=True))[len(args) :]))
    if not isinstance(result, Tensor):
        raise TypeError(f"graph(): result must be a tensor or a function, got {type(result).__name__}")
    if not isinstance(result.entry, list):
        raise RuntimeError("graph(): the result was not computed from anything that requires gradients")
    for tensor in (*inputs.values(), result):
        values[id(tensor.entry)] = tensor.data
    names = {id(tensor.entry): name for name, tensor in inputs.items()}
    return Graph(result.entry, names, values, {id(x.entry) for x in constants.values()})


@contextmanager
def _remembering(values: dict[int, Array]) -> Iterator[None]:
    """Note the values of all tensors that are made."""
    made: list[Tensor] = []  # kept for the time being: the identity of what is gone may be given to another
    make = Tensor.__init__

    def make_and_note(self: Tensor, data: Any, entry: Any = None) -> None:
        make(self, data, entry)
        made.append(self)

    Tensor.__init__ = make_and_note  # type: ignore[method-assign]
    try:
        yield
    finally:
        Tensor.__init__ = make  # type: ignore[method-assign]
        values.update((id(tensor.entry), tensor.data) for tensor in made)


class Box:
    """A result of an operation, or a leaf."""

    def __init__(self, name: str, value: Array | None, gradient: Array | None) -> None:
        self.name, self.value, self.gradient = name, value, gradient
        self.sources: list[Box] = []
        self.column = 0  # from the right
        self.rows: dict[
            int, float
        ] = {}  # by column: where it stands, and where its arrows pass other columns

    def lines(self) -> list[str]:
        known = self.gradient if self.value is None else self.value
        lines = [] if known is None else [f"shape {known.shape}"]
        if self.value is not None:
            lines.append("value " + _short(self.value))
        if self.gradient is not None:
            lines.append("gradient " + _short(self.gradient))
        return lines


class Graph:
    """What `graph` returns. `boxes` are the results, the last first, and the leaves."""

    def __init__(
        self, last: Entry, names: dict[int, str], values: dict[int, Array], constants: set[int]
    ) -> None:
        sources = _sources(last)
        result = values[id(last)]
        gradients = _gradients(last, result, sources) if result.size == 1 else {}
        found = {
            id(source): Box(
                names.get(id(source)) or _operation(source),
                values.get(id(source)),
                None if id(source) in constants else gradients.get(id(source)),
            )
            for source in sources
        }
        for (
            source
        ) in sources:  # the last first: where an entry stands is settled before its sources move away
            box = found[id(source)]
            inputs = source[2] if isinstance(source, list) else ()
            box.sources = [found[id(x)] for x in inputs if x is not None]
            for x in box.sources:
                x.column = max(x.column, box.column + 1)
        self.boxes = list(found.values())
        self._arrange()

    def _arrange(self) -> None:
        """Give every box, and every arrow that passes a column, a row: near the rows of what it leads to."""
        self.boxes[0].rows[0] = 0.0
        for box in self.boxes:
            for source in box.sources:
                source.rows.update(dict.fromkeys(range(box.column + 1, source.column + 1), 0.0))
        targets: dict[tuple[int, int], list[float]] = defaultdict(list)
        for column in range(max(box.column for box in self.boxes) + 1):
            here = [box for box in self.boxes if column in box.rows]
            here.sort(key=lambda box: sum(rows := targets[id(box), column]) / max(len(rows), 1))
            for i, box in enumerate(here):
                row = box.rows[column] = i - (len(here) - 1) / 2
                if column < box.column:
                    targets[id(box), column + 1].append(row)
                else:
                    for k, source in enumerate(box.sources):  # the first input above the second
                        targets[id(source), column + 1].append(row + k / 10)

    @property
    def svg(self) -> str:
        """The picture, as SVG."""
        height = 4 * LINE + 8
        columns = max(box.column for box in self.boxes)
        rows = [row for box in self.boxes for row in box.rows.values()]
        width = (columns + 1) * (WIDTH + GAP) + GAP
        total = (max(rows) - min(rows) + 1) * (height + GAP / 2) + GAP / 2

        def corner(box: Box, column: int) -> tuple[float, float]:
            x = (columns - column) * (WIDTH + GAP) + GAP
            return x, (box.rows[column] - min(rows)) * (height + GAP / 2) + GAP / 2

        def arrow(source: Box, box: Box) -> str:
            x, y = corner(source, source.column)
            path = f"M{x + WIDTH:g} {y + height / 2:g}"
            for column in range(source.column - 1, box.column - 1, -1):
                before = y + height / 2
                x, y = corner(source if column > box.column else box, column)
                end = x if column > box.column else x - 6
                path += f"C{x:g} {before:g} {x - GAP:g} {y + height / 2:g} {end:g} {y + height / 2:g}"
                path += f"h{WIDTH}" if column > box.column else ""
            return f'<path d="{path}" fill="none" stroke="#333" marker-end="url(#layerwise-arrow)"/>'

        arrows, shapes = [], []
        for box in self.boxes:
            x, y = corner(box, box.column)
            leaf = not box.sources
            shapes.append(
                f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{height}" rx="{2 if leaf else 14}" '
                f'fill="{"#fff4d6" if leaf else "#e3eefc"}" stroke="#333"/>'
            )
            for i, text in enumerate([box.name, *box.lines()]):
                style = ' font-weight="bold"' if i == 0 else ""
                shapes.append(
                    f'<text x="{x + WIDTH / 2:g}" y="{y + (i + 1) * LINE:g}" text-anchor="middle"{style}>'
                    f"{escape(text)}</text>"
                )
            arrows += [arrow(source, box) for source in box.sources]
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {total:g}" role="img"',
                f'width="{width:g}" height="{total:g}" style="max-width: 100%; height: auto"',
                f'font-family="sans-serif" font-size="12" fill="#111"><title>{escape(str(self))}</title>',
                '<defs><marker id="layerwise-arrow" markerWidth="7" markerHeight="6" refX="1" refY="3"',
                'orient="auto"><path d="M0 0L7 3L0 6z" fill="#333"/></marker></defs>',
                '<rect width="100%" height="100%" fill="#fff"/>',
                *arrows,
                *shapes,
                "</svg>",
            ]
        )

    def _repr_svg_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return "\n".join(f"{box.name}: " + ", ".join(box.lines()) for box in self.boxes)


def _sources(last: Entry) -> list[Entry | Leaf]:
    """The entry and all that it was made from: entries, the last first, then leaves."""
    entries: dict[int, Entry] = {}
    leaves: dict[int, Leaf] = {}
    waiting: list[Any] = [last]
    while waiting:
        source = waiting.pop()
        if isinstance(source, Leaf):
            leaves[id(source)] = source
        elif source is not None and source[0] not in entries:
            if source[1] is None:
                raise RuntimeError("graph(): backward() has released this graph: draw it before")
            entries[source[0]] = source
            waiting.extend(source[2][::-1])
    return [*(entries[number] for number in sorted(entries)), *leaves.values()]


def _gradients(last: Entry, result: Array, sources: list[Entry | Leaf]) -> dict[int, Array]:
    """dL/d(source) for every source of the result L, a single number."""
    gradients: dict[int, Array] = {}

    def watch(source: Entry | Leaf) -> RemovableHandle:
        def note(gradient: Any) -> Any:
            if not isinstance(gradient, Parts):
                gradients[id(source)] = np.asarray(gradient)
            return gradient

        return add_hook(source, note)

    handles = [watch(source) for source in sources if isinstance(source, list)]
    try:
        at_leaves = replay(last, np.ones_like(result), retain_graph=True)
    finally:
        for handle in handles:
            handle.remove()
    return gradients | {id(leaf): gradient for leaf, gradient in at_leaves.items()}


def _operation(source: Entry | Leaf) -> str:
    return "leaf" if isinstance(source, Leaf) else str(source[1].__name__).removesuffix("_vjp")


def _short(array: Array) -> str:
    """One number, a few, or the limits between which they are."""
    if array.size <= 3:
        return ", ".join(f"{x:.4g}" for x in array.reshape(-1).tolist()) or "none"
    return f"{array.min():.3g} … {array.max():.3g}"
