"""A student's collection into what it holds at one moment, as values to compare with another moment or student."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from builder.anki.verify.student import Content, Schedule, Student
from builder.core.retiring import is_retired_tag
from builder.render.plain import spoken

_SHOWN = 40  # letters of a first field that name a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note; `name` is what messages call it, `note_type` the note type's id."""

    id: int
    name: str
    note_type: int
    content: Content
    is_retired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteType:
    """A note type; each of the `templates` is name, front and back."""

    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str, str], ...]
    css: str
    modified: int

    @property
    def schema(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What must be the same for Anki to update notes of this type."""
        return self.fields, tuple(name for name, _, _ in self.templates)

    @property
    def look(self) -> tuple[object, ...]:
        """What a release changes when it restyles."""
        return self.templates, self.css


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Notes by GUID, note types in use by id, cards by GUID and number; `blank` are those with nothing on the front.

    Notes and cards are in the order of names, so that it does not hang on GUIDs what students do.
    """

    notes: dict[str, Note]
    note_types: dict[int, NoteType]
    schedules: dict[tuple[str, int], Schedule]
    blank: frozenset[tuple[str, int]]

    @cached_property
    def cards(self) -> dict[str, tuple[int, ...]]:
        """The numbers of each note's cards, by GUID."""
        found: dict[str, tuple[int, ...]] = dict.fromkeys(self.notes, ())
        for guid, number in self.schedules:
            found[guid] += (number,)
        return found

    @property
    def newest(self) -> int:
        """When anything in it was changed last, in seconds."""
        notes = (note.content.modified for note in self.notes.values())
        return max((*notes, *(note_type.modified for note_type in self.note_types.values())), default=0)

    def names(self, guids: Iterable[str]) -> tuple[str, ...]:
        """What messages call notes."""
        return tuple(sorted(self.notes[guid].name for guid in guids))


def snapshot(student: Student) -> Snapshot:
    """Everything that a student holds now."""
    stored = {note_type["id"]: note_type for note_type in student.collection.models.all()}
    content, note_types = student.content(), {}
    notes: dict[str, Note] = {}
    for guid, number, note_type in student.database.execute("select guid, id, mid from notes"):
        if note_type not in note_types:
            note_types[note_type] = _note_type(stored[note_type])
        notes[guid] = _note(number, content[guid], note_type, note_types[note_type].fields)
    blank = frozenset((guid, number) for guid, numbers in student.blank().items() for number in numbers)
    notes = dict(sorted(notes.items(), key=lambda item: (item[1].name, item[0])))
    places = {guid: place for place, guid in enumerate(notes)}
    schedules = dict(sorted(student.schedules().items(), key=lambda item: (places[item[0][0]], item[0][1])))
    return Snapshot(notes=notes, note_types=note_types, schedules=schedules, blank=blank)


def text_of(field: str) -> str:
    """A field's text in one line, without markup."""
    return " ".join(spoken(field).split())


def _note_type(found: dict[str, Any]) -> NoteType:
    return NoteType(
        name=found["name"],
        fields=tuple(field["name"] for field in found["flds"]),
        templates=tuple((template["name"], template["qfmt"], template["afmt"]) for template in found["tmpls"]),
        css=found["css"],
        modified=found["mod"],
    )


def _note(number: int, content: Content, note_type: int, names: tuple[str, ...]) -> Note:
    fields = dict(zip(names, content.fields, strict=False))
    return Note(
        id=number,
        name=shown_name(fields),
        note_type=note_type,
        content=content,
        is_retired=any(map(is_retired_tag, content.tags)) and bool(fields.get("Retired")),
    )


def shown_name(fields: dict[str, str]) -> str:
    """What messages call a note: its field "Note ID", else the beginning of its first field."""
    if name := text_of(fields.get("Note ID", "")):
        return name
    text = text_of(next(iter(fields.values()), ""))
    return f"{text[: _SHOWN - 1]}…" if len(text) > _SHOWN else text or "(a note without text)"
