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
    inputs = {"input": input, "weight": weight} | ({} if bias is None else {"bias": bias})
    for name, tensor in inputs.items():
        if not isinstance(tensor, Tensor):
            raise TypeError(f"linear(): {name} must be a layerwise tensor, got {type(tensor).__name__}")
        if tensor.dtype != weight.dtype:
            raise RuntimeError(f"linear(): {name} is {tensor.dtype} and weight is {weight.dtype}: use .to()")
    if weight.ndim != 2 or input.ndim < 1 or input.shape[-1] != weight.shape[1]:
        raise RuntimeError(
            f"linear(): input has shape {input.shape} and weight has shape {weight.shape}: expected "
            "(..., in_features) and (out_features, in_features)"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise RuntimeError(f"linear(): bias has shape {bias.shape}, expected {weight.shape[:1]}")

    y = ops.linear(input.data, weight.data, None if bias is None else bias.data)
    entries = (input.entry, weight.entry, None if bias is None else bias.entry)
    needs = tuple(entry is not None for entry in entries)
    return Tensor(y, tape.record(ops.linear_vjp, entries, (input.data, weight.data, needs)))
