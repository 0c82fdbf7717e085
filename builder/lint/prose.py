"""A text of a card into what a reader reads of it, each character still at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from builder.core.text import Text
from builder.render.protect import Piece, protect

# Every pattern takes time in proportion to the text, whatever is in it: what opens stops where the next one opens.
_ADDRESS = r"""\((?:<[^<>\n]*>|(?:[^()\s<]|\([^()\s]*\))*)(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)"""
_PICTURE = re.compile(rf"!\[[^\[\]]*\](?:{_ADDRESS})|<img\b[^<>]*>")
# What nobody reads as words: pictures, tags, entities, addresses of links, the marks of code, backslashes.
_UNREAD = re.compile(
    rf"{_PICTURE.pattern}|</?[a-zA-Z][^<>]*>|&#?\w{{1,32}};|(?<=\]){_ADDRESS}"
    r"|^ {0,3}(?:```|~~~)[^\n]*$|`+|\\(?!\w)|https?://\S+",
    re.MULTILINE,
)
_MARK = re.compile(
    r"^[ \t]*+(?:#{1,6}[ \t]|>+|[-*+][ \t]|\d{1,9}[.)][ \t]|[-:|][-:| \t]{2,}+$)"
    r"|\*+|~~|(?<!\w)_+|(?<!_)_++(?!\w)|[\[\]]",
    re.MULTILINE,
)
_SPECIAL = re.compile(r"[*_~\[\]<>&`\\|#]|^[ \t]*+[-+:\d]|https?://", re.MULTILINE)
_CODE = re.compile(r"^ {0,3}(`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^ {0,3}\1|\Z)|(?<!`)(`++).*?(?<!`)\2(?!`)", re.M | re.S)
_PROTECTED = re.compile(r"[$\\`]|\[sound:")
_IN_FORMULA = re.compile(r"\\.|\{\{c([1-9][0-9]*)::|[{}]", re.DOTALL)
_ITEM = re.compile(r"^[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_LETTERS = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"""(?<![.!?…])([.!?…]++)["'”’»›)\]]*+(?=\s|$)|[。！？]++[」』）”]*+|\n\s*\n""")
_GOES_ON = re.compile(r"\s*+([^\W\d_])")
# Behind these a full stop ends no sentence: an initial, a number, what is shortened in any of the languages.
_SHORTENED = re.compile(
    r"(?<!\w)(?:\w|\d\d|abb|abs|approx|art|aufl|bd|bzw|ca|cap|chap|cf|dr|eds?|etc|evtl|figs?|ggf|hr|inkl|jh|kap|max|mio"
    r"|mme|mrs?|ms|mt|nr|núm|pág|prof|resp|rev|sec|sog|sra?|st|str|tab|usw|vgl|vol|vs|zt)$",
    re.IGNORECASE,
)


class Word(NamedTuple):
    """A word as it is written, and where it begins."""

    text: str
    offset: int

    @property
    def folded(self) -> str:
        """The word without regard to capitals."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of a text: its number, its first character and the one behind its last, and its hint ('' without)."""

    number: int
    start: int
    end: int
    hint: str


class _Mark(NamedTuple):
    """`{{c1::`, or `}}` as number 0."""

    start: int
    end: int
    number: int


class Prose:
    """A text and what is read of it; offsets are those of `text.value`."""

    def __init__(self, text: Text, *, has_gaps: bool = False) -> None:
        self.text = text
        self._has_gaps = has_gaps

    def __bool__(self) -> bool:
        return bool(self.text.value.strip())

    @cached_property
    def _pieces(self) -> tuple[Piece, ...]:
        """Maths, sounds and the marks of gaps, as they are found when the text is rendered."""
        value = self.text.value
        if not self._has_gaps and not _PROTECTED.search(value):
            return ()
        return tuple(protect(value, cloze=self._has_gaps).pieces)

    @cached_property
    def _marks(self) -> tuple[_Mark, ...]:
        found: list[_Mark] = []
        for piece in self._pieces:
            if piece.role == "maths":
                found += _marks_in_formula(piece) if self._has_gaps else ()
            elif piece.role != "sound":
                number = int(piece.source[3:-2]) if piece.role == "open" else 0
                found.append(_Mark(piece.offset, piece.offset + len(piece.source), number))
        return tuple(found)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps, in the order in which they begin."""
        found: list[Gap] = []
        opened: list[tuple[_Mark, int]] = []  # with the place of the hint's colons, -1 as long as there are none
        position = 0
        for mark in self._marks:
            if opened and opened[-1][1] < 0:
                opened[-1] = opened[-1][0], self.text.value.find("::", position, mark.start)
            if mark.number:
                opened.append((mark, -1))
            elif opened:
                opening, hint = opened.pop()
                end = hint if hint >= 0 else mark.start
                found.append(Gap(opening.number, opening.end, end, self.text.value[end + 2 : mark.start]))
            position = mark.end
        return tuple(sorted(found, key=lambda gap: gap.start))

    @cached_property
    def plain(self) -> str:
        """The text as it is read, as long as what was written: blanks stand where there was markup."""
        value = self.text.value
        if self._pieces:
            spans = [(mark.start, mark.end) for mark in self._marks]
            spans += [(gap.end, gap.end + 2 + len(gap.hint)) for gap in self.gaps if gap.hint]
            spans += [
                (piece.offset, piece.offset + len(piece.source))
                for piece in self._pieces
                if piece.role in ("maths", "sound")
            ]
            value = _without(value, spans)
        return _MARK.sub(_blank, _UNREAD.sub(_blank, value)) if _SPECIAL.search(value) else value

    @cached_property
    def plain_without_code(self) -> str:
        """What is read of the text, with blanks also where there is code."""
        if "`" not in self.text.value and "~~~" not in self.text.value:
            return self.plain
        return _without(self.plain, [match.span() for match in _CODE.finditer(self.text.value)])

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words that are read, in order."""
        made = tuple.__new__  # what Word() comes to, in a third of the time: there are many words
        return tuple([made(Word, (match.group(), match.start())) for match in _WORD.finditer(self.plain)])

    @cached_property
    def length(self) -> int:
        """How many words are read."""
        return len(_WORD.findall(self.plain))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words that are read, in small letters; they end also at apostrophes and hyphens."""
        return frozenset(_LETTERS.findall(self.plain.casefold()))

    @cached_property
    def folded(self) -> str:
        """The text as it is read, in small letters and single blanks; without places."""
        return " ".join(self.plain.casefold().split())

    @property
    def items(self) -> int:
        """How many points of lists there are in it."""
        return len(_ITEM.findall(self.text.value))

    @cached_property
    def shown(self) -> tuple[tuple[int, int], ...]:
        """Where there are formulas, pictures and sounds: what is seen or heard, and not read as words."""
        value = self.text.value
        found = [
            (piece.offset, piece.offset + len(piece.source))
            for piece in self._pieces
            if piece.role in ("maths", "sound")
        ]
        if "![" in value or "<img" in value:
            if "`" in value or "~~~" in value:
                value = _without(value, [match.span() for match in _CODE.finditer(value)])
            found += [match.span() for match in _PICTURE.finditer(value)]
        return tuple(sorted(found))

    @cached_property
    def sentences(self) -> tuple[tuple[int, str], ...]:
        """The sentences with their offsets; an item of a list is one, too."""
        plain = self.plain
        ends = {match.end() for match in _SENTENCE_END.finditer(plain) if not _is_within(plain, match)}
        ends.update(match.start() for match in _ITEM.finditer(self.text.value))
        found = []
        start = 0
        for end in (*sorted(ends), len(plain)):
            part = plain[start:end]
            if sentence := part.strip():
                found.append((start + part.index(sentence), sentence))
            start = end
        return tuple(found)

    def hidden(self, gap: Gap) -> str:
        """What is read of what a gap hides."""
        return self.plain[gap.start : gap.end].strip()

    def without(self, *numbers: int) -> str:
        """The text as the front of a gap's card shows it: its own gaps blank, the others filled; as long as written."""
        return _without(self.plain, [(gap.start, gap.end) for gap in self.gaps if gap.number in numbers])


def _marks_in_formula(piece: Piece) -> Iterator[_Mark]:
    """The marks of gaps in maths, where `}}` may also end two groups of LaTeX."""
    if "{{c" not in piece.source:
        return
    depth = position = 0
    outside: list[int] = []
    while match := _IN_FORMULA.search(piece.source, position):
        token, position = match.group(), match.end()
        start = piece.offset + match.start()
        if match[1]:
            outside.append(depth)
            yield _Mark(start, piece.offset + position, int(match[1]))
        elif token == "{":
            depth += 1
        elif token == "}" and outside and depth == outside[-1] and piece.source.startswith("}", position):
            outside.pop()
            position += 1
            yield _Mark(start, start + 2, 0)
        elif token == "}":
            depth -= 1


def _is_within(plain: str, match: re.Match[str]) -> bool:
    """A full stop behind which the sentence goes on: after an initial, a number or a shortened word."""
    if match[1] != ".":
        return False
    following = _GOES_ON.match(plain, match.end())
    if following and following[1].islower():
        return True
    return bool(_SHORTENED.search(plain[max(0, match.start() - 8) : match.start()]))


def _without(value: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in these places."""
    parts: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if end > position:
            begin = max(start, position)
            parts += value[position:begin], _blanks(value[begin:end])
            position = end
    return "".join(parts) + value[position:]


def _blank(match: re.Match[str]) -> str:
    return _blanks(match.group())


def _blanks(text: str) -> str:
    """As many blanks as there are characters; line ends stay."""
    return "\n".join(" " * len(line) for line in text.split("\n"))
