// The perceptron's learning rule, mistake by mistake, on points that the reader can move.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { predict, score, separation, trace, update } from "./perceptron-rule.mjs";

const MAX_MISTAKES = 500;
const HALF = 200; // the picture is 2 HALF wide
const REACH = 1.6; // and shows the plane from -REACH to REACH
const BOUND = 1.5; // points stay within
const GRID = 1 / 16; // and on this grid, where every sum of the rule is exact

// [x1, x2, class], in the order in which the examples come
const SEPARABLE = [
  [0.5625, -0.8125, 1], [-0.4375, -0.6875, 0], [0.9375, 0.3125, 1], [-0.5625, 1.0625, 1],
  [0.8125, -0.1875, 1], [0.6875, 0.5, 1], [-0.75, -0.9375, 0], [-0.25, -1.1875, 0], [1.0625, -1.25, 1],
  [-0.1875, 0.8125, 1], [-1.3125, 0.875, 0], [-1.25, -0.25, 0], [0.125, -1.3125, 0], [-0.5625, -0.25, 0],
];
const NARROW = [
  [-0.5, 0.25, 1], [0.5, 0.375, 0], [0.75, 0.875, 1], [-0.625, -0.5, 0], [0.25, 1.25, 1], [1.125, 0.25, 0],
  [1.25, 0.875, 1], [-1.125, -0.25, 0], [-1, 0.5, 1], [-0.25, 0, 0], [0.25, 0.5, 1], [0.25, -1.125, 0],
];
const XOR = [[-0.75, -0.75, 0], [-0.75, 0.75, 1], [0.75, -0.75, 1], [0.75, 0.75, 0]];
const DATA = {
  Separable: SEPARABLE,
  "Narrow margin": NARROW,
  "One outlier": [...SEPARABLE, [-1.1875, -0.875, 1]],
  XOR,
};

// The arrows are all drawn at the same fraction of their length, the largest that keeps them in the picture.
const FRACTIONS = { 2: "half", 3: "a third of", 4: "a quarter of" };

const number = (x) => String(Number(x.toFixed(4))).replace("-", "−");
const pair = ([x1, x2]) => `(${number(x1)}, ${number(x2)})`;
const between = (low, x, high) => Math.max(low, Math.min(x, high));

/** The corners of the part of the square [-reach, reach]² where w·x + b > 0. */
function positiveSide(weight, bias, reach) {
  const square = [[-reach, -reach], [reach, -reach], [reach, reach], [-reach, reach]];
  const corners = [];
  square.forEach((a, i) => {
    const b = square[(i + 1) % 4];
    const [scoreA, scoreB] = [score(weight, bias, a), score(weight, bias, b)];
    if (scoreA > 0) corners.push(a);
    if (scoreA > 0 !== scoreB > 0) {
      const t = scoreA / (scoreA - scoreB);
      corners.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
    }
  });
  return corners;
}

/** Where to write in a polygon: in its middle, but not at the picture's very edge. */
function middle(corners, reach) {
  const mean = (i) => corners.reduce((sum, corner) => sum + corner[i], 0) / corners.length;
  return [0, 1].map((i) => between(-0.75 * reach, mean(i), 0.75 * reach));
}

