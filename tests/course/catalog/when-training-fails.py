"""Answers to the assignment on failing trainings that students may give, wrong and right."""

from assignment import Right, Wrong

REPORT = {"activation_report-example", "activation_report-dead", "activation_report-shares"}
GRADIENTS = {"gradient_report-example", "gradient_report-layers", "gradient_report-verdict"}
DEPTH = {"depth_budget-example", "depth_budget-values", "depth_budget-edges"}
STRETCH = {"stretch-example", "stretch-chain", "stretch-faults"}
CLIP = {"clip_gradients-example", "clip_gradients-together", "clip_gradients-short"}
NORM = {"batch_norm-example", "batch_norm-training"}  # without batch_norm-evaluation
BACK = {"normalize_vjp-example", "normalize_vjp-differences", "normalize_vjp-invariance"}
ABLATE = {"ablate-example", "ablate-paired", "ablate-fair"}
MEND = {"mend-example", "mend-training", "mend-limits"}


def activation_report(
    mean="h.mean()",
    spread="h.std()",
    zeros="np.mean(h == 0)",
    dead="np.flatnonzero((h == 0).all(axis=0))",
    **other,
):
    """The solution of Task 1 with a part exchanged."""
    return f"""
def activation_report(h):
    {other.get("before", "")}
    return {mean}, {spread}, {zeros}, {dead}
"""


def gradient_report(
    ratio="np.linalg.norm(g) / np.linalg.norm(W)",
    exploding="r.max() > 30",
    vanishing="r.min() < 1e-3 * r.max()",
    order=("exploding", "vanishing"),
):
    tests = {"exploding": exploding, "vanishing": vanishing}
    first, second = order
    return f"""
def gradient_report(gradients, weights):
    r = np.array([{ratio} for g, W in zip(gradients, weights)])
    if {tests[first]}:
        return r, "{first}"
    if {tests[second]}:
        return r, "{second}"
    return r, "healthy"
"""


def depth_budget(share="a**L", depth="int(np.log(c) / abs(np.log(a)) + 1e-9)", one="return a**L, np.inf"):
    return f"""
def depth_budget(a, L, c):
    if a == 1:
        {one}
    return {share}, {depth}
"""


def stretch(step="J = s[:, None] * W @ J", result="np.linalg.svd(J, compute_uv=False)", start=None):
    return f"""
def stretch(weights, slopes):
    J = {start or "np.eye(weights[0].shape[1])"}
    for W, s in zip(weights, slopes):
        {step}
    return {result}
"""


def clip_gradients(
    norm="np.sqrt(sum(np.sum(g**2) for g in gradients))",
    clipped="[g * c / max(norm, c) for g in gradients]",
    result="norm",
    between="",
):
    return f"""
def clip_gradients(gradients, c):
    norm = {norm}
    {between}
    clipped = {clipped}
    return clipped, {result}
"""


def batch_norm(
    training="mu, v = z.mean(axis=0), z.var(axis=0)",
    mean="mean = (1 - m) * mean + m * mu",
    var="var = (1 - m) * var + m * v * B / (B - 1)",
    result="(z - mu) / np.sqrt(v + eps)",
    when="training",
):
    return f"""
def batch_norm(z, mean, var, training, m=0.1, eps=1e-5):
    mu, v, B = mean, var, len(z)
    if {when}:
        {training}
        {mean}
        {var}
    return {result}, mean, var
"""


def normalize_vjp(
    s="np.sqrt(z.var(axis=axis, keepdims=True) + eps)",
    mean="g.mean(axis=axis, keepdims=True)",
    along="(g * z_hat).mean(axis=axis, keepdims=True)",
    result="(g - mean - z_hat * along) / s",
    center="z.mean(axis=axis, keepdims=True)",
    head="g, z, axis, eps=1e-5",
):
    return f"""
def normalize_vjp({head}):
    s = {s}
    z_hat = (z - {center}) / s
    mean = {mean}
    along = {along}
    return {result}
"""


