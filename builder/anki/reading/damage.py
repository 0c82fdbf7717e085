"""What is wrong with a package, said where it is found and before anybody knows the file's name."""

from __future__ import annotations

from typing import NoReturn


class DamageError(Exception):
    """A part of a package is not what Anki would have written; the message is one clause, in lower case."""


def damaged(what: str, cause: BaseException | None = None) -> NoReturn:
    """Raises `DamageError`, for `cause` if there is one."""
    raise DamageError(what) from cause


def checked_text(value: object, what: str) -> str:
    """A text without NUL and without halves of characters; `what` names it in the message."""
    if type(value) is not str:
        damaged(f"{what} is not a text")
    if "\0" in value:
        damaged(f"{what} has a NUL character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        damaged(f"{what} has half a character", error)
    return value


def checked_number(value: object, what: str) -> int:
    """A whole number that SQLite can hold; `what` names it in the message."""
    if type(value) is not int or not -(1 << 63) <= value < 1 << 63:
        damaged(f"{what} is not a whole number")
    return value
