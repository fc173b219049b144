"""Answers to the assignment on recurrent networks that students may give, wrong and right."""

from assignment import Right, Wrong

RUN = {"run_rnn-example", "run_rnn-lengths", "run_rnn-pure"}
PAD = {"pad_and_mask-example", "pad_and_mask-lengths", "pad_and_mask-kinds"}
LOSS = {"masked_loss-example", "masked_loss-padding", "masked_loss-gradient"}
PACK = {"pack_rows-example", "pack_rows-order", "pack_rows-ties"}
BPTT = {"bptt-example", "bptt-shared", "bptt-start"}
CUT = {"truncated-example", "truncated-carried", "truncated-cut"}
REACH = {"reach-example", "reach-order", "reach-lengths"}
SPLIT = {"split_spellings-example", "split_spellings-apart", "split_spellings-share"}


def run_rnn(
    start="hs = [h]", step="np.tanh(hs[-1] @ W.T + x_t @ U.T + b)", result="np.array(hs)", loop="x_t in x"
):
    return f"""
def run_rnn(x, h, W, U, b):
    {start}
    for {loop}:
        hs.append({step})
    return {result}
"""


def pad_and_mask(
    shape="(max(lengths), len(sequences), sequences[0].shape[1])",
    fill="batch[: len(s), i] = s",
    mask="np.arange(max(lengths))[:, None] < np.array(lengths)",
    make="np.zeros({shape})",
    result="batch, mask",
):
    return f"""
def pad_and_mask(sequences):
    lengths = [len(s) for s in sequences]
    batch = {make.format(shape=shape)}
    for i, s in enumerate(sequences):
        {fill}
    mask = {mask}
    return {result}
"""


def masked_loss(
    z="logits - logits.max(axis=-1, keepdims=True)",
    real="mask[..., None] / mask.sum()",
    loss="-np.sum(right * log_p * real)",
    gradient="(np.exp(log_p) - right) * real",
    classes="np.where(mask, targets, 0)",
    between="pass",
):
    return f"""
def masked_loss(logits, targets, mask):
    {between}
    z = {z}
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    right = np.eye(logits.shape[-1])[{classes}]
    real = {real}
    return {loss}, {gradient}
"""


def pack_rows(
    key="lambda i: -len(sequences[i])",
    running="[i for i in order if len(sequences[i]) > t]",
    size="len(running)",
    result="np.array(rows), batch_sizes, order",
    reverse="",
    times="len(sequences[order[0]])",
):
    return f"""
def pack_rows(sequences):
    order = sorted(range(len(sequences)), key={key}{reverse})
    rows, batch_sizes = [], []
    for t in range({times}):
        running = {running}
        rows += [sequences[i][t] for i in running]
        batch_sizes.append({size})
    return {result}
"""


def bptt(
    delta="(dh[t] + carried) * (1 - hs[t + 1] ** 2)",
    W="dW += delta.T @ hs[t]",
    U="dU += delta.T @ x[t]",
    b="db += delta.sum(axis=0)",
    carry="carried = delta @ W",
    result="dW, dU, db, carried",
    times="reversed(range(len(x)))",
):
    return f"""
def bptt(dh, hs, x, W):
    dW, dU, db = np.zeros(W.shape), np.zeros((len(W), x.shape[2])), np.zeros(len(W))
    carried = np.zeros(hs[0].shape)
    for t in {times}:
        delta = {delta}
        {W}
        {U}
        {b}
        {carry}
    return {result}
"""


def truncated(
    first="states = [h]",
    error="states[t] - y[start + t - 1]",
    slope="slope += delta * states[t - 1]",
    carry="carried = delta * w",
    begin="slope = carried = 0.0",
    after="h = states[-1]",
    before="pass",
    starts="range(0, len(x), piece)",
):
    return f"""
def truncated(w, u, x, y, piece):
    slopes, h = [], 0.0
    {before}
    for start in {starts}:
        {first}
        for x_t in x[start : start + piece]:
            states.append(np.tanh(w * states[-1] + u * x_t))
        {begin}
        for t in range(len(states) - 1, 0, -1):
            delta = ({error} + carried) * (1 - states[t] ** 2)
            {slope}
            {carry}
        slopes.append(slope)
        {after}
    return slopes
"""


