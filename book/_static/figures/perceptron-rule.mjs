// Rosenblatt's rule on points in the plane: mathematics only, nothing of the page.
//
//   the perceptron says   1 if w·x + b > 0, else 0
//   after a mistake       w ← w + (y - ŷ) x,   b ← b + (y - ŷ)
//
// The weights start at zero and the examples come in their own order, again and again.

export function score(weight, bias, [x1, x2]) {
  return weight[0] * x1 + weight[1] * x2 + bias;
}

export function predict(weight, bias, point) {
  return score(weight, bias, point) > 0 ? 1 : 0;
}

/** The parameters after one mistake on an example of class `label`. */
export function update(weight, bias, [x1, x2], label) {
  const sign = label === 1 ? 1 : -1; // y - ŷ: a mistake on class 1 said 0, and the other way round
  return { weight: [weight[0] + sign * x1, weight[1] + sign * x2], bias: bias + sign };
}

/**
 * The learning rule from the first example on: one state for each value the parameters take.
 *
 * Each state is { weight, bias, mistakes, pass, example, repeats }: the parameters after so many mistakes,
 * and the next example that they get wrong, met in that pass over the data. The last state tells the end:
 *   example === null   converged: `pass` is the first pass without a mistake;
 *   repeats !== null   the same weights and the same next example as in state number `repeats`: it cycles;
 *   otherwise          `maxMistakes` were made.
 */
export function trace(points, labels, maxMistakes) {
  const n = points.length;
  const states = [];
  const seen = new Map(); // parameters and next example -> number of the state
  let weight = [0, 0];
  let bias = 0;
  let position = 0; // examples looked at so far, over all passes
  let pass = 0; // that of the last mistake

  for (let mistakes = 0; ; mistakes++) {
    let right = 0;
    while (right < n && predict(weight, bias, points[position % n]) === labels[position % n]) {
      right++;
      position++;
    }
    if (right === n) {
      states.push({ weight, bias, mistakes, pass: pass + 1, example: null, repeats: null });
      return states;
    }
    const example = position % n;
    pass = Math.floor(position / n) + 1;
    const key = [...weight, bias, example].join();
    const repeats = seen.get(key) ?? null;
    states.push({ weight, bias, mistakes, pass, example, repeats });
    if (repeats !== null || mistakes === maxMistakes) return states;

    seen.set(key, mistakes);
    ({ weight, bias } = update(weight, bias, points[example], labels[example]));
    position++;
  }
}

const dot = (u, v) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
const minus = (u, v) => [u[0] - v[0], u[1] - v[1], u[2] - v[2]];
const times = (c, u) => [c * u[0], c * u[1], c * u[2]];
const cross = (u, v) => [
  u[1] * v[2] - u[2] * v[1],
  u[2] * v[0] - u[0] * v[2],
  u[0] * v[1] - u[1] * v[0],
];

/**
 * The two numbers of the convergence theorem, mistakes ≤ (R/γ)², for the examples with the bias's 1 appended:
 *
 *   z = ±(x1, x2, 1), + for class 1      R = max |z|      γ = max over unit vectors u of min u·z
 *
 * γ > 0 exactly when a line separates the classes (otherwise only its sign means anything). The best u is
 * perpendicular to a point, an edge or a triangle of examples, all equally near to the plane u·z = 0: trying
 * every one finds it. Nothing is divided before the sign of u·z is known, so that the sign is exact for
 * coordinates that are not too long (multiples of 1/16, say).
 */
export function separation(points, labels) {
  const Z = points.map(([x1, x2], i) => times(labels[i] === 1 ? 1 : -1, [x1, x2, 1]));
  const R = Math.sqrt(Math.max(...Z.map((z) => dot(z, z))));
  let gamma = -Infinity;

  function attempt(u) {
    const length = Math.sqrt(dot(u, u));
    if (length === 0) return;
    gamma = Math.max(gamma, Math.min(...Z.map((z) => dot(u, z))) / length);
  }

  Z.forEach((a, i) => {
    attempt(a);
    Z.slice(i + 1).forEach((b, j) => {
      const edge = minus(b, a);
      attempt(minus(times(dot(edge, edge), a), times(dot(edge, a), edge))); // a, less its part along the edge
      Z.slice(i + j + 2).forEach((c) => {
        const normal = cross(edge, minus(c, a));
        attempt(times(Math.sign(dot(normal, a)), normal));
      });
    });
  });
  return { R, gamma };
}
