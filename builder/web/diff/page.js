// The page of differences: filters its notes, and puts cards and pictures in their places when they come into sight.

const data = JSON.parse(document.getElementById("data").textContent);
const night = matchMedia("(prefers-color-scheme: dark)");
const [first, highest] = [740, 4000]; // pixels: a card is laid out as on a phone, and is never higher than that

// Frames. A card is anybody's: its document is asked only by methods that it cannot replace, and for nothing but sizes.

const join = (pieces, kept) => pieces.map(piece => typeof piece === "number" ? kept[piece] : piece).join("");
const all = (card, selector) => Document.prototype.querySelectorAll.call(card, selector);
const root = card => all(card, "html")[0];

function fill(place) {
  const [number, style, pieces] = data.frames[place.dataset.frame];
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin"); // to be measured; nothing may run in it
  frame.title = place.dataset.title;
  frame.style.height = `${first}px`;
  frame.addEventListener("load", () => settle(place, frame), { once: true });
  frame.srcdoc = join(data.page[Number(night.matches)], [data.styles[style], number, join(pieces, data.media)]);
  place.replaceChildren(frame);
}

function settle(place, frame) {
  const card = frame.contentDocument;
  if (!card) return;
  for (const link of all(card, "[*|href], [action], [formaction]")) {
    for (const name of ["href", "xlink:href", "action", "formaction", "target"]) link.removeAttribute(name);
  }
  drawMasks(card); // gives the picture its shape
  fit(place, frame, card);
  drawMasks(card); // where the picture is now
  for (const fold of all(card, "details")) fold.addEventListener("toggle", () => fit(place, frame, card));
  place.dataset.state = "ready";
}

function drawMasks(card) {
  try {
    setUpMasks(card);
  } catch {
    // A document that hides its own methods has no masks.
  }
}

/** Gives a frame the height of its card. Pictures may grow with the frame, so that it is asked again. */
function fit(place, frame, card) {
  let height = 0;
  for (let turn = 0; turn < 4; turn++) {
    height = Math.min(Math.ceil(root(card).getBoundingClientRect().height), highest);
    if (height <= frame.clientHeight) break;
    frame.style.height = `${height}px`;
  }
  place.style.height = `${Math.max(height, 48)}px`;
}

const seen = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    if (target.matches(".frame")) fill(target);
    else target.src = data.media[target.dataset.picture];
  }
}, { rootMargin: "600px" });

for (const place of document.querySelectorAll(".frame, [data-picture]")) seen.observe(place);
night.addEventListener("change", () => {
  for (const frame of document.querySelectorAll(".frame > iframe")) fill(frame.parentElement);
});

// Filter

const notes = [...document.querySelectorAll(".note")];
const groups = [...document.querySelectorAll(".subdeck")];
const kinds = [...document.querySelectorAll(".kinds input")];
const [filter, search, open, count, nothing] = ["filter", "search", "open", "count", "nothing"].map(id => document.getElementById(id));
const texts = new WeakMap();

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function text(note) {
  if (!texts.has(note)) texts.set(note, fold(note.textContent));
  return texts.get(note);
}

function choose() {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  const wanted = new Set(kinds.filter(kind => kind.checked).map(kind => kind.value));
  let shown = 0;
  for (const note of notes) {
    note.hidden = !wanted.has(note.dataset.kind) || !words.every(word => text(note).includes(word));
    shown += !note.hidden;
  }
  for (const group of groups) group.hidden = !group.querySelector(".note:not([hidden])");
  nothing.hidden = shown > 0;
  count.textContent = shown === notes.length ? "" : `${shown.toLocaleString("en")} of ${notes.length.toLocaleString("en")} notes`;
}

function unfold() {
  for (const cards of document.querySelectorAll("details.cards")) cards.open = open.checked;
}

if (filter) {
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(choose, 120); });
  for (const kind of kinds) kind.addEventListener("change", choose);
  open.addEventListener("change", unfold);
  open.parentElement.hidden = !document.querySelector("details.cards");
  filter.hidden = false;
  // Browsers keep what was typed and checked when a page is loaded again.
  choose();
  if (open.checked) unfold();
}
