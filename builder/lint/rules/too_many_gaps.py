"""Too many gaps

A text whose gaps make more cards than five, or one card that hides most of the text: three words of five, and eight
words at least.

**Why it hurts memory.** The cards of one text lie close together and show each other's answers; after the third the
sentence is recited, not recalled. And where most of it is hidden at once, nobody can bring it back word by word, or
tell whether what came to mind was near enough.

**What to do.** Keep the gaps for what is worth remembering, and make two notes of a long text. Hide the few words that
carry the meaning. A card is the number of its gap: when a note was released, take gaps away, but never renumber those
that stay.

**Bad**

```yaml
- id: bowline-steps
  cloze: >-
    A {{c1::bowline}} is tied with {{c2::one}} end: make a {{c3::small loop}}, lead the end {{c4::up}} through it,
    {{c5::around}} the standing part and {{c6::back down}} through the loop.
```

```yaml
- id: bowline-what
  cloze: "A bowline is {{c1::a knot by which a sailor makes a fixed loop at the end of a rope}}."
```

**Good**

```yaml
- id: bowline-steps
  cloze: >-
    To tie a bowline, lead the end up through a small loop, around the {{c1::standing part}} and back {{c2::down}}
    through the loop.
- id: bowline-what
  cloze: A bowline makes a {{c1::fixed loop::what?}} at the end of a rope.
```
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from builder.lint.note_view import NoteView
from builder.lint.prose import Gap, Prose
from builder.lint.rule import Finding, Option, Options, note_rule

_LEAST_WORDS = 8


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The first gap that is one card too many, and each card that hides too much."""
    text = view.cloze
    if not text:
        return
    firsts: dict[int, Gap] = {}
    for gap in text.gaps:
        firsts.setdefault(gap.number, gap)
    most, share = options.number("cards"), options.number("percent")
    if len(firsts) > most:
        message = f"the gaps of this text make {len(firsts)} cards; more than {most} are recited, not recalled"
        hint = "leave gaps out, or make two notes of the text; the numbers of the gaps that stay are never changed"
        yield view.at(text, list(firsts.values())[most].start, message, hint)
    for number, hidden in _hidden_words(text).items():
        if hidden >= _LEAST_WORDS and hidden * 100 > share * text.length:
            message = f"c{number} hides {hidden} of the {text.length} words"
            yield view.at(text, firsts[number].start, message, "hide only the few words that carry the meaning")


def _hidden_words(text: Prose) -> dict[int, int]:
    """How many words each card hides."""
    if text.length < _LEAST_WORDS:
        return {}
    offsets = [word.offset for word in text.words]
    found: dict[int, int] = {}
    ends: dict[int, int] = {}
    for gap in text.gaps:
        # A gap inside another one of the same number hides nothing more.
        first = bisect_left(offsets, max(gap.start, ends.get(gap.number, 0)))
        last = max(first, bisect_left(offsets, gap.end))
        found[gap.number] = found.get(gap.number, 0) + last - first
        ends[gap.number] = max(gap.end, ends.get(gap.number, 0))
    return found


RULE = note_rule(
    __name__,
    __doc__,
    check,
    options={
        "cards": Option(5, "the most cards that the gaps of one text may make"),
        "percent": Option(60, "the most of a text's words that one card may hide, in percent"),
    },
)
