"""Diagnostics into JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from builder.core.diagnostics import Diagnostic
from builder.report.places import shown_path


def as_json(diagnostics: Iterable[Diagnostic], root: Path) -> str:
    """A list with an object for each diagnostic."""
    return json.dumps([as_dict(diagnostic, root) for diagnostic in diagnostics], indent=2, ensure_ascii=False)


def as_dict(diagnostic: Diagnostic, root: Path) -> dict[str, str | int]:
    """One diagnostic by its parts."""
    return {
        "path": shown_path(diagnostic.path, root),
        "line": diagnostic.line,
        "column": diagnostic.column,
        "severity": diagnostic.severity.value,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }
