"""What stays of a program when names, comments, texts and layout are taken away, as a set of numbers.

Every run of LENGTH tokens is hashed, and of each WINDOW neighbors the smallest hash is kept ("winnowing"):
two programs that share a run of LENGTH + WINDOW - 1 tokens share a number, wherever it stands.
"""

import io
import keyword
import re
import tokenize
import zlib
from collections.abc import Iterator

LENGTH = 8
WINDOW = 4
LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip
TEXTS = {
    tokenize.STRING,
    *(number for number, name in tokenize.tok_name.items() if name.startswith("FSTRING")),
}
WORD = re.compile(r"\w+|[^\w\s]")


def fingerprints(code: str) -> set[int]:
    hashes = all_hashes(code)
    return {min(hashes[i : i + WINDOW]) for i in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1)))}


def all_hashes(code: str) -> list[int]:
    """Of each run of tokens. The hash is the same in every process, as Python's own is not."""
    tokens = list(normalized(code))
    return [zlib.crc32(" ".join(tokens[i : i + LENGTH]).encode()) for i in range(len(tokens) - LENGTH + 1)]


def normalized(code: str) -> Iterator[str]:
    """Each name of the student's is "n", each text "s". What follows a dot is a library's, and stays."""
    before = ["", ""]
    for kind, text in tokens(code):
        if kind == tokenize.NAME and not keyword.iskeyword(text):
            library = before[-1] == "." and before[-2] != "self"
            shown = text if library else "n"
        else:
            shown = "s" if kind in TEXTS else text
        before = [before[-1], text]
        yield shown


def tokens(code: str) -> list[tuple[int, str]]:
    """Where Python's tokenizer gives up, each line by itself; and where that fails, word by word."""
    try:
        return _tokens(code)
    except (tokenize.TokenError, SyntaxError):
        lines = code.split("\n")
    if len(lines) > 1:
        return [token for line in lines for token in tokens(line.strip())]
    words = WORD.findall(code)
    return [(tokenize.NAME if word.isidentifier() else tokenize.OP, word) for word in words]


def _tokens(code: str) -> list[tuple[int, str]]:
    found = tokenize.generate_tokens(io.StringIO(code).readline)
    return [(token.type, token.string) for token in found if token.type not in LAYOUT and token.string]
