"""What is wrong between the files of a deck, and between decks, into diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from builder.compiler.file import CompiledFile
from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Deck
from builder.source.files import DECK_FILE
from builder.source.reader import suggestion

Place = tuple[Path, int, int]


def spelled_twice(file: CompiledFile, spellings: dict[str, str]) -> Iterator[Diagnostic]:
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


def without_notes(deck: Deck) -> Diagnostic:
    """That a deck has no file of notes."""
    return Diagnostic(
        path=deck.folder / DECK_FILE,
        line=1,
        column=1,
        rule="missing-notes",
        message="the deck has no notes",
        hint="add a file such as basics.yaml beside deck.yaml, with `notes:` in it",
    )


def outside_deck(path: Path) -> Diagnostic:
    """That a folder of a deck is a link to elsewhere."""
    return Diagnostic(
        path=path,
        line=1,
        column=1,
        rule="outside-deck",
        message="this folder is a link to a place outside the deck",
        hint="copy the folder into the deck",
    )


def taken_twice(file: CompiledFile, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """The ids of a file that a note before has; `places` are those before."""
    seen: dict[str, Place] = {}
    for note_id, line, column in file.ids:
        first = places.get(note_id) or seen.setdefault(note_id, (file.path, line, column))
        if first != (file.path, line, column):
            yield _twice(note_id, file.path, line, column, first)


def _twice(note_id: str, path: Path, line: int, column: int, first: Place) -> Diagnostic:
    where = f"line {first[1]}" if first[0] == path else f"{first[0].name}, line {first[1]}"
    return Diagnostic(
        path=path,
        line=line,
        column=column,
        rule="duplicate-id",
        message=f"{quoted(note_id)} is already the id of another note",
        hint=f"the first is in {where}; choose another id for the newer one",
    )


def wrongly_replaced(files: Iterable[CompiledFile], places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """What retired notes say to learn instead that is no note, or is retired itself; `places` are all notes'.

    Nothing, when a file could not be read to its end: the note may be in the rest.
    """
    files = tuple(files)
    if not all(file.is_whole for file in files):
        return
    retired = {note_id for file in files for note_id in file.retired}
    learned = places.keys() - retired if retired else set()
    for file in files:
        for instead in file.retired.values():
            if not instead.value or instead.value in learned:
                continue
            rule, message = "unknown-note", f"the deck has no note {quoted(instead.value)}"
            hint = suggestion(instead.value, sorted(learned))
            hint = hint or "write the id of the note to learn instead, or remove the line"
            if instead.value in retired:
                rule, message = "retired-replacement", f"{quoted(instead.value)} is retired itself"
                hint = "write the id of the note to learn now, or remove the line"
            yield Diagnostic(
                path=file.path, line=instead.line, column=instead.column, rule=rule, message=message, hint=hint
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
                        path=deck.folder / DECK_FILE,
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
