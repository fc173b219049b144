// One recurrent unit, forward through time and back: mathematics only, nothing of the page.
//
//   z_t = w h_(t-1) + x_t,   h_t = φ(z_t),   L = h_T

export const MOMENTS = 6;

export const INPUTS = {
  "a pulse": [1, 0, 0, 0, 0, 0],
  steady: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  "up and down": [1, -1, 1, -1, 1, -1],
};

// φ, and its slope as a function of h = φ(z)
export const ACTIVATIONS = {
  none: { phi: (z) => z, slope: () => 1 },
  tanh: { phi: Math.tanh, slope: (h) => 1 - h * h },
};

/** All states h_0 … h_T. */
export function forward(w, x, { phi }) {
  const h = [0];
  for (const x_t of x) h.push(phi(w * h.at(-1) + x_t));
  return h;
}

/** Slopes of L = h_T: by each state, by each score, and what each moment adds to the slope by w. */
export function backward(w, h, { slope }) {
  const last = h.length - 1;
  const [states, scores, parts] = [[], [], []];
  states[last] = 1;
  for (let t = last; t > 0; t--) {
    scores[t] = states[t] * slope(h[t]);
    parts[t] = scores[t] * h[t - 1];
    states[t - 1] = scores[t] * w;
  }
  return { states, scores, parts };
}

/**
 * What the figure shows, one moment after the other: the start, forward to T, back to 1, and the sum.
 *
 * Each is { kind, t, known, reached, slope }: the states known so far, the earliest one whose slope is known
 * (T + 1 if none), and the slope by w, of the moments that have been visited on the way back.
 */
export function trace({ w, activation, input }) {
  const [x, used] = [INPUTS[input], ACTIVATIONS[activation]];
  const h = forward(w, x, used);
  const back = backward(w, h, used);
  const T = x.length;
  const all = { w, x, h, ...back };
  const found = h.map((_, t) => ({ ...all, kind: t ? "forward" : "start", t, known: t, reached: T + 1, slope: 0 }));
  found.push({ ...all, kind: "loss", t: T, known: T, reached: T, slope: 0 });
  let slope = 0;
  for (let t = T; t > 0; t--) {
    slope += back.parts[t];
    found.push({ ...all, kind: "backward", t, known: T, reached: t - 1, slope });
  }
  found.push({ ...all, kind: "sum", t: 0, known: T, reached: 0, slope });
  return found;
}
