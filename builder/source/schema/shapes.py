"""The reader's kinds of values, and its patterns, into pieces of JSON Schema that all kinds of files share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

_NO_TEXT = "write text here; quote it if it begins with [ or {, or holds a colon and a space"
_EMPTY = "write the text, or remove the key"
_NO_KEYS = "write keys with values here, each in a line such as `key: value`"
_NO_LIST = "write a list here: `[a, b]`, or each in a line of its own after `- `"

# Parts between `::`, as the reader splits them: from the left, so that a third colon belongs to what follows.
_TAG = re.compile(r"(?:(?!::)[^\s<])+(?:::(?:(?!::)[^\s<])+)*")
_PART = r"[^\s:<](?:(?:(?!::)[^<\n])*[^\s:<])?"
_BLANKS = r"[^\S\n]*"
_DECK_NAME = re.compile(rf"(?![Dd][Ee][Ff][Aa][Uu][Ll][Tt]$){_BLANKS}{_PART}(?:{_BLANKS}::{_BLANKS}{_PART})*{_BLANKS}")

_BAD_TAG = "a tag is a word without spaces and without <; `::` stands between its parts"
_BAD_NAME = "a deck's name is one line with `::` between its parts, without < and without other colons at their ends"

# Where signs that are no letters are sought: ASCII and Latin-1, the dashes and quotes of books, and those of Chinese.
_BLOCKS = (range(0x100), range(0x2000, 0x2070), range(0x3000, 0x3040))


def text(pattern: str = r"\S", message: str = _EMPTY, **more: Any) -> Schema:
    """A text as the reader takes it, which to an editor may be a number or a truth value as well.

    Truth values are allowed in a way in which editors do not propose `true` and `false` wherever a text is written.
    """
    # Without a title of its own, VS Code would take both for all there is to say, and show no example.
    written = {"title": "deckbuilder", "type": ["string", "number"], "errorMessage": _NO_TEXT}
    written |= {"pattern": pattern, "patternErrorMessage": message}
    return {"anyOf": [written | more, {"not": {"not": {"type": "boolean"}}}]}


def word(pattern: str, message: str) -> Schema:
    """A text that is never a number, because of what it must look like."""
    return {"type": "string", "pattern": pattern, "errorMessage": message}


def tag() -> Schema:
    """A tag, with `::` between its parts."""
    return text(whole(_TAG), _BAD_TAG)


def deck_name() -> Schema:
    """A deck's name, with `::` between its parts."""
    return text(whole(_DECK_NAME), _BAD_NAME)


def flag() -> Schema:
    """What is switched on or off."""
    return {"type": "boolean", "errorMessage": "write `true` or `false`"}


def list_of(items: Schema | list[Schema], message: str = _NO_LIST, **more: Any) -> Schema:
    """A list, written as one."""
    return {"type": "array", "errorMessage": message, "items": items} | more


def keys(properties: Mapping[str, Schema | bool], needed: Iterable[str] = (), *, at_once: bool = False) -> Schema:
    """Keys with values, of which there are no others; with `at_once` an editor writes all that are needed."""
    required = {"required": [*needed]}
    checks = [{"type": "object", "errorMessage": _NO_KEYS}] + ([] if at_once else [required])
    shape = {"properties": dict(properties), "additionalProperties": False, "allOf": checks}
    return shape | (required if at_once else {})


def keys_named(names: Schema, values: Schema) -> Schema:
    """Keys with values, which the author names."""
    return {"type": "object", "errorMessage": _NO_KEYS, "propertyNames": names, "additionalProperties": values}


def one_of(values: Mapping[str, str], message: str) -> Schema:
    """One of a few words, with what each means."""
    return {"enum": [*values], "enumDescriptions": [*values.values()], "errorMessage": message}


def if_keys(shape: Schema, otherwise: Schema) -> Schema:
    """What may be written as keys with values or else in another way; the deciding is left to what is written."""
    return {"if": {"type": "object"}, "then": shape, "else": otherwise}


def ref(name: str) -> Schema:
    """A definition of the same schema."""
    return {"$ref": f"#/definitions/{name}"}


def whole(pattern: re.Pattern[str]) -> str:
    """A pattern for the whole of a text that both Python and JavaScript understand.

    To JavaScript `\\w` is ASCII, so classes with letters are turned round: they name what must not be there.
    """
    portable = re.sub(r"\[(\\w[^\]]*)\]|\\w", lambda found: _outside(found[1] or found[0]), pattern.pattern)
    return f"^(?:{portable})$"


def _outside(inside: str) -> str:
    """The class of all characters but those of `_BLOCKS` that are not of the class `inside`."""
    wanted = re.compile(f"[{inside}]")
    ranges: list[list[int]] = []
    for block in _BLOCKS:
        for code in block:
            if wanted.match(chr(code)):
                continue
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return f"[^{''.join(_range(first, last) for first, last in ranges)}]"


def _range(first: int, last: int) -> str:
    return f"\\u{first:04x}" if first == last else f"\\u{first:04x}-\\u{last:04x}"


def up_to(maximum: int) -> str:
    """A pattern for the numbers from 1 to `maximum`, without zeros before them."""
    digits = str(maximum)
    found = [f"[1-9]{_digits(length - 1)}" for length in range(1, len(digits))]
    for place, digit in enumerate(digits):
        lowest = 0 if place else 1
        if int(digit) > lowest:
            found.append(f"{digits[:place]}[{lowest}-{int(digit) - 1}]{_digits(len(digits) - place - 1)}")
    return f"(?:{'|'.join([*found, digits])})"


def _digits(number: int) -> str:
    return "[0-9]" * number
