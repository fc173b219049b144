"""Transformers: attention and a small network for every time, by turns, each added to what it reads."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..tensor import Tensor
from . import functional
from .attention import MultiheadAttention
from .container import ModuleList
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .normalization import LayerNorm

Activation = Callable[[Tensor], Tensor]
ACTIVATIONS: dict[str, Activation] = {"relu": functional.relu, "gelu": functional.gelu}


class TransformerEncoderLayer(Module):
    """Self-attention, then two linear layers: x = norm1(x + attention(x)), then norm2(x + network(x)).

    d_model: the features of every time.
    nhead: how many heads the attention has.
    dim_feedforward: the features between the two linear layers.
    dropout: the probability with which, in training, numbers are set to zero: attention weights, and what
        comes out of the attention, the activation and the second linear layer.
    activation: 'relu', 'gelu' or a function of tensors.
    layer_norm_eps: keeps the roots of the LayerNorms away from zero.
    batch_first: whether tensors are (batch, times, features) instead of (times, batch, features).
    norm_first: x + attention(norm1(x)), then x + network(norm2(x)), in place of the above.
    bias: whether linear layers and LayerNorms have biases.
    dtype: the parameters' number format, float32 if left out.
    generator: the NumPy random generator for parameters and dropout; see `layerwise.manual_seed`.

    >>> import layerwise as lw
    >>> layer = lw.nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    >>> layer(lw.zeros(3, 5, 8)).shape  # (batch, times, d_model)
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Activation = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        made: dict[str, Any] = {"dtype": dtype, "generator": generator}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.dropout = Dropout(dropout, generator=generator)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout, generator=generator)
        self.dropout2 = Dropout(dropout, generator=generator)
        self.activation = _activation(activation)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """src and the result: (times, batch, d_model), or as in `MultiheadAttention`, like the masks."""
        masks = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = src + self._attention(self.norm1(src), *masks)
            return x + self._network(self.norm2(x))
        x = self.norm1(src + self._attention(src, *masks))
        y: Tensor = self.norm2(x + self._network(x))
        return y

    def _attention(self, x: Tensor, mask: Tensor | None, padding: Tensor | None, is_causal: bool) -> Tensor:
        y: Tensor = self.dropout1(_attended(self.self_attn, x, x, mask, padding, is_causal))
        return y

    def _network(self, x: Tensor) -> Tensor:
        y: Tensor = self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))
        return y


class TransformerDecoderLayer(Module):
    """Self-attention, attention to `memory`, what an encoder made, then two linear layers.

    The arguments are those of `TransformerEncoderLayer`.

    >>> import layerwise as lw
    >>> layer = lw.nn.TransformerDecoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    >>> layer(lw.zeros(3, 5, 8), lw.zeros(3, 7, 8)).shape  # (batch, times, d_model), also of the memory
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Activation = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        made: dict[str, Any] = {"dtype": dtype, "generator": generator}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **made)
        self.multihead_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, **made
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, **made)
        self.dropout = Dropout(dropout, generator=generator)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout, generator=generator)
        self.dropout2 = Dropout(dropout, generator=generator)
        self.dropout3 = Dropout(dropout, generator=generator)
        self.activation = _activation(activation)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """tgt, memory and result: (times, batch, d_model), or as in `MultiheadAttention`, like the masks."""
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        other = (memory_mask, memory_key_padding_mask, memory_is_causal)
        if self.norm_first:
            x = tgt + self._attention(self.norm1(tgt), *own)
            x = x + self._attention_to(memory, self.norm2(x), *other)
            return x + self._network(self.norm3(x))
        x = self.norm1(tgt + self._attention(tgt, *own))
        x = self.norm2(x + self._attention_to(memory, x, *other))
        y: Tensor = self.norm3(x + self._network(x))
        return y

    def _attention(self, x: Tensor, mask: Tensor | None, padding: Tensor | None, is_causal: bool) -> Tensor:
        y: Tensor = self.dropout1(_attended(self.self_attn, x, x, mask, padding, is_causal))
        return y

    def _attention_to(
        self, memory: Tensor, x: Tensor, mask: Tensor | None, padding: Tensor | None, is_causal: bool
    ) -> Tensor:
        y: Tensor = self.dropout2(_attended(self.multihead_attn, x, memory, mask, padding, is_causal))
        return y

    def _network(self, x: Tensor) -> Tensor:
        y: Tensor = self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))
        return y


class TransformerEncoder(Module):
    """Several encoder layers, one after the other: copies of one, which start with the same parameters.

    encoder_layer: the layer to be copied.
    num_layers: how many copies.
    norm: a module for the end, such as the LayerNorm that `norm_first` layers lack; none if left out.
    enable_nested_tensor, mask_check: without effect; in torch they concern its speed.

    >>> import layerwise as lw
    >>> layer = lw.nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, norm_first=True)
    >>> encoder = lw.nn.TransformerEncoder(layer, num_layers=3, norm=lw.nn.LayerNorm(8))
    >>> encoder(lw.zeros(5, 2, 8)).shape  # (times, batch, d_model)
    (5, 2, 8)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self.layers = _copies("TransformerEncoder", encoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """As one layer's, with the same masks for every layer."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """Several decoder layers, one after the other: copies of one, which start with the same parameters.

    decoder_layer: the layer to be copied.
    num_layers: how many copies.
    norm: a module for the end; none if left out.

    >>> import layerwise as lw
    >>> layer = lw.nn.TransformerDecoderLayer(8, 2, dim_feedforward=16)
    >>> decoder = lw.nn.TransformerDecoder(layer, num_layers=3)
    >>> decoder(lw.zeros(5, 2, 8), lw.zeros(7, 2, 8)).shape  # (times, batch, d_model), also of the memory
    (5, 2, 8)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = _copies("TransformerDecoder", decoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """As one layer's, with the same memory and the same masks for every layer."""
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, bool(tgt_is_causal), memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)


def _attended(
    attention: Module, x: Tensor, memory: Tensor, mask: Tensor | None, padding: Tensor | None, is_causal: bool
) -> Tensor:
    y: Tensor
    y, _ = attention(x, memory, memory, padding, need_weights=False, attn_mask=mask, is_causal=is_causal)
    return y


def _activation(activation: str | Activation) -> Activation:
    if callable(activation):
        return activation
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be 'relu', 'gelu' or a function, got {activation!r}")
    return ACTIVATIONS[activation]


def _copies(name: str, layer: Module, number: int) -> ModuleList:
    if not isinstance(layer, Module):
        raise TypeError(f"{name}(): the layer must be a Module, got {type(layer).__name__}")
    if number < 0:
        raise ValueError(f"{name}(): num_layers must not be negative, got {number}")
    generators = [vars(module).get("generator") for module in layer.modules()]
    shared = {id(generator): generator for generator in generators}  # the copies draw in turn, not the same
    return ModuleList([copy.deepcopy(layer, dict(shared)) for _ in range(number)])
