"""The rows of notes and cards into `AnkiNote`s."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from builder.anki.reading.collection import Deck
from builder.anki.reading.damage import damaged
from builder.anki.reading.database import Database
from builder.core.note_types import NoteType
from builder.core.package import AnkiNote, content_digest

_ID_FIELD = "Note ID"
_ONLY_NUMBERS = frozenset({int})
_NEW = 0
_NO_POSITION = 1 << 63  # after every position that SQLite can hold
_CARD_NUMBERS = 1 << 16  # Anki keeps the number of a card in 16 bits


Card = tuple[int, str, int]
"""The number of a card, the name of its deck, and its position among the new cards."""


class _Shape(NamedTuple):
    """What a note of a note type must be like; `id_field` is the place of the field with the author's id, if any."""

    note_type: NoteType
    field_count: int
    last_card: int
    id_field: int | None


def read_notes(
    database: Database, note_types: Mapping[int, NoteType], cards: Mapping[int, list[Card]]
) -> tuple[AnkiNote, ...]:
    """All notes in the order in which their new cards are shown; those without new cards follow, by id.

    `note_types` are by id, `cards` by their notes' id. Raises `DamageError`.
    """
    shapes = {type_id: _shape(note_type) for type_id, note_type in note_types.items()}
    # Few of these differ among many notes: what is the same is kept once.
    tags: dict[str, tuple[str, ...]] = {}
    numbers: dict[tuple[int, ...], tuple[int, ...]] = {}
    placed: dict[int, tuple[int, int, AnkiNote]] = {}
    for note_id, guid, type_id, modified, tag_text, field_text in _note_rows(database):
        if note_id in placed:
            damaged(f"two notes have the id {note_id}")
        shape = shapes.get(type_id)
        if shape is None:
            damaged(f"note {note_id} is of a note type that is not there")
        if tag_text not in tags:
            tags[tag_text] = _split_tags(tag_text)
        its_numbers, deck, position = _together(cards.get(note_id, []))
        fields = tuple(field_text.split("\x1f"))
        _check(note_id, shape, len(fields), its_numbers)
        note = AnkiNote(
            id=(shape.id_field is not None and fields[shape.id_field]) or guid,
            guid=guid,
            note_type=shape.note_type.key,
            deck=deck,
            fields=fields,
            tags=tags[tag_text],
            cards=numbers.setdefault(its_numbers, its_numbers),
            audience="",
            media=(),
            digest=content_digest(fields, tags[tag_text]),
            created=note_id,
            modified=modified,
        )
        placed[note_id] = (position, note_id, note)
    if lost := cards.keys() - placed.keys():
        damaged(f"a card is of note {min(lost)}, which is not there")
    # The ids differ, so that no notes are compared.
    return tuple(note for _, _, note in sorted(placed.values()))


def _together(cards: list[Card]) -> tuple[tuple[int, ...], str, int]:
    """The numbers of a note's cards, the deck of the first and the least position."""
    if not cards:
        return (), "", _NO_POSITION
    if len(cards) == 1:  # nearly always
        number, deck, position = cards[0]
        return (number,), deck, position
    cards.sort()
    numbers = tuple(dict.fromkeys(number for number, _, _ in cards))
    return numbers, cards[0][1], min(position for _, _, position in cards)


def _shape(note_type: NoteType) -> _Shape:
    fields = note_type.fields
    last_card = len(note_type.templates) if note_type.kind == "normal" else _CARD_NUMBERS
    return _Shape(note_type, len(fields), last_card, fields.index(_ID_FIELD) if _ID_FIELD in fields else None)


def _check(note_id: int, shape: _Shape, field_count: int, cards: tuple[int, ...]) -> None:
    if field_count != shape.field_count:
        damaged(f"note {note_id} has {field_count} fields, and its note type {shape.field_count}")
    if cards and cards[-1] > shape.last_card:
        damaged(f"note {note_id} has a card {cards[-1]}, and its note type {shape.last_card} templates")


def _split_tags(text: str) -> tuple[str, ...]:
    """Anki divides tags at spaces, also at the wide one of Chinese and Japanese."""
    return tuple(sorted({tag for tag in text.replace("\u3000", " ").split(" ") if tag}))


def _note_rows(database: Database) -> Iterator[tuple[int, str, int, int, str, str]]:
    """Id, GUID, note type id, modification time, tags and fields of each note."""
    for note_id, guid, type_id, modified, serial, tags, fields in database.uncounted_rows("notes"):
        are_numbers = type(note_id) is type(type_id) is type(modified) is type(serial) is int
        if not (are_numbers and type(guid) is type(tags) is type(fields) is str):
            damaged("a note has a value of the wrong kind")
        database.count(len(guid) + len(tags) + len(fields))
        if "\0" in fields or "\0" in tags or "\0" in guid:
            damaged(f"note {note_id} has a NUL character")
        yield note_id, guid, type_id, modified, tags, fields


def read_cards(database: Database, decks: Mapping[int, Deck]) -> dict[int, list[Card]]:
    """The cards of each note, by the note's id; one in a filtered deck counts where it will return to."""
    found: dict[int, list[Card]] = defaultdict(list)
    for row in database.uncounted_rows("cards"):
        if not _ONLY_NUMBERS.issuperset(map(type, row)):
            damaged("a card has a value of the wrong kind")
        _, note_id, deck_id, number, _, _, kind, _, due, *_, due_at_home, home_id = row
        # Anki exports filtered decks as plain ones, and may leave their cards the id of a deck that did not come along.
        deck = decks.get(home_id) or decks.get(deck_id)
        if deck is None:
            damaged(f"a card of note {note_id} is in a deck that is not there")
        if not 0 <= number < _CARD_NUMBERS:
            damaged(f"a card of note {note_id} has no number")
        position = _NO_POSITION if kind != _NEW else due_at_home if home_id else due
        found[note_id].append((number + 1, deck.name, position))
    return found
