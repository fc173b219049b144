"""The quiz directive: what a page shows of a quiz, what only its key says, how a faulty one is refused."""

import base64
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

EXTENSIONS = Path(__file__).resolve().parents[2] / "book" / "_ext"

CONF = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_nb", "katex_static", "quiz"]
html_theme = "basic"
html_math_renderer = "katex_static"
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"
"""

# A page as chapters are: a notebook, with a cell above the quiz.
PAGE = """---
file_format: mystnb
kernelspec: {{name: python3, language: python}}
---
(sec-{name})=
# {name}

```{{code-cell}} ipython3
print("above the quiz")
```

```{{quiz}} {quiz}
{source}
```
"""

GOOD = r"""
- kind: one
  question: 'Which $\mathbf{x}$ makes `w @ x` zero? See [](sec-good).'
  choices:
    - text: 'The *orthogonal* one, $\mathbf{x} \perp \mathbf{w}$'
      right: true
      why: 'ORTHOGONAL: $\mathbf{w}^{\mathsf{T}}\mathbf{x} = 0$, as in [the section](sec-good).'
    - {text: The parallel one, why: PARALLEL is the other extreme.}
- kind: several
  question: |
    Which are odd?

    ```python
    [1, 2, 3]
    ```
  choices:
    - {text: '1', right: true, why: FIRST.}
    - {text: '2', why: SECOND.}
    - {text: '3', right: true, why: THIRD.}
- kind: number
  question: "A half \\ in short?"
  answer: 1/2
  tolerance: 1e-3
  unit: '$\mathrm{m}$'
  why: HALF.
  otherwise: HINT.
- kind: number
  question: Three?
  answer: 3
  why: EXACTLY.
  wrong:
    - {value: -3, why: SIGN.}
    - {value: 0.5, why: INVERSE.}
  otherwise: ANOTHER.
