"""Notes into what their cards ask and what they take for an answer, so that cards can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from builder.core.notes import ClozeNote, Note, QuestionNote
from builder.core.text import Text
from builder.lint.note_view import NoteView, Spot
from builder.lint.prose import Prose
from builder.lint.wording import Wording, sequence

_REMEMBERED = 10_000
_MOST = 20  # a text with more gaps is not compared: each of its cards is as long as the text
_GAP_MARK = re.compile(r"\{\{c[0-9]+::|\}\}")
_ASIDE = re.compile(r"\([^()]*\)|\b[^\W\d_]\.\s?(?=[^\W\d_]\.|[^\W\d_]{2})")


class Card(NamedTuple):
    """A card of a note: where and what it asks, as words in their order.

    `number` is that of the gap that is asked for, `is_reversed` that it is the card that asks the other way round.
    """

    spot: Spot
    note: QuestionNote | ClozeNote
    prompt: str
    number: int = 0
    is_reversed: bool = False


def cards(view: NoteView) -> Iterator[Card]:
    """The cards of a question or of a text with gaps; those of choices ask for one of them."""
    note = view.note
    if isinstance(note, QuestionNote):
        offered = "".join(sorted(f" / {' '.join(sequence(choice))}" for choice in view.choices))
        yield Card(view.spot(view.question), note, " ".join(sequence(view.question)) + offered)
        if note.reverse:
            yield Card(view.spot(view.answer), note, " ".join(sequence(view.answer)), is_reversed=True)
    elif isinstance(note, ClozeNote):
        starts = {gap.number: gap.start for gap in reversed(view.cloze.gaps)}
        for number, start in starts.items() if len(starts) <= _MOST else ():
            prompt = " ".join(sequence(view.cloze, number))
            yield Card(view.spot(view.cloze, start), note, prompt, number)


class Answers:
    """What cards of a deck take for an answer, worked out when it is asked for."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self._known: dict[tuple[int, int, bool], frozenset[str]] = {}

    def are_alike(self, one: Card, other: Card) -> bool:
        """Whether two cards have the same answer, or one says more than the other, but nothing telling."""
        return answer_of(one).value == answer_of(other).value or self.wording.are_alike(self.of(one), self.of(other))

    def of(self, card: Card) -> frozenset[str]:
        """The words of an answer that are not in the question; of a text with gaps those of one gap, or of all."""
        key = id(card.note), card.number, card.is_reversed
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            said = self._said(answer_of(card))
            asked = frozenset(card.prompt.split()) if card.number or card.is_reversed else self._question(card)
            self._known[key] = said - asked or said
        return self._known[key]

    def _said(self, answer: Text) -> frozenset[str]:
        """The words of an answer without asides in brackets and initials."""
        plain = _ASIDE.sub(" ", answer.value)
        return self.wording.meaning(Prose(replace(answer, value=plain) if plain.strip(" .") else answer))

    def _question(self, card: Card) -> frozenset[str]:
        return self.wording.meaning(Prose(card.note.question)) if isinstance(card.note, QuestionNote) else frozenset()


def answer_of(card: Card) -> Text:
    """What a card takes for an answer, as it is written; without the number of a gap, what is in all gaps."""
    note = card.note
    if isinstance(note, QuestionNote):
        return note.question if card.is_reversed else note.answer
    text = Prose(note.text, has_gaps=True)
    hidden = [note.text.value[gap.start : gap.end] for gap in text.gaps if card.number in (0, gap.number)]
    return replace(note.text, value=_GAP_MARK.sub("", ", ".join(hidden)))


def may_meet(one: Note, other: Note) -> bool:
    """Whether two notes can be in one edition."""
    return not one.audience or not other.audience or one.audience == other.audience


def whereabouts(spot: Spot, seen_from: Spot) -> str:
    """The place of a note for a message about another one."""
    path, line, _ = spot.place
    return f"line {line}" if path == seen_from.place[0] else f"{path.name}, line {line}"
