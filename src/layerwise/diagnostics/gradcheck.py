"""Is a gradient right? What `backward` says, against what small changes of the inputs do."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..ops.broadcasting import Array
from .libraries import array_of, is_tensor, library_of, pull_back


class GradcheckError(RuntimeError):
    """What `gradcheck` raises where a gradient is wrong.

    >>> import layerwise as lw
    >>> try:
    ...     lw.diagnostics.gradcheck(lw.relu, lw.zeros(1, dtype=lw.float64))
    ... except lw.diagnostics.GradcheckError as error:
    ...     print(str(error)[-62:])
    There is a kink: the slope is 0 on the left and 1 on the right
    """


class _Place(NamedTuple):
    """Something that is differentiated: its name in messages, the tensor, and its numbers, to be changed."""

    name: str
    tensor: Any
    numbers: Array


def gradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Compare the gradients of f that `backward` finds with central differences.

        df_j / dx_i  ≈  (f_j(x + eps e_i) - f_j(x - eps e_i)) / (2 eps)

    f: a function of tensors that returns a tensor or a tuple of them; or a module, whose parameters are then
        checked too.
    inputs: a tensor or a tuple of tensors, of this library or of torch. Those of floating-point numbers are
        checked, whether or not they require gradients; integers, such as classes, are passed on as they are.
    eps: the step. The differences are wrong by about eps², and by 1e-16 / eps because of rounding.
    atol, rtol: a gradient is right if it is within atol + rtol · |difference| of the difference.
    raise_exception: raise a `GradcheckError` that says what is wrong and where. Otherwise return False.

    Numbers must be float64: with the 7 digits of float32 nothing can be said. At a kink, such as relu's at 0,
    there is no derivative, and the check fails; the error says so. Choose inputs away from it.

    >>> import layerwise as lw
    >>> x = lw.tensor([0.5, -2.0], dtype=lw.float64)
    >>> lw.diagnostics.gradcheck(lambda x: (x * x).sum(), x)
    True
    """
    inputs = inputs if isinstance(inputs, tuple | list) else (inputs,)
    name = getattr(f, "__name__", type(f).__name__)
    args, places = _copies(inputs)
    if library_of(f) is not None and hasattr(f, "named_parameters"):
        places += _parameters(f)
    if not places:
        raise ValueError(f"gradcheck(): {name} has no input of floating-point numbers: nothing to check")
    for place in places:
        if place.numbers.dtype != np.float64:
            raise TypeError(
                f"gradcheck(): {place.name} of {name} is {place.numbers.dtype}, too coarse for a step of "
                f"{eps}: "
                "use .double()"
            )

    try:
        for number, y in enumerate(_outputs(name, f, args)):
            output = _Output(f"{name}, output {number}" if number else name, f, args, number)
            _check_repeatable(output, y)
            _check_output(output, y, places, eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


class _Output(NamedTuple):
    """One of the results of f, as a function of the numbers of the places."""

    name: str
    f: Callable[..., Any]
    args: list[Any]
    number: int

    def __call__(self) -> Array:
        return array_of(_outputs(self.name, self.f, self.args)[self.number]).copy()


def _copies(inputs: tuple[Any, ...]) -> tuple[list[Any], list[_Place]]:
    """The inputs anew, as leaves in memory of their own, and those among them that are checked."""
    args, places = [], []
    for k, x in enumerate(inputs):
        if is_tensor(x) and array_of(x).dtype.kind == "f":
            x = library_of(x).tensor(array_of(x).copy())
            x.requires_grad = True
            places.append(_Place(f"input {k}", x, array_of(x)))
        args.append(x)
    return args, places


def _parameters(module: Any) -> list[_Place]:
    return [
        _Place(f"parameter {name}", parameter, array_of(parameter))
        for name, parameter in module.named_parameters()
        if parameter.requires_grad
    ]


def _outputs(name: str, f: Callable[..., Any], args: list[Any]) -> tuple[Any, ...]:
    outputs = f(*args)
    outputs = tuple(outputs) if isinstance(outputs, tuple | list) else (outputs,)
    for y in outputs:
        if not is_tensor(y):
            raise TypeError(f"gradcheck(): {name} must return tensors, got {type(y).__name__}")
    return tuple(y for y in outputs if array_of(y).dtype.kind == "f")


def _check_repeatable(output: _Output, y: Any) -> None:
    if not np.array_equal(output(), array_of(y), equal_nan=True):
        raise GradcheckError(
            f"gradcheck(): {output.name} gives different results for the same inputs: differences say "
            "nothing. "
            "Does it draw random numbers, as dropout in training does?"
        )


def _check_output(
    output: _Output, y: Any, places: list[_Place], eps: float, atol: float, rtol: float
) -> None:
    found = _backward(output.name, y, places)
    for place, gradients in zip(places, found, strict=True):
        expected = _differences(output, place, eps)  # (numbers of the place, numbers of y)
        wrong = ~(np.abs(gradients - expected) <= atol + rtol * np.abs(expected))
        if wrong.any():
            raise GradcheckError(_message(output, place, gradients, expected, wrong, y.shape, eps))


def _backward(name: str, y: Any, places: list[_Place]) -> list[Array]:
    """d y_j / d x_i for every place, (numbers of the place, numbers of y)."""
    shape = tuple(y.shape)
    jacobians = [np.zeros((place.numbers.size, int(np.prod(shape)))) for place in places]
    for j in range(int(np.prod(shape))):
        dy = np.zeros(shape)
        dy.reshape(-1)[j] = 1
        for place, jacobian, dx in zip(
            places, jacobians, pull_back(y, dy, [p.tensor for p in places]), strict=True
        ):
            if dx is None:
                continue
            if dx.shape != place.numbers.shape:
                raise GradcheckError(
                    f"gradcheck(): {name}: the gradient of {place.name} has shape {dx.shape}, {place.name} "
                    "itself "
                    f"{place.numbers.shape}. Where numbers were broadcast, their gradients are summed"
                )
            if dx.dtype != place.numbers.dtype:
                raise GradcheckError(
                    f"gradcheck(): {name}: the gradient of {place.name} is {dx.dtype}, {place.name} itself "
                    f"{place.numbers.dtype}"
                )
            jacobian[:, j] = dx.reshape(-1)
    return jacobians


def _differences(output: _Output, place: _Place, eps: float) -> Array:
    slopes = [_slope(output, place, i, -eps, eps) for i in np.ndindex(place.numbers.shape)]
    return np.array(slopes).reshape(place.numbers.size, output().size)


def _slope(output: _Output, place: _Place, i: tuple[int, ...], low: float, high: float) -> Array:
    """(f(x + high e_i) - f(x + low e_i)) / (high - low), for every number of y."""
    x = place.numbers[i]
    try:
        place.numbers[i] = x + low
        below = output()
        place.numbers[i] = x + high
        above = output()
    finally:
        place.numbers[i] = x
    slope: Array = (above - below).reshape(-1) / (high - low)
    return slope


def _message(
    output: _Output, place: _Place, found: Array, expected: Array, wrong: Array, shape: Any, eps: float
) -> str:
    """Where the gradient is most wrong, and what could be the matter."""
    error = np.where(wrong, np.nan_to_num(np.abs(found - expected), nan=np.inf), -1)
    i, j = np.unravel_index(np.argmax(error), error.shape)
    at = tuple(map(int, np.unravel_index(i, place.numbers.shape)))
    where = tuple(map(int, np.unravel_index(j, tuple(shape))))
    text = (
        f"gradcheck(): {output.name}: d output{_index(where)} / d {place.name}{_index(at)} is "
        f"{found[i, j]:.6g} by "
        f"backward, {expected[i, j]:.6g} by central differences ({wrong.sum()} of {wrong.size} differ)."
    )
    left, right = (_slope(output, place, at, *ends)[j] for ends in ((-eps, 0.0), (0.0, eps)))
    if abs(right - left) > 1e-3 * max(abs(left), abs(right)) + 1e-6:
        return f"{text} There is a kink: the slope is {left:.6g} on the left and {right:.6g} on the right"
    return text + _likely_cause(found, expected)


def _likely_cause(found: Array, expected: Array) -> str:
    """If the gradients differ by one factor everywhere, which it is."""
    if not found.any():
        return " Backward finds no gradient at all: is the result cut off from the input?"
    if not np.isfinite(found).all():
        return ""
    factor = float((found * expected).sum() / (expected * expected).sum()) if expected.any() else 0.0
    if factor and np.allclose(found, factor * expected, rtol=1e-3, atol=1e-6):
        return (
            " All have the opposite sign"
            if abs(factor + 1) < 1e-3
            else f" All are {factor:.4g} times what they should be"
        )
    return ""


def _index(position: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, position))}]" if position else ""
