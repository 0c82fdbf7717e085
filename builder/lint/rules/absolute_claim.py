"""Absolute claim

A word such as *always*, *never* or *all patients* in what the card teaches. Most such sentences have an exception; some
do not. A person must look. Where the word alone answers a question about words (*What is the opposite of “always”?*),
it claims nothing.

**Why it hurts memory.** Students remember the card, not the footnote. What is learnt as a law is hard to unlearn when
the first exception turns up in practice.

**What to do.** Say what the source says: usually, in most, in 9 of 10. If it really holds without exception, allow it
in place and say why:

```yaml
# allow absolute-claim: follows from the definition of a loop
```

**Bad**

```yaml
- id: bowline-slips
  question: How does a bowline behave under load?
  answer: It never slips
```

**Good**

```yaml
- id: bowline-slips
  question: How does a bowline behave under load?
  answer: It holds, but may work loose when the load comes and goes
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.asking import straight, used
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, note_rule


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The first absolute word of each text that teaches: the question may ask what never happens."""
    pattern = view.words.pattern("absolute", options.words("more"))
    if pattern is None:
        return
    for prose in (view.answer, view.cloze, view.explanation, *view.reasons):
        if prose and (found := pattern.search(prose.plain)) and not _is_mere_word(view, prose, found):
            message = f"{quoted(found.group())} is a claim without exception"
            hint = "write what the source says (`usually`, `in 9 of 10`), or allow it here with the reason why it holds"
            yield view.at(prose, found.start(), message, hint)


def _is_mere_word(view: NoteView, prose: Prose, found: re.Match[str]) -> bool:
    """Whether it is all of the answer to a question in which words are meant as words."""
    is_alone = prose is view.answer and found.group() == prose.plain.strip(" .!*\n")
    return is_alone and used(view.question) != straight(view.question)


RULE = note_rule(
    __name__, __doc__, check, options={"more": Option((), "words that are looked for besides the rule's own")}
)
