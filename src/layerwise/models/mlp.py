"""The multilayer perceptron: linear layers with a nonlinearity between them."""

from collections.abc import Sequence
from typing import Any

from .. import nn
from ..tensor import Tensor
from .checks import at_least, each_at_least, one_of, shaped

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "selu": nn.SELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "identity": nn.Identity,  # a deep linear network
}


class MLP(nn.Module):
    """h_0 = x,  h_k = φ(W_k h_(k-1) + b_k),  y = W h_K + b.

    in_features, out_features: the sizes of x and y.
    hidden: the sizes of the hidden layers, one number each; with none, y is linear in x.
    activation: φ, 'relu', 'leaky_relu', 'gelu', 'silu', 'selu', 'tanh', 'sigmoid' or 'identity'.
    norm: None, or 'batch' or 'layer' to normalize W_k h + b_k before φ.
    dropout: the probability with which, in training, a hidden number is set to zero.

    >>> import layerwise as lw
    >>> lw.models.MLP(784, [256, 256], 10)(lw.zeros(32, 784)).shape
    (32, 10)
    >>> lw.models.MLP(2, [8], 1, activation="tanh")
    MLP(
      (layers): Sequential(
        (0): Linear(in_features=2, out_features=8, bias=True)
        (1): Tanh()
        (2): Linear(in_features=8, out_features=1, bias=True)
      )
    )
    """

    def __init__(
        self,
        in_features: int,
        hidden: Sequence[int],
        out_features: int,
        *,
        activation: str = "relu",  # does not saturate: its slope is 1 wherever it fires
        norm: str | None = None,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        at_least("MLP", 1, in_features=in_features, out_features=out_features)
        each_at_least("MLP", 1, hidden=hidden)
        one_of("MLP", ACTIVATIONS, activation=activation)
        one_of("MLP", (None, "batch", "layer"), norm=norm)
        self.in_features, self.activation = in_features, activation

        layers: list[nn.Module] = []
        size = in_features
        for width in hidden:
            layers.append(nn.Linear(size, width))
            if norm is not None:
                layers.append(nn.BatchNorm1d(width) if norm == "batch" else nn.LayerNorm(width))
            layers.append(ACTIVATIONS[activation]())
            if dropout:
                layers.append(nn.Dropout(dropout))
            size = width
        layers.append(nn.Linear(size, out_features))
        self.layers = nn.Sequential(*layers)
        self.apply(self._start)

    def forward(self, x: Tensor) -> Tensor:
        """x (batch, in_features) -> (batch, out_features)"""
        shaped("MLP", ("...", self.in_features), x=x)
        y: Tensor = self.layers(x)  # (batch, out_features)
        return y

    # Each layer should pass on the spread that it receives. What that takes depends on φ.
    def _start(self, module: Any) -> None:
        if isinstance(module, nn.Linear):
            if self.activation in ("tanh", "sigmoid", "identity"):  # near 0 like a line: Glorot and Bengio
                nn.init.xavier_uniform_(module.weight)
            elif self.activation == "selu":  # normalizes by itself if weights have variance 1 / fan_in
                nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
            else:  # let about half of the variance through: He et al.
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:  # at 0: the weights differ, that is enough to break the symmetry
                nn.init.zeros_(module.bias)
