"""Answers to the generalization assignment that students may give, wrong and right."""

from assignment import Right, Wrong

BIAS = {"bias_variance-example", "bias_variance-fits", "bias_variance-single"}
SQUARES = {"least_squares-example", "least_squares-wide", "least_squares-penalty"}
CURVES = {"read_curves-example", "read_curves-order", "read_curves-noise"}
STOP = {"stop_early-example", "stop_early-patience", "stop_early-ties"}
DECAY = {"decay_step-example", "decay_step-zero", "decay_step-pure"}
DROPOUT = {"dropout-example", "dropout-backward", "dropout-evaluation"}
SMOOTH = {"smooth_loss-example", "smooth_loss-batch"}  # without smooth_loss-stable
SAW = {"sawtooth-example", "sawtooth-depth", "sawtooth-cost"}


def bias_variance(
    mean="predictions.mean(axis=0)",
    bias2="((mean - target) ** 2).mean()",
    variance="((predictions - mean) ** 2).mean()",
    result="bias2, variance",
):
    """The solution of Task 1 with a part exchanged."""
    return f"""
def bias_variance(predictions, target):
    mean = {mean}
    bias2 = {bias2}
    variance = {variance}
    return {result}
"""


def least_squares(zero="np.linalg.pinv(X) @ y", matrix="X.T @ X + lam * np.eye(X.shape[1])", right="X.T @ y"):
    return f"""
def least_squares(X, y, lam):
    if lam == 0:
        return {zero}
    return np.linalg.solve({matrix}, {right})
"""


def read_curves(
    best="int(np.argmin(validation))",
    stiff="min(training) > goal",
    pliable="validation[-1] > 1.1 * validation[best]",
    result="best",
):
    return f"""
def read_curves(training, validation, goal):
    best = {best}
    if {stiff}:
        return {result}, "underfits"
    if {pliable}:
        return {result}, "overfits"
    return {result}, "fine"
"""


def stop_early(
    lower="loss < losses[best]", move="best = now", enough="now - best >= patience", result="best, now"
):
    return f"""
def stop_early(losses, patience):
    best = 0
    for now, loss in enumerate(losses):
        if {lower}:
            {move}
        if {enough}:
            break
    return {result}
"""


def decay_step(
    v="(1 - eta * l2) * w - eta * g",
    result="np.sign(v) * np.maximum(np.abs(v) - eta * l1, 0)",
):
    return f"""
def decay_step(w, g, eta, l2, l1):
    v = {v}
    return {result}
"""


def dropout(
    factor="(u >= p) / (1 - p)",
    out="h * factor",
    dh="dy * factor",
    test="h, dy",
    when="not training",
    **other,
):
    return f"""
def dropout(h, dy, u, p, training):
    if {when}:
        return {test}
    factor = {factor}
    {other.get("before", "")}
    return {out}, {dh}
"""


def smooth_loss(
    z="scores - scores.max(axis=1, keepdims=True)",
    log_p="z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
    targets="(1 - epsilon) * np.eye(C)[labels] + epsilon / C",
    result="-(targets * log_p).sum(axis=1).mean()",
    C="scores.shape[1]",
):
    return f"""
def smooth_loss(scores, labels, epsilon):
    C = {C}
    z = {z}
    log_p = {log_p}
    targets = {targets}
    return {result}
"""


def sawtooth(
    first="[[1.0], [1.0]]",
    kink="[0.0, -0.5]",
    between="[[2.0, -4.0], [2.0, -4.0]]",
    last="[[2.0, -4.0]]",
    b="[0.0]",
    layers="[first] + (k - 1) * [between] + [last]",
):
    return f"""
def sawtooth(k):
    kink = np.array({kink})
    first = (np.array({first}), kink)
    between = (np.array({between}), kink)
    last = (np.array({last}), np.array({b}))
    return {layers}
"""


