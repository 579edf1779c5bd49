/** Up to five runs on the same axes, and the map of what rates and batch sizes end in. */

import { byId, el, fresh } from "./dom.js";
import { short } from "./numbers.js";
import { asked, change, current, decodeHash, encodeHash, replace } from "./state.js";
import { swatch } from "./layers.js";
import { called, say } from "./words.js";
import { View } from "./view.js";
import { api, page } from "./wire.js";

const MOST = 5;
const AXES = ["epoch", "update", "rows", "seconds"];
const LEFT_OUT = ["kept", "tab", "theme", "lang", "compare_x", "step", "h", "at", "x"];

/** The kept runs of a state: addresses, parted by a bar. */
export const keptOf = (state) => (state.kept ? String(state.kept).split("|") : []);

function summary(state) {
  return encodeHash(Object.fromEntries(Object.entries(state).filter(([name]) => !LEFT_OUT.includes(name))));
}

/** Keeps the present run for comparison. */
export function keepRun(answer) {
  const kept = keptOf(current());
  const rate = answer.numbers.learning_rate;
  const mine = summary({ ...current(), rate: rate ?? current().rate });
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
    if (!kept.length) return this.fill([], {}, kept);
    this.node.setAttribute("aria-busy", "true");
    try {
      const states = kept.map((one) => asked({ ...decodeHash(one), lang: state.lang, kept: undefined }));
      const answer = await api("api/compare", { states, x: axis, lang: state.lang, page });
      if (this.key === key) this.fill(answer.runs, answer.figures, kept);
    } catch (error) {
      this.hint.textContent = `${error.message} ${error.remedy ?? ""}`;
    } finally {
      this.node.setAttribute("aria-busy", "false");
    }
    return undefined;
  }

  fill(runs, figures, kept) {
    this.runs = runs;
    this.list.replaceChildren(...runs.map((run, at) => this.entry(run, at, kept)));
    this.views[0].show(figures.loss, kept.length ? say("compare_no_picture") : "");
    this.views[1].show(figures.contour, "");
  }

  entry(run, at, kept) {
    const style = { kind: "line", style: `run-${at + 1}`, marks: true };
    const remove = () => change({ kept: kept.filter((_, which) => which !== at).join("|") || undefined });
    const open = () => replace({ ...decodeHash(kept[at]), kept: current().kept });
    return el(
      "li",
      { "data-ending": run.ending },
      swatch(style),
      el("span", {}, el("b", {}, run.name), " ", run.sentence ?? ""),
      el("button", { type: "button", class: "quiet", click: open, "aria-label": say("compare_open_named", { name: run.name }) }, say("compare_open")),
      el("button", { type: "button", class: "quiet", click: remove, "aria-label": say("compare_remove_named", { name: run.name }) }, say("compare_remove")),
    );
  }
}

/** The tab of the map. */
export class Sweep {
  constructor() {
    this.view = new View("sweep");
    this.button = el("button", { type: "button", class: "main", "data-word": "sweep_go", click: () => this.go() }, say("sweep_go"));
    this.told = el("p", { class: "soft" });
    this.cells = el("div", {});
    this.node = el("div", {}, el("p", { "data-word": "sweep_about" }, say("sweep_about")), el("div", { class: "row" }, this.button), this.told, this.view.node, this.cells);
  }

  async go() {
    const state = asked();
    this.button.disabled = true;
    this.told.textContent = say("working");
    try {
      const answer = await api("api/sweep", { state: { ...state, kept: undefined }, lang: state.lang, page });
      this.told.textContent = answer.sentence ?? "";
      this.view.show(answer.figure);
      this.fill(answer.cells);
    } catch (error) {
      this.told.textContent = `${error.message} ${error.remedy ?? ""}`;
    } finally {
      this.button.disabled = false;
      this.button.focus();
    }
  }

  /** The same map as a table of buttons: each sets the page to its rate and batch size. */
  fill(cells = []) {
    this.answer = cells;
    const rates = [...new Set(cells.map((one) => one.rate))].sort((a, b) => a - b);
    const batches = [...new Set(cells.map((one) => one.batch))].sort((a, b) => b - a);
    const at = (rate, batch) => cells.find((one) => one.rate === rate && one.batch === batch);
    const head = el("tr", {}, el("th", { scope: "col" }, say("sweep_corner")), ...rates.map((one) => el("th", { scope: "col" }, short(one))));
    const rows = batches.map((batch) =>
      el("tr", {}, el("th", { scope: "row" }, short(batch)), ...rates.map((rate) => el("td", {}, cell(at(rate, batch), rate, batch)))),
    );
    const name = say("sweep_table");
    this.cells.replaceChildren(el("div", { class: "scroll", role: "region", "aria-label": name, tabindex: "0" }, el("table", { class: "map" }, el("thead", {}, head), el("tbody", {}, ...rows))));
  }
}

function cell(found, rate, batch) {
  if (!found) return "–";
  const ending = say(`ending_${found.ending}`);
  const go = () => {
    change({ rate, batch });
    byId("story").scrollIntoView({ block: "start" });
  };
  return el("button", { type: "button", class: `quiet map-${found.ending}`, click: go, title: say("sweep_cell", { ending, loss: short(found.train_loss) }) }, short(found.train_loss));
}
