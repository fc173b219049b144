"""GPT: a Transformer that predicts the next token from those before it."""

import math
from typing import Any

from .. import functions as lw
from .. import nn
from ..tape import no_grad
from ..tensor import Tensor
from .checks import at_least, one_of, shaped
from .sampling import check_text, evaluating, next_token
from .start import normal


class GPT(nn.Module):
    """Tokens in, and for each place the logits of the token that follows. Decoder only, with norms in front.

    h_0 = token + position;  h_l = block(h_(l-1));  logits = W norm(h_L).

    vocab_size: how many different tokens.
    context: how many tokens it can look at, at most.
    layers, heads, width: the blocks, the attention heads of each, and the features of every token.
    positions: how it knows the order of the tokens: 'learned', a vector for each place; 'sinusoidal', waves;
        'rotary', queries and keys that turn with the place.
    feedforward: 'gelu', two linear layers, the inner four times as wide; or 'swiglu', three, the inner
        8/3 times as wide, which makes the same number of parameters.
    tie: whether the output layer W is the table of token vectors itself.
    bias: whether linear layers and norms have biases.
    dropout: the probability with which, in training, attention weights and what is added to h are set to 0.

    The defaults are GPT-2's, whose smallest is `GPT(50257, 1024, layers=12, heads=12, width=768)`.

    >>> import layerwise as lw
    >>> model = lw.models.GPT(vocab_size=65, context=32, layers=2, heads=4, width=16)
    >>> tokens = lw.tensor([[1, 2, 3], [4, 5, 6]])  # (batch, times)
    >>> model(tokens).shape
    (2, 3, 65)
    >>> model.generate(tokens, 10, temperature=0.8, top_k=20).shape
    (2, 13)
    """

    def __init__(
        self,
        vocab_size: int,
        context: int,
        *,
        layers: int,
        heads: int,
        width: int,
        positions: str = "learned",  # GPT-2's. 'rotary' is what most have today: it tells distances
        feedforward: str = "gelu",  # GPT-2's. 'swiglu' learns a little better and takes a little longer
        tie: bool = True,  # a third of the smallest GPT-2's parameters would be in W
        bias: bool = True,  # GPT-2's. They can be left out without loss
        dropout: float = 0.0,  # for few data 0.1 or 0.2; none where no text is seen twice
    ) -> None:
        super().__init__()
        at_least("GPT", 1, vocab_size=vocab_size, context=context, heads=heads, width=width)
        at_least("GPT", 0, layers=layers)
        one_of("GPT", ("learned", "sinusoidal", "rotary"), positions=positions)
        one_of("GPT", ("gelu", "swiglu"), feedforward=feedforward)
        if width % heads:
            raise ValueError(f"GPT(): width must be a multiple of heads, {heads}, got {width}")
        if positions == "rotary" and width // heads % 2:
            raise ValueError(f"GPT(): 'rotary' needs an even width / heads, got {width} / {heads}")
        self.context, self.layers, self.positions = context, layers, positions

        self.token = nn.Embedding(vocab_size, width)
        if positions == "learned":
            self.position: Any = nn.Embedding(context, width)
        elif positions == "sinusoidal":
            self.position = nn.SinusoidalEncoding(width, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        rotary = positions == "rotary"
        self.blocks = nn.ModuleList(
            GPTBlock(width, heads, rotary=rotary, feedforward=feedforward, bias=bias, dropout=dropout)
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width, bias=bias)
        self.head = nn.Linear(width, vocab_size, bias=False)
        self._start(width)
        if tie:
            self.head.weight = self.token.weight  # similar tokens should have similar chances

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (batch, times), at most `context` times -> logits (batch, times, vocab_size)"""
        shaped("GPT", ("batch", "times"), tokens=tokens)
        times = tokens.shape[1]
        if times > self.context:
            raise RuntimeError(f"GPT: tokens has {times} times, expected at most the context, {self.context}")
        h = self.token(tokens)  # (batch, times, width)
        if self.positions == "learned":
            h = h + self.position.weight[:times]  # (times, width), the same for every example
        elif self.positions == "sinusoidal":
            h = self.position(math.sqrt(h.shape[2]) * h)  # tokens as large as waves (Vaswani et al., 2017)
        h = self.dropout(h)
        for block in self.blocks:
            h = block(h)  # (batch, times, width)
        logits: Tensor = self.head(self.norm(h))  # (batch, times, vocab_size)
        return logits

    @no_grad()
    def generate(
        self,
        tokens: Tensor,
        steps: int,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        generator: Any = None,
    ) -> Tensor:
        """Go on with a text: tokens (batch, times) -> (batch, times + steps), of which the first are given.

        temperature, top_k, generator: see `next_token`. There is no dropout meanwhile.
        """
        check_text("GPT", tokens, steps)
        with evaluating(self):
            for _ in range(steps):
                logits = self(tokens[:, -self.context :])[:, -1]  # (batch, vocab_size): after the last token
                tokens = lw.cat([tokens, next_token(logits, temperature, top_k, generator)], dim=1)
        return tokens

    # 0.02 is about 1 / √width for the widths of GPT-1 and 2. h is a sum of 2 · layers terms: each starts
    # smaller by √(2 · layers), so that the sum does not grow with the depth (Radford et al., 2019).
    def _start(self, width: int) -> None:
        for module in self.modules():
            normal(module, std=0.02)
        if self.positions == "sinusoidal":
            normal(self.token, std=1 / math.sqrt(width))
        for name, weight in self.named_parameters():
            if name.endswith(("attention.out.weight", "feedforward.down.weight")):
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * self.layers))


class GPTBlock(nn.Module):
    """h + attention(norm(h)), and to that, h' + feedforward(norm(h')).

    The norms stand in front of what is added, not behind the sum: so there is a way from the last layer back
    to the first on which nothing is scaled, and learning needs no warm-up to be stable.

    >>> import layerwise as lw
    >>> lw.models.GPTBlock(16, heads=4)(lw.zeros(2, 5, 16)).shape
    (2, 5, 16)
    """

    def __init__(
        self,
        width: int,
        heads: int,
        *,
        rotary: bool = False,
        feedforward: str = "gelu",
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, bias=bias)
        self.attention = CausalSelfAttention(width, heads, rotary=rotary, bias=bias, dropout=dropout)
        self.norm2 = nn.LayerNorm(width, bias=bias)
        self.feedforward = FeedForward(width, kind=feedforward, bias=bias, dropout=dropout)

    def forward(self, h: Tensor) -> Tensor:
        """h (batch, times, width) -> (batch, times, width)"""
        h = h + self.attention(self.norm1(h))
        h = h + self.feedforward(self.norm2(h))
        return h


class CausalSelfAttention(nn.Module):
    """Every token looks at itself and at those before it, in several heads.

    head_t = Σ_(s ≤ t) softmax_s(q_t · k_s / √features) v_s

    >>> import layerwise as lw
    >>> lw.models.CausalSelfAttention(16, heads=4, rotary=True)(lw.zeros(2, 5, 16)).shape
    (2, 5, 16)
    """

    def __init__(
        self, width: int, heads: int, *, rotary: bool = False, bias: bool = True, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.heads, self.features, self.p = heads, width // heads, dropout
        self.qkv = nn.Linear(width, 3 * width, bias=bias)  # queries, keys and values in one product
        self.out = nn.Linear(width, width, bias=bias)
        self.rotary = nn.RotaryEncoding(self.features) if rotary else nn.Identity()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, times, width) -> (batch, times, width)"""
        batch, times, width = x.shape
        qkv = self.qkv(x).reshape(batch, times, 3, self.heads, self.features)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (batch, heads, times, features)
        q, k = self.rotary(q), self.rotary(k)
        p = self.p if self.training else 0.0
        y = nn.functional.scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True)
        y = y.transpose(1, 2).reshape(batch, times, width)  # the heads side by side
        out: Tensor = self.dropout(self.out(y))  # (batch, times, width)
        return out

    def extra_repr(self) -> str:
        return f"heads={self.heads}, dropout={self.p}"


class FeedForward(nn.Module):
    """What each token does with what it has read: W₂ gelu(W₁ x), or W₂ (silu(W₃ x) · W₁ x) for 'swiglu'.

    gelu is the approximation by tanh, which GPT-2 has, because it was faster, and here is.

    >>> import layerwise as lw
    >>> lw.models.FeedForward(16, kind="swiglu")(lw.zeros(2, 5, 16)).shape
    (2, 5, 16)
    """

    def __init__(self, width: int, *, kind: str = "gelu", bias: bool = True, dropout: float = 0.0) -> None:
        super().__init__()
        self.kind = kind
        inner = 4 * width if kind == "gelu" else max(8 * width // 3, 1)
        if kind == "swiglu":
            self.gate = nn.Linear(width, inner, bias=bias)
        self.up = nn.Linear(width, inner, bias=bias)
        self.down = nn.Linear(inner, width, bias=bias)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """x (..., width) -> (..., width)"""
        if self.kind == "swiglu":
            x = nn.functional.silu(self.gate(x)) * self.up(x)  # (..., 8/3 width)
        else:
            x = nn.functional.gelu(self.up(x), approximate="tanh")  # (..., 4 width)
        y: Tensor = self.dropout(self.down(x))  # (..., width)
        return y
