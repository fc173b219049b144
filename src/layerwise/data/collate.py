"""From a list of examples to a batch."""

import sys
from typing import Any

import numpy as np


def default_collate(examples: list[Any]) -> Any:
    """Put examples that are made alike together: what was an array, tensor or number in each is one of all.

    Arrays are stacked along a new first dimension, and so are tensors of this library or of torch; numbers
    become an array. Tuples, lists and dictionaries are gone through; strings and all else become a list.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> x, y = lw.data.default_collate([(np.array([0.0, 0.5]), 0), (np.array([1.0, 1.5]), 1)])
    >>> x.shape, y
    ((2, 2), array([0, 1]))
    """
    if not examples:
        raise ValueError("default_collate(): there are no examples")
    return _collate(examples, "an example")


def _collate(parts: list[Any], what: str) -> Any:
    first = parts[0]
    for k, part in enumerate(parts):
        if type(part) is not type(first) and not (_is_number(part) and _is_number(first)):
            raise TypeError(
                f"default_collate(): {what} is {type(first).__name__} in number 0 of the batch, "
                f"{type(part).__name__} in number {k}"
            )
    if _is_number(first):
        return np.array(parts)
    if hasattr(first, "shape"):
        for k, part in enumerate(parts):
            if part.shape != first.shape:
                raise ValueError(
                    f"default_collate(): {what} has shape {tuple(first.shape)} in number 0 of the batch, "
                    f"{tuple(part.shape)} in number {k}; for examples of different shapes pass a collate_fn"
                )
        return _library(first).stack(parts)
    if isinstance(first, dict):
        for k, part in enumerate(parts):
            if part.keys() != first.keys():
                raise ValueError(
                    f"default_collate(): {what} has the keys {[*first]} in number 0 of the batch, "
                    f"{[*part]} in number {k}"
                )
        return {key: _collate([part[key] for part in parts], f"{what}[{key!r}]") for key in first}
    if isinstance(first, tuple | list):
        for k, part in enumerate(parts):
            if len(part) != len(first):
                raise ValueError(
                    f"default_collate(): {what} has {len(first)} entries in number 0 of the batch, "
                    f"{len(part)} in number {k}"
                )
        columns = zip(*parts, strict=True)
        made = [_collate(list(column), f"{what}[{k}]") for k, column in enumerate(columns)]
        return type(first)(*made) if hasattr(first, "_fields") else type(first)(made)
    return parts


def _is_number(part: Any) -> bool:
    return isinstance(part, int | float | np.number | np.bool_)


def _library(part: Any) -> Any:
    """NumPy, layerwise or torch: the one which has made this array or tensor."""
    return sys.modules[type(part).__module__.partition(".")[0]]
