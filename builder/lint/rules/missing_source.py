"""Missing source

A note that names no source.

**Why it matters.** Without a source neither a student nor the next author can find out whether the card is right, or
whether it still is. What cannot be checked is not worth hours of study.

**What to do.** Name where it is written, by a key of `references.yaml`, with the page where that helps. A deck that
needs no sources sets `missing-source: off` in `deck.yaml`.

**Bad**

```yaml
- id: bowline-loop
  question: Which knot makes a fixed loop?
  answer: The bowline
```

**Good**

```yaml
- id: bowline-loop
  question: Which knot makes a fixed loop?
  answer: The bowline
  sources: [{key: ashley-1944, at: "#1010"}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Options, note_rule


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The note, when it names no source."""
    if not view.note.sources:
        hint = "add `sources: [key]` with a key of references.yaml"
        yield view.at_id("the note has no source", hint)


RULE = note_rule(__name__, __doc__, check)
