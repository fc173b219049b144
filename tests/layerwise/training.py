"""What the tests of training share: small problems, and what is needed to learn them, in either library."""

from typing import Any

import numpy as np

import layerwise as lw

EPOCHS, STEPS = 4, 6  # epochs, and the steps of an epoch


def data(n: int = 22) -> lw.data.TensorDataset:
    x, y = lw.data.moons(n, seed=1)
    return lw.data.TensorDataset(x.astype(np.float32), y)


def loader(n: int = 22, batch_size: int = 4, **settings: Any) -> lw.data.DataLoader:
    """By default five full batches and one of two."""
    return lw.data.DataLoader(data(n), batch_size, **{"shuffle": True, "seed": 5, **settings})


def model(L: Any, seed: int = 0, dropout: float = 0.0) -> Any:
    L.manual_seed(seed)
    layers = [
        L.nn.Linear(2, 8),
        L.nn.Tanh(),
        *([L.nn.Dropout(dropout)] if dropout else []),
        L.nn.Linear(8, 2),
    ]
    return L.nn.Sequential(*layers)


def tensor(L: Any, array: np.ndarray) -> Any:
    return lw.Tensor(array) if L is lw else L.from_numpy(array)


def trainer(L: Any, net: Any = None, lr: float = 0.1, **settings: Any) -> lw.train.Trainer:
    net = model(L) if net is None else net
    optimizer = L.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    return lw.train.Trainer(net, optimizer, L.nn.CrossEntropyLoss(), **settings)


def numbers(net: Any) -> list[list[float]]:
    """All parameters, exactly."""
    return [parameter.detach().numpy().ravel().tolist() for parameter in net.parameters()]


# --- with all that has a state


class Stop(lw.train.Callback):
    """Interrupts after so many steps, as Ctrl-C does, or at the end of so many epochs."""

    def __init__(self, step=None, epoch=None, error=KeyboardInterrupt):
        self.at_step, self.at_epoch, self.error = step, epoch, error

    def on_backward_end(self, trainer):  # in the middle of a step: the gradients are there, the step is not
        if trainer.step == self.at_step:
            trainer.optimizer.step()  # and only half of it is
            raise self.error("stopped")

    def on_epoch_end(self, trainer):
        if trainer.epoch == self.at_epoch:
            raise self.error("stopped")

    def state_dict(self):
        return {}


class Noisy:
    """A transform that draws from the generator it is given."""

    def __call__(self, x, y, rng):
        return x + 0.1 * rng.standard_normal(x.shape).astype(x.dtype), y


def everything(L, folder, stop=None, seed=0, every=None):
    """A trainer with all that has a state, dropout with a generator of its own among it."""
    net = model(L, seed, dropout=0.2)
    if L is lw:
        net[2].generator = np.random.default_rng(seed)
    net.append(L.nn.BatchNorm1d(2))
    optimizer = L.optim.AdamW(net.parameters(), lr=0.05)
    return lw.train.Trainer(
        net,
        optimizer,
        L.nn.CrossEntropyLoss(),
        schedule=L.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=EPOCHS * STEPS),
        schedule_every="step",
        metrics={"accuracy": lw.train.accuracy},
        clip_norm=1.0,
        callbacks=[lw.train.EarlyStopping("train loss", patience=50), stop or Stop()],
        checkpoint=folder,
        checkpoint_every=every,
    )


def run(trainer, resume=False, epochs=EPOCHS):
    first, second = loader(transform=Noisy()), loader(transform=Noisy(), seed=8)
    return trainer.fit(first, second, epochs=epochs, resume=resume)


# --- in several processes

SETTINGS = {  # each: of the trainer, and of the loader. 22 = 4 · 5 + 2 and 21 = 4 · 5 + 1 examples
    "plain": ({}, {"batch_size": 6}),
    "an odd last batch": ({}, {"batch_size": 5}),
    "a last batch of one": ({}, {"batch_size": 5, "n": 21}),
    "accumulated": ({"accumulate": 3}, {"batch_size": 4, "n": 21}),
    "clipped": ({"clip_norm": 0.1, "clip_value": 0.02}, {"batch_size": 5}),
}


def fit(L, settings, batches):
    made = trainer(L, metrics={"accuracy": lw.train.accuracy}, **settings)
    history = made.fit(loader(**batches), loader(**batches | {"seed": 3}), epochs=3)
    return made, history
