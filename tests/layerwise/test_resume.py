"""Training that was interrupted, in every way, ends to the last bit where training that was not ends."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

import layerwise as lw

from . import training
from .training import EPOCHS, STEPS, Stop, everything, run

both = pytest.mark.parametrize("L", [lw, torch], ids=["layerwise", "torch"])


def end(trainer):
    """All that a training ends with, as bytes."""
    trainer.save(trainer.checkpoint)
    return trainer.checkpoint.read_bytes()


def check(L, tmp_path, stop, every=None):
    straight = everything(L, tmp_path / "straight", every=every)
    run(straight)

    broken = everything(L, tmp_path / "broken", stop, every=every)
    with pytest.raises(stop.error, match="stopped"):
        run(broken)
    assert broken.step < straight.step or broken.epoch < EPOCHS or stop.at_epoch == EPOCHS
    np.random.default_rng().random()
    resumed = everything(
        L, tmp_path / "broken", seed=7, every=every
    )  # other parameters, other random numbers
    history = run(resumed, resume=True)
    assert history.rows == straight.history.rows
    assert training.numbers(resumed.model) == training.numbers(straight.model)
    assert end(resumed) == end(straight)

    again = everything(L, tmp_path / "broken", every=every)  # nothing is left to do
    assert run(again, resume=True).rows == history.rows
    assert end(again) == end(straight)
    return broken


@both
@pytest.mark.parametrize(
    ("step", "every"),
    [
        (0, None),
        (1, 1),
        (STEPS - 1, 4),
        (STEPS, 1),
        (2 * STEPS + 3, None),
        (2 * STEPS + 3, 5),
        (4 * STEPS - 1, 4),
    ],
)
def test_interrupted_in_a_step(L, tmp_path, step, every):
    check(L, tmp_path, Stop(step=step), every)


@both
@pytest.mark.parametrize("epoch", [1, EPOCHS])
@pytest.mark.parametrize("every", [None, STEPS])  # a step's checkpoint coincides with the epoch's end
def test_a_callback_that_fails_leaves_a_whole_checkpoint(L, tmp_path, epoch, every):
    check(L, tmp_path, Stop(epoch=epoch, error=ZeroDivisionError), every)


@both
def test_the_same_trainer_goes_on_after_an_interruption(L, tmp_path):
    straight = everything(L, tmp_path / "straight")
    run(straight)
    for step in (2, 2 * STEPS + 1):
        stop = Stop(step=step)
        trainer = everything(L, tmp_path / str(step), stop, every=5)
        with pytest.raises(KeyboardInterrupt):
            run(trainer)
        stop.at_step = None
        run(trainer, resume=True)
        assert end(trainer) == end(straight)


@both
def test_training_can_be_made_longer(L, tmp_path):
    """What has ended is gone on with: so many epochs now are the same as all at once."""
    straight = everything(L, tmp_path / "straight")
    run(straight)
    for epochs in range(EPOCHS + 1):
        run(everything(L, tmp_path / "parts", seed=epochs), resume=epochs > 0, epochs=epochs)
    assert (tmp_path / "parts/last.npz").read_bytes() == (tmp_path / "straight/last.npz").read_bytes()


@both
def test_without_resume_it_begins_anew(L, tmp_path):
    first = run(everything(L, tmp_path), epochs=1)
    second = run(everything(L, tmp_path), epochs=1)
    assert first.rows == second.rows
    run(everything(L, tmp_path), epochs=0)
    assert lw.train.read_checkpoint(tmp_path / "last.npz")["epoch"] == 0


@both
def test_early_stopping_goes_on_counting(L, tmp_path):
    def stopping(patience, epochs, resume):
        callback = lw.train.EarlyStopping("train loss", patience=patience)
        trainer = training.trainer(L, lr=0.0, callbacks=[callback], checkpoint=tmp_path)
        trainer.fit(training.loader(shuffle=False), epochs=epochs, resume=resume)
        return trainer.epoch

    assert stopping(4, epochs=3, resume=False) == 3
    assert stopping(4, epochs=100, resume=True) == 5
    assert stopping(4, epochs=200, resume=True) == 5  # it had stopped, and remembers


@both
def test_a_plateau_schedule_and_accumulation(L, tmp_path):
    def make(folder, stop=None):
        trainer = training.trainer(L)
        schedule = L.optim.lr_scheduler.ReduceLROnPlateau(trainer.optimizer, patience=0, threshold=0.1)
        settings = {
            "schedule": schedule,
            "accumulate": 4,
            "callbacks": [stop or Stop()],
            "checkpoint_every": 1,
        }
        return lw.train.Trainer(trainer.model, trainer.optimizer, trainer.loss, checkpoint=folder, **settings)

    straight = make(tmp_path / "straight")
    straight.fit(training.loader(), epochs=EPOCHS)
    assert straight.optimizer.param_groups[0]["lr"] < 0.1
    broken = make(tmp_path / "broken", Stop(step=5))
    with pytest.raises(KeyboardInterrupt):
        broken.fit(training.loader(), epochs=EPOCHS)
    resumed = make(tmp_path / "broken")
    resumed.fit(training.loader(), epochs=EPOCHS, resume=True)
    assert end(resumed) == end(straight)


def test_torchs_own_loader(tmp_path):
    """It has no state but torch's generator: epochs can be resumed, parts of them cannot."""

    def make(folder, stop=None, seed=0):
        torch.manual_seed(seed)
        return training.trainer(
            torch, training.model(torch, seed), checkpoint=folder, callbacks=[stop or Stop()]
        )

    def loader():
        x, y = (torch.tensor(array) for array in training.data().tensors)
        return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 4, shuffle=True)

    straight = make(tmp_path / "straight")
    straight.fit(loader(), epochs=EPOCHS)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "broken", Stop(step=STEPS + 2)).fit(loader(), epochs=EPOCHS)
    resumed = make(tmp_path / "broken", seed=3)
    resumed.fit(loader(), epochs=EPOCHS, resume=True)
    assert end(resumed) == end(straight)
    resumed.checkpoint_every = 2
    with pytest.raises(ValueError, match=r"checkpoint_every needs a loader .* DataLoader has no state_dict"):
        resumed.fit(loader(), epochs=EPOCHS)


