"""A file of a deck into the notes that Anki stores, each file by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from builder.compiler import forms
from builder.compiler.own import OwnForm, check_texts
from builder.compiler.sources import Bibliography
from builder.core.diagnostics import Diagnostic
from builder.core.identifiers import guid
from builder.core.notes import ClozeNote, Deck, Note, OcclusionNote, OwnNote, QuestionNote, Reference
from builder.core.package import AnkiNote, MediaFile, content_digest
from builder.core.retiring import RETIRED_TAG
from builder.core.text import Text
from builder.render.markdown import literal
from builder.render.media import MediaFolder, MediaKey
from builder.source.note_types import NoteTypes
from builder.source.notes import NoteFile, read_notes
from builder.source.reader import Reader
from builder.source.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledFile:
    """What one file became; `ids` has every id in it with line and column, also those of broken notes.

    `cites`, `asks` and `own_types` are what it needs from elsewhere: references, media, the deck's own note types.
    `retired` has the ids of retired notes with those of the notes to learn instead. `source` are its notes as they were
    written, if the compiler was asked to keep them. It is not `is_whole` when it could not be read to its end.
    """

    path: Path
    notes: tuple[AnkiNote, ...]
    ids: tuple[tuple[str, int, int], ...]
    subdeck: Text
    diagnostics: tuple[Diagnostic, ...]
    cites: frozenset[str] = frozenset()
    asks: frozenset[MediaKey] = frozenset()
    own_types: frozenset[str] = frozenset()
    retired: Mapping[str, Text] = field(default_factory=dict)
    is_whole: bool = True
    source: NoteFile | None = field(default=None, repr=False)


def _shaping(deck: Deck) -> tuple[object, ...]:
    """What of a deck is in its notes."""
    return deck.id, deck.name, deck.tag, deck.language, deck.citation_style, deck.audiences, deck.is_whole


class _Tag(NamedTuple):
    """A tag under the deck's root, the tags above it, and how the back shows it."""

    full: str
    above: tuple[str, ...]
    chip: str