def ablate(
    settings="full | change",
    entry="(without - base).mean(), (without - base).std()",
    base="np.array([loss(full, seed) for seed in seeds])",
    seeds="seeds",
):
    return f"""
def ablate(loss, full, parts, seeds):
    base = {base}
    report = {{}}
    for name, change in parts.items():
        without = np.array([loss({settings}, seed) for seed in {seeds}])
        report[name] = {entry}
    return report
"""


def mend(
    inputs="(x - x.mean(axis=0)) / x.std(axis=0)",
    weights="[rng.normal(size=W.shape) * np.sqrt(2 / W.shape[1]) for W in patient['weights']]",
    rate="0.1",
    size='seen["size"] > 10',
    sick='seen["twins"] or max(r) > 30 or min(r) <= 1e-3 * max(r)',
    pace='seen["update"] > 0.5 or seen["update"] < 1e-4',
    order="inputs weights rate",
    new="patient | {{{name!r}: {value}}}",
):
    """The solution of Task 9; `order` is that of the questions, `new` how a patient is changed."""
    parts = {"inputs": (size, inputs), "weights": (sick, weights), "rate": (pace, rate)}
    lines = ["def mend(patient, seen, rng):", '    x, r = patient["inputs"], seen["relative"]']
    for name in order.split():
        question, value = parts[name]
        lines += [f"    if {question}:", f"        return {name!r}, {new.format(name=name, value=value)}"]
    return "\n".join([*lines, '    return "healthy", patient'])


