// Walks the new cards in the order in which a student meets them, and says where one is.

import { ask, studyPlan } from "./deck.js";
import { audiences, choose, options } from "./filters.js";
import { EVERYBODY } from "./find.js";
import { amount, write } from "./parts.js";

/** The bar of the study mode; `change` sets what is shown, `leave` ends studying. */
export function createStudy({ change, leave }) {
  const part = id => document.getElementById(id);
  let plan = [], at = 0, ended = false, asked = 0;

  part("students").addEventListener("change", event => change({ students: event.target.value }));
  part("leave").addEventListener("click", leave);

  const here = () => plan[at];

  function go(place) {
    at = Math.max(0, Math.min(place, plan.length - 1));
    ended = false;
    if (here()) change({ note: here().note, card: here().card, side: "front" });
  }

  return {
    /** Gets the plan; stays at the card that is shown where `stay`, and begins at the first one otherwise. */
    async load(audience, view, stay) {
      const request = ++asked;
      const answer = await ask(`/study?${new URLSearchParams({ audience })}`);
      if (request !== asked) return;
      plan = studyPlan(answer);
      const place = plan.findIndex(({ note, card }) => note === view.note && card === view.card);
      if (!stay) go(0);
      else if (place < 0) go(at);
      else {
        at = place;
        change({});
      }
    },
    on() {
      if (at + 1 < plan.length) go(at + 1);
      else if (here()) {
        ended = true;
        change({});
      }
    },
    back: () => go(at - 1),
    first: () => go(0),
    last: () => go(plan.length - 1),
    show(deck, view) {
      const choices = audiences(deck).filter(([audience]) => audience !== EVERYBODY);
      options(part("students"), "everything", choices);
      choose(part("students"), view.students);
      part("students").closest("label").hidden = choices.length === 0;
      const card = here();
      part("study-progress").max = card?.cards ?? 1;
      part("study-progress").value = card ? card.place - (ended || view.side === "back" ? 0 : 1) : 0;
      write(part("flip"), view.side === "front" ? "Show the back" : "Next card");
      write(part("study-place"), !card ? "no cards to study"
        : ended ? `That was the last of ${amount(plan.length, "new card")}, on day ${card.day}`
          : `Day ${card.day} · card ${card.place} of ${card.cards}`);
    },
  };
}
