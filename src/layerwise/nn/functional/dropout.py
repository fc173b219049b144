"""Dropout as functions."""

import numpy as np

from ... import tape
from ...ops import dropout as ops
from ...ops.broadcasting import Shape
from ...random import default_generator
from ...tensor import Tensor
from .activation import SELU_ALPHA, SELU_SCALE
from .arguments import floating, not_in_place, probability

Generator = np.random.Generator


def dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Set numbers to zero, each with probability p, and multiply the others by 1 / (1 - p).

    The expected value of every number stays what it was. p is kept to 1/65536.

    input: any shape; the result has the same.
    training: with False nothing is changed.
    generator: where the random numbers come from; layerwise's default generator if left out.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> x = lw.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> lw.nn.functional.dropout(x, 0.5, generator=np.random.default_rng(1))
    tensor([ 2.,  0.,  6.,  8., 10.])
    >>> lw.nn.functional.dropout(x, 0.5, training=False)
    tensor([1., 2., 3., 4., 5.])
    """
    _check("dropout", input, p, inplace)
    if not training or p == 0:
        return input
    y, keep = ops.dropout(input.data, p, generator or default_generator)
    return Tensor(y, tape.record(ops.dropout_vjp, (input.entry,), (keep, p)))


def dropout1d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Set whole channels to zero, each with probability p, and multiply the others by 1 / (1 - p).

    input (batch, channels, length) or (channels, length); the result has the same shape.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> lw.nn.functional.dropout1d(x, 0.5, generator=np.random.default_rng(3))
    tensor([[0., 0.],
            [0., 0.]])
    """
    _check("dropout1d", input, p, inplace)
    if input.ndim not in (2, 3):
        expected = "(batch, channels, length) or (channels, length)"
        raise RuntimeError(f"dropout1d(): input has shape {input.shape}, expected {expected}")
    return _together(input, p, training, (*input.shape[:-1], 1), generator)


def dropout2d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Set whole channels to zero, each with probability p, and multiply the others by 1 / (1 - p).

    input (batch, channels, height, width); the result has the same shape. (In torch also (channels, height,
    width), which it reads as (batch, channels, length): that is left out on purpose.)

    >>> import numpy as np
    >>> import layerwise as lw
    >>> x = lw.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    >>> lw.nn.functional.dropout2d(x, 0.5, generator=np.random.default_rng(1))
    tensor([[[[2., 4.]],
    <BLANKLINE>
             [[6., 8.]]]])
    """
    _check("dropout2d", input, p, inplace)
    if input.ndim != 4:
        raise RuntimeError(
            f"dropout2d(): input has shape {input.shape}, expected (batch, channels, height, width)"
        )
    return _together(input, p, training, (*input.shape[:2], 1, 1), generator)


def drop_path(
    input: Tensor,
    p: float = 0.5,
    mode: str = "row",
    training: bool = True,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Set whole examples to zero, each with probability p, and multiply the others by 1 / (1 - p).

    Where the result is added to a skip connection, an example that is set to zero skips the branch: this is
    stochastic depth, torchvision's `stochastic_depth`.

    input (batch, ...); the result has the same shape.
    mode: 'row' to decide for every example, 'batch' to decide once for all of them.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> lw.nn.functional.drop_path(x, 0.5, generator=np.random.default_rng(0))
    tensor([[2., 4.],
            [0., 0.],
            [0., 0.]])
    """
    _check("drop_path", input, p, False)
    if mode not in ("row", "batch"):
        raise ValueError(f"drop_path(): mode must be 'row' or 'batch', got {mode!r}")
    if input.ndim == 0:
        raise RuntimeError("drop_path(): input has shape (), expected (batch, ...)")
    rows = len(input.data) if mode == "row" else 1
    return _together(input, p, training, (rows, *[1] * (input.ndim - 1)), generator)


def alpha_dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Dropout for networks with SELU: what is dropped becomes the lowest value that SELU can take, -s α.

    The result is scaled and shifted so that mean 0 and variance 1 stay. p is kept to 1/65536.

    >>> import layerwise as lw
    >>> lw.nn.functional.alpha_dropout(lw.tensor([1.0, 2.0]), 0.5)  # training is False unless asked for
    tensor([1., 2.])
    """
    _check("alpha_dropout", input, p, inplace)
    if not training or p == 0:
        return input
    y, share = ops.alpha_dropout(input.data, p, -SELU_SCALE * SELU_ALPHA, generator or default_generator)
    return Tensor(y, tape.record(ops.alpha_dropout_vjp, (input.entry,), (share,)))


def _together(input: Tensor, p: float, training: bool, shape: Shape, generator: Generator | None) -> Tensor:
    if not training or p == 0:
        return input
    y, share = ops.dropout_together(input.data, p, shape, generator or default_generator)
    return Tensor(y, tape.record(ops.dropout_together_vjp, (input.entry,), (share,)))


def _check(function: str, input: Tensor, p: float, inplace: bool) -> None:
    floating(function, input=input)
    not_in_place(function, inplace)
    probability(function, p)
