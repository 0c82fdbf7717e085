"""Contradicting answers

Cards that ask exactly the same and take different things for right: two questions of the same words, two texts that
are the same outside the gap, or a reversed card whose prompt is that of another card. Capitals, markup and marks at
the end make no difference. Notes for different audiences never meet in one edition and are not compared.

**Why it hurts memory.** When the card comes, the student cannot know which answer is meant. Whatever they say is wrong
on one of the two, so both are forgotten again and again, and neither is trusted.

**What to do.** If one answer is wrong, correct it. If both are right, say in each question what sets it apart (where,
when, of which kind), or ask for both in one note.

**Bad**

```yaml
- id: knot-for-loop
  question: Which knot makes a loop?
  answer: The bowline
- id: knot-for-sliding-loop
  question: Which knot makes a loop?
  answer: The noose
- id: ends-of-one-rope
  cloze: The knot that joins the ends of a rope is the {{c1::reef knot}}.
- id: ends-of-two-ropes
  cloze: The knot that joins the ends of a rope is the {{c1::sheet bend}}.
```

**Good**

```yaml
- id: knot-for-loop
  question: Which knot makes a loop that keeps its size?
  answer: The bowline
- id: knot-for-sliding-loop
  question: Which knot makes a loop that slides shut?
  answer: The noose
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.cards import Answers, Card, answer_of, cards, may_meet, whereabouts
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Options, deck_rule
from builder.lint.wording import wording_of


def collect(view: NoteView, _options: Options) -> Iterator[Card]:
    """The cards of a note."""
    return cards(view)


def conclude(facts: list[Card], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """Each card that is asked like one before it, with another answer."""
    answers = Answers(wording_of(deck.words))
    first: dict[str, dict[str, Card]] = {}
    for card in facts:
        if not card.prompt:
            continue
        by_audience = first.setdefault(card.prompt, {})
        other = next((one for one in by_audience.values() if may_meet(one.note, card.note)), None)
        by_audience.setdefault(card.note.audience, card)
        if other and other.note is not card.note and not answers.are_alike(other, card):
            yield _finding(card, other)


def _finding(card: Card, other: Card) -> Finding:
    place = whereabouts(other.spot, card.spot)
    message = f"{quoted(other.note.id.value)} ({place}) asks the same and has another answer"
    said, meant = (quoted(" ".join(answer_of(one).value.split()), 40) for one in (card, other))
    hint = f"if {said} and {meant} are both right, say in each question what sets it apart; else correct the wrong one"
    return Finding(card.spot, message, hint)


RULE = deck_rule(__name__, __doc__, collect, conclude)
