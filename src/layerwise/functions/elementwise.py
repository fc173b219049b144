"""Functions that treat every number on its own."""

from typing import Any

import numpy as np

from ..ops import activation, elementwise
from ..ops.broadcasting import Array
from ..tape import record
from ..tensor import Tensor
from .arguments import as_floating, data_of, kind_of, on_two

# --- two inputs


def add(input: Any, other: Any) -> Tensor:
    """input + other, with broadcasting.

    >>> import layerwise as lw
    >>> lw.add(lw.tensor([[1.0], [2.0]]), lw.tensor([10.0, 20.0]))  # (2, 1) and (2,) -> (2, 2)
    tensor([[11., 21.],
            [12., 22.]])
    """
    y, a, b, entries, needs = on_two(elementwise.add, input, other)
    saved = (a.shape, b.shape, needs)
    return Tensor(y, record(elementwise.add_vjp, entries, saved))


def sub(input: Any, other: Any) -> Tensor:
    """input - other, with broadcasting.

    >>> import layerwise as lw
    >>> lw.sub(lw.tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    y, a, b, entries, needs = on_two(elementwise.subtract, input, other)
    saved = (a.shape, b.shape, needs)
    return Tensor(y, record(elementwise.subtract_vjp, entries, saved))


def mul(input: Any, other: Any) -> Tensor:
    """input * other, number by number, with broadcasting.

    >>> import layerwise as lw
    >>> lw.mul(lw.tensor([1.0, 2.0]), lw.tensor([3.0, 4.0]))
    tensor([3., 8.])
    """
    y, a, b, entries, needs = on_two(elementwise.multiply, input, other)
    return Tensor(y, record(elementwise.multiply_vjp, entries, (a, b, needs)))


def div(input: Any, other: Any) -> Tensor:
    """input / other, number by number, with broadcasting. Integers give float32.

    >>> import layerwise as lw
    >>> lw.div(lw.tensor([1, 2]), 4)
    tensor([0.25, 0.5 ])
    """
    y, a, b, entries, needs = on_two(elementwise.divide, input, other, floating=True)
    return Tensor(y, record(elementwise.divide_vjp, entries, (a, b, needs)))


def pow(input: Any, exponent: Any) -> Tensor:
    """input to the power of exponent, number by number, with broadcasting.

    >>> import layerwise as lw
    >>> lw.pow(lw.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    y, a, b, entries, needs = on_two(elementwise.power, input, exponent)
    return Tensor(y, record(elementwise.power_vjp, entries, (a, b, y, needs)))


def maximum(input: Any, other: Any) -> Tensor:
    """The larger of the two, number by number. Where they are equal each receives half of the gradient.

    >>> import layerwise as lw
    >>> lw.maximum(lw.tensor([1.0, 5.0]), lw.tensor([3.0, 4.0]))
    tensor([3., 5.])
    """
    y, a, b, entries, needs = on_two(elementwise.maximum, input, other)
    return Tensor(y, record(elementwise.maximum_vjp, entries, (a, b, needs)))


def minimum(input: Any, other: Any) -> Tensor:
    """The smaller of the two, number by number. Where they are equal each receives half of the gradient.

    >>> import layerwise as lw
    >>> lw.minimum(lw.tensor([1.0, 5.0]), lw.tensor([3.0, 4.0]))
    tensor([1., 4.])
    """
    y, a, b, entries, needs = on_two(elementwise.minimum, input, other)
    return Tensor(y, record(elementwise.minimum_vjp, entries, (a, b, needs)))


def where(condition: Tensor, input: Any, other: Any) -> Tensor:
    """Take from `input` where `condition`, a tensor of truth values, holds, and from `other` elsewhere.

    >>> import layerwise as lw
    >>> x = lw.tensor([-1.0, 2.0])
    >>> lw.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if not isinstance(condition, Tensor) or condition.dtype != np.bool_:
        raise RuntimeError(f"where(): condition must be a tensor of truth values, got {kind_of(condition)}")
    chosen = condition.data

    def choose(a: Array, b: Array) -> Array:
        return elementwise.where(chosen, a, b)

    y, a, b, entries, needs = on_two(choose, input, other)
    saved = (chosen, a.shape, b.shape, needs)
    return Tensor(y, record(elementwise.where_vjp, entries, saved))


def heaviside(input: Tensor, values: Any) -> Tensor:
    """The step function: 0 for negative numbers, 1 for positive ones, and `values` at 0.

    It is flat on both sides of its jump: the result is a constant, no gradient flows back.

    >>> import layerwise as lw
    >>> lw.heaviside(lw.tensor([-2.0, 0.0, 3.0]), values=0.0)
    tensor([0., 0., 1.])
    """
    return Tensor(on_two(elementwise.heaviside, input, values)[0])


def compare(ufunc: np.ufunc, input: Any, other: Any) -> Tensor:
    """A comparison, number by number: a tensor of truth values, which has no gradient."""
    if not isinstance(other, Tensor | np.ndarray | np.generic | int | float):
        return NotImplemented  # type: ignore[no-any-return]  # Python then asks `other`
    return Tensor(on_two(ufunc, input, other)[0])


# --- one input


def neg(input: Tensor) -> Tensor:
    """-input.

    >>> import layerwise as lw
    >>> lw.neg(lw.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return Tensor(elementwise.negative(data_of(input)), record(elementwise.negative_vjp, (input.entry,), ()))


def abs(input: Tensor) -> Tensor:
    """The absolute value. Its gradient at 0 is 0.

    >>> import layerwise as lw
    >>> lw.abs(lw.tensor([1.0, -2.0]))
    tensor([1., 2.])
    """
    x = data_of(input)
    return Tensor(elementwise.absolute(x), record(elementwise.absolute_vjp, (input.entry,), (x,)))


def sqrt(input: Tensor) -> Tensor:
    """The square root.

    >>> import layerwise as lw
    >>> lw.sqrt(lw.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    input = as_floating(input)
    y = elementwise.sqrt(input.data)
    return Tensor(y, record(elementwise.sqrt_vjp, (input.entry,), (y,)))


def exp(input: Tensor) -> Tensor:
    """The exponential function.

    >>> import layerwise as lw
    >>> lw.exp(lw.tensor([0.0, 1.0]))
    tensor([1.    , 2.7183])
    """
    input = as_floating(input)
    y = elementwise.exp(input.data)
    return Tensor(y, record(elementwise.exp_vjp, (input.entry,), (y,)))


def log(input: Tensor) -> Tensor:
    """The natural logarithm.

    >>> import layerwise as lw
    >>> lw.log(lw.tensor([1.0, 10.0]))
    tensor([0.    , 2.3026])
    """
    input = as_floating(input)
    return Tensor(elementwise.log(input.data), record(elementwise.log_vjp, (input.entry,), (input.data,)))


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, between -1 and 1.

    >>> import layerwise as lw
    >>> lw.tanh(lw.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.    ,  0.7616])
    """
    input = as_floating(input)
    y = elementwise.tanh(input.data)
    return Tensor(y, record(elementwise.tanh_vjp, (input.entry,), (y,)))


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-input)), between 0 and 1.

    >>> import layerwise as lw
    >>> lw.sigmoid(lw.tensor([-1000.0, 0.0, 1.0]))
    tensor([0.    , 0.5   , 0.7311])
    """
    input = as_floating(input)
    y = activation.sigmoid(input.data)
    return Tensor(y, record(activation.sigmoid_vjp, (input.entry,), (y,)))


def relu(input: Tensor) -> Tensor:
    """max(0, input). Its gradient at 0 is 0.

    >>> import layerwise as lw
    >>> lw.relu(lw.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
    y = elementwise.relu(data_of(input))
    return Tensor(y, record(elementwise.relu_vjp, (input.entry,), (y,)))


def sin(input: Tensor) -> Tensor:
    """The sine.

    >>> import layerwise as lw
    >>> lw.sin(lw.tensor([0.0, 1.0]))
    tensor([0.    , 0.8415])
    """
    input = as_floating(input)
    return Tensor(elementwise.sin(input.data), record(elementwise.sin_vjp, (input.entry,), (input.data,)))


def cos(input: Tensor) -> Tensor:
    """The cosine.

    >>> import layerwise as lw
    >>> lw.cos(lw.tensor([0.0, 1.0]))
    tensor([1.    , 0.5403])
    """
    input = as_floating(input)
    return Tensor(elementwise.cos(input.data), record(elementwise.cos_vjp, (input.entry,), (input.data,)))


def log1p(input: Tensor) -> Tensor:
    """ln(1 + input), exact also for small numbers.

    >>> import layerwise as lw
    >>> lw.log1p(lw.tensor([0.0, 1.0]))
    tensor([0.    , 0.6931])
    """
    input = as_floating(input)
    return Tensor(elementwise.log1p(input.data), record(elementwise.log1p_vjp, (input.entry,), (input.data,)))


def expm1(input: Tensor) -> Tensor:
    """exp(input) - 1, exact also for small numbers.

    >>> import layerwise as lw
    >>> lw.expm1(lw.tensor([0.0, 1.0]))
    tensor([0.    , 1.7183])
    """
    input = as_floating(input)
    y = elementwise.expm1(input.data)
    return Tensor(y, record(elementwise.expm1_vjp, (input.entry,), (y,)))


def square(input: Tensor) -> Tensor:
    """input times itself.

    >>> import layerwise as lw
    >>> lw.square(lw.tensor([2.0, -3.0]))
    tensor([4., 9.])
    """
    return mul(input, input)


def clamp(input: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Numbers below min become min, numbers above max become max. These send no gradient back.

    >>> import layerwise as lw
    >>> lw.clamp(lw.tensor([-2.0, 0.5, 3.0]), min=-1.0, max=1.0)
    tensor([-1. ,  0.5,  1. ])
    """
    if min is None and max is None:
        raise RuntimeError("clamp(): give min or max, or both")
    for name, bound in (("min", min), ("max", max)):
        if not isinstance(bound, int | float | None):
            raise TypeError(f"clamp(): {name} must be a number, got {kind_of(bound)}: see {name}imum()")
    x = data_of(input)
    y = elementwise.clamp(x, min, max)
    return Tensor(y, record(elementwise.clamp_vjp, (input.entry,), (x, min, max)))


def sign(input: Tensor) -> Tensor:
    """-1 for negative numbers, 1 for positive ones, 0 for 0. Its gradient is 0 everywhere.

    >>> import layerwise as lw
    >>> lw.sign(lw.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return Tensor(elementwise.sign(data_of(input)), record(elementwise.flat_vjp, (input.entry,), ()))


def floor(input: Tensor) -> Tensor:
    """The next integer below, or the number itself. Its gradient is 0 everywhere.

    >>> import layerwise as lw
    >>> lw.floor(lw.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return Tensor(elementwise.floor(data_of(input)), record(elementwise.flat_vjp, (input.entry,), ()))


def ceil(input: Tensor) -> Tensor:
    """The next integer above, or the number itself. Its gradient is 0 everywhere.

    >>> import layerwise as lw
    >>> lw.ceil(lw.tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return Tensor(elementwise.ceil(data_of(input)), record(elementwise.flat_vjp, (input.entry,), ()))


def round(input: Tensor) -> Tensor:
    """The nearest integer; halves go to the even one. Its gradient is 0 everywhere.

    >>> import layerwise as lw
    >>> lw.round(lw.tensor([0.5, 1.5, 1.7]))
    tensor([0., 2., 2.])
    """
    return Tensor(elementwise.round(data_of(input)), record(elementwise.flat_vjp, (input.entry,), ()))


def clone(input: Tensor) -> Tensor:
    """A copy, which is recorded: the gradient flows back through it.

    >>> import layerwise as lw
    >>> x = lw.tensor([1.0])
    >>> lw.clone(x).data is x.data
    False
    """
    return Tensor(elementwise.copy(data_of(input)), record(elementwise.copy_vjp, (input.entry,), ()))


def masked_fill(input: Tensor, mask: Tensor, value: float) -> Tensor:
    """`value` wherever mask, a tensor of truth values that broadcasts to input, is true.

    >>> import layerwise as lw
    >>> x = lw.tensor([1.0, 2.0, 3.0])
    >>> lw.masked_fill(x, x > 1.5, float("-inf"))
    tensor([  1., -inf, -inf])
    """
    if not isinstance(mask, Tensor) or mask.dtype != np.bool_:
        raise RuntimeError(f"masked_fill(): mask must be a tensor of truth values, got {kind_of(mask)}")
    return where(mask, Tensor(np.asarray(value, data_of(input).dtype)), input)


# --- truth values, which have no gradient


def logic(ufunc: np.ufunc, input: Any, other: Any) -> Tensor:
    """&, | and ^, number by number, of truth values or of the bits of integers."""
    for x in (input, other):
        if (x.dtype.kind if isinstance(x, Tensor | np.ndarray) else type(x).__name__[0]) not in "bui":
            raise NotImplementedError(
                f"{ufunc.__name__}(): expected truth values or integers, got {kind_of(x)}"
            )
    return Tensor(on_two(ufunc, input, other)[0])


def isnan(input: Tensor) -> Tensor:
    """Which numbers are NaN, "not a number".

    >>> import layerwise as lw
    >>> lw.isnan(lw.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """
    return Tensor(np.isnan(data_of(input)))


def isfinite(input: Tensor) -> Tensor:
    """Which numbers are neither infinite nor NaN.

    >>> import layerwise as lw
    >>> lw.isfinite(lw.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """
    return Tensor(np.isfinite(data_of(input)))


def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    """Where |input - other| ≤ atol + rtol |other|.

    equal_nan: whether NaN counts as close to NaN.

    >>> import layerwise as lw
    >>> lw.isclose(lw.tensor([1.0, 2.0]), lw.tensor([1.000001, 2.1]))
    tensor([ True, False])
    """
    x, y = data_of(input), data_of(other)
    if x.dtype != y.dtype:
        raise RuntimeError(f"isclose(): input is {x.dtype} and other is {y.dtype}: use .to()")
    return Tensor(np.isclose(x, y, rtol, atol, equal_nan))


def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether |input - other| ≤ atol + rtol |other| everywhere.

    >>> import layerwise as lw
    >>> lw.allclose(lw.tensor([1.0, 2.0]), lw.tensor([1.000001, 2.0]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).data.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape and the same numbers.

    >>> import layerwise as lw
    >>> lw.equal(lw.tensor([1, 2]), lw.tensor([1, 2]))
    True
    """
    return np.array_equal(data_of(input), data_of(other))
