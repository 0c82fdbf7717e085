"""Abbreviation that the deck spells out nowhere

A word of two or more capitals, such as *WLL*, of which no note of the deck says what it is short for: neither *working
load limit (WLL)* nor *WLL (working load limit)*, nor a note in which stand words that begin with its letters. What
everybody knows (*USA*, *DNA*), Roman numerals, levels and codes (*L4*, *NG59*), words in capitals for stress, and code
are not meant. An abbreviation is told once, where it comes first.

**Why it hurts memory.** A student who cannot expand it learns a shape, not a thing, and mixes it up with the next one
that looks like it. In a field they are new to, that is all of them.

**What to do.** Write it out where it comes first, or give it a note of its own. Those that everybody in the field knows
go into `deck.yaml`: `unexplained-abbreviation: {known: [MBS]}`.

**Bad**

```yaml
- id: load-of-a-shackle
  question: What does the WLL on a shackle tell?
  answer: The load that it may carry in use
```

**Good**

```yaml
- id: load-of-a-shackle
  question: What does the working load limit (WLL) on a shackle tell?
  answer: The load that it may carry in use
- id: force-of-a-shackle
  question: Which force breaks a shackle, in multiples of its WLL?
  answer: About six times
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.core.diagnostics import quoted
from builder.core.notes import ClozeNote, Note, OwnNote, QuestionNote
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView, Spot
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, deck_rule
from builder.lint.word_lists import WordLists

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĘĚĞİŁŃŇŐŘŚŞŠŤŮŰŹŻŽ"
_MAY_BE = re.compile(f"[{_CAPITAL}]{{2}}")
_CANDIDATE = re.compile(rf"(?<![\w.@#&/\\])([{_CAPITAL}]{{2,}})(?:s|es)?(?![\w@+]|\.\w|[-–]\d)")
_SHOUTED = re.compile(rf"(?<!\w)[{_CAPITAL}]{{2,}}(?:\W+[{_CAPITAL}]{{2,}}){{2,}}(?!\w)")
_ROMAN = re.compile(r"[IVXL]+|(?=M.{3})M{1,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_TOKEN = re.compile(r"[^\W\d_]+")
_BRACKETS = re.compile(r"(?:\s{0,9}e?s)?\s*\(([^()]{2,200})\)")
_LONGEST = 10
_WORDS_BEFORE = 12
_NEAR = 200
_ENDS_BRACKETS = frozenset("),;")
_WORDS_OF_TERM = 6
_SHORTEST_WORD = 4
_MOST_OF_NOTE = 30


@dataclass(frozen=True, slots=True)
class _Fact:
    """An abbreviation of a note, where it comes first, and whether the note says what it is short for."""

    short: str
    spot: Spot
    is_explained: bool


def collect(view: NoteView, options: Options) -> Iterator[_Fact]:
    """The abbreviations of a note."""
    words = view.words
    known = words.of("known_abbreviations")
    if not known:
        return
    mine = frozenset(one.casefold() for one in options.words("known"))
    found: dict[str, Spot] = {}
    texts = [*view.texts, view.alt]
    for prose in texts:
        if not _MAY_BE.search(prose.text.value):
            continue
        for short, offset in _abbreviations(prose, words):
            is_known = short in found or short.casefold() in known or short.casefold() in mine
            if not is_known and len(found) < _MOST_OF_NOTE:
                found[short] = view.spot(prose, offset)
    for short, spot in found.items():
        yield _Fact(short, spot, any(_explains(prose, short, words) for prose in texts) or _is_answer(view, short))


def conclude(facts: list[_Fact], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """The first place of each that no note explains."""
    explained = {fact.short for fact in facts if fact.is_explained}
    firsts: dict[str, _Fact] = {}
    for fact in facts:
        if fact.short not in explained:
            firsts.setdefault(fact.short, fact)
    words = _said_in_small_letters([short for short in firsts if len(short) >= _SHORTEST_WORD], deck)
    for short, fact in firsts.items():
        if short not in words:
            known = quoted(f"unexplained-abbreviation: {{known: [{short}]}}")
            hint = f"write it out where it comes first, or, if all in the field know it, name it below `lint`: {known}"
            yield Finding(fact.spot, f"the deck does not say what {quoted(short)} is short for", hint)


def _said_in_small_letters(shorts: Sequence[str], deck: DeckView) -> frozenset[str]:
    """Those of them that the deck uses as ordinary words, too: they are only stressed."""
    wanted = {short.lower(): short for short in shorts}
    if not wanted:
        return frozenset()
    return frozenset(
        wanted[word]
        for note in deck.notes
        for text in _written(note)
        for word in _TOKEN.findall(text)
        if word in wanted
    )


def _written(note: Note) -> tuple[str, ...]:
    match note:
        case QuestionNote():
            choices = (text.value for choice in note.choices for text in (choice.text, choice.why))
            return note.question.value, note.answer.value, *choices, note.explanation.value
        case ClozeNote():
            return note.text.value, note.explanation.value
        case OwnNote():
            return tuple(text.value for text in note.texts.values())
    return ()


def _abbreviations(prose: Prose, words: WordLists) -> Iterator[tuple[str, int]]:
    text = prose.plain_without_code
    matches = list(_CANDIDATE.finditer(text))
    if not matches:
        return
    shouted = [match.span() for match in _SHOUTED.finditer(text)]
    for match in matches:
        short = match[1]
        folded = short.casefold()
        is_word = folded in words.of("stressed") or folded in words.of("stop_words") or len(short) > _LONGEST
        is_shouted = any(start <= match.start() < end for start, end in shouted)
        if not is_word and not is_shouted and not _ROMAN.fullmatch(short):
            yield short, match.start()


def _explains(prose: Prose, short: str, words: WordLists) -> bool:
    """Whether the text has the words next to the abbreviation, in brackets or around them, or their first letters."""
    text = prose.plain
    little = words.of("stop_words")
    for match in re.finditer(rf"(?<!\w){re.escape(short)}(?:s|es)?(?!\w)", text):
        behind = _BRACKETS.match(text, match.end())
        if behind and _is_long_form(behind[1], short, little):
            return True
        before = text[max(0, match.start() - _NEAR) : match.start()].rstrip()
        is_bracketed = before.endswith("(") and text[match.end() : match.end() + 1] in _ENDS_BRACKETS
        if is_bracketed and _begins_like(before[:-1], short, little):
            return True
        if _has_initials(before[-_NEAR // 4 :] + text[match.end() : match.end() + _NEAR // 4], short, little):
            return True
    return len(short) > 2 and _has_initials(text, short, little)


def _is_long_form(text: str, short: str, little: frozenset[str]) -> bool:
    """Whether what stands in brackets behind an abbreviation can be what it is short for, in whatever language."""
    tokens = [token for token in _TOKEN.findall(text) if token.casefold() not in little]
    return len(tokens) >= 2 or any(len(token) > len(short) + 2 and _contains(token, short) for token in tokens)


def _begins_like(before: str, short: str, little: frozenset[str]) -> bool:
    """Whether one of the words before the brackets begins with the abbreviation's first letter."""
    tokens = [token for token in _TOKEN.findall(before)[-_WORDS_BEFORE:] if token.casefold() not in little]
    return any(token[0].casefold() == short[0].casefold() and token != short for token in tokens)


