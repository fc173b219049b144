"""`proctor similar`: copies stand on top, whatever was renamed; honest work on short tasks is not listed."""

import csv
import random
import time
from pathlib import Path

import pytest

from proctor import cli, similar
from proctor.fingerprints import LENGTH, WINDOW, all_hashes, fingerprints, normalized

from . import school

TEMPLATE = "def train(x, y):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
ORIGINAL = '''
def train(x, y):
    """Train it."""
    w, b = np.zeros(x.shape[1]), 0.0
    mistakes = []
    while True:  # until it is right
        errors = 0
        for xi, yi in zip(x, y):
            answer = np.heaviside(w @ xi + b, 1.0)
            if answer != yi:
                w, b, errors = w + (yi - answer) * xi, b + (yi - answer), errors + 1
        mistakes.append(errors)
        if errors == 0:
            return w, b, mistakes
'''
COPY = """
def train(data, labels):
    # my own words
    theta, bias = np.zeros(data.shape[1]), 0.0
    history = []
    # a loop

    while True:
        wrong = 0
        for point, label in zip(data, labels):
            guess = np.heaviside(theta @ point
                                 + bias, 1.0)
            if guess != label:
                theta, bias, wrong = theta + (label - guess) * point, bias + (label - guess), wrong + 1
        history.append(wrong)
        if wrong == 0: return theta, bias, history
"""
STATEMENTS = (
    "{a} = np.{f}({b}) {o} {c}", "{a} += {b}[{i}] {o} {c}", "if {a} > {i}:\n        {b} = {c} {o} {i}",
    "for {a} in range(len({b})):\n        {c} += {b}[{a}]", "{a} = [{b} {o} {i} for {b} in {c}]",
    "{a}, {b} = {b}, {c} {o} {a}",
)  # fmt: skip


def own_way(rng: random.Random, name: str) -> str:
    """A function as nobody else would write it, of statements that many use."""
    names = ["x", "w", "a", "b", "total"]
    body = [
        rng.choice(STATEMENTS).format(
            a=rng.choice(names), b=rng.choice(names), c=rng.choice(names), i=rng.randrange(4),
            f=rng.choice(["sum", "mean", "dot", "abs", "where"]), o=rng.choice("+-*/@"),
        )
        for _ in range(rng.randrange(4, 11))
    ]  # fmt: skip
    return f"def {name}(x, w):\n    " + "\n    ".join(body) + "\n    return total\n"


def short_way(rng: random.Random, name: str) -> str:
    """Two lines that half of a class writes in the same way."""
    return f"def {name}(x, w):\n    return {rng.choice(['x @ w', 'np.dot(x, w)', 'np.sum(x * w)'])} > 0\n"


def class_of(size: int, cells: int = 10) -> dict[str, similar.Code]:
    rng = random.Random(5)
    ways = own_way, short_way
    return {
        f"s{n:04}": {f"p1/c{i}": rng.choice(ways)(rng, f"f{i}") for i in range(cells)} for n in range(size)
    }


def test_what_is_normalized() -> None:
    assert list(normalized("x = np.sum(self.w, axis=0)  # so")) == [*"n=n.", "sum", *"(n.n,n=0)"]
    assert list(normalized("f('a' + f'{b}')")) == list(normalized('g("c" + f"{b}")'))
    assert fingerprints(ORIGINAL.replace("until it is right", "")) == fingerprints(ORIGINAL)


def test_a_shared_run_is_found_wherever_it_stands() -> None:
    rng = random.Random(2)
    shared = [rng.choice("+-*/%@&|^<>") for _ in range(LENGTH + WINDOW - 1)]
    for _ in range(50):
        first, second = ([str(rng.random()) for _ in range(rng.randrange(30))] for _ in range(2))
        a, b = " ".join(first + shared + second), " ".join(second + shared + first)
        assert fingerprints(a) & fingerprints(b)


