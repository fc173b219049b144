// Where the events of a timeline stand: mathematics only, nothing of the page.
//
// Years from START on lie on a straight scale. The few before it stand, in order, left of a break in the axis.

export const KINDS = ["idea", "machine", "tool", "world"]; // a row each, from above
export const START = 1940;
export const END = 2026;
const EARLY = [0, 0.12]; // the part of the width, from 0 to 1, that is left of the break
const CLOSE = 4; // years: events of one kind that are closer are drawn one above the other

/** The events of one kind, or all of them. */
export function chosen(events, kind) {
  return kind === "all" ? events : events.filter((event) => event.kind === kind);
}

/** How far to the right each event stands, from 0 to 1. */
export function across(events) {
  const early = events.filter(({ year }) => year < START).length;
  return events.map(({ year }, i) =>
    year < START
      ? EARLY[0] + ((EARLY[1] - EARLY[0]) * (i + 0.5)) / early
      : EARLY[1] + ((1 - EARLY[1]) * (year - START)) / (END - START),
  );
}

/** How high each event stands in the row of its kind: on the lowest level that is free around its year. */
export function levels(events) {
  const taken = {}; // kind and level -> the last year there
  return events.map(({ year, kind }) => {
    let level = 0;
    while (year - (taken[`${kind} ${level}`] ?? -Infinity) < CLOSE) level++;
    taken[`${kind} ${level}`] = year;
    return level;
  });
}

/** The number of the place [x, y] that is nearest to a point. */
export function nearest(places, [x, y]) {
  const distances = places.map(([px, py]) => (px - x) ** 2 + (py - y) ** 2);
  return distances.indexOf(Math.min(...distances));
}

/** The longest time without an event, of those after START: { from, to }, two events; null without two. */
export function longestGap(events) {
  let gap = null;
  events.forEach((to, i) => {
    const from = events[i - 1];
    if (!from || from.year < START) return;
    if (!gap || to.year - from.year > gap.to.year - gap.from.year) gap = { from, to };
  });
  return gap;
}
