// Fills the search form with what the deck has, tells of every change, and says how many notes are shown.

import { EVERYBODY, countPaths } from "./find.js";
import { FORMS } from "./list.js";
import { amount, make, write } from "./parts.js";

const CHOICES = ["subdeck", "tag", "audience", "form", "sort"];
export const NO_FILTERS = { search: "", subdeck: "", tag: "", audience: "", form: "", problems: false, sort: "order" };

/** The form `#find`; `change` is called with what was set. */
export function createFilters(change) {
  const part = id => document.getElementById(id);
  let filled = null;

  part("find").addEventListener("submit", event => event.preventDefault());
  part("search").addEventListener("input", event => change({ search: event.target.value }));
  part("problems").addEventListener("change", event => change({ problems: event.target.checked }));
  for (const name of CHOICES) part(name).addEventListener("change", event => change({ [name]: event.target.value }));
  part("clear").addEventListener("click", () => change({ ...NO_FILTERS }));

  function fill(deck) {
    filled = deck.notes;
    const notes = [...deck.notes.values()];
    options(part("subdeck"), "all subdecks", tree(countPaths(notes, note => (note.subdeck ? [note.subdeck] : []))));
    options(part("tag"), "all tags", tree(countPaths(notes, note => note.tags)));
    options(part("audience"), "all notes", audiences(deck));
    const forms = Object.keys(FORMS).filter(form => notes.some(note => note.form === form));
    options(part("form"), "all forms", forms.map(form => [form, FORMS[form]]));
    const troubled = notes.filter(note => note.problems.length || note.stale).length;
    write(part("problems-label"), troubled ? `only problems (${troubled.toLocaleString("en")})` : "only problems");
    part("audience").closest("label").hidden = deck.about.audiences.length === 0;
  }

  return {
    show(deck, view, shown) {
      if (filled !== deck.notes) fill(deck);
      if (part("search").value !== view.search) part("search").value = view.search;
      for (const name of CHOICES) choose(part(name), view[name]);
      part("problems").checked = view.problems;
      const set = CHOICES.filter(name => view[name] !== NO_FILTERS[name]).length;
      write(part("filters-set"), set ? String(set) : "");
      part("clear").hidden = !set && !view.search && !view.problems;
      const all = deck.order.length;
      const some = shown === all ? "" : `${shown.toLocaleString("en")} of `;
      write(part("count"), `${some}${amount(all, "note")}`);
    },
  };
}

/** The editions to choose from: what each audience gets, and what everybody gets. */
export function audiences(deck) {
  const named = deck.about.editions.map(({ name, audience }) => [audience, `${name} edition`]);
  const others = deck.about.audiences.filter(audience => !named.some(([known]) => known === audience));
  return [...named, ...others.map(audience => [audience, audience]), [EVERYBODY, "for everybody"]];
}

/** Paths as indented options, parents before children, each with its number of notes. */
function tree(counts) {
  const byParts = (a, b) => a.split("::").join("\0").localeCompare(b.split("::").join("\0"), "en", { numeric: true });
  return [...counts.keys()].sort(byParts).map(path => {
    const parts = path.split("::");
    return [path, `${"\u2003".repeat(parts.length - 1)}${parts.at(-1)} (${counts.get(path).toLocaleString("en")})`];
  });
}

/** Fills a select, unless it has exactly these options. */
export function options(select, all, choices) {
  const wanted = [["", all], ...choices];
  const same = select.options.length === wanted.length
    && wanted.every(([value, text], at) => select.options[at].value === value && select.options[at].textContent === text);
  if (!same) select.replaceChildren(...wanted.map(([value, text]) => make("option", { value }, text)));
}

/** Chooses a value, also one that the deck no longer has. */
export function choose(select, value) {
  if (value && ![...select.options].some(option => option.value === value)) {
    select.append(make("option", { value }, `${value} (0)`));
  }
  if (select.value !== value) select.value = value;
}
