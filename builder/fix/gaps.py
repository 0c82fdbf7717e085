"""Gaps without a number into edits that number them, each with one that no card of the note ever had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from builder.core.diagnostics import quoted
from builder.core.text import Text
from builder.fix.edits import Edit, WrittenText
from builder.fix.trees import Place, nodes
from builder.render.markdown import render_field
from builder.render.media import MediaFolder
from builder.render.protect import MAX_CLOZE, protect
from builder.source.events import MAX_TEXT
from builder.source.events import Mapping as Keys
from builder.source.locate import locate

_BARE = "cloze-without-number"
_OF_GAPS = frozenset(
    {_BARE, "bad-link", "cloze-number-too-high", "crossing-cloze", "empty-cloze", "nested-cloze"}
    | {"unbalanced-braces", "unclosed-cloze"}
)
_NUMBER = re.compile(r"\{\{c([0-9]{1,3})::")
_INSIDE = re.compile(r"((?:(?!\{\{|\}\}).)*)", re.DOTALL)
# Somebody began to number these, or what they hide cannot be told from a number.
_UNCLEAR = re.compile(r"\s*(?:[cC]?\s*[0-9]+\s*:|c\s*[0-9]*\s*(?::|\Z)|C\s*:(?!:)|:(?!:)|:::|(?:::)?\s*\Z|\{)")


class NumberedText(NamedTuple):
    """A text with its gaps numbered: the edits in the file, and what the text then is."""

    edits: tuple[Edit, ...]
    value: str


class _Change(NamedTuple):
    """`length` characters of a text from `offset` on become `written`; the gap begins at `gap`."""

    gap: int
    offset: int
    length: int
    written: str
    message: str


def numbered_gaps(
    written: WrittenText, note: Keys, gap_fields: Mapping[str, frozenset[str]], shipped: int, media: MediaFolder
) -> Iterator[tuple[Place, NumberedText]]:
    """The texts of a note in which gaps get numbers, by their places in the note.

    `gap_fields` has those of the deck's own note types, `shipped` is the highest number that students may have.
    """
    texts = [(place, text) for place, text in _texts_with_gaps(note, gap_fields) if "{{" in text.value]
    if not texts:
        return
    used = [int(number) for _, node in nodes(note) if isinstance(node, Text) for number in _NUMBER.findall(node.value)]
    last = max((shipped, *used))
    for place, text in texts:
        gaps = bare_gaps(text.value)
        if gaps and last + len(gaps) <= MAX_CLOZE and (found := _numbered(written, text, gaps, last, media)):
            last += len(gaps)
            yield place, found


def _texts_with_gaps(note: Keys, gap_fields: Mapping[str, frozenset[str]]) -> Iterator[tuple[Place, Text]]:
    values = note.values
    fields, note_type = values.get("fields"), values.get("type")
    if isinstance(fields, Keys) and isinstance(note_type, Text):
        for name, text in fields.values.items():
            if isinstance(text, Text) and name in gap_fields.get(note_type.value, ()):
                yield ("fields", name), text
    elif isinstance(cloze := values.get("cloze"), Text) and values.keys().isdisjoint({"fields", "occlusion"}):
        yield ("cloze",), cloze


def bare_gaps(text: str) -> tuple[int, ...]:
    """Where the gaps without a number begin; () also when one of the gaps is for the author to look at."""
    changes: list[_Change] = []
    work = text
    while len(changes) <= MAX_CLOZE:
        problems = protect(work, cloze=True).problems
        offsets = [problem.offset for problem in problems if problem.rule == _BARE]
        if not offsets:
            return () if problems else tuple(change.gap for change in changes)
        if not all(_is_clear(work, offset) for offset in offsets):
            return ()
        # With a number, each shows the gaps in it in the next round.
        changes += [_change(text, _before(changes, offset), 1) for offset in offsets]
        changes.sort()
        work = _changed(text, changes)
    return ()


def _before(changes: list[_Change], offset: int) -> int:
    """Where the character at `offset` was before these changes."""
    for change in changes:
        if offset > change.gap:
            offset -= len(change.written) - change.length
    return offset


def _changed(text: str, changes: Iterable[_Change]) -> str:
    parts: list[str] = []
    copied = 0
    for change in changes:
        parts += (text[copied : change.offset], change.written)
        copied = change.offset + change.length
    return "".join(parts) + text[copied:]


def _is_clear(text: str, gap: int) -> bool:
    """Whether what a gap hides can be told without asking its author."""
    inside = _inside(text, gap)
    if inside.startswith("c::"):
        return bool(inside[3:].strip())
    return not _UNCLEAR.match(inside) and inside.count("{") == inside.count("}")


def _inside(text: str, gap: int) -> str:
    """What stands in a gap up to its end, or to a gap in it."""
    found = _INSIDE.match(text, gap + 2)
    return found[1] if found else ""


def _change(text: str, gap: int, number: int) -> _Change:
    """What turns `{{x}}`, `{{::x}}` and `{{c::x}}` into `{{c1::x}}`."""
    inside = _inside(text, gap)
    blanks = len(inside) - len(inside.lstrip(" \t"))
    hidden = inside[blanks:].removeprefix("c::").removeprefix("::").partition("::")[0]
    message = f"numbers the gap {quoted(' '.join(hidden.split()), 40)}: c{number}"
    if inside.startswith("c::"):
        return _Change(gap, gap + 3, 0, str(number), message)
    written = f"c{number}" if inside.startswith("::", blanks) else f"c{number}::"
    return _Change(gap, gap + 2, blanks, written, message)


def _numbered(
    written: WrittenText, text: Text, gaps: tuple[int, ...], last: int, media: MediaFolder
) -> NumberedText | None:
    """A text with these gaps numbered from `last` on; None when that would be no better than before."""
    changes = [_change(text.value, gap, last + count) for count, gap in enumerate(gaps, 1)]
    value = _changed(text.value, changes)
    if len(value) > MAX_TEXT:
        return None
    if any(problem.rule in _OF_GAPS for problem in render_field(value, media, cloze=True).problems):
        return None
    edits = tuple(edit for change in changes if (edit := _in_file(written, text, change)))
    return NumberedText(edits, value) if len(edits) == len(changes) else None


def _in_file(written: WrittenText, text: Text, change: _Change) -> Edit | None:
    """The same change in the file; None where the text is written with escapes or broken into lines just there."""
    line, column = locate(written.lines, text, change.gap)
    source = written.lines[line - 1][column - 1 :]
    skipped = change.offset - change.gap
    blanks = source[skipped:]
    is_there = source.startswith("{{c::" if skipped == 3 else "{{")
    if not is_there or not blanks.strip() or len(blanks) - len(blanks.lstrip(" \t")) != change.length:
        return None
    return written.edit((line, column + skipped), change.length, change.written, change.message)
