// The history of machine learning, event by event: all of it, or one kind of event.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { EVENTS } from "./timeline-events.mjs";
import { across, chosen, END, KINDS, levels, longestGap, nearest, START } from "./timeline-rule.mjs";

const WIDTH = 420;
const LEFT = 14; // the first and the last event keep away from the edges
const RIGHT = 400;
const ROW = 84; // height of a kind's row
const AXIS = KINDS.length * ROW + 8;
const LEVEL = 14; // from one dot to the dot above it
const SHAPES = {
  idea: "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0Z",
  machine: "M0-6.5L6.5 5H-6.5Z",
  tool: "M-5-5H5V5H-5Z",
  world: "M0-7L7 0L0 7L-7 0Z",
};
const NAMES = { idea: "ideas", machine: "machines at work", tool: "data and tools", world: "how the world saw it" };

mount("timeline", (root) => {
  let events; // those that are shown
  let places; // where each of them stands
  let dots; // their nodes

  const player = createPlayer(root, { draw, describe });

  // The picture

  const text = (name, x, y, words) => svg("text", { class: name, x, y, "aria-hidden": true }, words);
  const rows = KINDS.map((kind, i) =>
    svg(
      "g",
      {},
      svg("rect", { class: `timeline-row row-${i % 2}`, y: i * ROW, width: WIDTH, height: ROW }),
      text("timeline-kind", 10, i * ROW + 14, NAMES[kind]),
    ),
  );
  const [one, other] = across([{ year: START }, { year: END }]).map(onScreen);
  const axis = svg(
    "g",
    {},
    svg("path", { class: "timeline-axis", d: `M${LEFT} ${AXIS}H${one - 9}M${one - 4} ${AXIS}H${other}` }),
    svg("path", { class: "timeline-axis", d: `M${one - 12} ${AXIS + 5}l6-10M${one - 7} ${AXIS + 5}l6-10` }),
  );
  for (let year = START; year <= END; year += 20) {
    const x = one + ((other - one) * (year - START)) / (END - START);
    axis.append(svg("path", { class: "timeline-axis", d: `M${x} ${AXIS}v5` }), text("timeline-year", x, AXIS + 15, year));
  }
  const line = svg("line", { class: "timeline-now", y1: 0, y2: AXIS });
  const ring = svg("circle", { class: "ring", r: 11 });
  const marks = svg("g");
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${AXIS + 26}`, role: "img", "aria-label": "Timeline; the marked event is described beside it" },
    ...rows,
    axis,
    line,
    marks,
    ring,
  );
  player.stage.append(picture);

  picture.addEventListener("click", ({ clientX, clientY }) => {
    const box = picture.getBoundingClientRect();
    const scale = WIDTH / box.width;
    player.jump(nearest(places, [(clientX - box.left) * scale, (clientY - box.top) * scale]));
  });

  function onScreen(x) {
    return LEFT + x * (RIGHT - LEFT);
  }

  function draw(state, previous, t) {
    const [from, to] = [places[previous.number], places[state.number]];
    const [x, y] = [0, 1].map((i) => from[i] + t * (to[i] - from[i]));
    set(line, { x1: x, x2: x });
    set(ring, { cx: x, cy: y });
    dots.forEach((dot, i) => set(dot, { "data-past": i <= state.number }));
    counters.number.textContent = `${state.number + 1} of ${events.length}`;
    counters.kind.textContent = NAMES[state.kind];
    counters.wait.textContent = state.number === 0 ? "–" : years(state.year - events[state.number - 1].year);
  }

  // The words and numbers

  const years = (count) => (count === 1 ? "1 year" : `${count} years`);
  const counters = {};
  const table = element("dl");
  for (const [name, title] of Object.entries({ number: "event", kind: "kind", wait: "wait", gap: "longest" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, title), counters[name]));
  }
  player.panel.append(table);
  const legend =
    "● idea, ▲ machine at work, ■ data or tool, ◆ how the world saw it: filled up to the marked event. " +
    "“Wait” is the time since the event before, “longest” the longest of these waits since 1940. " +
    "Click on the picture to go to the event nearest to that place. The axis is broken before 1940.";
  root.append(element("p", { class: "player-legend" }, legend));

  function describe({ year, what, text }) {
    return `${year}: ${what}\n${text}`;
  }

  function load(kind) {
    events = chosen(EVENTS, kind);
    const [xs, heights] = [across(events), levels(events)];
    places = events.map((event, i) => {
      const bottom = (KINDS.indexOf(event.kind) + 1) * ROW - 12;
      return [onScreen(xs[i]), bottom - LEVEL * heights[i]];
    });
    dots = events.map((event, i) =>
      svg("path", { class: `timeline-dot ${event.kind}`, d: SHAPES[event.kind], transform: `translate(${places[i]})` }),
    );
    marks.replaceChildren(...dots);
    const gap = longestGap(events);
    counters.gap.textContent = gap
      ? `${years(gap.to.year - gap.from.year)}, ${gap.from.year} to ${gap.to.year}`
      : "–";
    player.show(events.map((event, number) => ({ ...event, number })));
  }

  const kinds = [["all", "everything"], ...KINDS.map((kind) => [kind, NAMES[kind]])];
  player.controls.prepend(choice("Show", kinds, "all", load));
  load("all");
});
