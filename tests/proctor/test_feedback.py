"""proctor.feedback: the student reads why a hidden test failed, and nothing of how it tests."""

from copy import deepcopy

import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from proctor.feedback import COLOR, NOTE, HideTests

ANSWER = """
import sys
def double(x):
    return x + 1
def third(x):
    return x.nothing
"""
TEST = """
# Hidden test: doubles.
shown_to_all = 3
### BEGIN HIDDEN TESTS
def secret_check(secret_value):
    z = 2
    assert double(secret_value) == secret_value * z, f"double(x) gave {double(secret_value)}: is 1 added?"

secret_list = [17,
               shown_to_all]
secret_check(secret_list[0])
### END HIDDEN TESTS
"""
CALLS_STUDENT = """
### BEGIN HIDDEN TESTS
assert third("a secret < & >") == 1, "never reached"
### END HIDDEN TESTS
"""
VISIBLE = """
shown_to_all = 3
assert double(shown_to_all) == 6, "double(3) is not 6"
"""
SECRETS = ("secret", "z = 2", "[17,", "HIDDEN TESTS")


def cell(source, grade_id, *, grade=False, solution=False):
    nbgrader = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": grade, "points": 1}
    return new_code_cell(source.strip(), metadata={"nbgrader": nbgrader})


@pytest.fixture(scope="module")
def graded():
    """A notebook as the autograder leaves it: run to the end, with the errors in it."""
    cells = [
        cell(ANSWER, "answer", solution=True),
        cell(TEST, "hidden", grade=True),
        cell(CALLS_STUDENT, "calls-student", grade=True),
        cell(VISIBLE, "visible", grade=True),
    ]
    notebook = new_notebook(cells=cells)
    NotebookClient(notebook, allow_errors=True, timeout=60).execute()
    return notebook


def text_of(notebook):
    """All that a page made of the notebook would show, uncolored."""
    parts = [cell.source for cell in notebook.cells]
    for output in (output for cell in notebook.cells for output in cell.outputs):
        parts += [*output.get("traceback", []), output.get("text", ""), *output.get("data", {}).values()]
    return COLOR.sub("", "\n".join(parts))


def cleaned(notebook):
    return HideTests().preprocess(deepcopy(notebook), {})[0]


def test_the_notebook_shows_the_secrets_before(graded):
    assert all(secret in text_of(graded) for secret in SECRETS)


def test_sources_and_tracebacks_show_no_hidden_line(graded):
    text = text_of(cleaned(graded))
    assert not [secret for secret in SECRETS if secret in text]
    assert text.count(NOTE) == 2


def test_messages_and_the_students_own_lines_remain(graded):
    text = text_of(cleaned(graded))
    assert "AssertionError: double(x) gave 18: is 1 added?" in text
    assert "return x.nothing" in text
    assert "AttributeError: 'str' object has no attribute 'nothing'" in text


def test_visible_tests_stay_whole(graded):
    visible = cleaned(graded).cells[-1]
    assert visible == graded.cells[-1]


@pytest.mark.parametrize(
    "leak",
    [
        "  secret_list = [17, 3]  # printed",
        "\x1b[31msecret_\x1b[0mlist = [17, 3]",
        "assert third(&quot;a secret &lt; &amp; &gt;&quot;) == 1, &quot;never reached&quot;",
        '<b>assert</b> third("<i>a secret &lt; &amp; &gt;</i>") == 1, "never reached"',
        'repr: \'\\n### BEGIN HIDDEN TESTS\\nassert third("a secret < & >") == 1, "never reached"\\n\'',
    ],
)
@pytest.mark.parametrize("kind", ["stream", "text/plain", "text/html"])
def test_other_outputs_show_no_hidden_line(graded, leak, kind):
    notebook = deepcopy(graded)
    two_lines = "[17,\n               shown_to_all]"
    notebook.cells[1].source = notebook.cells[1].source.replace(two_lines, "[17, 3]")
    text = f"before\n{leak}\nafter"
    output = (
        new_output("stream", text=text)
        if kind == "stream"
        else new_output("display_data", data={kind: text, "application/json": {"a": 1}})
    )
    notebook.cells[0].outputs = [output]
    (output,) = cleaned(notebook).cells[0].outputs
    assert (output.text if kind == "stream" else output.data[kind]) == "before\nafter"


def test_words_in_a_students_cell_are_left_alone():
    """A student may write the delimiter, even half of it: only test cells have hidden tests."""
    source = "### BEGIN HIDDEN TESTS\nx = 1"
    notebook = new_notebook(cells=[cell(source, "answer", solution=True), new_code_cell(source)])
    assert [c.source for c in cleaned(notebook).cells] == [source, source]


def test_the_html_page_shows_no_hidden_line(graded):
    page, _ = HTMLExporter().from_notebook_node(cleaned(graded))
    assert "is 1 added?" in page
    assert "secret" not in page
