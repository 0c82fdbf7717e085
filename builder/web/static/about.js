// Shows beside a card where its note is written and what was found in it, and above the list what belongs to no note.

import { FORMS, retiredMark, staleMark, subdeckName } from "./list.js";
import { amount, icon, make, placeLink, unseen } from "./parts.js";

/** What is said about a note; nothing is drawn anew while the note is the same. */
export function createAbout(section) {
  let shown = null;
  return {
    show(note, deckName, folder) {
      if (shown === note) return;
      shown = note;
      section.replaceChildren(...(note ? describe(note, deckName, folder) : []));
    },
  };
}

function describe(note, deckName, folder) {
  const subdeck = subdeckName(note.subdeck, deckName);
  const facts = [note.type || FORMS[note.form], subdeck, note.audience && `for ${note.audience}`];
  const where = make("div", { class: "where-what" },
    make("p", { class: "where" },
      placeLink(inFolder(note.path, folder), note.line, note.link), copyButton(note.path, note.line)),
    make("p", { class: "facts" }, facts.filter(Boolean).map(fact => make("span", { dir: "auto" }, fact)),
      make("code", { title: "the note's id" }, note.id)),
    note.tags.length > 0 && make("ul", { class: "tags", "aria-label": "Tags" },
      note.tags.map(tag => make("li", { dir: "auto" }, tag.replaceAll("::", " › ")))));
  return [
    where,
    note.retired && make("p", { class: "retired-note" }, retiredMark(), "retired: new students get no card of it"),
    note.stale && make("p", { class: "stale-note" }, staleMark(), "not up to date: this is the last good card"),
    make("ul", { class: "findings", "aria-label": "Findings" }, note.problems.map(problem => finding(problem, folder))),
  ].filter(Boolean);
}

function finding({ severity, message, hint, rule, path, line, link }, folder) {
  return make("li", { class: `finding ${severity}` },
    icon(severity),
    make("div", {},
      make("p", { class: "message" }, unseen(`${severity}: `), codes(message)),
      hint && make("p", { class: "hint" }, codes(hint)),
      make("p", { class: "rule" }, make("code", {}, rule), placeLink(inFolder(path, folder), line, link))));
}

/** A text in which what stands between backticks is code. */
function codes(text) {
  return text.split("`").map((piece, index) => (index % 2 ? make("code", {}, piece) : piece));
}

/** A path as short as can be understood: inside the deck's folder. */
function inFolder(path, folder) {
  return folder && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

function copyButton(path, line) {
  const words = make("span", { class: "copied", role: "status" });
  const button = make("button", { type: "button", class: "tool copy", title: `Copy ${path}:${line}` },
    icon("copy"), unseen("Copy the place"));
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(`${path}:${line}`).then(() => true, () => false);
    words.textContent = copied ? "copied" : "the browser does not let the page copy";
    setTimeout(() => { words.textContent = ""; }, 2000);
  });
  return [button, words];
}

/** The problems of no note, and the files whose last good cards are shown. */
export function createElsewhere(panel) {
  const [summary, list] = [panel.querySelector("summary"), panel.querySelector("div")];
  let shown = "";
  return {
    show({ problems, broken, about }) {
      const key = JSON.stringify([problems, broken]);
      if (key === shown) return;
      shown = key;
      panel.hidden = !problems.length && !broken.length;
      const before = panel.dataset.severity;
      const grave = broken.length || problems.some(problem => problem.severity === "error");
      panel.dataset.severity = grave ? "error" : "warning";
      // What keeps cards from being shown is said at once; whoever folds it has read it.
      if (grave && before !== "error") panel.open = true;
      if (!grave && before === "error") panel.open = false;
      const files = new Set([...problems.map(problem => problem.path), ...broken]);
      const count = problems.length ? `${amount(problems.length, "problem")} in ${amount(files.size, "file")}`
        : `${amount(broken.length, "file")} with errors`;
      summary.replaceChildren(icon(panel.dataset.severity), make("span", {}, count),
        broken.length ? make("span", { class: "last-good" }, "showing the last good cards") : "");
      list.replaceChildren(
        ...broken.map(path => make("p", { class: "broken" },
          make("b", {}, inFolder(path, about.folder)), ": showing the last good cards")),
        make("ul", { class: "findings" }, problems.map(problem => finding(problem, about.folder))));
    },
  };
}