def _has_initials(text: str, short: str, little: frozenset[str]) -> bool:
    """Whether words that follow one another begin with the letters of the abbreviation; little ones may lie between."""
    tokens = [token.casefold() for token in _TOKEN.findall(text) if token != short]
    wanted = short.casefold()
    for without in (frozenset[str](), little):
        initials = "".join(token[0] for token in tokens if token not in without)
        if wanted in initials:
            return True
    return False


def _is_answer(view: NoteView, short: str) -> bool:
    """Whether question and answer are little more than the abbreviation and its long form, either way round."""
    little = view.words.of("stop_words")
    for one, other in ((view.question, view.answer), (view.answer, view.question)):
        asked = [token for token in _TOKEN.findall(one.plain) if token.casefold() not in little]
        long = [token for token in _TOKEN.findall(other.plain) if token.casefold() not in little]
        is_about_it = short in asked and len(asked) <= _WORDS_OF_TERM and len(long) <= len(short) + 1
        if is_about_it and any(_contains(" ".join(long[at:]), short) for at in range(len(long))):
            return True
    return False


def _contains(long: str, short: str) -> bool:
    """Whether the abbreviation's letters stand in the long form in their order, with the first of each of its words."""
    letters: Iterable[str] = iter(long.casefold())
    is_in_order = long[:1].casefold() == short[:1].casefold() and all(one in letters for one in short.casefold())
    firsts: Iterable[str] = iter(short.casefold())
    return is_in_order and all(word[0].casefold() in firsts for word in long.split())


RULE = deck_rule(
    __name__, __doc__, collect, conclude, options={"known": Option((), "abbreviations that all in the field know")}
)
