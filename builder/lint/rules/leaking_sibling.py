"""Answer that another part of the note shows

What a gap hides stands open somewhere else on the same card: further on in the text, in another gap of the text, or in
the hint. The same holds for a reversed note whose answer names what its second card asks for. Little words, short
numbers and alternatives (*exiting or traversing*) are not meant, nor one word that two gaps hide (*rises*, *falls*,
*rises*).

**Why it hurts memory.** The student reads the answer off the card and believes it known. The next review is put off for
months, and in the exam, where nothing shows it, it is gone.

**What to do.** Say it once. Put a pronoun or another word in the other place, hide both places with one number, or make
two notes of the text.

**Bad**

```yaml
- id: sheet-bend
  cloze: The {{c1::sheet bend}} joins ropes of {{c2::different thickness}}; in a net the sheet bend makes the meshes.
```

**Good**

```yaml
- id: sheet-bend
  cloze: The {{c1::sheet bend}} joins ropes of {{c2::different thickness}}; in a net it makes the meshes.
- id: sheet-bend-or-reef
  cloze: For ropes of different thickness one takes the {{c1::sheet bend::sheet bend or reef knot?}}.
```
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from builder.core.diagnostics import quoted
from builder.core.notes import QuestionNote
from builder.lint.note_view import NoteView
from builder.lint.prose import Gap, Prose
from builder.lint.rule import Finding, Options, note_rule
from builder.lint.word_lists import WordLists

_TOKEN = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
_CHOICE = re.compile(r"[/,;?|]")
_SHORTEST_NUMBER = 3
_LONGEST_TERM = 4
_MOST_PLACES = 50
_HINT = "say it once: put a pronoun there, hide both with one number, or make two notes"
_Token = tuple[str, int]


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """Where the answer to one of the note's cards stands open on that card."""
    if view.cloze.gaps:
        yield from _shown_gaps(view, view.cloze)
    elif isinstance(view.note, QuestionNote) and view.note.reverse:
        yield from _shown_term(view)


class _Text:
    """The words of a text with gaps, where each of them is, and which gaps hide it."""

    def __init__(self, text: Prose, words: WordLists) -> None:
        self.plain = text.plain
        self.written = text.text.value
        self.tokens = _tokens(text.plain)
        self.either = words.of("or_words")
        self.places: dict[str, list[int]] = defaultdict(list)
        for at, (word, _) in enumerate(self.tokens):
            self.places[word].append(at)
        offsets = [offset for _, offset in self.tokens]
        self.spans = {gap: range(bisect_left(offsets, gap.start), bisect_left(offsets, gap.end)) for gap in text.gaps}
        self.around: list[list[Gap]] = [[] for _ in self.tokens]
        for gap, span in self.spans.items():
            for at in span:
                self.around[at].append(gap)

    def words_in(self, gap: Gap) -> tuple[str, ...]:
        """The words that a gap hides."""
        return tuple(self.tokens[at][0] for at in self.spans[gap])

    def is_open(self, first: int, needle: tuple[str, ...], number: int) -> bool:
        """Whether these words are there, on the card of this number, and are no choice or coincidence."""
        last = first + len(needle) - 1
        if last >= len(self.tokens) or any(self.tokens[first + at][0] != word for at, word in enumerate(needle)):
            return False
        around = [gap for at in range(first, last + 1) for gap in self.around[at]]
        if any(gap.number == number for gap in around):
            return False
        if len(needle) == 1 and any(len(self.spans[gap]) == 1 for gap in around):
            return False
        return not self._is_no_leak(first, last)

    def is_part(self, gap: Gap) -> bool:
        """Whether a gap hides a part of a word: `tie{{c1::d}}`."""
        mark = self.written.rfind("{{", 0, gap.start)
        closing = self.written.find("}}", gap.end + len(gap.hint)) + 2
        return self.written[max(0, mark - 1) : mark].isalpha() or self.written[closing : closing + 1].isalpha()

    def _is_no_leak(self, first: int, last: int) -> bool:
        """Whether something else is offered beside these words, or they are a part of a longer one."""
        beside = [self.tokens[at][0] for at in (first - 1, last + 1) if 0 <= at < len(self.tokens)]
        start, (word, end) = self.tokens[first][1], self.tokens[last]
        end += len(word)
        if self.written.startswith("{{", end) or self.written.endswith("}}", 0, start):
            return True
        signs = self.plain[max(0, start - 1) : start] + self.plain[end : end + 1]
        return "/" in signs or any(word in self.either for word in beside)


def _tokens(text: str) -> list[_Token]:
    return [(match.group().casefold(), match.start()) for match in _TOKEN.finditer(text)]


def _is_telling(needle: Sequence[str], words: WordLists) -> bool:
    """Not a little word, a letter or a short number alone, nor several of them."""
    little = words.of("stop_words") | words.of("or_words") | words.of("and_words")
    return any(len(one) >= (_SHORTEST_NUMBER if one[0].isdigit() else 2) and one not in little for one in needle)


def _shown_gaps(view: NoteView, prose: Prose) -> Iterator[Finding]:
    text = _Text(prose, view.words)
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for gap in prose.gaps:
        needle = text.words_in(gap)
        if (gap.number, needle) in seen or not _is_telling(needle, view.words) or text.is_part(gap):
            continue
        seen.add((gap.number, needle))
        for first in islice(text.places[needle[0]], _MOST_PLACES):
            if text.is_open(first, needle, gap.number):
                hidden = " ".join(prose.hidden(gap).split())
                message = f"c{gap.number} hides {quoted(hidden)}, and here it can be read"
                yield view.at(prose, text.tokens[first][1], message, _HINT)
                break
    yield from _told_by_hints(view, prose, text)


def _told_by_hints(view: NoteView, prose: Prose, text: _Text) -> Iterator[Finding]:
    """Hints that say what a gap of the same card hides, without offering something else."""
    hidden: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for gap in prose.gaps:
        hidden[gap.number].add(text.words_in(gap))
    for gap in prose.gaps:
        told = [word for word, _ in _tokens(gap.hint)]
        if not told or _CHOICE.search(gap.hint) or any(word in text.either for word in told):
            continue
        parts = (
            tuple(told[a:b]) for a in range(len(told)) for b in range(a + 1, min(a + _LONGEST_TERM, len(told)) + 1)
        )
        if any(part in hidden[gap.number] and _is_telling(part, view.words) for part in parts):
            hint = "let the hint say what kind of thing is wanted, not which one"
            yield view.at(prose, gap.end + 2, f"the hint says what c{gap.number} hides", hint)


def _shown_term(view: NoteView) -> Iterator[Finding]:
    """An answer that names the term that the second card asks for; two words that are alike are no leak."""
    if "?" in view.question.plain or view.question.shown:
        return
    needle = [word for word, _ in _tokens(view.question.plain)]
    tokens = _tokens(view.answer.plain)
    if not 0 < len(needle) <= _LONGEST_TERM or len(tokens) <= len(needle) + 1 or not _is_telling(needle, view.words):
        return
    for first in range(len(tokens) - len(needle) + 1):
        if all(tokens[first + at][0] == word for at, word in enumerate(needle)):
            term = " ".join(view.question.plain.split())
            message = f"the second card asks for {quoted(term)}, and here it can be read"
            yield view.at(view.answer, tokens[first][1], message, "describe it without naming it")
            return


RULE = note_rule(__name__, __doc__, check)
