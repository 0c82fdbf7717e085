"""Two texts into pieces that are equal, removed or added, word by word; tags of HTML and marks of gaps stay whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(r"<[^<>]*>|&#?\w{1,32};|\{\{c[0-9,]{1,20}::(?:[^{}<>]{1,40}\}\})?|\}\}|\w+|\s+|.", re.DOTALL)
# Work grows with the length times the number of edits, and what is edited more than this is another text to anybody.
_MOST_EDITS = 400
_MOST_WORK = 4_000_000
_RELATED = 0.2  # of the longer text must be equal, or nothing is

Kind = Literal["equal", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of both texts, or of the one before, or of the one after."""

    kind: Kind
    text: str


def marked(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in order, a removed one before the added one in its place.

    Without the added pieces they are `before`, without the removed ones `after`. Texts that have little in common, or
    too many differences to be found quickly, are one removed and one added piece.
    """
    if before == after:
        return _pieces([("equal", before)])
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    least = _RELATED * max(len(before), len(after))
    if _in_common(one, other) < least:
        return _pieces([("removed", before), ("added", after)])
    start = _shared(one, other)
    end = _shared(one[start:][::-1], other[start:][::-1])
    middle, other_middle = one[start : len(one) - end], other[start : len(other) - end]
    found: list[tuple[Kind, str]] = [("equal", token) for token in one[:start]]
    found += _edits(middle, other_middle)
    found += [("equal", token) for token in one[len(one) - end :]]
    found = _without_islands(found)
    equal = sum(len(text) for kind, text in found if kind == "equal" and not text.isspace())
    if equal < least:
        found = [("removed", before), ("added", after)]
    return _pieces(found)


def _in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many characters at most can be equal, in whatever order the words stand."""
    both = Counter(one) & Counter(other)
    return sum(len(token) * count for token, count in both.items() if not token.isspace())


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _edits(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[Kind, str]]:
    """The shortest way from one to the other (Myers 1986), or all for all where that would take long."""
    trace = _trace(one, other)
    if trace is None:
        yield from (("removed", token) for token in one)
        yield from (("added", token) for token in other)
        return
    x, y = len(one), len(other)
    backwards: list[tuple[Kind, str]] = []
    for distance in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[distance], x - y
        is_down = diagonal == -distance or (
            diagonal != distance and _at(reached, diagonal - 1) < _at(reached, diagonal + 1)
        )
        previous = diagonal + 1 if is_down else diagonal - 1
        last_x = _at(reached, previous)
        last_y = last_x - previous
        while x > last_x and y > last_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            backwards.append(("equal", one[x]))
        if distance:
            backwards.append(("added", other[last_y]) if is_down else ("removed", one[last_x]))
        x, y = last_x, last_y
    yield from reversed(backwards)


def _at(reached: dict[int, int], diagonal: int) -> int:
    return reached.get(diagonal, 0)


def _trace(one: Sequence[str], other: Sequence[str]) -> list[dict[int, int]] | None:
    """How far each diagonal was reached before each edit; None when there are too many."""
    most = min(_MOST_EDITS, _MOST_WORK // (len(one) + len(other) + 1))
    reached: dict[int, int] = {1: 0}
    trace = []
    for distance in range(min(most, len(one) + len(other)) + 1):
        trace.append(dict(reached))
        for diagonal in range(-distance, distance + 1, 2):
            below, above = _at(reached, diagonal + 1), _at(reached, diagonal - 1)
            is_down = diagonal == -distance or (diagonal != distance and above < below)
            x = below if is_down else above + 1
            y = x - diagonal
            while x < len(one) and y < len(other) and one[x] == other[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= len(one) and y >= len(other):
                return trace
    return None


def _without_islands(found: list[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """The edits, those that only blanks divide made one, each removed part before the added one."""
    result: list[tuple[Kind, str]] = []
    removed: list[str] = []
    added: list[str] = []
    blanks: list[str] = []
    for kind, token in found:
        if kind == "equal":
            if token.isspace() and (removed or added):
                blanks.append(token)
                continue
            result += _settled(removed, added, blanks)
            result.append((kind, token))
            continue
        removed += blanks
        added += blanks
        blanks = []
        (removed if kind == "removed" else added).append(token)
    return result + _settled(removed, added, blanks)


def _settled(removed: list[str], added: list[str], blanks: list[str]) -> list[tuple[Kind, str]]:
    """The collected edits and the blanks behind them, which are equal; the lists are emptied."""
    edits: list[tuple[Kind, str]] = []
    edits += [("removed", "".join(removed))] if removed else []
    edits += [("added", "".join(added))] if added else []
    edits += [("equal", blank) for blank in blanks]
    for one in (removed, added, blanks):
        one.clear()
    return edits


def _pieces(found: Sequence[tuple[Kind, str]]) -> tuple[Piece, ...]:
    """Neighbours of one kind joined, empty ones left out."""
    pieces: list[tuple[Kind, list[str]]] = []
    for kind, text in found:
        if pieces and pieces[-1][0] == kind:
            pieces[-1][1].append(text)
        elif text:
            pieces.append((kind, [text]))
    return tuple(Piece(kind, "".join(texts)) for kind, texts in pieces)
