"""Data taken apart so that every part has its share of each class, and weights for classes that are rare."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
Seed = int | np.random.Generator


def stratified_split(y: npt.ArrayLike, fractions: Sequence[float], seed: Seed = 0) -> tuple[Indices, ...]:
    """The examples of each part, say training, validation and test, with every class in its proportion.

    y: the classes (n,).
    fractions: the part's shares of the whole; they sum to 1.
    seed: decides which examples go where.

    The members of a class are shared out by largest remainder: each part gets its fraction of them, rounded
        down,
    and those left over go to the parts that lost most in rounding; among equals, to the part that has fallen
    furthest behind over the classes before.

    Returns the indices of each part's examples, an ascending array for each.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> y = np.array([0] * 80 + [1] * 20)
    >>> training, validation, test = lw.data.stratified_split(y, (0.7, 0.2, 0.1))
    >>> [np.bincount(y[part]).tolist() for part in (training, validation, test)]
    [[56, 14], [16, 4], [8, 2]]
    """
    y = _classes("stratified_split", y)
    share = np.asarray(fractions, np.float64)
    if share.ndim != 1 or not (share >= 0).all() or not np.isclose(share.sum(), 1):
        raise ValueError(f"stratified_split(): fractions must be at least 0 and sum to 1, got {fractions}")
    rng = np.random.default_rng(seed)
    parts: list[list[Indices]] = [[] for _ in share]
    behind = np.zeros(len(share))  # what each part is due, less what it has
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        counts = _largest_remainder(len(members) * share, behind)
        behind += len(members) * share - counts
        for part, chosen in zip(parts, np.split(members, np.cumsum(counts)[:-1]), strict=True):
            part.append(chosen)
    return tuple(np.sort(np.concatenate([*part, np.zeros(0, np.int64)])) for part in parts)


def stratified_folds(y: npt.ArrayLike, folds: int, seed: Seed = 0) -> list[tuple[Indices, Indices]]:
    """For cross-validation: each example is once in a validation part, with its share of each class.

    y: the classes (n,).
    folds: how many parts there are, k. Their sizes, and their counts of each class, differ by one at most.
    seed: decides which examples go where.

    Returns k pairs (training, validation) of ascending indices; training is all that is not validation.

    >>> import layerwise as lw
    >>> import numpy as np
    >>> y = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1])
    >>> for training, validation in lw.data.stratified_folds(y, 3):
    ...     print(len(training), y[validation].tolist())
    6 [0, 0, 1]
    6 [0, 0, 1]
    6 [0, 0, 1]
    """
    y = _classes("stratified_folds", y)
    if not 2 <= folds <= len(y):
        raise ValueError(f"stratified_folds(): folds must be from 2 to the {len(y)} examples, got {folds}")
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(np.flatnonzero(y == label)) for label in np.unique(y)])
    fold = np.empty(len(y), np.int64)
    fold[order] = np.arange(len(y)) % folds  # dealt like cards, class after class
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]


def class_weights(y: npt.ArrayLike, classes: int | None = None) -> npt.NDArray[np.float32]:
    """Weights that make every class count the same in a loss: n / (classes · members of the class).

    y: the classes (n,), integers from 0.
    classes: how many there are; if left out, as many as the largest in y says. Each must have a member.

    Returns (classes,), for the argument `weight` of `CrossEntropyLoss`. Their mean over the examples is 1.

    >>> import layerwise as lw
    >>> lw.data.class_weights([0, 0, 0, 0, 0, 0, 1, 1]).round(2)  # 8 / (2 · 6) and 8 / (2 · 2)
    array([0.67, 2.  ], dtype=float32)
    """
    y = _classes("class_weights", y)
    if y.dtype.kind not in "iu" or (len(y) and y.min() < 0):
        raise ValueError(f"class_weights(): y must be integers from 0, got {y.dtype} from {y.min(initial=0)}")
    counts = np.bincount(y, minlength=classes or 0)  # (classes,)
    if classes is not None and len(counts) > classes:
        raise ValueError(f"class_weights(): y must be below classes, {classes}, got {y.max()}")
    if not counts.all():
        raise ValueError(f"class_weights(): class {counts.argmin()} has no member")
    return (len(y) / (len(counts) * counts)).astype(np.float32)


def _largest_remainder(due: npt.NDArray[np.float64], behind: npt.NDArray[np.float64]) -> Indices:
    """Whole numbers closest to what is due, with the same sum."""
    counts = np.floor(due).astype(np.int64)
    remainder = (due - counts).round(9)  # equal ones are equal, however they were computed
    missing = round(due.sum()) - counts.sum()
    counts[np.lexsort((-behind.round(9), -remainder))[:missing]] += 1
    return counts


def _classes(name: str, y: npt.ArrayLike) -> npt.NDArray[np.int64]:
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"{name}(): y must be classes (n,), got shape {y.shape}")
    return y
