"""Finds what Markdown must not touch (maths, gaps, sounds) and parks each piece behind one private character."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem

# Planes 15 and 16 are private; sources that use them are refused, so no text can be mistaken for a piece.
# To Markdown the ends of a gap are letters from outside and punctuation from inside: emphasis works on both sides.
_PIECE, _GAP = 0xF0000, 0x100000
_EDGE = "\u2055"
PARKED = re.compile("[\U000f0000-\U0010ffff]")
_WITH_EDGE = re.compile(f"([\U00100000-\U0010ffff]){_EDGE}|{_EDGE}([\U00100000-\U0010ffff])")

_CANDIDATE = re.compile(r"\\.|`+|\$|\[sound:|\{\{|\}\}", re.DOTALL)
_OPENING = re.compile(r"\{\{c([1-9][0-9]*)::")
_GAP_MARK = re.compile(r"\{\{c[1-9][0-9]*::|\}\}")
_INNER = re.compile(r"\\.|\{\{c[1-9][0-9]*::|[{}]", re.DOTALL)
MAX_NESTED = 8
MAX_CLOZE = 499  # Anki ignores higher numbers

Role = Literal["maths", "sound", "open", "close"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A parked part of the text: what it was, and the HTML that takes its place."""

    role: Role
    source: str
    html: str
    offset: int

    def with_html(self, markup: str) -> Piece:
        """The same piece with other HTML in its place."""
        return Piece(self.role, self.source, markup, self.offset)


@dataclass(slots=True)
class Protected:
    """A text whose parked pieces are single characters, found again with `piece`."""

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    cards: set[int] = field(default_factory=set)
    problems: list[TextProblem] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _shifts: list[int] = field(default_factory=list)

    def park(self, piece: Piece) -> str:
        """The characters that stand for a piece."""
        self.pieces.append(piece)
        number = len(self.pieces) - 1
        if piece.role == "open":
            return chr(_GAP + number) + _EDGE
        return _EDGE + chr(_GAP + number) if piece.role == "close" else chr(_PIECE + number)

    def piece(self, character: str) -> Piece:
        """The piece behind a parked character."""
        return self.pieces[ord(character) & 0xFFFF]

    def moved(self, index: int, shift: int) -> None:
        """Notes that what follows `index` is `shift` characters further on in the author's text."""
        self._starts.append(index)
        self._shifts.append(shift)

    def offset_of(self, index: int) -> int:
        """The place in the author's text of a character of `text`."""
        at = bisect_left(self._starts, index)
        return index + (self._shifts[at - 1] if at else 0)

    def original(self, text: str) -> str:
        """`text` with every parked piece as the author wrote it: for code, where nothing has a meaning."""
        return PARKED.sub(lambda match: self.piece(match.group()).source, _WITH_EDGE.sub(r"\1\2", text))

    def restored(self, text: str) -> str:
        """`text` with every parked piece as HTML."""
        return PARKED.sub(lambda match: self.piece(match.group()).html, _WITH_EDGE.sub(r"\1\2", text))

    def sounds(self) -> Iterator[tuple[int, Piece]]:
        """The parked sounds with their indexes; their `html` is still the author's path."""
        return ((index, piece) for index, piece in enumerate(self.pieces) if piece.role == "sound")


