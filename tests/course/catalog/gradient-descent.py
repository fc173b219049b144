"""Answers to the gradient descent assignment that students may give, wrong and right."""

from assignment import Right, Wrong

DESCEND = {"descend-example", "descend-path", "descend-pure"}
STABLE = {"stable_rates-example", "stable_rates-turned", "stable_rates-run"}
SGD = {"sgd_epoch-example", "sgd_epoch-batches", "sgd_epoch-rest"}
MOMENTUM = {"momentum-example", "momentum-valley", "momentum-nesterov"}  # without momentum-pure
CRITICAL = {"critical_point-example", "critical_point-turned", "critical_point-flat"}
ADAM = {"adam_step-example", "adam_step-later", "adam_step-epsilon"}  # without adam_step-decay
LION = {"lion_step-example", "lion_step-momentum", "lion_step-decay"}
RATE = {"learning_rate-example", "learning_rate-floor", "learning_rate-ends"}


def descend(step="w = w - eta * gradient(w)", path="[w]", entry="w", count="steps", result="np.array(path)"):
    """The solution of Task 1 with a part exchanged."""
    return f"""
def descend(gradient, w, eta, steps):
    path = {path}
    for _ in range({count}):
        {step}
        path.append({entry})
    return {result}
"""


def stable_rates(largest, best, eigenvalues="np.linalg.eigvalsh(H)"):
    return f"""
def stable_rates(H):
    e = {eigenvalues}
    return {largest}, {best}
"""


def sgd_epoch(
    rate="eta * 2 / len(y_b)",
    sign="-",
    starts="range(0, len(y), batch)",
    at="w",
    result="    return w",
    before="",
):
    return f"""
def sgd_epoch(X, y, w, eta, batch):
    first = w
    {before}
    for start in {starts}:
        X_b, y_b = X[start : start + batch], y[start : start + batch]
        w = w {sign} {rate} * X_b.T @ (X_b @ {at} - y_b)
{result}
"""


def momentum(velocity="v = beta * v + g", step="w = w - eta * (g + beta * v if nesterov else v)", **other):
    order = other.get("order", f"{velocity}\n        {step}")
    return f"""
def momentum(gradient, w, eta, beta, steps, nesterov=False{other.get("more", "")}):
    {other.get("start", "v = np.zeros(len(w))")}
    for _ in range(steps):
        g = gradient(w)
        {order}
    return {other.get("result", "w, v")}
"""


def critical_point(
    eigenvalues="np.linalg.eigvalsh(H)", tiny="1e-9 * np.abs(e).max()", first="", minimum="up.all()"
):
    return f"""
def critical_point(H):
    e = {eigenvalues}
    tiny = {tiny}
    up, down = e > tiny, e < -tiny
    {first}
    if up.any() and down.any():
        return "saddle"
    if {minimum}:
        return "minimum"
    return "maximum" if down.all() else "unclear"
"""


def adam_step(
    m="0.9 * m + 0.1 * g",
    v="0.999 * v + 0.001 * g**2",
    m_hat="m / (1 - 0.9**t)",
    v_hat="v / (1 - 0.999**t)",
    w="(1 - eta * decay) * w - eta * m_hat / (np.sqrt(v_hat) + 1e-8)",
    result="w, m, v",
    before="",
):
    return f"""
def adam_step(w, g, m, v, t, eta, decay):
    {before}
    m = {m}
    v = {v}
    m_hat = {m_hat}
    v_hat = {v_hat}
    w = {w}
    return {result}
"""


def lion_step(
    direction="np.sign(0.9 * m + 0.1 * g)",
    w="(1 - eta * decay) * w - eta * direction",
    m="0.99 * m + 0.01 * g",
    before="",
):
    return f"""
def lion_step(w, g, m, eta, decay):
    {before}
    direction = {direction}
    return {w}, {m}
"""


def learning_rate(
    rise="peak * (t + 1) / warm", early="t < warm", end="if t > T:\n        return floor", fall=None
):
    fall = fall or "floor + (peak - floor) / 2 * (1 + np.cos(np.pi * (t - warm) / (T - warm)))"
    return f"""
def learning_rate(t, T, warm, peak, floor):
    if {early}:
        return {rise}
    {end}
    return {fall}
"""


