/**
 * The start point on the contour: dragged, moved by arrow keys, set by a click, typed in the settings.
 * The server says how a place on the picture becomes parameters (`drag`), since axes are in the
 * coordinates of the descent and starts in the table's units.
 */

import { el } from "./dom.js";
import { powerText } from "./numbers.js";
import { change, current } from "./state.js";
import { say } from "./words.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FINE = 100;
const COARSE = 10;

/** Puts a handle on a contour's plot; `current()` gives the newest answer. */
export class StartHandle {
  constructor(current) {
    this.current = current;
    this.held = false;
    this.node = el("button", { type: "button", class: "start-handle" });
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("keyup", (event) => KEYS[event.key] && this.release());
    this.node.addEventListener("blur", () => this.release());
    this.node.addEventListener("pointerdown", (event) => this.down(event));
    this.node.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.node.addEventListener(end, () => this.up());
  }

  /** Called whenever the contour was drawn. */
  onto(view) {
    const [plot] = view.plots;
    const answer = this.current();
    if (!plot || !answer?.drag || !answer.start_point || plot.space) {
      this.node.remove();
      return;
    }
    this.plot = plot;
    if (this.node.parentNode !== plot.plot) {
      plot.plot.append(this.node);
      plot.plot.addEventListener("dblclick", (event) => this.send(this.at(event), false));
    }
    if (!this.held && this.answered(answer)) this.stand(answer.start_point);
    const [x, y] = answer.start_point;
    const { x: across, y: along } = plot.panel;
    this.node.setAttribute("aria-label", say("start_handle", { x_name: across.label, x: powerText(x, 4), y_name: along.label, y: powerText(y, 4) }));
  }

  /** Whether an answer belongs to the last place sent: an older one would take steps back. */
  answered(answer) {
    const newest = String(current().start) !== this.sent;
    return newest || String(answer.state.start) === this.sent;
  }

  stand([x, y]) {
    const { scales, frame } = this.plot.drawn;
    this.place = [x, y];
    const inside = (value, from, size) => Math.min(Math.max(value, from), from + size);
    this.node.style.left = `${inside(scales.x(x), frame.left, frame.width)}px`;
    this.node.style.top = `${inside(scales.y(y), frame.top, frame.height)}px`;
  }

  at(event) {
    const box = this.plot.root.getBoundingClientRect();
    const { scales, frame } = this.plot.drawn;
    const inside = (value, from, size) => Math.min(Math.max(value, from), from + size);
    return [
      scales.x.back(inside(event.clientX - box.left, frame.left, frame.width)),
      scales.y.back(inside(event.clientY - box.top, frame.top, frame.height)),
    ];
  }

  down(event) {
    this.held = true;
    this.node.setPointerCapture(event.pointerId);
    this.node.classList.add("held");
  }

  move(event) {
    if (!this.held) return;
    const place = this.at(event);
    this.stand(place);
    this.moved = true;
    this.send(place, true);
  }

  up() {
    this.node.classList.remove("held");
    if (this.moved) this.release();
    this.held = false;
    this.moved = false;
  }

  /** The hand is off: axes may follow again. */
  release() {
    if (!this.held) return;
    this.held = false;
    this.send(this.place, false);
  }

  key(event) {
    const move = KEYS[event.key];
    if (!move || !this.place) return;
    event.preventDefault();
    event.stopPropagation();
    const { limits } = this.plot.drawn;
    const share = event.shiftKey ? COARSE : FINE;
    const [x, y] = this.place;
    this.held = true;
    this.place = [x + (move[0] * (limits.x[1] - limits.x[0])) / share, y + (move[1] * (limits.y[1] - limits.y[0])) / share];
    this.stand(this.place);
    this.send(this.place, true);
  }

  /** A place on the picture as parameters in the table's units. */
  send([x, y], live) {
    const { origin, across, along } = this.current().drag;
    const start = origin.map((one, at) => Number((one + x * across[at] + y * along[at]).toPrecision(6)));
    this.sent = String(start);
    change({ start }, { live });
  }
}
