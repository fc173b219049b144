"""The trainer beside loops written by hand, in both libraries, bit for bit."""

import sys

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.train.library import library_of

from . import training

both = pytest.mark.parametrize("L", [lw, torch], ids=["layerwise", "torch"])
EPOCHS = 3


class Loop:
    """The loop that a reader would write, with what is to be added to it."""

    def __init__(self, L, dropout=0.0, size=1):
        self.L, self.size = L, size
        self.net = training.model(L, dropout=dropout)
        self.optimizer = L.optim.SGD(self.net.parameters(), lr=0.1, momentum=0.9)
        self.losses, self.epochs, self.rates = [], [], []

    def clip(self):
        pass

    def after_step(self):
        pass

    def after_epoch(self):
        pass

    def run(self):
        L, loss = self.L, self.L.nn.CrossEntropyLoss()
        for epoch in range(EPOCHS):
            loader = training.loader()
            loader.set_epoch(epoch)
            batches, total = list(loader), 0.0
            for start in range(0, len(batches), self.size):
                group = batches[start : start + self.size]
                examples = sum(len(y) for _, y in group)
                self.optimizer.zero_grad()
                for x, y in group:
                    value = loss(self.net(training.tensor(L, x)), training.tensor(L, y))
                    (value if self.size == 1 else value * (len(y) / examples)).backward()
                    total += len(y) * value.item()
                self.clip()
                self.optimizer.step()
                self.after_step()
            self.epochs.append(total / 22)
            self.rates.append(self.optimizer.param_groups[0]["lr"])
            self.after_epoch()
        return self


def check(loop, trainer, loader=None):
    loop.run()
    trainer.library.seed(0)
    training.model(loop.L)  # draws what making the loop's model drew
    history = trainer.fit(loader or training.loader(), epochs=EPOCHS)
    assert history["train loss"] == loop.epochs
    assert history["learning rate"] == loop.rates
    assert training.numbers(trainer.model) == training.numbers(loop.net)
    assert training.numbers(trainer.model) != training.numbers(training.model(loop.L))


@both
def test_plain(L):
    check(Loop(L), training.trainer(L))


@both
def test_a_list_of_batches_will_do(L):
    batches = list(training.loader(shuffle=False))
    trainer = training.trainer(L)
    first = trainer.fit(batches, epochs=1)["train loss"]
    again = training.trainer(L)
    assert again.fit(training.loader(shuffle=False), epochs=1)["train loss"] == first
    assert training.numbers(again.model) == training.numbers(trainer.model)


@both
def test_tensors_of_the_library_will_do(L):
    batches = [(training.tensor(L, x), training.tensor(L, y)) for x, y in training.loader(shuffle=False)]
    trainer, again = training.trainer(L), training.trainer(L)
    assert trainer.fit(batches, epochs=2).rows == again.fit(training.loader(shuffle=False), epochs=2).rows


@both
def test_dropout_draws_as_in_the_loop(L):
    check(Loop(L, dropout=0.3), training.trainer(L, training.model(L, dropout=0.3)))


@both
@pytest.mark.parametrize("norm", [None, 0.05])
@pytest.mark.parametrize("value", [None, 0.01])
def test_clipping(L, norm, value):
    class Clipped(Loop):
        def clip(self):
            if norm is not None:
                L.nn.utils.clip_grad_norm_(self.net.parameters(), norm)
            if value is not None:
                L.nn.utils.clip_grad_value_(self.net.parameters(), value)

    check(Clipped(L), training.trainer(L, clip_norm=norm, clip_value=value))


@both
@pytest.mark.parametrize("size", [2, 4, 6, 10])
def test_accumulation_with_a_ragged_last_group(L, size):
    check(Loop(L, size=size), training.trainer(L, accumulate=size))


