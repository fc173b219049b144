"""Answers to the data and initialization assignment that students may give, wrong and right."""

from assignment import Right, Wrong

CLEAN = {"clean-example", "clean-rows", "clean-copies"}
CLASS_WEIGHTS = {"class_weights-example", "class_weights-many", "class_weights-absent"}
GROUP_SPLIT = {"group_split-example", "group_split-groups", "group_split-share"}
STANDARDIZE = {"standardize-example", "standardize-training", "standardize-constant"}
BATCHES = {"batches-example", "batches-cover", "batches-random"}
DISTINCT_UNITS = {"distinct_units-example", "distinct_units-outgoing", "distinct_units-many"}
INITIALIZE = {"initialize-example", "initialize-xavier", "initialize-uniform", "initialize-he"}
MEAN_SQUARES = {"mean_squares-example", "mean_squares-widths", "mean_squares-relu"}
STRETCH = {"stretch-example", "stretch-order", "stretch-typical"}

WRONG = [
    # ------------------------------------------------------------------ Task 1: clean
    Wrong(
        "clean",
        "nothing is dropped",
        CLEAN,
        """
def clean(X, y):
    return X, y
""",
    ),
    Wrong(
        "clean",
        "nan only, infinities stay",
        {"clean-rows"},
        """
def clean(X, y):
    keep, seen = [], set()
    for i in np.flatnonzero(~np.isnan(X).any(axis=1) & (y != -1)):
        row = (*X[i].tolist(), int(y[i]))
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "the first column only",
        {"clean-rows"},
        """
def clean(X, y):
    keep, seen = [], set()
    for i in np.flatnonzero(np.isfinite(X[:, 0]) & (y != -1)):
        row = (*X[i].tolist(), int(y[i]))
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "missing labels stay",
        CLEAN,
        """
def clean(X, y):
    keep, seen = [], set()
    for i in np.flatnonzero(np.isfinite(X).all(axis=1)):
        row = (*X[i].tolist(), int(y[i]))
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "copies stay",
        {"clean-example", "clean-copies"},
        """
def clean(X, y):
    keep = np.isfinite(X).all(axis=1) & (y != -1)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "labels are not compared",
        {"clean-example", "clean-copies"},
        """
def clean(X, y):
    keep, seen = [], set()
    for i in np.flatnonzero(np.isfinite(X).all(axis=1) & (y != -1)):
        row = tuple(X[i].tolist())
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "sorted by np.unique",
        {"clean-rows", "clean-copies"},
        """
def clean(X, y):
    keep = np.isfinite(X).all(axis=1) & (y != -1)
    both = np.unique(np.column_stack([X, y])[keep], axis=0)
    return both[:, :-1], both[:, -1].astype(int)
""",
    ),
    Wrong(
        "clean",
        "the last of several copies stays",
        {"clean-example", "clean-copies"},
        """
def clean(X, y):
    keep = {}
    for i in np.flatnonzero(np.isfinite(X).all(axis=1) & (y != -1)):
        keep[(*X[i].tolist(), int(y[i]))] = i
    keep = sorted(keep.values())
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "neighbors only",
        {"clean-example", "clean-copies"},
        """
def clean(X, y):
    keep = np.isfinite(X).all(axis=1) & (y != -1)
    X, y = X[keep], y[keep]
    new = np.ones(len(y), dtype=bool)
    new[1:] = (X[1:] != X[:-1]).any(axis=1) | (y[1:] != y[:-1])
    return X[new], y[new]
""",
    ),
    Wrong(
        "clean",
        "rounded before compared",
        {"clean-copies"},
        """
def clean(X, y):
    keep, seen = [], set()
    for i in np.flatnonzero(np.isfinite(X).all(axis=1) & (y != -1)):
        row = (*X[i].round(6).tolist(), int(y[i]))
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "gaps filled with zero",
        {"clean-example", "clean-rows"},
        """
def clean(X, y):
    X[~np.isfinite(X)] = 0
    keep, seen = [], set()
    for i in np.flatnonzero(y != -1):
        row = (*X[i].tolist(), int(y[i]))
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep], y[keep]
""",
    ),
    Wrong(
        "clean",
        "the labels forgotten",
        CLEAN,
        """
def clean(X, y):
    keep, seen = [], set()
    for i in np.flatnonzero(np.isfinite(X).all(axis=1) & (y != -1)):
        row = (*X[i].tolist(), int(y[i]))
        if row not in seen:
            seen.add(row)
            keep.append(i)
    return X[keep]
""",
    ),
    Wrong(
        "clean",
        "no return",
        CLEAN,
        """
def clean(X, y):
    X = X[np.isfinite(X).all(axis=1)]
""",
    ),
    # ------------------------------------------------------------------ Task 2: class_weights
    Wrong(
        "class_weights",
        "the shares",
        CLASS_WEIGHTS,
        """
def class_weights(y, C):
    return np.bincount(y, minlength=C) / len(y)
""",
    ),
    Wrong(
        "class_weights",
        "without C",
        CLASS_WEIGHTS,
        """
def class_weights(y, C):
    counts = np.bincount(y, minlength=C)
    return np.where(counts > 0, len(y) / np.maximum(counts, 1), 0)
""",
    ),
    Wrong(
        "class_weights",
        "inverse counts",
        CLASS_WEIGHTS,
        """
def class_weights(y, C):
    counts = np.bincount(y, minlength=C)
    return np.where(counts > 0, 1 / np.maximum(counts, 1), 0)
""",
    ),
    Wrong(
        "class_weights",
        "C counts only classes that are there",
        {"class_weights-absent"},
        """
def class_weights(y, C):
    counts = np.bincount(y, minlength=C)
    present = (counts > 0).sum()
    return np.where(counts > 0, len(y) / (present * np.maximum(counts, 1)), 0)
""",
    ),
    Wrong(
        "class_weights",
        "division by zero",
        {"class_weights-absent"},
        """
def class_weights(y, C):
    return len(y) / (C * np.bincount(y, minlength=C))
""",
    ),
    Wrong(
        "class_weights",
        "absent classes have no place",
        {"class_weights-absent"},
        """
def class_weights(y, C):
    _, counts = np.unique(y, return_counts=True)
    return len(y) / (C * counts)
""",
    ),
    Wrong(
        "class_weights",
        "absent classes weigh as if they had one member",
        {"class_weights-absent"},
        """
def class_weights(y, C):
    return len(y) / (C * np.maximum(np.bincount(y, minlength=C), 1))
""",
    ),
    Wrong(
        "class_weights",
        "one weight for each example",
        CLASS_WEIGHTS,
        """
def class_weights(y, C):
    counts = np.bincount(y, minlength=C)
    return (len(y) / (C * np.maximum(counts, 1)))[y]
""",
    ),
    Wrong(
        "class_weights",
        "two classes only",
        {"class_weights-many", "class_weights-absent"},
        """
def class_weights(y, C):
    ones = y.sum()
    return np.array([len(y) / (2 * (len(y) - ones)), len(y) / (2 * ones)])
""",
    ),
    Wrong(
        "class_weights",
        "in the order of first appearance",
        {"class_weights-many", "class_weights-absent"},
        """
def class_weights(y, C):
    labels = list(dict.fromkeys(y.tolist()))
    counts = np.array([(y == label).sum() for label in labels] + [0] * (C - len(labels)))
    return np.where(counts > 0, len(y) / (C * np.maximum(counts, 1)), 0)
""",
    ),
    Wrong(
        "class_weights",
        "whole numbers",
        CLASS_WEIGHTS,
        """
def class_weights(y, C):
    counts = np.bincount(y, minlength=C)
    return np.where(counts > 0, len(y) // (C * np.maximum(counts, 1)), 0)
""",
    ),
    Wrong(
        "class_weights",
        "sorted in place",
        {"class_weights-many"},
        """
def class_weights(y, C):
    y.sort()
    counts = np.array([np.searchsorted(y, c, "right") - np.searchsorted(y, c) for c in range(C)])
    return np.where(counts > 0, len(y) / (C * np.maximum(counts, 1)), 0)
""",
    ),
    Wrong(
        "class_weights",
        "no return",
        CLASS_WEIGHTS,
        """
def class_weights(y, C):
    weights = len(y) / (C * np.maximum(np.bincount(y, minlength=C), 1))
""",
    ),
    Wrong(
        "class_weights",
        "a dictionary",
        {"class_weights-example", "class_weights-many", "class_weights-absent"},
        """
def class_weights(y, C):
    counts = np.bincount(y, minlength=C)
    return {c: len(y) / (C * counts[c]) if counts[c] else 0 for c in range(C)}
""",
    ),
    # ------------------------------------------------------------------ Task 3: group_split
    Wrong(
        "group_split",
        "rows at random",
        {"group_split-example", "group_split-groups"},
        """
def group_split(groups, share, rng):
    order = rng.permutation(len(groups))
    cut = int(np.ceil(share * len(groups)))
    return np.sort(order[cut:]), np.sort(order[:cut])
""",
    ),
    Wrong(
        "group_split",
        "the wrong way round",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(np.unique(groups)):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(held), np.flatnonzero(~held)
""",
    ),
    Wrong(
        "group_split",
        "a share of the groups",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    names = rng.permutation(np.unique(groups))
    chosen = names[: int(np.ceil(share * len(names)))]
    held = np.isin(groups, chosen)
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "stops one group too early",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(np.unique(groups)):
        if (held | (groups == group)).sum() > share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "more than, not at least",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(np.unique(groups)):
        if held.sum() > share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "no randomness",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in np.unique(groups):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "a generator of one's own",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in np.random.default_rng(0).permutation(np.unique(groups)):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "global randomness",
        {"group_split-share"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in np.random.permutation(np.unique(groups)):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "groups must be numbered from 0",
        {"group_split-example"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(groups.max() + 1)[: len(np.unique(groups))]:
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "shuffled in place",
        {"group_split-groups"},
        """
def group_split(groups, share, rng):
    before = groups.copy()
    rng.shuffle(groups)
    held = np.zeros(len(groups), dtype=bool)
    for group in groups:
        if held.sum() >= share * len(groups):
            break
        held |= before == group
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "masks in place of row numbers",
        GROUP_SPLIT,
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(np.unique(groups)):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return ~held, held
""",
    ),
    Wrong(
        "group_split",
        "names of groups in place of row numbers",
        {"group_split-example", "group_split-groups"},
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(np.unique(groups)):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return groups[~held], groups[held]
""",
    ),
    Wrong(
        "group_split",
        "validation alone",
        GROUP_SPLIT,
        """
def group_split(groups, share, rng):
    held = np.zeros(len(groups), dtype=bool)
    for group in rng.permutation(np.unique(groups)):
        if held.sum() >= share * len(groups):
            break
        held |= groups == group
    return np.flatnonzero(held)
""",
    ),
    Wrong(
        "group_split",
        "no return",
        GROUP_SPLIT,
        """
def group_split(groups, share, rng):
    names = rng.permutation(np.unique(groups))
""",
    ),
    # ------------------------------------------------------------------ Task 4: standardize
    Wrong(
        "standardize",
        "each part by itself",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    out = []
    for X in (X_train, X_new):
        std = np.where(X.max(axis=0) > X.min(axis=0), X.std(axis=0), 1)
        out.append((X - X.mean(axis=0)) / std)
    return out
""",
    ),
    Wrong(
        "standardize",
        "from both parts together",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    both = np.concatenate([X_train, X_new])
    mean, std = both.mean(axis=0), both.std(axis=0)
    std = np.where(both.max(axis=0) > both.min(axis=0), std, 1)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "rows in place of columns",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=1, keepdims=True), X_train.std(axis=1, keepdims=True)
    return (X_train - mean) / std, (X_new - mean[:1]) / std[:1]
""",
    ),
    Wrong(
        "standardize",
        "one mean for all features",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(), X_train.std()
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "divided by n - 1",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0, ddof=1)
    std = np.where(X_train.max(axis=0) > X_train.min(axis=0), std, 1)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "divided by the variance",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.var(axis=0)
    std = np.where(X_train.max(axis=0) > X_train.min(axis=0), std, 1)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "a constant feature is divided by zero",
        {"standardize-constant"},
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "an epsilon in the denominator",
        {"standardize-constant"},
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0) + 1e-8
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "constant features become 0",
        {"standardize-constant"},
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    varies = X_train.max(axis=0) > X_train.min(axis=0)
    std = np.where(varies, std, 1)
    return varies * (X_train - mean) / std, varies * (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "constant features are left as they are",
        {"standardize-constant"},
        """
def standardize(X_train, X_new):
    varies = X_train.max(axis=0) > X_train.min(axis=0)
    mean = np.where(varies, X_train.mean(axis=0), 0)
    std = np.where(varies, X_train.std(axis=0), 1)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "not centered",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(X_train.max(axis=0) > X_train.min(axis=0), std, 1)
    return (X_train - mean) / std, X_new / std
""",
    ),
    Wrong(
        "standardize",
        "in place",
        {"standardize-training"},
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(X_train.max(axis=0) > X_train.min(axis=0), std, 1)
    X_train -= mean
    X_train /= std
    return X_train, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "the new part alone",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(X_train.max(axis=0) > X_train.min(axis=0), std, 1)
    return (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "the range for the spread",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), np.ptp(X_train, axis=0)
    std = np.where(X_train.max(axis=0) > X_train.min(axis=0), std, 1)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Wrong(
        "standardize",
        "no return",
        STANDARDIZE,
        """
def standardize(X_train, X_new):
    mean = X_train.mean(axis=0)
""",
    ),
    # ------------------------------------------------------------------ Task 5: batches
    Wrong(
        "batches",
        "the last batch dropped",
        {"batches-example", "batches-cover"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = rng.permutation(n)
        found += [order[first : first + B] for first in range(0, n - n % B, B)]
    return found
""",
    ),
    Wrong(
        "batches",
        "the order drawn once",
        {"batches-random"},
        """
def batches(n, B, epochs, rng):
    order = rng.permutation(n)
    return [order[first : first + B] for _ in range(epochs) for first in range(0, n, B)]
""",
    ),
    Wrong(
        "batches",
        "not shuffled",
        {"batches-random"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = np.arange(n)
        found += [order[first : first + B] for first in range(0, n, B)]
    return found
""",
    ),
    Wrong(
        "batches",
        "with putting back",
        {"batches-example", "batches-cover"},
        """
def batches(n, B, epochs, rng):
    return [rng.integers(0, n, min(B, n - first)) for _ in range(epochs) for first in range(0, n, B)]
""",
    ),
    Wrong(
        "batches",
        "B batches in place of batches of B",
        BATCHES,
        """
def batches(n, B, epochs, rng):
    return [part for _ in range(epochs) for part in np.array_split(rng.permutation(n), B)]
""",
    ),
    Wrong(
        "batches",
        "equal parts",
        {"batches-cover"},
        """
def batches(n, B, epochs, rng):
    count = -(-n // B)
    return [part for _ in range(epochs) for part in np.array_split(rng.permutation(n), count)]
""",
    ),
    Wrong(
        "batches",
        "only the batches are shuffled",
        BATCHES,
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        parts = [np.arange(first, min(first + B, n)) for first in range(0, n, B)]
        found += [parts[i] for i in rng.permutation(len(parts))]
    return found
""",
    ),
    Wrong(
        "batches",
        "epochs run into each other",
        {"batches-cover"},
        """
def batches(n, B, epochs, rng):
    rows = np.concatenate([rng.permutation(n) for _ in range(epochs)])
    return [rows[first : first + B] for first in range(0, len(rows), B)]
""",
    ),
    Wrong(
        "batches",
        "one epoch only",
        {"batches-cover", "batches-random"},
        """
def batches(n, B, epochs, rng):
    order = rng.permutation(n)
    return [order[first : first + B] for first in range(0, n, B)]
""",
    ),
    Wrong(
        "batches",
        "a seed of one's own",
        {"batches-random"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = np.random.default_rng(len(found)).permutation(n)
        found += [order[first : first + B] for first in range(0, n, B)]
    return found
""",
    ),
    Wrong(
        "batches",
        "global randomness",
        {"batches-random"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = np.random.permutation(n)
        found += [order[first : first + B] for first in range(0, n, B)]
    return found
""",
    ),
    Wrong(
        "batches",
        "overlapping slices",
        {"batches-example", "batches-cover"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = rng.permutation(n)
        found += [order[first : first + B + 1] for first in range(0, n, B)]
    return found
""",
    ),
    Wrong(
        "batches",
        "starts with the second row",
        {"batches-example", "batches-cover"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = rng.permutation(n)
        found += [order[first : first + B] for first in range(1, n, B)]
    return found
""",
    ),
    Wrong(
        "batches",
        "a list of epochs",
        {"batches-example", "batches-cover"},
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        order = rng.permutation(n)
        found.append([order[first : first + B] for first in range(0, n, B)])
    return found
""",
    ),
    Wrong(
        "batches",
        "no return",
        BATCHES,
        """
def batches(n, B, epochs, rng):
    order = rng.permutation(n)
""",
    ),
    # ------------------------------------------------------------------ Task 6: distinct_units
    Wrong(
        "distinct_units",
        "outgoing weights ignored",
        {"distinct_units-example", "distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W, b]), axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "biases ignored",
        {"distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W, V.T]), axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "weights ignored",
        {"distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([b, V.T]), axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "the first weight only",
        {"distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W[:, 0], b, V.T]), axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "sums compared",
        {"distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W.sum(axis=1), b, V.sum(axis=0)]), axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "the first output only",
        {"distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W, b, V[0]]), axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "neighbors only",
        {"distinct_units-outgoing", "distinct_units-many"},
        """
def distinct_units(W, b, V):
    units = np.column_stack([W, b, V.T])
    return 1 + int((units[1:] != units[:-1]).any(axis=1).sum())
""",
    ),
    Wrong(
        "distinct_units",
        "all numbers, not rows",
        DISTINCT_UNITS,
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W, b, V.T])))
""",
    ),
    Wrong(
        "distinct_units",
        "the number of twins",
        DISTINCT_UNITS,
        """
def distinct_units(W, b, V):
    units = np.column_stack([W, b, V.T])
    return len(units) - len(np.unique(units, axis=0))
""",
    ),
    Wrong(
        "distinct_units",
        "the rank",
        {"distinct_units-outgoing", "distinct_units-many"},
        """
def distinct_units(W, b, V):
    return int(np.linalg.matrix_rank(np.column_stack([W, b, V.T])))
""",
    ),
    Wrong(
        "distinct_units",
        "any difference counts for all three",
        {"distinct_units-outgoing"},
        """
def distinct_units(W, b, V):
    return max(len(np.unique(W, axis=0)), len(np.unique(b)), len(np.unique(V.T, axis=0)))
""",
    ),
    Wrong(
        "distinct_units",
        "units without a twin",
        DISTINCT_UNITS,
        """
def distinct_units(W, b, V):
    _, counts = np.unique(np.column_stack([W, b, V.T]), axis=0, return_counts=True)
    return int((counts == 1).sum())
""",
    ),
    Wrong(
        "distinct_units",
        "the rows themselves",
        DISTINCT_UNITS,
        """
def distinct_units(W, b, V):
    return np.unique(np.column_stack([W, b, V.T]), axis=0)
""",
    ),
    Wrong(
        "distinct_units",
        "sorted in place",
        {"distinct_units-many"},
        """
def distinct_units(W, b, V):
    order = np.lexsort(np.column_stack([W, b, V.T]).T)
    W[:], b[:], V[:] = W[order], b[order], V[:, order]
    units = np.column_stack([W, b, V.T])
    return 1 + int((units[1:] != units[:-1]).any(axis=1).sum())
""",
    ),
    Wrong(
        "distinct_units",
        "no return",
        DISTINCT_UNITS,
        """
def distinct_units(W, b, V):
    units = np.column_stack([W, b, V.T])
""",
    ),
    Wrong(
        "distinct_units",
        "V not turned",
        {"distinct_units-example", "distinct_units-outgoing", "distinct_units-many"},
        """
def distinct_units(W, b, V):
    return len(np.unique(np.column_stack([W, b, V]), axis=0))
""",
    ),
    # ------------------------------------------------------------------ Task 7: initialize
    Wrong(
        "initialize",
        "variances for standard deviations",
        INITIALIZE,
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return (2 / n_in) * rng.normal(size=(n_out, n_in))
    std = 2 / (n_in + n_out)
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "transposed",
        INITIALIZE,
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_in, n_out))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_in, n_out))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_in, n_out))
""",
    ),
    Wrong(
        "initialize",
        "He with the fan-out",
        {"initialize-he"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_out) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "He without the 2",
        {"initialize-he"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(1 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "He for everything",
        {"initialize-xavier", "initialize-uniform"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / n_in)
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "Xavier for everything",
        {"initialize-he"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / (n_in + n_out)) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "Xavier with 1 in place of 2",
        {"initialize-xavier", "initialize-uniform"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(1 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "uniform up to the standard deviation",
        {"initialize-uniform"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-std, std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "uniform from 0",
        {"initialize-example", "initialize-uniform"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(0, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "half-width 3 times the standard deviation",
        {"initialize-uniform"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-3 * std, 3 * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "uniform and normal exchanged",
        {"initialize-xavier", "initialize-uniform"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_uniform":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "He uniform",
        {"initialize-he"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return rng.uniform(-np.sqrt(6 / n_in), np.sqrt(6 / n_in), (n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * rng.normal(size=(n_out, n_in))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "clipped at two standard deviations",
        {"initialize-xavier"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * np.clip(rng.normal(size=(n_out, n_in)), -2, 2)
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "a seed of one's own",
        {"initialize-example"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * np.random.default_rng(0).normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * np.random.default_rng(0).normal(size=(n_out, n_in))
    return np.random.default_rng(0).uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "one row for all",
        {"initialize-xavier"},
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        return np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        return std * np.tile(rng.normal(size=(1, n_in)), (n_out, 1))
    return rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    Wrong(
        "initialize",
        "no return",
        INITIALIZE,
        """
def initialize(kind, n_in, n_out, rng):
    if kind == "he_normal":
        W = np.sqrt(2 / n_in) * rng.normal(size=(n_out, n_in))
    std = np.sqrt(2 / (n_in + n_out))
    if kind == "xavier_normal":
        W = std * rng.normal(size=(n_out, n_in))
    W = rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std, size=(n_out, n_in))
