/**
 * Values read off a picture: by pointer the nearest point, by arrow keys one point after the other.
 * They stand in a line below the picture, where they hide nothing and stay until something else is read.
 */

import { svg } from "./dom.js";
import { pixels } from "./layers.js";
import { powerText } from "./numbers.js";
import { say } from "./words.js";

const REACH = 40;

/** What can be read in a panel: lines and points, those with a name first. */
function seriesOf(panel, scales) {
  return panel.layers
    .filter((one) => (one.kind === "line" || one.kind === "points") && one.x.length)
    .map((layer) => ({ layer, places: pixels(layer, scales) }))
    .sort((a, b) => Boolean(b.layer.label) - Boolean(a.layer.label));
}

function nearest(series, x, y, reach) {
  let best = null;
  let least = reach;
  for (const one of series) {
    one.places.forEach(([px, py], at) => {
      const way = Math.hypot(px - x, py - y);
      if (way < least) {
        least = way;
        best = { series: one, at };
      }
    });
  }
  return best;
}

function sentence(panel, { series, at }) {
  const { layer } = series;
  const facts = {
    x_name: panel.x.label,
    x: powerText(layer.x[at], 6),
    y_name: panel.y.label,
    y: powerText(layer.y[at], 6),
  };
  return layer.label ? say("readout_named", { ...facts, name: layer.label }) : say("readout", facts);
}

/**
 * Makes a picture readable.
 * @param {HTMLElement} plot  takes the focus
 * @param {SVGSVGElement} root
 * @param {HTMLElement} line  where values stand
 * @param {() => {panel: Object, drawn: Object}} current
 */
export function readable(plot, root, line, current) {
  let step = -1;
  const show = (found) => {
    root.querySelector(".cursor")?.remove();
    const { panel, drawn } = current();
    if (!found || !drawn) return;
    const [x, y] = found.series.places[found.at];
    root.append(svg("circle", { class: "cursor", cx: x, cy: y, r: 6 }));
    line.textContent = sentence(panel, found);
  };
  plot.addEventListener("pointermove", (event) => {
    const { panel, drawn } = current();
    if (!drawn) return;
    const box = root.getBoundingClientRect();
    const zoom = root.viewBox.baseVal.width / box.width;
    const found = nearest(seriesOf(panel, drawn.scales), (event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom, REACH);
    if (found) show(found);
  });
  plot.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape") show(null);
    if (move === undefined || event.target !== plot) return;
    event.preventDefault();
    const { panel, drawn } = current();
    const [first] = drawn ? seriesOf(panel, drawn.scales) : [];
    if (!first) return;
    step = Math.min(Math.max(step + move, 0), first.places.length - 1);
    show({ series: first, at: step });
  });
}
