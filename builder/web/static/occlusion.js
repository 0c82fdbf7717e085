// Draws the masks of a picture card, in the colours of its style sheet, as Anki's reviewer does.

const SVG = "http://www.w3.org/2000/svg";

/** The masks of a card on a picture of this size: the path of each (as in SVG), its fill, its stroke and that one's width. */
function maskPaths(card, width, height) {
  const style = getComputedStyle(card.getElementById("image-occlusion-canvas"));
  const value = name => style.getPropertyValue(name).trim();
  const kinds = [
    [".cloze", "active-shape"],
    ['.cloze-inactive[data-occludeinactive="1"]', "inactive-shape"],
    [".cloze-highlight", "highlight-shape"],
  ];
  return kinds.flatMap(([selector, kind]) => {
    const [edge, stroke] = value(`--${kind}-border`).split(/\s+/);
    return [...card.querySelectorAll(`div${selector}`)].filter(mask => mask.dataset.shape).map(mask => ({
      path: outline(mask.dataset, width, height), fill: value(`--${kind}-color`), stroke, edge: parseFloat(edge) || 0,
    }));
  });
}

function outline(mask, width, height) {
  const [x, y] = [mask.left * width, mask.top * height];
  if (mask.shape === "rect") {
    return `M${x} ${y}h${mask.width * width}v${mask.height * height}h${-mask.width * width}Z`;
  }
  if (mask.shape === "ellipse") {
    const [rx, ry] = [mask.rx * width, mask.ry * height];
    return `M${x} ${y + ry}a${rx} ${ry} 0 0 1 ${2 * rx} 0a${rx} ${ry} 0 0 1 ${-2 * rx} 0Z`;
  }
  if (mask.shape !== "polygon") return "";
  const corners = mask.points.split(" ").map(corner => corner.split(",").map(Number));
  return `M${corners.map(([left, top]) => `${left * width} ${top * height}`).join("L")}Z`;
}

/** Shows the masks of a card whose picture is loaded; returns what hides and shows them, null where there are none. */
export function setUpMasks(card) {
  const container = card.getElementById("image-occlusion-container");
  const canvas = card.getElementById("image-occlusion-canvas"), image = container?.querySelector("img");
  if (!canvas || !image?.naturalWidth) return null;
  // Anki lets the container have the picture's shape, and stretches picture and canvas over it.
  if (getComputedStyle(image).position === "absolute") {
    container.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
  }
  let hidden = false;
  const draw = () => (canvasIsDrawn(canvas) ? paint : overlay)(card, canvas, image, hidden);
  const toggle = () => { hidden = !hidden; draw(); };
  const button = card.getElementById("toggle");
  // Only where other masks hide something is there anything to show, so Anki hides the button elsewhere.
  if (button && !card.querySelector('[data-occludeinactive="1"]')) button.style.display = "none";
  else button?.addEventListener("click", toggle);
  card.defaultView.addEventListener("resize", draw);
  draw();
  return toggle;
}

/** A document in which no script may run shows no canvas, only what stands inside it. */
function canvasIsDrawn(canvas) {
  const frame = canvas.ownerDocument.defaultView.frameElement;
  return !frame?.hasAttribute("sandbox") || frame.sandbox.contains("allow-scripts");
}

function paint(card, canvas, image, hidden) {
  const scale = card.defaultView.devicePixelRatio, { width, height } = place(canvas, image);
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  if (hidden) return;
  const pen = canvas.getContext("2d");
  for (const { path, fill, stroke, edge } of maskPaths(card, canvas.width, canvas.height)) {
    const shape = new Path2D(path);
    [pen.fillStyle, pen.strokeStyle, pen.lineWidth] = [fill, stroke, edge];
    pen.fill(shape);
    if (edge) pen.stroke(shape);
  }
}

function overlay(card, canvas, image, hidden) {
  const drawing = card.createElementNS(SVG, "svg");
  const { width, height } = place(canvas, image);
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.style.cssText = "position: absolute; inset: 0; width: 100%; height: 100%; overflow: hidden";
  for (const { path, fill, stroke, edge } of hidden ? [] : maskPaths(card, width, height)) {
    const shape = card.createElementNS(SVG, "path");
    shape.setAttribute("d", path);
    shape.style.fill = fill;
    if (edge) Object.assign(shape.style, { stroke, strokeWidth: `${edge}px` });
    drawing.append(shape);
  }
  canvas.replaceChildren(drawing);
}

/** Lays the canvas exactly over the picture; returns the picture's box. */
function place(canvas, image) {
  const box = image.getBoundingClientRect(), around = canvas.parentElement.getBoundingClientRect();
  Object.assign(canvas.style, {
    position: "absolute", transform: "none", left: `${box.left - around.left}px`, top: `${box.top - around.top}px`,
    width: `${box.width}px`, height: `${box.height}px`,
  });
  return box;
}
