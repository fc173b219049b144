"""Training: one `Trainer` for models of this library and of torch."""

from .callbacks import Callback as Callback
from .callbacks import EarlyStopping as EarlyStopping
from .callbacks import SaveBest as SaveBest
from .checkpoint import read_checkpoint as read_checkpoint
from .checkpoint import write_checkpoint as write_checkpoint
from .history import History as History
from .metrics import accuracy as accuracy
from .metrics import binary_accuracy as binary_accuracy
from .trainer import Trainer as Trainer
