"""A file into the edit that writes the line by which editors know its format, unless it has one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from builder.fix.edits import Edit, WrittenText
from builder.source.schema import SCHEMAS_FOLDER, editor_line, schema_file

_LINE = re.compile(r"#\s*yaml-language-server\s*:")
_ABOVE = ("#", "%", "---")  # what may stand before the first key


def editor_edits(written: WrittenText, kind: str, path: Path, folder: Path) -> Iterator[Edit]:
    """The edit for a file of the deck in `folder`, of one of the kinds that schemas are for; none without a schema."""
    schemas = folder.resolve().parent / SCHEMAS_FOLDER
    if not (schemas / schema_file(kind)).is_file() or _has_line(written):
        return
    line = editor_line(kind, folder.resolve() / path.relative_to(folder), schemas)
    yield written.edit((1, 1), 0, line + written.line_end(1), "adds the line by which editors know the format")


def _has_line(written: WrittenText) -> bool:
    for line in written.lines:
        if _LINE.match(line.strip()):
            return True
        if line.strip() and not line.startswith(_ABOVE):
            return False
    return False
