"""The running text of Markdown pages, without what is not language.

`python -m layerwise.data.prose book src/layerwise/data/corpus.txt` makes the library's corpus.
"""

import re
import sys
from pathlib import Path

# What is taken out as a whole, in this order.
BLOCKS = re.compile(
    r"\A---\n.*?\n---\n"  # front matter
    r"|^(?P<fence>`{3,})(?!`).*?^(?P=fence)$"  # code, figures, quizzes
    r"|^(:{3,}|\([\w-]+\)=|#|:[\w-]+:|\||<|%|!\[).*?$",  # fences, labels, headings, options, tables, pictures
    re.MULTILINE | re.DOTALL,
)
# Where a paragraph ends: at an empty line, and where the next item of a list begins.
ENDS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)")
# What is replaced by the text in it.
INLINE = [
    (re.compile(r"\{\w+\}`([^`<]+?)\s*<[^>`]*>`"), r"\1"),  # {ref}`text <target>`
    (re.compile(r"\{term\}`([^`]*)`"), r"\1"),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # [text](address)
    (re.compile(r"(?<![\w}])`([\w.]+)`"), r"\1"),  # `name`
    (re.compile(r"\$([A-Za-z0-9])\$"), r"\1"),  # $x$
    (re.compile(r"\*+([^*]+)\*+"), r"\1"),  # *emphasis*
    (re.compile(r"^\s*(?:[-*]|\d+\.)\s+"), ""),  # - item
]
PLAIN = re.compile(r"[A-Za-z0-9 .,;:!?'\"()/%-]+")


def prose(markdown: str) -> list[str]:
    """The paragraphs of a page. A sentence with a formula, a reference or a rare sign in it is left out.

    >>> page = '''# Title
    ...
    ... A neuron *fires* when its sum is large.
    ... The sum is $\\\\sum_i w_i x_i$. It fires once.
    ...
    ... ```python
    ... print("not language")
    ... ```
    ... '''
    >>> prose(page)
    ['A neuron fires when its sum is large. It fires once.']
    """
    paragraphs = []
    for block in ENDS.split(BLOCKS.sub("\n", markdown)):
        text = " ".join(block.split())
        for pattern, replacement in INLINE:
            text = pattern.sub(replacement, text)
        sentences = [s for s in re.split(r"(?<=[.!?])\s+", text) if PLAIN.fullmatch(s) and s[-1] in ".!?"]
        if sentences:
            paragraphs.append(" ".join(sentences))
    return paragraphs


def of_folder(folder: Path) -> str:
    """The paragraphs of all pages under a folder, one a line, in the order of the pages' paths."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    pages = sorted(folder.rglob("*.md"))
    return "".join(f"{paragraph}\n" for page in pages for paragraph in prose(page.read_text("utf-8")))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m layerwise.data.prose FOLDER FILE")
    Path(sys.argv[2]).write_text(of_folder(Path(sys.argv[1])), "utf-8")
