// A network that folds the plane until one straight cut separates the classes, layer by layer.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { ACTIVATIONS, PROBLEMS, apply, clip, score, trace } from "./multilayer-perceptron-rule.mjs";

const HALF = 200; // a picture is 2 HALF wide
const REACH = 1.6; // the sheet is the square from -REACH to REACH
const VIEW = 2.3; // what is seen of the plane that it moves in: its corners stay inside when it turns

const NAMES = { fold: "fold |z|", relu: "ReLU", none: "none" };
const BENDS = {
  fold: "folded along both axes.",
  relu: "what lies left of an axis or below it is pressed flat onto it.",
  none: "no activation, so nothing happens.",
};

mount("multilayer-perceptron", (root) => {
  let problem = "Rings";
  let activation = "fold";
  let reach = VIEW; // smaller when the reader zooms in

  const player = createPlayer(root, {
    draw,
    describe,
    zoom(factor) {
      reach = VIEW / factor;
    },
  });

  // The two pictures: the plane that the sheet moves in, and the sheet laid flat

  const tile = { width: 16, height: 16, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const hatching = svg(
    "pattern",
    { id: "folding-hatching", ...tile },
    svg("rect", { class: "paper", width: 16, height: 16 }),
    svg("path", { class: "hatch", d: "M0 0V16" }),
  );
  function picture(label, ...parts) {
    const box = { viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`, role: "img", "aria-label": label };
    const floor = svg("rect", { class: "floor", x: -HALF, y: -HALF, width: 2 * HALF, height: 2 * HALF });
    return svg("svg", box, floor, ...parts);
  }
  const line = (name) => svg("line", { class: name });
  const parts = {
    pieces: svg("g", { class: "pieces" }),
    axis1: line("crease-line"),
    axis2: line("crease-line"),
    cut: line("boundary"),
    points: svg("g"),
  };
  const flat = { side: svg("g"), pieces: svg("g", { class: "creases" }), cut: svg("g"), points: svg("g") };
  player.stage.append(picture("The sheet, moved by the layers so far", ...Object.values(parts)));
  const sheet = picture("The sheet laid flat, with its creases", hatching, ...Object.values(flat));
  sheet.classList.add("player-sheet");
  const caption = element("p", { class: "player-caption" }, "Laid flat: creases, cut, and class 1 hatched");

  const counters = {};
  const table = element("dl");
  for (const [name, title] of Object.entries({ layer: "layer", pieces: "pieces", right: "right" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, title), counters[name]));
  }
  player.panel.append(table, element("div", {}, caption, sheet));
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "● class 0, ▲ class 1. The more layers of paper, the stronger the shade. The dashed axes are where the two units of a " +
        "layer bend; the thick line is the cut. The weights were set by hand.",
    ),
  );

  const onScreen = (scale) => ([x1, x2]) => [(x1 * HALF) / scale, (-x2 * HALF) / scale];
  const between = (from, to, t) => from.map((x, i) => x + t * (to[i] - x));
  const polygon = (corners, toScreen, look = {}) =>
    svg("polygon", { points: corners.map(toScreen).join(" "), ...look });

  function marker([x, y], label) {
    const shape = label === 1 ? svg("path", { d: "M0-9L8.5 6.5H-8.5Z" }) : svg("circle", { r: 7 });
    return svg("g", { class: `dot class-${label}`, transform: `translate(${x} ${y})` }, shape);
  }

  function drawLine(node, from, to) {
    const [[x1, y1], [x2, y2]] = [from, to].map(onScreen(reach));
    set(node, { x1, y1, x2, y2 });
  }

  function draw(state, previous, t) {
    const way = state === previous ? 1 : t;
    const toScreen = onScreen(reach);
    const { points, cut } = PROBLEMS[problem];
    parts.pieces.replaceChildren(
      ...state.pieces.map(({ polygon: corners, before, map }) => {
        const moved = corners.map((x) => between(apply(before, x), apply(map, x), way));
        return polygon(moved, toScreen);
      }),
    );
    parts.points.replaceChildren(
      ...state.points.map(({ before, now }, i) => marker(toScreen(between(before, now, way)), points[i][2])),
    );
    drawLine(parts.axis1, [-2 * VIEW, 0], [2 * VIEW, 0]);
    drawLine(parts.axis2, [0, -2 * VIEW], [0, 2 * VIEW]);
    drawCut(state.kind === "cut", cut);
    drawFlat(state, way);
    counters.layer.textContent = `${state.layer} of ${PROBLEMS[problem].layers.length}`;
    counters.pieces.textContent = state.pieces.length;
    counters.right.textContent = state.kind === "cut" ? `${right(state)} of ${points.length}` : "not cut yet";
  }

  function drawCut(visible, { v: [v1, v2], c }) {
    parts.cut.style.display = visible ? "" : "none";
    const square = v1 ** 2 + v2 ** 2;
    const foot = [(-c * v1) / square, (-c * v2) / square];
    const along = [(-v2 * 3 * VIEW) / Math.sqrt(square), (v1 * 3 * VIEW) / Math.sqrt(square)];
    drawLine(parts.cut, [foot[0] - along[0], foot[1] - along[1]], [foot[0] + along[0], foot[1] + along[1]]);
  }

  function drawFlat(state, way) {
    const toScreen = onScreen(REACH);
    const { points, cut } = PROBLEMS[problem];
    // The creases of a fold appear when it is done.
    flat.pieces.replaceChildren(
      ...(way === 1 ? state.pieces.map((piece) => polygon(piece.polygon, toScreen)) : flat.pieces.children),
    );
    flat.points.replaceChildren(...points.map((point) => marker(toScreen(point), point[2])));
    const cuts = state.kind === "cut" ? state.pieces.map((piece) => unfold(piece, cut)) : [];
    flat.side.replaceChildren(
      ...cuts.map(({ side }) => polygon(side, toScreen, { fill: "url(#folding-hatching)" })),
    );
    flat.cut.replaceChildren(
      ...cuts.map(({ edge }) => polygon(edge, toScreen, { class: "boundary" })),
    );
  }

  /** The part of a piece that is answered with 1, and the ends of the cut through it. */
  function unfold({ polygon: corners, map }, cut) {
    const height = (x) => score(cut, apply(map, x));
    const side = clip(corners, height);
    return { side, edge: side.filter((x) => Math.abs(height(x)) < 1e-9) };
  }

  // The same in words

  function right(state) {
    const { points, cut } = PROBLEMS[problem];
    return state.points.filter(({ now }, i) => (score(cut, now) > 0 ? 1 : 0) === points[i][2]).length;
  }

  function describe(state) {
    const { points, layers } = PROBLEMS[problem];
    const layer = `Layer ${state.layer} of ${layers.length}`;
    const pieces = state.pieces.length === 1 ? "1 piece" : `${state.pieces.length} pieces`;
    if (state.kind === "sheet") return `The sheet as it is, with ${points.length} points.`;
    if (state.kind === "affine") return `${layer}, affine part: the sheet is turned and shifted.`;
    if (state.kind === "bend") return `${layer}, activation: ${BENDS[activation]}\nThe sheet has ${pieces}.`;
    return `One straight cut: ${right(state)} of ${points.length} points are right.`;
  }

  const show = () => player.show(trace(PROBLEMS[problem], activation, REACH));
  const problems = Object.keys(PROBLEMS).map((name) => [name, name]);
  const activations = Object.keys(ACTIVATIONS).map((name) => [name, NAMES[name]]);
  player.controls.prepend(
    choice("Data", problems, problem, (chosen) => {
      problem = chosen;
      show();
    }),
    choice("Activation", activations, activation, (chosen) => {
      activation = chosen;
      player.replace(trace(PROBLEMS[problem], activation, REACH));
    }),
  );
  show();
});
