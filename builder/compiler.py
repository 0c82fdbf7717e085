"""A deck's folder into the notes, note types and media that Anki stores, a file at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.core.diagnostics import Diagnostic, TextProblem, quoted
from builder.core.identifiers import guid
from builder.core.note_types import NoteType
from builder.core.notes import Citation, ClozeNote, Deck, Note, QuestionNote, Reference
from builder.core.package import AnkiNote, MediaFile, content_digest
from builder.core.text import ABSENT, Text
from builder.render.markdown import Field, literal, render_field
from builder.render.media import MediaFolder
from builder.source.deck import read_deck
from builder.source.files import linked_folders, note_files
from builder.source.note_types import stock_note_types
from builder.source.notes import NoteFile, read_notes
from builder.source.references import read_references


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledFile:
    """What one file became; `ids` has every id in it with line and column, also those of broken notes."""

    path: Path
    notes: tuple[AnkiNote, ...]
    ids: tuple[tuple[str, int, int], ...]
    subdeck: Text
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledDeck:
    """A whole deck, its notes not yet dated; `places` finds a note's file, line and column by its id."""

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
    compiler = FileCompiler(deck, references)
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
    compiled_deck = CompiledDeck(
        deck=deck, note_types=compiler.note_types, notes=tuple(notes), media=compiler.media_of(notes), places=places
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


class FileCompiler:
    """Compiles the files of one deck, each by itself."""

    def __init__(self, deck: Deck, references: Mapping[str, Reference] | None) -> None:
        self.deck = deck
        self.references = references
        self.note_types = stock_note_types(deck)
        self.media = MediaFolder(deck.folder)
        self._shared: dict[str, str] = {}
        self._field_order = {note_type.key: note_type.fields for note_type in self.note_types}

    def compile_file(self, path: Path) -> CompiledFile:
        """The notes of one file, and everything that is wrong in it."""
        file = read_notes(path, self.deck, self.references)
        notes: list[AnkiNote] = []
        for note, sound in zip(file.notes, file.sound, strict=True):
            before = file.reader.errors
            compiled = self._note(note, file)
            if sound and file.reader.errors == before:
                notes.append(compiled)
        ids = tuple((text.value, text.line, text.column) for text in file.ids)
        diagnostics = tuple(file.reader.diagnostics)
        return CompiledFile(path=path, notes=tuple(notes), ids=ids, subdeck=file.subdeck, diagnostics=diagnostics)

    def media_of(self, notes: list[AnkiNote]) -> tuple[MediaFile, ...]:
        """The files that these notes use, sorted by name."""
        names = {name for note in notes for name in note.media}
        # One file may be named in two ways, or be there twice.
        files = {file.name: file for file in self.media.files() if file.name in names}
        return tuple(files[name] for name in sorted(files))

    # notes

    def _note(self, note: Note, file: NoteFile) -> AnkiNote:
        if isinstance(note, ClozeNote):
            key, (values, cards, media) = "cloze", self._cloze(note, file)
        else:
            assert isinstance(note, QuestionNote)
            key, (values, cards, media) = "question", self._question(note, file)
        explanation = self._field(note.explanation, file)
        values["Explanation"] = explanation.html
        values["Sources"] = self._sources(note.sources)
        values["Note ID"] = note.id.value
        fields = tuple([values.get(name, "") for name in self._field_order[key]])
        tags = self._full_tags(note.tags)
        return AnkiNote(
            id=note.id.value,
            guid=guid(self.deck.id, note.id.value),
            note_type=key,
            deck=self._full_deck(note.deck),
            fields=fields,
            tags=tags,
            cards=cards,
            audience=note.audience,
            media=tuple(dict.fromkeys(media + explanation.media)),
            digest=content_digest(fields, tags),
        )

    # Notes share these strings: a deck has few subdecks and tags, and many notes.

    def _full_deck(self, subdeck: str) -> str:
        name = f"{self.deck.name}::{subdeck}" if subdeck else self.deck.name
        return self._shared.setdefault(name, name)

    def _full_tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        names = sorted({f"{self.deck.tag}::{tag}" for tag in tags})
        return tuple([self._shared.setdefault(name, name) for name in names])

    def _question(self, note: QuestionNote, file: NoteFile) -> tuple[dict[str, str], tuple[int, ...], tuple[str, ...]]:
        question = self._field(note.question, file)
        answer = self._field(note.answer, file)
        if note.typed and (not answer.is_plain or "\n" in answer.html) and note.answer is not ABSENT:
            file.reader.report(
                note.answer,
                "typed-markup",
                "an answer that is typed must be plain text in one line",
                "remove the formatting, or `typed: true`",
            )
        values = {
            "Question": question.html,
            "Answer": answer.html,
            "Reverse": "1" if note.reverse else "",
            "Typed": answer.html if note.typed else "",
        }
        return values, (1, 2) if note.reverse else (1,), question.media + answer.media

    def _cloze(self, note: ClozeNote, file: NoteFile) -> tuple[dict[str, str], tuple[int, ...], tuple[str, ...]]:
        text = self._field(note.text, file, cloze=True)
        if note.text is not ABSENT and not text.cards and not text.problems:
            file.reader.report(
                note.text,
                "missing-cloze",
                "the text has no gap",
                "mark what to hide: {{c1::hidden}} or {{c1::hidden::hint}}",
            )
        return {"Text": text.html}, tuple(sorted(text.cards)), text.media

    def _field(self, text: Text, file: NoteFile, *, cloze: bool = False) -> Field:
        if text is ABSENT:
            return _NO_FIELD
        rendered = render_field(text.value, self.media, cloze=cloze)
        if rendered.problems:
            file.reader.report_in(text, rendered.problems)
        elif not rendered.html or (rendered.html[0] == "<" and not _SEEN.search(rendered.html)):
            file.reader.report_in(
                text, [TextProblem(0, "empty-text", "this text shows nothing on a card", "write something to read")]
            )
        return rendered

    def _sources(self, citations: tuple[Citation, ...]) -> str:
        shown = []
        references = self.references or {}
        for citation in citations:
            if citation.key.value not in references:
                continue  # reported when the note was read
            reference = references[citation.key.value].short
            shown.append(f"{reference}, {literal(citation.at.value)}" if citation.at.value else reference)
        return "; ".join(shown)


_NO_FIELD = Field("")
# What a student can see or hear in a field's HTML: a character outside tags, a picture, a sound.
_SEEN = re.compile(r"(?:^|>)\s*[^<\s]|<img ")


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
