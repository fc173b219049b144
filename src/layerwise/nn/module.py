"""The base of all layers and models."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
import numpy.typing as npt

from ..tape import RemovableHandle
from ..tensor import Tensor, to_array
from .hooks import BackwardHooks, Hook

Kind = TypeVar("Kind")


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

    Beside parameters it may have buffers, tensors that belong to its state but are not learned: see
    `register_buffer`.

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

    training: bool
    _buffers: dict[str, bool]  # the names of the buffers, and which are part of the state
    _hooks: dict[int, tuple[str, Hook, bool]]  # kind, function, whether it gets keyword arguments

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:  # not __init__, which a subclass may forget to call
        self = super().__new__(cls)
        vars(self).update(training=True, _buffers={}, _hooks={})
        return self

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no forward method")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._hooks:
            return self._forward_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        old = vars(self).get(name)
        if isinstance(old, Parameter) and not isinstance(value, Parameter | None):
            raise TypeError(
                f"the parameter {name!r} must be a Parameter or None, got {type(value).__name__}; to change "
                f"its numbers, change {name}.data"
            )
        if isinstance(old, Module) and not isinstance(value, Module | None):
            raise TypeError(f"the module {name!r} must be a Module or None, got {type(value).__name__}")
        if name in vars(self).get("_buffers", ()) and not isinstance(value, Tensor | None):
            raise TypeError(f"the buffer {name!r} must be a Tensor or None, got {type(value).__name__}")
        super().__setattr__(name, value)

    # --- what it is made of

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """Add a parameter under a name that may be computed. None reserves the name."""
        self._register("register_parameter", name, parameter, Parameter)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that belongs to the module without being learned, such as a running mean.

        persistent: whether it is part of the state, `state_dict`.

        >>> import layerwise as lw
        >>> counter = lw.nn.Module()
        >>> counter.register_buffer("calls", lw.tensor(0))
        >>> counter.state_dict()
        {'calls': tensor(0)}
        """
        self._register("register_buffer", name, tensor, Tensor)
        self._buffers[name] = persistent

    def add_module(self, name: str, module: "Module | None") -> None:
        """Add a module under a name that may be computed, such as a number."""
        self._register("add_module", name, module, Module)

    def _register(self, function: str, name: str, value: Any, kind: type) -> None:
        if not isinstance(value, kind | None):
            raise TypeError(
                f"{function}(): {name!r} must be a {kind.__name__} or None, got {type(value).__name__}"
            )
        if not isinstance(name, str):
            raise TypeError(f"{function}(): name must be a string, got {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f"{function}(): name must not be empty nor contain a dot, got {name!r}")
        if hasattr(self, name) and not isinstance(getattr(self, name), kind | None):
            raise KeyError(f"{function}(): {type(self).__name__} already has an attribute {name!r}")
        setattr(self, name, value)

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules that are attributes of this one, with their names, each once."""
        return _each_once(self._own(Module))

    def children(self) -> Iterator["Module"]:
        """The modules that are attributes of this one, each once."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module and all below it, with their dotted names ('' for this one), each once."""
        return _each_once(self._walk(prefix))

    def modules(self) -> Iterator["Module"]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their dotted names, each once; with recurse=False only the module's own."""
        return _each_once(self._all(Module._own_parameters, prefix, recurse))

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, each once; with recurse=False only the module's own."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their dotted names, each once; with recurse=False only the module's own."""
        return _each_once(self._all(Module._own_buffers, prefix, recurse))

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers, each once; with recurse=False only the module's own."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> "Module":
        """The module with this dotted name, as in `named_modules`."""
        module = self
        for name in target.split(".") if target else ():
            found = vars(module).get(name)
            if not isinstance(found, Module):
                name = f"{type(module).__name__} has no module {name!r}"
                raise AttributeError(f"get_submodule({target!r}): {name}")
            module = found
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter with this dotted name, as in `named_parameters`."""
        return self._get("parameter", target, Module._own_parameters)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer with this dotted name, as in `named_buffers`."""
        return self._get("buffer", target, Module._own_buffers)

    def _get(self, what: str, target: str, own: Callable[["Module"], Iterator[tuple[str, Kind]]]) -> Kind:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        for found, value in own(module):
            if found == name:
                return value
        raise AttributeError(f"get_{what}({target!r}): {type(module).__name__} has no {what} {name!r}")

    def _own(self, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
        return ((name, value) for name, value in vars(self).items() if isinstance(value, kind))

    def _own_parameters(self) -> Iterator[tuple[str, Parameter]]:
        return self._own(Parameter)

    def _own_buffers(self) -> Iterator[tuple[str, Tensor]]:
        return ((name, tensor) for name, tensor in self._own(Tensor) if name in self._buffers)

    def _own_state(self) -> Iterator[tuple[str, Tensor]]:
        yield from self._own_parameters()
        yield from ((name, tensor) for name, tensor in self._own_buffers() if self._buffers[name])

    def _walk(self, prefix: str) -> Iterator[tuple[str, "Module"]]:
        yield prefix, self
        for name, child in self._own(Module):
            yield from child._walk(f"{prefix}.{name}" if prefix else name)

    def _all(
        self, own: Callable[["Module"], Iterator[tuple[str, Kind]]], prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Kind]]:
        for path, module in self._walk(prefix) if recurse else [(prefix, self)]:
            for name, value in own(module):
                yield f"{path}.{name}" if path else name, value

    # --- state

    def state_dict(self) -> dict[str, Tensor]:
        """All parameters and buffers by their dotted names, as constants that share the module's memory."""
        return {name: tensor.detach() for name, tensor in self._all(Module._own_state)}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy numbers into parameters and buffers, from tensors of this library or of torch, or arrays.

        strict: whether missing and unexpected names are errors. A wrong shape always is. After an error
            nothing has been copied.
        """
        own = dict(self._all(Module._own_state))
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
                own[name].note_change()
        return IncompatibleKeys(missing, unexpected)

    # --- changing all of it. These return the module

    def apply(self, function: Callable[["Module"], Any]) -> Self:
        """Call the function with every module below this one, then with this one.

        >>> import layerwise as lw
        >>> def start_at_zero(module):
        ...     if isinstance(module, lw.nn.Linear):
        ...         lw.nn.init.zeros_(module.weight)
        >>> lw.nn.Linear(2, 1).apply(start_at_zero).weight.tolist()
        [[0.0, 0.0]]
        """
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set this module and all below it to training, or with False to evaluation."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set this module and all below it to evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Whether `backward` is to find the gradients of the parameters: with False the module is frozen."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or with set_to_none=False make them zero."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad = Tensor(np.zeros_like(parameter.data))

    def to(self, dtype: npt.DTypeLike) -> Self:
        """Change the number format of parameters, their gradients and buffers; integers are left alone."""
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise TypeError(f"to(): a module's dtype must be floating-point, got {dtype}")
        tensors: list[Tensor] = [*self.parameters(), *self.buffers()]
        for tensor in tensors:
            if tensor.dtype.kind == "f":
                tensor.data = tensor.data.astype(dtype, copy=False)
            if tensor.grad is not None:
                tensor.grad = tensor.grad.to(dtype)
        return self

    def float(self) -> Self:
        """Parameters and buffers as float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Parameters and buffers as float64."""
        return self.to(np.float64)

    # --- hooks

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before every forward. What it returns, if not None, replaces args.

        prepend: call it before the hooks that are there already.
        with_kwargs: call `hook(module, args, kwargs)` instead, which may return a new (args, kwargs).
        """
        return self._add_hook(("before", hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after every forward. What it returns, if not None, is the output.

        prepend: call it before the hooks that are there already.
        with_kwargs: call `hook(module, args, kwargs, output)` instead.
        always_call: only False: after an error no hook is called.
        """
        if always_call:
            raise TypeError("register_forward_hook(): always_call=True is left out on purpose")
        return self._add_hook(("after", hook, with_kwargs), prepend)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of inputs and outputs are known.

        Both are tuples, with None for what has no gradient. What the hook returns, if not None, replaces
        grad_input.

        prepend: call it before the hooks that are there already.
        """
        return self._add_hook(("backward", hook, False), prepend)

    def _add_hook(self, hook: tuple[str, Hook, bool], prepend: bool) -> RemovableHandle:
        before = dict(self._hooks) if prepend else {}
        for key in before:
            del self._hooks[key]
        handle = RemovableHandle(self._hooks, hook)
        self._hooks.update(before)
        return handle

    def _forward_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        hooks = list(self._hooks.values())
        for kind, hook, with_kwargs in hooks:
            if kind == "before" and with_kwargs:
                changed = hook(self, args, kwargs)
                args, kwargs = (args, kwargs) if changed is None else changed
            elif kind == "before":
                changed = hook(self, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)

        backward = [hook for kind, hook, _ in hooks if kind == "backward"]
        if backward:
            gates = BackwardHooks(self, backward)
            output = gates.leave(self.forward(*gates.enter(args), **kwargs))
        else:
            output = self.forward(*args, **kwargs)

        for kind, hook, with_kwargs in hooks:
            if kind == "after":
                changed = hook(self, args, kwargs, output) if with_kwargs else hook(self, args, output)
                output = output if changed is None else changed
        return output

    # --- as text

    def extra_repr(self) -> str:
        """What stands between the parentheses in the module's text."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self._own(Module)]
        if not lines:
            return f"{type(self).__name__}({self.extra_repr()})"
        lines = self.extra_repr().splitlines() + lines
        return "\n  ".join([f"{type(self).__name__}(", *lines]) + "\n)"


def _each_once(named: Iterator[tuple[str, Kind]]) -> Iterator[tuple[str, Kind]]:
    """Leave out what was there before under another name."""
    seen: set[Kind] = set()
    for name, value in named:
        if value not in seen:
            seen.add(value)
            yield name, value
