"""Backward hooks: functions of yours that a module calls when its gradients are known."""

from collections.abc import Callable
from typing import Any

from .. import tape
from ..ops.broadcasting import Array
from ..tensor import Tensor

Hook = Callable[..., Any]


class BackwardHooks:
    """One run of a module, on its way back: collects the gradients and hands them to the hooks.

    The inputs pass a gate before the module, the outputs one after it. On the way back the gradients arrive
    first at the gate of the outputs, then, once the whole module is done, at the gate of the inputs.
    """

    def __init__(self, module: Any, hooks: list[Hook]) -> None:
        self.module, self.hooks = module, hooks
        self.grad_output: tuple[Tensor | None, ...] = ()
        self.no_input_wants_gradients = True

    def enter(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        self.wanted = [isinstance(x, Tensor) and x.requires_grad for x in args]
        self.no_input_wants_gradients = not any(self.wanted)
        return _gate(args, self._at_inputs)

    def leave(self, output: Any) -> Any:
        if isinstance(output, tuple | list):
            return type(output)(_gate(tuple(output), self._at_outputs))
        return _gate((output,), self._at_outputs)[0]

    def _at_outputs(self, gradients: list[Array | None]) -> list[Array | None]:
        self.grad_output = tuple(None if dy is None else Tensor(dy) for dy in gradients)
        if self.no_input_wants_gradients:
            self._call(tuple(None for _ in self.wanted))
        return gradients

    def _at_inputs(self, gradients: list[Array | None]) -> list[Array | None]:
        grad_input = self._call(tuple(None if dx is None else Tensor(dx) for dx in gradients))
        return [None if dx is None else dx.data for dx in grad_input]

    def _call(self, grad_input: tuple[Tensor | None, ...]) -> tuple[Tensor | None, ...]:
        for hook in self.hooks:
            changed = hook(self.module, grad_input, self.grad_output)
            if changed is not None:
                changed = changed if isinstance(changed, tuple) else (changed,)
                if len(changed) != len(grad_input):
                    raise RuntimeError(
                        f"a backward hook of {type(self.module).__name__} returned {len(changed)} gradients "
                        f"for {len(grad_input)} inputs"
                    )
                grad_input = changed
        return grad_input


def _gate(values: tuple[Any, ...], at_gate: Callable[[list[Array | None]], Any]) -> tuple[Any, ...]:
    """The same values; on the way back their gradients, all of them together, go through `at_gate`."""
    entries = tuple(value.entry if isinstance(value, Tensor) else None for value in values)

    def gate_vjp(parts: tape.Parts) -> tuple[Array | None, ...]:
        return tuple(at_gate([parts.get(i) for i in range(len(values))]))

    parts = tape.record_many(gate_vjp, entries, (), len(values))
    return tuple(
        value if part is None or entry is None else Tensor(value.data, part)
        for value, entry, part in zip(values, entries, parts, strict=True)
    )
