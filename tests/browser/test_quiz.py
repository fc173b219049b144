"""Quizzes and the reader's progress in a browser: in a tiny book of their own, and at the real gate."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
NewPage = Callable[..., Page]

# quiz.js comes before progress.js here; in the book it is the other way around.
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "book" / "_ext")!r})
extensions = ["myst_parser", "katex_static", "quiz"]
html_theme = "sphinx_book_theme"
html_context = {{"default_mode": "auto"}}
html_math_renderer = "katex_static"
html_static_path = [{str(ROOT / "book" / "_static")!r}]
html_css_files = ["quiz.css"]
html_js_files = ["quiz.js", "progress.js"]
myst_enable_extensions = ["dollarmath"]
"""

MAP = """# Map

```{toctree}
tiny
```

<p data-progress-chapter="tiny" data-progress-of="4">Tiny: <span class="progress-text">4 questions</span></p>
<p data-progress-chapter="other" data-progress-of="2">Other: <b class="progress-text">2 questions</b></p>
<button type="button" data-forget-progress hidden>Forget my progress</button>
"""

TINY = r"""# Tiny

```{quiz} tiny-gate
- kind: one
  question: 'Which can a line *not* separate, where $x \in \{0, 1\}^2$?'
  choices:
    - {text: 'AND, $x_1 \land x_2$', why: 'The line $x_1 + x_2 = 1.5$ does.'}
    - {text: 'XOR, $x_1 \oplus x_2$', right: true, why: 'Adding up gives $0 > 0$.'}
    - {text: OR, why: A line below works.}
- kind: several
  question: Which are odd?
  choices:
    - {text: One, right: true, why: One is odd.}
    - {text: Two, why: Two is even.}
    - {text: Three, right: true, why: Three is odd.}
- kind: number
  question: A quarter?
  answer: 0.25
  tolerance: 0.001
  unit: meters
  why: One by four.
  wrong:
    - {value: 4, why: Upside down.}
  otherwise: Divide one by four.
- kind: number
  question: 'A thousand, less one?'
  answer: 999
  why: 'Nine hundred and ninety-nine.'
  otherwise: 'Subtract one.'
```
"""

