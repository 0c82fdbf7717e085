// Keeps what is shown in the address of the page, so that a reload, a bookmark or a link shows the same.

import { NO_FILTERS } from "./filters.js";

/** What the page shows when nothing is said; `night` follows the system until it is chosen. */
const DEFAULTS = {
  note: "", card: 1, side: "front", width: "phone", night: null, mode: "browse", students: "", screen: "list",
  closed: [], ...NO_FILTERS,
};
const ONE_OF = {
  side: ["front", "back", "both"], width: ["phone", "tablet", "desktop"], mode: ["browse", "study"],
  sort: ["order", "problems"], screen: ["list", "card"],
};

/** The view that an address names; what makes no sense is as if it was not there. */
export function readAddress(hash) {
  const view = { ...DEFAULTS };
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  for (const name of Object.keys(DEFAULTS)) {
    if (!said.has(name)) continue;
    const text = said.get(name);
    if (name === "closed") view.closed = said.getAll("closed");
    else if (name === "card") view.card = Math.max(1, Number.parseInt(text, 10) || 1);
    else if (name === "night" || name === "problems") view[name] = text === "1";
    else if (!ONE_OF[name] || ONE_OF[name].includes(text)) view[name] = text;
  }
  return view;
}

/** The address of a view: only what differs from the defaults. */
export function writeAddress(view) {
  const said = new URLSearchParams();
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = view[name];
    if (name === "closed") value.forEach(subdeck => said.append(name, subdeck));
    else if (typeof value === "boolean") { if (value !== usual) said.set(name, value ? "1" : "0"); }
    else if (value !== usual) said.set(name, value);
  }
  return said.size ? `#${said}` : "#";
}