""",
    ),
    # ------------------------------------------------------------------ Task 8: mean_squares
    Wrong(
        "mean_squares",
        "fan-out",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[1:], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "ReLU everywhere",
        {"mean_squares-example", "mean_squares-widths"},
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2
        found.append(kept * n_in * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "ReLU nowhere",
        {"mean_squares-relu"},
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1
        found.append(kept * n_in * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "ReLU takes the root of a half",
        {"mean_squares-relu"},
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = (1 / 2) ** 0.5 if relu else 1
        found.append(kept * n_in * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "the first width in every layer",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * widths[0] * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "always from the input",
        {"mean_squares-widths", "mean_squares-relu"},
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance * q)
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "spreads in place of variances",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance**2 * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "root mean squares",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * (n_in * variance) ** 0.5 * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "the input left out",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance * found[-1])
    return np.array(found[1:])
""",
    ),
    Wrong(
        "mean_squares",
        "the last one only",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance * found[-1])
    return found[-1]
""",
    ),
    Wrong(
        "mean_squares",
        "added up",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance + found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "no width",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "the input halved too",
        {"mean_squares-relu"},
        """
def mean_squares(q, widths, variances, relu):
    found = [q / 2 if relu else q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "ReLU in the last layer only",
        {"mean_squares-relu"},
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu and len(found) == len(variances) else 1
        found.append(kept * n_in * variance * found[-1])
    return np.array(found)
""",
    ),
    Wrong(
        "mean_squares",
        "no return",
        MEAN_SQUARES,
        """
def mean_squares(q, widths, variances, relu):
    found = [q]
    for n_in, variance in zip(widths[:-1], variances, strict=True):
        kept = 1 / 2 if relu else 1
        found.append(kept * n_in * variance * found[-1])
    np.array(found)
""",
    ),
    # ------------------------------------------------------------------ Task 9: stretch
    Wrong(
        "stretch",
        "the wrong order",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = J @ W
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "eigenvalues",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.abs(np.linalg.eigvals(J))
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "the mean over singular values, not inputs",
        {"stretch-example", "stretch-typical"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.mean(s**2))
""",
    ),
    Wrong(
        "stretch",
        "the mean over outputs",
        {"stretch-example", "stretch-typical"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[0])
""",
    ),
    Wrong(
        "stretch",
        "the mean of singular values",
        {"stretch-example", "stretch-typical"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), s.mean()
""",
    ),
    Wrong(
        "stretch",
        "the root forgotten",
        {"stretch-example", "stretch-typical"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sum(s**2) / J.shape[1]
""",
    ),
    Wrong(
        "stretch",
        "the mean forgotten",
        {"stretch-example", "stretch-typical"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / 1)
""",
    ),
    Wrong(
        "stretch",
        "the smallest",
        {"stretch-example", "stretch-order"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.min(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "largest singular values multiplied",
        {"stretch-example", "stretch-order"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    largest = [np.linalg.svd(W, compute_uv=False).max() for W in layers]
    return np.prod(largest), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "the last layer alone",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "the first layer alone",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "the first layer left out",
        STRETCH,
        """
def stretch(layers):
    J = np.eye(layers[0].shape[0])
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "the squares of singular values",
        {"stretch-example", "stretch-order"},
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return (s**2).max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "in place",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J[...] = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
    Wrong(
        "stretch",
        "the largest alone",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return s.max()
""",
    ),
    Wrong(
        "stretch",
        "the other way round",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    return np.sqrt(np.sum(s**2) / J.shape[1]), s.max()
""",
    ),
    Wrong(
        "stretch",
        "no return",
        STRETCH,
        """
def stretch(layers):
    J = layers[0]
    for W in layers[1:]:
        J = W @ J
    s = np.linalg.svd(J, compute_uv=False)
    pair = s.max(), np.sqrt(np.sum(s**2) / J.shape[1])
""",
    ),
]

RIGHT = [
    Right(
        "clean",
        "with np.unique and its first indices",
        """
def clean(X, y):
    good = np.flatnonzero(np.isfinite(X).all(axis=1) & (y != -1))
    table = np.column_stack([X[good], y[good]])
    _, first = np.unique(table, axis=0, return_index=True)
    keep = good[np.sort(first)]
    return X[keep], y[keep]
""",
    ),
    Right(
        "clean",
        "row by row, as lists",
        """
def clean(X, y):
    rows, labels = [], []
    for x, label in zip(X, y):
        if label == -1 or not all(np.isfinite(v) for v in x):
            continue
        if any(np.array_equal(x, row) and label == known for row, known in zip(rows, labels)):
            continue
        rows.append(x)
        labels.append(label)
    return np.array(rows), np.array(labels)
""",
    ),
    Right(
        "class_weights",
        "a loop over the classes",
        """
def class_weights(y, C):
    weights = []
    for c in range(C):
        count = int((y == c).sum())
        weights.append(len(y) / (C * count) if count else 0.0)
    return weights
""",
    ),
    Right(
        "class_weights",
        "from the mean of one-hot rows",
        """
def class_weights(y, C):
    share = np.eye(C)[y].mean(axis=0)
    weights = np.zeros(C)
    weights[share > 0] = 1 / (C * share[share > 0])
    return weights
""",
    ),
    Right(
        "group_split",
        "by counting up",
        """
def group_split(groups, share, rng):
    names, counts = np.unique(groups, return_counts=True)
    order = rng.permutation(len(names))
    total = np.cumsum(counts[order])
    enough = int(np.argmax(total >= share * len(groups)))
    held = np.isin(groups, names[order[: enough + 1]])
    return np.flatnonzero(~held), np.flatnonzero(held)
""",
    ),
    Right(
        "group_split",
        "with lists and a while loop",
        """
def group_split(groups, share, rng):
    waiting = list(np.unique(groups))
    rng.shuffle(waiting)
    validation = []
    while len(validation) < share * len(groups):
        group = waiting.pop()
        validation += [i for i in range(len(groups)) if groups[i] == group]
    training = [i for i in range(len(groups)) if i not in set(validation)]
    return training, sorted(validation)
""",
    ),
    Right(
        "standardize",
        "column by column",
        """
def standardize(X_train, X_new):
    old, new = np.empty(X_train.shape), np.empty(X_new.shape)
    for j in range(X_train.shape[1]):
        column = X_train[:, j]
        mean = column.sum() / len(column)
        std = np.sqrt(((column - mean) ** 2).sum() / len(column))
        if (column == column[0]).all():
            std = 1
        old[:, j], new[:, j] = (column - mean) / std, (X_new[:, j] - mean) / std
    return old, new
""",
    ),
    Right(
        "standardize",
        "with a helper",
        """
def standardize(X_train, X_new):
    mean = np.mean(X_train, axis=0, keepdims=True)
    std = np.std(X_train, axis=0, keepdims=True)
    std[np.ptp(X_train, axis=0, keepdims=True) == 0] = 1

    def scaled(X):
        return (X - mean) / std

    return scaled(X_train), scaled(X_new)
""",
    ),
    Right(
        "standardize",
        "where the standard deviation is 0",
        """
def standardize(X_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(std == 0, 1, std)
    return (X_train - mean) / std, (X_new - mean) / std
""",
    ),
    Right(
        "batches",
        "a while loop",
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        rows = list(rng.permutation(n))
        while rows:
            found.append(rows[:B])
            rows = rows[B:]
    return found
""",
    ),
    Right(
        "batches",
        "by shuffling and splitting at the multiples of B",
        """
def batches(n, B, epochs, rng):
    found = []
    for _ in range(epochs):
        rows = np.arange(n)
        rng.shuffle(rows)
        found.extend(np.split(rows, range(B, n, B)))
    return found
""",
    ),
    Right(
        "distinct_units",
        "a set of tuples",
        """
def distinct_units(W, b, V):
    return len({(*W[i], b[i], *V[:, i]) for i in range(len(b))})
""",
    ),
    Right(
        "distinct_units",
        "one by one",
        """
def distinct_units(W, b, V):
    different = []
    for i in range(len(b)):
        known = any(
            np.array_equal(W[i], W[j]) and b[i] == b[j] and np.array_equal(V[:, i], V[:, j])
            for j in different
        )
        if not known:
            different.append(i)
    return len(different)
""",
    ),
    Right(
        "initialize",
        "with the generator's own scale",
        """
def initialize(kind, n_in, n_out, rng):
    shape = (n_out, n_in)
    if kind == "xavier_uniform":
        a = np.sqrt(6 / (n_in + n_out))
        return rng.uniform(-a, a, shape)
    fans = (n_in + n_out) / 2 if kind == "xavier_normal" else n_in / 2
    return rng.normal(0, fans**-0.5, shape)
""",
    ),
    Right(
        "initialize",
        "drawn transposed, uniform from [0, 1)",
        """
def initialize(kind, n_in, n_out, rng):
    variance = 2 / n_in if kind == "he_normal" else 2 / (n_in + n_out)
    if kind == "xavier_uniform":
        drawn = (2 * rng.random((n_in, n_out)) - 1) * 3**0.5
    else:
        drawn = rng.standard_normal((n_in, n_out))
    return (variance**0.5 * drawn).T
""",
    ),
    Right(
        "mean_squares",
        "a cumulated product",
        """
def mean_squares(q, widths, variances, relu):
    factors = np.array(widths[:-1]) * np.array(variances) * (0.5 if relu else 1.0)
    return q * np.concatenate([[1.0], np.cumprod(factors)])
""",
    ),
    Right(
        "mean_squares",
        "by recursion",
        """
def mean_squares(q, widths, variances, relu):
    if len(variances) == 0:
        return [q]
    after = q * widths[0] * variances[0] / (2 if relu else 1)
    return [q, *mean_squares(after, widths[1:], variances[1:], relu)]
""",
    ),
    Right(
        "stretch",
        "norms",
        """
def stretch(layers):
    J = np.eye(layers[0].shape[1])
    for W in layers:
        J = W @ J
    return np.linalg.norm(J, 2), np.linalg.norm(J) / np.sqrt(J.shape[1])
""",
    ),
    Right(
        "stretch",
        "from the eigenvalues of the Gram matrix",
        """
def stretch(layers):
    J = layers[-1]
    for W in reversed(layers[:-1]):
        J = J @ W
    squares = np.linalg.eigvalsh(J.T @ J)
    return np.array([np.sqrt(squares[-1]), np.sqrt(np.mean(squares))])
""",
    ),
]

EQUIVALENT = {
    (
        "clean",
        "row = (*X[i].tolist(), int(y[i])) -> row = (int(y[i]), *X[i].tolist())",
    ): "rows are compared with one another only, all written in the same order",
    (
        "class_weights",
        "return np.where(counts > 0, len(y) / (C * np.maximum(counts, 1)), 0) -> "
        "return np.where(counts > 0, len(y) / (C * np.maximum(1, counts)), 0)",
    ): "the same numbers",
    (
        "class_weights",
        "return np.where(counts > 0, len(y) / (C * np.maximum(counts, 1)), 0) -> "
        "return np.where(counts > 0, len(y) / (C * np.maximum(counts, 0)), 0)",
    ): "the quotient by 0 is thrown away",
    (
        "mean_squares",
        "for n_in, variance in zip(widths[:-1], variances, strict=True): -> "
        "for n_in, variance in zip(variances, widths[:-1], strict=True):",
    ): "only the product of the two counts",
    (
        "mean_squares",
        "for n_in, variance in zip(widths[:-1], variances, strict=True): -> "
        "for n_in, variance in zip(widths[:-1], variances):",
    ): "the lengths agree in any case",
    (
        "mean_squares",
        "for n_in, variance in zip(widths[:-1], variances, strict=True): -> "
        "for n_in, variance in zip(widths[:-1], variances, strict=False):",
    ): "the lengths agree in any case",
}
