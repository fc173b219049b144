"""A table of vectors, looked up by number."""

import numpy as np

from .broadcasting import Array, Shape


# y_i = W_k with k = index_i        dW_k = Σ_i dy_i where index_i = k
def embedding(index: Array, weight: Array) -> Array:
    """index (...), weight (rows, size) -> (..., size)"""
    y: Array = np.take(weight, index, axis=0)
    return y


def embedding_vjp(dy: Array, index: Array, shape: Shape, padding: int | None) -> Array:
    """The vectors are sorted by the row they go to: those of a row are then neighbors, and summed at once.

    padding: a row without a gradient.
    """
    dw = np.zeros(shape, dy.dtype)
    order = np.argsort(index, axis=None, kind="stable")
    rows = index.reshape(-1)[order]
    vectors = dy.reshape(index.size, shape[1])[order]
    first = np.flatnonzero(np.diff(rows, prepend=-1))  # where another row begins
    last = np.append(first[1:], rows.size)
    for row, start, stop in zip(rows[first].tolist(), first.tolist(), last.tolist(), strict=False):
        np.add.reduce(vectors[start:stop], axis=0, out=dw[row])
    if padding is not None:
        dw[padding] = 0
    return dw
