/** Up to five runs on the same axes, and the map of what rates and batch sizes end in. */

import { byId, el, fresh } from "./dom.js";
import { short } from "./numbers.js";
import { asked, change, current, decodeHash, encodeHash, replace } from "./state.js";
import { toast } from "./keep.js";
import { swatch } from "./layers.js";
import { called, say } from "./words.js";
import { View } from "./view.js";
import { drawnAnswer } from "./wire.js";

const MOST = 5;
const AXES = ["epoch", "update", "rows", "seconds"];
const LEFT_OUT = ["kept", "tab", "theme", "lang", "compare_x", "step", "h", "at", "x"];

/** The kept runs of a state: addresses, parted by a bar. */
const keptOf = (state) => (state.kept ? String(state.kept).split("|") : []);

/** A run's address, without what only the page knows. */
export function summary(state) {
  return encodeHash(Object.fromEntries(Object.entries(state).filter(([name]) => !LEFT_OUT.includes(name))));
}

/** Keeps the run that is drawn for comparison: its own state, not one that is still on its way. */
export function keepRun(answer) {
  const kept = keptOf(current());
  const mine = summary({ ...answer.state, rate: answer.numbers.learning_rate ?? answer.state.rate, kept: undefined });
  if (kept.includes(mine)) return "compare_there";
  if (kept.length >= MOST) return "compare_full";
  change({ kept: [...kept, mine].join("|") });
  return "compare_kept";
}

/** The tab of kept runs. */
export class Compare {
  constructor(files) {
    const id = fresh("axis");
    this.axis = el("select", { id });
    this.list = el("ol", { class: "kept" });
    this.hint = el("p", { class: "soft" });
    this.views = [new View("compare_loss", { files: null }), new View("compare_contour", { files: null })];
    this.axis.addEventListener("change", () => change({ compare_x: this.axis.value }));
    this.files = files;
    this.node = el(
      "div",
      {},
      el("div", { class: "row" }, el("label", { for: id, "data-word": "compare_x" }, say("compare_x")), this.axis),
      this.hint,
      this.list,
      el("div", { class: "pair" }, ...this.views.map((one) => one.node)),
    );
  }

  /** Asks again only when kept runs, axis or language changed. */
  async show(state) {
    const kept = keptOf(state);
    const axis = AXES.includes(state.compare_x) ? state.compare_x : "epoch";
    this.axis.replaceChildren(...AXES.map((one) => el("option", { value: one }, called("x", one))));
    this.axis.value = axis;
    this.hint.textContent = kept.length ? say("compare_some", { count: kept.length, most: MOST }) : say("compare_none", { most: MOST });
    const key = [state.lang, axis, ...kept].join("|");
    if (key === this.key) return;
    this.key = key;
    if (!kept.length) return this.fill({ runs: [], figures: {} }, kept);
    if (this.flying) {
      // one question at a time: the newest wish is asked when the answer is here
      this.key = null;
      this.wish = state;
      return undefined;
    }
    this.flying = true;
    this.node.setAttribute("aria-busy", "true");
    try {
      const states = kept.map((one) => asked({ ...decodeHash(one), lang: state.lang, kept: undefined }));
      const answer = await drawnAnswer("api/compare", { states, x: axis, lang: state.lang });
      if (this.key === key) this.fill(answer, kept);
    } catch (error) {
      this.hint.textContent = `${error.message} ${error.remedy ?? ""}`;
    } finally {
      this.flying = false;
      this.node.setAttribute("aria-busy", "false");
    }
    const { wish } = this;
    this.wish = null;
    return wish ? this.show(wish) : undefined;
  }

  fill({ runs, figures, missing = {} }, kept) {
    this.runs = runs;
    const names = namesOf(runs);
    this.list.replaceChildren(...runs.map((run, at) => this.entry(run, at, kept, names[at])));
    this.views[0].show(named(figures.loss, names), missing.loss);
    this.views[1].show(named(figures.contour, names), missing.contour);
  }

  entry(run, at, kept, name) {
    const style = { kind: "line", style: `run-${at + 1}`, marks: true };
    const remove = () => change({ kept: kept.filter((_, which) => which !== at).join("|") || undefined });
    const open = () => replace({ ...decodeHash(kept[at]), kept: current().kept });
    return el(
      "li",
      { "data-ending": run.verdict.ending },
      swatch(style),
      el("span", {}, el("b", {}, `${at + 1}. ${name}`), " ", run.verdict.sentence),
      el("button", { type: "button", class: "quiet", click: open, "aria-label": say("compare_open_named", { name }) }, say("compare_open")),
      el("button", { type: "button", class: "quiet", click: remove, "aria-label": say("compare_remove_named", { name }) }, say("compare_remove")),
    );
  }
}

const TOLD = ["data", "formula", "method", "rule", "momentum", "rate", "batch", "schedule", "standardize", "epochs", "noise", "start", "seed", "order", "loss", "loss_parameter", "penalty", "alpha", "l1_ratio"];

/** What tells runs apart: the settings in which they differ, the rate where they differ in none. */
function namesOf(runs) {
  const value = ({ state, numbers }, key) => (key === "rate" ? (numbers.learning_rate ?? state.rate) : state[key]);
  const differs = (key) => new Set(runs.map((one) => JSON.stringify(value(one, key)))).size > 1;
  const keys = TOLD.filter(differs);
  return runs.map((one) => (keys.length ? keys : ["rate"]).map((key) => told(key, value(one, key))).join(", "));
}

