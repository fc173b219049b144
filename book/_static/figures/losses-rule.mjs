// From scores to the gradient of the cross-entropy, in float32: mathematics only, nothing of the page.
//
//   m = max z, or 0 in the naive form        e = exp(z - m)        S = Σ e        p = e / S
//   loss if c were right     log S - (z_c - m), or -log p_c in the naive form
//   gradient                 p, with 1 taken from the right class

const float32 = Math.fround; // each operation is rounded, as in an array of float32

/** The six stages, each { kind, values }, one value for each class; m and the sum go with all of them. */
export function stages(scores, target, stable) {
  const z = scores.map(float32);
  const m = stable ? Math.max(...z) : 0;
  const shifted = z.map((score) => float32(score - m));
  const powers = shifted.map((score) => float32(Math.exp(score)));
  const sum = powers.reduce((total, power) => float32(total + power), 0);
  const p = powers.map((power) => float32(power / sum));
  const log = float32(Math.log(sum));
  const losses = stable
    ? shifted.map((score) => float32(log - score))
    : p.map((probability) => float32(-Math.log(probability)));
  const gradient = p.map((probability, c) => float32(probability - (c === target ? 1 : 0)));
  const values = { scores: z, shifted, powers, probabilities: p, losses, gradient };
  return Object.entries(values).map(([kind, numbers]) => ({ kind, values: numbers, m, sum, loss: losses[target] }));
}
