"""The probe's numbers: by hand, and the same for both libraries."""

import math

import numpy as np
import pytest
import torch

import layerwise as lw
from layerwise.diagnostics import probe

LIBRARIES = pytest.mark.parametrize("L", [lw, torch])


def small(L):
    """3 → 4 → ReLU → Tanh → 2 with given weights, a batch and its classes."""
    rng = np.random.default_rng(0)
    w1, b1 = 2 * rng.standard_normal((4, 3)), np.array([0.0, 0.1, -50.0, 0.2])  # the third unit is dead
    w2, b2 = rng.standard_normal((2, 4)), np.zeros(2)
    model = L.nn.Sequential(L.nn.Linear(3, 4), L.nn.ReLU(), L.nn.Tanh(), L.nn.Linear(4, 2)).double()
    arrays = {"0.weight": w1, "0.bias": b1, "3.weight": w2, "3.bias": b2}
    model.load_state_dict({name: L.tensor(array) for name, array in arrays.items()})
    return model, arrays, rng.standard_normal((6, 3)), np.array([0, 1, 1, 0, 1, 0])


def train(L, model, optimizer, x, y, steps=1, every=1):
    with probe(model, optimizer, every=every) as watching:
        for _ in range(steps):
            optimizer.zero_grad()
            loss = L.nn.functional.cross_entropy(model(L.tensor(x)), L.tensor(y))
            loss.backward()
            optimizer.step()
            watching.step(loss)
    return watching


def norm(*arrays):
    return math.sqrt(sum((array**2).sum() for array in arrays))


@LIBRARIES
def test_every_number_is_the_one_by_hand(L):
    model, p, x, y = small(L)
    z = x @ p["0.weight"].T + p["0.bias"]
    h = np.maximum(z, 0)
    t = np.tanh(h)
    scores = t @ p["3.weight"].T
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    ds = (probabilities - np.eye(2)[y]) / 6
    dw2, db2 = ds.T @ t, ds.sum(axis=0)
    dz = (ds @ p["3.weight"]) * (1 - t**2) * (z > 0)
    dw1, db1 = dz.T @ x, dz.sum(axis=0)

    seen = train(L, model, L.optim.SGD(model.parameters(), lr=0.5), x, y)
    assert list(seen.layers) == ["0", "1", "2", "3"]
    assert [record.kind for record in seen.layers.values()] == ["Linear", "ReLU", "Tanh", "Linear"]
    assert seen.steps == [0]
    np.testing.assert_allclose(seen.losses, -np.log(probabilities[np.arange(6), y]).mean())
    w1, b1, w2 = p["0.weight"], p["0.bias"], p["3.weight"]
    expected = {
        "mean": [z.mean(), h.mean(), t.mean(), scores.mean()],
        "std": [z.std(), h.std(), t.std(), scores.std()],
        "dead": [0.25, 0.25, np.nan, 0],
        "saturated": [np.nan, np.nan, np.mean(1 - t**2 < 0.05), np.nan],
        "grad_norm": [norm(dw1, db1), np.nan, np.nan, norm(dw2, db2)],
        "weight_norm": [norm(w1, b1), np.nan, np.nan, norm(w2)],
        "update_ratio": [
            *(0.5 * norm(dw1, db1) / norm(w1, b1), np.nan, np.nan, 0.5 * norm(dw2, db2) / norm(w2)),
        ],
        "left_over": [0, np.nan, np.nan, 0],
        "twins": [0, np.nan, np.nan, 0],
    }
    assert 0 < expected["saturated"][2] < 1
    for measure, values in expected.items():
        found = [getattr(record, measure)[0] for record in seen.layers.values()]
        np.testing.assert_allclose(found, values, rtol=1e-9, atol=1e-15, err_msg=measure)
    assert list(seen.series("update_ratio")) == ["0", "3"]
    assert seen.series("saturated") == {"2": seen.layers["2"].saturated}


class Reader:
    @staticmethod
    def make(L):
        class Net(L.nn.Module):
            def __init__(self):
                super().__init__()
                self.into = L.nn.Linear(8, 6)
                self.rnn = L.nn.RNN(6, 6, batch_first=True)
                self.lstm = L.nn.LSTM(6, 6, batch_first=True)
                self.attention = L.nn.MultiheadAttention(6, 2, batch_first=True)
                self.norm = L.nn.LayerNorm(6)
                self.head = L.nn.Linear(6, 2)

            def forward(self, x):
                h, _ = self.lstm(self.rnn(self.into(x))[0])
                return self.head(self.norm(h + self.attention(h, h, h)[0]).mean(1))

        return Net()


