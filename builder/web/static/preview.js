// Starts the preview's page: holds what is shown, lets every part show it, and follows the deck while it is edited.

import { createAbout, createElsewhere } from "./about.js";
import { readAddress, writeAddress } from "./address.js";
import { ask, changedDeck, nearestCard, neighbour, wholeDeck } from "./deck.js";
import { createFilters } from "./filters.js";
import { arrange, findNotes, foldAhead, searchWords } from "./find.js";
import { keyListener, mouse, releaseSelects } from "./keys.js";
import { createList } from "./list.js";
import { follow } from "./live.js";
import { write } from "./parts.js";
import { createStage } from "./stage.js";
import { createStudy } from "./study.js";
import { createToolbar } from "./toolbar.js";

const part = id => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)");
let view = readAddress(location.hash);
let deck = null;
const begun = view.note !== ""; // the address says where to go on
let listed = { rows: [], ids: [], key: null, words: [], found: 0, deck: null };
let lastPlace = 0; // where the shown note stood in the list, for when it is no longer in it

const act = {
  flip, mouse, pick: index => stage.pick(index), masks: () => stage.toggleMasks(),
  cardBack: () => stepCard(-1), cardOn: () => stepCard(1), noteBack: () => stepNote(-1), noteOn: () => stepNote(1),
  first: () => (studying() ? study.first() : showNote(listed.ids[0])),
  last: () => (studying() ? study.last() : showNote(listed.ids.at(-1))),
  night: () => change({ night: !isNight() }), width: width => change({ width }),
  study: () => (studying() ? leaveStudy() : startStudy()),
  search, keys: () => part("keys").showModal(), leave: leaveStudy,
};
const onKey = keyListener(act);
const list = createList(part("rows"), { pick: id => showNote(id, true), fold: foldGroup });
const filters = createFilters(change);
const toolbar = createToolbar({ change, step: stepNote });
const about = createAbout(part("about")), elsewhere = createElsewhere(part("elsewhere"));
const study = createStudy({ change, leave: leaveStudy });
const stage = createStage({ key: onKey, mouse, flip, gone });

const studying = () => view.mode === "study";
const isNight = () => view.night ?? dark.matches;

/** Sets what is shown and lets every part show it. */
function change(changes) {
  const before = view;
  view = { ...view, ...changes };
  if (!deck) return;
  if (view.students !== before.students && studying()) study.load(view.students, view, false).catch(() => {});
  relist();
  settle();
  draw(before);
  remember();
}

/** Finds the notes anew where the deck or a filter is another one. */
function relist() {
  const { search: text, subdeck, tag, audience, form, problems, sort, closed } = view;
  const key = JSON.stringify([text, subdeck, tag, audience, form, problems, sort, closed]);
  if (listed.deck === deck && listed.key === key) return;
  const notes = findNotes(deck, view), rows = arrange(notes, view);
  const ids = rows.filter(row => row.note).map(row => row.note.id);
  listed = { rows, ids, key, words: searchWords(text), found: notes.length, deck };
}

/** Makes sure that the shown note and card are there. */
function settle() {
  if (!deck.notes.has(view.note)) view.note = listed.ids[0] ?? deck.order[0] ?? "";
  const note = deck.notes.get(view.note);
  if (note) view.card = nearestCard(note, view.card);
  const place = listed.ids.indexOf(view.note);
  if (place >= 0) lastPlace = place;
  if (studying() && view.side === "both") view.side = "front";
}

function draw(before) {
  const note = deck.notes.get(view.note) ?? null, name = deck.about.name;
  const root = document.documentElement;
  Object.assign(root.dataset, { theme: isNight() ? "night" : "day", screen: view.screen, mode: view.mode });
  part("night").setAttribute("aria-pressed", String(isNight()));
  write(part("deck-name"), name);
  write(part("deck-folder"), deck.about.folder);
  document.title = `${name} – preview`;
  filters.show(deck, view, listed.found);
  elsewhere.show(deck);
  list.show(listed.rows, view.note, listed.words, name);
  if (view.note !== before.note) {
    list.reveal(view.note);
    list.follow(view.note);
  }
  part("nothing").hidden = listed.rows.length > 0;
  part("rows").hidden = listed.rows.length === 0;
  write(part("nothing"), deck.order.length ? "no note fits the search and the filters" : "the deck has no cards yet");
  toolbar.show(note, view);
  about.show(note, name, deck.about.folder);
  part("browse-bar").hidden = studying();
  part("study-bar").hidden = !studying();
  study.show(deck, view);
  write(part("no-card"), note ? "this note has no card that can be shown" : "no card to show");
  const card = note?.cards.find(({ number }) => number === view.card);
  stage.show({ note, card, side: view.side, night: isNight(), width: view.width, look: deck.look, state: deck.state });
}

