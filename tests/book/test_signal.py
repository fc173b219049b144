"""The figure of a signal in a random network: its numbers are those of layerwise's layers."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

import layerwise as lw

from . import node

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "signal-rule.mjs"
BINS, REACH = 41, 2
SETTINGS = [
    {"width": width, "depth": depth, "activation": activation, "gain": gain, "seed": seed}
    for seed, (width, depth, activation, gain) in enumerate(
        [
            (8, 30, "none", 1.0),
            (32, 10, "none", 0.5),
            (8, 12, "ReLU", 2**0.5),
            (32, 30, "ReLU", 3.0),
            (32, 30, "tanh", 1.0),
            (64, 10, "tanh", 3.0),
        ],
        start=1,
    )
]


javascript = functools.partial(node.javascript, RULE)


@pytest.fixture(scope="module")
def runs() -> list[dict[str, Any]]:
    """For each setting the states of its trace, the inputs, and the weights in the order of their drawing."""
    return list(
        javascript(
            f"""{json.dumps(SETTINGS)}.map((setting) => {{
                const {{ width, depth, gain, seed }} = setting;
                const draw = rule.normal(seed);
                const matrix = (columns, scale) =>
                    rule.matrix(draw, width, columns, scale).map((row) => [...row]);
                return {{
                    inputs: matrix(rule.BATCH, 1),
                    weights: Array.from({{ length: depth }}, () => matrix(width, gain / Math.sqrt(width))),
                    states: rule.trace(setting, {BINS}, {REACH}),
                }};
            }})"""
        )
    )


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_every_layer_equals_layerwise(runs: list[dict[str, Any]], number: int) -> None:
    setting, run = SETTINGS[number], runs[number]
    phi = {"none": lw.nn.Identity(), "ReLU": lw.nn.ReLU(), "tanh": lw.nn.Tanh()}[setting["activation"]]
    h = lw.tensor(np.array(run["inputs"]).T)  # (batch, width)
    assert len(run["states"]) == setting["depth"] + 1
    for layer, state in enumerate(run["states"]):
        if layer > 0:
            weight = lw.tensor(np.array(run["weights"][layer - 1]))
            h = phi(lw.nn.functional.linear(h, weight))
        values = h.numpy()
        assert state["layer"] == layer
        assert state["size"] == pytest.approx(np.sqrt((values**2).mean()), rel=1e-9)
        # What lies outside counts at the ends.
        inside = values.clip(-REACH + 1e-12, REACH - 1e-12)
        counts, _ = np.histogram(inside, BINS, (-REACH, REACH))
        assert np.allclose(state["bars"], counts / values.size, atol=1.5 / values.size)  # one on a bin's edge


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_weights_have_the_promised_spread(runs: list[dict[str, Any]], number: int) -> None:
    setting, weights = SETTINGS[number], np.array(runs[number]["weights"])
    standard = weights.ravel() * np.sqrt(setting["width"]) / setting["gain"]
    assert stats.kstest(standard, "norm").pvalue > 0.001
    assert abs(standard.mean()) < 5 / np.sqrt(standard.size)
    assert abs(standard.var() - 1) < 5 * np.sqrt(2 / standard.size)


def squared(x: float, phi: Callable[[float], float], spread: float) -> float:
    """φ² of a normal score, times its density."""
    return float(phi(spread * x) ** 2 * stats.norm.pdf(x))


def test_expected_sizes() -> None:
    gains, sizes = [0.5, 1, 2**0.5, 3], [1e-6, 0.01, 1, 5]
    found = javascript(
        f"""["none", "ReLU", "tanh"].map((name) => {gains}.map((g) => {sizes}.map((q) =>
            rule.expected(name, g, q))))"""
    )
    activations = [lambda z: z, lambda z: np.maximum(z, 0), np.tanh]
    for of_activation, phi in zip(found, activations, strict=True):
        for of_gain, gain in zip(of_activation, gains, strict=True):
            for value, q in zip(of_gain, sizes, strict=True):
                by_quadrature, _ = quad(squared, -12, 12, args=(phi, gain * np.sqrt(q)), limit=200)
                assert value == pytest.approx(by_quadrature, rel=1e-6)


def test_networks_differ_and_repeat() -> None:
    sizes = javascript(
        f"""[1, 2, 3, 1].map((seed) => {{
            const setting = {{ width: 8, depth: 5, activation: "tanh", gain: 1, seed }};
            return rule.trace(setting, {BINS}, {REACH}).at(-1).size;
        }})"""
    )
    assert sizes[0] == sizes[3]
    assert len(set(sizes)) == 3
