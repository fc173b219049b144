// A kernel that slides over a picture of several channels: places, products, sums.

export const SIZE = 7; // of the picture, in pixels
export const KERNEL = 3;
export const CHANNELS = ["red", "green", "blue"];

/** Each picture has a plane for each color; the gray one is bright where any of them is. */
const DRAWN = {
  Plus: [
    ["...#...", "...#...", "...#...", "...#...", "...#...", "...#...", "......."],
    [".......", ".......", ".......", "######.", ".......", ".......", "......."],
    [".......", ".......", ".......", ".......", ".......", ".......", "......."],
  ],
  "Half and half": [
    ["...####", "...####", "...####", "...####", "...####", "...####", "...####"],
    ["###....", "###....", "###....", ".......", ".......", ".......", "......."],
    [".......", ".......", ".......", ".......", ".......", ".......", "......."],
  ],
  Slope: [
    ["......#", ".....#.", "....#..", ".......", ".......", ".......", "......."],
    [".......", ".......", ".......", "...#...", "..#....", ".......", "......."],
    [".......", ".......", ".......", ".......", ".......", ".#.....", "#......"],
  ],
  Empty: [Array(SIZE).fill("......."), Array(SIZE).fill("......."), Array(SIZE).fill(".......")],
};
export const PICTURES = Object.keys(DRAWN);

export function picture(name, channels) {
  const planes = DRAWN[name].map((rows) => rows.map((row) => [...row].map((pixel) => Number(pixel === "#"))));
  if (channels === 3) return planes;
  return [planes[0].map((row, i) => row.map((_, j) => Math.max(...planes.map((plane) => plane[i][j]))))];
}

const WEIGHTS = {
  "right minus left": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  "below minus above": [-1, -1, -1, 0, 0, 0, 1, 1, 1],
  "upright line": [-1, 2, -1, -1, 2, -1, -1, 2, -1],
  "sum of all": [1, 1, 1, 1, 1, 1, 1, 1, 1],
  "middle only": [0, 0, 0, 0, 1, 0, 0, 0, 0],
};
export const AGAINST = "red against green"; // makes sense with three channels only
export const KERNELS = [...Object.keys(WEIGHTS), AGAINST];

const square = (numbers) => [0, 3, 6].map((start) => numbers.slice(start, start + KERNEL));

/** A slice for each channel. */
export function kernel(name, channels) {
  const all = WEIGHTS["sum of all"];
  if (name === AGAINST) return [all, all.map((w) => -w), all.map(() => 0)].slice(0, channels).map(square);
  return Array(channels).fill(square(WEIGHTS[name]));
}

export function places({ stride, padding, dilation }) {
  return Math.floor((SIZE + 2 * padding - dilation * (KERNEL - 1) - 1) / stride) + 1;
}

/** What is done at each place, in order: the products of each channel, and the sum of all. */
export function slide(image, weights, options) {
  const { stride, padding, dilation } = options;
  const pixel = (plane, i, j) => plane[i - padding]?.[j - padding] ?? 0; // 0 in the frame
  const size = places(options);
  const steps = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const products = weights.map((slice, c) =>
        slice.flatMap((line, u) =>
          line.map((w, v) => {
            const [i, j] = [stride * row + dilation * u, stride * column + dilation * v];
            return { i, j, w, x: pixel(image[c], i, j) };
          }),
        ),
      );
      const sums = products.map((terms) => terms.reduce((sum, { w, x }) => sum + w * x, 0));
      steps.push({ row, column, products, sums, sum: sums.reduce((a, b) => a + b, 0) });
    }
  }
  return steps;
}
