"""A text as the author wrote it, together with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A YAML scalar: always text, never a number or a date.

    `line` and `column` count from 1 and point at the scalar's first character (a quote, or the `|` of a block).
    `style` is YAML's: `''` plain, `"'"`, `'"'`, `'|'` or `'>'`; with it a place inside the value can be found again.
    """

    value: str
    line: int
    column: int
    style: str = ""


ABSENT = Text("", 0, 0)
"""Stands where the author wrote nothing."""
