/**
 * The loss surface in space, on a canvas: a thousand faces are too many elements for SVG. Arrow keys,
 * buttons and dragging turn it; what it shows is the figure's sheet and lines, unchanged.
 */

import { gridOf, levelsWithin } from "./ground.js";
import { limitsOf } from "./panel.js";
import { powerText } from "./numbers.js";
import { heightColor, styleOf } from "./styles.js";
import { linearTicks } from "./ticks.js";

const FACES = 40;
const TALL = 0.75;

/** Where one looks from; degrees, as in matplotlib's view_init. */
export const firstView = () => ({ azimuth: -118, elevation: 33 });

/** Turns the view, kept where the surface is seen from above. */
export function turned(view, across, up) {
  return { azimuth: (view.azimuth + across) % 360, elevation: Math.min(Math.max(view.elevation + up, 2), 88) };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Object} panel
 * @param {{width: number, height: number}} size
 * @param {{azimuth: number, elevation: number}} view
 */
export function drawSpace(canvas, panel, size, view) {
  const sharp = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(size.width * sharp);
  canvas.height = Math.round(size.height * sharp);
  const pen = canvas.getContext("2d");
  pen.scale(sharp, sharp);
  pen.clearRect(0, 0, size.width, size.height);
  const space = spaceOf(panel, size, view);
  const theme = getComputedStyle(canvas);
  const colour = (name) => theme.getPropertyValue(`--c-${name}`).trim() || "#000";
  const ink = theme.getPropertyValue("--soft").trim() || "#444";
  drawFloor(pen, panel, space, ink);
  for (const layer of panel.layers) if (layer.kind === "sheet") drawSheet(pen, layer, space);
  for (const layer of panel.layers) {
    if (layer.kind === "line") drawLine(pen, layer, space, colour, theme.getPropertyValue("--halo").trim());
    if (layer.kind === "points") drawPoints(pen, layer, space, colour);
  }
  return space;
}

/** From data to the screen: a cube of side 2, turned, then seen from afar without perspective. */
function spaceOf(panel, size, view) {
  const sheet = panel.layers.find((one) => one.kind === "sheet");
  const grid = sheet ? gridOf(sheet) : null;
  const { low, high } = sheet ? levelsWithin(sheet, grid.values) : { low: 0, high: 1 };
  const limits = {
    x: sheet ? [sheet.x[0], sheet.x[sheet.x.length - 1]] : limitsOf(panel, "x"),
    y: sheet ? [sheet.y[0], sheet.y[sheet.y.length - 1]] : limitsOf(panel, "y"),
    z: panel.z.limits ?? [Math.min(low, low), high],
  };
  const turn = (view.azimuth * Math.PI) / 180;
  const lift = (view.elevation * Math.PI) / 180;
  const unit = Math.min(size.width / 3.3, size.height / 2.9);
  const along = (value, [from, to]) => (2 * (value - from)) / (to - from) - 1;
  const project = (x, y, z) => {
    const [a, b, c] = [along(x, limits.x), along(y, limits.y), along(z, limits.z) * TALL];
    const side = -a * Math.sin(turn) + b * Math.cos(turn);
    const front = a * Math.cos(turn) + b * Math.sin(turn);
    const depth = front * Math.cos(lift) + c * Math.sin(lift);
    const height = c * Math.cos(lift) - front * Math.sin(lift);
    return [size.width / 2 + side * unit, size.height / 2 - height * unit, depth];
  };
  return { project, limits, low, high, grid, unit };
}

function drawSheet(pen, layer, { project, grid, low, high }) {
  const step = Math.max(1, Math.ceil((Math.max(grid.rows, grid.columns) - 1) / FACES));
  const rows = stepped(grid.rows, step);
  const columns = stepped(grid.columns, step);
  // as in files: colours by the logarithm where heights differ by more than ten times
  const log = low > 0 && high > 10 * low;
  const share = (value) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const corners = rows.map((row) => columns.map((column) => project(layer.x[column], layer.y[row], grid.values[row * grid.columns + column])));
  const faces = [];
  for (let i = 0; i + 1 < rows.length; i += 1) {
    for (let j = 0; j + 1 < columns.length; j += 1) {
      const four = [corners[i][j], corners[i][j + 1], corners[i + 1][j + 1], corners[i + 1][j]];
      const value = grid.values[rows[i] * grid.columns + columns[j]];
      if (four.every((one) => one.every(Number.isFinite))) faces.push({ four, value, depth: four[0][2] + four[2][2] });
    }
  }
  faces.sort((a, b) => a.depth - b.depth);
  for (const { four, value } of faces) drawFace(pen, four, heightColor(share(value)));
}

function stepped(count, step) {
  const made = [];
  for (let at = 0; at < count - 1; at += step) made.push(at);
  return [...made, count - 1];
}

