"""What both forms of the database become before the notes are read: note types with their times, and decks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.anki.reading.damage import checked_number, checked_text, damaged
from builder.core.note_types import Kind, NoteType, Template

_CLOZE = 1
_OCCLUSION_STOCK_KIND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A deck: its full name with `::` between the levels, and its description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Note types by id, their modification times in seconds by the same, and decks by id."""

    note_types: Mapping[int, NoteType]
    times: Mapping[int, int]
    decks: Mapping[int, Deck]


def note_type(
    *,
    type_id: int,
    name: object,
    kind: object,
    stock_kind: object,
    fields: Iterable[object],
    templates: Sequence[Template],
    css: object,
) -> NoteType:
    """A note type as it is stored; raises `DamageError` when a part of it is of the wrong kind."""
    shown = f"note type {type_id}"
    names = tuple(checked_text(field, f"a field's name of {shown}") for field in fields)
    if not names:
        damaged(f"{shown} has no field")
    if not templates:
        damaged(f"{shown} has no template")
    kinds: tuple[Kind, Kind] = ("normal", "cloze")
    is_cloze = checked_number(kind, f"the kind of {shown}") == _CLOZE
    is_occlusion = checked_number(stock_kind, f"the stock kind of {shown}") == _OCCLUSION_STOCK_KIND
    return NoteType(
        key=str(type_id),
        name=checked_text(name, f"the name of {shown}"),
        id=type_id,
        kind="occlusion" if is_occlusion else kinds[is_cloze],
        fields=names,
        templates=tuple(templates),
        css=checked_text(css, f"the styling of {shown}"),
    )


def template(type_id: int, name: object, front: object, back: object) -> Template:
    """A template as it is stored; raises `DamageError` when a part of it is no text."""
    shown = f"of note type {type_id}"
    return Template(
        name=checked_text(name, f"a template's name {shown}"),
        front=checked_text(front, f"a template's front {shown}"),
        back=checked_text(back, f"a template's back {shown}"),
    )


def deck(deck_id: int, name: object, description: object) -> Deck:
    """A deck as it is stored; raises `DamageError` when a part of it is no text."""
    return Deck(
        name=checked_text(name, f"the name of deck {deck_id}"),
        description=checked_text(description, f"the description of deck {deck_id}"),
    )
