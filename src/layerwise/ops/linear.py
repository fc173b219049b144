"""Matrix products."""

import math

import numpy as np

from .broadcasting import Array, Gradients, Needs, sum_to


# y = a b,  y_ik = Σ_j a_ij b_jk        da = dy bᵀ        db = aᵀ dy
def matmul(a: Array, b: Array) -> Array:
    y: Array = np.matmul(a, b)
    return y


def matmul_vjp(dy: Array, a: Array, b: Array, needs: Needs = (True, True)) -> Gradients:
    # a vector is a row on the left and a column on the right; the leading dimensions are a batch of matrices
    rows = a[np.newaxis, :] if a.ndim == 1 else a
    columns = b[:, np.newaxis] if b.ndim == 1 else b
    if b.ndim == 1:
        dy = np.expand_dims(dy, -1)
    if a.ndim == 1:
        dy = np.expand_dims(dy, -2)

    da = sum_to(dy @ np.swapaxes(columns, -1, -2), rows.shape).reshape(a.shape) if needs[0] else None
    db = sum_to(np.swapaxes(rows, -1, -2) @ dy, columns.shape).reshape(b.shape) if needs[1] else None
    return da, db


# y = x Wᵀ + b        dx = dy W        dW = dyᵀ x        db = Σ_batch dy
def linear(x: Array, weight: Array, bias: Array | None) -> Array:
    y: Array = np.matmul(x, weight.T)  # (..., out_features)
    if bias is not None:
        y += bias
    return y


def linear_vjp(dy: Array, x: Array, weight: Array, needs: Needs = (True, True, True)) -> Gradients:
    batch = math.prod(dy.shape[:-1])  # all leading dimensions in one
    dy = dy.reshape(batch, weight.shape[0])
    dx = (dy @ weight).reshape(x.shape) if needs[0] else None
    dw = dy.T @ x.reshape(batch, weight.shape[1]) if needs[1] else None
    db = dy.sum(axis=0) if needs[2] else None
    return dx, dw, db