WRONG = [
    # ------------------------------------------------------------------ Task 1: activation_report
    Wrong(
        "activation_report",
        "examples for units",
        {"activation_report-example", "activation_report-dead"},
        activation_report(dead="np.flatnonzero((h == 0).all(axis=1))"),
    ),
    Wrong(
        "activation_report",
        "zero for some example",
        {"activation_report-example", "activation_report-dead"},
        activation_report(dead="np.flatnonzero((h == 0).any(axis=0))"),
    ),
    Wrong(
        "activation_report",
        "counted, not named",
        {"activation_report-example", "activation_report-dead"},
        activation_report(dead="(h == 0).all(axis=0).sum()"),
    ),
    Wrong(
        "activation_report",
        "the zeros counted",
        {"activation_report-example", "activation_report-shares"},
        activation_report(zeros="np.sum(h == 0)"),
    ),
    Wrong(
        "activation_report",
        "the share that is not zero",
        {"activation_report-example", "activation_report-shares"},
        activation_report(zeros="np.mean(h > 0)"),
    ),
    Wrong(
        "activation_report",
        "the variance",
        {"activation_report-example", "activation_report-shares"},
        activation_report(spread="h.var()"),
    ),
    Wrong(
        "activation_report",
        "the spread with one less",
        {"activation_report-example", "activation_report-shares"},
        activation_report(spread="h.std(ddof=1)"),
    ),
    Wrong(
        "activation_report",
        "a mean for each unit",
        REPORT - {"activation_report-dead"},
        activation_report(mean="h.mean(axis=0)"),
    ),
    Wrong(
        "activation_report",
        "the last two examples alone",
        {"activation_report-dead"},
        activation_report(dead="np.flatnonzero(h[-2:].max(axis=0) == 0)"),
    ),
    Wrong(
        "activation_report", "nothing returned", REPORT, "def activation_report(h):\n    h.mean(), h.std()\n"
    ),
    # ------------------------------------------------------------------ Task 2: gradient_report
    Wrong(
        "gradient_report",
        "weight over gradient",
        GRADIENTS,
        gradient_report("np.linalg.norm(W) / np.linalg.norm(g)"),
    ),
    Wrong(
        "gradient_report",
        "not divided",
        {"gradient_report-example", "gradient_report-layers"},
        gradient_report("np.linalg.norm(g)"),
    ),
    Wrong(
        "gradient_report",
        "squares without a root",
        GRADIENTS,
        gradient_report("np.sum(g**2) / np.sum(W**2)"),
    ),
    Wrong(
        "gradient_report",
        "the largest singular value",
        {"gradient_report-layers"},
        gradient_report("np.linalg.norm(g, 2) / np.linalg.norm(W, 2)"),
    ),
    Wrong(
        "gradient_report",
        "the largest entry",
        {"gradient_report-layers"},
        gradient_report("np.abs(g).max() / np.abs(W).max()"),
    ),
    Wrong(
        "gradient_report",
        "vanishing first",
        {"gradient_report-verdict"},
        gradient_report(order=("vanishing", "exploding")),
    ),
    Wrong(
        "gradient_report",
        "first layer against last",
        {"gradient_report-verdict"},
        gradient_report(vanishing="r[0] < 1e-3 * r[-1]"),
    ),
    Wrong(
        "gradient_report",
        "vanishing as an absolute size",
        {"gradient_report-verdict"},
        gradient_report(vanishing="r.min() < 1e-3"),
    ),
    Wrong(
        "gradient_report",
        "from 30 on",
        {"gradient_report-verdict"},
        gradient_report(exploding="r.max() >= 30"),
    ),
    Wrong(
        "gradient_report",
        "only the first layer explodes",
        {"gradient_report-verdict"},
        gradient_report(exploding="r[0] > 30"),
    ),
    # ------------------------------------------------------------------ Task 3: depth_budget
    Wrong(
        "depth_budget",
        "factors added up",
        DEPTH - {"depth_budget-edges"},
        depth_budget(share="1 - L * (1 - a)"),
    ),
    Wrong(
        "depth_budget",
        "rounded up",
        {"depth_budget-example", "depth_budget-values"},
        depth_budget(depth="int(np.ceil(np.log(c) / abs(np.log(a)) - 1e-9))"),
    ),
    Wrong(
        "depth_budget",
        "rounded to the nearest",
        {"depth_budget-example", "depth_budget-values"},
        depth_budget(depth="round(np.log(c) / abs(np.log(a)))"),
    ),
    Wrong(
        "depth_budget",
        "only for factors below 1",
        {"depth_budget-values", "depth_budget-edges"},
        depth_budget(depth="int(-np.log(c) / np.log(a) + 1e-9)"),
    ),
    Wrong(
        "depth_budget",
        "not rounded",
        DEPTH,
        depth_budget(depth="np.log(c) / abs(np.log(a))"),
    ),
    Wrong(
        "depth_budget",
        "a logarithm too small",
        {"depth_budget-edges"},
        depth_budget(depth="int(np.log(c) / abs(np.log(a)))"),
    ),
    Wrong(
        "depth_budget",
        "half of the answer",
        DEPTH,
        depth_budget(share="a").replace("return a, int(np.log(c) / abs(np.log(a)) + 1e-9)", "return a**L"),
    ),
    Wrong(
        "depth_budget",
        "two kinds of logarithm",
        DEPTH,
        depth_budget(depth="int(np.log10(c) / abs(np.log(a)) + 1e-9)"),
    ),
    Wrong(
        "depth_budget",
        "one layer too few",
        DEPTH,
        depth_budget(depth="int(np.log(c) / abs(np.log(a)) + 1e-9) - 1"),
    ),
    Wrong(
        "depth_budget", "no layer at a factor of 1", {"depth_budget-edges"}, depth_budget(one="return 1, 0")
    ),
    # ------------------------------------------------------------------ Task 4: stretch
    Wrong("stretch", "without the slopes", STRETCH, stretch("J = W @ J")),
    Wrong(
        "stretch",
        "slopes on the inputs",
        {"stretch-example", "stretch-chain"},
        stretch("J = W @ (np.resize(s, J.shape[0])[:, None] * J)"),
    ),
    Wrong("stretch", "the other order", {"stretch-chain"}, stretch("J = J @ (s[:, None] * W)")),
    Wrong(
        "stretch",
        "the sizes of the eigenvalues",
        STRETCH,
        stretch(result="np.sort(np.abs(np.linalg.eigvals(J)))[::-1]"),
    ),
    Wrong(
        "stretch",
        "the smallest first",
        {"stretch-example", "stretch-chain", "stretch-faults"},
        stretch(result="np.linalg.svd(J, compute_uv=False)[::-1]"),
    ),
    Wrong(
        "stretch",
        "the squares",
        STRETCH,
        stretch(result="np.linalg.svd(J.T @ J, compute_uv=False)[: min(J.shape)]"),
    ),
    Wrong(
        "stretch",
        "the last layer alone",
        {"stretch-chain", "stretch-faults"},
        stretch("J = s[:, None] * W"),
    ),
    Wrong(
        "stretch",
        "singular values multiplied layer by layer",
        {"stretch-chain", "stretch-faults"},
        """
def stretch(weights, slopes):
    result = 1
    for W, s in zip(weights, slopes):
        result = result * np.linalg.svd(s[:, None] * W, compute_uv=False)
    return result
""",
    ),
    Wrong("stretch", "the matrix itself", STRETCH, stretch(result="J")),
    # ------------------------------------------------------------------ Task 5: clip_gradients
    Wrong(
        "clip_gradients",
        "each by itself",
        CLIP - {"clip_gradients-short"},
        clip_gradients(clipped="[g * min(1, c / (np.linalg.norm(g) + 1e-12)) for g in gradients]"),
    ),
    Wrong(
        "clip_gradients",
        "each component",
        CLIP,
        clip_gradients(clipped="[np.clip(g, -c, c) for g in gradients]"),
    ),
    Wrong(
        "clip_gradients",
        "always to the length c",
        {"clip_gradients-short"},
        clip_gradients(clipped="[g * c / norm for g in gradients]"),
    ),
    Wrong(
        "clip_gradients",
        "the quotient turned",
        CLIP,
        clip_gradients(clipped="[g * max(norm, c) / c for g in gradients]"),
    ),
    Wrong(
        "clip_gradients",
        "the norm without its root",
        CLIP,
        clip_gradients("sum(np.sum(g**2) for g in gradients)"),
    ),
    Wrong(
        "clip_gradients",
        "norms added up",
        CLIP,
        clip_gradients("sum(np.linalg.norm(g) for g in gradients)"),
    ),
    Wrong(
        "clip_gradients",
        "the norm afterwards",
        CLIP - {"clip_gradients-short"},
        clip_gradients(result="min(norm, c)"),
    ),
    Wrong(
        "clip_gradients",
        "in place",
        {"clip_gradients-short"},
        clip_gradients(
            between="for k, g in enumerate(gradients): gradients[k][...] = g * c / max(norm, c)",
            clipped="gradients",
        ),
    ),
    Wrong(
        "clip_gradients",
        "divided by a norm of zero",
        {"clip_gradients-short"},
        clip_gradients(clipped="[g / norm * min(c, norm) for g in gradients]"),
    ),
    Wrong(
        "clip_gradients",
        "zero where it is too long",
        CLIP,
        clip_gradients(clipped="[g * (norm <= c) for g in gradients]"),
    ),
    # ------------------------------------------------------------------ Task 6: batch_norm
    Wrong(
        "batch_norm",
        "over the features",
        NORM,
        batch_norm(
            "mu, v = z.mean(axis=1, keepdims=True), z.var(axis=1, keepdims=True)",
            mean="mean = (1 - m) * mean + m * z.mean(axis=0)",
            var="var = (1 - m) * var + m * z.var(axis=0) * B / (B - 1)",
        ),
    ),
    Wrong(
        "batch_norm",
        "one mean for all",
        {"batch_norm-training"},
        batch_norm("mu, v = z.mean() + 0 * mean, z.var() + 0 * var"),
    ),
    Wrong(
        "batch_norm",
        "divided by the variance",
        NORM | {"batch_norm-evaluation"},
        batch_norm(result="(z - mu) / (v + eps)"),
    ),
    Wrong(
        "batch_norm",
        "eps beside the root",
        {"batch_norm-training", "batch_norm-evaluation"},
        batch_norm(result="(z - mu) / (np.sqrt(v) + eps)"),
    ),
    Wrong(
        "batch_norm",
        "the running numbers in training",
        NORM,
        batch_norm(result="(z - mean) / np.sqrt(var + eps)"),
    ),
    Wrong(
        "batch_norm", "the batch always", {"batch_norm-evaluation"}, batch_norm(when="training or len(z) > 1")
    ),
    Wrong("batch_norm", "momentum on the old", NORM, batch_norm(mean="mean = m * mean + (1 - m) * mu")),
    Wrong(
        "batch_norm",
        "running variance without B / (B - 1)",
        NORM,
        batch_norm(var="var = (1 - m) * var + m * v"),
    ),
    Wrong(
        "batch_norm",
        "normalized with B - 1",
        NORM,
        batch_norm("mu, v = z.mean(axis=0), z.var(axis=0, ddof=1)", var="var = (1 - m) * var + m * v"),
    ),
    Wrong(
        "batch_norm",
        "running averages in place",
        {"batch_norm-training"},
        batch_norm(mean="mean += m * (mu - mean)", var="var += m * (v * B / (B - 1) - var)"),
    ),
    Wrong(
        "batch_norm", "the modes exchanged", NORM | {"batch_norm-evaluation"}, batch_norm(when="not training")
    ),
    # ------------------------------------------------------------------ Task 7: normalize_vjp
    Wrong("normalize_vjp", "the statistics held fixed", BACK, normalize_vjp(result="g / s")),
    Wrong("normalize_vjp", "only the mean taken out", BACK, normalize_vjp(result="(g - mean) / s")),
    Wrong(
        "normalize_vjp", "only the part along z_hat", BACK, normalize_vjp(result="(g - z_hat * along) / s")
    ),
    Wrong("normalize_vjp", "not divided", BACK, normalize_vjp(result="g - mean - z_hat * along")),
    Wrong(
        "normalize_vjp",
        "divided by the variance",
        BACK,
        normalize_vjp(result="(g - mean - z_hat * along) / s**2"),
    ),
    Wrong(
        "normalize_vjp",
        "always over the batch",
        BACK,
        normalize_vjp(head="g, z, axis, eps=1e-5, *, over=0").replace("axis=axis", "axis=over"),
    ),
    Wrong(
        "normalize_vjp",
        "always over the features",
        BACK,
        normalize_vjp(head="g, z, axis, eps=1e-5, *, over=1").replace("axis=axis", "axis=over"),
    ),
    Wrong("normalize_vjp", "sums for means", BACK, normalize_vjp(mean="g.sum(axis=axis, keepdims=True)")),
    Wrong("normalize_vjp", "the scores not centered", BACK, normalize_vjp(center="0")),
    Wrong(
        "normalize_vjp",
        "eps beside the root",
        {"normalize_vjp-differences"},
        normalize_vjp(s="np.sqrt(z.var(axis=axis, keepdims=True)) + eps"),
    ),
    Wrong(
        "normalize_vjp",
        "added instead of taken out",
        BACK,
        normalize_vjp(result="(g + mean + z_hat * along) / s"),
    ),
    Wrong(
        "normalize_vjp",
        "the length of the axis is lost",
        {"normalize_vjp-example", "normalize_vjp-differences", "normalize_vjp-invariance"},
        """
def normalize_vjp(g, z, axis, eps=1e-5):
    s = np.sqrt(z.var(axis=axis) + eps)
    z_hat = (z - z.mean(axis=axis)) / s
    return (g - g.mean(axis=axis) - z_hat * (g * z_hat).mean(axis=axis)) / s
""",
    ),
    # ------------------------------------------------------------------ Task 8: ablate
    Wrong(
        "ablate",
        "full minus without",
        ABLATE,
        ablate(entry="(base - without).mean(), (base - without).std()"),
    ),
    Wrong(
        "ablate",
        "the spread of the losses",
        ABLATE - {"ablate-fair"},
        ablate(entry="without.mean() - base.mean(), without.std()"),
    ),
    Wrong(
        "ablate",
        "the difference of the spreads",
        {"ablate-paired"},
        ablate(entry="(without - base).mean(), without.std() - base.std()"),
    ),
    Wrong("ablate", "the losses themselves", ABLATE, ablate(entry="without.mean(), without.std()")),
    Wrong("ablate", "the change alone", {"ablate-paired", "ablate-fair"}, ablate("change")),
    Wrong("ablate", "the full recipe wins", ABLATE, ablate("change | full")),
    Wrong(
        "ablate",
        "one seed",
        {"ablate-paired", "ablate-fair"},
        ablate(seeds="seeds[:1]", base="np.array([loss(full, seed) for seed in seeds[:1]])"),
    ),
    Wrong(
        "ablate",
        "the recipe changed in place",
        {"ablate-paired", "ablate-fair"},
        ablate("(full.update(change), full)[1]"),
    ),
    Wrong(
        "ablate",
        "a variance",
        {"ablate-paired"},
        ablate(entry="(without - base).mean(), (without - base).var()"),
    ),
    Wrong("ablate", "the seeds shifted", ABLATE - {"ablate-fair"}, ablate(seeds="[*seeds[1:], seeds[0]]")),
    Wrong("ablate", "a ratio", ABLATE, ablate(entry="(without / base).mean(), (without / base).std()")),
    # ------------------------------------------------------------------ Task 9: mend
    Wrong("mend", "everything made new", MEND, mend(size="True")),
    Wrong(
        "mend",
        "weights asked first",
        {"mend-example", "mend-training", "mend-limits"},
        mend(order="weights inputs rate"),
    ),
    Wrong("mend", "the rate asked first", MEND, mend(order="rate inputs weights")),
    Wrong(
        "mend",
        "one mean for all features",
        {"mend-example", "mend-training"},
        mend("(x - x.mean()) / x.std()"),
    ),
    Wrong(
        "mend",
        "examples standardized",
        {"mend-example", "mend-training"},
        mend("(x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)"),
    ),
    Wrong(
        "mend",
        "no treatment for twins",
        {"mend-limits"},
        mend(sick="max(r) > 30 or min(r) <= 1e-3 * max(r)"),
    ),
    Wrong(
        "mend",
        "a dead layer overlooked",
        {"mend-training", "mend-limits"},
        mend(sick='seen["twins"] or max(r) > 30'),
    ),
    Wrong(
        "mend",
        "Xavier with the outputs",
        {"mend-limits"},
        mend(weights="[rng.normal(size=W.shape) * np.sqrt(2 / W.shape[0]) for W in patient['weights']]"),
    ),
    Wrong(
        "mend",
        "standard normal weights",
        {"mend-limits"},
        mend(weights="[rng.normal(size=W.shape) for W in patient['weights']]"),
    ),
    Wrong(
        "mend", "rates that are too low", {"mend-training", "mend-limits"}, mend(pace='seen["update"] > 0.5')
    ),
    Wrong(
        "mend", "the rate divided by ten", {"mend-training", "mend-limits"}, mend(rate="patient['rate'] / 10")
    ),
    Wrong(
        "mend",
        "the patient changed in place",
        {"mend-training"},
        mend(new="(patient.update({{{name!r}: {value}}}), patient)[1]"),
    ),
    Wrong(
        "mend",
        "limits included",
        {"mend-limits"},
        mend(size='seen["size"] >= 10', pace='not 1e-4 < seen["update"] < 0.5'),
    ),
    Wrong(
        "mend",
        "a generator of its own",
        {"mend-limits"},
        """
def mend(patient, seen, rng):
    rng = np.random.default_rng(0)
    x, r = patient["inputs"], seen["relative"]
    if seen["size"] > 10:
        return "inputs", patient | {"inputs": (x - x.mean(axis=0)) / x.std(axis=0)}
    if seen["twins"] or max(r) > 30 or min(r) <= max(r) / 1000:
        weights = [rng.normal(size=W.shape) * np.sqrt(2 / W.shape[1]) for W in patient["weights"]]
        return "weights", patient | {"weights": weights}
    if seen["update"] > 0.5 or seen["update"] < 0.0001:
        return "rate", patient | {"rate": 0.1}
    return "healthy", patient
""",
    ),
]

