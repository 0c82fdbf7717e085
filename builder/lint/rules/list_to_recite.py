"""Answer that is a list to recite

An answer of more than four points: the items of a list, or things in a row with commas between them. Levels and
numbers that follow one another (*L4, L5, S1, S2 and S3*) count as one for each row. Choices are not counted.

**Why it hurts memory.** One forgotten point fails the whole list, and the four that were known are asked again with
it. No point leads to the next, and all of them compete for the same question. Such cards come back again and again.

**What to do.** Ask for each point by what sets it apart. Where the list itself must be known, make a text with gaps of
it, with a number for each point, or ask for it in groups of two or three, with the number of points in the question.

**Bad**

```yaml
- id: safe-loops
  question: Which knots make a loop?
  answer: Bowline, figure of eight, butterfly, Spanish bowline, artilleryman's knot and slip knot
```

**Good**

```yaml
- id: safe-loops
  cloze: A loop at the end of a rope is made by the {{c1::bowline}}, one in its middle by the {{c2::butterfly}}.
- id: slip-knot-loop
  question: Which loop closes under load?
  answer: The slip knot
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.lint.asking import straight, without_brackets
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, note_rule
from builder.lint.word_lists import WordLists

_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?=\S)", re.MULTILINE)
_COMMA = re.compile(r"[,;]\s+")
_SENTENCE_END = re.compile(r"[.!?…]\s+\S")
_LEVEL = re.compile(r"(?P<name>\D*?)\s*(?P<number>\d{1,6})")
_CODE = re.compile(r"`[^`\n]+`")
_LONGEST = 5
_HINT = "ask for each point by what sets it apart, or make a text with gaps (`cloze`) with a number for each point"


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The first point of an answer that has too many."""
    if not view.answer or view.choices or "```" in view.answer.text.value:
        return
    most = options.number("points")
    value = view.answer.text.value
    items = view.answer.items if value.count("\n") >= most else 0
    if items > most:
        first = _ITEM.search(value)
        yield view.at(view.answer, first.end() if first else 0, f"the answer is a list of {items} points", _HINT)
    elif value.count(",") + value.count(";") + 2 > most:
        points = _points(view.words, without_brackets(_without_code(view.answer)).strip())
        if points > most:
            yield view.at(view.answer, 0, f"the answer is a list of {points} points", _HINT)


def _without_code(answer: Prose) -> str:
    """The answer without the commas that are part of code."""
    text = straight(answer)
    for match in _CODE.finditer(answer.text.value):
        text = text[: match.start()] + re.sub("[,;]", " ", match.group()) + text[match.end() :]
    return text


def _points(words: WordLists, text: str) -> int:
    """How many things in a row there are; 0 for what is a sentence."""
    if _SENTENCE_END.search(text):
        return 0
    parts = _COMMA.split(text.rstrip(". "))
    links = [pattern for name in ("and_words", "or_words") if (pattern := words.pattern(name))]
    last = next((link.split(parts[-1]) for link in links if link.search(parts[-1])), [parts[-1]])
    parts = [" ".join(part.split()) for part in (*parts[:-1], *last) if part.strip()]
    if not parts or any(len(part.split()) > _LONGEST for part in parts) or _is_sentence(words, parts):
        return 0
    return _rows(parts)


def _is_sentence(words: WordLists, parts: list[str]) -> bool:
    """Whether the commas divide clauses, or the parts of a date or an address, rather than things."""
    clause, adding = words.pattern("subordinators"), words.pattern("prepositions")
    is_clause = any(clause.match(part) for part in parts[1:]) if clause else False
    return is_clause or bool(adding and not adding.match(parts[0]) and any(adding.match(part) for part in parts[1:]))


def _rows(parts: list[str]) -> int:
    """The number of parts, where levels or numbers that follow one another count as one."""
    count = 0
    before: tuple[str, int] | None = None
    for part in parts:
        found = _LEVEL.fullmatch(part)
        level = (found["name"], int(found["number"])) if found else None
        if level is None or before is None or level not in _following(*before):
            count += 1
        before = level
    return count


def _following(name: str, number: int) -> tuple[tuple[str, int], tuple[str, int]]:
    """The next of a row; its name may be left out from then on: `Ribs 8, 9 and 10`."""
    return (name, number + 1), ("", number + 1)


RULE = note_rule(
    __name__, __doc__, check, options={"points": Option(4, "the most points that an answer may have to be recited")}
)
