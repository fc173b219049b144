"""Recurrent layers: one direction of one layer over all times, as one operation.

The inputs of all times stand below one another as rows: first those of time 0, then those of time 1, and so
on. Where the sequences differ in length they are ordered from the longest to the shortest. Then the sequences
that still run at a time are the first few of the batch, and there are no rows for the others. `steps` lists
for every time, in the order in which they are visited, its rows and how many sequences are alive.

Every operation follows the same plan. Forward: W_ih x for all times in one product, then time by time what
depends on the state before. Backward: time by time in the opposite order dz, the gradient of what went into
the gates. It is kept for all times, so that each weight's gradient is one product once more.
"""

import numpy as np

from .broadcasting import Array, Gradients, Needs, Shape

Steps = list[tuple[slice, int]]
ALL = (True,) * 7


def steps(batch_sizes: Shape, reverse: bool = False) -> Steps:
    """batch_sizes: how many sequences are alive at each time, never more than before."""
    ends = np.cumsum(batch_sizes).tolist()
    forward = [(slice(end - alive, end), alive) for end, alive in zip(ends, batch_sizes, strict=True)]
    return forward[::-1] if reverse else forward


# h_t = f(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)                      f = tanh or relu
#
# dz_t = (dy_t + dh_t) f'(z_t)        dh_(t-1) = W_hhᵀ dz_t           tanh' = 1 - y²,  relu' = (y > 0)
# dx_t = W_ihᵀ dz_t        dW_ih = Σ_t dz_t x_tᵀ        dW_hh = Σ_t dz_t h_(t-1)ᵀ        db = Σ_t dz_t
def rnn(
    x: Array,
    h0: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array | None,
    b_hh: Array | None,
    steps: Steps,
    f: str,
) -> tuple[Array, Array]:
    """The state after every time, y (rows, hidden), and every sequence's last one, h (batch, hidden).

    x (rows, inputs), h0 (batch, hidden), w_ih (hidden, inputs), w_hh (hidden, hidden), b (hidden,)
    """
    y: Array = x @ w_ih.T
    b = None if b_ih is None else b_ih + b_hh
    h = h0.copy()
    for rows, alive in steps:
        z, state = y[rows], h[:alive]
        z += state @ w_hh.T
        if b is not None:
            z += b
        if f == "tanh":
            np.tanh(z, out=z)
        else:
            np.maximum(z, 0, out=z)
        state[...] = z
    return y, h


def rnn_vjp(
    dy: Array | None,
    dh_last: Array | None,
    x: Array,
    h0: Array,
    w_ih: Array,
    w_hh: Array,
    y: Array,
    steps: Steps,
    f: str,
    needs: Needs = ALL,
) -> Gradients:
    """The gradients of x, h0, w_ih, w_hh, b_ih, b_hh. dy or dh_last is None if that output was not used."""
    dz = 1 - y * y if f == "tanh" else (y > 0).astype(y.dtype)
    dh = np.zeros_like(h0) if dh_last is None else dh_last.copy()
    for rows, alive in reversed(steps):
        dstate, dgate = dh[:alive], dz[rows]
        if dy is not None:
            dstate += dy[rows]
        dgate *= dstate
        np.matmul(dgate, w_hh, out=dstate)

    dx = dz @ w_ih if needs[0] else None
    dw_ih = dz.T @ x if needs[2] else None
    dw_hh = dz.T @ before(h0, y, steps) if needs[3] else None
    db_ih, db_hh = (dz.sum(axis=0) if needed else None for needed in needs[4:6])
    return dx, dh, dw_ih, dw_hh, db_ih, db_hh


