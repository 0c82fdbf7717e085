"""One student's update as a case to be judged: what was held before, what after, and what the release had to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from builder.anki.verify.permitted import Permitted
from builder.anki.verify.results import Finding, Kept
from builder.anki.verify.scenarios import Scenario, Stage, When
from builder.anki.verify.snapshot import Note, Snapshot
from builder.anki.verify.student import Taken
from builder.core.english import counted


class Verdict(NamedTuple):
    """What was kept, and what is wrong or a known limit."""

    kept: Kept = Kept()
    errors: tuple[Finding, ...] = ()
    limits: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """`before` is the student's collection after their acts, `after` the same after the import.

    `chain` is every package from the one held to the one that is verified, each alone, oldest first; `permitted` lies
    between these two. `gone` are notes that left the deck, by GUID, and not only an edition of it.
    """

    scenario: Scenario
    stage: Stage
    chain: Sequence[Snapshot]
    before: Snapshot
    after: Snapshot
    taken: Taken
    permitted: Permitted
    gone: frozenset[str]

    @property
    def new(self) -> Snapshot:
        """The package that is verified, alone."""
        return self.chain[-1]

    def name(self, guid: str) -> str:
        """What messages call a note: as the release has it, else as the student got it."""
        return next(held.notes[guid].name for held in (self.new, self.stage.hold) if guid in held.notes)

    @cached_property
    def both(self) -> frozenset[str]:
        """The notes that the student held and the release has."""
        return frozenset(self.before.notes) & frozenset(self.new.notes)

    @cached_property
    def conflicting(self) -> frozenset[str]:
        """The notes that Anki calls conflicting and leaves alone."""
        by_id = {note.id: guid for guid, note in self.new.notes.items()}
        return frozenset(by_id[number] for number in self.taken.conflicts if number in by_id)

    @cached_property
    def reshaped(self) -> frozenset[str]:
        """The notes whose note type the student gave other fields or templates."""
        held = self.stage.hold.note_types
        return frozenset(
            guid
            for guid, note in self.before.notes.items()
            if (known := held.get(note.note_type)) is None
            or known.schema != self.before.note_types[note.note_type].schema
        )

    @cached_property
    def waiting(self) -> frozenset[str]:
        """The changed notes that a wrong clock dated later than the release, so that Anki skips them this time."""
        if self.scenario.when is not When.AHEAD:
            return frozenset()
        return frozenset(
            guid
            for guid in self.both & self.stage.changed
            if self.before.notes[guid].content.modified >= self.new.notes[guid].content.modified
            and self.before.notes[guid].content != self.stage.hold.notes[guid].content
        )


def changed_between(chain: Sequence[Snapshot]) -> frozenset[str]:
    """The notes that a package of the chain has otherwise than the one before it: fields, tags or note type."""
    return frozenset(
        guid
        for older, newer in pairwise(chain)
        for guid in older.notes.keys() & newer.notes.keys()
        if _substance(older.notes[guid]) != _substance(newer.notes[guid])
    )


def on_cards(rule: str, cards: Collection[tuple[str, int]], case: Case, message: str) -> tuple[Finding, ...]:
    """A finding on cards; none on no cards."""
    if not cards:
        return ()
    named = sorted((case.name(guid), number) for guid, number in cards)
    names = tuple(f"{name} card {number}" for name, number in named)
    return (Finding(rule=rule, message=f"{counted(len(cards), 'card')}: {message}", notes=names),)


def on_notes(rule: str, guids: Collection[str], case: Case, message: str) -> tuple[Finding, ...]:
    """A finding on notes; none on no notes."""
    if not guids:
        return ()
    names = tuple(sorted(map(case.name, guids)))
    return (Finding(rule=rule, message=f"{counted(len(guids), 'note')}: {message}", notes=names),)


def _substance(note: Note) -> tuple[object, ...]:
    return note.content.fields, note.content.tags, note.note_type
