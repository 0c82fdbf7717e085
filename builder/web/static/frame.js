// Gives a card's document, in which nothing can run, the behaviour that Anki's reviewer gives it, and keeps its state.

import { setUpMasks } from "./occlusion.js";

const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select";

/** Whether keys belong to what has the focus because something is typed or chosen there. */
export function isField(element) {
  return Boolean(element?.matches?.(FIELDS));
}

/**
 * Listens to everything in a card: `hooks` has key, typed, compare, pick, sound, speech, open.
 * Returns {right, toggleMasks, choices}: the place of the right choice on a back or -1, and what the keys can do.
 */
export function prepare(card, hooks) {
  for (const element of card.querySelectorAll("[onclick]")) element.removeAttribute("onclick");
  card.addEventListener("keydown", event => key(event, hooks));
  card.addEventListener("click", event => click(event, hooks));
  card.addEventListener("auxclick", event => { if (event.button === 1) followLink(event, hooks); });
  card.addEventListener("mousedown", hooks.mouse);
  card.addEventListener("input", event => { if (event.target.id === "typeans") hooks.typed(event.target.value); });
  card.addEventListener("submit", event => event.preventDefault());
  for (const name of ["dragover", "drop"]) card.addEventListener(name, event => event.preventDefault());
  for (const choice of openChoices(card)) choice.style.cursor = "pointer";
  return {
    right: [...card.querySelectorAll(".db-answered > li")].findIndex(choice => choice.classList.contains("db-right")),
    toggleMasks: setUpMasks(card),
    choices: openChoices(card).map(choice => choice.textContent.trim()),
  };
}

function key(event, hooks) {
  if (event.key === "Enter" && event.target.id === "typeans" && !event.isComposing) {
    event.preventDefault();
    hooks.compare(event.target.value);
  } else {
    hooks.key(event);
  }
}

function openChoices(card) {
  return [...card.querySelectorAll(".db-options:not(.db-answered) > li")];
}

function click(event, hooks) {
  const on = selector => event.target.closest?.(selector);
  const sound = on(".soundLink, .replay-button"), hint = on("a.hint"), choice = on(".db-options:not(.db-answered) > li");
  if (sound) {
    event.preventDefault();
    play(sound, hooks);
  } else if (hint) {
    event.preventDefault();
    unfold(hint);
  } else if (on("a, area")) {
    followLink(event, hooks);
  } else if (choice && String(choice.ownerDocument.getSelection()) === "") {
    hooks.pick([...choice.parentElement.children].indexOf(choice));
  }
}

function play({ dataset }, hooks) {
  if (dataset.sound) hooks.sound(dataset.sound);
  else if (dataset.speech) hooks.speech(dataset.speech, dataset.lang ?? "");
}

function unfold(hint) {
  hint.style.display = "none";
  if (hint.nextElementSibling?.matches(".hint")) hint.nextElementSibling.style.display = "block";
}

/** Web addresses open in a tab of their own; a part of the card is scrolled to; anything else does nothing. */
function followLink(event, hooks) {
  const link = event.target.closest?.("a, area");
  if (!link) return;
  event.preventDefault();
  const address = link.getAttribute("href") ?? link.getAttributeNS("http://www.w3.org/1999/xlink", "href") ?? "";
  if (/^(https?:|mailto:)/i.test(address.trim())) hooks.open(address.trim());
  else if (/^#./.test(address)) scrollTo(link.ownerDocument, address.slice(1));
}

/** Scrolls a card, and nothing around it, to the part with an id. */
export function scrollTo(card, id) {
  const part = card.getElementById(id);
  if (part && card.scrollingElement) card.scrollingElement.scrollTop += part.getBoundingClientRect().top;
}

/** What a reader did to a card: how far it is scrolled, which folds and hints are open, what is typed and where. */
export function remember(card) {
  const field = card.querySelector("input#typeans");
  return {
    top: card.scrollingElement?.scrollTop ?? 0,
    folds: folds(card).map(([name, fold]) => [name, fold.open]),
    hints: [...card.querySelectorAll("a.hint")].map(hint => hint.style.display === "none"),
    typed: field && { value: field.value, from: field.selectionStart, to: field.selectionEnd },
    typing: field !== null && card.activeElement === field,
  };
}

/** Brings another document of the same card into that state. */
export function restore(card, { top, folds: before, hints, typed, typing }) {
  const open = new Map(before);
  for (const [name, fold] of folds(card)) if (open.has(name)) fold.open = open.get(name);
  card.querySelectorAll("a.hint").forEach((hint, index) => { if (hints[index]) unfold(hint); });
  const field = card.querySelector("input#typeans");
  if (field && typed) {
    field.value = typed.value;
    field.setSelectionRange(typed.from, typed.to);
    if (typing) field.focus({ preventScroll: true });
  }
  if (card.scrollingElement) card.scrollingElement.scrollTop = top;
}

/** Folds with a name that stays when others come or go: their title, and how many before them have the same one. */
function folds(card) {
  const seen = new Map();
  return [...card.querySelectorAll("details")].map(fold => {
    const title = fold.querySelector("summary")?.textContent.trim() ?? "";
    seen.set(title, (seen.get(title) ?? 0) + 1);
    return [`${title} ${seen.get(title)}`, fold];
  });
}

/** Puts an outline around the choice that was picked. */
export function outlineChoice(card, picked) {
  const choice = card.querySelectorAll(".db-options > li")[picked];
  if (choice) {
    Object.assign(choice.style, { outline: "2px dashed var(--accent)", outlineOffset: "-2px", borderRadius: ".5rem" });
  }
}
