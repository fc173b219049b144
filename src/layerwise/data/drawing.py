"""Pictures of simple shapes, drawn by the computer: as many as you like, as hard as you like, with masks."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Seed = int | np.random.Generator


class Shapes(NamedTuple):
    """What `shapes` returns.

    x: the pictures (n, 1, size, size), float32 in [0, 1].
    y: the class of each (n,), its place in `classes`.
    masks: for every pixel 1 + the class of the shape that is there, 0 for none: (n, size, size).
    classes: their names.

    >>> import layerwise as lw
    >>> lw.data.shapes(10).masks.shape
    (10, 32, 32)
    """

    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    masks: npt.NDArray[np.int64]
    classes: tuple[str, ...]


def _box(u: Array, v: Array, width: float, height: float) -> Array:
    return np.maximum(np.abs(u) - width, np.abs(v) - height)


# How far (u, v) is outside a shape that just fits into the circle of radius 1; negative inside. Beyond a
# corner it is less than the distance; what counts is where it is 0, and that it rises there with slope 1.
OUTSIDE: dict[str, Callable[[Array, Array], Array]] = {
    "disk": lambda u, v: np.hypot(u, v) - 1,
    "square": lambda u, v: _box(u, v, np.sqrt(0.5), np.sqrt(0.5)),
    "triangle": lambda u, v: np.maximum(v, np.abs(u) * np.sqrt(0.75) - v / 2) - 0.5,
    "cross": lambda u, v: np.minimum(_box(u, v, 0.95, 0.3), _box(u, v, 0.3, 0.95)),
    "ring": lambda u, v: np.abs(np.hypot(u, v) - 0.8) - 0.2,
    "bar": lambda u, v: _box(u, v, 0.95, 0.3),
}
SHAPES = tuple(OUTSIDE)


def shapes(
    n: int,
    size: int = 32,
    noise: float = 0.1,
    classes: Sequence[str] = SHAPES,
    objects: int = 1,
    seed: Seed = 0,
) -> Shapes:
    """Pictures of bright shapes before a dark ground: their place, size, turn and brightness are random.

    n: how many pictures.
    size: their height and width in pixels, at least 8.
    noise: the standard deviation of the Gaussian noise on top; what leaves [0, 1] is cut off.
    classes: names from 'disk', 'square', 'triangle', 'cross', 'ring', 'bar'. Each is the class of equally
        many pictures, up to one.
    objects: how many shapes there are in a picture. The later ones cover the earlier ones, and are of any
        class; y is the class of the first.

    Returns x (n, 1, size, size), y (n,), masks (n, size, size) and the classes' names; see `Shapes`.

    >>> import layerwise as lw
    >>> data = lw.data.shapes(6, size=16, classes=("disk", "cross"))
    >>> data.x.shape, sorted(data.y.tolist()), data.classes
    ((6, 1, 16, 16), [0, 0, 0, 1, 1, 1], ('disk', 'cross'))
    """
    if n < 0:
        raise ValueError(f"shapes(): n must not be negative, got {n}")
    if size < 8:
        raise ValueError(f"shapes(): size must be at least 8, got {size}")
    if not 0 <= noise < np.inf:
        raise ValueError(f"shapes(): noise must be a number from 0, got {noise}")
    if isinstance(classes, str) or not classes or not set(classes) <= set(SHAPES):
        raise ValueError(f"shapes(): classes must be names from {SHAPES}, got {classes!r}")
    if objects < 1:
        raise ValueError(f"shapes(): objects must be at least 1, got {objects}")

    rng = np.random.default_rng(seed)
    ground = rng.uniform(0, 0.3, (n, 1, 1))
    pictures = np.broadcast_to(ground, (n, size, size))
    masks = np.zeros((n, size, size), np.int64)
    y = rng.permutation(np.arange(n) % len(classes))
    for turn in range(objects):
        label = y if turn == 0 else rng.integers(len(classes), size=n)
        cover = _random_cover(label, classes, size, rng)  # (n, size, size)
        pictures = (1 - cover) * pictures + cover * rng.uniform(0.6, 1, (n, 1, 1))
        masks = np.where(cover >= 0.5, 1 + label[:, None, None], masks)
    pictures = np.clip(pictures + noise * rng.standard_normal(pictures.shape), 0, 1)
    return Shapes(pictures[:, None].astype(np.float32), y, masks, tuple(classes))


def _random_cover(
    label: npt.NDArray[np.int64], classes: Sequence[str], size: int, rng: np.random.Generator
) -> Array:
    """A shape of this class in each picture, inside it as a whole."""
    n = len(label)
    radius = rng.uniform(0.2, 0.35, n) * size
    center = rng.uniform(radius[:, None], size - radius[:, None], (n, 2))
    angle = rng.uniform(0, 2 * np.pi, n)
    cover = np.empty((n, size, size))
    for k, name in enumerate(classes):
        members = label == k
        cover[members] = draw(name, size, center[members], radius[members], angle[members])
    return cover


def draw(name: str, size: int, center: Array, radius: Array, angle: Array) -> Array:
    """How much of each pixel lies in the shape, from 0 to 1: (n, size, size).

    center (n, 2), as (row, column): (0, 0) is the corner of the picture, and pixel (i, j) has its middle at
    (i + 1/2, j + 1/2). radius (n,), in pixels. angle (n,), counterclockwise.

    The share is  1/2 - distance to the boundary  for a straight boundary along the pixel's sides, and nearly
    so for others ("anti-aliasing").
    """
    middles = np.arange(size) + 0.5
    down = (middles[:, None] - center[:, 0, None, None]) / radius[:, None, None]  # (n, size, 1)
    right = (middles - center[:, 1, None, None]) / radius[:, None, None]  # (n, 1, size)
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    u, v = cos * right - sin * down, sin * right + cos * down  # (n, size, size): turned back
    return np.clip(0.5 - OUTSIDE[name](u, v) * radius[:, None, None], 0, 1)
