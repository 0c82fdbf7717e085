"""What is wrong in a file of the author: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """An error keeps packages from being written; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem at one place; `line` and `column` count from 1."""

    path: Path
    line: int
    column: int
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Source order: file, line, column, then rule and message so that ties settle."""
        return (self.path.as_posix(), self.line, self.column, self.rule, self.message)


@dataclass(frozen=True, slots=True)
class TextProblem:
    """One problem inside a text, `offset` characters from its start; the reader of the file knows the place."""

    offset: int
    rule: str
    message: str
    hint: str = ""


MAX_IN_TEXT = 20
"""So many problems of one text are told; whoever has more has one mistake, many times."""


def quoted(text: str, limit: int = 60) -> str:
    """An author's text as messages show it: in backticks, in one line, not longer than a glance takes."""
    if not text:
        return "an empty text"
    clean = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
    clean = clean.replace("`", "'")
    return f"`{clean}`" if len(clean) <= limit else f"`{clean[: limit - 1]}…`"


def has_errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    """Whether any of `diagnostics` keeps packages from being written."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_source_order(diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The same diagnostics without doubles, sorted by place."""
    return tuple(sorted(set(diagnostics), key=lambda diagnostic: diagnostic.sort_key))
