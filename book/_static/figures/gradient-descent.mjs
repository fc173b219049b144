// A race of optimizers over the same landscape, step by step, with rates and a start that the reader chooses.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { LANDSCAPES, OPTIMIZERS, RATES, STEPS, contour, tunedRate, walk } from "./gradient-descent-rule.mjs";

const HALF = 200; // the map is 2 HALF wide
const REACH = 3.2; // and shows the square from -REACH to REACH
const BOUND = 3; // the start stays within
const GRID = 0.1; // and moves by this with an arrow key
const LEVELS = 9; // contours, each at the same ratio to the one before
const FAR = 1e6; // nothing is drawn out there

const LETTERS = {
  SGD: "S",
  Momentum: "M",
  Nesterov: "N",
  Adagrad: "G",
  RMSProp: "R",
  Adam: "A",
  AdamW: "W",
  Lion: "L",
};
const DASHES = ["", "7 4", "2 4", "12 4", "8 3 2 3", "", "5 3", "1 3"];
const SHIFTS = { "a tenth": -2, "a third": -1, tuned: 0, "three times": 1, "ten times": 2 };

const NAMES = Object.keys(OPTIMIZERS);
const number = (x) => String(Number(x.toFixed(3))).replace("-", "−");
const between = (low, x, high) => Math.max(low, Math.min(x, high));

function readable(height) {
  if (!Number.isFinite(height) || height > FAR) return "away";
  return height >= 0.001 || height === 0 ? String(Number(height.toPrecision(2))) : height.toExponential(0);
}