class FileCompiler:
    """Compiles the files of one deck, each by itself."""

    def __init__(
        self,
        deck: Deck,
        references: Mapping[str, Reference] | None,
        note_types: NoteTypes,
        *,
        keep_sources: bool = False,
    ) -> None:
        self.deck = deck
        self.references = references
        self.keep_sources = keep_sources
        self.bibliography = Bibliography(deck, references or {})
        self.media = MediaFolder(deck.folder)
        self._renderer = forms.Renderer(self.media)
        self._shared: dict[str, str] = {}
        self._tags: dict[str, _Tag] = {}
        self._take(note_types)

    def _take(self, note_types: NoteTypes) -> None:
        self._own_names = note_types.own
        self._fields = {note_type.key: dict.fromkeys(note_type.fields, "") for note_type in note_types.all}
        self._own = {one.key: OwnForm(one) for one in note_types.all if one.key in note_types.own}
        self._shapes = {one.key: replace(one, css="") for one in note_types.all if one.key in note_types.own}

    def compile_file(self, path: Path) -> CompiledFile:
        """The notes of one file, and everything that is wrong in it."""
        self.media.asked.clear()
        file = read_notes(path, self.deck, self.references, self._own_names)
        notes: list[AnkiNote] = []
        elsewhere: list[Diagnostic] = []
        for note, sound in zip(file.notes, file.sound, strict=True):
            before = file.reader.errors
            compiled = self._note(note, file, elsewhere)
            if compiled and sound and file.reader.errors == before:
                notes.append(compiled)
        ids = tuple((text.value, text.line, text.column) for text in file.ids)
        diagnostics = (*file.reader.diagnostics, *elsewhere)
        return CompiledFile(
            path=path,
            notes=tuple(notes),
            ids=ids,
            subdeck=file.subdeck,
            diagnostics=diagnostics,
            cites=frozenset(one.key.value for note in file.notes for one in note.sources),
            asks=frozenset(self.media.asked),
            own_types=frozenset(note.note_type for note in file.notes if isinstance(note, OwnNote)),
            retired={note.id.value: note.replaced_by for note in file.notes if note.is_retired},
            is_whole=file.is_whole,
            source=file if self.keep_sources else None,
        )

    def renew(
        self,
        deck: Deck,
        references: Mapping[str, Reference] | None,
        note_types: NoteTypes,
        changed: Collection[Path] = (),
    ) -> Callable[[CompiledFile], CompiledFile | None] | None:
        """Takes the deck as it is now; None when every file must be compiled again.

        Otherwise gives a function that makes of a file compiled before what it would be now, or None when it must be
        compiled again.
        """
        before = self.references is None, self._own_names, _shaping(self.deck)
        if before != (references is None, note_types.own, _shaping(deck)) or self.bibliography.diagnostics:
            return None
        types_before, keys_before = self._shapes, self.bibliography.references.keys()
        self.deck = deck
        self.references = references
        self._take(note_types)
        types = {key for key in types_before | self._shapes if types_before.get(key) != self._shapes.get(key)}
        media = self.media.refresh(changed)
        cited = self.bibliography.renew(references or {})
        keys = keys_before ^ self.bibliography.references.keys()

        def renewed(file: CompiledFile) -> CompiledFile | None:
            needs = (file.own_types, types), (file.asks, media), (file.cites, keys)
            if any(not needed.isdisjoint(changed) for needed, changed in needs):
                return None
            if keys and file.diagnostics:
                return None  # a hint may name a reference that is there now
            if file.cites.isdisjoint(cited):
                return file
            return self._cited_anew(file, cited) if file.source else None

        return renewed

    def _cited_anew(self, file: CompiledFile, cited: frozenset[str]) -> CompiledFile:
        """A file whose notes name references that read differently now."""
        assert file.source
        named = {
            note.id.value: note.sources
            for note in file.source.notes
            if not cited.isdisjoint(one.key.value for one in note.sources)
        }
        notes = []
        for note in file.notes:
            if note.id in named:
                sources, references = self.bibliography.fields(named[note.id])
                values = dict(zip(self._fields[note.note_type], note.fields, strict=True))
                cited_anew = {"Sources": sources, "References": references}
                values |= {name: text for name, text in cited_anew.items() if name in values}
                fields = tuple(values.values())
                note = replace(note, fields=fields, digest=content_digest(fields, note.tags))
            notes.append(note)
        return replace(file, notes=tuple(notes))

    def media_of(self, files: Iterable[CompiledFile]) -> tuple[MediaFile, ...]:
        """The pictures and sounds that the notes of these files use, sorted by name."""
        asked: set[MediaKey] = set()
        names: set[str] = set()
        for file in files:
            asked |= file.asks
            names.update(name for note in file.notes for name in note.media)
        # One file may be named in two ways, or be there twice: then it is the one whose path comes first.
        found = sorted(self.media.files(asked), key=lambda media: media.path.parts, reverse=True)
        by_name = {media.name: media for media in found if media.name in names}
        return tuple(by_name[name] for name in sorted(by_name))

    def _note(self, note: Note, file: NoteFile, elsewhere: list[Diagnostic]) -> AnkiNote | None:
        """The note as Anki stores it; None when its note type or its picture is not sound."""
        reader, render = file.reader, self._renderer
        tags, topics = self._shown_tags(note.tags)
        made, media = self._made(note, topics, reader)
        if note.is_retired:
            tags = tuple(sorted({*tags, f"{self.deck.tag}::{RETIRED_TAG}"}))
        if isinstance(note, QuestionNote):
            key, content = "question", forms.question(note, reader, render)
        elif isinstance(note, ClozeNote):
            key, content = "cloze", forms.cloze(note, reader, render)
        elif isinstance(note, OcclusionNote):
            key, content = "occlusion", forms.occlusion(note, reader, render)
            content.values["Back Extra"] = made["Explanation"]
        else:
            assert isinstance(note, OwnNote)
            if note.note_type not in self._own:
                check_texts(note, reader, render)
                return None
            key, content = note.note_type, self._own[note.note_type].content(note, reader, render, made)
        if content.diagnostics:
            elsewhere += content.diagnostics
            return None
        empty = self._fields[key]
        fields = tuple((empty | content.values | {name: made[name] for name in made if name in empty}).values())
        return AnkiNote(
            id=note.id.value,
            guid=guid(self.deck.id, note.id.value),
            note_type=key,
            deck=self._full_deck(note.deck),
            fields=fields,
            tags=tags,
            cards=content.cards,
            audience=note.audience,
            media=tuple(dict.fromkeys(content.media + media)),
            digest=content_digest(fields, tags),
            retired=note.is_retired,
        )

    def _made(self, note: Note, topics: str, reader: Reader) -> tuple[dict[str, str], tuple[str, ...]]:
        """The fields that are filled from what every note has, and the media in them."""
        render = self._renderer
        explanation = render.field(note.explanation, reader, gap_hint="write it without the braces")
        reason = forms.NO_FIELD
        if note.is_retired:
            reason = forms.retired(note, reader, render, words(self.deck.language)["replaced_by"])
        sources, references = self.bibliography.fields(note.sources)
        made = {
            "Explanation": explanation.html,
            "Sources": sources,
            "References": references,
            "Topics": topics,
            "Note ID": note.id.value,
            "Retired": reason.html,
        }
        return made, explanation.media + reason.media

    # Notes share these strings: a deck has few subdecks and tags, and many notes.

    def _full_deck(self, subdeck: str) -> str:
        name = f"{self.deck.name}::{subdeck}" if subdeck else self.deck.name
        return self._shared.setdefault(name, name)

    def _shown_tags(self, tags: tuple[Text, ...]) -> tuple[tuple[str, ...], str]:
        """The full tags, sorted, and the tags as the back shows them: `Anatomy › Plexus`, not `Anatomy` once more."""
        found = [self._tags.get(tag.value) or self._tag(tag.value) for tag in tags]
        hidden = {above for tag in found for above in tag.above}
        chips = [tag.chip for tag in found if tag.full not in hidden]
        if len(found) > 1:
            return tuple(sorted({tag.full for tag in found})), "".join(dict.fromkeys(chips))
        return tuple([tag.full for tag in found]), "".join(chips)

    def _tag(self, tag: str) -> _Tag:
        full = f"{self.deck.tag}::{tag}"
        parts = full.split("::")
        above = tuple("::".join(parts[:count]) for count in range(2, len(parts)))
        # The entity, not the character: one that is not Latin would double the room of the whole text.
        name = literal(tag.replace("_", " ")).replace("::", " &rsaquo; ")
        found = self._tags[tag] = _Tag(full=full, above=above, chip=f"<span>{name}</span>")
        return found
