/** Each kind of layer drawn as SVG: coordinates go through the panel's scales and nothing else. */

import { svg } from "./dom.js";
import { ground } from "./ground.js";
import { dashes, paint, styleOf } from "./styles.js";

/** The corners of markers of diameter 2; a circle has none. `x` and `|` are open strokes. */
const SHAPES = {
  s: [[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]],
  "^": [[[0, -1.05], [1, 0.85], [-1, 0.85]]],
  v: [[[0, 1.05], [1, -0.85], [-1, -0.85]]],
  D: [[[-1.15, 0], [0, -1.15], [1.15, 0], [0, 1.15]]],
  "*": [star(5, 1.15, 0.45)],
  X: [[[-1, -0.5], [-0.5, -1], [0, -0.5], [0.5, -1], [1, -0.5], [0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5], [-0.5, 1], [-1, 0.5], [-0.5, 0]]],
  P: [[[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]]],
  x: [[[-1, -1], [1, 1]], [[-1, 1], [1, -1]]],
  "|": [[[0, -1], [0, 1]]],
  h: [star(6, 1, 0.87)],
};

function star(points, outer, inner) {
  return Array.from({ length: 2 * points }, (_, at) => {
    const turn = (Math.PI * at) / points - Math.PI / 2;
    const reach = at % 2 ? inner : outer;
    return [reach * Math.cos(turn), reach * Math.sin(turn)];
  });
}

/** One marker as a part of a path. */
function shape(marker, x, y, size, end) {
  const corners = SHAPES[marker];
  if (!corners) {
    const arc = `a${size},${size} 0 1,0`;
    return `M${(x - size).toFixed(1)},${y.toFixed(1)}${arc} ${2 * size},0${arc} ${-2 * size},0Z`;
  }
  const part = (points) => points.map(([a, b]) => `${(x + a * size).toFixed(1)},${(y + b * size).toFixed(1)}`).join("L");
  return corners.map((points) => `M${part(points)}${end}`).join("");
}

const fixed = (value) => value.toFixed(2);
const seen = (x, y) => Number.isFinite(x) && Number.isFinite(y);

/** The points of a layer in pixels; what is not finite breaks the line. */
export function pixels(layer, scales) {
  const made = [];
  for (let at = 0; at < layer.x.length; at += 1) {
    const x = layer.x[at] === null ? NaN : scales.x(layer.x[at]);
    const y = layer.y[at] === null ? NaN : scales.y(layer.y[at]);
    made.push([x, y]);
  }
  return made;
}

/** Far beyond the frame a point is held back: renderers lose their grip at 1e7 pixels. */
const near = (value) => Math.min(Math.max(value, -1e5), 1e5);

function polyline(points) {
  let pen = "M";
  let made = "";
  for (const [x, y] of points) {
    if (seen(x, y)) {
      made += `${pen}${fixed(near(x))},${fixed(near(y))}`;
      pen = "L";
    } else pen = "M";
  }
  return made;
}

function stroke(style) {
  return {
    fill: "none",
    stroke: paint(style.color),
    "stroke-width": style.width,
    "stroke-dasharray": dashes(style),
    "stroke-opacity": style.alpha,
    "stroke-linejoin": "round",
  };
}

/** Markers at pixels, all of them one path: a thousand elements would take longer than a frame. */
function markers(points, style) {
  const size = Number((style.size * 0.62).toFixed(2));
  const open = style.marker === "x" || style.marker === "|";
  const look = {
    class: "markers",
    fill: open ? "none" : paint(style.color),
    stroke: open ? paint(style.color) : paint(style.edge),
    "stroke-width": open ? 1.4 : style.edge === "black" ? 1.3 : 0.6,
    opacity: style.alpha,
  };
  let d = "";
  for (const [x, y] of points) {
    if (seen(x, y) && Math.abs(x) < 1e5 && Math.abs(y) < 1e5) d += shape(style.marker, x, y, size, open ? "" : "Z");
  }
  return svg("path", { ...look, d });
}

const clouds = new WeakMap();

/** Points of rows stay where they are while the model moves: drawn once for each picture and frame. */
function points(layer, scales, style, frame, home) {
  const mark = [layer.style, frame.left, frame.top, frame.width, frame.height, ...scales.x.ends, ...scales.y.ends].join();
  const here = clouds.get(home) ?? new WeakMap();
  clouds.set(home, here);
  const held = here.get(layer.y);
  if (held && held.mark === mark) return held.node;
  const node = markers(pixels(layer, scales), style);
  here.set(layer.y, { mark, node });
  return node;
}

function line(layer, scales, style) {
  const points = pixels(layer, scales);
  const d = polyline(points);
  const node = svg("g");
  if (style.halo) {
    node.append(svg("path", { d, fill: "none", stroke: "var(--halo)", "stroke-width": style.width + 2.4, "stroke-linejoin": "round" }));
  }
  node.append(svg("path", { d, class: "course", ...stroke(style) }));
  if (layer.marks && style.marker) node.append(markers(points, style));
  return node;
}

