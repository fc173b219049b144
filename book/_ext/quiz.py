"""The `quiz` directive: questions that mark themselves in the reader's browser, without a server.

    ```{quiz} perceptron-gate
    - kind: one            # one right choice; `several`: all right ones; `number`: an answer and a tolerance
      question: Which data can a perceptron *not* separate?
      choices:
        - {text: AND, why: 'The line $x_1 + x_2 = 1.5$ separates it.'}
        - {text: XOR, right: true, why: 'No line has both ones on one side and both zeros on the other.'}
    ```

The texts are Markdown, parsed within the chapter. The page shows the questions; what is right, and why, is
packed into the quiz's key (`seal`), which `_static/quiz.js` opens to mark: the page's source does not tell.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

Problems = Iterator[tuple[int, str]]  # (line, counted from the quiz's first, which is 0; what is wrong there)


# --- YAML that knows its lines and reads no text by surprise


class Map(dict[str, Any]):
    line: int
    lines: dict[str, int]  # where each value's text begins


class Sequence(list[Any]):
    lines: list[int]


class Loader(yaml.SafeLoader):
    pass


def text_line(node: yaml.Node) -> int:
    begins_below = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return int(node.start_mark.line) + begins_below


def load_map(loader: Loader, node: yaml.MappingNode) -> Map:
    found = Map()
    found.line, found.lines = node.start_mark.line, {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in found:
            raise yaml.MarkedYAMLError(problem=f"`{key}` is written twice", problem_mark=key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = text_line(value_node)
    return found


def load_sequence(loader: Loader, node: yaml.SequenceNode) -> Sequence:
    found = Sequence(loader.construct_object(item, deep=True) for item in node.value)
    found.lines = [text_line(item) for item in node.value]
    return found


def load_text(loader: Loader, node: yaml.ScalarNode) -> str:
    """In double quotes YAML reads the \\t of \\theta as a tab: only \\\\ and \\" are allowed there."""
    source = str(node.start_mark.buffer)[node.start_mark.pointer : node.end_mark.pointer]
    if node.style == '"' and (escape := re.search(r'(?<!\\)(?:\\\\)*(\\[^\\"\n])', source)):
        problem = f"{escape[1]} in double quotes: put a text with a backslash in single quotes"
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
    return str(loader.construct_scalar(node))


Loader.add_constructor("tag:yaml.org,2002:map", load_map)
Loader.add_constructor("tag:yaml.org,2002:seq", load_sequence)
Loader.add_constructor("tag:yaml.org,2002:str", load_text)


def number(value: Any) -> float:
    """3, 0.5, 1e-3 (a text to YAML) or 1/3."""
    if isinstance(value, bool):
        raise ValueError
    return float(Fraction(str(value)))


# --- What a quiz may say


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_number(value: Any) -> bool:
    try:
        number(value)
    except (ValueError, ArithmeticError):
        return False
    return True


CHECKS: dict[str, Callable[[Any], bool]] = {
    "a text (in quotes, where YAML would read something else)": is_text,
    "a number": is_number,
    "true or false": lambda value: isinstance(value, bool),
    "a list": lambda value: isinstance(value, list),
}
TEXT, NUMBER, FLAG, LIST = CHECKS

Keys = dict[str, str]  # key -> which check its value must pass

CHOICES = {"kind": TEXT, "question": TEXT, "choices": LIST}
NEEDED: dict[str, Keys] = {
    "one": CHOICES,
    "several": CHOICES,
    "number": {"kind": TEXT, "question": TEXT, "answer": NUMBER, "why": TEXT, "otherwise": TEXT},
}
ALLOWED: dict[str, Keys] = {
    "one": {},
    "several": {},
    "number": {"tolerance": NUMBER, "unit": TEXT, "wrong": LIST},
}


def key_problems(found: Any, line: int, what: str, needed: Keys, allowed: Keys) -> Problems:
    if not isinstance(found, Map):
        yield line, f"{what} must be `key: value` pairs, not {found!r}"
        return
    for key in needed:
        if key not in found:
            yield line, f"{what} has no `{key}`"
    for key, value in found.items():
        expected = (needed | allowed).get(key)
        if expected is None:
            yield found.lines[key], f"{what} has an unknown key `{key}`; known: {', '.join(needed | allowed)}"
        elif not CHECKS[expected](value):
            yield found.lines[key], f"`{key}` of {what} must be {expected}, not {value!r}"


