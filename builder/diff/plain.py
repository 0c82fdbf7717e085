"""Field HTML into what people read of it, and the names of the pictures and sounds in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.render.plain import decoded, without_tags

_TAG = re.compile(
    r"<(img|/li|br|/?(?:p|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|hr))\b([^<>]*)>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SOUND = re.compile(r"\[sound:([^\]\n]{1,500})\]")
_MEDIA_TAG = re.compile(r"<(?:img|audio|video|source|object)\b([^<>]*)>", re.IGNORECASE)
_GAP = re.compile(r"\{\{c[0-9,]{1,20}::|\}\}")
_MASK = re.compile(r"\{\{c([0-9]{1,5})::image-occlusion:[^{}]*\}\}")
_BLANKS = re.compile(r"\s+")


def plain(html: str, *, gaps: bool = False) -> str:
    """HTML as one line of text: pictures by what they show, items divided by `;`, gaps open unless `gaps`."""
    text = _MASK.sub(r" ", _SOUND.sub(r" (\1) ", html))
    text = _TAG.sub(_shown, text)
    text = decoded(without_tags(text))
    if not gaps:
        text = _open(text)
    return _BLANKS.sub(" ", text).strip(" ;")


def _shown(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    if name != "img":
        return "; " if name == "/li" else " "
    found = _attributes(tag[2])
    # Decoded with the rest of the text, so it must be markup here.
    return f" [{found.get('alt') or found.get('src', '')}] ".replace("<", "&lt;")


def _attributes(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text)}


def _open(text: str) -> str:
    """A text with its gaps filled in, without their hints."""
    kept: list[str] = []
    depth = position = 0
    for mark in _GAP.finditer(text):
        words = text[position : mark.start()]
        kept.append(words.partition("::")[0] if depth and mark[0] == "}}" else words)
        if mark[0] != "}}":
            depth += 1
        elif depth:
            depth -= 1
        else:
            kept.append("}}")
        position = mark.end()
    return "".join(kept) + text[position:]


def title(note: AnkiNote, note_type: NoteType | None) -> str:
    """What a note is called: what it asks, its text or its picture; its id where none of that is known."""
    fields = note_type.named(note.fields) if note_type else {}
    if note_type and note_type.kind == "occlusion" and "Header" in fields:
        found = " ".join(filter(None, (plain(fields["Header"]), plain(fields.get("Image", "")))))
    else:
        found = next((text for html in fields.values() if (text := plain(html))), "")
    return found or note.id


def media_in(fields: Iterable[str]) -> tuple[str, ...]:
    """The names of the pictures and sounds in fields, each once."""
    found: dict[str, None] = {}
    for html in fields:
        if "<" in html:
            for tag in _MEDIA_TAG.finditer(html):
                name = unescape(_attributes(tag[1]).get("src", ""))
                if name and "://" not in name and not name.startswith("data:"):
                    found[name] = None
        if "[sound:" in html:
            found |= dict.fromkeys(unescape(name) for name in _SOUND.findall(html))
    return tuple(found)
