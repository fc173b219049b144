"""Deep learning from scratch in NumPy, under PyTorch's names.

From the ground up: `ops` (the mathematics, on arrays), `tape`, `tensor` and `functions` (which record it and
replay it backwards), `nn` (layers), `models`. Beside them `data` and `plot`.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from numpy import float32 as float32
from numpy import float64 as float64
from numpy import int64 as int64

from .functions import abs as abs
from .functions import add as add
from .functions import all as all
from .functions import allclose as allclose
from .functions import any as any
from .functions import arange as arange
from .functions import argmax as argmax
from .functions import argmin as argmin
from .functions import argsort as argsort
from .functions import bmm as bmm
from .functions import broadcast_to as broadcast_to
from .functions import cat as cat
from .functions import ceil as ceil
from .functions import chunk as chunk
from .functions import clamp as clamp
from .functions import clone as clone
from .functions import cos as cos
from .functions import cumsum as cumsum
from .functions import div as div
from .functions import dot as dot
from .functions import einsum as einsum
from .functions import equal as equal
from .functions import exp as exp
from .functions import expm1 as expm1
from .functions import eye as eye
from .functions import flatten as flatten
from .functions import flip as flip
from .functions import floor as floor
from .functions import full as full
from .functions import full_like as full_like
from .functions import gather as gather
from .functions import heaviside as heaviside
from .functions import index_select as index_select
from .functions import isclose as isclose
from .functions import isfinite as isfinite
from .functions import isnan as isnan
from .functions import linspace as linspace
from .functions import log as log
from .functions import log1p as log1p
from .functions import log_softmax as log_softmax
from .functions import logsumexp as logsumexp
from .functions import masked_fill as masked_fill
from .functions import matmul as matmul
from .functions import max as max
from .functions import maximum as maximum
from .functions import mean as mean
from .functions import min as min
from .functions import minimum as minimum
from .functions import mm as mm
from .functions import movedim as movedim
from .functions import mul as mul
from .functions import multinomial as multinomial
from .functions import neg as neg
from .functions import norm as norm
from .functions import ones as ones
from .functions import ones_like as ones_like
from .functions import outer as outer
from .functions import permute as permute
from .functions import pow as pow
from .functions import prod as prod
from .functions import rand as rand
from .functions import rand_like as rand_like
from .functions import randint as randint
from .functions import randn as randn
from .functions import randn_like as randn_like
from .functions import randperm as randperm
from .functions import relu as relu
from .functions import repeat_interleave as repeat_interleave
from .functions import reshape as reshape
from .functions import roll as roll
from .functions import round as round
from .functions import scatter_add as scatter_add
from .functions import sigmoid as sigmoid
from .functions import sign as sign
from .functions import sin as sin
from .functions import softmax as softmax
from .functions import sort as sort
from .functions import split as split
from .functions import sqrt as sqrt
from .functions import square as square
from .functions import squeeze as squeeze
from .functions import stack as stack
from .functions import std as std
from .functions import sub as sub
from .functions import sum as sum
from .functions import tanh as tanh
from .functions import tile as tile
from .functions import topk as topk
from .functions import transpose as transpose
from .functions import tril as tril
from .functions import triu as triu
from .functions import unbind as unbind
from .functions import unflatten as unflatten
from .functions import unsqueeze as unsqueeze
from .functions import var as var
from .functions import where as where
from .functions import zeros as zeros
from .functions import zeros_like as zeros_like
from .picture import graph as graph
from .random import manual_seed as manual_seed
from .tape import no_grad as no_grad
from .tensor import Tensor as Tensor
from .tensor import tensor as tensor

from . import linalg as linalg  # isort: skip
from . import nn as nn  # isort: skip
from . import optim as optim  # isort: skip
from . import random as random  # isort: skip

if TYPE_CHECKING:
    from . import data as data
    from . import diagnostics as diagnostics
    from . import models as models
    from . import plot as plot
    from . import train as train

UPPER_FLOORS = ("data", "diagnostics", "models", "plot", "train")


def __getattr__(name: str) -> ModuleType:
    """The upper floors are imported when they are first used: `import layerwise` takes half the time."""
    if name in UPPER_FLOORS:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *UPPER_FLOORS})
