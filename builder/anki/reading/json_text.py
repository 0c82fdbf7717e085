"""A text of JSON by a stranger into objects, arrays and whole numbers of known kinds."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from builder.anki.reading.damage import checked_number, checked_text, damaged
from builder.anki.reading.limits import JSON_MARKS


def read_object(text: object, what: str) -> dict[str, Any]:
    """The object in a text; raises `DamageError`, where `what` names it."""
    source = checked_text(text, what)
    if sum(map(source.count, "[{,")) > JSON_MARKS:
        damaged(f"{what} is too long")
    try:
        value = json.loads(source, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        damaged(f"{what} is not JSON", error)
    return checked_object(value, what)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def checked_object(value: object, what: str) -> dict[str, Any]:
    """An object; `what` names it in the message."""
    if not isinstance(value, dict):
        damaged(f"{what} is not a JSON object")
    return value


def checked_objects(value: object, what: str) -> list[dict[str, Any]]:
    """An array of objects; `what` names each in the message."""
    if not isinstance(value, list):
        damaged(f"{what} is not in a JSON array")
    return [checked_object(item, what) for item in value]


def checked_id(value: object, what: str) -> int:
    """A whole number, which some programs write as a text."""
    if type(value) is str and value.isascii() and value.isdecimal() and len(value) < 20:
        return checked_number(int(value), what)
    return checked_number(value, what)
