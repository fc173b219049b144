"""The figure of the sliding kernel: its feature maps are those of layerwise's convolution."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerwise as lw

from .node import javascript

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "convolution-rule.mjs"
OPTIONS = [
    {"stride": s, "padding": p, "dilation": d}
    for s, p, d in itertools.product((1, 2, 3), (0, 1, 2), (1, 2, 3))
]


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    """Picture, kernel, options and steps, for all that a reader can choose."""
    program = f"""{json.dumps(OPTIONS)}.flatMap((options) => [1, 3].flatMap((channels) =>
        rule.PICTURES.flatMap((name) => rule.KERNELS.map((kernelName) => {{
          const [image, weights] = [rule.picture(name, channels), rule.kernel(kernelName, channels)];
          const steps = rule.slide(image, weights, options);
          return {{ image, weights, options, size: rule.places(options), steps }};
        }}))))"""
    return list(javascript(RULE, program))


def test_feature_maps_are_those_of_layerwise(found: list[dict[str, Any]]) -> None:
    assert len(found) == len(OPTIONS) * 2 * 4 * 6
    for row in found:
        x, w = (lw.tensor(np.array([row[name]], dtype=float)) for name in ("image", "weights"))
        expected = lw.nn.functional.conv2d(x, w, **row["options"]).numpy()[0, 0]
        sums = np.array([step["sum"] for step in row["steps"]])
        assert expected.shape == (row["size"], row["size"])
        assert np.array_equal(sums, expected.ravel())


def test_sums_are_of_the_products_shown(found: list[dict[str, Any]]) -> None:
    for row in found[::7]:
        for step in row["steps"]:
            sums = [sum(term["w"] * term["x"] for term in terms) for terms in step["products"]]
            assert sums == step["sums"]
            assert sum(sums) == step["sum"]


def test_gray_pictures_are_bright_where_any_color_is(found: list[dict[str, Any]]) -> None:
    gray, color = (
        [row["image"] for row in found if len(row["image"]) == channels][:24:6] for channels in (1, 3)
    )
    for one, three in zip(gray, color, strict=True):
        assert np.array_equal(one[0], np.max(three, axis=0))
