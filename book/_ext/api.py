"""The library's pages: what a namespace offers, from the docstrings of the code.

{api} layerwise.nn lists every public name, in sections by the module it is written in, with its arguments
and their defaults, its text and its examples (which the tests run). {left-out} lists torch's options that
we lack.

A docstring is plain text: paragraphs; indented lines, which are formulas; lists of arguments, `name:
meaning`; and examples, `>>>`.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

import left_out
import numpy as np
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.util.docutils import SphinxDirective

CODE = re.compile(r"`([^`]+)`")
IMPORT = ">>> import layerwise as lw\n"  # a line of every example


# What there is ---------------------------------------------------------------------------------------------


def public(namespace: ModuleType) -> dict[str, Any]:
    """The names that can be reached through a package and were written here; of a single module, its own."""
    source = "layerwise" if hasattr(namespace, "__path__") else namespace.__name__
    return {
        name: thing
        for name, thing in vars(namespace).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__.startswith(source)
    }


def by_module(things: dict[str, Any]) -> dict[ModuleType, dict[str, Any]]:
    """In the order in which the modules' names come: that of the alphabet."""
    found: dict[str, dict[str, Any]] = {}
    for name, thing in things.items():
        found.setdefault(thing.__module__, {})[name] = thing
    return {importlib.import_module(module): found[module] for module in sorted(found)}


def methods(cls: type) -> dict[str, Any]:
    """The public methods and properties that a class itself defines."""
    return {
        name: thing
        for name, thing in vars(cls).items()
        if not name.startswith("_") and isinstance(thing, staticmethod | classmethod | property | FUNCTION)
    }


FUNCTION = type(public)


def arguments(thing: Any) -> list[str]:
    """Each as `name` or `name=default`, with the marks `*` and `/`."""
    try:
        parameters = list(inspect.signature(thing).parameters.values())
    except (TypeError, ValueError):
        return []
    if parameters and parameters[0].name in ("self", "cls"):
        del parameters[0]
    parts, keywords_only = [], False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not keywords_only:
            parts.append("*")
        keywords_only |= parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        mark = "*" * (parameter.kind is parameter.VAR_POSITIONAL) + "**" * (
            parameter.kind is parameter.VAR_KEYWORD
        )
        has_default = parameter.default is not parameter.empty
        parts.append(mark + parameter.name + (f"={written(parameter.default)}" if has_default else ""))
    return parts


def written(value: Any) -> str:
    """A default as one would write it."""
    return value.__name__ if isinstance(value, type | np.ufunc) or inspect.isfunction(value) else repr(value)


# Docstrings ------------------------------------------------------------------------------------------------


def described(text: str, names: set[str]) -> Iterator[nodes.Element]:
    """A docstring as nodes. `names`: those of the arguments, by which a list of them is known."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = block.splitlines()
        if lines[0].startswith(">>>"):
            yield literal(block.replace(IMPORT, ""), "pycon")
        elif terms := listed(lines, names):
            yield definitions(terms)
        else:
            yield from mixed(lines)


def mixed(lines: list[str]) -> Iterator[nodes.Element]:
    """Prose, and in it or alone indented lines, which are formulas."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or is_indented(lines[end]) != is_indented(lines[start]):
            part = lines[start:end]
            yield (
                literal(inspect.cleandoc("\n" + "\n".join(part)), "text")
                if is_indented(part[0])
                else prose(part)
            )
            start = end


def is_indented(line: str) -> bool:
    return line.startswith("    ")


def prose(lines: list[str]) -> nodes.paragraph:
    return nodes.paragraph("", "", *inline(" ".join(line.strip() for line in lines)))


def listed(lines: list[str], names: set[str]) -> list[tuple[str, str]]:
    """[(names, meaning)] if the lines are a list of arguments, else []. Longer meanings go on indented."""
    found: list[tuple[str, str]] = []
    for line in lines:
        match = re.match(r"([*\w]+(?:, [*\w]+)*)( \([^:]*\))?: (.+)", line)
        if match and {name.strip(" *") for name in match[1].split(",")} <= names:
            found.append((match[1] + (match[2] or ""), match[3]))
        elif found and is_indented(line):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            return []
    return found


def definitions(terms: list[tuple[str, str]]) -> nodes.definition_list:
    items = nodes.definition_list(classes=["api-arguments"])
    for term, meaning in terms:
        item = nodes.definition_list_item()
        item += nodes.term("", "", nodes.literal(text=term))
        item += nodes.definition("", prose([meaning]))
        items += item
    return items


