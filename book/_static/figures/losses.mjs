// Three scores on their way through softmax to a loss and its gradient, in float32, naive or with the maximum taken out.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { stages } from "./losses-rule.mjs";

const WIDTH = 420;
const HEIGHT = 300;
const MIDDLE = 140; // the zero line of what may be negative
const FLOOR = 250; // the zero line of what may not
const REACH = 105; // height of the tallest bar above or below the middle
const BAR = 70;
const CLASSES = ["A", "B", "C"];

const TITLES = {
  scores: "scores z",
  shifted: "z − m",
  powers: "exponentials",
  probabilities: "probabilities p",
  losses: "loss if it were right",
  gradient: "gradient",
};
const SIGNED = ["scores", "shifted", "gradient"];

/** Three digits, with a real minus sign. */
function write(number) {
  if (Number.isNaN(number)) return "not a number";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  const size = Math.abs(number);
  const plain = size === 0 || (size >= 0.001 && size < 10000);
  const text = plain ? String(Number(size.toPrecision(3))) : size.toExponential(1);
  return (number < 0 ? "−" : "") + text.replace("e-", "e−").replace("e+", "e");
}

mount("losses", (root) => {
  const scores = [2, 1, -1];
  let times = 1;
  let target = 0;
  let stable = true;
  const player = createPlayer(root, { draw, describe });

  // The picture: a bar, its value and its name for each class

  const title = svg("text", { class: "loss-title", x: WIDTH / 2, y: 14 });
  const zero = svg("line", { class: "loss-zero", x1: 20, x2: WIDTH - 20 });
  const parts = CLASSES.map((name, c) => {
    const x = (WIDTH * (c + 0.5)) / 3;
    return {
      bar: svg("rect", { class: "loss-bar", x: x - BAR / 2, width: BAR }),
      value: svg("text", { class: "loss-value", x }),
      name: svg("text", { class: "loss-name", x, y: HEIGHT - 14 }),
    };
  });
  const label = "A bar for each of three classes";
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    svg("rect", { class: "floor", width: WIDTH, height: HEIGHT }),
    title,
    zero,
    ...parts.flatMap(Object.values),
  );
  player.stage.append(picture);

  // Sliders for the scores, and the numbers that belong to all classes

  const sliders = CLASSES.map((name, c) => {
    const shown = element("span");
    const range = { type: "range", min: -5, max: 5, step: 0.5, value: scores[c] };
    const input = element("input", { ...range, "aria-label": `Score ${name}` });
    input.addEventListener("input", () => {
      scores[c] = Number(input.value);
      change();
    });
    // The arrows move the slider, not the player.
    input.addEventListener("keydown", (event) => {
      if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
    });
    return { input, shown, node: element("label", { class: "loss-slider" }, `Score ${name} `, input, shown) };
  });
  const counters = {};
  const table = element("dl");
  for (const [name, text] of Object.entries({ maximum: "m", sum: "sum", loss: "loss" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, text), counters[name]));
  }
  player.panel.append(table, element("div", {}, ...sliders.map(({ node }) => node)));
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "The right class has a thick frame. All numbers are rounded to float32 after every operation. A hatched bar is infinite or not a number.",
    ),
  );
  const pattern = svg(
    "pattern",
    { id: "loss-hatching", width: 10, height: 10, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("path", { class: "hatch", d: "M0 0V10" }),
  );
  picture.prepend(pattern);

  /** Heights of the bars, in pixels, up positive. What is not finite is as tall as can be. */
  function heights({ kind, values }) {
    const finite = values.filter(Number.isFinite).map(Math.abs);
    const least = kind === "probabilities" || kind === "gradient" ? 1 : 1e-6;
    const unit = (SIGNED.includes(kind) ? REACH : 2 * REACH - 10) / Math.max(least, ...finite);
    return values.map((value) => (Number.isFinite(value) ? unit * value : 2 * REACH - 10));
  }

  const line = (kind) => (SIGNED.includes(kind) ? MIDDLE : FLOOR);

  function draw(state, previous, t) {
    const [before, now] = [heights(previous), heights(state)];
    const y = line(previous.kind) + t * (line(state.kind) - line(previous.kind));
    set(zero, { y1: y, y2: y });
    title.textContent = TITLES[state.kind];
    parts.forEach(({ bar, value, name }, c) => {
      const height = before[c] + t * (now[c] - before[c]);
      set(bar, { y: Math.min(y, y - height), height: Math.abs(height) });
      bar.dataset.right = c === target;
      bar.dataset.finite = Number.isFinite(state.values[c]);
      set(value, { y: height < 0 ? y - height + 12 : y - height - 12 });
      value.textContent = write(state.values[c]);
      name.textContent = c === target ? `${CLASSES[c]}, right` : CLASSES[c];
    });
    counters.maximum.textContent = stable ? write(state.m) : "0, nothing is taken out";
    counters.sum.textContent = write(state.sum);
    counters.loss.textContent = write(state.loss);
    sliders.forEach(({ input, shown }, c) => {
      shown.textContent = write(times * scores[c]);
      set(input, { "aria-valuetext": shown.textContent });
    });
  }

  // The same in words

  function describe({ kind, values, m, sum, loss }) {
    const right = CLASSES[target];
    const written = CLASSES.map((name, c) => `${name} ${write(values[c])}`).join(", ");
    if (kind === "scores") return `The scores, any numbers: ${written}. Class ${right} is right.`;
    if (kind === "shifted") {
      return stable
        ? `The largest score, ${write(m)}, is taken from all: ${written}.`
        : `The naive form takes nothing away: ${written}.`;
    }
    if (kind === "powers") {
      const lost = values.includes(Infinity)
        ? " Infinity: too large for float32."
        : values.includes(0)
          ? " A zero: too small for float32."
          : "";
      return `Exponentials: ${written}. Their sum is ${write(sum)}.${lost}`;
    }
    if (kind === "probabilities") {
      const lost = values.some(Number.isNaN) ? " Infinity over infinity is not a number." : "";
      return `Divided by the sum: ${written}.${lost}`;
    }
    if (kind === "losses") return `The loss is ${write(loss)}, as class ${right} is right. Each class would cost: ${written}.`;
    if (values.some(Number.isNaN)) return "The gradient is not a number. One step with it, and so are all weights.";
    return `Answer minus truth: ${written}. A step against it raises ${right} and lowers the others.`;
  }

  function change() {
    player.replace(stages(scores.map((score) => times * score), target, stable));
  }

  const targets = CLASSES.map((name, c) => [c, name]);
  const forms = [["stable", "log-sum-exp"], ["naive", "naive"]];
  player.controls.prepend(
    choice("Right class", targets, 0, (chosen) => {
      target = Number(chosen);
      change();
    }),
    choice("Scores times", [[1, "1"], [10, "10"], [40, "40"]], 1, (chosen) => {
      times = Number(chosen);
      change();
    }),
    choice("Form", forms, "stable", (chosen) => {
      stable = chosen === "stable";
      change();
    }),
  );
  player.show(stages(scores, target, stable));
});
