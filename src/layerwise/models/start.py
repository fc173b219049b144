"""How layers start. Which model starts in which way, and why, is said there."""

from typing import Any

from .. import nn


def he(module: Any) -> None:
    """For ReLU, by He et al. (2015): it lets half of the variance through, Var[w] = 2 / fan_in keeps it."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def normal(module: Any, std: float) -> None:
    """Weights, also of embeddings, with this spread, biases 0."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=std)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
