// The player that all interactive figures share: a sequence of states, shown one at a time.
//
//   mount("name", (root) => {
//     const player = createPlayer(root, {
//       draw(state, previous, t) {}   // the picture, on its way from `previous` (t = 0) to `state` (t = 1)
//       describe(state) {}            // returns the same in words, a sentence or two
//       zoom(factor) {}               // optional, brings the zoom buttons; factor 1 is the whole picture
//     });
//     player.stage.append(picture);   // player.panel, beside it, and player.controls, above it, take more
//     player.show(states);            // an array of anything; again whenever the reader asks for another
//     player.jump(number);            // to one of them, when the reader points at it
//   });
//
// Keys, when the focus is inside: space or k plays and pauses, ← and → step, Home goes back to the start,
// + and - zoom. Nothing moves before the reader asks, nothing glides for one who prefers reduced motion.

const SECONDS_PER_STATE = 1.2;
const SPEEDS = [0.5, 1, 2, 4];
const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4];
const GLIDE = 350; // milliseconds from one state to the next, at speed 1

const ICONS = {
  reset: "M5 4v16M19 5v14L8 12z",
  back: "M15 5l-8 7 8 7z",
  play: "M7 4l13 8-13 8z",
  pause: "M8 4v16M16 4v16",
  forward: "M9 5l8 7-8 7z",
  "zoom out": "M5 12h14",
  "zoom in": "M5 12h14M12 5v14",
};

/** An HTML element with attributes and children. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
  set(node, attributes);
  node.append(...children);
  return node;
}

export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** Puts the live figure in the place of the static one, wherever the page has a figure of this name. */
export function mount(name, start) {
  for (const figure of document.querySelectorAll(`.interactive[data-figure="${name}"]`)) {
    const root = element("div", { class: "player", tabindex: "-1" });
    start(root);
    figure.replaceChildren(root); // only now: a figure that fails to start leaves the static one standing
  }
}

function button(name, keys, onClick) {
  const path = svg("path", { d: ICONS[name] });
  const picture = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
  const node = element("button", { type: "button", "aria-keyshortcuts": keys }, picture);
  node.classList.add(`player-${name.replace(" ", "-")}`);
  node.addEventListener("click", onClick);
  node.rename = (newName) => {
    path.setAttribute("d", ICONS[newName]);
    const label = newName[0].toUpperCase() + newName.slice(1);
    set(node, { "aria-label": label, title: label });
  };
  node.rename(name);
  return node;
}

// Not `disabled`, which would throw the focus out of the figure when the last step has been made.
function able(node, can) {
  set(node, { "aria-disabled": !can });
}

/** A labeled drop-down; `choices` are [value, text] pairs. */
export function choice(label, choices, chosen, onChange) {
  const options = choices.map(([value, text]) => element("option", { value }, text));
  const select = element("select", {}, ...options);
  select.value = chosen;
  select.addEventListener("change", () => onChange(select.value));
  return element("label", {}, `${label} `, select);
}

export function createPlayer(root, { draw, describe, zoom }) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let states = [];
  let index = 0;
  let speed = 1;
  let zoomed = ZOOMS.indexOf(1);
  let timer = null; // runs while the figure plays
  let gliding = null; // the animation frame that is due

  const status = element("p", { class: "player-status", role: "status" });
  const stage = element("div", { class: "player-stage" });
  const panel = element("div", { class: "player-panel" }, status);
  const playing = () => timer !== null;
  const last = () => index === states.length - 1;

  function go(to, glide = false) {
    const previous = states[index];
    index = Math.max(0, Math.min(to, states.length - 1));
    const state = states[index];
    cancelAnimationFrame(gliding);
    if (glide && !still.matches && previous !== state) {
      const begun = performance.now();
      const frame = (now) => {
        const t = Math.min(1, Math.max(0, (now - begun) * speed) / GLIDE);
        draw(state, previous, t * t * (3 - 2 * t)); // slow at both ends
        if (t < 1) gliding = requestAnimationFrame(frame);
      };
      frame(begun);
    } else {
      draw(state, state, 1);
    }
    able(buttons.reset, index > 0);
    able(buttons.back, index > 0);
    able(buttons.forward, !last());
    if (last()) pause();
    // While it plays the words would come faster than they can be read out.
    status.setAttribute("aria-live", playing() ? "off" : "polite");
    status.textContent = describe(state);
  }

  function step(by) {
    pause();
    go(index + by, by > 0);
  }

  function reset() {
    pause();
    go(0);
  }

  function play() {
    if (last()) go(0);
    clearInterval(timer);
    timer = setInterval(() => go(index + 1, true), (1000 * SECONDS_PER_STATE) / speed);
    buttons.play.rename("pause");
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    buttons.play.rename("play");
  }

  function toggle() {
    if (playing()) pause();
    else play();
  }

  function zoomBy(by) {
    zoomed = Math.max(0, Math.min(zoomed + by, ZOOMS.length - 1));
    able(buttons["zoom out"], zoomed > 0);
    able(buttons["zoom in"], zoomed < ZOOMS.length - 1);
    zoom(ZOOMS[zoomed]);
    go(index);
  }

  const buttons = {
    reset: button("reset", "Home", reset),
    back: button("back", "ArrowLeft", () => step(-1)),
    play: button("play", "k Space", toggle),
    forward: button("forward", "ArrowRight", () => step(1)),
  };
  if (zoom) {
    buttons["zoom out"] = button("zoom out", "-", () => zoomBy(-1));
    buttons["zoom in"] = button("zoom in", "+", () => zoomBy(1));
  }
  const speeds = choice("Speed", SPEEDS.map((s) => [s, `${s}×`]), speed, (chosen) => {
    speed = Number(chosen);
    if (playing()) play();
  });
  const { "zoom out": out, "zoom in": into, ...steps } = buttons;
  const controls = element(
    "div",
    { class: "player-controls", role: "group", "aria-label": "Player" },
    speeds,
    element("span", {}, ...Object.values(steps)),
    ...(zoom ? [element("span", {}, out, into)] : []),
  );

  const keys = {
    k: toggle,
    " ": toggle,
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: reset,
    ...(zoom && { "+": () => zoomBy(1), "=": () => zoomBy(1), "-": () => zoomBy(-1) }),
  };
  root.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (!(key in keys) || ctrlKey || metaKey || altKey) return;
    // What has the focus may want the key itself: a point its arrows, a button its space, a menu every key.
    if (event.defaultPrevented || target.matches(key === " " ? "select, button" : "select")) return;
    event.preventDefault();
    event.stopPropagation();
    keys[key]();
  });
  root.append(controls, element("div", { class: "player-body" }, stage, panel));

  return {
    controls,
    stage,
    panel,
    /** Shows a sequence from its start. */
    show(sequence) {
      pause();
      states = sequence;
      go(0);
    },
    /** Goes to the state of this number. */
    jump(to) {
      pause();
      go(to, true);
    },
    /** Shows a changed sequence where the reader now stands: at the same step, or still at the end. */
    replace(sequence) {
      pause();
      const stay = last() ? sequence.length - 1 : index;
      states = sequence;
      go(stay);
    },
  };
}
