// The computation graph of an expression that the reader writes: forward and backward, step by step.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { MOST_CHARACTERS, formula, layout, parse, trace, variables } from "./backpropagation-rule.mjs";

const WIDTH = 400;
const ROW = 92; // from one row to the next
const HEIGHT = 58; // of a box
const WIDEST = 104;

const EXAMPLES = {
  "used twice": ["(w*x + b)*w", { w: 2, x: 3, b: -5 }],
  "a neuron and its loss": ["(sigmoid(w*x + b) - y)^2", { w: 1, x: 2, b: -1, y: 0 }],
  "a gate": ["relu(w*x + b)*v", { w: 1, x: -2, b: 1, v: 3 }],
  "a cube": ["x*x*x", { x: 2 }],
  "log-sum-exp": ["log(exp(a) + exp(b))", { a: 1, b: 3 }],
};

function written(x) {
  if (x === null) return "";
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "undefined" : x > 0 ? "∞" : "−∞";
  return String(Number(x.toPrecision(4))).replace("-", "−");
}
const bracketed = (x) => (x < 0 ? `(${written(x)})` : written(x));

mount("backpropagation", (root) => {
  let nodes = [];
  let given = {};
  let boxes = [];
  let arrows = [];

  const player = createPlayer(root, { draw, describe });
  const head = svg(
    "marker",
    { id: "graph-head", viewBox: "0 0 10 10", refX: 9, refY: 5, markerUnits: "userSpaceOnUse", markerWidth: 11, markerHeight: 11, orient: "auto-start-reverse" },
    svg("path", { d: "M0 0L10 5L0 10z" }),
  );
  const parts = { arrows: svg("g"), boxes: svg("g") };
  const picture = svg("svg", { role: "img", "aria-label": "The computation graph" }, head, ...Object.values(parts));
  player.stage.append(picture);

  // What the reader writes. Their keys are theirs: no space that plays, no arrow that steps.

  function field(label, attributes, onInput) {
    const input = element("input", { autocomplete: "off", spellcheck: "false", ...attributes });
    input.addEventListener("input", onInput);
    input.addEventListener("keydown", (event) => event.stopPropagation());
    return { input, label: element("label", {}, `${label} `, input) };
  }
  const text = field("f =", { type: "text", maxlength: MOST_CHARACTERS, "aria-describedby": "graph-problem" }, read);
  const problem = element("p", { id: "graph-problem", class: "graph-problem", role: "alert" });
  const inputs = element("div", { class: "graph-inputs", role: "group", "aria-label": "Values of the variables" });
  const table = element("dl", { class: "graph-table" });
  player.panel.append(inputs, table);
  player.controls.prepend(
    choice("Example", Object.keys(EXAMPLES).map((name) => [name, name]), "used twice", load),
    text.label,
  );
  player.controls.after(problem);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "In each box: the quantity, its value, and below the line the slope of the result by it. Operations + − * / ^, brackets, " +
        "exp, log, sqrt, sin, cos, tanh, sigmoid, relu.",
    ),
  );

  function load(name) {
    const [expression, values] = EXAMPLES[name];
    given = { ...values };
    text.input.value = expression;
    read();
  }

  /** A new graph, or the reason why there is none; then the old one stays. */
  function read() {
    try {
      nodes = parse(text.input.value);
      problem.textContent = "";
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problem.textContent = error.message;
    }
    set(text.input, { "aria-invalid": problem.textContent !== "" });
    if (problem.textContent) return;
    for (const name of variables(nodes)) given[name] ??= 1;
    inputs.replaceChildren(...variables(nodes).map(numberField));
    build();
    player.show(trace(nodes, given));
  }

  function numberField(name) {
    const { input, label } = field(`${name} =`, { type: "number", step: 0.5, value: given[name] }, () => {
      if (!Number.isFinite(input.valueAsNumber)) return; // still being written
      given[name] = input.valueAsNumber;
      player.replace(trace(nodes, given));
    });
    return label;
  }

  // The picture

  function build() {
    const rows = layout(nodes);
    const height = rows.length * ROW;
    const y = (row) => height - (row + 0.5) * ROW;
    set(picture, { viewBox: `0 0 ${WIDTH} ${height}` });
    const place = nodes.map(() => []); // of each node, and of its arrows in the rows above it
    rows.forEach((row, r) => row.forEach(({ node, x }) => (place[node][r] = x * WIDTH)));
    const level = nodes.map((_, i) => rows.findIndex((row) => row.some((one) => one.node === i)));

    // Two arrows into a box arrive side by side, in the order in which they come; two from one box part.
    arrows = nodes.flatMap((node, to) => {
      const below = node.inputs.map((from) => place[from][Math.max(level[from], level[to] - 1)]);
      const twice = node.inputs.length === 2 && node.inputs[0] === node.inputs[1];
      return node.inputs.map((from, k) => {
        const later = twice ? k === 1 : below[k] > below[1 - k];
        const side = node.inputs.length === 1 ? 0 : later ? 1 : -1;
        let [x0, y0] = [place[from][level[from]] + (twice ? 14 * side : 0), y(level[from]) - HEIGHT / 2];
        let d = `M${x0} ${y0}`;
        for (let r = level[from] + 1; r <= level[to]; r++) {
          const end = r === level[to];
          const x1 = end ? place[to][r] + (twice ? 14 : 8) * side : place[from][r];
          const y1 = end ? y(r) + HEIGHT / 2 + 2 : y(r);
          const half = (y0 + y1) / 2;
          d += `C${x0} ${half} ${x1} ${half} ${x1} ${y1}`;
          [x0, y0] = [x1, y1];
        }
        return { from, to, path: svg("path", { class: "graph-arrow", d }) };
      });
    });
    boxes = nodes.map((node, i) => {
      const row = rows[level[i]].find((one) => one.node === i);
      const width = Math.min(WIDEST, row.room * WIDTH - 6);
      const title = node.op === null ? node.name : `${node.name} = ${formula(node, (j) => nodes[j].name)}`;
      const line = (y, name) => svg("text", { y, class: name });
      const words = { title: line(-18, "graph-title"), value: line(0, "graph-value"), slope: line(18, "graph-slope") };
      words.title.textContent = title.length * 6.8 < width ? title : node.name;
      const frame = { x: -width / 2, y: -HEIGHT / 2, width, height: HEIGHT, rx: 6 };
      const rule = svg("path", { class: "graph-rule", d: `M${-width / 2 + 5} 9H${width / 2 - 5}` });
      const at = { class: "graph-node", transform: `translate(${row.x * WIDTH} ${y(level[i])})` };
      return { ...words, wide: width > 86, node: svg("g", at, svg("rect", frame), rule, ...Object.values(words)) };
    });
    parts.arrows.replaceChildren(...arrows.map(({ path }) => path));
    parts.boxes.replaceChildren(...boxes.map(({ node }) => node));
    table.replaceChildren(
      ...nodes.filter(({ varies }) => varies).map((node) => {
        const title = node.op === null ? node.name : `${node.name} = ${formula(node, (j) => nodes[j].name)}`;
        return element("div", {}, element("dt", {}, title), element("dd", { "data-counter": node.name }));
      }),
    );
  }

  function draw({ kind, node, values, slopes, sent }) {
    boxes.forEach((box, i) => {
      box.value.textContent = written(values[i]);
      box.slope.textContent = slopes[i] === null ? "" : `${box.wide ? "slope " : ""}${written(slopes[i])}`;
      const receives = sent.some(({ to }) => to === i);
      set(box.node, { "data-known": values[i] !== null, "data-now": i === node, "data-receives": receives });
    });
    for (const { from, to, path } of arrows) {
      const now = to === node && (kind === "forward" || (kind === "backward" && nodes[from].varies));
      set(path, { "data-now": now, "data-way": kind });
      path.removeAttribute(kind === "backward" ? "marker-end" : "marker-start");
      path.setAttribute(kind === "backward" ? "marker-start" : "marker-end", "url(#graph-head)");
    }
    nodes.forEach(({ name, varies }, i) => {
      if (!varies) return;
      const slope = slopes[i] === null ? "" : `slope ${written(slopes[i])}`;
      const row = [...table.querySelectorAll("dd")].find(({ dataset }) => dataset.counter === name);
      row.textContent = values[i] === null ? "" : [written(values[i]), slope].filter(Boolean).join(", ");
    });
  }

  // The same in words

  function describe({ kind, node, values, slopes, sent }) {
    const name = (i) => nodes[i].name;
    if (kind === "start") return "The inputs have their values. Forward computes what is made of them.";
    if (kind === "seed") return `Now backward: the slope of the result ${name(node)} by itself is 1.`;
    const rule = `${name(node)} = ${formula(nodes[node], name)}`;
    if (kind === "forward") {
      const numbers = formula(nodes[node], (i) => bracketed(values[i]));
      return `Forward: ${rule}\n= ${numbers} = ${written(values[node])}`;
    }
    const gifts = sent.map(({ to, local, amount }, k) => {
      const product = `${bracketed(slopes[node])} × ${bracketed(local)} = ${written(amount)}`;
      const last = sent.findLastIndex((other) => other.to === to) === k;
      const total = last && slopes[to] !== amount ? `, together ${written(slopes[to])}` : "";
      return `${name(to)} receives ${product}${total}`;
    });
    return `Backward through ${rule}:\n${gifts.join("\n")}`;
  }

  load("used twice");
});
