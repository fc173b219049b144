"""The ward's figure: its records are those of the networks in the chapter, as layerwise trains them.

python tests/book/test_ward.py     writes the records anew, after a change of the chapter's ward
"""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerwise as lw

BOOK = Path(__file__).resolve().parents[2] / "book"
CHAPTER = BOOK / "introduction" / "when-training-fails.md"
RECORDS = BOOK / "_static" / "figures" / "ward-records.mjs"
HEAD = (
    "// The patients of the ward, made by `python tests/book/test_ward.py` from the chapter's own code.\n\n"
)
POINTS = 21  # of a loss curve


def ward() -> dict[str, Any]:
    """What the chapter's first two cells define: the imports, and the patients."""
    cell = re.compile(r"^```\{code-cell\} ipython3\n(?:---\n.*?^---\n)?(.*?)^```$", re.S | re.M)
    defined: dict[str, Any] = {}
    for code in cell.findall(CHAPTER.read_text())[:2]:
        exec(code, defined)
    return defined


def number(value: Any) -> float | None:
    """Three digits; None where there is no number, or one too large to draw."""
    return float(f"{value:.3g}") if math.isfinite(value) and value < 1e20 else None


def curve(losses: list[float]) -> list[float | None]:
    return [number(losses[k]) for k in np.linspace(0, len(losses) - 1, POINTS).round().astype(int)]


def layers(probe: lw.diagnostics.Probe) -> list[dict[str, Any]]:
    half = len(probe.steps) // 2
    last = list(probe.layers)[-1]
    found = []
    for name, record in probe.layers.items():
        layer: dict[str, Any] = {
            "name": name,
            "kind": record.kind,
            "spread": number(np.mean(record.std[half:])),
        }
        for share in (record.dead[half:], record.saturated[half:]):
            if record.kind != "Linear" and name != last and np.isfinite(share).all():
                layer["off"] = number(np.mean(share))
        if record.kind == "Linear":
            layer["gradient"] = number(record.grad_norm[0] / record.weight_norm[0])
            layer["update"] = number(np.median(record.update_ratio))
        found.append(layer)
    return found


def records() -> list[dict[str, Any]]:
    defined = ward()
    found = []
    for name, (sick, mended) in defined["WARD"].items():
        probe, train, validation, right = defined["visit"](**sick)
        finding = lw.diagnostics.doctor(probe, train=train, validation=validation)[0]
        linear = [record for record in probe.layers.values() if record.kind == "Linear"]
        found.append(
            {
                "name": name,
                "losses": curve(probe.losses),
                "mended": curve(defined["visit"](**mended)[0].losses),
                "right": number(right),
                "left": number(max(np.mean(np.array(record.left_over) > 0) for record in linear)),
                "layers": layers(probe),
                "finding": finding._asdict(),
            }
        )
    return found


def read() -> list[dict[str, Any]]:
    text = RECORDS.read_text().removeprefix(HEAD).removeprefix("export const RECORDS = ").removesuffix(";\n")
    return list(json.loads(text))


def write() -> None:
    rows = ",\n".join("  " + json.dumps(record, ensure_ascii=False) for record in records())
    RECORDS.write_text(f"{HEAD}export const RECORDS = [\n{rows}\n];\n")


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What the figure has of each patient, and what the chapter's code gives now."""
    return list(zip(read(), records(), strict=True))


def close(shown: float | None, found: float | None) -> bool:
    """A sum may differ in its last bit from machine to machine, and training lets that grow a little."""
    if shown is None or found is None:
        return shown is found
    return math.isclose(shown, found, rel_tol=0.02, abs_tol=1e-12)


def test_curves_are_those_of_the_chapter(pairs: Any) -> None:
    for shown, found in pairs:
        for key in ("losses", "mended"):
            assert all(map(close, shown[key], found[key])), (shown["name"], key)
        assert close(shown["right"], found["right"])
        assert close(shown["left"], found["left"])


def test_instruments_are_those_of_the_probe(pairs: Any) -> None:
    for shown, found in pairs:
        for layer, now in zip(shown["layers"], found["layers"], strict=True):
            assert layer.keys() == now.keys()
            for key in layer.keys() - {"name", "kind"}:
                assert close(layer[key], now[key]), (shown["name"], layer["name"], key)
            assert (layer["name"], layer["kind"]) == (now["name"], now["kind"])


def test_findings_are_the_doctors_and_all_different(pairs: Any) -> None:
    for shown, found in pairs:
        for key in ("fault", "layer", "remedy"):
            assert shown["finding"][key] == found["finding"][key]
    assert len({shown["finding"]["fault"] for shown, _ in pairs}) == len(pairs) == 13


if __name__ == "__main__":
    write()
