"""Question that does not say what it wants to know

A question such as *What about the bowline?*, *Tell me about knots*, *Describe knots*, *What is special about knots?*

Where the question goes on to say what it wants (*Describe in one word …*, *Explain why …*), it is not meant. Neither
is one with choices, since they say it, nor one that asks something else besides (*Where does it slip? Explain.*).

**Why it hurts memory.** Many answers are right, and the card knows one. The student cannot tell whether they forgot
the fact or did not guess the question, learns to answer by the look of the card, and soon skips it.

**What to do.** Ask for the one thing that the answer says. If the answer says several, make a note of each.

**Bad**

```yaml
- id: bowline-special
  question: What is special about the bowline?
  answer: Its loop does not slip under load
```

**Good**

```yaml
- id: bowline-special
  question: What does the loop of a bowline do under load, unlike that of a noose?
  answer: It keeps its size
```
"""

from __future__ import annotations

from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.asking import asks, begins_with, clause_starts, has, is_question, match_at, may_have, used
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Option, Options, note_rule
from builder.lint.word_lists import WordLists

_NEAR = 4
_HINT = "ask for the one thing that the answer says, so that only this answer is right"


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The first vague beginning of a sentence of the question."""
    more = options.words("more")
    if not view.answer or view.choices or not may_have(view.words, "vague_openings", view.question, more):
        return
    if is_question(view.answer):
        return
    text = used(view.question)
    for start in clause_starts(text):
        found = match_at(view.words, "vague_openings", text, start, more)
        if found and _is_sentence(text, start) and not _is_precise(view.words, text[found.end() :]):
            if _asks_otherwise(view, start):
                return
            shown = view.question.plain[found.start() : found.end()]
            message = f"{quoted(' '.join(shown.split()))} does not say what is asked for"
            yield view.at(view.question, start, message, _HINT)
            return


def _is_sentence(text: str, start: int) -> bool:
    """Whether it begins a sentence, or follows a name and a colon: behind a comma it may go on with something."""
    return text[max(0, start - 60) : start].rstrip(" (¿¡–—-")[-1:] in ("", ".", "!", "?", "…", ":", "\n")


def _asks_otherwise(view: NoteView, start: int) -> bool:
    """Whether another sentence of the question asks for something: then this one only wants more of it."""
    others = (sentence for offset, sentence in asks(view.question) if not offset <= start < offset + len(sentence))
    return any(not begins_with(view.words, "vague_openings", sentence) for sentence in others)


def _is_precise(words: WordLists, rest: str) -> bool:
    """Whether one of the next words says what is wanted; one that asks does so only at once."""
    following = " ".join(rest.lstrip(" ,:\n").split(maxsplit=_NEAR)[:_NEAR])
    return bool(match_at(words, "interrogatives", following, 0)) or has(words, "precise_words", following)


RULE = note_rule(
    __name__, __doc__, check, options={"more": Option((), "beginnings that are looked for besides the rule's own")}
)
