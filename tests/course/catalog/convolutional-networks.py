"""Answers to the assignment on convolutional networks that students may give, wrong and right."""

from assignment import Right, Wrong

COUNTS = {"count_weights-example", "count_weights-weights", "count_weights-work"}
SIZE = {"output_size-example", "output_size-options", "output_size-fit"}
CONV = {"conv2d-example", "conv2d-batch", "conv2d-options", "conv2d-dilation"}
BACK = {"conv_vjp-example", "conv_vjp-weights", "conv_vjp-input"}
POOL = {"max_pool_vjp-example", "max_pool_vjp-shapes", "max_pool_vjp-ties"}
UP = {"conv_transpose-example", "conv_transpose-shapes", "conv_transpose-adjoint"}
FIELD = {"receptive_field-example", "receptive_field-strides", "receptive_field-dilations"}
EFFECT = {"effective_field-example", "effective_field-shares", "effective_field-signs"}
SEPARABLE = {"separable-example", "separable-kernels", "separable-costs"}


def count_weights(
    weights="filters * C * k * k", dense="C * H * W * filters * H * W", work="weights * H * W", head="C, H, W"
):
    """The solution of Task 1 with a part exchanged."""
    return f"""
def count_weights(shape, filters, k):
    {head} = shape
    weights = {weights}
    return weights, {dense}, {work}
"""


def output_size(room="n + 2 * p - d * (k - 1) - 1", test="room < 0", size="room // s + 1"):
    return f"""
def output_size(n, k, s=1, p=0, d=1):
    room = {room}
    if {test}:
        return 0
    return {size}
"""


def conv2d(
    frame="((0, 0), (0, 0), (p, p), (p, p))",
    reach="d * (W.shape[2] - 1) + 1",
    taken="seen[:, :, ::s, ::s, ::d, ::d]",
    product='np.einsum("ncijuv,ocuv->noij", seen, W)',
    bias=" + b[:, None, None]",
    before="",
    mode="",
):
    return f"""
def conv2d(x, W, b, s=1, p=0, d=1):
    {before}
    framed = np.pad(x, {frame}{mode})
    reach = {reach}
    seen = np.lib.stride_tricks.sliding_window_view(framed, (reach, reach), axis=(2, 3))
    seen = {taken}
    return {product}{bias}
"""


def conv_vjp(
    met="np.s_[:, :, u : u + s * rows : s, v : v + s * columns : s]",
    weight='dW[:, :, u, v] = np.einsum("noij,ncij->oc", G, framed[met])',
    pixel='dx[met] += np.einsum("noij,oc->ncij", G, W[:, :, u, v])',
    cut="dx[:, :, p : p + H, p : p + width]",
    bias="G.sum(axis=(0, 2, 3))",
    start="np.zeros(framed.shape)",
    result="{cut}, dW, {bias}",
):
    result = result.format(cut=cut, bias=bias)
    return f"""
def conv_vjp(G, x, W, s=1, p=0):
    k, (rows, columns), (H, width) = W.shape[2], G.shape[2:], x.shape[2:]
    framed = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dW = {start}, np.zeros(W.shape)
    for u, v in np.ndindex(k, k):
        met = {met}
        {weight}
        {pixel}
    return {result}
"""


def max_pool_vjp(
    window="x[n, c, k * i : k * i + k, k * j : k * j + k]",
    best="window.argmax()",
    target="dx[n, c, k * i + u, k * j + v] = G[n, c, i, j]",
    start="np.zeros(x.shape)",
    turn="np.unravel_index({best}, window.shape)",
):
    return f"""
def max_pool_vjp(G, x, k):
    dx = {start}
    for n, c, i, j in np.ndindex(G.shape):
        window = {window}
        u, v = {turn.format(best=best)}
        {target}
    return dx
"""