WRONG = [
    # ------------------------------------------------------------------ Task 1: bias_variance
    Wrong("bias_variance", "the bias not squared", BIAS, bias_variance(bias2="(mean - target).mean()")),
    Wrong(
        "bias_variance",
        "the square of the mean bias",
        BIAS,
        bias_variance(bias2="(mean - target).mean() ** 2"),
    ),
    Wrong(
        "bias_variance",
        "the mean squared error for bias²",
        BIAS,
        bias_variance(bias2="((predictions - target) ** 2).mean()"),
    ),
    Wrong(
        "bias_variance",
        "the variance around the truth",
        BIAS,
        bias_variance(variance="((predictions - target) ** 2).mean()"),
    ),
    Wrong(
        "bias_variance",
        "divided by R - 1",
        BIAS,
        bias_variance(variance="predictions.var(axis=0, ddof=1).mean()"),
    ),
    Wrong("bias_variance", "order exchanged", BIAS, bias_variance(result="variance, bias2")),
    Wrong("bias_variance", "one mean for all places", BIAS, bias_variance(mean="predictions.mean()")),
    Wrong(
        "bias_variance",
        "the mean over places",
        BIAS,
        bias_variance(mean="predictions.mean(axis=1, keepdims=True)"),
    ),
    Wrong(
        "bias_variance",
        "sums over places",
        BIAS,
        bias_variance(bias2="((mean - target) ** 2).sum()", variance="predictions.var(axis=0).sum()"),
    ),
    Wrong(
        "bias_variance", "standard deviation", BIAS, bias_variance(variance="predictions.std(axis=0).mean()")
    ),
    Wrong(
        "bias_variance",
        "the median fit",
        {"bias_variance-fits"},
        bias_variance(mean="np.median(predictions, axis=0)"),
    ),
    Wrong(
        "bias_variance",
        "in place on the predictions",
        {"bias_variance-fits"},
        """
def bias_variance(predictions, target):
    mean = predictions.mean(axis=0)
    predictions -= mean
    return ((mean - target) ** 2).mean(), (predictions**2).mean()
""",
    ),
    # ------------------------------------------------------------------ Task 2: least_squares
    Wrong(
        "least_squares",
        "no penalty",
        {"least_squares-example", "least_squares-penalty"},
        "def least_squares(X, y, lam):\n    return np.linalg.pinv(X) @ y",
    ),
    Wrong(
        "least_squares",
        "one formula, an inverse that need not exist",
        {"least_squares-example", "least_squares-wide"},
        """
def least_squares(X, y, lam):
    return np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y)
""",
    ),
    Wrong(
        "least_squares",
        "a tiny penalty instead of none",
        {"least_squares-wide"},
        least_squares(zero="np.linalg.solve(X.T @ X + 1e-6 * np.eye(X.shape[1]), X.T @ y)"),
    ),
    Wrong(
        "least_squares",
        "for more rows than columns only",
        {"least_squares-example", "least_squares-wide"},
        least_squares(zero="np.linalg.inv(X.T @ X) @ X.T @ y"),
    ),
    Wrong(
        "least_squares",
        "for more columns than rows only",
        {"least_squares-example", "least_squares-wide"},
        least_squares(zero="X.T @ np.linalg.inv(X @ X.T) @ y"),
    ),
    Wrong(
        "least_squares",
        "lam times n",
        {"least_squares-penalty"},
        least_squares(matrix="X.T @ X + len(y) * lam * np.eye(X.shape[1])"),
    ),
    Wrong(
        "least_squares",
        "lam squared",
        {"least_squares-example", "least_squares-penalty"},
        least_squares(matrix="X.T @ X + lam**2 * np.eye(X.shape[1])"),
    ),
    Wrong(
        "least_squares",
        "lam on every entry",
        {"least_squares-example", "least_squares-penalty"},
        least_squares(matrix="X.T @ X + lam"),
    ),
    Wrong(
        "least_squares",
        "the first weight without penalty",
        {"least_squares-example", "least_squares-penalty"},
        least_squares(matrix="X.T @ X + lam * np.diag(np.arange(X.shape[1]) > 0)"),
    ),
    Wrong(
        "least_squares",
        "a basic solution, not the shortest",
        {"least_squares-example", "least_squares-wide"},
        """
def least_squares(X, y, lam):
    n, P = X.shape
    w = np.zeros(P)
    if lam == 0 and P > n:
        w[:n] = np.linalg.solve(X[:, :n], y)
        return w
    return np.linalg.lstsq(X.T @ X + lam * np.eye(P), X.T @ y, rcond=None)[0]
""",
    ),
    Wrong(
        "least_squares",
        "half of the penalty",
        {"least_squares-example", "least_squares-penalty"},
        least_squares(matrix="X.T @ X + lam / 2 * np.eye(X.shape[1])"),
    ),
    Wrong(
        "least_squares", "no return", SQUARES, "def least_squares(X, y, lam):\n    w = np.linalg.pinv(X) @ y"
    ),
    # ------------------------------------------------------------------ Task 3: read_curves
    Wrong("read_curves", "the best training loss", {*CURVES}, read_curves(best="int(np.argmin(training))")),
    Wrong("read_curves", "counts from one", CURVES, read_curves(result="best + 1")),
    Wrong(
        "read_curves",
        "the last of equal losses",
        CURVES,
        read_curves(best="len(validation) - 1 - int(np.argmin(validation[::-1]))"),
    ),
    Wrong(
        "read_curves",
        "the last training loss decides",
        {"read_curves-noise"},
        read_curves(stiff="training[-1] > goal"),
    ),
    Wrong(
        "read_curves",
        "the goal itself is too high",
        {"read_curves-order"},
        read_curves(stiff="min(training) >= goal"),
    ),
    Wrong(
        "read_curves",
        "any rise is overfitting",
        {"read_curves-example", "read_curves-order", "read_curves-noise"},
        read_curves(pliable="validation[-1] > validation[best]"),
    ),
    Wrong(
        "read_curves",
        "more than 0.1 above",
        {"read_curves-order"},
        read_curves(pliable="validation[-1] > validation[best] + 0.1"),
    ),
    Wrong(
        "read_curves",
        "the highest loss after the best",
        {"read_curves-noise"},
        read_curves(pliable="max(validation[best:]) > 1.1 * validation[best]"),
    ),
    Wrong(
        "read_curves",
        "compared with the first epoch",
        CURVES,
        read_curves(pliable="validation[-1] > 1.1 * validation[0]"),
    ),
    Wrong(
        "read_curves",
        "compared with the training loss",
        {"read_curves-example", "read_curves-order", "read_curves-noise"},
        read_curves(pliable="validation[-1] > 1.1 * training[-1]"),
    ),
    Wrong(
        "read_curves",
        "overfitting first",
        {"read_curves-order"},
        """
def read_curves(training, validation, goal):
    best = int(np.argmin(validation))
    if validation[-1] > 1.1 * validation[best]:
        return best, "overfits"
    return best, "underfits" if min(training) > goal else "fine"
""",
    ),
    # ------------------------------------------------------------------ Task 4: stop_early
    Wrong("stop_early", "one check too patient", STOP, stop_early(enough="now - best > patience")),
    Wrong("stop_early", "the last weights", STOP, stop_early(result="now, now")),
    Wrong("stop_early", "order exchanged", STOP, stop_early(result="now, best")),
    Wrong("stop_early", "equal is better", {"stop_early-ties"}, stop_early(lower="loss <= losses[best]")),
    Wrong("stop_early", "counts from one", STOP, stop_early(result="best + 1, now + 1")),
    Wrong(
        "stop_early",
        "knows the future",
        {"stop_early-example", "stop_early-patience", "stop_early-ties"},
        stop_early(result="int(np.argmin(losses)), now"),
    ),
    Wrong(
        "stop_early",
        "compares with the check before",
        {"stop_early-example", "stop_early-patience", "stop_early-ties"},
        """
def stop_early(losses, patience):
    best = 0
    for now in range(1, len(losses)):
        if losses[now] < losses[now - 1]:
            best = now
        if now - best >= patience:
            return best, now
    return best, len(losses) - 1
""",
    ),
    Wrong(
        "stop_early",
        "never forgets a bad check",
        {"stop_early-example", "stop_early-patience"},
        """
def stop_early(losses, patience):
    best, bad = 0, 0
    for now in range(1, len(losses)):
        if losses[now] < losses[best]:
            best = now
        else:
            bad += 1
        if bad >= patience:
            return best, now
    return best, len(losses) - 1
""",
    ),
    Wrong(
        "stop_early",
        "at the end nothing is returned",
        {"stop_early-example", "stop_early-patience", "stop_early-ties"},
        """
def stop_early(losses, patience):
    best = 0
    for now in range(len(losses)):
        if losses[now] < losses[best]:
            best = now
        elif now - best >= patience:
            return best, now
""",
    ),
    Wrong(
        "stop_early",
        "zero is the best to begin with",
        {"stop_early-example", "stop_early-patience", "stop_early-ties"},
        """
def stop_early(losses, patience):
    best, least = 0, 0.0
    for now, loss in enumerate(losses):
        if loss < least:
            best, least = now, loss
        if now - best >= patience:
            break
    return best, now
""",
    ),
    Wrong(
        "stop_early",
        "the loss instead of the check",
        STOP,
        stop_early(result="losses[best], now"),
    ),
    # ------------------------------------------------------------------ Task 5: decay_step
    Wrong("decay_step", "climbs", DECAY, decay_step("(1 - eta * l2) * w + eta * g")),
    Wrong("decay_step", "the decay without the rate", DECAY, decay_step("(1 - l2) * w - eta * g")),
    Wrong("decay_step", "twice the decay", DECAY, decay_step("(1 - 2 * eta * l2) * w - eta * g")),
    Wrong("decay_step", "grows", DECAY, decay_step("(1 + eta * l2) * w - eta * g")),
    Wrong(
        "decay_step",
        "the decay after the gradient",
        {"decay_step-zero", "decay_step-pure"},
        decay_step("(1 - eta * l2) * (w - eta * g)"),
    ),
    Wrong("decay_step", "L1 passes zero", DECAY, decay_step(result="v - eta * l1 * np.sign(v)")),
    Wrong(
        "decay_step",
        "the sign of the old weights",
        {"decay_step-example", "decay_step-zero"},
        decay_step(result="np.sign(w) * np.maximum(np.abs(v) - eta * l1, 0)"),
    ),
    Wrong(
        "decay_step",
        "L1 without the rate",
        DECAY,
        decay_step(result="np.sign(v) * np.maximum(np.abs(v) - l1, 0)"),
    ),
    Wrong("decay_step", "signs lost", DECAY, decay_step(result="np.maximum(np.abs(v) - eta * l1, 0)")),
    Wrong("decay_step", "one-sided", DECAY, decay_step(result="np.maximum(v - eta * l1, 0)")),
    Wrong(
        "decay_step",
        "L1 as a gradient",
        DECAY,
        decay_step(result="(1 - eta * l2) * w - eta * (g + l1 * np.sign(w))"),
    ),
    Wrong(
        "decay_step",
        "only small weights are cut",
        DECAY,
        decay_step(result="np.where(np.abs(v) > eta * l1, v, 0)"),
    ),
    Wrong(
        "decay_step",
        "in place",
        {"decay_step-pure"},
        """
def decay_step(w, g, eta, l2, l1):
    w = np.asarray(w)
    w *= 1 - eta * l2
    w -= eta * g
    return np.sign(w) * np.maximum(np.abs(w) - eta * l1, 0)
""",
    ),
    # ------------------------------------------------------------------ Task 6: dropout
    Wrong("dropout", "without the factor", DROPOUT, dropout("1.0 * (u >= p)")),
    Wrong("dropout", "divided by p", DROPOUT, dropout("(u >= p) / max(p, 1e-9)")),
    Wrong("dropout", "drops the wrong ones", DROPOUT, dropout("(u < p) / (1 - p)")),
    Wrong("dropout", "a number equal to p is dropped", {"dropout-backward"}, dropout("(u > p) / (1 - p)")),
    Wrong("dropout", "multiplied by 1 - p", DROPOUT, dropout("(u >= p) * (1 - p)")),
    Wrong(
        "dropout",
        "the gradient without the factor",
        {"dropout-example", "dropout-backward"},
        dropout(dh="dy * (u >= p)"),
    ),
    Wrong(
        "dropout",
        "the gradient without the mask",
        {"dropout-example", "dropout-backward"},
        dropout(dh="dy / (1 - p)"),
    ),
    Wrong(
        "dropout", "the gradient passes as it is", {"dropout-example", "dropout-backward"}, dropout(dh="dy")
    ),
    Wrong(
        "dropout",
        "the gradient times the output",
        {"dropout-example", "dropout-backward"},
        dropout(dh="dy * factor * h"),
    ),
    Wrong("dropout", "also in evaluation", {"dropout-evaluation"}, dropout(when="False")),
    Wrong(
        "dropout", "a factor in evaluation", {"dropout-evaluation"}, dropout(test="h * (1 - p), dy * (1 - p)")
    ),
    Wrong("dropout", "no gradient in evaluation", {"dropout-evaluation"}, dropout(test="h, 0 * dy")),
    Wrong("dropout", "evaluation and training exchanged", DROPOUT, dropout(when="training")),
    Wrong(
        "dropout",
        "in place",
        {"dropout-backward"},
        dropout(before="h *= factor", out="h"),
    ),
    Wrong(
        "dropout",
        "a unit whose output is 0 is taken for dropped",
        {"dropout-backward"},
        """
def dropout(h, dy, u, p, training):
    if not training:
        return h, dy
    out = h * (u >= p) / (1 - p)
    return out, dy * (out != 0) / (1 - p)
""",
    ),
    # ------------------------------------------------------------------ Task 7: smooth_loss
    Wrong(
        "smooth_loss",
        "no smoothing",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(targets="np.eye(C)[labels]"),
    ),
    Wrong(
        "smooth_loss",
        "sign lost",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(result="(targets * log_p).sum(axis=1).mean()"),
    ),
    Wrong(
        "smooth_loss",
        "the mean over classes, too",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(result="-(targets * log_p).mean()"),
    ),
    Wrong(
        "smooth_loss",
        "the sum over the batch",
        {"smooth_loss-batch", "smooth_loss-stable"},
        smooth_loss(result="-(targets * log_p).sum()"),
    ),
    Wrong(
        "smooth_loss",
        "naive",
        {"smooth_loss-stable"},
        smooth_loss(z="scores"),
    ),
    Wrong(
        "smooth_loss",
        "one maximum for the batch",
        {"smooth_loss-stable"},
        smooth_loss(z="scores - scores.max()"),
    ),
    Wrong(
        "smooth_loss",
        "the log of a softmax",
        {"smooth_loss-stable"},
        smooth_loss(log_p="np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))"),
    ),
    Wrong(
        "smooth_loss",
        "a softmax over the batch",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(z="scores - scores.max(axis=0)", log_p="z - np.log(np.exp(z).sum(axis=0))"),
    ),
    Wrong(
        "smooth_loss",
        "the others share epsilon",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(targets="np.where(np.eye(C)[labels] == 1, 1 - epsilon, epsilon / (C - 1))"),
    ),
    Wrong(
        "smooth_loss",
        "the right class without its share",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(targets="np.where(np.eye(C)[labels] == 1, 1 - epsilon, epsilon / C)"),
    ),
    Wrong(
        "smooth_loss",
        "targets that add up to more than one",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(targets="np.eye(C)[labels] + epsilon / C"),
    ),
    Wrong(
        "smooth_loss",
        "the batch for the classes",
        SMOOTH | {"smooth_loss-stable"},
        smooth_loss(targets="(1 - epsilon) * np.eye(C)[labels] + epsilon / len(scores)"),
    ),
    Wrong(
        "smooth_loss",
        "in place",
        {"smooth_loss-batch"},
        """
def smooth_loss(scores, labels, epsilon):
    C = scores.shape[1]
    scores -= scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    targets = (1 - epsilon) * np.eye(C)[labels] + epsilon / C
    return -(targets * log_p).sum(axis=1).mean()
""",
    ),
    # ------------------------------------------------------------------ Task 8: sawtooth
    Wrong("sawtooth", "no kink", SAW, sawtooth(kink="[0.0, 0.0]")),
    Wrong("sawtooth", "the kink on the wrong side", SAW, sawtooth(kink="[0.0, 0.5]")),
    Wrong(
        "sawtooth", "a roof that stays up", SAW, sawtooth(between="[[2.0, -2.0]] * 2", last="[[2.0, -2.0]]")
    ),
    Wrong(
        "sawtooth",
        "one hidden layer too many",
        SAW,
        sawtooth(layers="[first] + k * [between] + [last]"),
    ),
    Wrong("sawtooth", "always one tent", SAW, sawtooth(layers="[first, last]")),
    Wrong(
        "sawtooth",
        "tents between without their slopes",
        SAW,
        sawtooth(between="[[1.0, 0.0], [0.0, 1.0]]"),
    ),
    Wrong(
        "sawtooth",
        "weights transposed",
        SAW,
        sawtooth(between="[[2.0, 2.0], [-4.0, -4.0]]"),
    ),
    Wrong("sawtooth", "first layer as a row", SAW, sawtooth(first="[[1.0, 1.0]]")),
    Wrong(
        "sawtooth",
        "two tents at most",
        {"sawtooth-depth", "sawtooth-cost"},
        sawtooth(
            layers="[first] + min(k - 1, 1) * [between] + (k - 2) * [(np.eye(2), np.zeros(2))] + [last]"
        ),
    ),
    Wrong(
        "sawtooth",
        "an extra layer for every output between",
        {"sawtooth-example", "sawtooth-cost"},
        sawtooth(layers="k * [first, last]"),
    ),
    Wrong(
        "sawtooth",
        "one layer with a unit for each kink",
        {"sawtooth-example", "sawtooth-cost"},
        """
def sawtooth(k):
    kinks = np.arange(2**k) / 2**k
    slopes = 2**k * np.where(np.arange(2**k) % 2, -2.0, 2.0)
    slopes[0] = 2**k
    return [(np.ones((2**k, 1)), -kinks), (slopes[None], np.zeros(1))]
""",
    ),
    Wrong(
        "sawtooth",
        "a unit that is not needed",
        {"sawtooth-cost"},
        sawtooth(
            first="[[1.0], [1.0], [1.0]]",
            kink="[0.0, -0.5, -9.0]",
            between="[[2.0, -4.0, 0.0]] * 3",
            last="[[2.0, -4.0, 0.0]]",
        ),
    ),
]

