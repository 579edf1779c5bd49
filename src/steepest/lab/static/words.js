/** What the page says: sentences come from the one catalogue, by name, in the chosen language. */

import { api } from "./wire.js";

let words = {};
let language = "en";
const missing = new Set();

/** Fetches the words of a language. */
export async function loadWords(code) {
  const answer = await api(`api/words?lang=${encodeURIComponent(code)}`);
  words = answer;
  language = code;
  document.documentElement.lang = language;
}

export const spoken = () => language;
/** Names that were asked for and not there; a test wants none. */
export const missingWords = () => [...missing];

/**
 * @param {string} name  without its prefix `lab_`
 * @param {Object<string, string|number>} [facts]
 */
export function say(name, facts = {}) {
  const template = words[`lab_${name}`];
  if (template === undefined) {
    missing.add(name);
    return name;
  }
  return template.replace(/\{(\w+)\}/g, (_, key) => String(facts[key] ?? "?"));
}

/** Whether there is such a sentence: menus may hold names that need no translation. */
export const known = (name) => words[`lab_${name}`] !== undefined;

/** A name of a choice in words, or the name itself. */
export const called = (group, name) => (known(`${group}_${name}`) ? say(`${group}_${name}`) : String(name));

/** A parameter's name as it is read: that of the constant is a word of ours, all others are the data's. */
export const titled = (name) => String(name).replace(/^intercept(?=$| \()/, () => say("constant"));

/**
 * Fills every element that names its words: `data-word` its text, `data-word-label` its accessible
 * name, `data-word-hint` its placeholder.
 * @param {ParentNode} root
 */
export function fillWords(root = document) {
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word);
  for (const node of root.querySelectorAll("[data-word-label]"))
    node.setAttribute("aria-label", say(node.dataset.wordLabel));
  for (const node of root.querySelectorAll("[data-word-hint]"))
    node.setAttribute("placeholder", say(node.dataset.wordHint));
}