def images(L):
    nn = L.nn
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 5, 2), nn.Sigmoid(), nn.Flatten(), nn.Linear(20, 2)),
    )


@pytest.mark.parametrize(("make", "shape"), [(images, (7, 1, 8, 8)), (Reader.make, (7, 5, 8))])
def test_both_libraries_say_the_same(make, shape):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(shape), rng.integers(0, 2, 7)
    theirs = make(torch).double()
    ours = make(lw).double()
    ours.load_state_dict(theirs.state_dict())
    seen = [
        train(L, model, L.optim.Adam(model.parameters(), lr=0.01), x, y, steps=4)
        for L, model in ((lw, ours), (torch, theirs))
    ]
    assert list(seen[0].layers) == list(seen[1].layers)
    np.testing.assert_allclose(seen[0].losses, seen[1].losses, rtol=1e-6)
    np.testing.assert_allclose(seen[0].inputs[2:], seen[1].inputs[2:], rtol=1e-12)
    for mine, other in zip(seen[0].layers.values(), seen[1].layers.values(), strict=True):
        assert mine.kind == other.kind
        for measure in (
            "mean",
            "std",
            "dead",
            "saturated",
            "grad_norm",
            "weight_norm",
            "update_ratio",
            "twins",
        ):
            np.testing.assert_allclose(
                getattr(mine, measure), getattr(other, measure), rtol=1e-6, atol=1e-9, err_msg=measure
            )


@LIBRARIES
def test_the_training_is_the_same_and_nothing_stays_behind(L):
    def run(watch):
        model, _, x, y = small(L)
        optimizer = L.optim.SGD(model.parameters(), lr=0.5)
        watching = probe(model, optimizer) if watch else None
        for _ in range(3):
            optimizer.zero_grad()
            loss = L.nn.functional.cross_entropy(model(L.tensor(x)), L.tensor(y))
            loss.backward()
            optimizer.step()
            if watching:
                watching.step(loss)
        if watching:
            watching.close()
        return model

    plain, watched = run(False), run(True)
    for p, q in zip(plain.parameters(), watched.parameters(), strict=True):
        assert np.array_equal(p.detach().numpy(), q.detach().numpy())
        assert not (q.entry.hooks if L is lw else q._backward_hooks)
    for module in watched.modules():
        assert not (module._hooks if L is lw else module._forward_hooks)


@LIBRARIES
def test_hooks_go_when_the_training_fails(L):
    model, _, x, _ = small(L)
    watching = probe(model)

    def train_and_fail():
        with watching:
            model(L.tensor(x))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train_and_fail()
    assert not (model[0]._hooks if L is lw else model[0]._forward_hooks)


@LIBRARIES
def test_every_so_many_steps(L):
    model, _, x, y = small(L)
    every_step = train(L, model, L.optim.SGD(model.parameters(), lr=0.1), x, y, steps=7)
    model, _, x, y = small(L)
    some = train(L, model, L.optim.SGD(model.parameters(), lr=0.1), x, y, steps=7, every=3)
    assert some.steps == [0, 3, 6]
    assert some.losses == every_step.losses
    for name, record in some.layers.items():
        for measure in ("mean", "grad_norm", "update_ratio"):
            expected = getattr(every_step.layers[name], measure)[::3]
            np.testing.assert_array_equal(getattr(record, measure), expected)


@LIBRARIES
def test_steps_that_are_not_recorded_cost_next_to_nothing(L, monkeypatch):
    """No array is read in them; counted, so that it does not depend on the clock."""
    from sys import modules

    calls = []
    measures = modules["layerwise.diagnostics.probe"]
    for name in ("norm", "spread", "dead_outputs", "saturated", "silent_rows", "twins"):
        original = getattr(measures, name)
        monkeypatch.setattr(
            measures,
            name,
            lambda *args, original=original, name=name: (calls.append(name), original(*args))[1],
        )
    model, _, x, y = small(L)
    train(L, model, L.optim.SGD(model.parameters(), lr=0.1), x, y, steps=1)
    once = len(calls)
    assert 0 < once <= 40  # 4 outputs, 4 parameters
    calls.clear()
    model, _, x, y = small(L)
    train(L, model, L.optim.SGD(model.parameters(), lr=0.1), x, y, steps=100, every=50)
    assert len(calls) == 2 * once


