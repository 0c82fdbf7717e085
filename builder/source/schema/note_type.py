"""What the reader of `note_type.yaml` knows into its schema."""

from __future__ import annotations

from builder.render.templates import SPECIAL_FIELDS
from builder.source.note_type_file import BAD_FIELD, NOTE_TYPE_KEYS, TEMPLATE_KEYS
from builder.source.note_types import OWN_KINDS
from builder.source.schema.prose import meanings, snippets, told
from builder.source.schema.shapes import Schema, keys, list_of, one_of, ref, text, word

_BAD_NAME = "write it without <"
_BAD_FIELD = "write it in one line without : { } < > and \", not with #, ^ or / first, and not as a name of Anki's own"
_BAD_FILE = "write the name of a file beside note_type.yaml, such as front.html"


def note_type_schema() -> Schema:
    """The schema of `note_type.yaml`."""
    shapes = {
        "name": _name(),
        "kind": one_of(meanings("note-type", "kinds", OWN_KINDS), "write `normal` or `cloze`"),
        "fields": list_of(_field(), minItems=1, uniqueItems=True),
        "templates": list_of(ref("template"), minItems=1, defaultSnippets=snippets("note-type")),
    }
    found = keys(told("note-type", "type", shapes, NOTE_TYPE_KEYS), ("name", "fields", "templates"))
    has_gaps = {"properties": {"kind": {"const": "cloze"}}, "required": ["kind"]}
    one_template = {"properties": {"templates": {"maxItems": 1}}}
    return found | {"if": has_gaps, "then": one_template, "definitions": {"template": _template()}}


def _name() -> Schema:
    return text(r"^\s*[^<\s][^<]*$", _BAD_NAME)


def _field() -> Schema:
    special = "|".join(sorted(SPECIAL_FIELDS))
    return text(rf"^(?!(?:{special})$)(?!.*(?:{BAD_FIELD.pattern}))\S(?:.*\S)?$", _BAD_FIELD)


def _template() -> Schema:
    shapes = {"name": _name(), "front": _file(), "back": _file()}
    return keys(told("note-type", "template", shapes, TEMPLATE_KEYS), TEMPLATE_KEYS, at_once=True)


def _file() -> Schema:
    return word(r"^[^/\\]+\.html$", _BAD_FILE)
