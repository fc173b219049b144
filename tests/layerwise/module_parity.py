"""Whole modules against torch's: outputs, and the gradients of inputs and of every parameter."""

from typing import Any

import numpy as np
import torch

import layerwise as lw

from . import parity


def check_module(
    make: Any, *arrays: np.ndarray, call: Any = None, differences: bool = False, slack: float = 1
) -> None:
    """Hold make(layerwise) against make(torch): the same parameters, called with the same tensors.

    call: how, as a function of the module and the tensors; simply with all of them if left out.
    differences, slack: as in `parity.check`.
    """
    modules = {L: make(L) for L in (lw, torch)}
    parity.SUBJECTS.add(type(modules[lw]).__name__)
    names = [name for name, _ in modules[torch].named_parameters()]
    assert [name for name, _ in modules[lw].named_parameters()] == names
    assert list(modules[lw].state_dict()) == list(modules[torch].state_dict())
    assert repr(modules[lw]) == repr(modules[torch]).replace("NonDynamicallyQuantizableLinear", "Linear")
    rng = np.random.default_rng(0)
    shapes = [tuple(p.shape) for p in modules[torch].parameters()]
    weights = [rng.standard_normal(shape) / np.sqrt(shape[-1]) for shape in shapes]

    def f(L: Any, *tensors: Any) -> Any:
        inputs, parameters = tensors[: len(arrays)], dict(zip(names, tensors[len(arrays) :], strict=True))
        return flat(L, with_parameters(L, modules[L], parameters, call or apply, inputs))

    parity.check(f, *arrays, *weights, differences=differences, slack=slack)


def apply(module: Any, *inputs: Any) -> Any:
    return module(*inputs)


def with_parameters(L: Any, module: Any, parameters: dict[str, Any], call: Any, inputs: Any) -> Any:
    """What the module gives with these tensors in the place of its parameters."""
    if L is torch:
        outer = torch.nn.Module()
        outer.inner = module
        outer.forward = lambda *inputs: call(module, *inputs)
        return torch.func.functional_call(outer, {f"inner.{k}": v for k, v in parameters.items()}, inputs)
    for name, tensor in parameters.items():
        path, _, last = name.rpartition(".")
        vars(module.get_submodule(path))[last] = tensor
    return call(module, *inputs)


def flat(L: Any, outputs: Any) -> Any:
    """All numbers of all outputs as one vector."""
    return L.cat([output.reshape(-1) for output in leaves(outputs)])


def leaves(outputs: Any) -> list[Any]:
    if isinstance(outputs, tuple | list):
        return [leaf for output in outputs for leaf in leaves(output)]
    return [outputs] if outputs is not None else []
