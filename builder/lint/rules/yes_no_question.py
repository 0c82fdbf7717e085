"""Question for yes or no

A question that can be answered by yes or no: because of how it begins (*Does the …?*, *Is it true that …?*), or
because its answer is a yes, a no, *true* or *false*. A question that names what to choose from (*Is it a loop or a
bend?*) is not meant.

**Why it hurts memory.** Half of all guesses are right, so the card looks known long before it is. And the question
already says the fact: the student only nods, and nothing has to be called to mind.

**What to do.** Ask for the fact that the question gives away. A yes is mostly worth a question that begins with
*which*, *where*, *how much* or *why*.

**Bad**

```yaml
- id: bowline-jams
  question: Can a bowline be untied after it has held a load?
  answer: Yes, easily
- id: reef-knot-bend
  question: The reef knot is safe for joining two ropes.
  answer: False
```

**Good**

```yaml
- id: bowline-jams
  question: Which property of the bowline makes it handy after it has held a load?
  answer: It can still be untied
- id: reef-knot-bend
  question: What do ropes of different thickness do when a reef knot joins them?
  answer: They slip
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.lint.asking import (
    asks,
    begins_with,
    clause_starts,
    has,
    is_question,
    is_yes_or_no,
    match_at,
    may_have,
    used,
)
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Options, note_rule
from builder.lint.word_lists import WordLists

_MESSAGE = "the question can be answered by yes or no"
_HINT = "ask for the fact itself (which, where, how much, why), so that it must be called to mind"
_WORDS_OF_A_TERM = 2
_AFTER_OPENING = re.compile(r"\s+[^\W\d]")


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The question, when it begins like one for yes or no; else the answer, when it is a yes or a no."""
    question, answer = view.question, view.answer
    if not answer or is_question(answer):
        return
    if not view.choices and (place := _opening(view.words, question)) is not None:
        yield view.at(question, place, _MESSAGE, _HINT)
    elif is_yes_or_no(view.words, answer, alone=bool(view.choices)) and _can_be_judged(view):
        only = is_yes_or_no(view.words, answer, alone=True)
        message = "the answer is no more than a yes or a no" if only else "the answer begins with a yes or a no"
        yield view.at(answer, 0, message, _HINT)


def _opening(words: WordLists, question: Prose) -> int | None:
    """Where the question begins to be one for yes or no; what asks or offers something is not."""
    if not any(may_have(words, name, question) for name in ("yes_no_openings", "yes_no_phrases")):
        return None
    offset, sentence = next(iter(reversed(tuple(asks(question)))), (0, ""))
    asking = words.pattern("interrogatives")
    first_asking = asking.search(sentence) if asking else None
    end = first_asking.start() if first_asking else len(sentence)
    found = _beginning(words, sentence, end) or _phrase(words, sentence, end)
    if not found or _is_another_kind(words, sentence, found):
        return None
    is_offer = has(words, "or_words", sentence[: found.start()] + sentence[found.end() :])
    return None if is_offer else offset + found.start()


def _beginning(words: WordLists, sentence: str, end: int) -> re.Match[str] | None:
    for start in clause_starts(sentence):
        if start < end and (found := match_at(words, "yes_no_openings", sentence, start)):
            return found if _AFTER_OPENING.match(sentence, found.end()) else None
    return None


def _phrase(words: WordLists, sentence: str, end: int) -> re.Match[str] | None:
    phrases = words.pattern("yes_no_phrases")
    found = phrases.search(sentence) if phrases else None
    is_elided = found and sentence[: found.start()].endswith("'")  # `Qu'a-t-il`
    return found if found and found.start() < end and not is_elided else None


def _is_another_kind(words: WordLists, sentence: str, found: re.Match[str]) -> bool:
    """Whether it asks for more than yes or no all the same, or does not say what it asks."""
    before, later = sentence[: found.start()], sentence[found.end() :]
    # `James, an apostle, was known by which name?`
    name = "interrogatives" if before.rstrip().endswith(",") else "interrogatives_of_choice"
    if begins_with(words, "interrogatives", later) or has(words, name, later):
        return True
    return begins_with(words, "yes_no_courtesies", sentence) or begins_with(words, "vague_openings", sentence)


def _can_be_judged(view: NoteView) -> bool:
    """Whether the question is a statement or asks for yes or no, and is not a term, nor asks or orders otherwise."""
    text = used(view.question)
    if has(view.words, "yes_no_phrases", text) or begins_with(view.words, "yes_no_openings", text):
        return True
    is_asking = has(view.words, "interrogatives", text) or begins_with(view.words, "instructions", text)
    return view.question.length > _WORDS_OF_A_TERM and not is_asking


RULE = note_rule(__name__, __doc__, check)
