"""Several facts on one card

A question that asks two things (*What is X, and why?*, two questions in a row, *origin and insertion*), or tells the
student to do two things (*Name it and explain …*); and an answer that goes on after the sentence that answers, or after
two where a reason is asked for. Two gaps of one number are not meant: whoever writes them wants them together.

**Why it hurts memory.** A student who knows one of the two does not know what to press. Whatever they press, the easy
half comes back as often as the hard one, or the hard one as seldom as the easy one. Small cards are learnt faster, even
though there are more of them.

**What to do.** Make a note of each. A reason that only explains goes into the explanation, where it is read but not
asked.

**Bad**

```yaml
- id: sheet-bend-use
  question: What is the sheet bend for, and how many turns does it have?
  answer: For joining two ropes of different thickness; one turn
```

```yaml
- id: bowline-seamen
  question: Which knot makes a fixed loop?
  answer: It is the bowline. Sailors have used it for at least four hundred years.
```

**Good**

```yaml
- id: sheet-bend-use
  question: What is the sheet bend for?
  answer: For joining two ropes of different thickness
- id: sheet-bend-turns
  question: How many turns does a sheet bend have?
  answer: One
- id: bowline-seamen
  question: Which knot makes a fixed loop?
  answer: The bowline
  explanation: Sailors have used it for at least four hundred years.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from builder.core.diagnostics import quoted
from builder.lint.asking import asks, is_question, used
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, note_rule
from builder.lint.word_lists import WordLists

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_QUOTED = re.compile(r"[\"“”„«»`|]|^[ \t]*>|^ {4}", re.MULTILINE)
_IS_GIVEN = re.compile(r"[^?:]+:\s")  # *Translate: Where is it?*
_WORDS_BEFORE_PAIR = 3
_WORDS_OF_SENTENCE = 3
_HINT = "make a note of each, so that each comes back when it is due"
_Found = tuple[int, str]


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The second thing that a question asks, else the second sentence of its answer."""
    words = _words_of(view.words)
    if words is None or not view.question:
        return
    found = _second_question(view.question, view.answer, words) or _joined(view.question, words)
    if found:
        yield view.at(view.question, found[0], f"the card asks two things: {found[1]}", _HINT)
    elif not view.choices and not is_question(view.answer):
        yield from _second_sentence(view, options.number("sentences"))


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language asks, tells and joins with."""

    asking: re.Pattern[str]
    opening: re.Pattern[str]
    telling: re.Pattern[str]
    linking: re.Pattern[str]
    asked_too: re.Pattern[str]
    asked_after: re.Pattern[str]
    begun: re.Pattern[str]
    told_too: re.Pattern[str]
    pairs: re.Pattern[str]
    little: frozenset[str]
    relatives: frozenset[str]


@cache
def _words_of(words: WordLists) -> _Words | None:
    names = ("interrogatives", "yes_no_openings", "instructions", "and_words", "before_interrogatives")
    asking, opening, telling, linking, before = (words.pattern(name) for name in names)
    told_too, pairs = words.pattern("second_tasks"), words.pattern("pairs")
    if not (asking and opening and telling and linking and before and told_too and pairs):
        return None
    asked = rf"(?:{before.pattern}\s+)?{asking.pattern}"
    return _Words(
        asking=asking,
        opening=opening,
        telling=telling,
        linking=linking,
        asked_too=re.compile(rf"{linking.pattern}\s+{asked}", re.IGNORECASE),
        asked_after=re.compile(rf"[,;]\s+{asked}", re.IGNORECASE),
        begun=re.compile(rf"(?:^|[,;:¿(—–])\s*{asked}", re.IGNORECASE),
        told_too=told_too,
        pairs=pairs,
        little=words.of("stop_words"),
        relatives=words.of("relatives"),
    )


def _second_question(question: Prose, answer: Prose, words: _Words) -> _Found | None:
    """A question behind the question. Where the answer ends as one, too, a dialogue is translated."""
    if question.plain.count("?") < 2 or is_question(answer):
        return None
    asked = [(offset, text) for offset, text in asks(question) if _begins_to_ask(text.rpartition(":")[2], words)]
    if len(asked) < 2 or _IS_GIVEN.match(asked[0][1]):
        return None
    return asked[1][0], "this is its second question"


def _begins_to_ask(text: str, words: _Words) -> bool:
    firsts = [match for _, match in zip(range(3), _WORD.finditer(text), strict=False)]
    return any(words.asking.match(text, first.start()) for first in firsts) or bool(
        firsts and words.opening.match(text, firsts[0].start())
    )


def _joined(question: Prose, words: _Words) -> _Found | None:
    """What `and` adds: another question, something else to do, or the other half of a pair."""
    text = used(question)
    if not words.linking.search(text):
        return None
    for offset, sentence in question.sentences:
        inside = text[offset : offset + len(sentence)]
        first = _WORD.search(inside)
        is_telling = bool(first and words.telling.match(inside, first.start()))
        found = _asked_too(inside, words) if sentence.endswith("?") else None
        if is_telling:
            found = found or _told_too(inside, words)
        if is_telling or sentence.endswith("?"):
            found = found or _pair(inside, words)
        if found:
            return offset + found.start(), quoted(" ".join(found.group().split()))
    return None


def _asked_too(sentence: str, words: _Words) -> re.Match[str] | None:
    """`and why`, unless it belongs to a part of the sentence: *Which law says when and why …?*."""
    begun, found = words.begun.search(sentence), words.asked_too.search(sentence)
    if not begun or not found or found.start() < begun.end():
        return None
    if words.asking.search(sentence, begun.end(), found.start()) or words.asked_after.search(sentence, found.end()):
        return None
    last = found.group().split()[-1].casefold()
    is_side_clause = last in words.relatives and len(_WORD.findall(sentence, 0, found.start())) > _WORDS_BEFORE_PAIR
    return None if is_side_clause else found


def _told_too(sentence: str, words: _Words) -> re.Match[str] | None:
    """`and explain`, unless somebody else does it: *Name the man who was the first to see and describe …*."""
    found = words.told_too.search(sentence)
    return None if not found or words.asking.search(sentence, 0, found.start()) else found


def _pair(sentence: str, words: _Words) -> re.Match[str] | None:
    """`origin and insertion` near the beginning, where it is what is asked for, and before no noun of its own."""
    found = words.pairs.search(sentence)
    if not found or len(_WORD.findall(sentence, 0, found.start())) > _WORDS_BEFORE_PAIR:
        return None
    following = _WORD.match(sentence[found.end() :].lstrip())
    return found if not following or following.group().casefold() in words.little else None


def _second_sentence(view: NoteView, most: int) -> Iterator[Finding]:
    """The first sentence of an answer that is too much. What is quoted, listed or set apart may have many."""
    answer = view.answer
    if len(answer.sentences) <= most or answer.shown or answer.items or _QUOTED.search(answer.text.value):
        return
    most += _asks_for_reasons(used(view.question), view.words)
    sentences = [one for one in answer.sentences if len(_WORD.findall(one[1])) >= _WORDS_OF_SENTENCE]
    if len(sentences) > most and any(True for _ in asks(view.question)):
        hint = "keep what the question asks for; the rest goes into the explanation, or into a note of its own"
        yield view.at(answer, sentences[most][0], "the answer goes on after it has answered", hint)


def _asks_for_reasons(question: str, words: WordLists) -> bool:
    reasons, others = words.pattern("reasons"), words.pattern("no_reasons")
    return bool(reasons and reasons.search(others.sub("", question) if others else question))


RULE = note_rule(
    __name__,
    __doc__,
    check,
    options={
        "sentences": Option(1, "the most sentences that an answer may have; one more where a reason is asked for")
    },
)