def test_the_users_own_random_numbers_go_on(tmp_path):
    """Python's and NumPy's global generators, which a callback or a loss may draw from."""
    import random

    class Draws(lw.train.Callback):
        def on_epoch_end(self, trainer):
            trainer.history.rows[-1] |= {"python": random.random(), "numpy": np.random.random()}

    def make(folder, stop=None):
        return training.trainer(lw, checkpoint=folder, callbacks=[Draws(), stop or Stop()])

    random.seed(1)
    np.random.seed(1)
    straight = make(tmp_path / "straight").fit(training.loader(), epochs=EPOCHS)
    random.seed(1)
    np.random.seed(1)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "broken", Stop(epoch=2)).fit(training.loader(), epochs=EPOCHS)
    random.seed(2)
    np.random.seed(2)
    assert make(tmp_path / "broken").fit(training.loader(), epochs=EPOCHS, resume=True).rows == straight.rows


# --- killed while a checkpoint is written

KILL = """
import importlib, os, signal, sys

folder, L, where, number, tests = sys.argv[1], importlib.import_module(sys.argv[2]), *sys.argv[3:]
sys.path.insert(0, tests)
import training
from layerwise.train import checkpoint

calls = 0

def deadly(function):
    def wrapped(file, *arguments, **arrays):
        global calls
        calls += 1
        if calls == int(number):
            if where == "savez":  # the first few arrays are written, and half of that has reached the disk
                function(file, **dict(list(arrays.items())[:5]))
                file.truncate(file.tell() // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        return function(file, *arguments, **arrays)
    return wrapped

module = checkpoint.np if where == "savez" else checkpoint.os
setattr(module, where, deadly(getattr(module, where)))
training.run(training.everything(L, folder, every=4))
"""


