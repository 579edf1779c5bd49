/**
 * One figure on the page: heading, panels, legend, values under the pointer, caption, table, files.
 * Its place in the page stays; what it shows is replaced whenever an answer brings a newer figure.
 */

import { el, fresh, svg, table } from "./dom.js";
import { swatch } from "./layers.js";
import { short } from "./numbers.js";
import { drawPanel } from "./panel.js";
import { readable } from "./readout.js";
import { drawSpace, firstView, turned } from "./space.js";
import { say } from "./words.js";

const TURN = 10;

/** A figure's card. `files(view, format)` is called when a file of it is wanted. */
export class View {
  /**
   * @param {string} name  of the view, as the server knows it
   * @param {{files?: Function, tall?: number, heading?: string}} [options]
   */
  constructor(name, options = {}) {
    this.name = name;
    this.options = options;
    this.plots = [];
    this.figure = null;
    this.heading = el(options.heading ?? "h3", { id: fresh("view") });
    this.body = el("div", { class: "panels" });
    this.caption = el("p", { class: "caption" });
    this.numbers = el("div", {});
    this.details = el("details", { class: "more" }, el("summary", { "data-word": "view_more" }, say("view_more")), this.caption, this.numbers, this.fileButtons());
    this.details.addEventListener("toggle", () => this.fillDetails());
    this.details.hidden = true;
    this.missing = el("p", { class: "soft", hidden: true });
    this.node = el(
      "section",
      { class: `view view-${name}`, "data-view": name },
      el("header", {}, this.heading),
      this.missing,
      this.body,
      this.details,
    );
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.body);
  }

  fileButtons() {
    if (!this.options.files) return null;
    const button = (format) =>
      el("button", { type: "button", class: "quiet", click: () => this.options.files(this.name, format) }, say("save_as", { format: format.toUpperCase() }));
    return el("p", { class: "row" }, button("svg"), button("png"));
  }

  /** Takes a newer figure, or the sentence that says why there is none. */
  show(given, missing = "", live = false) {
    // the very figure that stands here already, drawn in the same way
    if (given?.mark && given.mark === this.shown && this.live === live && this.figure) return;
    this.shown = given?.mark;
    this.live = live;
    this.held = live ? (this.held ?? this.figure) : null;
    const figure = given && this.held ? still(given, this.held) : given;
    this.missing.hidden = Boolean(figure) || !missing;
    this.missing.textContent = missing;
    this.body.hidden = !figure;
    this.details.hidden = !figure;
    this.figure = figure ?? null;
    if (!figure) return;
    if (this.heading.textContent !== figure.title) this.heading.textContent = figure.title;
    // only now it has a name
    this.node.setAttribute("aria-labelledby", this.heading.id);
    this.fit(figure);
    this.draw();
    this.fillDetails();
  }

  /** As many plots as the figure has panels; those that are there are used again. */
  fit(figure) {
    while (this.plots.length > figure.panels.length) this.plots.pop().node.remove();
    figure.panels.forEach((panel, at) => {
      const space = panel.z !== null;
      const old = this.plots[at];
      if (old && old.space === space) return;
      const made = space ? new SpacePlot(this) : new Plot(this, at);
      if (old) old.node.replaceWith(made.node);
      else this.body.append(made.node);
      this.plots[at] = made;
    });
    this.body.style.setProperty("--across", String(Math.max(1, Math.min(figure.columns, figure.panels.length))));
  }

  draw() {
    if (!this.figure || !this.body.clientWidth) return;
    this.figure.panels.forEach((panel, at) => this.plots[at].show(panel, this.figure));
    this.options.drawn?.(this);
    this.ring();
  }

  /**
   * Marks a place of the picture until another is marked: a ring, and its values below.
   * @param {((figure: Object) => ?{panel?: number, x: number, y: number}) | null} find  in the newest figure
   * @param {string} [name]  of what stands there
   */
  mark(find, name = "") {
    this.found = find && { find, name };
    this.draw();
    if (!find) for (const plot of this.plots) plot.unmark?.();
  }

  ring() {
    const place = this.figure && this.found?.find(this.figure);
    this.plots.forEach((plot, at) => place && at === (place.panel ?? 0) && plot.ring?.(place, this.found.name));
  }

  /** Caption and table are made when someone looks at them: a drag has no time for tables. */
  fillDetails() {
    if (!this.details.open || !this.figure) return;
    this.caption.textContent = this.figure.caption;
    const { columns, rows } = this.figure.table;
    const cells = rows.slice(0, 60).map((row) => row.map((one) => short(one)));
    this.numbers.replaceChildren(table(columns, cells, say("view_table", { title: this.figure.title })));
  }
}

/**
 * While something is dragged the ground of a contour stands still under it: axes that followed would
 * run away from the hand. Only paths and points are the newest.
 */
function still(figure, held) {
  const [now, ...more] = figure.panels;
  const [old] = held.panels;
  const heights = old.layers.filter((one) => one.kind === "contours");
  const same = old.x.label === now.x.label && old.y.label === now.y.label;
  if (!heights.length || more.length || !same || !now.layers.some((one) => one.kind === "contours")) return figure;
  const layers = [...heights, ...now.layers.filter((one) => one.kind !== "contours")];
  return { ...figure, panels: [{ ...now, layers, x: old.x, y: old.y, equal: old.equal }] };
}

/** How tall a plot of some width is. */
function heightOf(panel, width, tall) {
  const share = panel.equal || panel.layers.some((one) => one.kind === "contours") ? 0.86 : 0.68;
  return Math.round(Math.min(Math.max(width * share, 200), tall ?? 380));
}

