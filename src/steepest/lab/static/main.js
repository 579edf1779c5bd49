/** Puts the page together: state to question, answer to pictures, everything in one frame. */

import { lesson, sayLesson, showCards } from "./cards.js";
import { FORMULA_TABS, SQUARES_TABS, ScalingControls, SearchControls, SlopeControls, StepByHand, TAB_VIEWS, viewTab } from "./closer.js";
import { Compare, Sweep, keepRun } from "./compare.js";
import { Controls } from "./controls.js";
import { DataDialog, dataName } from "./data.js";
import { byId, el } from "./dom.js";
import { complain, copy, link, openKeep, saveView, toast } from "./keep.js";
import { RateControl } from "./rate.js";
import { spotOf } from "./spots.js";
import { StartHandle } from "./start.js";
import { asked, begin, canUndo, change, current, encodeHash, onChange, replace, reset, undo } from "./state.js";
import { showFindings, showVerdict } from "./story.js";
import { Tabs } from "./tabs.js";
import { View } from "./view.js";
import { called, fillWords, loadWords, missingWords, say, spoken } from "./words.js";
import { api, ask, busy, present } from "./wire.js";

const FIRST = ["fit", "contour", "loss"];
const VIEW_TABS = { contour_other: "scaling", regimes: "rates", divergence: "rates", residuals: "rows", gradient: "rows", surface: "surface", sections: "slopes" };

const lab = { answer: null, figures: {}, ready: false };
let menu;
let parts;
/** Views by name: one figure may be shown at two places. */
const views = new Map();
const visible = new Set();

const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) visible.add(target);
    else visible.delete(target);
  }
  if (parts && wanted().some((name) => parts.stale.has(name))) request(false);
}, { rootMargin: "150px" });

function register(view) {
  views.set(view.name, [...(views.get(view.name) ?? []), view]);
  watch.observe(view.node);
  return view;
}

/** Views of rows alone, of formulas alone and of runs that diverged are not asked of other runs. */
function has(name) {
  if (name === "divergence") return Boolean(lab.answer?.verdict.failed);
  return (current().data === "formula") === (name === "curvature") || !["curvature", "fit"].includes(name);
}

/** Views in an open place that are not drawn yet for this state: asked for once the visible ones stand. */
const waiting = () => [...views].filter(([name, all]) => parts.stale.has(name) && has(name) && all.some((one) => !one.node.closest("[hidden], .gone, details:not([open])"))).map(([name]) => name);

/** Views that are on screen: while something is dragged nothing else is computed. */
function wanted() {
  const seen = [...views].filter(([, all]) => all.some((one) => visible.has(one.node) && !one.node.closest("[hidden]")));
  const names = seen.map(([name]) => name);
  return (lab.ready && !turned ? names : [...new Set([...FIRST, ...names])]).filter(has);
}

