"""Diagnostics into annotations that GitHub shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.core.diagnostics import Diagnostic
from builder.report.places import printable, shown_path


def as_annotations(diagnostics: Iterable[Diagnostic], root: Path) -> str:
    """A workflow command for each diagnostic."""
    return "\n".join(_annotation(diagnostic, root) for diagnostic in diagnostics)


def _annotation(diagnostic: Diagnostic, root: Path) -> str:
    """GitHub's workflow command; its own marks are escaped so that no text of an author can end it."""
    message = "%0A".join(_escaped(part) for part in (diagnostic.message, diagnostic.hint) if part)
    path = _escaped(shown_path(diagnostic.path, root)).replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={diagnostic.line},col={diagnostic.column}"
    return f"::{diagnostic.severity} {place},title={diagnostic.rule}::{message}"


def _escaped(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))