RIGHT = [
    Right(
        "activation_report",
        "sums and a list",
        """
def activation_report(h):
    B, n = h.shape
    mean = h.sum() / (B * n)
    spread = (((h - mean) ** 2).sum() / (B * n)) ** 0.5
    return [mean, spread, 1 - np.count_nonzero(h) / h.size, [j for j in range(n) if not h[:, j].any()]]
""",
    ),
    Right(
        "activation_report",
        "by the largest of each column",
        activation_report(dead="np.where(h.max(axis=0) == 0)[0]"),
    ),
    Right("gradient_report", "roots of sums", gradient_report("(np.sum(g**2) / np.sum(W**2)) ** 0.5")),
    Right(
        "gradient_report",
        "a list and a conditional",
        """
def gradient_report(gradients, weights):
    r = [np.sqrt((g * g).sum()) / np.sqrt((W * W).sum()) for g, W in zip(gradients, weights)]
    worst, best = max(r), min(r)
    return r, "exploding" if worst > 30 else "vanishing" if best < worst / 1000 else "healthy"
""",
    ),
    Right(
        "depth_budget",
        "layer by layer",
        """
def depth_budget(a, L, c):
    if a == 1:
        return 1.0, float("inf")
    depth, size = 0, max(a, 1 / a)
    while size <= c * (1 + 1e-12):
        size, depth = size * max(a, 1 / a), depth + 1
    return np.prod(np.full(L, float(a))), depth
""",
    ),
    Right(
        "depth_budget",
        "other logarithms",
        depth_budget(share="np.exp(L * np.log(a))", depth="np.floor(np.log10(c) / abs(np.log10(a)) + 1e-9)"),
    ),
    Right("stretch", "diagonal matrices", stretch("J = np.diag(s) @ W @ J")),
    Right(
        "stretch",
        "from the last layer to the first",
        """
def stretch(weights, slopes):
    J = np.eye(len(slopes[-1]))
    for W, s in reversed(list(zip(weights, slopes))):
        J = (J * s) @ W
    return list(np.linalg.svd(J)[1])
""",
    ),
    Right(
        "stretch",
        "roots of eigenvalues",
        """
def stretch(weights, slopes):
    J = np.diag(slopes[0]) @ weights[0]
    for W, s in zip(weights[1:], slopes[1:]):
        J = np.diag(s) @ W @ J
    square = J @ J.T if J.shape[0] <= J.shape[1] else J.T @ J
    return np.sqrt(np.linalg.eigvalsh(square).clip(0))[::-1]
""",
    ),
    Right(
        "clip_gradients",
        "everything in one vector",
        clip_gradients("np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))"),
    ),
    Right(
        "clip_gradients",
        "a condition",
        clip_gradients(
            clipped="[g.copy() for g in gradients] if norm <= c else [c / norm * g for g in gradients]"
        ),
    ),
    Right(
        "batch_norm",
        "moves toward the batch",
        batch_norm(mean="mean = mean + m * (mu - mean)", var="var = var + m * (z.var(axis=0, ddof=1) - var)"),
    ),
    Right(
        "batch_norm",
        "two returns",
        """
def batch_norm(z, mean, var, training, m=0.1, eps=1e-5):
    if not training:
        return (z - mean) * (var + eps) ** -0.5, mean, var
    centered = z - z.sum(axis=0) / len(z)
    squares = (centered * centered).sum(axis=0)
    new_mean = mean - m * (mean - z.mean(axis=0))
    return centered / (squares / len(z) + eps) ** 0.5, new_mean, (1 - m) * var + m * squares / (len(z) - 1)
""",
    ),
    Right(
        "normalize_vjp",
        "by the transpose",
        """
def normalize_vjp(g, z, axis, eps=1e-5):
    if axis == 1:
        g, z = g.T, z.T
    s = (z.var(axis=0) + eps) ** 0.5
    z_hat = (z - z.mean(axis=0)) / s
    result = (g - g.mean(axis=0) - z_hat * (g * z_hat).mean(axis=0)) / s
    return result.T if axis == 1 else result
""",
    ),
    Right(
        "normalize_vjp",
        "with the Jacobian's terms",
        normalize_vjp(
            mean="g.sum(axis=axis, keepdims=True) / z.shape[axis]",
            result="g / s - mean / s - (z - z.mean(axis=axis, keepdims=True)) * along / s**2",
        ),
    ),
    Right(
        "ablate",
        "a comprehension, the full recipe anew",
        """
def ablate(loss, full, parts, seeds):
    result = {}
    for name, change in parts.items():
        d = [loss({**full, **change}, s) - loss(dict(full), s) for s in seeds]
        result[name] = np.mean(d), np.std(d)
    return result
""",
    ),
    Right(
        "ablate",
        "lists of two",
        ablate(
            "dict(full, **change)",
            "[np.mean(without - base), np.sqrt(np.mean((without - base - np.mean(without - base)) ** 2))]",
        ),
    ),
    Right(
        "mend",
        "questions in other words",
        mend(
            pace='not 1e-4 <= seen["update"] <= 0.5',
            sick='max(r) > 30 or seen["twins"] or any(v <= max(r) / 1000 for v in r)',
        ),
    ),
    Right(
        "mend",
        "a deep copy first",
        """
def mend(patient, seen, rng):
    import copy

    patient = copy.deepcopy(patient)
    x, r = patient["inputs"], seen["relative"]
    if seen["size"] > 10:
        return "inputs", patient | {"inputs": (x - x.mean(axis=0)) / x.std(axis=0)}
    if seen["twins"] or max(r) > 30 or min(r) <= max(r) / 1000:
        weights = [rng.normal(size=W.shape) * np.sqrt(2 / W.shape[1]) for W in patient["weights"]]
        return "weights", patient | {"weights": weights}
    if seen["update"] > 0.5 or seen["update"] < 0.0001:
        return "rate", patient | {"rate": 0.1}
    return "healthy", patient
""",
    ),
    Right("mend", "a copy with a new entry", mend(new="dict(patient, **{{{name!r}: {value}}})")),
]