NOT_RIGHT = "✗ Not right"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a built book with one quiz, opened from its folder as a downloaded book would be."""
    folder = tmp_path_factory.mktemp("quiz")
    for name, text in {"conf.py": CONF, "index.md": MAP, "tiny.md": TINY}.items():
        (folder / name).write_text(text)
    html = folder / "_build"
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", str(folder), str(html)]
    subprocess.run(command, check=True)
    return html.as_uri()


@pytest.fixture
def quiz(page: Page, tiny: str) -> Page:
    page.goto(f"{tiny}/tiny.html#quiz-tiny-gate")
    expect(page.locator(".quiz-summary")).to_have_text("0 of 4 right")
    return page


def question(page: Page, index: int) -> Locator:
    return page.locator(".quiz-question").nth(index)


def check(form: Locator) -> None:
    form.get_by_role("button", name="Check").click()


def result(form: Locator) -> Locator:
    return form.get_by_role("status")


def whys(form: Locator) -> Locator:
    return form.locator(".quiz-why")


def test_one_choice(quiz: Page) -> None:
    form = question(quiz, 0)
    expect(form).not_to_have_attribute("data-mark", re.compile(""))
    check(form)
    expect(result(form)).to_have_text("Choose an answer first.")
    expect(form).not_to_have_attribute("data-mark", re.compile(""))

    form.get_by_label("OR", exact=True).check()
    check(form)
    expect(form).to_have_attribute("data-mark", "wrong")
    expect(result(form)).to_contain_text(NOT_RIGHT)
    expect(whys(form)).to_have_text(["✗ WrongA line below works."])
    # What a screen reader says of the choice includes why it is wrong.
    expect(form.get_by_label("OR", exact=True)).to_have_accessible_description("Wrong A line below works.")
    expect(quiz.locator(".quiz-summary")).to_have_text("0 of 4 right")

    form.get_by_label("XOR").check()
    expect(form).not_to_have_attribute("data-mark", re.compile(""))  # another answer has not been marked
    expect(whys(form)).to_have_count(0)
    check(form)
    expect(form).to_have_attribute("data-mark", "right")
    expect(result(form)).to_have_text("✓ Right.")
    expect(whys(form)).to_have_count(1)
    expect(whys(form).locator(".katex")).to_be_visible()
    expect(form.locator("legend")).to_contain_text("✓ solved")
    expect(quiz.locator(".quiz-summary")).to_have_text("1 of 4 right")

    others = form.get_by_role("button", name="Explain the other choices")
    others.click()
    expect(whys(form)).to_have_count(3)
    others.click()
    expect(whys(form)).to_have_count(1)


def test_several_choices(quiz: Page) -> None:
    form = question(quiz, 1)
    form.get_by_label("One").check()
    check(form)
    expect(result(form)).to_have_text(f"{NOT_RIGHT}: what you chose is right, but something is missing.")
    expect(whys(form)).to_have_text(["✓ RightOne is odd."])

    form.get_by_label("Two").check()
    check(form)
    expect(result(form)).to_have_text(f"{NOT_RIGHT}: one of your choices is wrong, and something is missing.")
    expect(whys(form)).to_have_text(["✓ RightOne is odd.", "✗ WrongTwo is even."])

    form.get_by_label("Three").check()
    check(form)
    expect(result(form)).to_have_text(f"{NOT_RIGHT}: one of your choices is wrong.")

    form.get_by_label("Two").uncheck()
    check(form)
    expect(result(form)).to_have_text("✓ Right.")
    expect(quiz.locator(".quiz-summary")).to_have_text("1 of 4 right")


RIGHT = ["0.25", ".25", " 0,25 ", "1/4", "1 / 4", "2.5e-1", "+25E-2", "0.2491", "0.251", "−1/−4", "1e-3/4e-3"]
WRONG = {"4": "Upside down.", "4,0": "Upside down.", "0.2489": "Divide", "-0.25": "Divide", "1e300": "Divide"}
NONE = [
    "",
    "  ",
    "a quarter",
    "1/0",
    "1/4/1",
    "1/",
    "0.2.5",
    "25%",
    "1 1/4",
    "1,000.5",
    "0x1",
    "Infinity",
    "--1",
    "1e999",
]


@pytest.fixture(scope="module")
def marks(browser: Browser, tiny: str) -> dict[str, tuple[str, str]]:
    """What the field for 0.25 makes of every text above: (data-mark, what it says)."""
    page = browser.new_page()
    page.goto(f"{tiny}/tiny.html#quiz-tiny-gate")
    form = question(page, 2)
    found = {}
    for text in [*RIGHT, *WRONG, *NONE]:
        form.get_by_label("Your answer").fill(text)
        check(form)
        found[text] = (form.get_attribute("data-mark") or "", result(form).inner_text())
    page.close()
    return found


@pytest.mark.parametrize("text", RIGHT)
def test_number_right(text: str, marks: dict[str, tuple[str, str]]) -> None:
    mark, says = marks[text]
    assert mark == "right"
    assert "One by four." in says


@pytest.mark.parametrize("text", WRONG)
def test_number_wrong(text: str, marks: dict[str, tuple[str, str]]) -> None:
    mark, says = marks[text]
    assert mark == "wrong"
    assert WRONG[text] in says
    assert ("(read as 4)" in says) == ("," in text)


@pytest.mark.parametrize("text", NONE)
def test_number_that_is_none_is_not_marked(text: str, marks: dict[str, tuple[str, str]]) -> None:
    mark, says = marks[text]
    assert mark == ""
    assert "Write it like 0.25, 1e-3 or 1/4." in says


def test_integer_is_compared_exactly(quiz: Page) -> None:
    form = question(quiz, 3)
    for text, mark in {"998.9999": "wrong", "999": "right", "1 000": "wrong", "1998/2": "right"}.items():
        form.get_by_label("Your answer").fill(text)
        check(form)
        expect(form).to_have_attribute("data-mark", mark)


def tab_to(page: Page, field: Locator) -> None:
    """By the Tab key alone, from where the focus is or the address points to."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            return
    raise AssertionError("the Tab key does not lead there")


