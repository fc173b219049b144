"""The numbers that a probe takes, each of one array. Overflow is for whoever calls them to ignore."""

import math
from typing import Any, NamedTuple

import numpy as np

from ..ops.broadcasting import Array
from .libraries import kind_of
from .thresholds import ALIKE

NAN = float("nan")
FLAT = math.sqrt(0.95)  # where tanh' = 1 - tanh² is below a twentieth of its largest


class Inputs(NamedTuple):
    """What came into the first layer with parameters."""

    layer: str
    kind: str
    largest: float  # |x|
    rms: float  # √ mean x²
    offset: float  # |mean| / spread of a feature, the median one
    unevenness: float  # the largest spread of a feature / the median one

    @classmethod
    def of(cls, layer: str, kind: str, x: Array) -> "Inputs":
        if x.dtype.kind != "f" or x.size == 0:
            return cls(layer, kind, NAN, NAN, NAN, NAN)
        x = x.astype(np.float64)
        offset = unevenness = NAN
        if x.ndim == 2 and len(x) >= 8:  # fewer examples say nothing about spreads
            spreads = x.std(axis=0)  # (features,)
            varies = spreads > 1e-6 * np.abs(x).max(axis=0)
            if varies.any():
                offset = float(np.median(np.abs(x.mean(axis=0)[varies]) / spreads[varies]))
                unevenness = float(spreads.max() / np.median(spreads[varies]))
        return cls(layer, kind, float(np.abs(x).max()), float(np.sqrt(np.mean(x**2))), offset, unevenness)


def norm(x: Array) -> float:
    """√ Σ x², in double precision where the squares would not fit into single."""
    flat = x.reshape(-1) if x.flags.c_contiguous else x.ravel(order="K")
    square = float(flat.dot(flat))
    if not 1e-30 < square < 1e30 and flat.dtype != np.float64:
        flat = flat.astype(np.float64)
        square = float(flat.dot(flat))
    return math.sqrt(square)


def spread(x: Array) -> tuple[float, float]:
    """Mean and standard deviation of all numbers."""
    mean = x.mean()
    return float(mean), norm(x - mean) / math.sqrt(x.size)


def dead_outputs(module: Any, y: Array) -> float:
    """The share of a ReLU's units, or an image's channels, that are 0 for every example."""
    if kind_of(module) not in ("ReLU", "ReLU6") or y.ndim < 2:
        return NAN
    others = (0, 2, 3) if y.ndim == 4 else tuple(range(y.ndim - 1))
    alive = (y != 0).any(axis=others)
    return 1 - int(np.count_nonzero(alive)) / alive.size if alive.size else NAN


def silent_rows(module: Any, gradient: Array) -> float:
    """The share of a linear or convolution layer's units whose weights receive a gradient of exactly 0.

    So a ReLU behind the layer that is dead is noticed even if it is no module.
    """
    if kind_of(module) not in ("Linear", "Conv1d", "Conv2d"):
        return NAN
    rows = gradient.reshape(len(gradient), -1)  # (units, inputs)
    if rows.size == 0:
        return NAN
    alive = np.asarray(
        rows[:, :: max(1, rows.shape[1] // 16)].any(axis=1)
    )  # a few numbers are enough for most
    alive[~alive] = rows[~alive].any(axis=1)
    return 1 - int(np.count_nonzero(alive)) / alive.size


def saturated(module: Any, y: Array) -> float:
    """The share of numbers where the slope of tanh or sigmoid is below a twentieth of its largest."""
    kind = kind_of(module)
    if kind == "Tanh" or (kind in ("RNN", "RNNCell") and module.nonlinearity == "tanh"):
        return int(np.count_nonzero(np.abs(y) > FLAT)) / y.size
    if kind == "Sigmoid":  # sigmoid(x) = (1 + tanh(x/2)) / 2
        return int(np.count_nonzero(np.abs(2 * y - 1) > FLAT)) / y.size
    return NAN


def twins(module: Any, weight: Array) -> float:
    """The share of a matrix's rows, the units' weights, that are much like the first. NaN if no matrix."""
    if weight.ndim < 2 or len(weight) < 2 or kind_of(module) == "Embedding":
        return NAN
    rows = weight.reshape(len(weight), -1)
    near = ALIKE * norm(rows[0])
    if not norm(rows[1] - rows[0]) <= near:
        return 0.0
    return float(np.mean([norm(row - rows[0]) <= near for row in rows[1:]]))