/** Writes the address a little later: browsers refuse to be told a hundred times in a row. */
let writing = 0;
function remember() {
  clearTimeout(writing);
  writing = setTimeout(() => history.replaceState(null, "", writeAddress(view)), 150);
}

function showNote(id, chosen = false) {
  if (!id) return;
  const screen = chosen ? "card" : view.screen;
  if (id === view.note) return void change({ screen });
  change({ note: id, card: deck.notes.get(id).cards[0]?.number ?? 1, side: afterwards(), screen });
}

/** The side with which another card begins. */
const afterwards = () => (view.side === "both" && !studying() ? "both" : "front");

function stepNote(step) {
  if (studying()) return void (step > 0 ? study.on() : study.back());
  const at = listed.ids.indexOf(view.note);
  // A note that is not in the list stands between the ones that were around it.
  const near = Math.min(step > 0 ? lastPlace : lastPlace - 1, listed.ids.length - 1);
  showNote(listed.ids[at >= 0 ? at + step : near]);
}

function stepCard(step) {
  if (studying()) return void (step > 0 ? study.on() : study.back());
  const cards = deck?.notes.get(view.note)?.cards ?? [];
  const next = cards[cards.findIndex(({ number }) => number === view.card) + step];
  if (next) return void change({ card: next.number, side: afterwards() });
  const id = listed.ids[listed.ids.indexOf(view.note) + step];
  const others = deck?.notes.get(id)?.cards ?? [];
  if (id) change({ note: id, card: (step > 0 ? others[0] : others.at(-1))?.number ?? 1, side: afterwards() });
}

function flip() {
  if (studying() && view.side === "back") study.on();
  else if (view.side !== "both") change({ side: view.side === "front" ? "back" : "front" });
}

function search() {
  change({ mode: "browse", screen: "list" });
  part("search").focus();
  part("search").select();
}

function foldGroup(subdeck) {
  const closed = view.closed.includes(subdeck);
  change({ closed: closed ? view.closed.filter(other => other !== subdeck) : [...view.closed, subdeck] });
}

function startStudy() {
  change({ mode: "study", side: "front", screen: "card" });
  study.load(view.students, view, false).catch(() => {});
}

function leaveStudy() {
  if (studying()) change({ mode: "browse", side: "front" });
}

/** A card could not be had: its place stays empty until the server has it or is back. */
function gone(reached) {
  write(part("no-card"), reached ? "this card cannot be shown now" : "the preview has stopped");
  part("no-card").hidden = false;
  part("stage").dataset.empty = "true";
}

/** Shows a newer deck in the place of the one before. */
function take(newer, news = true) {
  const older = deck;
  deck = newer;
  const changes = {};
  if (older && !newer.notes.has(view.note)) {
    const near = neighbour(listed.ids, view.note, newer.notes);
    if (near) Object.assign(changes, { note: near, card: 1, side: afterwards() });
  }
  change(changes);
  if (studying()) study.load(view.students, view, Boolean(older) || begun).catch(() => {});
  foldAhead(newer.notes);
  if (older && news) say("updated");
}

let loading = null, newest = 0;
function load(news = true) {
  loading ??= ask("/state").then(answer => {
    loading = null;
    take(wholeDeck(answer), news);
    if (newest > answer.state) load();
  }, () => {
    loading = null;
    if (!deck) setTimeout(load, 2000);
  });
  return loading;
}

let fading = 0;
function say(words, stays = false) {
  clearTimeout(fading);
  part("live").dataset.stopped = String(stays);
  write(part("live"), words);
  if (!stays) fading = setTimeout(() => write(part("live"), ""), 2500);
}

follow("/events", {
  hello(state, again) {
    newest = state;
    if (again) say("connected again");
    if (again || (deck && deck.state !== state)) load(!again);
  },
  change(news) {
    newest = Math.max(newest, news.state);
    if (loading || !deck) return;
    if (news.state === deck.state + 1) take(changedDeck(deck, news));
    else if (news.state !== deck.state) load();
  },
  lost: () => say("preview stopped — run it again", true),
});

document.addEventListener("keydown", onKey);
document.addEventListener("mousedown", mouse);
releaseSelects();
part("night").addEventListener("click", act.night);
part("study").addEventListener("click", act.study);
part("show-keys").addEventListener("click", act.keys);
part("flip").addEventListener("click", flip);
part("to-list").addEventListener("click", () => change({ screen: "list", mode: "browse" }));
dark.addEventListener("change", () => change({}));
addEventListener("hashchange", () => { view = { ...view, ...readAddress(location.hash) }; change({}); });
document.documentElement.dataset.theme = isNight() ? "night" : "day";
load();
