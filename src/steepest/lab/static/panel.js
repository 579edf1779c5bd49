/** One coordinate system as SVG: scales, axes, layers from back to front. */

import { fresh, svg } from "./dom.js";
import { drawLayer, wide } from "./layers.js";
import { powerText } from "./numbers.js";
import { styleOf } from "./styles.js";
import { ticksOf } from "./ticks.js";

const MARGIN = 0.05;

/** The values of a layer along one axis; what only decorates has none. */
function valuesAlong(layer, along) {
  switch (layer.kind) {
    case "line":
    case "points":
      return layer[along];
    case "segment":
    case "box":
      return [layer[`${along}0`], layer[`${along}1`]];
    case "rule":
      return layer.along === along ? [layer.value] : [];
    case "bars":
      return along === "x" ? layer.edges : [0, ...layer.heights];
    case "contours":
      return [layer[along][0], layer[along][layer[along].length - 1]];
    case "band":
      return along === "x" ? [layer.low, layer.high] : [];
    default:
      return [];
  }
}

/** The limits of an axis: its own, or what the layers need and a twentieth on each side. */
export function limitsOf(panel, along) {
  const axis = panel[along];
  if (axis.limits) return [...axis.limits];
  const log = axis.scale === "log";
  let low = Infinity;
  let high = -Infinity;
  for (const layer of panel.layers) {
    for (const value of valuesAlong(layer, along)) {
      if (value === null || !Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
  if (panel.layers.some((one) => one.kind === "contours")) return [low, high];
  return log ? widened(Math.log10(low), Math.log10(high)).map((one) => 10 ** one) : floored(panel, along, low, high);
}

function widened(low, high) {
  if (low === high) return [low - Math.max(MARGIN, Math.abs(low) * MARGIN), high + Math.max(MARGIN, Math.abs(high) * MARGIN)];
  const room = (high - low) * MARGIN;
  return [low - room, high + room];
}

/** Bars stand on the floor: no room below them. */
function floored(panel, along, low, high) {
  const [from, to] = widened(low, high);
  return along === "y" && low === 0 && panel.layers.some((one) => one.kind === "bars") ? [0, to] : [from, to];
}

/** From data to pixels and back. */
export function scale(axis, [low, high], from, to) {
  const bend = axis.scale === "log" ? (value) => (value > 0 ? Math.log10(value) : NaN) : (value) => value;
  const unbend = axis.scale === "log" ? (value) => 10 ** value : (value) => value;
  const [start, end] = [bend(low), bend(high)];
  const made = (value) => from + ((bend(value) - start) / (end - start)) * (to - from);
  made.ends = [low, high];
  made.back = (pixel) => unbend(start + ((pixel - from) / (to - from)) * (end - start));
  return made;
}

/** The place of the frame within the picture, shrunk where both axes share one unit. */
function frameOf(panel, size, limits, room) {
  let frame = { left: room.left, top: room.top, width: size.width - room.left - room.right, height: size.height - room.top - room.bottom };
  if (panel.equal) {
    const unit = Math.min(frame.width / Math.abs(limits.x[1] - limits.x[0]), frame.height / Math.abs(limits.y[1] - limits.y[0]));
    const width = unit * Math.abs(limits.x[1] - limits.x[0]);
    const height = unit * Math.abs(limits.y[1] - limits.y[0]);
    frame = { left: frame.left + (frame.width - width) / 2, top: frame.top + (frame.height - height) / 2, width, height };
  }
  return frame;
}

/**
 * Draws a panel into an `<svg>`; returns what readers and handles need to find their way on it.
 * @param {SVGSVGElement} root
 * @param {Object} panel  as the figure format has it
 * @param {{width: number, height: number}} size
 */
export function drawPanel(root, panel, size) {
  const limits = { x: limitsOf(panel, "x"), y: limitsOf(panel, "y") };
  const narrow = size.width < 300;
  const ticks = { x: ticksOf(panel.x, ...limits.x, narrow), y: ticksOf(panel.y, ...limits.y, size.height < 190) };
  const names = ticks.y.map(([value, name]) => name ?? powerText(value));
  const left = Math.min(Math.max(26, 12 + Math.max(0, ...names.map((one) => wide(one)))), size.width * 0.45);
  const frame = frameOf(panel, size, limits, { left, right: 14, top: 24, bottom: 38 });
  const scales = {
    x: scale(panel.x, limits.x, frame.left, frame.left + frame.width),
    y: scale(panel.y, limits.y, frame.top + frame.height, frame.top),
  };
  const clip = fresh("clip");
  const { left: x, top: y, width, height } = frame;
  root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  root.replaceChildren(svg("clipPath", { id: clip }, svg("rect", { x, y, width, height })));
  const inside = svg("g", { "clip-path": `url(#${clip})` });
  const heights = panel.layers.some((one) => one.kind === "contours");
  if (!heights) root.append(gridLines(ticks, scales, frame));
  for (const { layer } of ordered(panel.layers)) inside.append(drawLayer(layer, scales, frame, root));
  root.append(inside, axes(panel, ticks, scales, frame, heights));
  return { limits, ticks, scales, frame };
}

/** matplotlib draws by order, then by place; so do we. */
function ordered(layers) {
  const rank = { contours: 0, band: 0, segment: 4 };
  return layers
    .map((layer, at) => ({ layer, at, order: rank[layer.kind] ?? styleOf(layer.style).order }))
    .sort((a, b) => a.order - b.order || a.at - b.at);
}

function gridLines(ticks, scales, frame) {
  const across = ticks.y.map(([value]) => `M${frame.left},${scales.y(value).toFixed(1)}h${frame.width}`);
  const along = ticks.x.map(([value]) => `M${scales.x(value).toFixed(1)},${frame.top}v${frame.height}`);
  return svg("path", { class: "grid", d: across.concat(along).join("") });
}

function axes(panel, ticks, scales, frame, boxed) {
  const { left, top, width, height } = frame;
  const bottom = top + height;
  const node = svg("g", { class: "axes" });
  node.append(svg("path", { class: "frame", d: boxed ? `M${left},${top}h${width}v${height}h${-width}Z` : `M${left},${top}v${height}h${width}` }));
  let last = -Infinity;
  for (const [value, name] of ticks.x) {
    const text = name ?? powerText(value);
    const x = scales.x(value);
    node.append(svg("path", { class: "tick", d: `M${x.toFixed(1)},${bottom}v4` }));
    // a name that would run into its neighbour is left out; its tick stays
    if (x - wide(text) / 2 < last + 4) continue;
    last = x + wide(text) / 2;
    node.append(svg("text", { x: x.toFixed(1), y: bottom + 16, "text-anchor": "middle" }, text));
  }
  for (const [value, name] of ticks.y) {
    const y = scales.y(value);
    node.append(svg("path", { class: "tick", d: `M${left},${y.toFixed(1)}h-4` }));
    node.append(svg("text", { x: left - 7, y: (y + 4).toFixed(1), "text-anchor": "end" }, name ?? powerText(value)));
  }
  const room = width + left;
  node.append(
    svg("text", { class: "label", x: left + width / 2, y: bottom + 33, "text-anchor": "middle" }, cut(panel.x.label, room)),
    svg("text", { class: "label", x: Math.max(2, left - 24), y: Math.max(11, top - 10) }, cut(panel.y.label, room)),
  );
  return node;
}

/** A name of an axis as far as it fits; the whole one stands in the picture's description. */
function cut(label, room) {
  if (wide(label, 12) <= room) return label;
  let text = label;
  while (text.length > 4 && wide(`${text}…`, 12) > room) text = text.slice(0, -1);
  return `${text}…`;
}
