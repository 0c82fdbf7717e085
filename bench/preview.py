"""Measures what an instructor waits for: the check, the preview's start, and each save until the page can show it.

    python bench/preview.py [--notes 1000 20000] [--saves 5]

The check is compared with the plain genanki script of the same notes, in pairs, as `bench/run.py` does. Of saves the
median and the slowest are printed, from the moment a file is written until the card with the change has been fetched
and, where there are playwright and Chromium, until the page shows it. Exit code 1 when a save takes longer than 0.3 s
at 1 000 notes or 1 s at 20 000.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from generate import generate
from run import HERE, measure

LIMITS = {1_000: 0.3, 20_000: 1.0}
PATIENCE = 60  # seconds
SHOWN = """text => {
  const card = document.querySelector("#pane-one iframe.shown")?.contentDocument?.getElementById("qa");
  return card && card.textContent.includes(text);
}"""

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">'
    '<rect id="part" x="20" y="20" width="120" height="80"/><text x="20" y="200">%text%</text></svg>\n'
)
# What the synthetic deck lacks: a picture with masks, and a note type of the deck's own.
FILES = {
    "media/drawing.svg": PICTURE,
    "note_types/drill/note_type.yaml": (
        "name: Drill\nfields: [Prompt, Reply]\ntemplates:\n  - {name: Drill, front: front.html, back: back.html}\n"
    ),
    "note_types/drill/front.html": "<p>%text% {{Prompt}}</p>\n",
    "note_types/drill/back.html": "<p>{{Prompt}}: {{Reply}}</p>\n",
    "style.css": ".card { --note: '%text%'; }\n",
    "zz.yaml": (
        "notes:\n"
        "  - id: zz-picture\n    question: '%text%'\n    sources: [ref-000]\n"
        "    occlusion: {image: media/drawing.svg, alt: A drawing, masks: {c1: part}}\n"
        "  - id: zz-drill\n    type: drill\n    fields: {Prompt: One, Reply: Two}\n"
    ),
}


class Preview:
    """A running preview of the deck in `folder`, and a page that listens to it."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "builder", "preview", "bench", "--no-browser"]
        self._begun = time.perf_counter()
        self._process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert self._process.stdout
        found = re.search(r"http://([\d.]+):(\d+)/", self._process.stdout.readline())
        assert found, "the preview did not start"
        self._address = found[1], int(found[2])
        self.get("/state")
        self.start = time.perf_counter() - self._begun
        self._events = http.client.HTTPConnection(*self._address, timeout=PATIENCE)
        self._events.request("GET", "/events")
        self._news = self._events.getresponse()
        self.next_event()

    @property
    def address(self) -> str:
        """Where the page is."""
        return "http://{}:{}/".format(*self._address)

    def get(self, address: str) -> str:
        """What the server answers."""
        connection = http.client.HTTPConnection(*self._address, timeout=PATIENCE)
        connection.request("GET", address)
        text = connection.getresponse().read().decode("utf-8")
        connection.close()
        return text

    def next_event(self) -> dict[str, Any]:
        """The next news; raises TimeoutError when there is none for long."""
        ending = time.perf_counter() + PATIENCE
        while time.perf_counter() < ending:
            line = self._news.readline()
            if line.startswith(b"data: "):
                return dict(json.loads(line[6:]))
        raise TimeoutError("the preview has no news")

    def wait_for_advice(self) -> float:
        """Seconds since the start until the rules have said what they find; there is a note without a source."""
        while not any(note["problems"] for note in json.loads(self.get("/state"))["notes"]):
            self.next_event()
        return time.perf_counter() - self._begun

    def settle(self) -> None:
        """Waits until nothing more comes."""
        assert self._events.sock
        self._events.sock.settimeout(3)
        try:
            while True:
                self.next_event()
        except TimeoutError:
            pass
        self._events.close()
        self._events = http.client.HTTPConnection(*self._address, timeout=PATIENCE)
        self._events.request("GET", "/events")
        self._news = self._events.getresponse()
        self.next_event()

    def close(self) -> None:
        """Ends it."""
        self._events.close()
        self._process.terminate()
        self._process.wait()


