"""The linear layer as a function."""

from ... import tape
from ...ops import linear as ops
from ...tensor import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input weightᵀ + bias.

    input (..., in_features), weight (out_features, in_features), bias (out_features,) -> (..., out_features)

    >>> import layerwise as lw
    >>> x, weight, bias = lw.tensor([[1.0, 2.0]]), lw.tensor([[3.0, 4.0]]), lw.tensor([0.5])
    >>> lw.nn.functional.linear(x, weight, bias)
    tensor([[11.5]])
    """
    if not (isinstance(input, Tensor) and isinstance(weight, Tensor) and isinstance(bias, Tensor | None)):
        kinds = [type(x).__name__ for x in (input, weight, bias)]
        raise TypeError(f"linear(): input, weight and bias must be layerwise tensors, got {', '.join(kinds)}")
    x, w, b = input.data, weight.data, None if bias is None else bias.data
    for name, array in (("input", x), ("bias", b)):
        if array is not None and array.dtype != w.dtype:
            raise RuntimeError(f"linear(): {name} is {array.dtype} and weight is {w.dtype}: use .to()")
    if w.ndim != 2 or x.ndim < 1 or x.shape[-1] != w.shape[1]:
        raise RuntimeError(
            f"linear(): input has shape {x.shape} and weight has shape {w.shape}: expected "
            "(..., in_features) and (out_features, in_features)"
        )
    if b is not None and b.shape != w.shape[:1]:
        raise RuntimeError(f"linear(): bias has shape {b.shape}, expected {w.shape[:1]}")

    y = ops.linear(x, w, b)
    entries = (input.entry, weight.entry, None if bias is None else bias.entry)
    needs = tuple([entry is not None for entry in entries])
    return Tensor(y, tape.record(ops.linear_vjp, entries, (x, w, needs)))
