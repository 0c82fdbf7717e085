"""Pronoun that stands for nothing on the card

A question or a text with gaps whose *it*, *he*, *they*, *its* or *this* refers to nothing before it: *Where does it
insert?*, *Which nerve supplies this muscle?*, *It arises from …*. Not meant are texts with a picture, a sound, code or
a formula that it may refer to, *it* that stands for nothing (*it rains*, *when is it safe to …*), and files of example
sentences (*I am …*, *you are …*).

**Why it hurts memory.** Cards come one by one, mixed with hundreds of others and months after the one that was written
before it. Who is meant was clear to the author alone; the student fails a card whose answer they know.

**What to do.** Name the thing on every card.

**Bad**

```yaml
- id: sheet-bend-use
  question: What is it used for?
  answer: Joining two ropes of different thickness
- id: sheet-bend-turns
  cloze: It has {{c1::one}} turn.
```

**Good**

```yaml
- id: sheet-bend-use
  question: What is the sheet bend used for?
  answer: Joining two ropes of different thickness
- id: sheet-bend-turns
  cloze: The sheet bend has {{c1::one}} turn.
```
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from builder.core.diagnostics import quoted
from builder.core.notes import QuestionNote
from builder.lint.asking import asks, is_question
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Options, deck_rule
from builder.lint.word_lists import WordLists

_TOKEN = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[,:;(\"„“«–—]")
_FURTHEST = 4  # words between the word that asks and the pronoun
_FURTHEST_OBJECT = 3
_NEAR = (-3, -2, -1, 1, 2)
_SENTENCES_THAT_TRAIN = 2
_BEGINNING = 200
_KINDS = ("pronouns", "possessives", "demonstratives")
_HINT = "name the thing: cards come mixed, and nobody remembers which one came before"


@dataclass(frozen=True, slots=True)
class _Fact:
    """A text with gaps that begins as an example sentence does, or a finding; `path` is '' for that in a question."""

    path: Path | None
    finding: Finding | None


def collect(view: NoteView, _options: Options) -> Iterator[_Fact]:
    """The pronouns of a note that refer to nothing."""
    if view.cloze.gaps:
        yield from _gap_text(view)
        return
    if not isinstance(view.note, QuestionNote) or not _has_pronoun(view.question, view.words):
        return
    if is_question(view.answer) or _shows_more(view.question):
        return
    if found := _in_question(view.question, view.words):
        yield _Fact(None, _finding(view, view.question, found))


def conclude(facts: list[_Fact], _deck: DeckView, _options: Options) -> Iterator[Finding]:
    """All of them, but for texts with gaps in files that train sentences."""
    trained = Counter(fact.path for fact in facts if not fact.finding)
    for fact in facts:
        if fact.finding and (fact.path is None or trained[fact.path] < _SENTENCES_THAT_TRAIN):
            yield fact.finding


def _finding(view: NoteView, prose: Prose, found: re.Match[str]) -> Finding:
    return view.at(prose, found.start(), f"nothing on the card says what {quoted(found.group())} is", _HINT)


def _shows_more(prose: Prose) -> bool:
    return bool(prose.shown) or "`" in prose.text.value


def _has_pronoun(question: Prose, words: WordLists) -> bool:
    """Whether one stands where it can be one that refers to nothing; most questions have none there."""
    beginning = _TOKEN.findall(question.plain[:_BEGINNING])
    return any(not words.of(name).isdisjoint(beginning) for name in _KINDS)


def _gap_text(view: NoteView) -> Iterator[_Fact]:
    text, words = view.cloze, view.words
    first = _TOKEN.search(text.plain)
    if not first or _shows_more(text) or any(view.others):
        return
    word = first.group().casefold()
    path = view.spot(text).reader.path
    if word in words.of("speech"):
        yield _Fact(path, None)
    is_hidden = any(gap.start <= first.start() < gap.end for gap in text.gaps)
    if word in words.of("opening_pronouns") and not is_hidden and not _is_abbreviation(first.group()):
        offset, sentence = text.sentences[0]
        tokens = list(_TOKEN.finditer(text.plain, first.start(), offset + len(sentence)))
        if not _is_impersonal(tokens, 0, words):
            yield _Fact(path, _finding(view, text, first))


@cache
def _beginning(words: WordLists) -> re.Pattern[str] | None:
    """How a question begins that asks by a word such as `which`."""
    asking, before = words.pattern("interrogatives"), words.pattern("before_interrogatives")
    if not asking or not before:
        return None
    return re.compile(rf"\W*(?:{before.pattern}\s+)?(?P<asking>{asking.pattern})", re.IGNORECASE)


def _in_question(question: Prose, words: WordLists) -> re.Match[str] | None:
    """The pronoun of a question that is its first sentence and, but for brackets, its only one."""
    pattern = _beginning(words)
    offset, sentence = question.sentences[0] if question.sentences else (0, "")
    end = offset + len(sentence)
    asked = next(asks(question), None)
    begun = pattern.match(asked[1]) if pattern and asked and asked[0] == offset else None
    if not begun or question.plain[end:].strip()[:1] not in ("", "("):
        return None
    start = offset + begun.end()
    tokens = list(_TOKEN.finditer(question.plain, start, end))
    for at, token in enumerate(tokens[: _FURTHEST + 1]):
        if _refers(tokens, at, begun["asking"].casefold(), words) and not _is_impersonal(tokens, at, words):
            # What it points at may be shown behind it: *What is this sign: ♯?*
            shown_until = end if token.group() in words.of("demonstratives") else token.start()
            return None if _BREAK.search(question.plain, start, shown_until) else token
        if _is_noun(token.group(), begun["asking"].casefold(), words):
            return None
    return None


def _refers(tokens: list[re.Match[str]], at: int, asking: str, words: WordLists) -> bool:
    """Whether a word of a question stands for its subject, or for an object at its end."""
    word = tokens[at].group()
    before = tokens[at - 1].group() if at else asking
    if word[0].isupper() or before[0].isupper() or not at:
        return False
    left = len(tokens) - at - 1
    if word in words.of("pronouns"):
        verbs = words.of("auxiliaries")
        return not verbs or before in verbs or (not left and at <= _FURTHEST_OBJECT)
    if word in words.of("possessives"):
        return before in words.of("copulas") and left > 0
    if word not in words.of("demonstratives") or left > 1:
        return False
    # *Which nerve supplies this muscle?*, but not *Which of these knots?*
    return before in words.of("copulas") or (left == 1 and before not in words.of("prepositions"))


def _is_noun(word: str, asking: str, words: WordLists) -> bool:
    """Whether a word may be what a later pronoun stands for, or begins a part of the sentence that has such a word."""
    if word[0].isupper():
        return asking not in words.of("interrogatives_of_choice")
    return any(word in words.of(name) for name in ("articles", "conjunctions", "and_words", "or_words"))


def _is_impersonal(tokens: list[re.Match[str]], at: int, words: WordLists) -> bool:
    """Whether a pronoun stands for nothing, or for what comes later in the sentence."""
    if tokens[at].group().casefold() not in words.of("impersonal"):
        return False
    near = [tokens[at + beside].group().casefold() for beside in _NEAR if 0 <= at + beside < len(tokens)]
    if any(word in words.of("impersonal_verbs") for word in near):
        return True
    later = (token.group().casefold() for token in tokens[at + 1 :])
    return any(word in words.of("impersonal_copulas") for word in near) and any(
        word in words.of("impersonal_context") for word in later
    )


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()


RULE = deck_rule(__name__, __doc__, collect, conclude)
