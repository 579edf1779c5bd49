/** Elements made in one place: text always goes in as text, so no name from data becomes markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Sets attributes; functions become listeners, `null` and `false` are left out.
 * @param {Element} node
 * @param {Object<string, *>} attributes
 */
export function assign(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return node;
}

/**
 * @param {string} tag
 * @param {Object<string, *>} [attributes]
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = assign(document.createElement(tag), attributes);
  node.append(...children.flat().filter((one) => one !== null && one !== undefined));
  return node;
}

/** @returns {SVGElement} */
export function svg(tag, attributes = {}, ...children) {
  const node = assign(document.createElementNS(SVG, tag), attributes);
  node.append(...children);
  return node;
}

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

let count = 0;
/** Ids that no other element has: labels and pictures point at each other by them. */
export const fresh = (stem) => `${stem}-${(count += 1)}`;

/** A table of numbers, its first column naming the rows. */
export function table(columns, rows, caption = "") {
  const head = el("tr", {}, ...columns.map((one) => el("th", { scope: "col" }, String(one))));
  const body = rows.map((row) =>
    el("tr", {}, ...row.map((cell, at) => (at ? el("td", {}, cell) : el("th", { scope: "row" }, cell)))),
  );
  const made = el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
  if (caption) made.prepend(el("caption", {}, caption));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption || columns.join(", ") }, made);
}

/**
 * Saves bytes as a file. A link is clicked because a page may not write files by itself.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
