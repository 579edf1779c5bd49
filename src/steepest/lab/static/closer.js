/** The closer looks: which views and controls each tab holds. */

import { el, fresh } from "./dom.js";
import { rowsOf, short } from "./numbers.js";
import { change } from "./state.js";
import { StepByHand } from "./step.js";
import { say, called, titled } from "./words.js";
import { View } from "./view.js";

/** Tab -> the views that the server is asked for when it is open. */
export const TAB_VIEWS = {
  scaling: ["contour", "contour_other"],
  surface: ["surface"],
  slopes: ["sections", "secant_error", "curvature"],
  step: ["contour", "steps"],
  rates: ["regimes", "divergence", "rates", "spectrum"],
  compare: [],
  sweep: [],
  search: ["search", "boxes", "search_cost"],
  rows: ["residuals", "gradient"],
};

/** What of this a formula has. */
export const FORMULA_TABS = ["step", "surface", "slopes", "compare", "search"];

/** What follows from squared errors alone. */
export const SQUARES_TABS = ["rates", "search"];

/** Builds a tab of views; contours among them get the handle of their own kind. */
export function viewTab(name, files, extra = []) {
  const views = TAB_VIEWS[name].map((one) => new View(one, { files, tall: 420 }));
  const about = el("p", { class: "soft", "data-word": `tab_${name}_about` }, say(`tab_${name}_about`));
  const node = el("div", {}, about, ...extra, el("div", { class: views.length > 1 ? "pair" : "" }, ...views.map((one) => one.node)));
  return { name, node, views };
}

/** The secant's step on a logarithmic slider, and where the sections stand. */
export class SlopeControls {
  constructor() {
    const [slider, box, at] = [fresh("h"), fresh("h-box"), fresh("at")];
    this.slider = el("input", { id: slider, type: "range", min: -12, max: 1, step: 0.05 });
    this.box = el("input", { id: box, type: "number", step: "any", min: 0, inputmode: "decimal", "aria-label": say("h"), "data-word-label": "h" });
    this.at = el("select", { id: at });
    this.slider.addEventListener("input", () => change({ h: this.value() }, { live: true }));
    this.slider.addEventListener("change", () => change({ h: this.value() }));
    this.box.addEventListener("change", () => Number(this.box.value) > 0 && change({ h: Number(this.box.value) }));
    this.at.addEventListener("change", () => change({ at: this.at.value }));
    const row = (...nodes) => el("div", { class: "row" }, ...nodes);
    this.node = el(
      "div",
      { class: "card slope-controls" },
      row(el("label", { for: slider, "data-word": "h" }, say("h")), this.slider, this.box),
      row(el("label", { for: at, "data-word": "at" }, say("at")), this.at),
    );
  }

  value() {
    return Number((10 ** Number(this.slider.value)).toPrecision(3));
  }

  show(state, live) {
    const places = state.data === "formula" ? ["start", "end"] : ["start", "end", "optimum"];
    this.at.replaceChildren(...places.map((one) => el("option", { value: one }, called("at", one))));
    this.at.value = state.at ?? "start";
    this.box.placeholder = say("h_auto");
    this.slider.setAttribute("aria-valuetext", state.h ? short(state.h) : say("h_auto"));
    if (live) return;
    this.slider.value = String(state.h ? Math.log10(state.h) : 0);
    if (document.activeElement !== this.box) this.box.value = state.h ? String(state.h) : "";
  }
}

/** Standardize on and off, beside the two contours that show what it does. */
export class ScalingControls {
  constructor() {
    this.button = el("button", { type: "button", class: "main", click: () => change({ standardize: !this.on }) });
    this.told = el("p", {});
    this.node = el("div", { class: "row" }, this.button, this.told);
  }

  show(state, answer) {
    this.on = Boolean(state.standardize);
    this.button.textContent = say(this.on ? "scaling_off" : "scaling_on");
    const { condition_number: condition, condition_other: other } = answer.numbers;
    this.told.textContent = condition ? say(other ? "scaling_told" : "scaling_told_one", { condition: short(condition), other: short(other) }) : "";
    this.node.hidden = !rowsOf(answer);
  }
}

const MOST_RANGES = 6;

/** Which search stands beside descent, how fine it is and what it goes through. */
export class SearchControls {
  constructor() {
    const [method, points] = [fresh("method"), fresh("points")];
    this.method = el("select", { id: method });
    this.method.addEventListener("change", () => change({ method: this.method.value }));
    this.points = el("input", { id: points, type: "number", min: 2, step: 1, inputmode: "numeric" });
    this.points.addEventListener("change", () => change({ points: Number(this.points.value) >= 2 ? Math.round(Number(this.points.value)) : undefined }));
    this.ranges = el("div", { class: "ranges", role: "group" });
    this.node = el(
      "div",
      { class: "card slope-controls" },
      el("div", { class: "row" }, el("label", { for: method, "data-word": "method" }, say("method")), this.method, el("label", { for: points, "data-word": "points_each" }, say("points_each")), this.points),
      this.ranges,
    );
  }

  /** One row for each parameter; ends left empty are chosen by the server. */
  rows(names) {
    const mark = [document.documentElement.lang, ...names].join("\n");
    if (this.mark === mark) return;
    this.mark = mark;
    this.names = names;
    this.ranges.setAttribute("aria-label", say("ranges"));
    this.ends = names.map((name) => ["low", "high"].map((end) => el("input", { type: "number", step: "any", inputmode: "decimal", placeholder: say("range_auto"), "aria-label": say(`range_${end}`, { name: titled(name) }) })));
    for (const pair of this.ends) for (const one of pair) one.addEventListener("change", () => this.send());
    this.ranges.replaceChildren(...names.map((name, at) => el("div", { class: "row" }, el("span", { class: "range-name" }, titled(name)), this.ends[at][0], el("span", { "aria-hidden": "true" }, "–"), this.ends[at][1])));
    this.ranges.prepend(el("p", { class: "soft note" }, say("ranges_about")));
  }

  send() {
    const told = this.ends.map(([low, high], at) => (low.value !== "" && high.value !== "" && Number(low.value) < Number(high.value) ? `${this.names[at]}=${Number(low.value)}:${Number(high.value)}` : null));
    const ranges = told.filter((one) => one !== null);
    change({ ranges: ranges.length ? ranges : undefined });
  }

  fill(ranges) {
    const given = new Map((Array.isArray(ranges) ? ranges : []).map((one) => /^(.*)=([^=]*):([^=:]*)$/.exec(one)).filter(Boolean).map(([, name, ...ends]) => [name, ends]));
    // an end that is still alone is being typed
    this.ends.forEach((pair, at) => pair.forEach((one, which) => {
      const half = pair.some((end) => end.value === "") && pair.some((end) => end.value !== "");
      if (document.activeElement !== one && (given.has(this.names[at]) || !half)) one.value = given.get(this.names[at])?.[which] ?? "";
    }));
  }

  show(state, answer) {
    this.rows((answer.names ?? []).slice(0, MOST_RANGES));
    this.fill(state.ranges);
    if (document.activeElement !== this.points) this.points.value = state.points ?? "";
    this.points.placeholder = say("range_auto");
    this.method.replaceChildren(...["descent", "exhaustive", "coarse-to-fine"].map((one) => el("option", { value: one }, called("method", one))));
    this.method.value = state.method ?? "descent";
  }
}

export { StepByHand };
