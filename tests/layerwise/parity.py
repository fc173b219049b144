"""One helper for all comparisons with torch: values, shapes, number formats, and gradients."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import layerwise as lw

# what rounding permits: a few units in the last of float64's 16 digits, of float32's 7
TOLERANCE = {"float64": {"rtol": 1e-12, "atol": 1e-14}, "float32": {"rtol": 2e-6, "atol": 1e-6}}
STEP = 1e-6  # of the central differences, whose error is about STEP² + 1e-16 / STEP

# How large the table has become: `tests/conftest.py` adds it up over all processes and prints it.
TABLE: Counter[str] = Counter()
SUBJECTS: set[str] = set()  # the functions and layers in it


def check(f: Callable[..., Any], *arrays: np.ndarray, differences: bool = True, slack: float = 1) -> None:
    """Hold f(layerwise, *tensors) against f(torch, *tensors): the names are the same in both.

    differences: also compare with central differences; not possible where the function has a kink.
    slack: how many times the usual tolerance is permitted, for long chains and sums of many numbers.
    """
    for dtype in ("float64", "float32"):
        given = [as_dtype(array, dtype) for array in arrays]
        inputs = [lw.Tensor(array) for array in given]
        twins = [torch.from_numpy(array) for array in given]
        for tensor in [*inputs, *twins]:
            tensor.requires_grad = True

        y, twin = f(lw, *inputs), f(torch, *twins)
        same(y, twin, dtype, slack)
        TABLE[dtype] += 1
        if not y.is_leaf:
            SUBJECTS.add(y.entry[1].__name__)

        dy = as_dtype(np.random.default_rng(0).standard_normal(y.shape), dtype)
        before = [array.copy() for array in given]
        y.backward(lw.Tensor(dy))
        twin.backward(torch.from_numpy(dy))
        for tensor, other in zip(inputs, twins, strict=True):
            same(tensor.grad, other.grad, dtype, slack)
            TABLE["gradients"] += 1
        for array, old in zip(given, before, strict=True):
            assert np.array_equal(array, old), "an input was changed"

        if differences and dtype == "float64":
            for k, tensor in enumerate(inputs):
                expected = central_differences(f, given, k, dy)
                np.testing.assert_allclose(tensor.grad.numpy(), expected, rtol=1e-6, atol=1e-7)
                TABLE["differences"] += expected.size


def as_dtype(array: np.ndarray, dtype: str) -> np.ndarray:
    """A copy with the same strides, so that an array that was not contiguous still is not."""
    if array.size == 0 or array.flags.c_contiguous:
        return np.array(array, dtype)
    copy = np.zeros(2 * array.size * array.ndim * 8, dtype)
    copy = np.lib.stride_tricks.as_strided(
        copy, array.shape, [stride // array.itemsize * copy.itemsize for stride in array.strides]
    )
    copy[...] = array
    return copy


def same(ours: Any, theirs: torch.Tensor, dtype: str, slack: float = 1) -> None:
    assert isinstance(ours, lw.Tensor)
    assert ours.shape == tuple(theirs.shape)
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    tolerance = {name: slack * value for name, value in TOLERANCE[dtype].items()}
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), **tolerance)


def central_differences(f: Callable[..., Any], arrays: list[np.ndarray], k: int, dy: np.ndarray) -> Any:
    """The gradient of Σ dy f with respect to array k, number by number."""

    def total(array: np.ndarray) -> float:
        inputs = [lw.Tensor(array if j == k else other) for j, other in enumerate(arrays)]
        return float((f(lw, *inputs).numpy() * dy).sum())

    gradient = np.zeros(arrays[k].shape)
    for i in np.ndindex(gradient.shape):
        up, down = arrays[k].copy(), arrays[k].copy()
        up[i] += STEP
        down[i] -= STEP
        gradient[i] = (total(up) - total(down)) / (2 * STEP)
    return gradient
