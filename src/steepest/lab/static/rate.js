/**
 * The learning rate, the one control that everything turns on: a logarithmic slider whose track shows
 * for this very data which rates are slow, do not overshoot, oscillate and diverge.
 */

import { el } from "./dom.js";
import { wide } from "./layers.js";
import { short, typed } from "./numbers.js";
import { change, current } from "./state.js";
import { called, say } from "./words.js";

const STEPS = 1000;
/** The handle's half width: a native slider's ends stand that far inside its box. */
const THUMB = 13;
/** Half of what the handle covers, with its border. */
const HANDLE = 17;

/** The rate control; `show(answer)` gives it the regimes and the rate of the drawn figure. */
export class RateControl {
  constructor(root) {
    this.low = 1e-3;
    this.high = 1;
    this.slider = el("input", { type: "range", id: "rate-slider", min: "0", max: String(STEPS), step: "1" });
    this.box = el("input", { type: "number", id: "rate-box", min: "0", step: "any", inputmode: "decimal" });
    this.auto = el("button", { type: "button", "data-word": "rate_auto" });
    this.name = el("h2", { id: "rate-name", "data-word": "rate" });
    this.value = el("output", { class: "big", id: "rate-value", for: "rate-slider" });
    this.regime = el("span", { class: "regime", id: "rate-regime" });
    this.track = el("div", { class: "track", "aria-hidden": "true" });
    this.marks = el("div", { class: "marks", role: "group" });
    this.about = el("p", { class: "soft about" });
    const head = el("div", { class: "rate-head" }, this.name, this.value, this.regime);
    const typedIn = el("p", { class: "row" }, el("label", { for: "rate-box", class: "hidden", "data-word": "rate_box" }), this.box, this.auto);
    head.append(typedIn);
    this.bands = el("ul", { class: "band-names", "aria-hidden": "true" });
    const slot = el("div", { class: "slot" }, this.track, this.slider);
    // head and slider stay in sight on a narrow page, over the pictures that they change
    this.meanings = el("details", { class: "fold", open: true }, el("summary", { "data-word": "rate_marks" }, say("rate_marks")), this.bands, this.marks, this.about);
    root.append(el("div", { class: "rate-hold" }, head, slot), this.meanings);
    this.listen();
  }

  /** On a narrow page what rates mean stands behind the first pictures. */
  narrowed(narrow, pictures) {
    if (narrow) pictures.after(this.meanings);
    else this.slider.closest(".rate-hold").after(this.meanings);
  }

  listen() {
    this.slider.addEventListener("input", () => change({ rate: this.rateAt(this.slider.value) }, { live: true }));
    this.slider.addEventListener("change", () => change({ rate: this.rateAt(this.slider.value) }));
    this.box.addEventListener("change", () => {
      const rate = Number(this.box.value);
      if (rate > 0 && Number.isFinite(rate)) change({ rate });
      else this.box.value = typed(this.drawn ?? 0);
    });
    this.auto.addEventListener("click", () => change({ rate: "auto" }));
    new ResizeObserver(() => this.regimes && this.drawTrack(this.regimes)).observe(this.track);
  }

  rateAt(place) {
    return Number((this.low * (this.high / this.low) ** (place / STEPS)).toPrecision(4));
  }

  placeOf(rate) {
    return Math.min(Math.max(Math.log(rate / this.low) / Math.log(this.high / this.low), 0), 1);
  }

  /** The label shows the rate of the picture that is drawn, never one that is still on its way. */
  show(answer, live) {
    const rate = answer.numbers.learning_rate;
    const { regimes } = answer;
    if (regimes?.bands?.length) this.range(regimes);
    else this.bare(rate, live, regimes);
    if (rate === null || rate === undefined) return;
    this.drawn = rate;
    const regime = regimes?.bands && regimeOf(regimes, rate);
    this.value.textContent = short(rate);
    const kind = answer.numbers.rate_kind;
    this.regime.textContent = regime ? say(`regime_${regime}`) : kind ? say(`rate_${kind}`) : "";
    this.regime.dataset.regime = regime ?? "";
    this.slider.setAttribute("aria-valuetext", regime ? say("rate_spoken", { rate: short(rate), regime: say(`regime_${regime}`) }) : short(rate));
    if (!live) {
      this.slider.value = String(Math.round(this.placeOf(rate) * STEPS));
      if (document.activeElement !== this.box) this.box.value = typed(rate);
    }
    this.auto.setAttribute("aria-pressed", String(current().rate === "auto"));
    this.slider.setAttribute("aria-labelledby", "rate-name");
    this.clear();
  }

