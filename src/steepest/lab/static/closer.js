/** The closer looks: which views and controls each tab holds. */

import { el, fresh } from "./dom.js";
import { rowsOf, short } from "./numbers.js";
import { change } from "./state.js";
import { StepByHand } from "./step.js";
import { say, called } from "./words.js";
import { View } from "./view.js";

/** Tab -> the views that the server is asked for when it is open. */
export const TAB_VIEWS = {
  scaling: ["contour", "contour_other"],
  surface: ["surface"],
  slopes: ["sections", "secant_error"],
  step: ["contour", "steps"],
  rates: ["regimes", "divergence", "rates", "spectrum"],
  compare: [],
  sweep: [],
  search: ["search", "boxes", "search_cost"],
  rows: ["residuals", "gradient"],
};

/** What of this a formula has. */
export const FORMULA_TABS = ["step", "surface", "slopes", "compare", "search"];

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
    this.at.replaceChildren(...["start", "end", "optimum"].map((one) => el("option", { value: one }, called("at", one))));
    this.at.value = state.at ?? "start";
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

/** Which search stands beside descent. */
export class SearchControls {
  constructor() {
    const id = fresh("method");
    this.method = el("select", { id });
    this.method.addEventListener("change", () => change({ method: this.method.value }));
    this.node = el("div", { class: "row" }, el("label", { for: id, "data-word": "method" }, say("method")), this.method);
  }

  show(state) {
    this.method.replaceChildren(...["descent", "exhaustive", "coarse-to-fine"].map((one) => el("option", { value: one }, called("method", one))));
    this.method.value = state.method ?? "descent";
  }
}

export { StepByHand };
