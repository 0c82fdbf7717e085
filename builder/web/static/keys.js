// Turns keys, on the page or in a card, into what they do; what is typed or chosen in a field stays there.

import { isField } from "./frame.js";

const NATIVE = "button:not(.row), summary, a[href], input";
const ARROWS = {
  ArrowLeft: "cardBack", ArrowRight: "cardOn", ArrowUp: "noteBack", ArrowDown: "noteOn", Home: "first", End: "last",
};
const LETTERS = { j: "noteOn", k: "noteBack", n: "night", s: "study", "/": "search", "?": "keys", M: "masks" };
const WIDTHS = { 1: "phone", 2: "tablet", 3: "desktop" };

/** A listener for keydown that calls `act[name]`; `act.pick` is asked before a letter counts as anything else. */
export function keyListener(act) {
  return event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (isField(event.target)) {
      if (event.key === "Escape") leave(event.target);
      return;
    }
    if (perform(event, act)) event.preventDefault();
  };
}

function perform({ key, target }, act) {
  if (key === " " || key === "Enter") return !target.closest?.(NATIVE) && done(act.flip);
  if (key === "Escape") return done(act.leave);
  if (key in ARROWS) return done(act[ARROWS[key]]);
  if (key in WIDTHS) return done(act.width, WIDTHS[key]);
  if (/^[a-h]$/.test(key) && act.pick(key.charCodeAt(0) - 97)) return true;
  return key in LETTERS && done(act[LETTERS[key]]);
}

function done(action, value) {
  action(value);
  return true;
}

/** Takes the focus out of a field, in whichever document it is. */
function leave(field) {
  field.blur();
}

/**
 * A listener for mousedown: a mouse presses a button without taking the focus, so that the keys go on working;
 * and it takes the focus out of a field, except into another one.
 */
export function mouse(event) {
  if (isField(event.target) || !event.target.closest?.("button, summary, a[href], label")) return;
  event.preventDefault();
  for (const page of [document, event.target.ownerDocument]) if (isField(page.activeElement)) leave(page.activeElement);
}

/** Gives the keys back to the page when a mouse has chosen in a list of options. */
export function releaseSelects() {
  let byMouse = false;
  document.addEventListener("pointerdown", () => { byMouse = true; }, true);
  document.addEventListener("keydown", () => { byMouse = false; }, true);
  document.addEventListener("change", event => { if (byMouse && event.target.matches("select")) event.target.blur(); });
}
