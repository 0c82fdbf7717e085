// Makes elements of the page. Whatever comes from a deck goes in as text or as the value of an attribute, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; texts become text, null and false are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== false));
  return element;
}

/** One of the signs that are drawn at the end of index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Words for those who hear the page. */
export function unseen(text) {
  return make("span", { class: "unseen" }, text);
}

/** Writes a text only where another one stands, so that nothing is announced twice. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** "1 note", "2 notes". */
export function amount(number, one, more = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
}

/** A link that opens a file at its place in an editor; only its words where the address could run something. */
export function placeLink(path, line, link) {
  const words = `${path}:${line}`;
  const runs = /^\s*(javascript|data|vbscript|blob):/i.test(link || "javascript:");
  return runs ? make("span", { class: "place" }, words) : make("a", { class: "place", href: link }, words);
}
