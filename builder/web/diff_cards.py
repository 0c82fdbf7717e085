"""Cards and pictures of both sides into what the page of differences keeps of them, each text and picture once.

A card may come from anybody's package. So it never becomes a part of the page: when somebody looks at it, a script of
the page puts it into a frame in which nothing runs and nothing is loaded.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.diff.model import Side
from builder.web.sides import back_markup, document, front_markup

PICTURE_BYTES = 24_000_000
"""So much of pictures is in one page."""
CARD_CHARACTERS = 12_000_000
"""So much of the HTML of cards is in one page."""
_LONGEST_NOTE = 50_000  # characters of a note that is shown as cards
_LONGEST_CARD = 2_000_000  # characters that a template may make of it
_MARKUP_OF_FIELD = 500  # characters at most that Anki puts around one
_HEAD = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    "<style>.hint{display:block!important}</style>"
)
_KINDS = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_SOURCE = re.compile(
    r"<img\b[^<>]{0,2000}?\ssrc\s{0,9}=\s{0,9}"
    r"(?:\"(?P<double>[^\"<>]{0,1000})\"|'(?P<single>[^'<>]{0,1000})'|(?P<bare>[^\s\"'<>]{1,1000}))",
    re.IGNORECASE,
)
# Policies keep these from loading anything, but browsers connect before they ask the policy; the last three could hide
# a link from the page's script, or give it its address later.
_CONNECTING = re.compile(
    r"<(/?)(?=(?:link|base|meta|iframe|frame|frameset|fencedframe|object|embed|template|animate|set)[\s/>])",
    re.IGNORECASE,
)
# What cannot stand in a card, so that a document can be cut where its parts are to go.
_STYLE, _NUMBER, _MARKUP = "\ufdd0", "\ufdd1", "\ufdd2"
# The deck's version, as words and in an address: a card that differs in nothing else looks the same.
_VERSION, _VERSION_IN_ADDRESS = "\ufdd3", "\ufdd4"

Pieces = list[str | int]
"""A text, with numbers in the places of what is kept elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Where the page finds the front and the back of a card; the same number for what is the same.

    The `looks` are numbers of front and back too, the same where they differ in the deck's version alone.
    """

    front: int
    back: int
    looks: tuple[int, int]


@dataclass(slots=True)
class Kept:
    """What the page keeps for its frames: grows while cards and pictures are asked for."""

    frames: list[tuple[int, int, tuple[str | int, ...]]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    left_out: int = 0
    _looks: list[Hashable] = field(default_factory=list)
    _known: dict[tuple[str, Hashable], int] = field(default_factory=dict)
    _versionless: dict[tuple[str, int], NoteType] = field(default_factory=dict)
    _pictures: dict[tuple[int, str], int | None] = field(default_factory=dict)
    _bytes: int = 0
    _characters: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no more cards are taken."""
        return self._characters >= CARD_CHARACTERS

    def card(
        self, side: Side, note: AnkiNote, note_type: NoteType | None, number: int, opened: Iterable[str] = ()
    ) -> Frames | None:
        """A card of one side; None when the note is too long, or makes no such card.

        `opened` are classes of what is folded on cards and stands open here.
        """
        is_there = note_type and (note_type.kind != "normal" or 1 <= number <= len(note_type.templates))
        if not note_type or not is_there or not note_type.templates or sum(map(len, note.fields)) > _LONGEST_NOTE:
            return None
        if _most_characters(note, note_type, number) > _LONGEST_CARD:
            return None
        style = self._once("style", note_type.css, self.styles)
        versionless = self._without_version(note_type, side.version)
        sides = (front_markup(note, versionless, number), back_markup(note, versionless, number))
        front, back = (self._frame(side, number, style, _unfolded(markup, opened)) for markup in sides)
        return Frames(front=front[0], back=back[0], looks=(front[1], back[1]))

    def picture(self, side: Side, name: str) -> int | None:
        """The place of a picture among the `media`; None when there is none, or no more room."""
        key = id(side), name
        if key not in self._pictures:
            self._pictures[key] = self._read(side, name)
        return self._pictures[key]

    def as_json(self) -> dict[str, Any]:
        """All of it, for the page's script; `page` are documents by day and by night, in pieces."""
        return {"page": [_page(night=night) for night in (False, True)], "frames": self.frames} | {
            "styles": self.styles,
            "media": self.media,
        }

    def _frame(self, side: Side, number: int, style: int, versionless: str) -> tuple[int, int]:
        """The places of a side, and of how it looks."""
        markup = versionless.replace(_VERSION, side.version).replace(_VERSION_IN_ADDRESS, quote(side.version))
        pieces = tuple(self._pieces(side, markup))
        before = len(self.frames)
        place = self._once("frame", (number, style, pieces), self.frames)
        self._characters += len(markup) if len(self.frames) > before else 0
        seen = pieces if markup == versionless else tuple(self._pieces(side, versionless))
        return place, self._once("look", (number, style, seen), self._looks)

    def _without_version(self, note_type: NoteType, version: str) -> NoteType:
        """The note type with marks in the places of the version."""
        key = version, id(note_type)
        if key not in self._versionless:
            self._versionless[key] = _versionless(note_type, version) if version else note_type
        return self._versionless[key]

    def _once(self, kind: str, what: Hashable, kept: list[Any]) -> int:
        place = self._known.setdefault((kind, what), len(kept))
        if place == len(kept):
            kept.append(what)
        return place

    def _pieces(self, side: Side, markup: str) -> Pieces:
        """A side with its pictures taken out; what is no picture of the package is shown as missing."""
        markup = _CONNECTING.sub(r"<\1x-", markup)
        pieces: Pieces = []
        position = 0
        for source in _SOURCE.finditer(markup):
            group = str(source.lastgroup)
            if source[group].startswith("data:image/"):
                continue
            written = unescape(source[group])
            place = self.picture(side, unquote(written))
            place = self.picture(side, written) if place is None else place
            # Bare, an empty address would make the next attribute one.
            pieces += markup[position : source.start(group)], "data:," if place is None else place
            position = source.end(group)
        return [*pieces, markup[position:]]

    def _read(self, side: Side, name: str) -> int | None:
        kind = _KINDS.get(PurePosixPath(name).suffix.lower())
        content = side.media(name) if kind else None
        if content is None:
            return None
        address = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
        if ("picture", address) not in self._known:
            if self._bytes + len(content) > PICTURE_BYTES:
                self.left_out += 1
                return None
            self._bytes += len(content)
        return self._once("picture", address, self.media)


