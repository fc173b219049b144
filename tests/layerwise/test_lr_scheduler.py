"""Schedules of the learning rate: 200 steps beside torch's."""

import math

import numpy as np
import pytest
import torch

import layerwise as lw

CASES = [
    ("LambdaLR", {"lr_lambda": lambda n: 0.97**n}),
    ("LambdaLR", {"lr_lambda": [lambda n: 1 / (n + 1), lambda n: n / 200]}),
    ("StepLR", {"step_size": 30}),
    ("StepLR", {"step_size": 1, "gamma": 0.99}),
    ("MultiStepLR", {"milestones": [80, 20, 20, 150], "gamma": 0.3}),
    ("MultiStepLR", {"milestones": []}),
    ("ExponentialLR", {"gamma": 0.95}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 40}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.01, "end_factor": 0.5, "total_iters": 150}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 199}),
    ("CosineAnnealingLR", {"T_max": 200}),
    ("CosineAnnealingLR", {"T_max": 60, "eta_min": 0.01}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 201}),
    ("OneCycleLR", {"max_lr": [1.0, 0.1], "epochs": 21, "steps_per_epoch": 10, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 201, "three_phase": True, "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 250, "cycle_momentum": False, "div_factor": 5.0}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 201, "base_momentum": 0.5, "final_div_factor": 10.0}),
]


def two_groups(L, rule="SGD"):
    settings = {"momentum": 0.9} if rule == "SGD" else {}
    groups = [{"params": [L.zeros(1)], "lr": 0.5}, {"params": [L.zeros(2)]}]
    return getattr(L.optim, rule)(groups, lr=0.1, **settings)


def rates(optimizer):
    return [[g["lr"], g.get("momentum", 0), *g.get("betas", ())] for g in optimizer.param_groups]


def both(make, steps=200, rule="SGD"):
    """The settings of all groups before and after every step, in both libraries."""
    ours, theirs = [], []
    for L, notes in ((lw, ours), (torch, theirs)):
        optimizer = two_groups(L, rule)
        schedule = make(L.optim.lr_scheduler, optimizer)
        notes.append(rates(optimizer))
        for _ in range(steps):
            optimizer.step()
            schedule.step()
            notes.append(rates(optimizer))
        assert schedule.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
        assert schedule.last_epoch == steps
    return ours, theirs


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
@pytest.mark.parametrize(
    ("name", "settings"), CASES, ids=[f"{number}-{name}" for number, (name, _) in enumerate(CASES)]
)
def test_200_steps(name, settings, rule):
    ours, theirs = both(lambda S, optimizer: getattr(S, name)(optimizer, **settings), rule=rule)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-14)
    assert ours[0] != ours[150] or settings == {"milestones": []}


