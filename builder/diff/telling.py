"""What became of a note into clauses that say what it means for students, for those who make the deck."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from builder.core.english import listed
from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.diff.model import Difference, FieldChange, NoteChange, NoteTypeChange
from builder.diff.plain import plain, title

KINDS = {
    "added": "added",
    "changed": "changed",
    "moved": "moved",
    "edition": "in other editions",
    "retired": "retired",
    "returned": "back again",
    "gone": "gone",
}
"""The kinds of changes in the order in which they are counted, and their names."""

# Fields that follow another: whoever is told of that one knows.
_FOLLOWING = {
    "Typed": "Answer",
    "Choices": "Choices answered",
    "References": "Sources",
    "Topics": "tags",
    "Reverse": "cards",
}


def types_of(difference: Difference) -> dict[str, NoteType]:
    """All note types by their keys; of two with the same key the new one."""
    return {one.key: one for side in (difference.old, difference.new) for one in side.note_types}


def told_title(change: NoteChange, types: dict[str, NoteType]) -> str:
    """What a note is called: as it is now, or as it was where only its old texts are known."""
    note = change.note if change.note.fields or change.before is None else change.before
    return title(note, types.get(note.note_type))


def told_deck(change: NoteChange) -> str:
    """The deck of a note's cards: that of before where it has none now; '' where only a ledger is known."""
    return change.note.deck or (change.before.deck if change.before else "")


def card_names(numbers: Collection[int], note: AnkiNote, types: dict[str, NoteType]) -> str:
    """What cards are called: gaps and masks by their numbers, others by their templates."""
    note_type = types.get(note.note_type)
    if note_type is None:
        return listed([f"card {number}" for number in numbers])
    if note_type.kind != "normal":
        word = "gap" if note_type.kind == "cloze" else "mask"
        return listed([f"{word} c{number}" for number in numbers])
    names = {number: template.name for number, template in enumerate(note_type.templates, 1)}
    return listed([f"card {number} ({names[number]})" if number in names else f"card {number}" for number in numbers])


def told_fields(change: NoteChange) -> tuple[FieldChange, ...]:
    """The fields that differ, without those that only follow another of them, the tags or the cards."""
    names = {field.name for field in change.fields}
    if change.tags_added or change.tags_removed:
        names.add("tags")
    if change.cards_added or change.cards_lost:
        names.add("cards")
    return tuple(field for field in change.fields if _FOLLOWING.get(field.name) not in names)


def reason(change: NoteChange, types: dict[str, NoteType]) -> str:
    """Why a note was retired, and by what it is replaced, as HTML; '' where that is not known."""
    note_type = types.get(change.note.note_type)
    fields = note_type.named(change.note.fields) if note_type else {}
    return fields.get("Retired", "")


def consequences(change: NoteChange, types: dict[str, NoteType]) -> Iterator[str]:
    """What a change does to cards, and to students who hold them, each in one clause."""
    note = change.note
    if change.kind in ("retired", "returned") and (why := plain(reason(change, types))):
        yield f"why: {why}"
    if change.is_other_type:
        yield "has another note type: Anki calls it conflicting and never updates it again"
    if change.moved and change.before and change.after:
        yield f"moved from {change.before.deck} to {change.after.deck}: cards that students hold stay where they are"
    if change.cards_added:
        yield f"{card_names(change.cards_added, note, types)}: added, the others keep their schedule"
    if change.cards_lost:
        yield f"{card_names(change.cards_lost, note, types)}: lost, students who study it see an error there"
    if change.asks_otherwise:
        which = card_names(change.asks_otherwise, note, types)
        yield f"{which}: something else is asked now, on the schedule of what was asked before"
    for audience in change.left:
        yield f"gone from the edition for {audience}: who holds its cards keeps them"
    for audience in change.joined:
        yield f"new in the edition for {audience}"
    if change.is_held_back:
        yield "gone from this edition: who holds its cards keeps them, nobody else gets any"
    yield from _arriving(change)


def _arriving(change: NoteChange) -> Iterator[str]:
    """Whether it reaches students who hold the note; of notes that are on one side only that is plain."""
    if change.kind == "gone":
        yield "students keep it for ever, and it is never corrected again"
    elif change.kind == "added" or change.is_other_type:
        return
    elif change.kind == "returned" and change.before is None:
        yield "reaches students who hold it: it replaces their copy of the note, and its cards have their schedule"
    elif change.is_update:
        yield "reaches students: it replaces their copy of the note"
    elif change.before and change.after and change.before.digest != change.after.digest:
        yield "does not reach students: the note is not newer than theirs"
    else:
        yield "students' copies of the note are not touched"


def type_consequences(change: NoteTypeChange) -> Iterator[str]:
    """What the change of a note type means, each in one clause; the first is red when it stops updates."""
    if change.schema:
        yield f"{listed(change.schema)} differ: this stops updates, Anki calls every note of this type conflicting"
    yield from _frozen_parts(change)
    if change.before is None:
        yield "new"
    elif change.after is None:
        yield "no longer used"
    if change.names:
        yield f"is called {change.names[1]}, was {change.names[0]}"


def _frozen_parts(change: NoteTypeChange) -> Iterator[str]:
    """Which of the fields and templates are other ones, or in another place, and which kind it is now."""
    before, after = change.before, change.after
    if before is None or after is None:
        return
    parts = {
        "fields": (before.fields, after.fields),
        "templates": (_names(before), _names(after)),
    }
    for part, (was, now) in parts.items():
        if part in change.schema:
            yield f"{part}: {'; '.join(_other_names(was, now))}"
    if "kind" in change.schema:
        yield f"kind: {after.kind}, was {before.kind}"


def _names(note_type: NoteType) -> tuple[str, ...]:
    return tuple(template.name for template in note_type.templates)


def _other_names(was: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """The names that only one side has, and those of both whose order differs."""
    added, removed = [name for name in now if name not in was], [name for name in was if name not in now]
    if added:
        yield f"{listed(added)} added"
    if removed:
        yield f"{listed(removed)} removed"
    kept, others = [name for name in was if name in now], [name for name in now if name in was]
    moved = [one for one, other in zip(others, kept, strict=False) if one != other]
    if moved:
        yield f"{listed(moved)} moved"