def reach(
    step="J = J @ ((1 - hs[t] ** 2)[:, None] * W)",
    value="np.linalg.norm(J, 2)",
    times="range(len(hs) - 1, 0, -1)",
):
    return f"""
def reach(hs, W):
    J, values = np.eye(len(W)), []
    for t in {times}:
        {step}
        values.append({value})
    return np.array(values)
"""


def split_spellings(
    spellings="sorted({name.lower() for name in names})",
    drawn="rng.permutation(spellings)[: int(share * len(spellings))]",
    inside="name.lower() in drawn",
    outside="name.lower() not in drawn",
    result="training, test",
):
    return f"""
def split_spellings(names, share, rng):
    spellings = {spellings}
    drawn = {drawn}
    training = [i for i, name in enumerate(names) if {outside}]
    test = [i for i, name in enumerate(names) if {inside}]
    return {result}
"""


WRONG = [
    # ------------------------------------------------------------------ Task 1: run_rnn
    Wrong(
        "run_rnn",
        "W turned round",
        RUN - {"run_rnn-pure"},
        run_rnn(step="np.tanh(hs[-1] @ W + x_t @ U.T + b)"),
    ),
    Wrong("run_rnn", "no tanh", RUN, run_rnn(step="hs[-1] @ W.T + x_t @ U.T + b")),
    Wrong("run_rnn", "without the first state", RUN, run_rnn(result="np.array(hs[1:])")),
    Wrong("run_rnn", "only the last state", RUN, run_rnn(result="hs[-1]")),
    Wrong("run_rnn", "the state is never carried", RUN, run_rnn(step="np.tanh(hs[0] @ W.T + x_t @ U.T + b)")),
    Wrong("run_rnn", "no bias", {"run_rnn-lengths"}, run_rnn(step="np.tanh(hs[-1] @ W.T + x_t @ U.T)")),
    Wrong("run_rnn", "starts from zero", RUN - {"run_rnn-example"}, run_rnn(start="hs = [0.0 * h]")),
    Wrong(
        "run_rnn", "tanh of the old state alone", RUN, run_rnn(step="np.tanh(hs[-1] @ W.T) + x_t @ U.T + b")
    ),
    Wrong(
        "run_rnn",
        "one array for all times",
        RUN,
        """
def run_rnn(x, h, W, U, b):
    h = h.astype(float)
    hs = [h]
    for x_t in x:
        h[:] = np.tanh(h @ W.T + x_t @ U.T + b)
        hs.append(h)
    return np.array(hs)
""",
    ),
    Wrong(
        "run_rnn",
        "written into the start",
        RUN - {"run_rnn-example"},
        """
def run_rnn(x, h, W, U, b):
    hs = [h.copy()]
    for x_t in x:
        h[:] = np.tanh(h @ W.T + x_t @ U.T + b)
        hs.append(h.copy())
    return np.array(hs)
""",
    ),
    Wrong(
        "run_rnn",
        "rounded to whole numbers",
        {"run_rnn-pure"},
        run_rnn(start="hs = [h]", result="np.array(hs).astype(h.dtype)"),
    ),
    Wrong("run_rnn", "batch taken for time", RUN, run_rnn(loop="x_t in x.transpose(1, 0, 2)")),
    # ------------------------------------------------------------------ Task 2: pad_and_mask
    Wrong(
        "pad_and_mask",
        "padded to the shortest",
        PAD,
        pad_and_mask(
            shape="(min(lengths), len(sequences), sequences[0].shape[1])",
            fill="batch[:, i] = s[: min(lengths)]",
            mask="np.ones((min(lengths), len(sequences)))",
        ),
    ),
    Wrong("pad_and_mask", "batch first", PAD, pad_and_mask(result="batch.transpose(1, 0, 2), mask.T")),
    Wrong(
        "pad_and_mask",
        "padding in front",
        PAD - {"pad_and_mask-kinds"},
        pad_and_mask(fill="batch[max(lengths) - len(s) :, i] = s"),
    ),
    Wrong(
        "pad_and_mask",
        "the mask from the numbers",
        {"pad_and_mask-lengths"},
        pad_and_mask(mask="(batch != 0).any(axis=2)"),
    ),
    Wrong(
        "pad_and_mask",
        "the mask one too long",
        PAD - {"pad_and_mask-kinds"},
        pad_and_mask(mask="np.arange(max(lengths))[:, None] <= np.array(lengths)"),
    ),
    Wrong(
        "pad_and_mask",
        "the mask turned round",
        PAD,
        pad_and_mask(mask="np.arange(max(lengths))[:, None] >= np.array(lengths)"),
    ),
    Wrong(
        "pad_and_mask",
        "padded with ones",
        PAD - {"pad_and_mask-kinds"},
        pad_and_mask(make="np.ones({shape})"),
    ),
    Wrong(
        "pad_and_mask",
        "the kind of the first",
        {"pad_and_mask-kinds"},
        pad_and_mask(make="np.zeros({shape}, dtype=sequences[0].dtype)"),
    ),
    Wrong(
        "pad_and_mask",
        "the first is the longest",
        PAD - {"pad_and_mask-example"},
        pad_and_mask(
            shape="(lengths[0], len(sequences), sequences[0].shape[1])",
            fill="batch[: len(s), i] = s[: lengths[0]]",
            mask="np.arange(lengths[0])[:, None] < np.array(lengths)",
        ),
    ),
    Wrong(
        "pad_and_mask",
        "sorted by length",
        PAD - {"pad_and_mask-example"},
        """
def pad_and_mask(sequences):
    sequences = sorted(sequences, key=len, reverse=True)
    lengths = [len(s) for s in sequences]
    batch = np.zeros((lengths[0], len(sequences), sequences[0].shape[1]))
    for i, s in enumerate(sequences):
        batch[: len(s), i] = s
    return batch, np.arange(lengths[0])[:, None] < np.array(lengths)
""",
    ),
    Wrong("pad_and_mask", "only the batch", PAD, pad_and_mask(result="batch")),
    Wrong(
        "pad_and_mask",
        "half precision",
        PAD - {"pad_and_mask-example"},
        pad_and_mask(make="np.zeros({shape}, dtype=np.float32)"),
    ),
    # ------------------------------------------------------------------ Task 3: masked_loss
    Wrong("masked_loss", "a mean over padding too", LOSS, masked_loss(real="mask[..., None] / mask.size")),
    Wrong("masked_loss", "a sum", LOSS - {"masked_loss-example"}, masked_loss(real="mask[..., None]")),
    Wrong("masked_loss", "no mask", LOSS, masked_loss(real="1 / mask.size")),
    Wrong(
        "masked_loss",
        "a mean of each sequence's mean",
        LOSS - {"masked_loss-example"},
        masked_loss(real="(mask / mask.sum(axis=0))[..., None] / mask.shape[1]"),
    ),
    Wrong(
        "masked_loss",
        "the gradient of padding kept",
        LOSS - {"masked_loss-padding"},
        masked_loss(gradient="(np.exp(log_p) - right) / mask.sum()"),
    ),
    Wrong(
        "masked_loss",
        "the gradient not divided",
        {"masked_loss-gradient"},
        masked_loss(gradient="(np.exp(log_p) - right) * mask[..., None]"),
    ),
    Wrong(
        "masked_loss",
        "the gradient turned round",
        LOSS - {"masked_loss-padding"},
        masked_loss(gradient="(right - np.exp(log_p)) * real"),
    ),
    Wrong("masked_loss", "no maximum", LOSS - {"masked_loss-example"}, masked_loss(z="logits")),
    Wrong(
        "masked_loss",
        "one maximum for all",
        LOSS - {"masked_loss-example"},
        masked_loss(z="logits - logits.max()"),
    ),
    Wrong(
        "masked_loss",
        "the sign of the loss",
        LOSS - {"masked_loss-gradient"},
        masked_loss(loss="np.sum(right * log_p * real)"),
    ),
    Wrong("masked_loss", "targets of padding used", {"masked_loss-padding"}, masked_loss(classes="targets")),
    Wrong(
        "masked_loss",
        "targets mended in place",
        {"masked_loss-padding"},
        masked_loss(between="targets[mask == 0] = 0"),
    ),
    Wrong(
        "masked_loss",
        "half of the answer",
        LOSS,
        masked_loss().replace(", (np.exp(log_p) - right) * real", ""),
    ),
    # ------------------------------------------------------------------ Task 4: pack_rows
    Wrong(
        "pack_rows",
        "shortest first",
        PACK,
        pack_rows(key="lambda i: len(sequences[i])", times="len(sequences[order[-1]])"),
    ),
    Wrong(
        "pack_rows", "not sorted", PACK, pack_rows(key="lambda i: 0", times="max(len(s) for s in sequences)")
    ),
    Wrong(
        "pack_rows",
        "ties turned round",
        {"pack_rows-ties"},
        pack_rows(key="lambda i: len(sequences[i])", reverse=", reverse=True").replace(
            "sorted(range(len(sequences))", "sorted(reversed(range(len(sequences)))"
        ),
    ),
    Wrong(
        "pack_rows",
        "sequence by sequence",
        PACK,
        pack_rows(result="np.concatenate([sequences[i] for i in order]), batch_sizes, order"),
    ),
    Wrong(
        "pack_rows",
        "lengths for batch sizes",
        PACK - {"pack_rows-example"},
        pack_rows(result="np.array(rows), [len(sequences[i]) for i in order], order"),
    ),
    Wrong(
        "pack_rows",
        "one moment too few",
        PACK,
        pack_rows(running="[i for i in order if len(sequences[i]) > t + 1]"),
    ),
    Wrong(
        "pack_rows",
        "the way back for the order",
        PACK - {"pack_rows-example"},
        pack_rows(result="np.array(rows), batch_sizes, np.argsort(order)"),
    ),
    Wrong(
        "pack_rows",
        "the list sorted in place",
        {"pack_rows-order"},
        """
def pack_rows(sequences):
    order = sorted(range(len(sequences)), key=lambda i: -len(sequences[i]))
    sequences.sort(key=len, reverse=True)
    rows, batch_sizes = [], []
    for t in range(len(sequences[0])):
        running = [s for s in sequences if len(s) > t]
        rows += [s[t] for s in running]
        batch_sizes.append(len(running))
    return np.array(rows), batch_sizes, order
""",
    ),
    Wrong(
        "pack_rows",
        "ties by their first number",
        {"pack_rows-ties"},
        pack_rows(key="lambda i: (-len(sequences[i]), -sequences[i][0, 0])"),
    ),
    Wrong(
        "pack_rows", "only the last batch size", PACK, pack_rows(result="np.array(rows), len(running), order")
    ),
    # ------------------------------------------------------------------ Task 5: bptt
    Wrong(
        "bptt", "the states before for the slope", BPTT, bptt(delta="(dh[t] + carried) * (1 - hs[t] ** 2)")
    ),
    Wrong("bptt", "the states after for W", BPTT - {"bptt-start"}, bptt(W="dW += delta.T @ hs[t + 1]")),
    Wrong("bptt", "W turned round", {"bptt-shared"}, bptt(W="dW += hs[t].T @ delta")),
    Wrong(
        "bptt", "back through W turned round", BPTT - {"bptt-example"}, bptt(carry="carried = delta @ W.T")
    ),
    Wrong(
        "bptt",
        "overwritten, not added",
        BPTT - {"bptt-start"},
        bptt(W="dW = delta.T @ hs[t]", U="dU = delta.T @ x[t]", b="db = delta.sum(axis=0)"),
    ),
    Wrong("bptt", "from the first moment on", BPTT, bptt(times="range(len(x))")),
    Wrong("bptt", "nothing carried", BPTT, bptt(carry="pass")),
    Wrong("bptt", "no slope", BPTT, bptt(delta="dh[t] + carried")),
    Wrong("bptt", "a mean over the batch", {"bptt-shared"}, bptt(b="db += delta.mean(axis=0)")),
    Wrong(
        "bptt",
        "the answers forgotten on the way",
        BPTT - {"bptt-example"},
        bptt(delta="(dh[t] if t == len(x) - 1 else carried) * (1 - hs[t + 1] ** 2)"),
    ),
    Wrong("bptt", "the last delta for h_0", BPTT - {"bptt-shared"}, bptt(result="dW, dU, db, delta")),
    Wrong(
        "bptt", "the slope of a sigmoid", BPTT, bptt(delta="(dh[t] + carried) * hs[t + 1] * (1 - hs[t + 1])")
    ),
    Wrong(
        "bptt",
        "written into dh",
        BPTT - {"bptt-example"},
        bptt(delta="dh[t]", carry="carried = delta @ W").replace(
            "delta = dh[t]", "dh[t] += carried\n        delta = dh[t] * (1 - hs[t + 1] ** 2)"
        ),
    ),
    # ------------------------------------------------------------------ Task 6: truncated
    Wrong("truncated", "the state not carried", CUT, truncated(after="pass")),
    Wrong(
        "truncated", "the gradient carried on", CUT, truncated(begin="slope = 0.0", before="carried = 0.0")
    ),
    Wrong("truncated", "the slopes added up", CUT, truncated(before="slope = 0.0", begin="carried = 0.0")),
    Wrong("truncated", "nothing goes back", CUT, truncated(carry="pass")),
    Wrong(
        "truncated",
        "only the last moment's loss",
        CUT,
        truncated(error="(states[t] - y[start + t - 1]) * (t == len(states) - 1)"),
    ),
    Wrong(
        "truncated",
        "the last piece left out",
        {"truncated-cut"},
        truncated(starts="range(0, len(x) - piece + 1, piece)"),
    ),
    Wrong(
        "truncated",
        "the first targets for each piece",
        CUT - {"truncated-example"},
        truncated(error="states[t] - y[t - 1]"),
    ),
    Wrong("truncated", "the state after for w", CUT, truncated(slope="slope += delta * states[t]")),
    Wrong("truncated", "the slope by u", CUT - {"truncated-example"}, truncated(carry="carried = delta * u")),
    Wrong("truncated", "twice as steep", CUT, truncated(error="2 * (states[t] - y[start + t - 1])")),
    Wrong("truncated", "a mean over the piece", CUT, truncated(after="slopes[-1] /= piece; h = states[-1]")),
    Wrong(
        "truncated",
        "the first moment of a piece left out",
        CUT,
        truncated().replace("range(len(states) - 1, 0, -1)", "range(len(states) - 1, 1, -1)"),
    ),
    # ------------------------------------------------------------------ Task 7: reach
    Wrong(
        "reach",
        "factors in the other order",
        {"reach-order"},
        reach(step="J = ((1 - hs[t] ** 2)[:, None] * W) @ J"),
    ),
    Wrong("reach", "slopes on the columns", {"reach-order"}, reach(step="J = J @ ((1 - hs[t] ** 2) * W)")),
    Wrong("reach", "no slopes", REACH, reach(step="J = J @ W")),
    Wrong("reach", "the states before", REACH, reach(step="J = J @ ((1 - hs[t - 1] ** 2)[:, None] * W)")),
    Wrong("reach", "the norm of all numbers", REACH, reach(value="np.linalg.norm(J)")),
    Wrong("reach", "the largest eigenvalue", REACH, reach(value="np.abs(np.linalg.eigvals(J)).max()")),
    Wrong("reach", "from the start on", REACH - {"reach-lengths"}, reach(times="range(1, len(hs))")),
    Wrong("reach", "one factor each", REACH, reach(step="J = (1 - hs[t] ** 2)[:, None] * W")),
    Wrong(
        "reach",
        "a product of norms",
        REACH,
        reach(step="J = np.linalg.norm((1 - hs[t] ** 2)[:, None] * W, 2) * J"),
    ),
    Wrong("reach", "the last state left out", REACH, reach(times="range(len(hs) - 2, 0, -1)")),
    Wrong("reach", "the first state too", REACH, reach(times="range(len(hs) - 1, -1, -1)")),
    Wrong(
        "reach", "W turned round", {"reach-order"}, reach(step="J = J @ ((1 - hs[t] ** 2)[:, None] * W.T)")
    ),
    Wrong("reach", "the smallest singular value", REACH, reach(value="np.linalg.norm(J, -2)")),
    # ------------------------------------------------------------------ Task 8: split_spellings
    Wrong(
        "split_spellings",
        "rows split, not spellings",
        SPLIT,
        """
def split_spellings(names, share, rng):
    order = rng.permutation(len(names))
    k = int(share * len(names))
    return sorted(order[k:].tolist()), sorted(order[:k].tolist())
""",
    ),
    Wrong(
        "split_spellings",
        "capitals make a difference",
        SPLIT,
        split_spellings(spellings="sorted(set(names))", inside="name in drawn", outside="name not in drawn"),
    ),
    Wrong(
        "split_spellings",
        "the two parts swapped",
        SPLIT - {"split_spellings-apart"},
        split_spellings(result="test, training"),
    ),
    Wrong(
        "split_spellings",
        "not shuffled",
        {"split_spellings-share"},
        split_spellings(drawn="spellings[: int(share * len(spellings))]"),
    ),
    Wrong(
        "split_spellings",
        "a share of the rows",
        {"split_spellings-share"},
        split_spellings(drawn="rng.permutation(spellings)[: int(share * len(names))]"),
    ),
    Wrong(
        "split_spellings",
        "rounded to the nearest",
        {"split_spellings-share"},
        split_spellings(drawn="rng.permutation(spellings)[: round(share * len(spellings))]"),
    ),
    Wrong(
        "split_spellings",
        "training draws from all",
        SPLIT - {"split_spellings-share"},
        split_spellings(outside="True"),
    ),
    Wrong(
        "split_spellings",
        "names, not rows",
        SPLIT,
        split_spellings(result="[names[i] for i in training], [names[i] for i in test]"),
    ),
    Wrong(
        "split_spellings",
        "a seed of its own",
        {"split_spellings-share"},
        split_spellings(
            drawn="np.random.default_rng(0).permutation(spellings)[: int(share * len(spellings))]"
        ),
    ),
    Wrong(
        "split_spellings",
        "each spelling once",
        SPLIT - {"split_spellings-share"},
        split_spellings(result="training, list({names[i].lower(): i for i in test[::-1]}.values())[::-1]"),
    ),
    Wrong(
        "split_spellings",
        "the largest spellings kept",
        {"split_spellings-share"},
        split_spellings(drawn="sorted(rng.permutation(spellings))[: int(share * len(spellings))]"),
    ),
]

