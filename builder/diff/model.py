"""The words for what differs between two states of a deck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote

Kind = Literal["added", "changed", "moved", "edition", "retired", "returned", "gone"]
"""What became of a note; one that was retired and is not any more has `returned`.

Of notes that are what they were, `moved` are in another subdeck, `edition` are for others; `changed` are the rest.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two states that are compared: `title` is how people call it.

    `notes` stand in source order. Where only a ledger is known, `has_texts` is False: then a note has its identity, its
    cards and its digest, but neither fields nor tags, and its subdeck is ''. A retired note has the cards that students
    may hold. `media` gives the bytes of a picture or sound, None when there is none of that name. `audiences` says by
    GUID to whom a note goes, with '' among them for everybody; it is empty where that is not known. For the GUIDs in
    `unsure` it names all that they ever went to, and they may have left some before. `released` are the GUIDs of notes
    that students may hold and that are not here any more.
    """

    title: str
    deck_name: str
    version: str
    description: str
    notes: tuple[AnkiNote, ...]
    note_types: tuple[NoteType, ...]
    has_texts: bool
    media: Callable[[str], bytes | None] = field(repr=False)
    audiences: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    unsure: frozenset[str] = field(default=frozenset(), repr=False)
    released: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field with its HTML before and after; '' where it was or is empty."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChange:
    """What became of one note; `before` is None for one that was added, `after` for one that is gone.

    One that has `returned` has no `before` where only a ledger knew of it. `fields` are those that differ, in the note
    type's order. `cards_added` and `cards_lost` are card numbers; `lost_once` are those of which nobody knows whether
    they were lost now or earlier. `asks_otherwise` are numbers of gaps, masks or fronts that stay and ask for something
    else now. `pictures` are the names of media that are shown only before, and only after. `left` and `joined` are
    audiences, '' for everybody. `is_update` tells whether students' copies are replaced; `is_other_type` that Anki
    never updates it again. With `is_held_back` it came with cards and comes without: who holds them keeps them, and
    nobody else gets any.
    """

    kind: Kind
    before: AnkiNote | None
    after: AnkiNote | None
    fields: tuple[FieldChange, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    cards_added: tuple[int, ...] = ()
    cards_lost: tuple[int, ...] = ()
    lost_once: tuple[int, ...] = ()
    asks_otherwise: tuple[int, ...] = ()
    pictures: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    moved: bool = False
    left: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    is_update: bool = False
    is_other_type: bool = False
    is_held_back: bool = False

    @property
    def note(self) -> AnkiNote:
        """The note as it is now, or was last."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTypeChange:
    """A note type that differs; None where it was not, or is no more.

    `schema` names the frozen parts that differ (`fields`, `templates`, `kind`): Anki then updates none of its notes.
    `templates` are (template's name, side, before, after) as HTML; `css` is (before, after), None when it is the same;
    so is `names`.
    """

    before: NoteType | None
    after: NoteType | None
    schema: tuple[str, ...] = ()
    templates: tuple[tuple[str, Literal["front", "back"], str, str], ...] = ()
    css: tuple[str, str] | None = None
    names: tuple[str, str] | None = None

    @property
    def note_type(self) -> NoteType:
        """The note type as it is now, or was last."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that differs between `old` and `new`: notes in source order, those that are gone at their old place.

    `deck` are the deck's own texts that differ, by name: (before, after). `unchanged` counts the other notes.
    """

    old: Side
    new: Side
    notes: tuple[NoteChange, ...]
    note_types: tuple[NoteTypeChange, ...]
    deck: Mapping[str, tuple[str, str]]
    unchanged: int

    def of(self, *kinds: Kind) -> tuple[NoteChange, ...]:
        """The notes of which that became."""
        return tuple(change for change in self.notes if change.kind in kinds)

    @property
    def has_common_notes(self) -> bool:
        """Whether any note is on both sides."""
        return self.unchanged > 0 or any(change.before and change.after for change in self.notes)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.notes or self.note_types or self.deck)
