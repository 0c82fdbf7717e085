// Lays out the card: which sides, in which frames, how wide, and what was typed or picked on the front.

import { outlineChoice } from "./frame.js";
import { createPane } from "./pane.js";
import { write } from "./parts.js";

const SIZES = { phone: [360, 740], tablet: [768, 1024], desktop: [Infinity, Infinity] };
const TYPED = 2000; // characters of a typed answer: more are not compared, and no address holds them
const ASIDE = 300, GAP = 16, NARROW = 700; // pixels: what the notes beside a card need, between panes, a narrow window

/** The stage; `act` has key, mouse, flip, and gone for a card that cannot be had. */
export function createStage(act) {
  const part = id => document.getElementById(id);
  const bench = part("bench"), stage = part("stage"), panes = part("panes"), verdict = part("verdict");
  const boxes = [part("pane-one"), part("pane-two")];
  let now = null; // what is shown: {note, card, side, night, width, state}
  let typed = "", picked = -1;

  const hooks = {
    key: act.key, mouse: act.mouse, sound, speech,
    open: address => window.open(address, "_blank", "noopener,noreferrer"),
    typed: text => { typed = text; },
    compare: text => { typed = text; answered(); },
    pick: index => { picked = index; answered(); },
  };
  const [one, two] = boxes.map(box => createPane(box.querySelector(".frame"), hooks, failed));

  /** Forgets what could not be had, so that it is asked for again. */
  function failed(reached) {
    now = { ...now, card: null };
    one.clear();
    two.clear();
    act.gone(reached);
  }

  /** Goes to the back, or brings the one beside the front up to date. */
  function answered() {
    if (now.side === "both") {
      if (one.page) outlineOnly(one.page);
      loadSide(two, "back");
    } else {
      act.flip();
    }
  }

  function outlineOnly(page) {
    page.querySelectorAll(".db-options > li").forEach(choice => { choice.style.outline = ""; });
    if (picked >= 0) outlineChoice(page, picked);
  }

  function loadSide(pane, side) {
    const { note, card, night, state } = now;
    const query = new URLSearchParams({
      note: note.id, number: card.number, side, night: night ? 1 : 0, typed: typed.slice(0, TYPED), state,
    });
    pane.load({
      key: `${card.number} ${side} ${note.id}`,
      address: `/card?${query}`,
      title: `${side === "front" ? "Front" : "Back"} of card ${card.number}, note ${note.id}`,
      toAnswer: side === "back" && now.side !== "both",
      arrived(page, { right }) {
        const field = page.querySelector("input#typeans");
        if (field) field.value = typed;
        if (picked >= 0) outlineChoice(page, picked);
        if (side === "back") tell(right);
      },
    });
  }

  function tell(right) {
    verdict.hidden = picked < 0 || right < 0;
    const letter = index => String.fromCharCode(65 + index);
    if (verdict.hidden) return;
    verdict.className = picked === right ? "verdict good" : "verdict bad";
    write(verdict, picked === right ? `You picked ${letter(picked)}: right`
      : `You picked ${letter(picked)}; the answer is ${letter(right)}`);
  }

  function layout() {
    if (!now) return;
    const [width, height] = SIZES[now.width], sides = now.side === "both" ? 2 : 1;
    const room = bench.clientWidth, needed = (width === Infinity ? 720 : width) * sides + GAP * (sides + 1);
    const beside = room >= NARROW && room - needed >= ASIDE;
    bench.dataset.about = beside ? "beside" : "above";
    const inner = stage.clientWidth - (room < NARROW ? 0 : 2 * GAP);
    const stacked = sides === 2 && inner < NARROW - 2 * GAP;
    bench.dataset.sides = stacked ? "stacked" : sides === 2 ? "both" : "one";
    const each = stacked || sides === 1 ? inner : (inner - GAP) / 2;
    const caption = sides === 2 ? 24 : 0;
    const high = (panes.clientHeight - (stacked ? GAP : 0)) / (stacked ? 2 : 1) - caption;
    const wide = width === Infinity ? each : width, scale = Math.min(1, each / wide);
    const tall = Math.min(height, Math.max(high, 160) / scale);
    for (const [name, value] of [["wide", wide], ["tall", tall]]) panes.style.setProperty(`--${name}`, `${value}px`);
    panes.style.setProperty("--scale", scale);
  }

  new ResizeObserver(layout).observe(bench);
  new ResizeObserver(layout).observe(panes);

  return {
    /** Shows a card: {note, card, side, night, width, look, state}; loads only what is not there yet. */
    show(wanted) {
      const before = now;
      now = wanted;
      const { note, card, side, night } = wanted;
      stage.dataset.empty = String(!card);
      part("no-card").hidden = Boolean(card);
      boxes[1].hidden = side !== "both";
      boxes[0].querySelector("figcaption").textContent = side === "both" ? "Front" : "";
      boxes[1].querySelector("figcaption").textContent = side === "both" ? "Back" : "";
      layout();
      if (!card) {
        one.clear();
        two.clear();
        verdict.hidden = true;
        return;
      }
      const same = before?.card && before.note.id === note.id && before.card.number === card.number;
      if (!same) {
        [typed, picked] = ["", -1];
        one.forget();
        two.forget();
      }
      if (!same || side === "front") verdict.hidden = true;
      const first = side === "both" ? "front" : side, firstBefore = before?.side === "both" ? "front" : before?.side;
      const fresh = same && before.note.stamp === note.stamp && before.look === wanted.look && before.night === night;
      if (!fresh || first !== firstBefore) loadSide(one, first);
      if (side !== "both") two.clear();
      else if (!fresh || before.side !== "both") loadSide(two, "back");
    },
    /** Picks a choice of the front by its place; false when there is none. */
    pick(index) {
      if (index < 0 || index >= (one.card?.choices.length ?? 0)) return false;
      hooks.pick(index);
      return true;
    },
    toggleMasks() {
      for (const pane of [one, two]) pane.card?.toggleMasks?.();
    },
  };
}

let playing = null;

function sound(address) {
  const file = new URL(address, location.href);
  if (file.origin !== location.origin) return;
  playing?.pause();
  playing = new Audio(file.href);
  playing.play().catch(() => {});
}

function speech(text, language) {
  if (!window.speechSynthesis) return;
  const words = new SpeechSynthesisUtterance(text);
  if (language) words.lang = language.replace("_", "-");
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}
