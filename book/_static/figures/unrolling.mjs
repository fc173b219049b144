// A recurrent unit unrolled over six moments: forward through its states, back through its gradients.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { ACTIVATIONS, INPUTS, MOMENTS, trace } from "./unrolling-rule.mjs";

const WEIGHTS = [-1, 0.25, 0.5, 0.9, 1, 1.1, 1.5, 2];

const WIDE = 420;
const HIGH = 380;
const ROW = 62; // the middle of the states
const BELOW = 134; // of the inputs
const BOX = [48, 32];
const ONE = 278; // where the bars of gradients begin: a gradient of 1
const REACH = 68; // from there to the ends of the scale
const DECADES = 3; // which ends at 10^-DECADES and 10^DECADES

const DIGITS = "₀₁₂₃₄₅₆";
const x = (t) => 36 + t * 58;

/** Three digits, with a real minus sign. */
function write(number) {
  if (Math.abs(number) < 1e-12) return "0";
  const size = Math.abs(number);
  const text = size >= 0.001 && size < 1000 ? String(Number(size.toPrecision(3))) : size.toExponential(0);
  return (number < 0 ? "−" : "") + text.replace("e-", "e−").replace("e+", "e");
}

mount("unrolling", (root) => {
  const chosen = { w: 0.5, activation: "none", input: "a pulse" };
  const player = createPlayer(root, { draw, describe });

  // The picture: states in a row, inputs below them, a bar of the gradient below each state

  const text = (at, y, name, words = "") => svg("text", { class: name, x: at, y }, words);
  const box = (at, y, name) =>
    svg("rect", { class: name, x: at - BOX[0] / 2, y: y - BOX[1] / 2, width: BOX[0], height: BOX[1], rx: 5 });
  const arrow = (name, d) => svg("path", { class: `unrolled-arrow ${name}`, d, "marker-end": "url(#unrolled-head)" });

  const moments = Array.from({ length: MOMENTS + 1 }, (_, t) => ({
    state: box(x(t), ROW, "unrolled-state"),
    value: text(x(t), ROW, "unrolled-value"),
    name: text(x(t), ROW - 28, "unrolled-name", `h${DIGITS[t]}`),
    bar: svg("rect", { class: "signal-bar", x: x(t) - 14, width: 28 }),
    size: text(x(t), ONE, "unrolled-value"),
    ...(t && {
      input: text(x(t), BELOW, "unrolled-value"),
      inputName: text(x(t), BELOW + 19, "unrolled-name", `x${DIGITS[t]}`),
      up: arrow("up", `M${x(t)} ${BELOW - 12}V${ROW + 20}`),
      along: arrow("along", `M${x(t - 1) + 24} ${ROW}H${x(t) - 27}`),
      back: arrow("back", `M${x(t)} ${ROW + 18}C${x(t)} ${ROW + 44} ${x(t - 1)} ${ROW + 44} ${x(t - 1)} ${ROW + 22}`),
    }),
  }));
  const head = svg(
    "marker",
    { id: "unrolled-head", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 5, markerHeight: 5, orient: "auto" },
    svg("path", { d: "M0 0L8 4L0 8z" }),
  );
  player.stage.append(
    svg(
      "svg",
      {
        viewBox: `0 0 ${WIDE} ${HIGH}`,
        role: "img",
        "aria-label": "Seven states in a row, and below each of them a bar: the size of the gradient there",
      },
      svg("defs", {}, head),
      svg("rect", { class: "floor", width: WIDE, height: HIGH }),
      text(8, 12, "signal-title", "states"),
      text(8, 178, "signal-title", "size of the gradient by each state, up if above 1"),
      svg("path", { class: "unrolled-one", d: `M8 ${ONE}H${WIDE - 8}` }),
      ...moments.flatMap(Object.values),
    ),
  );

  /** How far a bar goes up from 1, or down if negative. */
  function height(gradient) {
    const decade = Math.log10(Math.max(Math.abs(gradient), 1e-300));
    return (Math.max(-DECADES, Math.min(decade, DECADES)) / DECADES) * REACH;
  }

  function draw({ kind, t: now, x: inputs, h, states, known, reached, slope }) {
    moments.forEach((moment, t) => {
      const visited = t >= reached;
      const tall = visited ? height(states[t]) : 0;
      moment.state.dataset.known = t <= known;
      moment.state.dataset.now = kind === "backward" ? t === now || t === now - 1 : t === now && kind !== "sum";
      moment.value.textContent = t <= known ? write(h[t]) : "";
      set(moment.bar, { y: Math.min(ONE, ONE - tall), height: Math.max(Math.abs(tall), visited ? 2 : 0) });
      moment.size.textContent = visited ? write(Math.abs(states[t])) : "";
      set(moment.size, { y: tall < 0 ? ONE - tall + 12 : ONE - tall - 11 });
      if (!t) return;
      moment.input.textContent = write(inputs[t - 1]);
      moment.along.dataset.now = kind === "forward" && t === now;
      moment.up.dataset.now = kind === "forward" && t === now;
      moment.up.style.visibility = reached > MOMENTS ? "visible" : "hidden";
      moment.back.style.visibility = t > reached ? "visible" : "hidden";
      moment.back.dataset.now = kind === "backward" && t === now;
    });
    counters.way.textContent = { start: "start", forward: `forward, t = ${now}`, loss: "turning point" }[kind] ??
      (kind === "sum" ? "done" : `back, t = ${now}`);
    counters.loss.textContent = known === MOMENTS ? write(h[MOMENTS]) : "not yet";
    counters.slope.textContent = reached < MOMENTS ? write(slope) : "not yet";
  }

  // The same in words

  const counters = {};
  const table = element("dl");
  for (const [name, title] of Object.entries({ way: "step", loss: "L", slope: "∂L/∂w" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, title), counters[name]));
  }
  player.panel.append(table);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "L is the last state, so the gradient starts at 1. Bars are drawn on a logarithmic scale that ends at a thousand and a " +
        "thousandth; the numbers are sizes, without sign. ∂L/∂w is summed up on the way back.",
    ),
  );

  function describe({ kind, t, w, x: inputs, h, states, scores, parts, slope }) {
    const [at, before] = [DIGITS[t], DIGITS[t - 1]];
    if (kind === "start") return "Nothing has been read: the state is 0.";
    if (kind === "forward") {
      const z = w * h[t - 1] + inputs[t - 1];
      const sum = `${write(w)} · ${write(h[t - 1])} + ${write(inputs[t - 1])} = ${write(z)}`;
      return `Forward, moment ${t}: w h${before} + x${at} = ${sum}.\nThe state becomes ${write(h[t])}.`;
    }
    if (kind === "loss") return `The end: L = h${at} = ${write(h[t])}. The gradient there is 1. Now back.`;
    if (kind === "backward") {
      return (
        `Back, moment ${t}: times the slope ${write(scores[t] / states[t])} gives δ${at} = ${write(scores[t])}. ` +
        `To ∂L/∂w it adds δ${at} h${before} = ${write(parts[t])}.\nTimes w, ${write(states[t - 1])} arrives at h${before}.`
      );
    }
    const left = Math.abs(states[0]);
    const verdict = left < 0.1 ? "It vanishes." : left > 10 ? "It explodes." : "It stays within a factor of ten.";
    return `∂L/∂w = ${write(slope)}, the sum of six parts. At h₀ the gradient has the size ${write(left)}. ${verdict}`;
  }

  function show(name, value) {
    chosen[name] = value;
    player.replace(trace(chosen));
  }

  const named = (names) => Object.keys(names).map((name) => [name, name]);
  player.controls.prepend(
    choice("Weight w", WEIGHTS.map((w) => [w, write(w)]), chosen.w, (value) => show("w", Number(value))),
    choice("Activation", named(ACTIVATIONS), chosen.activation, (value) => show("activation", value)),
    choice("Input", named(INPUTS), chosen.input, (value) => show("input", value)),
  );
  player.show(trace(chosen));
});