class Plot {
  constructor(view, at) {
    this.view = view;
    this.space = false;
    this.title = el("p", { class: "panel-title", hidden: true });
    this.root = svg("svg", { role: "img" });
    this.line = el("p", { class: "readout", "aria-live": "polite" });
    this.legend = el("ul", { class: "legend" });
    this.plot = el("div", { class: "plot", tabindex: "0", role: "group" });
    this.plot.append(this.root);
    this.node = el("div", { class: "panel" }, this.title, this.plot, this.line, this.legend);
    readable(this.plot, this.root, this.line, () => ({ panel: this.panel, drawn: this.drawn }));
    this.at = at;
  }

  show(panel, figure) {
    const width = Math.floor(this.plot.clientWidth);
    if (!width) return;
    this.panel = panel;
    const size = { width, height: heightOf(panel, width, this.view.options.tall) };
    this.root.setAttribute("width", size.width);
    this.root.setAttribute("height", size.height);
    this.drawn = drawPanel(this.root, panel, size);
    name(this, panel, figure);
    legend(this.legend, panel);
  }

  /** Rings a place; one outside the frame is rung at its edge. */
  ring({ x, y }, name) {
    if (!this.drawn) return;
    const { scales, frame } = this.drawn;
    const [px, py] = [scales.x(x), scales.y(y)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) return;
    const inside = (value, from, size) => Math.min(Math.max(value, from), from + size);
    const [cx, cy] = [inside(px, frame.left, frame.width), inside(py, frame.top, frame.height)];
    this.root.append(svg("g", { class: "found" }, svg("circle", { cx, cy, r: 13, class: "halo" }), svg("circle", { cx, cy, r: 13 })));
    const facts = { name, x_name: this.panel.x.label, x: short(x), y_name: this.panel.y.label, y: short(y) };
    this.line.textContent = say("readout_named", facts);
  }

  unmark() {
    this.line.textContent = "";
  }
}

/** Names for who cannot see the picture; set only if they changed, so that nothing is read twice. */
function name(plot, panel, figure) {
  const heading = [panel.title, panel.note].filter(Boolean).join(" · ");
  plot.title.hidden = !heading;
  if (plot.title.textContent !== heading) plot.title.textContent = heading;
  const label = say("plot_label", { title: heading || figure.title });
  if (plot.plot.getAttribute("aria-label") !== label) plot.plot.setAttribute("aria-label", label);
  const alt = figure.panels.length > 1 ? `${heading} ${figure.alt}` : figure.alt;
  const root = plot.root ?? plot.canvas;
  if (root.getAttribute("aria-label") !== alt) root.setAttribute("aria-label", alt);
}

function legend(list, panel) {
  const named = panel.layers.filter((one) => one.label && one.kind !== "band");
  const key = named.map((one) => `${one.kind}|${one.style}|${one.label}`).join("\n");
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...named.map((one) => el("li", {}, swatch(one), el("span", {}, one.label))));
}

/** A panel in space: turned by arrow keys, by buttons, by dragging. */
class SpacePlot {
  constructor(view) {
    this.view = view;
    this.space = true;
    this.look = firstView();
    this.title = el("p", { class: "panel-title", hidden: true });
    this.canvas = el("canvas", { role: "img" });
    this.plot = el("div", { class: "plot space", tabindex: "0", role: "group" }, this.canvas);
    this.legend = el("ul", { class: "legend" });
    this.node = el("div", { class: "panel" }, this.title, this.plot, this.buttons(), this.legend);
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.drag();
  }

  buttons() {
    const moves = { turn_left: [-TURN, 0], turn_right: [TURN, 0], turn_up: [0, TURN], turn_down: [0, -TURN] };
    const made = Object.entries(moves).map(([word, move]) =>
      el("button", { type: "button", class: "quiet", "data-word": word, click: () => this.turn(...move) }, say(word)),
    );
    return el("p", { class: "row turning" }, ...made);
  }

  key(event) {
    const move = { ArrowLeft: [-TURN, 0], ArrowRight: [TURN, 0], ArrowUp: [0, TURN], ArrowDown: [0, -TURN] }[event.key];
    if (!move) return;
    event.preventDefault();
    this.turn(...move);
  }

  drag() {
    let last = null;
    this.plot.addEventListener("pointerdown", (event) => {
      last = [event.clientX, event.clientY];
      this.plot.setPointerCapture(event.pointerId);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (!last) return;
      this.turn((last[0] - event.clientX) * 0.5, (event.clientY - last[1]) * 0.5);
      last = [event.clientX, event.clientY];
    });
    for (const end of ["pointerup", "pointercancel"]) this.plot.addEventListener(end, () => (last = null));
  }

  turn(across, up) {
    this.look = turned(this.look, across, up);
    requestAnimationFrame(() => this.show(this.panel, this.figure));
  }

  show(panel, figure) {
    const width = Math.floor(this.plot.clientWidth);
    if (!width) return;
    this.panel = panel;
    this.figure = figure;
    const size = { width, height: Math.round(Math.min(width * 0.72, 520)) };
    this.canvas.style.width = `${size.width}px`;
    this.canvas.style.height = `${size.height}px`;
    drawSpace(this.canvas, panel, size, this.look);
    this.canvas.dataset.azimuth = String(this.look.azimuth);
    name(this, panel, figure);
    legend(this.legend, panel);
  }
}
