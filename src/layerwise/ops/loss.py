"""Losses: how far predictions x are from targets t.

Each finds a number l for every element or example; `reduction` says what becomes of them: 'none' keeps them,
'sum' adds them up, 'mean' divides that by their number. With the result comes `factor`, the derivative of the
result with respect to an l, and then whatever else the way back will need.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .activation import softplus
from .broadcasting import Array, Gradients, Needs, Shape

BLOCK = 131072  # numbers; what is needed in between for a block of examples stays in the processor's cache
BOTH = (True, True)
Loss = tuple[Any, ...]


def _reduced(losses: Array, reduction: str, n: float | None = None) -> tuple[Array, Any]:
    """The result and `factor`. The mean is the sum over n, the number of losses if left out."""
    if reduction == "none":
        return losses, 1
    total = np.asarray(losses.sum())
    if reduction == "sum":
        return total, 1
    n = losses.size if n is None else n
    if n == 0:  # the mean of nothing is not a number, and has no gradient
        return np.full_like(total, np.nan), 0
    return total / n, 1 / n


# --- distances


# d = x - t        l = d²        dl/dx = 2d
def mse_loss(x: Array, t: Array, reduction: str) -> Loss:
    d = x - t
    return *_reduced(d * d, reduction), d


def mse_loss_vjp(dy: Array, factor: Any, d: Array, needs: Needs = BOTH) -> Gradients:
    return _distance_vjp(dy, 2 * factor, d, needs)


# l = |d|          dl/dx = sign(d)
def l1_loss(x: Array, t: Array, reduction: str) -> Loss:
    d = x - t
    return *_reduced(np.abs(d), reduction), d


def l1_loss_vjp(dy: Array, factor: Any, d: Array, needs: Needs = BOTH) -> Gradients:
    return _distance_vjp(dy, factor, np.sign(d), needs)


# l = ½ d² where |d| ≤ δ, else δ (|d| - ½ δ):   l = c (d - ½ c) with c = d cut off at ±δ        dl/dx = c
def huber_loss(x: Array, t: Array, reduction: str, delta: float) -> Loss:
    d = x - t
    c = np.clip(d, -delta, delta)
    return *_reduced(c * (d - 0.5 * c), reduction), c


def huber_loss_vjp(dy: Array, factor: Any, c: Array, needs: Needs = BOTH) -> Gradients:
    return _distance_vjp(dy, factor, c, needs)


# l = the same over β, with δ = β: slope 1 for large d
def smooth_l1_loss(x: Array, t: Array, reduction: str, beta: float) -> Loss:
    d = x - t
    c = np.clip(d, -beta, beta)
    return *_reduced(c * (d - 0.5 * c) / beta, reduction), c / beta


def smooth_l1_loss_vjp(dy: Array, factor: Any, slope: Array, needs: Needs = BOTH) -> Gradients:
    return _distance_vjp(dy, factor, slope, needs)


def _distance_vjp(dy: Array, factor: Any, slope: Array, needs: Needs) -> Gradients:
    """dl/dt = -dl/dx, as l depends on x - t alone."""
    dx = slope * (dy * factor)
    return dx if needs[0] else None, -dx if needs[1] else None


# --- between probabilities


# l = -w (t ln x + (1 - t) ln(1 - x))     dl/dx = w (x - t) / (x (1 - x))     dl/dt = w (ln(1 - x) - ln x)
def binary_cross_entropy(x: Array, t: Array, weight: Array | None, reduction: str) -> Loss:
    """As in torch, logarithms are at least -100, and x (1 - x) at least 1e-12: x may be 0 or 1."""
    w = x.dtype.type(1) if weight is None else weight
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(x), -100), np.maximum(np.log1p(-x), -100)
    losses = w * ((t - 1) * no - t * yes)
    return *_reduced(losses, reduction), w * (x - t) / np.maximum(x * (1 - x), 1e-12), w * (no - yes)


def binary_cross_entropy_vjp(dy: Array, factor: Any, dx: Array, dt: Array, needs: Needs = BOTH) -> Gradients:
    return _probability_vjp(dy, factor, dx, dt, needs)


# The same of σ(x), with p times the weight for t = 1. With s = softplus(-x) = -ln σ(x), v = 1 + (p - 1) t:
#
#     l = w ((1 - t) x + v s)     dl/dx = w (1 - t - v σ(-x))     dl/dt = w (-x + (p - 1) s)
def binary_cross_entropy_with_logits(
    x: Array, t: Array, weight: Array | None, pos_weight: Array | None, reduction: str
) -> Loss:
    s, share = softplus(-x, 1, math.inf)  # share = σ(-x)
    slope = 1 - t
    losses = slope * x
    if pos_weight is not None:
        v = 1 + (pos_weight - 1) * t
        losses += v * s
        share *= v
    else:
        losses += s
    slope -= share
    if weight is not None:
        losses *= weight
        slope *= weight
    return *_reduced(losses, reduction), slope, x, s, weight, pos_weight


def binary_cross_entropy_with_logits_vjp(
    dy: Array,
    factor: Any,
    slope: Array,
    x: Array,
    s: Array,
    weight: Array | None,
    pos_weight: Array | None,
    needs: Needs = BOTH,
) -> Gradients:
    dy = dy * factor
    dt = None
    if needs[1]:
        dt = -x if pos_weight is None else (pos_weight - 1) * s - x
        dt *= dy if weight is None else weight * dy
    return slope * dy if needs[0] else None, dt


# l = t (ln t - x), 0 where t = 0     dl/dx = -t       dl/dt = ln t + 1 - x           x: ln of a probability
# l = exp(t) (t - x)                  dl/dx = -exp t   dl/dt = exp(t) (t + 1 - x)     with log_target, t: too
def kl_div(x: Array, t: Array, reduction: str, log_target: bool) -> Loss:
    probability, log = (np.exp(t), t) if log_target else (t, np.log(t + (t == 0)))
    losses = probability * (log - x)
    n = len(x) if reduction == "batchmean" and x.ndim else None
    return *_reduced(losses, reduction, n), -probability, (probability if log_target else 1) * (log + 1 - x)


def kl_div_vjp(dy: Array, factor: Any, dx: Array, dt: Array, needs: Needs = BOTH) -> Gradients:
    return _probability_vjp(dy, factor, dx, dt, needs)


def _probability_vjp(dy: Array, factor: Any, dx: Array, dt: Array, needs: Needs) -> Gradients:
    dy = dy * factor
    return dx * dy if needs[0] else None, dt * dy if needs[1] else None


# --- between classes: x holds a number for each class, t names the right one


def _examples(x: Array) -> Array:
    """x (batch, classes, ...) or (classes,) as (batch, classes, pixels) or (batch, classes)."""
    if x.ndim == 2:
        return x
    batch, classes, *size = x.shape if x.ndim > 1 else (1, *x.shape)
    return x.reshape(batch, classes, math.prod(size)) if size else x.reshape(batch, classes)


def _blocks(x: Array) -> Iterator[slice]:
    """x (batch, classes, ...), along the batch, in blocks of about `BLOCK` numbers."""
    step = max(BLOCK // max(math.prod(x.shape[1:]), 1), 1)
    return (slice(start, start + step) for start in range(0, len(x), step))


Index = tuple[Array, ...]


def _targets(x: Array, t: Array, weight: Array | None, ignored: int | None) -> tuple[Index, Array, Array]:
    """Where the right classes stand in `_examples`, x; their weights; which examples to keep.

    Ignored examples get class 0 and weight 0.
    """
    t = t.reshape(len(x), *x.shape[2:])
    kept = t != ignored
    target = t * kept
    share = kept.astype(x.dtype) if weight is None else weight[target] * kept
    if x.ndim == 2:
        return (np.arange(len(x)), target), share, kept
    return (np.arange(len(x))[:, np.newaxis], target, np.arange(x.shape[2])), share, kept


def _places(target: Index, x: Array) -> Array:
    """Where they stand in x.ravel(order="K"), as the numbers lie in memory: one index in place of three."""
    steps = [stride // x.itemsize for stride in x.strides]
    places = np.asarray(sum(index * step for index, step in zip(target, steps, strict=True)))
    return places


def _of_examples(dy: Array, like: Array) -> Array:
    """dL/d(result): one number, or in the shape `like` one for each example."""
    return dy.reshape(like.shape) if dy.ndim else dy


def _over_classes(x: Array, w: Array) -> Array:
    """Σ_j w_j x_j for each example."""
    sums: Array = x @ w if x.ndim == 2 else w @ x
    return sums


def _beside(w: Array, x: Array) -> Array:
    """w (classes,) in a shape that broadcasts with x (batch, classes, ...)."""
    return w if x.ndim == 2 else w[:, np.newaxis]


# With logits x, p = softmax(x), the right class t, weights w of the classes, and smoothing ε over C classes:
#
#     l = -own ln p_t - every Σ_j w_j ln p_j          own = (1 - ε) w_t      every = ε/C
#     dl/dx_j = (own + every Σ_k w_k) p_j - every w_j - (own where j = t)
#
# The mean is the sum over Σ w_t. Examples whose target is `ignored` count for nothing.
@np.errstate(invalid="ignore")  # of logits that are all -inf, and of ignored examples, 0 times infinity
def cross_entropy(
    x: Array, t: Array, weight: Array | None, ignored: int, smoothing: float, reduction: str
) -> Loss:
    """x (batch, classes, ...), t (batch, ...) integers, weight (classes,)."""
    if weight is None and not smoothing and x.ndim == 2 and x.size <= BLOCK and (t != ignored).all():
        return _plain_cross_entropy(x, t, reduction)
    logits = _examples(x)
    ones = np.ones(logits.shape[1], x.dtype)
    target, share, kept = _targets(logits, t, weight, ignored)
    own = (1 - smoothing) * share if smoothing else share
    every = smoothing / max(ones.size, 1) * kept.astype(x.dtype) if smoothing else None
    w = ones if weight is None else weight

    p = np.empty_like(logits)
    numbers, places = p.ravel(order="K"), _places(target, p)
    total, right, of_all = np.empty((3, *share.shape), x.dtype)
    for block in _blocks(logits):
        part = logits[block]
        largest = np.maximum.reduce(part, axis=1, keepdims=True, initial=-np.inf)
        z = np.subtract(part, largest, out=p[block])
        numbers.take(places[block], out=right[block], mode="clip")  # "raise" would copy
        if every is not None:
            of_all[block] = _over_classes(z, w)
        np.exp(z, out=z)
        total[block] = _over_classes(z, ones)  # exp(z) / total are the probabilities
    log_total = np.log(total)
    losses = own * (log_total - right)
    if every is not None:
        losses += every * (log_total * w.sum() - of_all)
    losses[~kept] = 0
    result = _reduced(losses.reshape(t.shape), reduction, share.sum())
    return *result, p, total, places, own, every, w, x.shape


def _plain_cross_entropy(x: Array, t: Array, reduction: str) -> Loss:
    """One block where every example counts alike, as in most training steps: half as many calls of NumPy."""
    p = x - np.maximum.reduce(x, axis=1, keepdims=True, initial=-np.inf)
    places = _places((np.arange(len(x)), t), p)
    right = p.ravel(order="K")[places]
    np.exp(p, out=p)
    ones = np.ones(x.shape[1], x.dtype)
    total = p @ ones
    return *_reduced(np.log(total) - right, reduction), p, total, places, 1, None, ones, x.shape


def cross_entropy_vjp(
    dy: Array,
    factor: Any,
    p: Array,
    total: Array,
    places: Array,
    own: Array | int,
    every: Array | None,
    w: Array,
    shape: Shape,
) -> Array:
    dy = _of_examples(dy, total) * factor
    own = own * dy
    every = None if every is None else every * dy
    a = (own if every is None else own + every * w.sum()) / total
    dx = np.multiply(p, a[:, np.newaxis], out=np.empty_like(p))
    if every is not None:
        for block in _blocks(dx):
            dx[block] -= every[block, np.newaxis] * _beside(w, dx)
    numbers = dx.ravel(order="K")
    numbers[places] -= own
    return dx.reshape(shape)


# With a probability t_j for every class j:
#
#     l = -Σ_j q_j ln p_j      q_j = w_j ((1 - ε) t_j + ε/C)
#     dl/dx_j = p_j Σ_k q_k - q_j                                 dl/dt_j = -(1 - ε) w_j ln p_j
@np.errstate(invalid="ignore")  # of logits that are all -inf
def soft_cross_entropy(x: Array, t: Array, weight: Array | None, smoothing: float, reduction: str) -> Loss:
    """x and t (batch, classes, ...), weight (classes,)."""
    logits = _examples(x)
    z = logits - np.maximum.reduce(logits, axis=1, keepdims=True, initial=-np.inf)
    w = _beside(np.ones(z.shape[1], x.dtype) if weight is None else weight, z)
    q = w * ((1 - smoothing) * _examples(t) + smoothing / max(z.shape[1], 1))
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    losses = -(q * log_p).sum(axis=1)
    axis = min(x.ndim - 1, 1)
    result = _reduced(losses.reshape(x.shape[:axis] + x.shape[axis + 1 :]), reduction)
    return *result, log_p, q, (1 - smoothing) * w, x.shape


def soft_cross_entropy_vjp(
    dy: Array, factor: Any, log_p: Array, q: Array, w: Array, shape: Shape, needs: Needs = BOTH
) -> Gradients:
    dy = _of_examples(dy, log_p[:, :1]) * factor
    dx = (np.exp(log_p) * q.sum(axis=1, keepdims=True) - q) * dy if needs[0] else None
    dt = -w * log_p * dy if needs[1] else None
    return None if dx is None else dx.reshape(shape), None if dt is None else dt.reshape(shape)


# l = -w_t x_t      dl/dx_t = -w_t, 0 for the other classes      x = ln of the probabilities
def nll_loss(x: Array, t: Array, weight: Array | None, ignored: int, reduction: str) -> Loss:
    """x (batch, classes, ...), t (batch, ...) integers, weight (classes,). Means and `ignored` as above."""
    log_p = _examples(x)
    target, share, kept = _targets(log_p, t, weight, ignored)
    with np.errstate(invalid="ignore"):
        losses = -share * log_p[target]
    losses[~kept] = 0
    return *_reduced(losses.reshape(t.shape), reduction, share.sum()), share, target, x.shape


def nll_loss_vjp(dy: Array, factor: Any, share: Array, target: Index, shape: Shape) -> Array:
    dx = np.zeros(shape, share.dtype)
    _examples(dx)[target] = -share * (_of_examples(dy, share) * factor)
    return dx


# --- margins


# l = x where t = 1, max(0, m - x) where t = -1        dl/dx = 1; -1 where x ≤ m, else 0
def hinge_embedding_loss(x: Array, t: Array, margin: float, reduction: str) -> Loss:
    same = (t == 1).astype(x.dtype)
    inside = (1 - same) * (x <= margin)
    return *_reduced(same * x + inside * (margin - x), reduction), same - inside


def hinge_embedding_loss_vjp(dy: Array, factor: Any, slope: Array) -> Array:
    dx: Array = slope * (dy * factor)
    return dx


# h_j = max(0, m - x_t + x_j), 0 for j = t      l = w_t/C Σ_j h_j^p
# dl/dx_j = w_t/C p h_j^(p - 1) where h_j > 0   dl/dx_t = -Σ_j dl/dx_j
def multi_margin_loss(
    x: Array, t: Array, p: int, margin: float, weight: Array | None, reduction: str
) -> Loss:
    """x (batch, classes), t (batch,) integers, weight (classes,)."""
    scores = _examples(x)
    target, share, _ = _targets(scores, t, weight, None)
    share = share[:, np.newaxis] / scores.shape[1]
    h = np.maximum(margin - scores[target][:, np.newaxis] + scores, 0)
    h[target] = 0
    slope = share * (h > 0 if p == 1 else 2 * h)
    slope[target] = -slope.sum(axis=1)
    return *_reduced((share * h**p).sum(axis=1).reshape(t.shape), reduction), slope, x.shape


def multi_margin_loss_vjp(dy: Array, factor: Any, slope: Array, shape: Shape) -> Array:
    dx: Array = slope * (dy.reshape(-1, 1) * factor)
    return dx.reshape(shape)
