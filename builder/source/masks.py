"""What a note says of a picture and its masks: each number is a card."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from builder.core.diagnostics import quoted
from builder.core.notes import Box, Mask
from builder.core.text import ABSENT, Text
from builder.source.events import Mapping, Sequence
from builder.source.reader import Reader, is_blank, suggestion

PICTURE_KEYS = ("image", "alt", "mode", "masks")
PICTURE_HINT = "write `image: ...`, `alt: ...` and `masks: ...` below it, indented"
MODES = ("hide-one", "hide-all")
MAX_MASK = 499
_MASKS_HINT = "write a line such as `c1: id-in-the-svg` below it for each card"
_NEEDED = {
    "image": "add `image: media/name.svg`",
    "alt": "add `alt: ...`: what the picture shows, for those who cannot see it",
    "masks": "add `masks:` with a line such as `c1: id-in-the-svg`",
}
MASK = re.compile(r"c([1-9][0-9]{0,2})")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# What nobody would call a shape: numbers, also with a unit, which a box does not have.
MEASURE = re.compile(r"[-+]?[0-9.]+ *(?:%|[a-z]{2})?")


class MaskedPicture(NamedTuple):
    """A picture as the author wrote it."""

    image: Text
    alt: Text
    hide_all: bool
    masks: tuple[Mask, ...]


def read_picture(reader: Reader, picture: Mapping) -> MaskedPicture:
    """What stands below `occlusion:`, with every problem told."""
    meant = reader.keys(picture, PICTURE_KEYS, "an occlusion")
    for key, hint in _NEEDED.items():
        if key not in picture.values and key not in meant:
            reader.report(picture, f"missing-{key}", f"the occlusion has no `{key}`", hint)
    mode = reader.text(picture, "mode")
    if mode is not ABSENT and mode.value not in MODES:
        hint = suggestion(mode.value, MODES) or "write `hide-one` or `hide-all`"
        reader.report(mode, "bad-value", f"there is no mode {quoted(mode.value)}", hint)
    hide_all = mode.value == "hide-all"
    return MaskedPicture(
        image=reader.text(picture, "image"),
        alt=reader.prose(picture, "alt"),
        hide_all=hide_all,
        masks=_masks(reader, picture, hide_all=hide_all),
    )


def _masks(reader: Reader, picture: Mapping, *, hide_all: bool) -> tuple[Mask, ...]:
    node = picture.values.get("masks")
    if node is None:
        return ()
    if is_blank(node) or (isinstance(node, Mapping) and not node.values):
        reader.report(picture.key_place("masks"), "missing-masks", "nothing is masked", _MASKS_HINT)
        return ()
    masks = reader.mapping(node, "`masks`", _MASKS_HINT)
    if masks is None:
        return ()
    found = []
    for key in masks.values:
        number = MASK.fullmatch(key)
        if not number or int(number.group(1)) > MAX_MASK:
            hint = f"write c1 to c{MAX_MASK}: the number is the card, for ever"
            reader.report(masks.key_place(key), "bad-mask-number", f"{quoted(key)} is not the number of a mask", hint)
        elif shapes := _shapes(reader, masks, key):
            found.append(Mask(number=int(number.group(1)), shapes=shapes))
    _report_doubles(reader, found, hide_all=hide_all)
    return tuple(sorted(found, key=lambda mask: mask.number))


def _report_doubles(reader: Reader, masks: Iterable[Mask], *, hide_all: bool) -> None:
    """Reports what is masked twice by one card or, where all are hidden, by two: one would go on hiding it."""
    lines: dict[str | tuple[float, ...], int] = {}
    cards: dict[frozenset[str | tuple[float, ...]], Mask] = {}
    for mask in masks:
        if not hide_all:
            lines.clear()
            whole = frozenset(shape.value if isinstance(shape, Text) else shape.sides for shape in mask.shapes)
            first, here = cards.setdefault(whole, mask), mask.shapes[0]
            if first is not mask:
                hint = f"the first is in line {first.shapes[0].line}; keep one of them"
                message = f"c{mask.number} masks the same as c{first.number}"
                reader.report((here.line, here.column), "duplicate-mask", message, hint)
        for shape in mask.shapes:
            what = shape.value if isinstance(shape, Text) else shape.sides
            if what in lines:
                shown = quoted(shape.value) if isinstance(shape, Text) else "this box"
                hint = f"the first is in line {lines[what]}; keep one of them"
                reader.report((shape.line, shape.column), "duplicate-mask", f"{shown} is masked twice", hint)
            lines.setdefault(what, shape.line)


def _shapes(reader: Reader, masks: Mapping, key: str) -> tuple[Text | Box, ...]:
    """An id, a box of four numbers, or a list of either."""
    hint = f"write `{key}: id-in-the-svg`, `{key}: [one-id, another]` or `{key}: [[left, top, width, height]]`"
    value = masks.values[key]
    if reader.blank(masks, key, hint):
        return ()
    if isinstance(value, Text):
        return (value,)
    if isinstance(value, Mapping) or not value.items:
        reader.report(value, "bad-mask", f"the mask `{key}` is neither an id, a list of ids nor a box", hint)
        return ()
    if any(isinstance(item, Text) and MEASURE.fullmatch(item.value) for item in value.items):
        box = _box(reader, key, value)  # without brackets of its own
        return (box,) if box else ()
    shapes: list[Text | Box] = []
    for item in value.items:
        if isinstance(item, Text) and item.value.strip():
            shapes.append(item)
        elif isinstance(item, Sequence):
            if box := _box(reader, key, item):
                shapes.append(box)
        else:
            reader.report(item, "bad-mask", f"a part of the mask `{key}` is neither an id nor a box", hint)
    return tuple(shapes)


def _box(reader: Reader, key: str, node: Sequence) -> Box | None:
    hint = f"write `{key}: [[left, top, width, height]]`, in the units of the picture"
    numbers = [item.value for item in node.items if isinstance(item, Text) and NUMBER.fullmatch(item.value)]
    if len(numbers) != 4 or len(node.items) != 4:
        reader.report(node, "bad-mask", "a box has four numbers", hint)
        return None
    left, top, width, height = map(float, numbers)
    if width <= 0 or height <= 0 or not all(map(math.isfinite, (left, top, width, height))):
        reader.report(node, "bad-mask", "a box needs a width and a height above 0", hint)
        return None
    return Box(sides=(left, top, width, height), line=node.line, column=node.column)
