"""Diagnostics as text for people, JSON for programs, annotations for GitHub and SARIF for code scanning."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.core.diagnostics import Diagnostic

FORMATS = ("text", "json", "github", "sarif")


def render(diagnostics: Iterable[Diagnostic], form: str, root: Path) -> str:
    """The diagnostics in one of `FORMATS`, with paths relative to `root` where they are inside it; '' for no text."""
    if form == "json":
        from builder.report.as_json import as_json

        return as_json(diagnostics, root)
    if form == "github":
        from builder.report.github import as_annotations

        return as_annotations(diagnostics, root)
    if form == "sarif":
        from builder.report.sarif import as_sarif

        return as_sarif(diagnostics, root)
    from builder.report.text import as_text

    return as_text(diagnostics, root)
