"""Linear algebra under torch's names: what of `torch.linalg` deep learning needs, the length of vectors."""

from typing import Any

from .functions import norm as _norm
from .ops.broadcasting import Shape
from .tensor import Tensor


def vector_norm(x: Tensor, ord: float = 2, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The length of a vector, (Σ |x|^ord)^(1/ord), over one dimension, several, or (if left out) all.

    >>> import layerwise as lw
    >>> lw.linalg.vector_norm(lw.tensor([[3.0, 4.0], [0.0, 1.0]]), dim=1)
    tensor([5., 1.])
    """
    return _norm(x, ord, dim, keepdim)


def norm(A: Tensor, ord: Any = None, dim: int | Shape | None = None, keepdim: bool = False) -> Tensor:
    """The length of a vector, as `vector_norm`; of a matrix, with ord 'fro' or None, that of all its numbers.

    >>> import layerwise as lw
    >>> lw.linalg.norm(lw.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    matrix = (isinstance(dim, tuple | list) and len(dim) == 2) or (dim is None and A.ndim == 2)
    if matrix and ord not in (None, "fro"):
        raise NotImplementedError(
            f"linalg.norm(): of the norms of matrices there is only 'fro', got {ord!r}; of vectors: one dim"
        )
    if ord == "fro" and not matrix:
        raise RuntimeError(f"linalg.norm(): 'fro' is for matrices, got shape {A.shape} and dim {dim}")
    return _norm(A, "fro" if ord is None else ord, dim, keepdim)
