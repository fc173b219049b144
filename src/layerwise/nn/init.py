"""Starting values: functions that fill a tensor in place and return it. Their names end in `_`, as in torch.

Nothing is recorded. Random numbers come from `generator`, or else from the default one: see
`layerwise.manual_seed`.
"""

import math

import numpy as np

from ..ops.broadcasting import Array
from ..random import default_generator
from ..tensor import Tensor

Generator = np.random.Generator | None


# --- constant


def constant_(tensor: Tensor, val: float) -> Tensor:
    """The same number everywhere.

    >>> import layerwise as lw
    >>> lw.nn.init.constant_(lw.zeros(2), 0.5)
    tensor([0.5, 0.5])
    """
    return _fill(tensor, val)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros.

    >>> import layerwise as lw
    >>> lw.nn.init.zeros_(lw.ones(2))
    tensor([0., 0.])
    """
    return _fill(tensor, 0)


def ones_(tensor: Tensor) -> Tensor:
    """Ones.

    >>> import layerwise as lw
    >>> lw.nn.init.ones_(lw.zeros(2))
    tensor([1., 1.])
    """
    return _fill(tensor, 1)


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix: as a weight it passes its input on unchanged.

    >>> import layerwise as lw
    >>> lw.nn.init.eye_(lw.zeros(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_(): tensor must be a matrix, got shape {tensor.shape}")
    rows, columns = tensor.shape
    return _fill(tensor, np.eye(rows, columns))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The identity as the weight of a convolution: its input is passed on, as many channels as there are.

    tensor (out_channels, in_channels / groups, k) or with further dimensions (…, k, k), (…, k, k, k)

    >>> import layerwise as lw
    >>> lw.nn.init.dirac_(lw.zeros(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(f"dirac_(): tensor must have 3, 4 or 5 dimensions, got shape {tensor.shape}")
    if tensor.shape[0] % groups:
        raise ValueError(f"dirac_(): {tensor.shape[0]} output channels do not split into {groups} groups")
    _fill(tensor, 0)
    middle = tuple([size // 2 for size in tensor.shape[2:]])
    outputs = tensor.shape[0] // groups  # of one group
    for group in range(groups):
        for channel in range(min(outputs, tensor.shape[1])):
            tensor.data[(group * outputs + channel, channel, *middle)] = 1
    return tensor


# --- random, with a spread that is given


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform in [a, b).

    >>> import layerwise as lw
    >>> x = lw.nn.init.uniform_(lw.zeros(1000), -2.0, 2.0)
    >>> bool((x.abs() <= 2).all())
    True
    """
    return _fill(tensor, (generator or default_generator).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator = None) -> Tensor:
    """Normal, with this mean and standard deviation.

    >>> import layerwise as lw
    >>> lw.nn.init.normal_(lw.zeros(2), mean=3.0, std=0.0)
    tensor([3., 3.])
    """
    return _fill(tensor, (generator or default_generator).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator = None,
) -> Tensor:
    """Normal, but numbers outside [a, b] are drawn again.

    >>> import layerwise as lw
    >>> x = lw.nn.init.trunc_normal_(lw.zeros(1000), a=-1.0, b=1.0)
    >>> bool((x.abs() <= 1).all())
    True
    """
    if not a < b:
        raise ValueError(f"trunc_normal_(): a must be less than b, got {a} and {b}")
    if mean < a - 2 * std or mean > b + 2 * std:
        raise ValueError(f"trunc_normal_(): mean {mean} is more than two std outside of [{a}, {b}]")
    random = generator or default_generator
    x = random.normal(mean, std, tensor.shape)
    while (outside := (x < a) | (x > b)).any():
        x[outside] = random.normal(mean, std, np.count_nonzero(outside))
    return _fill(tensor, x)


