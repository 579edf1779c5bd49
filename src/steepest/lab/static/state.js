/**
 * The one state of the page: what was asked, flat and plain. It stands in the address, so that a link
 * shows the same numbers; earlier states are kept for undo. Views read it, controls change it.
 */

const VERSION = "1";
const MOST_UNDO = 100;
const PAGE_ONLY = new Set(["lang", "theme", "tab"]);

let defaults = {};
let first = {};
let state = {};
let past = [];
const listeners = new Set();

/**
 * Begins with what the address says; where it says nothing, with the session's first state. An address
 * is read against the library's defaults, so that it means the same whatever the lab was started with.
 */
export function begin(usual, opening, hash) {
  const own = { theme: "auto", tab: "scaling", compare_x: "epoch" };
  defaults = { ...own, ...usual };
  first = { ...own, ...opening };
  const said = decodeHash(hash);
  const only = Object.keys(said).every((name) => PAGE_ONLY.has(name));
  state = { ...(only ? first : defaults), ...said };
  past = [];
}

export const current = () => state;
export const onChange = (listener) => listeners.add(listener);
export const canUndo = () => past.length > 0;

/**
 * Changes the state. While something is dragged (`live`) the state before it is the one that undo
 * brings back, not each of the hundred between.
 * @param {Object} changes
 * @param {{live?: boolean}} [how]
 */
let beforeDrag = null;
export function change(changes, { live = false } = {}) {
  const next = { ...state, ...changes };
  if (live) beforeDrag ??= state;
  else {
    const last = beforeDrag ?? state;
    beforeDrag = null;
    if (same(last, next) && same(state, next)) return;
    past.push(last);
    if (past.length > MOST_UNDO) past.shift();
  }
  state = next;
  tell(live);
}

/** Takes over what the server understood, without a place in the history. */
export function settle(understood) {
  state = { ...state, ...understood };
}

/** Goes back one step. */
export function undo() {
  if (!past.length) return;
  state = past.pop();
  tell(false);
}

/** All as at first; language and theme are the reader's, not the experiment's. */
export function reset() {
  const own = Object.fromEntries([...PAGE_ONLY].map((name) => [name, state[name]]));
  change({ ...Object.fromEntries(Object.keys(state).map((name) => [name, undefined])), ...first, ...own });
}

/** A whole other experiment: what it does not name is as at first. */
export function replace(other) {
  const own = Object.fromEntries([...PAGE_ONLY].map((name) => [name, state[name]]));
  change({ ...Object.fromEntries(Object.keys(state).map((name) => [name, undefined])), ...defaults, ...own, ...other });
}

function tell(live) {
  for (const listener of listeners) listener(state, live);
}

const same = (a, b) => encodeHash(a) === encodeHash(b);

/** What a run depends on: everything but what only the page knows. */
export function asked(given = state) {
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => name !== "theme" && name !== "tab" && name !== "compare_x" && value !== undefined && value !== null));
}

/** The state as an address: only what differs from the defaults. */
export function encodeHash(given = state) {
  const parts = [`v=${VERSION}`];
  for (const [name, value] of Object.entries(given)) {
    if (name === "v" || value === undefined || value === null || text(value) === text(defaults[name])) continue;
    parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(text(value))}`);
  }
  return parts.join("&");
}

const text = (value) => (Array.isArray(value) ? value.join(",") : String(value ?? ""));
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const LISTS = new Set(["start", "features", "plane", "ranges"]);

/** Reads an address; numbers become numbers, the server says what it could not use. */
export function decodeHash(hash) {
  const made = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 1) continue;
    const name = safe(part.slice(0, at));
    const value = safe(part.slice(at + 1));
    if (name !== "v") made[name] = parsed(name, value);
  }
  return made;
}

function safe(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parsed(name, value) {
  if (LISTS.has(name) && (value.includes(",") || NUMBER.test(value))) return value.split(",").map(scalar);
  return LISTS.has(name) && value !== "zero" && value !== "random" && value ? [value] : scalar(value);
}

function scalar(value) {
  if (NUMBER.test(value)) return Number(value);
  return value === "true" ? true : value === "false" ? false : value;
}
