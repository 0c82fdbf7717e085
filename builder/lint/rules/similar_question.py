"""Similar question

Two notes that ask the same: their questions have the same words but for order, endings and little words, or one has a
word more, and the answers agree. Texts with gaps are compared with each other in the same way. What tells questions
apart is respected: numbers and levels (L4 and L5), sides, opposites, abbreviations, formulas and pictures.

**Why it hurts memory.** Whoever answers the one has just read the other, so neither tests anything. The student pays
twice for one fact, and the two drift apart when only one of them is corrected.

**What to do.** Keep the better one. If both are meant, let each ask for something that the other does not.

**Bad**

```yaml
- id: bowline-makes
  question: Which knot makes a fixed loop at the end of a rope?
  answer: The bowline
- id: fixed-loop
  question: What knot makes a fixed loop in a rope's end?
  answer: Bowline
```

**Good**

```yaml
- id: bowline-makes
  question: Which knot makes a fixed loop at the end of a rope?
  answer: The bowline
- id: bowline-weakness
  question: When may a bowline shake loose?
  answer: When no load is on it
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from builder.core.diagnostics import quoted
from builder.core.notes import ClozeNote, QuestionNote
from builder.lint.asking import begins_with, straight
from builder.lint.cards import Answers, Card, may_meet, whereabouts
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Options, deck_rule
from builder.lint.wording import sequence, wording_of

_FEWEST = 3  # fewer words must be the same one by one: endings and articles may be what is asked
_SHORT = ""  # stands before the words of these
_MOST = 40  # a longer question is compared with those of the same words only
_KEPT = 4  # of the notes of the same words, so many are compared with others in every way


class _Asked(NamedTuple):
    """The words of what a note asks: a question or, with `is_cloze`, a text with all its gaps filled.

    They are sorted; a few, without a meaning that could be compared, are in their order.
    """

    card: Card
    words: str
    is_cloze: bool


def collect(view: NoteView, _options: Options) -> Iterator[_Asked]:
    """What a question or a text with gaps asks."""
    note = view.note
    if isinstance(note, (QuestionNote, ClozeNote)) and (prose := view.prompt):
        meaning = wording_of(view.words).meaning(prose)
        words = " ".join(sorted(meaning) if len(meaning) >= _FEWEST else [_SHORT, *_in_order(view, prose)])
        yield _Asked(Card(view.spot(prose), note, ""), words, isinstance(note, ClozeNote))


def _in_order(view: NoteView, prose: Prose) -> tuple[str, ...]:
    """The words in their order, without those that ask: *What is the capital?* as *Name the capital!*"""
    found = sequence(prose)
    lists = ("interrogatives", "instructions") if isinstance(view.note, QuestionNote) else ()
    if not any(begins_with(view.words, name, straight(prose)) for name in lists):
        return found
    return tuple(wording_of(view.words).without_opening(found)) or found


def conclude(facts: list[_Asked], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """Each note that asks what one before it asks."""
    search = _Search(facts, Answers(wording_of(deck.words)))
    first = search.same_words()
    for number, other in search.a_word_less():
        earlier, later = sorted((number, other))
        first[later] = min(first.get(later, earlier), earlier)
    for number, other in sorted(first.items()):
        yield _finding(facts[number].card, facts[other].card)


class _Search:
    """Finds the notes of a deck that ask the same, in time that grows with their number and not with its square."""

    def __init__(self, facts: list[_Asked], answers: Answers) -> None:
        self._facts = facts
        self._answers = answers
        self._known: dict[tuple[str, bool], list[int]] = {}

    def same_words(self) -> dict[int, int]:
        """The notes that have the words of one before them, each with that one."""
        found: dict[int, int] = {}
        more: dict[tuple[str, frozenset[str]], int] = {}
        for number, (card, words, is_cloze) in enumerate(self._facts):
            others = self._known.setdefault((words, is_cloze), [])
            same = next((other for other in others if self._is_same(other, number)), None)
            if same is None and len(others) < _KEPT:
                others.append(number)
            elif same is None and not _has_gaps(card):
                same = more.setdefault((words, self._answers.of(card)), number)
            if same not in (None, number) and may_meet(self._facts[same].card.note, card.note):
                found[number] = same
        return found

    def a_word_less(self) -> Iterator[tuple[int, int]]:
        """Notes, each with one that has its words but for one, which is not telling."""
        wording = self._answers.wording
        if not wording.is_known:
            return
        # A sum tells without much ado that there are no such words: to join them for each would take most of the time.
        sums = {sum(map(hash, words.split(" "))) for words, _ in self._known}
        for number, (_, words, is_cloze) in enumerate(self._facts):
            found = words.split(" ")
            if not _FEWEST < len(found) <= _MOST or found[0] == _SHORT:
                continue
            total = sum(map(hash, found))
            for place, word in enumerate(found):
                if total - hash(word) in sums and not wording.is_telling(word):
                    others = self._known.get((" ".join(found[:place] + found[place + 1 :]), is_cloze), ())
                    yield from ((number, other) for other in others if self._is_alike(other, number))

    def _is_same(self, one: int, other: int) -> bool:
        """Whether notes of the same words ask the same; gaps may be elsewhere if nothing else in the text is moved."""
        return self._is_alike(one, other) or self._is_moved_gap(self._facts[one].card, self._facts[other].card)

    def _is_alike(self, one: int, other: int) -> bool:
        """Whether two notes may meet and have the same answer; of texts with several gaps nobody can say that."""
        first, second = self._facts[one].card, self._facts[other].card
        if _has_gaps(first) or _has_gaps(second):
            return False
        return may_meet(first.note, second.note) and self._answers.are_alike(first, second)

    def _is_moved_gap(self, one: Card, other: Card) -> bool:
        first, second = one.note, other.note
        if not isinstance(first, ClozeNote) or not isinstance(second, ClozeNote) or not may_meet(first, second):
            return False
        return sequence(Prose(first.text, has_gaps=True)) == sequence(Prose(second.text, has_gaps=True))


def _has_gaps(card: Card) -> bool:
    return isinstance(card.note, ClozeNote) and card.note.text.value.count("{{c") > 1


def _finding(card: Card, other: Card) -> Finding:
    message = f"this asks the same as {quoted(other.note.id.value)} ({whereabouts(other.spot, card.spot)})"
    return Finding(card.spot, message, "keep the better one, or let each ask for something that the other does not")


RULE = deck_rule(__name__, __doc__, collect, conclude)
