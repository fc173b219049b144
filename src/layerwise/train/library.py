"""What differs between the two libraries when a model is trained. All else in this folder is for both."""

import contextlib
import random
import sys
from typing import Any

import numpy as np
from numpy import ndarray  # the name is looked up for every array of every batch

from .processes import Processes, Torchrun


def library_of(model: Any, device: Any = None, precision: str | None = None) -> "Layerwise | Torch":
    """The library that a model was made with."""
    for base in type(model).__mro__:
        name = base.__module__.partition(".")[0]
        if name == "layerwise":
            return Layerwise(model, device, precision)
        if name == "torch":
            return Torch(model, device, precision)
    raise TypeError(f"Trainer(): model must be a Module of layerwise or of torch, got {type(model).__name__}")


class Layerwise:
    """NumPy: one process, one device, the parameters' own precision."""

    name = "layerwise"

    def __init__(self, model: Any, device: Any, precision: str | None) -> None:
        from ..nn import utils
        from ..tape import no_grad
        from ..tensor import Tensor, tensor

        if device not in (None, "cpu"):
            raise ValueError(f"Trainer(): device must be None or 'cpu' for a layerwise model, got {device!r}")
        if precision is not None:
            raise ValueError(
                f"Trainer(): precision is for torch models, got {precision!r} for a layerwise model"
            )
        if Torchrun.started():
            raise ValueError(
                "Trainer(): torchrun is for torch models, a layerwise model trains in one process"
            )
        self.model = self.forward = model
        self.utils, self.no_grad = utils, no_grad
        self.autocast: Any = contextlib.nullcontext()
        self.scaler = None
        self.processes = Processes()
        self._make, self._copy = Tensor, tensor

    def tensors(self, batch: Any) -> list[Any]:
        """Arrays, and all else but tensors, as tensors. An array keeps its memory and its number format."""
        make = self._make
        return [make(x) if type(x) is ndarray else x if type(x) is make else self._copy(x) for x in batch]

    def clip(self, optimizer: Any, norm: float | None, value: float | None) -> None:
        _clip(self.utils, optimizer, norm, value)

    def array(self, output: Any) -> Any:
        return output.detach().numpy()

    # --- random numbers

    def seed(self, seed: int) -> None:
        from ..random import manual_seed

        manual_seed(seed)

    def _generators(self) -> dict[str, np.random.Generator]:
        """The default generator, and those that layers were given as an argument."""
        from ..random import default_generator

        found = {"default": default_generator}
        for path, module in self.model.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, np.random.Generator):
                    found[f"{path}.{name}"] = value
        return found

    def random_state(self) -> dict[str, Any]:
        states = {name: generator.bit_generator.state for name, generator in self._generators().items()}
        return {**_python_state(), "generators": states}

    def set_random_state(self, state: dict[str, Any]) -> None:
        _set_python_state(state)
        for name, generator in self._generators().items():
            generator.bit_generator.state = state["generators"][name]

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        pass


class Torch:
    """PyTorch: a device, mixed precision, and several processes if `torchrun` has started them."""

    name = "torch"

    def __init__(self, model: Any, device: Any, precision: str | None) -> None:
        import torch

        self.torch, self.utils, self.no_grad = torch, torch.nn.utils, torch.no_grad
        self.model = model
        self.processes = Torchrun(device) if Torchrun.started() else Processes()
        if device is not None:
            model.to(self.processes.device(device))
        self.device = next(model.parameters()).device
        self._from_numpy = torch.from_numpy if self.device.type == "cpu" else None  # the fastest way

        # mixed precision: products in 16 bits, sums and parameters in 32
        if precision not in (None, "bfloat16", "float16"):
            raise ValueError(f"Trainer(): precision must be None, 'bfloat16' or 'float16', got {precision!r}")
        if precision == "float16" and self.device.type != "cuda":
            raise ValueError("Trainer(): precision 'float16' is for cuda, elsewhere there is 'bfloat16'")
        self.autocast: Any = contextlib.nullcontext()
        if precision is not None:
            self.autocast = torch.autocast(self.device.type, getattr(torch, precision))
        # float16 has no numbers below 6e-8: the loss is scaled up, so that small gradients do not vanish
        self.scaler = torch.amp.GradScaler(self.device.type) if precision == "float16" else None
        self.forward = self.processes.wrap(model)

    def tensors(self, batch: Any) -> list[Any]:
        """All as tensors on the device. An array keeps its number format, and on the CPU its memory."""
        make = self._from_numpy
        if make is None:
            return [self.torch.as_tensor(x, device=self.device) for x in batch]
        return [make(x) if type(x) is ndarray else self.torch.as_tensor(x) for x in batch]

    def clip(self, optimizer: Any, norm: float | None, value: float | None) -> None:
        if self.scaler is not None:
            self.scaler.unscale_(optimizer)
        _clip(self.utils, optimizer, norm, value)

    def array(self, output: Any) -> Any:
        output = output.detach().cpu()
        return (output.float() if output.dtype == self.torch.bfloat16 else output).numpy()

    # --- random numbers

    def seed(self, seed: int) -> None:
        self.torch.manual_seed(seed)

    def random_state(self) -> dict[str, Any]:
        state = {**_python_state(), "torch": self.torch.get_rng_state()}
        if self.device.type == "cuda":
            state["cuda"] = self.torch.cuda.get_rng_state(self.device)
        return state

    def set_random_state(self, state: dict[str, Any]) -> None:
        _set_python_state(state)
        self.torch.set_rng_state(state["torch"])
        if "cuda" in state and self.device.type == "cuda":
            self.torch.cuda.set_rng_state(state["cuda"], self.device)

    def state_dict(self) -> dict[str, Any]:
        return {} if self.scaler is None else self.scaler.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        if self.scaler is not None and state:
            self.scaler.load_state_dict(state)


def _clip(utils: Any, optimizer: Any, norm: float | None, value: float | None) -> None:
    """Limit the length of the gradient, then each of its numbers."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    if norm is not None:
        utils.clip_grad_norm_(parameters, norm)
    if value is not None:
        utils.clip_grad_value_(parameters, value)


def _python_state() -> dict[str, Any]:
    """The generators that a user's own code may draw from: Python's and NumPy's global ones."""
    return {"python": random.getstate(), "numpy": np.random.get_state()}


def _set_python_state(state: dict[str, Any]) -> None:
    random.setstate(state["python"])
    np.random.set_state(state["numpy"])


# --- tensors as arrays, and back


def as_array(value: Any) -> tuple[Any, str]:
    """A tensor or array as an array, and what it was. None if it is neither."""
    name = type(value).__module__.partition(".")[0]
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value), "array" if isinstance(value, np.ndarray) else "scalar"
    if name == "layerwise" and hasattr(value, "detach"):
        return value.detach().numpy(), "layerwise"
    if name == "torch" and hasattr(value, "detach"):
        value = value.detach().cpu()
        if value.dtype == sys.modules["torch"].bfloat16:  # which NumPy does not have: its bits
            return value.view(sys.modules["torch"].int16).numpy(), "torch.bfloat16"
        return value.numpy(), "torch"
    return None, ""


def from_array(array: Any, kind: str) -> Any:
    """What `as_array` was given."""
    if kind == "layerwise":
        from ..tensor import Tensor

        return Tensor(array)
    if kind.startswith("torch"):
        import torch

        tensor = torch.from_numpy(array)
        return tensor.view(torch.bfloat16) if kind == "torch.bfloat16" else tensor
    return array[()] if kind == "scalar" else array
