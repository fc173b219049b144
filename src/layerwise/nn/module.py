"""The base of all layers and models."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..tensor import Tensor, to_array


class Parameter(Tensor):
    """A tensor that a module learns. As an attribute of a `Module` it is found by `parameters()`.

    >>> import layerwise as lw
    >>> lw.nn.Parameter(lw.tensor([0.0, 0.0]))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data.data if isinstance(data, Tensor) else data)
        self.requires_grad = requires_grad

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` found too few and too many."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """Something with parameters and a `forward` method. Its attributes may be parameters and further modules.

    >>> import layerwise as lw
    >>> class Shift(lw.nn.Module):
    ...     def __init__(self):
    ...         self.by = lw.nn.Parameter(lw.tensor([1.0, 2.0]))
    ...     def forward(self, x):
    ...         return x + self.by
    >>> model = Shift()
    >>> model(lw.tensor([[0.0, 0.0]]))
    tensor([[1., 2.]], grad_fn=<add_vjp>)
    >>> [name for name, parameter in model.named_parameters()]
    ['by']
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no forward method")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        is_parameter = isinstance(vars(self).get(name), Parameter)
        if is_parameter and not isinstance(value, Parameter | None):
            raise TypeError(
                f"the parameter {name!r} must be a Parameter or None, got {type(value).__name__}; to change "
                f"its numbers, change {name}.data"
            )
        super().__setattr__(name, value)

    # --- what it is made of

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules that are attributes of this one, with their names."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module and all below it, with their dotted names ('' for this one)."""
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(f"{prefix}.{name}" if prefix else name)

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their dotted names, each once."""
        seen: set[Parameter] = set()
        for name, parameter in self._all_parameters():
            if parameter not in seen:
                seen.add(parameter)
                yield name, parameter

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def _all_parameters(self) -> Iterator[tuple[str, Parameter]]:
        for prefix, module in self.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, Parameter):
                    yield f"{prefix}.{name}" if prefix else name, value

    # --- state

    def state_dict(self) -> dict[str, Tensor]:
        """All parameters by their dotted names, as constants that share the parameters' memory."""
        return {name: parameter.detach() for name, parameter in self._all_parameters()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy numbers into the parameters, from tensors of this library or of torch, or arrays.

        strict: whether missing and unexpected names are errors. A wrong shape always is. After an error
            nothing has been copied.
        """
        own = dict(self._all_parameters())
        given = {name: to_array(value) for name, value in state_dict.items()}
        missing = [name for name in own if name not in given]
        unexpected = [name for name in given if name not in own]
        problems = [f"missing: {name}, of shape {own[name].shape}" for name in missing] if strict else []
        problems += [f"unexpected: {name}" for name in unexpected] if strict else []
        problems += [
            f"{name} has shape {given[name].shape}, the model's has {own[name].shape}"
            for name in own
            if name in given and given[name].shape != own[name].shape
        ]
        if problems:
            raise RuntimeError(f"load_state_dict() into {type(self).__name__}: " + "; ".join(problems))
        for name in own:
            if name in given:
                own[name].data[...] = given[name]
        return IncompatibleKeys(missing, unexpected)

    def train(self, mode: bool = True) -> "Module":
        """Set this module and all below it to training, or with False to evaluation. Returns the module."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Set this module and all below it to evaluation. Returns the module."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    # --- as text

    def extra_repr(self) -> str:
        """What stands between the parentheses in the module's text."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        if not lines:
            return f"{type(self).__name__}({self.extra_repr()})"
        return "\n  ".join([f"{type(self).__name__}({self.extra_repr()}", *lines]) + "\n)"
