// A kernel slides over a picture that the reader paints; channels, stride, padding and dilation are chosen.

import { choice, createPlayer, element, mount, set, svg } from "./player.mjs";
import { AGAINST, CHANNELS, KERNEL, KERNELS, kernel, PICTURES, picture, places, SIZE, slide } from "./convolution-rule.mjs";

const WIDTH = 420;
const HEAD = 22; // room for a title above each grid
const LAYOUTS = {
  1: { height: 330, planes: [[8, HEAD]], plane: 190, kernels: [[8, 246]], tap: 26, output: [222, HEAD], map: 190 },
  3: {
    height: 420,
    planes: [[6, HEAD], [146, HEAD], [286, HEAD]],
    plane: 128,
    kernels: [[37, 176], [177, 176], [317, 176]],
    tap: 22,
    output: [135, 268],
    map: 150,
  },
};

const minus = (number) => String(number).replace("-", "−");

mount("convolution", (root) => {
  const chosen = { picture: "Plus", channels: 1, kernel: KERNELS[0], stride: 1, padding: 0, dilation: 1 };
  let image = picture(chosen.picture, chosen.channels);
  let weights;
  let steps;
  let painting = null; // the value that a drag paints
  const cursor = { c: 0, i: 3, j: 3 }; // where the keyboard paints

  const player = createPlayer(root, { draw, describe });
  const scene = svg("svg", { role: "group", "aria-label": "Grids of pixels and numbers" });
  player.stage.append(scene);

  // The grids: built anew with each choice, filled with each step

  let pixels; // of each channel: rows of { box, mark }
  let frames; // the kernel over each plane
  let outputs; // { box, words } of each place
  const brush = svg("rect", { class: "paint-cursor", tabindex: 0, role: "button" });

  const title = (x, y, words) => svg("text", { class: "signal-title", x, y: y - 8, "aria-hidden": true }, words);
  const number = (x, y, size, words) =>
    svg("text", { class: "conv-number", x, y, "font-size": Math.min(14, 0.55 * size), "aria-hidden": true }, words);
  const box = (name, x, y, size) => svg("rect", { class: name, x, y, width: size, height: size });

  function build() {
    const { channels, padding } = chosen;
    const layout = LAYOUTS[channels];
    const across = SIZE + 2 * padding;
    const cell = layout.plane / across;
    const size = places(chosen);
    const wide = Math.min(layout.map / size, 30);
    set(scene, { viewBox: `0 0 ${WIDTH} ${layout.height}` });

    const drawn = [];
    pixels = layout.planes.map(([x0, y0], c) => {
      drawn.push(title(x0, y0, channels === 1 ? "picture" : CHANNELS[c]));
      return Array.from({ length: across }, (_, i) =>
        Array.from({ length: across }, (_, j) => {
          const inside = image[c][i - padding]?.[j - padding] !== undefined;
          const node = box(inside ? "conv-pixel" : "conv-frame", x0 + j * cell, y0 + i * cell, cell);
          if (inside) set(node, { "data-pixel": `${c} ${i - padding} ${j - padding}` });
          drawn.push(node);
          return node;
        }),
      );
    });
    layout.kernels.forEach(([x0, y0], c) => {
      drawn.push(title(x0, y0, channels === 1 ? "kernel" : `slice for ${CHANNELS[c]}`));
      weights[c].forEach((line, u) =>
        line.forEach((w, v) => {
          const [x, y] = [x0 + v * layout.tap, y0 + u * layout.tap];
          const kind = w > 0 ? "positive" : w < 0 ? "negative" : "zero";
          drawn.push(box(`conv-value ${kind}`, x, y, layout.tap));
          drawn.push(number(x + layout.tap / 2, y + layout.tap / 2, layout.tap, minus(w)));
        }),
      );
    });
    const [x0, y0] = layout.output;
    drawn.push(title(x0, y0, "feature map"));
    outputs = steps.map(({ row, column }) => {
      const [x, y] = [x0 + column * wide, y0 + row * wide];
      const node = { box: box("conv-value", x, y, wide), words: number(x + wide / 2, y + wide / 2, wide, "") };
      drawn.push(node.box, node.words);
      return node;
    });
    frames = layout.planes.map(() => {
      const taps = svg("g", { class: "conv-taps" });
      for (let tap = 0; tap < KERNEL * KERNEL; tap++) taps.append(box("conv-tap", 0, 0, cell));
      drawn.push(taps);
      return taps;
    });
    scene.replaceChildren(...drawn, brush);
    set(brush, { width: cell, height: cell });
    moveBrush();
  }

  /** Where a pixel of the framed picture lies on the screen. */
  function corner(c, i, j) {
    const { planes, plane } = LAYOUTS[chosen.channels];
    const cell = plane / (SIZE + 2 * chosen.padding);
    return [planes[c][0] + j * cell, planes[c][1] + i * cell];
  }

  function draw(state, previous, t) {
    const at = steps.indexOf(state);
    pixels.forEach((rows, c) =>
      rows.forEach((line, i) =>
        line.forEach((node, j) => {
          const value = image[c][i - chosen.padding]?.[j - chosen.padding];
          if (value !== undefined) set(node, { "data-on": value === 1 });
        }),
      ),
    );
    frames.forEach((taps, c) =>
      [...taps.children].forEach((node, tap) => {
        const from = previous.products[c]?.[tap] ?? state.products[c][tap];
        const to = state.products[c][tap];
        const [x, y] = corner(c, from.i + t * (to.i - from.i), from.j + t * (to.j - from.j));
        set(node, { x, y, "data-used": to.w !== 0 });
      }),
    );
    outputs.forEach((node, k) => {
      const { sum } = steps[k];
      const kind = k > at ? "waiting" : sum > 0 ? "positive" : sum < 0 ? "negative" : "zero";
      set(node.box, { class: `conv-value ${kind}`, "data-now": k === at });
      node.words.textContent = k > at ? "" : minus(sum);
    });
    counters.place.textContent = `${at + 1} of ${steps.length}`;
    counters.size.textContent = `${SIZE} × ${SIZE} → ${places(chosen)} × ${places(chosen)}`;
    counters.weights.textContent = KERNEL * KERNEL * chosen.channels;
    counters.sum.textContent = minus(state.sum);
  }

  // The same in words

  const counters = {};
  const table = element("dl");
  for (const [name, words] of Object.entries({ place: "place", size: "size", weights: "weights", sum: "sum" })) {
    counters[name] = element("dd", { "data-counter": name });
    table.append(element("div", {}, element("dt", {}, words), counters[name]));
  }
  player.panel.append(table);
  root.append(
    element(
      "p",
      { class: "player-legend" },
      "Paint on the picture by clicking or dragging; by keyboard, focus a pixel with Tab, move with the arrow keys, " +
        "paint with the space bar. Ringed: the pixels under the kernel, dotted where its weight is zero. Dashed: the zeros of the padding.",
    ),
  );

  function describe({ row, column, products, sums, sum }) {
    const where = `Row ${row + 1}, column ${column + 1} of the map.`;
    if (chosen.channels === 3) {
      const parts = sums.map((part, c) => `${CHANNELS[c]} ${minus(part)}`).join(", ");
      return `${where}\nEach slice on its channel: ${parts}. Together ${minus(sum)}.`;
    }
    const terms = products[0].filter(({ w, x }) => w * x !== 0).map(({ w, x }) => `${minus(w)}·${x}`);
    if (!terms.length) return `${where}\nNo product differs from zero: 0.`;
    return `${where}\nProducts other than zero: ${terms.join(", ")}. Together ${minus(sum)}.`;
  }

  // Painting

  /** After a choice: from the first place on. */
  function changed() {
    weights = kernel(chosen.kernel, chosen.channels);
    steps = slide(image, weights, chosen);
    build();
    player.show(steps);
  }

  function paint(c, i, j, value) {
    if (image[c][i][j] === value) return;
    image[c][i][j] = value;
    steps = slide(image, weights, chosen);
    player.replace(steps);
    moveBrush();
  }

  function moveBrush() {
    const [x, y] = corner(cursor.c, cursor.i + chosen.padding, cursor.j + chosen.padding);
    const plane = chosen.channels === 1 ? "" : `${CHANNELS[cursor.c]}, `;
    const value = image[cursor.c][cursor.i][cursor.j];
    set(brush, { x, y, "aria-label": `Pixel ${plane}row ${cursor.i + 1}, column ${cursor.j + 1}: ${value}` });
  }

  /** The pixel under the pointer, which may have left the one where it was pressed. */
  function under(event) {
    const found = document.elementsFromPoint(event.clientX, event.clientY).find((node) => node.dataset?.pixel);
    return found && scene.contains(found) ? found.dataset.pixel.split(" ").map(Number) : null;
  }

  scene.addEventListener("pointerdown", (event) => {
    const at = under(event);
    if (!at) return;
    event.preventDefault(); // else a drag selects text
    const [c, i, j] = at;
    painting = 1 - image[c][i][j];
    Object.assign(cursor, { c, i, j });
    paint(c, i, j, painting);
  });
  scene.addEventListener("pointermove", (event) => {
    const at = painting !== null && under(event);
    if (at) paint(...at, painting);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    scene.addEventListener(end, () => {
      painting = null;
    });
  }
  brush.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (move) {
      cursor.i = Math.max(0, Math.min(cursor.i + move[0], SIZE - 1));
      cursor.j += move[1];
      if (cursor.j < 0 || cursor.j >= SIZE) {
        // over the edge into the neighboring channel, if there is one
        const c = cursor.c + move[1];
        if (c >= 0 && c < chosen.channels) Object.assign(cursor, { c, j: cursor.j < 0 ? SIZE - 1 : 0 });
        cursor.j = Math.max(0, Math.min(cursor.j, SIZE - 1));
      }
      moveBrush();
    } else if (event.key === " " || event.key === "Enter") {
      paint(cursor.c, cursor.i, cursor.j, 1 - image[cursor.c][cursor.i][cursor.j]);
    } else return;
    event.preventDefault();
  });

  // The menus

  const menu = (label, options, key, convert = (value) => value) =>
    choice(label, options.map((value) => [value, value]), chosen[key], (value) => {
      chosen[key] = convert(value);
      changed();
    });
  const kernels = menu("Kernel", KERNELS, "kernel");
  const onlyWithColors = () => {
    kernels.querySelector("select").querySelector(`option[value="${AGAINST}"]`).disabled = chosen.channels === 1;
  };
  player.controls.prepend(
    choice("Picture", PICTURES.map((name) => [name, name]), chosen.picture, (name) => {
      chosen.picture = name;
      image = picture(name, chosen.channels);
      changed();
    }),
    kernels,
    choice("Channels", [[1, "1"], [3, "3"]], 1, (value) => {
      chosen.channels = Number(value);
      image = picture(chosen.picture, chosen.channels);
      cursor.c = 0;
      if (chosen.channels === 1 && chosen.kernel === AGAINST) {
        chosen.kernel = KERNELS[0];
        kernels.querySelector("select").value = chosen.kernel;
      }
      onlyWithColors();
      changed();
    }),
    menu("Stride", [1, 2, 3], "stride", Number),
    menu("Padding", [0, 1, 2], "padding", Number),
    menu("Dilation", [1, 2, 3], "dilation", Number),
  );
  onlyWithColors();
  changed();
});
