"""What goes through a network: the shapes, parameters and multiplications of every layer."""

import math
from typing import Any, NamedTuple

from ..ops.broadcasting import Shape
from .libraries import (
    array_of,
    check_model,
    evaluating,
    first_tensor,
    is_tensor,
    kind_of,
    layers_of,
    library_of,
    own_parameters,
)


class LayerShape(NamedTuple):
    """A row of the map.

    >>> import layerwise as lw
    >>> row = lw.diagnostics.shapes(lw.nn.Linear(4, 3), lw.zeros(5, 4))[0]
    >>> row.output, row.parameters
    ((5, 3), 15)
    """

    name: str  # as in `named_modules`
    kind: str  # the class
    input: Shape | None  # of the first argument; None for a layer that was not called
    output: Shape | None  # of the first result
    parameters: int  # the layer's own
    multiply_adds: int | None  # of the whole batch; None where they are not known
    calls: int = 1  # a layer called several times has the shapes of its last call and the work of all


class ShapeMap(list[LayerShape]):
    """The rows, which are printed as a table.

    >>> import layerwise as lw
    >>> rows = lw.diagnostics.shapes(lw.nn.Linear(4, 3), lw.zeros(5, 4))
    >>> rows.parameters, rows.multiply_adds
    (15, 60)
    """

    parameters: int  # of the whole model: shared ones are counted once

    @property
    def multiply_adds(self) -> int:
        """The sum of those that are known."""
        return sum(row.multiply_adds or 0 for row in self)

    def __repr__(self) -> str:
        head = ("layer", "kind", "input", "output", "parameters", "multiply-adds")
        rows = [
            (
                row.name + (f" (x{row.calls})" if row.calls > 1 else ""),
                row.kind,
                _shape(row.input),
                _shape(row.output),
                f"{row.parameters:,}",
                "?" if row.multiply_adds is None else f"{row.multiply_adds:,}",
            )
            for row in self
        ]
        least = "" if all(row.multiply_adds is not None for row in self) else "at least "
        total = ("total", "", "", "", f"{self.parameters:,}", f"{least}{self.multiply_adds:,}")
        widths = [max(map(len, column)) for column in zip(head, *rows, total, strict=True)]
        line = "-" * (sum(widths) + 2 * (len(widths) - 1))
        lines = [_line(row, widths) for row in (head, *rows, total)]
        return "\n".join([lines[0], line, *lines[1:-1], line, lines[-1]])


def shapes(model: Any, *inputs: Any) -> ShapeMap:
    """The layers of a model in the order in which they are called, with the shapes that go through them.

    model: a module of this library or of torch. It is evaluated once, as in `model.eval()`, without a record.
    inputs: what to call it with: tensors, or arrays, which become tensors of the model's library.

    A layer is a module with parameters of its own or without children. `multiply_adds` counts the products of
    linear, convolution, recurrent and attention layers; the rest of the layers have none worth counting,
    and what a module with parameters of its own does that is none of these is not known, "?".

    >>> import layerwise as lw
    >>> model = lw.nn.Sequential(lw.nn.Linear(4, 3), lw.nn.ReLU(), lw.nn.Linear(3, 2))
    >>> lw.diagnostics.shapes(model, lw.zeros(5, 4))
    layer  kind    input   output  parameters  multiply-adds
    --------------------------------------------------------
    0      Linear  (5, 4)  (5, 3)          15             60
    1      ReLU    (5, 3)  (5, 3)           0              0
    2      Linear  (5, 3)  (5, 2)           8             30
    --------------------------------------------------------
    total                                  23             90
    """
    check_model("shapes", model)
    library = library_of(model)
    rows: dict[str, LayerShape] = {}

    def watch(name: str) -> Any:
        def see(module: Any, args: tuple[Any, ...], output: Any) -> None:
            before = rows.pop(name, None)
            work = _multiply_adds(module, args, output)
            if before is not None and work is not None:
                work = None if before.multiply_adds is None else work + before.multiply_adds
            calls = 1 if before is None else before.calls + 1
            x, y = _shape_of(first_tensor(args)), _shape_of(first_tensor(output))
            rows[name] = LayerShape(name, kind_of(module), x, y, _count(module), work, calls)

        return see

    layers = list(layers_of(model))
    handles = [module.register_forward_hook(watch(name)) for name, module in layers]
    try:
        with evaluating(model), library.no_grad():
            model(*(x if is_tensor(x) else library.tensor(array_of(x)) for x in inputs))
    finally:
        for handle in handles:
            handle.remove()

    result = ShapeMap(rows.values())
    idle = [(name, module) for name, module in layers if name not in rows and own_parameters(module)]
    result += [
        LayerShape(name, kind_of(module), None, None, _count(module), None, 0) for name, module in idle
    ]
    result.parameters = sum(_size(p) for p in model.parameters())
    return result


def _multiply_adds(module: Any, args: tuple[Any, ...], output: Any) -> int | None:
    """How many products of two numbers are added up."""
    kind = kind_of(module)
    x, y = _shape_of(first_tensor(args)) or (), _shape_of(first_tensor(output)) or ()
    if kind == "Linear":
        return math.prod(y) * x[-1]
    if kind in ("Conv1d", "Conv2d", "Conv3d"):  # every output number: all weights of its channel
        return math.prod(y) * _size(module.weight[0])
    if kind.startswith("ConvTranspose"):  # every input number: all weights of its channel
        return math.prod(x) * _size(module.weight[0])
    if kind in ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"):  # every time: all matrices
        times = math.prod(x[:-1])
        return times * sum(_size(p) for _, p in own_parameters(module) if len(p.shape) == 2)
    if kind == "MultiheadAttention":
        return _attention(module, args)
    known = kind == "Embedding" or "Norm" in kind or not own_parameters(module) or kind == "PReLU"
    return 0 if known else None


def _attention(module: Any, args: tuple[Any, ...]) -> int | None:
    """Projections of queries, keys, values and result, and the two products Q Kᵀ and A V."""
    if len(args) < 3:  # given by name
        return None
    query, key, value = (_shape_of(x) or () for x in args[:3])
    times = -2 if module.batch_first or len(query) == 2 else 0
    q, k, e = query[times], key[times], query[-1]
    batch = math.prod(query[:-1]) // q
    return batch * (2 * q * e * e + k * key[-1] * e + k * value[-1] * e + 2 * q * k * e)


def _count(module: Any) -> int:
    return sum(_size(p) for _, p in own_parameters(module))


def _size(x: Any) -> int:
    return math.prod(_shape_of(x) or ())


def _shape_of(x: Any) -> Shape | None:
    return None if x is None else tuple(x.shape)


def _shape(shape: Shape | None) -> str:
    return "not called" if shape is None else str(shape)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    numbers = len(cells) - 2  # the last two columns
    parts = [
        cell.rjust(width) if k >= numbers else cell.ljust(width)
        for k, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(parts).rstrip()
