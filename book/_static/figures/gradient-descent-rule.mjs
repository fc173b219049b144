// Eight optimizers on five landscapes over two weights: mathematics only, nothing of the page.
//
//   w ← (1 − η·decay) w − step(g)        g is the gradient at w; only AdamW has a decay
//
// Each optimizer is a function of its rate η that returns its `step`, which remembers what it needs.

const each = (f, ...vectors) => [0, 1].map((i) => f(...vectors.map((v) => v[i])));

function sgd(eta) {
  return (g) => each((gi) => eta * gi, g);
}

function momentum(eta, nesterov = false, beta = 0.9) {
  let v = [0, 0];
  return (g) => {
    v = each((vi, gi) => beta * vi + gi, v, g);
    return each((vi, gi) => eta * (nesterov ? gi + beta * vi : vi), v, g);
  };
}

function adagrad(eta, eps = 1e-10) {
  let s = [0, 0];
  return (g) => {
    s = each((si, gi) => si + gi * gi, s, g);
    return each((si, gi) => (eta * gi) / (Math.sqrt(si) + eps), s, g);
  };
}

function rmsprop(eta, alpha = 0.99, eps = 1e-8) {
  let s = [0, 0];
  return (g) => {
    s = each((si, gi) => alpha * si + (1 - alpha) * gi * gi, s, g);
    return each((si, gi) => (eta * gi) / (Math.sqrt(si) + eps), s, g);
  };
}

function adam(eta, beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
  let [m, v] = [[0, 0], [0, 0]];
  let t = 0;
  return (g) => {
    t += 1;
    m = each((mi, gi) => beta1 * mi + (1 - beta1) * gi, m, g);
    v = each((vi, gi) => beta2 * vi + (1 - beta2) * gi * gi, v, g);
    const [mScale, vScale] = [1 - beta1 ** t, 1 - beta2 ** t];
    return each((mi, vi) => (eta * (mi / mScale)) / (Math.sqrt(vi / vScale) + eps), m, v);
  };
}

function lion(eta, beta1 = 0.9, beta2 = 0.99) {
  let m = [0, 0];
  return (g) => {
    const step = each((mi, gi) => eta * Math.sign(beta1 * mi + (1 - beta1) * gi), m, g);
    m = each((mi, gi) => beta2 * mi + (1 - beta2) * gi, m, g);
    return step;
  };
}

export const OPTIMIZERS = {
  SGD: { rule: sgd },
  Momentum: { rule: momentum },
  Nesterov: { rule: (eta) => momentum(eta, true) },
  Adagrad: { rule: adagrad },
  RMSProp: { rule: rmsprop },
  Adam: { rule: adam },
  AdamW: { rule: adam, decay: 0.01 },
  Lion: { rule: lion },
};

export const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
export const STEPS = 60;

const acrossValley = ([a, b]) => [(a + b) * Math.SQRT1_2, (b - a) * Math.SQRT1_2];

/** The height over (a, b), its gradient, and where a race starts. The lowest height is 0. */
export const LANDSCAPES = {
  Valley: {
    height: ([a, b]) => (a * a + 50 * b * b) / 2,
    gradient: ([a, b]) => [a, 50 * b],
    start: [-2.1, 1.3],
  },
  "Turned valley": {
    height(w) {
      const [along, across] = acrossValley(w);
      return (along ** 2 + 50 * across ** 2) / 2;
    },
    gradient(w) {
      const [along, across] = acrossValley(w);
      return [(along - 50 * across) * Math.SQRT1_2, (along + 50 * across) * Math.SQRT1_2];
    },
    start: [-3.4 * Math.SQRT1_2, -0.8 * Math.SQRT1_2],
  },
  Banana: {
    height: ([a, b]) => (1 - a) ** 2 + 10 * (b - a * a) ** 2,
    gradient: ([a, b]) => [2 * (a - 1) - 40 * a * (b - a * a), 20 * (b - a * a)],
    start: [-1.2, 1],
  },
  Saddle: {
    height: ([a, b]) => (a * a) / 2 - (b * b) / 2 + b ** 4 / 4 + 0.25,
    gradient: ([a, b]) => [a, b ** 3 - b],
    start: [-2, 0.001],
  },
  Plateau: {
    height: ([a, b]) => 1 - Math.exp(-(a * a + b * b) / 2),
    gradient: ([a, b]) => [a * Math.exp(-(a * a + b * b) / 2), b * Math.exp(-(a * a + b * b) / 2)],
    start: [-2.8, 2.8],
  },
};

/** The points of a race, STEPS + 1 of them. */
export function walk(landscape, optimizer, eta, start) {
  const { gradient } = LANDSCAPES[landscape];
  const { rule, decay = 0 } = OPTIMIZERS[optimizer];
  const step = rule(eta);
  const path = [start];
  for (let t = 0; t < STEPS; t++) {
    const w = path[t];
    path.push(each((wi, si) => (1 - eta * decay) * wi - si, w, step(gradient(w))));
  }
  return path;
}

/** The rate of the grid that ends lowest, from the landscape's own start. */
export function tunedRate(landscape, optimizer) {
  const { height, start } = LANDSCAPES[landscape];
  const last = (eta) => height(walk(landscape, optimizer, eta, start)[STEPS]);
  const ends = RATES.map(last).map((end) => (Number.isFinite(end) ? end : Infinity));
  return RATES[ends.indexOf(Math.min(...ends))];
}

/** Where a height has one value in the square of ±reach: pieces of lines [from, to], two triangles a cell. */
export function contour(height, level, reach, cells = 60) {
  const at = (i) => -reach + (2 * reach * i) / cells;
  const pieces = [];
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const [a, b, c, d] = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map((at2) => at2.map(at));
      for (const triangle of [[a, b, c], [a, c, d]]) {
        const crossings = triangle.flatMap((p, k) => crossing(height, level, p, triangle[(k + 1) % 3]));
        if (crossings.length === 2) pieces.push(crossings);
      }
    }
  }
  return pieces;
}

function crossing(height, level, p, q) {
  const [u, v] = [height(p) - level, height(q) - level];
  if (u > 0 === v > 0) return [];
  return [each((pi, qi) => pi + (u / (u - v)) * (qi - pi), p, q)];
}
