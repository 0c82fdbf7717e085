"""What the reader of `deck.yaml` knows into its schema."""

from __future__ import annotations

from builder.core.identifiers import VERSION
from builder.source.deck import DECK_ID, DECK_KEYS, LANGUAGE, LICENSE, RESERVED_EDITIONS, WORD
from builder.source.schema.prose import said, told
from builder.source.schema.shapes import Schema, deck_name, keys, keys_named, tag, text, whole, word
from builder.source.words import languages

_STYLES = ("vancouver", "apa", "american-medical-association", "harvard-cite-them-right")
_LICENSE = r"^(?=.*\S)" + whole(LICENSE).removeprefix("^")
_BAD_ID = (
    "write small letters and digits in parts joined by `-`, the last of six or more with a digit and a letter among "
    "them, such as sciatica-7f3k2q"
)
_BAD_VERSION = "a version is one word such as 2026.11"
_BAD_LINK = "begin it with https:// or mailto:, write a space as %20, and no braces but {id} and {version}"
_BAD_WORD = "use small letters, digits, `-` and `_`"
_BAD_EDITION = f"{_BAD_WORD}, and none of the names {', '.join(RESERVED_EDITIONS)}"
_NO_SETTING = "write `off`, `on`, or options below it, indented"


def deck_schema() -> Schema:
    """The schema of `deck.yaml`."""
    shapes = {
        "id": word(whole(DECK_ID), _BAD_ID),
        "name": deck_name(),
        "tag": tag(),
        "language": word(whole(LANGUAGE), "a language is a code such as en or pt-BR") | {"examples": [*languages()]},
        "version": text(whole(VERSION), _BAD_VERSION),
        "license": text(_LICENSE, "a licence is one line such as CC-BY-4.0") | {"examples": ["CC-BY-4.0"]},
        "description": text(),
        "report_url": word(r"^(?:https?://|mailto:)(?:[^\s{}]|\{(?:id|version)\})*$", _BAD_LINK),
        "citation_style": text() | {"examples": [*_STYLES]},
        "editions": _editions(),
        "lint": _lint(),
    }
    return keys(told("deck", "deck", shapes, DECK_KEYS), ("id", "name", "tag"))


def _editions() -> Schema:
    reserved = "|".join(RESERVED_EDITIONS)
    name = rf"^(?!(?:{reserved})$)(?!.*-draft$)" + whole(WORD).removeprefix("^")
    audience = text(whole(WORD), _BAD_WORD, type=["string", "integer"], minimum=0) | said("deck", "edition", "audience")
    edition = keys({"audience": audience}, ("audience",)) | said("deck", "edition", "edition")
    names = {"title": "edition", "pattern": name, "patternErrorMessage": _BAD_EDITION}
    return keys_named(names, edition)


def _lint() -> Schema:
    """Rules that are switched off and on, and options; which there are is known to the rules themselves."""
    a_text = {"not": {"type": ["object", "array"]}}
    option = {"if": {"type": "array"}, "then": {"items": a_text}, "else": text()}
    options = keys_named({"title": "option"}, option)
    setting = {"anyOf": [{"enum": ["off", "on"], "errorMessage": _NO_SETTING}, options]}
    return keys_named({"title": "rule"}, setting | said("deck", "lint", "rule"))
