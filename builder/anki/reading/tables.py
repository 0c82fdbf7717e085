"""Note types and decks of today's form, where each has a row with a binary message in it."""

from __future__ import annotations

from collections import defaultdict

from builder.anki.reading.collection import Collection, Deck, deck, note_type, template
from builder.anki.reading.damage import checked_number, damaged
from builder.anki.reading.database import Database
from builder.anki.reading.protobuf import deck_description, note_type_config, template_config
from builder.core.note_types import NoteType, Template

_BETWEEN_LEVELS = "\x1f"


def read_tables(database: Database) -> Collection:
    """What the tables `notetypes`, `fields`, `templates` and `decks` say."""
    fields = _fields(database)
    templates = _templates(database)
    note_types: dict[int, NoteType] = {}
    times: dict[int, int] = {}
    for row_id, name, modified, _, config in database.rows("notetypes"):
        type_id = checked_number(row_id, "the id of a note type")
        kind, css, stock_kind = note_type_config(_message(config))
        note_types[type_id] = note_type(
            type_id=type_id,
            name=name,
            kind=kind,
            stock_kind=stock_kind,
            fields=[name for _, name in sorted(fields[type_id].items())],
            templates=[one for _, one in sorted(templates[type_id].items(), key=lambda item: item[0])],
            css=css,
        )
        times[type_id] = checked_number(modified, f"the time of note type {type_id}")
    return Collection(note_types=note_types, times=times, decks=_decks(database))


def _fields(database: Database) -> dict[int, dict[int, object]]:
    """The names of fields by note type and position."""
    found: dict[int, dict[int, object]] = defaultdict(dict)
    for note_type_id, position, name in database.rows("fields"):
        note_type_id = checked_number(note_type_id, "the note type of a field")
        found[note_type_id][checked_number(position, "the position of a field")] = name
    return found


def _templates(database: Database) -> dict[int, dict[int, Template]]:
    """Templates by note type and position."""
    found: dict[int, dict[int, Template]] = defaultdict(dict)
    for note_type_id, position, name, _, _, config in database.rows("templates"):
        note_type_id = checked_number(note_type_id, "the note type of a template")
        front, back = template_config(_message(config))
        made = template(note_type_id, name, front, back)
        found[note_type_id][checked_number(position, "the position of a template")] = made
    return found


def _decks(database: Database) -> dict[int, Deck]:
    decks = {}
    for row_id, name, _, _, _, kind in database.rows("decks"):
        deck_id = checked_number(row_id, "the id of a deck")
        levels = name.replace(_BETWEEN_LEVELS, "::") if type(name) is str else name
        decks[deck_id] = deck(deck_id, levels, deck_description(_message(kind)))
    return decks


def _message(value: object) -> bytes:
    if type(value) is not bytes:
        damaged("a message is not what Anki writes")
    return value
