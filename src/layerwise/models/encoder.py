"""A Transformer that reads a whole sequence and says of which class it is."""

import math
from typing import Any

from .. import functions as lw
from .. import nn
from ..tensor import Tensor
from .checks import at_least, one_of, shaped
from .start import normal


class EncoderClassifier(nn.Module):
    """Tokens in, scores of classes out. Every token looks at all others, in both directions.

    vocab_size, num_classes: how many different tokens, and how many classes.
    context: how many tokens a sequence has at most.
    layers, heads, width: the blocks, the attention heads of each, and the features of every token.
    feedforward: the features between the two linear layers of a block; 4 · width if left out.
    positions: how it knows the order of the tokens: 'learned', a vector for each place; 'sinusoidal', waves;
        'none': then it sees a bag of tokens.
    pooling: how one vector is made of all: 'mean' over the tokens; or 'cls', what a token of its own, which
        stands in front of the others, has read, as in BERT.
    padding: the token that fills sequences up to the same length. Nothing looks at it, and it has no part in
        the mean: the scores of a sequence do not depend on how much of it is behind.
    dropout: the probability with which, in training, attention weights and what is added are set to zero.

    >>> import layerwise as lw
    >>> model = lw.models.EncoderClassifier(30, num_classes=4, context=16, layers=2, heads=4, width=32)
    >>> tokens = lw.tensor([[3, 1, 2], [5, 6, 0]])  # (batch, times); 0 is padding
    >>> model(tokens).shape
    (2, 4)
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        *,
        context: int,
        layers: int,
        heads: int,
        width: int,
        feedforward: int | None = None,
        positions: str = "learned",  # BERT's
        pooling: str = "mean",  # every token gets a part of the gradient, so with few data it learns faster
        padding: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        name = "EncoderClassifier"
        feedforward = 4 * width if feedforward is None else feedforward
        at_least(name, 1, vocab_size=vocab_size, num_classes=num_classes, context=context)
        at_least(name, 1, layers=layers, heads=heads, width=width, feedforward=feedforward)
        one_of(name, ("learned", "sinusoidal", "none"), positions=positions)
        one_of(name, ("mean", "cls"), pooling=pooling)
        if width % heads:
            raise ValueError(f"{name}(): width must be a multiple of heads, {heads}, got {width}")
        if not 0 <= padding < vocab_size:
            raise ValueError(f"{name}(): padding must be a token, from 0 to {vocab_size - 1}, got {padding}")
        self.context, self.positions, self.pooling, self.padding = context, positions, pooling, padding

        self.token = nn.Embedding(vocab_size, width, padding_idx=padding)
        if positions == "learned":
            self.position: Any = nn.Embedding(context, width)
        elif positions == "sinusoidal":
            self.position = nn.SinusoidalEncoding(width, batch_first=True)
        if pooling == "cls":
            self.cls = nn.Parameter(lw.zeros(1, 1, width))
        self.dropout = nn.Dropout(dropout)
        block = nn.TransformerEncoderLayer(
            width,
            heads,
            feedforward,
            dropout,
            activation="gelu",  # BERT's
            batch_first=True,
            norm_first=True,  # learns without warm-up, as in GPT
        )
        norm = nn.LayerNorm(width)  # behind the last block: its sum has not been through any
        self.encoder = nn.TransformerEncoder(block, layers, norm, enable_nested_tensor=False)
        self.head = nn.Linear(width, num_classes)
        self._start()

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (batch, times), at most `context` times -> scores (batch, num_classes)"""
        shaped("EncoderClassifier", ("batch", "times"), tokens=tokens)
        batch, times = tokens.shape
        if not 1 <= times <= self.context:
            raise RuntimeError(
                f"EncoderClassifier: tokens has {times} times, expected from 1 to the context, {self.context}"
            )
        padded = tokens == self.padding  # (batch, times)
        if padded.all(1).any():
            raise RuntimeError(
                f"EncoderClassifier: tokens has a row of nothing but padding, {self.padding}: expected at "
                f"least one other token in each, got {tokens[padded.all(1)][0].tolist()}"
            )

        h = self.token(tokens)  # (batch, times, width)
        if self.positions == "learned":
            h = h + self.position.weight[:times]  # (times, width), the same for every example
        elif self.positions == "sinusoidal":
            h = self.position(math.sqrt(h.shape[2]) * h)  # tokens as large as waves (Vaswani et al., 2017)
        if self.pooling == "cls":
            h = lw.cat([self.cls.expand(batch, 1, h.shape[2]), h], dim=1)  # (batch, 1 + times, width)
            padded = lw.cat([lw.zeros_like(padded[:, :1]), padded], dim=1)  # (batch, 1 + times)
        h = self.encoder(self.dropout(h), src_key_padding_mask=padded)  # (batch, times, width)

        if self.pooling == "cls":
            pooled = h[:, 0]  # (batch, width)
        else:
            real = (~padded).unsqueeze(2).type_as(h)  # (batch, times, 1), 1 for a token and 0 for padding
            pooled = (h * real).sum(1) / real.sum(1)  # (batch, width): the mean over tokens
        scores: Tensor = self.head(pooled)  # (batch, num_classes)
        return scores

    # As in BERT: 0.02 is about 1 / √width of its widths. Attention starts by Xavier's rule, as in torch.
    def _start(self) -> None:
        normal(self.token, std=self.token.embedding_dim**-0.5 if self.positions == "sinusoidal" else 0.02)
        if self.positions == "learned":
            normal(self.position, std=0.02)
        nn.init.zeros_(self.token.weight.detach()[self.padding])
        if self.pooling == "cls":
            nn.init.normal_(self.cls, std=0.02)
        # torch makes all blocks copies of one; they should start as different as other layers do
        for name, parameter in self.encoder.named_parameters():
            if name.endswith("weight") and len(parameter.shape) == 2:
                nn.init.xavier_uniform_(parameter)
        normal(self.head, std=0.02)
