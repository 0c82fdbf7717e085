"""Diagnostics into SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from builder import __version__
from builder.core.diagnostics import Diagnostic
from builder.report.places import printable, shown_path


def as_sarif(diagnostics: Iterable[Diagnostic], root: Path) -> str:
    """One run with a result for each diagnostic and a rule for each name among them."""
    found = tuple(diagnostics)
    names = sorted({diagnostic.rule for diagnostic in found})
    results = [_result(diagnostic, names.index(diagnostic.rule), root) for diagnostic in found]
    driver = {"name": "deckbuilder", "version": __version__, "rules": [{"id": name} for name in names]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(diagnostic: Diagnostic, index: int, root: Path) -> dict[str, Any]:
    text = "; ".join(printable(part) for part in (diagnostic.message, diagnostic.hint) if part)
    region = {"startLine": diagnostic.line, "startColumn": diagnostic.column}
    place = {"artifactLocation": {"uri": _uri(diagnostic.path, root)}, "region": region}
    return {
        "ruleId": diagnostic.rule,
        "ruleIndex": index,
        "level": diagnostic.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


def _uri(path: Path, root: Path) -> str:
    """Where a file is: below the folder of the run or, outside it, in the file system."""
    shown = Path(shown_path(path, root))
    # A name need not be text to the system; each of its bytes is written.
    return shown.as_uri() if shown.is_absolute() else quote(shown.as_posix(), errors="surrogateescape")