@contextmanager
def deck(notes: int) -> Iterator[Path]:
    """A folder with the synthetic deck, and what a preview of it shows besides."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(notes, folder)
        for file in FILES:
            write(folder, file, "before")
        yield folder


def write(folder: Path, file: str, text: str) -> None:
    """Writes one of the files with a text in it."""
    path = folder / "decks" / "bench" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILES[file].replace("%text%", text), encoding="utf-8")


def note_is(folder: Path, text: str) -> None:
    """Changes the first question of the first file of notes."""
    path = min((folder / "decks" / "bench").glob("notes-*.yaml"))
    content = re.sub(r"(question: )(.+)", lambda found: f"{found[1]}{text}", path.read_text(encoding="utf-8"), count=1)
    path.write_text(content, encoding="utf-8")


def reference_is(folder: Path, text: str) -> None:
    """Changes the title of the first reference, which notes of all files name."""
    path = folder / "decks" / "bench" / "references.yaml"
    content = re.sub(r"(title: )([^,]+)", lambda found: f"{found[1]}{text}", path.read_text(encoding="utf-8"), count=1)
    path.write_text(content, encoding="utf-8")


def saves(preview: Preview, folder: Path) -> dict[str, tuple[Callable[[str], None], str]]:
    """What is saved: how a text gets into it, and the card that shows it."""
    first = json.loads(preview.get("/state"))["notes"]
    question = next(note["id"] for note in first if note["form"] in ("question", "reversed"))
    picture, drill = "/card?note=zz-picture&number=1&side=front", "/card?note=zz-drill&number=1&side=front"
    media = re.compile(r"drawing-[0-9a-f]+\.svg")

    def svg(text: str) -> None:
        write(folder, "media/drawing.svg", text)

    assert media.search(preview.get(picture))
    return {
        "a note": (lambda text: note_is(folder, text), f"/card?note={question}&number=1&side=front"),
        "a source": (lambda text: reference_is(folder, text), picture.replace("front", "back")),
        "a picture": (svg, picture),
        "the styling": (lambda text: write(folder, "style.css", text), drill),
        "a template": (lambda text: write(folder, "note_types/drill/front.html", text), drill),
    }


def wait_for(preview: Preview, address: str, text: str, before: str) -> float:
    """Seconds from a save until its card can be shown."""
    begun = time.perf_counter()
    while True:
        preview.next_event()
        card = preview.get(address)
        if card != before and text in card:
            return time.perf_counter() - begun


def reloads(notes: int, folder: Path, count: int) -> bool:
    """Prints how long starts and saves take; whether saves are within the limit."""
    preview = Preview(folder)
    fine = True
    try:
        print(f"{notes:>9,} notes  start until the page has the deck {preview.start:6.2f} s")
        print(f"{notes:>9,} notes  and until it has all advice      {preview.wait_for_advice():6.2f} s")
        for what, (save, address) in saves(preview, folder).items():
            taken = []
            for number in range(count):
                preview.settle()
                before = preview.get(address)
                text = f"Saved{number}"
                save(text)
                taken.append(wait_for(preview, address, "" if what == "a picture" else text, before))
            fine &= max(taken) <= LIMITS.get(notes, max(taken))
            print_saves(notes, what, taken)
        fine &= on_the_page(notes, preview, folder, count)
    finally:
        preview.close()
    return fine


def on_the_page(notes: int, preview: Preview, folder: Path, count: int) -> bool:
    """Prints how long it takes until a browser shows a change; whether that is within the limit."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with suppress(ImportError):
        from playwright.sync_api import sync_playwright

        if browser:
            with sync_playwright() as driver:
                page = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
                _, address = saves(preview, folder)["a note"]
                begun = time.perf_counter()
                page.goto(f"{preview.address}#note={re.findall('note=([^&]+)', address)[0]}")
                page.wait_for_function(SHOWN, arg="")
                print(f"{notes:>9,} notes  opening the page    {time.perf_counter() - begun:6.3f} s")
                taken = []
                for number in range(count):
                    preview.settle()
                    begun = time.perf_counter()
                    note_is(folder, f"Seen{number}")
                    page.wait_for_function(SHOWN, arg=f"Seen{number}", polling="raf")
                    taken.append(time.perf_counter() - begun)
            print_saves(notes, "seen", taken)
            return max(taken) <= LIMITS.get(notes, max(taken))
    print("how long the page takes was not measured: there is no playwright, or no Chromium")
    return True


def print_saves(notes: int, what: str, taken: list[float]) -> None:
    """Prints the median and the slowest of some saves."""
    print(f"{notes:>9,} notes  saving {what:<12} {statistics.median(taken):6.3f} s, slowest {max(taken):.3f} s")


def checks(notes: int, folder: Path, pairs: int) -> None:
    """Prints how long the check of a deck takes, beside the plain script."""
    ours = [sys.executable, "-m", "builder", "check", "--format", "json"]
    theirs = [sys.executable, str(HERE / "baseline.py"), str(folder), str(folder / "plain.apkg")]
    results = [(measure(ours, folder), measure(theirs, folder)) for _ in range(pairs + 1)][1:]
    for what, place, unit in (("wall", 0, "s"), ("peak", 1, "MiB")):
        mine = statistics.median(one[place] for one, _ in results)
        base = statistics.median(other[place] for _, other in results)
        ratio = statistics.median(one[place] / other[place] for one, other in results) if base else 0.0
        print(
            f"{notes:>9,} notes  check {what}  {mine:8.2f} {unit:<3}  genanki {base:8.2f} {unit:<3}  ratio {ratio:.2f}"
        )


def main() -> None:
    """Runs every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, nargs="+", default=list(LIMITS))
    parser.add_argument("--saves", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=3)
    chosen = parser.parse_args()
    fine = True
    for notes in chosen.notes:
        with deck(notes) as folder:
            checks(notes, folder, chosen.pairs)
            fine &= reloads(notes, folder, chosen.saves)
    if not fine:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