SEQUENCES = {
    "warm-up and cosine": lambda S, o: (
        [S.LinearLR(o, 0.1, total_iters=20), S.CosineAnnealingLR(o, T_max=180)],
        [20],
    ),
    "three": lambda S, o: (
        [S.ConstantLR(o, 0.1, total_iters=10), S.ExponentialLR(o, 0.9), S.StepLR(o, 7, 0.5)],
        [10, 60],
    ),
    "one": lambda S, o: ([S.MultiStepLR(o, [5, 9])], []),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences(name):
    def make(S, optimizer):
        schedulers, milestones = SEQUENCES[name](S, optimizer)
        return S.SequentialLR(optimizer, schedulers, milestones=milestones)

    np.testing.assert_allclose(*both(make), rtol=1e-9, atol=1e-14)


def test_warmup_and_cosine():
    """Not in torch: beside its formula."""
    optimizer = two_groups(lw)
    schedule = lw.optim.lr_scheduler.WarmupCosineLR(optimizer, warmup_steps=10, total_steps=50, eta_min=0.01)
    for n in range(80):
        for group, base in zip(optimizer.param_groups, (0.5, 0.1), strict=True):
            done = min(max(n - 10, 0) / 40, 1)
            falling = 0.01 + (base - 0.01) * (1 + math.cos(math.pi * done)) / 2
            assert group["lr"] == pytest.approx(base * (n + 1) / 10 if n < 10 else falling, rel=1e-12)
        schedule.step()
    no_warmup = lw.optim.lr_scheduler.WarmupCosineLR(two_groups(lw), warmup_steps=0, total_steps=50)
    assert no_warmup.get_last_lr() == [0.5, 0.1]


PLATEAUS = [
    {},
    {"patience": 2, "factor": 0.5, "cooldown": 3},
    {"patience": 0, "threshold": 0.05, "threshold_mode": "abs", "min_lr": [0.01, 0.001]},
    {"patience": 1, "mode": "max", "threshold": 0.01},
    {"patience": 1, "mode": "max", "threshold": 0.1, "threshold_mode": "abs", "eps": 1e-3},
]


@pytest.mark.parametrize("settings", PLATEAUS, ids=str)
def test_plateaus(settings):
    losses = np.abs(np.cumsum(np.random.default_rng(0).standard_normal(200)) / 10 + 2)
    results = []
    for L in (lw, torch):
        optimizer = two_groups(L)
        schedule = L.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
        notes = []
        for loss in losses:
            schedule.step(L.tensor(loss))
            notes.append([*rates(optimizer), [schedule.best, schedule.num_bad_epochs]])
        results.append(notes)
    np.testing.assert_allclose(*results, rtol=1e-12)
    assert results[0][0] != results[0][-1]


# --- state


@pytest.mark.parametrize(
    ("name", "settings"), CASES, ids=[f"{number}-{name}" for number, (name, _) in enumerate(CASES)]
)
def test_state_goes_on_from_itself_and_from_torch(name, settings):
    def run(L, schedule, optimizer, n):
        for _ in range(n):
            optimizer.step()
            schedule.step()
        return rates(optimizer)

    optimizers = [two_groups(L) for L in (lw, torch)]
    schedules = [
        getattr(o_lib.optim.lr_scheduler, name)(o, **settings)
        for o_lib, o in zip((lw, torch), optimizers, strict=True)
    ]
    for L, schedule, optimizer in zip((lw, torch), schedules, optimizers, strict=True):
        run(L, schedule, optimizer, 70)
    states = [(s.state_dict(), o.state_dict()) for s, o in zip(schedules, optimizers, strict=True)]
    expected = run(lw, schedules[0], optimizers[0], 30)
    for schedule_state, optimizer_state in states:
        optimizer = two_groups(lw)
        schedule = getattr(lw.optim.lr_scheduler, name)(optimizer, **settings)
        optimizer.load_state_dict(optimizer_state)
        schedule.load_state_dict(schedule_state)
        assert schedule.last_epoch == 70
        np.testing.assert_allclose(run(lw, schedule, optimizer, 30), expected, rtol=1e-9)


def test_state_of_sequences_and_plateaus():
    S = lw.optim.lr_scheduler

    def make():
        optimizer = two_groups(lw)
        parts = [S.LinearLR(optimizer, 0.1, total_iters=5), S.ExponentialLR(optimizer, 0.5)]
        return S.SequentialLR(optimizer, parts, [5])

    first, second = make(), make()
    for _ in range(7):
        first.step()
    second.load_state_dict(first.state_dict())
    first.step()
    second.step()
    assert first.get_last_lr() == second.get_last_lr()

    first, second = (S.ReduceLROnPlateau(two_groups(lw), patience=2) for _ in range(2))
    for _ in range(3):
        first.step(1.0)
    second.load_state_dict(first.state_dict())
    second.step(1.0)
    assert second.get_last_lr() == pytest.approx([0.05, 0.01])


def test_a_new_start_in_the_middle():
    results = []
    for L in (lw, torch):
        optimizer = two_groups(L)
        for group in optimizer.param_groups:
            group["initial_lr"] = group["lr"]
        schedule = L.optim.lr_scheduler.LambdaLR(optimizer, lambda n: 0.9**n, last_epoch=10)
        results.append(schedule.get_last_lr())
    np.testing.assert_allclose(*results, rtol=1e-12)


ERRORS = {
    "optimizer": (lambda S, o: S.StepLR([o], 3), "optimizer must be an Optimizer, got list"),
    "no initial_lr": (lambda S, o: S.StepLR(o, 3, last_epoch=5), "group 0 has no 'initial_lr'"),
    "lambdas": (lambda S, o: S.LambdaLR(o, [abs]), "1 functions for 2 groups"),
    "constant's factor": (lambda S, o: S.ConstantLR(o, 1.5), "factor must be between 0 and 1, got 1.5"),
    "start_factor": (lambda S, o: S.LinearLR(o, 0.0), "start_factor must be above 0 and at most 1, got 0.0"),
    "end_factor": (lambda S, o: S.LinearLR(o, 1.0, 1.5), "end_factor must be between 0 and 1, got 1.5"),
    "cycle's length": (lambda S, o: S.OneCycleLR(o, 1.0), "give total_steps, or epochs and steps_per_epoch"),
    "no steps": (lambda S, o: S.OneCycleLR(o, 1.0, total_steps=0), "total_steps must be positive, got 0"),
    "pct_start": (lambda S, o: S.OneCycleLR(o, 1.0, 9, pct_start=2.0), "pct_start must be between 0 and 1"),
    "strategy": (lambda S, o: S.OneCycleLR(o, 1.0, 9, anneal_strategy="exp"), "'cos' or 'linear', got 'exp'"),
    "max_lr": (lambda S, o: S.OneCycleLR(o, [1.0], 9), "1 numbers max_lr for 2 groups"),
    "after the cycle": (
        lambda S, o: (lambda s: [(o.step(), s.step()) for _ in range(9)])(S.OneCycleLR(o, 1.0, 5)),
        "step 6 of a cycle of 5 steps",
    ),
    "plateau's factor": (lambda S, o: S.ReduceLROnPlateau(o, factor=1.0), "factor must be below 1, got 1.0"),
    "mode": (lambda S, o: S.ReduceLROnPlateau(o, "most"), "'min' or 'max', got 'most'"),
    "threshold_mode": (lambda S, o: S.ReduceLROnPlateau(o, threshold_mode="x"), "'rel' or 'abs', got 'x'"),
    "min_lr": (lambda S, o: S.ReduceLROnPlateau(o, min_lr=[0.1]), "1 numbers min_lr for 2 groups"),
    "milestones": (
        lambda S, o: S.SequentialLR(o, [S.StepLR(o, 3)], milestones=[3]),
        "1 schedulers need 0 milestones, got 1",
    ),
    "no schedulers": (lambda S, o: S.SequentialLR(o, [], milestones=[]), "schedulers is empty"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    f, message = ERRORS[name]
    with pytest.raises(Exception) as theirs:  # noqa: PT011  (whatever torch raises)
        f(torch.optim.lr_scheduler, two_groups(torch))
    with pytest.raises(theirs.type, match=message):
        f(lw.optim.lr_scheduler, two_groups(lw))


def test_errors_of_our_own():
    S = lw.optim.lr_scheduler
    with pytest.raises(ValueError, match="step_size must be at least 1, got 0"):
        S.StepLR(two_groups(lw), 0)
    with pytest.raises(ValueError, match="to below total_steps, 10, got 10"):
        S.WarmupCosineLR(two_groups(lw), 10, 10)
    with pytest.raises(ValueError, match="scheduler 0 belongs to another optimizer"):
        S.SequentialLR(two_groups(lw), [S.StepLR(two_groups(lw), 3)], [])
    with pytest.raises(ValueError, match="cycle_momentum must be False"):
        S.OneCycleLR(lw.optim.Adagrad([lw.zeros(1)]), 1.0, 9)
    with pytest.raises(NotImplementedError, match="LRScheduler has no method `rate`"):
        S.LRScheduler(two_groups(lw))
