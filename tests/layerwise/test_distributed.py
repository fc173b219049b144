"""`torchrun` with two processes on the CPU: the same code, and the results of one process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from . import training
from .training import SETTINGS, fit

PROGRAM = """
import json, os, sys
import numpy as np
import torch
import layerwise as lw

folder, tests = sys.argv[1:]
sys.path.insert(0, tests)
import training
from training import SETTINGS, fit

rank, found = int(os.environ["RANK"]), {}
for name, (settings, batches) in SETTINGS.items():
    trainer, history = fit(torch, settings, batches)
    found[name] = [history.rows, training.numbers(trainer.model)]

# interrupted and resumed, with dropout: each process has its own random numbers
def dropout(folder, stop=None, seed=0, resume=False, epochs=3):
    net = training.model(torch, seed, dropout=0.5)
    settings = {"seed": 3, "checkpoint": folder, "checkpoint_every": 2}
    trainer = training.trainer(torch, net, callbacks=[stop or training.Stop()], **settings)
    drawn = []
    net[2].register_forward_hook(lambda module, args, output: drawn.append((output != 0).tolist()))
    trainer.fit(training.loader(), epochs=epochs, resume=resume)
    return trainer, drawn

straight, drawn = dropout(folder + "/straight")
try:
    dropout(folder + "/broken", training.Stop(step=9))
except KeyboardInterrupt:
    found["interrupted"] = True
resumed, _ = dropout(folder + "/broken", seed=5, resume=True)
found["straight"] = [straight.history.rows, training.numbers(straight.model)]
found["resumed"] = [resumed.history.rows, training.numbers(resumed.model)]
found["dropped"] = drawn[0][:2]

best = lw.train.SaveBest(folder + "/best.npz", "train loss")
stopping = lw.train.EarlyStopping("train loss", patience=1)
trainer = training.trainer(torch, callbacks=[best, stopping], progress=True)
trainer.fit(training.loader(), epochs=2)
trainer.load(folder + "/best.npz")  # rank 1 too finds what rank 0 has just written
found["predictions"] = trainer.predict(training.loader(shuffle=False)).shape

try:
    training.trainer(lw)
except ValueError as error:
    found["layerwise"] = str(error)
with open(f"{folder}/{rank}.json", "w") as file:
    json.dump(found, file)
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """All in one start, which takes longer than the training: what both processes found, and printed."""
    folder = tmp_path_factory.mktemp("distributed")
    program = folder / "program.py"
    program.write_text(PROGRAM)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    arguments = [*torchrun, str(program), str(folder), str(Path(__file__).parent)]
    result = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in (0, 1)], result.stdout, folder


@pytest.mark.parametrize("name", SETTINGS)
def test_the_results_are_those_of_one_process(run, name):
    trainer, history = fit(torch, *SETTINGS[name])
    first, second = (found[name] for found in run[0])
    assert first == second
    rows, numbers = first
    assert [list(row) for row in rows] == [list(row) for row in history.rows]
    for row, expected in zip(rows, history.rows, strict=True):
        np.testing.assert_allclose(list(row.values()), list(expected.values()), rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        np.concatenate(numbers), np.concatenate(training.numbers(trainer.model)), atol=1e-6
    )


def test_interrupted_and_resumed_is_the_same_to_the_last_bit(run):
    for found in run[0]:
        assert found["interrupted"]
        assert found["resumed"] == found["straight"]
    assert run[0][0]["straight"] == run[0][1]["straight"]
    assert (run[2] / "broken/last.npz").read_bytes() == (run[2] / "straight/last.npz").read_bytes()


def test_each_process_drops_other_numbers(run):
    assert run[0][0]["dropped"] != run[0][1]["dropped"]


def test_only_one_process_prints(run):
    lines = run[1].splitlines()
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]


def test_every_process_predicts_everything(run):
    assert [found["predictions"] for found in run[0]] == [[22, 2], [22, 2]]


def test_the_number_of_processes_must_stay(run):
    trainer = training.trainer(torch, callbacks=[training.Stop()])
    with pytest.raises(ValueError, match="does not fit: processes: it has 2, the trainer 1"):
        trainer.load(run[2] / "straight/last.npz")


def test_layerwise_trains_in_one_process(run):
    assert all("torchrun is for torch models" in found["layerwise"] for found in run[0])