RIGHT = [
    Right(
        "run_rnn",
        "filled in",
        """
def run_rnn(x, h, W, U, b):
    hs = np.zeros((len(x) + 1, *h.shape))
    hs[0] = h
    for t in range(len(x)):
        hs[t + 1] = np.tanh(hs[t] @ W.T + x[t] @ U.T + b)
    return hs
""",
    ),
    Right(
        "run_rnn",
        "inputs first, all at once",
        """
def run_rnn(x, h, W, U, b):
    from_inputs = np.einsum("tbd,nd->tbn", x, U) + b
    hs = [h]
    for z in from_inputs:
        h = np.tanh(z + (W @ h.T).T)
        hs.append(h)
    return hs
""",
    ),
    Right(
        "run_rnn",
        "one matrix for both",
        """
def run_rnn(x, h, W, U, b):
    both = np.hstack([W, U])
    hs = h[None].astype(float)
    for x_t in x:
        new = np.tanh(np.hstack([hs[-1], x_t]) @ both.T + b)
        hs = np.concatenate([hs, new[None]])
    return hs
""",
    ),
    Right(
        "pad_and_mask",
        "number by number",
        """
def pad_and_mask(sequences):
    T = max(len(s) for s in sequences)
    d = len(sequences[0][0])
    batch = [[[0.0] * d for _ in sequences] for _ in range(T)]
    mask = [[0] * len(sequences) for _ in range(T)]
    for i, s in enumerate(sequences):
        for t, row in enumerate(s):
            batch[t][i] = list(row)
            mask[t][i] = 1
    return batch, mask
""",
    ),
    Right(
        "pad_and_mask",
        "filled up and stacked",
        """
def pad_and_mask(sequences):
    T = max(map(len, sequences))
    full = [np.pad(np.asarray(s, dtype=float), ((0, T - len(s)), (0, 0))) for s in sequences]
    mask = [np.arange(T) < len(s) for s in sequences]
    return np.stack(full, axis=1), np.stack(mask, axis=1)
""",
    ),
    Right(
        "masked_loss",
        "only the real places",
        """
def masked_loss(logits, targets, mask):
    real = np.asarray(mask) > 0
    z = logits[real] - logits[real].max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    n = len(p)
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(n), targets[real]])
    p[np.arange(n), targets[real]] -= 1
    gradient = np.zeros(logits.shape)
    gradient[real] = p / n
    return loss, gradient
""",
    ),
    Right(
        "masked_loss",
        "place by place",
        """
def masked_loss(logits, targets, mask):
    total, count = 0.0, np.sum(mask)
    gradient = np.zeros_like(logits)
    for t, i in np.argwhere(mask):
        z = logits[t, i] - np.max(logits[t, i])
        log_sum = np.log(np.sum(np.exp(z)))
        total += log_sum - z[targets[t, i]]
        gradient[t, i] = np.exp(z - log_sum) / count
        gradient[t, i, targets[t, i]] -= 1 / count
    return total / count, gradient
""",
    ),
    Right(
        "pack_rows",
        "a stable sort of the lengths",
        """
def pack_rows(sequences):
    lengths = np.array([len(s) for s in sequences])
    order = np.argsort(-lengths, kind="stable")
    rows = [sequences[i][t] for t in range(lengths.max()) for i in order if lengths[i] > t]
    return rows, (lengths > np.arange(lengths.max())[:, None]).sum(axis=1), order
""",
    ),
    Right(
        "pack_rows",
        "rows sorted by time and place",
        """
def pack_rows(sequences):
    order = sorted(range(len(sequences)), key=lambda i: (-len(sequences[i]), i))
    places = sorted((t, k, i) for k, i in enumerate(order) for t in range(len(sequences[i])))
    rows = np.array([sequences[i][t] for t, k, i in places])
    times = [t for t, k, i in places]
    return rows, [times.count(t) for t in range(max(times) + 1)], order
""",
    ),
    Right(
        "bptt",
        "sums at the end",
        """
def bptt(dh, hs, x, W):
    deltas = np.zeros_like(dh)
    carried = np.zeros_like(hs[0])
    for t in range(len(x) - 1, -1, -1):
        deltas[t] = (dh[t] + carried) * (1 - hs[t + 1] ** 2)
        carried = deltas[t] @ W
    dW = np.einsum("tbi,tbj->ij", deltas, hs[:-1])
    dU = np.einsum("tbi,tbj->ij", deltas, x)
    return dW, dU, deltas.sum(axis=(0, 1)), carried
""",
    ),
    Right(
        "bptt",
        "sequence by sequence",
        """
def bptt(dh, hs, x, W):
    n, d = len(W), x.shape[2]
    dW, dU, db, start = np.zeros((n, n)), np.zeros((n, d)), np.zeros(n), []
    for i in range(x.shape[1]):
        g = np.zeros(n)
        for t in range(len(x))[::-1]:
            delta = (g + dh[t, i]) * (1 - hs[t + 1, i]) * (1 + hs[t + 1, i])
            dW, dU, db = dW + np.outer(delta, hs[t, i]), dU + np.outer(delta, x[t, i]), db + delta
            g = W.T @ delta
        start.append(g)
    return [dW, dU, db, np.array(start)]
""",
    ),
    Right(
        "truncated",
        "forward, the slope carried along",
        """
def truncated(w, u, x, y, piece):
    h, slopes = 0.0, []
    for t in range(len(x)):
        if t % piece == 0:
            dh = 0.0
            slopes.append(0.0)
        new = np.tanh(w * h + u * x[t])
        dh = (1 - new**2) * (h + w * dh)
        h = new
        slopes[-1] += (h - y[t]) * dh
    return slopes
""",
    ),
    Right(
        "truncated",
        "from each moment back to its piece's start",
        """
def truncated(w, u, x, y, piece):
    h = [0.0]
    for x_t in x:
        h.append(np.tanh(w * h[-1] + u * x_t))
    slopes = np.zeros(-(-len(x) // piece))
    for t in range(len(x)):
        g = h[t + 1] - y[t]
        for s in range(t, t // piece * piece - 1, -1):
            g = g * (1 - h[s + 1] ** 2)
            slopes[t // piece] += g * h[s]
            g = g * w
    return slopes
""",
    ),
    Right(
        "reach",
        "each product anew",
        """
def reach(hs, W):
    T = len(hs) - 1
    values = []
    for k in range(1, T + 1):
        J = np.eye(len(W))
        for t in range(T - k + 1, T + 1):
            J = np.diag(1 - hs[t] ** 2) @ W @ J
        values.append(np.linalg.svd(J)[1].max())
    return values
""",
    ),
    Right(
        "reach",
        "transposed, as gradients go",
        """
def reach(hs, W):
    back, values = np.eye(len(W)), []
    for h in hs[:0:-1]:
        back = W.T @ (back.T * (1 - h**2)).T
        values.append(np.sqrt(np.abs(np.linalg.eigvalsh(back.T @ back)).max()))
    return values
""",
    ),
    Right(
        "split_spellings",
        "groups of rows",
        """
def split_spellings(names, share, rng):
    groups = {}
    for i, name in enumerate(names):
        groups.setdefault(name.lower(), []).append(i)
    groups = list(groups.values())
    order = rng.permutation(len(groups))
    k = int(share * len(groups))
    test = sorted(i for g in order[:k] for i in groups[g])
    training = sorted(i for g in order[k:] for i in groups[g])
    return np.array(training, dtype=int), np.array(test, dtype=int)
""",
    ),
    Right(
        "split_spellings",
        "drawn one by one",
        """
def split_spellings(names, share, rng):
    left = sorted(set(map(str.lower, names)))
    drawn = set()
    for _ in range(int(share * len(left))):
        drawn.add(left.pop(rng.integers(len(left))))
    parts = [], []
    for i, name in enumerate(names):
        parts[name.lower() in drawn].append(i)
    return parts
""",
    ),
]

