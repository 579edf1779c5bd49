/** What happened, in words: the verdict, the numbers behind it, the findings and where to see them. */

import { byId, el } from "./dom.js";
import { count, short } from "./numbers.js";
import { say } from "./words.js";

const CHIPS = [
  ["epochs", count],
  ["updates", count],
  ["evaluations", count],
  ["value", short],
  ["train_loss", short],
  ["validation_loss", short],
  ["optimum_loss", short],
  ["largest_stable_rate", short],
  ["condition_number", short],
];

/**
 * The verdict is read out when the hand is off the slider: `live` text changes silently.
 * @param {Object} answer
 * @param {boolean} live
 */
export function showVerdict(answer, live) {
  const node = byId("verdict");
  const { ending, sentence, good } = answer.verdict;
  node.setAttribute("aria-live", live ? "off" : "polite");
  node.dataset.ending = ending;
  node.dataset.good = String(Boolean(good));
  const badge = say(`ending_${ending}`);
  if (node.firstChild?.textContent !== badge || node.lastChild?.textContent !== sentence) {
    node.replaceChildren(el("b", { class: "badge" }, badge), el("span", {}, sentence));
  }
  byId("notices").replaceChildren(...(answer.notices ?? []).map((one) => el("li", {}, one)));
  showChips(answer.numbers);
}

function showChips(numbers) {
  const root = byId("numbers");
  const shown = CHIPS.filter(([name]) => numbers[name] !== null && numbers[name] !== undefined);
  if (root.dataset.names !== shown.map(([name]) => name).join() + document.documentElement.lang) {
    root.dataset.names = shown.map(([name]) => name).join() + document.documentElement.lang;
    root.replaceChildren(...shown.map(([name]) => el("div", {}, el("dt", {}, say(`number_${name}`)), el("dd", { "data-number": name }))));
  }
  shown.forEach(([name, told], at) => {
    const cell = root.children[at].lastChild;
    cell.textContent = told(numbers[name]);
    cell.dataset.value = String(numbers[name]);
  });
}

/**
 * @param {Array|null} findings  null: the old ones still stand
 * @param {(view: string) => void} look  shows a view
 */
export function showFindings(findings, look) {
  if (!findings) return;
  const section = byId("findings");
  section.hidden = !findings.length;
  byId("finding-list").replaceChildren(...findings.map((one) => card(one, look)));
}

function card({ name, sentence, remedy, good, view }, look) {
  const see = view && el("button", { type: "button", class: "quiet", click: () => look(view) }, say("see_it"));
  return el("li", { class: `finding ${good ? "good" : "warning"}`, "data-finding": name }, el("p", {}, sentence), remedy ? el("p", { class: "soft" }, remedy) : null, see || null);
}