@both
def test_accumulated_batches_are_one_large_batch(L):
    """Groups of 3 batches of 4 are batches of 12, the last of 10, in the same order."""
    small, large = training.trainer(L, accumulate=3), training.trainer(L)
    first = small.fit(training.loader(batch_size=4), epochs=EPOCHS)
    second = large.fit(training.loader(batch_size=12), epochs=EPOCHS)
    np.testing.assert_allclose(first["train loss"], second["train loss"], rtol=1e-6)
    for p, q in zip(small.model.parameters(), large.model.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-4, atol=1e-6)


@both
@pytest.mark.parametrize("every", ["epoch", "step"])
def test_schedules(L, every):
    def schedule(optimizer):
        return L.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)

    class Scheduled(Loop):
        def run(self):
            self.schedule = schedule(self.optimizer)
            return super().run()

        def after_step(self):
            if every == "step":
                self.schedule.step()

        def after_epoch(self):
            if every == "epoch":
                self.schedule.step()

    trainer = training.trainer(L)
    settings = {"schedule": schedule(trainer.optimizer), "schedule_every": every}
    check(Scheduled(L), lw.train.Trainer(trainer.model, trainer.optimizer, trainer.loss, **settings))
    assert trainer.optimizer.param_groups[0]["lr"] < 0.1


@both
@pytest.mark.parametrize("monitor", [None, "train loss", "validation accuracy"])
def test_a_plateau_schedule_is_given_what_it_watches(L, monitor):
    trainer = training.trainer(L)
    schedule = L.optim.lr_scheduler.ReduceLROnPlateau(trainer.optimizer)
    given, step = [], schedule.step

    def watched(metrics):
        given.append(metrics)
        step(metrics)

    schedule.step = watched
    metrics = {"accuracy": lw.train.accuracy}
    settings = {"schedule": schedule, "monitor": monitor, "metrics": metrics}
    trainer = lw.train.Trainer(trainer.model, trainer.optimizer, trainer.loss, **settings)
    history = trainer.fit(training.loader(), training.loader(shuffle=False), epochs=EPOCHS)
    assert given == history[monitor or "validation loss"]
    if monitor is None:
        trainer.fit(training.loader(), epochs=EPOCHS + 1)
        assert given[-1] == history["train loss"][-1]
    if monitor == "validation accuracy":
        with pytest.raises(
            KeyError, match="monitor is 'validation accuracy', the history has 'epoch', 'train"
        ):
            trainer.fit(training.loader(), epochs=EPOCHS + 1)


# --- measuring


@both
def test_measures_are_means_over_the_examples(L):
    trainer = training.trainer(
        L, metrics={"accuracy": lw.train.accuracy, "size": lambda output, target: len(target)}
    )
    measures = trainer.evaluate(training.loader())
    x, y = training.data().tensors
    output = trainer.model(training.tensor(L, x))
    assert measures["loss"] == pytest.approx(trainer.loss(output, training.tensor(L, y)).item(), rel=1e-6)
    assert measures["accuracy"] == pytest.approx(np.mean(output.detach().numpy().argmax(1) == y), rel=1e-6)
    assert measures["size"] == (5 * 4 * 4 + 2 * 2) / 22
    history = trainer.fit(training.loader(), training.loader(), epochs=1)
    assert list(history) == [
        *("epoch", "train loss", "train accuracy", "train size"),
        *("validation loss", "validation accuracy", "validation size", "learning rate"),
    ]
    assert history["validation accuracy"] == [trainer.evaluate(training.loader())["accuracy"]]


@both
def test_evaluation_is_without_dropout_and_gradients(L):
    trainer = training.trainer(L, training.model(L, dropout=0.5))
    seen = []
    trainer.loss = lambda output, target: (
        seen.append(output.requires_grad) or L.nn.functional.cross_entropy(output, target)
    )
    before = training.numbers(trainer.model)
    first, second = trainer.evaluate(training.loader()), trainer.evaluate(training.loader(shuffle=True))
    assert first == second
    assert not any(seen)
    assert trainer.model.training
    trainer.model.eval()
    trainer.predict(training.loader())
    assert not trainer.model.training
    assert training.numbers(trainer.model) == before
    trainer.fit(training.loader(), epochs=1)
    assert trainer.model.training
    assert all(seen[-6:])


