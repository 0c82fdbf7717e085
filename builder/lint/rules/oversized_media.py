"""Oversized media

A picture or sound on a card that is larger than it needs to be for a screen. The limit is in kilobytes of 1000 bytes.

**Why it matters.** Every student downloads and keeps the file, on every device, and a phone shows the card only when it
has read it. On a phone, a photograph of 3 megabytes looks like one of 200 kilobytes.

**What to do.** Scale a photograph down to about 1600 pixels and save it as JPEG or WebP, a sound as MP3 or Opus. Save a
drawing as SVG. If the details are needed, raise the limit:

```yaml title=deck.yaml
lint:
  oversized-media: {kilobytes: 3000}
```

**Bad**

```yaml title=deck.yaml
id: knots-7f3k2q
name: Knots
tag: Knots
lint:
  oversized-media: {kilobytes: 1}
```

```yaml
- id: bowline-picture
  question: "Which knot is this? ![A loop closed by a knot](media/rope.jpg)"
  answer: The bowline
```

**Good**

```yaml
- id: bowline-picture
  question: "Which knot is this? ![A loop closed by a knot](media/rope.jpg)"
  answer: The bowline
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.lint.deck_view import DeckView
from builder.lint.rule import Finding, Option, Options, deck_rule, nothing
from builder.render.media import stamp_of


def conclude(_facts: list[None], deck: DeckView, options: Options) -> Iterator[Finding]:
    """The files in the package that are larger than the deck allows."""
    most = options.number("kilobytes")
    for path in sorted({file.path for file in deck.compiled.media}):
        _, size, _ = stamp_of(path) or (0, 0, 0)
        if size > most * 1000:
            message = f"the file has {-(-size // 1000):,} kilobytes; more than {most:,} make the deck slow to load"
            yield Finding((path, 1, 1), message, "make the picture smaller, or the recording shorter or coarser")


RULE = deck_rule(
    __name__,
    __doc__,
    nothing,
    conclude,
    options={"kilobytes": Option(1000, "the most kilobytes that a picture or sound may have")},
)
