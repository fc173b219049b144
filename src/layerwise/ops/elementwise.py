"""Operations that treat every number on its own.

Each is a forward function and, below it, its vector-Jacobian product (`_vjp`): given dy, the gradient of a
number with respect to the output, it returns the gradient with respect to the input. Where there are two
inputs the gradients come as a tuple, and `needs` says which are wanted: the other is None.
"""

from functools import cache
from typing import Any

import numpy as np

from .broadcasting import Array, Gradients, Needs, Shape, sum_to

BOTH = (True, True)


# y = a + b        da = dy        db = dy
def add(a: Array, b: Array) -> Array:
    return a + b


def add_vjp(dy: Array, a_shape: Shape, b_shape: Shape, needs: Needs = BOTH) -> Gradients:
    da = sum_to(dy, a_shape) if needs[0] else None
    db = sum_to(dy, b_shape) if needs[1] else None
    return da, db


# y = a - b        da = dy        db = -dy
def subtract(a: Array, b: Array) -> Array:
    return a - b


def subtract_vjp(dy: Array, a_shape: Shape, b_shape: Shape, needs: Needs = BOTH) -> Gradients:
    da = sum_to(dy, a_shape) if needs[0] else None
    db = sum_to(-dy, b_shape) if needs[1] else None
    return da, db


# y = a b          da = dy b      db = dy a
def multiply(a: Array, b: Array) -> Array:
    return a * b


def multiply_vjp(dy: Array, a: Array, b: Array, needs: Needs = BOTH) -> Gradients:
    da = sum_to(dy * b, a.shape) if needs[0] else None
    db = sum_to(dy * a, b.shape) if needs[1] else None
    return da, db


# y = a / b        da = dy / b    db = -dy a / b²
def divide(a: Array, b: Array) -> Array:
    return a / b


def divide_vjp(dy: Array, a: Array, b: Array, needs: Needs = BOTH) -> Gradients:
    da = sum_to(dy / b, a.shape) if needs[0] else None
    db = sum_to(-dy * a / (b * b), b.shape) if needs[1] else None
    return da, db


# y = a^b          da = dy b a^(b-1)      db = dy y ln a
def power(a: Array, b: Array) -> Array:
    return a**b


def power_vjp(dy: Array, a: Array, b: Array, y: Array, needs: Needs = BOTH) -> Gradients:
    da = db = None
    with np.errstate(divide="ignore", invalid="ignore"):  # 0^(-1) and 0 ln 0: replaced by their limits
        if needs[0]:
            da = sum_to(dy * np.where(b == 0, 0, b * a ** (b - 1)), a.shape)  # a^0 = 1, also at a = 0
        if needs[1]:
            db = sum_to(dy * np.where((a == 0) & (b >= 0), 0, y * np.log(a)), b.shape)
    return da, db


# y = -x           dx = -dy
def negative(x: Array) -> Array:
    return -x


def negative_vjp(dy: Array) -> Array:
    return -dy


# y = |x|          dx = dy sign(x), 0 at x = 0
def absolute(x: Array) -> Array:
    return np.abs(x)


def absolute_vjp(dy: Array, x: Array) -> Array:
    return dy * np.sign(x)


# y = √x           dx = dy / (2y)
def sqrt(x: Array) -> Array:
    y: Array = np.sqrt(x)
    return y


def sqrt_vjp(dy: Array, y: Array) -> Array:
    dx: Array = dy / (2 * y)
    return dx


# y = exp x        dx = dy y
def exp(x: Array) -> Array:
    return np.exp(x)


def exp_vjp(dy: Array, y: Array) -> Array:
    return dy * y


# y = ln x         dx = dy / x
def log(x: Array) -> Array:
    return np.log(x)


def log_vjp(dy: Array, x: Array) -> Array:
    return dy / x


# y = tanh x       dx = dy (1 - y²)
def tanh(x: Array) -> Array:
    y: Array = np.tanh(x)
    return y


def tanh_vjp(dy: Array, y: Array) -> Array:
    dx: Array = dy * y
    dx *= y
    return dy - dx


