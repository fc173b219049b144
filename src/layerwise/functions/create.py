"""Tensors made of nothing but a shape: constant, counting, random."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ..ops.broadcasting import Array, Shape
from ..random import default_generator
from ..tensor import Tensor
from .arguments import data_of, unpack

DType = npt.DTypeLike | None
Generator = np.random.Generator | None


def _made(array: Array, requires_grad: bool) -> Tensor:
    result = Tensor(array)
    result.requires_grad = requires_grad
    return result


def _shape(function: str, size: tuple[Any, ...]) -> Shape:
    shape = unpack(size)
    for n in shape:
        if not isinstance(n, int | np.integer):
            raise TypeError(f"{function}(): size must be integers, got {type(n).__name__}")
        if n < 0:
            raise RuntimeError(f"{function}(): size must not be negative, got {shape}")
    return shape


# --- constant


def zeros(*size: Any, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """Zeros: zeros(2, 3) or zeros((2, 3)). As for all of these, dtype is float32 if left out.

    >>> import layerwise as lw
    >>> lw.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return _made(np.zeros(_shape("zeros", size), dtype or np.float32), requires_grad)


def ones(*size: Any, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """Ones.

    >>> import layerwise as lw
    >>> lw.ones(3)
    tensor([1., 1., 1.])
    """
    return _made(np.ones(_shape("ones", size), dtype or np.float32), requires_grad)


def full(size: Shape, fill_value: float, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """The same number everywhere. Without a dtype, integers give int64 and truth values bool.

    >>> import layerwise as lw
    >>> lw.full((2, 2), 7.0)
    tensor([[7., 7.],
            [7., 7.]])
    """
    return _made(np.full(_shape("full", (size,)), fill_value, dtype or _format_of(fill_value)), requires_grad)


def eye(n: int, m: int | None = None, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """The identity matrix: n rows, and m columns if not as many.

    >>> import layerwise as lw
    >>> lw.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _made(np.eye(n, m, dtype=dtype or np.float32), requires_grad)


def zeros_like(input: Tensor, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape, and if there is no dtype in the number format, of input.

    >>> import layerwise as lw
    >>> lw.zeros_like(lw.tensor([1, 2]))
    tensor([0, 0])
    """
    return _made(np.zeros_like(data_of(input), dtype, order="C"), requires_grad)


def ones_like(input: Tensor, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape, and if there is no dtype in the number format, of input.

    >>> import layerwise as lw
    >>> lw.ones_like(lw.tensor([1.5, 2.5]))
    tensor([1., 1.])
    """
    return _made(np.ones_like(data_of(input), dtype, order="C"), requires_grad)


def full_like(input: Tensor, fill_value: float, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """The same number everywhere, in the shape, and if there is no dtype in the number format, of input.

    >>> import layerwise as lw
    >>> lw.full_like(lw.tensor([1.5, 2.5]), 7)
    tensor([7., 7.])
    """
    return _made(np.full_like(data_of(input), fill_value, dtype, order="C"), requires_grad)


# --- counting


def arange(*bounds: float, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """arange(end), arange(start, end) or arange(start, end, step): from start (0) by steps (1), without end.

    Without a dtype: int64 if all bounds are integers, else float32.

    >>> import layerwise as lw
    >>> lw.arange(4), lw.arange(0, 1, 0.25)
    (tensor([0, 1, 2, 3]), tensor([0.  , 0.25, 0.5 , 0.75]))
    """
    if not 1 <= len(bounds) <= 3:
        raise TypeError(f"arange(): expected end, or start and end, or start, end and step, got {bounds}")
    start, end = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) == 3 else 1
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError(f"arange(): from {start} to {end} there are no steps of {step}")
    if dtype is None:
        whole = all(isinstance(bound, int | np.integer) for bound in bounds)
        dtype = np.int64 if whole else np.float32
    return _made(np.arange(start, end, step).astype(dtype), requires_grad)


def linspace(
    start: float, end: float, steps: int, dtype: DType = None, requires_grad: bool = False
) -> Tensor:
    """So many numbers at equal distances, from start to end, both included.

    >>> import layerwise as lw
    >>> lw.linspace(0, 1, 5)
    tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    if steps < 0:
        raise RuntimeError(f"linspace(): steps must not be negative, got {steps}")
    return _made(np.linspace(start, end, steps).astype(dtype or np.float32), requires_grad)


def _format_of(number: Any) -> type:
    if isinstance(number, bool):
        return np.bool_
    return np.int64 if isinstance(number, int | np.integer) else np.float32


# --- random. Without a generator they draw from the default one: see `layerwise.manual_seed`


def rand(*size: Any, generator: Generator = None, dtype: DType = None, requires_grad: bool = False) -> Tensor:
    """Random numbers, uniform in [0, 1).

    >>> import layerwise as lw
    >>> lw.rand(2, 3).shape
    (2, 3)
    """
    dtype = np.dtype(dtype or np.float32)
    return _made((generator or default_generator).random(_shape("rand", size), _drawn(dtype)), requires_grad)


def randn(
    *size: Any, generator: Generator = None, dtype: DType = None, requires_grad: bool = False
) -> Tensor:
    """Random numbers from the standard normal distribution.

    >>> import layerwise as lw
    >>> lw.randn(2, 3).shape
    (2, 3)
    """
    dtype = np.dtype(dtype or np.float32)
    draw = (generator or default_generator).standard_normal
    return _made(draw(_shape("randn", size), _drawn(dtype)), requires_grad)


def rand_like(input: Tensor, *, generator: Generator = None, dtype: DType = None) -> Tensor:
    """Random numbers, uniform in [0, 1), in the shape and number format of input.

    >>> import layerwise as lw
    >>> lw.rand_like(lw.ones(2, 3)).shape
    (2, 3)
    """
    return rand(input.shape, generator=generator, dtype=dtype or input.dtype)


def randn_like(input: Tensor, *, generator: Generator = None, dtype: DType = None) -> Tensor:
    """Random numbers from the standard normal distribution, in the shape and number format of input.

    >>> import layerwise as lw
    >>> lw.randn_like(lw.ones(2, 3)).shape
    (2, 3)
    """
    return randn(input.shape, generator=generator, dtype=dtype or input.dtype)


def randint(*bounds_and_size: Any, generator: Generator = None, dtype: DType = None) -> Tensor:
    """randint(high, size) or randint(low, high, size): random integers from low (0) to high - 1.

    >>> import layerwise as lw
    >>> lw.randint(5, 6, (2,))
    tensor([5, 5])
    """
    *bounds, size = bounds_and_size
    if not 1 <= len(bounds) <= 2 or isinstance(size, int):
        raise TypeError(f"randint(): expected (high, size) or (low, high, size), got {bounds_and_size}")
    low, high = (0, *bounds) if len(bounds) == 1 else bounds
    if low >= high:
        raise RuntimeError(f"randint(): low must be less than high, got {low} and {high}")
    draw = (generator or default_generator).integers
    return Tensor(draw(low, high, _shape("randint", (size,))).astype(dtype or np.int64))


def randperm(n: int, *, generator: Generator = None) -> Tensor:
    """The numbers from 0 to n - 1 in random order.

    >>> import layerwise as lw
    >>> sorted(lw.randperm(4).tolist())
    [0, 1, 2, 3]
    """
    return Tensor((generator or default_generator).permutation(n))


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator = None
) -> Tensor:
    """Draw positions at random, each as likely as its number in input is large.

    input (..., n), not negative -> (..., num_samples), positions from 0 to n - 1
    replacement: whether a position may be drawn again.

    >>> import layerwise as lw
    >>> lw.multinomial(lw.tensor([0.0, 3.0, 0.0]), 1)
    tensor([1])
    """
    weights = data_of(input).astype(np.float64)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum(-1).all()):
        raise RuntimeError("multinomial(): input must be finite, not negative, and not zero everywhere")
    possible = int(np.count_nonzero(weights, axis=-1).min())
    if not replacement and not 1 <= num_samples <= possible:
        raise RuntimeError(
            f"multinomial(): without replacement num_samples must be from 1 to {possible}, got {num_samples}"
        )
    random = generator or default_generator
    if replacement:
        limits = np.cumsum(weights, axis=-1)[..., np.newaxis, :]  # (..., 1, n)
        heights = random.random((*weights.shape[:-1], num_samples, 1)) * limits[..., -1:]
        return Tensor((heights >= limits).sum(-1))  # (..., num_samples)
    # of independent events with these rates the first is i as often as its rate says, the second likewise ...
    with np.errstate(divide="ignore"):
        times = random.standard_exponential(weights.shape) / weights
    return Tensor(np.argsort(times, axis=-1)[..., :num_samples])


def _drawn(dtype: np.dtype[Any]) -> Any:
    if dtype not in (np.float32, np.float64):
        raise TypeError(f"random numbers are float32 or float64, not {dtype}")
    return dtype
