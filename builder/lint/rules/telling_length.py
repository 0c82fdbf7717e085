"""Right choice that gives itself away

Among three or more choices the right one is by far the longest, or the only one that is hedged (*usually*, *may be*,
*in most cases*). Names and terms of a few words are not meant: some are long.

**Why it hurts memory.** Whoever writes choices takes most care with the right one, and learners find that out. They
pick the longest, are right, and have recalled nothing.

**What to do.** Keep the right choice to what makes it right, and put the rest into `explanation` or its `why`. Or make
the others as full: the same kind of thing, the same grammar, about the same length.

**Bad**

```yaml
- id: bowline-choices
  question: Why do climbers tie in with a figure of eight?
  choices:
    - It is easy to check by eye, and it holds even when it was not tied quite neatly
    - It is light
    - It is short
  answer: It is easy to check by eye, and it holds even when it was not tied quite neatly
```

**Good**

```yaml
- id: bowline-choices
  question: Why do climbers tie in with a figure of eight?
  choices:
    - It is easy to check
    - It is easy to untie
    - It takes less rope
  answer: It is easy to check
  explanation: It also holds when it was not tied quite neatly.
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.asking import match_at, may_have
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, note_rule

_FEWEST = 3
_MORE_LETTERS = 20
_LONG = 3


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The right choice, when its length or its hedge tells it from the others."""
    if len(view.choices) < _FEWEST:
        return
    right = [choice for choice in view.choices if choice.text.value == view.answer.text.value]
    others = [choice for choice in view.choices if choice.text.value != view.answer.text.value]
    if len(right) != 1 or match_at(view.words, "catch_alls", right[0].folded, 0):
        return
    if not all(choice.folded for choice in view.choices):
        return
    # A hedge is one of the things that make it long.
    yield from tuple(_longest(view, right[0], others, options)) or _hedged(view, right[0], others)


def _longest(view: NoteView, right: Prose, others: list[Prose], options: Options) -> Iterator[Finding]:
    length, next_length = len(right.folded), max(len(other.folded) for other in others)
    is_far = length * 100 >= next_length * options.number("percent") and length - next_length >= _MORE_LETTERS
    if is_far and right.length >= options.number("words") and not _is_title(right):
        message = f"the right choice is by far the longest: {length} letters, the next has {next_length}"
        hint = "move what explains it into `explanation`, or make the others as full"
        yield view.at(right, 0, message, hint)


def _is_title(right: Prose) -> bool:
    """Whether nearly all of its longer words have a capital: a name or a title is as long as it is."""
    longer = [word.text for word in right.words if len(word.text) > _LONG]
    return sum(word[0].isupper() for word in longer) * 5 >= len(longer) * 4


def _hedged(view: NoteView, right: Prose, others: list[Prose]) -> Iterator[Finding]:
    pattern = view.words.pattern("qualifiers") if may_have(view.words, "qualifiers", right) else None
    found = pattern.search(right.plain) if pattern else None
    if pattern and found and not any(pattern.search(other.plain) for other in others):
        message = f"{quoted(found.group())} stands in the right choice alone, and betrays it"
        yield view.at(right, found.start(), message, "leave it out, or write the others with the same care")


RULE = note_rule(
    __name__,
    __doc__,
    check,
    options={
        "percent": Option(150, "how long the right choice may be, in per cent of the longest other"),
        "words": Option(5, "right choices of fewer words are taken for names"),
    },
)