def inline(text: str) -> list[nodes.Node]:
    """`code` between backticks, the rest as it is."""
    parts = CODE.split(text)
    return [nodes.literal(text=part) if k % 2 else nodes.Text(part) for k, part in enumerate(parts) if part]


def literal(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


# Directives ------------------------------------------------------------------------------------------------


class Api(SphinxDirective):
    """{api} layerwise.nn"""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.namespace = importlib.import_module(self.arguments[0])
        groups = by_module(public(self.namespace))
        return [self.section(module, things) for module, things in groups.items()]

    def section(self, module: ModuleType, things: dict[str, Any]) -> nodes.section:
        title, _, _ = (inspect.getdoc(module) or module.__name__).partition("\n\n")
        title, _, more = " ".join(title.split()).partition(": ")
        found = nodes.section(ids=[nodes.make_id(f"{self.namespace.__name__}-{module.__name__}")])
        found += nodes.title("", "", *inline(title.rstrip(".")))
        if more:
            found += prose([more[0].upper() + more[1:]])
        for name, thing in things.items():
            found += self.entry(f"{self.namespace.__name__}.{name}", name, thing)
        return found

    def entry(self, full: str, name: str, thing: Any) -> addnodes.desc:
        kind = "class" if inspect.isclass(thing) else "function"
        entry = self.desc(kind, full, name, arguments(thing))
        content = addnodes.desc_content()
        content += list(described(inspect.getdoc(thing) or "", argument_names(thing)))
        if inspect.isclass(thing):
            own = methods(thing)
            for method, what in own.items():
                if has_text(what):
                    content += self.method(f"{full}.{method}", method, what)
            inherited = {name for parent in thing.__mro__[1:] for name in vars(parent)} | {"forward"}
            silent = [
                method for method, what in own.items() if not has_text(what) and method not in inherited
            ]
            if silent:
                content += prose(["Also: " + ", ".join(f"`{method}`" for method in silent) + "."])
        entry += content
        return entry

    def method(self, full: str, name: str, thing: Any) -> addnodes.desc:
        is_property = isinstance(thing, property)
        function = thing.fget if is_property else getattr(thing, "__func__", thing)
        entry = self.desc(
            "property" if is_property else "method", full, name, None if is_property else arguments(function)
        )
        content = addnodes.desc_content()
        content += list(described(inspect.getdoc(thing) or "", argument_names(function)))
        entry += content
        return entry

    def desc(self, kind: str, full: str, name: str, parts: list[str] | None) -> addnodes.desc:
        """The head of an entry, with an anchor that the index and references find."""
        signature = addnodes.desc_signature(ids=[full], fullname=full, **{"class": ""}, module=None)
        if kind in ("class", "property"):
            signature += addnodes.desc_annotation(kind, "", nodes.Text(kind + " "))
        signature += addnodes.desc_name(name, name)
        if parts is not None:
            parameters = addnodes.desc_parameterlist()
            signature += parameters
            for part in parts:
                parameters += addnodes.desc_parameter("", part, noemph=True)
        domain = cast(PythonDomain, self.env.get_domain("py"))
        domain.note_object(full, kind, full, location=signature)
        entry = addnodes.desc(domain="py", objtype=kind, desctype=kind, classes=["py", kind])
        entry += signature
        return entry


def has_text(thing: Any) -> bool:
    """Of its own: `inspect.getdoc` would take a parent's."""
    return bool(getattr(thing, "__doc__", None))


def argument_names(thing: Any) -> set[str]:
    return {re.split("=", part)[0].strip("*") for part in arguments(thing)}


class LeftOut(SphinxDirective):
    """{left-out}"""

    def run(self) -> list[nodes.Node]:
        items = nodes.definition_list(classes=["api-arguments"])
        for option, owners in left_out.missing().items():
            if option not in left_out.REASONS:
                raise self.error(
                    f"torch's option {option!r} of {', '.join(owners)} is left out, no reason is given"
                )
            item = nodes.definition_list_item()
            item += nodes.term("", "", nodes.literal(text=option))
            reason = prose([left_out.REASONS[option]])
            names = prose(["In " + ", ".join(f"`{owner}`" for owner in owners) + "."])
            item += nodes.definition("", reason, names)
            items += item
        return [items]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("api", Api)
    app.add_directive("left-out", LeftOut)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
