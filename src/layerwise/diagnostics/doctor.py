"""What is wrong with a network that does not train? A probe's records, read."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from . import data_rules, rules
from .finding import Finding, Letter
from .libraries import array_of
from .probe import Probe


def doctor(
    probe: Probe, *, losses: Sequence[float] | None = None, train: Any = None, validation: Any = None
) -> Letter:
    """Name the likely faults of a training, with the numbers that show them and what to do.

    probe: what `probe` recorded of the training; a hundred steps are plenty, below ten no trend is judged.
    losses: the training losses, if `probe.step` was not given them.
    train, validation: the data, each a pair (x, y) of arrays or tensors with a row an example, x as the model
        takes it. Whether validation rows are among the training rows, and whether the labels have to do with
        the rows, can only be said with both.

    Returns the findings, a list that prints as a letter, the likely cause before its consequences; empty for
    a healthy training. The faults are "forgotten zero_grad", "missing eval mode", "train/validation leak",
    "labels shuffled", "data not normalized", "symmetric initialization", "frozen layer",
    "exploding gradients", "learning rate too high", "dead ReLUs", "saturation", "vanishing gradients" and
    "learning rate too low".

    >>> import numpy as np
    >>> import layerwise as lw
    >>> _ = lw.manual_seed(0)
    >>> model = lw.nn.Sequential(lw.nn.Linear(2, 8), lw.nn.Tanh(), lw.nn.Linear(8, 2))
    >>> optimizer = lw.optim.SGD(model.parameters(), lr=1e-6)
    >>> x, y = lw.data.moons(100)
    >>> with lw.diagnostics.probe(model, optimizer) as probe:
    ...     for _ in range(20):
    ...         optimizer.zero_grad()
    ...         loss = lw.nn.functional.cross_entropy(model(lw.tensor(x).float()), lw.tensor(y))
    ...         loss.backward()
    ...         optimizer.step()
    ...         probe.step(loss)
    >>> [finding.fault for finding in lw.diagnostics.doctor(probe)]
    ['learning rate too low']
    """
    if not isinstance(probe, Probe):
        raise TypeError(f"doctor(): probe must be what diagnostics.probe returns, got {type(probe).__name__}")
    if not probe.steps:
        raise ValueError(
            "doctor(): the probe has recorded no step: call probe.step(loss) after optimizer.step()"
        )
    rows = [_pair(name, pair) for name, pair in (("train", train), ("validation", validation))]
    records = rules.Records(probe, np.array(probe.losses if losses is None else losses, dtype=float))
    with np.errstate(all="ignore"):  # the sick overflow
        return Letter(finding for finding in _findings(records, *rows) if finding is not None)


def _findings(
    records: rules.Records, train: data_rules.Rows | None, validation: data_rules.Rows | None
) -> Iterator[Finding | None]:
    """All rules: what is seen directly, then the data, then the network, causes before their consequences."""
    yield rules.forgotten_zero_grad(records)
    yield rules.missing_eval(records)
    if train is not None and validation is not None:
        yield data_rules.leak(train, validation)
        yield data_rules.labels_shuffled(records.probe.model, train, validation)
    yield data_rules.data_not_normalized(records.probe.inputs)
    yield rules.symmetric_initialization(records)
    yield rules.frozen_layer(records)
    yield rules.exploding_gradients(records)
    yield rules.learning_rate_too_high(records)
    yield rules.dead_relus(records)
    yield rules.saturation(records)
    yield rules.vanishing_gradients(records)
    yield rules.learning_rate_too_low(records)


def _pair(name: str, pair: Any) -> data_rules.Rows | None:
    if pair is None:
        return None
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise TypeError(f"doctor(): {name} must be a pair (x, y), got {type(pair).__name__}")
    x, y = (array_of(part) for part in pair)
    if len(x) != len(y):
        raise ValueError(f"doctor(): {name} must have a row of y for each of x, got {len(y)} and {len(x)}")
    return x, y
