"""Notes without times, and what was released, into notes with the times that make Anki update exactly what changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from builder.core.identifiers import spread
from builder.core.note_types import NoteType
from builder.core.package import AnkiNote, Package
from builder.ledger import Ledger, NoteEntry, TypeEntry

# New notes are scattered over this many milliseconds each: room for their cards, and no pattern that two decks share.
_MILLISECONDS_PER_NOTE = 128


def release_time(now: int, *ledgers: Ledger) -> int:
    """The one time of a release, in seconds: now, but later than anything that students may hold."""
    return max(now, 1 + max((ledger.newest for ledger in ledgers), default=0))


def date_notes(notes: Sequence[AnkiNote], released: Ledger, draft: Ledger, now: int) -> tuple[AnkiNote, ...]:
    """The notes with `created` and `modified`: an unchanged note keeps both, a changed one gets the release's time.

    `draft` holds the times of earlier drafts, so that a draft of unchanged sources changes nothing; a draft older
    than the last release says nothing any more.
    """
    stamp = release_time(now, released, draft)
    born = _creation_times([note for note in notes if note.id not in released.notes], draft, released, now)
    newest = released.newest
    dated = []
    for note in notes:
        entry = released.notes.get(note.id)
        created = entry.created if entry else born[note.id]
        if entry and entry.digest == note.digest:
            modified = entry.modified
        else:
            earlier = draft.notes.get(note.id)
            kept = earlier is not None and earlier.digest == note.digest and earlier.modified > newest
            modified = earlier.modified if earlier is not None and kept else stamp
        dated.append(note.dated(created, modified))
    return tuple(dated) if len({note.created for note in dated}) == len(dated) else _apart(dated)


def _apart(notes: list[AnkiNote]) -> tuple[AnkiNote, ...]:
    """Notes of one moment moved apart: two branches, each released by itself, may have chosen the same one."""
    moments: dict[str, int] = {}
    last = 0
    for note in sorted(notes, key=lambda note: (note.created, note.guid)):
        moments[note.guid] = last = max(note.created, last + 1)
    return tuple(note.dated(moments[note.guid], note.modified) for note in notes)


def date_types(types: Iterable[NoteType], released: Ledger, draft: Ledger, now: int) -> dict[str, int]:
    """The modification time of each note type by key, by the same rule as for notes."""
    stamp = release_time(now, released, draft)
    newest = released.newest
    times = {}
    for note_type in types:
        entry, earlier = released.types.get(note_type.key), draft.types.get(note_type.key)
        if entry and entry.digest == note_type.digest:
            times[note_type.key] = entry.modified
        elif earlier and earlier.digest == note_type.digest and earlier.modified > newest:
            times[note_type.key] = earlier.modified
        else:
            times[note_type.key] = stamp
    return times


def _creation_times(new: Sequence[AnkiNote], draft: Ledger, released: Ledger, now: int) -> dict[str, int]:
    """The note ids of notes never released: milliseconds before `now`, spread by GUID, with room for their cards."""
    born = {note.id: draft.notes[note.id].created for note in new if note.id in draft.notes}
    fresh = [note for note in new if note.id not in born]
    if not fresh:
        return born
    room = max(len(note.cards) for note in fresh)
    taken = sorted([*(entry.created for entry in released.notes.values()), *born.values()])
    end = now * 1000 - room
    window = _MILLISECONDS_PER_NOTE * len(fresh)
    wishes = sorted(((end - spread(note.guid, window), note.guid, note) for note in fresh), key=lambda wish: wish[:2])
    # From the newest down, each below the one before it: ties settle by GUID and nothing is ever later than now.
    above = end + room
    for wish, _, note in reversed(wishes):
        created = min(wish, above - len(note.cards))
        while taken and (obstacle := _obstacle(taken, created, room)):
            created = obstacle - room
        born[note.id] = above = created
    return born


def _obstacle(taken: list[int], created: int, room: int) -> int:
    """An id already given away that is closer than `room` to `created`; 0 when there is none."""
    at = bisect_left(taken, created - room + 1)
    return taken[at] if at < len(taken) and taken[at] < created + room else 0


def recorded(released: Ledger, package: Package, audiences: Sequence[str], stamp: int) -> Ledger:
    """The ledger after a package has been shipped to `audiences` at `stamp`; it forgets nothing.

    Notes that are gone stay in it; so do cards, dropped, and audiences.
    """
    entries = {key: entry if entry.gone else replace(entry, gone=stamp) for key, entry in released.notes.items()}
    for note in package.notes:
        before = released.notes.get(note.id)
        entries[note.id] = _entry(note, before, (note.audience,) if note.audience else audiences, stamp)
    type_entries = dict(released.types)
    for note_type in package.note_types:
        type_entries[note_type.key] = TypeEntry(
            key=note_type.key,
            modified=package.note_type_times[note_type.key],
            digest=note_type.digest,
            schema=note_type.schema,
        )
    return Ledger(deck_id=package.deck_id, notes=entries, types=type_entries, releases=released.releases)


def _entry(note: AnkiNote, before: NoteEntry | None, audiences: Sequence[str], stamp: int) -> NoteEntry:
    cards = note.cards
    dropped: tuple[int, ...] = ()
    if before and note.retired:
        cards, dropped = before.cards, before.dropped
    elif before:
        cards = tuple(sorted({*note.cards, *before.cards}))
        dropped = tuple(number for number in cards if number not in note.cards)
    return NoteEntry(
        id=note.id,
        note_type=note.note_type,
        cards=cards,
        dropped=dropped,
        created=note.created,
        since=before.since if before else stamp,
        modified=note.modified,
        digest=note.digest,
        audiences=tuple(sorted({*audiences, *before.audiences} if before else audiences)),
        retired=(before.retired if before else 0) or stamp if note.retired else 0,
    )