def jump_to_quiz(page: Page) -> None:
    """As a link in the table of contents does: the Tab key goes on from there."""
    page.evaluate(
        "id => { location.hash = ''; location.hash = id; }", page.locator(".quiz").get_attribute("id")
    )


def by_keyboard(page: Page, form: Locator, right: list[bool] | str) -> None:
    """Gives an answer and presses Enter."""
    fields = form.locator("input")
    if isinstance(right, str):
        tab_to(page, fields.first)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(right)
    elif fields.first.get_attribute("type") == "checkbox":
        for i, wanted in enumerate(right):
            tab_to(page, fields.nth(i))
            if fields.nth(i).is_checked() != wanted:
                page.keyboard.press("Space")
    else:  # the Tab key leads to the radio that is chosen, else to the first; the arrows choose
        chosen = next((i for i in range(len(right)) if fields.nth(i).is_checked()), None)
        tab_to(page, fields.nth(chosen or 0))
        page.keyboard.press("Space")
        for _ in range((right.index(True) - (chosen or 0)) % len(right)):
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(form).to_have_attribute("data-mark", "right")


def solve(page: Page) -> None:
    answers: list[list[bool] | str] = [[False, True, False], [True, False, True], "1/4", "999"]
    for index, right in enumerate(answers):
        by_keyboard(page, question(page, index), right)


def test_keyboard_alone_opens_the_gate(quiz: Page) -> None:
    solve(quiz)
    expect(quiz.locator(".quiz-summary")).to_have_text("✓ All 4 right: the gate is open.")


def on_map(page: Page, chapter: str = "tiny") -> Locator:
    return page.locator(f"[data-progress-chapter={chapter}]")


def test_progress_is_kept_shown_and_forgotten(quiz: Page, tiny: str) -> None:
    index = quiz.context.new_page()  # another tab, kept in step
    index.goto(f"{tiny}/index.html")
    quiz.bring_to_front()  # a tab behind another is slow
    expect(on_map(index)).to_have_attribute("data-state", "none")
    expect(on_map(index)).to_have_text("Tiny: 4 questions")

    form = question(quiz, 0)
    form.get_by_label("OR", exact=True).check()
    check(form)
    expect(on_map(index)).to_have_attribute("data-state", "begun")
    expect(on_map(index)).to_have_text("Tiny: 0 of 4 right")

    solve(quiz)
    expect(on_map(index)).to_have_attribute("data-state", "done")
    expect(on_map(index)).to_have_text("Tiny: all 4 right")
    expect(on_map(index, "other")).to_have_text("Other: 2 questions")

    quiz.reload()
    expect(quiz.locator(".quiz-summary")).to_have_text("✓ All 4 right: the gate is open.")
    for n in range(4):
        expect(question(quiz, n)).to_have_attribute("data-mark", "right")
        expect(result(question(quiz, n))).to_contain_text("you solved this before")
        assert result(question(quiz, n)).get_attribute("aria-live") == "off"  # not read aloud on arrival
    expect(question(quiz, 0).get_by_label("XOR")).to_be_checked()
    expect(question(quiz, 2).get_by_label("Your answer")).to_have_value("0.25")

    # What was solved stays solved when something wrong is tried afterwards.
    form = question(quiz, 0)
    form.get_by_label("OR", exact=True).check()
    check(form)
    expect(form).to_have_attribute("data-mark", "wrong")
    assert result(form).get_attribute("aria-live") == "polite"
    expect(quiz.locator(".quiz-summary")).to_contain_text("All 4 right")

    forget = index.get_by_role("button", name="Forget my progress")
    index.once("dialog", lambda dialog: dialog.dismiss())
    forget.click()
    expect(on_map(index)).to_have_attribute("data-state", "done")
    index.once("dialog", lambda dialog: dialog.accept())
    forget.click()
    expect(on_map(index)).to_have_text("Tiny: 4 questions")
    expect(quiz.locator(".quiz-summary")).to_have_text("0 of 4 right")
    expect(question(quiz, 1)).not_to_have_attribute("data-mark", re.compile(""))
    expect(question(quiz, 1).get_by_label("One")).not_to_be_checked()
    assert quiz.evaluate("localStorage.getItem('layer-by-layer.progress')") is None