def conv_transpose(
    shape="(N, C, s * (h - 1) + k, s * (w - 1) + k)",
    sent='np.einsum("no,ocuv->ncuv", y[:, :, i, j], W)',
    place="x[:, :, s * i : s * i + k, s * j : s * j + k]",
    adds="+=",
    before="",
):
    return f"""
def conv_transpose(y, W, s=1):
    (N, _, h, w), (_, C, k, _) = y.shape, W.shape
    {before}
    x = np.zeros({shape})
    for i, j in np.ndindex(h, w):
        sent = {sent}
        {place} {adds} sent
    return x
"""


def receptive_field(
    wider="r = r + d * (k - 1) * j", step="j = s * j", start="r, j = 1, 1", order=(0, 1), of="layers"
):
    lines = [wider, step]
    return f"""
def receptive_field(layers):
    {start}
    for k, s, d in {of}:
        {lines[order[0]]}
        {lines[order[1]]}
    return r, j
"""


def effective_field(
    size="np.abs(g)",
    enough="size[m - half : m + half + 1, m - half : m + half + 1].sum() < share * size.sum()",
    result="2 * half + 1",
):
    return f"""
def effective_field(g, share):
    size = {size}
    m, half = len(g) // 2, 0
    while {enough}:
        half += 1
    return {result}
"""


def separable(full="P[:, :, None, None] * D", two="D.size + P.size", one="full.size", before=""):
    return f"""
def separable(D, P):
    {before}
    full = {full}
    return full, {two}, {one}
"""