WRONG = [
    # ------------------------------------------------------------------ Task 1: descend
    Wrong("descend", "climbs", DESCEND, descend("w = w + eta * gradient(w)")),
    Wrong("descend", "without the rate", DESCEND, descend("w = w - gradient(w)")),
    Wrong("descend", "without the start", DESCEND, descend(path="[]")),
    Wrong("descend", "the last point only", DESCEND, descend(result="w")),
    Wrong("descend", "one step too few", DESCEND, descend(count="steps - 1")),
    Wrong("descend", "one array, changed in place", DESCEND, descend("w -= eta * gradient(w)")),
    Wrong(
        "descend",
        "stops where it is flat",
        {"descend-path"},
        """
def descend(gradient, w, eta, steps):
    path = [w]
    for _ in range(steps):
        g = np.asarray(gradient(w))
        if np.allclose(g, 0):
            break
        w = w - eta * g
        path.append(w)
    return path
""",
    ),
    Wrong(
        "descend",
        "in place on the start, copies in the path",
        {"descend-pure"},
        descend("w -= eta * gradient(w)", path="[w.copy()]", entry="w.copy()"),
    ),
    Wrong(
        "descend",
        "one gradient for all steps",
        DESCEND,
        """
def descend(gradient, w, eta, steps):
    g = gradient(w)
    return np.array([w - t * eta * g for t in range(steps + 1)])
""",
    ),
    Wrong(
        "descend",
        "a gradient too many",
        {"descend-path"},
        """
def descend(gradient, w, eta, steps):
    path = []
    for _ in range(steps + 1):
        path.append(w)
        w = w - eta * gradient(w)
    return np.array(path)
""",
    ),
    Wrong(
        "descend",
        "the length of the gradient for all components",
        DESCEND,
        descend("w = w - eta * np.linalg.norm(gradient(w)) * np.sign(w)"),
    ),
    Wrong("descend", "no return", DESCEND, descend(result="None")),
    # ------------------------------------------------------------------ Task 2: stable_rates
    Wrong("stable_rates", "1 / L", STABLE, stable_rates("1 / e[-1]", "2 / (e[0] + e[-1])")),
    Wrong("stable_rates", "the flattest direction", STABLE, stable_rates("2 / e[0]", "2 / (e[0] + e[-1])")),
    Wrong("stable_rates", "order exchanged", STABLE, stable_rates("2 / (e[0] + e[-1])", "2 / e[-1]")),
    Wrong(
        "stable_rates",
        "the diagonal",
        {"stable_rates-turned", "stable_rates-run"},
        stable_rates("2 / e.max()", "2 / (e.min() + e.max())", "np.diag(H)"),
    ),
    Wrong(
        "stable_rates",
        "eigenvalues in no order",
        {"stable_rates-turned", "stable_rates-run"},
        stable_rates("2 / e[0]", "2 / (e[0] + e[-1])", "np.linalg.eigvals(H)"),
    ),
    Wrong("stable_rates", "the trace", STABLE, stable_rates("2 / e.sum()", "2 / (e[0] + e[-1])")),
    Wrong(
        "stable_rates",
        "best: all eigenvalues",
        {"stable_rates-turned", "stable_rates-run"},
        stable_rates("2 / e[-1]", "2 / e.sum()"),
    ),
    Wrong(
        "stable_rates", "best: geometric mean", STABLE, stable_rates("2 / e[-1]", "1 / np.sqrt(e[0] * e[-1])")
    ),
    Wrong("stable_rates", "best: 1 / L", STABLE, stable_rates("2 / e[-1]", "1 / e[-1]")),
    Wrong("stable_rates", "one number", STABLE, "def stable_rates(H):\n    return 2 / np.linalg.norm(H, 2)"),
    Wrong(
        "stable_rates",
        "the worked example, by heart",
        {"stable_rates-turned", "stable_rates-run"},
        "def stable_rates(H):\n    return 0.25, 0.2",
    ),
    # ------------------------------------------------------------------ Task 3: sgd_epoch
    Wrong("sgd_epoch", "without the 2", SGD, sgd_epoch("eta / len(y_b)")),
    Wrong("sgd_epoch", "sum instead of mean", SGD, sgd_epoch("eta * 2")),
    Wrong("sgd_epoch", "divided by batch", {"sgd_epoch-rest"}, sgd_epoch("eta * 2 / batch")),
    Wrong(
        "sgd_epoch",
        "divided by n",
        {"sgd_epoch-example", "sgd_epoch-batches", "sgd_epoch-rest"},
        sgd_epoch("eta * 2 / len(y)"),
    ),
    Wrong("sgd_epoch", "all gradients at the first w", SGD, sgd_epoch(at="first")),
    Wrong("sgd_epoch", "climbs", SGD, sgd_epoch(sign="+")),
    Wrong(
        "sgd_epoch",
        "drops what does not fill a batch",
        {"sgd_epoch-rest"},
        sgd_epoch(starts="range(0, len(y) - batch + 1, batch)"),
    ),
    Wrong("sgd_epoch", "returns in the loop", SGD, sgd_epoch(result="        return w")),
    Wrong(
        "sgd_epoch",
        "from the last example to the first",
        {"sgd_epoch-batches", "sgd_epoch-rest"},
        sgd_epoch(before="X, y = X[::-1], y[::-1]"),
    ),
    Wrong("sgd_epoch", "in place on w", {"sgd_epoch-rest"}, sgd_epoch().replace("w = w - eta", "w -= eta")),
    Wrong(
        "sgd_epoch",
        "batch is the number of batches",
        SGD,
        """
def sgd_epoch(X, y, w, eta, batch):
    for X_b, y_b in zip(np.array_split(X, batch), np.array_split(y, batch)):
        w = w - eta * 2 / max(len(y_b), 1) * X_b.T @ (X_b @ w - y_b)
    return w
""",
    ),
    # ------------------------------------------------------------------ Task 4: momentum
    Wrong("momentum", "an average", MOMENTUM, momentum("v = beta * v + (1 - beta) * g")),
    Wrong("momentum", "no memory", MOMENTUM, momentum("v = g")),
    Wrong("momentum", "forgets nothing", MOMENTUM, momentum("v = v + g")),
    Wrong("momentum", "the velocity points downhill, twice", MOMENTUM, momentum("v = beta * v - g")),
    Wrong("momentum", "climbs", MOMENTUM, momentum(step="w = w + eta * (g + beta * v if nesterov else v)")),
    Wrong(
        "momentum",
        "the rate inside of the velocity",
        {"momentum-valley", "momentum-nesterov"},
        momentum("v = beta * v + eta * g", "w = w - (eta * g + beta * v if nesterov else v)"),
    ),
    Wrong("momentum", "no Nesterov", {"momentum-nesterov"}, momentum(step="w = w - eta * v")),
    Wrong(
        "momentum",
        "always Nesterov",
        {"momentum-example", "momentum-valley"},
        momentum(step="w = w - eta * (g + beta * v)"),
    ),
    Wrong(
        "momentum",
        "Nesterov with the old velocity",
        {"momentum-nesterov"},
        momentum(
            order="old = v\n        v = beta * v + g\n"
            "        w = w - eta * (g + beta * old if nesterov else v)"
        ),
    ),
    Wrong(
        "momentum",
        "moves before the velocity is new",
        MOMENTUM,
        momentum(order="w = w - eta * (g + beta * v if nesterov else v)\n        v = beta * v + g"),
    ),
    Wrong(
        "momentum",
        "in place on the start",
        {"momentum-pure"},
        momentum(step="w -= eta * (g + beta * v if nesterov else v)"),
    ),
    Wrong(
        "momentum",
        "a velocity that outlives the call",
        {"momentum-valley", "momentum-nesterov", "momentum-pure"},
        momentum(
            order="v = memory['v'] = beta * memory['v'] + g\n"
            "        w = w - eta * (g + beta * v if nesterov else v)",
            more=", memory={'v': 0.0}",
        ),
    ),
    Wrong("momentum", "the point only", MOMENTUM | {"momentum-pure"}, momentum(result="w")),
    # ------------------------------------------------------------------ Task 5: critical_point
    Wrong("critical_point", "the diagonal", CRITICAL, critical_point("np.diag(H)")),
    Wrong(
        "critical_point",
        "determinant and trace",
        {"critical_point-turned", "critical_point-flat"},
        """
def critical_point(H):
    determinant = np.linalg.det(H)
    if abs(determinant) < 1e-30:
        return "unclear"
    if determinant < 0:
        return "saddle"
    return "minimum" if np.trace(H) > 0 else "maximum"
""",
    ),
    Wrong("critical_point", "no allowance", {"critical_point-flat"}, critical_point(tiny="0.0")),
    Wrong("critical_point", "an absolute allowance", {"critical_point-turned"}, critical_point(tiny="1e-9")),
    Wrong(
        "critical_point",
        "one zero makes all unclear",
        {"critical_point-flat"},
        critical_point(first="if not (up | down).all():\n        return 'unclear'"),
    ),
    Wrong(
        "critical_point",
        "zero counts as up",
        {"critical_point-flat"},
        critical_point(minimum="not down.any()"),
    ),
    Wrong(
        "critical_point",
        "minimum and maximum exchanged",
        CRITICAL,
        critical_point().replace("up, down =", "down, up ="),
    ),
    Wrong(
        "critical_point",
        "what is neither is a saddle",
        {"critical_point-flat"},
        critical_point().replace('"unclear"', '"saddle"'),
    ),
    Wrong("critical_point", "capitals", CRITICAL, critical_point().replace("mum", "MUM")),
    Wrong(
        "critical_point",
        "the two eigenvalues of a plane",
        {"critical_point-turned", "critical_point-flat"},
        critical_point("np.linalg.eigvalsh(H)[:2]"),
    ),
    # ------------------------------------------------------------------ Task 6: adam_step
    Wrong("adam_step", "no correction", ADAM, adam_step(m_hat="m", v_hat="v")),
    Wrong("adam_step", "no correction of the first moment", ADAM, adam_step(m_hat="m")),
    Wrong("adam_step", "no correction of the second moment", ADAM, adam_step(v_hat="v")),
    Wrong(
        "adam_step",
        "keeps the corrected moments",
        {"adam_step-example", "adam_step-later"},
        adam_step(result="w, m_hat, v_hat"),
    ),
    Wrong(
        "adam_step",
        "the gradient in the numerator",
        {"adam_step-later"},
        adam_step(m_hat="g"),
    ),
    Wrong("adam_step", "counts from zero", ADAM, adam_step(before="t = t - 1")),
    Wrong("adam_step", "climbs", ADAM, adam_step().replace("w - eta * m_hat", "w + eta * m_hat")),
    Wrong("adam_step", "the square forgotten", ADAM, adam_step(v="0.999 * v + 0.001 * g")),
    Wrong("adam_step", "the root forgotten", ADAM, adam_step().replace("np.sqrt(v_hat)", "v_hat")),
    Wrong(
        "adam_step",
        "the two betas exchanged",
        {"adam_step-example", "adam_step-later"},
        adam_step(
            m="0.999 * m + 0.001 * g",
            v="0.9 * v + 0.1 * g**2",
            m_hat="m / (1 - 0.999**t)",
            v_hat="v / (1 - 0.9**t)",
        ),
    ),
    Wrong(
        "adam_step",
        "no epsilon",
        {"adam_step-epsilon"},
        adam_step().replace(" + 1e-8", ""),
    ),
    Wrong(
        "adam_step",
        "epsilon inside of the root",
        ADAM,
        adam_step().replace("np.sqrt(v_hat) + 1e-8", "np.sqrt(v_hat + 1e-8)"),
    ),
    Wrong(
        "adam_step",
        "epsilon before the correction",
        ADAM,
        adam_step().replace("np.sqrt(v_hat) + 1e-8", "(np.sqrt(v) + 1e-8) / np.sqrt(1 - 0.999**t)"),
    ),
    Wrong(
        "adam_step",
        "a penalty instead of the decay",
        {"adam_step-decay"},
        adam_step(before="g = g + decay * w"),
    ),
    Wrong(
        "adam_step",
        "the decay without the rate",
        {"adam_step-decay"},
        adam_step().replace("(1 - eta * decay)", "(1 - decay)"),
    ),
    Wrong("adam_step", "no decay", {"adam_step-decay"}, adam_step().replace("(1 - eta * decay) * ", "")),
    Wrong(
        "adam_step",
        "in place on the moments",
        {"adam_step-decay"},
        adam_step(before="m *= 0.9\n    v *= 0.999", m="m + 0.1 * g", v="v + 0.001 * g**2"),
    ),
    # ------------------------------------------------------------------ Task 7: lion_step
    Wrong("lion_step", "climbs", LION, lion_step(w="(1 - eta * decay) * w + eta * direction")),
    Wrong("lion_step", "no sign", LION, lion_step("0.9 * m + 0.1 * g")),
    Wrong(
        "lion_step",
        "the sign of the gradient",
        {"lion_step-momentum", "lion_step-decay"},
        lion_step("np.sign(g)"),
    ),
    Wrong(
        "lion_step",
        "the sign of the new m",
        {"lion_step-momentum"},
        lion_step("np.sign(0.99 * m + 0.01 * g)"),
    ),
    Wrong(
        "lion_step",
        "m renewed first, then mixed",
        {"lion_step-momentum"},
        lion_step(before="m = 0.99 * m + 0.01 * g", m="m"),
    ),
    Wrong("lion_step", "keeps the wrong mixture", LION, lion_step(m="0.9 * m + 0.1 * g")),
    Wrong(
        "lion_step",
        "zero has a sign",
        {"lion_step-example", "lion_step-momentum"},
        lion_step("np.where(0.9 * m + 0.1 * g >= 0, 1, -1)"),
    ),
    Wrong("lion_step", "one sign for all", LION, lion_step("np.sign(np.sum(0.9 * m + 0.1 * g))")),
    Wrong(
        "lion_step",
        "a penalty instead of the decay",
        {"lion_step-decay"},
        lion_step(before="g = g + 10 * decay * w", w="w - eta * direction"),
    ),
    Wrong(
        "lion_step",
        "the decay without the rate",
        {"lion_step-decay"},
        lion_step(w="(1 - decay) * w - eta * direction"),
    ),
    Wrong("lion_step", "no decay", {"lion_step-decay"}, lion_step(w="w - eta * direction")),
    Wrong(
        "lion_step",
        "in place on m",
        {"lion_step-decay"},
        """
def lion_step(w, g, m, eta, decay):
    direction = np.sign(0.9 * m + 0.1 * g)
    m *= 0.99
    m += 0.01 * g
    return (1 - eta * decay) * w - eta * direction, m
""",
    ),
    # ------------------------------------------------------------------ Task 8: learning_rate
    Wrong(
        "learning_rate",
        "warm-up from zero",
        {"learning_rate-example", "learning_rate-floor"},
        learning_rate("peak * t / warm"),
    ),
    Wrong("learning_rate", "a step too much of warm-up", RATE, learning_rate(early="t <= warm")),
    Wrong(
        "learning_rate",
        "warm-up from the floor",
        {"learning_rate-floor"},
        learning_rate("floor + (peak - floor) * (t + 1) / warm"),
    ),
    Wrong(
        "learning_rate",
        "the cosine counts from the start",
        {"learning_rate-example", "learning_rate-floor"},
        learning_rate(fall="floor + (peak - floor) / 2 * (1 + np.cos(np.pi * t / T))"),
    ),
    Wrong(
        "learning_rate",
        "the cosine is too long",
        {"learning_rate-example", "learning_rate-floor"},
        learning_rate(fall="floor + (peak - floor) / 2 * (1 + np.cos(np.pi * (t - warm) / T))"),
    ),
    Wrong("learning_rate", "rises again after the end", {"learning_rate-ends"}, learning_rate(end="")),
    Wrong(
        "learning_rate",
        "zero after the end",
        {"learning_rate-ends"},
        learning_rate(end="if t > T:\n        return 0.0"),
    ),
    Wrong(
        "learning_rate",
        "no floor",
        {"learning_rate-floor", "learning_rate-ends"},
        learning_rate(fall="peak / 2 * (1 + np.cos(np.pi * (t - warm) / (T - warm)))"),
    ),
    Wrong(
        "learning_rate",
        "the floor on top of the peak",
        {"learning_rate-floor", "learning_rate-ends"},
        learning_rate(fall="floor + peak / 2 * (1 + np.cos(np.pi * (t - warm) / (T - warm)))"),
    ),
    Wrong(
        "learning_rate",
        "divides by a warm-up of zero steps",
        {"learning_rate-ends"},
        learning_rate(
            early="(t + 1) / warm <= 1",
        ),
    ),
    Wrong(
        "learning_rate",
        "a straight line instead of the cosine",
        {"learning_rate-floor"},
        learning_rate(fall="floor + (peak - floor) * (1 - (t - warm) / (T - warm))"),
    ),
    Wrong(
        "learning_rate",
        "no pi",
        RATE,
        learning_rate(fall="floor + (peak - floor) / 2 * (1 + np.cos((t - warm) / (T - warm)))"),
    ),
]

