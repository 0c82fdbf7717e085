"""Number without its unit

An answer that is a bare number, where the question asks how long, heavy or far something is, what dose or what
temperature, and neither of them names a unit; and a gap of that kind in a text that names none. Counts (*how many*),
years, shares, ratios, scores and what is counted in the question are not meant.

**Why it hurts memory.** The student learns *five*, and not five of what. With doses, lengths and times that is the
dangerous half: a number in the wrong unit is wrong by a factor of ten or a thousand, and feels right.

**What to do.** Write the unit behind the number, or into the question: *How long, in metres, …?*

**Bad**

```yaml
- id: tallest-mast
  question: How tall was the tallest mast of the ship?
  answer: about 50
```

```yaml
- id: rope-weight
  cloze: The whole rope weighs {{c1::12}}.
```

**Good**

```yaml
- id: tallest-mast
  question: How tall was the tallest mast of the ship?
  answer: about 50 metres
- id: rope-weight
  cloze: The whole rope weighs {{c1::12}} kg.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from builder.core.diagnostics import quoted
from builder.lint.asking import straight
from builder.lint.note_view import NoteView
from builder.lint.prose import Gap, Prose
from builder.lint.rule import Finding, Options, note_rule
from builder.lint.word_lists import WordLists

_NUMBER = r"[-−+±~≈<>≤≥]*\s*\d(?:[\d.,'’\u202f\xa0⁰¹²³⁴-⁹]| (?=\d{3}\b))*(?:\s*[×x*·]\s*10[\^\d⁰¹²³⁴-⁹⁻−-]*)?"
_SIGN = re.compile(r"[°%‰€$£¥¢₹Ω′″µμ℃℉]")
_IN_BRACKETS = re.compile(r"\((?:in |en |em )?[A-Za-zµμΩ/·²³]{1,6}\)|\b(?:in|en) [A-Za-z/²³]{1,4}\s*\?")
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_NEXT = re.compile(r"[^\W\d_]+")
_LONGEST = 60
_NEAR = 80
_HINT = "write the unit behind it, or into the question, as in `How long, in metres, ...?`"


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language says of amounts; `bare` is a number and nothing else."""

    asks: re.Pattern[str]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    unit: re.Pattern[str]
    without: re.Pattern[str]
    bare: re.Pattern[str]
    per: re.Pattern[str] | None


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The number to which a unit is missing."""
    words = _words_of(view.words)
    if words is None:
        return
    if view.answer:
        number = straight(view.answer).strip()
        if _is_bare(number, words) and _asks_for_unit(view.question, words):
            at = len(view.answer.plain) - len(view.answer.plain.lstrip())
            yield view.at(view.answer, at, f"{quoted(number)} is a number without a unit", _HINT)
    elif view.cloze.gaps and not _names_unit(view.cloze, words):
        for gap in view.cloze.gaps:
            number = view.cloze.hidden(gap)
            if _is_bare(number, words) and _tells_amount(view, gap, words):
                yield view.at(view.cloze, gap.start, f"{quoted(number)} is a number without a unit", _HINT)


@cache
def _words_of(words: WordLists) -> _Words | None:
    asks, before, behind = (words.pattern(name) for name in ("asks_for_amount", "tells_amount", "tells_size"))
    unit, without, about = (words.pattern(name) for name in ("units", "without_unit", "about"))
    links = [pattern.pattern for name in ("or_words", "and_words") if (pattern := words.pattern(name))]
    if not (asks and before and behind and unit and without and about):
        return None
    between = "|".join([r"[-–—−/]|\.\.\.|…|\b(?:to|bis|a|à)\b", *links])
    bare = rf"(?:{about.pattern}\.?\s*)?{_NUMBER}(?:\s*(?:{between})\s*{_NUMBER})?\s*\.?"
    near = re.compile(rf"{before.pattern}\s*(?:{about.pattern}\.?\s*)?$", re.IGNORECASE)
    return _Words(asks, near, behind, unit, without, re.compile(bare, re.IGNORECASE), words.pattern("per_time"))


def _is_bare(text: str, words: _Words) -> bool:
    return len(text) <= _LONGEST and words.bare.fullmatch(text) is not None


def _asks_for_unit(question: Prose, words: _Words) -> bool:
    text = straight(question)
    if not words.asks.search(text) or words.without.search(text) or question.shown:
        return False
    return not _names_unit(question, words)


def _names_unit(prose: Prose, words: _Words) -> bool:
    value, plain = prose.text.value, words.per.sub("", prose.plain) if words.per else prose.plain
    return bool(
        words.unit.search(plain)
        or _SIGN.search(value)
        or _IN_BRACKETS.search(value)
        or any(words.unit.search(gap.hint) or _SIGN.search(gap.hint) for gap in prose.gaps)
    )


def _tells_amount(view: NoteView, gap: Gap, words: _Words) -> bool:
    """Whether what stands beside a gap says that it hides an amount, and no other word is what is counted."""
    text = view.cloze.plain
    sentence = next((one for at, one in view.cloze.sentences if at <= gap.start < at + len(one)), "")
    if words.without.search(sentence):
        return False
    rest = text[gap.end :].lstrip()
    if words.behind.match(rest):
        return True
    if _YEAR.fullmatch(view.cloze.hidden(gap)):
        return False
    following = _NEXT.match(rest)
    is_counted = following and following.group().casefold() not in view.words.of("stop_words")
    return bool(words.before.search(text, max(0, gap.start - _NEAR), gap.start) and not is_counted)


RULE = note_rule(__name__, __doc__, check)
