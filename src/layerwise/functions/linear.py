"""Products of matrices."""

import string
from typing import Any

import numpy as np

from ..ops import linear
from ..tape import record
from ..tensor import Tensor
from .arguments import data_of, needs_of


def matmul(input: Any, other: Any) -> Tensor:
    """The matrix product. A vector is a row on the left, a column on the right; more dimensions are a batch.

    input (..., n, k), other (..., k, m) -> (..., n, m); both of the same number format.

    >>> import layerwise as lw
    >>> lw.matmul(lw.tensor([[1.0, 2.0], [3.0, 4.0]]), lw.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    a, b = (Tensor(x) if isinstance(x, np.ndarray) else x for x in (input, other))
    data_of(a), data_of(b)  # nothing but tensors from here on
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"matmul(): input is {a.dtype} and other is {b.dtype}: nothing is converted silently, use .to()"
        )
    try:
        y = linear.matmul(a.data, b.data)
    except ValueError:
        raise RuntimeError(
            f"matmul(): input has shape {a.shape} and other has shape {b.shape}: expected (..., n, k) and "
            "(..., k, m), or a vector (k,) for either"
        ) from None
    return Tensor(y, record(linear.matmul_vjp, (a.entry, b.entry), (a.data, b.data, needs_of(a, b))))


def einsum(equation: str, *operands: Any) -> Tensor:
    """Sums of products, by Einstein's rule: a letter for each dimension; those not on the right are summed.

    "ij,jk->ik" is the matrix product, "bij->bji" a transpose, "ii->" a trace. Dimensions behind "..." are a
    batch. Without "->" the letters that occur once remain, in the order of the alphabet.

    >>> import layerwise as lw
    >>> lw.einsum("ij,jk->ik", lw.tensor([[1.0, 2.0]]), lw.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    tensors = (
        list(operands[0]) if len(operands) == 1 and isinstance(operands[0], list | tuple) else list(operands)
    )
    arrays = [data_of(tensor) for tensor in tensors]
    inputs, output = _letters(equation, [array.ndim for array in arrays])
    dtypes = {array.dtype for array in arrays}
    if len(dtypes) > 1:
        raise RuntimeError(f"einsum(): operands have different number formats, {dtypes}: use .to()")
    try:
        y = linear.einsum(arrays, inputs, output)
    except ValueError as error:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise RuntimeError(
            f"einsum(): {equation!r} does not fit to operands of shapes {shapes}: {error}"
        ) from None
    entries = tuple(tensor.entry for tensor in tensors)
    return Tensor(y, record(linear.einsum_vjp, entries, (arrays, inputs, output, needs_of(*tensors))))


def _letters(equation: str, ndims: list[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, with letters for the dimensions behind "..." too."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    names = left.split(",")
    free = [letter for letter in string.ascii_letters if letter not in equation]
    if not set(left + right) <= set(string.ascii_letters + ",."):
        raise RuntimeError(
            f"einsum(): equation must be made of letters, ',', '...' and '->', got {equation!r}"
        )
    if len(names) != len(ndims):
        raise RuntimeError(f"einsum(): {equation!r} has {len(names)} operands, got {len(ndims)}")
    behind = [ndim - len(name.replace("...", "")) for name, ndim in zip(names, ndims, strict=True)]
    for k, (name, ndim) in enumerate(zip(names, ndims, strict=True)):
        if behind[k] < 0 or (behind[k] and "..." not in name):
            raise RuntimeError(f"einsum(): operand {k} is {name!r} and has {ndim} dimensions")
    batch = "".join(free[: max(behind, default=0)])
    inputs = [name.replace("...", batch[len(batch) - n :]) for name, n in zip(names, behind, strict=True)]
    if not arrow:
        right = "..." + "".join(sorted(letter for letter in set(left) - set(",.") if left.count(letter) == 1))
    output = right.replace("...", batch)
    if len(set(output)) < len(output) or not set(output) <= set("".join(inputs)):
        raise RuntimeError(
            f"einsum(): the result's letters must be different, and letters of operands: {equation!r}"
        )
    if batch and "..." not in right:
        raise RuntimeError(f"einsum(): '...' must also stand in the result: {equation!r}")
    return inputs, output


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """Each number of one vector times each of another: (n,), (m,) -> (n, m).

    >>> import layerwise as lw
    >>> lw.outer(lw.tensor([1.0, 2.0]), lw.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    if data_of(input).ndim != 1 or data_of(vec2).ndim != 1:
        raise RuntimeError(f"outer(): expected two vectors, got shapes {input.shape} and {vec2.shape}")
    return input[:, np.newaxis] * vec2


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices: (n, k), (k, m) -> (n, m).

    >>> import layerwise as lw
    >>> lw.mm(lw.tensor([[1.0, 2.0]]), lw.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    return _product("mm", input, mat2, 2, "(n, k) and (k, m)")


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices: (batch, n, k), (batch, k, m) -> (batch, n, m).

    >>> import layerwise as lw
    >>> lw.bmm(lw.ones(5, 2, 3), lw.ones(5, 3, 4)).shape
    (5, 2, 4)
    """
    return _product("bmm", input, mat2, 3, "(batch, n, k) and (batch, k, m)")


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of the products of two vectors: (n,), (n,) -> ().

    >>> import layerwise as lw
    >>> lw.dot(lw.tensor([1.0, 2.0]), lw.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return _product("dot", input, tensor, 1, "(n,) and (n,)")


def _product(name: str, a: Tensor, b: Tensor, ndim: int, expected: str) -> Tensor:
    if not data_of(a).ndim == data_of(b).ndim == ndim or a.shape[:-2] != b.shape[:-2]:
        raise RuntimeError(f"{name}(): got shapes {a.shape} and {b.shape}, expected {expected}")
    return matmul(a, b)