PADDED = "what stands at padded places is multiplied by zero"
ONE_SHAPE = "all states have one shape"
RIGHT_CLASS = "right = np.eye(logits.shape[-1])[np.where(mask, targets, 0)]"
BATCH = "batch = np.zeros((max(lengths), len(sequences), sequences[0].shape[1]))"
CARRIED = "carried = np.zeros(hs[0].shape)"

EQUIVALENT = {
    ("pad_and_mask", f"{BATCH} -> {BATCH.replace('[0]', '[-1]')}"): "all sequences have the same d",
    ("masked_loss", f"{RIGHT_CLASS} -> {RIGHT_CLASS.replace('targets, 0', 'targets, 1')}"): PADDED,
    ("masked_loss", f"{RIGHT_CLASS} -> {RIGHT_CLASS.replace('targets, 0', 'targets, -1')}"): PADDED,
    ("bptt", f"{CARRIED} -> {CARRIED.replace('[0]', '[1]')}"): ONE_SHAPE,
    ("bptt", f"{CARRIED} -> {CARRIED.replace('[0]', '[-1]')}"): ONE_SHAPE,
    ("truncated", "slopes, h = ([], 0.0) -> slopes, h = ([], 0)"): "zero is zero",
    ("truncated", "slope = carried = 0.0 -> slope = carried = 0"): "zero is zero",
    (
        "reach",
        "J = J @ ((1 - hs[t] ** 2)[:, None] * W) -> J = J @ ((hs[t] ** 2 - 1)[:, None] * W)",
    ): "a norm has no sign",
}
