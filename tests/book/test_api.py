"""The library's pages: all that is public is there, with an example; what is left out is said and refused."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import api
import left_out
import pytest
from docutils import nodes

import layerwise as lw

PAGES = Path(__file__).resolve().parents[2] / "book" / "library"
SHOWN = re.findall(
    r"^```\{api\} (\S+)$", "\n".join(page.read_text() for page in sorted(PAGES.glob("*.md"))), re.M
)


def test_every_namespace_is_on_a_page():
    """Namespaces: the packages, and the modules that are reached by their own name, as nn.init."""
    reached = ["layerwise", *(m.name for m in pkgutil.walk_packages(lw.__path__, "layerwise.") if m.ispkg)]
    reached += [f"layerwise.{name}" for name in ("linalg", "random", "nn.init", "nn.utils")]
    reached += ["layerwise.optim.lr_scheduler"]
    inner = {"layerwise.ops", "layerwise.functions"}  # they are offered as layerwise.exp, ...
    with_names = {name for name in reached if api.public(importlib.import_module(name))} - inner
    assert set(SHOWN) == with_names
    assert len(SHOWN) == len(set(SHOWN))


def public() -> dict[str, object]:
    found = {}
    for namespace in SHOWN:
        things = api.public(importlib.import_module(namespace))
        found |= {f"{namespace}.{name}": thing for name, thing in things.items()}
    return found


# Nobody makes these: functions that have examples return or raise them.
RETURNED = {"Finding", "Letter", "GradcheckError", "LayerRecord", "Probe", "LayerShape", "ShapeMap"}


def test_everything_public_has_an_example():
    without = [name for name, thing in public().items() if ">>>" not in (inspect.getdoc(thing) or "")]
    assert {name.rpartition(".")[2] for name in without} <= RETURNED


def test_a_page(build):
    text = "# Page\n\n```{api} layerwise.train\n```\n"
    built = build({"book/index.md": text}, ["myst_parser", "api"], nitpicky=True)
    assert built.warnings == ""
    page = built.page("index")
    head = page.find(id="layerwise.train.Trainer")
    assert "Trainer(model, optimizer, loss, *, schedule=None" in " ".join(head.get_text().split())
    entry = head.find_next_sibling("dd")
    terms = [term.get_text() for term in entry.find("dl", class_="api-arguments").find_all("dt")]
    assert "clip_norm, clip_value" in terms
    assert page.find(id="layerwise.train.Trainer.fit") in entry.find_all("dt")
    example = entry.find("pre").get_text()
    assert ">>> trainer = lw.train.Trainer(" in example
    assert "import layerwise" not in example


DOCSTRING = """A sum of `weights`: f(x) is a number.

    y = a + b
      + c

Words before a formula, or (behind) it
    z = y
then words.

x, y (n, 2): the inputs. They are long, and go
    on here.
note: not an argument, so this is a sentence.

stride: how far.

>>> 1 + 1
2
"""


def test_docstrings():
    found = list(api.described(DOCSTRING, {"x", "y", "stride"}))
    kinds = [type(node) for node in found]
    text, block, terms = nodes.paragraph, nodes.literal_block, nodes.definition_list
    assert kinds == [text, block, text, block, text, text, block, text, terms, block]
    assert [node.astext() for node in found[0].findall(nodes.literal)] == ["weights"]
    assert found[1].astext() == "y = a + b\n  + c"
    assert found[8].astext() == "stride\n\nhow far."
    listed = list(api.described("x, y (n, 2): the inputs, which\n    go on.", {"x", "y"}))
    assert listed[0].astext() == "x, y (n, 2)\n\nthe inputs, which go on."


# --- what is left out

MISSING = left_out.missing()


def test_each_option_that_is_left_out_has_its_reason():
    assert MISSING.keys() == left_out.REASONS.keys()


def test_the_comparison_finds_what_is_there():
    names = {name: (ours, theirs) for name, ours, theirs in left_out.shared()}
    assert len(names) > 150
    assert "proj_size" in left_out.options(names["nn.GRU"][1])  # through the class that it comes from
    assert "dilation" in left_out.options(names["nn.functional.conv2d"][1])  # written in C
    assert "ceil_mode" in left_out.options(names["nn.functional.max_pool2d"][1])  # behind a choice
    # Torch's activations and containers take what they are given. All others say what they take.
    blind = {name for name, (_, theirs) in names.items() if not left_out.options(theirs)}
    assert blind <= {
        "nn.Identity",
        "nn.LogSigmoid",
        "nn.Sigmoid",
        "nn.SiLU",
        "nn.Tanh",
        "nn.Module",
        "nn.Sequential",
    }


@pytest.mark.parametrize(
    ("option", "name"), [(option, name) for option, names in MISSING.items() for name in names]
)
def test_an_option_that_is_left_out_is_refused_by_name(option, name):
    thing = left_out.within(lw, name)
    called = thing.__init__.__qualname__.split(".")[0] if inspect.isclass(thing) else thing.__name__
    parameters = [[lw.tensor([1.0], requires_grad=True)]] if name.startswith("optim") else []
    with pytest.raises((TypeError, ValueError, NotImplementedError)) as error:
        thing(*parameters, **{option: True})
    assert re.search(rf"\b{option}\b", str(error.value))
    assert re.search(rf"\b({called}|{thing.__name__})\b", str(error.value))
