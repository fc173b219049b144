"""How well does a small convolutional network read scikit-learn's digits, beside an SVM and an MLP?

Ten-fold cross-validation: each of the 1797 digits is read once by a model that has not seen it. All
see the same folds. What is tuned is tuned inside the training part of each fold.

python benchmarks/digits.py --json benchmarks/results/digits.json        (some minutes)
"""

import argparse
import json
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import line, machine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, ShuffleSplit
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

import layerwise as lw

FOLDS, CLASSES = 10, 10
EPOCHS, BATCH, RATE = 20, 64, 0.01
Array = Any


def cnn(channels: int = 1) -> lw.nn.Sequential:
    """Three convolutions, each with batch norm and ReLU; max pooling twice; a linear classifier."""
    layers: list[lw.nn.Module] = []
    seen = channels
    for number, made in enumerate((32, 32, 64)):
        layers += [lw.nn.Conv2d(seen, made, 3, padding=1, bias=False), lw.nn.BatchNorm2d(made), lw.nn.ReLU()]
        layers += [lw.nn.MaxPool2d(2)] if number else []  # 8 × 8 → 8 × 8 → 4 × 4 → 2 × 2
        seen = made
    # larger pictures come to 2 × 2 by means
    return lw.nn.Sequential(
        *layers, lw.nn.AdaptiveAvgPool2d(2), lw.nn.Flatten(), lw.nn.Linear(4 * seen, CLASSES)
    )


def train_cnn(x: Array, y: Array, seed: int, moved: bool = True) -> lw.nn.Sequential:
    """Adam, one cycle of rates; if `moved`, batches are turned, moved and stretched a little, at random."""
    lw.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = cnn(x.shape[1])
    bend = lw.data.Affine(degrees=12, shift=0.08, scale=(0.88, 1.12), shear=10)
    optimizer = lw.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * (len(x) // BATCH)
    schedule = lw.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=steps)
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            images = bend(x[rows], None, rng)[0].astype(np.float32) if moved else x[rows]
            optimizer.zero_grad()
            scores = model(lw.tensor(images))
            lw.nn.functional.cross_entropy(scores, lw.tensor(y[rows]), label_smoothing=0.1).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def read_by_cnn(x: Array, y: Array, test: Array, seed: int, moved: bool = True) -> Array:
    model = train_cnn(x, y, seed, moved)
    with lw.no_grad():
        return model(lw.tensor(test)).numpy().argmax(axis=1)


def read_by_svm(x: Array, y: Array, test: Array, seed: int) -> Array:
    """A Gaussian kernel; its width and the penalty are chosen by three-fold cross-validation."""
    grid = {"gamma": [0.02, 0.05, 0.1, 0.2, 0.4], "C": [1, 3, 10]}
    search = GridSearchCV(SVC(), grid, cv=3)
    return search.fit(x.reshape(len(x), -1), y).predict(test.reshape(len(test), -1))


def read_by_mlp(x: Array, y: Array, test: Array, seed: int) -> Array:
    """Two hidden layers, at most 80 passes; the weight penalty is chosen on a fifth of the digits."""
    warnings.filterwarnings("ignore", category=ConvergenceWarning)  # 80 passes are meant
    model = MLPClassifier((128, 64), max_iter=80, random_state=seed)
    fifth = ShuffleSplit(1, test_size=0.2, random_state=seed)
    search = GridSearchCV(model, {"alpha": [1e-3, 1e-1, 1]}, cv=fifth)
    return search.fit(x.reshape(len(x), -1), y).predict(test.reshape(len(test), -1))


READERS: dict[str, Callable[..., Array]] = {
    "CNN": read_by_cnn,
    "CNN, not moved": partial(read_by_cnn, moved=False),
    "SVM": read_by_svm,
    "MLP": read_by_mlp,
}


def folds(y: Array, seed: int = 0) -> list[Array]:
    """The rows of each fold, every class in its proportion."""
    return list(lw.data.stratified_split(y, (1 / FOLDS,) * FOLDS, seed=seed))


def wilson(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson: it stays below 1 where the usual one does not."""
    p = right / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float(middle - half), float(middle + half)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results and the machine")
    parser.add_argument("--folds", type=int, default=FOLDS, help="only the first ones, to see that it runs")
    given = parser.parse_args()
    info = machine()
    print(line(info), flush=True)
    x, y, _ = lw.data.digits()
    parts = folds(y)
    seen: list[int] = []
    wrong: dict[str, list[list[int]]] = {name: [] for name in READERS}
    seconds = dict.fromkeys(READERS, 0.0)
    for k, test in enumerate(parts[: given.folds]):
        rows = np.setdiff1d(np.arange(len(y)), test)
        seen += test.tolist()
        for name, read in READERS.items():
            start = time.process_time()
            answers = read(x[rows], y[rows], x[test], seed=k)
            seconds[name] += time.process_time() - start
            wrong[name].append(test[answers != y[test]].tolist())
        print(k, {name: len(misread[-1]) for name, misread in wrong.items()}, flush=True)
    for name, misread in wrong.items():
        right = len(seen) - sum(map(len, misread))
        low, high = wilson(right, len(seen))
        share = right / len(seen)
        print(f"{name}: {share:.2%} right ({low:.2%} to {high:.2%}), {seconds[name]:.0f} s of processor time")
    if given.json:
        result = {"machine": info, "digits": len(seen), "wrong": wrong, "seconds": seconds}
        given.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