function told(key, value) {
  if (key === "data" || key === "formula") return short(value);
  if (key === "batch") return `${say("batch")} ${value === "all" ? say("batch_whole") : short(value)}`;
  if (key === "start") return `${say("start_word")} ${Array.isArray(value) ? value.map(short).join(", ") : short(value)}`;
  if (typeof value === "boolean") return `${say(key)}: ${say(value ? "value_yes" : "value_no")}`;
  return `${say(key)} ${typeof value === "number" ? short(value) : called(key, value)}`;
}

/** A figure of compared runs, its runs called by what tells them apart. */
function named(figure, names) {
  const label = (layer) => {
    const at = /^run-(\d)/.exec(layer.style);
    return at && layer.label && names[at[1] - 1] ? `${at[1]}. ${names[at[1] - 1]}` : layer.label;
  };
  const panels = figure?.panels.map((panel) => ({ ...panel, layers: panel.layers.map((layer) => ({ ...layer, label: label(layer) })) }));
  return figure && { ...figure, panels };
}

/** Milliseconds after which whoever waits for a map is told why. */
const PATIENCE = 1500;

/** The tab of the map. */
export class Sweep {
  constructor() {
    this.view = new View("sweep", { drawn: (view) => this.cellsOn(view) });
    this.grid = el("div", { class: "map-cells", role: "group" });
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.at = 0;
    this.button = el("button", { type: "button", class: "main", "data-word": "sweep_go", click: () => this.go() }, say("sweep_go"));
    this.told = el("p", { class: "soft" });
    this.cells = el("div", {});
    this.node = el("div", {}, el("p", { "data-word": "sweep_about" }, say("sweep_about")), el("div", { class: "row" }, this.button), this.told, this.view.node, this.cells);
  }

  async go() {
    const state = asked();
    this.button.disabled = true;
    this.told.textContent = say("working");
    const slow = setTimeout(() => (this.told.textContent = say("sweep_first")), PATIENCE);
    try {
      const answer = await drawnAnswer("api/sweep", { state: { ...state, kept: undefined }, lang: state.lang });
      this.told.textContent = answer.figures.sweep.caption;
      this.at = 0;
      this.view.show(answer.figures.sweep);
      this.fill(answer.figures.sweep);
    } catch (error) {
      this.told.textContent = `${error.message} ${error.remedy ?? ""}`;
    } finally {
      clearTimeout(slow);
      this.button.disabled = false;
    }
  }

  /** Every run of the map is a button where it is drawn: one stop of the Tab key, arrows go on from there. */
  cellsOn(view) {
    const [plot] = view.plots;
    if (!plot?.drawn) return;
    const { rows } = view.figure.table;
    const sizes = [...new Set(rows.map(([, batch]) => batch))].sort((a, b) => a - b);
    const { scales } = plot.drawn;
    const held = this.grid.contains(document.activeElement);
    this.across = rows.length / sizes.length;
    this.grid.setAttribute("aria-label", say("sweep_cells"));
    this.grid.replaceChildren(...rows.map(([rate, batch, outcome], at) => {
      const facts = { rate: short(rate), batch: short(batch) };
      const name = `${say("sweep_set", facts)} (${outcome})`;
      const node = el("button", { type: "button", class: "map-cell", title: name, "aria-label": name, tabindex: at === this.at ? 0 : -1 });
      node.addEventListener("click", () => {
        this.stand(at);
        change({ rate, batch });
        toast(say("sweep_done", facts));
      });
      node.style.left = `${scales.x(rate)}px`;
      node.style.top = `${scales.y(sizes.indexOf(batch))}px`;
      return node;
    }));
    if (this.grid.parentNode !== plot.plot) plot.plot.append(this.grid);
    if (held) this.grid.children[this.at]?.focus({ preventScroll: true });
  }

  stand(at) {
    const cells = [...this.grid.children];
    cells.forEach((one, which) => (one.tabIndex = which === at ? 0 : -1));
    this.at = at;
    cells[at].focus();
  }

  key(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: this.across, ArrowDown: -this.across }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const to = this.at + way;
    const beside = Math.abs(way) > 1 || Math.floor(to / this.across) === Math.floor(this.at / this.across);
    if (beside && this.grid.children[to]) this.stand(to);
  }

  /** The same map as a table of buttons: each sets the page to its rate and batch size. */
  fill({ table: { columns, rows } }) {
    const head = el("tr", {}, ...columns.map((one) => el("th", { scope: "col" }, one)));
    const body = rows.map(([rate, batch, ...rest]) => {
      const go = () => {
        change({ rate, batch });
        byId("story").scrollIntoView({ block: "start" });
      };
      const button = el("button", { type: "button", class: "quiet", click: go, "aria-label": say("sweep_set", { rate: short(rate), batch: short(batch) }) }, short(rate));
      return el("tr", {}, el("th", { scope: "row" }, button), el("td", {}, short(batch)), ...rest.map((one) => el("td", {}, short(one))));
    });
    const name = say("sweep_table");
    const made = el("table", { class: "map" }, el("caption", {}, name), el("thead", {}, head), el("tbody", {}, ...body));
    this.cells.replaceChildren(el("details", {}, el("summary", {}, name), el("div", { class: "scroll", role: "region", "aria-label": name, tabindex: "0" }, made)));
  }
}
