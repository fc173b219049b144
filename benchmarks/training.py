"""How long does a training step take, and an epoch, on scikit-learn's digits?

A small MLP (64-128-10) and a small CNN (two convolutions, 1 → 16 → 32), batches of 64, float32, gradient
descent. Peers: a plain torch loop, JAX (jitted), HIPS autograd, tinygrad (jitted), micrograd. All start
from the same weights and see the same batches, and before anything is timed their losses must agree, step
by step.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from measure import AUTO, HASWELL, Options, Row, compared, in_turns, main
from peers import Side, sides

BATCH = 64
STEPS = 22  # of an epoch
PARTS = {"step": 1, "epoch": STEPS}
TARGETS = {"MLP, step": 0.5, "CNN, step": 1.0}  # of a plain torch loop
SLOW = ("micrograd",)  # timed on one example of a step, and multiplied


def digits() -> tuple[np.ndarray, np.ndarray]:
    """The first 22 batches of the training part, mixed: x (1408, 1, 8, 8) in [0, 1], y (1408,)."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))[: STEPS * BATCH]
    return (x[order] / 16).astype(np.float32).reshape(-1, 1, 8, 8), y[order]


def training(options: Options) -> Iterator[Row]:
    import torch

    torch.set_num_threads(1)
    x, y = digits()
    for name in ("MLP", "CNN"):
        parts = {part: steps for part, steps in PARTS.items() if options.wants(f"{name}, {part}")}
        if not parts:
            continue
        found, absent = sides(name)
        if options.setting == HASWELL:  # the others use no OpenBLAS: they are measured once
            found, absent = {peer: found[peer] for peer in ("layerwise", "torch")}, {}
        slow = {peer: found.pop(peer) for peer in SLOW if peer in found}
        check(name, found, BATCH, x, y)
        if slow:
            check(name, sides(name)[0], 1, x[:2], y[:2])

        for part, steps in parts.items():
            row = f"{name}, {part}"
            runs = {peer: run(side, x, y, steps) for peer, side in found.items()}
            times = in_turns(runs, options, 5.0)
            for peer in list(found)[1:]:
                target = TARGETS.get(row) if peer == "torch" else None
                yield compared(row, times["layerwise"], times[peer], target=target, peer=peer)
            for peer, side in slow.items():
                one = side.data(x[:1]), side.data(y[:1])
                start = options.clock()
                side.step(*one)
                seconds = [(options.clock() - start) * BATCH * steps] * len(times["layerwise"])
                note = f"one example, times {BATCH * steps}"
                yield compared(row, times["layerwise"], seconds, peer=peer, note=note)
            for peer, why in absent.items():
                yield Row(row, peer, note=why)


def run(side: Side, x: np.ndarray, y: np.ndarray, steps: int) -> Callable[[], Any]:
    """A step on a fixed batch; or an epoch: batches taken, in a new order each time, from all of the data."""
    if steps == 1:
        batch = side.data(x[:BATCH]), side.data(y[:BATCH])
        return lambda: side.step(*batch)
    rng = np.random.default_rng(0)

    def epoch() -> None:
        order = rng.permutation(len(x)).reshape(steps, BATCH)
        for rows in order:
            side.step(side.data(x[rows]), side.data(y[rows]))

    return epoch


def check(name: str, found: dict[str, Side], size: int, x: np.ndarray, y: np.ndarray) -> None:
    """Stop if the losses of an epoch, in batches of this size, are not the same, step by step."""
    curves = {}
    for peer, side in found.items():
        batches = [slice(start, start + size) for start in range(0, len(x), size)]
        curves[peer] = [side.step(side.data(x[rows]), side.data(y[rows])) for rows in batches]
    for peer, curve in curves.items():
        error = np.abs(np.subtract(curve, curves["layerwise"])).max()
        if not error < 1e-4:
            raise SystemExit(f"{name}: the losses of layerwise and {peer} differ by {error:.2g}")


if __name__ == "__main__":
    main(__doc__ or "", training, (HASWELL, AUTO))
