// Puts the side of a card into each frame, as Anki would, with what the cards share.
const anki = "const anki = { imageOcclusion: { setup() { addEventListener('load', () => setUpMasks(document)); } } };";
for (const frame of document.querySelectorAll("iframe[data-side]")) {
  const { style, mode, number, side } = frame.dataset;
  const night = mode === "night";
  const markup = side.replace(/(<img[^>]* src=")([^"]+)"/g, (_, start, name) => `${start}${shared.pictures[name]}"`);
  frame.srcdoc = `<!doctype html><html class="${night ? "night-mode" : ""}"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width"><script>${shared.occlusion}${anki}<\/script>
    <style>${shared.styles[style]}</style></head>
    <body class="card card${number} ${night ? "nightMode night_mode" : ""}"><div id="qa">${markup}</div></body></html>`;
}