def test_progress_of_a_chapter_is_the_sum_of_its_quizzes(quiz: Page) -> None:
    for record in [("a", "one", 1, 4), ("a", "two", 2, 2), ("b", "one", 3, 3), ("a", "one", 2, 4)]:
        quiz.evaluate("record => progress.record(...record)", record)
    assert quiz.evaluate("progress.of('a')") == {"right": 4, "of": 6}
    assert quiz.evaluate("progress.of('b')") == {"right": 3, "of": 3}
    assert quiz.evaluate("progress.of('c')") == {"right": 0, "of": 0}


DAMAGED = [
    "{",
    "null",
    "[1]",
    '"x"',
    '{"tiny": 3}',
    '{"tiny": {"tiny-gate": {"right": "4", "of": -1, "solved": 1}}}',
]


def test_damaged_progress_counts_as_none_and_is_replaced(quiz: Page) -> None:
    for stored in DAMAGED:
        quiz.evaluate("text => localStorage.setItem('layer-by-layer.progress', text)", stored)
        assert quiz.evaluate("progress.of('tiny')") == {"right": 0, "of": 0}, stored
        assert quiz.evaluate("progress.solved('tiny', 'tiny-gate')") == [], stored
        quiz.evaluate("progress.record('tiny', 'tiny-gate', 1, 4, ['a'])")
        assert quiz.evaluate("progress.of('tiny')") == {"right": 1, "of": 4}, stored
        assert quiz.evaluate("progress.solved('tiny', 'tiny-gate')") == ["a"], stored


REFUSALS = {
    "missing": "Object.defineProperty(window, 'localStorage', {value: undefined})",
    "forbidden": "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("why", REFUSALS)
def test_without_storage_the_page_still_marks(why: str, browser: Browser, tiny: str) -> None:
    # Not a watched page: the theme's own scripts throw here.
    with browser.new_context() as context:
        context.add_init_script(REFUSALS[why])
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(error.stack or ""))
        page.goto(f"{tiny}/tiny.html#quiz-tiny-gate")
        solve(page)
        expect(page.locator(".quiz-summary")).to_have_text("✓ All 4 right: the gate is open.")
        assert [stack for stack in errors if "quiz.js" in stack or "progress.js" in stack] == []


def test_without_progress_js_the_page_still_marks(page: Page, tiny: str) -> None:
    page.route("**/progress.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{tiny}/tiny.html#quiz-tiny-gate")
    solve(page)
    expect(page.locator(".quiz-summary")).to_have_text("✓ All 4 right: the gate is open.")


