"""The reader's own tables into JSON Schemas, by which editors complete keys, explain them and mark mistakes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from builder.source.schema.deck import deck_schema
from builder.source.schema.note_type import note_type_schema
from builder.source.schema.notes import notes_schema
from builder.source.schema.references import references_schema

SCHEMAS_FOLDER = ".schemas"
"""Beside the decks' folders, so that each file of a deck has a short way to it."""

_KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "deck": deck_schema,
    "notes": notes_schema,
    "references": references_schema,
    "note-type": note_type_schema,
}
SCHEMAS = tuple(_KINDS)
"""The kinds of files that there are schemas for."""


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft-07) of a kind of file, one of `SCHEMAS`."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "deckbuilder"} | _KINDS[name]()


def schema_text(name: str) -> str:
    """The same as the text of a file."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def schema_file(name: str) -> str:
    """The name of that file."""
    return f"{name}.schema.json"


def editor_line(name: str, file: Path, schemas: Path) -> str:
    """The first line by which a file of a deck tells editors its schema, in the folder `schemas`."""
    way = Path(os.path.relpath(schemas / schema_file(name), file.parent)).as_posix()
    return f"# yaml-language-server: $schema={way}"
