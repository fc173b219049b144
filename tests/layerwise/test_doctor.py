"""Does the doctor name the fault, of networks sick in every way that it knows, and leave the healthy alone?

The thresholds were tuned on patients of seeds 0 to 2; the seeds here are others.
"""

import ast
import inspect
import sys

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.diagnostics import Finding, Letter, doctor, probe

from . import clinic

VISITS = [(lw, 10), (lw, 11), (torch, 12)]

# What may be found after the fault itself, because it follows from it.
CONSEQUENCES = {
    "forgotten zero_grad": {"learning rate too high"},  # the sum of all gradients grows like a learning rate
    "missing eval mode": set(),
    "train/validation leak": set(),
    "labels shuffled": set(),
    "data not normalized": {
        *("exploding gradients", "learning rate too high", "dead ReLUs", "saturation", "vanishing gradients"),
    },
    "symmetric initialization": set(),
    "frozen layer": set(),
    "exploding gradients": {"learning rate too high", "dead ReLUs", "vanishing gradients"},
    "learning rate too high": {"dead ReLUs", "saturation", "vanishing gradients"},
    "dead ReLUs": {"vanishing gradients"},  # the few living units pass little on
    "saturation": {"vanishing gradients"},
    "vanishing gradients": set(),
    "learning rate too low": set(),
}
SICK = [(fault, patient) for fault, patients in clinic.SICK.items() for patient in patients]


def test_every_fault_has_its_patients():
    assert clinic.SICK.keys() == CONSEQUENCES.keys()
    assert all(fault in inspect.getdoc(doctor) for fault in clinic.SICK)
    assert len(clinic.HEALTHY) >= 12


@pytest.mark.parametrize(("L", "seed"), VISITS)
@pytest.mark.parametrize(("fault", "patient"), SICK)
def test_the_sick(fault, patient, L, seed):
    faults = [finding.fault for finding in clinic.visit(patient, L, seed)]
    assert faults[:1] == [fault]
    assert set(faults[1:]) <= CONSEQUENCES[fault]


# --- evidence and layers


def only(letter):
    (finding,) = letter
    return finding


def test_findings_name_layer_and_numbers():
    found = only(clinic.visit(clinic.frozen_by_requires_grad, lw, 10))
    assert found.layer == "2"
    assert found.evidence == "layer 2 did not change in any step, its parameters have requires_grad=False"
    found = only(clinic.visit(clinic.frozen_by_optimizer, torch, 10))
    assert found.layer == "0"
    assert "the optimizer was not given its parameters" in found.evidence
    found = only(clinic.visit(clinic.frozen_by_detach, torch, 10))
    assert found.layer == "0"
    assert "its output is detached" in found.evidence
    assert only(clinic.visit(clinic.another_models_optimizer, lw, 10)).layer == "0, 2"
    found = only(clinic.visit(clinic.dropout_in_evaluation, lw, 10))
    assert found.layer == "2"
    assert found.evidence.startswith("4 passes without gradients")
    assert only(clinic.visit(clinic.copied_rows, lw, 10)).evidence == (
        "40 of 190 validation rows are also training rows, 21% (the first is number 150); of the training "
        "rows 0% are there twice"
    )
    assert clinic.visit(clinic.negative_biases, lw, 10)[0].evidence.startswith("in layer 3 100% of the units")
    assert clinic.visit(clinic.mostly_negative_biases, torch, 10)[0].layer == "first"
    assert clinic.visit(clinic.constant_everything, lw, 10)[0].layer == "0, 2"


def test_a_letter_reads_as_one():
    letter = Letter([Finding("dead ReLUs", "3", "in layer 3 100% of the units are 0", "start biases at 0")])
    assert repr(letter) == (
        "1. Dead ReLUs (layer 3)\n   Seen: in layer 3 100% of the units are 0.\n   Try: start biases at 0."
    )
    assert repr(Letter()) == "Nothing found: what was recorded is what healthy training looks like."
    assert isinstance(letter, list)
    assert letter[0].fault == "dead ReLUs"


# --- rules on data, in both directions


def watched(model=None):
    """A probe of one step of a network that has learned nothing."""
    model = model or lw.nn.Sequential(lw.nn.Linear(2, 2))
    with probe(model) as watching:
        model(lw.tensor(np.random.default_rng(0).standard_normal((8, 2)).astype("float32"))).mean().backward()
        watching.step()
    return watching


def rows(seed, n=100):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2)).astype("float32")
    return x, (x[:, 0] > 0).astype(int)


def with_copies(share, noise=0.0):
    """Training rows, and validation rows of which a share are copied from them."""
    (x, y), (x_val, y_val) = rows(0, 300), rows(1, 200)
    k = int(share * 200)
    x_val[:k] = x[:k] + noise
    return (x, y), (x_val, y_val)


