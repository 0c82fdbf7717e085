"""Note types and decks of the older form, where each kind is one text of JSON."""

from __future__ import annotations

from typing import Any

from builder.anki.reading.collection import Collection, Deck, deck, note_type, template
from builder.anki.reading.damage import checked_number
from builder.anki.reading.json_text import checked_id, checked_object, checked_objects, read_object
from builder.core.note_types import NoteType


def read_legacy(models: object, decks: object) -> Collection:
    """What the columns `models` and `decks` of the table `col` say."""
    note_types: dict[int, NoteType] = {}
    times: dict[int, int] = {}
    for value in read_object(models, "the list of note types").values():
        model = checked_object(value, "a note type")
        type_id = checked_id(model.get("id"), "the id of a note type")
        note_types[type_id] = _note_type(type_id, model)
        times[type_id] = checked_number(model.get("mod"), f"the time of note type {type_id}")
    return Collection(note_types=note_types, times=times, decks=_decks(decks))


def _note_type(type_id: int, model: dict[str, Any]) -> NoteType:
    templates = checked_objects(model.get("tmpls"), f"a template of note type {type_id}")
    fields = checked_objects(model.get("flds"), f"a field of note type {type_id}")
    return note_type(
        type_id=type_id,
        name=model.get("name"),
        kind=model.get("type"),
        stock_kind=model.get("originalStockKind", 0),
        fields=[field.get("name") for field in fields],
        templates=[template(type_id, one.get("name"), one.get("qfmt"), one.get("afmt")) for one in templates],
        css=model.get("css", ""),
    )


def _decks(text: object) -> dict[int, Deck]:
    decks = {}
    for value in read_object(text, "the list of decks").values():
        found = checked_object(value, "a deck")
        deck_id = checked_id(found.get("id"), "the id of a deck")
        decks[deck_id] = deck(deck_id, found.get("name"), found.get("desc", ""))
    return decks
