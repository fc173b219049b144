// The size of a signal in each layer of a random network, and how its numbers are spread.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { ACTIVATIONS, trace } from "./signal-rule.mjs";

const WIDTHS = [8, 32, 64];
const DEPTHS = [10, 30, 100];
const GAINS = [0.5, 0.9, 1, 1.1, 1.41421356, 1.66666667, 3];
const GAIN_NAMES = { 1.41421356: "√2", 1.66666667: "5/3" };

const BINS = 41;
const REACH = 2; // the histogram goes from -REACH to REACH
const DECADES = 6; // the sizes from 10^-DECADES to 10^DECADES

const WIDE = 420;
const LEFT = 44; // of both pictures, room for the numbers of the axis
const RIGHT = 408;
const TOP = 24;
const CURVE = 210; // where the upper picture ends
const FLOOR = 400; // where the lower one does
const BARS = 110; // the height of a bar that holds half of all numbers

mount("signal", (root) => {
  const chosen = { width: 32, depth: 30, activation: "tanh", gain: 1, seed: 1 };
  let states = [];

  const player = createPlayer(root, { draw, describe });

  // The picture

  const text = (x, y, words, name = "signal-tick") => svg("text", { class: name, x, y, "aria-hidden": true }, words);
  const y = (size) => {
    const decade = Math.max(-DECADES, Math.min(Math.log10(size), DECADES));
    return TOP + ((DECADES - decade) / (2 * DECADES)) * (CURVE - TOP);
  };
  const x = (layer) => LEFT + (layer / chosen.depth) * (RIGHT - LEFT);
  const scale = svg("g");
  for (const decade of [-6, -3, 0, 3, 6]) {
    scale.append(
      svg("path", { class: "axis", d: `M${LEFT} ${y(10 ** decade)}H${RIGHT}` }),
      text(LEFT - 6, y(10 ** decade), `10${superscript(decade)}`, "signal-tick left"),
    );
  }
  const layers = svg("g");
  const line = svg("path", { class: "signal-expected" });
  const dots = svg("g");
  const ring = svg("circle", { class: "ring", r: 7 });
  const bars = svg("g");
  const ends = svg("g");
  for (const [value, label] of [[-2, "≤ −2"], [-1, "−1"], [0, "0"], [1, "1"], [2, "≥ 2"]]) {
    ends.append(text(LEFT + ((value + REACH) / (2 * REACH)) * (RIGHT - LEFT), FLOOR + 14, label));
  }
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDE} ${FLOOR + 26}`,
      role: "img",
      "aria-label": "Above, the size of the numbers by layer. Below, how the numbers of one layer are spread",
    },
    text(LEFT, 10, "size of the numbers, layer by layer", "signal-title"),
    scale,
    layers,
    line,
    dots,
    ring,
    text(LEFT, CURVE + 46, "the numbers of the marked layer", "signal-title"),
    svg("path", { class: "axis", d: `M${LEFT} ${FLOOR}H${RIGHT}` }),
    bars,
    ends,
  );
  player.stage.append(picture);
  picture.addEventListener("click", ({ clientX, clientY }) => {
    const box = picture.getBoundingClientRect();
    const [across, down] = [clientX - box.left, clientY - box.top].map((pixels) => (pixels * WIDE) / box.width);
    if (down < CURVE + 20) player.jump(Math.round(((across - LEFT) / (RIGHT - LEFT)) * chosen.depth));
  });

  function superscript(number) {
    const digits = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 6: "⁶" };
    return [...String(number)].map((digit) => digits[digit]).join("");
  }

  function drawCurves() {
    line.setAttribute("d", `M${states.map(({ layer, predicted }) => `${x(layer)} ${y(predicted)}`).join("L")}`);
    dots.replaceChildren(
      ...states.map(({ layer, size }) => svg("circle", { class: "signal-dot", cx: x(layer), cy: y(size), r: 2.5 })),
    );
    layers.replaceChildren(
      ...[0, chosen.depth / 2, chosen.depth].map((layer) => text(x(layer), CURVE + 14, layer)),
    );
  }

  function draw(state, previous, t) {
    const between = (from, to) => from + t * (to - from);
    set(ring, {
      cx: between(x(previous.layer), x(state.layer)),
      cy: between(y(previous.size), y(state.size)),
    });
    const wide = (RIGHT - LEFT) / BINS;
    bars.replaceChildren(
      ...state.bars.map((share, i) => {
        const high = Math.min(2 * BARS * between(previous.bars[i], share), 1.15 * BARS);
        const edge = i === 0 || i === BINS - 1 ? " beyond" : "";
        return svg("rect", {
          class: `signal-bar${edge}`,
          x: LEFT + i * wide + 0.5,
          y: FLOOR - high,
          width: wide - 1,
          height: high,
        });
      }),
    );
    counters.layer.textContent = `${state.layer} of ${chosen.depth}`;
    counters.size.textContent = written(state.size);
    counters.expected.textContent = written(state.predicted);
  }

  // The same in words and numbers

  const counters = {};
  const table = element("dl");
  for (const [name, title] of Object.entries({ layer: "layer", size: "size", expected: "expected" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, title), counters[name]));
  }
  player.panel.append(table);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "Size: the root mean square of the numbers of a layer, over all units and 24 inputs. Dots: measured in this network. " +
        "Line: expected, on average over networks. The scale ends at 10⁻⁶ and 10⁶. The weights have mean 0 and " +
        "variance gain² / width. Click above to go to a layer.",
    ),
  );

  function written(number) {
    return number >= 0.001 && number < 1000 ? number.toPrecision(3) : number.toExponential(1).replace("-", "−");
  }

  function describe({ layer, size, bars: shares }) {
    if (layer === 0) return "The input: 24 random vectors, numbers of size 1.";
    const outside = shares[0] + shares[BINS - 1];
    const silent = shares[(BINS - 1) / 2];
    const saturated = chosen.activation === "tanh" && share(shares, 0.9) > 0.5;
    let judgment = "Neither faded nor grown out of bounds.";
    if (size < 0.01) judgment = "It has faded: hardly anything is left.";
    else if (size > 100) judgment = "It has exploded.";
    else if (saturated) judgment = "More than half of the units are near −1 or 1: saturated.";
    else if (outside > 0.5) judgment = "More than half of the numbers are beyond ±2.";
    else if (chosen.activation === "ReLU" && silent > 0.4) judgment = "About half of the numbers are 0: ReLU lets no more through.";
    return `Layer ${layer} of ${chosen.depth}: size ${written(size)}.\n${judgment}`;
  }

  /** The share of numbers that are further from zero than this. */
  function share(shares, from) {
    return shares.reduce((sum, part, i) => {
      const middle = ((i + 0.5) / BINS) * 2 * REACH - REACH;
      return Math.abs(middle) > from ? sum + part : sum;
    }, 0);
  }

  function show(name, value) {
    chosen[name] = value;
    states = trace(chosen, BINS, REACH);
    drawCurves();
    player.show(states);
    player.jump(chosen.depth);
  }

  const named = (values) => values.map((value) => [value, GAIN_NAMES[value] ?? String(value)]);
  player.controls.prepend(
    choice("Activation", Object.keys(ACTIVATIONS).map((name) => [name, name]), chosen.activation, (value) =>
      show("activation", value),
    ),
    choice("Gain", named(GAINS), chosen.gain, (value) => show("gain", Number(value))),
    choice("Width", named(WIDTHS), chosen.width, (value) => show("width", Number(value))),
    choice("Depth", named(DEPTHS), chosen.depth, (value) => show("depth", Number(value))),
    choice("Network", [1, 2, 3, 4, 5].map((seed) => [seed, `no. ${seed}`]), chosen.seed, (value) =>
      show("seed", Number(value)),
    ),
  );
  states = trace(chosen, BINS, REACH);
  drawCurves();
  player.show(states);
});