@pytest.mark.parametrize(
    "broken",
    [
        "def f(:\n    return (x\n",
        "'''never closed\nx = 1",
        "  x\n y\nif",
        "\x00 €uro ¿?",
        "x = 'a\ny = 2",
        "",
        "\\",
    ],
)
def test_broken_code(broken: str) -> None:
    all_hashes(broken)
    assert fingerprints(ORIGINAL) & fingerprints(f"{ORIGINAL}\n{broken}"), "what is whole is still found"


def test_a_copy_stands_on_top() -> None:
    """Renamed, comments moved, laid out anew, in another cell, with a syntax error at its end."""
    class_ = class_of(60)
    class_["s0007"]["p1/train"] = ORIGINAL
    class_["s0031"]["p1/other"] = COPY + "\nprint('unclosed'"
    pairs, _ = similar.compare(class_, [TEMPLATE])
    assert (pairs[0].first, pairs[0].second) == ("s0007", "s0031")
    assert pairs[0].cells[0] == "p1/train"
    assert pairs[0].runs >= 20


def test_the_release_does_not_count() -> None:
    given = {f"s{n}": {"p1/train": ORIGINAL} for n in range(2)}
    assert similar.compare(given, [ORIGINAL])[0] == []
    assert similar.compare(given, [TEMPLATE])[0][0].share == 1


def test_short_right_answers_are_not_shouted_at() -> None:
    """Everybody answers ten short tasks, in one of three ways each: nobody is listed."""
    rng = random.Random(1)
    class_ = {f"s{n}": {f"p1/c{i}": short_way(rng, f"f{i}") for i in range(10)} for n in range(30)}
    pairs, shares = similar.compare(class_, [])
    assert pairs == []
    assert similar.distribution(shares, 435)["999 of 1,000 below"] == 0


def test_what_is_usual() -> None:
    """Of 4,950 pairs of honest work, the usual shares stay far below a copy's."""
    _, shares = similar.compare(class_of(100), [])
    usual = similar.distribution(shares, 4950)
    assert usual["median"] < 0.1
    assert usual["999 of 1,000 below"] < 0.5
    assert similar.distribution([0.5], 1) == {"median": 0.5, "most": 0.5}


def test_a_large_class_takes_seconds() -> None:
    class_ = class_of(1000)
    class_["s0900"] = dict(class_["s0100"])
    started = time.process_time()
    pairs, _ = similar.compare(class_, [TEMPLATE])
    assert time.process_time() - started < 20
    assert (pairs[0].first, pairs[0].second, pairs[0].share) == ("s0100", "s0900", 1)


def test_the_command(
    course: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged submissions are passed over; the words say what the list is."""
    monkeypatch.chdir(tmp_path)
    school.hand_in(course, "ada", school.answered(course, {"mean": ORIGINAL}))
    school.hand_in(course, "bob", school.answered(course, {"double": COPY, "mean": ""}))
    school.hand_in(course, "cyd", school.answered(course, school.RIGHT))
    school.hand_in(course, "dan", '{"cells": [3, {"cell_type": "code", "source": {"a": 1}, "metadata": 1}]}')
    school.hand_in(course, "eve", b"\x00\xff no notebook")
    assert cli.main(["similar", "ps1", "--course", str(course)]) == 0
    out = capsys.readouterr().out
    assert "5 submissions, 10 pairs; 1 share rare code." in out
    assert "ada, bob: p1/mean" in out
    assert "not a verdict" in out
    page = (course / "report" / "ps1" / "similar.html").read_text()
    assert "not a verdict" in page
    with (course / "report" / "ps1" / "similar.csv").open(newline="") as file:
        assert [(row["first"], row["second"]) for row in csv.DictReader(file)] == [("ada", "bob")]
    (course / "release" / "ps1" / "p1.ipynb").unlink()
    assert cli.main(["similar", "ps1", "--course", str(course)]) == 2
    assert "what students were given is not there" in capsys.readouterr().err
