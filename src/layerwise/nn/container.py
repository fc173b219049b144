"""Modules made of a row or a dictionary of others."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from .module import Module, Parameter


class _Row(Module):
    """Modules in a row. Their names are their numbers, "0", "1", ..."""

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Module]:
        return (module for _, module in self._own(Module))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)().extend(list(self)[index])
        return getattr(self, self._name(index))

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name(index), _module(self, module))

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index]
        self._become(modules)

    def __add__(self, others: Iterable[Module]) -> Self:
        return type(self)().extend([*self, *others])

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        number = len(self)
        while str(number) in vars(self):  # a part of a Sequential does not begin with 0
            number += 1
        self.add_module(str(number), _module(self, module))
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several modules at the end."""
        if isinstance(modules, Module) and not isinstance(modules, _Row):
            raise TypeError(
                f"extend(): expected several modules, got one {type(modules).__name__}: append it"
            )
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Put a module before the one at `index`."""
        modules = list(self)
        if not -len(modules) <= index <= len(modules):
            raise IndexError(f"insert(): index {index} is out of range for {len(modules)} modules")
        modules.insert(index, _module(self, module))
        return self._become(modules)

    def pop(self, index: int) -> Module:
        """Take a module out and return it."""
        module: Module = self[index]
        del self[index]
        return module

    def _become(self, modules: list[Module]) -> Self:
        for name, _ in list(self._own(Module)):
            delattr(self, name)
        return self.extend(modules)

    def _name(self, index: int) -> str:
        names = [name for name, _ in self._own(Module)]
        if not -len(names) <= index < len(names):
            raise IndexError(f"index {index} is out of range, {type(self).__name__} has {len(names)} modules")
        return names[index]


class Sequential(_Row):
    """Modules one after another: each receives what the one before it returns.

    args: the modules, or one dictionary of them, whose keys become their names.

    >>> import layerwise as lw
    >>> model = lw.nn.Sequential(lw.nn.Linear(3, 4), lw.nn.Linear(4, 2))
    >>> model(lw.ones(5, 3)).shape
    (5, 2)
    >>> model[-1]
    Linear(in_features=4, out_features=2, bias=True)
    """

    def __init__(self, *args: Any) -> None:
        named = len(args) == 1 and isinstance(args[0], Mapping)
        for name, module in args[0].items() if named else enumerate(args):
            self.add_module(str(name), _module(self, module))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):  # a part, in which the modules keep their names
            return type(self)(dict(list(self._own(Module))[index]))
        return super().__getitem__(index)

    def forward(self, input: Any) -> Any:
        for module in self:
            input = module(input)
        return input


class ModuleList(_Row):
    """A list of modules, whose parameters are found. How they are used is up to the `forward` around it.

    >>> import layerwise as lw
    >>> layers = lw.nn.ModuleList(lw.nn.Linear(3, 3) for _ in range(2))
    >>> len(layers), sum(p.data.size for p in layers.parameters())
    (2, 24)
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    def __repr__(self) -> str:
        """Equal neighbors share a line: (0-5): 6 x Linear(...)."""
        texts = [repr(module) for module in self]
        lines, first = [], 0
        for i in range(1, len(texts) + 1):
            if i == len(texts) or texts[i] != texts[first]:
                several = f"({first}-{i - 1}): {i - first} x " if i - first > 1 else f"({first}): "
                lines.append("\n  " + (several + texts[first]).replace("\n", "\n  "))
                first = i
        return f"{type(self).__name__}({''.join(lines)}" + ("\n)" if lines else ")")


class ModuleDict(Module):
    """A dictionary of modules, whose parameters are found.

    >>> import layerwise as lw
    >>> heads = lw.nn.ModuleDict({"mean": lw.nn.Linear(3, 1), "spread": lw.nn.Linear(3, 1)})
    >>> heads["mean"](lw.ones(5, 3)).shape, list(heads)
    ((5, 1), ['mean', 'spread'])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self.update(modules)

    def __getitem__(self, key: str) -> Module:
        modules = dict(self._own(Module))
        if key not in modules:
            raise KeyError(f"{key!r} is none of the modules {list(modules)}")
        return modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, _module(self, module))

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._own(Module))

    def __contains__(self, key: object) -> bool:
        return key in list(self)

    def keys(self) -> list[str]:
        return list(self)

    def values(self) -> list[Module]:
        return [module for _, module in self._own(Module)]

    def items(self) -> list[tuple[str, Module]]:
        return list(self._own(Module))

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add or replace several modules."""
        for key, module in dict(modules).items():
            self[key] = module

    def pop(self, key: str) -> Module:
        """Take a module out and return it."""
        module = self[key]
        delattr(self, key)
        return module

    def clear(self) -> None:
        """Take all modules out."""
        for key in self.keys():
            self.pop(key)


class ParameterList(Module):
    """A list of parameters, which are found. Plain tensors become parameters.

    >>> import layerwise as lw
    >>> scales = lw.nn.ParameterList([lw.ones(2), lw.zeros(3)])
    >>> [name for name, parameter in scales.named_parameters()], scales[-1].shape
    (['0', '1'], (3,))
    """

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.extend(values)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Parameter]:
        return (parameter for _, parameter in self._own(Parameter))

    def __getitem__(self, index: int) -> Parameter:
        return list(self)[index]

    def append(self, value: Any) -> Self:
        """Add a parameter at the end."""
        self.register_parameter(str(len(self)), value if isinstance(value, Parameter) else Parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add several parameters at the end."""
        for value in values:
            self.append(value)
        return self


def _module(owner: Module, module: Any) -> Module:
    if not isinstance(module, Module):
        raise TypeError(f"{type(owner).__name__} is made of modules, got {type(module).__name__}")
    return module
