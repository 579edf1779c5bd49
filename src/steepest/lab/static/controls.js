/**
 * The other controls, each a native form element with its label: they work by keyboard and are read
 * out without further ado. Numbers can be typed wherever they can be dragged.
 */

import { el, fresh } from "./dom.js";
import { count, rowsOf, short, typed } from "./numbers.js";
import { change, settle } from "./state.js";
import { called, say, titled } from "./words.js";

const MOST_STARTS = 8;

/** Builds the form once; `show` keeps it in step with state and answer. */
export class Controls {
  constructor(root, menu) {
    this.root = root;
    this.menu = menu;
    this.fields = [];
    root.addEventListener("submit", (event) => event.preventDefault());
    this.build();
  }

  build() {
    const { choices } = this.menu;
    this.fields.length = 0;
    this.root.replaceChildren(
      group("group_rows", this.batch(), this.choice("order", choices.order), this.toggle("standardize"), this.toggle("intercept")),
      this.goal(choices),
      group("group_steps", this.rule(choices.rule), ...this.momentum(), this.choice("schedule", choices.schedule), this.number("epochs", { min: 1, step: 1 }), this.number("tolerance", { min: 0, step: "any" })),
      this.start(),
      group("group_chance", this.number("seed", { min: 0, step: 1 }), this.number("noise", { min: 0, step: "any" })),
      group("group_view", this.smoothing(), this.choice("x", choices.x ?? []), this.plane()),
    );
  }

  field(name, input, ...more) {
    const id = fresh(name);
    input.id = id;
    input.dataset.state = name;
    const node = el("div", { class: `field field-${name}` }, el("label", { for: id, "data-word": name }, say(name)), ...[input, ...more]);
    return node;
  }

  choice(name, options) {
    const input = el("select", {}, ...options.map((one) => el("option", { value: one }, called(name, one))));
    input.addEventListener("change", () => change({ [name]: input.value }));
    const node = this.field(name, input);
    node.hidden = options.length < 2;
    this.fields.push((state) => {
      for (const one of input.options) one.textContent = called(name, one.value);
      set(input, String(state[name] ?? options[0] ?? ""));
    });
    return node;
  }

  /** What is minimized: a loss with its own parameter, and a penalty with its strengths. */
  goal({ loss, penalty }) {
    const parameter = this.number("loss_parameter", { min: 0, step: "any" });
    const [input] = parameter.getElementsByTagName("input");
    const [alpha, ratio] = [this.number("alpha", { min: 0, step: "any" }), this.number("l1_ratio", { min: 0, step: "any" })];
    this.fields.push((state) => {
      const own = this.menu.loss_parameters[state.loss];
      parameter.classList.toggle("gone", !own);
      if (own) parameter.firstChild.textContent = say(`parameter_${own.name}`);
      input.placeholder = own ? String(own.usual) : "";
      alpha.classList.toggle("gone", (state.penalty ?? "none") === "none");
      ratio.classList.toggle("gone", state.penalty !== "elasticnet");
    });
    const losses = this.choice("loss", loss);
    // a parameter of one loss means nothing to another
    losses.getElementsByTagName("select")[0].addEventListener("change", () => settle({ loss_parameter: undefined }), { capture: true });
    return group("group_goal", losses, parameter, this.choice("penalty", penalty), alpha, ratio);
  }

  toggle(name) {
    const input = el("input", { type: "checkbox", role: "switch" });
    input.addEventListener("change", () => change({ [name]: input.checked }));
    this.fields.push((state) => (input.checked = Boolean(state[name])));
    const node = this.field(name, input);
    node.classList.add("switch");
    return node;
  }

  number(name, { min, step }) {
    const input = el("input", { type: "number", min, step, inputmode: "decimal" });
    input.addEventListener("change", () => {
      const value = Number(input.value);
      if (input.value !== "" && Number.isFinite(value)) change({ [name]: value });
    });
    this.fields.push((state) => set(input, state[name] === undefined || state[name] === null ? "" : String(state[name])));
    return this.field(name, input);
  }