@both
def test_predictions_come_in_the_loaders_order(L):
    trainer = training.trainer(L)
    x, _ = training.data().tensors
    expected = trainer.model(training.tensor(L, x)).detach().numpy()
    inputs = lw.data.DataLoader(lw.data.TensorDataset(x), 4)
    for loader in (training.loader(shuffle=False), inputs, [x[:10], x[10:]]):
        found = trainer.predict(loader)
        assert isinstance(found, np.ndarray)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)
    with pytest.raises(ValueError, match=r"predict\(\): the loader gave no batches"):
        trainer.predict([])


@both
def test_several_inputs(L):
    class Sum(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = L.nn.Linear(2, 2)

        def forward(self, a, b):
            return self.linear(a + b)

    net = Sum()
    trainer = training.trainer(L, net)
    x, y = training.data().tensors
    batches = [(x, 2 * x, y)]
    expected = trainer.loss(
        net(training.tensor(L, x), training.tensor(L, 2 * x)), training.tensor(L, y)
    ).item()
    assert trainer.fit(batches, epochs=1)["train loss"] == [expected]
    assert trainer.predict(batches).shape == (22, 2)


@pytest.mark.parametrize(
    ("metric", "output", "target", "expected"),
    [
        ("accuracy", [[1.0, 2.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 5.0]], [1, 2, 2], 2 / 3),
        ("accuracy", [[[1.0, 2.0], [3.0, 0.0]]], [[1, 1]], 0.5),  # (n, classes, positions)
        ("binary_accuracy", [1.0, -1.0, 0.0, 2.0], [1.0, 0.0, 1.0, 0.0], 0.5),
        ("binary_accuracy", [[1.0], [-1.0]], [[1.0], [0.0]], 1.0),
    ],
)
@both
def test_accuracy(L, metric, output, target, expected):
    found = getattr(lw.train, metric)(L.tensor(output), L.tensor(target))
    assert found.item() == pytest.approx(expected)


@pytest.mark.parametrize("metric", ["accuracy", "binary_accuracy"])
def test_accuracy_of_the_wrong_shapes(metric):
    with pytest.raises(ValueError, match=rf"{metric}\(\): .* got \(4, 2\) and \(4, 1\)"):
        getattr(lw.train, metric)(lw.zeros(4, 2), lw.zeros(4, 1))


# --- epochs, callbacks


@both
def test_epochs_count_from_the_first_fit(L):
    twice, once = training.trainer(L), training.trainer(L)
    loader = training.loader()
    twice.fit(loader, epochs=1)
    twice.fit(loader, epochs=3)
    history = once.fit(loader, epochs=3)
    assert twice.history.rows == history.rows
    assert training.numbers(twice.model) == training.numbers(once.model)
    assert twice.fit(loader, epochs=3) is twice.history
    assert (twice.epoch, twice.step, twice.history["epoch"]) == (3, 18, [1, 2, 3])


class Diary(lw.train.Callback):
    def __init__(self):
        self.events = []


for name in ("fit_begin", "epoch_begin", "backward_end", "step_end", "epoch_end", "fit_end"):

    def note(self, trainer, name=name):
        self.events.append((name, trainer.epoch, trainer.step))

    setattr(Diary, f"on_{name}", note)


@both
def test_callbacks_are_called_in_this_order(L):
    diary = Diary()
    training.trainer(L, callbacks=[diary]).fit(training.loader(batch_size=11), epochs=2)
    assert diary.events == [
        ("fit_begin", 0, 0),
        *[("epoch_begin", 0, 0), ("backward_end", 0, 0), ("step_end", 0, 1)],
        *[("backward_end", 0, 1), ("step_end", 0, 2), ("epoch_end", 1, 2)],
        *[("epoch_begin", 1, 2), ("backward_end", 1, 2), ("step_end", 1, 3)],
        *[("backward_end", 1, 3), ("step_end", 1, 4), ("epoch_end", 2, 4)],
        ("fit_end", 2, 4),
    ]


@both
def test_a_callback_sees_gradients_before_they_are_clipped(L):
    class Norm(lw.train.Callback):
        seen = 0.0

        def on_backward_end(self, trainer):
            self.seen = max(self.seen, max(float(abs(p.grad).max()) for p in trainer.model.parameters()))

        def on_step_end(self, trainer):
            assert max(float(abs(p.grad).max()) for p in trainer.model.parameters()) <= 1e-6

    norm = Norm()
    training.trainer(L, callbacks=[norm], clip_value=1e-6).fit(training.loader(), epochs=1)
    assert norm.seen > 1e-3


@both
def test_a_callback_can_add_a_column(L):
    class Extra(lw.train.Callback):
        def on_epoch_end(self, trainer):
            if trainer.epoch == 2:
                trainer.history.rows[-1]["extra"] = 7.0

    history = training.trainer(L, callbacks=[Extra()]).fit(training.loader(), epochs=2)
    assert np.array_equal(history["extra"], [np.nan, 7.0], equal_nan=True)


class Play(lw.train.Callback):
    """Writes invented numbers into the history."""

    def __init__(self, values, name="validation loss"):
        self.values, self.name = values, name

    def on_epoch_end(self, trainer):
        trainer.history.rows[-1][self.name] = self.values[trainer.epoch - 1]

    def state_dict(self):
        return {}


@pytest.mark.parametrize(
    ("values", "settings", "epochs", "best"),
    [
        ([5, 4, 3, 2, 1], {}, 5, (1, 5)),
        ([5, 4, 4, 4, 4], {}, 4, (4, 2)),
        ([5, 4, 6, 3, 6, 6, 1], {}, 6, (3, 4)),
        ([5, 4, 6, 6, 1], {"patience": 1}, 3, (4, 2)),
        ([5, 4.5, 4.2, 4, 1], {"min_delta": 0.9}, 3, (5, 1)),
        ([5, 4.5, 4, 4, 4, 4], {"min_delta": 0.9}, 5, (4, 3)),
        ([np.nan, np.nan, 1, 1, 1], {}, 2, (np.inf, 0)),
        ([5, np.nan, np.nan, 1], {}, 3, (5, 1)),
        ([1, 2, 3, 2, 2, 4], {"mode": "max"}, 5, (3, 3)),
        ([1, 2, 3, 2, 2, 4], {"monitor": "validation accuracy"}, 5, (3, 3)),
        ([3, 2, 2, 2, 1], {"monitor": "error", "mode": "min"}, 4, (2, 2)),
    ],
)
def test_early_stopping(values, settings, epochs, best):
    stopping = lw.train.EarlyStopping(**{"patience": 2, **settings})
    play = Play(values, stopping.monitor)
    trainer = training.trainer(lw, callbacks=[play, stopping])
    assert len(trainer.fit(training.loader(), epochs=len(values)).rows) == epochs
    assert (stopping.best, stopping.best_epoch) == best
    assert trainer.stop == (epochs < len(values))


@both
def test_the_best_checkpoint(L, tmp_path):
    best = lw.train.SaveBest(tmp_path / "best.npz")
    trainer = training.trainer(L, callbacks=[Play([3, 1, 2, 1]), best])
    kept = {}

    class Keep(lw.train.Callback):
        def on_epoch_end(self, trainer):
            kept[trainer.epoch] = training.numbers(trainer.model)

    trainer.callbacks.append(Keep())
    trainer.fit(training.loader(), epochs=4)
    assert training.numbers(trainer.model) == kept[4]
    assert (best.best, best.best_epoch) == (1, 2)

    fresh = training.model(L, seed=9)
    fresh.load_state_dict(lw.train.read_checkpoint(tmp_path / "best.npz")["model"])
    assert training.numbers(fresh) == kept[2]
    trainer.load(tmp_path / "best.npz")
    assert (trainer.epoch, len(trainer.history.rows)) == (2, 2)
    trainer.fit(training.loader(), epochs=4)
    assert training.numbers(trainer.model) == kept[4]


# --- precision, device


def test_mixed_precision_on_the_cpu():
    formats = []
    trainer = training.trainer(torch, precision="bfloat16", clip_norm=1.0)
    trainer.model[0].register_forward_hook(lambda module, args, output: formats.append(output.dtype))
    history = trainer.fit(training.loader(), training.loader(), epochs=20)
    assert set(formats) == {torch.bfloat16}
    assert all(p.dtype == torch.float32 for p in trainer.model.parameters())
    assert history["train loss"][-1] < 0.5 * history["train loss"][0]
    assert trainer.predict(training.loader()).dtype == np.float32
    plain = training.trainer(torch).fit(training.loader(), epochs=20)
    assert plain["train loss"] != history["train loss"]
    np.testing.assert_allclose(plain["train loss"][0], history["train loss"][0], rtol=0.01)


def test_mixed_precision_is_the_loop_with_autocast():
    loop = Loop(torch)
    for x, y in training.loader():
        loop.optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = torch.nn.functional.cross_entropy(loop.net(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        loop.optimizer.step()
    trainer = training.trainer(torch, precision="bfloat16")
    trainer.fit(training.loader(), epochs=1)
    assert training.numbers(trainer.model) == training.numbers(loop.net)


def test_a_device_can_be_named():
    trainer = training.trainer(torch, device="cpu")
    assert trainer.library.device == torch.device("cpu")
    assert training.trainer(lw, device="cpu").fit(training.loader(), epochs=1).rows
    library = library_of(training.model(torch), "meta")  # tensors with shapes, without numbers
    assert {p.device.type for p in library.model.parameters()} == {"meta"}
    assert {t.device.type for t in library.tensors(next(iter(training.loader())))} == {"meta"}


@both
def test_a_seed_for_dropout(L):
    def run(seed, before):
        trainer = training.trainer(L, training.model(L, dropout=0.5), seed=seed)
        L.manual_seed(before)
        return trainer.fit(training.loader(), epochs=2).rows

    assert run(1, before=2) == run(1, before=3)
    assert run(1, before=2) != run(4, before=2)
    assert run(None, before=2) == run(None, before=2)
    assert run(None, before=2) != run(None, before=3)


# --- progress


@both
def test_it_is_quiet_unless_there_is_a_terminal(L, capsys):
    training.trainer(L).fit(training.loader(), epochs=2)
    assert capsys.readouterr() == ("", "")


def test_lines(capsys):
    trainer = training.trainer(lw, progress=True)
    history = trainer.fit(training.loader(), training.loader(), epochs=2)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"epoch 1/2  train loss {history['train loss'][0]:.4g}  validation loss ")
    assert second.startswith("epoch 2/2  train loss ")
    assert second.endswith("  learning rate 0.1")


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("wanted", [True, None, False])
def test_a_terminal(wanted, installed, capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    if not installed:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    training.trainer(lw, progress=wanted).fit(training.loader(), epochs=2)
    out, err = capsys.readouterr()
    assert err == ""
    assert ("epoch 1/2  train loss" in out) == (wanted is not False)
    assert ("epoch 2/2:" in out and "/6 [" in out) == (installed and wanted is not False)
    if wanted is False:
        assert out == ""


# --- mistakes


def wrong(L, error, match, **settings):
    with pytest.raises(error, match=match):
        training.trainer(L, **settings)


@both
def test_wrong_arguments(L):
    other = training.trainer(L).optimizer
    plateau = L.optim.lr_scheduler.ReduceLROnPlateau(other)
    for match, settings in {
        "clip_norm must be positive, got 0": {"clip_norm": 0},
        "clip_value must be positive, got nan": {"clip_value": float("nan")},
        "accumulate must be an integer from 1, got 0": {"accumulate": 0},
        "accumulate must be an integer from 1, got 1.5": {"accumulate": 1.5},
        "checkpoint_every must be an integer from 1, got 0": {"checkpoint": "x", "checkpoint_every": 0},
        "checkpoint_every needs a folder": {"checkpoint_every": 5},
        "schedule_every must be 'epoch' or 'step', got 'batch'": {"schedule_every": "batch"},
        "the schedule must be one of this optimizer": {"schedule": plateau},
        "precision": {"precision": "float64"},
        "precision .*float16": {"precision": "float16"},
    }.items():
        wrong(L, ValueError, match, **settings)
    wrong(L, TypeError, "callbacks must be Callbacks, got Adam", callbacks=[lw.optim.Adam([lw.zeros(1)])])
    wrong(L, TypeError, "metrics must be functions by names other than 'loss', got 'a'", metrics={"a": 1})
    wrong(L, TypeError, "got 'loss'", metrics={"loss": lw.train.accuracy})
    net = training.model(L)
    with pytest.raises(ValueError, match="the optimizer has none of the model's parameters"):
        lw.train.Trainer(net, other, L.nn.CrossEntropyLoss())
    with pytest.raises(TypeError, match="optimizer must be an Optimizer, got list"):
        lw.train.Trainer(net, [], L.nn.CrossEntropyLoss())
    with pytest.raises(TypeError, match="loss must be a function, got str"):
        lw.train.Trainer(net, L.optim.SGD(net.parameters(), lr=1), "cross_entropy")
    optimizer = L.optim.SGD(net.parameters(), lr=1)
    plateau = L.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    with pytest.raises(ValueError, match="schedule_every must be 'epoch'"):
        lw.train.Trainer(net, optimizer, L.nn.CrossEntropyLoss(), schedule=plateau, schedule_every="step")


def test_wrong_models_and_devices():
    optimizer = lw.optim.SGD([lw.zeros(1)], lr=1)
    with pytest.raises(TypeError, match="model must be a Module of layerwise or of torch, got str"):
        lw.train.Trainer("model", optimizer, lw.nn.MSELoss())
    wrong(lw, ValueError, "device must be None or 'cpu' for a layerwise model, got 'cuda'", device="cuda")
    for settings, match in [
        ({"mode": "high"}, r"EarlyStopping\(\): mode must be 'min' or 'max', got 'high'"),
        ({"patience": 0}, r"EarlyStopping\(\): patience must be at least 1, got 0"),
        ({"min_delta": -1}, r"EarlyStopping\(\): min_delta must not be negative, got -1"),
    ]:
        with pytest.raises(ValueError, match=match):
            lw.train.EarlyStopping(**settings)


@both
def test_wrong_batches(L):
    trainer = training.trainer(L)
    x, y = training.data().tensors
    for batches, match in [([x], "got ndarray"), ([(x,)], "got 1 of them"), ([{"x": x}], "got dict")]:
        with pytest.raises(TypeError, match=rf"a batch must be \(input, \.\.\., target\), {match}"):
            trainer.fit(batches)
    with pytest.raises(ValueError, match="the loader gave no batches"):
        training.trainer(L).fit([])
    with pytest.raises(TypeError, match="the loader can be gone through only once"):
        trainer.fit(iter([(x, y)]))
    with pytest.raises(ValueError, match="resume needs the trainer's argument checkpoint"):
        trainer.fit([(x, y)], resume=True)
    with pytest.raises(
        KeyError, match="there is no column 'validation loss'; there are 'epoch', 'train loss'"
    ):
        training.trainer(L, callbacks=[lw.train.EarlyStopping()]).fit([(x, y)])


@both
def test_nothing_is_converted_silently(L):
    x, y = training.data().tensors
    with pytest.raises((RuntimeError, TypeError), match=r"float64|double|Double"):
        training.trainer(L).fit([(x.astype(np.float64), y)])
