"""Layers that layerwise has and torch has not, written in torch. Only the twins import this file."""

import torch
from torch import Tensor


class SinusoidalEncoding(torch.nn.Module):
    """As `layerwise.nn.SinusoidalEncoding`."""

    def __init__(self, d_model: int, base: float = 10000.0, batch_first: bool = False) -> None:
        super().__init__()
        self.d_model, self.base, self.batch_first = d_model, base, batch_first

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, times, d_model), or (times, batch, d_model), or (times, d_model)"""
        times = x.shape[1] if self.batch_first and x.ndim == 3 else x.shape[0]
        angles = _angles(x, times, self.d_model, self.base)  # (times, d_model / 2), rounded up
        waves = torch.stack([angles.sin(), angles.cos()], -1)  # (times, d_model / 2, 2)
        waves = waves.flatten(-2)[:, : self.d_model].to(x.dtype)  # (times, d_model)
        return x + (waves[:, None] if x.ndim == 3 and not self.batch_first else waves)

    def extra_repr(self) -> str:
        return f"{self.d_model}, base={self.base}, batch_first={self.batch_first}"


class RotaryEncoding(torch.nn.Module):
    """As `layerwise.nn.RotaryEncoding`."""

    def __init__(self, features: int, base: float = 10000.0, interleaved: bool = True) -> None:
        super().__init__()
        self.features, self.base, self.interleaved = features, base, interleaved

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """x (..., times, features)"""
        angles = _angles(x, x.shape[-2], self.features, self.base, start)  # (times, features / 2)
        cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        if self.interleaved:  # pairs are neighbors
            a, b = x[..., 0::2], x[..., 1::2]  # (..., times, features / 2)
            return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)
        a, b = x.chunk(2, -1)  # pairs are half the features apart
        return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)

    def extra_repr(self) -> str:
        return f"{self.features}, base={self.base}, interleaved={self.interleaved}"


def _angles(x: Tensor, times: int, features: int, base: float, start: int = 0) -> Tensor:
    """t base^(-2i / features), (times, features / 2), on the device of x."""
    t = torch.arange(start, start + times, dtype=torch.float64, device=x.device)
    i2 = torch.arange(0, features, 2, dtype=torch.float64, device=x.device)
    return t[:, None] * base ** (-i2 / features)