mount("perceptron", (root) => {
  let points; // [x1, x2] of each example
  let labels; // its class
  let theorem; // R and γ
  let arrowScale;
  let reach = REACH; // smaller when the reader zooms in

  const player = createPlayer(root, {
    draw,
    describe,
    zoom(factor) {
      reach = REACH / factor;
    },
  });

  // The picture, from back to front

  const line = (name) => svg("line", { class: name });
  const arrow = (name) => svg("path", { class: `arrow ${name}` });
  const text = (name, words = "") => svg("text", { class: name, "aria-hidden": true }, words);
  const tile = { width: 16, height: 16, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const hatching = svg(
    "pattern",
    { id: "perceptron-hatching", ...tile },
    svg("rect", { class: "paper", width: 16, height: 16 }),
    svg("path", { class: "hatch", d: "M0 0V16" }),
  );
  const parts = {
    side: svg("polygon", { fill: "url(#perceptron-hatching)" }),
    says0: text("says", "says 0"),
    says1: text("says", "says 1"),
    axis1: line("axis"),
    axis2: line("axis"),
    boundary: line("boundary"),
    weight: arrow("weight"),
    weightName: text("name", "w"),
    change: arrow("change"),
    changeName: text("name change"),
    ring: svg("circle", { class: "ring", r: 17 }),
    ringName: text("name change"),
    markers: svg("g"),
  };
  const picture = svg(
    "svg",
    { viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`, role: "group", "aria-label": "Points and line" },
    hatching,
    svg("rect", { class: "plane", x: -HALF, y: -HALF, width: 2 * HALF, height: 2 * HALF }),
    ...Object.values(parts),
  );
  player.stage.append(picture);

  const toScreen = ([x1, x2]) => [(x1 * HALF) / reach, (-x2 * HALF) / reach];
  const show = (visible, ...nodes) => nodes.forEach((node) => (node.style.display = visible ? "" : "none"));

  function drawLine(node, from, to) {
    const [[x1, y1], [x2, y2]] = [toScreen(from), toScreen(to)];
    set(node, { x1, y1, x2, y2 });
  }

  function drawArrow(node, from, to) {
    const [[a, b], [c, d]] = [toScreen(from), toScreen(to)];
    const length = Math.hypot(c - a, d - b);
    const [u, v] = [(c - a) / length, (d - b) / length];
    const barb = (side) => `M${c} ${d}L${c - 9 * u + side * 5 * v} ${d - 9 * v - side * 5 * u}`;
    set(node, { d: length > 0 ? `M${a} ${b}L${c} ${d}${barb(1)}${barb(-1)}` : "" });
  }

  /** Writes at a point of the plane, or beside it: so many pixels away in a direction of the plane. */
  function drawText(node, at, pixels = 0, direction = [0, 0]) {
    const [x, y] = toScreen(at);
    const length = Math.hypot(...direction) || 1;
    set(node, { x: x + (pixels * direction[0]) / length, y: y - (pixels * direction[1]) / length });
  }

  function draw(state, previous, t) {
    const onTheWay = (from, to) => from + t * (to - from);
    const weight = [0, 1].map((i) => onTheWay(previous.weight[i], state.weight[i]));
    const bias = onTheWay(previous.bias, state.bias);
    drawSides(weight, bias);
    drawWeight(weight, bias);
    drawMistake(state, t === 1);
    [...parts.markers.children].forEach((marker, i) => {
      const right = predict(weight, bias, points[i]) === labels[i];
      set(marker, { transform: `translate(${toScreen(points[i])})`, "data-right": right });
    });
    counters.mistakes.textContent = state.mistakes;
    counters.pass.textContent = state.pass;
    counters.weight.textContent = pair(state.weight);
    counters.bias.textContent = number(state.bias);
  }

  function drawSides(weight, bias) {
    const ones = positiveSide(weight, bias, reach);
    const zeros = positiveSide(weight.map((w) => -w), -bias, reach);
    set(parts.side, { points: ones.map(toScreen).join(" ") });
    drawLine(parts.axis1, [-reach, 0], [reach, 0]);
    drawLine(parts.axis2, [0, -reach], [0, reach]);
    // Without a line the whole plane is one side, and the words go below the middle, where the arrows start.
    const all = [0, -0.75 * reach];
    show(ones.length > 0, parts.says1);
    show(zeros.length > 0 || ones.length === 0, parts.says0);
    drawText(parts.says1, ones.length > 0 && zeros.length > 0 ? middle(ones, reach) : all);
    drawText(parts.says0, ones.length > 0 && zeros.length > 0 ? middle(zeros, reach) : all);
  }

  function drawWeight(weight, bias) {
    const length = Math.hypot(...weight);
    const tip = weight.map((w) => w * arrowScale);
    drawArrow(parts.weight, [0, 0], tip);
    drawText(parts.weightName, tip, 15, weight);
    show(length > 0, parts.boundary, parts.weightName);
    if (length === 0) return;
    // The line through its point nearest to the origin, longer than any picture.
    const [foot1, foot2] = weight.map((w) => (-bias * w) / length ** 2);
    const [along1, along2] = [-weight[1], weight[0]].map((u) => (u / length) * 4 * REACH);
    drawLine(parts.boundary, [foot1 - along1, foot2 - along2], [foot1 + along1, foot2 + along2]);
  }

  function drawMistake({ weight, bias, example }, arrived) {
    const visible = arrived && example !== null;
    show(visible, parts.change, parts.changeName, parts.ring, parts.ringName);
    if (!visible) return;
    const [cx, cy] = toScreen(points[example]);
    set(parts.ring, { cx, cy });
    parts.ringName.textContent = example + 1;
    drawText(parts.ringName, points[example], 32, [points[example][0] < 0 ? 1 : -1, 0]);

    const after = update(weight, bias, points[example], labels[example]);
    const [tip, newTip] = [weight, after.weight].map((w) => w.map((wi) => wi * arrowScale));
    const change = [newTip[0] - tip[0], newTip[1] - tip[1]];
    const half = [tip[0] + change[0] / 2, tip[1] + change[1] / 2];
    const left = weight[0] * change[1] - weight[1] * change[0] > 0; // w turns to the left: write on the right
    drawArrow(parts.change, tip, newTip);
    parts.changeName.textContent = labels[example] === 1 ? "+x" : "−x";
    drawText(parts.changeName, half, 15, left ? [change[1], -change[0]] : [-change[1], change[0]]);
  }

  // The words and numbers

  const counters = {};
  const table = element("dl");
  const titles = { mistakes: "mistakes", bound: "at most", pass: "pass", weight: "w", bias: "b" };
  for (const [name, title] of Object.entries(titles)) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, title), counters[name]));
  }
  const legend = element("p", { class: "player-legend" });
  player.panel.append(table);
  root.append(legend);

  function describe({ mistakes, pass, example, repeats }) {
    const made = mistakes === 1 ? "1 mistake" : `${mistakes} mistakes`;
    if (example === null) return `Converged after ${made}: pass ${pass} makes none.`;
    if (repeats !== null) {
      const before = repeats === 0 ? "at the start" : `after ${repeats}`;
      const again = `After ${made} all is as it was ${before}: it goes on forever (cycling).`;
      return `${again}\nNo line separates these classes.`;
    }
    if (mistakes === MAX_MISTAKES) {
      return theorem.gamma > 0
        ? `Stopped after ${made}.\nA line separates these classes: the rule would end.`
        : `Stopped after ${made}.\nNo line separates these classes: it goes on forever.`;
    }
    const sign = labels[example] === 1 ? "+" : "−";
    const [right, said] = [labels[example], 1 - labels[example]];
    const mistake = `Mistake: example ${example + 1} is class ${right}, the perceptron says ${said}.`;
    return `${mistake}\nw ← w ${sign} x, b ← b ${sign} 1`;
  }

  function describeTheorem({ R, gamma }) {
    const bound = `(R/γ)² = ${((R / gamma) ** 2).toFixed(1)}`;
    const from = `R\u00a0=\u00a0${R.toPrecision(3)}, γ\u00a0=\u00a0${gamma.toPrecision(3)}`;
    counters.bound.textContent = gamma > 0 ? `${bound}\n${from}` : "no bound: not separable";
  }

  // The points

  function marker(i) {
    const node = svg(
      "g",
      {
        class: `point class-${labels[i]}`,
        tabindex: 0,
        role: "slider",
        "aria-roledescription": "movable point",
        "aria-label": `Example ${i + 1}, class ${labels[i]}`,
        "aria-valuemin": -BOUND,
        "aria-valuemax": BOUND,
      },
      svg("circle", { class: "handle", r: 20 }),
      labels[i] === 1 ? svg("path", { d: "M0-10.5L9.5 7H-9.5Z" }) : svg("circle", { r: 8 }),
    );
    node.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 4 * GRID : GRID;
      const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      if (!(event.key in by) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      move(i, points[i].map((x, axis) => x + by[event.key][axis]));
    });
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // or the drag would select text
      node.focus();
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      if (!node.hasPointerCapture(event.pointerId)) return;
      const box = picture.getBoundingClientRect();
      const [right, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      move(i, [(2 * right - 1) * reach, (1 - 2 * down) * reach]);
    });
    return node;
  }

  function place(i, to) {
    points[i] = to.slice(0, 2).map((x) => between(-BOUND, Math.round(x / GRID) * GRID, BOUND));
    const words = { "aria-valuenow": points[i][0], "aria-valuetext": `at ${pair(points[i])}` };
    set(parts.markers.children[i], words);
  }

  function move(i, to) {
    place(i, to);
    player.replace(study());
  }

  function load(name) {
    labels = DATA[name].map((row) => row[2]);
    points = [];
    parts.markers.replaceChildren(...labels.map((_, i) => marker(i)));
    DATA[name].forEach((row, i) => place(i, row));
    player.show(study());
  }

  /** What the rule does on the points as they are now. */
  function study() {
    const states = trace(points, labels, MAX_MISTAKES);
    theorem = separation(points, labels);
    describeTheorem(theorem);
    const longest = Math.max(...states.map(({ weight }) => Math.hypot(...weight)));
    const fraction = between(2, Math.ceil(longest / REACH), 4);
    arrowScale = 1 / fraction;
    legend.textContent =
      "● class 0, ▲ class 1: filled where the perceptron is right, hollow where it is wrong. " +
      `The arrows are w and its change, at ${FRACTIONS[fraction]} their length. ` +
      "Drag the points, or move them with the arrow keys.";
    return states;
  }

  const names = Object.keys(DATA);
  player.controls.prepend(choice("Data", names.map((name) => [name, name]), names[0], load));
  load(names[0]);
});
