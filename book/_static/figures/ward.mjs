// A ward of sick networks: their instruments one after the other, then what the doctor says and the treatment.

import { choice, createPlayer, element, mount, svg } from "./player.mjs";
import { RECORDS } from "./ward-records.mjs";

const WIDTH = 420;
const HEIGHT = 300;
const [LEFT, RIGHT, TOP, FLOOR] = [46, 408, 34, 250];
const GUESSING = Math.log(10);
const USUAL = [1e-3, 1e-1]; // update ratios of a healthy short training

// What is measured of each layer, between which values it is drawn, and whether on a logarithmic scale.
const BARS = {
  spread: { title: "spread of each layer's outputs, late in training", from: 1e-3, to: 1e3, log: true },
  off: { title: "share of dead units, or of flat outputs", from: 0, to: 1, log: false },
  gradient: { title: "gradient over weight, first step", from: 1e-7, to: 1e3, log: true },
  update: { title: "update over weight, median of all steps", from: 1e-7, to: 1e3, log: true },
};
const KINDS = ["loss", ...Object.keys(BARS), "finding", "treatment"];

function written(number) {
  if (number === null) return "not a number";
  if (number === 0) return "0";
  const plain = number >= 0.01 && number < 1000;
  return plain ? String(Number(number.toPrecision(2))) : number.toExponential(0).replace("-", "−").replace("+", "");
}

