"""What the readers of notes know into the schema of a file of notes."""

from __future__ import annotations

from collections.abc import Iterable

from builder.source.forms import (
    CHOICE_KEYS,
    CLOZE_KEYS,
    FORM_KEYS,
    MAX_CHOICES,
    OCCLUSION_KEYS,
    OWN_KEYS,
    QUESTION_KEYS,
)
from builder.source.masks import MAX_MASK, MEASURE, MODES, NUMBER, PICTURE_KEYS
from builder.source.notes import CITATION_KEYS, FILE_KEYS, NOTE_ID, NOTE_KEYS
from builder.source.schema.prose import meanings, said, snippets, told
from builder.source.schema.shapes import (
    Schema,
    deck_name,
    flag,
    if_keys,
    keys,
    keys_named,
    list_of,
    one_of,
    ref,
    tag,
    text,
    up_to,
    whole,
    word,
)

COMMON_KEYS = tuple(key for key in NOTE_KEYS if key not in FORM_KEYS)
_BAD_ID = "an id has letters, digits, `-`, `_` and `.`, at most 100, and begins with a letter or digit"
_BAD_DAY = "write the day, such as 2027-06-30, or the month, such as 2027-06"
_NO_MASK = f"masks are lines such as `c1: id-in-the-svg`, from c1 to c{MAX_MASK}"
_NO_BOX = "a box has four numbers: [left, top, width, height]"
_ALONE = "this key does not go with `type` and `fields`: remove the line, or make two notes of it"
_UNORDERED = "`ordered` is only for `choices`: remove the line"
_NOT_RETIRED = "`replaced_by` needs `retired: ...` with the reason"
_NOTHING = "the note asks nothing: give it `question` and `answer`, or `cloze` with {{c1::gaps}}"


def notes_schema() -> Schema:
    """The schema of a file of notes."""
    shapes = {"deck": deck_name(), "tags": list_of(tag()), "notes": _notes()}
    definitions = told("notes", "note", _note_keys(), NOTE_KEYS)
    definitions |= {"note": _note(), "mask": _mask(), "box": _box()}
    return keys(told("notes", "file", shapes, FILE_KEYS), ("notes",)) | {"definitions": definitions}


def _notes() -> Schema:
    return list_of(ref("note"), "write `- id: short-name` below it", minItems=1, defaultSnippets=snippets("notes"))


# the keys of a note


def _note_keys() -> dict[str, Schema]:
    return {
        "id": text(whole(NOTE_ID), _BAD_ID, minimum=0),
        "question": text(),
        "answer": text(),
        "reverse": flag(),
        "typed": flag(),
        "choices": list_of(_choice(), minItems=2, maxItems=MAX_CHOICES),
        "ordered": flag(),
        "cloze": text(),
        "occlusion": _picture(),
        "type": text(),
        "fields": keys_named({"title": "Field"}, text()),
        "explanation": text(),
        "sources": list_of(_source()),
        "tags": list_of(tag()),
        "audience": text(),
        "review_by": word(_day(), _BAD_DAY) | {"examples": ["2027-06", "2027-06-30"]},
        "retired": text(),
        "replaced_by": text(),
    }


def _day() -> str:
    return r"^(?:19|[2-9][0-9])[0-9]{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?$"


def _choice() -> Schema:
    shapes = told("notes", "choice", dict.fromkeys(CHOICE_KEYS, text()), CHOICE_KEYS)
    return if_keys(keys(shapes, ("text",)), text())


def _source() -> Schema:
    shapes = told("notes", "source", dict.fromkeys(CITATION_KEYS, text()), CITATION_KEYS)
    return if_keys(keys(shapes, ("key",)), text())


# forms


def _note() -> Schema:
    """A note by its form, which its keys decide in the order in which the reader asks for them."""
    typed_alone = _has("type") | {"not": _any_of(set(FORM_KEYS) - set(OWN_KEYS))}
    choices = [key for key in QUESTION_KEYS if key not in ("reverse", "typed")]
    plain = [key for key in QUESTION_KEYS if key != "ordered"]
    forms = (
        ({"anyOf": [_has("fields"), typed_alone]}, _form(OWN_KEYS, OWN_KEYS, _ALONE)),
        (_has("occlusion"), _form(("question", *OCCLUSION_KEYS), OCCLUSION_KEYS, _no_other("occlusion"))),
        (_has("cloze"), _form(CLOZE_KEYS, CLOZE_KEYS, _no_other("cloze"))),
        (_has("choices"), _form(choices, ("question", "answer"), _no_other("choices"))),
        (_any_of(QUESTION_KEYS), _form(plain, ("question", "answer"), _no_other("question"), ordered=_UNORDERED)),
    )
    first = [key for key in FORM_KEYS if key not in ("reverse", "typed", "ordered")]
    found = _form(first, (), "", needs=_has("question") | {"errorMessage": _NOTHING})
    for condition, form in reversed(forms):
        found = {"if": {"type": "object"} | condition, "then": form, "else": found}
    return found | {"allOf": [_retiring()]}


def _retiring() -> Schema:
    """That `replaced_by` needs `retired`, said where it stands."""
    refused = {"properties": {"replaced_by": False}, "errorMessage": _NOT_RETIRED}
    return {"if": {"type": "object", "not": _has("retired")}, "then": refused}


def _no_other(form: str) -> str:
    return f"this key does not go with `{form}`: remove the line, or make two notes of it"


def _has(key: str) -> Schema:
    return {"required": [key]}


def _any_of(those: Iterable[str]) -> Schema:
    return {"anyOf": [_has(key) for key in FORM_KEYS if key in those]}


def _form(
    own: Iterable[str], needed: Iterable[str], message: str, *, needs: Schema | None = None, **messages: str
) -> Schema:
    """A note with these keys of forms and no other, which `message` says, or for some the message by their name."""
    own = (*own,)
    others = [key for key in FORM_KEYS if key not in own]
    shape = keys({key: key in others or ref(key) for key in NOTE_KEYS}, ("id", *needed))
    refused = [{"properties": {key: False}, "errorMessage": messages.get(key, message)} for key in others]
    return shape | {"allOf": [*shape["allOf"], *refused, *([needs] if needs else [])]}


# pictures


def _picture() -> Schema:
    shapes = {
        "image": text(),
        "alt": text(),
        "mode": one_of(meanings("notes", "modes", MODES), "write `hide-one` or `hide-all`"),
        "masks": _masks(),
    }
    return keys(told("notes", "picture", shapes, PICTURE_KEYS), ("image", "alt", "masks"), at_once=True)


def _masks() -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {f"^c{up_to(MAX_MASK)}$": ref("mask")},
        "additionalProperties": False,
        "errorMessage": _NO_MASK,
    }


def _mask() -> Schema:
    """An id, a list of ids and boxes, or one box without brackets of its own."""
    shape = {"if": {"type": "array"}, "then": ref("box"), "else": text()}
    measured = {"contains": {"type": ["number", "string"], "pattern": whole(MEASURE)}}
    several = {"minItems": 1, "if": measured, "then": ref("box"), "else": {"items": shape}}
    return {"if": {"type": "array"}, "then": several, "else": text()} | said("notes", "picture", "mask")


def _box() -> Schema:
    place = {"type": ["number", "string"], "pattern": whole(NUMBER), "errorMessage": _NO_BOX}
    size = place | {"exclusiveMinimum": 0, "pattern": r"^(?=.*[1-9])[0-9]+(?:\.[0-9]+)?$"}
    return list_of([place, place, size, size], _NO_BOX, additionalItems=False, minItems=4, maxItems=4)