mount("gradient-descent", (root) => {
  let landscape = "Valley";
  let start;
  const rates = {};
  const running = new Set(["SGD", "Momentum", "RMSProp", "Adam"]);

  const player = createPlayer(root, { draw, describe });

  // The map, from back to front

  const map = svg("g", { class: "contours" });
  const racers = {};
  NAMES.forEach((name, i) => {
    const trail = svg("polyline", { class: "trail", "stroke-dasharray": DASHES[i] });
    const letter = svg("text", { "aria-hidden": true }, LETTERS[name]);
    const head = svg("g", { class: "racer", "data-racer": name }, svg("circle", { r: 10 }), letter);
    racers[name] = { trail, head };
  });
  const handle = svg(
    "g",
    {
      class: "point start",
      tabindex: 0,
      role: "slider",
      "aria-roledescription": "movable point",
      "aria-label": "Start",
      "aria-valuemin": -BOUND,
      "aria-valuemax": BOUND,
    },
    svg("circle", { class: "handle", r: 20 }),
    svg("rect", { x: -7, y: -7, width: 14, height: 14 }),
  );
  const picture = svg(
    "svg",
    { viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`, role: "group", "aria-label": "Map and paths" },
    svg("rect", { class: "floor", x: -HALF, y: -HALF, width: 2 * HALF, height: 2 * HALF }),
    map,
    ...NAMES.map((name) => racers[name].trail),
    handle,
    ...NAMES.map((name) => racers[name].head),
  );
  player.stage.append(picture);

  const toScreen = ([a, b]) => [(a * HALF) / REACH, (-b * HALF) / REACH];
  const onMap = (w) => w.every((x) => Math.abs(x) < FAR);

  function drawMap() {
    const { height } = LANDSCAPES[landscape];
    const highest = height([-REACH, REACH]);
    const levels = Array.from({ length: LEVELS }, (_, i) => highest * 0.45 ** (i + 1));
    const line = (piece) => `M${piece.map((p) => toScreen(p).map((x) => x.toFixed(1))).join("L")}`;
    map.replaceChildren(
      ...levels.map((level) => svg("path", { d: contour(height, level, REACH).map(line).join("") })),
    );
  }

  function draw(state, previous, t) {
    for (const name of NAMES) {
      const { trail, head } = racers[name];
      const visible = running.has(name);
      for (const node of [trail, head]) node.style.display = visible ? "" : "none";
      const [from, to] = [previous, state].map(({ step, paths }) => paths[name][step]);
      const now = to.map((x, i) => from[i] + t * (x - from[i]));
      const behind = state.paths[name].slice(0, Math.min(previous.step, state.step) + 1).filter(onMap);
      const shown = onMap(now) ? [...behind, now] : behind;
      set(trail, { points: shown.map((w) => toScreen(w).join()).join(" ") });
      if (onMap(now)) set(head, { transform: `translate(${toScreen(now)})` });
      else head.style.display = "none";
      cells[name].textContent = readable(LANDSCAPES[landscape].height(to));
    }
  }

  // The table of racers: shown or not, rate, height

  const cells = {};
  const selects = {};
  const body = element("tbody");
  for (const name of NAMES) {
    const toggle = element("button", { type: "button", "aria-pressed": running.has(name) }, `${LETTERS[name]} · ${name}`);
    toggle.addEventListener("click", () => {
      if (!running.delete(name)) running.add(name);
      set(toggle, { "aria-pressed": running.has(name) });
      player.replace(race());
    });
    selects[name] = element("select", { "aria-label": `Rate of ${name}` });
    selects[name].append(...RATES.map((rate) => element("option", { value: rate }, String(rate))));
    selects[name].addEventListener("change", () => {
      rates[name] = Number(selects[name].value);
      player.replace(race());
    });
    cells[name] = element("td", { "data-counter": name });
    const row = [element("th", { scope: "row" }, toggle), element("td", {}, selects[name]), cells[name]];
    body.append(element("tr", {}, ...row));
  }
  const titles = ["racer", "rate", "height"].map((title) => element("th", { scope: "col" }, title));
  const table = element("table", { class: "racers" }, element("thead", {}, element("tr", {}, ...titles)), body);
  player.panel.append(table);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "A racer is its letter and its dashes; the square is the start. Drag it, or move it with the arrow keys. " +
        "Each contour is at 45 % of the height of the next one outward. " +
        "Tuned: the rate of the menu that ends lowest after 60 steps from the start of the landscape.",
    ),
  );

  function describe({ step, paths }) {
    const heights = [...running].map((name) => [LANDSCAPES[landscape].height(paths[name][step]), name]);
    const here = heights.filter(([height]) => readable(height) !== "away").sort((a, b) => a[0] - b[0]);
    const lost = heights.filter(([height]) => readable(height) === "away").map(([, name]) => name);
    if (heights.length === 0) return "Nobody runs. Choose racers in the table.";
    const lead = here.length > 0 ? `Lowest: ${here[0][1]}, at height ${readable(here[0][0])}.` : "";
    const gone = lost.length > 0 ? `\nRan away: ${lost.join(", ")}.` : "";
    return step === 0 ? "All at the start." : `Step ${step} of ${STEPS}. ${lead}${gone}`;
  }

  /** The states of the race as it is now chosen. */
  function race() {
    const paths = Object.fromEntries(NAMES.map((name) => [name, walk(landscape, name, rates[name], start)]));
    return Array.from({ length: STEPS + 1 }, (_, step) => ({ step, paths }));
  }

  function setRates(shift) {
    for (const name of NAMES) {
      const place = RATES.indexOf(tunedRate(landscape, name)) + SHIFTS[shift];
      rates[name] = RATES[between(0, place, RATES.length - 1)];
      selects[name].value = rates[name];
    }
  }

  // The start

  function place(to) {
    start = to.map((x) => between(-BOUND, x, BOUND));
    const words = start.map(number).join(", ");
    set(handle, {
      transform: `translate(${toScreen(start)})`,
      "aria-valuenow": start[0],
      "aria-valuetext": `at (${words})`,
    });
  }

  function move(to) {
    place(to.map((x) => Math.round(x / GRID) * GRID));
    player.replace(race());
  }

  handle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-GRID, 0], ArrowRight: [GRID, 0], ArrowUp: [0, GRID], ArrowDown: [0, -GRID] };
    if (!(event.key in by) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(start.map((x, axis) => x + by[event.key][axis]));
  });
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // or the drag would select text
    handle.focus();
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = picture.getBoundingClientRect();
    const [right, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    move([(2 * right - 1) * REACH, (1 - 2 * down) * REACH]);
  });

  function load(name) {
    landscape = name;
    shifts.querySelector("select").value = "tuned";
    setRates("tuned");
    place(LANDSCAPES[landscape].start);
    drawMap();
    player.show(race());
  }

  const same = (words) => words.map((word) => [word, word]);
  const shifts = choice("Rates", same(Object.keys(SHIFTS)), "tuned", (shift) => {
    setRates(shift);
    player.replace(race());
  });
  player.controls.prepend(choice("Landscape", same(Object.keys(LANDSCAPES)), landscape, load), shifts);
  load(landscape);
});