@LIBRARIES
def test_evaluations_are_not_recorded(L):
    model, _, x, y = small(L)
    optimizer = L.optim.SGD(model.parameters(), lr=0.1)
    with probe(model, optimizer) as watching:
        loss = L.nn.functional.cross_entropy(model(L.tensor(x)), L.tensor(y))
        loss.backward()
        with L.no_grad():
            model(L.tensor(100 * x))
        optimizer.step()
        watching.step(loss)
    assert watching.layers["0"].mean == [
        pytest.approx((x @ small(L)[1]["0.weight"].T + small(L)[1]["0.bias"]).mean())
    ]
    assert not watching.never_evaluated


@LIBRARIES
def test_who_was_not_in_eval_mode(L):
    nn = L.nn
    model = nn.Sequential(
        *(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Dropout(0.0), nn.LayerNorm(4)),
        *(nn.BatchNorm1d(4, track_running_stats=False), nn.LSTM(4, 4, 2, dropout=0.5), nn.Identity()),
    )
    model[-1].forward = lambda output: output[0]
    x = L.tensor(np.ones((5, 3), "float32"))
    with probe(model) as watching:
        with L.no_grad():
            model(x)
            model(x)
        assert watching.never_evaluated == {"1": 2, "2": 2, "6": 2}
        model.eval()
        with L.no_grad():
            model(x)
        assert watching.never_evaluated == {"1": 2, "2": 2, "6": 2}


@LIBRARIES
def test_several_backwards_make_one_gradient(L):
    """The norm of the sum, whether zero_grad comes first or last."""
    for last in (False, True):
        model, _, x, y = small(L)
        halves = train(L, model, L.optim.SGD(model.parameters(), lr=0.1), x, y)
        model, _, x, y = small(L)
        optimizer = L.optim.SGD(model.parameters(), lr=0.1)
        with probe(model, optimizer) as watching:
            for _ in range(2):
                if not last:
                    optimizer.zero_grad()
                for part in (slice(0, 3), slice(3, 6)):
                    (
                        L.nn.functional.cross_entropy(model(L.tensor(x[part])), L.tensor(y[part])) / 2
                    ).backward()
                optimizer.step()
                if last:
                    optimizer.zero_grad()
                watching.step()
        record = watching.layers["3"]
        assert record.grad_norm[0] == pytest.approx(halves.layers["3"].grad_norm[0], rel=1e-12)
        assert record.left_over == [0, 0]
        assert len(record.mean) == 2
        assert not watching.losses


@LIBRARIES
def test_a_gradient_that_was_left_over(L):
    model, _, x, y = small(L)
    optimizer = L.optim.SGD(model.parameters(), lr=0.0)
    with probe(model, optimizer) as watching:
        for _ in range(3):
            L.nn.functional.cross_entropy(model(L.tensor(x)), L.tensor(y)).backward()
            optimizer.step()
            watching.step()
    record = watching.layers["0"]
    g = record.grad_norm[0]
    assert record.grad_norm == pytest.approx([g, g, g])
    assert record.left_over == pytest.approx([0, g, 2 * g])


@LIBRARIES
def test_dead_units_behind_a_relu_that_is_only_called(L):
    model, _, x, y = small(L)

    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = model[0], model[3]

        def forward(self, x):
            return self.last(L.relu(self.first(x)))

    net = Net()
    seen = train(L, net, L.optim.SGD(net.parameters(), lr=0.1), x, y)
    assert seen.layers["first"].dead == [0.25]
    assert seen.layers["last"].dead == [0]


@LIBRARIES
@pytest.mark.parametrize(("kind", "stretch"), [("Tanh", 1), ("Sigmoid", 2)])
def test_saturated_is_a_slope_below_a_twentieth_of_the_largest(L, kind, stretch):
    t = np.array([[0.0, 0.97, 0.98, -0.97, -0.98]])  # 1 - t²: 1, 0.059, 0.040, ...
    layer = getattr(L.nn, kind)()
    with probe(layer) as watching:
        layer(L.tensor(stretch * np.arctanh(t)))
        watching.step()
    assert watching.layers[kind].saturated == [pytest.approx(0.4)]


