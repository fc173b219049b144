// Fits of points by cosines, of fewer or more features than points: mathematics only, nothing of the page.
//
//   f(x) = Σ w_k φ_k(x),   φ_k(x) = cos(πkx) / max(k, 1),   k = 0 … P - 1
//
// The weights are the shortest that make |Φw - y|² + λ|w|² least. With the singular values s of Φ that is
//
//   w = Σ s / (s² + λ) v (uᵀy)

import { normal, uniform } from "./signal-rule.mjs";

export const SIZES = [1, 2, 3, 4, 5, 6, 8, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 25, 30, 40, 60, 100];
export const SAMPLES = 12; // whose median the curves show
const GRID = Array.from({ length: 201 }, (_, i) => i / 200); // where the test error is measured
const TINY = 1e-10; // singular values below this share of the largest are zero

export function truth(x) {
  return Math.sin(2 * Math.PI * x);
}

/** The features of one place, P numbers. */
export function features(x, P) {
  return Array.from({ length: P }, (_, k) => Math.cos(Math.PI * k * x) / Math.max(k, 1));
}

/** A sum of products. */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** n points, one in each n-th of [0, 1], with normal noise on what the truth says. */
export function sample(seed, n, noise) {
  const place = uniform(seed + 3); // so that the first one is a telling one
  const error = normal(seed + 1003);
  const x = Array.from({ length: n }, (_, i) => (i + place()) / n);
  return { x, y: x.map((at) => truth(at) + noise * error()) };
}

/**
 * Turns vectors against one another, two at a time, until all are orthogonal (one-sided Jacobi): a singular
 * value decomposition. Returns the new vectors, whose lengths are the singular values, and how they are
 * made: turned[j] = Σ_i turns[j][i] vectors[i].
 */
export function orthogonalize(vectors) {
  const turned = vectors.map((vector) => Float64Array.from(vector));
  const turns = vectors.map((_, j) => Float64Array.from(vectors, (_, i) => Number(i === j)));
  for (let sweep = 0, calm = false; !calm && sweep < 40; sweep++) {
    calm = true;
    for (let i = 0; i < turned.length; i++) {
      for (let j = i + 1; j < turned.length; j++) {
        const [a, b, c] = [dot(turned[i], turned[i]), dot(turned[j], turned[j]), dot(turned[i], turned[j])];
        if (c * c <= 1e-28 * a * b) continue;
        calm = false;
        const zeta = (b - a) / (2 * c);
        const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cosine = 1 / Math.hypot(1, tangent);
        rotate(turned[i], turned[j], cosine, tangent * cosine);
        rotate(turns[i], turns[j], cosine, tangent * cosine);
      }
    }
  }
  return { turned, turns };
}

function rotate(a, b, cosine, sine) {
  for (let k = 0; k < a.length; k++) {
    [a[k], b[k]] = [cosine * a[k] - sine * b[k], sine * a[k] + cosine * b[k]];
  }
}

const decomposed = new Map(); // the places of a sample depend on its seed and n alone

function decompose(x, P, key) {
  if (!decomposed.has(key)) {
    const rows = x.map((at) => features(at, P));
    const columns = Array.from({ length: P }, (_, k) => rows.map((row) => row[k]));
    decomposed.set(key, orthogonalize(P < x.length ? columns : rows));
  }
  return decomposed.get(key);
}

/** The weights, P numbers, of the fit to a sample. The seed and n say which places these are. */
export function weights({ x, y }, P, lambda, seed) {
  const { turned, turns } = decompose(x, P, `${seed} ${x.length} ${P}`);
  const lengths = turned.map((vector) => dot(vector, vector)); // s²
  const least = TINY ** 2 * Math.max(...lengths);
  const w = new Float64Array(P);
  lengths.forEach((s2, j) => {
    if (s2 <= least) return;
    const [along, seen] = P < x.length ? [turns[j], turned[j]] : [turned[j], turns[j]];
    const share = dot(seen, y) / (s2 + lambda);
    for (let k = 0; k < P; k++) w[k] += share * along[k];
  });
  return w;
}

const ON_GRID = GRID.map((at) => features(at, Math.max(...SIZES)));
const ON_TRUTH = GRID.map(truth);

/** The fitted curve on the grid. */
export function curve(w) {
  return ON_GRID.map((row) => dot(w, row)); // as many features as there are weights
}

function meanSquare(a, b) {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
}

/** Of an even number of values, as there are samples. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[half - 1] + sorted[half]) / 2;
}

/** One fit: its curve, the length of its weights, its training error, and its test error against the truth. */
export function fit(seed, n, noise, lambda, P) {
  const points = sample(seed, n, noise);
  const w = weights(points, P, lambda, seed);
  const drawn = curve(w);
  const answers = points.x.map((at) => dot(w, features(at, P)));
  const training = meanSquare(answers, points.y);
  return { P, drawn, size: Math.sqrt(dot(w, w)), training, test: meanSquare(drawn, ON_TRUTH) };
}

/** One state a size: the fit to sample `number`, and the median errors over all samples. */
export function descent({ n, noise, lambda, number }) {
  return SIZES.map((P) => {
    const all = Array.from({ length: SAMPLES }, (_, i) => fit(i + 1, n, noise, lambda, P));
    return {
      ...all[number - 1],
      middle: { training: median(all.map((f) => f.training)), test: median(all.map((f) => f.test)) },
    };
  });
}