class _Scanner:
    """One pass over a text, from left to right; a closer that is missing once is not searched for again."""

    def __init__(self, text: str, *, cloze: bool) -> None:
        self.text = text
        self.cloze = cloze
        self.result = Protected()
        self.open: list[int] = []
        self._parts: list[str] = []
        self._copied = 0
        self._length = 0
        self._absent: set[str] = set()
        self._lost = 0
        self._ticks: dict[str, list[int]] | None = None

    def scan(self) -> Protected:
        text, position = self.text, 0
        while match := _CANDIDATE.search(text, position):
            position = self._take(match.group(), match.start())
        for offset in self.open:
            self._problem(offset, "unclosed-cloze", "this gap is never closed", "end it with `}}`")
        self._parts.append(text[self._copied :])
        self.result.text = "".join(self._parts)
        return self.result

    def _take(self, token: str, start: int) -> int:
        """Handles the candidate at `start`; gives where to go on."""
        after = start + len(token)
        if token[0] == "`":
            return self._end_of_code(token, start)
        if token in ("\\(", "\\["):
            return self._delimited(start, after, "\\)" if token == "\\(" else "\\]", token)
        if token == "$":
            return self._dollar(start)
        if token == "[sound:":
            end = self._find("]", after)
            if end < 0 or "\n" in self.text[after:end]:
                return after
            self._park("sound", start, end + 1, self.text[after:end].strip())
            return end + 1
        if token == "{{":
            return self._opening(start)
        if token == "}}":
            return self._closing(start)
        return after

    def _find(self, needle: str, position: int) -> int:
        if needle in self._absent:
            return -1
        end = self.text.find(needle, position)
        if end < 0:
            self._absent.add(needle)
        return end

    def _park(self, role: Role, start: int, end: int, markup: str) -> None:
        before = self.text[self._copied : start]
        parked = self.result.park(Piece(role, self.text[start:end], markup, start))
        self._parts += (before, parked)
        self._length += len(before) + len(parked)
        self._copied = end
        self.result.moved(self._length - len(parked), end - self._length)

    def _problem(self, offset: int, rule: str, message: str, hint: str) -> None:
        if len(self.result.problems) < MAX_IN_TEXT:
            self.result.problems.append(TextProblem(offset, rule, message, hint))

    # code

    def _end_of_code(self, ticks: str, start: int) -> int:
        """Where code that begins with `ticks` ends; gaps inside it still count, maths do not."""
        if self._ticks is None:
            self._ticks = {}
            for match in re.finditer("`+", self.text):
                self._ticks.setdefault(match.group(), []).append(match.start())
        places = self._ticks.get(ticks, [])
        at = bisect_right(places, start)
        if at == len(places):
            return start + len(ticks)
        end = places[at]
        position = start + len(ticks)
        while mark := _GAP_MARK.search(self.text, position, end):
            if mark.group() == "}}" and not self.open:
                position = mark.end()
            else:
                position = self._take(mark.group()[:2], mark.start())
        return end + len(ticks)

    # maths

    def _delimited(self, start: int, inner: int, closer: str, opener: str) -> int:
        end = self._find(closer, inner)
        if end < 0:
            return inner
        self._maths(start, inner, end, opener, closer)
        return end + 2

    def _dollar(self, start: int) -> int:
        """`$…$` is maths when no blank is inside its ends and no digit follows it: "$5 to $10" stays money."""
        text = self.text
        width = 2 if text.startswith("$$", start) else 1
        inner = start + width
        if width == 1 and (not text[inner : inner + 1].strip() or text[start - 1 : start].isalnum()):
            return inner
        end = self._find("$" * width, inner)
        while end > 0 and text[end - 1] == "\\":
            end = self._find("$" * width, end + 1)
        if end < 0 or "\n\n" in text[inner:end] or not text[inner:end].strip():
            return inner
        if width == 1 and (text[end - 1].isspace() or text[end + 1 : end + 2].isdigit()):
            return inner
        opener, closer = ("\\[", "\\]") if width == 2 else ("\\(", "\\)")
        self._maths(start, inner, end, opener, closer)
        return end + width

    def _maths(self, start: int, inner: int, end: int, opener: str, closer: str) -> None:
        formula = self.text[inner:end]
        if self.cloze or "{{c" in formula:
            formula = self._formula_with_gaps(formula, inner)
        self._park("maths", start, end + inner - start, html.escape(f"{opener}{formula}{closer}"))

    def _formula_with_gaps(self, formula: str, offset: int) -> str:
        """Keeps gaps inside a formula whole, and parts any other `}}`, which Anki would take for a gap's end."""
        parts: list[str] = []
        copied = depth = 0
        gaps: list[tuple[int, int]] = []  # brace depth outside the gap, place
        position = 0
        while match := _INNER.search(formula, position):
            token, position = match.group(), match.end()
            if len(token) > 2:
                gaps.append((depth, match.start()))
                self._count(token, offset + match.start())
            elif token == "{":
                depth += 1
            elif token == "}" and gaps and depth == gaps[-1][0] and formula.startswith("}", position):
                gaps.pop()
                position += 1
            elif token == "}":
                depth -= 1
                if formula.startswith("}", position):
                    parts.append(formula[copied:position] + " ")
                    copied = position
        self._lost += len(gaps)
        for _, place in gaps:
            self._problem(
                offset + place, "unclosed-cloze", "this gap is never closed", "end it with `}}` inside the maths"
            )
        return "".join(parts) + formula[copied:]

    # gaps

    def _opening(self, start: int) -> int:
        match = _OPENING.match(self.text, start)
        if match:
            self._count(match.group(), start)
            if not self.cloze:
                return match.end()
            if len(self.open) == MAX_NESTED:
                hint = "close the gaps before, or leave the outer ones out"
                self._problem(start, "nested-cloze", f"more than {MAX_NESTED} gaps are inside each other", hint)
                return match.end()
            self.open.append(start)
            self._park("open", start, match.end(), match.group())
            return match.end()
        if self.cloze:
            hint = "write the number and two colons: {{c1::hidden}} or {{c1::hidden::hint}}"
            self._problem(start, "cloze-without-number", "this is not how a gap is written", hint)
            end = self._find("}}", start)
            return end + 2 if end >= 0 else start + 2
        return start + 2

    def _count(self, opening: str, offset: int) -> None:
        digits = opening[3:-2]
        number = int(digits) if len(digits) < 5 else MAX_CLOZE + 1
        if not self.cloze:
            self._problem(
                offset,
                "cloze-in-question",
                "a gap hides nothing here",
                "use `cloze:` instead of `question:` and `answer:`",
            )
        elif number > MAX_CLOZE:
            self._problem(
                offset, "cloze-number-too-high", f"Anki ignores gaps above c{MAX_CLOZE}", "use a lower number"
            )
        else:
            self.result.cards.add(number)

    def _closing(self, start: int) -> int:
        if not self.cloze:
            return start + 2
        if not self.open and self._lost:
            self._lost -= 1  # its gap was opened in maths, and has been reported there
            return start + 2
        if not self.open:
            self._problem(start, "unbalanced-braces", "`}}` closes nothing", "remove it, or open a gap with {{c1::")
            return start + 2
        opened = self.open.pop()
        hidden = self.text.index("::", opened) + 2
        hint = self.text.find("::", hidden, start)
        if not self.text[hidden : hint if hint >= 0 else start].strip():
            self._problem(opened, "empty-cloze", "this gap hides nothing", "write the hidden text: {{c1::text::hint}}")
        self._park("close", start, start + 2, "}}")
        return start + 2


def protect(text: str, *, cloze: bool) -> Protected:
    """Parks the maths, sounds and (with `cloze`) gaps of a text; time grows with the text's length only."""
    return _Scanner(text, cloze=cloze).scan()
