"""How much memory does a training step take at its peak?

A fresh process for each model and library: imports, a step of a tiny model (so that what a library prepares
on first use is there), then the kernel's record of the peak is cleared, the model is made and takes three
steps of Adam. What the process held at most, above what it held before, counts: parameters, gradients, the
optimizer's state, activations and scratch memory. Arrays are freed as the system does it by default. Pages
that were freed but not given back before the measurement can hide some of the need: read differences below
10 % as none. The rows "arrays alone" compare with our own count of the bytes in NumPy's arrays
(tracemalloc). The spread is the smallest and the largest ratio.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measure import AUTO, Options, Row, main

MB = 2**20


def mlp(nn: Any) -> Any:
    return nn.Sequential(
        nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)
    )


def cnn(nn: Any) -> Any:
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(4096, 10),
    )


def block(nn: Any) -> Any:
    return nn.TransformerEncoderLayer(256, 8, 1024, dropout=0.0, batch_first=True)


MODELS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "MLP 784-1024-1024-10, batch 512": (mlp, (512, 784)),
    "CNN 3→32→64, 64×32×32": (cnn, (64, 3, 32, 32)),
    "LSTM 256→256, 64 times, batch 64": (lambda nn: nn.LSTM(256, 256), (64, 64, 256)),
    "Transformer block 8 heads, 32×128×256": (block, (32, 128, 256)),
}


def memory(options: Options) -> Iterator[Row]:
    for name in filter(options.wants, MODELS):
        repeats = range(1 if options.quick else 2)
        ours = [in_child(name, "layerwise") for _ in repeats]
        theirs = [in_child(name, "torch") for _ in repeats]
        yield row(name, ours, theirs)
        yield row(
            f"{name}, arrays alone", [in_child(name, "layerwise", "tracemalloc")] * len(repeats), theirs
        )


def row(name: str, ours: list[float], theirs: list[float]) -> Row:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    middles = statistics.median(ours), statistics.median(theirs), statistics.median(ratios)
    return Row(name, "torch", *middles, min(ratios), max(ratios), len(ratios), unit="MB")


def in_child(model: str, library: str, method: str = "peak") -> float:
    environment = {key: value for key, value in os.environ.items() if key != "GLIBC_TUNABLES"}
    command = [sys.executable, __file__, "--measure", json.dumps([model, library, method])]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def measured(name: str, library: str, method: str) -> float:
    """Megabytes at the peak of three steps, above what there was before."""
    L = __import__(library)
    steps(L, lambda nn: nn.Linear(3, 2), (2, 3), 1)
    steps(L, lambda nn: nn.Conv2d(3, 2, 3), (2, 3, 8, 8), 1)
    if method == "tracemalloc":
        tracemalloc.start()
        steps(L, *MODELS[name], 3)
        return tracemalloc.get_traced_memory()[1] / MB
    Path("/proc/self/clear_refs").write_text("5")  # the record of the peak: from now on
    before = resident("VmHWM")
    steps(L, *MODELS[name], 3)
    return (resident("VmHWM") - before) / MB


def steps(L: Any, make: Any, shape: tuple[int, ...], count: int) -> None:
    model = make(L.nn)
    optimizer = L.optim.Adam(model.parameters())
    x = L.tensor(np.ones(shape, np.float32))
    for _ in range(count):
        optimizer.zero_grad()
        y = model(x)
        y = y[0] if isinstance(y, tuple) else y
        (y * y).mean().backward()
        optimizer.step()


def resident(kind: str) -> int:
    """Bytes: VmRSS for now, VmHWM for the most so far. Linux writes them here."""
    return 1024 * int(re.search(rf"{kind}:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])  # type: ignore[index]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(measured(*json.loads(sys.argv[2])))
    elif not Path("/proc/self/clear_refs").exists():
        sys.exit("memory.py: the peak of a process is read from Linux's /proc, which is not here")
    else:
        main(__doc__ or "", memory, (AUTO,))
