"""Gap that splits a word

A gap that leaves the first one or two letters of a word standing (`s{{c1::ciatic}}`), or its last ones, where these are
no ending (`{{c1::sciat}}ic`, but not `{{c1::root}}s`). Parts of words that are asked on purpose are let be: endings,
prefixes, halves of compounds, syllables that are hard to spell. So are formulas, code, and scripts without capitals.

**Why it hurts memory.** Most often the gap slipped while it was typed. And what stays of the word gives it away: the
student completes letters instead of recalling what they stand for.

**What to do.** Hide the whole word. If a first letter is meant as a help, write it as a hint: `{{c1::sciatic::s...}}`.

**Bad**

```yaml
- id: loop-in-the-middle
  cloze: The b{{c1::utterfly}} makes a loop in the middle of a rope.
```

**Good**

```yaml
- id: loop-in-the-middle
  cloze: The {{c1::butterfly::b...}} makes a loop in the middle of a rope.
- id: past-of-tie
  cloze: The sailor tie{{c1::d}} the {{c2::sheep}}shank.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.note_view import NoteView
from builder.lint.prose import Gap, Prose
from builder.lint.rule import Finding, Options, note_rule

_LETTERS = r"[^\W\d_]"
_FIRST = re.compile(rf"{_LETTERS}+")
_LAST = re.compile(rf"{_LETTERS}+$")
_BEFORE = re.compile(rf"(?<![\w'’-])({_LETTERS}{{1,2}})\{{\{{c\d+::$")
_BEHIND = re.compile(rf"\}}\}}({_LETTERS}{{1,3}})(?![\w{{'’-])")
_LEAST_HIDDEN = 3


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The gaps that begin or end inside a word."""
    beginnings, endings = view.words.of("word_beginnings"), view.words.of("word_endings")
    if not view.cloze or not beginnings or not endings:
        return
    for gap in view.cloze.gaps:
        hidden = view.cloze.plain_without_code[gap.start : gap.end]
        left = _left_before(view.cloze, gap, hidden)
        if left and left.casefold() not in beginnings:
            word = left + _matched(_FIRST.match(hidden))
            hint = f"hide all of the word; a first letter can be a hint: {{{{c{gap.number}::{word}::{left}...}}}}"
            yield view.at(view.cloze, gap.start, f"the gap begins inside the word {quoted(word)}", hint)
        right = _left_behind(view.cloze, gap, hidden, beginnings)
        if right and right.casefold() not in endings:
            word = _matched(_LAST.search(hidden)) + right
            message = f"the gap ends inside the word {quoted(word)}"
            yield view.at(view.cloze, gap.end, message, "hide all of the word")


def _left_before(text: Prose, gap: Gap, hidden: str) -> str:
    """What stays of a word before a gap; '' unless it is so short that it is no part of a word of its own."""
    first = _matched(_FIRST.match(hidden))
    found = _BEFORE.search(text.text.value[max(0, gap.start - 12) : gap.start])
    return found[1] if found and first.islower() and len(first) >= _LEAST_HIDDEN + len(found[1]) else ""


def _left_behind(text: Prose, gap: Gap, hidden: str, beginnings: frozenset[str]) -> str:
    """What stays of a word behind a gap; '' unless it is so short that it is no word of its own."""
    last = _matched(_LAST.search(hidden[-40:]))
    if len(last) < _LEAST_HIDDEN or not last[-1].islower() or last.casefold() in beginnings:
        return ""
    closing = text.text.value.find("}}", gap.end + len(gap.hint))
    found = _BEHIND.match(text.text.value, closing)
    return found[1] if found and found[1].islower() else ""


def _matched(found: re.Match[str] | None) -> str:
    return found.group() if found else ""


RULE = note_rule(__name__, __doc__, check)
