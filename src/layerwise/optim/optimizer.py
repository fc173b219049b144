"""What all optimizers share: groups of parameters, each with its settings, and a state for each parameter."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from ..tensor import Tensor, to_array

BLOCK = 65536  # numbers: as many of parameter, gradient, state and scratch together stay in the cache


class Optimizer:
    """The base of all optimizers. A subclass gives the settings' defaults and `update`, the rule itself.

    params: parameters, or pairs of name and parameter, or groups of them: dictionaries with the key 'params'
        and settings that differ from the defaults.
    defaults: the settings.

    >>> import layerwise as lw
    >>> class Descent(lw.optim.Optimizer):
    ...     def __init__(self, params, lr):
    ...         super().__init__(params, {"lr": lr})
    ...     def update(self, param, grad, state, group):
    ...         param -= group["lr"] * grad
    >>> w = lw.tensor([1.0], requires_grad=True)
    >>> optimizer = Descent([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.], requires_grad=True)
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        if isinstance(params, Tensor | str) or not isinstance(params, Iterable):
            raise TypeError(f"{self._name}(): params must be several parameters, got {type(params).__name__}")
        groups = list(params)
        if not groups:
            raise ValueError(f"{self._name}(): params is empty: there is nothing to learn")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters, under 'params', with settings of their own; those left out are the defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"{self._name}(): a group must be a dictionary, got {type(param_group).__name__}")
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        params = [entry[1] if isinstance(entry, tuple) else entry for entry in params]  # with their names
        before = {p for group in self.param_groups for p in group["params"]}
        for p in params:
            if not isinstance(p, Tensor):
                raise TypeError(f"{self._name}(): parameters must be tensors, got {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(f"{self._name}(): a parameter of shape {p.shape} is a result, not a leaf")
            if p in before:
                raise ValueError(f"{self._name}(): a parameter of shape {p.shape} is given twice")
            before.add(p)
        group = self.defaults | param_group | {"params": params}
        self.check(group)
        self.param_groups.append(group)

    # --- what a subclass says

    def check(self, group: dict[str, Any]) -> None:
        """An error if a setting is impossible."""

    def update(self, param: Array, grad: Array, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change the parameter in place by its gradient. `state` is what is remembered between steps."""
        raise NotImplementedError(f"{self._name} has no rule: it needs a method `update`")

    # --- what a training loop calls

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or with set_to_none=False make them zero."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad = Tensor(np.zeros_like(p.data))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient.

        closure: a function that computes the loss and its gradients anew; its result is returned.
        """
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    g = p.grad.data
                    self.update(p.data, -g if group.get("maximize") else g, self.state[p], group)
                    p.note_change()
        return loss

    # --- state

    def state_dict(self) -> dict[str, Any]:
        """What is remembered, for each parameter's number, and the groups, made of numbers: as in torch."""
        numbers = {p: i for i, p in enumerate(self._parameters())}
        groups = [group | {"params": [numbers[p] for p in group["params"]]} for group in self.param_groups]
        return {
            "state": {numbers[p]: dict(state) for p, state in self.state.items() if state},
            "param_groups": groups,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another optimizer, of this library or torch's, was when it made this `state_dict`."""
        groups = state_dict["param_groups"]
        given, own = ([len(group["params"]) for group in some] for some in (groups, self.param_groups))
        if given != own:
            raise ValueError(
                f"load_state_dict() into {self._name}: groups of {given} parameters, the optimizer has {own}"
            )
        parameters = dict(
            zip((i for group in groups for i in group["params"]), self._parameters(), strict=True)
        )
        self.state = defaultdict(dict)
        for i, state in state_dict["state"].items():
            p = parameters[i]
            self.state[p] = {name: _loaded(name, value, p.dtype) for name, value in state.items()}
        for own_group, group in zip(self.param_groups, groups, strict=True):
            own_group.update({name: deepcopy(value) for name, value in group.items() if name != "params"})

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    # --- as text

    @property
    def _name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        text = self._name + " ("
        for i, group in enumerate(self.param_groups):
            settings = (f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params")
            text += f"\nParameter Group {i}\n" + "".join(settings)
        return text + ")"


def _loaded(name: str, value: Any, dtype: np.dtype[Any]) -> Any:
    """A tensor of the state, from any library, in memory of its own and in the parameter's number format."""
    if not hasattr(value, "dtype"):
        return deepcopy(value)
    array = to_array(value)
    return Tensor(np.array(array, dtype if name != "step" and array.dtype.kind == "f" else array.dtype))


def blocks(*arrays: Array) -> Iterator[tuple[Array, ...]]:
    """Equally long parts of arrays of one shape, to be changed in place.

    A rule that goes over a large array a dozen times is as slow as the memory; a block stays in the cache.
    """
    small = arrays[0].ndim > 0 and arrays[0].size <= BLOCK
    if small or not all(array.flags.c_contiguous for array in arrays):  # the latter have no flat view
        yield arrays
        return
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, flat[0].size, BLOCK):
        yield tuple([array[start : start + BLOCK] for array in flat])


LEFT_OUT = {
    "foreach": "it is about torch's speed",
    "fused": "it is about torch's speed",
    "capturable": "it is about torch's speed",
    "differentiable": "a step is not recorded",
    "decoupled_weight_decay": "use AdamW",
}


def refuse(name: str, options: Mapping[str, Any]) -> None:
    """An error for options of torch's that are left out on purpose, unless they are None or False."""
    for option, value in options.items():
        if option not in LEFT_OUT:
            raise TypeError(f"{name}(): there is no option {option!r}")
        if value:
            raise TypeError(f"{name}(): {option}={value} is left out on purpose: {LEFT_OUT[option]}")


def at_least(name: str, group: dict[str, Any], low: float, *settings: str, below: float = math.inf) -> None:
    """An error unless the settings are between `low` and `below`."""
    for setting in settings:
        for value in group[setting] if isinstance(group[setting], tuple | list) else (group[setting],):
            if not low <= value < below:
                limits = f"from {low}" + (f" to below {below}" if below < math.inf else "")
                raise ValueError(f"{name}(): {setting} must be {limits}, got {group[setting]}")
