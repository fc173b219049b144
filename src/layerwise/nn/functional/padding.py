"""Padding as a function."""

from collections.abc import Sequence

from ... import tape
from ...functions.arguments import data_of
from ...ops import padding as ops
from ...tensor import Tensor


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """More numbers at the ends of the last dimensions; fewer, where a width is negative.

    pad: (before, after) for the last dimension, then for the last but one, and so on, all in one row.
    mode: what they are: 'constant' for `value` (0 if left out); or copies from the input: 'reflect'
        (mirrored, without repeating the last number), 'replicate' (the nearest), 'circular' (from the other
        end). Only dimensions behind the channels can be padded with copies.

    >>> import layerwise as lw
    >>> x = lw.tensor([[1.0, 2.0, 3.0]])
    >>> lw.nn.functional.pad(x, (1, 2))
    tensor([[0., 1., 2., 3., 0., 0.]])
    >>> lw.nn.functional.pad(x, (1, 2), mode="reflect")
    tensor([[2., 1., 2., 3., 2., 1.]])
    """
    x = data_of(input)
    if mode not in ops.NUMPYS:
        raise NotImplementedError(f"pad(): mode must be one of {', '.join(ops.NUMPYS)}, got {mode!r}")
    if len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise RuntimeError(
            f"pad(): pad must hold two numbers for each dimension, of at most {x.ndim}, got {tuple(pad)}"
        )
    padded = len(pad) // 2
    behind = [(pad[2 * k], pad[2 * k + 1]) for k in reversed(range(padded))]
    widths = ((0, 0),) * (x.ndim - padded) + tuple(behind)
    if mode != "constant":
        if value is not None:
            raise ValueError(f"pad(): value is for mode 'constant', got mode {mode!r} and value {value}")
        if not padded or padded not in (x.ndim - 1, x.ndim - 2):
            raise NotImplementedError(
                f"pad(): mode {mode!r} pads all dimensions behind the channels: for input of shape {x.shape} "
                f"pad has {2 * (x.ndim - 2)} numbers (or {2 * (x.ndim - 1)} without a batch), got {len(pad)}"
            )
    if mode == "circular" and any(width < 0 for width in pad):
        raise NotImplementedError(f"pad(): mode 'circular' cuts nothing off, got pad {tuple(pad)}")
    for size, (before, after) in zip(x.shape, widths, strict=True):
        limit = {"reflect": size - 1, "circular": size}.get(mode)
        if limit is not None and max(before, after) > limit:
            raise RuntimeError(
                f"pad(): mode {mode!r} can copy at most {limit} numbers from a dimension of size {size}, "
                f"got pad {tuple(pad)} for input of shape {x.shape}"
            )
        if size + before + after < 0 or (mode == "replicate" and size == 0):
            raise RuntimeError(
                f"pad(): pad {tuple(pad)} takes more than there is from input of shape {x.shape}"
            )
    y = ops.pad(x, widths, mode, value or 0)
    return Tensor(y, tape.record(ops.pad_vjp, (input.entry,), (x.shape, widths, mode)))
