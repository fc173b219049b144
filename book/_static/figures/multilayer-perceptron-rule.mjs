// A small network that folds the plane: mathematics only, nothing of the page.
//
//   a layer      z = W h + b,   h ← φ(z)     two numbers in, two numbers out
//   the cut      class 1 where v·h + c > 0   after the last layer
//
// The plane falls into convex pieces on which all layers together are one affine map, x ↦ A x + a.

/** φ by its slopes left and right of zero. */
export const ACTIVATIONS = { fold: [-1, 1], relu: [0, 1], none: [1, 1] };

const IDENTITY = [[1, 0], [0, 1]];

function rotation(degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [[Math.cos(angle), -Math.sin(angle)], [Math.sin(angle), Math.cos(angle)]];
}

function ring(radius, count, label) {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * (i + 0.3)) / count;
    return [radius * Math.cos(angle), radius * Math.sin(angle), label];
  });
}

function checkerboard() {
  const middles = [-1.2, -0.6, 0, 0.6, 1.2];
  return middles.flatMap((x1, i) => middles.map((x2, j) => [x1, x2, (i + j) % 2]));
}

/** Points [x1, x2, class], and a network that folds their classes apart. */
export const PROBLEMS = {
  Rings: {
    points: [...ring(0.5, 9, 1), ...ring(1.15, 15, 0)],
    layers: [IDENTITY, rotation(-45), rotation(-22.5)].map((W) => ({ W, b: [0, 0] })),
    cut: { v: rotation(-11.25)[0].map((u) => -u), c: 0.8 },
  },
  XOR: {
    points: [[-0.75, -0.75, 0], [0.75, 0.75, 0], [-0.75, 0.75, 1], [0.75, -0.75, 1]],
    layers: [{ W: rotation(-45), b: [0, 0] }],
    cut: { v: [-1, 1], c: 0 },
  },
  Checkerboard: {
    points: checkerboard(),
    layers: [
      { W: IDENTITY, b: [0, 0] },
      { W: IDENTITY, b: [-0.6, -0.6] },
      { W: rotation(-45), b: [-0.3 * Math.SQRT2, 0] }, // turned about (0.3, 0.3)
    ],
    cut: { v: [-1, 1], c: 0 },
  },
};

const dot = (u, v) => u[0] * v[0] + u[1] * v[1];
const column = (M, j) => [M[0][j], M[1][j]];

/** x ↦ A x + a */
export function apply({ A, a }, x) {
  return [dot(A[0], x) + a[0], dot(A[1], x) + a[1]];
}

/** The affine part of a layer behind a map: x ↦ W (A x + a) + b. */
function affine({ W, b }, { A, a }) {
  const rows = W.map((w) => [dot(w, column(A, 0)), dot(w, column(A, 1))]);
  return { A: rows, a: [dot(W[0], a) + b[0], dot(W[1], a) + b[1]] };
}

/** φ of both scores of a point. */
export function activate(activation, z) {
  const [left, right] = ACTIVATIONS[activation];
  return z.map((score) => (score > 0 ? right : left) * score);
}

/** The part of a convex polygon where height(corner) ≥ 0, for an affine function. */
export function clip(polygon, height) {
  const corners = [];
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    const [here, there] = [height(p), height(q)];
    if (here >= 0) corners.push(p);
    if (here * there < 0) {
      const t = here / (here - there);
      corners.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
    }
  });
  return corners;
}

export function area(polygon) {
  const twice = polygon.reduce((sum, [x1, x2], i) => {
    const [y1, y2] = polygon[(i + 1) % polygon.length];
    return sum + x1 * y2 - x2 * y1;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Cuts a piece along the lines where a score is zero, and bends each part by its slope. */
function bend(activation, piece) {
  const [left, right] = ACTIVATIONS[activation];
  if (left === right) return [{ ...piece, before: piece.map }];
  let parts = [{ polygon: piece.polygon, slopes: [] }];
  for (const unit of [0, 1]) {
    const score = (x) => apply(piece.map, x)[unit];
    parts = parts.flatMap(({ polygon, slopes }) => [
      { polygon: clip(polygon, score), slopes: [...slopes, right] },
      { polygon: clip(polygon, (x) => -score(x)), slopes: [...slopes, left] },
    ]);
    parts = parts.filter(({ polygon }) => polygon.length > 2 && area(polygon) > 1e-9);
    // A score that is zero on a whole piece makes both parts: keep one.
    parts = parts.filter(({ polygon }, i) => !parts.slice(0, i).some((other) => same(other.polygon, polygon)));
  }
  return parts.map(({ polygon, slopes: [s1, s2] }) => {
    const { A, a } = piece.map;
    const map = { A: [A[0].map((u) => s1 * u), A[1].map((u) => s2 * u)], a: [s1 * a[0], s2 * a[1]] };
    return { polygon, before: piece.map, map };
  });
}

function same(one, other) {
  return one.length === other.length && one.every((p, i) => p[0] === other[i][0] && p[1] === other[i][1]);
}

/**
 * What the layers do to the square [-reach, reach]² and to the points, one state a step.
 *
 * Each state is { kind, layer, pieces, points }. Its kind is "sheet", then "affine" and "bend" for each layer,
 * then "cut". A piece { polygon, before, map } is a part of the square, its map up to the last step and with it;
 * points are { before, now }.
 */
export function trace({ points, layers }, activation, reach) {
  const square = [[-reach, -reach], [reach, -reach], [reach, reach], [-reach, reach]];
  const identity = { A: IDENTITY, a: [0, 0] };
  let pieces = [{ polygon: square, before: identity, map: identity }];
  let places = points.map(([x1, x2]) => ({ before: [x1, x2], now: [x1, x2] }));
  const states = [{ kind: "sheet", layer: 0, pieces, points: places }];
  const move = (by) => places.map(({ now }) => ({ before: now, now: by(now) }));

  layers.forEach((layer, index) => {
    pieces = pieces.map(({ polygon, map }) => ({ polygon, before: map, map: affine(layer, map) }));
    places = move((h) => apply({ A: layer.W, a: layer.b }, h));
    states.push({ kind: "affine", layer: index + 1, pieces, points: places });
    pieces = pieces.flatMap((piece) => bend(activation, piece));
    places = move((z) => activate(activation, z));
    states.push({ kind: "bend", layer: index + 1, pieces, points: places });
  });
  pieces = pieces.map(({ polygon, map }) => ({ polygon, before: map, map }));
  places = move((h) => h);
  states.push({ kind: "cut", layer: layers.length, pieces, points: places });
  return states;
}

/** The score behind the last layer; the answer is class 1 where it is positive. */
export function score({ v, c }, h) {
  return dot(v, h) + c;
}
