"""The stock note types are frozen: their schemas are pinned here, and may only ever be added to by new note types."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.core.note_types import NoteType
from builder.core.notes import Deck
from builder.source.note_types import stock_note_types

DECK = Deck(
    folder=Path("knots"),
    id="knots-7f3k2q",
    name="Knots",
    tag="Knots",
    language="de",
    version="1",
    license="",
    description="",
    report_url="",
    citation_style="vancouver",
    editions=(),
)
SCHEMAS = {
    "question": (
        '{"id": 1390633754624, "kind": "normal", "fields": ["Question", "Answer", "Explanation", "Sources", '
        '"References", "Reverse", "Typed", "Choices", "Choices answered", "Topics", "Note ID", "Language", "Retired", '
        '"Spare 1", "Spare 2", "Spare 3", "Spare 4"], "templates": ["Question", "Reversed"]}'
    ),
    "cloze": (
        '{"id": 1034615073755, "kind": "cloze", "fields": ["Text", "Explanation", "Sources", "References", "Topics", '
        '"Note ID", "Language", "Retired", "Spare 1", "Spare 2", "Spare 3", "Spare 4"], "templates": ["Cloze"]}'
    ),
    "occlusion": (
        '{"id": 1160843429977, "kind": "occlusion", "fields": ["Occlusion", "Image", "Header", "Back Extra", "Comments", '
        '"Sources", "References", "Topics", "Note ID", "Language", "Retired", "Spare 1", "Spare 2", "Spare 3", '
        '"Spare 4"], "templates": ["Picture"]}'
    ),
}


@pytest.mark.parametrize("note_type", stock_note_types(DECK), ids=lambda note_type: note_type.key)
def test_schema_is_frozen(note_type: NoteType) -> None:
    """A field or template added, removed or moved would stop every student's notes from updating."""
    assert note_type.schema == SCHEMAS[note_type.key]


def test_every_stock_note_type_is_pinned() -> None:
    """No note type is released without its schema written down here."""
    assert {note_type.key for note_type in stock_note_types(DECK)} == set(SCHEMAS)


def test_made_out_to_the_deck() -> None:
    """A note type carries its deck's name and language, and ids of its own, so that two decks never share one."""
    question = stock_note_types(DECK)[0]
    other = stock_note_types(Deck(**{**{slot: getattr(DECK, slot) for slot in DECK.__slots__}, "id": "rope-2k8x4m"}))[0]
    assert question.name == "Knots: Question"
    assert 'lang="de"' in question.templates[0].front
    shown = question.at("2026.11").templates[0]
    assert "%" not in shown.front + shown.back
    assert question.id != other.id
