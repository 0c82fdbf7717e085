"""Choice about the other choices

A choice such as *all of the above*, *none of these* or *both A and B*.

**Why it hurts memory.** Who knows that two of the choices are right picks *all of the above* without looking at the
third; who finds *none of these* right has shown what is wrong and never recalled what is right. Besides, choices are
shuffled: *above* and the letters point to other choices than those you meant, unless `ordered: true` keeps your order.

**What to do.** Offer one more answer that a learner might believe, or leave the choice out: three good ones are
enough. Where several things are right, ask for each in a note of its own.

**Bad**

```yaml
- id: joins-ropes
  question: Which knot joins two ropes?
  choices: [Sheet bend, Carrick bend, All of the above]
  answer: All of the above
```

**Good**

```yaml
- id: joins-ropes
  question: Which knot joins two ropes of different thickness?
  choices: [Sheet bend, Reef knot, Clove hitch]
  answer: Sheet bend
  explanation: A reef knot slips when one rope is thicker, and a clove hitch holds a rope on a post.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.asking import match_at, straight
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, note_rule
from builder.lint.word_lists import WordLists

_HINT = "offer another answer that could be believed, or leave it out: three choices are enough"
_LETTER = re.compile(r"\(?([A-J])\)?")
_ALONE = re.compile(r"(?<![\w'’])[A-J](?!\w)")
_OTHER = re.compile(r"[^\w\s,.;()&+/]|\d")
_WORD = re.compile(r"\(?[^\W\d_]+\)?")


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """Every choice that speaks of others."""
    labels = frozenset("ABCDEFGHIJ"[: len(view.choices)])
    letters = [_letters(view.words, choice) for choice in view.choices]
    # Bases, blood groups and notes are letters too: then there are others among the choices.
    is_about_letters = any(named and (len(named) == 1 or not named <= labels) for named in letters)
    for choice, named in zip(view.choices, letters, strict=True):
        text = straight(choice)
        start = len(text) - len(text.lstrip(" \n\"'“«„(-–"))
        is_catch_all = match_at(view.words, "catch_alls", text, start, options.words("more"))
        if is_catch_all or (named and not is_about_letters):
            shown = quoted(" ".join(choice.plain.split()))
            yield view.at(choice, start, f"the choice {shown} is about the other choices", _HINT)


def _letters(words: WordLists, choice: Prose) -> frozenset[str]:
    """The letters that a choice names, when it consists of them and of words between them."""
    if not _ALONE.search(choice.plain) or _OTHER.search(choice.plain):
        return frozenset()
    between = words.of("and_words") | words.of("or_words") | words.of("both")
    found = set()
    for match in _WORD.finditer(choice.plain):
        if letter := _LETTER.fullmatch(match.group()):
            found.add(letter[1])
        elif match.group().casefold() not in between:
            return frozenset()
    return frozenset(found)


RULE = note_rule(
    __name__,
    __doc__,
    check,
    options={"more": Option((), "beginnings of such choices that are looked for besides the rule's own")},
)
