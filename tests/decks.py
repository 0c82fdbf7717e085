"""Deck folders written from texts: what a test needs around the few lines it is about."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

PLAIN_DECK_YAML = """\
id: knots-7f3k2q
name: Knots
tag: Knots
language: en
version: 2026.11
license: CC-BY-4.0
description: Knots and what they are for.
editions:
  student: {audience: student}
  clinician: {audience: clinician}
"""

# Of a deck that holds only what a test is about, nobody wants to hear what it lacks.
DECK_YAML = (
    PLAIN_DECK_YAML + "lint: {missing-source: off, unused-audience: off, unused-media: off, unused-reference: off}\n"
)

REFERENCES_YAML = """\
references:
  - id: ashley-1944
    type: book
    title: The Ashley Book of Knots
    author: [{family: Ashley, given: Clifford}]
    issued: {date-parts: [[1944]]}
  - id: budworth-2012
    type: book
    title: The Knot Book
    author: [{family: Budworth, given: Geoffrey}]
    issued: {date-parts: [[2012]]}
"""

NOTES_YAML = """\
notes:
  - id: bowline
    question: Which knot makes a fixed loop?
    answer: The bowline
    sources: [ashley-1944]
"""

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="8" height="8">'
    b'<circle cx="4" cy="4" r="3"/></svg>\n'
)

# A rope with a loop: from `loop` to `hands` shapes that a mask can be, the others cannot.
ROPE_SVG = b"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">
  <defs><rect id="pattern-piece" x="10" y="10" width="60" height="60"/></defs>
  <circle id="loop" cx="200" cy="80" r="50"/>
  <rect id="working-end" x="20" y="200" width="80" height="60"/>
  <ellipse id="standing-part" cx="200" cy="230" rx="60" ry="40"/>
  <polygon id="bight" points="300,40 380,40 340,120"/>
  <g id="hands"><rect x="300" y="200" width="40" height="40"/><rect x="350" y="200" width="40" height="40"/></g>
  <line id="line" x1="0" y1="150" x2="400" y2="150"/>
  <path id="path" d="M 0 0 Q 60 0 60 60 Z"/>
  <text id="label" x="20" y="190">working end</text>
  <g id="words"><text x="20" y="20">a rope</text></g>
  <rect id="turned" x="120" y="20" width="60" height="60" transform="rotate(30)"/>
  <rect id="beyond" x="360" y="130" width="80" height="60"/>
  <rect id="speck" x="120" y="20" width="4" height="4"/>
  <rect id="relative" x="10" y="10" width="20%" height="60"/>
</svg>
"""


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int) -> bytes:
    """A grey PNG of this size."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(height * (b"\0" + width * b"\x80")))
        + _chunk(b"IEND", b"")
    )


def jpeg(width: int, height: int) -> bytes:
    """A black JPEG of this size."""
    file = BytesIO()
    Image.new("L", (width, height)).save(file, "JPEG")
    return file.getvalue()


PNG = png(1, 1)

# One silent frame of MPEG-1 layer III: 32 kbit/s, 44.1 kHz, mono.
MP3 = b"\xff\xfb\x10\xc4" + bytes(100)

MEDIA = {"media/knot.svg": SVG, "media/knot.png": PNG, "media/word.mp3": MP3}

# Not in every deck; a test that needs them gives them to `write_deck`.
ROPES: dict[str, str | bytes] = {
    "media/rope.svg": ROPE_SVG,
    "media/rope.png": png(400, 300),
    "media/rope.jpg": jpeg(400, 300),
}
NOTE_TYPES: dict[str, str | bytes] = {
    "note_types/drill/note_type.yaml": """\
name: Drill
fields: [Prompt, Reply, Explanation, Sources]
templates:
  - {name: Forwards, front: front.html, back: back.html}
""",
    "note_types/drill/front.html": "<p>{{Prompt}}</p>\n",
    "note_types/drill/back.html": "{{FrontSide}}\n<p>{{Reply}}</p>\n<div>{{Explanation}} {{Sources}}</div>\n",
    "note_types/gapped/note_type.yaml": """\
name: Gapped
kind: cloze
fields: [Text, Extra]
templates:
  - {name: Gaps, front: front.html, back: back.html}
""",
    "note_types/gapped/front.html": "<p>{{cloze:Text}}</p>\n",
    "note_types/gapped/back.html": "<p>{{cloze:Text}}</p>\n<p>{{Extra}}</p>\n",
}


def write_deck(folder: Path, files: dict[str, str | bytes] | None = None, *, media: bool = True) -> Path:
    """Writes a valid deck into `folder` and gives `folder` back.

    `files` maps paths in the deck to their content. They are added to, or stand in for, a valid `deck.yaml` and
    `references.yaml`, and three small media files (`media/knot.svg`, `media/knot.png`, `media/word.mp3`). Texts are
    written as UTF-8 with the line ends they have. Without any notes file among them, `notes.yaml` holds one note.
    """
    wanted: dict[str, str | bytes] = {"deck.yaml": DECK_YAML, "references.yaml": REFERENCES_YAML}
    wanted |= MEDIA if media else {}
    wanted |= files or {}
    others = ("deck.yaml", "references.yaml", "note_types/")
    if not any(name.endswith((".yaml", ".yml")) for name in wanted if not name.startswith(others)):
        wanted["notes.yaml"] = NOTES_YAML
    for name, content in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def notes_yaml(*notes: str) -> str:
    """A notes file around `notes`, each the lines of one note without `- ` and indentation."""
    items = ("  - " + note.strip("\n").replace("\n", "\n    ") + "\n" for note in notes)
    return "notes:\n" + "".join(items)
