/**
 * Beliefs that a picture can put right (each is met in forums and courses again and again): a card sets
 * the page to the state in which the belief fails, and says what to look at.
 */

import { byId, el } from "./dom.js";
import { short } from "./numbers.js";
import { replace } from "./state.js";
import { summary } from "./compare.js";
import { say } from "./words.js";

/** View that a card speaks of -> the tab that holds it; the first pictures are always there. */
const TABS = { surface: "surface", contour_other: "scaling", regimes: "rates", spectrum: "rates", divergence: "rates", sections: "slopes", secant_error: "slopes" };

/**
 * Shows the cards of the menu.
 * @param {{cards: Array, defaults: Object}} menu
 */
export function showCards({ cards }) {
  byId("cards").replaceChildren(...cards.map(card));
}

function card({ id, state, view, compare }) {
  const show = () => {
    lesson(id);
    const kept = compare.map((one) => summary({ ...state, ...one })).join("|") || undefined;
    replace({ ...state, kept, tab: compare.length ? "compare" : (TABS[view] ?? "step") });
    byId("story").scrollIntoView({ block: "start" });
    byId("story").focus({ preventScroll: true });
  };
  const title = say(`card_${id}`);
  return el(
    "li",
    { class: "belief", "data-card": id },
    el("h3", {}, title),
    el("button", { type: "button", click: show, "aria-label": say("card_show_named", { belief: title }) }, say("card_show")),
  );
}

/** The numbers of the run that a lesson stands on. */
function factsOf(answer) {
  const { numbers = {}, parameters = [], state = {} } = answer ?? {};
  const told = { rate: numbers.learning_rate, limit: numbers.largest_stable_rate, condition: numbers.condition_number, mu: numbers.mu, epochs: numbers.epochs ?? numbers.updates, updates: numbers.updates, loss: numbers.train_loss ?? numbers.value, optimum: numbers.optimum_loss, evaluations: numbers.evaluations, h: state.h, angle: answer?.steps?.angle, parameters: parameters.length };
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
