"""A deck that is being written into snapshots of it: after each save, what can be shown, with the last good cards."""

from __future__ import annotations

import traceback
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock

from builder.compiler.across import Place
from builder.compiler.deck import CompiledDeck, DeckCompiler
from builder.compiler.file import CompiledFile
from builder.core.diagnostics import Diagnostic, Severity, has_errors, in_source_order
from builder.core.note_types import NoteType, digest_of
from builder.core.notes import Deck
from builder.core.package import AnkiNote
from builder.guards import ledger_problems
from builder.lint.linter import Linter
from builder.source.files import DECK_FILE
from builder.web.entries import Entry, note_entry, problem_entry
from builder.web.snapshot import Shown, Snapshot, difference


@dataclass(frozen=True, slots=True)
class _Known:
    """A note that could be shown the last time: as Anki stores it, where it is written, whether it is still so.

    The note type is that of then.
    """

    note: AnkiNote
    note_type: NoteType
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

    `refresh` and `lint` may run side by side, each in one thread; `snapshot` may be read by any.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot = Snapshot()
        self._compiler = DeckCompiler(folder, keep_sources=True)
        self._linter = Linter()
        self._lock = Lock()
        self._saves = 0
        self._compiled: CompiledDeck | None = None
        self._is_behind = False
        self._types: dict[str, NoteType] = {}
        self._found: tuple[Diagnostic, ...] = ()
        self._advice: tuple[Diagnostic, ...] = ()
        self._mishap: tuple[Diagnostic, ...] = ()
        self._known: dict[Path, tuple[CompiledFile, tuple[_Known, ...]]] = {}
        self._listed: dict[str, _Listed] = {}

    def refresh(self, now: int, changed: Collection[Path] = ()) -> Snapshot:
        """The deck as it is now, with the advice of before; `changed` are files known to have been written again."""
        self._saves += 1
        compiled, found = self._compiler.compile(changed=changed)
        if compiled and not has_errors(found):
            found += ledger_problems(compiled, now)
        with self._lock:
            self._found, self._mishap = found, ()
            shown = self._compiled
            # While deck.yaml has an error, everything stays as it was, unless it never was without one.
            self._is_behind = bool(shown and shown.deck.is_whole and not (compiled and compiled.deck.is_whole))
            if compiled and not self._is_behind:
                self._compiled = compiled
                self._types = _note_types(self._types, compiled)
                self._known = {file.path: (file, self._of_file(file)) for file in compiled.files}
            # Advice on a file that was written again would stand in wrong lines.
            self._advice = tuple(one for one in self._advice if one.path not in changed)
            return self._advance()

    def lint(self, today: date) -> Snapshot:
        """The same with what the rules say of it now."""
        with self._lock:
            compiled, found, saves = self._compiled, self._found, self._saves
        # A save goes before: the machine is its alone, and the advice is asked for again after it.
        if compiled is None or not self._linter.look(compiled, lambda: self._saves == saves):
            return self.snapshot
        advice = self._linter.lint(compiled, today, is_whole=not has_errors(found))
        with self._lock:
            # When there was a save meanwhile, what was looked at is no longer there; the next time is quicker.
            if self._compiled is compiled:
                self._advice = advice
            return self._advance()

    def stumble(self, error: Exception) -> Snapshot:
        """The same with a problem that tells what `refresh` or `lint` raised; the next time they begin from nothing."""
        self._compiler, self._linter = DeckCompiler(self.folder, keep_sources=True), Linter()
        kind = "".join(traceback.format_exception_only(error)).strip().partition("\n")[0]
        mishap = Diagnostic(
            path=self.folder / DECK_FILE,
            line=1,
            column=1,
            rule="preview-failed",
            message=f"the preview stumbled over what was saved last: {kind}",
            hint="undo that change and save; more is in the window in which the preview runs, please report it",
        )
        with self._lock:
            before = [one for one in self.snapshot.problems if one["rule"] != mishap.rule]
            self._mishap = (mishap,)
            return self._take(replace(self.snapshot, problems=(problem_entry(mishap), *before)))

    def _of_file(self, file: CompiledFile) -> tuple[_Known, ...]:
        """The notes of a file that can be shown: of those with errors, what could be shown before."""
        before, known = self._known.get(file.path, (None, ()))
        if before is file:
            return known
        assert file.source
        places = {note_id: (file.path, line, column) for note_id, line, column in reversed(file.ids)}
        sound: dict[str, _Known] = {}
        for note in file.notes:  # of two with one id the first
            sound.setdefault(note.id, _Known(note, self._types[note.note_type], places[note.id]))
        # Some editors empty a file before they write it.
        is_whole = file.source.is_whole and (bool(file.ids) or not has_errors(file.diagnostics))
        if is_whole and sound.keys() == places.keys():
            return tuple(sound.values())
        kept = []
        for one in known:
            if one.note.id in sound:
                kept.append(sound.pop(one.note.id))
            elif one.note.id in places or not is_whole:
                place = places.get(one.note.id, one.place)
                kept.append(replace(one, is_stale=True, place=place))
        return (*kept, *sound.values())

    def _advance(self) -> Snapshot:
        """The next snapshot, from all that is known."""
        before, compiled = self.snapshot, self._compiled
        diagnostics = in_source_order((*self._found, *self._mishap, *self._advice))
        if compiled is None:
            return self._take(replace(before, problems=tuple(map(problem_entry, diagnostics))))
        by_note, others = _by_note(diagnostics, [file for file, _ in self._known.values()])
        around = compiled.deck.name, compiled.deck.tag
        listed = {
            one.note.id: self._list(one, by_note.get(one.note.id, ()), compiled.deck, around)
            for one in _each_once(known for _, known in self._known.values())
        }
        self._listed = listed
        errors = {one.path for one in diagnostics if one.severity is Severity.ERROR}
        behind = (self.folder / DECK_FILE,) if self._is_behind else ()
        after = Snapshot(
            number=before.number,
            deck=compiled.deck,
            shown={key: one.shown for key, one in listed.items()},
            note_types=self._types,
            # Cards of before may show pictures of before.
            media={**before.media, **{file.name: file.path for file in compiled.media}},
            problems=tuple(map(problem_entry, others)),
            broken=(*behind, *(path for path in self._known if path in errors)),
            look=digest_of("".join(self._types[key].digest for key in sorted(self._types))),
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
        around: tuple[str, ...],
    ) -> _Listed:
        """The entry of a note; the one of before when a page would see nothing else in it."""
        before = self._listed.get(known.note.id)
        note_type = self._types[known.note.note_type]
        if not _is_like(note_type, known.note_type):
            note_type = known.note_type
        made_of = known, problems, around
        if before and (before.known, before.problems, before.around) == made_of:
            if before.shown.note_type is note_type:
                return before
            if _names(note_type) == _names(before.shown.note_type):  # another look: nothing of it is listed
                return _Listed(*made_of, replace(before.shown, note_type=note_type))
        made = note_entry(known.note, note_type, deck, known.place, map(problem_entry, problems))
        entry: Entry = {**made, "stale": known.is_stale}
        if before and before.shown.entry == entry:
            entry = before.shown.entry
        return _Listed(*made_of, Shown(known.note, note_type, entry))


def _note_types(known: Mapping[str, NoteType], compiled: CompiledDeck) -> dict[str, NoteType]:
    """All note types by name, also those of before; one that is the same as before is the very same."""
    now = (one.at(compiled.deck.version) for one in compiled.note_types)
    return {**known, **{one.key: known[one.key] if known.get(one.key) == one else one for one in now}}


def _is_like(one: NoteType, other: NoteType) -> bool:
    """Whether the notes of a note type can be shown by another."""
    return (one.kind, one.fields, len(one.templates)) == (other.kind, other.fields, len(other.templates))


def _names(note_type: NoteType) -> tuple[object, ...]:
    """What the list of notes shows of a note type, or takes from it."""
    return note_type.key, note_type.kind, note_type.fields, tuple(one.name for one in note_type.templates)


def _each_once(files: Iterable[Iterable[_Known]]) -> Iterable[_Known]:
    """The notes of all files; of two with the same id the one that is as it is written, then the first."""
    chosen: dict[str, _Known] = {}
    for one in (one for known in files for one in known):
        taken = chosen.get(one.note.id)
        if taken is None or (taken.is_stale and not one.is_stale):
            chosen.pop(one.note.id, None)
            chosen[one.note.id] = one
    return chosen.values()


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
