"""Augmentation: pictures changed in ways that do not change what they show, drawn anew for every batch.

Every transform is made with its options and called as `transform(x, y, rng)`:

    x: pictures (n, channels, height, width), of floats. They are not changed in place.
    y: what goes with them: classes (n,), shares of classes (n, classes), masks (n, height, width), or None.
       A mask is moved as its picture is moved; what comes in from outside is background, 0.
    rng: the NumPy random generator to draw from. The same state of it gives the same batch.

It returns the new x and y.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from .warp import warp

Array = npt.NDArray[Any]
Batch = tuple[Array, Array | None]
Transform = Callable[[Array, Array | None, np.random.Generator], Batch]
Range = float | tuple[float, float]


class _Transform:
    """Shows itself with its options."""

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"


class Compose(_Transform):
    """One transform after the other.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> augment = lw.data.Compose([lw.data.Flip(), lw.data.Crop(28, padding=2), lw.data.Noise(0.1)])
    >>> x, y = augment(np.zeros((4, 1, 28, 28)), np.arange(4), np.random.default_rng(0))
    >>> x.shape
    (4, 1, 28, 28)
    """

    def __init__(self, transforms: Sequence[Transform]) -> None:
        self.transforms = list(transforms)

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        for transform in self.transforms:
            x, y = transform(x, y, rng)
        return x, y


class Flip(_Transform):
    """Each picture is mirrored with some probability: left becomes right, or top becomes bottom.

    probability: how likely a picture is mirrored, from 0 to 1.
    vertical: whether top and bottom are exchanged.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> x, _ = lw.data.Flip(probability=1)(np.array([[[[1.0, 2.0, 3.0]]]]), None, np.random.default_rng(0))
    >>> x.tolist()
    [[[[3.0, 2.0, 1.0]]]]
    """

    def __init__(self, probability: float = 0.5, vertical: bool = False) -> None:
        if not 0 <= probability <= 1:
            raise ValueError(f"Flip(): probability must be from 0 to 1, got {probability}")
        self.probability, self.vertical = probability, vertical

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        _check("Flip", x, y, rng)
        mirrored = rng.random(len(x)) < self.probability  # (n,)
        axis = 2 if self.vertical else 3
        return _both(lambda z: np.where(mirrored[:, None, None, None], np.flip(z, axis), z), x, y)


class Crop(_Transform):
    """A window of each picture, at a random place.

    size: the window's size, one number or (height, width).
    padding: how many zeros are put around the picture first.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> lw.data.Crop(2)(x, None, np.random.default_rng(1))[0].tolist()
    [[[[5.0, 6.0], [9.0, 10.0]]]]
    """

    def __init__(self, size: int | tuple[int, int], padding: int = 0) -> None:
        self.size = (size, size) if isinstance(size, int) else tuple(size)
        self.padding = padding
        if min(self.size) < 1:
            raise ValueError(f"Crop(): size must be at least 1, got {size}")
        if padding < 0:
            raise ValueError(f"Crop(): padding must not be negative, got {padding}")

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        _check("Crop", x, y, rng)
        n, (height, width), p = len(x), self.size, self.padding
        rows, columns = x.shape[2] + 2 * p - height + 1, x.shape[3] + 2 * p - width + 1
        if min(rows, columns) < 1:
            raise ValueError(
                f"Crop(): size {height, width} is more than the pictures' {x.shape[2:]} with padding {p}"
            )
        top, left = rng.integers(rows, size=n), rng.integers(columns, size=n)

        def cut(z: Array) -> Array:
            framed = np.pad(z, ((0, 0), (0, 0), (p, p), (p, p)))
            windows = sliding_window_view(framed, (height, width), axis=(2, 3))  # (n, c, rows, columns, h, w)
            window: Array = windows[np.arange(n), :, top, left]  # (n, c, h, w)
            return window

        return _both(cut, x, y)


class Affine(_Transform):
    """Each picture is sheared, scaled, turned and shifted, at random, around its middle.

    degrees: the angle, counterclockwise, uniform in (low, high), or in (-a, a) if one number a is given.
    shift: the move to the right and the move down, as shares of the width and height; a range as for degrees.
    scale: the factor by which lengths grow, in (low, high).
    shear: the angle in degrees by which vertical lines lean to the right; a range as for degrees.

    A pixel's place  p = (row, column), measured from the middle, goes to  q = A p + t,  so the new picture is
    at q what the old one was at  p = A⁻¹ (q - t):  the mean of the four pixels around it, weighted by how
    close they are (bilinear). Outside the picture is 0. A mask takes the nearest pixel's class instead.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> quarter_turn = lw.data.Affine(degrees=(90, 90))
    >>> x = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> quarter_turn(x, None, np.random.default_rng(0))[0].round(6).tolist()
    [[[[2.0, 4.0], [1.0, 3.0]]]]
    """

    def __init__(
        self, degrees: Range = 0.0, shift: Range = 0.0, scale: Range = (1.0, 1.0), shear: Range = 0.0
    ) -> None:
        self.degrees, self.shift = _range("degrees", degrees), _range("shift", shift)
        self.scale, self.shear = _range("scale", scale), _range("shear", shear)
        if self.scale[0] <= 0:
            raise ValueError(f"Affine(): scale must be positive, got {scale}")
        if max(map(abs, self.shear)) >= 90:
            raise ValueError(f"Affine(): shear must be less than 90 degrees, got {shear}")

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        _check("Affine", x, y, rng)
        n = len(x)
        angle, lean = (np.radians(rng.uniform(*limits, n)) for limits in (self.degrees, self.shear))
        scale = rng.uniform(*self.scale, n)
        t = rng.uniform(*self.shift, (n, 2)) * x.shape[2:]  # (n, 2): down, to the right

        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # (2, 2, n)
        shear = np.array([[np.ones(n), np.zeros(n)], [-np.tan(lean), np.ones(n)]])
        a = scale[:, None, None] * (turn.transpose(2, 0, 1) @ shear.transpose(2, 0, 1))  # (n, 2, 2)
        inverse = np.linalg.inv(a)
        offset = -(inverse @ t[:, :, None])[:, :, 0]  # (n, 2): A⁻¹ (q - t) = A⁻¹ q - A⁻¹ t

        moved = warp(x, inverse, offset)
        if _is_mask(y):
            y = warp(y[:, None], inverse, offset, nearest=True)[:, 0]
        return moved, y


class Noise(_Transform):
    """Gaussian noise on every pixel: x + std · ε.

    std: the noise's standard deviation.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> x, _ = lw.data.Noise(0.1)(np.zeros((1, 1, 100, 100)), None, np.random.default_rng(0))
    >>> round(float(x.std()), 2)
    0.1
    """

    def __init__(self, std: float = 0.1) -> None:
        if not 0 <= std < np.inf:
            raise ValueError(f"Noise(): std must be a number from 0, got {std}")
        self.std = std

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        _check("Noise", x, y, rng)
        return x + (self.std * rng.standard_normal(x.shape)).astype(x.dtype), y


class Cutout(_Transform):
    """A square of each picture is blanked (DeVries and Taylor, 2017). A mask stays as it is.

    size: the square's side. Its middle can be any pixel, so that part of the square can lie outside.
    fill: what it is filled with.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> x, _ = lw.data.Cutout(2)(np.ones((1, 1, 4, 4)), None, np.random.default_rng(0))
    >>> x[0, 0].tolist()
    [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]]
    """

    def __init__(self, size: int, fill: float = 0.0) -> None:
        if size < 1:
            raise ValueError(f"Cutout(): size must be at least 1, got {size}")
        self.size, self.fill = size, fill

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        _check("Cutout", x, y, rng)
        row, column = (self._inside(rng.integers(length, size=len(x)), length) for length in x.shape[2:])
        blank = row[:, None, :, None] & column[:, None, None, :]  # (n, 1, h, w)
        return np.where(blank, x.dtype.type(self.fill), x), y

    def _inside(self, middle: Array, length: int) -> Array:
        """For each of n pictures, which of `length` lines the square covers: (n, length)."""
        steps = np.arange(length) - (middle - self.size // 2)[:, None]
        covered: Array = (steps >= 0) & (steps < self.size)
        return covered


class Mixup(_Transform):
    """Each picture is blended with another one of the batch, and their classes too (Zhang et al., 2018).

        x ← λ x + (1 - λ) x′        y ← λ y + (1 - λ) y′        λ ~ Beta(α, α), drawn for each picture

    classes: how many classes there are. y, classes (n,) or shares of them (n, classes), becomes shares
        (n, classes), for which `cross_entropy` has a form too.
    alpha: α, positive. Small: most pictures stay nearly as they are; 1: every blend is as likely.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> x, y = np.zeros((4, 1, 8, 8)), np.array([0, 1, 2, 0])
    >>> lw.data.Mixup(classes=3, alpha=1)(x, y, np.random.default_rng(2))[1].round(2).tolist()
    [[0.47, 0.0, 0.53], [0.1, 0.9, 0.0], [0.23, 0.0, 0.77], [0.29, 0.71, 0.0]]
    """

    def __init__(self, classes: int, alpha: float = 0.2) -> None:
        if classes < 1:
            raise ValueError(f"Mixup(): classes must be at least 1, got {classes}")
        if not 0 < alpha < np.inf:
            raise ValueError(f"Mixup(): alpha must be positive, got {alpha}")
        self.classes, self.alpha = classes, alpha

    def __call__(self, x: Array, y: Array | None, rng: np.random.Generator) -> Batch:
        _check("Mixup", x, y, rng)
        shares = self._shares(y, x.dtype)
        share = rng.beta(self.alpha, self.alpha, len(x)).astype(x.dtype)  # (n,)
        other = rng.permutation(len(x))
        by_pixel, by_class = share[:, None, None, None], share[:, None]
        x = by_pixel * x + (1 - by_pixel) * x[other]
        return x, by_class * shares + (1 - by_class) * shares[other]

    def _shares(self, y: Array | None, dtype: Any) -> Array:
        """Classes (n,) as shares (n, classes): 1 for the class itself."""
        if y is None or y.shape[1:] not in ((), (self.classes,)):
            got = "None" if y is None else f"shape {y.shape}"
            raise ValueError(f"Mixup(): y must be classes (n,) or shares (n, {self.classes}), got {got}")
        if y.ndim == 2:
            return y.astype(dtype)
        if y.dtype.kind not in "iu" or not ((y >= 0) & (y < self.classes)).all():
            raise ValueError(f"Mixup(): y must hold classes from 0 to {self.classes - 1}, got {y}")
        shares: Array = np.eye(self.classes, dtype=dtype)[y]
        return shares


def _range(name: str, limits: Range) -> tuple[float, float]:
    low, high = limits if isinstance(limits, Sequence) else (0 - limits, limits)
    if not -np.inf < low <= high < np.inf:
        raise ValueError(f"Affine(): {name} must be a range (low, high), got {limits}")
    return low, high


def _both(move: Callable[[Array], Array], x: Array, y: Array | None) -> Batch:
    """The pictures moved, and their masks as well, if y are masks."""
    return move(x), move(y[:, None])[:, 0] if _is_mask(y) else y


def _is_mask(y: Array | None) -> TypeGuard[Array]:
    return y is not None and y.ndim == 3


def _check(name: str, x: Array, y: Array | None, rng: np.random.Generator) -> None:
    if not isinstance(x, np.ndarray) or x.ndim != 4 or x.dtype.kind != "f":
        got = f"{x.dtype} {x.shape}" if isinstance(x, np.ndarray) else type(x).__name__
        raise ValueError(f"{name}: x must be pictures (n, channels, height, width) of floats, got {got}")
    if y is not None and len(y) != len(x):
        raise ValueError(f"{name}: y must go with the {len(x)} pictures of x, got shape {y.shape}")
    if _is_mask(y) and y.shape[1:] != x.shape[2:]:
        raise ValueError(f"{name}: y, masks, must have the pictures' size {x.shape[2:]}, got {y.shape[1:]}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{name}: rng must be a numpy.random.Generator, got {type(rng).__name__}")
