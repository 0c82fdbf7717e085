"""Deck folders written from texts: what a test needs around the few lines it is about."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

DECK_YAML = """\
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


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\x80"))
    + _chunk(b"IEND", b"")
)

# One silent frame of MPEG-1 layer III: 32 kbit/s, 44.1 kHz, mono.
MP3 = b"\xff\xfb\x10\xc4" + bytes(100)

MEDIA = {"media/knot.svg": SVG, "media/knot.png": PNG, "media/word.mp3": MP3}


def write_deck(folder: Path, files: dict[str, str | bytes] | None = None, *, media: bool = True) -> Path:
    """Writes a valid deck into `folder` and gives `folder` back.

    `files` maps paths in the deck to their content. They are added to, or stand in for, a valid `deck.yaml` and
    `references.yaml`, and three small media files (`media/knot.svg`, `media/knot.png`, `media/word.mp3`). Texts are
    written as UTF-8 with the line ends they have. Without any notes file among them, `notes.yaml` holds one note.
    """
    wanted: dict[str, str | bytes] = {"deck.yaml": DECK_YAML, "references.yaml": REFERENCES_YAML}
    wanted |= MEDIA if media else {}
    wanted |= files or {}
    if not any(name.endswith((".yaml", ".yml")) for name in wanted if name not in ("deck.yaml", "references.yaml")):
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