async function start() {
  const hash = location.hash;
  const lang = /(?:^#|&)lang=([\w-]+)/.exec(hash)?.[1];
  [menu] = await Promise.all([api("api/menu"), lang ? loadWords(lang).catch(() => loadWords("en")) : null]);
  present(menu.token);
  begin({ ...(menu.defaults ?? menu.state), v: undefined }, { ...menu.state, v: undefined }, hash);
  if (!menu.languages.includes(current().lang)) change({ lang: "en" });
  if (spoken() !== current().lang || !lang) await loadWords(current().lang);
  build();
  onChange(changed);
  sayAll();
  request(false);
}

/** Everything that has a place on the page. */
function build() {
  const files = saveView;
  const choices = { order: ["random", "given"], rule: menu.rules.map((one) => one.id), schedule: menu.schedules, loss: menu.losses, penalty: menu.penalties, x: ["epoch", "update", "rows", "seconds"] };
  const hand = new StepByHand();
  const handle = new StartHandle(() => lab.answer);
  const marked = (view) => hand.mark(view);
  parts = { rate: new RateControl(byId("rate")), controls: new Controls(byId("controls"), { ...menu, choices }), hand, handle, stale: new Set(), slopes: new SlopeControls(), scaling: new ScalingControls(), search: new SearchControls(), compare: new Compare(files), sweep: new Sweep() };
  for (const name of FIRST) {
    const view = register(new View(name, { files, heading: "h2", tall: 340 }));
    if (name === "contour") Object.assign(view.options, { drawn: (one) => handle.onto(one) });
    byId("first").append(view.node);
  }
  byId("story-foot").append(keepButton());
  const extras = { scaling: [parts.scaling.node], slopes: [parts.slopes.node], step: [hand.node], search: [parts.search.node] };
  const entries = Object.keys(TAB_VIEWS).map((name) => {
    if (name === "compare" || name === "sweep") return { name, node: parts[name].node, views: [] };
    return viewTab(name, files, extras[name]);
  });
  for (const entry of entries) for (const view of entry.views) register(view);
  for (const view of entries.find(({ name }) => name === "step").views) if (view.name === "contour") view.options.drawn = marked;
  parts.tabs = new Tabs(entries, (name) => change({ tab: name }));
  parts.tabs.show(TAB_VIEWS[current().tab] ? current().tab : "scaling");
  parts.data = new DataDialog(menu, async () => Object.assign(menu, { tables: (await api("api/menu")).tables }));
  showCards(menu);
  listen();
}

function keepButton() {
  return el("button", { type: "button", id: "keep-run", "data-word": "compare_keep", click: () => lab.answer && toast(say(keepRun(lab.answer))) }, say("compare_keep"));
}

function listen() {
  byId("undo").addEventListener("click", undo);
  byId("reset").addEventListener("click", () => {
    lesson("");
    reset();
  });
  byId("link").addEventListener("click", () => copy(link()));
  byId("keep").addEventListener("click", () => lab.answer && openKeep(lab.answer, shownViews()));
  byId("choose-data").addEventListener("click", () => parts.data.open());
  byId("lang").addEventListener("change", (event) => change({ lang: event.target.value }));
  byId("theme").addEventListener("change", (event) => change({ theme: event.target.value }));
  byId("skip").addEventListener("click", () => byId("story").focus());
  addEventListener("hashchange", () => {
    const hash = location.hash.slice(1);
    if (hash.includes("=") && hash !== encodeHash()) location.reload();
  });
  const wide = matchMedia("(min-width: 64rem)");
  const side = () => (byId("side").open = wide.matches);
  wide.addEventListener("change", side);
  side();
  const narrow = matchMedia("(max-width: 48rem)");
  const narrowed = () => fold(narrow.matches);
  narrow.addEventListener("change", narrowed);
  narrowed();
  for (const one of document.querySelectorAll("details.fold")) {
    one.addEventListener("toggle", () => {
      const names = one.open ? waiting() : [];
      if (lab.ready && names.length) request(false, names);
    });
  }
}

/** A narrow page begins with verdict, rate and contour; all else waits behind its heading. */
function fold(narrow) {
  for (const one of document.querySelectorAll("details.fold")) one.open = !narrow;
  const [fit, contour] = ["fit", "contour"].map((name) => views.get(name)[0].node);
  if (narrow) fit.before(contour);
  else fit.after(contour);
  if (narrow) byId("first").after(byId("side"));
  else byId("rate").after(byId("side"));
  parts.rate.narrowed(narrow, byId("first"));
}

/** Views of which files can be had: those that show something. */
function shownViews() {
  return [...views.keys()].filter((name) => lab.figures[name]).map((name) => ({ name, title: lab.figures[name].title }));
}

/** Opens a closer look, from a finding or a card. */
function openTab(name) {
  byId("closer").querySelector("details").open = true;
  parts.tabs.pick(name);
}

function look(view, place, name) {
  for (const all of views.values()) for (const one of all) if (one.found) one.mark(null);
  if (VIEW_TABS[view]) openTab(VIEW_TABS[view]);
  const [first] = views.get(view) ?? [];
  const node = (first?.node.closest("[hidden]") ? null : first?.node) ?? views.get(view)?.at(-1)?.node;
  if (place) for (const one of views.get(view) ?? []) one.mark((figure) => spotOf(view, place, figure, lab.answer), name);
  node?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  looked = node;
  focusPlot();
}

let looked = null;

/** Whoever followed a link stands on its picture, as soon as it is drawn. */
function focusPlot() {
  const plot = looked?.querySelector(".plot");
  if (!plot) return;
  looked = null;
  plot.focus({ preventScroll: true });
}

let language = "";
let shownTab = "";

async function changed(state, live) {
  if (!live) history.replaceState(null, "", `#${encodeHash()}`);
  if (state.lang !== spoken()) {
    lab.speaking = true;
    await loadWords(state.lang);
    sayAll();
    lab.speaking = false;
  }
  byId("undo").disabled = !canUndo();
  theme(state);
  if (state.tab !== shownTab) {
    shownTab = state.tab;
    parts.tabs.show(TAB_VIEWS[state.tab] ? state.tab : "scaling");
  }
  if (state.tab === "compare") parts.compare.show(state);
  turnKind(state);
  request(live);
}

let formula = null;

/** Rows and formulas have other views: all of them are asked for anew when the kind changes. */
function turnKind(state) {
  if (formula === (state.data === "formula")) return;
  formula = state.data === "formula";
  for (const all of views.values()) for (const view of all) view.node.classList.remove("gone");
  turned = true;
}

let turned = false;

function theme(state) {
  const root = document.documentElement;
  if (root.dataset.theme === state.theme) return;
  root.dataset.theme = state.theme;
  byId("theme").value = state.theme;
  // a canvas does not follow the style sheet by itself
  requestAnimationFrame(() => views.get("surface")?.forEach((view) => view.draw()));
}

/** Everything that is said once, in a newly chosen language. */
function sayAll() {
  if (language === spoken()) return;
  language = spoken();
  fillWords();
  document.title = say("title");
  byId("lang").value = language;
  byId("undo").disabled = !canUndo();
  theme(current());
  parts.controls.build();
  showCards(menu);
  byId("foot").textContent = say("foot");
}

function request(live, names = wanted()) {
  const state = asked();
  const key = `${live} ${encodeHash(state)}`;
  ask({ state, stage: live ? "preview" : "full", views: names }, (answer) => arrived(answer, live, names, key), failed);
}

function failed(error) {
  byId("main").setAttribute("aria-busy", "false");
  byId("verdict").replaceChildren(el("b", { class: "badge" }, say("refused")), el("span", {}, [error.message, error.remedy].filter(Boolean).join(" ")));
  byId("verdict").dataset.good = "false";
  byId("verdict").dataset.ending = "refused";
  lab.error = error.message;
  lab.ready = true;
  turned = true;
}

/** Drawn at once: the browser paints it with its next frame, and all of it together. */
function arrived(answer, live, names, key) {
  const began = performance.now();
  lab.answer = { ...lab.answer, ...answer, findings: answer.findings ?? lab.answer?.findings, snippet: answer.snippet ?? lab.answer?.snippet };
  lab.error = null;
  if (key !== lab.key) for (const name of views.keys()) parts.stale.add(name);
  lab.key = key;
  draw(lab.answer, live, names);
  lab.drawing = performance.now() - began;
  if (!lab.ready) {
    lab.ready = true;
    lab.firstPaint = performance.now();
  }
  const rest = live ? [] : waiting();
  if (rest.length) request(false, rest);
}

/** All that follows from an answer, in one frame. */
function draw(answer, live, names) {
  const state = current();
  showVerdict(answer, live, look);
  parts.rate.show(answer, live);
  parts.controls.show({ ...state, ...(live ? {} : onlyData(answer.state, state)) }, answer, live);
  parts.hand.show(answer, live);
  parts.slopes.show(state, live);
  parts.scaling.show(state, answer);
  parts.search.show(state, answer);
  onlyTabs(state, answer);
  for (const name of names) {
    lab.figures[name] = answer.figures[name] ?? null;
    parts.stale.delete(name);
    for (const view of views.get(name) ?? []) view.show(answer.figures[name], answer.missing?.[name], live);
  }
  turned = false;
  for (const [name, all] of views) if (!has(name) || name === "divergence") for (const view of all) view.node.classList.toggle("gone", !has(name));
  for (const name of names) for (const view of views.get(name) ?? []) view.node.classList.toggle("gone", !answer.figures[name] && (name === "fit" || state.data === "formula"));
  if (!live) settled(answer);
  focusPlot();
}

/** A formula has no rows to standardize; pictures of rates and searches follow from squared errors alone. */
function onlyTabs(state, answer) {
  const formula = state.data === "formula";
  const closed = formula || answer.numbers.L !== null;
  const all = formula ? FORMULA_TABS : Object.keys(TAB_VIEWS);
  parts.tabs.only(closed ? all : all.filter((name) => !SQUARES_TABS.includes(name)));
  const { loss, penalty } = answer.numbers;
  byId("tabs-note").textContent = closed ? "" : say("tabs_of_squares", { loss: called("loss", loss), penalty: called("penalty", penalty) });
}

/** What the server understood stands in the fields: clamped numbers, chosen columns. */
const onlyData = (understood, state) => (understood ? { ...understood, rate: state.rate, lang: state.lang, theme: state.theme } : {});

function settled(answer) {
  sayLesson(answer);
  showFindings(answer.findings, look);
  byId("data-name").textContent = dataName(menu, current());
  byId("main").setAttribute("aria-busy", "false");
  if (current().tab === "compare") parts.compare.show(current());
}

globalThis.__lab = {
  get answer() { return lab.answer; },
  get figures() { return lab.figures; },
  get state() { return current(); },
  get busy() { return busy() || !lab.ready || Boolean(lab.speaking); },
  get error() { return lab.error; },
  get drawing() { return lab.drawing; },
  get firstPaint() { return lab.firstPaint; },
  get drawn() { return (name) => views.get(name)?.[0].plots.map((plot) => plot.drawn); },
  get swept() { return { ...parts.sweep.view.plots[0], plot: parts.sweep.view.plots[0].plot, rows: parts.sweep.view.figure.table.rows }; },
  get compared() { return parts.compare.runs; },
  get menu() { return menu; },
  missingWords, change, replace, encodeHash,
};

start().catch((error) => {
  byId("verdict").textContent = error.message;
  complain(error);
});
