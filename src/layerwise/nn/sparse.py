"""A table of vectors, looked up by number, as a layer."""

from typing import Self

import numpy as np
import numpy.typing as npt

from ..random import default_generator
from ..tensor import Tensor
from . import functional
from .functional.embedding import defaults_only, padding_row
from .module import Module, Parameter


class Embedding(Module):
    """A learned vector for each of num_embeddings numbers, such as those of words.

    num_embeddings, embedding_dim: how many vectors, and their size.
    padding_idx: a number whose vector starts at 0 and receives no gradient.
    max_norm, norm_type, scale_grad_by_freq, sparse: left out on purpose, only their defaults.
    dtype: the vectors' number format, float32 if left out.
    generator: the NumPy random generator to draw the vectors from; see `layerwise.manual_seed`.

    The parameter, weight (num_embeddings, embedding_dim), starts standard normal.

    >>> import layerwise as lw
    >>> layer = lw.nn.Embedding(10, 3)
    >>> layer(lw.tensor([[1, 2], [1, 9]])).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        defaults_only("Embedding", max_norm, norm_type, scale_grad_by_freq, sparse)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_row("Embedding", padding_idx, num_embeddings)
        draws = (generator or default_generator).standard_normal((num_embeddings, embedding_dim))
        if self.padding_idx is not None:
            draws[self.padding_idx] = 0
        self.weight = Parameter(draws.astype(dtype or np.float32))

    @classmethod
    def from_pretrained(cls, embeddings: Tensor, freeze: bool = True, padding_idx: int | None = None) -> Self:
        """A layer with these vectors (num_embeddings, embedding_dim), not copied; learned unless `freeze`."""
        if embeddings.ndim != 2:
            raise ValueError(
                f"from_pretrained(): embeddings have shape {embeddings.shape}, expected 2 dimensions"
            )
        layer = cls(0, embeddings.shape[1], dtype=embeddings.dtype)
        layer.num_embeddings = embeddings.shape[0]
        layer.padding_idx = padding_row("from_pretrained", padding_idx, embeddings.shape[0])
        layer.weight = Parameter(embeddings, requires_grad=not freeze)
        return layer

    def forward(self, input: Tensor) -> Tensor:
        return functional.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
