"""A compiled deck and its ledger into the notes of its last release, in students' words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from builder.compiler.deck import CompiledDeck
from builder.core.notes import Deck
from builder.diff.as_markdown import release_notes
from builder.diff.compare import compare
from builder.diff.model import Difference, NoteChange
from builder.diff.sides import compiled_side, ledger_side
from builder.ledger import Ledger, before_last_release


def notes_path(out: Path, deck: Deck) -> Path:
    """Where the release notes of a deck's packages in `out` are."""
    return out / f"{deck.folder_name}.release-notes.md"


def notes_of_last_release(compiled: CompiledDeck, ledger: Ledger) -> str:
    """The release notes as Markdown.

    They are made of sources and ledger alone, so that the recorded release can be made again. The ledger tells which
    notes changed, not what was written in them before.
    """
    before, last = before_last_release(ledger), ledger.releases[-1]
    earlier = before.releases[-1].version if before.releases else ""
    old = ledger_side(before, compiled.deck.name, earlier, earlier)
    new = compiled_side(compiled, last.version, last.version, ledger)
    difference = compare(old, new)
    return release_notes(replace(difference, notes=tuple(_with_losses(difference, ledger))))


def _with_losses(difference: Difference, ledger: Ledger) -> Iterator[NoteChange]:
    """The notes, and for those that changed the cards that were dropped in this release or in an earlier one."""
    for change in difference.notes:
        entry = ledger.notes.get(change.note.id)
        dropped = entry.dropped if entry and change.kind == "changed" else ()
        yield replace(change, lost_once=tuple(number for number in dropped if number not in change.cards_lost))
