"""Unused reference

A reference in `references.yaml` that no note names.

**Why it matters.** A list of sources promises that the deck rests on them. One that nothing rests on misleads, and is
looked after in vain.

**What to do.** Name it in the notes that rest on it, or remove it.

**Bad**

```yaml title=references.yaml
references:
  - id: ashley-1944
    type: book
    title: The Ashley Book of Knots
    issued: 1944
  - id: never-named-1999
    type: book
    title: A Book that Nobody Cites
    issued: 1999
```

```yaml
- id: bowline-loop
  question: Which knot makes a fixed loop?
  answer: The bowline
  sources: [ashley-1944]
```

**Good**

```yaml title=references.yaml
references:
  - id: ashley-1944
    type: book
    title: The Ashley Book of Knots
    issued: 1944
```

```yaml
- id: bowline-loop
  question: Which knot makes a fixed loop?
  answer: The bowline
  sources: [ashley-1944]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.deck_view import DeckView
from builder.lint.rule import Finding, Options, deck_rule, nothing


def conclude(_facts: list[None], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """The references that no note names."""
    named = {citation.key.value for citation in deck.citations}
    for key, reference in deck.references.items():
        if key not in named:
            place = deck.references_file, reference.line, reference.column
            hint = "name it below `sources` in the notes that rest on it, or remove it"
            yield Finding(place, f"no note names the source {quoted(key)}", hint)


RULE = deck_rule(__name__, __doc__, nothing, conclude)