# i, f, g, o = σ, σ, tanh, σ of W_ih x_t + b_ih + W_hh h_(t-1) + b_hh
# c_t = f c_(t-1) + i g                                               h_t = o tanh c_t
#
# do = dh_t tanh c_t                                                  σ' = σ (1 - σ),  tanh' = 1 - tanh²
# dc = dc_t + dh_t o (1 - tanh² c_t)
# di = dc g        df = dc c_(t-1)        dg = dc i                   dc_(t-1) = dc f
# dz = (di i (1 - i), df f (1 - f), dg (1 - g²), do o (1 - o))        dh_(t-1) = W_hhᵀ dz
def lstm(
    x: Array,
    h0: Array,
    c0: Array,
    w_ih: Array,
    w_hh: Array,
    b_ih: Array | None,
    b_hh: Array | None,
    steps: Steps,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """y, every sequence's last h and c, and for the way back the gates (rows, 4 hidden), all c and tanh c.

    x (rows, inputs), h0 and c0 (batch, hidden), w_ih (4 hidden, inputs), w_hh (4 hidden, hidden), b likewise

    As σ(z) = ½ + ½ tanh(z / 2), all four gates are shift + scale tanh(scale z), and with the scale multiplied
    into the weights beforehand one tanh over (alive, 4 hidden) computes them.
    """
    hidden = h0.shape[1]
    scale, shift = _by_gate((0.5, 0.5, 1, 0.5), h0), _by_gate((0.5, 0.5, 0, 0.5), h0)
    gates: Array = x @ (w_ih * scale[:, np.newaxis]).T
    if b_ih is not None:
        gates += (b_ih + b_hh) * scale
    w_hh = w_hh * scale[:, np.newaxis]
    y, cells, tanh_c = (np.empty((len(x), hidden), x.dtype) for _ in range(3))
    h, c = h0.copy(), c0.copy()
    for rows, alive in steps:
        gate, state, cell = gates[rows], h[:alive], c[:alive]
        z = state @ w_hh.T
        z += gate
        np.tanh(z, out=z)
        z *= scale
        np.add(z, shift, out=gate)
        i, f, g, o = _quarters(gate)
        cell *= f
        cell += i * g
        cells[rows] = cell
        state[...] = np.multiply(o, np.tanh(cell, out=tanh_c[rows]), out=y[rows])
    return y, h, c, gates, cells, tanh_c


def lstm_vjp(
    dy: Array | None,
    dh_last: Array | None,
    dc_last: Array | None,
    x: Array,
    h0: Array,
    c0: Array,
    w_ih: Array,
    w_hh: Array,
    y: Array,
    gates: Array,
    cells: Array,
    tanh_c: Array,
    steps: Steps,
    needs: Needs = ALL,
) -> Gradients:
    """The gradients of x, h0, c0, w_ih, w_hh, b_ih, b_hh. dy, ... are None if that output was not used."""
    dz = _by_gate((1, 1, 0, 1), h0) - gates  # slopes: σ' = (1 - σ) σ, tanh' = (0 - tanh) tanh + 1
    dz *= gates
    dz += _by_gate((0, 0, 1, 0), h0)
    through = 1 - tanh_c * tanh_c  # dh/dc = o (1 - tanh² c)
    through *= _quarters(gates)[3]
    c_before = before(c0, cells, steps)
    dh = np.zeros_like(h0) if dh_last is None else dh_last.copy()
    dc = np.zeros_like(c0) if dc_last is None else dc_last.copy()
    dgates = np.empty((len(h0), gates.shape[1]), x.dtype)
    for rows, alive in reversed(steps):
        dstate, dcell, dgate = dh[:alive], dc[:alive], dgates[:alive]
        i, f, g, _ = _quarters(gates[rows])
        di, df, dg, do = _quarters(dgate)
        if dy is not None:
            dstate += dy[rows]
        dcell += dstate * through[rows]
        np.multiply(dcell, g, out=di)
        np.multiply(dcell, c_before[rows], out=df)
        np.multiply(dcell, i, out=dg)
        np.multiply(dstate, tanh_c[rows], out=do)
        dcell *= f
        np.matmul(np.multiply(dgate, dz[rows], out=dz[rows]), w_hh, out=dstate)
    del through, c_before  # two large arrays less beside those to come

    dx = dz @ w_ih if needs[0] else None
    dw_ih = dz.T @ x if needs[3] else None
    dw_hh = dz.T @ before(h0, y, steps) if needs[4] else None
    db_ih, db_hh = (dz.sum(axis=0) if needed else None for needed in needs[5:7])
    return dx, dh, dc, dw_ih, dw_hh, db_ih, db_hh


# r, z = σ of W_ih x_t + b_ih + W_hh h_(t-1) + b_hh, the first two thirds of its rows; the last thirds:
# u = W_hh h_(t-1) + b_hh        n = tanh(W_ih x_t + b_ih + r u)      h_t = (1 - z) n + z h_(t-1)
#
# dn = dh_t (1 - z) (1 - n²)        du = dn r                         dr = dn u r (1 - r)
# dz = dh_t (h_(t-1) - n) z (1 - z)                                   dh_(t-1) = dh_t z + W_hhᵀ (dr, dz, du)
def gru(
    x: Array, h0: Array, w_ih: Array, w_hh: Array, b_ih: Array | None, b_hh: Array | None, steps: Steps
) -> tuple[Array, Array, Array, Array]:
    """y, every sequence's last h, and for the way back the gates (rows, 3 hidden) and u (rows, hidden).

    x (rows, inputs), h0 (batch, hidden), w_ih (3 hidden, inputs), w_hh (3 hidden, hidden), b (3 hidden,)

    σ(z) = ½ + ½ tanh(z / 2): NumPy's tanh is faster than its exp and a division.
    """
    hidden = h0.shape[1]
    gates: Array = x @ w_ih.T
    y, inner = (np.empty((len(x), hidden), x.dtype) for _ in range(2))
    h = h0.copy()
    for rows, alive in steps:
        gate, u, state = gates[rows], inner[rows], h[:alive]
        from_state = state @ w_hh.T
        if b_ih is not None:
            gate += b_ih
            from_state += b_hh
        u[...] = from_state[:, 2 * hidden :]

        rz, n = gate[:, : 2 * hidden], gate[:, 2 * hidden :]
        rz += from_state[:, : 2 * hidden]
        rz *= 0.5
        np.tanh(rz, out=rz)
        rz *= 0.5
        rz += 0.5
        r, z = rz[:, :hidden], rz[:, hidden:]
        n += r * u
        np.tanh(n, out=n)
        state -= n  # h = n + z (h - n)
        state *= z
        state += n
        y[rows] = state
    return y, h, gates, inner


def gru_vjp(
    dy: Array | None,
    dh_last: Array | None,
    x: Array,
    h0: Array,
    w_ih: Array,
    w_hh: Array,
    y: Array,
    gates: Array,
    inner: Array,
    steps: Steps,
    needs: Needs = ALL,
) -> Gradients:
    """The gradients of x, h0, w_ih, w_hh, b_ih, b_hh. dy or dh_last is None if that output was not used."""
    hidden = h0.shape[1]
    columns = [slice(k * hidden, (k + 1) * hidden) for k in range(4)]
    d = np.empty((len(x), 4 * hidden), x.dtype)  # dn, dr, dz for the input, dr, dz, du for the state
    h_before = before(h0, y, steps)
    dh = np.zeros_like(h0) if dh_last is None else dh_last.copy()
    for rows, alive in reversed(steps):
        dstate, gate, d_now = dh[:alive], gates[rows], d[rows]
        r, z, n = (gate[:, k] for k in columns[:3])
        dn, dr, dz, du = (d_now[:, k] for k in columns)
        if dy is not None:
            dstate += dy[rows]
        np.multiply(dstate, 1 - z, out=dn)
        dn *= 1 - n * n
        np.multiply(dn, r, out=du)
        np.multiply(dn, inner[rows], out=dr)
        dr *= r * (1 - r)
        np.multiply(dstate, h_before[rows] - n, out=dz)
        dz *= z * (1 - z)
        dstate *= z
        dstate += d_now[:, hidden:] @ w_hh

    for_input, for_state = d[:, : 3 * hidden], d[:, hidden:]
    dx = for_input @ np.roll(w_ih, hidden, axis=0) if needs[0] else None
    dw_ih = np.roll(for_input.T @ x, -hidden, axis=0) if needs[2] else None
    dw_hh = for_state.T @ h_before if needs[3] else None
    db_ih = np.roll(for_input.sum(axis=0), -hidden) if needs[4] else None
    db_hh = for_state.sum(axis=0) if needs[5] else None
    return dx, dh, dw_ih, dw_hh, db_ih, db_hh


def before(start: Array, after: Array, steps: Steps) -> Array:
    """The state before every time, (rows, hidden), from the first one and those after every time."""
    result, state = np.empty_like(after), start.copy()
    for rows, alive in steps:
        result[rows] = state[:alive]
        state[:alive] = after[rows]
    return result


def _quarters(gates: Array) -> list[Array]:
    """The parts of (alive, 4 hidden) that belong to i, f, g and o, each (alive, hidden)."""
    hidden = gates.shape[1] // 4
    return [gates[:, k * hidden : (k + 1) * hidden] for k in range(4)]


def _by_gate(numbers: tuple[float, ...], h: Array) -> Array:
    """A number for each gate, copied to all its units: (4 hidden,)."""
    return np.repeat(np.array(numbers, h.dtype), h.shape[1])


# rows = x at the places (times, sequences)        dx there = drows, 0 elsewhere: each place is taken once
def pack(x: Array, places: tuple[Array, ...]) -> Array:
    rows: Array = x[places]
    return rows


def pack_vjp(drows: Array, shape: Shape, places: tuple[Array, ...]) -> Array:
    return pad(drows, shape, places, 0)


# x = `value` everywhere, but at the places (times, sequences) rows        drows = dx there
def pad(rows: Array, shape: Shape, places: tuple[Array, ...], value: float) -> Array:
    x = np.full(shape, value, rows.dtype)
    x[places] = rows
    return x


def pad_vjp(dx: Array, places: tuple[Array, ...]) -> Array:
    return pack(dx, places)