def choice_problems(kind: str, choices: Sequence, line: int) -> Problems:
    if len(choices) < 2:
        yield line, f"it has {len(choices)} choice{'s' * (len(choices) != 1)}: give at least 2"
    problems: list[tuple[int, str]] = []
    for index, (choice, at) in enumerate(zip(choices, choices.lines, strict=True), 1):
        problems += key_problems(choice, at, f"choice {index}", {"text": TEXT, "why": TEXT}, {"right": FLAG})
    yield from problems
    if problems:
        return
    rights = [index for index, choice in enumerate(choices, 1) if choice.get("right")]
    if not rights:
        yield line, "no choice is right: mark one with `right: true`"
    if kind == "one" and len(rights) > 1:
        listed = ", ".join(map(str, rights))
        yield line, f"choices {listed} are right, where `kind: one` has just one; is it `kind: several`?"


def number_problems(question: Map) -> Problems:
    if "tolerance" not in question and not isinstance(question["answer"], int):
        yield question.line, "it has no `tolerance`: only an answer that is an integer is compared exactly"
        return
    answer, tolerance = number(question["answer"]), number(question.get("tolerance", 0))
    if tolerance < 0 or ("tolerance" in question and tolerance == 0):
        yield question.lines["tolerance"], f"`tolerance` must be positive, not {question['tolerance']}"
    taken = {"answer": answer}
    wrongs = question.get("wrong", Sequence())
    for index, wrong in enumerate(wrongs, 1):
        what, at = f"wrong answer {index}", wrongs.lines[index - 1]
        problems = list(key_problems(wrong, at, what, {"value": NUMBER, "why": TEXT}, {}))
        yield from problems
        if problems:
            continue
        value = number(wrong["value"])
        for name, other in taken.items():
            if abs(value - other) <= tolerance:
                yield at, f"{what}, {wrong['value']}, cannot be told from {name} (tolerance {tolerance:g})"
        taken[what] = value


def problems_of(question: Any, line: int) -> Problems:
    """Everything that keeps one question from being asked."""
    if not isinstance(question, Map):
        yield line, f"a question must be `key: value` pairs, not {question!r}"
        return
    kind = question.get("kind")
    if not isinstance(kind, str) or kind not in NEEDED:
        what = "it has no `kind`" if kind is None else f"unknown kind {kind!r}"
        yield question.lines.get("kind", line), f"{what}: give one of {', '.join(NEEDED)}"
        return
    problems = list(key_problems(question, line, "it", NEEDED[kind], ALLOWED[kind]))
    yield from problems
    if problems:
        return
    if kind == "number":
        yield from number_problems(question)
    else:
        yield from choice_problems(kind, question["choices"], line)


# --- From the source to nodes


class Quiz(nodes.General, nodes.Element):
    """Attributes: quiz (its id), chapter."""


class QuizQuestion(nodes.General, nodes.Element):
    """Attributes: name (of its elements), kind, label, mark (what `key_of` needs)."""


class QuizText(nodes.General, nodes.Element):
    """The question's text. Attribute: name (of the question)."""


class QuizField(nodes.General, nodes.Element):
    """Where a number goes; its children are the unit. Attribute: name (of the question)."""


class QuizChoice(nodes.General, nodes.Element):
    """Attributes: name (of the question), kind."""


class QuizWhy(nodes.General, nodes.Element):
    """An explanation: written to HTML like all else, then taken out of the page into `html`, for the key."""


def known_by(question: Map) -> str:
    """What progress calls a question: the same when others are added, another when it is rewritten."""
    texts = [question["question"], *(choice["text"] for choice in question.get("choices", []))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]