function segment(layer, scales, style) {
  const [x0, y0, x1, y1] = [scales.x(layer.x0), scales.y(layer.y0), scales.x(layer.x1), scales.y(layer.y1)].map(near);
  if (![x0, y0, x1, y1].every(Number.isFinite)) return svg("g");
  const node = svg("g", {}, svg("path", { d: `M${fixed(x0)},${fixed(y0)}L${fixed(x1)},${fixed(y1)}`, ...stroke(style) }));
  if (layer.arrow) {
    const turn = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
    node.append(
      svg("path", { d: "M0,0L-9,4L-9,-4Z", fill: paint(style.color), transform: `translate(${fixed(x1)} ${fixed(y1)}) rotate(${fixed(turn)})` }),
    );
  }
  return node;
}

function band(layer, scales, style, frame) {
  const right = frame.left + frame.width;
  const ends = [layer.low, layer.high].map((one, at) =>
    one === null || Number.isNaN(one) ? (at ? right : frame.left) : scales.x(one),
  );
  const [low, high] = ends.map((one) => Math.min(Math.max(one, frame.left), right));
  const node = svg("g", {}, svg("rect", { x: low, y: frame.top, width: Math.max(0, high - low), height: frame.height, fill: paint(style.color), "fill-opacity": style.alpha }));
  if (layer.label && high - low > wide(layer.label)) {
    node.append(svg("text", { x: (low + high) / 2, y: frame.top + 15, "text-anchor": "middle", class: "note" }, layer.label));
  }
  return node;
}

/** About how many pixels a text takes: Chinese letters are twice as wide. */
export const wide = (text, size = 11.5) =>
  [...text].reduce((sum, one) => sum + (one > "\u2e80" ? size : size * 0.56), 0);

function text(layer, scales, style, frame) {
  const x = scales.x(layer.x) + ({ right: 6, left: -6 }[layer.side] ?? 0);
  const y = layer.y === null ? frame.top + 13 : scales.y(layer.y) + (layer.side === "above" ? -7 : 4);
  const anchor = { right: "start", left: "end" }[layer.side] ?? "middle";
  return svg("text", { x, y, "text-anchor": anchor, class: "note", fill: paint(style.color) }, layer.text);
}

function rule(layer, scales, style, frame) {
  const at = near(layer.along === "y" ? scales.y(layer.value) : scales.x(layer.value));
  if (!Number.isFinite(at)) return svg("g");
  const d = layer.along === "y" ? `M${frame.left},${fixed(at)}h${frame.width}` : `M${fixed(at)},${frame.top}v${frame.height}`;
  return svg("path", { d, ...stroke(style) });
}

function box(layer, scales, style) {
  const [x0, y0, x1, y1] = [scales.x(layer.x0), scales.y(layer.y0), scales.x(layer.x1), scales.y(layer.y1)];
  const place = { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
  return svg("g", {}, svg("rect", { ...place, fill: "none", stroke: "var(--halo)", "stroke-width": style.width + 2 }), svg("rect", { ...place, ...stroke(style) }));
}

function bars(layer, scales, style) {
  const base = scales.y(0);
  let d = `M${fixed(scales.x(layer.edges[0]))},${fixed(base)}`;
  for (let at = 0; at < layer.heights.length; at += 1) {
    d += `V${fixed(scales.y(layer.heights[at]))}H${fixed(scales.x(layer.edges[at + 1]))}`;
  }
  return svg("path", { d: `${d}V${fixed(base)}`, ...stroke(style), fill: paint(style.color), "fill-opacity": 0.22 });
}

const PAINTERS = {
  line,
  segment,
  band,
  text,
  rule,
  box,
  bars,
  points,
  contours: (layer, scales, style, frame, home) => ground(layer, frame, home),
};

/** One layer as a node; kinds of space are drawn elsewhere. */
export function drawLayer(layer, scales, frame, home) {
  const painter = PAINTERS[layer.kind];
  return painter ? painter(layer, scales, styleOf(layer.style), frame, home) : svg("g");
}

/** What stands for a layer in the legend. */
export function swatch(layer) {
  const style = styleOf(layer.style);
  const node = svg("svg", { width: 30, height: 14, "aria-hidden": "true", class: "swatch" });
  if (layer.kind === "bars") {
    node.append(svg("rect", { x: 4, y: 2, width: 22, height: 10, fill: paint(style.color), "fill-opacity": 0.4, stroke: paint(style.color) }));
    return node;
  }
  if (layer.kind !== "points") node.append(svg("path", { d: "M1,7H29", ...stroke(style) }));
  const marked = layer.kind === "points" || layer.marks || style.halo || layer.kind === "segment";
  if (marked && style.marker) node.append(markers([[15, 7]], { ...style, size: Math.min(Math.max(style.size, 6), 11) }));
  return node;
}