def test_without_scripts_the_questions_can_be_read(browser: Browser, tiny: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{tiny}/tiny.html#quiz-tiny-gate")
        expect(page.locator(".quiz-noscript")).to_be_visible()
        expect(page.get_by_text("Which are odd?")).to_be_visible()
        expect(page.get_by_label("XOR")).to_be_disabled()
        expect(page.get_by_role("button", name="Check")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_is_accessible_and_fits(scheme: str, width: int, new_page: NewPage, tiny: str) -> None:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{tiny}/tiny.html#quiz-tiny-gate")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))

    def faults() -> list[str]:
        # preload would fetch the style sheets, which a page opened from a folder may not
        found = page.evaluate("() => axe.run('.quiz', {preload: false}).then(found => found.violations)")
        return [
            f"{rule['id']}: {node['html']} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    expect(page.locator(".quiz-summary")).to_be_visible()
    assert (faults(), fits()) == ([], True)

    for index, label in [(0, "AND"), (1, "Two")]:
        question(page, index).get_by_label(label).check()
    question(page, 2).get_by_label("Your answer").fill("4")
    for index in range(4):
        check(question(page, index))
    assert (faults(), fits()) == ([], True)

    jump_to_quiz(page)
    solve(page)
    question(page, 0).get_by_role("button", name="Explain the other choices").click()
    assert (faults(), fits()) == ([], True)


# --- The real gate


def gate() -> list[dict[str, Any]]:
    """The questions as the chapter's source has them, with their answers."""
    source = (ROOT / "book" / "introduction" / "perceptron.md").read_text(encoding="utf-8")
    body = re.search(r"^```\{quiz\} perceptron-gate\n(.*?)^```$", source, flags=re.DOTALL | re.MULTILINE)
    assert body, "book/introduction/perceptron.md has no quiz perceptron-gate"
    questions: list[dict[str, Any]] = yaml.safe_load(body[1])
    return questions


def answer_wrong(form: Locator, asked: dict[str, Any]) -> None:
    if asked["kind"] == "number":
        known = [wrong["value"] for wrong in asked.get("wrong", [])]
        form.locator("input").click()
        form.locator("input").fill(str(known[0] if known else float(asked["answer"]) + 1000))
    else:
        wrong = next(i for i, choice in enumerate(asked["choices"]) if not choice.get("right"))
        form.locator("input").nth(wrong).click()
    check(form)
    expect(form).to_have_attribute("data-mark", "wrong")
    expect(whys(form).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_perceptron_gate(scheme: str, page: Page, site: str, book_html: Path) -> None:
    book = site if scheme == "http" else book_html.as_uri()
    questions = gate()
    total = len(questions)
    assert total >= 5
    page.goto(f"{book}/introduction/perceptron.html#quiz-perceptron-gate")
    expect(page.locator("#quiz-perceptron-gate .quiz-question")).to_have_count(total)
    card = page.locator("[data-progress-chapter=perceptron]")
    summary = page.locator(".quiz-summary")
    another_tab = page.context.new_page()
    another_tab.goto(f"{book}/concept-map.html")
    page.bring_to_front()  # a tab behind another is slow
    drawn = another_tab.locator("[data-progress-chapter=perceptron]")
    for shown in (card, drawn):
        expect(shown).to_have_attribute("data-state", "none")

    for index, asked in enumerate(questions):
        answer_wrong(question(page, index), asked)
    expect(summary).to_have_text(f"0 of {total} right")
    for shown in (card, drawn):
        expect(shown).to_have_attribute("data-state", "begun")

    jump_to_quiz(page)
    for index, asked in enumerate(questions):
        if asked["kind"] == "number":
            by_keyboard(page, question(page, index), str(asked["answer"]))
        else:
            by_keyboard(
                page, question(page, index), [bool(choice.get("right")) for choice in asked["choices"]]
            )
    expect(summary).to_have_text(f"✓ All {total} right: the gate is open.")

    for tab, shown in ((page, card), (another_tab, drawn)):
        expect(shown).to_have_attribute("data-state", "done")
        tab.reload()
        expect(shown).to_have_attribute("data-state", "done")
        expect(shown).to_contain_text(f"all {total} right")

    another_tab.on("dialog", lambda dialog: dialog.accept())
    another_tab.get_by_role("button", name="Forget my progress").click()
    for shown in (card, drawn):
        expect(shown).to_have_attribute("data-state", "none")
    expect(summary).to_have_text(f"0 of {total} right")