RIGHT = [
    Right(
        "bias_variance",
        "NumPy's own variance",
        bias_variance(variance="predictions.var(axis=0).mean()", result="np.array([bias2, variance])"),
    ),
    Right(
        "bias_variance",
        "the variance as what is left",
        bias_variance(
            bias2="np.mean(np.square(target - mean))",
            variance="np.mean(np.square(predictions - target)) - bias2",
            result="[bias2, variance]",
        ),
    ),
    Right(
        "least_squares",
        "singular values",
        """
def least_squares(X, y, lam):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = s > 1e-12 * s[0]
    return Vt[kept].T @ (s[kept] / (s[kept] ** 2 + lam) * (U.T @ y)[kept])
""",
    ),
    Right(
        "least_squares",
        "rows added for the penalty",
        """
def least_squares(X, y, lam):
    P = X.shape[1]
    taller = np.vstack([X, np.sqrt(lam) * np.eye(P)])
    return np.linalg.lstsq(taller, np.concatenate([y, np.zeros(P)]), rcond=None)[0]
""",
    ),
    Right(
        "least_squares",
        "the pseudoinverse of the normal equations",
        """
def least_squares(X, y, lam):
    return np.linalg.pinv(X.T @ X + lam * np.eye(X.shape[1])) @ X.T @ y
""",
    ),
    Right(
        "least_squares",
        "the penalty as further examples",
        """
def least_squares(X, y, lam):
    n, P = X.shape
    more = np.vstack([X, np.sqrt(lam) * np.eye(P)])
    return np.linalg.lstsq(more, np.concatenate([y, np.zeros(P)]), rcond=None)[0]
""",
    ),
    Right(
        "read_curves",
        "lists and loops",
        """
def read_curves(training, validation, goal):
    lowest = min(validation)
    best = list(validation).index(lowest)
    if all(loss > goal for loss in training):
        return [best, "underfits"]
    return [best, "overfits" if validation[-1] / lowest > 1.1 else "fine"]
""",
    ),
    Right(
        "read_curves",
        "arrays",
        """
def read_curves(training, validation, goal):
    training, validation = np.asarray(training), np.asarray(validation)
    if not (training <= goal).any():
        verdict = "underfits"
    elif validation[-1] - validation.min() > 0.1 * validation.min():
        verdict = "overfits"
    else:
        verdict = "fine"
    return validation.argmin(), verdict
""",
    ),
    Right(
        "stop_early",
        "a counter",
        """
def stop_early(losses, patience):
    best, least, waited = 0, losses[0], 0
    for now in range(1, len(losses)):
        if losses[now] < least:
            best, least, waited = now, losses[now], 0
        else:
            waited += 1
            if waited == patience:
                return best, now
    return best, len(losses) - 1
""",
    ),
    Right(
        "stop_early",
        "the first lowest of what was seen",
        """
def stop_early(losses, patience):
    for now in range(len(losses)):
        best = int(np.argmin(losses[: now + 1]))
        if now == best + patience:
            break
    return [best, now]
""",
    ),
    Right(
        "decay_step",
        "cases",
        decay_step(
            "w - eta * (g + l2 * w)",
            "np.where(v > eta * l1, v - eta * l1, np.where(v < -eta * l1, v + eta * l1, 0.0))",
        ),
    ),
    Right("decay_step", "what is cut off", decay_step(result="v - np.clip(v, -eta * l1, eta * l1)")),
    Right(
        "dropout",
        "masks",
        """
def dropout(h, dy, u, p, training):
    if training:
        gone = u < p
        return np.where(gone, 0, h) / (1 - p), np.where(gone, 0, dy) / (1 - p)
    return h.copy(), dy.copy()
""",
    ),
    Right(
        "dropout",
        "in place on copies",
        """
def dropout(h, dy, u, p, training):
    share = 1 - p if training else 1.0
    h, dy = h / share, dy / share
    if training:
        h[u < p] = 0
        dy[u < p] = 0
    return [h, dy]
""",
    ),
    Right(
        "smooth_loss",
        "logaddexp",
        smooth_loss(
            z="scores",
            log_p="scores - np.logaddexp.reduce(scores, axis=1)[:, None]",
            targets="np.full(scores.shape, epsilon / C)",
            result="-((targets * log_p).sum(axis=1) "
            "+ (1 - epsilon) * log_p[np.arange(len(labels)), labels]).mean()",
        ),
    ),
    Right(
        "smooth_loss",
        "row by row",
        """
def smooth_loss(scores, labels, epsilon):
    total = 0.0
    for z, y in zip(scores, labels):
        top = max(z)
        log_sum = top + np.log(sum(np.exp(z - top)))
        total += log_sum - (1 - epsilon) * z[y] - epsilon * np.mean(z)
    return total / len(labels)
""",
    ),
    Right(
        "sawtooth",
        "slopes in the hidden layer",
        """
def sawtooth(k):
    b = np.array([0.0, -2.0])
    layers = [(np.array([[2.0], [4.0]]), b)]
    for _ in range(k - 1):
        layers.append((np.array([[2.0, -2.0], [4.0, -4.0]]), b))
    layers.append((np.array([[1.0, -1.0]]), np.array([0.0])))
    return layers
""",
    ),
    Right(
        "sawtooth",
        "outer products, a tuple",
        """
def sawtooth(k):
    make, weigh = np.ones((2, 1)), np.array([[2, -4]])
    kinks = [0, -0.5]
    return ((make, kinks), *((make @ weigh, kinks) for _ in range(k - 1)), (weigh, [0]))
""",
    ),
]

SQUARED = "the difference is squared"
SHRUNK = "return np.sign(v) * np.maximum(np.abs(v) - eta * l1, 0)"

EQUIVALENT = {
    (
        "bias_variance",
        "bias2 = ((mean - target) ** 2).mean() -> bias2 = ((target - mean) ** 2).mean()",
    ): SQUARED,
    (
        "bias_variance",
        "variance = ((predictions - mean) ** 2).mean() -> variance = ((mean - predictions) ** 2).mean()",
    ): SQUARED,
    (
        "decay_step",
        f"{SHRUNK} -> return np.sign(v) * np.maximum(0, np.abs(v) - eta * l1)",
    ): "the larger of two numbers, in either order",
    (
        "sawtooth",
        "kink = np.array([0.0, -0.5]) -> kink = np.array([0, -0.5])",
    ): "the array is of floats either way",
}
