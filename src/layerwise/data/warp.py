"""Pictures seen through a linear map of the plane."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def warp(x: Array, matrix: Array, offset: Array, *, nearest: bool = False) -> Array:
    """New pictures whose pixel at q is what the old picture was at M q + o, and 0 outside.

    x: the pictures (n, c, h, w). q = (row, column) is measured from a picture's middle.
    matrix, offset: M (n, 2, 2) and o (n, 2), one for each picture.
    nearest: take the nearest pixel, instead of the mean of the four around the place, weighted by how close
        they are (bilinear).

    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2.0, 4.0]]]])
    >>> warp(x, np.eye(2)[None], np.array([[0, 0.5]])).tolist()  # each pixel: half a step to its right
    [[[[1.5, 3.0, 2.0]]]]
    """
    n, c, h, w = x.shape
    middle = np.array([[(h - 1) / 2], [(w - 1) / 2]])  # (2, 1)
    q = np.mgrid[:h, :w].reshape(2, h * w) - middle  # (2, h w)
    place = matrix @ q + offset[:, :, None] + middle  # (n, 2, h w)
    if nearest:
        return _pixels(x, np.rint(place).astype(np.int64)).reshape(x.shape)

    corner = np.floor(place).astype(np.int64)  # the pixel above and to the left
    down, right = (place - corner).astype(x.dtype).transpose(1, 0, 2)[:, :, None]  # (n, 1, h w) each
    y: Array = (1 - down) * (1 - right) * _pixels(x, corner)  # (n, c, h w)
    y += (1 - down) * right * _pixels(x, corner + np.array([[0], [1]]))
    y += down * (1 - right) * _pixels(x, corner + np.array([[1], [0]]))
    y += down * right * _pixels(x, corner + 1)
    return y.reshape(n, c, h, w)


def _pixels(x: Array, place: Array) -> Array:
    """The pixels (n, c, m) at these whole rows and columns, (n, 2, m); 0 outside."""
    n, c, h, w = x.shape
    row, column = place[:, 0], place[:, 1]  # (n, m)
    inside = (row >= 0) & (row < h) & (column >= 0) & (column < w)
    index = np.where(inside, row * w + column, 0)
    found: Array = np.take_along_axis(x.reshape(n, c, h * w), index[:, None], axis=2)
    return np.where(inside[:, None], found, 0)
