"""Anki's vocabulary: what goes into a package."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from builder.core.note_types import NoteType

EVERYTHING = "everything"
"""What stands for the name of an edition where a package has every note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A picture or sound: its name in Anki carries a hash of its bytes, so another picture is another name."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnkiNote:
    """A note as Anki stores it.

    `id` is the author's; `deck` the full deck name; `fields` HTML in the note type's order; `tags` full and sorted;
    `cards` the card numbers, from 1; `audience` '' for everybody; `media` names of `MediaFile`s; `created` milliseconds
    and `modified` seconds since 1970, both 0 until the ledger has dated the note. In a package, a note that is
    `retired` or has left the edition has no cards: who holds them keeps them, nobody else gets any.
    """

    id: str
    guid: str
    note_type: str
    deck: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    audience: str
    media: tuple[str, ...]
    digest: str
    retired: bool = False
    created: int = 0
    modified: int = 0

    def dated(self, created: int, modified: int) -> AnkiNote:
        """The same note with its times; several times faster than `dataclasses.replace`."""
        return AnkiNote(
            id=self.id,
            guid=self.guid,
            note_type=self.note_type,
            deck=self.deck,
            fields=self.fields,
            tags=self.tags,
            cards=self.cards,
            audience=self.audience,
            media=self.media,
            digest=self.digest,
            retired=self.retired,
            created=created,
            modified=modified,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything one `.apkg` holds: notes in source order, the note types they use, their media, the deck's own data.

    `note_type_times` gives each note type's modification time in seconds, by key.
    """

    deck_id: str
    deck_name: str
    description: str
    note_types: tuple[NoteType, ...]
    note_type_times: dict[str, int]
    notes: tuple[AnkiNote, ...]
    media: tuple[MediaFile, ...]

    @property
    def card_count(self) -> int:
        """How many cards real Anki holds after importing this into an empty collection."""
        return sum(len(note.cards) for note in self.notes)

    @property
    def modified(self) -> int:
        """The newest time in it, in seconds."""
        return max((*(note.modified for note in self.notes), *self.note_type_times.values()), default=0)

    def edition(self, audience: str, held: Collection[str] = ()) -> Package:
        """The notes for everybody and those for `audience`, with the note types and media they need.

        `held` are the ids of notes that were in it once: those that are not any more stay in it without cards, so that
        students who hold their cards get what is corrected in them.
        """
        notes = tuple(
            note if note.audience in ("", audience) else replace(note, cards=())
            for note in self.notes
            if note.audience in ("", audience) or note.id in held
        )
        types = {note.note_type for note in notes}
        names = {name for note in notes for name in note.media}
        return replace(
            self,
            notes=notes,
            note_types=tuple(note_type for note_type in self.note_types if note_type.key in types),
            note_type_times={key: time for key, time in self.note_type_times.items() if key in types},
            media=tuple(file for file in self.media if file.name in names),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """A package on disk; `edition` is `everything` or an edition's name, `size` is in bytes."""

    path: Path
    edition: str
    notes: int
    cards: int
    size: int
    sha256: str


def content_digest(fields: Iterable[str], tags: Iterable[str]) -> str:
    """16 hexadecimal digits that change exactly when the note has *changed*: its fields' HTML or its tags."""
    # \x1f is Anki's own field separator and cannot occur in a field.
    content = "\x1f".join(fields) + "\x1f\x1f" + " ".join(tags)
    return hashlib.blake2b(content.encode("utf-8"), digest_size=8).hexdigest()
