// Points, a fit of more and more features, and its errors: double descent, to be moved and removed.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { descent, sample, SAMPLES, SIZES, truth } from "./generalization-rule.mjs";

const WIDE = 420;
const LEFT = 44; // of both pictures, room for the numbers of the axis
const RIGHT = 408;
const TOP = 24;
const BOTTOM = 200; // of the upper picture
const REACH = 2.2; // it goes from -REACH to REACH
const CEILING = 254; // of the lower picture
const FLOOR = 420;
const LOWEST = -3; // its powers of ten
const HIGHEST = 0;

mount("generalization", (root) => {
  const chosen = { n: 15, noise: 0.3, lambda: 0, number: 1 };
  let states = [];

  const player = createPlayer(root, { draw, describe });

  // The picture

  const text = (x, y, words, name = "signal-tick") => svg("text", { class: name, x, y, "aria-hidden": true }, words);
  const across = (x) => LEFT + x * (RIGHT - LEFT);
  const up = (y) => (TOP + BOTTOM) / 2 - (Math.max(-REACH, Math.min(y, REACH)) / REACH) * ((BOTTOM - TOP) / 2);
  const sized = (P) => across(Math.log(P) / Math.log(SIZES.at(-1)));
  const high = (error) => {
    const power = Math.max(LOWEST, Math.min(Math.log10(error), HIGHEST));
    return FLOOR - ((power - LOWEST) / (HIGHEST - LOWEST)) * (FLOOR - CEILING);
  };
  const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
  const gridded = (values) => path(values.map((y, i) => [across(i / (values.length - 1)), up(y)]));

  const scale = svg("g");
  for (const [power, label] of [[-3, "0.001"], [-2, "0.01"], [-1, "0.1"], [0, "1"]]) {
    const y = high(10 ** power);
    scale.append(svg("path", { class: "axis", d: `M${LEFT} ${y}H${RIGHT}` }), text(LEFT - 6, y, label, "signal-tick left"));
  }
  for (const y of [-2, -1, 0, 1, 2]) {
    scale.append(
      svg("path", { class: "axis", d: `M${LEFT} ${up(y)}H${RIGHT}` }),
      text(LEFT - 6, up(y), String(y).replace("-", "−"), "signal-tick left"),
    );
  }
  for (const P of [1, 2, 5, 10, 20, 50, 100]) scale.append(text(sized(P), FLOOR + 14, P));
  const original = svg("path", { class: "fit-truth", d: gridded(Array.from({ length: 101 }, (_, i) => truth(i / 100))) });
  const fitted = svg("path", { class: "fit-curve" });
  const points = svg("g");
  const equal = svg("path", { class: "timeline-now" });
  const training = svg("path", { class: "fit-training" });
  const test = svg("path", { class: "fit-curve" });
  const rings = [svg("circle", { class: "ring", r: 6 }), svg("circle", { class: "ring", r: 6 })];
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDE} ${FLOOR + 26}`,
      role: "img",
      "aria-label": "Above, points and the fitted curve. Below, training and test error by the number of features",
    },
    text(LEFT, 10, "one sample, the truth (dashed), and the fit", "signal-title"),
    scale,
    original,
    fitted,
    points,
    text(LEFT, CEILING - 18, "error by features: test (solid), training (dotted)", "signal-title"),
    equal,
    training,
    test,
    ...rings,
  );
  player.stage.append(picture);
  picture.addEventListener("click", ({ clientX, clientY }) => {
    const box = picture.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top].map((pixels) => (pixels * WIDE) / box.width);
    if (y < CEILING - 10) return;
    const distances = SIZES.map((P) => Math.abs(sized(P) - x));
    player.jump(distances.indexOf(Math.min(...distances)));
  });

  function drawCurves() {
    const { x, y } = sample(chosen.number, chosen.n, chosen.noise);
    points.replaceChildren(
      ...x.map((at, i) => svg("circle", { class: "fit-point", cx: across(at), cy: up(y[i]), r: 4 })),
    );
    equal.setAttribute("d", `M${sized(chosen.n)} ${CEILING}V${FLOOR}`);
    training.setAttribute("d", path(states.map(({ P, middle }) => [sized(P), high(middle.training)])));
    test.setAttribute("d", path(states.map(({ P, middle }) => [sized(P), high(middle.test)])));
  }

  function draw(state, previous, t) {
    const between = (from, to) => from + t * (to - from);
    fitted.setAttribute("d", gridded(state.drawn.map((y, i) => between(previous.drawn[i], y))));
    rings.forEach((ring, i) => {
      const error = i ? "training" : "test";
      set(ring, {
        cx: between(sized(previous.P), sized(state.P)),
        cy: between(high(previous.middle[error]), high(state.middle[error])),
      });
    });
    counters.features.textContent = state.P;
    counters.training.textContent = written(state.middle.training);
    counters.test.textContent = written(state.middle.test);
    counters.length.textContent = written(state.size);
  }

  // The same in words and numbers

  const counters = {};
  const table = element("dl");
  for (const name of ["features", "training", "test", "length"]) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, name), counters[name]));
  }
  player.panel.append(table);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      `Errors: medians over ${SAMPLES} samples; the test is against the truth. Length: that of the weights of the fit above. ` +
        "The upright line marks as many features as points. Curves are cut at the edges of the picture. Click below to go to a size.",
    ),
  );

  function written(number) {
    if (number < 1e-4) return "below 0.0001";
    return number < 1 ? number.toPrecision(2) : number.toPrecision(3);
  }

  function describe({ P, middle }) {
    const { n, lambda } = chosen;
    const many = `${P} feature${P === 1 ? "" : "s"} for ${n} points: test error ${written(middle.test)}.`;
    if (lambda > 0) return `${many}\nThe penalty keeps the weights small at every size.`;
    if (P === n) return `${many}\nAs many as points: just one perfect fit, and nothing to choose.`;
    if (P > n) return `${many}\nMore than points: of all perfect fits, the one with the shortest weights.`;
    const best = states.filter((state) => state.P < n).reduce((a, b) => (b.middle.test < a.middle.test ? b : a));
    if (P < best.P) return `${many}\nToo stiff: it underfits.`;
    return P === best.P ? `${many}\nThe best below ${n} features.` : `${many}\nToo pliable: it overfits.`;
  }

  function change(name, value) {
    chosen[name] = Number(value);
    states = descent(chosen);
    drawCurves();
    player.replace(states);
  }

  const options = (values) => values.map((value) => [value, value === 0 ? "none" : String(value)]);
  player.controls.prepend(
    choice("Noise", options([0, 0.1, 0.3, 0.6]), chosen.noise, (value) => change("noise", value)),
    choice("Points", options([10, 15, 20]), chosen.n, (value) => change("n", value)),
    choice("Penalty λ", options([0, 0.001, 0.03, 1]), chosen.lambda, (value) => change("lambda", value)),
    choice("Sample", [1, 2, 3, 4, 5].map((number) => [number, `no. ${number}`]), chosen.number, (value) =>
      change("number", value),
    ),
  );
  states = descent(chosen);
  drawCurves();
  player.show(states);
});
