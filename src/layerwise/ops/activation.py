"""Activation functions.

Most find y and its slope dy/dx together, as both need the same work; the slope is then all that the way back
needs: dx = dy × slope. They take long arrays a block at a time: what a formula computes on its way stays in
the processor's cache, which saves more time than anything else one can do for such a formula in NumPy.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .broadcasting import Array, Gradients, Needs

BLOCK = 32768  # numbers


def _in_blocks(formula: Callable[..., None], x: Array, *options: float) -> tuple[Array, Array]:
    """y and slope, where formula(x, y, slope, *options) writes them for a stretch of numbers."""
    y, slope = np.empty_like(x), np.empty_like(x)
    _fill_blocks(formula, x, (y, slope), *options)
    return y, slope


def _fill_blocks(formula: Callable[..., Any], x: Array, results: tuple[Array, ...], *options: float) -> None:
    flat = [array.ravel(order="K") for array in (x, *results)]  # as they lie in memory: no copies
    with np.errstate(over="ignore", invalid="ignore"):  # exp(-x) = inf: σ(x) = 0, as it should be
        for start in range(0, x.size, BLOCK):
            formula(*[array[start : start + BLOCK] for array in flat], *options)


# y = σ(x) = 1 / (1 + exp(-x))        dx = dy y (1 - y)
def sigmoid(x: Array) -> Array:
    y = np.empty_like(x)
    _fill_blocks(_sigmoid, x, (y,))
    return y


def sigmoid_vjp(dy: Array, y: Array) -> Array:
    dx: Array = 1 - y
    dx *= y
    dx *= dy
    return dx


def _sigmoid(x: Array, out: Array) -> Array:
    np.negative(x, out=out)
    np.exp(out, out=out)
    out += 1
    return np.divide(1, out, out=out)


# exp(x) - 1 = 2t / (1 - t)      t = tanh(x/2)
def _expm1(x: Array) -> Array:
    """For x ≤ 0. As precise as `np.expm1`, and in float32 four times faster."""
    t = x * 0.5
    np.tanh(t, out=t)
    below = 1 - t
    t *= 2
    t /= below
    return t


# ln(1 + x) = ln w + (x - (w - 1)) / w      w = 1 + x as rounded
def _log1p(x: Array) -> Array:
    """As precise as `np.log1p`, and in float32 four times faster."""
    w = x + 1
    lost = w - 1
    np.subtract(x, lost, out=lost)
    lost /= w
    lost += np.log(w, out=w)
    return lost


# --- with a bend


# y = max(0, x) + α min(0, x)        dx = dy where x > 0, else α dy
def leaky_relu(x: Array, alpha: float) -> tuple[Array, Array]:
    return _in_blocks(_leaky_relu, x, alpha)


def _leaky_relu(x: Array, y: Array, slope: Array, alpha: float) -> None:
    positive = (x > 0).astype(x.dtype)
    np.subtract(1, positive, out=slope)
    slope *= alpha
    slope += positive
    np.multiply(x, slope, out=y)


def leaky_relu_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# y = max(0, x) + w min(0, x)        dx = dy where x > 0, else w dy        dw = Σ dy min(0, x)
def prelu(x: Array, weight: Array) -> Array:
    """x (batch, channels, ...), weight (1,) or (channels,)."""
    y: Array = np.minimum(x, 0) * _by_channel(weight, x)
    y += np.maximum(x, 0)
    return y


def prelu_vjp(dy: Array, x: Array, weight: Array, needs: Needs = (True, True)) -> Gradients:
    dx = dw = None
    if needs[0]:
        dx = (x <= 0) * _by_channel(weight, x)
        dx += x > 0
        dx *= dy
    if needs[1]:
        dw = np.minimum(x, 0) * dy
        others = tuple(axis for axis in range(x.ndim) if axis != 1 or weight.size == 1)
        dw = dw.sum(axis=others).reshape(weight.shape)
    return dx, dw


def _by_channel(weight: Array, x: Array) -> Array:
    """In a shape that broadcasts along the channels of x, its dimension 1."""
    return weight.reshape(-1, *[1] * (x.ndim - 2)) if weight.size > 1 else weight.reshape(())


# y = x, but at least low and at most high        dx = dy where low < x < high, else 0
def hardtanh(x: Array, low: float, high: float) -> tuple[Array, Array]:
    """Also where x is strictly between the two."""
    inside = x > low
    inside &= x < high
    return np.clip(x, low, high), inside


def hardtanh_vjp(dy: Array, inside: Array) -> Array:
    return dy * inside


# y = s (max(0, x) + α (exp(min(0, x) / τ) - 1))        dy/dx = s for x > 0, else s α/τ exp(x / τ)
def elu(x: Array, alpha: float = 1, scale: float = 1, tau: float = 1) -> tuple[Array, Array]:
    """ELU with s = τ = 1; CELU with τ = α and s = 1; SELU with τ = 1 and its own α and s."""
    return _in_blocks(_elu, x, alpha, scale, tau)


def _elu(x: Array, y: Array, slope: Array, alpha: float, scale: float, tau: float) -> None:
    np.minimum(x, 0, out=slope)
    slope *= 1 / tau
    below = _expm1(slope)
    np.add(below, 1, out=slope)
    slope *= alpha / tau
    slope *= x <= 0
    slope += x > 0
    slope *= scale
    below *= alpha
    np.maximum(x, 0, out=y)
    y += below
    y *= scale


def elu_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# --- smooth


# y = x σ(x)        dy/dx = σ(x) + y (1 - σ(x))
def silu(x: Array) -> tuple[Array, Array]:
    return _in_blocks(_silu, x)


def _silu(x: Array, y: Array, slope: Array) -> None:
    gate = _sigmoid(x, out=slope)
    np.multiply(x, gate, out=y)
    rest = 1 - gate
    rest *= y
    slope += rest


def silu_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# y = x tanh(ln(1 + exp x)) = x n / (n + 2)      n = e² + 2e, e = exp x
# dy/dx = n / (n + 2) + 4 x e (1 + e) / (n + 2)²
def mish(x: Array) -> tuple[Array, Array]:
    return _in_blocks(_mish, x)


def _mish(x: Array, y: Array, slope: Array) -> None:
    e = np.minimum(x, 20)  # from there on n / (n + 2) = 1 in all digits, and e² does not overflow
    np.exp(e, out=e)
    n = e + 2
    n *= e
    below = n + 2
    gate = np.divide(n, below, out=n)
    np.multiply(x, gate, out=y)
    np.add(e, 1, out=slope)
    slope *= e
    slope /= below
    slope /= below
    slope *= 4
    slope *= x
    slope += gate


def mish_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# y = ln(1 + exp(βx)) / β = max(0, x) + ln(1 + exp(-β|x|)) / β        dy/dx = σ(βx)
def softplus(x: Array, beta: float, threshold: float) -> tuple[Array, Array]:
    """Above βx = threshold y is x itself."""
    return _in_blocks(_softplus, x, beta, threshold)


def _softplus(x: Array, y: Array, slope: Array, beta: float, threshold: float) -> None:
    u = x * beta
    e = np.abs(u)
    np.negative(e, out=e)
    np.exp(e, out=e)
    e *= u <= threshold
    np.maximum(u, 0, out=y)
    y += _log1p(e)
    y *= 1 / beta
    np.multiply(u <= 0, e, out=slope)  # σ(u) = e / (1 + e) for negative u, 1 / (1 + e) for positive
    slope += u > 0
    e += 1
    slope /= e


def softplus_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# y = ln σ(x) = -softplus(-x)        dy/dx = σ(-x)
def logsigmoid(x: Array) -> tuple[Array, Array]:
    return _in_blocks(_logsigmoid, x)


def _logsigmoid(x: Array, y: Array, slope: Array) -> None:
    _softplus(-x, y, slope, 1, math.inf)
    np.negative(y, out=y)


def logsigmoid_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# y = x Φ(x)        dy/dx = Φ(x) + x φ(x)
def gelu(x: Array) -> tuple[Array, Array]:
    """Φ and φ are the distribution function and the density of a standard normal number."""
    return _in_blocks(_gelu, x)


def _gelu(x: Array, y: Array, slope: Array) -> None:
    probability, density = _normal(x)
    np.multiply(x, probability, out=y)
    density *= x
    np.add(density, probability, out=slope)


def gelu_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# y = ½ x (1 + tanh(u/2)) = x σ(u)      u = 2√(2/π) (x + 0.044715 x³)      dy/dx = σ(u) + y (1 - σ(u)) u'
def gelu_tanh(x: Array) -> tuple[Array, Array]:
    return _in_blocks(_gelu_tanh, x)


def _gelu_tanh(x: Array, y: Array, slope: Array) -> None:
    k = 2 * math.sqrt(2 / math.pi)
    square = x * x
    u = square * (0.044715 * k)
    u += k
    u *= x
    gate = _sigmoid(u, out=slope)
    np.multiply(x, gate, out=y)
    square *= 3 * 0.044715 * k  # to u'
    square += k
    square *= y
    square *= 1 - gate
    slope += square


def gelu_tanh_vjp(dy: Array, slope: Array) -> Array:
    return dy * slope


# Φ(x) is told by its tail. With z = |x| and Mills' ratio M,
#
#     Φ(-z) = φ(z) M(z)        φ(z) = exp(-z²/2) / √(2π)        M(z) = ∫ exp(-zs - s²/2) ds from 0 to ∞
#
# M falls slowly and without a bend. In t = 1 / (1 + 0.35 z), M / t is so nearly a polynomial that the first
# 24 of its Chebyshev coefficients on 0 < t < 1 are enough for float64, the first 10 for float32. (They were
# found by interpolation with 60 digits; the tests hold Φ against `math.erfc`.) Unlike ½ (1 + erf(x/√2)) this
# keeps its digits where Φ is small.
_MILLS = (
    0.71956107861529851, 0.44665632098261868, 0.083396214916236354, 0.0052116199291202579,
    -0.0013361725264834437, -2.1816510701384788e-4, 3.7596217044502117e-5, 7.5128525648940652e-6,
    -1.7411916878556059e-6, -2.2186175919776825e-7, 9.7629152606845858e-8, 1.3129880229215871e-9,
    -5.2064892525917329e-9, 6.1438299069094105e-10, 2.0602859228309041e-10, -6.9551885627153691e-11,
    -5.7279801753664113e-13, 4.5369812061889952e-12, -8.6116692083297584e-13, -1.2734938769966877e-13,
    8.8002544640028379e-14, -1.1101153221359291e-14, -3.7996145671340442e-15, 1.7772933610114478e-15,
)  # fmt: skip


@cache
def _mills_polynomial(dtype: np.dtype[Any]) -> list[float]:
    """M / (t √(2π)) as a polynomial in 2t - 1, the highest power first."""
    terms = 10 if dtype == np.float32 else 24
    powers = np.polynomial.chebyshev.cheb2poly(np.array(_MILLS[:terms]) / math.sqrt(2 * math.pi))
    return [float(c) for c in powers[::-1]]


def _normal(x: Array) -> tuple[Array, Array]:
    """Φ(x) and φ(x)."""
    first, *others, last = _mills_polynomial(x.dtype)
    t = np.abs(x)
    t *= 0.35
    t += 1
    np.divide(1, t, out=t)
    u = 2 * t
    u -= 1
    tail = first * u
    for c in others:
        tail += c
        tail *= u
    tail += last
    tail *= t
    density = np.multiply(x, x, out=u)
    density *= -0.5
    np.exp(density, out=density)
    tail *= density  # Φ(-|x|)
    density *= 1 / math.sqrt(2 * math.pi)
    upper = np.multiply(tail, -2, out=t)
    upper += 1
    upper *= x > 0  # Φ(|x|) - Φ(-|x|) for positive x, else 0
    tail += upper
    return tail, density


# --- gates: one half of the numbers decides how much of the other half passes


# y = a σ(b)        da = dy σ(b)        db = dy y (1 - σ(b))
def glu(a: Array, b: Array) -> tuple[Array, Array]:
    """Also σ(b)."""
    with np.errstate(over="ignore"):
        gate = _sigmoid(b, out=np.empty_like(b))
    return a * gate, gate


def glu_vjp(dy: Array, y: Array, gate: Array, axis: int) -> Array:
    da = dy * gate
    db = 1 - gate
    db *= y
    db *= dy
    return np.concatenate((da, db), axis)


# y = a σ(a) b        da = dy b (σ(a) + a σ(a) (1 - σ(a)))        db = dy a σ(a)
def swiglu(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """Also silu(a) = a σ(a) and its slope."""
    gate, slope = silu(a)
    return gate * b, gate, slope


def swiglu_vjp(dy: Array, b: Array, gate: Array, slope: Array, axis: int) -> Array:
    da = slope * b
    da *= dy
    return np.concatenate((da, gate * dy), axis)