# --- random, with the spread that keeps signals alike from layer to layer


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much more spread a weight needs because of the activation that follows.

    param: for 'leaky_relu', its negative slope, 0.01 if left out.

    >>> import layerwise as lw
    >>> round(lw.nn.init.calculate_gain("relu"), 4)
    1.4142
    """
    slope = 0.01 if param is None else param
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "leaky_relu": math.sqrt(2 / (1 + slope**2)), "selu": 3 / 4}
    one = ["linear", "sigmoid", *(f"conv{t}{d}d" for t in ("", "_transpose") for d in (1, 2, 3))]
    gains |= dict.fromkeys(one, 1.0)
    if nonlinearity not in gains:
        raise ValueError(
            f"calculate_gain(): nonlinearity must be one of {sorted(gains)}, got {nonlinearity!r}"
        )
    return gains[nonlinearity]


# Var[y] = fan_in Var[w] Var[x], and back with fan_out: with 2 / (fan_in + fan_out) neither grows or fades.
def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform in [-k, k], k = gain √(6 / (fan_in + fan_out)), by Glorot and Bengio (2010).

    >>> import layerwise as lw
    >>> x = lw.nn.init.xavier_uniform_(lw.zeros(50, 100))
    >>> bool((x.abs() <= 0.2).all())
    True
    """
    fan_in, fan_out = _fans("xavier_uniform_", tensor)
    return _uniform_of_spread(tensor, gain * math.sqrt(2 / (fan_in + fan_out)), generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Normal with standard deviation gain √(2 / (fan_in + fan_out)), by Glorot and Bengio (2010).

    >>> import layerwise as lw
    >>> lw.nn.init.xavier_normal_(lw.zeros(50, 100)).shape
    (50, 100)
    """
    fan_in, fan_out = _fans("xavier_normal_", tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2 / (fan_in + fan_out)), generator)


# ReLU lets half of the variance through: Var[w] = 2 / fan keeps it.
def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """Uniform in [-k, k], k = gain √(3 / fan), by He, Zhang, Ren and Sun (2015).

    a: the negative slope of 'leaky_relu'; with 0 it is 'relu'.
    mode: 'fan_in' keeps the spread of the signal on its way forward, 'fan_out' that of the gradient back.

    >>> import layerwise as lw
    >>> x = lw.nn.init.kaiming_uniform_(lw.zeros(50, 600), nonlinearity="relu")
    >>> bool((x.abs() <= 0.1).all())
    True
    """
    return _uniform_of_spread(tensor, _kaiming("kaiming_uniform_", tensor, a, mode, nonlinearity), generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """Normal with standard deviation gain / √fan, by He, Zhang, Ren and Sun (2015).

    a, mode: as in `kaiming_uniform_`.

    >>> import layerwise as lw
    >>> lw.nn.init.kaiming_normal_(lw.zeros(50, 100), nonlinearity="relu").shape
    (50, 100)
    """
    return normal_(tensor, 0.0, _kaiming("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator = None) -> Tensor:
    """gain times a random matrix with orthogonal rows, or columns, whichever are fewer, of length 1.

    More than two dimensions are read as a matrix with the first dimension as its rows.

    >>> import layerwise as lw
    >>> w = lw.nn.init.orthogonal_(lw.zeros(2, 3))
    >>> lw.allclose(w @ w.T, lw.eye(2), atol=1e-6)
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_(): tensor must have at least 2 dimensions, got shape {tensor.shape}")
    if tensor.data.size == 0:
        return tensor
    rows = tensor.shape[0]
    columns = tensor.data.size // rows
    draw = (generator or default_generator).standard_normal
    q, r = np.linalg.qr(draw((max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))  # else not every orthogonal matrix would be equally likely
    return _fill(tensor, gain * (q.T if rows < columns else q).reshape(tensor.shape))


# --- what they share


def _fans(function: str, tensor: Tensor) -> tuple[int, int]:
    """How many numbers a unit receives, and how many units receive one number."""
    if tensor.ndim < 2:
        raise ValueError(f"{function}(): tensor must have at least 2 dimensions, got shape {tensor.shape}")
    window = math.prod(tensor.shape[2:])  # of a convolution
    return tensor.shape[1] * window, tensor.shape[0] * window


def _kaiming(function: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{function}(): mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = _fans(function, tensor)
    gain = calculate_gain(nonlinearity, a)
    return gain / math.sqrt(max(fan_in if mode == "fan_in" else fan_out, 1))


def _uniform_of_spread(tensor: Tensor, std: float, generator: Generator) -> Tensor:
    k = math.sqrt(3) * std  # the spread of a uniform distribution on [-k, k] is k / √3
    return uniform_(tensor, -k, k, generator)


def _fill(tensor: Tensor, values: Array | float) -> Tensor:
    tensor.data[...] = values
    tensor.note_change()
    return tensor
