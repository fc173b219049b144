"""What is needed of layerwise and of torch beyond the names that they share, so that the rest serves both."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import tape
from ..ops.broadcasting import Array
from ..tensor import Tensor

HERE = __name__.partition(".")[0]


def library_of(thing: Any) -> Any:
    """The library that a tensor or a module is of, `layerwise` or `torch`. None for other things."""
    for kind in type(thing).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in (HERE, "torch"):
            return sys.modules[name]
    return None


def is_tensor(thing: Any) -> bool:
    return library_of(thing) is not None and hasattr(thing, "requires_grad") and hasattr(thing, "detach")


def check_model(function: str, model: Any) -> None:
    if library_of(model) is None or not hasattr(model, "named_modules"):
        raise TypeError(
            f"{function}(): model must be a module of layerwise or torch, got {type(model).__name__}"
        )


def array_of(data: Any) -> Array:
    """The numbers of a tensor, or of anything that is like an array; without a copy where possible."""
    if isinstance(data, Tensor):
        return data.data
    if library_of(data) is None:
        return np.asarray(data)
    data = data.detach().cpu()
    array: Array = (data.float() if str(data.dtype) == "torch.bfloat16" else data).numpy()
    return array


def first_tensor(thing: Any) -> Any:
    """The first tensor of a module's arguments or results, which may be nested tuples, or None."""
    if isinstance(thing, tuple | list):
        return next((found for part in thing if (found := first_tensor(part)) is not None), None)
    return thing if is_tensor(thing) else None


def is_recording(library: Any) -> bool:
    """Whether operations are recorded for `backward`, or we are inside `no_grad`."""
    one = library.ones(1, requires_grad=True)
    return bool((one + one).requires_grad)


def layers_of(model: Any) -> Iterator[tuple[str, Any]]:
    """The modules that do something themselves, with their names: with parameters or without children.

    An attention layer is one of them, with its last projection, a module that torch never calls.
    """
    within = None
    for name, module in model.named_modules():
        if within is not None and name.startswith(within):
            continue
        within = (name and f"{name}.") if kind_of(module) == "MultiheadAttention" else None
        if own_parameters(module) or not any(True for _ in module.children()):
            yield name or kind_of(module), module


def own_parameters(layer: Any) -> list[tuple[str, Any]]:
    """The parameters of a layer, without those of layers inside it."""
    return list(layer.named_parameters(recurse=kind_of(layer) == "MultiheadAttention"))


def kind_of(module: Any) -> str:
    return type(module).__name__


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Every module in evaluation; afterwards every module in the mode that it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def pull_back(y: Any, dy: Array, tensors: list[Any]) -> list[Array | None]:
    """dL/d(each tensor) for dL/dy = dy: what `backward` finds, but no tensor's `grad` is touched.

    The tensors are leaves. None for those that y does not depend on. The graph is kept.
    """
    library = library_of(y)
    if not y.requires_grad:
        return [None for _ in tensors]
    if library.__name__ == "torch":
        dy = library.tensor(dy, dtype=y.dtype, device=y.device)
        found = library.autograd.grad(y, tensors, dy, retain_graph=True, allow_unused=True)
        return [None if dx is None else array_of(dx) for dx in found]
    dy = dy.astype(y.dtype)
    if isinstance(y.entry, tape.Leaf):
        return [dy if tensor.entry is y.entry else None for tensor in tensors]
    at_leaves = tape.replay(y.entry, dy, retain_graph=True)
    return [at_leaves.get(tensor.entry) for tensor in tensors]
