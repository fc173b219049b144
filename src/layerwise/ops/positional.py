"""Positions as waves: position t is the angles t ω_i, with frequencies from 1 down to about 1 / base."""

import numpy as np

from .broadcasting import Array


# angle_ti = t ω_i        ω_i = base^(-2i / features)        i = 0 ... features / 2 - 1
def angles(times: int, features: int, base: float, start: int = 0) -> Array:
    """(times, features / 2), in float64."""
    frequencies = base ** (-np.arange(0, features, 2) / features)
    result: Array = np.arange(start, start + times)[:, np.newaxis] * frequencies
    return result


# y_t,2i = sin angle_ti        y_t,2i+1 = cos angle_ti
def sinusoids(times: int, features: int, base: float) -> Array:
    """(times, features), in float64."""
    angle = angles(times, features, base)
    y: Array = np.empty((times, features))
    y[:, 0::2] = np.sin(angle)
    y[:, 1::2] = np.cos(angle)[:, : features // 2]
    return y


# (y_a, y_b) = (x_a cos - x_b sin, x_b cos + x_a sin) for each pair of features: turned by the angle of its
# position. Back by the same angle: the gradient is the rotation with -sin.
def rotate(x: Array, cos: Array, sin: Array, interleaved: bool) -> Array:
    """x (..., times, features), cos and sin (times, features / 2).

    The pairs are the features 2i and 2i + 1 if interleaved, else i and i + features / 2.
    """
    half = x.shape[-1] // 2
    first, second = (
        (slice(0, None, 2), slice(1, None, 2)) if interleaved else (slice(0, half), slice(half, None))
    )
    a, b = x[..., first], x[..., second]
    y = np.empty_like(x)
    y[..., first] = a * cos - b * sin
    y[..., second] = b * cos + a * sin
    return y


def rotate_vjp(dy: Array, cos: Array, sin: Array, interleaved: bool) -> Array:
    return rotate(dy, cos, -sin, interleaved)