WRONG = [
    # --- count_weights
    Wrong("count_weights", "a filter with one slice", COUNTS, count_weights(weights="filters * k * k")),
    Wrong("count_weights", "biases counted", COUNTS, count_weights(weights="filters * C * k * k + filters")),
    Wrong(
        "count_weights",
        "the dense layer has only as many outputs as filters",
        COUNTS - {"count_weights-work"},
        count_weights(dense="C * H * W * filters"),
    ),
    Wrong(
        "count_weights",
        "the dense layer of the source, with 100 outputs",
        COUNTS - {"count_weights-work"},
        count_weights(dense="C * H * W * 100"),
    ),
    Wrong(
        "count_weights",
        "works only for square pictures",
        {"count_weights-weights", "count_weights-work"},
        count_weights(dense="C * H * H * filters * H * H", work="weights * H * H"),
    ),
    Wrong(
        "count_weights",
        "multiplications as if each weight were used once",
        {"count_weights-example", "count_weights-work"},
        count_weights(work="weights"),
    ),
    Wrong(
        "count_weights",
        "the output shrinks",
        COUNTS,
        count_weights(
            dense="C * H * W * filters * (H - k + 1) * (W - k + 1)",
            work="weights * (H - k + 1) * (W - k + 1)",
        ),
    ),
    Wrong(
        "count_weights",
        "height first",
        COUNTS - {"count_weights-work"},
        count_weights(head="H, W, C"),
    ),
    Wrong(
        "count_weights",
        "the example",
        {"count_weights-weights", "count_weights-work"},
        "def count_weights(shape, filters, k):\n    return 1728, 201_326_592, 1_769_472\n",
    ),
    # --- output_size
    Wrong(
        "output_size",
        "padding on one side",
        {"output_size-example", "output_size-options", "output_size-fit"},
        output_size(room="n + p - d * (k - 1) - 1"),
    ),
    Wrong("output_size", "the first place is forgotten", SIZE, output_size(size="room // s")),
    Wrong("output_size", "no dilation", SIZE, output_size(room="n + 2 * p - k")),
    Wrong(
        "output_size",
        "d times k",
        SIZE,
        output_size(room="n + 2 * p - d * k"),
    ),
    Wrong("output_size", "rounded up", SIZE - {"output_size-fit"}, output_size(size="-(-room // s) + 1")),
    Wrong("output_size", "a fraction is left", SIZE - {"output_size-fit"}, output_size(size="room / s + 1")),
    Wrong("output_size", "no zero where it does not fit", {"output_size-fit"}, output_size(test="False")),
    Wrong(
        "output_size",
        "a kernel that just fits is refused",
        {"output_size-options", "output_size-fit"},
        output_size(test="room <= 0"),
    ),
    Wrong(
        "output_size",
        "the stride divides first",
        {"output_size-options", "output_size-fit"},
        output_size(room="n // s + 2 * p - d * (k - 1) - 1", size="room + 1"),
    ),
    # --- conv2d
    Wrong(
        "conv2d",
        "the kernel mirrored",
        CONV,
        conv2d(product='np.einsum("ncijuv,ocuv->noij", seen, W[:, :, ::-1, ::-1])'),
    ),
    Wrong("conv2d", "no bias", CONV, conv2d(bias="")),
    Wrong(
        "conv2d",
        "the bias along the last axis",
        CONV - {"conv2d-example"},
        conv2d(bias=" + b[None, None, None, :1]"),
    ),
    Wrong(
        "conv2d",
        "the kernel transposed",
        CONV - {"conv2d-example"},
        conv2d(product='np.einsum("ncijuv,ocvu->noij", seen, W)'),
    ),
    Wrong(
        "conv2d",
        "every pair of channels added up",
        CONV - {"conv2d-example"},
        conv2d(product='np.einsum("ncijuv,oduv->noij", seen, W)'),
    ),
    Wrong(
        "conv2d",
        "no padding",
        CONV - {"conv2d-batch"},
        conv2d(frame="((0, 0), (0, 0), (0, 0), (0, 0))"),
    ),
    Wrong(
        "conv2d",
        "padding below and at the right only",
        CONV - {"conv2d-batch"},
        conv2d(frame="((0, 0), (0, 0), (0, 2 * p), (0, 2 * p))"),
    ),
    Wrong(
        "conv2d",
        "padding with copies of the border",
        CONV - {"conv2d-batch"},
        conv2d(mode=', mode="edge"'),
    ),
    Wrong(
        "conv2d",
        "no stride",
        CONV - {"conv2d-batch"},
        conv2d(taken="seen[:, :, :, :, ::d, ::d]"),
    ),
    Wrong(
        "conv2d",
        "stride along rows only",
        CONV - {"conv2d-batch"},
        conv2d(taken="seen[:, :, ::s, :, ::d, ::d]"),
    ),
    Wrong(
        "conv2d",
        "stride begins one pixel late",
        CONV - {"conv2d-batch"},
        conv2d(taken="seen[:, :, s - 1 :: s, s - 1 :: s, ::d, ::d]"),
    ),
    Wrong(
        "conv2d",
        "no dilation",
        {"conv2d-example", "conv2d-dilation"},
        conv2d(reach="W.shape[2]", taken="seen[:, :, ::s, ::s]"),
    ),
    Wrong(
        "conv2d",
        "stride and dilation exchanged",
        CONV - {"conv2d-batch"},
        conv2d(reach="s * (W.shape[2] - 1) + 1", taken="seen[:, :, ::d, ::d, ::s, ::s]"),
    ),
    Wrong("conv2d", "adds the bias to the pictures in place", CONV, conv2d(before="x += b.sum()", bias="")),
    Wrong(
        "conv2d",
        "scales the pictures in place",
        {"conv2d-batch"},
        conv2d(before="W *= 1; x -= 1; x += 1; x += 1e-13"),
    ),
    # --- conv_vjp
    Wrong("conv_vjp", "no gradient of the pictures", BACK - {"conv_vjp-weights"}, conv_vjp(pixel="pass")),
    Wrong(
        "conv_vjp",
        "copies put in place of each other",
        BACK - {"conv_vjp-weights"},
        conv_vjp(pixel='dx[met] = np.einsum("noij,oc->ncij", G, W[:, :, u, v])'),
    ),
    Wrong(
        "conv_vjp",
        "the kernel mirrored on the way back",
        BACK - {"conv_vjp-weights"},
        conv_vjp(pixel='dx[met] += np.einsum("noij,oc->ncij", G, W[:, :, k - 1 - u, k - 1 - v])'),
    ),
    Wrong(
        "conv_vjp",
        "the mean over the batch",
        {"conv_vjp-weights"},
        conv_vjp(weight='dW[:, :, u, v] = np.einsum("noij,ncij->oc", G, framed[met]) / len(x)'),
    ),
    Wrong(
        "conv_vjp",
        "bias: mean instead of sum",
        BACK - {"conv_vjp-input"},
        conv_vjp(bias="G.mean(axis=(0, 2, 3))"),
    ),
    Wrong(
        "conv_vjp",
        "bias: all channels together",
        {"conv_vjp-weights"},
        conv_vjp(bias="np.full(len(W), G.sum())"),
    ),
    Wrong("conv_vjp", "the frame is not cut off", {"conv_vjp-input"}, conv_vjp(cut="dx")),
    Wrong(
        "conv_vjp",
        "the frame cut off at the wrong side",
        {"conv_vjp-input"},
        conv_vjp(cut="dx[:, :, :H, :width]"),
    ),
    Wrong(
        "conv_vjp",
        "no stride",
        {"conv_vjp-weights", "conv_vjp-input"},
        conv_vjp(met="np.s_[:, :, u : u + rows, v : v + columns]"),
    ),
    Wrong("conv_vjp", "the order of the results", BACK, conv_vjp(result="dW, {cut}, {bias}")),
    Wrong(
        "conv_vjp",
        "in the shape of G, as an integer array",
        BACK - {"conv_vjp-weights"},
        conv_vjp(
            start="np.zeros(framed.shape, dtype=int)",
            pixel='dx[met] += (0.5 * np.einsum("noij,oc->ncij", G, W[:, :, u, v])).astype(int)',
        ),
    ),
    # --- max_pool_vjp
    Wrong("max_pool_vjp", "the smallest", POOL, max_pool_vjp(best="window.argmin()")),
    Wrong(
        "max_pool_vjp",
        "the largest in size",
        {"max_pool_vjp-shapes", "max_pool_vjp-ties"},
        max_pool_vjp(best="np.abs(window).argmax()"),
    ),
    Wrong(
        "max_pool_vjp",
        "all of the largest",
        POOL - {"max_pool_vjp-shapes"},
        """
def max_pool_vjp(G, x, k):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(G.shape):
        window = x[n, c, k * i : k * i + k, k * j : k * j + k]
        dx[n, c, k * i : k * i + k, k * j : k * j + k] = (window == window.max()) * G[n, c, i, j]
    return dx
""",
    ),
    Wrong(
        "max_pool_vjp",
        "the last of the largest",
        POOL - {"max_pool_vjp-shapes"},
        max_pool_vjp(best="window.size - 1 - window[::-1, ::-1].argmax()"),
    ),
    Wrong(
        "max_pool_vjp",
        "columns first",
        POOL - {"max_pool_vjp-shapes"},
        max_pool_vjp(best="window.T.argmax()", turn="np.unravel_index({best}, window.shape)[::-1]"),
    ),
    Wrong(
        "max_pool_vjp",
        "the place in the square only",
        POOL - {"max_pool_vjp-ties"},
        max_pool_vjp(target="dx[n, c, u, v] = G[n, c, i, j]"),
    ),
    Wrong(
        "max_pool_vjp",
        "the gradient shared out, as in average pooling",
        POOL,
        max_pool_vjp(target="dx[n, c, k * i : k * i + k, k * j : k * j + k] = G[n, c, i, j] / k**2"),
    ),
    Wrong(
        "max_pool_vjp",
        "squares that overlap",
        POOL - {"max_pool_vjp-ties"},
        max_pool_vjp(
            window="x[n, c, i : i + k, j : j + k]", target="dx[n, c, i + u, j + v] += G[n, c, i, j]"
        ),
    ),
    Wrong("max_pool_vjp", "written into the pictures", POOL, max_pool_vjp(start="x")),
    # --- conv_transpose
    Wrong("conv_transpose", "put in place of each other", UP, conv_transpose(adds="=")),
    Wrong(
        "conv_transpose",
        "the kernel mirrored",
        UP,
        conv_transpose(sent='np.einsum("no,ocuv->ncuv", y[:, :, i, j], W[:, :, ::-1, ::-1])'),
    ),
    Wrong(
        "conv_transpose",
        "the kernel transposed",
        UP,
        conv_transpose(sent='np.einsum("no,ocvu->ncuv", y[:, :, i, j], W)'),
    ),
    Wrong(
        "conv_transpose",
        "the stride forgotten in the place",
        UP,
        conv_transpose(place="x[:, :, i : i + k, j : j + k]"),
    ),
    Wrong(
        "conv_transpose",
        "the size without the last copy",
        UP,
        conv_transpose(shape="(N, C, s * h, s * w)", before="if s * h < s * (h - 1) + k: k = s"),
    ),
    Wrong(
        "conv_transpose",
        "channels not added up",
        {"conv_transpose-shapes", "conv_transpose-adjoint"},
        conv_transpose(sent="y[:, :1, i, j][:, :, None, None] * W[0]"),
    ),
    Wrong(
        "conv_transpose",
        "adds to its input",
        {"conv_transpose-shapes", "conv_transpose-adjoint", "conv_transpose-example"},
        conv_transpose(before="y *= 2; W /= 3"),
    ),
    Wrong(
        "conv_transpose",
        "changes its input a little",
        {"conv_transpose-shapes"},
        conv_transpose(before="y += 1e-12"),
    ),
    # --- receptive_field
    Wrong("receptive_field", "the stride widens its own layer", FIELD, receptive_field(order=(1, 0))),
    Wrong("receptive_field", "k pixels a layer", FIELD, receptive_field(wider="r = r + d * k * j")),
    Wrong("receptive_field", "no jump", FIELD, receptive_field(wider="r = r + d * (k - 1)")),
    Wrong(
        "receptive_field",
        "no dilation",
        {"receptive_field-dilations"},
        receptive_field(wider="r = r + (k - 1) * j"),
    ),
    Wrong("receptive_field", "strides added up", FIELD, receptive_field(step="j = j + s")),
    Wrong(
        "receptive_field",
        "only the last stride",
        FIELD,
        receptive_field(step="j = s"),
    ),
    Wrong(
        "receptive_field",
        "dilation taken for a stride",
        {"receptive_field-dilations"},
        receptive_field(step="j = s * d * j"),
    ),
    Wrong("receptive_field", "starts at nothing", FIELD, receptive_field(start="r, j = 0, 1")),
    Wrong(
        "receptive_field",
        "from the last layer to the first",
        {"receptive_field-strides", "receptive_field-dilations"},
        receptive_field(of="layers[::-1]"),
    ),
    # --- effective_field
    Wrong("effective_field", "signs cancel", EFFECT - {"effective_field-shares"}, effective_field(size="g")),
    Wrong("effective_field", "squares instead of sizes", EFFECT, effective_field(size="g**2")),
    Wrong("effective_field", "half a side", EFFECT, effective_field(result="half")),
    Wrong("effective_field", "twice the half", EFFECT, effective_field(result="2 * half")),
    Wrong(
        "effective_field",
        "more than the share",
        EFFECT - {"effective_field-signs"},
        effective_field(
            enough="half < m and "
            "size[m - half : m + half + 1, m - half : m + half + 1].sum() <= share * size.sum()"
        ),
    ),
    Wrong(
        "effective_field",
        "a share of the largest",
        EFFECT,
        effective_field(
            enough="half < m and "
            "size[m - half : m + half + 1, m - half : m + half + 1].sum() < share * size.max()"
        ),
    ),
    Wrong(
        "effective_field",
        "only the middle row",
        EFFECT - {"effective_field-example"},
        effective_field(enough="half < m and size[m, m - half : m + half + 1].sum() < share * size.sum()"),
    ),
    Wrong(
        "effective_field",
        "the square is not around the middle",
        EFFECT,
        effective_field(enough="size[: 2 * half + 1, : 2 * half + 1].sum() < share * size.sum()"),
    ),
    # --- separable
    Wrong(
        "separable",
        "depthwise filters only",
        SEPARABLE - {"separable-costs"},
        separable(full="np.ones(P.shape)[:, :, None, None] * D"),
    ),
    Wrong(
        "separable",
        "channels already added up",
        SEPARABLE,
        separable(full="(P[:, :, None, None] * D).sum(axis=1)"),
    ),
    Wrong(
        "separable",
        "the mixture transposed",
        {"separable-kernels"},
        separable(full="np.resize(P.T.ravel(), P.shape)[:, :, None, None] * D"),
    ),
    Wrong(
        "separable",
        "the cost of both multiplied",
        SEPARABLE - {"separable-kernels"} - {"separable-example"} | {"separable-costs"},
        separable(two="D.size * P.size"),
    ),
    Wrong(
        "separable",
        "the mixing is forgotten",
        {"separable-example", "separable-costs"},
        separable(two="D.size"),
    ),
    Wrong(
        "separable",
        "the full convolution with one input channel",
        {"separable-example", "separable-costs"},
        separable(one="full.size // len(D)"),
    ),
    Wrong(
        "separable",
        "as many outputs as inputs",
        {"separable-costs", "separable-example"},
        separable(two="D.size + len(D) ** 2 * 1", one="D.size * len(D)"),
    ),
    Wrong(
        "separable",
        "the costs exchanged",
        {"separable-example", "separable-costs"},
        separable(two="full.size", one="D.size + P.size"),
    ),
    Wrong("separable", "changes what it was given", {"separable-kernels"}, separable(before="D += 1e-12")),
]

