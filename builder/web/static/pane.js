// Shows one side of a card in a frame; a new document is loaded unseen and then takes the place of the old one.

import { prepare, remember, restore, scrollTo } from "./frame.js";

// In WebKit no listener runs in a document that may not run scripts, not even the page's own. There the frame may,
// and the policy that each card's document comes with still lets none run.
let permissions = "allow-same-origin";

function hears(card) {
  let heard = false;
  card.addEventListener("preview-probe", () => { heard = true; }, { once: true });
  card.dispatchEvent(new Event("preview-probe"));
  return heard;
}

/** A pane in `box`, whose cards get `hooks`; `failed` is called when a card could not be had. */
export function createPane(box, hooks, failed) {
  let shown = null, coming = null, key = "", card = null;

  function arrive(frame, wanted) {
    if (frame !== coming) return;
    const page = frame.contentDocument;
    if (!page?.getElementById("qa")) {
      frame.remove();
      coming = null;
      failed(Boolean(page));
      return;
    }
    if (!hears(page) && permissions === "allow-same-origin") {
      permissions += " allow-scripts";
      load(wanted);
      return;
    }
    const focused = shown !== null && document.activeElement === shown;
    card = prepare(page, hooks);
    wanted.arrived(page, card);
    if (shown && key === wanted.key) restore(page, remember(shown.contentDocument));
    else if (wanted.toAnswer) scrollTo(page, "answer"); // as Anki does
    shown?.remove();
    frame.className = "shown";
    [shown, coming, key] = [frame, null, wanted.key];
    if (focused && document.activeElement !== frame) frame.focus({ preventScroll: true });
  }

  /**
   * Loads {key, address, title, toAnswer, arrived}; of two requests only the later one arrives.
   * A document with the key of the one before keeps its scrolling, folds and typed text; else the answer is scrolled to.
   */
  function load(wanted) {
    coming?.remove();
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", permissions);
    frame.className = "coming";
    frame.title = wanted.title;
    frame.addEventListener("load", () => arrive(frame, wanted));
    frame.src = wanted.address;
    coming = frame;
    box.append(frame);
  }

  return {
    load,
    /** The next document starts afresh, whichever card it is of. */
    forget() { key = ""; },
    clear() {
      shown?.remove();
      coming?.remove();
      [shown, coming, key, card] = [null, null, "", null];
    },
    get page() { return shown?.contentDocument ?? null; },
    get card() { return card; },
  };
}
