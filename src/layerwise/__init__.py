"""Deep learning from scratch in NumPy, under PyTorch's names.

From the ground up: `ops` (the mathematics, on arrays), `tape`, `tensor` and `functions` (which record it and
replay it backwards), `nn` (layers), `models`. Beside them `data` and `plot`.
"""

from numpy import float32 as float32
from numpy import float64 as float64
from numpy import int64 as int64

from .functions import abs as abs
from .functions import add as add
from .functions import cat as cat
from .functions import div as div
from .functions import exp as exp
from .functions import heaviside as heaviside
from .functions import log as log
from .functions import matmul as matmul
from .functions import max as max
from .functions import maximum as maximum
from .functions import mean as mean
from .functions import minimum as minimum
from .functions import mul as mul
from .functions import neg as neg
from .functions import permute as permute
from .functions import pow as pow
from .functions import relu as relu
from .functions import reshape as reshape
from .functions import sigmoid as sigmoid
from .functions import sqrt as sqrt
from .functions import stack as stack
from .functions import sub as sub
from .functions import sum as sum
from .functions import tanh as tanh
from .functions import transpose as transpose
from .functions import where as where
from .tape import no_grad as no_grad
from .tensor import Tensor as Tensor
from .tensor import tensor as tensor

from . import data as data  # isort: skip
from . import models as models  # isort: skip
from . import nn as nn  # isort: skip
from . import plot as plot  # isort: skip
