"""Measures of how good a model's outputs are, for either library, and their means over an epoch."""

from operator import mul
from typing import Any


def accuracy(output: Any, target: Any) -> Any:
    """The share of examples whose highest score is that of the right class.

    output (n, classes, ...), target (n, ...) of classes.

    >>> import layerwise as lw
    >>> lw.train.accuracy(lw.tensor([[0.1, 0.9], [0.8, 0.2]]), lw.tensor([1, 1]))
    tensor(0.5)
    """
    found = output.argmax(1)
    if tuple(found.shape) != tuple(target.shape):
        raise ValueError(
            f"accuracy(): output must be (n, classes, ...) and target (n, ...), got "
            f"{tuple(output.shape)} and {tuple(target.shape)}"
        )
    return (found == target).float().mean()


def binary_accuracy(output: Any, target: Any) -> Any:
    """The share of examples on the right side: class 1 where the logit is above 0, else class 0.

    output, target: of one shape; target holds 0 and 1.

    >>> import layerwise as lw
    >>> lw.train.binary_accuracy(lw.tensor([1.5, -0.2]), lw.tensor([1.0, 1.0]))
    tensor(0.5)
    """
    if tuple(output.shape) != tuple(target.shape):
        raise ValueError(
            f"binary_accuracy(): output and target must have one shape, got "
            f"{tuple(output.shape)} and {tuple(target.shape)}"
        )
    return ((output > 0) == (target > 0.5)).float().mean()


class Means:
    """The means of several measures over batches, each counted by its number of examples.

    rows: for each batch the number of its examples, and its measures. They may be tensors, which become
        numbers when the means are asked for: so an accelerator need not wait.

    >>> means = Means(["loss"])
    >>> means.rows += [(3, 1.0), (1, 5.0)]
    >>> means.totals()
    [4.0, 8.0]
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.rows: list[tuple[Any, ...]] = []

    def last(self) -> float:
        """The first measure of the last batch."""
        return float(self.rows[-1][1])

    def numbers(self) -> list[tuple[Any, ...]]:
        """The rows, with numbers alone."""
        return [(row[0], *map(float, row[1:])) for row in self.rows]

    def totals(self) -> list[float]:
        """The number of examples, and the sum of every measure over them."""
        sizes, *columns = zip(*self.rows, strict=True) if self.rows else [(), *([()] * len(self.names))]
        return [float(sum(sizes)), *(sum(map(mul, sizes, map(float, column))) for column in columns)]
