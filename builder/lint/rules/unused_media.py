"""Unused media

A picture or sound in the deck's folder that no card uses.

**Why it matters.** It is not in the package, so nobody sees it. Perhaps a card has lost its picture, or names an older
version; if not, the file only makes people wonder and the deck's history heavy.

**What to do.** Use it on a card, or remove it. What belongs to the deck without being on a card, such as the source of
a drawing or a picture for the deck's web page, is named in `keep`, with `*` for any letters:

```yaml title=deck.yaml
lint:
  unused-media: {keep: ["media/drafts/*", cover.png]}
```

**Bad**

```yaml
- id: bowline-loop
  question: What does the bowline make?
  answer: A fixed loop
```

**Good**

```yaml title=deck.yaml
id: knots-7f3k2q
name: Knots
tag: Knots
lint:
  unused-media: {keep: ["media/rope.*"]}
```

```yaml
- id: bowline-loop
  question: "What does the bowline make? [sound:media/word.mp3]"
  answer: "A fixed loop ![A loop that is closed by a knot](media/knot.svg) ![The same as a photo](media/knot.png)"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from builder.lint.deck_view import DeckView
from builder.lint.rule import Finding, Option, Options, deck_rule, nothing


def conclude(_facts: list[None], deck: DeckView, options: Options) -> Iterator[Finding]:
    """The files that no note asks for, but for those to be kept."""
    keep = options.words("keep")
    for path in deck.media_files:
        name = path.relative_to(deck.deck.folder).as_posix()
        if path not in deck.used_media and not any(fnmatchcase(name, pattern) for pattern in keep):
            hint = "use it, remove it, or name it below `lint`: `unused-media: {keep: [...]}`"
            yield Finding((path, 1, 1), "no card uses this file", hint)


RULE = deck_rule(
    __name__,
    __doc__,
    nothing,
    conclude,
    options={"keep": Option((), "paths of files that are meant to be unused; `*` stands for any letters")},
)