mount("ward", (root) => {
  let patient = "A";
  let opinion = "";
  const player = createPlayer(root, { draw, describe });
  const text = (x, y, words, name = "signal-tick") => svg("text", { class: name, x, y, "aria-hidden": true }, words);

  const picture = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": "What one instrument shows",
  });
  player.stage.append(picture);

  // Loss curves share one scale, which is logarithmic if the loss is far from that of guessing.

  function curves(kind, record) {
    const lines = kind === "treatment" ? [record.losses, record.mended] : [record.losses];
    const seen = lines.flat().filter((loss) => loss !== null);
    const log = Math.max(...seen) > 12;
    const height = (loss) => (log ? Math.log10(Math.max(loss, 1e-2)) : loss);
    const [low, high] = [log ? -2 : 0, height(Math.max(...seen, 2.5))];
    const x = (k) => LEFT + (k / (record.losses.length - 1)) * (RIGHT - LEFT);
    const y = (loss) => FLOOR - ((height(loss) - low) / (high - low)) * (FLOOR - TOP);
    const path = (losses) => {
      const points = losses.map((loss, k) => (loss === null ? null : `${x(k)} ${y(loss)}`)).filter(Boolean);
      return `M${points.join("L")}`;
    };
    const marks = log ? [0.01, 1, 100, 1e4, 1e8, 1e16] : [0, 1, 2, 3, 4, 6, 8, 10];
    const scale = marks.filter((mark) => mark === 0 || (height(mark) <= high && height(mark) >= low));
    return [
      text(LEFT, 16, kind === "treatment" ? "loss before (dashed) and after treatment" : "loss", "signal-title"),
      svg("path", { class: "axis", d: `M${LEFT} ${FLOOR}H${RIGHT}M${LEFT} ${FLOOR}V${TOP}` }),
      ...scale.map((mark) => text(LEFT - 6, y(mark) + 4, written(mark), "signal-tick left")),
      svg("path", { class: "ward-guess", d: `M${LEFT} ${y(GUESSING)}H${RIGHT}` }),
      text(RIGHT, y(GUESSING) - 5, "guessing", "signal-tick left"),
      svg("path", { class: kind === "treatment" ? "ward-loss before" : "ward-loss", d: path(record.losses) }),
      ...(kind === "treatment" ? [svg("path", { class: "ward-loss", d: path(record.mended) })] : []),
      ...(record.losses.at(-1) === null ? [end(x, y, record.losses)] : []),
      text(LEFT, FLOOR + 18, "first step", "signal-tick start"),
      text(RIGHT, FLOOR + 18, "last step", "signal-tick left"),
    ];
  }

  /** A cross where the loss is no number any more. */
  function end(x, y, losses) {
    const last = losses.indexOf(null) - 1;
    return svg("path", { class: "ward-end", d: `M${x(last)} ${y(losses[last])}m-6 -6l12 12m0 -12l-12 12` });
  }

  function bars(kind, record) {
    const { title, from, to, log } = BARS[kind];
    const layers = record.layers.filter((layer) => kind in layer);
    const share = (value) => (log ? Math.log10(value / from) / Math.log10(to / from) : (value - from) / (to - from));
    const y = (value) => FLOOR - Math.max(0, Math.min(share(value), 1)) * (FLOOR - TOP - 16);
    const room = (RIGHT - LEFT) / layers.length;
    const wide = Math.min(0.7 * room, 44);
    const usual = kind === "update" ? [{ y: y(USUAL[1]), height: y(USUAL[0]) - y(USUAL[1]) }] : [];
    return [
      text(LEFT, 16, title, "signal-title"),
      ...usual.map((band) => svg("rect", { class: "ward-usual", x: LEFT, width: RIGHT - LEFT, ...band })),
      svg("path", { class: "axis", d: `M${LEFT} ${FLOOR}H${RIGHT}` }),
      ...[from, to].map((mark) => text(LEFT - 6, y(mark) + 4, written(mark), "signal-tick left")),
      ...layers.flatMap((layer, k) => {
        const middle = LEFT + (k + 0.5) * room;
        const value = layer[kind];
        const top = value === null ? FLOOR : y(value);
        return [
          svg("rect", { class: "signal-bar", x: middle - wide / 2, y: top, width: wide, height: FLOOR - top }),
          text(middle, top - 5, value === null ? "?" : written(value), "signal-tick middle"),
          text(middle, FLOOR + 18, layer.name, "signal-tick middle"),
          text(middle, FLOOR + 34, layer.kind.slice(0, layers.length > 7 ? 3 : 7), "signal-tick middle"),
        ];
      }),
    ];
  }

  function draw({ kind, record }) {
    picture.replaceChildren(...(kind in BARS ? bars(kind, record) : curves(kind, record)));
    counters.patient.textContent = record.name;
    counters.right.textContent = `${Math.round(100 * record.right)} %`;
    counters.left.textContent = `${Math.round(100 * record.left)} %`;
  }

  // The same in words

  const counters = {};
  const table = element("dl");
  for (const [name, title] of Object.entries({ patient: "patient", right: "validation right", left: "old gradient" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, title), counters[name]));
  }
  player.panel.append(table);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "Old gradient: the share of steps that began with the gradient of the step before. Shaded: update ratios " +
        "of healthy short trainings. A cross: from here on the loss is no number. Numbers below the bars are the layers' names. The data are those of the chapter's ward, seed 0.",
    ),
  );

  function listed(kind, record) {
    const layers = record.layers.filter((layer) => kind in layer);
    return layers.map((layer) => `${layer.name}: ${written(layer[kind])}`).join(", ");
  }

  function describe({ kind, record }) {
    const [first, last] = [record.losses[0], record.losses.at(-1)];
    if (kind === "loss") return `The loss goes from ${written(first)} to ${written(last)}; guessing has 2.3.`;
    if (kind in BARS) return `By layer, ${BARS[kind].title}: ${listed(kind, record)}.`;
    const { fault, layer, evidence, remedy } = record.finding;
    if (kind === "treatment") return `After treatment the loss ends at ${written(record.mended.at(-1))}.\nTry: ${remedy}.`;
    const verdict = opinion === fault ? "You said the same." : opinion ? `You said: ${opinion}.` : "You have not said anything.";
    return `The doctor: ${fault}${layer ? ` (layer${layer.includes(",") ? "s" : ""} ${layer})` : ""}. ${verdict}\nSeen: ${evidence}.`;
  }

  const faults = [...new Set(RECORDS.map((record) => record.finding.fault))].sort();
  const states = () => {
    const record = RECORDS.find(({ name }) => name === patient);
    return KINDS.map((kind) => ({ kind, record }));
  };
  player.controls.prepend(
    choice("Patient", RECORDS.map(({ name }) => [name, name]), patient, (value) => {
      patient = value;
      player.show(states());
    }),
    choice("Your diagnosis", [["", "not yet"], ...faults.map((fault) => [fault, fault])], opinion, (value) => {
      opinion = value;
      player.replace(states());
    }),
  );
  player.show(states());
});
