"""Review due

A note whose `review_by` has passed: its author wanted somebody to look at it again by that day. A month counts up to
its last day.

**Why it matters.** Guidelines, laws and figures change, and a card goes on teaching the old ones to everybody who
trusts it. The date is the promise that somebody would look.

**What to do.** Compare the note with its source as it is today. Correct it if need be, and set `review_by` to the next
date; remove the line if what the card says does not age.

**Bad**

```yaml
- id: rope-standard
  question: Which European norm (EN) do low-stretch kernmantel ropes meet?
  answer: EN 1891
  review_by: 2025-06
```

**Good**

```yaml
- id: rope-standard
  question: Which European norm (EN) do low-stretch kernmantel ropes meet?
  answer: EN 1891
  review_by: 2027-06-30
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from builder.core.diagnostics import quoted
from builder.core.text import ABSENT
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView, Spot
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Options, deck_rule
from builder.source.notes import last_day


def collect(view: NoteView, _options: Options) -> Iterator[tuple[Spot, date]]:
    """The day by which the note should be looked at."""
    written = view.note.review_by
    if written is not ABSENT and (day := last_day(written.value)):
        yield view.spot(Prose(written)), day


def conclude(facts: list[tuple[Spot, date]], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """The days that have passed."""
    for spot, day in facts:
        if day < deck.today:
            message = f"somebody should have looked at this note by {quoted(spot.text.value)}"
            hint = "compare it with its source as it is today, then write the next date, or remove the line"
            yield Finding(spot, message, hint)


RULE = deck_rule(__name__, __doc__, collect, conclude)
