"""What a release would cost the students who hold the last one: each cost has a name by which it can be allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from builder.compiler.deck import CompiledDeck
from builder.core.diagnostics import Diagnostic, Severity, quoted
from builder.core.package import AnkiNote
from builder.ledger import Ledger, NoteEntry, read_ledger
from builder.source.files import DECK_FILE, LEDGER_FILE

COSTS = (
    "gone-note",
    "gone-card",
    "returned-card",
    "changed-note-type",
    "changed-schema",
    "changed-deck-id",
    "same-version",
    "future-ledger",
    "mass-change",
)
"""The costs, as named in `--allow`."""

_HASTE = 60  # seconds: releases in quick succession run ahead of the clock, one second each
_FEW = 4  # a change of so few notes is never a mass change, however small the deck


def ledger_problems(compiled: CompiledDeck, now: int) -> tuple[Diagnostic, ...]:
    """What the deck's ledger says against building it: a draft of it already would cost students something."""
    released, diagnostics = read_ledger(compiled.deck.folder / LEDGER_FILE)
    return (
        *diagnostics,
        *costs(compiled, released, now, frozenset(), releasing=False),
        *_needlessly_retired(compiled, released),
    )


def _needlessly_retired(compiled: CompiledDeck, released: Ledger) -> Iterator[Diagnostic]:
    """Warnings for notes that are retired although no student ever got them."""
    for note in compiled.notes:
        if note.retired and note.id not in released.notes:
            path, line, column = compiled.places[note.id]
            yield Diagnostic(
                path=path,
                line=line,
                column=column,
                rule="needlessly-retired",
                message=f"{quoted(note.id)} is retired and was never released, so nobody has it",
                hint="remove the note",
                severity=Severity.WARNING,
            )


def costs(
    compiled: CompiledDeck, released: Ledger, now: int, allowed: frozenset[str], *, releasing: bool
) -> Iterator[Diagnostic]:
    """The costs of releasing `compiled` over `released`, without those in `allowed` (`NAME` or `NAME:note-id`).

    They are errors for a release. Otherwise they only warn, but for another note type or deck id: nobody means that.
    """
    guard = _Guard(compiled, released, releasing=releasing)
    for found, subject in guard.find(now):
        if not releasing or not is_allowed(found.rule, subject, allowed):
            yield found


def is_allowed(cost: str, subject: str, allowed: frozenset[str]) -> bool:
    """Whether a cost is among those that were allowed, by its name or for this subject alone."""
    return cost in allowed or f"{cost}:{subject}" in allowed