@pytest.mark.parametrize(("L", "where", "number"), [
    *((lw, where, number) for where in ("savez", "replace") for number in (2, 5)),
    *((lw, "fsync", 3), (lw, "fsync", 5)),  # two in a write: of the file, of the folder
    (lw, "replace", 1),
    (torch, "savez", 5),
])  # fmt: skip
def test_killed_while_writing(L, where, number, tmp_path):
    """The old checkpoint stays; what is half written is not taken for one."""
    straight = everything(L, tmp_path / "straight", every=4)
    run(straight)
    arguments = str(tmp_path / "killed"), L.__name__, where, str(number), str(Path(__file__).parent)
    killed = subprocess.run([sys.executable, "-c", KILL, *arguments], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    files = sorted(os.listdir(tmp_path / "killed"))
    first = where == "replace" and number == 1  # killed before there ever was a checkpoint
    assert files == ([] if first else ["last.npz"]) + ["last.npz.unfinished"]
    if not first:
        steps = {("fsync", 5): 4}.get((where, number), {2: 0, 3: 0, 5: 8}[number])
        assert lw.train.read_checkpoint(tmp_path / "killed/last.npz")["step"] == steps

    resumed = everything(L, tmp_path / "killed", seed=0 if first else 7, every=4)
    run(resumed, resume=True)
    assert os.listdir(tmp_path / "killed") == ["last.npz"]
    assert end(resumed) == end(straight)


# --- the file


def round_trip(tree, folder):
    lw.train.write_checkpoint(folder / "a" / "tree.npz", tree)
    return lw.train.read_checkpoint(folder / "a" / "tree.npz")


def same(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        assert [type(key) for key in a] == [type(key) for key in b]
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(a, torch.Tensor):
        assert a.dtype == b.dtype
        assert torch.equal(a, b)
    elif isinstance(a, np.ndarray | lw.Tensor):
        a, b = np.asarray(a), np.asarray(b)
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    else:
        assert repr(a) == repr(b)


TREES = [
    {},
    None,
    {"a": 1, "b": [1.5, None, True, "text"], 3: {4: (5, (6.0,))}, "": {"": []}},
    {
        "nan": float("nan"),
        "inf": -float("inf"),
        "zero": -0.0,
        "tiny": 5e-324,
        "third": 1 / 3,
        "large": 2**127 + 1,
    },
    {"1": np.arange(3), 1: np.arange(4.0), "tree": np.zeros((2, 0)), "file": np.ones((), np.float32)},
    {"x": {"y": np.arange(2)}, "x/y": np.arange(3), "array": {"x": np.zeros(1)}},
    [np.arange(6).reshape(2, 3).T, np.array([True, False]), np.zeros(3, np.uint8), np.arange(8.0)[::-2]],
    {"scalars": [np.float32(0.1), np.int64(7), np.bool_(True), np.float64(1 / 3)]},
    {"counter": Counter({3: 2, 5: 1}), "not": {3: 2}},
    [lw.tensor([1.0, 2.0]), lw.tensor(3), lw.nn.Parameter([[0.5, -0.25]]).detach()],
    [
        torch.arange(3),
        torch.tensor(0.5),
        torch.tensor([[0.3, -2.7], [1e3, 1e-3]]).to(torch.bfloat16),
        torch.zeros(2, 0, dtype=torch.half),
    ],
]


@pytest.mark.parametrize("tree", TREES, ids=range(len(TREES)))
def test_what_is_written_is_read(tree, tmp_path):
    same(round_trip(tree, tmp_path), tree)


def test_parameters_become_constants(tmp_path):
    found = round_trip([lw.nn.Linear(2, 1).weight, torch.nn.Linear(2, 1).weight], tmp_path)
    assert [type(tensor) for tensor in found] == [lw.Tensor, torch.Tensor]
    assert not any(tensor.requires_grad for tensor in found)


def test_the_file_can_be_read_without_layerwise(tmp_path):
    trainer = everything(lw, tmp_path)
    run(trainer)
    with np.load(tmp_path / "last.npz", allow_pickle=False) as file:
        assert np.array_equal(file["model/0.weight"], trainer.model[0].weight.data)
        tree = dict(json.loads(file["tree"].tobytes())["dict"])
    assert (tree["epoch"], tree["step"]) == (EPOCHS, EPOCHS * STEPS)


@pytest.mark.parametrize("thing", [{1, 2}, object(), lambda: 0, np.array([{}]), np.array(["text"]), 1j])
def test_what_has_no_form_is_refused_and_the_old_file_stays(thing, tmp_path):
    lw.train.write_checkpoint(tmp_path / "tree.npz", {"a": 1})
    with pytest.raises(TypeError, match=r"/schedule/0 is .+: only numbers, arrays and text are kept"):
        lw.train.write_checkpoint(tmp_path / "tree.npz", {"schedule": [thing]})
    assert lw.train.read_checkpoint(tmp_path / "tree.npz") == {"a": 1}


@pytest.mark.parametrize("cut", [0, 1, 100, 0.5, -1])
def test_a_damaged_file_says_so(cut, tmp_path):
    path = tmp_path / "tree.npz"
    lw.train.write_checkpoint(path, {"a": np.arange(100.0)})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(cut * len(whole)) if isinstance(cut, float) else cut])
    with pytest.raises(
        ValueError, match=r"read_checkpoint\(\): .*tree.npz is not a checkpoint, or is damaged"
    ):
        lw.train.read_checkpoint(path)