  /** Names of bands make way for the handle: to the wider side of it, or away. */
  clear() {
    const width = this.track.clientWidth - 2 * THUMB;
    const at = THUMB + (Number(this.slider.value) / STEPS) * width;
    for (const { node, name, left, right, needs } of this.names ?? []) {
      const middle = (left + right) / 2;
      const covered = Math.abs(middle - at) < needs / 2 + HANDLE;
      const rooms = [at - HANDLE - left, right - at - HANDLE];
      const side = rooms[0] > rooms[1] ? 0 : 1;
      node.style.paddingRight = covered && side === 0 ? `${right - at + HANDLE}px` : "0";
      node.style.paddingLeft = covered && side === 1 ? `${at + HANDLE - left}px` : "0";
      name.hidden = covered && rooms[side] < needs;
    }
  }

  /** Without bounds (rules that claim none, formulas) the track is plain and wide. */
  bare(rate, live, regimes) {
    if (live || !(rate > 0)) return;
    const decade = Math.floor(Math.log10(rate));
    this.low = regimes?.low ?? 10 ** (decade - 3);
    this.high = regimes?.high ?? 10 ** (decade + 3);
    this.regimes = null;
    this.names = [];
    for (const node of [this.track, this.marks, this.bands]) node.replaceChildren();
    this.about.textContent = say("rate_unbounded");
  }

  range(regimes) {
    const key = JSON.stringify(regimes.bands) + JSON.stringify(regimes.marks) + document.documentElement.lang;
    this.low = regimes.low;
    this.high = regimes.high;
    if (this.key === key && this.regimes) return;
    this.key = key;
    this.regimes = regimes;
    this.about.textContent = regimes.sentence ?? "";
    this.drawTrack(regimes);
    this.drawMarks(regimes);
  }

  drawTrack({ bands }) {
    const width = this.track.clientWidth - 2 * THUMB;
    let all = true;
    this.names = [];
    const nodes = bands.map(({ name, low, high }) => {
      const from = this.placeOf(Math.max(low ?? this.low, this.low));
      const to = this.placeOf(Math.min(high ?? this.high, this.high));
      const needs = wide(say(`regime_${name}`), 15) + 8;
      const fits = (to - from) * width > needs;
      all &&= fits || to <= from;
      const node = el("span", { class: `band band-${name}` }, fits ? el("span", {}, say(`regime_${name}`)) : "");
      const left = from <= 0 ? 0 : THUMB + from * width;
      const right = to >= 1 ? width + 2 * THUMB : THUMB + to * width;
      node.style.left = `${left}px`;
      node.style.width = `${Math.max(0, right - left)}px`;
      if (fits) this.names.push({ node, name: node.firstChild, left, right, needs });
      return node;
    });
    const lines = this.regimes.marks.map(({ value }) => {
      const node = el("span", { class: "mark-line" });
      node.style.left = `${THUMB + this.placeOf(value) * width}px`;
      return node;
    });
    this.track.replaceChildren(...nodes, ...lines);
    this.clear();
    // a band too narrow for its name: all of them are named below
    this.bands.replaceChildren(...(all ? [] : bands.map(({ name }) => el("li", {}, el("span", { class: `band-swatch band-${name}` }), say(`regime_${name}`)))));
  }

  /** Marks that fall on one another are one: on round valleys 1/L is the best rate. */
  drawMarks({ marks }) {
    const groups = [];
    for (const one of marks) {
      const last = groups[groups.length - 1];
      if (last && Math.abs(last.value / one.value - 1) < 1e-6) last.names.push(one.name);
      else groups.push({ names: [one.name], value: one.value });
    }
    this.marks.setAttribute("aria-label", say("rate_marks"));
    this.marks.replaceChildren(...groups.map((one) => this.mark(one)));
  }

  mark({ names, value }) {
    const name = names.map((one) => called("mark", one)).join(" = ");
    // the formulas are those of plain batch descent, which has all three marks
    const formula = this.regimes.marks.length === 3 ? names.map((one) => FORMULAS[one] ?? one).join(" = ") : "";
    const rate = Number(value.toPrecision(6));
    return el(
      "button",
      { type: "button", class: "quiet mark", click: () => change({ rate }) },
      el("span", { class: "math" }, formula),
      el("span", {}, short(value)),
      el("span", { class: "soft" }, name),
    );
  }
}

const FORMULAS = { safe: "1/L", best: "2/(μ + L)", largest: "2/L" };

/** The band that a rate lies in. */
function regimeOf({ bands }, rate) {
  // the automatic rate is 1/L but for its last digits, and belongs below that edge
  const found = bands.find(({ high }) => rate < (high ?? Infinity) * (1 + 1e-6)) ?? bands[bands.length - 1];
  return found ? found.name : null;
}
