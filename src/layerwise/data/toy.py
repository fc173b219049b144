"""Small data sets in the plane, drawn from a seed: the same seed gives the same points."""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Seed = int | np.random.Generator


def hyperplane(seed: Seed = 0, dim: int = 2) -> tuple[Points, float]:
    """A random hyperplane u·x + c = 0 near the origin: the normal u (dim,), of length 1, and the offset c.

    It is the one that parts the two clouds of `gaussians` with the same seed and dim.

    >>> import layerwise as lw
    >>> u, c = lw.data.hyperplane(seed=0)
    >>> x, y = lw.data.gaussians(100, margin=0.2, seed=0)
    >>> distance = x @ u + c  # (100,), positive on the side of class 1
    >>> bool(np.all(distance[y == 1] >= 0.2) and np.all(distance[y == 0] <= -0.2))
    True
    """
    if dim < 1:
        raise ValueError(f"dim must be at least 1, got {dim}")
    rng = np.random.default_rng(seed)
    u = rng.standard_normal(dim)
    return u / np.linalg.norm(u), rng.uniform(-0.2, 0.2)


def gaussians(n: int, margin: float = 0.2, seed: Seed = 0, dim: int = 2) -> tuple[Points, Labels]:
    """Two Gaussian clouds, one on either side of `hyperplane(seed, dim)`, and a gap between them.

    Points that fall closer than `margin` to the hyperplane, or beyond it, are drawn again: the classes can be
    separated with that margin at least. They are equally large (an odd point goes to class 0) and mixed.

    Returns x (n, dim) and y (n,) of 0 and 1.

    >>> import layerwise as lw
    >>> x, y = lw.data.gaussians(100, margin=0.2, seed=0)
    >>> x.shape, y.shape, int(y.sum())
    ((100, 2), (100,), 50)
    """
    _check(n=n, margin=margin)
    rng = np.random.default_rng(seed)
    u, c = hyperplane(rng, dim)
    y = rng.permutation(np.arange(n) % 2)
    side = 2 * y - 1  # -1 or 1
    spread = 0.2
    center = np.outer(side * (margin + 2 * spread) - c, u)  # (n, dim): two spreads beyond the margin

    x = center + spread * rng.standard_normal((n, dim))
    while np.any(close := side * (x @ u + c) < margin):
        x[close] = center[close] + spread * rng.standard_normal((np.count_nonzero(close), dim))
    return x, y


def xor(n: int = 4, noise: float = 0.0, seed: Seed = 0) -> tuple[Points, Labels]:
    """Exclusive or: class 1 where one coordinate is 1 and the other 0. No line separates the classes.

    The points are the corners of the unit square, (0, 0), (0, 1), (1, 0), (1, 1), in turn, each moved by
    Gaussian noise of that standard deviation.

    Returns x (n, 2) and y (n,) of 0 and 1.

    >>> import layerwise as lw
    >>> x, y = lw.data.xor()
    >>> x.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    _check(n=n, noise=noise)
    corner = np.arange(n) % 4
    first, second = corner // 2, corner % 2
    x = np.stack([first, second], axis=1) + noise * np.random.default_rng(seed).standard_normal((n, 2))
    return x, first ^ second


def moons(n: int, noise: float = 0.1, seed: Seed = 0) -> tuple[Points, Labels]:
    """Two half circles that reach into each other, moved by Gaussian noise of that standard deviation.

    Class 0 is the upper half of the circle around (0, 0), class 1 the lower half of the one around (1, 1/2),
    both of radius 1. The classes are equally large (an odd point goes to class 0) and mixed.

    Returns x (n, 2) and y (n,) of 0 and 1.

    >>> import layerwise as lw
    >>> x, y = lw.data.moons(100, noise=0.0)
    >>> bool(np.allclose(np.linalg.norm(x[y == 0], axis=1), 1))
    True
    """
    _check(n=n, noise=noise)
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (n, 2)
    x = np.where(y[:, np.newaxis] == 0, upper, [1.0, 0.5] - upper)
    return x + noise * rng.standard_normal((n, 2)), y


def circles(n: int, noise: float = 0.1, seed: Seed = 0, inner: float = 0.5) -> tuple[Points, Labels]:
    """A circle inside another, moved by Gaussian noise of that standard deviation.

    Class 0 is the circle of radius 1 around (0, 0), class 1 the one of radius `inner`. The classes are
    equally large (an odd point goes to class 0) and mixed.

    Returns x (n, 2) and y (n,) of 0 and 1.

    >>> import layerwise as lw
    >>> x, y = lw.data.circles(100, noise=0.0)
    >>> bool(np.allclose(np.linalg.norm(x[y == 1], axis=1), 0.5))
    True
    """
    _check(n=n, noise=noise, inner=inner)
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(y == 0, 1.0, inner)
    x = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (n, 2)
    return x + noise * rng.standard_normal((n, 2)), y


def spirals(
    n: int, noise: float = 0.05, seed: Seed = 0, classes: int = 2, turns: float = 1.0
) -> tuple[Points, Labels]:
    """Arms of a spiral wound around one another, moved by Gaussian noise of that standard deviation.

    Every arm, one for each class, leaves (0, 0), turns counterclockwise `turns` times and ends at radius 1;
    the arms leave in directions equally far apart. The classes are equally large, up to one point, and mixed.

    Returns x (n, 2) and y (n,) of 0, 1, …, classes - 1.

    >>> import layerwise as lw
    >>> x, y = lw.data.spirals(90, classes=3)
    >>> np.bincount(y).tolist()
    [30, 30, 30]
    """
    _check(n=n, noise=noise, turns=turns)
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes}")
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % classes)
    along = np.sqrt(rng.uniform(0, 1, n))  # (n,), the radius: more points where the arm is longer
    angle = 2 * np.pi * (turns * along + y / classes)
    x = along[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (n, 2)
    return x + noise * rng.standard_normal((n, 2)), y


def _check(n: int, **lengths: float) -> None:
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    for name, value in lengths.items():
        if not 0 <= value < np.inf:
            raise ValueError(f"{name} must be a number from 0, got {value}")
