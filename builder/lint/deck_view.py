"""A deck as rules look at it that are about more than one note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath

from builder.compiler.deck import CompiledDeck
from builder.core.notes import Citation, Deck, Note, Reference
from builder.lint.word_lists import WordLists
from builder.render.media import PICTURES, SOUNDS
from builder.source.files import DECK_FILE, REFERENCES_FILE, walk


@dataclass(frozen=True)
class DeckView:
    """A compiled deck and the day on which it is looked at."""

    compiled: CompiledDeck
    today: date
    words: WordLists

    @property
    def deck(self) -> Deck:
        """What `deck.yaml` says."""
        return self.compiled.deck

    @property
    def deck_file(self) -> Path:
        """Where it says so."""
        return self.deck.folder / DECK_FILE

    @property
    def references(self) -> Mapping[str, Reference]:
        """The references by key."""
        return self.compiled.references

    @property
    def references_file(self) -> Path:
        """Where the references are."""
        return self.deck.folder / REFERENCES_FILE

    @property
    def notes(self) -> Iterator[Note]:
        """Every note as it was written, also those with errors."""
        for file in self.compiled.files:
            if file.source:
                yield from file.source.notes

    @property
    def citations(self) -> Iterator[Citation]:
        """Every source that a note names."""
        for note in self.notes:
            yield from note.sources

    @cached_property
    def used_media(self) -> frozenset[Path]:
        """The files that notes ask for, also those that are not there."""
        written = {path for file in self.compiled.files for path, _ in file.asks}
        return frozenset(self.deck.folder / PurePosixPath(path) for path in written)

    @cached_property
    def media_files(self) -> tuple[Path, ...]:
        """The pictures and sounds in the deck's folder, whether used or not, sorted."""
        found = (path for path in walk(self.deck.folder) if path.suffix.lower() in PICTURES | SOUNDS)
        return tuple(sorted(found))