class QuizDirective(SphinxDirective):
    required_arguments = 1  # the quiz's id
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.quiz = self.arguments[0]
        quizzes_of(self.env).setdefault(self.env.docname, []).append((self.quiz, self.lineno))
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.quiz):
            self.warn(None, "its id must be lowercase words joined by hyphens")
            return []
        try:
            questions = yaml.load("\n".join(self.content), Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
            hint = "does the text contain : # { or $? Put it in single quotes"
            self.warn(mark.line if mark else None, f"{problem} ({hint})")
            return []
        if not isinstance(questions, Sequence) or not questions:
            self.warn(None, "it must be a list of questions, each begun with `- kind:`")
            return []

        quiz = Quiz(quiz=self.quiz, chapter=self.env.docname.rsplit("/", 1)[-1])
        asked: dict[str, int] = {}
        for index, (question, line) in enumerate(zip(questions, questions.lines, strict=True), 1):
            problems = list(problems_of(question, line))
            for at, problem in problems:
                self.warn(at, f"question {index}: {problem}")
            if problems:
                continue
            same = asked.setdefault(known_by(question), index)
            if same != index:
                self.warn(line, f"question {index}: it asks the same as question {same}")
            quiz += self.question(question, index, len(questions))
        return [quiz]

    def warn(self, line: int | None, problem: str) -> None:
        """At a line of the body, or at the directive itself."""
        at = self.lineno if line is None else self.lineno + 1 + self.content_offset + line
        logger.warning("quiz %s: %s", self.quiz, problem, location=(self.env.docname, at), type="quiz")

    def question(self, question: Map, index: int, count: int) -> QuizQuestion:
        kind = question["kind"]
        name = f"quiz-{self.quiz}-{index}"
        node = QuizQuestion(name=name, kind=kind, label=f"Question {index} of {count}")
        node["mark"] = {"id": known_by(question), "kind": kind}
        node += QuizText("", *self.blocks(question, "question"), name=name)
        if kind == "number":
            unit = self.inline(question, "unit") if "unit" in question else []
            node += QuizField("", *unit, name=name)
            node += [QuizWhy("", *self.blocks(question, key)) for key in ("why", "otherwise")]
            wrongs = question.get("wrong", [])
            node += [QuizWhy("", *self.blocks(wrong, "why")) for wrong in wrongs]
            node["mark"] |= {
                "answer": number(question["answer"]),
                "tolerance": number(question.get("tolerance", 0)),
                "values": [number(wrong["value"]) for wrong in wrongs],
            }
        else:
            for choice in question["choices"]:
                node += QuizChoice("", *self.inline(choice, "text"), name=name, kind=kind)
                node += QuizWhy("", *self.blocks(choice, "why"))
            node["mark"]["rights"] = [choice.get("right", False) for choice in question["choices"]]
        return node

    def blocks(self, found: Map, key: str) -> list[nodes.Node]:
        """The nodes of a Markdown text, parsed as if it stood in the chapter at its own line."""
        parent = nodes.Element()
        offset = self.content_offset + found.lines[key]
        self.state.nested_parse(StringList(found[key].splitlines()), offset, parent)
        return parent.children

    def inline(self, found: Map, key: str) -> list[nodes.Node]:
        """The same for a text within a line, as a choice and a unit are: HTML allows no paragraphs there."""
        blocks = self.blocks(found, key)
        if len(blocks) != 1 or not isinstance(blocks[0], nodes.paragraph):
            self.warn(found.lines[key], f"`{key}` must be a single paragraph")
            return []
        return blocks[0].children


# --- No two quizzes of a book share an id: progress is kept by it


def quizzes_of(env: BuildEnvironment) -> dict[str, list[tuple[str, int]]]:
    """docname -> the (id, line) of its quizzes."""
    if not hasattr(env, "quizzes"):
        env.quizzes = {}  # type: ignore[attr-defined]
    return env.quizzes  # type: ignore[no-any-return, attr-defined]


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    quizzes_of(env).pop(docname, None)


def merge_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    quizzes_of(env).update({name: quizzes_of(other)[name] for name in docnames if name in quizzes_of(other)})


def check_ids(app: Sphinx, env: BuildEnvironment) -> None:
    first: dict[str, str] = {}
    for docname in sorted(quizzes_of(env)):
        for quiz, line in quizzes_of(env)[docname]:
            if quiz in first:
                problem = f"its id is taken, at {first[quiz]}"
                logger.warning("quiz %s: %s", quiz, problem, location=(docname, line), type="quiz")
            first.setdefault(quiz, f"{docname}, line {line}")


# --- From nodes to HTML


def key_of(question: QuizQuestion) -> dict[str, Any]:
    """What quiz.js needs to mark one question; explanations in the order in which `question` made them."""
    mark = dict(question["mark"])
    whys = (why["html"] for why in question.findall(QuizWhy))
    if mark["kind"] == "number":
        mark |= {"why": next(whys), "otherwise": next(whys)}
        mark["wrong"] = [{"value": value, "why": next(whys)} for value in mark.pop("values")]
    else:
        mark["choices"] = [{"right": right, "why": next(whys)} for right in mark.pop("rights")]
    return mark


def seal(key: list[dict[str, Any]]) -> str:
    """JSON, deflated, in base64: small (formulas are long in HTML), and not read at a glance. No secret."""
    return base64.b64encode(zlib.compress(json.dumps(key).encode(), level=9)).decode()


def visit_quiz(self: HTML5Translator, node: Quiz) -> None:
    quiz, chapter = node["quiz"], node["chapter"]
    self.body.append(
        f'<div class="quiz" id="quiz-{quiz}" data-quiz="{quiz}" data-chapter="{chapter}">\n'
        '<noscript><p class="quiz-noscript">These questions mark themselves where JavaScript is on. '
        "Here it is off: answer them on paper.</p></noscript>\n"
    )


def depart_quiz(self: HTML5Translator, node: Quiz) -> None:
    key = seal([key_of(question) for question in node.findall(QuizQuestion)])
    self.body.append(f'<script type="text/plain" class="quiz-key">{key}</script>\n</div>\n')


HOW = {"one": "choose one", "several": "choose all that are right", "number": "give a number"}


def visit_question(self: HTML5Translator, node: QuizQuestion) -> None:
    name, label, how = node["name"], node["label"], HOW[node["kind"]]
    # Disabled until quiz.js can mark: without it nothing is sent anywhere.
    self.body.append(
        f'<form class="quiz-question" autocomplete="off">'
        f'<fieldset disabled aria-labelledby="{name}-legend {name}-text">'
        f'<legend id="{name}-legend">{label} <span class="quiz-how">{how}</span></legend>\n'
    )


def depart_question(self: HTML5Translator, node: QuizQuestion) -> None:
    self.body.append("</fieldset></form>\n")


def visit_text(self: HTML5Translator, node: QuizText) -> None:
    self.body.append(f'<div class="quiz-text" id="{node["name"]}-text">\n')


def depart_text(self: HTML5Translator, node: QuizText) -> None:
    self.body.append("</div>\n")


def visit_field(self: HTML5Translator, node: QuizField) -> None:
    name = node["name"]
    described = f' aria-describedby="{name}-unit"' if node.children else ""
    self.body.append(
        f'<p class="quiz-field"><label for="{name}-field">Your answer</label> '
        f'<input id="{name}-field" type="text" autocapitalize="off" spellcheck="false"{described}> '
        f'<span id="{name}-unit">'
    )


def depart_field(self: HTML5Translator, node: QuizField) -> None:
    self.body.append("</span></p>\n")


def visit_choice(self: HTML5Translator, node: QuizChoice) -> None:
    control = "radio" if node["kind"] == "one" else "checkbox"
    self.body.append(f'<div class="quiz-choice"><label><input type="{control}" name="{node["name"]}"> <span>')


def depart_choice(self: HTML5Translator, node: QuizChoice) -> None:
    self.body.append("</span></label></div>\n")


def visit_why(self: HTML5Translator, node: QuizWhy) -> None:
    self.context.append(len(self.body))


def depart_why(self: HTML5Translator, node: QuizWhy) -> None:
    start = self.context.pop()
    node["html"] = "".join(self.body[start:]).strip()
    del self.body[start:]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("quiz", QuizDirective)
    app.add_node(Quiz, html=(visit_quiz, depart_quiz))
    app.add_node(QuizQuestion, html=(visit_question, depart_question))
    app.add_node(QuizText, html=(visit_text, depart_text))
    app.add_node(QuizField, html=(visit_field, depart_field))
    app.add_node(QuizChoice, html=(visit_choice, depart_choice))
    app.add_node(QuizWhy, html=(visit_why, depart_why))
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("env-updated", check_ids)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
