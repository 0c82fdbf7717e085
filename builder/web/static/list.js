// Draws the list of notes: only the rows in sight are in the page, however many notes there are.

import { excerpt, marked } from "./find.js";
import { amount, icon, make, unseen } from "./parts.js";

const NOTE = 52, GROUP = 36, MARGIN = 400; // heights in pixels, as in preview.css; what is drawn beyond the edges
export const FORMS = {
  question: "Question", reversed: "Reversed", typed: "Typed", choices: "Choices",
  cloze: "Gaps", picture: "Picture", own: "Own note type",
};

/** A subdeck as people read it. */
export function subdeckName(subdeck, deckName) {
  return subdeck.split("::").join(" › ") || deckName;
}

/** The list in `box`; `pick` is called with the id of a note, `fold` with a subdeck. */
export function createList(box, { pick, fold }) {
  const space = make("div", { class: "space", role: "presentation" });
  box.append(space);
  let rows = [], tops = [0], places = new Map(), drawn = new Map(), now = { selected: "", words: [], deckName: "" };
  let waiting = false, height = 0;

  box.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  }, { passive: true });
  new ResizeObserver(() => {
    // The selected row stays in sight when the box is put back into the page, or something above it takes room.
    const sighted = height === 0 || isSeen(places.get(`n:${now.selected}`), height);
    height = box.clientHeight;
    if (!height || !sighted || !list.reveal(now.selected)) draw();
  }).observe(box);
  box.addEventListener("click", event => {
    const row = event.target.closest("[data-key]");
    if (!row) return;
    const { group, subdeck, note } = rows[places.get(row.dataset.key)] ?? {};
    if (group) fold(subdeck);
    else if (note) pick(note.id);
  });

  /** The row at a height in pixels. */
  function rowAt(height) {
    let low = 0, high = rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function draw() {
    const first = rowAt(box.scrollTop - MARGIN), last = rowAt(box.scrollTop + box.clientHeight + MARGIN);
    const wanted = new Map();
    let before = null;
    for (let index = first; index <= last && index < rows.length; index++) {
      const key = keyOf(rows[index]), old = drawn.get(key);
      const element = old && isFresh(old, rows[index]) ? old.element : drawRow(rows[index], key, old?.element);
      mark(element, rows[index], index);
      const after = before ? before.nextSibling : space.firstChild;
      if (element !== after) space.insertBefore(element, after);
      before = element;
      wanted.set(key, { element, row: rows[index], words: now.words });
    }
    for (const [key, { element }] of drawn) if (wanted.get(key)?.element !== element) element.remove();
    drawn = wanted;
  }

  function isFresh(old, row) {
    if (row.group) return old.row.count === row.count && old.row.closed === row.closed;
    return old.row.note === row.note && old.words === now.words;
  }

  function drawRow(row, key, old) {
    const element = row.group ? drawGroup(row, now.deckName) : drawNote(row.note, now.words);
    element.firstChild.dataset.key = key;
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(element);
      if (focused) element.firstChild.focus({ preventScroll: true });
    }
    return element;
  }

  function mark(element, row, index) {
    element.style.transform = `translateY(${tops[index]}px)`;
    element.setAttribute("aria-setsize", rows.length);
    element.setAttribute("aria-posinset", index + 1);
    if (row.group) return;
    const button = element.firstChild, selected = row.note.id === now.selected;
    button.tabIndex = selected ? 0 : -1;
    if (selected) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }

  function isSeen(at, room) {
    return at !== undefined && tops[at] >= box.scrollTop && tops[at] < box.scrollTop + room;
  }

  /** The row at the upper edge (or the selected one, when it is in sight) keeps its place on the screen. */
  function anchor() {
    const top = box.scrollTop, at = places.get(`n:${now.selected}`);
    const candidates = isSeen(at, box.clientHeight) ? [at] : [];
    for (let index = rowAt(top); index < rows.length && index < rowAt(top) + 50; index++) candidates.push(index);
    return candidates.map(index => ({ key: keyOf(rows[index]), offset: tops[index] - top }));
  }

  const list = {
    /** Shows other rows, or the same ones with another selection or other words to mark. */
    show(newRows, selected, words, deckName) {
      const kept = rows.length ? anchor() : [];
      const moved = newRows !== rows;
      if (moved) {
        rows = newRows;
        tops = measure(rows);
        places = new Map(rows.map((row, index) => [keyOf(row), index]));
        space.style.height = `${tops[rows.length]}px`;
      }
      const searched = words.join(" ") !== now.words.join(" ");
      now = { selected, words: searched ? words : now.words, deckName };
      const stays = moved && kept.find(({ key }) => places.has(key));
      if (searched || !kept.length) list.reveal(selected) || (box.scrollTop = 0);
      else if (stays) box.scrollTop = tops[places.get(stays.key)] - stays.offset;
      draw();
    },

    /** Scrolls just as far as needed for a note to be in sight; false when it is not in the list. */
    reveal(id) {
      const at = places.get(`n:${id}`);
      if (at === undefined) return false;
      const room = box.clientHeight, top = tops[at];
      if (top < box.scrollTop + GROUP) box.scrollTop = Math.max(0, top - GROUP);
      else if (top + NOTE > box.scrollTop + room) box.scrollTop = top + NOTE - room + GROUP;
      draw();
      return true;
    },

    /** Moves the focus along when a row had it. */
    follow(id) {
      if (box.contains(document.activeElement) && document.activeElement !== box) {
        (drawn.get(`n:${id}`)?.element.firstChild ?? box).focus({ preventScroll: true });
      }
    },
  };
  return list;
}

