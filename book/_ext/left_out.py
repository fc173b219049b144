"""Torch's options that layerwise leaves out: found by comparing signatures; why, is said here."""

import inspect
import re
from collections import defaultdict
from typing import Any

REASONS = {
    "device": "There is one device, the processor.",
    "size_average": "Deprecated in torch: `reduction` has taken its place.",
    "reduce": "Deprecated in torch: `reduction` has taken its place.",
    "foreach": "Chooses among torch's ways to compute the same; there is one way here.",
    "fused": "Chooses among torch's ways to compute the same; there is one way here.",
    "capturable": "For steps recorded on a GPU.",
    "differentiable": "The optimizer's step is not recorded: there is no gradient through it.",
    "decoupled_weight_decay": "It turns Adam into AdamW: take `AdamW`.",
    "dtype": "Nothing is converted on the way: `x.to(dtype)` says so where it happens.",
    "weight": "Weights for single elements: take `reduction='none'` and multiply.",
    "inplace": "Tensors are not changed in place. The layers take `inplace`, and change nothing.",
    "_stacklevel": "Where torch's warning points to, not an option of the function.",
    "_weight": "Torch's own use. `Embedding.from_pretrained` takes given vectors.",
    "_freeze": "Torch's own use. `Embedding.from_pretrained` has `freeze`.",
    "min_value": "Deprecated in torch: `min_val` has taken its place.",
    "max_value": "Deprecated in torch: `max_val` has taken its place.",
    "proj_size": "`LSTM` has it. Torch's own RNN and GRU name it, and refuse it.",
}
NAMESPACES = (
    "nn",
    "nn.functional",
    "nn.init",
    "nn.utils",
    "nn.utils.rnn",
    "optim",
    "optim.lr_scheduler",
)


def missing() -> dict[str, list[str]]:
    """option -> the names, as nn.Linear, that have it in torch and not here; those with most names first."""
    found = defaultdict(list)
    for name, ours, theirs in shared():
        for option in options(theirs):
            if option not in options(ours):
                found[option].append(name)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def shared() -> list[tuple[str, Any, Any]]:
    """(name, ours, torch's) of all that both have, but the functions on tensors, layerwise.exp and such."""
    import torch

    import layerwise

    found = []
    for namespace in NAMESPACES:
        ours, theirs = within(layerwise, namespace), within(torch, namespace)
        for name, thing in vars(ours).items() if ours else ():
            written_here = getattr(thing, "__module__", "").startswith("layerwise")
            twin = getattr(theirs, name, None)
            if not written_here or not callable(thing) or not callable(twin) or name in ("Tensor", "Any"):
                continue
            if not options(twin):  # torch's poolings only choose between two functions
                twin = getattr(theirs, f"_{name}", twin)
            if not name.startswith("_"):
                found.append((f"{namespace}.{name}", thing, twin))
    return found


def within(package: Any, path: str) -> Any:
    for part in path.split("."):
        package = getattr(package, part, None)
    return package


def options(thing: Any) -> list[str]:
    """The names of a function's arguments, or of a class's."""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except ValueError:  # written in C: the names are in the first lines of its text
        return re.findall(r"[(,]\s*\*?,?\s*(\w+)", (thing.__doc__ or "").partition("->")[0])
    if {p.kind for p in parameters} == {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
        # Torch's recurrent layers hand everything on to the class that they come from.
        above = thing.__mro__[1] if inspect.isclass(thing) else None
        if above not in (None, object):
            return [name for name in options(above) if name != "mode"]
    return [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
