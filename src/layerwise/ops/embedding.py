"""A table of vectors, looked up by number."""

import numpy as np

from .broadcasting import Array, Shape

BLOCK = 32768  # numbers; what is needed in between stays in the processor's cache


# y_i = W_k with k = index_i        dW_k = Σ_i dy_i where index_i = k
def embedding(index: Array, weight: Array) -> Array:
    """index (...), weight (rows, size) -> (..., size)"""
    y: Array = np.take(weight, index, axis=0)
    return y


def embedding_vjp(dy: Array, index: Array, shape: Shape, padding: int | None) -> Array:
    """Number by number, not vector by vector: `np.add.at` is fast for arrays of one dimension alone.

    padding: a row without a gradient.
    """
    size = shape[1]
    dw = np.zeros(shape, dy.dtype)
    numbers, dy = dw.reshape(-1), dy.reshape(index.size, size)
    columns = np.arange(size)
    first = index.reshape(-1, 1).astype(np.intp) * size  # where the row of a vector begins
    step = max(BLOCK // max(size, 1), 1)
    for start in range(0, index.size, step):
        block = slice(start, start + step)
        np.add.at(numbers, (first[block] + columns).reshape(-1), dy[block].reshape(-1))
    if padding is not None:
        dw[padding] = 0
    return dw
