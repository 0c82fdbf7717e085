"""Answer that stands in the question

All words of the answer stand in the question, articles and the like not counted.

Not meant are questions that name what to choose from (*X or Y*, *which of these*), words that are quoted or in
italics, questions about words (plurals, translations), numbers, one of two opposites (*left*, *right*), and answers
that put in order or in relation what the question names.

**Why it hurts memory.** The student can read the answer off the front. The card is passed again and again without
anything being recalled, and its long intervals mean nothing.

**What to do.** Describe the thing instead of naming it, or ask for something that the question does not tell.

**Bad**

```yaml
- id: slip-knot-name
  question: Which knot slips along the rope, as the slip in its name says?
  answer: The slip knot
```

**Good**

```yaml
- id: slip-knot-name
  question: Which knot runs along the rope, so that its loop closes under load?
  answer: The slip knot
```
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from builder.core.diagnostics import quoted
from builder.lint.asking import begins_with, has, match_at, used, without_brackets
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Options, note_rule
from builder.lint.word_lists import WordLists

# `L5/S1` and `T-cell` are one word: `L5` is not said in it.
_WORD = re.compile(r"[^\W_]+(?:['./\-–][^\W_]+)*")
_ELIDED = re.compile(r"^(?:l|d|qu|n|s|j|c|m|t|jusqu|lorsqu)'(?=\w)")
_ENDING = re.compile(r"(?:'s|s)$")
_SEVERAL = re.compile(r"[=≈≠<>→×÷±+;]|,\s")
_LISTED = re.compile(r"(?<!\w)b\.?\)", re.IGNORECASE)
_SHORT = 2
_BEFORE, _AFTER = 3, 3
_HINT = "describe it without naming it, or ask for something that the question does not tell"


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The place in the question where the answer stands."""
    words, stop = view.words, view.words.of("stop_words")
    if not stop or not view.answer or view.answer.shown or "?" not in view.question.text.value:
        return
    text = without_brackets(view.answer.plain)
    answer = _content(text, stop)
    folded = view.question.folded
    if not answer or not all(word.partition("'")[0] in folded for word in answer) or _SEVERAL.search(text):
        return
    question = used(view.question).partition(":")[0]
    named = _content(question, stop)
    if not answer.keys() <= named.keys() or not _is_telling(words, answer, text.strip()):
        return
    if _is_another_kind(words, question) or _are_offered(words, question, [named[word] for word in answer]):
        return
    if sum(_content(choice.plain, stop).keys() <= named.keys() for choice in view.choices) > 1:
        return
    yield view.at(view.question, named[max(answer, key=len)], _message(view, len(answer)), _HINT)


def _message(view: NoteView, count: int) -> str:
    shown = quoted(" ".join(view.answer.plain.split()))
    return f"the answer {shown} stands in the question" if count == 1 else f"all words of {shown} stand in the question"


def _content(text: str, stop: frozenset[str]) -> dict[str, int]:
    """The words that say something, without their endings, and where each stands first."""
    found: dict[str, int] = {}
    for match in _WORD.finditer(text.replace("’", "'")):
        folded = match.group().casefold()
        elided = _ELIDED.match(folded)
        start = elided.end() if elided else 0
        word = folded[start:]
        is_letter = len(word) == 1 and match.group().isupper() and found  # `Vitamin A`
        if word not in stop or is_letter:
            found.setdefault(_ENDING.sub("", word) if len(word) > _SHORT + 1 else word, match.start() + start)
    return found


def _is_telling(words: WordLists, answer: Collection[str], text: str) -> bool:
    """Whether naming the words tells the answer: not a number, what has an opposite, several things, or a sentence."""
    if any(word[0].isdigit() for word in answer) or has(words, "and_words", text) or has(words, "or_words", text):
        return False
    if match_at(words, "catch_alls", text, 0):
        return False
    small = words.of("articles") | words.of("prepositions")
    if len(answer) == 1 and sum(match.group().casefold() not in small for match in _WORD.finditer(text)) > 1:
        return False
    contrasts = {_ENDING.sub("", word) for word in words.of("contrasts")} | words.of("contrasts")
    telling = [word for word in answer if len(word) > _SHORT and word not in contrasts]
    # `The left end`: the question names the kind of thing, and only the side is the answer.
    return len(telling) > (not contrasts.isdisjoint(answer))


def _is_another_kind(words: WordLists, question: str) -> bool:
    """Whether the question names what to choose from, or asks for a word for a word."""
    is_among = begins_with(words, "among_words", question) or has(words, "alternatives", question)
    return is_among or has(words, "word_forms", question) or bool(_LISTED.search(question))


def _are_offered(words: WordLists, question: str, places: list[int]) -> bool:
    """Whether a word at one of these places stands in a list, which makes it one of several that could be meant."""
    tokens = [(match.start(), match.end(), match.group().casefold()) for match in _WORD.finditer(question)]
    links = words.of("and_words") | words.of("or_words")
    linked = [number for number, (_, _, word) in enumerate(tokens) if word in links]
    for number, (start, end, _) in enumerate(tokens):
        if any(start <= place < end for place in places):
            is_in_row = "," in (question[end : end + 1], question[:start].rstrip()[-1:])
            if any(link - _BEFORE <= number <= link + _AFTER for link in linked) or (linked and is_in_row):
                return True
    return False


RULE = note_rule(__name__, __doc__, check)
