"""The figure of a recurrent unit, unrolled: its states and slopes are those of layerwise's RNN."""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerwise as lw

from . import node

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "unrolling-rule.mjs"
WEIGHTS = [-1, 0.25, 0.9, 1.5, 2]

javascript = functools.partial(node.javascript, RULE)


def cases() -> list[dict[str, Any]]:
    inputs = javascript("Object.keys(rule.INPUTS)")
    return [
        {"w": w, "activation": activation, "input": name}
        for w in WEIGHTS
        for activation in ("none", "tanh")
        for name in inputs
    ]


@pytest.fixture(scope="module")
def traces() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    settings = cases()
    found = javascript(f"{json.dumps(settings)}.map(rule.trace)")
    return list(zip(settings, found, strict=True))


def by_layerwise(setting: dict[str, Any], x: list[float]) -> tuple[list[Any], float, list[float]]:
    """The states, the slope of the last one by w, and by every state."""
    phi = {"none": lambda z: z, "tanh": lw.tanh}[setting["activation"]]
    w, h = lw.tensor(setting["w"] * 1.0, requires_grad=True), lw.tensor(0.0, requires_grad=True)
    states = [h]
    for x_t in x:
        states.append(phi(w * states[-1] + x_t))
    for state in states[1:]:
        state.retain_grad()
    states[-1].backward()
    return [s.item() for s in states], w.grad.item(), [s.grad.item() for s in states]


def test_states_and_slopes_equal_layerwise(traces: Any) -> None:
    for setting, steps in traces:
        states, slope, slopes = by_layerwise(setting, steps[0]["x"])
        assert np.allclose(steps[-1]["h"], states), setting
        assert np.allclose(steps[-1]["states"], slopes), setting
        assert np.isclose(steps[-1]["slope"], slope), setting


def test_tanh_states_are_those_of_an_rnn_layer() -> None:
    x = javascript('rule.INPUTS["up and down"]')
    rnn = lw.nn.RNN(1, 1, bias=False).double()
    rnn.load_state_dict({"weight_hh_l0": lw.tensor([[1.5]]), "weight_ih_l0": lw.tensor([[1.0]])})
    out, _ = rnn(lw.tensor(np.array(x, dtype=float)[:, None]))
    states = javascript('rule.forward(1.5, rule.INPUTS["up and down"], rule.ACTIVATIONS.tanh)')
    assert np.allclose(out.detach().numpy()[:, 0], states[1:])


def test_goes_forward_then_back_then_sums(traces: Any) -> None:
    for _, steps in traces:
        T = len(steps[0]["x"])
        kinds = [step["kind"] for step in steps]
        assert kinds == ["start"] + ["forward"] * T + ["loss"] + ["backward"] * T + ["sum"]
        assert [step["t"] for step in steps[1 : T + 1]] == list(range(1, T + 1))
        back = steps[T + 2 : -1]
        assert [step["t"] for step in back] == list(range(T, 0, -1))
        assert [step["reached"] for step in back] == list(range(T - 1, -1, -1))
        for step in back:
            parts = step["parts"][step["t"] :]  # those of the moments visited
            assert np.isclose(step["slope"], sum(parts))
        assert back[-1]["slope"] == steps[-1]["slope"]


def test_without_activation_the_gradient_is_a_power(traces: Any) -> None:
    for setting, steps in traces:
        if setting["activation"] == "none":
            T = len(steps[0]["x"])
            assert np.allclose(steps[-1]["states"], [setting["w"] ** (T - t) for t in range(T + 1)])
