"""Which classes are taken for which."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import to_array
from . import style


def confusion_matrix(y: Any, predicted: Any, *, classes: Sequence[Any] | None = None, ax: Any = None) -> Any:
    """Draw how often each class (a row) was taken for each (a column): counts, and shares of the row.

    y: the true classes (n,), whole numbers from 0.
    predicted: the classes that were predicted (n,).
    classes: the names of all classes. Their numbers if left out.
    ax: the Matplotlib axes to draw on. New ones if left out.

    Returns the axes.

    >>> import layerwise as lw
    >>> ax = lw.plot.confusion_matrix([0, 0, 0, 1], [0, 0, 1, 1], classes=["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['2\\n67%', '1\\n33%', '0', '1\\n100%']
    """
    y, predicted = to_array(y), to_array(predicted)
    if y.ndim != 1 or y.shape != predicted.shape:
        raise ValueError(
            f"confusion_matrix(): y and predicted must have shape (n,), got {y.shape} and {predicted.shape}"
        )
    both = np.concatenate([y, predicted])
    n = len(classes) if classes is not None else int(both.max(initial=0)) + 1
    if not np.isin(both, range(n)).all():
        wrong = both[~np.isin(both, range(n))][0]
        raise ValueError(f"confusion_matrix(): classes must be whole numbers from 0 to {n - 1}, got {wrong}")
    counts = np.zeros((n, n), int)
    np.add.at(counts, (y.astype(int), predicted.astype(int)), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)  # (n, n)

    inches = min(1.1 * n + 1.5, style.WIDTH)
    ax = style.new_axes(ax, height=inches - 0.2, width=inches)
    cmap = style.sequential()
    image = ax.imshow(shares, cmap=cmap, vmin=0, vmax=1)
    if n > 20:  # no room for numbers
        ax.figure.colorbar(image, ax=ax, label="share of the true class")
    names = [str(name) for name in (range(n) if classes is None else classes)]
    shown = style.spread_out(n, 24)
    crowded = max(map(len, names), default=0) * 0.09 > (inches - 1.5) / n  # wider than its column, in inches
    for i, j in np.ndindex(n, n):
        if n > 12:  # no room for both
            text = f"{counts[i, j]}" if counts[i, j] and n <= 20 else ""
        else:
            text = f"{counts[i, j]}\n{shares[i, j]:.0%}" if counts[i, j] else "0"
        if not text:
            continue
        color = style.ink_on(cmap(shares[i, j]))
        ax.text(j, i, text, ha="center", va="center", color=color, fontsize=style.SMALL)
    ax.set_xticks(shown, [names[i] for i in shown], rotation=90 if crowded else 0)
    ax.set_yticks(shown, [names[i] for i in shown])
    ax.set(xlabel="predicted class", ylabel="true class")
    return ax