  /** Batch size: powers of two up to all rows on the slider, any number in the box. */
  batch() {
    const slider = el("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": say("batch"), "data-word-label": "batch" });
    const box = el("input", { type: "number", min: 1, step: 1, inputmode: "numeric" });
    const note = el("p", { class: "soft note", id: fresh("batch-note") });
    slider.setAttribute("aria-describedby", note.id);
    const picked = () => this.sizes[Number(slider.value)];
    slider.addEventListener("input", () => change({ batch: picked() }, { live: true }));
    slider.addEventListener("change", () => change({ batch: picked() }));
    box.addEventListener("change", () => {
      const value = Math.round(Number(box.value));
      if (value >= 1) change({ batch: value >= this.rows ? "all" : value });
    });
    this.fields.push((state, answer, live) => {
      const rows = rowsOf(answer) ?? this.rows ?? 1;
      this.rows = rows;
      this.sizes = powers(rows);
      slider.max = String(this.sizes.length - 1);
      const size = state.batch === "all" || state.batch === undefined ? rows : Math.min(state.batch, rows);
      if (!live) {
        slider.value = String(nearest(this.sizes, size, rows));
        set(box, String(size));
      }
      box.max = String(rows);
      const updates = Math.ceil(rows / size);
      note.textContent = say("batch_note", { rows: count(rows), batch: count(size), updates: count(updates) });
      slider.setAttribute("aria-valuetext", size === rows ? say("batch_all", { rows: count(rows) }) : count(size));
    });
    const node = this.field("batch", box, slider, note);
    this.batchNode = node;
    return node;
  }

  /** The update rule; momentum goes with the two that have one. */
  rule(rules) {
    const node = this.choice("rule", rules);
    const kept = (rule) => this.menu.rules.find((one) => one.id === rule)?.hyperparameters.momentum !== undefined;
    const [select] = node.getElementsByTagName("select");
    // heard before the choice itself is told, so that both are one change
    select.addEventListener("change", () => !kept(select.value) && settle({ momentum: undefined }), { capture: true });
    return node;
  }

  /** The momentum of rules that have one, on a slider and as a number; what else a rule holds is only said. */
  momentum() {
    const slider = el("input", { type: "range", min: 0, max: 0.99, step: 0.01, "aria-label": say("momentum"), "data-word-label": "momentum" });
    const box = el("input", { type: "number", min: 0, max: 0.9999, step: "any", inputmode: "decimal" });
    const note = el("p", { class: "soft note" });
    slider.addEventListener("input", () => change({ momentum: Number(slider.value) }, { live: true }));
    slider.addEventListener("change", () => change({ momentum: Number(slider.value) }));
    box.addEventListener("change", () => box.value !== "" && change({ momentum: Number(box.value) }));
    const field = this.field("momentum", box, slider);
    this.fields.push((state, answer, live) => {
      const held = this.menu.rules.find((one) => one.id === state.rule)?.hyperparameters ?? {};
      field.classList.toggle("gone", held.momentum === undefined);
      const value = state.momentum ?? held.momentum ?? 0;
      if (!live) slider.value = String(value);
      set(box, String(value));
      slider.setAttribute("aria-valuetext", short(value));
      const facts = Object.entries(held).filter(([name]) => name !== "momentum");
      note.textContent = facts.map(([name, one]) => `${called("hyper", name)} ${short(one)}`).join(", ");
      note.hidden = !facts.length;
    });
    return [field, note];
  }

  smoothing() {
    const slider = el("input", { type: "range", min: 0, max: 0.99, step: 0.01 });
    const note = el("p", { class: "soft note" });
    slider.addEventListener("input", () => change({ smoothing: Number(slider.value) }, { live: true }));
    slider.addEventListener("change", () => change({ smoothing: Number(slider.value) }));
    this.fields.push((state, answer, live) => {
      const weight = Number(state.smoothing ?? 0);
      if (!live) slider.value = String(weight);
      note.textContent = weight ? say("smoothing_note", { weight: short(weight), window: short(1 / (1 - weight)) }) : say("smoothing_none");
      slider.setAttribute("aria-valuetext", note.textContent);
    });
    return this.field("smoothing", slider, note);
  }

  /** Where the descent starts, one number for each parameter. */
  start() {
    const boxes = el("div", { class: "starts" });
    const zero = el("button", { type: "button", class: "quiet", "data-word": "start_zero", click: () => change({ start: "zero" }) }, say("start_zero"));
    const node = group("group_start", boxes, zero);
    let names = "";
    this.fields.push((state, answer, live) => {
      const parameters = answer?.parameters ?? [];
      node.hidden = !parameters.length || parameters.length > MOST_STARTS;
      const mark = [document.documentElement.lang, ...parameters.map((one) => one.name)].join("\n");
      if (mark !== names) {
        names = mark;
        boxes.replaceChildren(...parameters.map((one, at) => this.startBox(one, at)));
      }
      if (live && document.activeElement?.dataset.at !== undefined) return;
      parameters.forEach((one, at) => boxes.children[at] && set(boxes.children[at].querySelector("input"), typed(one.start, 5)));
    });
    return node;
  }

  startBox({ name }, at) {
    const id = fresh("start");
    const input = el("input", { type: "number", step: "any", id, inputmode: "decimal", "data-at": at });
    input.addEventListener("change", () => {
      const all = [...input.closest(".starts").querySelectorAll("input")].map((one) => Number(one.value) || 0);
      change({ start: all });
    });
    return el("div", { class: "field" }, el("label", { for: id }, titled(name)), input);
  }

  /** Which two parameters the pictures show, where there are more. */
  plane() {
    const node = el("div", { class: "planes", role: "group", "aria-label": say("plane"), "data-word-label": "plane" });
    let names = "";
    this.fields.push((state, answer) => {
      const parameters = answer?.parameters ?? [];
      node.hidden = parameters.length < 3;
      const mark = [document.documentElement.lang, ...parameters.map((one) => one.name)].join("\n");
      if (mark === names || node.hidden) return;
      names = mark;
      const pick = (at) => {
        const select = el("select", { "aria-label": say("plane_axis", { axis: at ? "y" : "x" }) }, el("option", { value: "" }, say("plane_auto")), ...parameters.map((one) => el("option", { value: one.name }, titled(one.name))));
        select.value = (Array.isArray(state.plane) && state.plane[at]) || "";
        return select;
      };
      const both = [pick(0), pick(1)];
      for (const one of both) {
        one.addEventListener("change", () => {
          const [x, y] = both.map((each) => each.value);
          if (x && y && x !== y) change({ plane: [x, y] });
          else if (!x && !y) change({ plane: undefined });
        });
      }
      node.replaceChildren(el("p", { class: "soft note", "data-word": "plane" }, say("plane")), ...both);
    });
    return node;
  }

  /** Brings every field to the state; what is being typed in is left alone. */
  show(state, answer, live = false) {
    for (const one of this.fields) one(state, answer, live);
    const formula = Boolean(answer && !rowsOf(answer));
    for (const name of ["batch", "loss"]) {
      this.root.querySelector(`.field-${name}`).closest("fieldset").classList.toggle("gone", formula);
    }
    this.root.querySelector(".field-noise")?.classList.toggle("gone", !formula);
  }
}

function group(word, ...nodes) {
  return el("fieldset", {}, el("legend", { "data-word": word }, say(word)), ...nodes);
}

/** Values change under the reader's hands only where the hands are not. */
function set(input, value) {
  if (document.activeElement !== input && input.value !== value) input.value = value;
}

function powers(rows) {
  const made = [];
  for (let size = 1; size < rows; size *= 2) made.push(size);
  return [...made, "all"];
}

function nearest(sizes, size, rows) {
  const ways = sizes.map((one) => Math.abs(Math.log((one === "all" ? rows : one) / size)));
  return ways.indexOf(Math.min(...ways));
}

