"""Answers to the assignment on the basics of neural networks that students may give, wrong and right."""

from assignment import Right, Wrong

AFFINE = {"affine-example", "affine-batch", "affine-shapes"}
RELU_GATE = {"relu_gate-example", "relu_gate-corner", "relu_gate-shapes"}
PREDICT = {"predict-example", "predict-outputs", "predict-stable"}
CROSS_ENTROPY = {"cross_entropy-example", "cross_entropy-gradient", "cross_entropy-extreme"}
AFFINE_GRADIENT = {"affine_gradient-example", "affine_gradient-shapes", "affine_gradient-penalty"}
GRADIENT_CHECK = {"gradient_check-example", "gradient_check-finds", "gradient_check-central"}
COMPARE_SCALES = {"compare_scales-example", "compare_scales-scales", "compare_scales-left"}
DROPOUT = {"dropout-example", "dropout-values", "dropout-testing"}
LAYER_NORM = {"layer_norm-example", "layer_norm-batch", "layer_norm-small"}
LOSSES = {"losses-squared", "losses-absolute", "losses-binary", "losses-extreme"}

WRONG = [
    # --- Task 1: affine
    Wrong("affine", "no check of shapes", {"affine-shapes"}, "def affine(X, W, b):\n    return X @ W.T + b"),
    Wrong(
        "affine",
        "W not transposed",
        AFFINE,
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W + b
""",
    ),
    Wrong(
        "affine",
        "W not transposed where it fits",
        {"affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")

    if W.shape[0] == W.shape[1]:
        return X @ W + b
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "no bias",
        {"affine-example", "affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T
""",
    ),
    Wrong(
        "affine",
        "bias subtracted",
        {"affine-example", "affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T - b
""",
    ),
    Wrong(
        "affine",
        "only batches",
        AFFINE,
        """
def affine(X, W, b):
    if X.shape[1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "only one example",
        AFFINE,
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    return W @ X + b
""",
    ),
    Wrong(
        "affine",
        "always a batch",
        {"affine-example", "affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    return np.atleast_2d(X) @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "bias down the batch when it fits",
        {"affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")

    if X.ndim == 2 and len(X) == len(b):
        return X @ W.T + b[:, None]
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "biases not checked",
        {"affine-shapes"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1]:
        raise ValueError(f"X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "number of biases checked, not their axes",
        {"affine-shapes"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.size != W.shape[0]:
        raise ValueError(f"X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "a message without shapes",
        {"affine-shapes"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError("the shapes do not fit")
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "an assert",
        {"affine-shapes"},
        """
def affine(X, W, b):
    assert X.shape[-1] == W.shape[1], (X.shape, W.shape, b.shape)
    assert b.shape == (len(W),), (X.shape, W.shape, b.shape)
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "in place on the biases of one example",
        {"affine-example", "affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    if X.ndim == 1:
        b += W @ X
        return b
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "the first axis for the last",
        {"affine-batch", "affine-shapes"},
        """
def affine(X, W, b):
    if X.shape[0] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T + b
""",
    ),
    Wrong(
        "affine",
        "no return",
        {"affine-example", "affine-batch"},
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != (W.shape[0],):
        raise ValueError(f"these shapes do not fit: X {X.shape}, W {W.shape}, b {b.shape}")
    Z = X @ W.T + b
""",
    ),
    # --- Task 2: relu_gate
    Wrong(
        "relu_gate",
        "slope alone",
        RELU_GATE,
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), np.where(Z > 0, 1.0, 0.0)",
    ),
    Wrong(
        "relu_gate",
        "gate on G",
        RELU_GATE,
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), np.where(G > 0, G, 0)",
    ),
    Wrong(
        "relu_gate",
        "ReLU of the product",
        {"relu_gate-example", "relu_gate-shapes"},
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), np.maximum(np.where(Z > 0, G, 0), 0)",
    ),
    Wrong(
        "relu_gate",
        "open at zero",
        {"relu_gate-corner"},
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), np.where(Z >= 0, G, 0)",
    ),
    Wrong(
        "relu_gate",
        "half open at zero",
        {"relu_gate-corner"},
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), G * np.heaviside(Z, 0.5)",
    ),
    Wrong(
        "relu_gate",
        "multiplied by the value",
        RELU_GATE,
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), G * np.maximum(Z, 0)",
    ),
    Wrong(
        "relu_gate",
        "gate the wrong way round",
        RELU_GATE,
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), np.where(Z > 0, 0, G)",
    ),
    Wrong(
        "relu_gate", "everything passes", RELU_GATE, "def relu_gate(Z, G):\n    return np.maximum(Z, 0), G"
    ),
    Wrong(
        "relu_gate",
        "sign for the slope",
        RELU_GATE,
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), G * np.sign(Z)",
    ),
    Wrong(
        "relu_gate",
        "leaky",
        RELU_GATE,
        """
def relu_gate(Z, G):
    return np.where(Z > 0, Z, 0.01 * Z), np.where(Z > 0, G, 0.01 * G)
""",
    ),
    Wrong(
        "relu_gate",
        "in place on G",
        {"relu_gate-shapes"},
        "def relu_gate(Z, G):\n    G[Z <= 0] = 0\n    return np.maximum(Z, 0), G",
    ),
    Wrong(
        "relu_gate",
        "in place on Z",
        {"relu_gate-shapes"},
        "def relu_gate(Z, G):\n    gate = Z > 0\n    Z[~gate] = 0\n    return Z, G * gate",
    ),
    Wrong(
        "relu_gate",
        "one maximum of all",
        {"relu_gate-example", "relu_gate-shapes"},
        "def relu_gate(Z, G):\n    return max(0, Z.max()), np.where(Z > 0, G, 0)",
    ),
    Wrong(
        "relu_gate",
        "loops over one axis",
        {"relu_gate-shapes"},
        """
def relu_gate(Z, G):
    H = [max(z, 0) for z in Z]
    return H, [g if z > 0 else 0 for z, g in zip(Z, G)]
""",
    ),
    Wrong(
        "relu_gate",
        "a tolerance",
        {"relu_gate-corner"},
        "def relu_gate(Z, G):\n    return np.maximum(Z, 0), np.where(Z > 1e-8, G, 0)",
    ),
    Wrong(
        "relu_gate",
        "order exchanged",
        RELU_GATE,
        "def relu_gate(Z, G):\n    return np.where(Z > 0, G, 0), np.maximum(Z, 0)",
    ),
    Wrong(
        "relu_gate",
        "an array of Z's type",
        {"relu_gate-shapes"},
        """
def relu_gate(Z, G):
    dz = np.zeros_like(Z)
    dz[Z > 0] = G[Z > 0]
    return np.maximum(Z, 0), dz
""",
    ),
    # --- Task 3: predict
    Wrong(
        "predict",
        "no ReLU",
        {"predict-example", "predict-outputs"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = (X @ W1.T + b1) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "ReLU behind the last layer",
        PREDICT,
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(np.maximum(X @ W1.T + b1, 0) @ W2.T + b2, 0)
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "first biases forgotten",
        {"predict-example", "predict-outputs"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "last biases forgotten",
        PREDICT,
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "weights not transposed",
        {"predict-example", "predict-outputs"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "softmax over the batch",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "softmax over everything",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max())
    return e / e.sum()
""",
    ),
    Wrong(
        "predict",
        "naive softmax",
        {"predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "naive sigmoid",
        {"predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        return 1 / (1 + np.exp(-Z))
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "both sigmoids, chosen afterwards",
        {"predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        return np.where(Z > 0, 1 / (1 + np.exp(-Z)), np.exp(Z) / (1 + np.exp(Z)))
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "sigmoid clipped",
        {"predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        return 1 / (1 + np.exp(-np.clip(Z, -20, 20)))
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "sigmoid of -z",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z < 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "sigmoid for negative scores from 1 minus",
        {"predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        right = 1 / (1 + np.exp(-np.abs(Z)))
        return np.where(Z > 0, right, 1 - right)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "ReLU for positive targets",
        {"predict-outputs"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.maximum(Z, 0)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "softplus for positive targets",
        {"predict-outputs"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.log1p(np.exp(Z))
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        "predict",
        "the class itself",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    return np.eye(Z.shape[1])[Z.argmax(axis=1)]
""",
    ),
    Wrong(
        "predict",
        "softmax with an epsilon",
        {"predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        e = np.exp(-np.abs(Z))
        return np.where(Z > 0, 1, e) / (1 + e)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / (e.sum(axis=1, keepdims=True) + 1e-6)
""",
    ),
    Wrong(
        "predict",
        "always the scores",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    return Z
""",
    ),
    Wrong(
        "predict",
        "a sum that does not stay beside its row",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    e = np.exp(-np.abs(Z))
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
    if target == "yes or no":
        return np.where(Z > 0, 1, e) / (1 + e)
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)
""",
    ),
    Wrong(
        "predict",
        "knows numbers and rates only",
        {"predict-outputs", "predict-stable"},
        """
def predict(X, W1, b1, W2, b2, target):
    Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    if target == "number":
        return Z
    if target == "positive":
        return np.exp(Z)
""",
    ),
    # --- Task 4: cross_entropy
    Wrong(
        "cross_entropy",
        "the sum of the losses",
        {"cross_entropy-example", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].sum(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "gradient of the sum",
        {"cross_entropy-gradient", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), slope
""",
    ),
    Wrong(
        "cross_entropy",
        "sum and its gradient",
        CROSS_ENTROPY,
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].sum(), slope
""",
    ),
    Wrong(
        "cross_entropy",
        "sign of the loss",
        {"cross_entropy-example", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return log_p[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "sign of the gradient",
        {"cross_entropy-gradient", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), -slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "probabilities for the gradient",
        {"cross_entropy-gradient", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    return -log_p[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "mean over classes too",
        {"cross_entropy-gradient", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), slope / slope.size
""",
    ),
    Wrong(
        "cross_entropy",
        "no maximum taken out",
        {"cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "one maximum for all rows",
        {"cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max()
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "softmax over the batch",
        CROSS_ENTROPY,
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=0, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "the logarithm of a probability",
        {"cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "an epsilon in the logarithm",
        {"cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y] + 1e-12).mean()
    p[rows, y] -= 1
    return loss, p / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "logarithm to base 2",
        {"cross_entropy-example", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean() / np.log(2), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "no logarithm",
        {"cross_entropy-example", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -np.exp(log_p)[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "all columns of y",
        CROSS_ENTROPY,
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[:, y] -= 1
    return -log_p[:, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "in place on the logits",
        {"cross_entropy-gradient"},
        """
def cross_entropy(Z, y):
    Z -= Z.max(axis=1, keepdims=True)
    shifted = Z
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean(), slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "a loss for each example",
        {"cross_entropy-example", "cross_entropy-extreme"},
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y], slope / len(y)
""",
    ),
    Wrong(
        "cross_entropy",
        "loss alone",
        CROSS_ENTROPY,
        """
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    slope = np.exp(log_p)
    slope[rows, y] -= 1
    return -log_p[rows, y].mean()
""",
    ),
    # --- Task 5: affine_gradient
    Wrong(
        "affine_gradient",
        "mean over the batch for dw",
        AFFINE_GRADIENT,
        """
def affine_gradient(X, W, G, lam):
    return G @ W, G.T @ X / len(X) + lam * W, G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "mean over the batch for db",
        AFFINE_GRADIENT,
        "def affine_gradient(X, W, G, lam):\n    return G @ W, G.T @ X + lam * W, G.mean(axis=0)",
    ),
    Wrong(
        "affine_gradient",
        "the penalty left out",
        {"affine_gradient-penalty"},
        "def affine_gradient(X, W, G, lam):\n    return G @ W, G.T @ X, G.sum(axis=0)",
    ),
    Wrong(
        "affine_gradient",
        "twice the penalty",
        {"affine_gradient-penalty"},
        """
def affine_gradient(X, W, G, lam):
    return G @ W, G.T @ X + 2 * lam * W, G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "the penalty divided by the batch",
        {"affine_gradient-penalty"},
        """
def affine_gradient(X, W, G, lam):
    return G @ W, G.T @ X + lam * W / len(X), G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "L1 for L2",
        {"affine_gradient-penalty"},
        """
def affine_gradient(X, W, G, lam):
    return G @ W, G.T @ X + lam * np.sign(W), G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "the penalty subtracted",
        {"affine_gradient-penalty"},
        "def affine_gradient(X, W, G, lam):\n    return G @ W, G.T @ X - lam * W, G.sum(axis=0)",
    ),
    Wrong(
        "affine_gradient",
        "penalty on the slope of the bias too",
        {"affine_gradient-penalty"},
        """
def affine_gradient(X, W, G, lam):
    return G @ W, G.T @ X + lam * W, G.sum(axis=0) + lam
""",
    ),
    Wrong(
        "affine_gradient",
        "dw transposed",
        AFFINE_GRADIENT,
        "def affine_gradient(X, W, G, lam):\n    return G @ W, X.T @ G + lam * W.T, G.sum(axis=0)",
    ),
    Wrong(
        "affine_gradient",
        "dw transposed where it fits",
        {"affine_gradient-shapes", "affine_gradient-penalty"},
        """
def affine_gradient(X, W, G, lam):
    dw = G.T @ X
    if dw.shape[0] == dw.shape[1]:
        dw = dw.T
    return G @ W, dw + lam * W, G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "dx with W transposed",
        AFFINE_GRADIENT,
        "def affine_gradient(X, W, G, lam):\n    return G @ W.T, G.T @ X + lam * W, G.sum(axis=0)",
    ),
    Wrong(
        "affine_gradient",
        "db for each example",
        AFFINE_GRADIENT,
        "def affine_gradient(X, W, G, lam):\n    return G @ W, G.T @ X + lam * W, G",
    ),
    Wrong(
        "affine_gradient",
        "db over the outputs",
        AFFINE_GRADIENT,
        "def affine_gradient(X, W, G, lam):\n    return G @ W, G.T @ X + lam * W, G.sum(axis=1)",
    ),
    Wrong(
        "affine_gradient",
        "slopes not used for dw",
        AFFINE_GRADIENT,
        """
def affine_gradient(X, W, G, lam):
    return G @ W, np.ones_like(G).T @ X + lam * W, G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "signs of a step",
        AFFINE_GRADIENT,
        """
def affine_gradient(X, W, G, lam):
    return -G @ W, -(G.T @ X + lam * W), -G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "the first example alone",
        AFFINE_GRADIENT,
        """
def affine_gradient(X, W, G, lam):
    return G @ W, np.outer(G[0], X[0]) + lam * W, G.sum(axis=0)
""",
    ),
    Wrong(
        "affine_gradient",
        "weights and biases alone",
        AFFINE_GRADIENT,
        "def affine_gradient(X, W, G, lam):\n    return G.T @ X + lam * W, G.sum(axis=0)",
    ),
    Wrong(
        "affine_gradient",
        "in place on the weights",
        {"affine_gradient-shapes"},
        """
def affine_gradient(X, W, G, lam):
    dx = G @ W
    W *= lam
    W += G.T @ X
    return dx, W, G.sum(axis=0)
""",
    ),
    # --- Task 6: gradient_check
    Wrong(
        "gradient_check",
        "one-sided",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta)) / h
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "divided by h",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / h
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "half of h",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / 2 * h
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "no absolute value",
        {"gradient_check-finds"},
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return (numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "the mean difference",
        {"gradient_check-example", "gradient_check-finds"},
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return np.abs(numeric - gradient(theta)).mean()
""",
    ),
    Wrong(
        "gradient_check",
        "the length of the difference",
        {"gradient_check-finds", "gradient_check-central"},
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return np.linalg.norm(numeric - gradient(theta))
""",
    ),
    Wrong(
        "gradient_check",
        "relative",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    g = gradient(theta)
    return (np.abs(numeric - g) / (np.abs(g) + 1e-8)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "an h of its own",
        {"gradient_check-central"},
        """
def gradient_check(f, gradient, theta, h):
    h = 1e-5
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "vectors only",
        {"gradient_check-finds"},
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(len(theta))
    for j in range(len(theta)):
        step = np.zeros(len(theta))
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "all coordinates at once",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = (f(theta + h) - f(theta - h)) / (2 * h)
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "theta flattened",
        {"gradient_check-finds", "gradient_check-central"},
        """
def gradient_check(f, gradient, theta, h):
    flat, numeric = theta.ravel(), np.zeros(theta.size)
    for j in range(theta.size):
        step = np.zeros(theta.size)
        step[j] = h
        numeric[j] = (f(flat + step) - f(flat - step)) / (2 * h)
    return np.abs(numeric - gradient(flat)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "in place, and whole numbers stay whole",
        {"gradient_check-central"},
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        old = theta[j]
        theta[j] = old + h
        up = f(theta)
        theta[j] = old - h
        down = f(theta)
        theta[j] = old
        numeric[j] = (up - down) / (2 * h)
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "in place and never put back",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    worst = 0.0
    for j in np.ndindex(theta.shape):
        theta[j] += h
        up = f(theta)
        theta[j] -= 2 * h
        worst = max(worst, abs((up - f(theta)) / (2 * h) - gradient(theta)[j]))
    return worst
""",
    ),
    Wrong(
        "gradient_check",
        "the last coordinate left out",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in list(np.ndindex(theta.shape))[:-1]:
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return np.abs(numeric - gradient(theta)).max()
""",
    ),
    Wrong(
        "gradient_check",
        "yes or no",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
    return np.allclose(numeric, gradient(theta))
""",
    ),
    Wrong(
        "gradient_check",
        "returns in the loop",
        GRADIENT_CHECK,
        """
def gradient_check(f, gradient, theta, h):
    numeric = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[j] = h
        numeric[j] = (f(theta + step) - f(theta - step)) / (2 * h)
        return np.abs(numeric - gradient(theta)).max()
""",
    ),
    # --- Task 7: compare_scales
    Wrong(
        "compare_scales",
        "variances",
        {"compare_scales-example", "compare_scales-scales"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)))
        he.append((2 / d))
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "He by outputs",
        {"compare_scales-example", "compare_scales-scales"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / m) ** 0.5)
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "He without the 2",
        {"compare_scales-example", "compare_scales-scales"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((1 / d) ** 0.5)
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "Xavier without the 2",
        {"compare_scales-example", "compare_scales-scales"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((1 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "Xavier's uniform limit",
        {"compare_scales-example", "compare_scales-scales"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((6 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "Xavier by inputs",
        {"compare_scales-example", "compare_scales-scales"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((1 / d) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "factors added",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 0.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left += d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "last layer's factor alone",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left = d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "no half for the ReLU",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= 2 * d / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "s not squared",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= 0.5 * d * xavier[-1]
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "outputs for inputs in what is left",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= m / (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "the root of what is left",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= (d / (d + m)) ** 0.5
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "He's rule for what is left",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= 0.5 * d * he[-1] ** 2
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "last layer without a ReLU",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= d / (d + m)
    left /= sizes[-2] / (sizes[-2] + sizes[-1])
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "two layers only",
        {"compare_scales-scales", "compare_scales-left"},
        """
def compare_scales(sizes):
    a, b, c = sizes
    xavier = [(2 / (a + b)) ** 0.5, (2 / (b + c)) ** 0.5]
    return xavier, [(2 / a) ** 0.5, (2 / b) ** 0.5], a / (a + b) * b / (b + c)
""",
    ),
    Wrong(
        "compare_scales",
        "whole-number division",
        {"compare_scales-example", "compare_scales-left"},
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= d // (d + m)
    return xavier, he, left
""",
    ),
    Wrong(
        "compare_scales",
        "first layer left out",
        COMPARE_SCALES,
        """
def compare_scales(sizes):
    xavier, he, left = [], [], 1.0
    for d, m in pairwise(sizes[1:]):
        xavier.append((2 / (d + m)) ** 0.5)
        he.append((2 / d) ** 0.5)
        left *= d / (d + m)
    return xavier, he, left
""",
    ),
    # --- Task 8: dropout
    Wrong(
        "dropout",
        "no scaling",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p > U, 0, H)
""",
    ),
    Wrong(
        "dropout",
        "scaled down",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p > U, 0, H * (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "divided by p",
        {"dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p > U, 0, H / max(p, 1e-9))
""",
    ),
    Wrong(
        "dropout",
        "p is the share that is kept",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p <= U, 0, H / max(p, 1e-9))
""",
    ),
    Wrong(
        "dropout",
        "the wrong ones dropped",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p <= U, 0, H / (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "dropped at p too",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p >= U, 0, H / (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "scaled after training",
        {"dropout-testing"},
        """
def dropout(H, U, p, training):
    if not training:
        return H * (1 - p)
    return np.where(p > U, 0, H / (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "the old form: scaled after training, not in it",
        DROPOUT,
        """
def dropout(H, U, p, training):
    if not training:
        return H * (1 - p)
    return np.where(p > U, 0, H)
""",
    ),
    Wrong(
        "dropout",
        "always on",
        {"dropout-testing"},
        "def dropout(H, U, p, training):\n    return np.where(p > U, 0, H / (1 - p))",
    ),
    Wrong(
        "dropout",
        "on after training",
        DROPOUT,
        """
def dropout(H, U, p, training):
    if training:
        return H
    return np.where(p > U, 0, H / (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "in place",
        {"dropout-values"},
        """
def dropout(H, U, p, training):
    if training:
        H[p > U] = 0
        H /= 1 - p
    return H
""",
    ),
    Wrong(
        "dropout",
        "random numbers of its own",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p > np.random.default_rng(0).uniform(size=H.shape), 0, H / (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "random numbers multiplied",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p > U, 0, H * U / (1 - p))
""",
    ),
    Wrong(
        "dropout",
        "scaled by the share that happened to be kept",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return np.where(p > U, 0, H / max(np.mean(p <= U), 1e-9))
""",
    ),
    Wrong(
        "dropout",
        "kept ones only",
        {"dropout-example", "dropout-values"},
        """
def dropout(H, U, p, training):
    if not training:
        return H
    return H[p <= U] / (1 - p)
""",
    ),
    Wrong("dropout", "never on", DROPOUT, "def dropout(H, U, p, training):\n    return H"),
    # --- Task 9: layer_norm
    Wrong(
        "layer_norm",
        "batch normalization",
        {"layer_norm-batch"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=0, keepdims=True)
    variance = H.var(axis=0, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "over the whole batch",
        {"layer_norm-batch"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean()
    variance = H.var()
    return gamma * (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "divided by the variance",
        LAYER_NORM,
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) / (variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "variance over m - 1",
        LAYER_NORM,
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, ddof=1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "no eps",
        {"layer_norm-small"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "eps behind the root",
        {"layer_norm-small"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) / (np.sqrt(variance) + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "an eps of its own",
        {"layer_norm-batch", "layer_norm-small"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance + 1e-5) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "eps as a floor",
        {"layer_norm-small"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(np.maximum(variance, eps)) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "no beta",
        LAYER_NORM,
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance + eps)
""",
    ),
    Wrong(
        "layer_norm",
        "no gamma",
        {"layer_norm-example", "layer_norm-batch"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "neither",
        LAYER_NORM,
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return (H - mean) / np.sqrt(variance + eps)
""",
    ),
    Wrong(
        "layer_norm",
        "beta scaled too",
        {"layer_norm-batch", "layer_norm-small"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * ((H - mean) / np.sqrt(variance + eps) + beta)
""",
    ),
    Wrong(
        "layer_norm",
        "mean not taken away",
        LAYER_NORM,
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * H / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "not divided",
        LAYER_NORM,
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    return gamma * (H - mean) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "only batches",
        {"layer_norm-example", "layer_norm-small"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=1, keepdims=True)
    variance = H.var(axis=1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "no keepdims",
        {"layer_norm-batch"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1)
    variance = H.var(axis=-1)
    return gamma * (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "mean square for the variance",
        {"layer_norm-example", "layer_norm-batch"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = (H**2).mean(axis=-1, keepdims=True)
    return gamma * (H - mean) / np.sqrt(variance + eps) + beta
""",
    ),
    Wrong(
        "layer_norm",
        "in place",
        {"layer_norm-batch"},
        """
def layer_norm(H, gamma, beta, eps):
    mean = H.mean(axis=-1, keepdims=True)
    variance = H.var(axis=-1, keepdims=True)
    H -= mean
    H /= np.sqrt(variance + eps)
    return gamma * H + beta
""",
    ),
    # --- Task 10: losses
    Wrong(
        "losses",
        "sums",
        {"losses-squared", "losses-absolute", "losses-binary"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.sum(), slope
""",
    ),
    Wrong(
        "losses",
        "gradient of the sum",
        {"losses-squared", "losses-absolute", "losses-binary"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope
""",
    ),
    Wrong(
        "losses",
        "divided by the number of rows",
        {"losses-squared", "losses-absolute", "losses-binary"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.sum() / len(z), slope / len(z)
""",
    ),
    Wrong(
        "losses",
        "no 2 in the slope of the square",
        {"losses-squared"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, z - y
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "half a square",
        {"losses-squared"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2 / 2, z - y
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "slopes in y",
        LOSSES,
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), -slope / z.size
""",
    ),
    Wrong(
        "losses",
        "size of the error in the slope of the absolute value",
        {"losses-absolute"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.abs(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "slope 1 in the corner",
        {"losses-absolute"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.where(z >= y, 1.0, -1.0)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "slope -1 in the corner",
        {"losses-absolute"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.where(z > y, 1.0, -1.0)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "a division for the sign",
        {"losses-absolute"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), (z - y) / (np.abs(z - y) + 1e-3)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "a median",
        {"losses-squared", "losses-absolute", "losses-binary"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return np.median(each), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "naive binary",
        {"losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        p = 1 / (1 + np.exp(-z))
        each = -(y * np.log(p) + (1 - y) * np.log(1 - p))
        slope = p - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "clipped probabilities",
        {"losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        p = np.clip(np.where(z > 0, 1, e) / (1 + e), 1e-12, 1 - 1e-12)
        each = -(y * np.log(p) + (1 - y) * np.log(1 - p))
        slope = p - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "log for log1p",
        {"losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log(1 + e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "softplus without the absolute value",
        {"losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        each = np.log1p(np.exp(z)) - y * z
        slope = 1 / (1 + np.exp(-z)) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "yes and no exchanged",
        {"losses-binary", "losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - (1 - y) * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "slope in p",
        {"losses-binary", "losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
        slope = slope * (1 + e) ** 2 / e
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "slope of the sigmoid once too often",
        {"losses-binary", "losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
        slope = slope * e / (1 + e) ** 2
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "scores for probabilities",
        {"losses-binary", "losses-extreme"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = z - y
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "only whole labels",
        {"losses-binary"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        signed = np.where(y == 1, z, -z)
        each = np.maximum(-signed, 0) + np.log1p(np.exp(-np.abs(z)))
        e = np.exp(-np.abs(z))
        slope = np.where(z > 0, 1, e) / (1 + e) - (y == 1)
    return each.mean(), slope / z.size
""",
    ),
    Wrong(
        "losses",
        "a loss for each element",
        {"losses-squared", "losses-absolute", "losses-binary"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        each, slope = np.abs(z - y), np.sign(z - y)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each, slope / z.size
""",
    ),
    Wrong(
        "losses",
        "in place on the scores",
        {"losses-absolute"},
        """
def losses(kind, z, y):
    if kind == "squared":
        each, slope = (z - y) ** 2, 2 * (z - y)
    elif kind == "absolute":
        z -= y
        each, slope = np.abs(z), np.sign(z)
    else:
        e = np.exp(-np.abs(z))
        each = np.maximum(z, 0) - y * z + np.log1p(e)
        slope = np.where(z > 0, 1, e) / (1 + e) - y
    return each.mean(), slope / z.size
""",
    ),
]

RIGHT = [
    Right(
        "affine",
        "einsum",
        """
def affine(X, W, b):
    m, d = W.shape
    if X.shape[-1:] != (d,) or b.shape != (m,):
        raise ValueError(f"X has shape {X.shape}, W {W.shape}, b {b.shape}")
    return np.einsum("...d,md->...m", X, W) + b
""",
    ),
    Right(
        "affine",
        "loops over units",
        """
def affine(X, W, b):
    shapes = f"{X.shape} {W.shape} {b.shape}"
    if X.shape[-1] != W.shape[-1]:
        raise ValueError("inputs: " + shapes)
    if b.ndim != 1 or len(b) != len(W):
        raise ValueError("biases: " + shapes)
    columns = [X @ W[j] + b[j] for j in range(len(W))]
    return np.stack(columns, axis=-1)
""",
    ),
    Right(
        "affine",
        "bias as one more weight",
        """
def affine(X, W, b):
    if X.shape[-1] != W.shape[1] or b.shape != W.shape[:1]:
        raise ValueError(f"X {X.shape}, W {W.shape}, b {b.shape}")
    ones = np.ones((*X.shape[:-1], 1))
    return np.concatenate([X, ones], axis=-1) @ np.column_stack([W, b]).T
""",
    ),
    Right(
        "relu_gate",
        "a product with the gate",
        "def relu_gate(Z, G):\n    gate = Z > 0\n    return Z * gate, G * gate",
    ),
    Right(
        "relu_gate",
        "copies changed in place",
        """
def relu_gate(Z, G):
    H, back = Z.copy(), G.copy()
    H[Z <= 0] = 0
    back[Z <= 0] = 0
    return H, back
""",
    ),
    Right(
        "relu_gate",
        "Heaviside",
        "def relu_gate(Z, G):\n    slope = np.heaviside(Z, 0)\n    return Z * slope, slope * G",
    ),
    Right(
        "predict",
        "through logarithms",
        """
def predict(X, W1, b1, W2, b2, target):
    hidden = X @ W1.T + b1
    hidden = hidden * (hidden > 0)
    scores = hidden @ W2.T + b2
    if target == "class":
        shifted = scores - scores.max(axis=1)[:, None]
        return np.exp(shifted - np.log(np.exp(shifted).sum(axis=1))[:, None])
    if target == "yes or no":
        return np.exp(-np.logaddexp(0, -scores))
    return np.exp(scores) if target == "positive" else scores
""",
    ),
    Right(
        "predict",
        "example by example",
        """
def predict(X, W1, b1, W2, b2, target):
    answers = []
    for x in X:
        z = W2 @ np.maximum(W1 @ x + b1, 0) + b2
        if target == "positive":
            z = np.exp(z)
        elif target == "yes or no":
            z = np.array([1 / (1 + np.exp(-s)) if s >= 0 else np.exp(s) / (1 + np.exp(s)) for s in z])
        elif target == "class":
            z = np.exp(z - z.max())
            z = z / z.sum()
        answers.append(z)
    return np.array(answers)
""",
    ),
    Right(
        "cross_entropy",
        "logaddexp and one-hot labels",
        """
def cross_entropy(Z, y):
    B, C = Z.shape
    lse = np.logaddexp.reduce(Z, axis=1)
    right = np.eye(C)[y]
    loss = np.mean(lse - (Z * right).sum(axis=1))
    return loss, (np.exp(Z - lse[:, None]) - right) / B
""",
    ),
    Right(
        "cross_entropy",
        "row by row",
        """
def cross_entropy(Z, y):
    total, gradient = 0.0, []
    for z, label in zip(Z, y):
        m = max(z)
        lse = m + np.log(sum(np.exp(z - m)))
        total += lse - z[label]
        row = np.exp(z - lse)
        row[label] -= 1
        gradient.append(row / len(y))
    return total / len(y), np.array(gradient)
""",
    ),
    Right(
        "affine_gradient",
        "einsum",
        """
def affine_gradient(X, W, G, lam):
    dw = np.einsum('bm,bd->md', G, X)
    return np.einsum('bm,md->bd', G, W), dw + lam * W, np.einsum('bm->m', G)
""",
    ),
    Right(
        "affine_gradient",
        "a sum of outer products",
        """
def affine_gradient(X, W, G, lam):
    dw, db = lam * W, np.zeros(len(W))
    for x, g in zip(X, G):
        dw = dw + np.outer(g, x)
        db = db + g
    return np.array([W.T @ g for g in G]), dw, db
""",
    ),
    Right(
        "affine_gradient",
        "ones for the biases",
        """
def affine_gradient(X, W, G, lam):
    return G.dot(W), (X.T @ G).T + W * lam, np.ones(len(G)) @ G
""",
    ),
    Right(
        "gradient_check",
        "the worst so far",
        """
def gradient_check(f, gradient, theta, h):
    worst, slopes = 0.0, np.asarray(gradient(theta))
    for j in np.ndindex(theta.shape):
        up, down = theta.astype(float), theta.astype(float)
        up[j] += h
        down[j] -= h
        worst = max(worst, abs((f(up) - f(down)) / (2 * h) - slopes[j]))
    return worst
""",
    ),
    Right(
        "gradient_check",
        "rows of an identity matrix",
        """
def gradient_check(f, gradient, theta, h):
    steps = h * np.eye(theta.size).reshape(-1, *theta.shape)
    slopes = [(f(theta + e) - f(theta - e)) / (2 * h) for e in steps]
    return max(abs(np.array(slopes) - np.ravel(gradient(theta))))
""",
    ),
    Right(
        "compare_scales",
        "arrays",
        """
def compare_scales(sizes):
    sizes = np.array(sizes, dtype=float)
    d, m = sizes[:-1], sizes[1:]
    xavier, he = np.sqrt(2 / (d + m)), np.sqrt(2 / d)
    return xavier, he, np.prod(d * xavier**2 / 2)
""",
    ),
    Right(
        "compare_scales",
        "comprehensions",
        """
def compare_scales(sizes):
    layers = list(zip(sizes, sizes[1:]))
    xavier = [np.sqrt(2 / sum(layer)) for layer in layers]
    left = 1
    for (d, _), s in zip(layers, xavier):
        left = left * 0.5 * d * s * s
    return xavier, [np.sqrt(2 / d) for d, _ in layers], left
""",
    ),
    Right(
        "dropout",
        "a mask",
        """
def dropout(H, U, p, training):
    keep = 1 - p
    mask = (p <= U) / keep if training else np.ones(H.shape)
    return H * mask
""",
    ),
    Right(
        "dropout",
        "a copy",
        """
def dropout(H, U, p, training):
    out = H.copy()
    if training:
        out = out / (1 - p)
        out[p > U] = 0
    return out
""",
    ),
    Right(
        "layer_norm",
        "the variance by hand",
        """
def layer_norm(H, gamma, beta, eps):
    centered = H - np.mean(H, axis=-1, keepdims=True)
    square = np.mean(centered**2, axis=-1, keepdims=True)
    return beta + gamma * centered * (square + eps) ** -0.5
""",
    ),
    Right(
        "layer_norm",
        "through the transpose",
        """
def layer_norm(H, gamma, beta, eps):
    columns = H.T
    normal = (columns - columns.mean(axis=0)) / np.sqrt(columns.var(axis=0) + eps)
    return normal.T * gamma + beta
""",
    ),
    Right(
        "losses",
        "logaddexp",
        """
def losses(kind, z, y):
    d, n = z - y, np.size(z)
    if kind == "squared":
        return np.sum(d * d) / n, 2 * d / n
    if kind == "absolute":
        return np.sum(np.abs(d)) / n, ((d > 0) * 1.0 - (d < 0)) / n
    no, yes = np.logaddexp(0, z), np.logaddexp(0, -z)
    # p - y = p (1 - y) - (1 - p) y keeps the digits of both small probabilities
    return np.sum(y * yes + (1 - y) * no) / n, (np.exp(-yes) * (1 - y) - np.exp(-no) * y) / n
""",
    ),
    Right(
        "losses",
        "element by element",
        """
def losses(kind, z, y):
    values, slopes = [], []
    for s, t in zip(z.ravel().tolist(), y.ravel().tolist()):
        if kind == "squared":
            values.append((s - t) ** 2)
            slopes.append(2 * (s - t))
        elif kind == "absolute":
            values.append(abs(s - t))
            slopes.append((s > t) - (s < t))
        else:
            e = np.exp(-abs(s))
            values.append(max(s, 0) - t * s + np.log1p(e))
            slopes.append((1 if s > 0 else e) / (1 + e) - t)
    return sum(values) / len(values), np.reshape(slopes, z.shape) / len(values)
""",
    ),
    Right(
        "losses",
        "softplus minus y z",
        """
def losses(kind, z, y):
    if kind == "squared":
        return np.mean((z - y) ** 2), 2 * (z - y) / z.size
    if kind == "absolute":
        return np.mean(abs(z - y)), np.sign(z - y) / z.size
    p = np.exp(-np.logaddexp(0, -z))
    return np.mean(np.logaddexp(0, z) - y * z), (p - y) / z.size
""",
    ),
]

SAME = "the same numbers"
EQUIVALENT = {
    (
        "relu_gate",
        "return (np.maximum(Z, 0), np.where(Z > 0, G, 0)) -> "
        "return (np.maximum(0, Z), np.where(Z > 0, G, 0))",
    ): SAME,
    (
        "predict",
        "Z = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2 -> Z = np.maximum(0, X @ W1.T + b1) @ W2.T + b2",
    ): SAME,
    (
        "predict",
        "return np.where(Z > 0, 1, e) / (1 + e) -> return np.where(Z >= 0, 1, e) / (1 + e)",
    ): "at Z = 0 the two forms are equal: e is 1",
    (
        "gradient_check",
        "numeric = np.zeros(theta.shape) -> numeric = np.ones(theta.shape)",
    ): "every element is overwritten",
    (
        "gradient_check",
        "return np.abs(numeric - gradient(theta)).max() -> return np.abs(gradient(theta) - numeric).max()",
    ): SAME,
    (
        "losses",
        "each, slope = ((z - y) ** 2, 2 * (z - y)) -> each, slope = ((y - z) ** 2, 2 * (z - y))",
    ): SAME,
    (
        "losses",
        "each, slope = (np.abs(z - y), np.sign(z - y)) -> each, slope = (np.abs(y - z), np.sign(z - y))",
    ): SAME,
    (
        "losses",
        "each = np.maximum(z, 0) - y * z + np.log1p(e) -> each = np.maximum(0, z) - y * z + np.log1p(e)",
    ): SAME,
    (
        "losses",
        "slope = np.where(z > 0, 1, e) / (1 + e) - y -> slope = np.where(z >= 0, 1, e) / (1 + e) - y",
    ): "at z = 0 the two forms are equal: e is 1",
}