RIGHT = [
    Right(
        "count_weights",
        "the other way round",
        count_weights(
            weights="k**2 * C * filters",
            dense="filters * C * (H * W) ** 2",
            work="filters * C * k**2 * H * W",
        ),
    ),
    Right(
        "count_weights",
        "by arrays",
        """
def count_weights(shape, filters, k):
    C, H, W = shape
    conv = int(np.prod([filters, C, k, k]))
    inputs, outputs = int(np.prod(shape)), filters * H * W
    return [conv, inputs * outputs, outputs * C * k * k]
""",
    ),
    Right(
        "output_size",
        "the places counted",
        """
def output_size(n, k, s=1, p=0, d=1):
    return len(range(0, n + 2 * p - d * (k - 1), s))
""",
    ),
    Right(
        "output_size",
        "the largest of two",
        """
def output_size(n, k, s=1, p=0, d=1):
    covered = d * (k - 1) + 1
    if covered > n + 2 * p:
        return 0
    return int(np.floor((n + 2 * p - covered) / s)) + 1
""",
    ),
    Right(
        "conv2d",
        "loops over the taps",
        """
def conv2d(x, W, b, s=1, p=0, d=1):
    N, C, H, width = x.shape
    O, _, k, _ = W.shape
    big = np.zeros((N, C, H + 2 * p, width + 2 * p))
    big[:, :, p : p + H, p : p + width] = x
    rows, columns = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n in (H, width)]
    y = np.zeros((N, O, rows, columns)) + b.reshape(1, O, 1, 1)
    for u in range(k):
        for v in range(k):
            met = big[:, :, d * u : d * u + s * rows : s, d * v : d * v + s * columns : s]
            y += np.einsum("nchw,oc->nohw", met[:, :, :rows, :columns], W[:, :, u, v])
    return y
""",
    ),
    Right(
        "conv2d",
        "im2col",
        conv2d(
            product="np.moveaxis(np.tensordot(seen, W, axes=((1, 4, 5), (1, 2, 3))), -1, 1)",
            bias=" + b.reshape(-1, 1, 1)",
        ),
    ),
    Right(
        "conv2d",
        "number by number",
        """
def conv2d(x, W, b, s=1, p=0, d=1):
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    k, reach = W.shape[-1], d * (W.shape[-1] - 1) + 1
    rows, columns = (x.shape[2] - reach) // s + 1, (x.shape[3] - reach) // s + 1
    y = np.empty((len(x), len(W), rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[:, :, s * i : s * i + reach : d, s * j : s * j + reach : d]
            y[:, :, i, j] = patch.reshape(len(x), -1) @ W.reshape(len(W), -1).T + b
    return y
""",
    ),
    Right(
        "conv_vjp",
        "place by place",
        """
def conv_vjp(G, x, W, s=1, p=0):
    k = W.shape[2]
    big = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dbig, dW, db = np.zeros(big.shape), np.zeros(W.shape), G.sum((0, 2, 3))
    for i in range(G.shape[2]):
        for j in range(G.shape[3]):
            part = np.s_[:, :, s * i : s * i + k, s * j : s * j + k]
            dW += np.tensordot(G[:, :, i, j], big[part], axes=(0, 0))
            dbig[part] += np.tensordot(G[:, :, i, j], W, axes=(1, 0))
    H, width = x.shape[2:]
    return dbig[:, :, p : p + H, p : p + width], dW, db
""",
    ),
    Right(
        "conv_vjp",
        "the windows at once",
        """
def conv_vjp(G, x, W, s=1, p=0):
    k, (rows, columns) = W.shape[2], G.shape[2:]
    big = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    seen = np.lib.stride_tricks.sliding_window_view(big, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    dW = np.einsum("noij,ncijuv->ocuv", G, seen)
    dbig = np.zeros_like(big)
    for u in range(k):
        for v in range(k):
            sent = np.tensordot(G, W[:, :, u, v], axes=(1, 0)).transpose(0, 3, 1, 2)
            dbig[:, :, u : u + s * (rows - 1) + 1 : s, v : v + s * (columns - 1) + 1 : s] += sent
    return [dbig[:, :, p : big.shape[2] - p, p : big.shape[3] - p], dW, np.einsum("noij->o", G)]
""",
    ),
    Right(
        "max_pool_vjp",
        "strictly larger, in loops",
        """
def max_pool_vjp(G, x, k):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(G.shape):
        best = k * i, k * j
        for u in range(k * i, k * i + k):
            for v in range(k * j, k * j + k):
                if x[n, c, u, v] > x[n, c, best[0], best[1]]:
                    best = u, v
        dx[n, c, best[0], best[1]] += G[n, c, i, j]
    return dx
""",
    ),
    Right(
        "max_pool_vjp",
        "all squares at once",
        """
def max_pool_vjp(G, x, k):
    N, C, h, w = G.shape
    squares = x[:, :, : h * k, : w * k].reshape(N, C, h, k, w, k).swapaxes(3, 4).reshape(N, C, h, w, k * k)
    chosen = np.eye(k * k)[squares.argmax(axis=-1)] * G[..., None]
    dx = np.zeros(x.shape)
    chosen = chosen.reshape(N, C, h, w, k, k).swapaxes(3, 4)
    dx[:, :, : h * k, : w * k] = chosen.reshape(N, C, h * k, w * k)
    return dx
""",
    ),
    Right(
        "conv_transpose",
        "tap by tap",
        """
def conv_transpose(y, W, s=1):
    N, O, h, w = y.shape
    C, k = W.shape[1], W.shape[2]
    x = np.zeros((N, C, s * (h - 1) + k, s * (w - 1) + k))
    for u in range(k):
        for v in range(k):
            x[:, :, u : u + s * h : s, v : v + s * w : s] += np.einsum("nohw,oc->nchw", y, W[:, :, u, v])
    return x
""",
    ),
    Right(
        "conv_transpose",
        "stretched, framed and convolved with the mirrored kernel",
        """
def conv_transpose(y, W, s=1):
    N, O, h, w = y.shape
    k = W.shape[2]
    wide = np.zeros((N, O, s * (h - 1) + 1, s * (w - 1) + 1))
    wide[:, :, ::s, ::s] = y
    wide = np.pad(wide, ((0, 0), (0, 0), (k - 1, k - 1), (k - 1, k - 1)))
    seen = np.lib.stride_tricks.sliding_window_view(wide, (k, k), axis=(2, 3))
    return np.einsum("noijuv,ocuv->ncij", seen, W[:, :, ::-1, ::-1])
""",
    ),
    Right(
        "receptive_field",
        "a product of strides",
        """
def receptive_field(layers):
    strides = [s for _, s, _ in layers]
    jumps = [int(np.prod(strides[:n])) for n in range(len(layers) + 1)]
    return 1 + sum(d * (k - 1) * j for (k, _, d), j in zip(layers, jumps)), jumps[-1]
""",
    ),
    Right(
        "receptive_field",
        "backward",
        """
def receptive_field(layers):
    r, j = 1, 1
    for k, s, d in reversed(layers):
        r, j = (r - 1) * s + d * (k - 1) + 1, j * s
    return r, j
""",
    ),
    Right(
        "effective_field",
        "a loop over sides",
        """
def effective_field(g, share):
    size, n = np.abs(g), len(g)
    for side in range(1, n + 1, 2):
        cut = (n - side) // 2
        if size[cut : n - cut, cut : n - cut].sum() >= share * size.sum():
            return side
    return n
""",
    ),
    Right(
        "effective_field",
        "rings",
        """
def effective_field(g, share):
    m = len(g) // 2
    far = np.abs(np.arange(len(g)) - m)
    ring = np.maximum(far[:, None], far)
    held = np.array([np.abs(g)[ring <= half].sum() for half in range(m + 1)])
    return 1 + 2 * int(np.argmax(held >= share * held[-1]))
""",
    ),
    Right(
        "separable",
        "with einsum, and formulas for the costs",
        """
def separable(D, P):
    C, k = D.shape[:2]
    return np.einsum("oc,cuv->ocuv", P, D), k * k * C + C * len(P), k * k * C * len(P)
""",
    ),
    Right(
        "separable",
        "in loops",
        """
def separable(D, P):
    (C, k, _), O = D.shape, len(P)
    full = np.zeros((O, C, k, k))
    for o in range(O):
        for c in range(C):
            full[o, c] = P[o, c] * D[c]
    return full, C * (k**2 + O), full.size
""",
    ),
]

SQUARE = "kernels are square"
SIZES = "k, (rows, columns), (H, width) = (W.shape[2], G.shape[2:], x.shape[2:])"
ZEROS = "dx, dw = (np.zeros(framed.shape), np.zeros(W.shape))"
RETURN = "return (dx[:, :, p:p + H, p:p + width], dw, G.sum(axis=(0, 2, 3)))"

EQUIVALENT = {
    ("output_size", "if room < 0: -> if room < -1:"): "-1 // s is -1 for every stride",
    ("conv2d", "reach = d * (W.shape[2] - 1) + 1 -> reach = d * (W.shape[3] - 1) + 1"): SQUARE,
    ("conv_vjp", f"{SIZES} -> {SIZES.replace('W.shape[2]', 'W.shape[3]')}"): SQUARE,
    ("conv_vjp", f"{ZEROS} -> {ZEROS.replace('np.zeros(W', 'np.ones(W')}"): "every tap is written",
    ("conv_vjp", f"{RETURN} -> {RETURN.replace('0, 2, 3', '2, 0, 3')}"): "a sum has no order",
    ("conv_vjp", f"{RETURN} -> {RETURN.replace('0, 2, 3', '0, 3, 2')}"): "a sum has no order",
}
