"""Attention with several heads."""

import numpy as np
import numpy.typing as npt

from .. import functions
from ..tensor import Tensor
from . import functional, init
from .functional.arguments import floating, probability
from .functional.attention import as_bias, attend
from .linear import Linear
from .module import Module, Parameter


class MultiheadAttention(Module):
    """Attention in several heads at once, each on its own projection of queries, keys and values.

    embed_dim: the features of the queries and of the output; each head has embed_dim / num_heads of them.
    num_heads: how many heads.
    dropout: the probability with which, in training, an attention weight is set to zero.
    bias: whether the projections have biases.
    add_bias_kv: whether a learned key and value, bias_k and bias_v, are added to those of every example.
    add_zero_attn: whether a key and a value of zeros are added.
    kdim, vdim: the features of key and value; embed_dim if left out.
    batch_first: whether tensors are (batch, times, features) instead of (times, batch, features).
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator for parameters and dropout; see `layerwise.manual_seed`.

    The parameters are in_proj_weight (3 embed_dim, embed_dim), for queries, keys and values one below the
    other (where kdim or vdim differ from embed_dim q_proj_weight, k_proj_weight and v_proj_weight instead),
    in_proj_bias (3 embed_dim,) and those of out_proj, a Linear. Weights start by Xavier's rule, biases at 0.

    >>> import layerwise as lw
    >>> attention = lw.nn.MultiheadAttention(8, 2, batch_first=True)
    >>> x = lw.zeros(3, 5, 8)  # (batch, times, features)
    >>> y, weights = attention(x, x, x)
    >>> y.shape, weights.shape
    ((3, 5, 8), (3, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                "MultiheadAttention(): embed_dim must be a multiple of num_heads, both at least 1, "
                f"got {embed_dim} and {num_heads}"
            )
        probability("MultiheadAttention", dropout)
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.dropout, self.add_zero_attn, self.batch_first = dropout, add_zero_attn, batch_first
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        self.generator = generator
        dtype = dtype or np.float32

        def weight(*shape: int) -> Parameter:
            parameter = Parameter(np.empty(shape, dtype))
            init.xavier_uniform_(parameter, generator=generator)
            return parameter

        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = weight(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = weight(embed_dim, embed_dim)
            self.k_proj_weight = weight(embed_dim, self.kdim)
            self.v_proj_weight = weight(embed_dim, self.vdim)
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.bias_k = self.bias_v = None
        if add_bias_kv:
            self.bias_k, self.bias_v = (Parameter(np.empty((1, 1, embed_dim), dtype)) for _ in range(2))
            init.xavier_normal_(self.bias_k, generator=generator)
            init.xavier_normal_(self.bias_v, generator=generator)
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, generator=generator)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The output, in the form of query, and the weights (batch, queries, keys) or None.

        query, key, value: (times, batch, features), or (batch, times, features) with batch_first, or a single
            example (times, features).
        key_padding_mask (batch, keys): True where a key is to be ignored; or numbers to be added.
        need_weights: whether to return the weights. With it a query that may look at nothing gets NaN, as in
            torch, and zeros without.
        attn_mask (queries, keys) or (batch · heads, queries, keys): True where a query may not look at a key
            (the opposite of scaled_dot_product_attention); or numbers to be added.
        average_attn_weights: whether to average the weights over the heads, else they are
            (batch, heads, queries, keys).
        is_causal: says that attn_mask, which must be given, is the causal one. It changes nothing.
        """
        name = "MultiheadAttention"
        floating(name, query=query, key=key, value=value, weight=self.out_proj.weight)
        self._check(query, key, value)
        if is_causal and attn_mask is None:
            raise RuntimeError(f"{name}: is_causal=True needs attn_mask, the causal mask itself")
        single = query.ndim == 2
        if single:
            query, key, value = (x[None] if self.batch_first else x[:, None] for x in (query, key, value))
            key_padding_mask = None if key_padding_mask is None else key_padding_mask[None]

        q, k, v = self._project(query, key, value)  # (batch, heads, times, head_dim)
        mask = self._mask(key_padding_mask, attn_mask, (*q.shape[:3], k.shape[2]))
        dropout = self.dropout if self.training else 0
        y, weights = attend(name, q, k, v, mask, dropout, None, self.generator, need_weights)
        order = (0, 2, 1, 3) if self.batch_first else (2, 0, 1, 3)
        y = self.out_proj(y.permute(*order).reshape(query.shape))
        if weights is not None and average_attn_weights:
            weights = weights.mean(dim=1)
        if single:
            y = y.reshape(y.shape[0] * y.shape[1], self.embed_dim)
            weights = None if weights is None else weights[0]
        return y, weights

    def _project(self, query: Tensor, key: Tensor, value: Tensor) -> list[Tensor]:
        """Queries, keys and values of all heads, each (batch, heads, times, head_dim)."""
        n, times = self.embed_dim, 1 if self.batch_first else 0
        parts = [slice(i * n, (i + 1) * n) for i in range(3)]
        if self.kdim == self.vdim == n:
            weights = [self.in_proj_weight[part] for part in parts]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        biases = [None if self.in_proj_bias is None else self.in_proj_bias[part] for part in parts]
        projected = [
            functional.linear(x, weight, bias)
            for x, weight, bias in zip((query, key, value), weights, biases, strict=True)
        ]
        for i, extra in ((1, self.bias_k), (2, self.bias_v)):
            one = Tensor(np.zeros((query.shape[1 - times], 1, n), query.dtype))  # for every example
            one = one if self.batch_first else one.transpose(0, 1)
            if extra is not None:
                projected[i] = functions.cat([projected[i], extra + one], times)
            if self.add_zero_attn:
                projected[i] = functions.cat([projected[i], one], times)
        order = (0, 2, 1, 3) if self.batch_first else (1, 2, 0, 3)
        return [x.reshape(*x.shape[:2], self.num_heads, self.head_dim).permute(*order) for x in projected]

    def _mask(
        self, key_padding_mask: Tensor | None, attn_mask: Tensor | None, shape: tuple[int, ...]
    ) -> Tensor | None:
        """Both masks as one, to be added to the scores (batch, heads, queries, keys)."""
        name, dtype = "MultiheadAttention", self.out_proj.weight.dtype
        batch, heads, queries, keys = shape
        added = (self.bias_k is not None) + self.add_zero_attn  # keys that were added are not masked
        masks = []
        if (bias := as_bias(name, attn_mask, dtype, allowed=False)) is not None:
            full = (batch * heads, queries, keys - added)
            if bias.shape not in (full, full[1:]):
                raise RuntimeError(f"{name}: attn_mask has shape {bias.shape}, expected {full[1:]} or {full}")
            masks.append(bias if bias.ndim == 2 else bias.reshape(batch, heads, *full[1:]))
        if (bias := as_bias(name, key_padding_mask, dtype, allowed=False)) is not None:
            if bias.shape != (batch, keys - added):
                raise RuntimeError(
                    f"{name}: key_padding_mask has shape {bias.shape}, expected {(batch, keys - added)}"
                )
            masks.append(bias.reshape(batch, 1, 1, keys - added))
        if added:
            masks = [
                functions.cat([mask, Tensor(np.zeros((*mask.shape[:-1], added), dtype))], -1)
                for mask in masks
            ]
        return masks[0] + masks[1] if len(masks) == 2 else masks[0] if masks else None

    def _check(self, query: Tensor, key: Tensor, value: Tensor) -> None:
        q, k, v = query.shape, key.shape, value.shape
        batch = 0 if self.batch_first else 1
        ok = len(q) == len(k) == len(v) in (2, 3) and k[:-1] == v[:-1]
        ok = ok and (q[-1], k[-1], v[-1]) == (self.embed_dim, self.kdim, self.vdim)
        if not ok or (len(q) == 3 and q[batch] != k[batch]):
            form = "(batch, times, features)" if self.batch_first else "(times, batch, features)"
            raise RuntimeError(
                f"MultiheadAttention: query has shape {q}, key {k}, value {v}: expected {form} with "
                f"{self.embed_dim}, {self.kdim} and {self.vdim} features"
            )
