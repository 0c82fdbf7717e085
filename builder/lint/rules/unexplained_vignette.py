"""Vignette without explanation

A question with choices, or one that tells a long story first, in a note that does not explain the answer: it has no
`explanation`, and not every wrong choice says by a `why` what is wrong with it. The limit for a story counts the words
of the question.

**Why it hurts memory.** Such a question is solved by reasoning, and the back shows only where the reasoning should have
ended. Those who guessed right learn nothing; those who were wrong do not learn which step misled them, and will take
it again.

**What to do.** Say in `explanation` what in the story decides, and give each wrong choice a `why`: when it would be
right, or what speaks against it. One sentence each is enough.

**Bad**

```yaml
- id: post-and-tide
  question: A boat must be tied to a post for hours, and the tide will pull at the rope. Which knot?
  choices: [Round turn and hitches, Clove hitch, Slip knot]
  answer: Round turn and hitches
```

**Good**

```yaml
- id: post-and-tide
  question: A boat must be tied to a post for hours, and the tide will pull at the rope. Which knot?
  choices:
    - Round turn and hitches
    - {text: Clove hitch, why: works loose when the pull comes and goes}
    - {text: Slip knot, why: opens when the free end is pulled}
  answer: Round turn and hitches
  explanation: The round turn takes the load, so the hitches stay dry of it and hold when the pull changes.
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.core.notes import QuestionNote
from builder.core.text import ABSENT
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Option, Options, note_rule


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """A note that must be reasoned out and says nothing of the reasons."""
    note = view.note
    if not isinstance(note, QuestionNote) or view.explanation:
        return
    if not note.choices:
        if (count := view.question.length) > options.number("words"):
            message = f"nothing explains the answer to this question of {count} words"
            yield view.at_id(message, "add `explanation:` and say what in the question decides")
        return
    right = note.answer.value.strip()
    wrong = [number for number, one in enumerate(note.choices) if one.text.value.strip() != right]
    silent = [number for number in wrong if note.choices[number].why is ABSENT]
    if silent and len(silent) < len(wrong):
        message = "neither a `why` of this choice nor an explanation says why it is wrong"
        yield view.at(view.choices[silent[0]], 0, message, "write `{text: ..., why: ...}` as for the others")
    elif silent:
        hint = "add `explanation:`, and to each wrong choice a `why`, as in `{text: ..., why: ...}`"
        yield view.at_id("nothing explains why the answer is right and the other choices are wrong", hint)


RULE = note_rule(
    __name__, __doc__, check, options={"words": Option(40, "a longer question without choices needs an explanation")}
)
