/** Closer looks, one at a time: only what is on screen is computed. */

import { byId, el } from "./dom.js";
import { say } from "./words.js";

/** Tabs after the pattern of the ARIA practices: arrows move, the panel follows. */
export class Tabs {
  /**
   * @param {Array<{name: string, node: HTMLElement}>} entries
   * @param {(name: string) => void} chosen
   */
  constructor(entries, chosen) {
    this.entries = entries;
    this.chosen = chosen;
    this.buttons = entries.map(({ name }) =>
      el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "data-word": `tab_${name}`, click: () => this.pick(name) }, say(`tab_${name}`)),
    );
    byId("tabs").replaceChildren(...this.buttons);
    byId("tabs").addEventListener("keydown", (event) => this.key(event));
    byId("tab-panels").replaceChildren(
      ...entries.map(({ name, node }) => el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: true, class: "tab-panel" }, node)),
    );
  }

  key(event) {
    const open = this.entries.filter((_, which) => !this.buttons[which].hidden);
    const at = open.findIndex(({ name }) => name === this.name);
    const last = open.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.pick(open[to].name);
    byId(`tab-${open[to].name}`).focus();
  }

  pick(name) {
    if (name === this.name || !this.entries.some((one) => one.name === name)) return;
    this.show(name);
    this.chosen(name);
  }

  /** Leaves only these tabs to choose from: a formula has no rows to standardize. */
  only(names) {
    this.entries.forEach(({ name }, at) => (this.buttons[at].hidden = !names.includes(name)));
    if (!names.includes(this.name)) this.show(names[0]);
  }

  /** Shows a tab without telling. */
  show(name) {
    this.name = name;
    this.entries.forEach((one, at) => {
      const on = one.name === name;
      this.buttons[at].setAttribute("aria-selected", String(on));
      this.buttons[at].tabIndex = on ? 0 : -1;
      byId(`panel-${one.name}`).hidden = !on;
    });
  }
}