class _Guard:
    def __init__(self, compiled: CompiledDeck, released: Ledger, *, releasing: bool) -> None:
        self.compiled = compiled
        self.released = released
        self.releasing = releasing
        self.ledger_path = compiled.deck.folder / LEDGER_FILE

    def find(self, now: int) -> Iterator[tuple[Diagnostic, str]]:
        known = self.released.notes
        changed = 0
        for note in self.compiled.notes:
            entry = known.get(note.id)
            if entry:
                changed += entry.digest != note.digest
                yield from self._note(note, entry)
        present = self.compiled.places
        for note_id, entry in known.items():
            if not entry.gone and note_id not in present:
                yield self._gone(note_id, entry), note_id
        if self.released.deck_id not in ("", self.compiled.deck.id):
            yield self._another_deck(), ""
        else:
            yield from self._schemas()
        if self.releasing and self.released.newest > now + _HASTE:
            yield self._future(now), ""
        if changed > max(_FEW, len(known) // 10):
            yield self._mass(changed, len(known)), ""

    def _cost(self, place: tuple[Path, int, int], rule: str, message: str, hint: str, subject: str = "") -> Diagnostic:
        path, line, column = place
        name = f"{rule}:{subject}" if subject else rule
        allow = f"`deckbuilder release --allow {name}` releases it all the same"
        severe = self.releasing or rule in ("changed-note-type", "changed-deck-id")
        return Diagnostic(
            path=path,
            line=line,
            column=column,
            rule=rule,
            message=message,
            hint=f"{hint}; {allow}",
            severity=Severity.ERROR if severe else Severity.WARNING,
        )

    def _note(self, note: AnkiNote, entry: NoteEntry) -> Iterator[tuple[Diagnostic, str]]:
        place = self.compiled.places[note.id]
        if entry.note_type != note.note_type:
            yield (
                self._cost(
                    place,
                    "changed-note-type",
                    f"{quoted(note.id)} was released as a {entry.note_type} note and is now a {note.note_type} note",
                    "Anki would never update it again for students who have it: give the new note another id",
                    note.id,
                ),
                note.id,
            )
            return
        if note.retired and note.digest == entry.digest:
            return  # it ships no cards, and students have it as it is
        if gone := self._card_names(note, set(entry.cards) - set(entry.dropped) - set(note.cards)):
            what = f"{quoted(note.id)} loses a released card: {gone}"
            why = "students who study it would see an error in its place: keep the card"
            yield self._cost(place, "gone-card", what, why, note.id), note.id
        if back := self._card_names(note, set(entry.dropped) & set(note.cards)):
            what = f"{quoted(note.id)} brings back a dropped card: {back}"
            why = "students who still have it would meet it on the schedule of what it asked then: take another number"
            yield self._cost(place, "returned-card", what, why, note.id), note.id

    def _gone(self, note_id: str, entry: NoteEntry) -> Diagnostic:
        return self._cost(
            (self.ledger_path, max(entry.line, 1), 1),
            "gone-note",
            f"the released note {quoted(note_id)} is no longer in the deck",
            "students keep it for ever and it is never corrected again: bring it back, and retire it with "
            "`retired: why` if nobody should learn it",
            note_id,
        )

    def _another_deck(self) -> Diagnostic:
        return self._cost(
            (self.compiled.deck.folder / DECK_FILE, 1, 1),
            "changed-deck-id",
            f"the deck was released with the id {quoted(self.released.deck_id)}",
            "students would get every card a second time, without their reviews: write the old id",
        )

    def _schemas(self) -> Iterator[tuple[Diagnostic, str]]:
        for note_type in self.compiled.note_types:
            entry = self.released.types.get(note_type.key)
            if entry and entry.schema != note_type.schema:
                before, after = json.loads(entry.schema), json.loads(note_type.schema)
                parts = ", ".join(part for part in after if after.get(part) != before.get(part))
                yield (
                    self._cost(
                        (self.ledger_path, max(entry.line, 1), 1),
                        "changed-schema",
                        f"the released note type `{note_type.key}` changed its {parts}",
                        "none of its notes would ever update again for students who have them: undo the change",
                        note_type.key,
                    ),
                    note_type.key,
                )

    def _future(self, now: int) -> Diagnostic:
        ahead = self.released.newest - now
        return self._cost(
            (self.ledger_path, 1, 1),
            "future-ledger",
            f"the last release is {ahead} seconds ahead of this computer's clock",
            "a later fix could be older than what students did in the meantime and never arrive: set the clock",
        )

    def _mass(self, changed: int, known: int) -> Diagnostic:
        return self._cost(
            (self.compiled.deck.folder / DECK_FILE, 1, 1),
            "mass-change",
            f"{changed} of {known} released notes change at once",
            "every edit that students made in them would be overwritten: look whether they are all meant",
        )

    def _card_names(self, note: AnkiNote, numbers: set[int]) -> str:
        return ", ".join(self._card_name(note, number) for number in sorted(numbers))

    def _card_name(self, note: AnkiNote, number: int) -> str:
        if note.note_type == "question":
            return "the reversed card" if number == 2 else "the card"
        note_type = next(one for one in self.compiled.note_types if one.key == note.note_type)
        names = [template.name for template in note_type.templates]
        return quoted(names[number - 1]) if note_type.kind == "normal" and number <= len(names) else f"c{number}"
