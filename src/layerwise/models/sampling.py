"""Drawing a text, token by token, from a model that predicts the next one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import functions as lw
from .. import nn
from ..tensor import Tensor
from .checks import at_least, shaped


def next_token(
    logits: Tensor, temperature: float = 1.0, top_k: int | None = None, generator: Any = None
) -> Tensor:
    """Draw one token for each example, with probabilities softmax(logits / temperature).

    logits (batch, vocab_size) -> (batch, 1)
    temperature: below 1 the likely tokens become likelier; with 0 the likeliest is taken for certain.
    top_k: draw from the k likeliest only (and those that are as likely as the last of them).
    generator: a random generator of the library, the default one if left out.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> logits = lw.tensor([[1.0, 3.0, 2.0]])
    >>> lw.models.next_token(logits, temperature=0)
    tensor([[1]])
    >>> draws = [lw.models.next_token(logits, top_k=2).item() for _ in range(100)]
    >>> sorted(set(draws))
    [1, 2]
    """
    if not temperature >= 0:
        raise ValueError(f"next_token(): temperature must be at least 0, got {temperature}")
    if top_k is not None:
        at_least("next_token", 1, top_k=top_k)
    if temperature == 0:
        return logits.argmax(dim=-1, keepdim=True)
    if top_k is not None and top_k < logits.shape[-1]:
        least = logits.topk(top_k).values[:, -1:]  # (batch, 1): of those that stay
        logits = logits.masked_fill(logits < least, float("-inf"))
    logits = logits - logits.max(dim=-1, keepdim=True).values  # so that a small temperature overflows nothing
    return lw.multinomial((logits / temperature).softmax(dim=-1), 1, generator=generator)


def check_text(name: str, tokens: Tensor, steps: int) -> None:
    """What `generate` asks of its arguments."""
    shaped(f"{name}.generate", ("batch", "times"), tokens=tokens)
    at_least(f"{name}.generate", 0, steps=steps)
    if tokens.shape[1] == 0:
        raise RuntimeError(
            f"{name}.generate: tokens has shape {tuple(tokens.shape)}, expected at least one time"
        )


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Evaluation mode inside the block; afterwards, also after an error, every module is as it was before."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