# y = max(0, x)    dx = dy where x > 0, else 0
def relu(x: Array) -> Array:
    y: Array = np.maximum(x, _zero(x.dtype))
    return y


def relu_vjp(dy: Array, y: Array) -> Array:
    return dy * (y > _zero(y.dtype))


@cache
def _zero(dtype: np.dtype[Any]) -> Array:
    """Of the arrays' own number format: to convert Python's 0 would take longer than a small array's relu."""
    return np.zeros((), dtype)


# Θ(x) = 0 for x < 0, `values` at x = 0, 1 for x > 0: flat wherever it has a derivative, nothing to send back
def heaviside(x: Array, values: Array) -> Array:
    return np.where(x == 0, values, (x > 0).astype(x.dtype))


# y = max(a, b)    the gradient goes to the larger of the two, half to each where they are equal
def maximum(a: Array, b: Array) -> Array:
    return np.maximum(a, b)


def maximum_vjp(dy: Array, a: Array, b: Array, needs: Needs = BOTH) -> Gradients:
    return _choice_vjp(dy, (a > b) + 0.5 * (a == b), a.shape, b.shape, needs)


# y = min(a, b)
def minimum(a: Array, b: Array) -> Array:
    return np.minimum(a, b)


def minimum_vjp(dy: Array, a: Array, b: Array, needs: Needs = BOTH) -> Gradients:
    return _choice_vjp(dy, (a < b) + 0.5 * (a == b), a.shape, b.shape, needs)


# y = a where condition, else b
def where(condition: Array, a: Array, b: Array) -> Array:
    return np.where(condition, a, b)


def where_vjp(dy: Array, condition: Array, a_shape: Shape, b_shape: Shape, needs: Needs = BOTH) -> Gradients:
    return _choice_vjp(dy, condition, a_shape, b_shape, needs)


# y takes the share s from a and 1 - s from b:        da = s dy        db = (1 - s) dy
def _choice_vjp(dy: Array, share: Array, a_shape: Shape, b_shape: Shape, needs: Needs) -> Gradients:
    share = share.astype(dy.dtype)
    da = sum_to(dy * share, a_shape) if needs[0] else None
    db = sum_to(dy * (1 - share), b_shape) if needs[1] else None
    return da, db


# y = sin x        dx = dy cos x
def sin(x: Array) -> Array:
    return np.sin(x)


def sin_vjp(dy: Array, x: Array) -> Array:
    return dy * np.cos(x)


# y = cos x        dx = -dy sin x
def cos(x: Array) -> Array:
    return np.cos(x)


def cos_vjp(dy: Array, x: Array) -> Array:
    return -dy * np.sin(x)


# y = ln(1 + x)    dx = dy / (1 + x)
def log1p(x: Array) -> Array:
    return np.log1p(x)


def log1p_vjp(dy: Array, x: Array) -> Array:
    dx: Array = dy / (1 + x)
    return dx


# y = exp(x) - 1   dx = dy (y + 1)
def expm1(x: Array) -> Array:
    return np.expm1(x)


def expm1_vjp(dy: Array, y: Array) -> Array:
    dx: Array = dy * (y + 1)
    return dx


# y = low for x < low, high for x > high, else x        dx = dy where low ≤ x ≤ high, else 0
def clamp(x: Array, low: float | None, high: float | None) -> Array:
    return np.clip(x, low, high)


def clamp_vjp(dy: Array, x: Array, low: float | None, high: float | None) -> Array:
    inside = np.ones(x.shape, np.bool_)
    if low is not None:
        inside &= x >= low
    if high is not None:
        inside &= x <= high
    return dy * inside


# y = -1, 0 or 1   flat wherever it has a derivative: dx = 0, as for the next three
def sign(x: Array) -> Array:
    return np.sign(x)


def floor(x: Array) -> Array:
    return np.floor(x)


def ceil(x: Array) -> Array:
    return np.ceil(x)


# halves go to the even neighbor
def round(x: Array) -> Array:
    return np.round(x)


def flat_vjp(dy: Array) -> Array:
    return np.zeros_like(dy)


# y = x, in memory of its own
def copy(x: Array) -> Array:
    return x.copy()


def copy_vjp(dy: Array) -> Array:
    return dy
