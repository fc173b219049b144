"""The manual says what is so: its commands are understood, its pictures are there, small, and described."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from proctor import cli

BOOK = Path(__file__).parents[2] / "book"
PAGES = sorted((BOOK / "teach").glob("*.md"))
TEXT = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
LARGEST = 100_000  # bytes of a picture


def commands() -> list[str]:
    """Those that stand on a line of their own in a block, and those with arguments within a sentence."""
    found = set()
    for text in TEXT.values():
        inside = False
        for line in text.split("\n"):
            if line.startswith("```"):
                inside = not inside
            elif inside and line.startswith("proctor "):
                found.add(line)
        found |= set(re.findall(r"`(proctor [a-z]+ [^`]+)`", text))
    return sorted(found)


@pytest.mark.parametrize("command", commands())
def test_commands_are_understood(command: str) -> None:
    _, *arguments = shlex.split(command, comments=True)
    cli.parser().parse_args(arguments)


def test_every_command_is_in_the_manual() -> None:
    asked = {command.split()[1] for command in commands()}
    names = next(action for action in cli.parser()._actions if action.choices).choices
    assert asked >= set(names or ())


def test_make_targets_are_there() -> None:
    makefile = (BOOK.parent / "Makefile").read_text()
    for text in TEXT.values():
        for target in re.findall(r"\bmake ([a-z-]+)", text):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_pictures_are_small_and_described() -> None:
    shown = {}
    for text in TEXT.values():
        for path, options in re.findall(
            r"```\{figure\} \.\./_static/manual/(\S+)\n(.*?)\n\n", text, re.DOTALL
        ):
            shown[path] = yaml.safe_load(re.sub(r"^:(\w+):", r"\1:", options, flags=re.MULTILINE))
    there = {path.name: path.stat().st_size for path in (BOOK / "_static" / "manual").iterdir()}
    assert set(shown) == set(there)
    assert all(size < LARGEST for size in there.values()), there
    assert all(len(options["alt"]) > 40 for options in shown.values())


def test_what_commands_print_is_shown() -> None:
    for name, text in TEXT.items():
        for path in re.findall(r"\{literalinclude\} (\S+)", text):
            first = (BOOK / "teach" / path).read_text(encoding="utf-8").split("\n")[0]
            assert first.startswith("$ proctor "), (name, path)
            assert first.removeprefix("$ ").split()[1] in text
