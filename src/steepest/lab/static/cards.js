/**
 * Beliefs that a picture can put right (each is met in forums and courses again and again): a card sets
 * the page to the state in which the belief fails, and says what to look at.
 */

import { byId, el } from "./dom.js";
import { short } from "./numbers.js";
import { replace } from "./state.js";
import { say } from "./words.js";

/** Name -> the state that shows it, and the tab to open. */
export const CARDS = {
  direction: { state: { data: "two-features", standardize: false, rate: "auto", epochs: 200 }, tab: "scaling" },
  explodes: { state: { data: "salary", rate: 1.04, epochs: 60 }, tab: "rates" },
  smaller: { state: { data: "salary", rate: 0.004, epochs: 60 }, tab: "rates" },
  scaling: { state: { data: "salary", standardize: false, rate: "auto", epochs: 200 }, tab: "scaling" },
  local: { state: { data: "salary", rate: 0.2, start: [6, -2] }, tab: "surface" },
  saddle: { state: { data: "formula", formula: "x^2 - y^2", start: [1, 0], rate: 0.1 }, tab: "slopes" },
  falls: { state: { data: "salary", batch: 1, rate: 0.05, epochs: 20 }, tab: "rows" },
  epoch: { state: { data: "salary", batch: 20, rate: 0.1, epochs: 10, x: "update" }, tab: "step" },
  smooth: { state: { data: "salary", batch: 1, rate: 0.05, epochs: 60, smoothing: 0.9 }, tab: "rows" },
  secant: { state: { data: "salary", rate: "auto", h: 1e-9 }, tab: "slopes" },
  search: { state: { data: "salary", method: "exhaustive" }, tab: "search" },
};

/** Shows the cards; `open(tab)` shows a closer look. */
export function showCards(open) {
  byId("cards").replaceChildren(...Object.keys(CARDS).map((name) => card(name, open)));
}

function card(name, open) {
  const { state, tab } = CARDS[name];
  const show = () => {
    lesson(name);
    replace({ ...state, tab });
    open(tab);
    byId("story").scrollIntoView({ block: "start" });
    byId("story").focus({ preventScroll: true });
  };
  const title = say(`card_${name}`);
  return el(
    "li",
    { class: "belief", "data-card": name },
    el("h3", {}, title),
    el("button", { type: "button", click: show, "aria-label": say("card_show_named", { belief: title }) }, say("card_show")),
  );
}

/** The numbers of the run that a lesson stands on. */
function factsOf(answer) {
  const { numbers = {}, parameters = [], state = {} } = answer ?? {};
  const told = { rate: numbers.learning_rate, limit: numbers.largest_stable_rate, condition: numbers.condition_number, mu: numbers.mu, epochs: numbers.epochs, updates: numbers.updates, loss: numbers.train_loss, optimum: numbers.optimum_loss, evaluations: numbers.evaluations, h: state.h, parameters: parameters.length };
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name, short(value)]));
}

let shown = "";

/** Chooses the lesson; it is said when the run that it speaks of has arrived. */
export function lesson(name) {
  shown = name;
  if (!name) byId("lesson").hidden = true;
}

/** What a card teaches stands above the verdict, with this run's numbers, until it is put away. */
export function sayLesson(answer) {
  const root = byId("lesson");
  root.hidden = !shown;
  if (!shown) return;
  root.replaceChildren(
    el("p", { class: "soft" }, say("lesson_belief", { belief: say(`card_${shown}`) })),
    el("p", {}, say(`card_${shown}_truth`, factsOf(answer))),
    el("button", { type: "button", class: "quiet", click: () => lesson("") }, say("close")),
  );
}