def _most_characters(note: AnkiNote, note_type: NoteType, number: int) -> int:
    """As many as a card can have at the most: a short template may show a field a thousand times."""
    template = note_type.templates[number - 1 if note_type.kind == "normal" else 0]
    field = max(len(note.deck), sum(map(len, note.tags)), *map(len, note.fields)) + _MARKUP_OF_FIELD
    front = len(template.front) + template.front.count("{{") * field
    return front + len(template.back) + template.back.count("{{") * field + template.back.count("FrontSide") * front


def _versionless(note_type: NoteType, version: str) -> NoteType:
    spellings = {quote(version): _VERSION_IN_ADDRESS, version: _VERSION}
    words = "|".join(map(re.escape, spellings))
    # What stands in braces is the name of a field.
    found = re.compile(rf"\{{\{{[^{{}}]{{0,500}}\}}\}}|(?<![\w.+-])(?:{words})(?![\w+-])")

    def marked(template: str) -> str:
        return found.sub(lambda match: spellings.get(match[0], match[0]), template)

    templates = tuple(replace(one, front=marked(one.front), back=marked(one.back)) for one in note_type.templates)
    return replace(note_type, templates=templates)


def _unfolded(markup: str, opened: Iterable[str]) -> str:
    for name in opened:
        markup = re.sub(rf"<details(?=\s[^<>]{{0,200}}\b{name}\b)", "<details open", markup)
    return markup


def _page(*, night: bool) -> Pieces:
    """The document of a frame: 0 stands for the style, 1 for the card's number, 2 for its HTML."""
    whole = document(_MARKUP, _STYLE, _NUMBER, night=night, head=_HEAD)
    parts = re.split(f"([{_STYLE}{_NUMBER}{_MARKUP}])", whole)
    marks = {_STYLE: 0, _NUMBER: 1, _MARKUP: 2}
    return [marks.get(part, part) for part in parts]