LISTS = "the two lists are equally long"
RATIO = "np.linalg.norm(g) / np.linalg.norm(W) for g, W in zip(gradients, weights"
STEP = "for W, s in zip(weights, slopes"
CLIPPED = "return ([g * c / max(norm, c) for g in gradients], norm)"
HAT = "z_hat = (z - z.mean(axis=axis, keepdims=True)) / s"
ENTRY = "report[name] = ((without - base).mean(), (without - base).std())"

EQUIVALENT = {
    (
        "gradient_report",
        f"r = np.array([{RATIO}, strict=True)]) -> r = np.array([{RATIO})])",
    ): LISTS,
    (
        "gradient_report",
        f"r = np.array([{RATIO}, strict=True)]) -> r = np.array([{RATIO}, strict=False)])",
    ): LISTS,
    ("stretch", f"{STEP}, strict=True): -> {STEP}):"): LISTS,
    ("stretch", f"{STEP}, strict=True): -> {STEP}, strict=False):"): LISTS,
    (
        "clip_gradients",
        f"{CLIPPED} -> {CLIPPED.replace('norm, c', 'c, norm')}",
    ): "the larger of two is the same",
    (
        "normalize_vjp",
        f"{HAT} -> z_hat = (z.mean(axis=axis, keepdims=True) - z) / s",
    ): "z_hat stands twice in the product",
    (
        "ablate",
        f"{ENTRY} -> {ENTRY.replace('(without - base).std()', '(base - without).std()')}",
    ): "a spread has no sign",
}
