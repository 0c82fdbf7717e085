"""Gap with nothing to go by

A text with gaps of which, on one of its cards, nothing is left to go by: when the gap is hidden there are no other
words than a few such as *the*, *is* and *of*, no formula, no picture, no sound, and no hint in the gap.

**Why it hurts memory.** A card asks by what it shows. One that shows *It is …* asks nothing: students learn to
recognise the card by its look, or guess, and neither helps them when the question comes up in life.

**What to do.** Leave enough of the sentence standing that only one answer fits, or give the gap a hint that says what
kind of thing is wanted: `{{c1::bowline::a knot}}`.

**Bad**

```yaml
- id: bowline-loop
  cloze: "{{c1::The bowline}} is {{c1::a fixed loop}}."
```

**Good**

```yaml
- id: bowline-loop
  cloze: "{{c1::The bowline}} makes a fixed loop at the end of a rope."
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.lint.note_view import NoteView
from builder.lint.prose import Gap, Prose
from builder.lint.rule import Finding, Options, note_rule

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_FEW = 4  # so many little words are not yet a line that somebody knows: *to be or not to be*
_SIGN = re.compile(r"[=≈<>≤≥→←↔⇌+×÷∈⊂√]")


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The first gap of each card that shows nothing else. A note type of one's own may show more in other fields."""
    text = view.cloze
    if not text or any(view.others):
        return
    firsts: dict[int, Gap] = {}
    for gap in text.gaps:
        firsts.setdefault(gap.number, gap)
    stop_words = view.words.of("stop_words")
    if _says_something(text.without(*firsts), stop_words):
        return
    for number, first in firsts.items():
        if not _shows_something(text, number, stop_words):
            message = f"nothing is left to go by when c{number} is hidden"
            hint = "leave more of the sentence standing, or say in a hint what is wanted: {{c1::hidden::hint}}"
            yield view.at(text, first.start, message, hint)


def _shows_something(text: Prose, number: int, stop_words: frozenset[str]) -> bool:
    mine = [gap for gap in text.gaps if gap.number == number]
    if any(gap.hint.strip() for gap in mine):
        return True
    for start, end in text.shown:
        if not any(gap.start <= start and end <= gap.end for gap in mine):
            return True
    return _says_something(text.without(number), stop_words)


def _says_something(left: str, stop_words: frozenset[str]) -> bool:
    tokens = _TOKEN.findall(left.replace("’", "'").casefold())
    return bool(_SIGN.search(left)) or len(tokens) > _FEW or any(token not in stop_words for token in tokens)


RULE = note_rule(__name__, __doc__, check)
