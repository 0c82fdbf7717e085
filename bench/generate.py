"""Writes the same N synthetic notes twice: for deckbuilder and for the plain genanki script beside this file.

    python bench/generate.py --notes 10000 --out FOLDER

FOLDER/decks/bench is a deck in the authoring format, FOLDER/plain/notes-*.yaml what a script would read. Seven of ten
notes are questions, the others gap texts and reversed questions by halves: about 1.3 cards a note, 600 bytes each. A
quarter of the answers are lists, and one in eight each holds HTML, code and maths, as in decks that people make.
The same N gives the same files.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

PER_FILE = 500
REFERENCES = 200
_SYLLABLES = "an bel cor dis el fam gor hel in jun kar lo mer nis or pal qui ros sen tib ul ver wes xen yp zor é ß"
_COMMON = "the of and to a in is it that was for on are with as his they at be this from have or by one had not"
_TAGS = [f"{area}::{part}" for area in ("bio", "law", "math", "med") for part in ("basics", "ch01", "ch02", "terms")]


class Row(TypedDict):
    """One note: `front` is a gap text when `kind` is `cloze`."""

    id: str
    kind: str
    front: str
    back: str
    tags: list[str]
    source: str


def rows(count: int) -> Iterator[Row]:
    """The first `count` notes; a longer run begins with a shorter one's."""
    words = _words(random.Random("words"))
    for number in range(count):
        chance = random.Random(number)
        kind = chance.choices(("basic", "cloze", "reversed"), (70, 15, 15))[0]
        yield Row(
            id=f"note-{number:07d}",
            kind=kind,
            front=_gaps(chance, words) if kind == "cloze" else _sentence(chance, words, 80, "?"),
            back=_back(chance, words),
            tags=chance.sample(_TAGS, 3),
            source=f"ref-{chance.randrange(REFERENCES):03d}",
        )


def _words(chance: random.Random) -> list[str]:
    syllables = _SYLLABLES.split()
    made = {"".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(4000)}
    return [*(_COMMON.split() * 60), *sorted(made)]


def _sentence(chance: random.Random, words: list[str], length: int, end: str = ".") -> str:
    text = " ".join(chance.choices(words, k=length // 5))[:length].rstrip()
    return text.capitalize() + end


def _gaps(chance: random.Random, words: list[str]) -> str:
    parts = _sentence(chance, words, 120).split(" ")
    for number, place in enumerate(sorted(chance.sample(range(1, len(parts)), chance.randint(1, 3))), 1):
        parts[place] = f"{{{{c{number}::{parts[place]}}}}}"
    return " ".join(parts)


def _back(chance: random.Random, words: list[str]) -> str:
    form = chance.randrange(8)
    if form < 2:
        points = "".join(f"\n- {_sentence(chance, words, 60, '')}" for _ in range(4))
        return _sentence(chance, words, 40, ":") + points
    text = " ".join(_sentence(chance, words, 60) for _ in range(5))
    extras = {2: " <b>mind</b> the <i>gap</i>", 3: " See `call()` when x &lt; 10.", 4: r" So \(x^2 + y_1 = z\) holds."}
    return text + extras.get(form, "")


def _scalar(text: str, indent: str) -> str:
    """As a careful hand writes it: lists as blocks, long texts folded or quoted, short ones plain."""
    if "\n" in text:
        return "|\n" + "".join(f"{indent}{line}\n" for line in text.split("\n"))
    if ": " in text or text.startswith(("<", "{", "`")) or len(text) % 3 == 0:
        return json.dumps(text, ensure_ascii=False) + "\n"
    return f">-\n{indent}{text}\n" if len(text) > 120 else f"{text}\n"


def _plain(row: Row) -> str:
    return (
        f"- id: {row['id']}\n  kind: {row['kind']}\n  front: {_scalar(row['front'], '    ')}"
        f"  back: {_scalar(row['back'], '    ')}  tags: [{', '.join(row['tags'])}]\n  source: {row['source']}\n"
    )


def _authored(row: Row) -> str:
    first, second = ("cloze", "explanation") if row["kind"] == "cloze" else ("question", "answer")
    reverse = "    reverse: true\n" if row["kind"] == "reversed" else ""
    texts = f"    {first}: {_scalar(row['front'], '      ')}    {second}: {_scalar(row['back'], '      ')}"
    return (
        f"  - id: {row['id']}\n{texts}{reverse}    tags: [{', '.join(row['tags'])}]\n    sources: [{row['source']}]\n"
    )


def generate(count: int, out: Path) -> None:
    """Writes both forms of `count` notes into `out`."""
    deck, plain = out / "decks" / "bench", out / "plain"
    for folder in (deck, plain):
        folder.mkdir(parents=True, exist_ok=True)
    _write(deck / "deck.yaml", "id: bench-4k7m2x\nname: Bench\ntag: Bench\nversion: '1'\nlicense: CC0-1.0\n")
    items = "".join(
        f"  - {{id: ref-{number:03d}, type: book, title: Notes {number}, author: [{{family: Hand, given: A}}], "
        f"issued: {{date-parts: [[{1900 + number % 100}]]}}}}\n"
        for number in range(REFERENCES)
    )
    _write(deck / "references.yaml", f"references:\n{items}")
    made = list(rows(count))
    for number, start in enumerate(range(0, count, PER_FILE)):
        part = made[start : start + PER_FILE]
        _write(plain / f"notes-{number:05d}.yaml", "".join(map(_plain, part)))
        _write(
            deck / f"notes-{number:05d}.yaml", f"deck: Part {number // 20}\nnotes:\n" + "".join(map(_authored, part))
        )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    generate(chosen.notes, chosen.out)
