// A signal on its way through a random network without biases: mathematics only, nothing of the page.
//
//   h ← φ(W h),   W of (width, width), normal with mean 0 and variance gain² / width

export const ACTIVATIONS = {
  none: (z) => z,
  ReLU: (z) => Math.max(z, 0),
  tanh: Math.tanh,
};
export const BATCH = 24; // inputs that are sent through at once

/** Random numbers in (0, 1), the same ones for the same seed: a 32-bit xorshift generator. */
export function uniform(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) next(); // small seeds start with small numbers
  return next;
}

/** Normal random numbers with mean 0 and variance 1, from pairs of uniform ones (Box and Muller). */
export function normal(seed) {
  const next = uniform(seed);
  let spare = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Numbers from a generator: `rows` arrays of `columns` each. */
export function matrix(draw, rows, columns, scale) {
  return Array.from({ length: rows }, () => Float64Array.from({ length: columns }, () => scale * draw()));
}

/** φ(W h) for W (m, n) and h (n, batch). */
export function layer(W, h, phi) {
  return W.map((weights) => {
    const row = new Float64Array(h[0].length);
    for (let j = 0; j < weights.length; j++) {
      for (let k = 0; k < row.length; k++) row[k] += weights[j] * h[j][k];
    }
    return row.map(phi);
  });
}

/** √ of the mean square of all numbers of h. */
export function rms(h) {
  let sum = 0;
  for (const row of h) for (const value of row) sum += value * value;
  return Math.sqrt(sum / (h.length * h[0].length));
}

/** What a layer makes of a mean square q, on average over networks: gain² q is that of its scores. */
export function expected(activation, gain, q) {
  const scores = gain * gain * q;
  if (activation === "none") return scores;
  if (activation === "ReLU") return scores / 2;
  // E[tanh²(z)] for a normal z, by the trapezoidal rule, which is exact enough on so smooth a function.
  const spread = Math.sqrt(scores);
  const step = 0.05;
  let sum = 0;
  for (let x = -8; x <= 8; x += step) sum += Math.tanh(spread * x) ** 2 * Math.exp((-x * x) / 2);
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

/** The share of all numbers in each of `bins` parts of [-reach, reach]; what lies outside counts at the ends. */
export function histogram(h, bins, reach) {
  const counts = new Array(bins).fill(0);
  for (const row of h) {
    for (const value of row) {
      const bin = Math.floor(((value + reach) / (2 * reach)) * bins);
      counts[Math.max(0, Math.min(bin, bins - 1))] += 1;
    }
  }
  return counts.map((count) => count / (h.length * h[0].length));
}

/**
 * The signal behind every layer, one state a layer, the input first.
 *
 * Each state is { layer, size, predicted, bars }: the root mean square, measured and expected, and a histogram.
 */
export function trace({ width, depth, activation, gain, seed }, bins, reach) {
  const draw = normal(seed);
  const phi = ACTIVATIONS[activation];
  let h = matrix(draw, width, BATCH, 1);
  let q = 1;
  const states = [{ layer: 0, size: rms(h), predicted: 1, bars: histogram(h, bins, reach) }];
  for (let number = 1; number <= depth; number++) {
    h = layer(matrix(draw, width, width, gain / Math.sqrt(width)), h, phi);
    q = expected(activation, gain, q);
    states.push({ layer: number, size: rms(h), predicted: Math.sqrt(q), bars: histogram(h, bins, reach) });
  }
  return states;
}
