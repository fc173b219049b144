"""What does the Trainer cost above a bare loop?

An epoch of digits through the same loader, model and optimizer, by `Trainer.fit` and by the seven lines
that it stands for, which also add up the loss. The smaller the step, the more the Trainer's own work shows:
the MLP's takes some tenths of a millisecond.
"""

from collections.abc import Callable, Iterator
from typing import Any

from measure import AUTO, Options, Row, compared, in_turns, main
from peers import RATE, network
from training import digits

TARGET = 1.03


def trainer(options: Options) -> Iterator[Row]:
    import torch

    import layerwise as lw

    torch.set_num_threads(1)
    data = lw.data.TensorDataset(*digits())
    for L in (lw, torch):
        for name in ("MLP", "CNN"):
            row = f"{name} of {L.__name__}, epoch"
            if options.wants(row):
                loader = lw.data.DataLoader(data, batch_size=64, shuffle=True)
                sides = {"ours": with_trainer(L, name, loader), "theirs": bare(L, name, loader)}
                times = in_turns(sides, options, 8.0)
                yield compared(row, times["ours"], times["theirs"], target=TARGET, peer="bare loop")


def with_trainer(L: Any, name: str, loader: Any) -> Callable[[], Any]:
    import layerwise as lw

    model = network(L.nn, name)
    optimizer = L.optim.SGD(model.parameters(), lr=RATE)
    trainer = lw.train.Trainer(model, optimizer, L.nn.CrossEntropyLoss(), progress=False)
    return lambda: trainer.fit(loader, epochs=trainer.epoch + 1)


def bare(L: Any, name: str, loader: Any) -> Callable[[], Any]:
    model = network(L.nn, name)
    optimizer = L.optim.SGD(model.parameters(), lr=RATE)
    loss_of = L.nn.CrossEntropyLoss()

    def epoch() -> float:
        total, count = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_of(model(L.tensor(x)), L.tensor(y))
            loss.backward()
            optimizer.step()
            total, count = total + loss.item() * len(x), count + len(x)
        return total / count

    return epoch


if __name__ == "__main__":
    main(__doc__ or "", trainer, (AUTO,))