def test_a_changed_number_is_noticed(tmp_path):
    path = tmp_path / "tree.npz"
    lw.train.write_checkpoint(path, {"a": np.full(100, 7.0)})
    damaged = path.read_bytes().replace(np.float64(7).tobytes(), np.float64(8).tobytes(), 1)
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match="is damaged"):
        lw.train.read_checkpoint(path)


def test_no_code_is_run_by_reading(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trapped"),)

    np.savez(tmp_path / "trap.npz", tree=np.array([Trap()], dtype=object))
    with pytest.raises(ValueError, match="is not a checkpoint"):
        lw.train.read_checkpoint(tmp_path / "trap.npz")
    assert not (tmp_path / "trapped").exists()
    with zipfile.ZipFile(tmp_path / "trap.npz") as file:
        assert file.namelist() == ["tree.npy"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    lw.train.write_checkpoint(tmp_path / "tree.npz", {"a": 1})

    def full(handle):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        lw.train.write_checkpoint(tmp_path / "tree.npz", {"a": 2})
    assert lw.train.read_checkpoint(tmp_path / "tree.npz") == {"a": 1}


@both
def test_a_checkpoint_of_something_else(L, tmp_path):
    trainer = everything(L, tmp_path)
    run(trainer, epochs=1)
    path = tmp_path / "last.npz"
    other = torch if L is lw else lw
    with pytest.raises(ValueError, match=r"does not fit: library: it has '?(layerwise|torch)'?, the trainer"):
        everything(other, tmp_path).load(path)
    with pytest.raises(ValueError, match="does not fit: a schedule: it has True, the trainer False"):
        training.trainer(L).load(path)
    everything(L, tmp_path).load(path)
    shorter = everything(L, tmp_path)
    shorter.callbacks.pop()
    with pytest.raises(ValueError, match=r"does not fit: callbacks: it has \['EarlyStopping', 'Stop'\]"):
        shorter.load(path)


@both
def test_going_back_within_a_run(L, tmp_path):
    """`load` and `fit` without resume: from the checkpoint on, also from the middle of an epoch."""

    class Keep(lw.train.Callback):
        def on_step_end(self, trainer):
            if trainer.step == STEPS + 2:
                trainer.save(tmp_path / "middle.npz")

    trainer = everything(L, tmp_path / "run", stop=Keep())
    run(trainer)
    expected = end(trainer)
    trainer.load(tmp_path / "middle.npz")
    assert (trainer.epoch, trainer.step) == (1, STEPS + 2)
    run(trainer)
    assert end(trainer) == expected


def test_a_scaled_loss(tmp_path):
    """The float16 path of cuda, on the CPU: the scale is out before clipping, and is part of the state."""

    def make(folder, scale=None):
        trainer = training.trainer(torch, clip_norm=0.05, checkpoint=folder)
        if scale is not None:
            trainer.library.scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=5)
        return trainer

    plain, scaled = make(tmp_path / "plain"), make(tmp_path / "scaled", 1024.0)
    plain.fit(training.loader(), epochs=2)
    scaled.fit(training.loader(), epochs=1)
    resumed = make(tmp_path / "scaled", 1.0)
    resumed.fit(training.loader(), epochs=2, resume=True)
    assert resumed.library.scaler.get_scale() == 4096  # doubled twice in twelve steps
    assert training.numbers(resumed.model) == training.numbers(plain.model)  # powers of two are exact
