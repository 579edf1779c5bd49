/** One step by hand: the formula with this step's numbers in it, and the same step on the contour. */

import { el, fresh, svg, table } from "./dom.js";
import { count, short } from "./numbers.js";
import { change, current } from "./state.js";
import { say } from "./words.js";

/** Builds the part; `show(answer)` fills it. */
export class StepByHand {
  constructor() {
    const id = fresh("step");
    this.slider = el("input", { type: "range", min: 0, max: 1, step: 1, id });
    this.box = el("output", { for: id, class: "big" });
    this.back = el("button", { type: "button", "data-word": "step_back", click: () => this.go(-1) }, say("step_back"));
    this.next = el("button", { type: "button", "data-word": "step_next", click: () => this.go(1) }, say("step_next"));
    this.formula = el("p", { class: "math formula" });
    this.told = el("p", {});
    this.rows = el("div", {});
    this.slider.addEventListener("input", () => change({ step: Number(this.slider.value) }, { live: true }));
    this.slider.addEventListener("change", () => change({ step: Number(this.slider.value) }));
    this.node = el(
      "section",
      { class: "card by-hand" },
      el("div", { class: "row" }, el("label", { for: id, "data-word": "step_name" }, say("step_name")), this.back, this.slider, this.next, this.box),
      this.formula,
      this.rows,
      this.told,
    );
  }

  go(by) {
    change({ step: Math.min(Math.max((current().step ?? 0) + by, 0), Number(this.slider.max)) });
  }

  show(answer, live) {
    const { steps } = answer;
    this.node.hidden = !steps;
    this.steps = steps ?? null;
    if (!steps) return;
    this.slider.max = String(Math.max(0, steps.last));
    if (!live) this.slider.value = String(steps.number);
    this.box.textContent = say("step_of", { step: count(steps.number + 1), count: count(steps.last + 1) });
    this.slider.setAttribute("aria-valuetext", this.box.textContent);
    const { penalty, alpha, l1_ratio: share } = answer.numbers;
    // a penalty of sizes takes its own step after every update
    const shrunk = penalty === "l1" ? alpha : penalty === "elasticnet" ? alpha * share : 0;
    this.shrunk = shrunk * steps.rate;
    const plain = (current().rule ?? "plain") === "plain" && !this.shrunk;
    this.formula.textContent = plain ? say("step_formula", { rate: short(steps.rate) }) : steps.formula;
    const sum = (one) => (plain ? `${short(one.before)} − ${short(steps.rate)} × ${signed(one.gradient)}` : "–");
    const rows = steps.parameters.slice(0, 12).map((one) => [one.name, short(one.before), short(one.gradient), sum(one), short(one.after)]);
    this.rows.replaceChildren(table(["parameter", "before", "gradient", "sum", "after"].map((one) => say(`step_${one}`)), rows, say("step_table", { step: count(steps.number + 1) })));
    this.told.textContent = this.sentences(steps).join(" ");
  }

  sentences(steps) {
    const told = [say("step_told", { before: short(steps.loss_before), after: short(steps.loss_after) })];
    if (this.shrunk) told.push(say("step_shrunk", { by: short(this.shrunk) }));
    if (steps.angle !== null && steps.angle !== undefined) told.push(say("step_angle", { angle: short(Number(steps.angle.toFixed(1))) }));
    if (steps.batch) told.push(say("step_batch", { batch: count(steps.batch) }));
    return told;
  }

  /** The step that is looked at, ringed on a contour. */
  mark(view) {
    const [plot] = view.plots;
    if (!plot || plot.space) return;
    plot.root.querySelector(".step-mark")?.remove();
    const { steps } = this;
    if (!steps?.from || !steps?.to || !plot.drawn) return;
    const { scales } = plot.drawn;
    const [x0, y0, x1, y1] = [scales.x(steps.from[0]), scales.y(steps.from[1]), scales.x(steps.to[0]), scales.y(steps.to[1])];
    if (![x0, y0, x1, y1].every(Number.isFinite)) return;
    plot.root.append(
      svg("g", { class: "step-mark" }, svg("circle", { cx: x0, cy: y0, r: 9 }), svg("path", { d: `M${x0},${y0}L${x1},${y1}` }), svg("circle", { cx: x1, cy: y1, r: 5, class: "to" })),
    );
  }
}

const signed = (value) => (value < 0 ? `(${short(value)})` : short(value));
