"""Numbers as shares of a whole, and their logarithms. The largest number is subtracted first: no overflow."""

import numpy as np

from .broadcasting import Array, Shape


# y_i = exp x_i / Σ_j exp x_j        dx = y (dy - Σ dy y)
def softmax(x: Array, axis: int) -> Array:
    y = _shifted(x, (axis,))
    np.exp(y, out=y)
    y /= _total(y, axis)
    return y


def softmax_vjp(dy: Array, y: Array, axis: int) -> Array:
    total = np.vecdot(dy, y)[..., np.newaxis] if axis == y.ndim - 1 else (dy * y).sum(axis, keepdims=True)
    dx: Array = dy - total
    dx *= y
    return dx


# y_i = x_i - ln Σ_j exp x_j         dx = dy - exp(y) Σ dy
def log_softmax(x: Array, axis: int) -> Array:
    y = _shifted(x, (axis,))
    total = _total(np.exp(y), axis)  # at least 1, if there is anything at all
    y -= np.log(total, out=total, where=total > 0)
    return y


def log_softmax_vjp(dy: Array, y: Array, axis: int) -> Array:
    dx: Array = np.exp(y)
    dx *= -_total(dy, axis)
    dx += dy
    return dx


# y = ln Σ exp x                     dx = dy exp(x - y)
def logsumexp(x: Array, axes: Shape) -> Array:
    """The summed dimensions stay, with size 1."""
    largest = x.max(axes, keepdims=True, initial=-np.inf)
    largest[~np.isfinite(largest)] = 0  # infinity minus infinity is not a number
    with np.errstate(divide="ignore"):  # ln 0 = -inf, the sum over nothing
        y: Array = np.log(np.exp(x - largest).sum(axes, keepdims=True))
    y += largest
    return y


def logsumexp_vjp(dy: Array, x: Array, y: Array) -> Array:
    with np.errstate(invalid="ignore"):
        dx: Array = x - y
    np.exp(dx, out=dx)
    dx *= dy.reshape(y.shape)  # the summed dimensions, of size 1
    return dx


def _shifted(x: Array, axes: Shape) -> Array:
    """x less its maximum: at most 0. Where all is -inf it is not a number, and neither are the shares."""
    with np.errstate(invalid="ignore"):
        y: Array = x - x.max(axes, keepdims=True, initial=-np.inf)
    return y


def _total(x: Array, axis: int) -> Array:
    """The sum along an axis, which stays with size 1. Matrix products sum fastest."""
    last = axis == x.ndim - 1
    total: Array = x @ np.ones((x.shape[axis], 1), x.dtype) if last else x.sum(axis, keepdims=True)
    return total
