// Shows which card, side and width is chosen, and tells of another choice.

import { make } from "./parts.js";

/** The bar over the card; `change` is called with what was chosen, `step` with -1 or 1 for another note. */
export function createToolbar({ change, step }) {
  const part = id => document.getElementById(id);
  let numbers = "";

  part("previous").addEventListener("click", () => step(-1));
  part("next").addEventListener("click", () => step(1));
  choice(part("sides"), side => change({ side }));
  choice(part("widths"), width => change({ width }));
  choice(part("cards"), number => {
    change({ card: Number(number), side: part("sides").dataset.chosen === "both" ? "both" : "front" });
  });

  function fillCards(note) {
    const cards = note?.cards ?? [], key = JSON.stringify(cards);
    if (key === numbers) return;
    numbers = key;
    part("cards").replaceChildren(...cards.map(({ number, name }) =>
      make("button", { type: "button", value: number, dir: "auto" }, name)));
    part("cards").hidden = cards.length < 2;
  }

  return {
    show(note, view) {
      fillCards(note);
      press(part("cards"), String(view.card));
      press(part("sides"), view.side);
      press(part("widths"), view.width);
    },
  };
}

function choice(group, chosen) {
  group.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (button) chosen(button.value);
  });
}

function press(group, value) {
  group.dataset.chosen = value;
  for (const button of group.children) {
    const pressed = button.value === value;
    if (pressed && button.getAttribute("aria-pressed") !== "true") {
      // Only the group scrolls, never the page.
      group.scrollLeft = button.offsetLeft - group.offsetLeft - (group.clientWidth - button.offsetWidth) / 2;
    }
    button.setAttribute("aria-pressed", String(pressed));
  }
}
