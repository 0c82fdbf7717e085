"""A deck that is being written into snapshots of it: after each save, what can be shown, with the last good cards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from builder.compiler.across import Place
from builder.compiler.deck import CompiledDeck, DeckCompiler
from builder.compiler.file import CompiledFile
from builder.core.diagnostics import Diagnostic, Severity, has_errors, in_source_order
from builder.core.note_types import NoteType, digest_of
from builder.core.notes import Deck
from builder.core.package import AnkiNote
from builder.guards import ledger_problems
from builder.lint.linter import Linter
from builder.web.entries import note_entry, problem_entry
from builder.web.snapshot import Shown, Snapshot, difference


@dataclass(frozen=True, slots=True)
class _Known:
    """A note that could be shown the last time: as Anki stores it, where it is written, whether it is still so."""

    note: AnkiNote
    place: Place
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry and what it was made of."""

    known: _Known
    problems: tuple[Diagnostic, ...]
    around: tuple[str, ...]
    shown: Shown


class Session:
    """Keeps the deck in `folder` compiled; `snapshot` is what can be shown now.

    One thread at a time may call `refresh` and `lint`; `snapshot` may be read by any.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot = Snapshot()
        self._compiler = DeckCompiler(folder, keep_sources=True)
        self._linter = Linter()
        self._compiled: CompiledDeck | None = None
        self._found: tuple[Diagnostic, ...] = ()
        self._advice: tuple[Diagnostic, ...] = ()
        self._known: dict[Path, tuple[CompiledFile, tuple[_Known, ...]]] = {}
        self._listed: dict[str, _Listed] = {}

    def refresh(self, now: int, changed: Collection[Path] = ()) -> Snapshot:
        """The deck as it is now, with the advice of before; `changed` are files known to have been written again."""
        compiled, self._found = self._compiler.compile(changed=changed)
        if compiled and (compiled.deck.is_whole or self._compiled is None):
            self._compiled = compiled
            if not has_errors(self._found):
                self._found += ledger_problems(compiled, now)
            self._known = {file.path: (file, self._of_file(file, compiled)) for file in compiled.files}
        # Advice on a file that was written again would stand in wrong lines.
        self._advice = tuple(one for one in self._advice if one.path not in changed)
        return self._advance()

    def lint(self, today: date) -> Snapshot:
        """The same with what the rules say of it now."""
        if self._compiled:
            self._advice = self._linter.lint(self._compiled, today, is_whole=not has_errors(self._found))
        return self._advance()

    def _of_file(self, file: CompiledFile, compiled: CompiledDeck) -> tuple[_Known, ...]:
        """The notes of a file that can be shown: of those with errors, what could be shown before."""
        before, known = self._known.get(file.path, (None, ()))
        if before is file:
            return known
        assert file.source
        places = {note_id: (file.path, line, column) for note_id, line, column in file.ids}
        sound = {note.id: _Known(note, places[note.id]) for note in file.notes}
        if file.source.is_whole and sound.keys() == places.keys():
            return tuple(sound.values())
        kept = []
        for one in known:
            if one.note.id in sound:
                kept.append(sound.pop(one.note.id))
            elif one.note.id in places or not file.source.is_whole:
                place = places.get(one.note.id, one.place)
                kept.append(replace(one, is_stale=True, place=place))
        return (*kept, *sound.values())

    def _advance(self) -> Snapshot:
        """The next snapshot, from all that is known."""
        before, compiled = self.snapshot, self._compiled
        diagnostics = in_source_order((*self._found, *self._advice))
        if compiled is None:
            return self._take(replace(before, problems=tuple(map(problem_entry, diagnostics))))
        types = {**before.note_types, **{one.key: one.at(compiled.deck.version) for one in compiled.note_types}}
        by_note, others = _by_note(diagnostics, [file for file, _ in self._known.values()])
        all_known = [one for _, known in self._known.values() for one in known]
        around = compiled.deck.name, compiled.deck.tag
        listed = {
            one.note.id: self._list(one, by_note.get(one.note.id, ()), compiled.deck, types, around)
            for one in all_known
        }
        self._listed = listed
        errors = {one.path for one in diagnostics if one.severity is Severity.ERROR}
        after = Snapshot(
            number=before.number,
            deck=compiled.deck,
            shown={key: one.shown for key, one in listed.items()},
            note_types=types,
            # Cards of before may show pictures of before.
            media={**before.media, **{file.name: file.path for file in compiled.media}},
            problems=tuple(map(problem_entry, others)),
            broken=tuple(path for path in self._known if path in errors),
            look=digest_of("".join(types[key].digest for key in sorted(types))),
        )
        return self._take(after)

    def _take(self, after: Snapshot) -> Snapshot:
        """Makes a snapshot the present one, with another number if a page would see that it is another."""
        is_new = difference(self.snapshot, after) is not None
        self.snapshot = replace(after, number=self.snapshot.number + is_new)
        return self.snapshot

    def _list(
        self,
        known: _Known,
        problems: tuple[Diagnostic, ...],
        deck: Deck,
        types: Mapping[str, NoteType],
        around: tuple[str, ...],
    ) -> _Listed:
        """The entry of a note; the one of before when nothing of it has changed."""
        before = self._listed.get(known.note.id)
        if before and before.problems == problems and before.around == around and before.known == known:
            return before
        entry = note_entry(known.note, types[known.note.note_type], deck, known.place, map(problem_entry, problems))
        return _Listed(known, problems, around, Shown(known.note, {**entry, "stale": known.is_stale}))


def _by_note(
    diagnostics: Iterable[Diagnostic], files: Iterable[CompiledFile]
) -> tuple[dict[str, tuple[Diagnostic, ...]], list[Diagnostic]]:
    """The diagnostics of each note by its id, and those that are about no note."""
    by_path = {file.path: file for file in files}
    ids: dict[Path, dict[int, str]] = {}
    found: dict[str, tuple[Diagnostic, ...]] = {}
    others = []
    for one in diagnostics:
        file = by_path.get(one.path)
        if file and one.path not in ids:
            ids[one.path] = {_region(file, line): note_id for note_id, line, _ in file.ids}
        note_id = ids[one.path].get(_region(file, one.line), "") if file else ""
        # What cannot be read is no note's: the one before it ends somewhere in it.
        is_lost = file and file.source and not file.source.is_whole and one.severity is Severity.ERROR
        if note_id and not is_lost:
            found[note_id] = (*found.get(note_id, ()), one)
        else:
            others.append(one)
    return found, others


def _region(file: CompiledFile, line: int) -> int:
    """Which note of a file a line belongs to, counted from 1; 0 above the first."""
    return bisect_right(file.source.starts, line) if file.source else 0
