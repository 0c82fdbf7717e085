"""Two states of a note into the cards that stay and ask for something else now: a schedule that fits them no more."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.render.clozes import cloze_numbers, hidden_texts
from builder.render.plain import text_of

_ALIKE = 0.5
_FEW = 60  # letters: so few words that one misspelt one decides
_MASK = "image-occlusion:"
_LONGEST = 2_000_000  # characters that are read for the gaps of a field: all that a person makes
_DECIMAL = r"(-?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))"
_NUMBER = re.compile(rf"(left|top|width|height|rx|ry)={_DECIMAL}")
_POINT = re.compile(f"{_DECIMAL},{_DECIMAL}")

_Box = tuple[float, float, float, float]


def asks_otherwise(before: AnkiNote, after: AnkiNote, old: NoteType, new: NoteType) -> tuple[int, ...]:
    """The numbers of the cards that are on both sides and ask for something else."""
    both = [number for number in after.cards if number in before.cards]
    was, now = old.named(before.fields), new.named(after.fields)
    if new.kind == "normal":
        return tuple(both) if _is_other_question(was, now, new) else ()
    gaps_before, gaps_after = _gaps(was), _gaps(now)
    moved = {hidden: number for number, hidden in gaps_before.items()}
    pairs = ((number, gaps_before.get(number, ()), gaps_after.get(number, ())) for number in both)
    return tuple(
        number
        for number, one, other in pairs
        if one != other and (moved.get(other, number) != number or _is_other_gap(one, other))
    )


# questions


def _is_other_question(was: dict[str, str], now: dict[str, str], note_type: NoteType) -> bool:
    """Whether both what is asked and what is answered are others, or there are choices where there were none."""
    if bool(was.get("Choices")) != bool(now.get("Choices")):
        return True
    names = ("Question", "Answer") if {"Question", "Answer"} <= set(note_type.fields) else note_type.fields[:2]
    return bool(names) and not any(_alike(_words(was.get(name, "")), _words(now.get(name, ""))) for name in names)


def _words(html: str) -> str:
    return " ".join(text_of(html).casefold().split())


def _alike(one: str, other: str) -> bool:
    """Whether one may be a correction of the other: half of the words are in both or, of a few, half of the letters."""
    if one == other or (one and one in other) or (other and other in one):
        return True
    words, others = set(one.split()), set(other.split())
    if len(words & others) >= _ALIKE * max(len(words), len(others)):
        return True
    if max(len(one), len(other)) > _FEW:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


# gaps and masks


def _gaps(fields: dict[str, str]) -> dict[int, tuple[str, ...]]:
    """What each number hides, over all fields."""
    found: dict[int, tuple[str, ...]] = {}
    for html in fields.values():
        numbers = cloze_numbers(html)
        if len(html) * len(numbers) > _LONGEST:
            continue
        for number in sorted(numbers):
            found[number] = found.get(number, ()) + hidden_texts(html, number, is_front=False)
    return found


def _is_other_gap(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    if not before or not after:
        return False
    boxes = [_box(text) for text in (*before, *after) if text.startswith(_MASK)]
    if len(boxes) == len(before) + len(after):
        return not _overlap(_around(boxes[: len(before)]), _around(boxes[len(before) :]))
    return not _alike(_words(" ".join(before)), _words(" ".join(after)))


def _box(mask: str) -> _Box:
    """Left, top, right and bottom of a mask, in parts of the picture."""
    points = [(float(x), float(y)) for x, y in _POINT.findall(mask)]
    if points:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)
    value = {name: float(number) for name, number in _NUMBER.findall(mask)}
    left, top = value.get("left", 0.0), value.get("top", 0.0)
    width, height = value.get("width", 2 * value.get("rx", 0.0)), value.get("height", 2 * value.get("ry", 0.0))
    return left, top, left + width, top + height


def _around(boxes: list[_Box]) -> _Box:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