@LIBRARIES
def test_twins(L):
    model, _, x, y = small(L)
    model[0].weight.detach().numpy()[1:3] = model[0].weight.detach().numpy()[0] * 1.01
    model[3].weight.detach().numpy()[...] = 0.5
    seen = train(L, model, L.optim.SGD(model.parameters(), lr=0.0), x, y)
    assert seen.layers["0"].twins == [pytest.approx(2 / 3)]
    assert seen.layers["3"].twins == [1]


@LIBRARIES
def test_a_layer_called_several_times_has_the_mean_of_its_calls(L):
    class Net(L.nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = L.nn.RNNCell(2, 2)

        def forward(self, x):
            return self.cell(x, self.cell(x))

    net = Net().double()
    x = L.tensor(np.ones((3, 2)))
    first = net.cell(x)
    second = net.cell(x, first)
    with probe(net) as watching:
        net(x).sum().backward()
        watching.step()
    assert watching.layers["cell"].mean == [pytest.approx((first.mean().item() + second.mean().item()) / 2)]


@LIBRARIES
def test_frozen_and_unused_layers_have_no_gradient(L):
    model, _, x, y = small(L)
    model[0].requires_grad_(False)
    model.add_module("4", L.nn.Identity())
    model[4].extra = L.nn.Linear(2, 2)
    seen = train(L, model, L.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1), x, y)
    assert seen.layers["0"].update_ratio == [0]
    assert math.isnan(seen.layers["0"].grad_norm[0])
    assert seen.layers["4.extra"].update_ratio == [0]
    assert math.isnan(seen.layers["4.extra"].mean[0])


@LIBRARIES
def test_numbers_too_large_or_too_small_for_float32_squares(L):
    layer = L.nn.Linear(1, 1, bias=False)
    for size in (1e-25, 1e25):
        layer.weight.detach().numpy()[...] = 1 / size
        with probe(layer) as watching:
            layer(L.tensor(np.full((2, 1), size, "float32"))).sum().backward()
            watching.step()
        record = watching.layers["Linear"]
        assert record.weight_norm == [pytest.approx(1 / size)]
        assert record.grad_norm == [pytest.approx(2 * size)]


def test_bfloat16_is_read():
    layer = torch.nn.Linear(2, 2).to(torch.bfloat16)
    with probe(layer) as watching:
        layer(torch.ones(3, 2, dtype=torch.bfloat16)).sum().backward()
        watching.step()
    assert np.isfinite(watching.layers["Linear"].grad_norm).all()


def test_it_prints_the_last_step():
    model, _, x, y = small(lw)
    assert repr(probe(model)) == "0 of 0 steps recorded; the last one:"
    text = repr(train(lw, model, lw.optim.SGD(model.parameters(), lr=0.5), x, y, steps=3, every=2))
    lines = text.splitlines()
    assert lines[0] == "2 of 3 steps recorded; the last one:"
    assert [line.split()[0] for line in lines[2:]] == ["0", "1", "2", "3"]
    assert "nan" not in text


@LIBRARIES
def test_as_a_callback_of_a_trainer(L):
    model, _, x, y = small(L)
    by_hand = train(L, model, L.optim.SGD(model.parameters(), lr=0.1), x, y, steps=4, every=2)
    model, _, x, y = small(L)
    callback = lw.diagnostics.ProbeCallback(every=2)
    optimizer = L.optim.SGD(model.parameters(), lr=0.1)
    trainer = lw.train.Trainer(model, optimizer, L.nn.CrossEntropyLoss(), callbacks=[callback])
    trainer.fit([(x, y)], epochs=4)
    assert callback.probe.steps == [0, 2]
    np.testing.assert_allclose(callback.probe.losses, by_hand.losses, rtol=1e-12)
    for measure in ("std", "grad_norm", "update_ratio"):
        for name, values in by_hand.series(measure).items():
            np.testing.assert_allclose(callback.probe.series(measure)[name], values, rtol=1e-12)
    assert not (model[0]._hooks if L is lw else model[0]._forward_hooks)


def test_bad_arguments():
    with pytest.raises(
        TypeError, match=r"probe\(\): model must be a module of layerwise or torch, got function"
    ):
        probe(lambda x: x)
    with pytest.raises(ValueError, match=r"every must be at least 1, got 0"):
        probe(lw.nn.Linear(1, 1), every=0)
    with pytest.raises(ValueError, match=r"measure must be one of mean, std, .*, got 'median'"):
        probe(lw.nn.Linear(1, 1)).series("median")
