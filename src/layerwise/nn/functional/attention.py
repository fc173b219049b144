"""Attention as a function."""

import math
from typing import Any

import numpy as np

from ... import tape
from ...ops import attention as ops
from ...ops import dropout as dropout_ops
from ...ops.broadcasting import Array, Gradients, Shape
from ...random import default_generator
from ...tensor import Tensor
from .arguments import floating, probability


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Tensor:
    """softmax(scale · query keyᵀ + mask) value.

    query (..., queries, features), key (..., keys, features), value (..., keys, values)
    -> (..., queries, values); the leading dimensions, examples and heads, are broadcast.
    attn_mask (..., queries, keys): True where a query may look at a key; or numbers to be added, which may
        require gradients. A query that may look at nothing gets zeros.
    dropout_p: the probability with which a weight is set to zero, always: pass 0 in evaluation.
    is_causal: whether query i may look at the keys 0 to i only.
    scale: 1 / √features if left out.
    enable_gqa: only False. For grouped queries repeat key and value.
    generator: where the random numbers come from; layerwise's default generator if left out.

    >>> import layerwise as lw
    >>> query = lw.tensor([[10.0, 0.0], [0.0, 10.0]])
    >>> key, value = lw.tensor([[9.0, 0.0], [0.0, 9.0]]), lw.tensor([[1.0], [2.0]])
    >>> lw.nn.functional.scaled_dot_product_attention(query, key, value)
    tensor([[1.],
            [2.]])
    >>> lw.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True, scale=0.0)
    tensor([[1. ],
            [1.5]])
    """
    name = "scaled_dot_product_attention"
    if enable_gqa:
        raise TypeError(f"{name}(): enable_gqa=True is left out on purpose: repeat key and value instead")
    if is_causal and attn_mask is not None:
        raise RuntimeError(f"{name}(): is_causal=True is a mask of its own: attn_mask must be None")
    floating(name, query=query, key=key, value=value)
    _check_shapes(name, query, key, value)
    bias = Tensor(causal_bias(query, key)) if is_causal else as_bias(name, attn_mask, query.dtype)
    y, _ = attend(name, query, key, value, bias, dropout_p, scale, generator)
    return y


def attend(
    name: str,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    dropout_p: float = 0.0,
    scale: float | None = None,
    generator: np.random.Generator | None = None,
    need_weights: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention on arguments that have been checked and, if they are needed, the weights after dropout.

    A query that may look at nothing gets zeros, but with need_weights it gets NaN: torch has it so.
    """
    probability(name, dropout_p)
    q, k, v = query.data, key.data, value.data
    if scale is None:
        scale = 1 / math.sqrt(max(q.shape[-1], 1))
    batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    shape = (*batch, q.shape[-2], k.shape[-2])
    if bias is not None:
        _check_bias(name, bias, shape)
    dropped = _dropped(shape, q.dtype, dropout_p, generator)
    m = None if bias is None else bias.data
    y, weights = ops.attention(q, k, v, m, scale, dropped, np.nan if need_weights else 0)

    entries = (query.entry, key.entry, value.entry, None if bias is None else bias.entry)
    needs = tuple(entry is not None for entry in entries)
    saved = (q, k, v, y, weights, None if m is None else m.shape, scale, dropped, needs)
    of_y, of_weights = tape.record_many(_attention_vjp, entries, saved, 2)
    if not need_weights:
        return Tensor(y, of_y), None
    return Tensor(y, of_y), Tensor(weights if dropped is None else weights * dropped, of_weights)


def _attention_vjp(parts: tape.Parts, *saved: Any) -> Gradients:
    return ops.attention_vjp(parts.get(0), parts.get(1), *saved)


def as_bias(name: str, mask: Tensor | None, dtype: np.dtype[Any], allowed: bool = True) -> Tensor | None:
    """A mask as numbers to be added: 0 where it is `allowed`, -∞ elsewhere; numbers as they are."""
    if mask is None:
        return None
    if not isinstance(mask, Tensor):
        raise TypeError(f"{name}(): a mask must be a layerwise tensor, got {type(mask).__name__}")
    if mask.dtype == np.bool_:
        return Tensor(np.where(mask.data == allowed, 0, -np.inf).astype(dtype))
    if mask.dtype != dtype:
        raise RuntimeError(f"{name}(): a mask must be bool or {dtype}, as the query, got {mask.dtype}")
    return mask


def causal_bias(query: Tensor, key: Tensor) -> Array:
    """0 where the key is not after the query, -∞ where it is: (queries, keys)."""
    queries, keys = np.arange(query.shape[-2]), np.arange(key.shape[-2])
    bias: Array = np.where(keys <= queries[:, np.newaxis], 0, -np.inf).astype(query.dtype)
    return bias


def _dropped(
    shape: Shape, dtype: np.dtype[Any], p: float, generator: np.random.Generator | None
) -> Array | None:
    """What the weights are multiplied with."""
    if p == 0:
        return None
    return dropout_ops.dropout(np.ones(shape, dtype), p, generator or default_generator)[0]


def _check_shapes(name: str, query: Tensor, key: Tensor, value: Tensor) -> None:
    q, k, v = query.shape, key.shape, value.shape
    wrong = min(len(q), len(k), len(v)) < 2 or q[-1] != k[-1] or k[-2] != v[-2]
    if not wrong:
        try:
            np.broadcast_shapes(q[:-2], k[:-2], v[:-2])
        except ValueError:
            wrong = True
    if wrong:
        raise RuntimeError(
            f"{name}(): query has shape {q}, key {k}, value {v}: expected (..., queries, features), "
            "(..., keys, features) and (..., keys, values)"
        )


def _check_bias(name: str, bias: Tensor, shape: Shape) -> None:
    try:
        fits = np.broadcast_shapes(bias.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(
            f"{name}(): the mask has shape {bias.shape}, expected one that broadcasts to {shape}"
        )
