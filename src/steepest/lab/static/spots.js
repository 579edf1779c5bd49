/**
 * Where a number stands in a picture: the start, the end, the optimum, a rate. Found in the figure's
 * own layers, so that the mark lies where the drawing put it.
 */

const first = (figure, keep) => {
  for (const [panel, { layers }] of figure.panels.entries()) {
    const layer = layers.find(keep);
    if (layer) return { panel, layer };
  }
  return null;
};
const styled = (layer, ...names) => names.some((name) => layer.style === name || layer.style.startsWith(`${name} `));
const at = (found, index) => found && { panel: found.panel, x: found.layer.x[index], y: found.layer.y[index] };

function endOf(figure, ...names) {
  const found = first(figure, (one) => one.kind === "line" && one.x.length && styled(one, ...names) && !one.style.includes("raw"));
  if (!found) return null;
  const { y } = found.layer;
  let last = y.length - 1;
  while (last > 0 && !Number.isFinite(y[last])) last -= 1;
  return at(found, last);
}

const points = (figure, ...names) => at(first(figure, (one) => one.kind === "points" && styled(one, ...names)), 0);

/** The height of the curve over a rate. */
function onCurve(figure, rate) {
  const found = first(figure, (one) => one.kind === "line" && styled(one, "curve"));
  if (!found) return null;
  const { x, y } = found.layer;
  let over = 1;
  while (over < x.length - 1 && x[over] < rate) over += 1;
  const share = (rate - x[over - 1]) / (x[over] - x[over - 1]);
  return { panel: found.panel, x: rate, y: y[over - 1] + share * (y[over] - y[over - 1]) };
}

/** The lowest or highest of a curve's points, or the first. */
function extreme(figure, better, ...names) {
  const found = first(figure, (one) => one.kind === "line" && one.x.length && styled(one, ...names) && !one.style.includes("raw"));
  if (!found) return null;
  const { y } = found.layer;
  let best = 0;
  for (let each = 1; each < y.length; each += 1) if (better(y[each], y[best])) best = each;
  return at(found, best);
}
const lower = (one, other) => one < other;
const never = () => false;

/** Where a line right across the panel stands, at the end of the curve. */
function across(figure, ...names) {
  const found = first(figure, (one) => one.kind === "rule" && one.along === "y" && styled(one, ...names));
  const end = endOf(figure, "training");
  return found && end && { panel: found.panel, x: end.x, y: found.layer.value };
}

/** The point of a cloud farthest from zero. */
function farthest(figure) {
  const clouds = figure.panels[0].layers.filter((one) => one.kind === "points");
  let best = null;
  for (const { x, y } of clouds) for (let each = 0; each < y.length; each += 1) if (!best || Math.abs(y[each]) > Math.abs(best.y)) best = { panel: 0, x: x[each], y: y[each] };
  return best;
}

const pair = (place) => place && { x: place[0], y: place[1] };
const METHODS = ["batch", "mini-batch", "stochastic", "run-1"];
const PLACES = {
  contour: {
    start: (figure, answer) => pair(answer.start_point) ?? points(figure, "start"),
    end: (figure, answer) => pair(answer.end_point) ?? endOf(figure, ...METHODS),
    optimum: (figure) => points(figure, "optimum", "end-minimum"),
  },
  contour_other: { end: (figure) => endOf(figure, ...METHODS) },
  fit: { end: (figure) => endOf(figure, "after") },
  gradient: { end: (figure) => endOf(figure, ...METHODS), start: (figure) => extreme(figure, never, ...METHODS) },
  residuals: { largest: farthest, end: farthest },
  loss: {
    start: (figure) => extreme(figure, never, "training"),
    lowest: (figure) => extreme(figure, lower, "training"),
    end: (figure) => endOf(figure, "training"),
    optimum: (figure) => across(figure, "reference"),
    bad: (figure) => points(figure, "bad") ?? endOf(figure, "training"),
    validation: (figure) => endOf(figure, "validation"),
    validation_lowest: (figure) => extreme(figure, lower, "validation"),
  },
  regimes: {
    rate: (figure, answer) => onCurve(figure, answer.numbers.learning_rate),
    largest: (figure, answer) => points(figure, "diverges") ?? onCurve(figure, answer.numbers.largest_stable_rate),
    best: (figure, answer) => onCurve(figure, answer.numbers.best_rate),
    end: (figure, answer) => onCurve(figure, answer.numbers.learning_rate),
  },
};

/**
 * The place of a name in a view's figure, null where it has none.
 * @param {string} view
 * @param {string} name
 */
export const spotOf = (view, name, figure, answer) => PLACES[view]?.[name]?.(figure, answer) ?? null;
