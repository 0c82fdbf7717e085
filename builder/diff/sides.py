"""A compiled deck, a package or a ledger into a `Side`: what of each can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from builder.anki.read import StoredPackage
from builder.build import describe
from builder.compiler.deck import CompiledDeck
from builder.core.identifiers import guid
from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote
from builder.core.retiring import is_retired_tag
from builder.diff.model import Side
from builder.ledger import EMPTY, Ledger, NoteEntry, TypeEntry

VERSION_LINE = re.compile(r"(?:\A|(?<=\n\n))Version ([\w.+-]+)(?: · (?=[^\n]+\Z)|\Z)")
"""Where the description of a package that deckbuilder wrote names its version."""


def empty_side(title: str, deck_name: str) -> Side:
    """A deck before its first release."""
    return Side(
        title=title,
        deck_name=deck_name,
        version="",
        description="",
        notes=(),
        note_types=(),
        has_texts=True,
        media=_no_media,
    )


def compiled_side(compiled: CompiledDeck, title: str, version: str = "", ledger: Ledger = EMPTY) -> Side:
    """A deck as it was compiled; `version` '' takes the deck's own. A ledger tells when its notes were made."""
    deck = compiled.deck
    notes = compiled.notes
    if ledger.notes:
        notes = tuple(_dated(note, ledger.notes.get(note.id)) for note in notes)
    shown = version or deck.version
    # A retired note that was never released is in no package, nor is a note type that only it has.
    used = {note.note_type for note in notes if not (note.retired and ledger.notes and note.id not in ledger.notes)}
    shared = {audience: frozenset((audience,)) for audience in deck.audiences}
    shared[""] = frozenset(("", *deck.audiences))
    paths = {file.name: file.path for file in compiled.media}
    return Side(
        title=title,
        deck_name=deck.name,
        version=shown,
        description=describe(deck, shown),
        notes=notes,
        note_types=tuple(one.at(shown) for one in compiled.note_types if one.key in used),
        has_texts=True,
        media=lambda name: _bytes_of(paths.get(name)),
        audiences={note.guid: shared[note.audience] for note in notes},
        released=_released(ledger, notes),
    )


def package_side(stored: StoredPackage, title: str) -> Side:
    """A package of any program; one that deckbuilder wrote names its version in the deck's description."""
    package = stored.package
    version = VERSION_LINE.search(package.description)
    return Side(
        title=title,
        deck_name=package.deck_name,
        version=version[1] if version else "",
        description=package.description,
        notes=tuple(replace(note, retired=True) if _is_retired(note) else note for note in package.notes),
        note_types=package.note_types,
        has_texts=True,
        media=stored.media,
    )


def ledger_side(ledger: Ledger, deck_name: str, title: str, version: str) -> Side:
    """What a ledger knows of the notes of its last release: nothing of their texts."""
    notes = tuple(_known(entry, ledger.deck_id) for entry in ledger.notes.values() if not entry.gone)
    return Side(
        title=title,
        deck_name=deck_name,
        version=version,
        description="",
        notes=notes,
        note_types=tuple(_known_type(entry) for entry in ledger.types.values()),
        has_texts=False,
        media=_no_media,
        audiences=_released_audiences(ledger),
        unsure=_unsure(ledger),
        released=_released(ledger, notes),
    )


def remembering(side: Side, ledger: Ledger) -> Side:
    """The package of a ledger's last release with what only the ledger knows of its notes."""
    return replace(
        side,
        audiences=_released_audiences(ledger),
        unsure=_unsure(ledger),
        released=_released(ledger, side.notes),
    )


def _released_audiences(ledger: Ledger) -> dict[str, frozenset[str]]:
    """By GUID to whom a note ever went."""
    return {guid(ledger.deck_id, entry.id): frozenset(entry.audiences) for entry in ledger.notes.values()}


def _released(ledger: Ledger, notes: Iterable[AnkiNote]) -> frozenset[str]:
    """The GUIDs of notes that were released and are not among `notes`."""
    gone = {guid(ledger.deck_id, entry.id) for entry in ledger.notes.values() if entry.retired or entry.gone}
    return frozenset(gone.difference(note.guid for note in notes))


def _unsure(ledger: Ledger) -> frozenset[str]:
    """The GUIDs of notes that had several audiences and more than one release to leave some of them."""
    last = ledger.releases[-1].modified if ledger.releases else 0
    entries = (entry for entry in ledger.notes.values() if len(entry.audiences) > 1 and entry.since < last)
    return frozenset(guid(ledger.deck_id, entry.id) for entry in entries)


def _dated(note: AnkiNote, entry: NoteEntry | None) -> AnkiNote:
    return note.dated(entry.created, 0) if entry else note


def _is_retired(note: AnkiNote) -> bool:
    return not note.cards and any(map(is_retired_tag, note.tags))


def _known(entry: NoteEntry, deck_id: str) -> AnkiNote:
    return AnkiNote(
        id=entry.id,
        guid=guid(deck_id, entry.id),
        note_type=entry.note_type,
        deck="",
        fields=(),
        tags=(),
        cards=tuple(number for number in entry.cards if number not in entry.dropped),
        audience="",
        media=(),
        digest=entry.digest,
        retired=bool(entry.retired),
        created=entry.created,
        modified=entry.modified,
    )


def _known_type(entry: TypeEntry) -> NoteType:
    """A note type by its frozen part; what is not known of it is empty."""
    schema = json.loads(entry.schema)
    return NoteType(
        key=entry.key,
        name="",
        id=schema.get("id", 0),
        kind=schema.get("kind", "normal"),
        fields=tuple(schema.get("fields", ())),
        templates=tuple(Template(name=name, front="", back="") for name in schema.get("templates", ())),
        css="",
    )


def _bytes_of(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path else None
    except OSError:
        return None


def _no_media(name: str) -> bytes | None:
    return None
