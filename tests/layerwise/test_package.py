"""The package as a whole: what it imports, what it shows, and that its examples run."""

import ast
import doctest
import importlib.util
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

import layerwise as lw

MODULES = ["layerwise", *(module.name for module in pkgutil.walk_packages(lw.__path__, "layerwise."))]


def test_the_core_imports_numpy_alone():
    """Everything but the plots must run where only NumPy is."""
    program = """
import sys
import numpy
numpy.random.default_rng()  # it brings parts of Cython
before = set(sys.modules)
import layerwise as lw
lw.diagnostics, lw.plot, lw.train  # they are imported now: see layerwise/__init__.py
model = lw.models.Perceptron(2)
model.fit(*lw.data.gaussians(10))
lw.nn.Linear(2, 1)(lw.tensor([[1.0, 2.0]])).sum().backward()
new = {name.split('.')[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names)))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(result.stdout.split()) <= {"layerwise", "numpy"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    matplotlib.use("agg")
    results = doctest.testmod(importlib.import_module(name), verbose=False)
    assert results.failed == 0


NAMESPACES = [
    *(lw, lw.nn, lw.nn.functional, lw.nn.init, lw.nn.utils, lw.optim, lw.optim.lr_scheduler, lw.random),
    lw.linalg,
    *(lw.models, lw.data, lw.plot, lw.train, lw.diagnostics),
]


def public():
    """Everything that can be reached by its public name and was written here."""
    for namespace in NAMESPACES:
        for name, thing in vars(namespace).items():
            written_here = getattr(thing, "__module__", "").startswith("layerwise")
            if not name.startswith("_") and written_here and not inspect.ismodule(thing):
                yield pytest.param(thing, id=f"{namespace.__name__}.{name}")


@pytest.mark.parametrize("thing", list(public()))
def test_everything_public_has_an_example(thing):
    assert ">>>" in (inspect.getdoc(thing) or "")


FLOORS = {  # what each may import; `functions` and `tensor` need each other
    "ops": {"ops"},
    "random": set(),
    "tape": {"ops"},
    "tensor": {"ops", "tape", "functions"},
    "functions": {"ops", "random", "tape", "tensor", "functions"},
    "picture": {"ops", "tape", "tensor"},
    "linalg": {"ops", "tensor", "functions"},
    "nn": {"ops", "random", "tape", "tensor", "functions", "nn"},
    "optim": {"ops", "tensor", "optim"},
    "models": {"ops", "random", "tape", "tensor", "functions", "nn", "models"},
    "data": {"data"},
    "diagnostics": {"ops", "tape", "tensor", "functions", "nn", "train", "data", "diagnostics"},
    "plot": {"ops", "tape", "tensor", "diagnostics", "plot"},
    "train": {
        "random",
        "tape",
        "tensor",
        "nn",
        "plot",
        "train",
    },  # of the middle ones only where a model needs it
}


@pytest.mark.parametrize("name", MODULES[1:])
def test_the_floors_stand_on_one_another(name):
    """What is below knows nothing of what is above."""
    spec = importlib.util.find_spec(name)
    package = name if spec.submodule_search_locations else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(Path(spec.origin).read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                used = f"{source}.{alias.name}".split(".")[1]
                assert used in FLOORS[name.split(".")[1]], f"{name} imports {source}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            assert not any(module.startswith("layerwise") for module in modules), "relative imports only"