RIGHT = [
    Right(
        "descend",
        "an array made beforehand",
        """
def descend(gradient, w, eta, steps):
    path = np.empty((steps + 1, len(w)))
    path[0] = w
    for t in range(steps):
        path[t + 1] = path[t] - eta * np.asarray(gradient(path[t]))
    return path
""",
    ),
    Right(
        "descend",
        "in place on a copy, a list",
        descend("w -= eta * gradient(w)", path="[w.copy()]; w = w.copy()", entry="w.copy()", result="path"),
    ),
    Right(
        "stable_rates",
        "norms",
        stable_rates("2 / e", "2 / (e + 1 / np.linalg.norm(np.linalg.inv(H), 2))", "np.linalg.norm(H, 2)"),
    ),
    Right(
        "stable_rates",
        "sorted eigenvalues, a list",
        """
def stable_rates(H):
    low, *_, high = 2 * sorted(np.linalg.eigvals(H).real)
    low, high = np.linalg.svd(H, compute_uv=False)[[-1, 0]]
    return [2 / high, 1 / ((low + high) / 2)]
""",
    ),
    Right(
        "sgd_epoch",
        "split",
        """
def sgd_epoch(X, y, w, eta, batch):
    for rows in np.split(np.arange(len(y)), np.arange(batch, len(y), batch)):
        errors = X[rows] @ w - y[rows]
        w = w - eta * np.mean(2 * errors[:, None] * X[rows], axis=0)
    return w
""",
    ),
    Right(
        "sgd_epoch",
        "example by example",
        """
def sgd_epoch(X, y, w, eta, batch):
    total, count = np.zeros(len(w)), 0
    for i in range(len(y)):
        total, count = total + 2 * (X[i] @ w - y[i]) * X[i], count + 1
        if count == batch or i == len(y) - 1:
            w = w - eta * total / count
            total, count = np.zeros(len(w)), 0
    return w
""",
    ),
    Right(
        "momentum",
        "two branches",
        momentum(
            step="if nesterov:\n            w = w - eta * g - eta * beta * v\n"
            "        else:\n            w = w - eta * v"
        ),
    ),
    Right(
        "momentum",
        "in place on copies, a list",
        momentum(
            order="v *= beta\n        v += g\n        w -= eta * (g + beta * v) if nesterov else eta * v",
            start="w, v = np.array(w, dtype=float), np.zeros_like(w, dtype=float)",
            result="[w, v]",
        ),
    ),
    Right(
        "critical_point",
        "signs",
        """
def critical_point(H):
    e = np.linalg.eigh(H)[0]
    signs = set(np.sign(np.where(np.abs(e) <= 1e-9 * np.abs(e).max(), 0, e)))
    if {1, -1} <= signs:
        return "saddle"
    return {1: "minimum", -1: "maximum", 0: "unclear"}[0 if 0 in signs else signs.pop()]
""",
    ),
    Right(
        "critical_point",
        "the two ends",
        """
def critical_point(H):
    e = np.sort(np.linalg.eigvalsh(H))
    tiny = 1e-9 * max(abs(e[0]), abs(e[-1]))
    if e[0] < -tiny and e[-1] > tiny:
        return "saddle"
    if e[0] > tiny:
        return "minimum"
    if e[-1] < -tiny:
        return "maximum"
    return "unclear"
""",
    ),
    Right(
        "adam_step",
        "the corrections taken together",
        adam_step(
            m_hat="m",
            v_hat="v",
            w="w - eta * decay * w - eta / (1 - 0.9**t) * m / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)",
        ),
    ),
    Right(
        "adam_step",
        "averages as moves toward the gradient, decay first",
        adam_step(
            before="w = w * (1 - decay * eta)",
            m="m + (1 - 0.9) * (g - m)",
            v="v + (1 - 0.999) * (g * g - v)",
            w="w - eta * m_hat / (np.sqrt(v_hat) + 1e-8)",
            result="[w, m, v]",
        ),
    ),
    Right("lion_step", "signs by comparison", lion_step("1.0 * (9 * m + g > 0) - 1.0 * (9 * m + g < 0)")),
    Right(
        "lion_step",
        "decay first, m as a move",
        lion_step(before="w = w - eta * decay * w", w="w - eta * direction", m="m + 0.01 * (g - m)"),
    ),
    Right(
        "learning_rate",
        "the square of a cosine",
        learning_rate(fall="floor + (peak - floor) * np.cos(np.pi / 2 * (t - warm) / (T - warm)) ** 2"),
    ),
    Right(
        "learning_rate",
        "the counter held at the end",
        learning_rate(end="t = min(t, T)", rise="(t + 1) / warm * peak"),
    ),
]

EVEN = "the cosine is even"
FALL = "return floor + (peak - floor) / 2 * (1 + np.cos(np.pi * (t - warm) / (T - warm)))"

EQUIVALENT = {
    ("learning_rate", "if t > T: -> if t >= T:"): "at t = T the cosine is at the floor, to the last bit",
    ("learning_rate", f"{FALL} -> {FALL.replace('(T - warm)', '(warm - T)')}"): EVEN,
    ("learning_rate", f"{FALL} -> {FALL.replace('(t - warm)', '(warm - t)')}"): EVEN,
}
