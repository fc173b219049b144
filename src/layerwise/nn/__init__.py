"""Layers: modules with parameters, as in `torch.nn`."""

from . import functional as functional
from .linear import Linear as Linear
from .module import Module as Module
from .module import Parameter as Parameter