function keyOf(row) {
  return row.group ? `g:${row.subdeck}` : `n:${row.note.id}`;
}

function measure(rows) {
  const tops = new Float64Array(rows.length + 1);
  rows.forEach((row, index) => { tops[index + 1] = tops[index] + (row.group ? GROUP : NOTE); });
  return tops;
}

function drawGroup({ subdeck, count, closed }, deckName) {
  return make("div", { class: "item", role: "listitem" },
    make("button", { type: "button", class: "group", "aria-expanded": String(!closed) },
      icon("fold"),
      make("span", { class: "name", dir: "auto" }, subdeckName(subdeck, deckName)),
      make("span", { class: "soft" }, count.toLocaleString("en"), unseen(count === 1 ? " note" : " notes"))));
}

function drawNote(note, words) {
  const found = words.length ? excerpt(note, words) : "";
  const title = make("span", { class: found ? "title short" : "title", dir: "auto" }, pieces(note.title, words));
  return make("div", { class: "item", role: "listitem" },
    make("button", { type: "button", class: "row", title: note.title },
      make("span", { class: "form", title: note.type || FORMS[note.form] }, icon(note.form in FORMS ? note.form : "own"),
        unseen(`${FORMS[note.form] ?? note.form}: `)),
      make("span", { class: "words" }, title,
        found && make("span", { class: "excerpt", dir: "auto" }, pieces(found, words))),
      make("span", { class: "marks" }, note.retired && retiredMark(), note.stale && staleMark(), ...problemMarks(note),
        note.cards.length !== 1 && make("span", { class: "cards-count", title: amount(note.cards.length, "card") },
          String(note.cards.length), unseen(note.cards.length === 1 ? " card" : " cards")))));
}

function pieces(text, words) {
  return marked(text, words).map(([part, isMarked]) => (isMarked ? make("mark", {}, part) : part));
}

/** The sign of a note that nobody should learn any more. */
export function retiredMark() {
  return make("span", { class: "retired-mark", title: "retired" }, icon("retired"), unseen("retired"));
}

/** The sign of a note that is shown as it was before its file had errors. */
export function staleMark() {
  return make("span", { class: "stale-mark", title: "not up to date: the last good card is shown" },
    icon("stale"), unseen("not up to date"));
}

function problemMarks(note) {
  return ["error", "warning"].flatMap(severity => {
    const number = note.problems.filter(problem => problem.severity === severity).length;
    if (!number) return [];
    const words = amount(number, severity);
    return [make("span", { class: `mark ${severity}`, title: words },
      icon(severity), number > 1 && String(number), unseen(words))];
  });
}
