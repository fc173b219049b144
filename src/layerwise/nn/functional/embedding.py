"""A table of vectors, looked up by number."""

from ... import tape
from ...ops import embedding as ops
from ...tensor import Tensor
from .arguments import floating


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` that `input` names.

    input (...) integers, weight (num_embeddings, embedding_dim) -> (..., embedding_dim)
    padding_idx: a row that receives no gradient.
    max_norm, norm_type, scale_grad_by_freq, sparse: left out on purpose, only their defaults.

    >>> import layerwise as lw
    >>> weight = lw.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> lw.nn.functional.embedding(lw.tensor([2, 0, 2]), weight)
    tensor([[3., 4.],
            [0., 0.],
            [3., 4.]])
    """
    floating("embedding", weight=weight)
    defaults_only("embedding", max_norm, norm_type, scale_grad_by_freq, sparse)
    if not isinstance(input, Tensor):
        raise TypeError(f"embedding(): input must be a layerwise tensor, got {type(input).__name__}")
    if input.dtype.kind not in "iu":
        raise RuntimeError(f"embedding(): input must be integers, numbers of rows, got {input.dtype}")
    if weight.ndim != 2:
        raise RuntimeError(
            f"embedding(): weight has shape {weight.shape}, expected (num_embeddings, embedding_dim)"
        )
    rows = weight.shape[0]
    if input.data.size and not 0 <= input.data.min() <= input.data.max() < rows:
        wrong = input.data[(input.data < 0) | (input.data >= rows)][0]
        raise IndexError(f"embedding(): input {wrong} is out of bounds: weight has {rows} rows")
    padding = padding_row("embedding", padding_idx, rows)
    y = ops.embedding(input.data, weight.data)
    saved = (input.data, weight.shape, padding)
    return Tensor(y, tape.record(ops.embedding_vjp, (weight.entry,), saved))


def padding_row(function: str, padding_idx: int | None, rows: int) -> int | None:
    """padding_idx, counted from 0."""
    if padding_idx is None:
        return None
    if not -rows <= padding_idx < rows:
        raise ValueError(
            f"{function}(): padding_idx must be between {-rows} and {rows - 1}, got {padding_idx}"
        )
    return padding_idx % rows


def defaults_only(
    function: str, max_norm: float | None, norm_type: float, scale_grad_by_freq: bool, sparse: bool
) -> None:
    given = {"max_norm": max_norm, "scale_grad_by_freq": scale_grad_by_freq, "sparse": sparse}
    if norm_type != 2:
        given["norm_type"] = norm_type
    for option, value in given.items():
        if value is not None and value is not False:
            raise TypeError(f"{function}(): {option}={value} is left out on purpose")
