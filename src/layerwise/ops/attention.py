"""Attention: every query takes a weighted mean of the values, with weights that say how well the keys fit."""

import numpy as np

from .broadcasting import Array, Gradients, Needs, Shape, sum_to

BLOCK = 2**17  # so many weights at a time: they stay in the processor's cache from the first step to the last


# O = A V        A = softmax(S) along the keys        S = scale Q Kᵀ + M        M: a bias, -∞ where masked
#
# dV = Aᵀ dO     dA = dO Vᵀ     dS = A (dA - Σ_keys dA A)     dQ = scale dS K     dK = scale dSᵀ Q     dM = dS
#
# The sum may be taken over features, which are fewer: Σ_keys dA A = Σ_features dO O, as dA = dO Vᵀ, A V = O.
def attention(
    q: Array,
    k: Array,
    v: Array,
    bias: Array | None,
    scale: float,
    dropped: Array | None = None,
    empty: float = 0.0,
) -> tuple[Array, Array]:
    """O (..., queries, values) and A (..., queries, keys), before dropout.

    q (..., queries, features), k (..., keys, features), v (..., keys, values), bias (..., queries, keys)
    dropped: what dropout multiplies the weights with, 0 or 1 / (1 - p), of A's shape.
    empty: the weights of a query that may look at no key, all of whose S are -∞.

    The scores of a few examples at a time are made, exponentiated and used while they are in the cache. The
    result has the order of q in memory: heads that lie side by side in q do so in O.
    """
    batch = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    shape = (*batch, q.shape[-2], k.shape[-2])
    q, k, v = (_with_batch(x, batch) for x in (q, k, v))  # (examples, heads, ..., ...)
    o = np.empty_like(q, shape=(*q.shape[:-1], v.shape[-1]))
    a = np.empty((*q.shape[:-1], k.shape[-2]), q.dtype)
    biases = None if bias is None else _with_batch(np.broadcast_to(bias, shape), batch)
    drops = None if dropped is None else dropped.reshape(a.shape)
    for block in _blocks(a.shape):
        s = np.matmul(q[block] * scale, k[block].swapaxes(-1, -2), out=a[block])
        if biases is not None:
            s += biases[block]
        _softmax(s, empty)
        np.matmul(s if drops is None else s * drops[block], v[block], out=o[block])
    return o.reshape(*shape[:-1], v.shape[-1]), a.reshape(shape)


def attention_vjp(
    do: Array | None,
    da: Array | None,
    q: Array,
    k: Array,
    v: Array,
    o: Array,
    a: Array,
    bias_shape: Shape | None,
    scale: float,
    dropped: Array | None = None,
    needs: Needs = (True,) * 4,
) -> Gradients:
    """The gradients of q, k, v and the bias. do, or da (of A after dropout), is None if that was not used."""
    batch, shape = a.shape[:-2], a.shape
    shapes = q.shape, k.shape, v.shape
    do = np.zeros_like(o) if do is None else do
    q, k, v, o, do, a = (_with_batch(x, batch) for x in (q, k, v, o, do, a))
    dq, dk, dv = (np.empty_like(x) for x in (q, k, v))
    dbias = np.empty_like(a) if needs[3] else None
    da = None if da is None else _with_batch(da, batch)
    drops = None if dropped is None else dropped.reshape(a.shape)
    for block in _blocks(a.shape):
        weights = a[block]
        used = weights if drops is None else weights * drops[block]
        np.matmul(used.swapaxes(-1, -2), do[block], out=dv[block])
        ds = do[block] @ v[block].swapaxes(-1, -2)
        total = np.vecdot(do[block], o[block])[..., np.newaxis]
        if da is not None:
            ds += da[block]
            total += np.vecdot(da[block], used)[..., np.newaxis]
        if drops is not None:
            ds *= drops[block]
        ds -= total
        ds *= weights
        if dbias is not None:
            dbias[block] = ds
        np.matmul(ds, k[block] * scale, out=dq[block])
        np.matmul(ds.swapaxes(-1, -2), q[block] * scale, out=dk[block])

    gradients = [
        sum_to(d.reshape(batch + d.shape[-2:]), shape) if needed else None
        for d, shape, needed in zip((dq, dk, dv), shapes, needs[:3], strict=True)
    ]
    return *gradients, None if dbias is None else sum_to(dbias.reshape(shape), bias_shape or ())


def _softmax(s: Array, empty: float) -> None:
    """In place, along the last dimension. The largest number is subtracted first: no overflow."""
    largest = s.max(-1, keepdims=True, initial=-np.inf)
    largest[largest == -np.inf] = 0  # a row of -∞ becomes one of zeros
    s -= largest
    np.exp(s, out=s)
    total = s @ np.ones((s.shape[-1], 1), s.dtype)
    nothing = total == 0
    if nothing.any():
        s[nothing[..., 0]] = empty
        total[nothing] = 1
    s *= 1 / total


def _with_batch(x: Array, batch: Shape) -> Array:
    """(..., n, m) as (examples, heads, n, m), with the leading dimensions broadcast to `batch`."""
    matrix = x.shape[-2:]
    x = np.broadcast_to(x, batch + matrix)
    if len(batch) > 2:
        return x.reshape(-1, batch[-1], *matrix)
    return x.reshape((1,) * (2 - len(batch)) + batch + matrix)


def _blocks(shape: Shape) -> list[slice]:
    """The examples, a few at a time."""
    examples, heads, queries, keys = shape
    step = max(1, BLOCK // max(1, heads * queries * keys))
    return [slice(start, start + step) for start in range(0, examples, step)]
