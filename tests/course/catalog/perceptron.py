"""Answers to the perceptron assignment that students may give, wrong and right."""

from assignment import Right, Wrong

WRONG = [
    # ------------------------------------------------------------------ Task 1: heaviside(z)
    Wrong(
        "heaviside",
        "fires at zero",
        {"heaviside-zero"},
        "def heaviside(z):\n    return np.where(z >= 0, 1, 0)",
    ),
    Wrong(
        "heaviside",
        "one half at zero",
        {"heaviside-zero"},
        "def heaviside(z):\n    return np.heaviside(z, 0.5)",
    ),
    Wrong(
        "heaviside",
        "a tolerance",
        {"heaviside-zero"},
        "def heaviside(z):\n    return np.where(z > 1e-8, 1, 0)",
    ),
    Wrong(
        "heaviside",
        "comparison turned",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        "def heaviside(z):\n    return np.where(z < 0, 1, 0)",
    ),
    Wrong(
        "heaviside",
        "the sign instead",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        "def heaviside(z):\n    return np.sign(z)",
    ),
    Wrong(
        "heaviside",
        "ReLU instead",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        "def heaviside(z):\n    return np.maximum(z, 0)",
    ),
    Wrong(
        "heaviside",
        "a loop that knows one axis only",
        {"heaviside-shapes"},
        "def heaviside(z):\n    return np.array([1 if value > 0 else 0 for value in z])",
    ),
    Wrong(
        "heaviside",
        "flattens",
        {"heaviside-shapes"},
        "def heaviside(z):\n    return np.array([value > 0 for value in z.flat])",
    ),
    Wrong(
        "heaviside",
        "in place on the input",
        {"heaviside-shapes"},
        "def heaviside(z):\n    z[z > 0] = 1\n    z[z <= 0] = 0\n    return z",
    ),
    Wrong(
        "heaviside",
        "one answer for all",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        "def heaviside(z):\n    return 1 if np.sum(z) > 0 else 0",
    ),
    Wrong(
        "heaviside",
        "the worked example, by heart",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        "def heaviside(z):\n    return np.array([0, 0, 1])",
    ),
    Wrong(
        "heaviside",
        "no return",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        "def heaviside(z):\n    answer = np.where(z > 0, 1, 0)",
    ),
    Wrong(
        "heaviside",
        "an `if` for the whole array",
        {"heaviside-values", "heaviside-zero", "heaviside-shapes"},
        """
def heaviside(z):
    if z > 0:
        return 1
    return 0
""",
    ),
    # ------------------------------------------------------------------ Task 2: predict(X, w, b)
    Wrong(
        "predict",
        "without the bias",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where(X @ w > 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "bias with the wrong sign",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where(X @ w > b, 1, 0)",
    ),
    Wrong(
        "predict",
        "fires on the boundary",
        {"predict-boundary"},
        "def predict(X, w, b):\n    return np.where(X @ w + b >= 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "transposed, works for square X only",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where(w @ X + b > 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "sums along the wrong axis",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where((X * w).sum(axis=0) + b > 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "sums over the whole batch",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where((X * w).sum() + b > 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "a column",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where(X @ w[:, None] + b > 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "the first row only",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return 1 if X[0] @ w + b > 0 else 0",
    ),
    Wrong(
        "predict",
        "squeezes a batch of one away",
        {"predict-batch"},
        "def predict(X, w, b):\n    return np.squeeze(np.where(X @ w + b > 0, 1, 0))",
    ),
    Wrong(
        "predict",
        "only two components",
        {"predict-batch"},
        "def predict(X, w, b):\n    return X[:, 0] * w[0] + X[:, 1] * w[1] + b > 0",
    ),
    Wrong(
        "predict",
        "rounds to whole numbers",
        {"predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where(X.astype(int) @ w + b > 0, 1, 0)",
    ),
    Wrong(
        "predict",
        "the excitation without the step",
        {"predict-example", "predict-batch"},
        "def predict(X, w, b):\n    return X @ w + b",
    ),
    Wrong(
        "predict",
        "signs instead of 0 and 1",
        {"predict-example", "predict-batch", "predict-boundary"},
        "def predict(X, w, b):\n    return np.where(X @ w + b > 0, 1, -1)",
    ),
    Wrong(
        "predict",
        "in place on X",
        {"predict-batch"},
        "def predict(X, w, b):\n    X *= w\n    return X.sum(axis=1) + b > 0",
    ),
    Wrong(
        "predict",
        "one row in place of all",
        {"predict-example", "predict-batch", "predict-boundary"},
        """
def predict(X, w, b):
    return int(np.dot(w, X) + b > 0)
""",
    ),
    # ------------------------------------------------------------------ Task 3: boundary(w, b)
    Wrong(
        "boundary",
        "slope with the wrong sign",
        {"boundary-example", "boundary-general"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("vertical")
    return w[0] / w[1], -b / w[1]
""",
    ),
    Wrong(
        "boundary",
        "intercept with the wrong sign",
        {"boundary-example", "boundary-general"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("vertical")
    return -w[0] / w[1], b / w[1]
""",
    ),
    Wrong(
        "boundary",
        "slope and intercept exchanged",
        {"boundary-example", "boundary-general"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("vertical")
    return -b / w[1], -w[0] / w[1]
""",
    ),
    Wrong(
        "boundary",
        "solved for x1",
        {"boundary-example", "boundary-general", "boundary-vertical"},
        """
def boundary(w, b):
    if w[0] == 0:
        raise ValueError("vertical")
    return -w[1] / w[0], -b / w[0]
""",
    ),
    Wrong(
        "boundary",
        "the intercept is the threshold",
        {"boundary-example", "boundary-general"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("vertical")
    return -w[0] / w[1], -b
""",
    ),
    Wrong(
        "boundary",
        "integer division",
        {"boundary-example", "boundary-general"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("vertical")
    return -w[0] // w[1], -b // w[1]
""",
    ),
    Wrong(
        "boundary",
        "whole numbers only",
        {"boundary-general"},
        """
def boundary(w, b):
    w1, w2 = w.astype(int)
    if w2 == 0:
        raise ValueError("vertical")
    return -w1 / w2, -b / w2
""",
    ),
    Wrong(
        "boundary",
        "a vertical line comes back as infinite",
        {"boundary-vertical"},
        "def boundary(w, b):\n    return -w[0] / w[1], -b / w[1]",
    ),
    Wrong(
        "boundary",
        "a vertical line comes back as None",
        {"boundary-vertical"},
        """
def boundary(w, b):
    if w[1] == 0:
        return None
    return -w[0] / w[1], -b / w[1]
""",
    ),
    Wrong(
        "boundary",
        "Python's own ZeroDivisionError",
        {"boundary-vertical"},
        "def boundary(w, b):\n    w1, w2 = w.tolist()\n    return -w1 / w2, -b / w2",
    ),
    Wrong(
        "boundary",
        "refuses horizontal lines too",
        {"boundary-general"},
        """
def boundary(w, b):
    if 0 in w:
        raise ValueError("no slope")
    return -w[0] / w[1], -b / w[1]
""",
    ),
    Wrong(
        "boundary",
        "the worked example, by heart",
        {"boundary-general", "boundary-vertical"},
        "def boundary(w, b):\n    return -0.5, 2.0",
    ),
    Wrong(
        "boundary",
        "an equation in words",
        {"boundary-example", "boundary-general"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("a vertical line has no slope")
    return f"x2 = {-w[0] / w[1]} x1 + {-b / w[1]}"
""",
    ),
    Wrong(
        "boundary",
        "another exception",
        {"boundary-vertical"},
        """
def boundary(w, b):
    if w[1] == 0:
        raise Exception("a vertical line has no slope")
    return -w[0] / w[1], -b / w[1]
""",
    ),
    # ------------------------------------------------------------------ Task 4: update(w, b, x, y)
    Wrong(
        "update",
        "the step has the wrong sign",
        {"update-missed", "update-false-alarm"},
        """
def update(w, b, x, y):
    error = (1 if w @ x + b > 0 else 0) - y
    return w + error * x, b + error, error != 0
""",
    ),
    Wrong(
        "update",
        "the bias does not learn",
        {"update-missed", "update-false-alarm"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    return w + error * x, b, error != 0
""",
    ),
    Wrong(
        "update",
        "answers without the bias",
        {"update-false-alarm"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x > 0 else 0)
    return w + error * x, b + error, error != 0
""",
    ),
    Wrong(
        "update",
        "a step as long as the excitation is off",
        {"update-missed", "update-false-alarm", "update-correct"},
        """
def update(w, b, x, y):
    error = y - (w @ x + b)
    return w + error * x, b + error, error != 0
""",
    ),
    Wrong(
        "update",
        "moves after every example",
        {"update-correct", "update-boundary"},
        """
def update(w, b, x, y):
    step = 2 * y - 1
    return w + step * x, b + step, True
""",
    ),
    Wrong(
        "update",
        "adds only: label times input",
        {"update-false-alarm", "update-pure"},
        """
def update(w, b, x, y):
    if (w @ x + b > 0) != y:
        return w + y * x, b + y, True
    return w, b, False
""",
    ),
    Wrong(
        "update",
        "always adds after a mistake",
        {"update-false-alarm"},
        """
def update(w, b, x, y):
    if (w @ x + b > 0) != y:
        return w + x, b + 1, True
    return w, b, False
""",
    ),
    Wrong(
        "update",
        "fires on the boundary",
        {"update-boundary"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b >= 0 else 0)
    return w + error * x, b + error, error != 0
""",
    ),
    Wrong(
        "update",
        "in place on w",
        {"update-pure"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    w += error * x
    b += error
    return w, b, error != 0
""",
    ),
    Wrong(
        "update",
        "in place on x",
        {"update-pure"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    x *= error
    return w + x, b + error, error != 0
""",
    ),
    Wrong(
        "update",
        "gives back the old weights",
        {"update-missed", "update-false-alarm", "update-pure"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    new_w = w + error * x
    return w, b + error, error != 0
""",
    ),
    Wrong(
        "update",
        "says 'right' where it should say 'mistake'",
        {"update-missed", "update-false-alarm", "update-correct", "update-boundary"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    return w + error * x, b + error, error == 0
""",
    ),
    Wrong(
        "update",
        "half a step",
        {"update-missed", "update-false-alarm"},
        """
def update(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    return w + 0.5 * error * x, b + 0.5 * error, error != 0
""",
    ),
    Wrong(
        "update",
        "only weights and bias",
        {"update-missed", "update-false-alarm", "update-correct", "update-boundary"},
        """
def update(w, b, x, y):
    error = y - (w @ x + b > 0)
    return w + error * x, b + error
""",
    ),
    # ------------------------------------------------------------------ Task 5: train(X, y, max_epochs)
    Wrong(
        "train",
        "one pass only",
        {"train-example", "train-count", "train-data", "train-max-epochs", "train-early-stop"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for x_i, y_i in zip(X, y):
        error = y_i - (w @ x_i + b > 0)
        w, b, mistakes = w + error * x_i, b + error, mistakes + abs(error)
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "one pass too many",
        {"train-max-epochs"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs + 1):
        errors = 0
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            w, b, errors = w + error * x_i, b + error, errors + abs(error)
        mistakes += errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "counts the last pass only",
        {"train-count"},
        """
def train(X, y, max_epochs):
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(max_epochs):
        mistakes = 0
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            w, b, mistakes = w + error * x_i, b + error, mistakes + abs(error)
        if mistakes == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "counts the passes",
        {"train-count"},
        """
def train(X, y, max_epochs):
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(max_epochs):
        clean = True
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            if error != 0:
                w, b, clean = w + error * x_i, b + error, False
        if clean:
            break
    return w, b, epoch
""",
    ),
    Wrong(
        "train",
        "positive and negative errors cancel in the count",
        {"train-example", "train-count", "train-data", "train-max-epochs", "train-early-stop"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        errors = 0
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            w, b, errors = w + error * x_i, b + error, errors + error
        mistakes += errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "all mistakes of a pass at once",
        {"train-count", "train-data", "train-max-epochs"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        errors = y - (X @ w + b > 0)
        if not errors.any():
            break
        w, b, mistakes = w + errors @ X, b + errors.sum(), mistakes + np.abs(errors).sum()
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "starts from ones",
        {"train-count", "train-data", "train-max-epochs"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.ones(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        errors = 0
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            w, b, errors = w + error * x_i, b + error, errors + abs(error)
        mistakes += errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "shuffles the examples",
        {"train-count", "train-data", "train-max-epochs"},
        """
def train(X, y, max_epochs):
    rng = np.random.default_rng(0)
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        errors = 0
        for i in rng.permutation(len(X)):
            error = y[i] - (w @ X[i] + b > 0)
            w, b, errors = w + error * X[i], b + error, errors + abs(error)
        mistakes += errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "fires on the boundary",
        {"train-example", "train-count", "train-data", "train-max-epochs", "train-early-stop"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        errors = 0
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b >= 0)
            w, b, errors = w + error * x_i, b + error, errors + abs(error)
        mistakes += errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "never stops early",
        {"train-early-stop"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            w, b, mistakes = w + error * x_i, b + error, mistakes + abs(error)
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "ignores max_epochs",
        {"train-max-epochs"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    while True:
        errors = 0
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            w, b, errors = w + error * x_i, b + error, errors + abs(error)
        mistakes += errors
        if errors == 0:
            return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "stops after the first right answer",
        {"train-example", "train-count", "train-data", "train-max-epochs", "train-early-stop"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        for x_i, y_i in zip(X, y):
            error = y_i - (w @ x_i + b > 0)
            if error == 0:
                return w, b, mistakes
            w, b, mistakes = w + error * x_i, b + error, mistakes + 1
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "turns y into signs, in place",
        {"train-data"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    y[y == 0] = -1
    for epoch in range(max_epochs):
        errors = 0
        for x_i, y_i in zip(X, y):
            answer = 1 if w @ x_i + b > 0 else -1
            if answer != y_i:
                w, b, errors = w + y_i * x_i, b + y_i, errors + 1
        mistakes += errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Wrong(
        "train",
        "w starts as one number",
        {"train-count", "train-data", "train-early-stop"},
        """
def train(X, y, max_epochs):
    w, b, mistakes = 0, 0, 0
    for _ in range(max_epochs):
        before = mistakes
        for x_i, y_i in zip(X, y):
            error = y_i - (1 if w * x_i + b > 0 else 0)
            w, b, mistakes = w + error * x_i, b + error, mistakes + abs(error)
        if mistakes == before:
            break
    return w, b, mistakes
""",
    ),
    # ------------------------------------------------------------------ Task 6: mistake_bound(X, y, u, c)
    Wrong(
        "mistake_bound",
        "R without the constant input",
        {"mistake_bound-radius"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(X, axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "R squared",
        {"mistake_bound-radius", "mistake_bound-value"},
        """
def mistake_bound(X, y, u, c):
    R2 = (X**2).sum(axis=1).max() + 1
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R2, gamma, R2 / gamma**2
""",
    ),
    Wrong(
        "mistake_bound",
        "the norm of all rows together",
        {"mistake_bound-radius"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]))
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "the norm of the columns",
        {"mistake_bound-radius"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=0).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "gamma not divided by the length of (u, c)",
        {"mistake_bound-margin"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min()
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "gamma divided by the length of u alone",
        {"mistake_bound-margin"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(u)
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "labels 0 and 1 instead of signs",
        {"mistake_bound-radius", "mistake_bound-margin", "mistake_bound-value"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = (y * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "absolute values instead of signs",
        {"mistake_bound-separates"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = np.abs(X @ u + c).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "the mean distance",
        {"mistake_bound-margin", "mistake_bound-separates"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).mean() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "the bound not squared",
        {"mistake_bound-value"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, R / gamma
""",
    ),
    Wrong(
        "mistake_bound",
        "the fraction upside down",
        {"mistake_bound-value"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma <= 0:
        raise ValueError("not separated")
    return R, gamma, (gamma / R) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "accepts what does not separate",
        {"mistake_bound-separates"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "accepts a margin of zero",
        {"mistake_bound-separates"},
        """
def mistake_bound(X, y, u, c):
    R = np.linalg.norm(np.column_stack([X, np.ones(len(X))]), axis=1).max()
    gamma = ((2 * y - 1) * (X @ u + c)).min() / np.linalg.norm(np.append(u, c))
    if gamma < 0:
        raise ValueError("not separated")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    Wrong(
        "mistake_bound",
        "a length and a distance for each row",
        {"mistake_bound-radius", "mistake_bound-margin", "mistake_bound-value"},
        """
def mistake_bound(X, y, u, c):
    rows, v = np.column_stack([X, np.ones(len(X))]), np.append(u, c)
    R = np.linalg.norm(rows, axis=1)
    gamma = (2 * y - 1) * (rows @ v) / np.linalg.norm(v)
    if (gamma <= 0).any():
        raise ValueError("u, c does not separate the examples")
    return R, gamma, (R / gamma) ** 2
""",
    ),
    # ------------------------------------------------------------------ Task 7: xor_network()
    Wrong(
        "xor_network",
        "OR",
        {"xor_network-corners", "xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([1.0, 1.0]), -0.5",
    ),
    Wrong(
        "xor_network",
        "AND",
        {"xor_network-corners", "xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([1.0, 1.0]), -1.5",
    ),
    Wrong(
        "xor_network",
        "upside down",
        {"xor_network-corners", "xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([-1.0, 1.0]), 0.5",
    ),
    Wrong(
        "xor_network",
        "W transposed",
        {"xor_network-corners", "xor_network-room"},
        """
def xor_network():
    W = np.array([[1.0, 1.0], [-1.0, -1.0]]).T  # OR and NAND, as columns
    return W, np.array([-0.5, 1.5]), np.array([1.0, 1.0]), -1.5
""",
    ),
    Wrong(
        "xor_network",
        "a threshold given for a bias",
        {"xor_network-corners", "xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([0.5, 1.5]), np.array([1.0, -1.0]), 0.5",
    ),
    Wrong(
        "xor_network",
        "one hidden neuron's weights for both, and one bias",
        {"xor_network-corners", "xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.5, -0.5]), np.array([1.0, -1.0]), -0.5",
    ),
    Wrong(
        "xor_network",
        "v as a row",
        {"xor_network-corners", "xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.5, -1.5]), [[1.0, -1.0]], -0.5",
    ),
    Wrong(
        "xor_network",
        "boundaries through the corners",
        {"xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([0.0, -1.0]), np.array([1.0, -1.0]), 0.0",
    ),
    Wrong(
        "xor_network",
        "boundaries close to the corners",
        {"xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.1, -1.9]), np.array([1.0, -1.0]), -0.5",
    ),
    Wrong(
        "xor_network",
        "room on one side only",
        {"xor_network-room"},
        "def xor_network():\n    return np.ones((2, 2)), np.array([-0.5, -1.1]), np.array([1.0, -1.0]), -0.5",
    ),
]

RIGHT = [
    Right("heaviside", "NumPy's own", "def heaviside(z):\n    return np.heaviside(z, 0.0)"),
    Right("heaviside", "booleans", "def heaviside(z):\n    return z > 0"),
    Right("heaviside", "float32", "def heaviside(z):\n    return (z > 0).astype(np.float32)"),
    Right(
        "heaviside",
        "a loop over the elements, in nested lists",
        """
def heaviside(z):
    answer = np.zeros(z.shape)
    for index, value in np.ndenumerate(z):
        if value > 0:
            answer[index] = 1
    return answer.tolist()
""",
    ),
    Right("heaviside", "from the sign", "def heaviside(z):\n    return np.maximum(np.sign(z), 0)"),
    Right(
        "predict",
        "two loops and a list",
        """
def predict(X, w, b):
    answers = []
    for x in X:
        z = b
        for j in range(len(w)):
            z += w[j] * x[j]
        answers.append(1 if z > 0 else 0)
    return answers
""",
    ),
    Right("predict", "booleans, threshold on the right", "def predict(X, w, b):\n    return X.dot(w) > -b"),
    Right(
        "predict",
        "einsum",
        "def predict(X, w, b):\n    return np.heaviside(np.einsum('nd,d->n', X, w) + b, 0)",
    ),
    Right(
        "predict",
        "bias as one weight more, float32",
        """
def predict(X, w, b):
    X1 = np.column_stack([X, np.ones(len(X))])
    return (X1 @ np.append(w, b) > 0).astype("float32")
""",
    ),
    Right(
        "predict",
        "prints on the way, and warns",
        """
import warnings

def predict(X, w, b):
    warnings.warn("this goes to stderr, where nbgrader takes it for a failure")
    print(X.shape)
    return (X * w).sum(axis=1) + b > 0
""",
    ),
    Right(
        "boundary",
        "a list of Python floats",
        """
def boundary(w, b):
    w1, w2 = [float(value) for value in w]
    if not w2:
        raise ValueError(f"vertical at x1 = {-b / w1}")
    return [-w1 / w2, -b / w2]
""",
    ),
    Right(
        "boundary",
        "through two points, float32",
        """
def boundary(w, b):
    if w[1] == 0:
        raise ValueError("The line is vertical.")
    at_0, at_1 = (-(b + w[0] * x1) / w[1] for x1 in (0, 1))
    return np.array([at_1 - at_0, at_0], dtype=np.float32)
""",
    ),
    Right(
        "boundary",
        "catches the division by zero",
        """
def boundary(w, b):
    try:
        return -float(w[0]) / float(w[1]), -float(b) / float(w[1])
    except ZeroDivisionError:
        raise ValueError("no slope")
""",
    ),
    Right(
        "update",
        "by cases",
        """
def update(w, b, x, y):
    fires = np.dot(w, x) + b > 0
    if fires and y == 0:
        return w - x, b - 1, True
    if not fires and y == 1:
        return w + x, b + 1, True
    return w, b, False
""",
    ),
    Right(
        "update",
        "on a copy, mistake as 1 and 0, a list",
        """
def update(w, b, x, y):
    w = w.copy()
    y_hat = int((w * x).sum() > -b)
    w += (y - y_hat) * x
    b += y - y_hat
    return [w.tolist(), b, abs(y - y_hat)]
""",
    ),
    Right(
        "update",
        "component by component, float32",
        """
def update(w, b, x, y):
    error = y - np.heaviside(w @ x + b, 0)
    new_w = np.zeros(len(w), dtype=np.float32)
    for j in range(len(w)):
        new_w[j] = w[j] + error * x[j]
    return new_w, np.float32(b + error), bool(error)
""",
    ),
    Right(
        "train",
        "a while loop and indices",
        """
def train(X, y, max_epochs):
    n, d = X.shape
    w = np.zeros(d)
    b = 0
    mistakes = 0
    epoch = 0
    clean = False
    while epoch < max_epochs and not clean:
        clean = True
        for i in range(n):
            prediction = 1 if np.dot(w, X[i]) + b > 0 else 0
            if prediction != y[i]:
                w += (y[i] - prediction) * X[i]
                b += y[i] - prediction
                mistakes += 1
                clean = False
        epoch += 1
    return w, b, mistakes
""",
    ),
    Right(
        "train",
        "bias as one weight more, lists",
        """
def train(X, y, max_epochs):
    rows = [[*x, 1] for x in X.tolist()]
    w = [0] * len(rows[0])
    mistakes = 0
    for _ in range(max_epochs):
        before = mistakes
        for x, label in zip(rows, y.tolist()):
            fires = sum(a * b for a, b in zip(w, x)) > 0
            if fires != label:
                w = [a + b if label else a - b for a, b in zip(w, x)]
                mistakes += 1
        if mistakes == before:
            break
    return [w[:-1], w[-1], mistakes]
""",
    ),
    Right(
        "train",
        "stops once all answers are right",
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for epoch in range(max_epochs):
        if np.array_equal(X @ w + b > 0, y):
            return w, b, mistakes
        for x_i, y_i in zip(X, y):
            error = y_i - int(w @ x_i + b > 0)
            w = w + error * x_i
            b = b + error
            mistakes = mistakes + abs(error)
    return w, b, float(mistakes)
""",
    ),
    Right(
        "train",
        "the bias as an array of one element",
        """
def train(X, y, max_epochs):
    w, b, mistakes = np.zeros(X.shape[1]), np.zeros(1), 0
    for _ in range(max_epochs):
        errors = 0
        for x_i, y_i in zip(X, y):
            error = y_i - np.heaviside(w @ x_i + b, 0.0)
            w, b, errors = w + error * x_i, b + error, errors + abs(error)
        mistakes = mistakes + errors
        if errors == 0:
            break
    return w, b, mistakes
""",
    ),
    Right(
        "mistake_bound",
        "a loop over the examples",
        """
def mistake_bound(X, y, u, c):
    R, gamma = 0.0, np.inf
    length = np.sqrt(np.sum(u**2) + c**2)
    for x, label in zip(X, y):
        R = max(R, np.sqrt(x @ x + 1))
        sign = 1 if label == 1 else -1
        gamma = min(gamma, sign * (u @ x + c) / length)
    if not gamma > 0:
        raise ValueError("no margin")
    return R, gamma, R * R / gamma / gamma
""",
    ),
    Right(
        "mistake_bound",
        "without building the longer rows, a list of Python floats",
        """
def mistake_bound(X, y, u, c):
    z = X @ u + c
    if np.any((z > 0) != (y == 1)) or np.any(z == 0):
        raise ValueError("u, c does not separate")
    R = float(np.sqrt(((X**2).sum(axis=1) + 1).max()))
    gamma = float(np.abs(z).min() / np.hypot(np.linalg.norm(u), c))
    return [R, gamma, (R / gamma) ** 2]
""",
    ),
    Right(
        "mistake_bound",
        "an array",
        """
def mistake_bound(X, y, u, c):
    X1, u1 = np.c_[X, np.ones(len(X))], np.r_[u, c]
    signed = np.where(y == 1, 1, -1)[:, None] * X1
    gamma = min(signed @ (u1 / np.sqrt(u1 @ u1)))
    if gamma <= 0:
        raise ValueError
    R = max(np.linalg.norm(row) for row in X1)
    return R, gamma, np.square(R / gamma)
""",
    ),
    Right(
        "mistake_bound",
        "an array of the three numbers",
        """
def mistake_bound(X, y, u, c):
    norm = (sum(v * v for v in u) + c * c) ** 0.5
    R = max((sum(v * v for v in x) + 1) ** 0.5 for x in X)
    gamma = min((1 if label == 1 else -1) * (u @ x + c) / norm for x, label in zip(X, y))
    if not gamma > 0:
        raise ValueError("u, c does not separate the examples")
    return np.array([R, gamma, (R / gamma) ** 2])
""",
    ),
    Right(
        "xor_network",
        "OR and NAND into AND, lists",
        "def xor_network():\n    return [[2, 2], [-2, -2]], [-1, 3], [1, 1], -1.5",
    ),
    Right(
        "xor_network",
        "one but not the other, or the other way round",
        """
def xor_network():
    W = np.array([[10, -10], [-10, 10]])
    return W, np.array([-5, -5]), np.array([1, 1]), 0
""",
    ),
    Right(
        "xor_network",
        "AND and NOR, neither of them, float32",
        """
def xor_network():
    W = np.array([[1, 1], [-1, -1]], dtype=np.float32)
    return W, np.array([-1.5, 0.5], dtype=np.float32), np.array([-1, -1]), np.float32(0.5)
""",
    ),
]

SAME = "the same numbers, in another type or order"
STRICT = "`strict` speaks up only where X and y differ in length, and they never do"
OTHER = "another network that answers XOR with room to spare"

EQUIVALENT = {
    ("heaviside", "return np.where(z > 0, 1, 0) -> return np.where(1, z > 0, 0)"): SAME,
    ("predict", "return np.where(z > 0, 1, 0) -> return np.where(1, z > 0, 0)"): SAME,
    ("update", "answer = 1 if w @ x + b > 0 else 0 -> answer = 1 if x @ w + b > 0 else 0"): SAME,
    (
        "train",
        "error = y_i - (1 if w @ x_i + b > 0 else 0) -> error = y_i - (1 if x_i @ w + b > 0 else 0)",
    ): SAME,
    (
        "train",
        "w, b, mistakes = (np.zeros(X.shape[1]), 0.0, 0) -> w, b, mistakes = (np.zeros(X.shape[1]), 0, 0.0)",
    ): SAME,
    (
        "train",
        "w, b, mistakes = (np.zeros(X.shape[1]), 0.0, 0) -> w, b, mistakes = (np.zeros(X.shape[1]), 0, 0)",
    ): SAME,
    ("train", "for x_i, y_i in zip(X, y, strict=True): -> for x_i, y_i in zip(X, y):"): STRICT,
    ("train", "for x_i, y_i in zip(X, y, strict=True): -> for x_i, y_i in zip(X, y, strict=False):"): STRICT,
    (
        "xor_network",
        "W = np.array([[1.0, 1.0], [1.0, 1.0]]) -> W = np.array([[2.0, 1.0], [1.0, 1.0]])",
    ): OTHER,
    (
        "xor_network",
        "W = np.array([[1.0, 1.0], [1.0, 1.0]]) -> W = np.array([[1.0, 2.0], [1.0, 1.0]])",
    ): OTHER,
    ("xor_network", "v, d = (np.array([1.0, -1.0]), -0.5) -> v, d = (np.array([1.0, -1.0]), -0)"): OTHER,
    ("xor_network", "v, d = (np.array([1.0, -1.0]), -0.5) -> v, d = (np.array([1.0, -2.0]), -0.5)"): OTHER,
}