@pytest.mark.parametrize(("share", "leaks"), [(0.0, False), (0.01, False), (0.05, True), (1.0, True)])
def test_leak(share, leaks):
    train, validation = with_copies(share)
    faults = [f.fault for f in doctor(watched(), train=train, validation=validation)]
    assert ("train/validation leak" in faults) == leaks


def test_a_leak_of_rows_that_were_rounded_or_of_the_whole_set():
    for train, validation in (with_copies(0.2, noise=1e-5), (rows(0), rows(0))):
        assert doctor(watched(), train=train, validation=validation)[0].fault == "train/validation leak"


def test_rows_that_repeat_anyhow_are_no_leak():
    x, y = lw.data.xor(200, noise=0.3)
    x = x.round(1)  # 1.0 and 1.0 are the same
    assert not doctor(watched(), train=(x[:150], y[:150]), validation=(x[150:], y[150:]))
    bits = np.random.default_rng(0).integers(0, 2, (400, 2)).astype("float32")
    assert not doctor(watched(), train=(bits[:300], bits[:300, 0]), validation=(bits[300:], bits[300:, 0]))


@pytest.mark.parametrize("seed", range(10, 20))
@pytest.mark.parametrize("shuffled", [True, False])
def test_labels(seed, shuffled):
    """A network that has learned nothing, so that the rows alone decide."""
    train, validation = rows(seed, 300), rows(100 + seed)
    if shuffled:
        rng = np.random.default_rng(seed)
        train, validation = ((x, rng.permutation(y)) for x, y in (train, validation))
    assert [f.fault for f in doctor(watched(), train=train, validation=validation)] == [
        "labels shuffled"
    ] * shuffled


def test_too_few_rows_or_other_shapes_say_nothing_of_labels():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 2)).astype("float32")
    for y in (rng.integers(0, 2, 60), rng.integers(0, 2, (60, 7)), rng.standard_normal((60, 3))):
        assert not doctor(watched(), train=(x[:40], y[:40]), validation=(x[40:], y[40:]))


# --- its arguments


def recorded(lr=0.1, steps=20):
    model = lw.nn.Linear(1, 1)
    optimizer = lw.optim.SGD(model.parameters(), lr=lr)
    x = lw.tensor(np.linspace(-2, 2, 16, dtype="float32")[:, None])
    with probe(model, optimizer) as watching:
        for _ in range(steps):
            optimizer.zero_grad()
            ((model(x) - x) ** 2).mean().backward()
            optimizer.step()
            watching.step()
    return watching


def test_losses_may_come_from_elsewhere():
    watching = recorded(lr=0.1)
    assert not doctor(watching)
    assert not doctor(watching, losses=np.linspace(1, 0.1, 20))
    assert doctor(watching, losses=[1.0] + [100.0] * 19)[0].fault == "learning rate too high"
    letter = doctor(watching, losses=[1.0] * 10 + [float("nan")] * 10)
    assert letter[0].fault == "learning rate too high"
    assert "no number any more" in letter[0].evidence
    still = recorded(lr=0.0)
    assert not doctor(still)
    assert doctor(still, losses=[1.0] * 20)[0].fault == "learning rate too low"


def test_few_steps_say_little():
    assert not doctor(recorded(lr=0.0, steps=9), losses=[1.0] * 9)


@pytest.mark.parametrize("patient", [clinic.no_zero_grad, clinic.adam_too_fast, clinic.deep_sigmoid])
def test_a_probe_that_skips_steps_sees_it_too(patient):
    fault = next(fault for fault, one in SICK if one is patient)
    assert clinic.visit(patient, lw, 10, every=4)[0].fault == fault


def test_bad_arguments():
    with pytest.raises(TypeError, match=r"probe must be what diagnostics\.probe returns, got Linear"):
        doctor(lw.nn.Linear(1, 1))
    with pytest.raises(ValueError, match=r"recorded no step: call probe\.step\(loss\)"):
        doctor(probe(lw.nn.Linear(1, 1)))
    with pytest.raises(TypeError, match=r"train must be a pair \(x, y\), got ndarray"):
        doctor(watched(), train=np.zeros(3))
    with pytest.raises(ValueError, match=r"validation must have a row of y for each of x, got 2 and 3"):
        doctor(watched(), train=rows(0), validation=(np.zeros((3, 2)), np.zeros(2)))


def test_every_threshold_has_its_reason_and_is_used():
    thresholds = sys.modules["layerwise.diagnostics.thresholds"]
    source = inspect.getsource(thresholds)
    lines = source.splitlines()
    names = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    assert len(names) >= 15
    package = [m for name, m in sys.modules.items() if name.startswith("layerwise.diagnostics.")]
    text = "".join(inspect.getsource(module) for module in package if module is not thresholds)
    for node in names:
        assert "  # " in lines[node.lineno - 1]
        assert node.targets[0].id in text
