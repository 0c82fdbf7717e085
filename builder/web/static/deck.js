// Holds the deck as the server tells it: the whole of it once, then what changed, then the order for studying.

/** A deck by the answer of /state: notes by id, and their ids in source order. */
export function wholeDeck(answer) {
  return {
    state: answer.state,
    about: answer.deck,
    notes: new Map(answer.notes.map(note => [note.id, note])),
    order: answer.notes.map(note => note.id),
    problems: answer.problems,
    broken: answer.broken,
    look: answer.look ?? "",
  };
}

/** The deck after a change that follows it directly. */
export function changedDeck(deck, change) {
  const notes = new Map(deck.notes);
  for (const id of change.gone) notes.delete(id);
  for (const note of change.notes) notes.set(note.id, note);
  const known = new Set(deck.order);
  const order = change.order ?? [...deck.order, ...change.notes.map(note => note.id).filter(id => !known.has(id))];
  return {
    state: change.state,
    about: change.deck ?? deck.about,
    notes,
    order: order.filter(id => notes.has(id)),
    problems: change.problems ?? deck.problems,
    broken: change.broken ?? deck.broken,
    look: change.look ?? deck.look,
  };
}

/** The note to show after `id` is gone: the next of the rows that stood below it, else the nearest above. */
export function neighbour(ids, id, notes) {
  const place = ids.indexOf(id);
  const below = ids.slice(place + 1).find(other => notes.has(other));
  return below ?? ids.slice(0, Math.max(place, 0)).findLast(other => notes.has(other)) ?? "";
}

/** The number of a card that the note has: the wanted one, else the nearest. */
export function nearestCard(note, number) {
  const numbers = note.cards.map(card => card.number);
  const far = candidate => Math.abs(candidate - number);
  return numbers.reduce((best, candidate) => (far(candidate) < far(best) ? candidate : best), numbers[0] ?? 0);
}

/** The days of a new student as one list of [note, card, day, place in the day, cards of the day]. */
export function studyPlan(answer) {
  return answer.days.flatMap((day, index) =>
    day.map(([note, card], place) => ({ note, card, day: index + 1, place: place + 1, cards: day.length })));
}

/** JSON of the preview's own server. */
export async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
