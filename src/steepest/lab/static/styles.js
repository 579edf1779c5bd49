/**
 * What a style class looks like: the table of `figures/styles.py` in the page's words (a test compares
 * them). Colours are named, so that light and dark can each give them a tone of enough contrast.
 */

const KINDS = [
  ["blue", [], "o"],
  ["green", [5, 1.6], "s"],
  ["vermillion", [1.4, 1.2], "^"],
  ["purple", [6, 1.6, 1.4, 1.6], "D"],
  ["black", [8, 2.4], "v"],
].map(([color, dash, marker]) => ({ color, dash, marker }));
const SIXTH = { color: "grey", dash: [2.6, 1], marker: "P", size: 5 };
const METHODS = ["batch", "mini-batch", "stochastic", "exhaustive", "coarse-to-fine"];
const PLAIN = { color: "black", dash: [], marker: "o", width: 1.8, size: 4, alpha: 1, edge: "white", halo: false, order: 3 };

const numbered = (stem, change = {}) =>
  Object.fromEntries(KINDS.map((kind, at) => [`${stem}-${at + 1}`, { ...kind, ...change }]));

export const STYLES = {
  ...Object.fromEntries(METHODS.map((name, at) => [name, KINDS[at]])),
  ...numbered("run"),
  "run-6": SIXTH,
  ...numbered("chosen", { size: 9, edge: "black", order: 6 }),
  "chosen-6": { ...SIXTH, size: 9, edge: "black", order: 6 },
  ...numbered("basin", { dash: [], size: 4.6, width: 0 }),
  training: { ...KINDS[0], size: 5 },
  validation: { ...KINDS[3], size: 5 },
  reference: { color: "grey", dash: [2, 2], marker: "", width: 1.2, order: 2 },
  limit: { color: "vermillion", dash: [6, 2], marker: "", width: 1.3, order: 2 },
  start: { color: "white", size: 8, edge: "black", order: 6 },
  optimum: { marker: "*", size: 14, order: 7 },
  bad: { color: "vermillion", marker: "X", size: 10, order: 6 },
  curve: { marker: "" },
  tangent: { color: "blue", marker: "", order: 4 },
  secant: { color: "vermillion", dash: [5, 1.6], size: 6, order: 5 },
  centred: { color: "green", dash: [1.4, 1.2], marker: "s", size: 5, order: 4 },
  before: { color: "grey", dash: [5, 2], marker: "" },
  after: { color: "blue", marker: "", width: 2.2, order: 4 },
  best: { color: "vermillion", marker: "P", size: 7, order: 6 },
  forward: { color: "blue", marker: "", width: 1.3 },
  backward: { color: "vermillion", dash: [5, 1.6], marker: "", width: 1.3 },
  range: { color: "grey", marker: "|", width: 2.4, size: 12, edge: "grey" },
  box: { marker: "", width: 1.4, order: 4 },
  crawls: { color: "purple", marker: "D", size: 8 },
  converges: { color: "blue", size: 8.5 },
  oscillates: { color: "green", dash: [5, 1.6], marker: "s", size: 8 },
  diverges: { color: "vermillion", dash: [1.4, 1.2], marker: "^", size: 9 },
  text: {},
  saddles: { color: "vermillion", dash: [1.4, 1.2], marker: "X", size: 8, order: 4 },
  minima: { color: "blue", marker: "*", size: 11, order: 4 },
  theory: { color: "white", size: 11, edge: "black", order: 2 },
  "basin-settled": { color: "grey", marker: "P", size: 4.6, width: 0 },
  "basin-lost": { color: "grey", marker: "x", size: 4.6, width: 0, edge: "grey" },
  "end-minimum": { marker: "*", size: 14, order: 7 },
  "end-saddle": { color: "vermillion", marker: "X", size: 11, edge: "black", order: 7 },
  "end-maximum": { color: "purple", marker: "^", size: 11, edge: "black", order: 7 },
  "end-degenerate": { color: "green", marker: "D", size: 9, edge: "black", order: 7 },
  "end-not_critical": { color: "grey", marker: "h", size: 9, edge: "black", order: 7 },
  "regime-monotone": { color: "blue", alpha: 0.1 },
  "regime-oscillating": { color: "green", alpha: 0.12 },
  "regime-divergent": { color: "vermillion", alpha: 0.14 },
};

const CHANGES = {
  raw: { alpha: 0.3, width: 1, dash: [], order: 2 },
  path: { halo: true, order: 5 },
  cloud: { alpha: 0.75 },
  light: { alpha: 0.55, width: 1, size: 3 },
};

/** How classes look: a name of the table, then words that change it. */
export function styleOf(classes) {
  const [name, ...changes] = classes.split(" ").filter(Boolean);
  return Object.assign({}, PLAIN, STYLES[name] ?? {}, ...changes.map((one) => CHANGES[one] ?? {}));
}

/** A named colour as the page's theme has it. */
export const paint = (color) => `var(--c-${color})`;

/** Dash pattern in units of line width, as SVG wants it. */
export const dashes = (style) => (style.dash.length ? style.dash.map((one) => one * Math.max(style.width, 1)).join(" ") : null);

/** cividis at sixteen places (Nunez, Anderton, Renslow 2018), between which one mixes. */
const HEIGHTS = [
  "#00224e", "#002e6c", "#1e3a6f", "#35456c", "#47516c", "#575d6d", "#666970", "#757575",
  "#848279", "#948e77", "#a59c74", "#b7a96e", "#c8b866", "#dbc75a", "#eed649", "#fee838",
].map((one) => [1, 3, 5].map((at) => parseInt(one.slice(at, at + 2), 16)));

/** The colour of a height between 0 and 1, as three numbers up to 255. */
export function heightColor(share) {
  const place = Math.min(Math.max(share, 0), 1) * (HEIGHTS.length - 1);
  const low = Math.min(Math.floor(place), HEIGHTS.length - 2);
  return HEIGHTS[low].map((one, at) => one + (HEIGHTS[low + 1][at] - one) * (place - low));
}
