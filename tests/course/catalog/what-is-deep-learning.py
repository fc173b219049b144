"""Answers to the assignment of *What is deep learning?* that students may give, wrong and right."""

from assignment import Right, Wrong

# All test cells of a task, for answers that lose every one.
APPLY = {"apply_map-example", "apply_map-shapes", "apply_map-pure"}
MATRIX = {"matrix_of-example", "matrix_of-shape", "matrix_of-values"}
LINEAR = {"looks_linear-example", "looks_linear-adding", "looks_linear-scaling", "looks_linear-rounding"}
FIT = {"fit_affine-example", "fit_affine-shapes", "fit_affine-least"}
BASELINE = {"baseline-example", "baseline-training", "baseline-edge"}
LEAKED = {"leaked-example", "leaked-rows", "leaked-shape"}
BEST = {"best_possible-example", "best_possible-groups", "best_possible-labels"}
TRUE = {"true_accuracy-example", "true_accuracy-classes", "true_accuracy-refuses"}

WRONG = [
    # ------------------------------------------------------------------ Task 1: apply_map(A, b, X)
    Wrong("apply_map", "without b", APPLY, "def apply_map(A, b, X):\n    return X @ A.T"),
    Wrong("apply_map", "b subtracted", APPLY, "def apply_map(A, b, X):\n    return X @ A.T - b"),
    Wrong(
        "apply_map",
        "not transposed, right for nothing but symmetric A",
        APPLY,
        "def apply_map(A, b, X):\n    return X @ A + b",
    ),
    Wrong(
        "apply_map",
        "the formula for one column vector",
        APPLY,
        "def apply_map(A, b, X):\n    return A @ X + b",
    ),
    Wrong(
        "apply_map",
        "outputs in columns",
        APPLY,
        "def apply_map(A, b, X):\n    return A @ X.T + b[:, None]",
    ),
    Wrong(
        "apply_map",
        "b added before turning back",
        APPLY,
        "def apply_map(A, b, X):\n    return (A @ X.T + b).T",
    ),
    Wrong("apply_map", "the first row only", APPLY, "def apply_map(A, b, X):\n    return A @ X[0] + b"),
    Wrong(
        "apply_map",
        "a batch of one squeezed away",
        {"apply_map-shapes"},
        "def apply_map(A, b, X):\n    return np.squeeze(X @ A.T + b)",
    ),
    Wrong(
        "apply_map",
        "an array of integers to put the answers in",
        {"apply_map-pure"},
        """
def apply_map(A, b, X):
    out = np.zeros((len(X), len(b)), dtype=X.dtype)
    for i, x in enumerate(X):
        out[i] = A @ x + b
    return out
""",
    ),
    Wrong(
        "apply_map",
        "in place on X",
        {"apply_map-pure"},
        """
def apply_map(A, b, X):
    X += 1
    return (X - 1) @ A.T + b
""",
    ),
    Wrong("apply_map", "no return", APPLY, "def apply_map(A, b, X):\n    Y = X @ A.T + b"),
    # ------------------------------------------------------------------ Task 2: matrix_of(f, d)
    Wrong(
        "matrix_of",
        "values in rows",
        MATRIX,
        "def matrix_of(f, d):\n    return np.stack([f(e) for e in np.eye(d)])",
    ),
    Wrong(
        "matrix_of",
        "f on all unit vectors at once",
        MATRIX,
        "def matrix_of(f, d):\n    return f(np.eye(d))",
    ),
    Wrong(
        "matrix_of",
        "f on a vector of ones",
        MATRIX,
        "def matrix_of(f, d):\n    return np.diag(f(np.ones(d)))",
    ),
    Wrong(
        "matrix_of",
        "the last unit vector forgotten",
        MATRIX,
        "def matrix_of(f, d):\n    return np.stack([f(np.eye(d)[j]) for j in range(d - 1)], axis=1)",
    ),
    Wrong(
        "matrix_of",
        "unit vectors in the wrong order",
        MATRIX,
        "def matrix_of(f, d):\n    return np.stack([f(e) for e in np.eye(d)[::-1]], axis=1)",
    ),
    Wrong(
        "matrix_of",
        "a square matrix, for m = d only",
        MATRIX,
        """
def matrix_of(f, d):
    A = np.zeros((d, d))
    for j in range(d):
        A[:, j] = f(np.eye(d)[j])
    return A
""",
    ),
    Wrong(
        "matrix_of",
        "all columns in one row",
        MATRIX,
        "def matrix_of(f, d):\n    return np.concatenate([f(e) for e in np.eye(d)])",
    ),
    Wrong(
        "matrix_of",
        "two outputs, as in the example",
        {"matrix_of-shape", "matrix_of-values"},
        """
def matrix_of(f, d):
    A = np.zeros((2, d))
    for j in range(d):
        A[:, j] = f(np.eye(d)[j])[:2]
    return A
""",
    ),
    Wrong(
        "matrix_of",
        "whole numbers only",
        {"matrix_of-values"},
        "def matrix_of(f, d):\n    return np.stack([f(e) for e in np.eye(d)], axis=1).astype(int)",
    ),
    Wrong(
        "matrix_of",
        "unit vectors twice as long",
        MATRIX,
        "def matrix_of(f, d):\n    return np.stack([f(2 * e) for e in np.eye(d)], axis=1)",
    ),
    # ------------------------------------------------------------------ Task 3: looks_linear(f, U, V, c)
    Wrong(
        "looks_linear",
        "adding only",
        {"looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    return all(np.allclose(f(u + v), f(u) + f(v)) for u, v in zip(U, V))
""",
    ),
    Wrong(
        "looks_linear",
        "scaling only",
        {"looks_linear-adding"},
        """
def looks_linear(f, U, V, c):
    return all(np.allclose(f(k * u), k * f(u)) for u, k in zip(U, c))
""",
    ),
    Wrong(
        "looks_linear",
        "one of the two is enough",
        {"looks_linear-adding", "looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    return all(
        np.allclose(f(u + v), f(u) + f(v)) or np.allclose(f(k * u), k * f(u)) for u, v, k in zip(U, V, c)
    )
""",
    ),
    Wrong(
        "looks_linear",
        "exact equality",
        {"looks_linear-rounding"},
        """
def looks_linear(f, U, V, c):
    for u, v, k in zip(U, V, c):
        if (f(u + v) != f(u) + f(v)).any() or (f(k * u) != k * f(u)).any():
            return False
    return True
""",
    ),
    Wrong(
        "looks_linear",
        "the first row only",
        {"looks_linear-rounding", "looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    u, v, k = U[0], V[0], c[0]
    return np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(k * u), k * f(u))
""",
    ),
    Wrong(
        "looks_linear",
        "the last row decides",
        {"looks_linear-rounding", "looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    for u, v, k in zip(U, V, c):
        answer = np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(k * u), k * f(u))
    return answer
""",
    ),
    Wrong(
        "looks_linear",
        "one row that passes is enough",
        {"looks_linear-rounding", "looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    return any(
        np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(k * u), k * f(u)) for u, v, k in zip(U, V, c)
    )
""",
    ),
    Wrong(
        "looks_linear",
        "the first factor for all rows",
        {"looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    return all(
        np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(c[0] * u), c[0] * f(u)) for u, v in zip(U, V)
    )
""",
    ),
    Wrong(
        "looks_linear",
        "f on the whole array",
        LINEAR,
        """
def looks_linear(f, U, V, c):
    adds = np.allclose(f(U + V), f(U) + f(V))
    return bool(adds and np.allclose(f(c[:, None] * U), c[:, None] * f(U)))
""",
    ),
    Wrong(
        "looks_linear",
        "an answer for each row",
        LINEAR,
        """
def looks_linear(f, U, V, c):
    return [
        np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(k * u), k * f(u)) for u, v, k in zip(U, V, c)
    ]
""",
    ),
    Wrong(
        "looks_linear",
        "no return at the end",
        {"looks_linear-example", "looks_linear-scaling", "looks_linear-rounding"},
        """
def looks_linear(f, U, V, c):
    for u, v, k in zip(U, V, c):
        if not (np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(k * u), k * f(u))):
            return False
""",
    ),
    Wrong(
        "looks_linear",
        "compares the first output only",
        {"looks_linear-adding", "looks_linear-rounding", "looks_linear-scaling"},
        """
def looks_linear(f, U, V, c):
    for u, v, k in zip(U, V, c):
        if not (np.isclose(f(u + v)[0], f(u)[0] + f(v)[0]) and np.isclose(f(k * u)[0], k * f(u)[0])):
            return False
    return True
""",
    ),
    Wrong(
        "looks_linear",
        "always yes",
        LINEAR,
        """
def looks_linear(f, U, V, c):
    return True
""",
    ),
    # ------------------------------------------------------------------ Task 4: fit_affine(X, Y)
    Wrong(
        "fit_affine",
        "without b",
        FIT,
        """
def fit_affine(X, Y):
    return np.linalg.lstsq(X, Y)[0].T, np.zeros(Y.shape[1])
""",
    ),
    Wrong(
        "fit_affine",
        "A not transposed",
        {"fit_affine-shapes", "fit_affine-least"},
        """
def fit_affine(X, Y):
    S = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), Y)[0]
    return S[:-1], S[-1]
""",
    ),
    Wrong(
        "fit_affine",
        "b taken from the first row",
        FIT,
        """
def fit_affine(X, Y):
    S = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), Y)[0]
    return S[1:].T, S[0]
""",
    ),
    Wrong(
        "fit_affine",
        "b as a matrix of one row",
        FIT,
        """
def fit_affine(X, Y):
    S = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), Y)[0]
    return S[:-1].T, S[-1:]
""",
    ),
    Wrong(
        "fit_affine",
        "b is the mean of Y, A fitted to X as it is",
        FIT,
        """
def fit_affine(X, Y):
    b = Y.mean(axis=0)
    return np.linalg.lstsq(X, Y - b)[0].T, b
""",
    ),
    Wrong(
        "fit_affine",
        "as many rows as unknowns are enough",
        {"fit_affine-least"},
        """
def fit_affine(X, Y):
    k = X.shape[1] + 1
    S = np.linalg.solve(np.column_stack([X, np.ones(len(X))])[:k], Y[:k])
    return S[:-1].T, S[-1]
""",
    ),
    Wrong(
        "fit_affine",
        "a penalty on large numbers",
        FIT,
        """
def fit_affine(X, Y):
    X1 = np.column_stack([X, np.ones(len(X))])
    S = np.linalg.solve(X1.T @ X1 + 0.1 * np.eye(X1.shape[1]), X1.T @ Y)
    return S[:-1].T, S[-1]
""",
    ),
    Wrong(
        "fit_affine",
        "in place on Y",
        {"fit_affine-shapes"},
        """
def fit_affine(X, Y):
    X1 = np.column_stack([X, np.ones(len(X))])
    mean = Y.mean(axis=0)
    Y -= mean
    S = np.linalg.lstsq(X1, Y)[0]
    return S[:-1].T, S[-1] + mean
""",
    ),
    Wrong(
        "fit_affine",
        "one output at a time, the first only",
        {"fit_affine-shapes", "fit_affine-least"},
        """
def fit_affine(X, Y):
    S = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), Y[:, 0])[0]
    return S[None, :-1], S[-1:]
""",
    ),
    Wrong(
        "fit_affine",
        "all that lstsq gives",
        FIT,
        """
def fit_affine(X, Y):
    return np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), Y)
""",
    ),
    # ------------------------------------------------------------------ Task 5: baseline(y_train, y_test)
    Wrong(
        "baseline",
        "the commonest label of the test set",
        {"baseline-training", "baseline-edge"},
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_test, return_counts=True)
    return np.mean(y_test == labels[counts.argmax()])
""",
    ),
    Wrong(
        "baseline",
        "scored on the training set",
        BASELINE,
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return np.mean(y_train == labels[counts.argmax()])
""",
    ),
    Wrong(
        "baseline",
        "the label itself",
        BASELINE,
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return labels[counts.argmax()]
""",
    ),
    Wrong(
        "baseline",
        "how many, not which share",
        BASELINE,
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return np.sum(y_test == labels[counts.argmax()])
""",
    ),
    Wrong(
        "baseline",
        "the place of the label in the list",
        BASELINE,
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return np.mean(y_test == counts.argmax())
""",
    ),
    Wrong(
        "baseline",
        "the largest label",
        {"baseline-training", "baseline-edge"},
        "def baseline(y_train, y_test):\n    return np.mean(y_test == y_train.max())",
    ),
    Wrong(
        "baseline",
        "the median label",
        {"baseline-training", "baseline-edge"},
        "def baseline(y_train, y_test):\n    return np.mean(y_test == np.median(y_train))",
    ),
    Wrong(
        "baseline",
        "bincount, which knows no negative labels",
        {"baseline-edge"},
        "def baseline(y_train, y_test):\n    return np.mean(y_test == np.bincount(y_train).argmax())",
    ),
    Wrong(
        "baseline",
        "the largest of equals",
        {"baseline-edge"},
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return np.mean(y_test == labels[counts == counts.max()][-1])
""",
    ),
    Wrong(
        "baseline",
        "the first of equals in the data",
        {"baseline-edge"},
        """
def baseline(y_train, y_test):
    labels = y_train.tolist()
    return np.mean(y_test == max(labels, key=labels.count))
""",
    ),
    Wrong(
        "baseline",
        "one by the number of classes",
        BASELINE,
        "def baseline(y_train, y_test):\n    return 1 / len(np.unique(y_train))",
    ),
    Wrong(
        "baseline",
        "in percent",
        BASELINE,
        """
def baseline(y_train, y_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return 100 * np.mean(y_test == labels[counts.argmax()])
""",
    ),
    # ------------------------------------------------------------------ Task 6: leaked(X_train, X_test)
    Wrong(
        "leaked",
        "any equal number is enough",
        LEAKED,
        """
def leaked(X_train, X_test):
    return (X_test[:, None] == X_train).any(axis=2).any(axis=1)
""",
    ),
    Wrong(
        "leaked",
        "equal to all training rows",
        LEAKED,
        """
def leaked(X_train, X_test):
    return (X_test[:, None] == X_train).all(axis=2).all(axis=1)
""",
    ),
    Wrong(
        "leaked",
        "each column for itself",
        LEAKED,
        """
def leaked(X_train, X_test):
    return (X_test[:, None] == X_train).any(axis=1).all(axis=1)
""",
    ),
    Wrong(
        "leaked",
        "an answer for each training row",
        {"leaked-example", "leaked-rows", "leaked-shape"},
        """
def leaked(X_train, X_test):
    return (X_test[:, None] == X_train).all(axis=2).any(axis=0)
""",
    ),
    Wrong(
        "leaked",
        "only the row beside it",
        LEAKED,
        """
def leaked(X_train, X_test):
    n = min(len(X_train), len(X_test))
    answer = np.zeros(len(X_test), bool)
    answer[:n] = (X_train[:n] == X_test[:n]).all(axis=1)
    return answer
""",
    ),
    Wrong(
        "leaked",
        "`in`, which compares single numbers",
        LEAKED,
        "def leaked(X_train, X_test):\n    return [x in X_train for x in X_test]",
    ),
    Wrong(
        "leaked",
        "np.isin, number by number",
        LEAKED,
        "def leaked(X_train, X_test):\n    return np.isin(X_test, X_train).all(axis=1)",
    ),
    Wrong(
        "leaked",
        "by the sum of the row",
        {"leaked-rows", "leaked-shape"},
        "def leaked(X_train, X_test):\n    return np.isin(X_test.sum(axis=1), X_train.sum(axis=1))",
    ),
    Wrong(
        "leaked",
        "numbers sorted within the row",
        {"leaked-rows", "leaked-shape"},
        """
def leaked(X_train, X_test):
    known = {tuple(sorted(row)) for row in X_train.tolist()}
    return [tuple(sorted(row)) in known for row in X_test.tolist()]
""",
    ),
    Wrong(
        "leaked",
        "close is enough",
        {"leaked-rows"},
        """
def leaked(X_train, X_test):
    return np.isclose(X_test[:, None], X_train).all(axis=2).any(axis=1)
""",
    ),
    Wrong(
        "leaked",
        "the opposite",
        LEAKED,
        """
def leaked(X_train, X_test):
    return ~(X_test[:, None] == X_train).all(axis=2).any(axis=1)
""",
    ),
    Wrong(
        "leaked",
        "copies within the test set too",
        {"leaked-shape"},
        """
def leaked(X_train, X_test):
    known = X_train.tolist()
    answer = []
    for row in X_test.tolist():
        answer.append(row in known)
        known.append(row)
    return answer
""",
    ),
    Wrong(
        "leaked",
        "how many, not which",
        LEAKED,
        """
def leaked(X_train, X_test):
    return (X_test[:, None] == X_train).all(axis=2).any(axis=1).sum()
""",
    ),
    # ------------------------------------------------------------------ Task 7: best_possible(X, y)
    Wrong(
        "best_possible",
        "one answer for all rows",
        BEST,
        """
def best_possible(X, y):
    return np.unique(y, return_counts=True)[1].max() / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "the share of different rows",
        BEST,
        "def best_possible(X, y):\n    return len(np.unique(X, axis=0)) / len(X)",
    ),
    Wrong(
        "best_possible",
        "contradictory rows do not count at all",
        BEST,
        """
def best_possible(X, y):
    right = 0
    for row in np.unique(X, axis=0):
        labels = y[(X == row).all(axis=1)]
        right += len(labels) if len(np.unique(labels)) == 1 else 0
    return right / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "the mean over the different rows",
        BEST,
        """
def best_possible(X, y):
    shares = []
    for row in np.unique(X, axis=0):
        labels = y[(X == row).all(axis=1)]
        shares.append(np.unique(labels, return_counts=True)[1].max() / len(labels))
    return np.mean(shares)
""",
    ),
    Wrong(
        "best_possible",
        "how many, not which share",
        BEST,
        """
def best_possible(X, y):
    right = 0
    for row in np.unique(X, axis=0):
        right += np.unique(y[(X == row).all(axis=1)], return_counts=True)[1].max()
    return right
""",
    ),
    Wrong(
        "best_possible",
        "the first label of each row",
        {"best_possible-labels"},
        """
def best_possible(X, y):
    first = {}
    for row, label in zip(X.tolist(), y.tolist()):
        first.setdefault(tuple(row), label)
    return np.mean([first[tuple(row)] == label for row, label in zip(X.tolist(), y.tolist())])
""",
    ),
    Wrong(
        "best_possible",
        "the last label of each row",
        BEST,
        """
def best_possible(X, y):
    last = {tuple(row): label for row, label in zip(X.tolist(), y.tolist())}
    return np.mean([last[tuple(row)] == label for row, label in zip(X.tolist(), y.tolist())])
""",
    ),
    Wrong(
        "best_possible",
        "only neighbors are compared",
        {"best_possible-groups", "best_possible-labels"},
        """
def best_possible(X, y):
    right, start = 0, 0
    for i in range(1, len(y) + 1):
        if i == len(y) or (X[i] != X[start]).any():
            right += np.unique(y[start:i], return_counts=True)[1].max()
            start = i
    return right / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "rows told apart by their sum",
        {"best_possible-groups", "best_possible-labels"},
        """
def best_possible(X, y):
    sums, right = X.sum(axis=1), 0
    for total in np.unique(sums):
        right += np.unique(y[sums == total], return_counts=True)[1].max()
    return right / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "the first column only",
        {"best_possible-groups", "best_possible-labels"},
        """
def best_possible(X, y):
    right = 0
    for value in np.unique(X[:, 0]):
        right += np.unique(y[X[:, 0] == value], return_counts=True)[1].max()
    return right / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "the mean label, rounded",
        {"best_possible-example", "best_possible-labels"},
        """
def best_possible(X, y):
    right = 0
    for row in np.unique(X, axis=0):
        labels = y[(X == row).all(axis=1)]
        right += (labels == np.round(labels.mean())).sum()
    return right / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "bincount, which knows no negative labels",
        {"best_possible-labels"},
        """
def best_possible(X, y):
    right = 0
    for row in np.unique(X, axis=0):
        right += np.bincount(y[(X == row).all(axis=1)]).max()
    return right / len(y)
""",
    ),
    Wrong(
        "best_possible",
        "whole numbers only",
        {"best_possible-labels"},
        """
def best_possible(X, y):
    X, right = X.astype(int), 0
    for row in np.unique(X, axis=0):
        right += np.unique(y[(X == row).all(axis=1)], return_counts=True)[1].max()
    return right / len(y)
""",
    ),
    # ------------------------------------------------------------------ Task 8: true_accuracy(measured, q, C)
    Wrong(
        "true_accuracy",
        "the formula, not solved",
        {"true_accuracy-example", "true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return measured * (1 - q) + (1 - measured) * q / (C - 1)
""",
    ),
    Wrong(
        "true_accuracy",
        "without the second term",
        {"true_accuracy-example", "true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return measured / (1 - q)
""",
    ),
    Wrong(
        "true_accuracy",
        "q added",
        {"true_accuracy-example", "true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return measured + q
""",
    ),
    Wrong(
        "true_accuracy",
        "two classes always",
        {"true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return (measured - q) / (1 - 2 * q) if q != 0.5 else measured
""",
    ),
    Wrong(
        "true_accuracy",
        "C where C - 1 belongs",
        {"true_accuracy-example", "true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return (measured - q / C) / (1 - q - q / C)
""",
    ),
    Wrong(
        "true_accuracy",
        "refuses nothing",
        {"true_accuracy-refuses"},
        """
def true_accuracy(measured, q, C):
    return (measured - q / (C - 1)) / (1 - q - q / (C - 1))
""",
    ),
    Wrong(
        "true_accuracy",
        "refuses from one half on, for all C",
        {"true_accuracy-refuses"},
        """
def true_accuracy(measured, q, C):
    if q >= 0.5:
        raise ValueError("too many wrong labels")
    return (measured - q / (C - 1)) / (1 - q - q / (C - 1))
""",
    ),
    Wrong(
        "true_accuracy",
        "accepts the border",
        {"true_accuracy-refuses"},
        """
def true_accuracy(measured, q, C):
    if q > (C - 1) / C:
        raise ValueError("too many wrong labels")
    return (measured - q / (C - 1)) / (1 - q - q / (C - 1))
""",
    ),
    Wrong(
        "true_accuracy",
        "None where it should refuse",
        {"true_accuracy-refuses"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        return None
    return (measured - q / (C - 1)) / (1 - q - q / (C - 1))
""",
    ),
    Wrong(
        "true_accuracy",
        "the second term below the line forgotten",
        {"true_accuracy-example", "true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return (measured - q / (C - 1)) / (1 - q)
""",
    ),
    Wrong(
        "true_accuracy",
        "rounded to two places",
        {"true_accuracy-classes"},
        """
def true_accuracy(measured, q, C):
    if q >= (C - 1) / C:
        raise ValueError("too many wrong labels")
    return round((measured - q / (C - 1)) / (1 - q - q / (C - 1)), 2)
""",
    ),
]

RIGHT = [
    Right(
        "apply_map",
        "row by row",
        "def apply_map(A, b, X):\n    return [A @ x + b for x in X]",
    ),
    Right(
        "apply_map",
        "columns, turned back",
        "def apply_map(A, b, X):\n    return (A @ X.T + b[:, None]).T",
    ),
    Right(
        "apply_map",
        "einsum",
        'def apply_map(A, b, X):\n    return np.einsum("md,nd->nm", A, X) + b',
    ),
    Right(
        "matrix_of",
        "rows, then transposed",
        "def matrix_of(f, d):\n    return np.array([f(e) for e in np.eye(d)]).T",
    ),
    Right(
        "matrix_of",
        "column by column",
        """
def matrix_of(f, d):
    e = np.zeros(d)
    e[0] = 1
    A = np.zeros((len(f(e)), d))
    for j in range(d):
        e = np.zeros(d)
        e[j] = 1
        A[:, j] = f(e)
    return A
""",
    ),
    Right(
        "matrix_of",
        "column_stack of differences",
        """
def matrix_of(f, d):
    return np.column_stack([f(e) - f(np.zeros(d)) for e in np.eye(d)])
""",
    ),
    Right(
        "looks_linear",
        "one expression",
        """
def looks_linear(f, U, V, c):
    return all(
        np.allclose(f(u + v), f(u) + f(v)) and np.allclose(f(k * u), k * f(u)) for u, v, k in zip(U, V, c)
    )
""",
    ),
    Right(
        "looks_linear",
        "all sides collected, then compared",
        """
def looks_linear(f, U, V, c):
    left = [f(u + v) for u, v in zip(U, V)] + [f(k * u) for u, k in zip(U, c)]
    right = [f(u) + f(v) for u, v in zip(U, V)] + [k * f(u) for u, k in zip(U, c)]
    return np.allclose(left, right)
""",
    ),
    Right(
        "looks_linear",
        "a flag, by index",
        """
def looks_linear(f, U, V, c):
    ok = True
    for i in range(len(c)):
        ok &= np.allclose(f(U[i] + V[i]) - f(U[i]) - f(V[i]), 0)
        ok &= np.allclose(f(c[i] * U[i]) - c[i] * f(U[i]), 0)
    return ok
""",
    ),
    Right(
        "looks_linear",
        "both equations in one",
        """
def looks_linear(f, U, V, c):
    return all(np.allclose(f(k * u + v), k * f(u) + f(v)) for u, v, k in zip(U, V, c))
""",
    ),
    Right(
        "fit_affine",
        "centered first",
        """
def fit_affine(X, Y):
    x, y = X.mean(axis=0), Y.mean(axis=0)
    A = np.linalg.lstsq(X - x, Y - y)[0].T
    return A, y - A @ x
""",
    ),
    Right(
        "fit_affine",
        "the pseudoinverse, ones in front",
        """
def fit_affine(X, Y):
    S = np.linalg.pinv(np.hstack([np.ones((len(X), 1)), X])) @ Y
    return S[1:].T, S[0]
""",
    ),
    Right(
        "fit_affine",
        "the normal equations",
        """
def fit_affine(X, Y):
    X1 = np.column_stack([X, np.ones(len(X))])
    S = np.linalg.solve(X1.T @ X1, X1.T @ Y)
    return [S[:-1].T, S[-1]]
""",
    ),
    Right(
        "baseline",
        "Counter, smallest of equals",
        """
from collections import Counter


def baseline(y_train, y_test):
    counts = Counter(y_train.tolist())
    commonest = min(counts, key=lambda label: (-counts[label], label))
    return sum(label == commonest for label in y_test) / len(y_test)
""",
    ),
    Right(
        "baseline",
        "sorted, then counted",
        """
def baseline(y_train, y_test):
    labels = sorted(y_train.tolist())
    commonest = max(labels, key=labels.count)
    return (y_test == commonest).mean()
""",
    ),
    Right(
        "leaked",
        "a set of tuples",
        """
def leaked(X_train, X_test):
    known = {tuple(row) for row in X_train.tolist()}
    return [tuple(row) in known for row in X_test.tolist()]
""",
    ),
    Right(
        "leaked",
        "a loop, ones and zeros",
        """
def leaked(X_train, X_test):
    answer = np.zeros(len(X_test), int)
    for i, row in enumerate(X_test):
        for other in X_train:
            if np.array_equal(row, other):
                answer[i] = 1
    return answer
""",
    ),
    Right(
        "leaked",
        "no number differs",
        """
def leaked(X_train, X_test):
    return (np.abs(X_test[:, None] - X_train).max(axis=2) == 0).any(axis=1)
""",
    ),
    Right(
        "best_possible",
        "a dictionary of counters",
        """
from collections import Counter, defaultdict


def best_possible(X, y):
    seen = defaultdict(Counter)
    for row, label in zip(X.tolist(), y.tolist()):
        seen[tuple(row)][label] += 1
    return sum(max(counter.values()) for counter in seen.values()) / len(y)
""",
    ),
    Right(
        "best_possible",
        "the inverse of np.unique",
        """
def best_possible(X, y):
    group = np.unique(X, axis=0, return_inverse=True)[1].ravel()
    label = np.unique(y, return_inverse=True)[1].ravel()
    table = np.zeros((group.max() + 1, label.max() + 1))
    np.add.at(table, (group, label), 1)
    return table.max(axis=1).sum() / len(y)
""",
    ),
    Right(
        "true_accuracy",
        "multiplied out",
        """
def true_accuracy(measured, q, C):
    below = (C - 1) * (1 - q) - q
    if C * q >= C - 1:
        raise ValueError("too many wrong labels")
    return (measured * (C - 1) - q) / below
""",
    ),
    Right(
        "true_accuracy",
        "by two points of the line",
        """
def true_accuracy(measured, q, C):
    at_zero, at_one = q / (C - 1), 1 - q
    if q >= 1 - 1 / C:
        raise ValueError("a roll of the dice")
    return np.interp(measured, [at_zero, at_one], [0.0, 1.0])
""",
    ),
]

SAME = "np.allclose, up to which of the two numbers the tolerance is measured by"
STRICT = "`strict` speaks up only where U, V and c differ in length, and they never do"

EQUIVALENT = {
    (
        "looks_linear",
        "adds = np.allclose(f(u + v), f(u) + f(v)) -> adds = np.allclose(f(u) + f(v), f(u + v))",
    ): SAME,
    (
        "looks_linear",
        "scales = np.allclose(f(factor * u), factor * f(u)) -> "
        "scales = np.allclose(factor * f(u), f(factor * u))",
    ): SAME,
    (
        "looks_linear",
        "for u, v, factor in zip(U, V, c, strict=True): -> for u, v, factor in zip(U, V, c):",
    ): STRICT,
    (
        "looks_linear",
        "for u, v, factor in zip(U, V, c, strict=True): -> for u, v, factor in zip(U, V, c, strict=False):",
    ): STRICT,
}
