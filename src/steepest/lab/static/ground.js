/**
 * Heights over two parameters as filled level lines. d3 finds the rings; this maps them from the grid's
 * own counting to pixels. The levels are those of the figure, the same as in files.
 */

import { svg } from "./dom.js";
import { powerText } from "./numbers.js";
import { heightColor } from "./styles.js";

const drawn = new WeakMap();
const SHARE = "42%";

/** Heights in one row, with the grid's size, whether they came as bytes or as JSON. */
export function gridOf(layer) {
  const { heights } = layer;
  if (heights.shape) return { rows: heights.shape[0], columns: heights.shape[1], values: heights.values };
  const values = Float64Array.from(heights.flat(), (one) => (one === null ? NaN : one));
  return { rows: heights.length, columns: heights[0].length, values };
}

const rgb = (share) => `rgb(${heightColor(share).map(Math.round).join(" ")})`;

/** The levels that lie within the heights, lowest first. */
export function levelsWithin(layer, values) {
  let low = Infinity;
  let high = -Infinity;
  for (const one of values) {
    if (one < low) low = one;
    if (one > high) high = one;
  }
  return { low, high, levels: Array.from(layer.levels).filter((one) => one > low && one < high) };
}

/**
 * The ground of a panel. Kept as long as heights and frame are the same: a drag of the rate moves
 * the path, not the mountain.
 * @returns {SVGGElement}
 */
export function ground(layer, frame, home) {
  const mark = [frame.left, frame.top, frame.width, frame.height, ...layer.levels].join();
  // one for each picture: two may show the same heights
  const here = drawn.get(home) ?? new WeakMap();
  drawn.set(home, here);
  const held = here.get(layer.heights);
  if (held && held.mark === mark) return held.node;
  const node = made(layer, frame);
  here.set(layer.heights, { mark, node });
  return node;
}

function made(layer, frame) {
  const grid = gridOf(layer);
  const { levels } = levelsWithin(layer, grid.values);
  const mixed = (share) => `color-mix(in srgb, ${rgb(share)} ${SHARE}, var(--ground))`;
  const { left, top, width, height } = frame;
  const node = svg("g", {}, svg("rect", { x: left, y: top, width, height, fill: mixed(0) }));
  const rings = globalThis.d3.contours().size([grid.columns, grid.rows]).thresholds(levels)(grid.values);
  const names = svg("g", { class: "level-name" });
  rings.forEach((ring, at) => {
    const share = (at + 1) / Math.max(levels.length, 1);
    const stroke = `color-mix(in srgb, ${rgb(share)} 62%, var(--level))`;
    const lines = ring.coordinates.flat().map((points) => points.map((one) => placed(one, grid, frame)));
    node.append(svg("path", { d: lines.map(closed).join(""), fill: mixed(share), stroke, "stroke-width": 0.8 }));
    // a ring too small for its number goes without, as in files
    const below = grid.values.reduce((sum, one) => sum + (one < levels[at]), 0) / grid.values.length;
    const name = below > 0.02 ? nameOf(levels[at], lines, frame) : null;
    if (name) names.append(name);
  });
  apart(names);
  node.append(names);
  return node;
}

/** d3 counts cells from 0 to n with values in their middles; a figure counts grid points. */
function placed([column, row], grid, frame) {
  const across = Math.min(Math.max(column - 0.5, 0), grid.columns - 1) / (grid.columns - 1);
  const along = Math.min(Math.max(row - 0.5, 0), grid.rows - 1) / (grid.rows - 1);
  return [frame.left + across * frame.width, frame.top + (1 - along) * frame.height];
}

const closed = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z`;

/** A level's number, on its line where it runs low and inside; small rings go without. */
function nameOf(level, lines, frame) {
  const inside = lines
    .filter((one) => one.length > 12)
    .flat()
    .filter(
      ([x, y]) =>
        x > frame.left + 18 && x < frame.left + frame.width - 22 && y > frame.top + 10 && y < frame.top + frame.height - 10,
    );
  if (inside.length < 12) return null;
  // lower left, where paths seldom run
  const [x, y] = inside.reduce((best, one) => (one[1] - one[0] > best[1] - best[0] ? one : best));
  return svg("text", { x: x.toFixed(1), y: (y + 3.5).toFixed(1), "text-anchor": "middle" }, powerText(level));
}

/** Numbers that would stand on each other: the later ones go. */
function apart(names) {
  const taken = [];
  for (const node of [...names.children]) {
    const at = [Number(node.getAttribute("x")), Number(node.getAttribute("y"))];
    if (taken.some(([x, y]) => Math.abs(x - at[0]) < 30 && Math.abs(y - at[1]) < 15)) node.remove();
    else taken.push(at);
  }
}
