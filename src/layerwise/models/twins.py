"""The same models for torch: `twins.GPT` is `models.GPT`, with torch's layers under it.

There is one definition of each model. Its file says `nn.Linear` and `lw.cat`, and torch has these names too.
Here the file runs a second time, and its imports, `from .. import nn`, find torch instead of layerwise:

    # models/mlp.py, run by Python         # the same lines, run here
    from .. import nn                      nn is layerwise.nn         nn is torch.nn
    class MLP(nn.Module): ...              a layerwise model          a torch model

So the two have the same code, layers, names and shapes, and the state of one loads into the other:

>>> import layerwise as lw
>>> import torch
>>> model, twin = lw.models.MLP(3, [8], 2), lw.models.twins.MLP(3, [8], 2)
>>> twin.load_state_dict({name: torch.tensor(x.numpy()) for name, x in model.state_dict().items()})
<All keys matched successfully>
>>> model.load_state_dict(twin.state_dict())
IncompatibleKeys(missing_keys=[], unexpected_keys=[])

torch is imported when the first twin is asked for.
"""

import builtins
import importlib.util
from functools import cache
from types import SimpleNamespace
from typing import Any

from .. import models


def __getattr__(name: str) -> Any:
    """`twins.GPT`: the class or function of this name, made of torch's layers."""
    if name not in __dir__():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}, only {', '.join(__dir__())}")
    file = vars(models)[name].__module__.rpartition(".")[2]
    return getattr(_twin(file), name)


def __dir__() -> list[str]:
    """All but the perceptron, which works on arrays and learns in its own way: its twin is `nn.Linear`."""
    return sorted(name for name, thing in vars(models).items() if callable(thing) and name != "Perceptron")


@cache
def _twin(file: str) -> SimpleNamespace:
    """Run models/<file>.py with torch under layerwise's names."""
    name = f"{__package__}.{file}"
    loader: Any = getattr(importlib.util.find_spec(name), "loader", None)
    named: dict[str, Any] = {"__name__": __name__, "__builtins__": vars(builtins) | {"__import__": _import}}
    exec(loader.get_code(name), named)
    return SimpleNamespace(**named)


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    """What `from <name> import ...` finds in a model's file; `level` counts the dots before the name."""
    if level == 1:  # from .checks import at_least: another file of this folder
        return _twin(name)
    if level == 2:  # from .. import nn, from ..tensor import Tensor: layerwise itself
        return _torch()[name]
    return builtins.__import__(name, globals, locals, fromlist, level)


@cache
def _torch() -> dict[str, Any]:
    """torch, in the order of layerwise's folders: what each of them offers to models."""
    import torch

    from .torch_layers import RotaryEncoding, SinusoidalEncoding

    lacking = {"RotaryEncoding": RotaryEncoding, "SinusoidalEncoding": SinusoidalEncoding}
    nn = SimpleNamespace(**{**vars(torch.nn), **lacking})
    return {"": SimpleNamespace(nn=nn, functions=torch), "tensor": torch, "tape": torch}
