"""A note as rules look at it: its texts as they are read, and the words of its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from builder.core.notes import ClozeNote, Note, OcclusionNote, OwnNote, QuestionNote
from builder.core.package import AnkiNote
from builder.core.text import ABSENT, Text
from builder.lint.prose import Prose
from builder.lint.rule import Finding
from builder.lint.word_lists import WordLists
from builder.source.locate import locate
from builder.source.reader import Reader


@dataclass(frozen=True, slots=True)
class Spot:
    """A character of a text of a file; its line and column are worked out when they are needed."""

    reader: Reader
    text: Text
    offset: int = 0

    @property
    def place(self) -> tuple[Path, int, int]:
        """Path, line and column."""
        if not self.offset:
            return self.reader.path, self.text.line, self.text.column
        return self.reader.path, *locate(self.reader.lines, self.text, self.offset)


class NoteView:
    """One note, with the note that Anki gets of it; a `Prose` is false where the author wrote nothing."""

    def __init__(self, note: Note, made: AnkiNote, reader: Reader, words: WordLists) -> None:
        self.note = note
        self.made = made
        self.words = words
        self._reader = reader

    @cached_property
    def question(self) -> Prose:
        """What the front asks, but for a text with gaps."""
        return Prose(self.note.question if isinstance(self.note, (QuestionNote, OcclusionNote)) else ABSENT)

    @cached_property
    def answer(self) -> Prose:
        """The answer to a question."""
        return Prose(self.note.answer if isinstance(self.note, QuestionNote) else ABSENT)

    @cached_property
    def cloze(self) -> Prose:
        """The text with gaps; also one of a note type of the deck's own, when it has one such text."""
        if isinstance(self.note, OwnNote):
            gapped = [text for text in self.note.texts.values() if "{{c" in text.value]
            return Prose(gapped[0], has_gaps=True) if len(gapped) == 1 and self._has_gaps else Prose(ABSENT)
        return Prose(self.note.text if isinstance(self.note, ClozeNote) else ABSENT, has_gaps=True)

    @property
    def _has_gaps(self) -> bool:
        return any("{{c" in field for field in self.made.fields)

    @cached_property
    def explanation(self) -> Prose:
        """The why."""
        return Prose(self.note.explanation)

    @cached_property
    def alt(self) -> Prose:
        """What is said of a picture with masks to those who cannot see it."""
        return Prose(self.note.alt if isinstance(self.note, OcclusionNote) else ABSENT)

    @cached_property
    def choices(self) -> tuple[Prose, ...]:
        """The texts to choose from, as written; the answer is one of them."""
        return tuple(Prose(one.text) for one in self.note.choices) if isinstance(self.note, QuestionNote) else ()

    @cached_property
    def reasons(self) -> tuple[Prose, ...]:
        """Why each choice is right or wrong, in the order of `choices`."""
        return tuple(Prose(one.why) for one in self.note.choices) if isinstance(self.note, QuestionNote) else ()

    @cached_property
    def prompt(self) -> Prose:
        """What a student is asked: the question, or the text with gaps."""
        return self.question or self.cloze

    @cached_property
    def others(self) -> tuple[Prose, ...]:
        """The texts of a note type of the deck's own, but for the one with gaps."""
        if not isinstance(self.note, OwnNote):
            return ()
        return tuple(Prose(text) for text in self.note.texts.values() if text is not self.cloze.text)

    @property
    def texts(self) -> Iterator[Prose]:
        """Every text of the note that is read on a card, the choices instead of the answer that is one of them."""
        for prose in (self.question, self.cloze, *(self.choices or (self.answer,)), *self.reasons, *self.others):
            if prose:
                yield prose
        if self.explanation:
            yield self.explanation

    def spot(self, prose: Prose, offset: int = 0) -> Spot:
        """The place of a character of one of the note's texts."""
        return Spot(self._reader, prose.text, offset)

    @property
    def id_spot(self) -> Spot:
        """The place of the note's id: where findings about the note as a whole stand."""
        return Spot(self._reader, self.note.id)

    def at(self, prose: Prose, offset: int, message: str, hint: str) -> Finding:
        """A finding at a character of one of the note's texts."""
        return Finding(self.spot(prose, offset), message, hint)

    def at_id(self, message: str, hint: str) -> Finding:
        """A finding about the note as a whole."""
        return Finding(self.id_spot, message, hint)
