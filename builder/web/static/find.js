// Turns a deck and the filters into the rows of the list: which notes, in which groups and order, and what to mark.

const PLAIN = /^[\x00-\x7f]*$/;
const folded = new WeakMap();

/** A text without the differences that a search should not see: capitals and accents. */
export function fold(text) {
  return PLAIN.test(text) ? text.toLowerCase() : text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a search, each of which must occur. */
export function searchWords(search) {
  return [...new Set(fold(search).split(/\s+/).filter(Boolean))];
}

function haystack(note) {
  let text = folded.get(note);
  if (text === undefined) folded.set(note, text = fold(`${note.title}\n${note.text}`));
  return text;
}

/** Folds the texts of all notes ahead, a little at a time, so that the first key of a search does not wait for it. */
export function foldAhead(notes) {
  const left = notes.values();
  const some = () => {
    const end = performance.now() + 8;
    for (let next = left.next(); !next.done; next = left.next()) {
      haystack(next.value);
      if (performance.now() > end) return void setTimeout(some);
    }
  };
  setTimeout(some, 100);
}

function isIn(path, parent) {
  return path === parent || path.startsWith(`${parent}::`);
}

/** The audience filter's word for notes without an audience. */
export const EVERYBODY = "*";

function fits(note, view, words) {
  if (view.subdeck && !isIn(note.subdeck, view.subdeck)) return false;
  if (view.tag && !note.tags.some(tag => isIn(tag, view.tag))) return false;
  if (view.audience && note.audience !== "" && note.audience !== view.audience) return false;
  if (view.form && note.form !== view.form) return false;
  if (view.problems && !note.problems.length && !note.stale) return false;
  return !words.length || words.every(word => haystack(note).includes(word));
}

/** 0 for a note with an error or whose last good state is shown, 1 with a warning, 2 with nothing to tell. */
function trouble(note) {
  if (note.stale || note.problems.some(problem => problem.severity === "error")) return 0;
  return note.problems.length ? 1 : 2;
}

/** The notes that pass the filters, in the order in which they are shown. */
export function findNotes(deck, view) {
  const words = searchWords(view.search);
  const found = [];
  for (const id of deck.order) {
    const note = deck.notes.get(id);
    if (fits(note, view, words)) found.push(note);
  }
  if (view.sort === "problems") found.sort((a, b) => trouble(a) - trouble(b));
  return found;
}

/** Rows of the list: groups by subdeck in the order in which they first appear; only notes where there is one group. */
export function arrange(notes, view) {
  const groups = groupBySubdeck(notes);
  if (view.sort === "problems" || groups.size < 2) return notes.map(note => ({ note }));
  const rows = [];
  for (const [subdeck, members] of groups) {
    const closed = view.closed.includes(subdeck);
    rows.push({ group: true, subdeck, count: members.length, closed });
    if (!closed) for (const note of members) rows.push({ note });
  }
  return rows;
}

function groupBySubdeck(notes) {
  const groups = new Map();
  for (const note of notes) {
    if (!groups.has(note.subdeck)) groups.set(note.subdeck, []);
    groups.get(note.subdeck).push(note);
  }
  return groups;
}

/** A text cut into [part, marked] so that every occurrence of the words is marked. */
export function marked(text, words) {
  if (!words.length) return [[text, false]];
  const { plain, starts } = mapped(text);
  const marks = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
      marks.fill(1, starts[at], starts[at + word.length]);
    }
  }
  const parts = [];
  for (let at = 0; at < text.length;) {
    let end = at;
    while (end < text.length && marks[end] === marks[at]) end++;
    parts.push([text.slice(at, end), marks[at] === 1]);
    at = end;
  }
  return parts;
}

/** The folded text, and for each of its characters where it starts in the text as written. */
function mapped(text) {
  let plain = "";
  const starts = [];
  let at = 0;
  for (const character of text) {
    const bare = fold(character);
    for (let i = 0; i < bare.length; i++) starts.push(at);
    plain += bare;
    at += character.length;
  }
  starts.push(at);
  return { plain, starts };
}

/** Where a note says what its title does not: a piece of its text around the first such word, or an empty text. */
export function excerpt(note, words) {
  const title = fold(note.title);
  const missing = words.find(word => !title.includes(word));
  if (missing === undefined) return "";
  const text = note.text.replace(/\s+/g, " ");
  const { plain, starts } = mapped(text);
  const at = plain.indexOf(missing);
  if (at < 0) return "";
  const from = Math.max(0, starts[at] - 24);
  const start = from && text.indexOf(" ", from) + 1 <= starts[at] ? text.indexOf(" ", from) + 1 : from;
  return (start ? "… " : "") + text.slice(start, start + 160);
}

/** Paths such as `Anatomy::Plexus` with all their parents, each with the number of notes in it, as a tree is written. */
export function countPaths(notes, pathsOf) {
  const counts = new Map();
  for (const note of notes) {
    const seen = new Set();
    for (const path of pathsOf(note)) {
      const parts = path.split("::");
      for (let depth = 1; depth <= parts.length; depth++) seen.add(parts.slice(0, depth).join("::"));
    }
    for (const path of seen) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}
