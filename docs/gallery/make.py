"""Makes the gallery: cards of real builds, as real Anki renders them, on one page and in one picture.

    python -m uv run --group test python docs/gallery/make.py

Writes `docs/gallery/index.html`, which needs no network, and, where there is Chromium, `docs/gallery.png`.
"""

from __future__ import annotations

import base64
import html
import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = HERE / "index.html"
PICTURE = HERE.parent / "gallery.png"
OCCLUSION = ROOT / "builder" / "web" / "static" / "occlusion.js"

# A form, what to know of it, and the notes that show it: deck, note id, card number.
FORMS = (
    ("Question and answer", "The why is folded below the answer.", [("sciatica", "sciatica-what-it-names", 1)]),
    (
        "Reversed",
        "One note, two cards.",
        [("sciatica", "radiculopathy-term", 1), ("sciatica", "radiculopathy-term", 2)],
    ),
    ("Typed", "Anki compares what the student types.", [("sciatica", "lumbosacral-trunk", 1)]),
    ("Choices", "Shuffled once, for ever; each with its why.", [("sciatica", "l5-vignette", 1)]),
    ("Gaps", "Each number is a card.", [("sciatica", "sciatic-nerve-exit", 1)]),
    ("Picture, one mask hidden", "Anki's own image occlusion.", [("sciatica", "deep-gluteal-region", 2)]),
    ("Picture, all masks hidden", "Where one label would give another away.", [("sciatica", "plexus-diagram", 6)]),
    ("A note type of the deck's own", "Its fields, templates and styling; a voice, a hint.", [("gallery", "own", 1)]),
    ("A table", "All of Markdown.", [("gallery", "table", 1)]),
    ("Picture and sound", "A dark drawing gets paper at night.", [("gallery", "sound", 1)]),
    ("From right to left", "Every language in its direction.", [("gallery", "right-to-left", 1)]),
    ("Long words", "Nothing is wider than a phone.", [("gallery", "long-words", 2)]),
)
# The cards of the picture: the front or the back of a note's card.
POSTER = (
    ("sciatica", "l5-vignette", 1, "front"),
    ("sciatica", "l5-vignette", 1, "back"),
    ("sciatica", "sciatic-nerve-exit", 1, "back"),
    ("sciatica", "plexus-diagram", 6, "front"),
    ("sciatica", "deep-gluteal-region", 2, "back"),
)
_SOURCE = re.compile(r'<img[^>]* src="([^"]+)"')
_STYLE = re.compile(r"<style>(.*?)</style>(.*)", re.DOTALL)
_TYPED = re.compile(r"\[\[type:([^\]]+)\]\]")
_SOUND = re.compile(r"\[anki:(?:play|tts)[^\]]*\](?:.*?\[/anki:tts\])?", re.DOTALL)
_PLAY = (
    '<a class="replay-button soundLink" href="#"><svg class="playImage" viewBox="0 0 64 64">'
    '<circle cx="32" cy="32" r="29"/><path d="M56.5 32.3 19 52.4l.3-40.8z"/></svg></a>'
)
_INPUT = '<input type="text" id="typeans" autocomplete="off">'


# What Anki's reviewer says of the picture and the canvas over it.
_REVIEWER = (
    "#image-occlusion-container{position:relative;margin:0 auto;max-height:calc(95vh - 40px)}"
    "#image-occlusion-container img{max-width:none;max-height:none}"
    "#image-occlusion-container img,#image-occlusion-canvas{position:absolute;top:0;left:0;width:100%;height:100%}"
)


