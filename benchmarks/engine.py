"""What does recording an operation and replaying it backwards cost?

A chain of operations on ten numbers, where the arithmetic is next to nothing: microseconds for each
operation, forward and backward together. micrograd computes with single numbers: its chain is on one.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from measure import AUTO, Options, Row, compared, in_turns, main, version

LENGTH = 100  # links of the chain
TARGET = 2.5  # µs an operation
CHAINS: dict[str, tuple[int, Callable[[Any, Any, Any], Any]]] = {  # operations in a link; the link
    "add": (1, lambda y, a, b: y + b),
    "multiply": (1, lambda y, a, b: y * a),
    "relu": (1, lambda y, a, b: y.relu()),
    "multiply, add, relu": (3, lambda y, a, b: (y * a + b).relu()),
}


def engine(options: Options) -> Iterator[Row]:
    import torch

    import layerwise as lw

    torch.set_num_threads(1)
    for name, (operations, link) in CHAINS.items():
        if not options.wants(name):
            continue
        sides = {
            "layerwise": chain(link, lambda x: lw.tensor(x, dtype=lw.float32, requires_grad=True)),
            "torch": chain(link, lambda x: torch.tensor(x, dtype=torch.float32, requires_grad=True)),
        }
        if version("micrograd"):
            from micrograd.engine import Value

            sides["micrograd"] = chain(link, lambda x: Value(x[0]))
        if version("autograd"):
            sides["autograd"] = autograd_chain(link)
        times = in_turns(sides, options, 2.0)
        count = operations * LENGTH
        each = {side: [t / count for t in some] for side, some in times.items()}
        for peer in [side for side in sides if side != "layerwise"]:
            limits = {"target": TARGET, "of": "ours"} if peer == "torch" else {}
            yield compared(name, each["layerwise"], each[peer], unit="µs", peer=peer, **limits)
        for peer in ("micrograd", "autograd"):
            if peer not in sides:
                yield Row(name, peer, note="not installed", unit="µs")


def chain(link: Callable[[Any, Any, Any], Any], leaf: Callable[[list[float]], Any]) -> Callable[[], Any]:
    ones = [1.0] * 10
    a, b = leaf(ones), leaf(ones)

    def run() -> None:
        x = leaf(ones)
        y = x
        for _ in range(LENGTH):
            y = link(y, a, b)
        (y.sum() if hasattr(y, "sum") else y).backward()

    return run


class Arithmetic:
    """autograd's arrays know no `relu`: the chain meets them in this coat."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __add__(self, other: Any) -> "Arithmetic":
        return Arithmetic(self.value + other)

    def __mul__(self, other: Any) -> "Arithmetic":
        return Arithmetic(self.value * other)

    def relu(self) -> "Arithmetic":
        import autograd.numpy as anp

        return Arithmetic(anp.maximum(self.value, 0))


def autograd_chain(link: Callable[[Any, Any, Any], Any]) -> Callable[[], Any]:
    import autograd
    import autograd.numpy as anp

    def total(x: Any, a: Any, b: Any) -> Any:
        y = Arithmetic(x)
        for _ in range(LENGTH):
            y = link(y, a, b)
        return anp.sum(y.value)

    gradient = autograd.grad(total, (0, 1, 2))
    one = np.ones(10, np.float32)
    return lambda: gradient(one, one, one)


if __name__ == "__main__":
    main(__doc__ or "", engine, (AUTO,))
