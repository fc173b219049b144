"""Features of mean 0 and spread 1."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Normalize:
    """Subtracts a mean and divides by a standard deviation, for each feature: (x - mean) / std.

    mean, std: one number for each feature, in dimension 1 of x: the columns of a table (n, features), the
        channels of pictures (n, channels, height, width). A constant feature, of std 0, is divided by 1.

    `Normalize.fit(x)` measures them. Fit on the training part alone: what the other parts are like is what
    the model must not know. It is also a transform, called as `normalize(x, y, rng)`.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> x = np.array([[1.0, 30.0], [3.0, 50.0], [5.0, 70.0], [7.0, 90.0]])
    >>> training, test = x[:2], x[2:]
    >>> normalize = lw.data.Normalize.fit(training)
    >>> normalize.mean.tolist(), normalize.std.tolist()
    ([2.0, 40.0], [1.0, 10.0])
    >>> normalize(test)[0].tolist()
    [[3.0, 3.0], [5.0, 5.0]]
    >>> normalize.inverse(normalize(test)[0]).tolist()
    [[5.0, 70.0], [7.0, 90.0]]
    """

    def __init__(self, mean: npt.ArrayLike, std: npt.ArrayLike) -> None:
        mean, std = np.array(mean, np.float64), np.array(std, np.float64)
        if mean.ndim != 1 or mean.shape != std.shape:
            raise ValueError(f"Normalize(): mean and std must be (features,), got {mean.shape}, {std.shape}")
        if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std >= 0).all()):
            raise ValueError(f"Normalize(): mean and std must be finite, std not negative, got {mean}, {std}")
        self.mean, self.std = mean, std

    def __repr__(self) -> str:
        return f"Normalize(mean={self.mean.tolist()}, std={self.std.tolist()})"

    @classmethod
    def fit(cls, x: Array) -> "Normalize":
        """Measures each feature of x, (n, features) or (n, channels, …).

        >>> import layerwise as lw
        >>> x, y = lw.data.moons(100)
        >>> x, _ = lw.data.Normalize.fit(x)(x)
        >>> x.std(axis=0).round(6).tolist()
        [1.0, 1.0]
        """
        if x.ndim < 2 or x.size == 0:
            raise ValueError(f"Normalize.fit(): x must be (n, features, …), not empty, got shape {x.shape}")
        others = (0, *range(2, x.ndim))
        constant = x.max(others) == x.min(others)  # rounding could give it a std a little above 0
        std = np.where(constant, 0, x.std(others, dtype=np.float64))
        return cls(x.mean(others, dtype=np.float64), std)

    def __call__(
        self, x: Array, y: Array | None = None, rng: np.random.Generator | None = None
    ) -> tuple[Array, Array | None]:
        mean, std = self._facing(x)
        return (x - mean) / std, y

    def inverse(self, x: Array) -> Array:
        """Back to what it was: x · std + mean.

        >>> import layerwise as lw
        >>> import numpy as np
        >>> lw.data.Normalize(mean=[5.0], std=[2.0]).inverse(np.array([[-1.0], [1.0]])).tolist()
        [[3.0], [7.0]]
        """
        mean, std = self._facing(x)
        restored: Array = x * std + mean
        return restored

    def _facing(self, x: Array) -> tuple[Array, Array]:
        """Mean and divisor in the shape and number format to be combined with x."""
        if x.ndim < 2 or x.shape[1] != len(self.mean) or x.dtype.kind != "f":
            raise ValueError(f"Normalize: x must be floats (n, {len(self.mean)}, …), got {x.dtype} {x.shape}")
        shape = (-1, *[1] * (x.ndim - 2))
        divisor = np.where(self.std > 0, self.std, 1)
        return self.mean.reshape(shape).astype(x.dtype), divisor.reshape(shape).astype(x.dtype)
