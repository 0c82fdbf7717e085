"""Answer too long

An answer of more words than a student can hold against their own. The limit counts the words of the answer, not those
of the explanation; choices are not counted.

**Why it hurts memory.** Nobody recalls forty words as they stand. Each time the student must judge whether what came
to mind was near enough, the card takes long, and what is forgotten of it is never asked alone.

**What to do.** Keep the one thing the question asks for. The reason goes into the explanation, each further fact into a
note of its own.

**Bad**

```yaml
- id: bowline-use
  question: What is the bowline for?
  answer: >-
    It is used to make a fixed loop at the end of a rope, which does not slip under load and can still be untied
    afterwards, for example around a post, a ring or a person who is to be lifted, and for joining two ropes.
```

**Good**

```yaml
- id: bowline-use
  question: What does the bowline make at the end of a rope?
  answer: A fixed loop
  explanation: It does not slip under load and can be untied afterwards.
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Option, Options, note_rule


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The answer, when it has more words than the deck allows."""
    most = options.number("words")
    count = view.answer.length
    if count > most and not view.choices:
        message = f"the answer has {count} words; more than {most} are hard to recall and to judge"
        yield view.at(view.answer, 0, message, "keep what the question asks for; the rest goes into the explanation")


RULE = note_rule(__name__, __doc__, check, options={"words": Option(25, "the most words that an answer may have")})
