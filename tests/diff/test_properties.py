"""What holds of any two states whatever: a state differs from itself in nothing, and what one gains the other lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote, content_digest
from builder.diff.as_json import as_json
from builder.diff.as_markdown import release_notes
from builder.diff.as_text import as_text
from builder.diff.compare import compare
from builder.diff.model import NoteChange, Side

_FACE = Template(name="A", front="{{Front}}", back="{{Back}}")
TYPES = (
    NoteType(key="1", name="Basic", id=1, kind="normal", fields=("Front", "Back"), templates=(_FACE,), css=""),
    NoteType(key="2", name="Gaps", id=2, kind="cloze", fields=("Text", "More"), templates=(_FACE,), css="a {}"),
)
html = st.text(st.sampled_from("ab <>&{}:c12[]\n*#@\x1b|"), max_size=20)
words = st.sampled_from(["", "x", "x::y", "Retired", "x::Retired"])


@st.composite
def notes(draw: st.DrawFn) -> tuple[AnkiNote, ...]:
    """Notes with few GUIDs, so that two states share some."""
    found = []
    for guid in draw(st.lists(st.sampled_from("abcdefgh"), unique=True)):
        fields, tags = (draw(html), draw(html)), tuple(sorted(draw(st.sets(words.filter(bool), max_size=2))))
        cards = tuple(sorted(draw(st.sets(st.integers(1, 3), max_size=2))))
        note = AnkiNote(
            id=draw(st.sampled_from([guid, "::x", "a_b"])),
            guid=guid,
            note_type=draw(st.sampled_from("12")),
            deck=draw(words),
            fields=fields,
            tags=tags,
            cards=cards,
            audience="",
            media=(),
            digest=content_digest(fields, tags),
            retired=draw(st.booleans()),
            created=draw(st.integers(0, 2)),
            modified=draw(st.integers(0, 2)),
        )
        found.append(note)
    return tuple(found)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """A state, or what a ledger knows of it."""
    held = draw(notes())
    has_texts = draw(st.booleans())
    if not has_texts:
        held = tuple(replace(note, fields=(), tags=(), deck="") for note in held)
    audiences = st.frozensets(st.sampled_from(["", "a", "b"]), min_size=1)
    return Side(
        title=draw(words),
        deck_name=draw(words),
        version=draw(st.sampled_from(["", "1", "2"])),
        description=draw(st.sampled_from(["", "Version 1", "x\n\nVersion 2 · CC0", "x"])),
        notes=held,
        note_types=TYPES,
        has_texts=has_texts,
        media=lambda name: None,
        audiences={note.guid: draw(audiences) for note in held} if draw(st.booleans()) else {},
    )


MIRRORED = {
    "added": "gone",
    "gone": "added",
    "changed": "changed",
    "moved": "moved",
    "edition": "edition",
    "retired": "returned",
    "returned": "retired",
}


@given(sides())
def test_nothing_differs_from_itself(side: Side) -> None:
    """Whatever it is."""
    found = compare(side, side)
    assert found.is_empty
    assert found.unchanged == len(side.notes)


@given(sides(), sides())
def test_the_other_way_round(one: Side, other: Side) -> None:
    """What is new on one side is gone from the other, and each change has its mirror."""
    there, back = ({change.note.guid: change for change in compare(*two).notes} for two in ((one, other), (other, one)))
    odd = {guid for told in (there, back) for guid, change in told.items() if _has_no_mirror(change)}
    assert there.keys() - odd == back.keys() - odd
    for guid in there.keys() - odd:
        change, opposite = there[guid], back[guid]
        assert change.kind == MIRRORED[opposite.kind]
        assert (change.before, change.after) == (opposite.after, opposite.before)
        assert (change.cards_added, change.cards_lost) == (opposite.cards_lost, opposite.cards_added)
        assert (change.tags_added, change.tags_removed) == (opposite.tags_removed, opposite.tags_added)
        assert change.pictures == opposite.pictures[::-1]
        assert change.moved == opposite.moved


def _has_no_mirror(change: NoteChange) -> bool:
    """A ledger tells what a note joins and not what it leaves; what has no cards any more has lost none."""
    return bool(change.left or change.joined or change.is_held_back)


@given(sides(), sides())
def test_every_note_is_accounted_for(old: Side, new: Side) -> None:
    """Each note of either side is told or counted, but for retired ones that only one side has."""
    found = compare(old, new)
    olds, news = {note.guid: note for note in old.notes}, {note.guid: note for note in new.notes}
    alone = [note for guid, note in {**olds, **news}.items() if (guid in olds) != (guid in news) and note.retired]
    assert len(found.notes) + found.unchanged + len(alone) == len({*olds, *news})


@given(sides(), sides())
def test_it_can_be_told(old: Side, new: Side) -> None:
    """Every output takes every difference, and is the same each time."""
    found = compare(old, new)
    for output in (as_text, release_notes, as_json):
        text = output(found)
        assert text.endswith("\n")
        assert text == output(found)
