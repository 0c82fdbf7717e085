"""A deck's folder into the notes, note types and media that Anki stores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.compiler.across import Place, outside_deck, spelled_twice, taken_twice, without_notes, wrongly_replaced
from builder.compiler.file import CompiledFile, FileCompiler
from builder.core.diagnostics import Diagnostic
from builder.core.note_types import NoteType
from builder.core.notes import Deck, Reference
from builder.core.package import AnkiNote, MediaFile
from builder.render.media import stamp_of
from builder.source.deck import read_deck
from builder.source.files import linked_folders, note_files
from builder.source.note_types import NoteTypes, read_note_types
from builder.source.references import read_references


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledDeck:
    """A whole deck, its notes not yet dated and its note types without the version.

    `places` finds a note by its id; `files` and `references` are what it was compiled from.
    """

    deck: Deck
    note_types: tuple[NoteType, ...]
    notes: tuple[AnkiNote, ...]
    media: tuple[MediaFile, ...]
    places: Mapping[str, Place] = field(repr=False)
    files: tuple[CompiledFile, ...] = field(repr=False)
    references: Mapping[str, Reference] = field(repr=False)


Progress = Callable[[int, int], None]
"""Called with how many files are done, and how many there are."""


def no_progress(done: int, total: int) -> None:
    """Says nothing."""


def compile_deck(folder: Path, progress: Progress = no_progress) -> tuple[CompiledDeck | None, tuple[Diagnostic, ...]]:
    """The deck in `folder`; None only when its `deck.yaml` cannot be read at all.

    All problems of all files are in the diagnostics; with an error among them the deck is incomplete.
    """
    return DeckCompiler(folder).compile(progress)


class DeckCompiler:
    """Compiles the deck in `folder` and, after files of it have changed, again: then it reads what the change concerns.

    With `keep_sources` the compiled files keep the notes as they were written.
    """

    def __init__(self, folder: Path, *, keep_sources: bool = False) -> None:
        self.folder = folder
        self._keep_sources = keep_sources
        self._compiler: FileCompiler | None = None
        self._references: Mapping[str, Reference] | None = None
        self._files: dict[Path, tuple[tuple[int, ...], CompiledFile]] = {}

    def compile(
        self, progress: Progress = no_progress, changed: Collection[Path] = ()
    ) -> tuple[CompiledDeck | None, tuple[Diagnostic, ...]]:
        """The deck as it is now, as `compile_deck` gives it; `changed` files are read again, whatever their times."""
        deck, deck_problems = read_deck(self.folder)
        readable, reference_problems = read_references(self.folder)
        # When they cannot be read, those of before, so that notes keep their sources.
        references = readable if readable is not None else self._references
        diagnostics = [*deck_problems, *reference_problems]
        if deck is None:
            return None, tuple(diagnostics)
        note_types, type_problems = read_note_types(deck)
        diagnostics += type_problems
        self._references = references
        compiler = self._renewed(deck, references, note_types, changed)
        paths = note_files(self.folder)
        diagnostics += [outside_deck(path) for path in linked_folders(self.folder)]
        if not paths:
            diagnostics.append(without_notes(deck))
        files = []
        for count, path in enumerate(paths, 1):
            files.append(self._file(compiler, path, path in changed))
            progress(count, len(paths))
        self._files = {path: self._files[path] for path in paths}
        places, problems = _between(files)
        diagnostics += problems
        diagnostics += compiler.bibliography.diagnostics
        notes = tuple(note for file in files for note in file.notes)
        whole = CompiledDeck(
            deck=deck,
            note_types=note_types.all,
            notes=notes,
            media=compiler.media_of(files),
            places=places,
            files=tuple(files),
            references=references or {},
        )
        return whole, tuple(diagnostics)

    def _renewed(
        self,
        deck: Deck,
        references: Mapping[str, Reference] | None,
        note_types: NoteTypes,
        changed: Collection[Path],
    ) -> FileCompiler:
        """The compiler of files; the files that would be compiled to something else now are forgotten."""
        if self._compiler and (renewed := self._compiler.renew(deck, references, note_types, changed)):
            now = ((path, stamp, renewed(file)) for path, (stamp, file) in self._files.items())
            self._files = {path: (stamp, file) for path, stamp, file in now if file}
        else:
            self._compiler = FileCompiler(deck, references, note_types, keep_sources=self._keep_sources)
            self._files = {}
        return self._compiler

    def _file(self, compiler: FileCompiler, path: Path, is_changed: bool) -> CompiledFile:
        stamp = stamp_of(path)
        known = self._files.get(path)
        if known is None or known[0] != stamp or is_changed:
            known = self._files[path] = stamp, compiler.compile_file(path)
        return known[1]


def _between(files: Collection[CompiledFile]) -> tuple[dict[str, Place], list[Diagnostic]]:
    """Where each note is, and the problems of all files and of each with those before it."""
    diagnostics: list[Diagnostic] = []
    places: dict[str, Place] = {}
    spellings: dict[str, str] = {}
    for file in files:
        diagnostics += file.diagnostics
        diagnostics += taken_twice(file, places)
        for note_id, line, column in file.ids:
            places.setdefault(note_id, (file.path, line, column))
        diagnostics += spelled_twice(file, spellings)
    diagnostics += wrongly_replaced(files, places)
    return places, diagnostics
