"""How a function stretches space: its Jacobian and the Jacobian's singular values."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from .libraries import array_of, check_model, evaluating, first_tensor, is_tensor, layers_of, pull_back


def jacobian(f: Callable[[Any], Any], x: Any) -> Array:
    """J_ij = d y_i / d x_j, of y = f(x): a matrix (numbers in y, numbers in x).

    f: takes a tensor and returns one; a module is evaluated in the mode that it is in.
    x: a tensor of any shape, of this library or of torch. Its numbers, and y's, are counted row by row.

    >>> import layerwise as lw
    >>> x = lw.tensor([1.0, 2.0, 3.0])
    >>> lw.diagnostics.jacobian(lambda x: x * x, x)
    array([[2., 0., 0.],
           [0., 4., 0.],
           [0., 0., 6.]], dtype=float32)
    """
    x = _leaf("jacobian", x)
    y = f(x)
    if not is_tensor(y):
        raise TypeError(f"jacobian(): f must return a tensor, got {type(y).__name__}")
    return _rows(y, x)


def singular_values(f: Callable[[Any], Any], x: Any) -> Array:
    """The singular values of the Jacobian of f at x, the largest first: how much each direction is stretched.

    f, x: as in `jacobian`.

    In a deep network they are what becomes of a small change of the input on its way to the output, and of
    the gradient on its way back: all near 1, and both arrive as they left; most near 0, and they vanish.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> rotate_and_double = lw.tensor([[0.0, -2.0], [2.0, 0.0]])
    >>> lw.diagnostics.singular_values(lambda x: rotate_and_double @ x, lw.tensor([1.0, 1.0]))
    array([2., 2.], dtype=float32)
    """
    sigma: Array = np.linalg.svd(jacobian(f, x), compute_uv=False)
    return sigma


def layer_singular_values(model: Any, x: Any, *, from_input: bool = False) -> dict[str, Array]:
    """The singular values of every layer's Jacobian, by the layers' names, in the order of the calls.

    model: a module of this library or of torch. It is evaluated as in `model.eval()`.
    x: what to call it with, a tensor; the Jacobian grows with the batch, which should be of one example.
    from_input: d(layer's output) / dx, from the model's input on, instead of d(its output) / d(its input).

    Layers that are called several times are there with their last call. What is not a function of one
    floating-point tensor, such as an embedding of tokens, is left out.

    >>> import layerwise as lw
    >>> model = lw.nn.Sequential(lw.nn.Linear(3, 2), lw.nn.Tanh(), lw.nn.Linear(2, 1))
    >>> found = lw.diagnostics.layer_singular_values(model, lw.zeros(1, 3))
    >>> {name: len(sigma) for name, sigma in found.items()}
    {'0': 2, '1': 2, '2': 1}
    """
    check_model("layer_singular_values", model)
    x = _leaf("layer_singular_values", x)
    calls: dict[str, tuple[Any, Any, Any]] = {}  # name -> module, its arguments, its output

    def watch(name: str) -> Callable[..., None]:
        def see(module: Any, args: tuple[Any, ...], output: Any) -> None:
            calls[name] = module, args, first_tensor(output)

        return see

    with evaluating(model):
        handles = [module.register_forward_hook(watch(name)) for name, module in layers_of(model)]
        try:
            model(x)
        finally:
            for handle in handles:
                handle.remove()
        if from_input:
            found = {name: _rows(y, x) for name, (_, _, y) in calls.items() if y.requires_grad}
        else:
            found = {
                name: jacobian(_one_output(module), args[0])
                for name, (module, args, _) in calls.items()
                if len(args) == 1 and is_tensor(args[0]) and _is_floating(args[0])
            }
    return {name: np.linalg.svd(matrix, compute_uv=False) for name, matrix in found.items()}


def _one_output(module: Any) -> Callable[[Any], Any]:
    return lambda x: first_tensor(module(x))


def _leaf(function: str, x: Any) -> Any:
    if not is_tensor(x):
        raise TypeError(f"{function}(): x must be a tensor of layerwise or torch, got {type(x).__name__}")
    if not _is_floating(x):
        raise TypeError(f"{function}(): x must be floating-point, got {x.dtype}")
    leaf = x.detach() + 0  # memory of its own
    leaf.requires_grad = True
    return leaf


def _is_floating(x: Any) -> bool:
    return array_of(x).dtype.kind == "f"


def _rows(y: Any, x: Any) -> Array:
    """One gradient for each number of y."""
    shape = tuple(y.shape)
    size = int(np.prod(shape))
    rows = np.zeros((size, int(np.prod(x.shape))), array_of(x).dtype)
    for i in range(size):
        dy = np.zeros(size)
        dy[i] = 1
        (dx,) = pull_back(y, dy.reshape(shape), [x])
        if dx is not None:
            rows[i] = dx.reshape(-1)
    return rows
