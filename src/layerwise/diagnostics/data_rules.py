"""What a doctor knows of data: rules that look at the rows that a network was given."""

from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from . import thresholds as limit
from .finding import Finding
from .libraries import array_of, evaluating, first_tensor, library_of
from .measures import Inputs

Rows = tuple[Array, Array]  # x (n, ...), y (n, ...)
MOST_ROWS = 2000  # as many are compared with one another: more take long and say the same
SHUFFLES = 50
NEIGHBORS = 5
FEWEST_ROWS = 30


# Weights are made for inputs of size one. Far larger ones saturate, explode or need tiny steps; of features
# with different sizes only the largest counts. A layer of normalization, or an embedding, makes its own
# sizes.
def data_not_normalized(inputs: Inputs | None) -> Finding | None:
    if inputs is None or "Norm" in inputs.kind:
        return None
    reasons = []
    if inputs.rms > limit.LARGE:
        reasons.append(f"they are large, {inputs.rms:.3g} in the root mean square")
    if inputs.largest < limit.SMALL:
        reasons.append(f"they are tiny, {inputs.largest:.2g} at most")
    if inputs.offset > limit.OFFSET:
        reasons.append(f"the mean of a feature is {inputs.offset:.3g} times its spread")
    if inputs.unevenness > limit.UNEVEN:
        reasons.append(f"the spread of one feature is {inputs.unevenness:.3g} times that of the median one")
    if not reasons:
        return None
    return Finding(
        "data not normalized",
        inputs.layer,
        f"of the inputs of layer {inputs.layer}: {'; '.join(reasons)}",
        "subtract the training set's mean of every feature and divide by its standard deviation",
    )


# A validation row that is also a training row tests memory. Data that repeat themselves anyhow, such as the
# four points of XOR, do so among the training rows as well.
def leak(train: Rows, validation: Rows) -> Finding | None:
    x, x_val = _flat(train[0]), _flat(validation[0])
    if x.shape[1] != x_val.shape[1] or len(x) < 3:
        return None
    x, x_val, every = _some(x, 5 * MOST_ROWS), _some(x_val), 1 + len(x_val) // MOST_ROWS
    sample = _some(x)
    to_itself_and_others, _ = _nearest(sample, x, 2)
    to_others = to_itself_and_others[:, 1]
    distance, _ = _nearest(x_val, x, 1)
    near = limit.DUPLICATE * np.median(to_others)
    twice, found = to_others <= near, np.flatnonzero(distance[:, 0] <= near)
    usual = np.mean(twice)
    pooled = (twice.sum() + len(found)) / (len(sample) + len(x_val))
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(sample) + 1 / len(x_val)))
    if len(found) / len(x_val) <= usual + limit.LEAK + 3 * error:
        return None
    return Finding(
        "train/validation leak",
        "",
        f"{len(found)} of {len(x_val)} validation rows are also training rows, {len(found) / len(x_val):.0%} "
        f"(the first is number {every * found[0]}); of the training rows {usual:.0%} are there twice",
        "split before anything is copied, augmented or oversampled, and by group where rows belong together",
    )


# Labels that were shuffled are told by nothing. If the nearest training rows say no more of a training label
# than of the same labels shuffled, this may still be the task: in parity, neighbors differ. So there must be
# a second witness: that neighbors do tell among the validation rows, or that the trained network does not
# tell there either.
def labels_shuffled(model: Any, train: Rows, validation: Rows) -> Finding | None:
    validation = _some(array_of(validation[0])), _some(array_of(validation[1]))
    targets, predictions = _targets(train[1], validation[1]), _predictions(model, validation[0])
    if targets is None or min(len(train[0]), len(validation[0])) < FEWEST_ROWS:
        return None
    y, y_val = targets
    if predictions is None or predictions.shape != y_val.shape:
        return None
    in_training, in_validation = _told_by_neighbors(train[0], y), _told_by_neighbors(validation[0], y_val)
    by_network = _above_chance(y_val, predictions)
    if in_training > limit.PREDICTABLE or (by_network > limit.PREDICTABLE >= in_validation):
        return None
    if in_validation > limit.PREDICTABLE:
        other = f"among the validation rows they do ({in_validation:.1f})"
    else:
        other = f"nor does the network on the validation rows ({by_network:.1f})"
    return Finding(
        "labels shuffled",
        "",
        f"the {NEIGHBORS} nearest training rows do not tell a training label, {in_training:.1f} standard "
        f"deviations above shuffled labels; {other}",
        "look at a few rows with their labels; shuffle and sort rows and labels together, by one permutation",
    )


