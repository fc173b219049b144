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

LINE, LETTER, GAP = 17, 7, 36  # height of a line of text, width of a letter, distance of boxes: in pixels


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
        self.rows: dict[int, float] = {}  # by column: where it stands, and where its arrows pass others

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
        for source in sources:  # the last first: where it stands is settled before its sources move away
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
        """The picture, as SVG, on white."""
        height = 4 * LINE + 8
        rows = [row for box in self.boxes for row in box.rows.values()]
        total = (max(rows) - min(rows) + 1) * (height + GAP / 2) + GAP / 2
        widths, lefts, width = self._columns()

        def corner(box: Box, column: int) -> tuple[float, float]:
            return lefts[column], (box.rows[column] - min(rows)) * (height + GAP / 2) + GAP / 2

        def arrow(source: Box, box: Box) -> str:
            x, y = corner(source, source.column)
            path = f"M{x + widths[source.column]:g} {y + height / 2:g}"
            for column in range(source.column - 1, box.column - 1, -1):
                before = y + height / 2
                x, y = corner(source if column > box.column else box, column)
                path += f"C{x:g} {before:g} {x - GAP:g} {y + height / 2:g} {x:g} {y + height / 2:g}"
                path += f"h{widths[column]:g}" if column > box.column else "m-6 -3.5l6 3.5l-6 3.5"
            return f'<path d="{path}" fill="none" stroke="#333"/>'

        arrows, shapes = [], []
        for box in self.boxes:
            x, y = corner(box, box.column)
            leaf = not box.sources
            shapes.append(
                f'<rect x="{x:g}" y="{y:g}" width="{widths[box.column]:g}" height="{height}" '
                f'rx="{2 if leaf else 14}" fill="{"#fff4d6" if leaf else "#e3eefc"}" stroke="#333"/>'
            )
            texts = [box.name, *box.lines()]
            for i, text in enumerate(texts):
                style = ' font-weight="bold"' if i == 0 else ""
                line = y + (i + 1 + (4 - len(texts)) / 2) * LINE
                shapes.append(
                    f'<text x="{x + widths[box.column] / 2:g}" y="{line:g}" text-anchor="middle"{style}>'
                    f"{escape(text)}</text>"
                )
            arrows += [arrow(source, box) for source in box.sources]
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {total:g}"',
                f'width="{width:g}" height="{total:g}" role="img" aria-label="{escape(str(self))}"',
                'font-family="sans-serif" font-size="12" fill="#111">',
                '<rect width="100%" height="100%" fill="#fff"/>',
                *arrows,
                *shapes,
                "</svg>",
            ]
        )

    def _columns(self) -> tuple[dict[int, float], dict[int, float], float]:
        """How wide each column is, where it begins, and how wide all are."""
        letters: dict[int, int] = defaultdict(int)
        for box in self.boxes:
            letters[box.column] = max([letters[box.column], *map(len, (box.name, *box.lines()))])
        widths = {column: 16.0 + LETTER * count for column, count in letters.items()}
        lefts, x = {}, GAP / 2
        for column in sorted(widths, reverse=True):
            lefts[column] = x
            x += widths[column] + GAP
        return widths, lefts, x - GAP / 2

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """What a notebook shows: what is wider than the page scrolls, and stays large enough to be read."""
        style = "overflow-x: auto; width: fit-content; max-width: 100%; background: #fff; border-radius: 6px"
        width = 0.85 * self._columns()[-1]  # a little smaller, if then it fits
        fitting = f"display: block; height: auto; max-width: max(100%, {width:g}px)"
        drawing = self.svg.replace("<svg ", f'<svg style="{fitting}" ', 1)
        return f'<div class="layerwise-graph" tabindex="0" style="{style}">{drawing}</div>'

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
