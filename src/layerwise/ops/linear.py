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
    """One product of all rows is a tenth faster than NumPy's, one for each matrix of a batch."""
    if x.ndim > 2:
        rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
        return linear(rows, weight, bias).reshape(*x.shape[:-1], weight.shape[0])
    y: Array = np.matmul(x, weight.T)  # (..., out_features)
    if bias is not None:
        y += bias
    return y


def linear_vjp(dy: Array, x: Array, weight: Array, needs: Needs = (True, True, True)) -> Gradients:
    batch = math.prod(dy.shape[:-1])  # all leading dimensions in one
    dy = dy.reshape(batch, weight.shape[0])
    dx = (dy @ weight).reshape(x.shape) if needs[0] else None
    dw = dy.T @ x.reshape(batch, weight.shape[1]) if needs[1] else None
    db = np.add.reduce(dy) if needs[2] else None  # over the first dimension
    return dx, dw, db


# A letter a dimension: "ij,jk->ik" is y_ik = Σ_j a_ij b_jk. On the way back an array changes places with dy:
# da_ij = Σ_k dy_ik b_jk is "ik,jk->ij".
# Letters that only `a` has were summed away: their gradient is the same along the whole dimension.
def einsum(arrays: list[Array], inputs: list[str], output: str) -> Array:
    y: Array = np.einsum(",".join(inputs) + "->" + output, *arrays, optimize=len(arrays) > 1)
    return y


def einsum_vjp(dy: Array, arrays: list[Array], inputs: list[str], output: str, needs: Needs) -> Gradients:
    gradients: list[Array | None] = []
    for k, letters in enumerate(inputs):
        if not needs[k]:
            gradients.append(None)
            continue
        others = [array for j, array in enumerate(arrays) if j != k]
        names = [name for j, name in enumerate(inputs) if j != k]
        known = [letter for letter in letters if letter in output + "".join(names)]
        once = "".join(dict.fromkeys(known))
        dx = einsum([dy, *others], [output, *names], once)
        gradients.append(_place(dx, once, letters, arrays[k].shape))
    return tuple(gradients)


def _place(dx: Array, known: str, letters: str, shape: tuple[int, ...]) -> Array:
    """Put dx, whose dimensions are called `known`, to where an array of this shape was read."""
    sizes = dict(zip(letters, shape, strict=True))
    once = "".join(dict.fromkeys(letters))
    stretched = tuple(i for i, letter in enumerate(known) if sizes[letter] == 1)  # by broadcasting
    dx = dx.sum(stretched).reshape([sizes[letter] if letter in known else 1 for letter in once])
    wide = np.broadcast_to(dx, [sizes[letter] for letter in once])
    if len(once) == len(letters):
        return wide
    whole = np.zeros(shape, dx.dtype)  # a letter twice, "ii": only the diagonal was read
    np.einsum(letters + "->" + once, whole)[...] = wide
    return whole
