"""A text with gaps as Anki stores it into what each card shows of it: gaps open, hidden, or as masks of a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from builder.render.plain import without_tags

_MAX_NUMBER = 0xFFFF
_MAX_NESTED = 10
_MARK = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_MASK = "image-occlusion:"
_MATHS_OPENING, _MATHS_CLOSING = re.compile(r"\\[(\[]"), re.compile(r"\\[])]")
_ESCAPED = {
    code: escape(chr(code)) if chr(code) in "\"&'<>" else f"&#x{code:02X};"
    for code in range(0x100)
    if not (chr(code).isascii() and chr(code).isalnum())
}

_SHAPES = ("rect", "ellipse", "polygon", "text")
_PROPERTY = re.compile(r":([^=]+)=((?:[^\\:]|\\[\\:])+(?=:|\Z)|\Z)")
# Anki's names of what a mask may have, and the attributes that they become; some are left out where they are 0.
_ATTRIBUTES = {name: f"data-{name}" for name in ("left", "top", "angle", "fill", "width", "height", "rx", "ry")} | {
    "points": "data-points",
    "oi": "data-occludeInactive",
    "text": "data-text",
    "scale": "data-scale",
    "fs": "data-font-size",
}
_NOT_ZERO = frozenset({"width", "height", "rx", "ry", "scale"})


@dataclass(slots=True)
class _Gap:
    """`{{c1,2::…::hint}}`: what is in it, and the numbers of the cards that ask for it."""

    numbers: tuple[int, ...]
    parts: list[str | _Gap] = field(default_factory=list)
    hint: str = "..."

    @property
    def ordinals(self) -> str:
        return ",".join(map(str, self.numbers))

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def mask(self) -> str | None:
        """What is behind `image-occlusion:`; None if it is words."""
        first = self.parts[0] if self.parts else None
        return first.removeprefix(_MASK) if isinstance(first, str) and first.startswith(_MASK) else None


_Part = str | _Gap


def _parts(text: str) -> list[_Part]:
    """The words and gaps of a text; marks that open or close nothing are words."""
    found: list[_Part] = []
    opened: list[_Gap] = []
    position = 0
    for match in _MARK.finditer(text):
        numbers = _numbers(match[1]) if match[1] else ()
        if match[1] and not numbers:
            continue  # Anki counts no further than 65535
        _add_words(text[position : match.start()], found, opened)
        position = match.end()
        if numbers:
            if len(opened) < _MAX_NESTED:
                opened.append(_Gap(numbers))
        elif opened:
            gap = opened.pop()
            (opened[-1].parts if opened else found).append(gap)
        else:
            found.append(match.group())
    _add_words(text[position:], found, opened)
    return found


def _numbers(written: str) -> tuple[int, ...]:
    short = {int(one[-6:]) for one in written.split(",") if one and not one[:-6].strip("0")}
    return tuple(sorted(number for number in short if number <= _MAX_NUMBER))


def _add_words(words: str, found: list[_Part], opened: list[_Gap]) -> None:
    if not words:
        return
    if not opened:
        found.append(words)
        return
    gap = opened[-1]
    if not words.startswith(_MASK):
        words, divider, hint = words.partition("::")
        gap.hint = hint if divider else gap.hint
    gap.parts.append(words)


def _gaps(parts: Sequence[_Part]) -> Iterator[_Gap]:
    """Every gap, each before those in it."""
    for part in parts:
        if isinstance(part, _Gap):
            yield part
            yield from _gaps(part.parts)


def cloze_numbers(text: str) -> frozenset[int]:
    """The cards that the gaps of a text make."""
    if "{{c" not in text:
        return frozenset()
    return frozenset(number for gap in _gaps(_parts(text)) for number in gap.numbers if number)


def shown_text(text: str, number: int, *, is_front: bool) -> str:
    """A text as a card shows it; nothing, if the card asks for no gap of it."""
    parts = _parts(text)
    if not any(number in gap.numbers for gap in _seen(parts)):
        return ""
    shown = "".join(part if isinstance(part, str) else _shown(part, number, is_front) for part in parts)
    return _without_tags_in_maths(shown)


def hidden_texts(text: str, number: int, *, is_front: bool) -> tuple[str, ...]:
    """What the gaps of a card hide, or on the front their hints, without what stands around them."""
    asked = (gap for gap in _gaps(_parts(text)) if number in gap.numbers)
    return tuple(gap.hint if is_front else gap.text for gap in asked)


def text_to_type(text: str, number: int) -> str:
    """What a student types for the gaps of a card; once, if they all hide the same."""
    hidden = hidden_texts(text, number, is_front=False)
    return hidden[0] if len(set(hidden)) == 1 else ", ".join(hidden)


def _seen(parts: Sequence[_Part]) -> Iterator[_Gap]:
    """Every gap, but for those in masks, into which Anki does not look."""
    for part in parts:
        if isinstance(part, _Gap):
            yield part
            if part.mask is None:
                yield from _seen(part.parts)


def _shown(gap: _Gap, number: int, is_front: bool) -> str:
    is_asked = number in gap.numbers
    if gap.mask is not None:
        return _shown_mask(gap, gap.mask, is_asked, is_front)
    inside = "".join(part if isinstance(part, str) else _shown(part, number, is_front) for part in gap.parts)
    if not is_asked:
        return f'<span class="cloze-inactive" data-ordinal="{gap.ordinals}">{inside}</span>'
    if is_front:
        held = attribute(inside)
        return f'<span class="cloze" data-cloze="{held}" data-ordinal="{gap.ordinals}">[{gap.hint}]</span>'
    return f'<span class="cloze" data-ordinal="{gap.ordinals}">{inside}</span>'


def _shown_mask(gap: _Gap, written: str, is_asked: bool, is_front: bool) -> str:
    name = "cloze-highlight" if is_asked else "cloze-inactive"
    if (is_front and is_asked) or 0 in gap.numbers:  # what has the number 0 is hidden on every card
        name = "cloze"
    return f'<div class="{name}" data-ordinal="{gap.ordinals}" {_mask_attributes(written)}></div>'


@lru_cache(maxsize=4096)
def _mask_attributes(written: str) -> str:
    """`rect:left=.1:top=.2` as attributes, each with a blank behind it."""
    shape, colon, _ = written.partition(":")
    if not colon:
        return ""
    found = f'data-shape="{shape}" ' if shape in _SHAPES else ""
    position = len(shape)
    while match := _PROPERTY.match(written, position):
        name, value = match[1], re.sub(r"\\(.)", r"\1", match[2])
        position = match.end()
        if name == "points":
            value = " ".join(point for point in value.split(" ") if "," in point)
        elif name == "text":
            value = attribute(value)
        if name in _ATTRIBUTES and value and not (value == "0" and name in _NOT_ZERO):
            found += f'{_ATTRIBUTES[name]}="{value}" '
    return found


def attribute(text: str) -> str:
    """A text as Anki writes it into an attribute: only letters and digits stay, and what is far from Latin."""
    return text.translate(_ESCAPED)


def _without_tags_in_maths(html: str) -> str:
    kept: list[str] = []
    position = 0
    while opening := _MATHS_OPENING.search(html, position):
        closing = _MATHS_CLOSING.search(html, opening.end())
        if not closing:
            break
        kept += html[position : opening.end()], without_tags(html[opening.end() : closing.start()]), closing.group()
        position = closing.end()
    return "".join(kept) + html[position:]
