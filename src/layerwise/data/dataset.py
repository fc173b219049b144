"""Data sets: something with a length, whose examples have numbers."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .collate import default_collate


class Dataset:
    """The base of data sets. A subclass says what example number i is, and how many there are.

    Anything that has a length and can be indexed will do as well: a list of examples, or torch's data sets.

    >>> import layerwise as lw
    >>> class Squares(lw.data.Dataset):
    ...     def __len__(self):
    ...         return 10
    ...     def __getitem__(self, i):
    ...         return i, i * i
    >>> x, y = Squares().batch([2, 3])
    >>> y
    array([4, 9])
    """

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no __getitem__: which example is number i?")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} has no __len__: how many examples are there?")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __add__(self, other: Any) -> "ConcatDataset":
        return ConcatDataset([self, other])

    def batch(self, indices: Any) -> Any:
        """The examples with these numbers, collated. A subclass may know how to fetch them at once."""
        return default_collate([self[int(i)] for i in indices])


class TensorDataset(Dataset):
    """Examples that lie in arrays or tensors, along the first dimension of each.

    tensors: (n, ...) each. Example i is the tuple of their entries i.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> data = lw.data.TensorDataset(np.array([[0.0, 0.5], [1.0, 1.5]]), np.array([0, 1]))
    >>> data[1]
    (array([1. , 1.5]), np.int64(1))
    """

    def __init__(self, *tensors: Any) -> None:
        if not tensors:
            raise ValueError("TensorDataset(): expected at least one array or tensor")
        for k, tensor in enumerate(tensors):
            if not getattr(tensor, "shape", ()):
                raise TypeError(f"TensorDataset(): tensors[{k}] must be (n, ...), got {_described(tensor)}")
            if len(tensor) != len(tensors[0]):
                raise ValueError(
                    f"TensorDataset(): tensors[{k}] has {len(tensor)} examples, "
                    f"tensors[0] has {len(tensors[0])}"
                )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])

    def batch(self, indices: Any) -> Any:
        """The examples with these numbers: all at once, by an index array."""
        if type(self).__getitem__ is not TensorDataset.__getitem__:  # a subclass changes the examples
            return super().batch(indices)
        return self[np.asarray(indices)]


class ConcatDataset(Dataset):
    """One data set after another.

    >>> import layerwise as lw
    >>> data = lw.data.ConcatDataset([["a", "b"], ["c"]])
    >>> len(data), data[2], data[-3]
    (3, 'c', 'a')
    """

    def __init__(self, datasets: Any) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset(): datasets is empty")
        self.ends = np.cumsum([len(dataset) for dataset in self.datasets])

    def __getitem__(self, index: int) -> Any:
        i = _checked("ConcatDataset", index, len(self))
        k = int(np.searchsorted(self.ends, i, side="right"))
        return self.datasets[k][i - int(self.ends[k - 1] if k else 0)]

    def __len__(self) -> int:
        return int(self.ends[-1])


class Subset(Dataset):
    """Some of the examples of a data set.

    indices: their numbers, in the order in which they are to come.

    >>> import layerwise as lw
    >>> data = lw.data.Subset(["a", "b", "c"], [2, 0])
    >>> list(data)
    ['c', 'a']
    """

    def __init__(self, dataset: Any, indices: npt.ArrayLike) -> None:
        numbers, n = np.asarray(indices), len(dataset)
        if numbers.ndim != 1:
            raise ValueError(f"Subset(): indices must be (m,), got shape {numbers.shape}")
        if len(numbers) and numbers.dtype.kind not in "iu":
            raise TypeError(f"Subset(): indices must be integers, got {numbers.dtype}")
        self.dataset, self.indices = dataset, numbers.astype(np.int64)
        wrong = self.indices[(self.indices < -n) | (self.indices >= n)]
        if len(wrong):
            raise IndexError(f"Subset(): indices has {wrong[0]}, the data set has {n} examples")

    def __getitem__(self, index: int) -> Any:
        return self.dataset[int(self.indices[index])]

    def __len__(self) -> int:
        return len(self.indices)

    def batch(self, indices: Any) -> Any:
        """The examples with these numbers, fetched at once if the data set can."""
        if type(self).__getitem__ is Subset.__getitem__ and hasattr(self.dataset, "batch"):
            return self.dataset.batch(self.indices[indices])
        return super().batch(indices)


def random_split(dataset: Any, lengths: Sequence[float], seed: int | np.random.Generator = 0) -> list[Subset]:
    """Part a data set at random.

    lengths: how many examples each part is to have, or which shares of them, whose sum is 1. What rounding
        leaves over goes to the first parts, one each.
    seed: the same seed, the same parts.

    >>> import layerwise as lw
    >>> train, validation = lw.data.random_split(range(10), [0.8, 0.2])
    >>> len(train), sorted([*train, *validation])
    (8, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    n = len(dataset)
    if any(length < 0 for length in lengths):
        raise ValueError(f"random_split(): lengths must not be negative, got {list(lengths)}")
    if all(isinstance(length, int | np.integer) for length in lengths):
        sizes = [int(length) for length in lengths]
        if sum(sizes) != n:
            raise ValueError(f"random_split(): lengths must sum to the data set's {n}, or to 1, got {sizes}")
    else:
        if not np.isclose(sum(lengths), 1):
            raise ValueError(f"random_split(): shares must sum to 1, got {list(lengths)}")
        sizes = [int(n * share) for share in lengths]
        for k in range(n - sum(sizes)):
            sizes[k % len(sizes)] += 1
    order = np.random.default_rng(seed).permutation(n)
    ends = np.cumsum(sizes)
    return [Subset(dataset, order[end - size : end]) for end, size in zip(ends, sizes, strict=True)]


def _checked(name: str, index: int, n: int) -> int:
    if not -n <= index < n:
        raise IndexError(f"{name}: there is no example {index}, there are {n}")
    return index + n if index < 0 else index


def _described(thing: Any) -> str:
    return f"shape {thing.shape}" if hasattr(thing, "shape") else type(thing).__name__
