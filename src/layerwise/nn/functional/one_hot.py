"""Class numbers as vectors."""

import numpy as np

from ...tensor import Tensor


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Each number k as a vector that is 1 at place k and 0 elsewhere: (...,) -> (..., num_classes), int64.

    tensor: integers from 0.
    num_classes: if left out, as many as the largest number asks for.

    >>> import layerwise as lw
    >>> lw.nn.functional.one_hot(lw.tensor([0, 2]), num_classes=3)
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    if not isinstance(tensor, Tensor) or tensor.dtype != np.int64:
        got = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
        raise RuntimeError(f"one_hot(): tensor must hold int64, got {got}")
    labels = tensor.data
    if labels.size == 0 and num_classes < 1:
        raise RuntimeError(f"one_hot(): tensor of shape {tensor.shape} is empty: num_classes must be given")
    largest = int(labels.max(initial=-1))
    if num_classes == -1:
        num_classes = largest + 1
    if labels.min(initial=0) < 0 or largest >= num_classes:
        wrong = largest if largest >= num_classes else labels.min()
        raise RuntimeError(f"one_hot(): class {wrong} is not between 0 and {num_classes - 1}")
    return Tensor((labels[..., np.newaxis] == np.arange(num_classes)).astype(np.int64))
