"""Audience of no note

An edition for an audience that no note names. It is built all the same, with the notes for everybody. When others have
notes of their own, the first edition may have none: it is the one with what everybody gets.

**Why it matters.** Somebody downloads the edition made for them and gets nothing that is. Most often the notes that
were meant have lost their `audience`, so that everybody gets them.

**What to do.** Write `audience:` in the notes that are only for them, or remove the edition.

**Bad**

```yaml title=deck.yaml
id: knots-7f3k2q
name: Knots
tag: Knots
editions:
  climbers: {audience: climber}
  sailors: {audience: sailor}
```

```yaml
- id: prusik
  question: Which knot grips a rope under load and slides when the load is off?
  answer: The Prusik
  audience: climber
```

**Good**

```yaml title=deck.yaml
id: knots-7f3k2q
name: Knots
tag: Knots
editions:
  climbers: {audience: climber}
```

```yaml
- id: prusik
  question: Which knot grips a rope under load and slides when the load is off?
  answer: The Prusik
  audience: climber
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.deck_view import DeckView
from builder.lint.rule import Finding, Options, deck_rule, nothing


def conclude(_facts: list[None], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """The editions of which no note is only for their audience."""
    named = {note.audience for note in deck.notes if note.audience}
    for number, edition in enumerate(deck.deck.editions):
        if edition.audience not in named and (number or not named):
            place = deck.deck_file, edition.line, edition.column
            message = f"no note is for the audience {quoted(edition.audience)} of this edition"
            hint = f"write {quoted(f'audience: {edition.audience}')} in the notes only for them, or remove the edition"
            yield Finding(place, message, hint)


RULE = deck_rule(__name__, __doc__, nothing, conclude)
