"""A text before and after into HTML that shows both side by side, with the words marked that differ."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from builder.diff.model import FieldChange
from builder.diff.plain import plain
from builder.diff.words import Piece, marked

_MOST = 20_000  # characters that are compared: nobody reads more
_LONG, _KEPT = 500, 160  # characters of what is equal: of a longer piece only its ends are shown
_MASKS = "image-occlusion:"


def compared_field(field: FieldChange, pictures: Iterable[str]) -> str:
    """A field, as people read it; its HTML where they would read no difference, '' where only `pictures` differ."""
    before, after = _readable(field.before), _readable(field.after)
    if before != after:
        return compared(field.name, before, after)
    if _MASKS in field.before or _MASKS in field.after:
        return _section(field.name, '<p class="none">its masks differ: the cards show where</p>')
    if _without(field.before, pictures) == _without(field.after, pictures):
        return ""
    return compared(f"{field.name}, as HTML", field.before, field.after, is_code=True)


def compared(name: str, before: str, after: str, *, is_code: bool = False) -> str:
    """A named text before and after."""
    pieces = marked(before[:_MOST], after[:_MOST])
    name_of_kind = "words code" if is_code else "words"
    boxes = "".join(
        _box(when, _side(pieces, own), len(text) > _MOST, name_of_kind)
        for when, own, text in (("before", "removed", before), ("after", "added", after))
    )
    return _section(name, f'<div class="pair">{boxes}</div>')


def _without(html: str, pictures: Iterable[str]) -> str:
    for name in pictures:
        html = html.replace(escape(name), "")
    return html


def _readable(html: str) -> str:
    return plain(html[: 2 * _MOST], gaps=True)


def _section(name: str, inside: str) -> str:
    return f'<section class="field"><h5 dir="auto">{escape(name)}</h5>{inside}</section>'


def _box(when: str, markup: str, is_cut: bool, name: str) -> str:
    shown = f'<div class="{name}" dir="auto">{markup}</div>' if markup else '<p class="none">empty</p>'
    cut = '<p class="none">the rest is not shown</p>' if is_cut else ""
    return f'<div class="{when}"><p class="when">{when}</p>{shown}{cut}</div>'


def _side(pieces: tuple[Piece, ...], own: str) -> str:
    """What one side has of the pieces; `own` is the kind that only it has."""
    mark = "del" if own == "removed" else "ins"
    shown = []
    for place, piece in enumerate(pieces):
        if piece.kind == own:
            shown.append(f"<{mark}>{escape(piece.text, quote=False)}</{mark}>")
        elif piece.kind == "equal":
            shown.append(_equal(piece.text, is_first=place == 0, is_last=place == len(pieces) - 1))
    return "".join(shown)


def _equal(text: str, *, is_first: bool, is_last: bool) -> str:
    """What both sides have, shortened away from what differs."""
    if len(text) <= _LONG or (is_first and is_last):
        return escape(text, quote=False)
    start, end = "" if is_first else text[:_KEPT], "" if is_last else text[-_KEPT:]
    return f'{escape(start, quote=False)}<span class="soft"> … </span>{escape(end, quote=False)}'
