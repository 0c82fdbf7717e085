"""The text of a file and what to change in it into the text afterwards; whatever is not changed stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LINE_END = re.compile(r"\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`length` characters from `offset` on become `text`; `line` counts from 1, `message` says what it does."""

    offset: int
    length: int
    text: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFix:
    """A file's text before and after its edits, with the byte order mark and the line ends it has.

    `real` is the file itself, where `path` is a link to it.
    """

    path: Path
    real: Path
    before: str
    after: str
    edits: tuple[Edit, ...]


class WrittenText:
    """A file's text as it is on disk: `raw`. `lines` are those in which the reader counts places."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.start = len(raw) - len(raw.removeprefix("\ufeff"))
        self.text = raw[self.start :].replace("\r\n", "\n")
        self.lines = self.text.split("\n")
        self._starts = [self.start, *(found.end() for found in _LINE_END.finditer(raw))]

    def offset(self, line: int, column: int) -> int:
        """Where in `raw` a place is, both counted from 1."""
        return self._starts[line - 1] + column - 1

    def line_end(self, line: int) -> str:
        """How a line ends; the last one, if it does not, as the one before it."""
        known = min(line, len(self.lines) - 1)
        return "\r\n" if known and self.raw[: self._starts[known]].endswith("\r\n") else "\n"

    def edit(self, place: tuple[int, int], length: int, text: str, message: str) -> Edit:
        """An edit of the characters that begin at a line and column."""
        return Edit(offset=self.offset(*place), length=length, text=text, line=place[0], message=message)


def edited(raw: str, edits: Iterable[Edit]) -> str:
    """`raw` after its edits, which do not overlap."""
    parts: list[str] = []
    copied = 0
    for edit in sorted(edits, key=lambda edit: (edit.offset, edit.length)):
        parts += (raw[copied : edit.offset], edit.text)
        copied = edit.offset + edit.length
    return "".join(parts) + raw[copied:]
