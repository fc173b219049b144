"""The figure of double descent: its fits are NumPy's least squares, without and with a penalty."""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from . import node

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "generalization-rule.mjs"
SETTINGS = [
    {"n": n, "noise": noise, "lambda": penalty, "number": number}
    for n, noise, penalty, number in [(15, 0.3, 0, 1), (15, 0.3, 0.03, 4), (10, 0, 0, 2), (20, 0.6, 1, 5)]
]
GRID = np.arange(201) / 200


javascript = functools.partial(node.javascript, RULE)


@pytest.fixture(scope="module")
def runs() -> list[dict[str, Any]]:
    """For each setting its states, and all the samples behind their medians."""
    return list(
        javascript(
            f"""{json.dumps(SETTINGS)}.map((setting) => ({{
                setting,
                states: rule.descent(setting),
                samples: Array.from({{ length: rule.SAMPLES }}, (_, i) =>
                    rule.sample(i + 1, setting.n, setting.noise)),
            }}))"""
        )
    )


def features(x: np.ndarray, size: int) -> np.ndarray:
    """The chapter's `cosines`."""
    k = np.arange(size)
    return np.cos(np.pi * np.outer(x, k)) / np.maximum(k, 1)


def least_squares(features: np.ndarray, y: np.ndarray, penalty: float) -> np.ndarray:
    """By another way than the figure's: rows added for the penalty, or the pseudoinverse."""
    if penalty == 0:
        return np.asarray(np.linalg.pinv(features, rcond=1e-10) @ y)
    size = features.shape[1]
    taller = np.vstack([features, np.sqrt(penalty) * np.eye(size)])
    return np.asarray(np.linalg.lstsq(taller, np.concatenate([y, np.zeros(size)]), rcond=None)[0])


def test_every_fit_is_least_squares(runs: list[dict[str, Any]]) -> None:
    for run in runs:
        setting, samples = run["setting"], run["samples"]
        for state in run["states"]:
            size, errors = state["P"], []
            for number, sample in enumerate(samples, start=1):
                x, y = np.array(sample["x"]), np.array(sample["y"])
                w = least_squares(features(x, size), y, setting["lambda"])
                drawn = features(GRID, size) @ w
                training = np.mean((features(x, size) @ w - y) ** 2)
                errors.append((training, np.mean((drawn - np.sin(2 * np.pi * GRID)) ** 2)))
                if number == setting["number"]:
                    assert np.allclose(state["drawn"], drawn, atol=1e-7), (setting, size)
                    assert state["size"] == pytest.approx(np.linalg.norm(w))
            training, test = np.median(errors, axis=0)
            assert state["middle"]["training"] == pytest.approx(training, abs=1e-12)
            assert state["middle"]["test"] == pytest.approx(test, rel=1e-6)


def test_a_point_lies_in_each_part_and_noise_is_what_it_says(runs: list[dict[str, Any]]) -> None:
    for run in runs:
        n, noise = run["setting"]["n"], run["setting"]["noise"]
        x, y = (np.array([sample[name] for sample in run["samples"]]) for name in "xy")  # (samples, n)
        assert (np.floor(n * x) == np.arange(n)).all()
        off = y - np.sin(2 * np.pi * x)
        assert off.std() == pytest.approx(noise, rel=0.15, abs=1e-12)
        assert off.mean() == pytest.approx(0, abs=0.3 * noise + 1e-12)


def test_the_peak_is_where_features_equal_points_and_a_penalty_removes_it(runs: list[dict[str, Any]]) -> None:
    plain, penalized = runs[0], runs[1]
    test = {state["P"]: state["middle"]["test"] for state in plain["states"]}
    assert max((size for size in test if size > 4), key=lambda size: test[size]) == 15
    assert test[15] > 5 * min(test.values())
    assert test[100] < test[15] / 2
    smooth = {state["P"]: state["middle"]["test"] for state in penalized["states"]}
    assert smooth[15] < test[15] / 2


def test_orthogonal_vectors_keep_their_lengths_and_span() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(6, 9))
    vectors[5] = vectors[0] - 2 * vectors[1]  # dependent: one length must become 0
    answer = javascript(
        f"Object.entries(rule.orthogonalize({json.dumps(vectors.tolist())}))"
        ".map(([name, rows]) => [name, rows.map((row) => [...row])])"
    )
    turned, turns = (np.array(dict(answer)[name]) for name in ("turned", "turns"))
    assert np.allclose(turns @ vectors, turned)
    assert np.allclose(turns @ turns.T, np.eye(6))
    lengths = np.sort(np.linalg.norm(turned, axis=1))[::-1]
    assert np.allclose(lengths, np.linalg.svd(vectors)[1], atol=1e-12)
    gram = turned @ turned.T
    assert np.abs(gram - np.diag(np.diag(gram))).max() < 1e-10
