// Draws a picture card's masks as Anki's reviewer does: on the canvas over the picture, in the colours of the style sheet.
const anki = { imageOcclusion: { setup() {
  const draw = () => {
    const image = document.querySelector("#image-occlusion-container img");
    const canvas = document.querySelector("#image-occlusion-canvas");
    const style = getComputedStyle(canvas), ratio = 2;
    const value = name => style.getPropertyValue(name).trim();
    canvas.width = image.clientWidth * ratio;
    canvas.height = image.clientHeight * ratio;
    canvas.style.width = image.clientWidth + "px";
    canvas.style.height = image.clientHeight + "px";
    const pen = canvas.getContext("2d"), back = document.querySelector("#answer");
    for (const mask of document.querySelectorAll("[data-shape]")) {
      const asked = mask.classList.contains("cloze");
      if (!asked && !mask.dataset.occludeinactive) continue;
      const kind = !asked ? "inactive-shape" : back ? "highlight-shape" : "active-shape";
      const number = name => Number(mask.dataset[name]);
      const [left, top] = [number("left") * canvas.width, number("top") * canvas.height];
      pen.beginPath();
      if (mask.dataset.shape === "rect") {
        pen.rect(left, top, number("width") * canvas.width, number("height") * canvas.height);
      } else if (mask.dataset.shape === "ellipse") {
        const [rx, ry] = [number("rx") * canvas.width, number("ry") * canvas.height];
        pen.ellipse(left + rx, top + ry, rx, ry, 0, 0, 2 * Math.PI);
      } else {
        for (const point of mask.dataset.points.split(" ")) {
          const [x, y] = point.split(",").map(Number);
          pen.lineTo(x * canvas.width, y * canvas.height);
        }
        pen.closePath();
      }
      const [width, colour] = value(`--${kind}-border`).split(" ");
      pen.fillStyle = value(`--${kind}-color`);
      pen.strokeStyle = colour;
      pen.lineWidth = parseFloat(width) * ratio;
      pen.fill();
      pen.stroke();
    }
  };
  addEventListener("load", draw);
} } };
