"""Makes the pictures of `docs/instructors.md`: does what it says in an empty folder, and photographs the pages.

    python -m uv run --group test python docs/instructors/make.py

Writes `docs/instructors/*.png`. Needs Chromium.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "instructors.md"
WIDE, NARROW = (1280, 800), (390, 800)
_PATIENCE = 30  # seconds until a page must show what it is photographed for

# What the reader does, in order: files to write, to change and to delete, commands to type, pictures to look at.
_STEP = re.compile(
    r"^<!-- (?P<how>write|append) -->\n\n```\w+ title=(?P<file>\S+)\n(?P<text>.*?)^```$"
    r"|^<!-- (?P<what>edit|delete) (?P<change>.+?) -->$"
    r"|^```console\n(?P<console>.*?)^```$"
    r"|^```sh\n(?P<preview>deckbuilder preview)\n```$"
    r"|^!\[[^\]]+\]\(instructors/(?P<picture>[a-z-]+)\.png\)$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a picture is taken: the window, the address of what is shown, and the words that must be there."""

    size: tuple[int, int]
    address: str
    words: tuple[str, ...]


STARTER = View(size=WIDE, address="", words=("Basics", "What is the name for"))
VIEWS = {
    "first-card": View(
        size=WIDE, address="note=commonest-fracture", words=("Which carpal bone breaks", "the note has no source")
    ),
    "mistake": View(
        size=WIDE, address="note=commonest-fracture&side=back", words=("is not a key of a note", "The scaphoid")
    ),
    "vignette": View(
        size=WIDE, address="note=night-tingling&side=both", words=("Shaking the hand helps", "the little finger would")
    ),
    "masks": View(size=WIDE, address="note=carpal-bones&card=4&side=both&night=1", words=("Which bone is it?", "c8")),
    "study": View(
        size=NARROW,
        address="note=commonest-fracture&mode=study&screen=card&side=back",
        words=("Day 1 · card 1 of 20", "The scaphoid"),
    ),
}


def steps() -> Iterator[re.Match[str]]:
    """What the document tells the reader to do, in order."""
    return _STEP.finditer(DOCUMENT.read_text(encoding="utf-8"))


def commands(step: re.Match[str]) -> list[str]:
    """What a step lets the reader type behind `$ deckbuilder`."""
    return re.findall(r"^\$ deckbuilder (.+)$", step["console"] or "", re.MULTILINE)


def follow(step: re.Match[str], folder: Path) -> None:
    """Does in `folder` what a step says; to look at a picture is nothing to do, nor is a command that does not end."""
    if step["how"]:
        path = folder / step["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if step["how"] == "append" else ""
        path.write_text(before + step["text"], encoding="utf-8", newline="\n")
    elif step["what"] == "edit":
        name, _, change = step["change"].partition(": ")
        before, after = map(json.loads, change.split(" -> "))
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(before, after), encoding="utf-8", newline="\n")
    elif step["what"] == "delete":
        path = folder / step["change"]
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for command in commands(step):
        # Not all end well: some find the mistakes that the document makes.
        words = [sys.executable, "-m", "builder", *command.split()]
        subprocess.run(words, cwd=folder, capture_output=True, check=False)


def photograph(browser: Browser, address: str, view: View) -> Image.Image:
    """What the page at `address` shows once it shows what it should, and nothing moves any more."""
    size = {"width": view.size[0], "height": view.size[1]}
    page = browser.new_page(viewport=size, color_scheme="light", reduced_motion="reduce", locale="en")
    try:
        page.goto(f"{address}#{view.address}")
        deadline = time.monotonic() + _PATIENCE
        shots = [b"", page.screenshot()]
        while shots[-1] != shots[-2] or not _shows(page, view.words):
            if time.monotonic() > deadline:
                raise SystemExit(f"the page does not show {view.words}")
            page.wait_for_timeout(300)
            shots.append(page.screenshot())
    finally:
        page.close()
    return _in_few_colours(Image.open(io.BytesIO(shots[-1])).convert("RGB"))


def _in_few_colours(picture: Image.Image) -> Image.Image:
    """The picture a third as large: in the 128 colours that it has most of, and 128 between all that it has."""
    found = picture.getcolors(picture.width * picture.height) or []
    most = [part for _, colour in sorted(found, reverse=True)[:128] for part in colour]
    rest = picture.quantize(128, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(most + rest)
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _shows(page: Page, words: tuple[str, ...]) -> bool:
    """Whether all these words stand on the page or in a card on it."""
    texts = " ".join(" ".join(frame.locator("body").inner_text().split()) for frame in page.frames)
    return all(word in texts for word in words)


def make(target: Path) -> None:
    """Follows the document and writes its pictures into the folder `target`."""
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        preview: subprocess.Popen[str] | None = None
        address = ""
        try:
            for step in steps():
                follow(step, Path(name))
                if step["preview"]:
                    command = [sys.executable, "-u", "-m", "builder", "preview", "--no-browser"]
                    preview = subprocess.Popen(command, cwd=name, stdout=subprocess.PIPE, text=True)
                    assert preview.stdout
                    address = preview.stdout.readline().split()[1]
                    photograph(browser, address, STARTER)  # nobody writes before they have looked
                elif step["picture"]:
                    picture = photograph(browser, address, VIEWS[step["picture"]])
                    picture.save(target / f"{step['picture']}.png", optimize=True)
        finally:
            if preview:
                preview.terminate()
                preview.communicate()
            browser.close()


if __name__ == "__main__":
    make(HERE)
