"""The forms of a note: which one its keys make it, and what each form asks of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple, cast

from builder.core.diagnostics import quoted
from builder.core.notes import Box, Choice, Citation, ClozeNote, Mask, Note, OcclusionNote, OwnNote, QuestionNote
from builder.core.text import ABSENT, Text
from builder.source.events import Mapping, Node, Sequence
from builder.source.reader import Reader, suggestion

QUESTION_KEYS = ("question", "answer", "reverse", "typed", "choices", "ordered")
CLOZE_KEYS = ("cloze",)
OCCLUSION_KEYS = ("occlusion",)
OWN_KEYS = ("type", "fields")
FORM_KEYS = (*QUESTION_KEYS, *CLOZE_KEYS, *OCCLUSION_KEYS, *OWN_KEYS)
CHOICE_KEYS = ("text", "why")
PICTURE_KEYS = ("image", "alt", "mode", "masks")
MODES = ("hide-one", "hide-all")
MAX_CHOICES = 10
MAX_MASK = 499
_MASK = re.compile(r"c([1-9][0-9]{0,2})")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Common(NamedTuple):
    """What every note has, as keyword arguments of `Note`."""

    id: Text
    deck: str
    tags: tuple[str, ...]
    audience: str
    explanation: Text
    sources: tuple[Citation, ...]


def form_of(reader: Reader, node: Mapping, meant: frozenset[str]) -> str:
    """The key that decides what a note is: `cloze`, `occlusion`, `type` or `question`; '' when none does."""
    values = node.values
    if "type" in values or "fields" in values:
        _excluded(reader, node, "type", (*QUESTION_KEYS, *CLOZE_KEYS, *OCCLUSION_KEYS))
        return "type"
    if "occlusion" in values:
        _excluded(reader, node, "occlusion", (*QUESTION_KEYS[1:], *CLOZE_KEYS))
        return "occlusion"
    if "cloze" in values:
        _excluded(reader, node, "cloze", QUESTION_KEYS)
        return "cloze"
    if any(key in values for key in QUESTION_KEYS):
        return "question"
    if not meant & {*FORM_KEYS}:  # else the misspelled key has been reported
        reader.report(
            node, "no-form", "the note asks nothing", "give it `question` and `answer`, or `cloze` with {{c1::gaps}}"
        )
    return ""


def _excluded(reader: Reader, node: Mapping, form: str, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in node.values:
            value = node.values[key]
            is_off = isinstance(value, Text) and value.value == "false"
            hint = "remove the line" if is_off else "make two notes of it"
            reader.report(node.key_place(key), "mixed-forms", f"`{key}` does not go with `{form}`", hint)


def read_form(
    form: str, reader: Reader, node: Mapping, common: Common, meant: frozenset[str], own_types: frozenset[str]
) -> Note | None:
    """The note of a form; None when too little of it can be read to render it."""
    if form == "question":
        return _question(reader, node, common, meant)
    if form == "cloze":
        return ClozeNote(**common._asdict(), text=reader.prose(node, "cloze"))
    if form == "occlusion":
        return _occlusion(reader, node, common)
    return _own(reader, node, common, meant, own_types)


# question and answer


def _question(reader: Reader, node: Mapping, common: Common, meant: frozenset[str]) -> QuestionNote:
    for key in ("question", "answer"):
        if key not in node.values and key not in meant:
            reader.report(node, f"missing-{key}", f"note has no {key}", f"add a line `{key}: ...`")
    choices: tuple[Choice, ...] = ()
    if "choices" in node.values:
        _excluded(reader, node, "choices", ("reverse", "typed"))
        choices = _choices(reader, node)
    elif "ordered" in node.values:
        hint = "remove it, or add `choices`"
        reader.report(node.key_place("ordered"), "mixed-forms", "`ordered` is only for `choices`", hint)
    note = QuestionNote(
        id=common.id,
        deck=common.deck,
        tags=common.tags,
        audience=common.audience,
        explanation=common.explanation,
        sources=common.sources,
        question=reader.prose(node, "question"),
        answer=reader.prose(node, "answer"),
        reverse=reader.flag(node, "reverse"),
        typed=reader.flag(node, "typed"),
        choices=choices,
        ordered=reader.flag(node, "ordered"),
    )
    if choices and note.answer is not ABSENT:
        texts = [choice.text.value.strip() for choice in choices]
        if note.answer.value.strip() not in texts:
            hint = suggestion(note.answer.value, texts) or "write the answer exactly as one of the choices"
            reader.report(note.answer, "answer-not-a-choice", "the answer is none of the choices", hint)
    return note


def _choices(reader: Reader, node: Mapping) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    items = reader.items(node, "choices")
    for item in items:
        text, why = item, ABSENT
        if isinstance(item, Mapping):
            if not item.values.keys() <= set(CHOICE_KEYS) and len(item.values) == 1:
                (key,) = item.values
                hint = "write `{text: ..., why: ...}`, and quote a text that has a colon and a space in it"
                reader.report(item, "unknown-key", f"{quoted(key)} is not a key of a choice", hint)
                continue
            meant = reader.keys(item, CHOICE_KEYS, "a choice")
            if "text" not in item.values:
                if "text" not in meant:
                    reader.report(item, "missing-text", "the choice has no `text`", "write `{text: ..., why: ...}`")
                continue
            text, why = reader.text(item, "text"), reader.text(item, "why")
        if not isinstance(text, Text):
            hint = "write its text, or `{text: ..., why: ...}`"
            reader.report(text, "wrong-type", "a choice must be text", hint)
        elif text is ABSENT:
            continue
        elif not text.value.strip():
            reader.report(text, "empty-text", "this choice is empty", "write its text, or remove it")
        elif text.value.strip() in found:
            hint = f"the first is in line {found[text.value.strip()].text.line}; remove one of them"
            reader.report(text, "duplicate-choice", f"{quoted(text.value)} is there twice", hint)
        else:
            found[text.value.strip()] = Choice(text=text, why=why)
    if isinstance(node.values["choices"], Sequence) and not 2 <= len(items) <= MAX_CHOICES:
        few = len(items) < 2
        message = "there is nothing to choose from" if few else f"{len(items)} choices are more than anybody weighs"
        hint = "write at least two choices" if few else f"keep the best, at most {MAX_CHOICES}"
        reader.report(node.key_place("choices"), "number-of-choices", message, hint)
    return tuple(found.values())


# a picture with masks


def _occlusion(reader: Reader, node: Mapping, common: Common) -> OcclusionNote | None:
    question = reader.prose(node, "question")
    picture = reader.mapping(
        node.values["occlusion"], "`occlusion`", "write `image: ...`, `alt: ...` and `masks: ...` below it"
    )
    if picture is None:
        return None
    meant = reader.keys(picture, PICTURE_KEYS, "an occlusion")
    hints = {
        "image": "add `image: media/name.svg`",
        "alt": "add `alt: ...`: what the picture shows, for those who cannot see it",
        "masks": "add `masks:` with a line such as `c1: id-in-the-svg`",
    }
    for key, hint in hints.items():
        if key not in picture.values and key not in meant:
            reader.report(picture, f"missing-{key}", f"the occlusion has no `{key}`", hint)
    mode = reader.text(picture, "mode")
    if mode is not ABSENT and mode.value not in MODES:
        hint = suggestion(mode.value, MODES) or "write `hide-one` or `hide-all`"
        reader.report(mode, "bad-value", f"there is no mode {quoted(mode.value)}", hint)
    return OcclusionNote(
        **common._asdict(),
        question=question,
        image=reader.text(picture, "image"),
        alt=reader.text(picture, "alt"),
        hide_all=mode.value == "hide-all",
        masks=_masks(reader, picture),
    )


def _masks(reader: Reader, picture: Mapping) -> tuple[Mask, ...]:
    node = picture.values.get("masks")
    if node is None:
        return ()
    masks = reader.mapping(node, "`masks`") if not _is_blank(node) else None
    if masks is None or not masks.values:
        if masks is not None or _is_blank(node):
            hint = "add a line such as `c1: id-in-the-svg`"
            reader.report(picture.key_place("masks"), "missing-masks", "nothing is masked", hint)
        return ()
    found = []
    for key, value in masks.values.items():
        number = _MASK.fullmatch(key)
        if not number or int(number.group(1)) > MAX_MASK:
            hint = f"write c1 to c{MAX_MASK}: the number is the card, for ever"
            reader.report(masks.key_place(key), "bad-mask-number", f"{quoted(key)} is not the number of a mask", hint)
            continue
        shapes = _shapes(reader, key, value)
        if shapes:
            found.append(Mask(number=int(number.group(1)), shapes=shapes))
    return tuple(sorted(found, key=lambda mask: mask.number))


def _is_blank(node: Node) -> bool:
    return isinstance(node, Text) and not node.value


def _shapes(reader: Reader, key: str, value: Node) -> tuple[Text | Box, ...]:
    """An id, a box of four numbers, or a list of either."""
    hint = f"write `{key}: id-in-the-svg`, `{key}: [one-id, another]` or `{key}: [[left, top, width, height]]`"
    if isinstance(value, Text):
        if not value.value.strip():
            reader.report(value, "empty-text", f"the mask `{key}` is empty", hint)
            return ()
        return (value,)
    if isinstance(value, Mapping) or not value.items:
        reader.report(value, "bad-mask", f"the mask `{key}` is neither an id, a list of ids nor a box", hint)
        return ()
    if _is_box(value.items):
        box = _box(reader, key, value)
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


def _is_box(items: Iterable[Node]) -> bool:
    """Whether a list is one box without brackets of its own: numbers only."""
    return all(isinstance(item, Text) and _NUMBER.fullmatch(item.value) for item in items)


def _box(reader: Reader, key: str, node: Sequence) -> Box | None:
    hint = f"write `{key}: [[left, top, width, height]]`, in the units of the picture"
    if not _is_box(node.items) or len(node.items) != 4:
        reader.report(node, "bad-mask", "a box has four numbers", hint)
        return None
    left, top, width, height = (float(cast(Text, item).value) for item in node.items)
    if width <= 0 or height <= 0 or not all(map(math.isfinite, (left, top, width, height))):
        reader.report(node, "bad-mask", "a box needs a width and a height above 0", hint)
        return None
    return Box(sides=(left, top, width, height), line=node.line, column=node.column)


# note types of the deck's own


def _own(
    reader: Reader, node: Mapping, common: Common, meant: frozenset[str], own_types: frozenset[str]
) -> OwnNote | None:
    note_type = reader.text(node, "type")
    if "type" not in node.values and "type" not in meant:
        hint = "add `type: name`, a folder in the deck's note_types/"
        reader.report(node.key_place("fields"), "missing-type", "the note has `fields` and no `type`", hint)
    if note_type is not ABSENT and note_type.value not in own_types:
        hint = suggestion(note_type.value, own_types) or "make it a folder in the deck's note_types/"
        message = f"the deck has no note type {quoted(note_type.value)}"
        reader.report(note_type, "unknown-note-type", message, hint)
        note_type = ABSENT
    if "fields" not in node.values:
        if "fields" not in meant:
            reader.report(node, "missing-fields", "the note has no `fields`", "add `fields:` with a line for each")
        return None
    fields = reader.mapping(node.values["fields"], "`fields`")
    if fields is None or note_type is ABSENT:
        return None
    texts = {name: reader.prose(fields, name) for name in fields.values}
    return OwnNote(
        **common._asdict(),
        note_type=note_type.value,
        texts=texts,
        places={name: fields.key_place(name) for name in texts},
        line=node.line,
        column=node.column,
    )
