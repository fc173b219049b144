"""A look inside a network while it trains, layer by layer and step by step."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..ops.broadcasting import Array
from .libraries import (
    array_of,
    check_model,
    first_tensor,
    is_recording,
    kind_of,
    layers_of,
    library_of,
    own_parameters,
)
from .measures import NAN, Inputs, dead_outputs, norm, saturated, silent_rows, spread, twins


@dataclass
class LayerRecord:
    """What was seen of one layer: lists with a number for every recorded step, NaN where there is none.

    The activation is the layer's output, over the batch and all units.

    >>> import layerwise as lw
    >>> layer = lw.nn.ReLU()
    >>> with lw.diagnostics.probe(layer) as probe:
    ...     _ = layer(lw.tensor([[1.0, -1.0], [3.0, -3.0]]))
    ...     probe.step()
    >>> record = probe.layers["ReLU"]
    >>> record.mean, record.dead
    ([1.0], [0.5])
    """

    kind: str  # the class of the layer
    mean: list[float] = field(default_factory=list)  # of the activation
    std: list[float] = field(default_factory=list)  # its spread
    dead: list[float] = field(default_factory=list)  # share of units that no example of the batch excites
    saturated: list[float] = field(
        default_factory=list
    )  # share of numbers on the flat parts of tanh or sigmoid
    grad_norm: list[float] = field(default_factory=list)  # |dL/dw|, of all parameters, before any clipping
    weight_norm: list[float] = field(default_factory=list)  # |w|, before the step
    update_ratio: list[float] = field(default_factory=list)  # |Δw| / |w|
    left_over: list[float] = field(
        default_factory=list
    )  # |gradient| that was there before the step's backward
    twins: list[float] = field(default_factory=list)  # share of units with the same weights as the first


MEASURES = tuple(name for name in LayerRecord.__dataclass_fields__ if name != "kind")


class Probe:
    """What `probe` returns.

    layers: a `LayerRecord` for every layer, by its name, in the order in which the layers are called.
    steps: the numbers of the recorded steps, counted from 0.
    losses: the losses of all steps, of those that were given.
    inputs: what came into the first layer with parameters, in the first recorded step.
    never_evaluated: layers that were in training mode in passes without gradients, so in an evaluation,
        although they act differently then, and the number of such passes.

    >>> import layerwise as lw
    >>> model = lw.nn.Sequential(lw.nn.Linear(2, 2), lw.nn.Dropout(0.5))
    >>> with lw.diagnostics.probe(model) as probe, lw.no_grad():
    ...     _ = model(lw.ones(1, 2))
    >>> probe.never_evaluated
    {'1': 1}
    """

    def __init__(self, model: Any, optimizer: Any = None, *, every: int = 1) -> None:
        check_model("probe", model)
        if every < 1:
            raise ValueError(f"probe(): every must be at least 1, got {every}")
        self.model, self.optimizer, self.every = model, optimizer, every
        self.layers: dict[str, LayerRecord] = {}
        self.steps: list[int] = []
        self.losses: list[float] = []
        self.inputs: Inputs | None = None
        self.never_evaluated: dict[str, int] = {}
        self._library = library_of(model)
        self._step = 0
        self._watched = [_Watched(name, layer) for name, layer in layers_of(model)]
        self._handles = [handle for layer in self._watched for handle in self._attach(layer)]
        self._begin()

    def step(self, loss: Any = None) -> None:
        """Close a step of training: to be called after the optimizer's step, with the loss."""
        if loss is not None:
            self.losses.append(float(array_of(loss)))
        if self._awake:
            self.steps.append(self._step)
            for layer in self._watched:
                record = self.layers.setdefault(layer.name, LayerRecord(kind_of(layer.module)))
                with np.errstate(all="ignore"):
                    seen = layer.finish()
                for name, value in seen.items():
                    getattr(record, name).append(value)
        self._step += 1
        self._begin()

    def series(self, measure: str) -> dict[str, list[float]]:
        """One measure of all layers that have it, by the layers' names: what `layerwise.plot` draws."""
        if measure not in MEASURES:
            raise ValueError(f"series(): measure must be one of {', '.join(MEASURES)}, got {measure!r}")
        found = {name: getattr(record, measure) for name, record in self.layers.items()}
        return {name: values for name, values in found.items() if not np.isnan(values).all()}

    def close(self) -> None:
        """Take all hooks away. The records stay."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def __enter__(self) -> "Probe":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        head = f"{'layer':<24}{'mean':>9}{'std':>9}{'dead':>7}{'satur.':>7}{'|grad|':>10}{'|Δw|/|w|':>10}"
        lines = [f"{len(self.steps)} of {self._step} steps recorded; the last one:", head]
        for name, r in self.layers.items():
            last = f"{r.mean[-1]:>9.3g}{r.std[-1]:>9.3g}{r.dead[-1]:>7.2f}{r.saturated[-1]:>7.2f}"
            lines.append(
                f"{name:<24}{last}{r.grad_norm[-1]:>10.2e}{r.update_ratio[-1]:>10.2e}".replace("nan", "  -")
            )
        return "\n".join(lines if self.layers else lines[:1])

    # --- what the hooks do

    def _begin(self) -> None:
        self._awake = self._step % self.every == 0
        if self._awake:
            for layer in self._watched:
                layer.begin()

    def _attach(self, layer: "_Watched") -> list[Any]:
        handles = [layer.module.register_forward_hook(self._after_forward(layer))]
        for name, parameter in layer.parameters:
            if parameter.requires_grad:
                handles.append(parameter.register_hook(self._after_backward(layer, name, parameter)))
        return handles

    def _after_forward(self, layer: "_Watched") -> Callable[..., None]:
        def see(module: Any, args: tuple[Any, ...], output: Any) -> None:
            y = first_tensor(output)
            if y is None:
                return
            if not y.requires_grad and not is_recording(self._library):
                if module.training and acts_differently_in_training(module):
                    self.never_evaluated[layer.name] = self.never_evaluated.get(layer.name, 0) + 1
            elif self._awake:
                if layer.name not in self.layers:
                    self.layers[layer.name] = LayerRecord(kind_of(module))
                if self.inputs is None and layer.parameters and (x := first_tensor(args)) is not None:
                    self.inputs = Inputs.of(layer.name, kind_of(module), array_of(x))
                with np.errstate(all="ignore"):
                    layer.see_output(array_of(y))

        return see

    def _after_backward(self, layer: "_Watched", name: str, parameter: Any) -> Callable[[Any], None]:
        def see(gradient: Any) -> None:
            if self._awake:
                before = None if parameter.grad is None else array_of(parameter.grad)
                with np.errstate(all="ignore"):
                    layer.see_gradient(name, array_of(gradient), before)

        return see


def probe(model: Any, optimizer: Any = None, *, every: int = 1) -> Probe:
    """Watch a model while it trains: its activations, gradients and updates, layer by layer, step by step.

    model: a module of this library or of torch. Its layers are the modules with parameters or without
        children: an activation is seen if it is a module, `nn.ReLU()`, and not if it is called, `x.relu()`.
    optimizer: the model's, for `doctor`, which then knows what it was told to change.
    every: record every so many steps; the steps in between cost next to nothing.

    Returns a `Probe`, for a `with` block, at whose end its hooks are taken away; its `step` is to be called
    after every step of the optimizer.

    >>> import numpy as np
    >>> import layerwise as lw
    >>> _ = lw.manual_seed(0)
    >>> model = lw.nn.Sequential(lw.nn.Linear(2, 8), lw.nn.ReLU(), lw.nn.Linear(8, 1))
    >>> optimizer = lw.optim.SGD(model.parameters(), lr=0.1)
    >>> x = lw.tensor(np.random.default_rng(0).standard_normal((16, 2)).astype("float32"))
    >>> with lw.diagnostics.probe(model, optimizer) as probe:
    ...     for _ in range(3):
    ...         optimizer.zero_grad()
    ...         loss = (model(x) ** 2).mean()
    ...         loss.backward()
    ...         optimizer.step()
    ...         probe.step(loss)
    >>> list(probe.layers), len(probe.layers["1"].mean)
    (['0', '1', '2'], 3)
    """
    return Probe(model, optimizer, every=every)


def acts_differently_in_training(module: Any) -> bool:
    """Whether `eval` matters: dropout, and normalization over the batch."""
    kind = kind_of(module)
    if "Dropout" in kind or kind == "DropPath":
        return bool(getattr(module, "p", 1) > 0)
    if "BatchNorm" in kind:
        return bool(module.track_running_stats)
    rate = getattr(module, "dropout", 0.0)  # of recurrent and attention layers
    return isinstance(rate, float) and rate > 0


class _Watched:
    """One layer, and what was seen of it in the step that is going on."""

    def __init__(self, name: str, module: Any) -> None:
        self.name, self.module = name, module
        self.parameters = own_parameters(module)
        self.before: dict[str, Array] = {}  # the parameters before the step

    def begin(self) -> None:
        self.outputs: list[dict[str, float]] = []  # a row for every call
        self.gradients: dict[
            str, tuple[float, float]
        ] = {}  # parameter -> |gradient|, |what was there before|
        self.silent = NAN
        for name, parameter in self.parameters:
            array = array_of(parameter)
            if name in self.before and self.before[name].shape == array.shape:
                np.copyto(self.before[name], array)
            else:
                self.before[name] = array.copy()

    def see_output(self, y: Array) -> None:
        if y.dtype.kind != "f" or y.size == 0:
            return
        mean, std = spread(y)
        dead, flat = dead_outputs(self.module, y), saturated(self.module, y)
        self.outputs.append({"mean": mean, "std": std, "dead": dead, "saturated": flat})

    def see_gradient(self, name: str, new: Array, before: Array | None) -> None:
        """A gradient that is about to be added to `before`, perhaps one of several in this step."""
        if name in self.gradients and before is not None:  # earlier in this step there was another
            self.gradients[name] = norm(before + new), self.gradients[name][1]
        else:
            self.gradients[name] = norm(new), 0.0 if before is None else norm(before)
        if name == "weight":
            self.silent = silent_rows(self.module, new)

    def finish(self) -> dict[str, float]:
        """The numbers of the step."""
        seen = dict.fromkeys(MEASURES, NAN)
        if self.outputs:
            for name in self.outputs[0]:
                seen[name] = sum(call[name] for call in self.outputs) / len(self.outputs)
        if math.isnan(seen["dead"]):
            seen["dead"] = self.silent
        if self.gradients:
            new, old = zip(*self.gradients.values(), strict=True)
            seen["grad_norm"], seen["left_over"] = math.hypot(*new), math.hypot(*old)
        if self.parameters:
            arrays = [(self.before[name], array_of(parameter)) for name, parameter in self.parameters]
            size = math.hypot(*(norm(before) for before, _ in arrays))
            change = math.hypot(*(norm(after - before) for before, after in arrays))
            seen["weight_norm"] = size
            seen["update_ratio"] = change / size if size else (NAN if change else 0.0)
            shares = [twins(self.module, after) for _, after in arrays]
            seen["twins"] = min((share for share in shares if not math.isnan(share)), default=NAN)
        return seen
