/** What one takes away: a link, pictures, a report, the same run in Python and on the command line. */

import { byId, el, save } from "./dom.js";
import { asked, current, encodeHash } from "./state.js";
import { say } from "./words.js";
import { bytes, page } from "./wire.js";

let hiding = 0;

/** A short message that comes and goes; it is read out. */
export function toast(message) {
  const node = byId("toast");
  node.textContent = message;
  node.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (node.hidden = true), 6000);
}

/** An error as one message: what happened, what to do. */
export const complain = (error) => toast([error.message, error.remedy].filter(Boolean).join(" "));

/** A file of a view, drawn by the library. */
export async function saveView(view, format) {
  try {
    const { blob } = await bytes("api/export", { state: asked(), view, format, lang: current().lang, page: `${page}-export` });
    // several pictures lie beside one another in one folder
    const name = `steepest-${view.replaceAll("_", "-")}.${format}`;
    save(blob, name);
    toast(say("saved", { name }));
  } catch (error) {
    complain(error);
  }
}

async function saveReport(button) {
  button.disabled = true;
  try {
    const { blob, name } = await bytes("api/report", { state: asked(), lang: current().lang, page: `${page}-report` });
    save(blob, name);
    toast(say("saved", { name }));
  } catch (error) {
    complain(error);
  } finally {
    button.disabled = false;
  }
}

/** Copies; where the browser refuses, the text is shown to be copied by hand. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch {
    const box = el("textarea", { class: "hidden" });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    toast(done ? say("copied") : text);
  }
}

/** The address that shows the same. */
export const link = () => `${location.origin}${location.pathname}#${encodeHash()}`;

/** The dialog of everything that can be taken away. */
export function openKeep(answer, views) {
  const root = byId("keep-dialog");
  const close = el("button", { type: "button", class: "quiet close", click: () => root.close() }, say("close"));
  const report = el("button", { type: "button", class: "main", id: "save-report" }, say("keep_report"));
  report.addEventListener("click", () => saveReport(report));
  const pictures = views.map(({ name, title }) =>
    el("li", { class: "row" }, el("span", { class: "grow" }, title), ...["svg", "png"].map((format) => el("button", { type: "button", class: "quiet", "data-export": `${name}.${format}`, click: () => saveView(name, format), "aria-label": say("save_named", { format: format.toUpperCase(), title }) }, format.toUpperCase()))),
  );
  root.replaceChildren(
    el("div", { class: "dialog-head" }, el("h2", { id: "keep-title" }, say("export")), close),
    el("section", {}, el("h3", {}, say("keep_report_title")), el("p", { class: "soft" }, say("keep_report_about")), report),
    code("keep_command", answer.snippet?.shell),
    code("keep_python", answer.snippet?.python),
    el("section", {}, el("h3", {}, say("keep_link")), el("p", { class: "row" }, el("button", { type: "button", click: () => copy(link()) }, say("copy_link")))),
    el("section", {}, el("h3", {}, say("keep_pictures")), el("ul", { class: "files" }, ...pictures)),
  );
  root.showModal();
}

function code(word, text) {
  if (!text) return el("span", {});
  return el(
    "section",
    {},
    el("h3", {}, say(word)),
    el("pre", { tabindex: "0", "data-snippet": word, role: "region", "aria-label": say(word) }, el("code", {}, text)),
    el("p", { class: "row" }, el("button", { type: "button", click: () => copy(text), "aria-label": say("copy_named", { name: say(word) }) }, say("copy"))),
  );
}
