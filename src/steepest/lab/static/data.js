/** What is minimized: the notes' tables, an own table, a named function, an own formula. */

import { byId, el, fresh } from "./dom.js";
import { count } from "./numbers.js";
import { current, replace } from "./state.js";
import { called, known, say } from "./words.js";
import { api } from "./wire.js";

/** The dialog in which data and functions are chosen. */
export class DataDialog {
  constructor(menu, reload) {
    this.menu = menu;
    this.reload = reload;
    this.root = byId("data-dialog");
    this.folder = "";
  }

  open() {
    this.fill();
    this.root.showModal();
  }

  fill() {
    this.status = el("p", { class: "status", role: "status" });
    this.picked = el("div", {});
    const close = el("button", { type: "button", class: "quiet close", click: () => this.root.close() }, say("close"));
    this.root.replaceChildren(
      el("div", { class: "dialog-head" }, el("h2", { id: "data-title" }, say("data_title")), close),
      el("section", {}, el("h3", {}, say("data_own")), this.own(), this.status, this.picked),
      el("section", {}, el("h3", {}, say("data_tables")), this.tables()),
      el("section", {}, el("h3", {}, say("data_formula")), this.formula()),
      el("section", {}, el("h3", {}, say("data_functions")), this.functions()),
    );
  }

  tables() {
    const state = current();
    const items = this.menu.tables.map((one) => {
      const about = say("data_table_about", { rows: count(one.rows), target: one.target.join(", "), features: one.features.slice(0, 4).join(", ") + (one.features.length > 4 ? " …" : "") });
      const pick = () => (one.target.length ? this.use({ data: one.id }) : this.columns(one));
      return this.item(titleOf(one), about, pick, state.data === one.id);
    });
    return el("ul", { class: "choices" }, ...items);
  }

  functions() {
    const state = current();
    const items = this.menu.functions.map((one) =>
      this.item(called("function", one.id), one.formula.replaceAll("**", "^"), () => this.use({ data: "formula", formula: one.id, start: one.start }), state.data === "formula" && state.formula === one.id),
    );
    return el("ul", { class: "choices" }, ...items);
  }

  item(title, about, pick, now) {
    const button = el("button", { type: "button", class: "choice", click: pick, "aria-current": now ? "true" : null }, el("b", {}, title), el("span", { class: "soft" }, about));
    return el("li", {}, button);
  }

  use(state) {
    this.root.close();
    replace(state);
  }

  formula() {
    const id = fresh("formula");
    const { data, formula } = current();
    const input = el("input", { id, type: "text", spellcheck: "false", placeholder: "(x - 1)^2 + 10*(y - x^2)^2", value: data === "formula" ? formula : "" });
    const form = el("form", { class: "row", novalidate: true }, el("label", { for: id }, say("formula_label")), input, el("button", { type: "submit" }, say("formula_use")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) this.use({ data: "formula", formula: input.value.trim() });
    });
    return el("div", {}, form, el("p", { class: "soft" }, say("formula_about")));
  }

  own() {
    const id = fresh("file");
    const input = el("input", { id, type: "file", accept: ".csv,.gz,.zip,.parquet,.tsv,.txt" });
    input.addEventListener("change", () => input.files[0] && this.upload(input.files[0]));
    const node = el("div", {}, el("div", { class: "row" }, el("label", { for: id }, say("file_label")), input), el("p", { class: "soft" }, say("file_about")));
    if (this.menu.root) {
      const list = el("ul", { class: "files" });
      node.append(el("details", { toggle: (event) => event.target.open && this.browse(list, "") }, el("summary", {}, say("files_below")), list));
    }
    return node;
  }

  async upload(file) {
    await this.added(() => api(`api/upload?name=${encodeURIComponent(file.name)}`, file));
  }

  async added(read) {
    this.status.textContent = say("working");
    try {
      const { table } = await read();
      this.status.textContent = say("file_read", { title: table.title, rows: count(table.rows) });
      await this.reload();
      this.columns(table);
    } catch (error) {
      this.status.textContent = `${error.message} ${error.remedy ?? ""}`;
    }
  }

  async browse(list, folder) {
    try {
      const answer = await api("api/files", { folder, lang: current().lang });
      const join = (name) => (folder ? `${folder}/${name}` : name);
      const up = folder ? [this.entry("..", () => this.browse(list, folder.split("/").slice(0, -1).join("/")))] : [];
      list.replaceChildren(
        ...up,
        ...answer.folders.map((name) => this.entry(`${name}/`, () => this.browse(list, join(name)))),
        ...answer.files.map(({ name }) => this.entry(name, () => this.added(() => api("api/open", { path: join(name), lang: current().lang })))),
      );
    } catch (error) {
      this.status.textContent = `${error.message} ${error.remedy ?? ""}`;
    }
  }

  entry(name, go) {
    return el("li", {}, el("button", { type: "button", class: "quiet", click: go }, name));
  }

  /** Which column is learnt, and from which. */
  columns(one) {
    const id = fresh("target");
    // text is predicted as classes
    const targets = one.columns.filter(({ kind }) => kind === "number" || kind === "text");
    const title = ({ name, kind }) => (kind === "text" ? say("target_classes", { name }) : name);
    const select = el("select", { id }, ...targets.map((column) => el("option", { value: column.name }, title(column))));
    select.value = one.target[0] ?? targets.at(-1)?.name;
    // the column that is the target now predicts, too, once another one is chosen
    const ticked = (name) => one.features.includes(name) || one.target.includes(name) || !one.features.length;
    const boxes = one.columns.map(({ name }) => el("input", { type: "checkbox", value: name, id: fresh("feature"), checked: ticked(name) }));
    const rows = boxes.map((box) => el("div", { class: "check" }, box, el("label", { for: box.id }, box.value)));
    const hideTarget = () => rows.forEach((row, at) => (row.hidden = boxes[at].value === select.value));
    select.addEventListener("change", hideTarget);
    hideTarget();
    const use = () => {
      const features = boxes.filter((box) => box.checked && box.value !== select.value).map((box) => box.value);
      if (features.length) this.use({ data: one.id, target: [select.value], features });
      else this.status.textContent = say("features_none");
    };
    const button = el("button", { type: "button", class: "main", click: use }, say("table_use"));
    this.picked.replaceChildren(
      el("div", { class: "row" }, el("label", { for: id }, say("target_label")), select),
      el("fieldset", { class: "features" }, el("legend", {}, say("features_label")), ...rows),
      button,
    );
    select.focus();
  }
}

const titleOf = (one) => (known(`table_${one.id}`) ? say(`table_${one.id}`) : one.title);

/** What the page works on, in a few words. */
export function dataName(menu, state) {
  if (state.data === "formula") return known(`function_${state.formula}`) ? say(`function_${state.formula}`) : state.formula;
  const found = menu.tables.find((one) => one.id === state.data);
  return found ? titleOf(found) : state.data;
}
