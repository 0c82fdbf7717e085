"""A deck's folder into the notes, note types and media that Anki stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.compiler.file import CompiledFile, FileCompiler
from builder.core.diagnostics import Diagnostic, quoted
from builder.core.note_types import NoteType
from builder.core.notes import Deck
from builder.core.package import AnkiNote, MediaFile
from builder.source.deck import read_deck
from builder.source.files import linked_folders, note_files
from builder.source.note_types import read_note_types
from builder.source.references import read_references


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledDeck:
    """A whole deck, its notes not yet dated and its note types without the version; `places` finds a note by its id."""

    deck: Deck
    note_types: tuple[NoteType, ...]
    notes: tuple[AnkiNote, ...]
    media: tuple[MediaFile, ...]
    places: Mapping[str, tuple[Path, int, int]] = field(repr=False)


Progress = Callable[[int, int], None]
"""Called with how many files are done, and how many there are."""


def no_progress(done: int, total: int) -> None:
    """Says nothing."""


def compile_deck(folder: Path, progress: Progress = no_progress) -> tuple[CompiledDeck | None, tuple[Diagnostic, ...]]:
    """The deck in `folder`; None only when its `deck.yaml` cannot be read at all.

    All problems of all files are in the diagnostics; with an error among them the deck is incomplete.
    """
    deck, deck_problems = read_deck(folder)
    diagnostics = list(deck_problems)
    references, reference_problems = read_references(folder)
    diagnostics += reference_problems
    if deck is None:
        return None, tuple(diagnostics)
    note_types, type_problems = read_note_types(deck)
    diagnostics += type_problems
    compiler = FileCompiler(deck, references, note_types)
    paths = note_files(folder)
    diagnostics += [_outside(path) for path in linked_folders(folder)]
    if not paths:
        diagnostics.append(_without_notes(deck))
    notes: list[AnkiNote] = []
    places: dict[str, tuple[Path, int, int]] = {}
    spellings: dict[str, str] = {}
    for count, path in enumerate(paths, 1):
        compiled = compiler.compile_file(path)
        diagnostics += compiled.diagnostics
        for note_id, line, column in compiled.ids:
            if note_id in places:
                diagnostics.append(_twice(note_id, path, line, column, places[note_id]))
            else:
                places[note_id] = (path, line, column)
        diagnostics += _spelled_twice(compiled, spellings)
        notes += compiled.notes
        progress(count, len(paths))
    diagnostics += compiler.bibliography.diagnostics
    compiled_deck = CompiledDeck(
        deck=deck, note_types=note_types.all, notes=tuple(notes), media=compiler.media_of(notes), places=places
    )
    return compiled_deck, tuple(diagnostics)


def _spelled_twice(file: CompiledFile, spellings: dict[str, str]) -> Iterator[Diagnostic]:
    """Whether a subdeck was written with other capitals in a file before: Anki would make one deck, or rename it."""
    parts = file.subdeck.value.split("::")
    for count in range(1, len(parts) + 1):
        name = "::".join(parts[:count])
        first = spellings.setdefault(name.casefold(), name)
        if first != name:
            yield Diagnostic(
                path=file.path,
                line=file.subdeck.line,
                column=file.subdeck.column,
                rule="bad-deck-name",
                message=f"{quoted(name)} and {quoted(first)} are one deck to Anki",
                hint="write it in one way",
            )
            return


def _without_notes(deck: Deck) -> Diagnostic:
    return Diagnostic(
        path=deck.folder / "deck.yaml",
        line=1,
        column=1,
        rule="missing-notes",
        message="the deck has no notes",
        hint="add a file such as basics.yaml beside deck.yaml, with `notes:` in it",
    )


def _outside(path: Path) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=1,
        column=1,
        rule="outside-deck",
        message="this folder is a link to a place outside the deck",
        hint="copy the folder into the deck",
    )


def _twice(note_id: str, path: Path, line: int, column: int, first: tuple[Path, int, int]) -> Diagnostic:
    where = f"line {first[1]}" if first[0] == path else f"{first[0].name}, line {first[1]}"
    return Diagnostic(
        path=path,
        line=line,
        column=column,
        rule="duplicate-id",
        message=f"{quoted(note_id)} is already the id of another note",
        hint=f"the first is in {where}; choose another id for the newer one",
    )


def shared_identities(decks: list[Deck]) -> tuple[Diagnostic, ...]:
    """Decks that Anki would take for one, or whose packages would overwrite each other."""
    diagnostics = []
    seen: dict[tuple[str, str], Deck] = {}
    for deck in decks:
        claims = [("id", deck.id), ("name", deck.name), ("package", deck.folder.name)]
        claims += [("package", f"{deck.folder.name}-{edition.name}") for edition in deck.editions]
        for what, value in claims:
            first = seen.setdefault((what, value), deck) if value else deck
            if first is not deck:
                line, column = deck.places.get(what, (1, 1))
                diagnostics.append(
                    Diagnostic(
                        path=deck.folder / "deck.yaml",
                        line=line,
                        column=column,
                        rule=f"duplicate-deck-{what}",
                        message=f"the deck's {what} {quoted(value)} is also that of {first.folder.name}",
                        hint=_REMEDIES[what],
                    )
                )
    return tuple(diagnostics)


_REMEDIES = {
    "id": "give one of them another; `deckbuilder new` makes an id that nobody has",
    "name": "give one of them another name",
    "package": "rename a folder or an edition: a package is named after both",
}
