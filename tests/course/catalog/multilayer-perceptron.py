"""Answers to the multilayer perceptron assignment that students may give, wrong and right."""

from assignment import Right, Wrong

RELU = {"relu-example", "relu-corner", "relu-shapes"}
SIGMOID = {"sigmoid-example", "sigmoid-slope", "sigmoid-extreme"}
TWIN = {"tanh_twin-example", "tanh_twin-random", "tanh_twin-pure"}
GELU = {"gelu-example", "gelu-values", "gelu-shapes"}
SWIGLU = {"swiglu-example", "swiglu-batch", "swiglu-gate"}
COLLAPSE = {"collapse-example", "collapse-many", "collapse-single"}
MLP = {"mlp-example", "mlp-single", "mlp-deep", "mlp-pure"}
INTERPOLATE = {"interpolate-example", "interpolate-knots", "interpolate-between", "interpolate-rate"}
TENT = {"tent_network-one", "tent_network-deep", "tent_network-narrow"}

WRONG = [
    # ------------------------------------------------------------------ Task 1: relu(z)
    Wrong(
        "relu",
        "slope one at zero",
        {"relu-corner"},
        "def relu(z):\n    return np.maximum(z, 0), np.where(z >= 0, 1, 0)",
    ),
    Wrong(
        "relu",
        "slope one half at zero",
        {"relu-corner"},
        "def relu(z):\n    return np.maximum(z, 0), np.heaviside(z, 0.5)",
    ),
    Wrong(
        "relu",
        "slope from a division, with an epsilon",
        {"relu-corner", "relu-shapes"},
        "def relu(z):\n    value = np.maximum(z, 0)\n    return value, value / (z + 1e-12)",
    ),
    Wrong(
        "relu",
        "the sign for the slope",
        RELU,
        "def relu(z):\n    return np.maximum(z, 0), np.sign(z)",
    ),
    Wrong(
        "relu",
        "the value for the slope",
        RELU,
        "def relu(z):\n    return np.maximum(z, 0), np.maximum(z, 0)",
    ),
    Wrong(
        "relu",
        "min for max",
        {"relu-example", "relu-shapes"},
        "def relu(z):\n    return np.minimum(z, 0), np.where(z > 0, 1, 0)",
    ),
    Wrong(
        "relu",
        "leaky",
        RELU,
        "def relu(z):\n    return np.where(z > 0, z, 0.01 * z), np.where(z > 0, 1, 0.01)",
    ),
    Wrong(
        "relu",
        "the absolute value",
        {"relu-example", "relu-shapes"},
        "def relu(z):\n    return np.abs(z), np.where(z > 0, 1, 0)",
    ),
    Wrong(
        "relu",
        "one maximum of the whole array",
        {"relu-example", "relu-shapes"},
        "def relu(z):\n    return max(0, np.max(z)), np.where(z > 0, 1, 0)",
    ),
    Wrong(
        "relu",
        "in place on the input",
        {"relu-shapes"},
        "def relu(z):\n    slope = np.where(z > 0, 1, 0)\n    z[z < 0] = 0\n    return z, slope",
    ),
    Wrong(
        "relu",
        "loops over one axis only",
        {"relu-shapes"},
        "def relu(z):\n    return [v if v > 0 else 0 for v in z], [1 if v > 0 else 0 for v in z]",
    ),
    Wrong("relu", "the value alone", RELU, "def relu(z):\n    return np.maximum(z, 0)"),
    Wrong("relu", "no return", RELU, "def relu(z):\n    value = np.maximum(z, 0)"),
    Wrong(
        "relu",
        "slope in the order of the value's place",
        RELU,
        "def relu(z):\n    return np.where(z > 0, 1, 0), np.maximum(z, 0)",
    ),
    # ------------------------------------------------------------------ Task 2: sigmoid(z)
    Wrong(
        "sigmoid",
        "the first formula as it stands",
        {"sigmoid-extreme"},
        "def sigmoid(z):\n    p = 1 / (1 + np.exp(-z))\n    return p, p * (1 - p)",
    ),
    Wrong(
        "sigmoid",
        "the second formula as it stands",
        {"sigmoid-extreme"},
        "def sigmoid(z):\n    p = np.exp(z) / (1 + np.exp(z))\n    return p, p * (1 - p)",
    ),
    Wrong(
        "sigmoid",
        "both formulas, chosen afterwards",
        {"sigmoid-extreme"},
        """
def sigmoid(z):
    p = np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))
    return p, p * (1 - p)
""",
    ),
    Wrong(
        "sigmoid",
        "clipped",
        {"sigmoid-extreme"},
        "def sigmoid(z):\n    p = 1 / (1 + np.exp(-np.clip(z, -20, 20)))\n    return p, p * (1 - p)",
    ),
    Wrong(
        "sigmoid",
        "one minus the value on the other side",
        {"sigmoid-extreme"},
        """
def sigmoid(z):
    right = 1 / (1 + np.exp(-np.abs(z)))
    p = np.where(z >= 0, right, 1 - right)
    return p, p * (1 - p)
""",
    ),
    Wrong(
        "sigmoid",
        "the sigmoid of -z",
        {"sigmoid-example", "sigmoid-extreme"},
        """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    p = np.where(z < 0, 1, e) / (1 + e)
    return p, p * (1 - p)
""",
    ),
    Wrong(
        "sigmoid",
        "the sigmoid of |z|",
        {"sigmoid-example", "sigmoid-extreme"},
        "def sigmoid(z):\n    p = 1 / (1 + np.exp(-np.abs(z)))\n    return p, p * (1 - p)",
    ),
    Wrong(
        "sigmoid",
        "tanh",
        SIGMOID,
        "def sigmoid(z):\n    p = np.tanh(z)\n    return p, 1 - p**2",
    ),
    Wrong(
        "sigmoid",
        "tanh of half, not shifted",
        {"sigmoid-example", "sigmoid-slope", "sigmoid-extreme"},
        "def sigmoid(z):\n    p = np.tanh(z / 2)\n    return p, p * (1 - p)",
    ),
    Wrong(
        "sigmoid",
        "slope from z instead of the value",
        {"sigmoid-slope", "sigmoid-extreme"},
        """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e), z * (1 - z)
""",
    ),
    Wrong(
        "sigmoid",
        "slope of tanh",
        {"sigmoid-slope"},
        """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, e) / (1 + e)
    return p, 1 - (2 * p - 1) ** 2
""",
    ),
    Wrong(
        "sigmoid",
        "slope with a sign",
        {"sigmoid-slope"},
        """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, e) / (1 + e)
    return p, p * (p - 1)
""",
    ),
    Wrong(
        "sigmoid",
        "in place on the input",
        {"sigmoid-slope"},
        """
def sigmoid(z):
    positive = z >= 0
    np.abs(z, out=z)
    e = np.exp(-z)
    p = np.where(positive, 1, e) / (1 + e)
    return p, p * (1 - p)
""",
    ),
    Wrong(
        "sigmoid",
        "the value alone",
        SIGMOID,
        "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)",
    ),
    Wrong("sigmoid", "no return", SIGMOID, "def sigmoid(z):\n    p = np.exp(-np.abs(z))"),
    # ------------------------------------------------------------------ Task 3: tanh_twin(W1, b1, w2, b2)
    Wrong(
        "tanh_twin",
        "unchanged",
        TWIN,
        "def tanh_twin(W1, b1, w2, b2):\n    return W1, b1, w2, b2",
    ),
    Wrong(
        "tanh_twin",
        "twice instead of half inside",
        {"tanh_twin-example", "tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return 2 * W1, 2 * b1, w2 / 2, b2 + w2.sum() / 2",
    ),
    Wrong(
        "tanh_twin",
        "twice instead of half outside",
        {"tanh_twin-example", "tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1 / 2, 2 * w2, b2 - w2.sum()",
    ),
    Wrong(
        "tanh_twin",
        "the constant forgotten",
        {"tanh_twin-example", "tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1 / 2, w2 / 2, b2",
    ),
    Wrong(
        "tanh_twin",
        "the inner bias forgotten",
        {"tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1, w2 / 2, b2 + w2.sum() / 2",
    ),
    Wrong(
        "tanh_twin",
        "one half for the whole layer",
        {"tanh_twin-example", "tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1 / 2, w2 / 2, b2 + 1 / 2",
    ),
    Wrong(
        "tanh_twin",
        "the constant averaged over the units",
        {"tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1 / 2, w2 / 2, b2 + w2.mean() / 2",
    ),
    Wrong(
        "tanh_twin",
        "the outer bias halved",
        {"tanh_twin-example", "tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1 / 2, w2 / 2, b2 / 2 + w2.sum() / 2",
    ),
    Wrong(
        "tanh_twin",
        "outer weights unchanged",
        {"tanh_twin-example", "tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1 / 2, b1 / 2, w2, b2 - w2.sum() / 2",
    ),
    Wrong(
        "tanh_twin",
        "in place",
        {"tanh_twin-pure"},
        """
def tanh_twin(W1, b1, w2, b2):
    constant = w2.sum() / 2
    W1 /= 2
    b1 /= 2
    w2 /= 2
    return W1, b1, w2, b2 + constant
""",
    ),
    Wrong(
        "tanh_twin",
        "transposed",
        {"tanh_twin-random"},
        "def tanh_twin(W1, b1, w2, b2):\n    return W1.T / 2, b1 / 2, w2 / 2, b2 + w2.sum() / 2",
    ),
    Wrong(
        "tanh_twin",
        "the worked example, by heart",
        TWIN - {"tanh_twin-example", "tanh_twin-pure"},
        """
def tanh_twin(W1, b1, w2, b2):
    return np.array([[1.0]]), np.array([0.0]), np.array([2.0]), 1.0
""",
    ),
    Wrong("tanh_twin", "no return", TWIN, "def tanh_twin(W1, b1, w2, b2):\n    W = W1 / 2"),
    # ------------------------------------------------------------------ Task 4: gelu(z)
    Wrong(
        "gelu",
        "the tanh approximation",
        {"gelu-values"},
        """
def gelu(z):
    return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))
""",
    ),
    Wrong(
        "gelu",
        "the sigmoid approximation",
        GELU,
        "def gelu(z):\n    return z / (1 + np.exp(-1.702 * z))",
    ),
    Wrong("gelu", "the SiLU", GELU, "def gelu(z):\n    return z / (1 + np.exp(-z))"),
    Wrong("gelu", "the ReLU", GELU, "def gelu(z):\n    return np.maximum(z, 0)"),
    Wrong(
        "gelu",
        "Phi alone",
        GELU,
        "def gelu(z):\n    return (1 + np.vectorize(erf)(z / np.sqrt(2))) / 2",
    ),
    Wrong(
        "gelu",
        "without the square root of two",
        GELU,
        "def gelu(z):\n    return z * (1 + np.vectorize(erf)(z)) / 2",
    ),
    Wrong(
        "gelu",
        "two instead of its square root",
        GELU,
        "def gelu(z):\n    return z * (1 + np.vectorize(erf)(z / 2)) / 2",
    ),
    Wrong(
        "gelu",
        "the half missing",
        GELU,
        "def gelu(z):\n    return z * (1 + np.vectorize(erf)(z / np.sqrt(2)))",
    ),
    Wrong(
        "gelu",
        "minus erf",
        GELU,
        "def gelu(z):\n    return z * (1 - np.vectorize(erf)(z / np.sqrt(2))) / 2",
    ),
    Wrong(
        "gelu",
        "the density",
        GELU,
        "def gelu(z):\n    return z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)",
    ),
    Wrong(
        "gelu",
        "loops over one axis only",
        {"gelu-shapes"},
        "def gelu(z):\n    return np.array([v * (1 + erf(v / np.sqrt(2))) / 2 for v in z])",
    ),
    Wrong(
        "gelu",
        "flattened",
        {"gelu-shapes"},
        "def gelu(z):\n    return np.array([v * (1 + erf(v / np.sqrt(2))) / 2 for v in z.flat])",
    ),
    Wrong(
        "gelu",
        "into an array of the input's type",
        {"gelu-shapes"},
        """
def gelu(z):
    out = np.zeros_like(z)
    for index, v in np.ndenumerate(z):
        out[index] = v * (1 + erf(v / np.sqrt(2))) / 2
    return out
""",
    ),
    Wrong(
        "gelu",
        "in place on the input",
        {"gelu-shapes"},
        """
def gelu(z):
    for index, v in np.ndenumerate(z):
        z[index] = v * (1 + erf(v / np.sqrt(2))) / 2
    return z
""",
    ),
    Wrong("gelu", "erf of an array", GELU, "def gelu(z):\n    return z * (1 + erf(z / np.sqrt(2))) / 2"),
    Wrong("gelu", "no return", GELU, "def gelu(z):\n    Phi = (1 + np.vectorize(erf)(z / 2**0.5)) / 2"),
    # ------------------------------------------------------------------ Task 5: swiglu(X, W1, W2)
    Wrong(
        "swiglu",
        "the other matrix gated",
        SWIGLU,
        """
def swiglu(X, W1, W2):
    a, g = X @ W2.T, X @ W1.T
    return a * g / (1 + np.exp(-g))
""",
    ),
    Wrong(
        "swiglu",
        "gated by a sigmoid",
        {"swiglu-example", "swiglu-batch", "swiglu-gate"},
        "def swiglu(X, W1, W2):\n    return (X @ W1.T) / (1 + np.exp(-(X @ W2.T)))",
    ),
    Wrong(
        "swiglu",
        "gated by a ReLU",
        {"swiglu-example", "swiglu-batch"},
        "def swiglu(X, W1, W2):\n    return (X @ W1.T) * np.maximum(X @ W2.T, 0)",
    ),
    Wrong(
        "swiglu",
        "no sigmoid",
        SWIGLU,
        "def swiglu(X, W1, W2):\n    return (X @ W1.T) * (X @ W2.T)",
    ),
    Wrong(
        "swiglu",
        "the gate alone",
        SWIGLU,
        "def swiglu(X, W1, W2):\n    g = X @ W2.T\n    return g / (1 + np.exp(-g))",
    ),
    Wrong(
        "swiglu",
        "added",
        SWIGLU,
        "def swiglu(X, W1, W2):\n    g = X @ W2.T\n    return X @ W1.T + g / (1 + np.exp(-g))",
    ),
    Wrong(
        "swiglu",
        "the sign in the exponent",
        SWIGLU,
        "def swiglu(X, W1, W2):\n    g = X @ W2.T\n    return (X @ W1.T) * g / (1 + np.exp(g))",
    ),
    Wrong(
        "swiglu",
        "not transposed",
        SWIGLU,
        "def swiglu(X, W1, W2):\n    g = X @ W2\n    return (X @ W1) * g / (1 + np.exp(-g))",
    ),
    Wrong(
        "swiglu",
        "the transpose of the answer",
        SWIGLU,
        "def swiglu(X, W1, W2):\n    g = W2 @ X.T\n    return (W1 @ X.T) * g / (1 + np.exp(-g))",
    ),
    Wrong(
        "swiglu",
        "summed over the units",
        SWIGLU,
        """
def swiglu(X, W1, W2):
    g = X @ W2.T
    return ((X @ W1.T) * g / (1 + np.exp(-g))).sum(axis=1)
""",
    ),
    Wrong(
        "swiglu",
        "the first row only",
        {"swiglu-batch", "swiglu-gate"},
        "def swiglu(X, W1, W2):\n    g = W2 @ X[0]\n    return [(W1 @ X[0]) * g / (1 + np.exp(-g))]",
    ),
    Wrong(
        "swiglu",
        "in place on X",
        {"swiglu-batch"},
        """
def swiglu(X, W1, W2):
    a, g = X @ W1.T, X @ W2.T
    X *= 0
    return a * g / (1 + np.exp(-g))
""",
    ),
    Wrong("swiglu", "no return", SWIGLU, "def swiglu(X, W1, W2):\n    gate = X @ W2.T"),
    # ------------------------------------------------------------------ Task 6: collapse(layers)
    Wrong(
        "collapse",
        "the wrong order of the product",
        {"collapse-example", "collapse-many", "collapse-single"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = W @ V, V @ b + c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "the first bias not weighed",
        {"collapse-example", "collapse-many"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = V @ W, b.sum() + c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "the last bias alone",
        {"collapse-example", "collapse-many"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = V @ W, c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "the biases of later layers forgotten",
        {"collapse-example", "collapse-many"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = V @ W, V @ b
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "two layers only",
        {"collapse-many", "collapse-single"},
        """
def collapse(layers):
    (W1, b1), (W2, b2) = layers[0], layers[1]
    return W2 @ W1, W2 @ b1 + b2
""",
    ),
    Wrong(
        "collapse",
        "the first and the last layer only",
        {"collapse-many", "collapse-single"},
        """
def collapse(layers):
    (W1, b1), (W2, b2) = layers[0], layers[-1]
    return W2 @ W1, W2 @ b1 + b2
""",
    ),
    Wrong(
        "collapse",
        "W already overwritten when b is made",
        {"collapse-example", "collapse-many"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W = V @ W
        b = W @ np.ones(W.shape[1]) * b.sum() + c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "empties the list",
        {"collapse-single"},
        """
def collapse(layers):
    W, b = layers.pop(0)
    while layers:
        V, c = layers.pop(0)
        W, b = V @ W, V @ b + c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "in place on the first bias",
        {"collapse-single"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W = V @ W
        if V.shape[0] == V.shape[1]:
            b[:] = V @ b + c
        else:
            b = V @ b + c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "a ReLU between",
        {"collapse-many"},
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W, b = V @ np.maximum(W, 0), V @ b + c
    return W, b
""",
    ),
    Wrong(
        "collapse",
        "W alone",
        COLLAPSE,
        """
def collapse(layers):
    W, b = layers[0]
    for V, c in layers[1:]:
        W = V @ W
    return W
""",
    ),
    Wrong("collapse", "no return", COLLAPSE, "def collapse(layers):\n    W, b = layers[0]"),
    # ------------------------------------------------------------------ Task 7: mlp(X, layers)
    Wrong(
        "mlp",
        "a ReLU behind the last layer",
        {"mlp-single", "mlp-deep"},
        """
def mlp(X, layers):
    for W, b in layers:
        X = np.maximum(X @ W.T + b, 0)
    return X
""",
    ),
    Wrong(
        "mlp",
        "no ReLU at all",
        {"mlp-example", "mlp-deep"},
        """
def mlp(X, layers):
    for W, b in layers:
        X = X @ W.T + b
    return X
""",
    ),
    Wrong(
        "mlp",
        "a ReLU behind the first layer only",
        {"mlp-single", "mlp-deep"},
        """
def mlp(X, layers):
    (W, b), *rest = layers
    X = np.maximum(X @ W.T + b, 0)
    for W, b in rest:
        X = X @ W.T + b
    return X
""",
    ),
    Wrong(
        "mlp",
        "not transposed",
        {"mlp-example", "mlp-single", "mlp-deep", "mlp-pure"},
        """
def mlp(X, layers):
    for W, b in layers[:-1]:
        X = np.maximum(X @ W + b, 0)
    W, b = layers[-1]
    return X @ W + b
""",
    ),
    Wrong(
        "mlp",
        "without the biases",
        {"mlp-example", "mlp-single", "mlp-deep"},
        """
def mlp(X, layers):
    for W, b in layers[:-1]:
        X = np.maximum(X @ W.T, 0)
    return X @ layers[-1][0].T
""",
    ),
    Wrong(
        "mlp",
        "the bias behind the ReLU",
        {"mlp-example", "mlp-deep"},
        """
def mlp(X, layers):
    for W, b in layers[:-1]:
        X = np.maximum(X @ W.T, 0) + b
    W, b = layers[-1]
    return X @ W.T + b
""",
    ),
    Wrong(
        "mlp",
        "two layers only",
        {"mlp-single", "mlp-deep"},
        """
def mlp(X, layers):
    (W1, b1), (W2, b2) = layers[0], layers[-1]
    return np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
""",
    ),
    Wrong(
        "mlp",
        "the probability",
        MLP - {"mlp-pure"},
        """
def mlp(X, layers):
    for W, b in layers[:-1]:
        X = np.maximum(X @ W.T + b, 0)
    W, b = layers[-1]
    return 1 / (1 + np.exp(-(X @ W.T + b)))
""",
    ),
    Wrong(
        "mlp",
        "the first input only",
        {"mlp-single", "mlp-deep", "mlp-pure"},
        """
def mlp(X, layers):
    h = X[0]
    for W, b in layers[:-1]:
        h = np.maximum(W @ h + b, 0)
    W, b = layers[-1]
    return [W @ h + b]
""",
    ),
    Wrong(
        "mlp",
        "a flat answer",
        MLP,
        """
def mlp(X, layers):
    for W, b in layers[:-1]:
        X = np.maximum(X @ W.T + b, 0)
    W, b = layers[-1]
    return (X @ W.T + b).ravel()
""",
    ),
    Wrong(
        "mlp",
        "takes the last layer off the list",
        {"mlp-pure"},
        """
def mlp(X, layers):
    last, last_b = layers.pop()
    for W, b in layers:
        X = np.maximum(X @ W.T + b, 0)
    return X @ last.T + last_b
""",
    ),
    Wrong(
        "mlp",
        "in place on X",
        {"mlp-pure"},
        """
def mlp(X, layers):
    H = X
    for W, b in layers[:-1]:
        Z = H @ W.T + b
        if Z.shape == X.shape:
            X[:] = np.maximum(Z, 0)
            H = X
        else:
            H = np.maximum(Z, 0)
    W, b = layers[-1]
    return H @ W.T + b
""",
    ),
    Wrong("mlp", "no return", MLP, "def mlp(X, layers):\n    W, b = layers[0]"),
    # ------------------------------------------------------------------ Task 8: interpolate(f, n)
    Wrong(
        "interpolate",
        "slopes instead of changes of slope",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -t[:-1], np.diff(f(t)) * n, f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "rises not divided by the width of a piece",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -t[:-1], np.diff(np.diff(f(t)), prepend=0), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "kinks on the wrong side",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return t[:-1], np.diff(np.diff(f(t)) * n, prepend=0), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "no constant",
        {"interpolate-knots", "interpolate-between"},
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -t[:-1], np.diff(np.diff(f(t)) * n, prepend=0), 0.0
""",
    ),
    Wrong(
        "interpolate",
        "the first slope forgotten",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    slopes = np.diff(f(t)) * n
    return -t[:-1], np.diff(slopes, prepend=slopes[0]), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "a unit too few",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    v = np.diff(np.diff(f(t)) * n, prepend=0)
    return -t[:-2], v[:-1], f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "kinks one knot too late",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -t[1:], np.diff(np.diff(f(t)) * n, prepend=0), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "knots that leave out the end",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.linspace(0, 1, n)
    slopes = np.diff(f(t)) * n
    return -t, np.append(np.diff(slopes, prepend=0), 0.0), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "the midpoints for the knots",
        {"interpolate-example", "interpolate-knots", "interpolate-between", "interpolate-rate"},
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -(t[:-1] + t[1:]) / 2, np.diff(np.diff(f(t)) * n, prepend=0), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "the worked example, by heart",
        {"interpolate-knots", "interpolate-between", "interpolate-rate"},
        "def interpolate(f, n):\n    return np.array([0.0, -0.5]), np.array([0.5, 1.0]), 0.0",
    ),
    Wrong(
        "interpolate",
        "a staircase's jumps",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -t[1:], np.diff(f(t)), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "integer division of the knots",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) // n
    return -t[:-1], np.diff(np.diff(f(t)) * n, prepend=0), f(t)[0]
""",
    ),
    Wrong(
        "interpolate",
        "the constant as an array",
        INTERPOLATE,
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    return -t[:-1], np.diff(np.diff(f(t)) * n, prepend=0), f(t)[:1]
""",
    ),
    Wrong("interpolate", "no return", INTERPOLATE, "def interpolate(f, n):\n    t = np.arange(n + 1) / n"),
    # ------------------------------------------------------------------ Task 9: tent_network(k)
    Wrong(
        "tent_network",
        "rises and never turns",
        TENT,
        """
def tent_network(k):
    hidden = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[2.0, 0.0], [2.0, 0.0]]), np.array([0.0, -0.5]))
    return [hidden] + (k - 1) * [again] + [(np.array([[2.0, 0.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "rises and stays",
        TENT,
        """
def tent_network(k):
    hidden = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[2.0, -2.0], [2.0, -2.0]]), np.array([0.0, -0.5]))
    return [hidden] + (k - 1) * [again] + [(np.array([[2.0, -2.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "half as high",
        TENT,
        """
def tent_network(k):
    hidden = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[1.0, -2.0], [1.0, -2.0]]), np.array([0.0, -0.5]))
    return [hidden] + (k - 1) * [again] + [(np.array([[1.0, -2.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "always a single tent",
        {"tent_network-deep", "tent_network-narrow"},
        """
def tent_network(k):
    hidden = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    return [hidden, (np.array([[2.0, -4.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "one tent too many",
        TENT,
        """
def tent_network(k):
    first = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, -0.5]))
    return [first] + k * [again] + [(np.array([[2.0, -4.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "the output layer between tents, with its ReLU",
        {"tent_network-narrow"},
        """
def tent_network(k):
    hidden = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    return k * [hidden, (np.array([[2.0, -4.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "the second unit's threshold forgotten in later layers",
        {"tent_network-deep", "tent_network-narrow"},
        """
def tent_network(k):
    first = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, 0.0]))
    return [first] + (k - 1) * [again] + [(np.array([[2.0, -4.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "wide and shallow",
        {"tent_network-narrow"},
        """
def tent_network(k):
    n = 2**k
    t = np.arange(n) / n
    v = np.where(np.arange(n) % 2 == 0, 2.0, -2.0) * n
    v[0] = n
    return [(np.ones((n, 1)), -t), (v[None], np.zeros(1))]
""",
    ),
    Wrong(
        "tent_network",
        "transposed weights",
        TENT,
        """
def tent_network(k):
    first = (np.array([[1.0, 1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5]))
    return [first] + (k - 1) * [again] + [(np.array([[2.0], [-4.0]]), np.array([0.0]))]
""",
    ),
    Wrong(
        "tent_network",
        "four units a layer",
        {"tent_network-narrow"},
        """
def tent_network(k):
    one, b = np.array([[1.0], [1.0]]), np.array([0.0, -0.5])
    out = np.array([[2.0, -4.0]])
    both, wide = np.vstack([one, one]), np.hstack([out, out]) / 2
    layers = [(both, np.tile(b, 2))]
    layers += [(both @ wide, np.tile(b, 2)) for _ in range(k - 1)]
    return layers + [(wide, np.zeros(1))]
""",
    ),
    Wrong(
        "tent_network",
        "the bias in the output layer",
        TENT,
        """
def tent_network(k):
    first = (np.array([[1.0], [1.0]]), np.array([0.0, 0.0]))
    again = (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, -0.5]))
    return [first] + (k - 1) * [again] + [(np.array([[2.0, -4.0]]), np.array([-0.5]))]
""",
    ),
    Wrong("tent_network", "no return", TENT, "def tent_network(k):\n    first = np.ones((2, 1))"),
]

RIGHT = [
    Right("relu", "with where", "def relu(z):\n    return np.where(z > 0, z, 0), (z > 0).astype(float)"),
    Right("relu", "products, booleans", "def relu(z):\n    return z * (z > 0), z > 0"),
    Right("relu", "half of z plus |z|", "def relu(z):\n    return (z + np.abs(z)) / 2, np.heaviside(z, 0)"),
    Right(
        "sigmoid",
        "by tanh and its identity, small values by the exponential",
        """
def sigmoid(z):
    e = np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
    return e, e - e**2
""",
    ),
    Right(
        "sigmoid",
        "with masks",
        """
def sigmoid(z):
    p = np.empty(z.shape)
    right = z >= 0
    p[right] = 1 / (1 + np.exp(-z[right]))
    p[~right] = np.exp(z[~right]) / (1 + np.exp(z[~right]))
    return p, p * (1 - p)
""",
    ),
    Right(
        "sigmoid",
        "by logaddexp",
        """
def sigmoid(z):
    p = np.exp(-np.logaddexp(0, -z))
    return p, p * np.exp(-np.logaddexp(0, z))
""",
    ),
    Right(
        "tanh_twin",
        "products with a half",
        """
def tanh_twin(W1, b1, w2, b2):
    v = 0.5 * w2
    return 0.5 * W1, 0.5 * b1, v, b2 + float(sum(v))
""",
    ),
    Right(
        "tanh_twin",
        "every unit turned around: tanh is odd",
        "def tanh_twin(W1, b1, w2, b2):\n    return -W1 / 2, -b1 / 2, -w2 / 2, b2 + sum(w2) / 2",
    ),
    Right(
        "gelu",
        "a loop over all elements",
        """
def gelu(z):
    out = np.zeros(z.shape)
    for index, v in np.ndenumerate(z):
        out[index] = v * 0.5 * (1 + erf(v / 2**0.5))
    return out
""",
    ),
    Right(
        "gelu",
        "by the complementary error function",
        """
from math import erfc

def gelu(z):
    return 0.5 * z * np.vectorize(erfc)(-z / np.sqrt(2))
""",
    ),
    Right(
        "swiglu",
        "einsum and a function of its own",
        """
def swiglu(X, W1, W2):
    swish = lambda z: z * (1 / (1 + np.exp(-z)))
    return np.einsum("nd,md->nm", X, W1) * swish(np.einsum("nd,md->nm", X, W2))
""",
    ),
    Right(
        "swiglu",
        "row by row, by tanh",
        """
def swiglu(X, W1, W2):
    rows = []
    for x in X:
        g = W2 @ x
        rows.append((W1 @ x) * g * (1 + np.tanh(g / 2)) / 2)
    return rows
""",
    ),
    Right(
        "collapse",
        "backward through the list",
        """
def collapse(layers):
    W, b = layers[-1]
    for V, c in reversed(layers[:-1]):
        W, b = W @ V, W @ c + b
    return W, b
""",
    ),
    Right(
        "collapse",
        "by what it does to the basis",
        """
def collapse(layers):
    d = layers[0][0].shape[1]
    H = np.vstack([np.zeros(d), np.eye(d)])
    for W, b in layers:
        H = H @ W.T + b
    return (H[1:] - H[0]).T, H[0]
""",
    ),
    Right(
        "mlp",
        "input by input",
        """
def mlp(X, layers):
    rows = []
    for h in X:
        for number, (W, b) in enumerate(layers, start=1):
            h = W @ h + b
            if number < len(layers):
                h = h * (h > 0)
        rows.append(h)
    return rows
""",
    ),
    Right(
        "mlp",
        "a ReLU before each layer but the first",
        """
def mlp(X, layers):
    H = X @ layers[0][0].T + layers[0][1]
    for W, b in layers[1:]:
        H = np.where(H > 0, H, 0) @ W.T + b
    return H
""",
    ),
    Right(
        "interpolate",
        "a loop that keeps the slope",
        """
def interpolate(f, n):
    b, v, slope = [], [], 0.0
    for k in range(n):
        left, right = f(np.array([k / n, (k + 1) / n]))
        new = (right - left) * n
        b.append(-k / n)
        v.append(new - slope)
        slope = new
    return np.array(b), np.array(v), float(f(np.array([0.0]))[0])
""",
    ),
    Right(
        "interpolate",
        "by solving for the weights",
        """
def interpolate(f, n):
    t = np.linspace(0, 1, n + 1)
    c = f(t)[0]
    R = np.maximum(t[1:, None] - t[None, :-1], 0)
    return -t[:-1], np.linalg.solve(R, f(t)[1:] - c), c
""",
    ),
    Right(
        "interpolate",
        "from right to left",
        """
def interpolate(f, n):
    t = np.arange(n + 1) / n
    v = np.diff(np.diff(f(t)) * n, prepend=0)
    return -t[:-1][::-1], v[::-1], f(t)[0]
""",
    ),
    Right(
        "tent_network",
        "scaled units",
        """
def tent_network(k):
    b, out = np.array([0.0, -2.0]), np.array([[1.0, -1.0]])
    first, again = np.array([[2.0], [4.0]]), np.array([[2.0, -2.0], [4.0, -4.0]])
    return [(first, b)] + [(again, b)] * (k - 1) + [(out, np.zeros(1))]
""",
    ),
    Right(
        "tent_network",
        "falling from the middle: one minus both slopes",
        """
def tent_network(k):
    one, b = np.array([[1.0], [-1.0]]), np.array([-0.5, 0.5])
    out, c = np.array([[-2.0, -2.0]]), np.array([1.0])
    layers = [(one, b)]
    for _ in range(k - 1):
        layers.append((one @ out, one @ c + b))
    return layers + [(out, c)]
""",
    ),
]

SAME = "the same numbers"

EQUIVALENT = {
    (
        "relu",
        "return (np.maximum(z, 0), np.where(z > 0, 1, 0)) -> "
        "return (np.maximum(0, z), np.where(z > 0, 1, 0))",
    ): SAME,
    (
        "relu",
        "return (np.maximum(z, 0), np.where(z > 0, 1, 0)) -> "
        "return (np.maximum(z, 0), np.where(1, z > 0, 0))",
    ): SAME,
    (
        "sigmoid",
        "value = np.where(z > 0, 1, e) / (1 + e) -> value = np.where(z >= 0, 1, e) / (1 + e)",
    ): "at z = 0 the two forms are equal: e is 1",
    ("mlp", "H = np.maximum(H @ W.T + b, 0) -> H = np.maximum(0, H @ W.T + b)"): SAME,
    (
        "tent_network",
        "again = (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0.0, -0.5])) -> "
        "again = (np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0, -0.5]))",
    ): SAME,
    (
        "tent_network",
        "first = (np.array([[1.0], [1.0]]), np.array([0.0, -0.5])) -> "
        "first = (np.array([[1.0], [1.0]]), np.array([0, -0.5]))",
    ): SAME,
    (
        "tent_network",
        "last = (np.array([[2.0, -4.0]]), np.array([0.0])) -> "
        "last = (np.array([[2.0, -4.0]]), np.array([0]))",
    ): SAME,
}