class Gallery:
    """Builds decks below `folder` and renders their cards in a throw-away collection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.collection = Collection(str(folder / "collection.anki2"))
        self.media = Path(self.collection.media.dir())
        self.styles: list[str] = []
        self.pictures: dict[str, str] = {}

    def take(self, root: Path, deck: str) -> None:
        """Builds a deck below `root/decks` as anybody would, and imports it."""
        command = [sys.executable, "-m", "builder", "build", deck, "--out", str(self.folder), "--edition", "everything"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
        package = self.folder / f"{deck}-draft.apkg"
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        self.collection.import_anki_package(request)

    def frame(self, deck: str, note_id: str, number: int, side: str, mode: str, label: str = "") -> str:
        """A frame for one side of a card by `day` or `night`; the script of the page fills it."""
        found = self.collection.find_cards(f'"Note ID:{note_id}" "deck:{deck}*"')
        cards = [card for card in map(self.collection.get_card, found) if card.ord + 1 == number]
        if len(cards) != 1:
            raise SystemExit(f"{deck} has no card {number} of the note {note_id}")
        (card,) = cards
        markup = _SOUND.sub(_PLAY, card.question() if side == "front" else card.answer())
        expected = dict(card.note().items()).get("Typed", "")
        compared = self.collection.compare_answer(expected, expected[:-2] + expected[-1:])
        markup = _TYPED.sub(_INPUT if side == "front" else compared.replace("\\", r"\\"), markup)
        for name in _SOURCE.findall(markup):
            kind = mimetypes.guess_type(name)[0] or "image/svg+xml"
            data = base64.b64encode((self.media / name).read_bytes()).decode()
            self.pictures[name] = f"data:{kind};base64,{data}"
        style, markup = _STYLE.match(markup).groups()
        if style not in self.styles:
            self.styles.append(style)
        data = f'data-style="{self.styles.index(style)}" data-mode="{mode}" data-number="{number}"'
        return f'<iframe loading="lazy" title="{html.escape(label)}" {data} data-side="{html.escape(markup)}"></iframe>'

    def page(self, template: str, content: str) -> str:
        """A page of frames that needs nothing from elsewhere."""
        shared = {
            "styles": [_REVIEWER + style for style in self.styles],
            "pictures": self.pictures,
            "occlusion": OCCLUSION.read_text(encoding="utf-8").replace("export function", "function"),
        }
        script = (HERE / "frames.js").read_text(encoding="utf-8")
        data = json.dumps(shared, ensure_ascii=False).replace("</", "<\\/")
        scripts = f"<script>const shared = {data};\n{script}</script>"
        return template.replace("%content%", content).replace("%scripts%", scripts)


def make_page(gallery: Gallery) -> str:
    """The page: every form, both sides, by day and by night."""
    sections = []
    for name, remark, cards in FORMS:
        frames = [
            gallery.frame(*card, side, mode, f"{name}, {side}, by {mode}")
            for card in cards
            for side in ("front", "back")
            for mode in ("day", "night")
        ]
        row = "\n".join(frames)
        sections.append(
            f"<section>\n<h2>{html.escape(name)}</h2>\n<p>{html.escape(remark)}</p>\n"
            f'<div class="row">\n{row}\n</div>\n</section>'
        )
    return gallery.page((HERE / "page.html").read_text(encoding="utf-8"), "\n".join(sections))


def make_poster(gallery: Gallery) -> str:
    """A page of phones side by side, by day above and by night below, to be photographed."""
    rows = [f"<div>{''.join(gallery.frame(*card, mode) for card in POSTER)}</div>" for mode in ("day", "night")]
    style = (
        "body{margin:0;padding:20px;background:#8d939c}div{display:flex;gap:20px;margin-bottom:20px}"
        "iframe{width:360px;height:620px;border:0;border-radius:18px}"
    )
    template = f'<!doctype html><meta charset="utf-8"><style>{style}</style>%content%%scripts%'
    return gallery.page(template, "".join(rows)).replace('loading="lazy" ', "")


def photograph(page: str, folder: Path, picture: Path) -> bool:
    """A picture of `page` by Chromium; False when there is none."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        return False
    file = folder / "poster.html"
    file.write_text(page, encoding="utf-8")
    width, height = len(POSTER) * 380 + 20, 2 * 640 + 20
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=4000")
    command = [browser, *flags, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}"]
    subprocess.run([*command, f"--screenshot={picture}", file.as_uri()], check=True, capture_output=True)
    return True


def make(page: Path, picture: Path | None) -> None:
    """Writes the page, and the picture when one is wanted and can be taken."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gallery = Gallery(folder)
        try:
            for deck in (ROOT / "decks" / "sciatica", HERE / "decks" / "gallery"):
                # A build leaves its draft ledger beside the sources: beside copies, here.
                shutil.copytree(deck, folder / "decks" / deck.name, ignore=shutil.ignore_patterns(".deckbuilder"))
                gallery.take(folder, deck.name)
            page.write_text(make_page(gallery), encoding="utf-8", newline="\n")
            if picture and not photograph(make_poster(gallery), folder, picture):
                sys.stderr.write("no picture was taken: there is no Chromium\n")
        finally:
            gallery.collection.close()


if __name__ == "__main__":
    make(PAGE, PICTURE)
