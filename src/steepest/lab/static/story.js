/** What happened, in words: the verdict, the numbers behind it, the findings and where to see them. */

import { byId, el } from "./dom.js";
import { count, rowsOf, short } from "./numbers.js";
import { say } from "./words.js";

/** Number -> how it is written, the picture in which it stands, and where there. */
const CHIPS = [
  ["epochs", count, "loss", "end"],
  ["updates", count, "loss", "end"],
  ["evaluations", count],
  ["start", points, "contour", "start"],
  ["end", points, "contour", "end"],
  ["value", short, "loss", "end"],
  ["train_loss", short, "loss", "end"],
  ["objective", short, "loss", "end"],
  ["train_accuracy", (share) => `${short(100 * share)} %`],
  ["validation_loss", short, "loss", "validation"],
  ["optimum_loss", short, "contour", "optimum"],
  ["learning_rate", short, "regimes", "rate"],
  ["largest_stable_rate", short, "regimes", "largest"],
  ["condition_number", short, "contour_other"],
];
/** Finding -> where it shows in its picture; the others show at the end of what is drawn. */
const SHOWN_AT = { validation_loss_rising: "validation", rate_too_small: "rate", rate_near_best: "rate", diverged: "rate" };
const MOST_POINT = 3;

function points(values) {
  return values.map(short).join(", ");
}

/**
 * The verdict is read out when the hand is off the slider: `live` text changes silently.
 * @param {Object} answer
 * @param {boolean} live
 * @param {(view: string, place?: string) => void} look  shows a view, and marks a place in it
 */
export function showVerdict(answer, live, look) {
  const node = byId("verdict");
  const { ending, sentence, parts, good } = answer.verdict;
  node.setAttribute("aria-live", live ? "off" : "polite");
  node.dataset.ending = ending;
  node.dataset.good = String(Boolean(good));
  // a search has no epochs to use up: it has looked at all its points
  const searched = answer.numbers.evaluations > 0 && ending === "epochs_used_up" && !answer.parameters?.length;
  const badge = say(`ending_${searched ? "searched" : ending}`);
  if (node.firstChild?.textContent !== badge || node.lastChild?.textContent !== sentence) {
    const held = node.contains(document.activeElement) ? document.activeElement.dataset.fact : null;
    node.replaceChildren(el("b", { class: "badge" }, badge), told(parts, look));
    if (held) node.querySelector(`[data-fact="${held}"]`)?.focus({ preventScroll: true });
  }
  byId("notices").replaceChildren(...(answer.notices ?? []).map((one) => el("li", {}, one)));
  showPreview(answer.preview ?? "");
  showChips(numbersOf(answer), rowsOf(answer) !== null, look);
}

/** A sentence whose numbers lead to their places in pictures. */
function told(parts, look) {
  const piece = ({ text, fact, view, place }) => {
    if (!view) return text;
    return el("button", { type: "button", class: "quiet in-text", "data-fact": fact, title: say("number_here"), click: () => look(view, place, text) }, text);
  };
  return el("span", {}, ...parts.map(piece));
}

/** How much of the run a preview shows; its line stays once it was needed, so that nothing jumps. */
function showPreview(told) {
  const node = byId("preview");
  node.textContent = told;
  if (told) node.classList.add("needed");
}

/** The answer's numbers; of few parameters also where they began and ended. */
function numbersOf({ numbers: given, parameters = [] }) {
  // without a penalty the objective is the loss
  const numbers = given.penalty && given.penalty !== "none" ? given : { ...given, objective: null };
  if (!parameters.length || parameters.length > MOST_POINT) return numbers;
  return { ...numbers, start: parameters.map((one) => one.start), end: parameters.map((one) => one.end) };
}

function showChips(numbers, rows, look) {
  const root = byId("numbers");
  const shown = CHIPS.filter(([name]) => numbers[name] !== null && numbers[name] !== undefined);
  const closed = Boolean(numbers.L);
  const mark = [...shown.map(([name]) => name), rows, closed, document.documentElement.lang].join();
  if (root.dataset.names !== mark) {
    root.dataset.names = mark;
    root.replaceChildren(...shown.map((one) => chip(one, rows, closed, look)));
  }
  shown.forEach(([name, told], at) => {
    const cell = root.children[at].lastChild;
    const text = told(numbers[name]);
    if (cell.textContent !== text) (cell.firstElementChild ?? cell).textContent = text;
    cell.dataset.value = String(numbers[name]);
  });
}

/** A number; where a picture shows it, a button that marks it there. */
function chip([name, , view, place], rows, closed, look) {
  const title = say(`number_${name}`);
  const cell = el("dd", { "data-number": name });
  const drawn = view && ((rows && (closed || view !== "regimes")) || view === "contour" || view === "loss");
  if (drawn) cell.append(el("button", { type: "button", class: "quiet", title: say("number_see", { name: title }), click: () => look(view, place, title) }));
  return el("div", {}, el("dt", {}, title), cell);
}

/**
 * @param {Array|null} findings  null: the old ones still stand
 * @param {(view: string) => void} look  shows a view
 */
export function showFindings(findings, look) {
  if (!findings) return;
  const section = byId("findings");
  // the same findings stay: who stands on one of their buttons keeps that place
  const mark = JSON.stringify(findings) + document.documentElement.lang;
  if (section.dataset.mark === mark) return;
  section.dataset.mark = mark;
  section.hidden = !findings.length;
  byId("finding-list").replaceChildren(...findings.map((one) => card(one, look)));
}

function card({ name, parts, remedy, good, view }, look) {
  const see = view && el("button", { type: "button", class: "quiet", click: () => look(view, SHOWN_AT[name] ?? "end", say("see_it")) }, say("see_it"));
  return el("li", { class: `finding ${good ? "good" : "warning"}`, "data-finding": name }, el("p", {}, told(parts, look)), remedy ? el("p", { class: "soft" }, remedy) : null, see || null);
}
