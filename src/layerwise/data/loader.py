"""From a data set to batches, in an order that can be had again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from .collate import default_collate


class DataLoader:
    """The batches of a data set, pass after pass.

    dataset: something with a length that can be indexed; of a `Dataset` whole batches are fetched at once.
    batch_size: examples in a batch. The last batch may have fewer.
    shuffle: whether every pass, or epoch, has a random order of its own.
    drop_last: whether a last batch that is not full is left out.
    collate_fn: makes a batch from a list of examples; `default_collate` if left out.
    seed: the order depends on (seed, epoch) alone. The epochs count from 0, one for every `iter(loader)`.
    transform: changes each batch, `transform(x, y, rng)` as in `layerwise.data.transforms`. The generator rng
        is made from (seed, epoch, number of the batch): what is drawn depends on nothing else.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> data = lw.data.TensorDataset(np.arange(5.0), np.arange(5))
    >>> for x, y in lw.data.DataLoader(data, batch_size=2, shuffle=True, seed=3):
    ...     print(x, y)
    [4. 2.] [4 2]
    [1. 3.] [1 3]
    [0.] [0]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        seed: int = 0,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        for method in ("__len__", "__getitem__"):
            if not hasattr(dataset, method):
                raise TypeError(f"DataLoader(): dataset must have {method}, {type(dataset).__name__} has not")
        for name, value, least in (("batch_size", batch_size, 1), ("seed", seed, 0)):
            if not isinstance(value, int | np.integer) or value < least:
                raise ValueError(f"DataLoader(): {name} must be an integer from {least}, got {value!r}")
        for name, function in (("collate_fn", collate_fn), ("transform", transform)):
            if function is not None and not callable(function):
                raise TypeError(f"DataLoader(): {name} must be a function, got {type(function).__name__}")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
        self.collate_fn, self.seed, self.transform = collate_fn, seed, transform
        self._next = (0, 0)  # the epoch and the batch that the next `iter` begins with
        self._position = (0, 0)  # those that come next in the pass that goes on now

    def __len__(self) -> int:
        """The number of batches in a pass."""
        n = len(self.dataset)
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        epoch, first = self._position = self._next
        self._next = (epoch + 1, 0)  # also when this pass is broken off
        return self._batches(epoch, first)

    def _batches(self, epoch: int, first: int) -> Iterator[Any]:
        order = self._order(epoch)  # (n,)
        for number in range(first, len(self)):
            indices = order[number * self.batch_size : (number + 1) * self.batch_size]
            batch = self._fetch(indices)
            if self.transform is not None:
                batch = self._transformed(batch, np.random.default_rng([self.seed, epoch, number + 1]))
            self._position = (epoch, number + 1)
            yield batch

    def _order(self, epoch: int) -> Any:
        n = len(self.dataset)
        return np.random.default_rng([self.seed, epoch]).permutation(n) if self.shuffle else np.arange(n)

    def _fetch(self, indices: Any) -> Any:
        if self.collate_fn is None and hasattr(self.dataset, "batch"):
            return self.dataset.batch(indices)
        return (self.collate_fn or default_collate)([self.dataset[int(i)] for i in indices])

    def _transformed(self, batch: Any, rng: np.random.Generator) -> Any:
        assert self.transform is not None
        if isinstance(batch, tuple | list):
            return self.transform(*batch, rng)
        return self.transform(batch, None, rng)[0]  # pictures without labels

    # --- to go on elsewhere

    def set_epoch(self, epoch: int) -> None:
        """Have the next pass be that of this epoch, from its first batch."""
        self._next = self._position = (epoch, 0)

    def state_dict(self) -> dict[str, int]:
        """Where the pass that began last stands: its epoch, and how many of its batches have been given."""
        return {"epoch": self._position[0], "batch": self._position[1]}

    def load_state_dict(self, state_dict: Mapping[str, int]) -> None:
        """Have the next pass go on from there.

        >>> import layerwise as lw
        >>> loader = lw.data.DataLoader(range(4), batch_size=2)
        >>> batches = iter(loader)
        >>> next(batches)
        array([0, 1])
        >>> other = lw.data.DataLoader(range(4), batch_size=2)
        >>> other.load_state_dict(loader.state_dict())
        >>> list(other)
        [array([2, 3])]
        """
        self._next = self._position = (state_dict["epoch"], state_dict["batch"])