"""


def build(folder: Path, quizzes: dict[str, tuple[str, str]], *options: str) -> list[tuple[str, int, str]]:
    """Builds a book with a page for each name -> (quiz's id, source). Its warnings: (page, line, text)."""
    book = folder / "book"
    book.mkdir(exist_ok=True)
    (book / "conf.py").write_text(CONF)
    pages = "\n".join(quizzes)
    (book / "index.md").write_text(f"# Tiny\n\n```{{toctree}}\n{pages}\n```\n")
    for name, (quiz, source) in quizzes.items():
        (book / f"{name}.md").write_text(PAGE.format(name=name, quiz=quiz, source=source.strip("\n")))
    command = [sys.executable, "-m", "sphinx", "-q", "-n", *options, str(book), str(folder / "html")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = []
    for warning in re.sub(r"\x1b\[[\d;]*m", "", run.stderr).strip().splitlines():
        if "parallel writing" in warning or "serial write" in warning:  # said of -j, not of the book
            continue
        located = re.fullmatch(r".*/([\w-]+)\.md:(\d+): (?:WARNING|ERROR): (.*)", warning)
        assert located, f"not located: {warning}"
        found.append((located[1], int(located[2]), located[3]))
    return found


def quiz_in(html: str) -> str:
    return html[html.index('<div class="quiz"') : html.index('class="quiz-key"')]


def key_in(html: str) -> Any:
    sealed = re.search(r'<script type="text/plain" class="quiz-key">([\w+/=]+)</script>', html)
    assert sealed
    return json.loads(zlib.decompress(base64.b64decode(sealed[1])))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("good")
    assert build(folder, {"good": ("good-gate", GOOD)}) == []
    return (folder / "html" / "good.html").read_text()


def test_page_shows_the_questions_rendered(good: str) -> None:
    quiz = quiz_in(good)
    assert 'data-quiz="good-gate" data-chapter="good"' in quiz
    assert [f"Question {n} of 4" in quiz for n in range(1, 5)] == [True] * 4
    assert quiz.count('type="radio"') == 2
    assert quiz.count('type="checkbox"') == 3
    assert quiz.count('type="text"') == 2
    assert "<em>orthogonal</em>" in quiz
    assert '<a class="reference internal" href="#sec-good">' in quiz
    assert 'class="highlight-python' in quiz
    # Formulas in a question, a choice and a unit, rendered; none left as LaTeX in dollars.
    assert len(re.findall(r'<span class="katex">', quiz)) == 3
    assert "$" not in quiz
    assert "<noscript>" in quiz
    assert quiz.count("<fieldset disabled") == 4


def test_page_source_does_not_give_the_answers_away(good: str) -> None:
    page = quiz_in(good).replace("choose all that are right", "").replace("margin-right:", "")
    secrets = [
        "right",
        "wrong",
        "tolerance",
        "checked",
        "1/2",
        "0.5",
        "ORTHOGONAL",
        "PARALLEL",
        "FIRST",
        "HINT",
    ]
    assert [secret for secret in secrets if secret in page] == []
    # Nor does base64 alone undo it.
    sealed = re.search(r'class="quiz-key">([\w+/=]+)<', good)
    assert sealed
    assert b"right" not in base64.b64decode(sealed[1])


def test_choices_differ_in_nothing_but_their_text(good: str) -> None:
    choices = re.findall(r'<div class="quiz-choice">.*?</div>', good, flags=re.DOTALL)
    shells = {re.sub(r"<span>.*</span>", "", choice, flags=re.DOTALL) for choice in choices}
    assert len(choices) == 5
    assert len(shells) == 2  # one for each of the two questions


def test_key_says_what_was_written(good: str) -> None:
    one, several, half, three = key_in(good)
    assert [choice["right"] for choice in one["choices"]] == [True, False]
    assert one["choices"][1]["why"] == "<p>PARALLEL is the other extreme.</p>"
    assert [(c["right"], c["why"]) for c in several["choices"]] == [
        (True, "<p>FIRST.</p>"),
        (False, "<p>SECOND.</p>"),
        (True, "<p>THIRD.</p>"),
    ]
    assert (half["answer"], half["tolerance"]) == (0.5, 0.001)
    assert (half["why"], half["otherwise"], half["wrong"]) == ("<p>HALF.</p>", "<p>HINT.</p>", [])
    assert (three["answer"], three["tolerance"]) == (3, 0)
    assert (three["why"], three["otherwise"]) == ("<p>EXACTLY.</p>", "<p>ANOTHER.</p>")
    assert three["wrong"] == [{"value": -3, "why": "<p>SIGN.</p>"}, {"value": 0.5, "why": "<p>INVERSE.</p>"}]
    assert [question["kind"] for question in key_in(good)] == ["one", "several", "number", "number"]
    assert len({question["id"] for question in key_in(good)}) == 4


def test_explanations_are_rendered_in_their_chapter(good: str) -> None:
    why = key_in(good)[0]["choices"][0]["why"]
    assert why.startswith("<p>ORTHOGONAL: <span")
    assert '<span class="katex">' in why
    assert "$" not in why
    assert 'href="#sec-good"' in why


def test_question_keeps_its_id_when_others_are_added(good: str, tmp_path: Path) -> None:
    first = "- {kind: number, question: New, answer: 1, why: One., otherwise: No.}\n"
    assert build(tmp_path, {"good": ("good-gate", first + GOOD.strip("\n"))}) == []
    more = key_in((tmp_path / "html" / "good.html").read_text())
    assert [question["id"] for question in more[1:]] == [question["id"] for question in key_in(good)]


# Each fault is reported at the line that ends in "#!".
FAULTS = {
    "no-why": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - {text: B} #!
""",
        "question 1: choice 2 has no `why`",
    ),
    "empty-why": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - text: B
      why: '  ' #!
""",
        "`why` of choice 2 must be a text",
    ),
    "no-right": (
        """
- kind: one #!
  question: Q
  choices:
    - {text: A, why: Y}
    - {text: B, why: Y}
""",
        "no choice is right",
    ),
    "two-rights": (
        """
- kind: number
  question: Fine
  answer: 1
  why: Y
  otherwise: N
- kind: one #!
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - {text: B, why: Y}
    - {text: C, right: true, why: Y}
""",
        "question 2: choices 1, 3 are right",
    ),
    "one-choice": (
        """
- kind: several #!
  question: Q
  choices:
    - {text: A, right: true, why: Y}
""",
        "it has 1 choice: give at least 2",
    ),
    "unknown-key": (
        """
- kind: one
  question: Q
  hint: H #!
  choices:
    - {text: A, right: true, why: Y}
    - {text: B, why: Y}
""",
        "unknown key `hint`; known: kind, question, choices",
    ),
    "unknown-choice-key": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - text: B
      why: Y
      wright: true #!
""",
        "choice 2 has an unknown key `wright`; known: text, why, right",
    ),
    "unknown-kind": (
        """
- kind: any #!
  question: Q
""",
        "unknown kind 'any': give one of one, several, number",
    ),
    "no-kind": ("- question: Q #!", "it has no `kind`"),
    "same": (
        """
- {kind: number, question: Q, answer: 1, why: Y, otherwise: N}
- kind: one
  question: Q
  choices: [{text: A, right: true, why: Y}, {text: B, why: Y}]
- {kind: number, question: Q, answer: 2, why: Y, otherwise: N} #!
""",
        "question 3: it asks the same as question 1",
    ),
    "kind-list": ("- kind: [one] #!", "unknown kind ['one']"),
    "control": ("- question: a\x07b", "special characters are not allowed"),
    "no-question": (
        """
- kind: one #!
  choices:
    - {text: A, right: true, why: Y}
    - {text: B, why: Y}
""",
        "it has no `question`",
    ),
    "not-a-text": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - text: no #!
      why: Y
""",
        "`text` of choice 2 must be a text (in quotes, where YAML would read something else), not False",
    ),
    "not-a-flag": (
        """
- kind: one
  question: Q
  choices:
    - text: A
      right: 1 #!
      why: Y
    - {text: B, why: Y}
""",
        "`right` of choice 1 must be true or false, not 1",
    ),
    "not-a-choice": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - B #!
""",
        "choice 2 must be `key: value` pairs, not 'B'",
    ),
    "no-tolerance": (
        """
- kind: number #!
  question: Q
  answer: 3.0
  why: Y
  otherwise: N
""",
        "it has no `tolerance`",
    ),
    "no-otherwise": (
        """
- kind: number #!
  question: Q
  answer: 3
  why: Y
""",
        "it has no `otherwise`",
    ),
    "tolerance-zero": (
        """
- kind: number
  question: Q
  answer: 3.5
  tolerance: 0 #!
  why: Y
  otherwise: N
""",
        "`tolerance` must be positive, not 0",
    ),
    "not-a-number": (
        """
- kind: number
  question: Q
  answer: three #!
  why: Y
  otherwise: N
""",
        "`answer` of it must be a number, not 'three'",
    ),
    "wrong-is-right": (
        """
- kind: number
  question: Q
  answer: 3.5
  tolerance: 0.1
  why: Y
  wrong:
    - {value: 3.45, why: Y} #!
  otherwise: N
""",
        "wrong answer 1, 3.45, cannot be told from answer (tolerance 0.1)",
    ),
    "wrong-twice": (
        """
- kind: number
  question: Q
  answer: 3
  why: Y
  wrong:
    - {value: 4, why: Y}
    - {value: 4, why: Y} #!
  otherwise: N
""",
        "wrong answer 2, 4, cannot be told from wrong answer 1",
    ),
    "colon": (
        """
- kind: one
  question: Q: really #!
""",
        "mapping values are not allowed here (does the text contain",
    ),
    "key-twice": (
        """
- kind: one
  question: Q
  question: R #!
""",
        "`question` is written twice",
    ),
    "backslash": (
        r"""
- kind: one
  question: "$\\theta$ and \\"
  choices:
    - {text: A, right: true, why: Y}
    - text: "$\theta$" #!
      why: Y
""",
        r"\t in double quotes: put a text with a backslash in single quotes",
    ),
    "two-paragraphs": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - text: |
        B #!

        C
      why: Y
""",
        "`text` must be a single paragraph",
    ),
    "no-list": ("kind: one", "it must be a list of questions"),
    "empty": ("", "it must be a list of questions"),
    "id": ("- {}", "its id must be lowercase words joined by hyphens"),
    "formula": (
        r"""
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - text: B
      why: '$\frac{1$' #!
""",
        r"formula '\\frac{1'",
    ),
    "reference": (
        """
- kind: one
  question: Q
  choices:
    - {text: A, right: true, why: Y}
    - text: B
      why: 'See [](sec-nowhere).' #!
""",
        "'myst' cross-reference target not found: 'sec-nowhere'",
    ),
    "reference-below": (
        """
- kind: one
  question: |
    First line.

    See [](sec-elsewhere). #!
  choices:
    - {text: A, right: true, why: Y}
    - {text: B, why: Y}
""",
        "'myst' cross-reference target not found: 'sec-elsewhere'",
    ),
    "twice-a": (GOOD.replace("sec-good", "sec-twice-a"), ""),
    "twice-b": (GOOD.replace("sec-good", "sec-twice-b"), "its id is taken, at twice-a, line 12"),
}
IDS = {"id": "Not_an_id", "twice-a": "twice", "twice-b": "twice"}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, int, str]]]:
    folder = tmp_path_factory.mktemp("faulty")
    quizzes = {name: (IDS.get(name, name), source) for name, (source, _) in FAULTS.items()}
    # Read by two processes: what each found is brought together.
    return folder / "html", build(folder, quizzes, "-j", "2")


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_named_where_it_is(name: str, faulty: tuple[Path, list[tuple[str, int, str]]]) -> None:
    source, expected = FAULTS[name]
    warnings = [(line, text) for page, line, text in faulty[1] if page == name]
    if not expected:
        assert warnings == []
        return
    page = PAGE.format(name=name, quiz=IDS.get(name, name), source=source.strip("\n")).splitlines()
    at = next((number for number, line in enumerate(page, 1) if "#!" in line), 12)  # else at the directive
    assert len(warnings) == 1, warnings
    assert warnings[0][0] == at, warnings
    assert expected in warnings[0][1]


def test_faulty_question_is_left_out(faulty: tuple[Path, list[tuple[str, int, str]]]) -> None:
    html = (faulty[0] / "two-rights.html").read_text()
    assert [question["kind"] for question in key_in(html)] == ["number"]


def test_page_built_again_is_no_second_quiz(tmp_path: Path) -> None:
    assert build(tmp_path, {"good": ("good-gate", GOOD), "other": ("other-gate", GOOD)}) == []
    # The id moves from one page to the other.
    assert build(tmp_path, {"good": ("new-gate", GOOD), "other": ("good-gate", GOOD)}) == []