function drawFace(pen, four, colour) {
  pen.beginPath();
  four.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  const [red, green, blue] = colour.map(Math.round);
  pen.fillStyle = `rgb(${red} ${green} ${blue} / 0.86)`;
  pen.fill();
  pen.strokeStyle = "rgb(255 255 255 / 0.22)";
  pen.lineWidth = 0.5;
  pen.stroke();
}

function drawLine(pen, layer, { project }, colour, halo) {
  const style = styleOf(layer.style);
  const trace = () => {
    pen.beginPath();
    let down = false;
    for (let at = 0; at < layer.x.length; at += 1) {
      const [x, y] = project(layer.x[at], layer.y[at], layer.z[at]);
      if (!Number.isFinite(x + y)) down = false;
      else if (down) pen.lineTo(x, y);
      else {
        pen.moveTo(x, y);
        down = true;
      }
    }
    pen.stroke();
  };
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = halo || "#fff";
  pen.lineWidth = style.width + 2.4;
  trace();
  pen.setLineDash(style.dash.map((one) => one * style.width));
  pen.strokeStyle = colour(style.color);
  pen.lineWidth = style.width;
  trace();
  pen.setLineDash([]);
  if (layer.marks) drawPoints(pen, layer, { project }, colour);
}

function drawPoints(pen, layer, { project }, colour) {
  const style = styleOf(layer.style);
  pen.fillStyle = colour(style.color);
  pen.strokeStyle = colour(style.edge);
  pen.lineWidth = 1;
  const z = layer.z ?? layer.x.map(() => 0);
  for (let at = 0; at < layer.x.length; at += 1) {
    const [x, y] = project(layer.x[at], layer.y[at], z[at]);
    if (!Number.isFinite(x + y)) continue;
    pen.beginPath();
    if (style.marker === "*") starAt(pen, x, y, style.size * 0.62);
    else pen.arc(x, y, style.size * 0.62, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}

function starAt(pen, x, y, size) {
  for (let at = 0; at < 10; at += 1) {
    const turn = (Math.PI * at) / 5 - Math.PI / 2;
    const reach = at % 2 ? size * 0.42 : size;
    pen.lineTo(x + reach * Math.cos(turn), y + reach * Math.sin(turn));
  }
  pen.closePath();
}

/** The floor's edges with their numbers, on the sides that face the reader. */
function drawFloor(pen, panel, space, ink) {
  const { project, limits } = space;
  pen.strokeStyle = ink;
  pen.fillStyle = ink;
  pen.lineWidth = 1;
  pen.font = "11px system-ui, sans-serif";
  const floor = limits.z[0];
  const nearest = corners(limits).sort((a, b) => project(...b, floor)[2] - project(...a, floor)[2])[0];
  const far = [limits.x[0] + limits.x[1] - nearest[0], limits.y[0] + limits.y[1] - nearest[1]];
  edge(pen, [limits.x[0], nearest[1], floor], [limits.x[1], nearest[1], floor], project);
  edge(pen, [nearest[0], limits.y[0], floor], [nearest[0], limits.y[1], floor], project);
  name(pen, panel.x.label, linearTicks(...limits.x, 4), (v) => [v, nearest[1], floor], project, [0, 1]);
  name(pen, panel.y.label, linearTicks(...limits.y, 4), (v) => [nearest[0], v, floor], project, [0, 1]);
  const side = [[far[0], nearest[1]], [nearest[0], far[1]]].sort((a, b) => project(...a, floor)[0] - project(...b, floor)[0])[0];
  edge(pen, [...side, limits.z[0]], [...side, limits.z[1]], project);
  name(pen, panel.z.label, linearTicks(...limits.z, 5), (v) => [...side, v], project, [-1, 0]);
}

const corners = ({ x, y }) => [[x[0], y[0]], [x[0], y[1]], [x[1], y[0]], [x[1], y[1]]];

function edge(pen, from, to, project) {
  pen.beginPath();
  pen.moveTo(...project(...from).slice(0, 2));
  pen.lineTo(...project(...to).slice(0, 2));
  pen.stroke();
}

function name(pen, label, ticks, at, project, [aside, below]) {
  const places = ticks.map((value) => project(...at(value)));
  pen.textAlign = aside < 0 ? "right" : "center";
  ticks.forEach((value, which) => {
    const [x, y] = places[which];
    pen.fillText(powerText(value), x + aside * 7, y + (below ? 16 : 4));
  });
  if (!places.length) return;
  const middle = places.reduce((sum, one) => [sum[0] + one[0] / places.length, sum[1] + one[1] / places.length], [0, 0]);
  const top = places[places.length - 1];
  if (below) pen.fillText(shortened(label), middle[0], middle[1] + 36);
  else pen.fillText(shortened(label), Math.max(top[0] + 4, 40), top[1] - 16);
}

const shortened = (label) => (label.length > 30 ? `${label.slice(0, 29)}…` : label);