def _told_by_neighbors(x: Any, y: Array) -> float:
    x = _flat(x)
    x, y = _some(x), _some(y)
    _, neighbors = _nearest(x, x, NEIGHBORS + 1)
    return _above_chance(y, y[neighbors[:, 1:]].mean(axis=1))


def _some(rows: Array, most: int = MOST_ROWS) -> Array:
    some: Array = rows[:: 1 + len(rows) // most]
    return some


def _flat(x: Any) -> Array:
    """Rows of numbers (n, features)."""
    rows: Array = array_of(x).astype(np.float64)
    return rows.reshape(len(rows), -1)


def _nearest(x: Array, others: Array, k: int) -> tuple[Array, Array]:
    """Distances (n, k) and numbers (n, k) of the k nearest among the others, the nearest first."""
    center = others.mean(axis=0)
    x, others = x - center, others - center
    k = min(k, len(others))
    distances, numbers = [], []
    for part in np.array_split(x, 1 + len(x) * len(others) // 4_000_000):  # 32 MB each
        # |a - b|² = |a|² - 2 a·b + |b|²
        square = (part**2).sum(axis=1)[:, None] - 2 * part @ others.T + (others**2).sum(axis=1)  # (n, m)
        nearest = np.argpartition(square, k - 1, axis=1)[:, :k]
        chosen = np.take_along_axis(square, nearest, axis=1)
        order = np.argsort(chosen, axis=1, kind="stable")
        distances.append(np.sqrt(np.maximum(np.take_along_axis(chosen, order, axis=1), 0)))
        numbers.append(np.take_along_axis(nearest, order, axis=1))
    return np.concatenate(distances), np.concatenate(numbers)


def _targets(y: Any, y_val: Any) -> tuple[Array, Array] | None:
    """Labels as one column a class, or real targets as columns, in deviations from the training mean."""
    y, y_val = array_of(y), array_of(y_val)
    if y.ndim == 2 and y.shape[1] == 1:
        y, y_val = y[:, 0], y_val.reshape(-1)
    if y.ndim != 1 or y_val.ndim != 1:
        return None
    classes = np.unique(y)
    if y.dtype.kind in "iub" or len(classes) == 2:
        columns, columns_val = ((some[:, None] == classes).astype(float) for some in (y, y_val))
        if len(classes) == 2:  # one column says it all
            columns, columns_val = columns[:, 1:], columns_val[:, 1:]
    else:
        columns, columns_val = y[:, None].astype(float), y_val[:, None].astype(float)
    mean = columns.mean(axis=0)
    return columns - mean, columns_val - mean


def _predictions(model: Any, x: Any) -> Array | None:
    """What the model says of the rows, in evaluation: scores (n, classes) or values (n, 1)."""
    library = library_of(model)
    array = array_of(x)
    if array.dtype.kind == "f":
        array = array.astype(array_of(next(iter(model.parameters()))).dtype)
    with evaluating(model), library.no_grad(), np.errstate(all="ignore"):
        y = first_tensor(model(library.tensor(array)))
    scores = array_of(y).astype(np.float64)
    if scores.ndim not in (1, 2) or not np.isfinite(scores).all():
        return None
    scores = scores.reshape(len(scores), -1)
    if scores.shape[1] == 2:  # the second class's lead over the first
        scores = scores[:, 1:] - scores[:, :1]
    elif scores.shape[1] > 2:
        scores = (scores == scores.max(axis=1, keepdims=True)).astype(float)
    predictions: Array = scores - scores.mean(axis=0)
    return predictions


def _above_chance(y: Array, prediction: Array) -> float:
    """How many standard deviations the agreement Σ y · prediction is above that of shuffled y."""
    rng = np.random.default_rng(0)
    agreement = float((y * prediction).sum())
    chance = [float((y[rng.permutation(len(y))] * prediction).sum()) for _ in range(SHUFFLES)]
    spread = float(np.std(chance))
    return (agreement - float(np.mean(chance))) / spread if spread > 0 else 0.0
