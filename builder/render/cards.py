"""A note and its note type into the two sides of a card, as Anki shows them.

What an Anki without add-ons makes of a card is made here to the letter, but for this: where Anki explains at length why
it shows no card, there is a short notice of ours; `[latex]`, which decks must not have, stays as it is, where Anki runs
a program of the student's; options of `[anki:…]` tags keep their order, which in Anki is a matter of chance; and what
a hint unfolds has another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from builder.core.note_types import NoteType
from builder.render.clozes import cloze_numbers
from builder.render.filters import filtered
from builder.render.sounds import Sound, with_marks
from builder.render.templates import (
    Part,
    Replacement,
    Section,
    Words,
    is_empty,
    read_template,
    replacements,
    sections,
    shows,
)

_CLOZE_CONDITION = re.compile(r"c\+?0*([0-9]{1,10})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Both sides of a card as HTML, and what is played; `[anki:play:q:0]` marks the place of the first on the front.

    The front stands in the back with its marks, where the template has `{{FrontSide}}`.
    """

    front: str
    back: str
    front_sounds: tuple[Sound, ...] = ()
    back_sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True)
class _Template:
    """What is read once of a side: its parts, and the fields that they name, for sections too."""

    parts: tuple[Part, ...]
    is_readable: bool
    fields: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Note:
    """A note's fields and those that Anki fills, the names of those that are not empty, and the card's number."""

    values: Mapping[str, str]
    filled: frozenset[str]
    number: int


def render_card(
    note_type: NoteType,
    fields: Mapping[str, str],
    number: int,
    *,
    deck: str,
    tags: Sequence[str],
    card_id: int = 0,
    flag: int = 0,
) -> Card:
    """The card with this number, from 1: that of the template, or of the gaps or masks.

    `fields` are HTML as Anki stores it, by name; `deck` is the full name. A template may name the card's id, and the
    flag that a student puts on it.
    """
    template = note_type.templates[number - 1 if note_type.kind == "normal" else 0]
    values = {name: fields.get(name, "") for name in note_type.fields}
    special = {
        "Tags": " ".join(tags),
        "Type": note_type.name,
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "Card": template.name,
        "CardFlag": f"flag{flag}",
        "CardID": str(card_id),
        f"c{number}": "1",
    }
    values = special | values
    note = _Note(values, frozenset(name for name, value in values.items() if not is_empty(value)), number)
    front = _read(template.front)
    if error := _error(front, note):
        return Card(front=error, back=error)
    shown, front_sounds = with_marks("".join(_rendered(front.parts, note, None)), "q")
    if notice := _empty_notice(front.parts, note, note_type):
        return Card(front=shown + notice, back=notice, front_sounds=front_sounds)
    back = _read(template.back)
    if error := _error(back, note):
        return Card(front=error, back=error)
    answer, back_sounds = with_marks("".join(_rendered(back.parts, note, shown)), "a")
    return Card(front=shown, back=answer, front_sounds=front_sounds, back_sounds=back_sounds)


@lru_cache(maxsize=256)
def _read(template: str) -> _Template:
    read = read_template(template)
    fields = (one.field for one in replacements(read.parts) if _needs_field(one))
    conditions = (one.field for one in sections(read.parts) if not _is_cloze_condition(one.field))
    return _Template(read.parts, read.is_readable, tuple(dict.fromkeys(fields)), tuple(dict.fromkeys(conditions)))


def _needs_field(one: Replacement) -> bool:
    """Whether Anki looks for the field: not for the front, nor where a filter stands alone."""
    return one.field != "FrontSide" and not (one.filters and not one.field)


def _is_cloze_condition(name: str) -> bool:
    """Whether a section is that of a card, such as `{{#c1}}`."""
    found = _CLOZE_CONDITION.fullmatch(name)
    return found is not None and int(found[1]) < 1 << 32


def _error(template: _Template, note: _Note) -> str:
    """What is shown in the place of both sides when Anki cannot read a template; '' when it can."""
    if not template.is_readable:
        return _notice("the template of this card has a mistake in its braces")
    for name in (*template.fields, *template.conditions):
        if name not in note.values:
            return _notice(f"the template of this card names a field that is not there: {name}")
    return ""


def _empty_notice(front: Iterable[Part], note: _Note, note_type: NoteType) -> str:
    """What is shown when a card asks for nothing; '' when it does."""
    if note_type.kind == "normal":
        return "" if shows(front, note.filled) else _notice("the front of this card is empty")
    if any(note.number in cloze_numbers(value) for value in note.values.values()):
        return ""
    name = "gap" if note_type.kind == "cloze" else "mask"
    return _notice(f"no {name} of this note has the number {note.number}")


def _notice(message: str) -> str:
    return f'<div class="card-notice">{escape(message)}</div>'


def _rendered(parts: Iterable[Part], note: _Note, front: str | None) -> list[str]:
    """The pieces of a side; `front` is the other side's HTML, None on the front itself."""
    pieces: list[str] = []
    for part in parts:
        if isinstance(part, Words):
            pieces.append(part.html)
        elif isinstance(part, Section):
            if (part.field in note.filled) != part.negated:
                pieces += _rendered(part.parts, note, front)
        elif part.field == "FrontSide":
            pieces.append(front or "")
        elif not part.filters:
            pieces.append(note.values[part.field])
        elif part.field:
            value = note.values[part.field]
            pieces.append(filtered(value, part.filters, part.field, note.number, is_front=front is None))
    return pieces
