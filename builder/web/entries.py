"""Notes and diagnostics into what the page lists of them."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from builder.core.diagnostics import Diagnostic
from builder.core.note_types import NoteType
from builder.core.notes import Deck
from builder.core.package import AnkiNote
from builder.report.places import shown_path

Entry = Mapping[str, Any]

_TITLE = 200  # characters
_INLINE = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_FORMULA = re.compile(r"\\[()\[\]]")
_GAP = re.compile(r"\{\{c[1-9][0-9]*::|(?:::[^{}]*)?\}\}")
# Fields that hold what stands in others, or nothing to read.
_UNREAD = frozenset({"Reverse", "Typed", "Choices", "References", "Topics", "Language", "Occlusion", "Back Extra"})
_FIRST = {"question": "Question", "cloze": "Text", "occlusion": "Header"}


def note_entry(
    note: AnkiNote, note_type: NoteType, deck: Deck, place: tuple[Path, int, int], problems: Iterable[Entry]
) -> dict[str, Any]:
    """A note as the page lists it."""
    path, line, column = place
    fields = dict(zip(note_type.fields, note.fields, strict=True))
    root = f"{deck.tag}::"
    return {
        "id": note.id,
        "form": _form(note, fields),
        "type": "" if note.note_type in _FIRST else note.note_type,
        "subdeck": note.deck.removeprefix(deck.name).removeprefix("::"),
        "tags": [tag.removeprefix(root) for tag in note.tags],
        "audience": note.audience,
        "title": _title(note, fields),
        "text": " ".join([note.id, *(plain(value) for name, value in fields.items() if value and name not in _UNREAD)]),
        "cards": [{"number": number, "name": _card_name(note_type, number)} for number in note.cards],
        "path": _ways_to(path)[0],
        "line": line,
        "column": column,
        "link": editor_link(path, line, column),
        "stamp": note.digest,
        "retired": note.retired,
        "stale": False,
        "problems": list(problems),
    }


def problem_entry(diagnostic: Diagnostic) -> Entry:
    """A diagnostic as the page shows it."""
    return {
        "severity": diagnostic.severity.value,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": _ways_to(diagnostic.path)[0],
        "line": diagnostic.line,
        "column": diagnostic.column,
        "link": editor_link(diagnostic.path, diagnostic.line, diagnostic.column),
    }


def editor_link(path: Path, line: int, column: int) -> str:
    """The address by which VS Code opens a file at a place."""
    return f"vscode://file/{_ways_to(path)[1]}:{line}:{column}"


@lru_cache(maxsize=4096)
def _ways_to(path: Path) -> tuple[str, str]:
    """A file as the author knows it, and as an address names it; many notes are in one."""
    written = path.absolute().as_posix().removeprefix("/")
    # Bytes, since a name may hold what is no character.
    return shown_path(path, Path()), quote(os.fsencode(written), safe="/:")


def plain(markup: str) -> str:
    """The text of a field in one line."""
    text = _GAP.sub("", markup) if "{{c" in markup else markup
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", text))
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text:
        text = _FORMULA.sub(" ", text)
    return " ".join(text.split())


def _form(note: AnkiNote, fields: Mapping[str, str]) -> str:
    if note.note_type == "question":
        forms = {"Choices": "choices", "Typed": "typed", "Reverse": "reversed"}
        return next((form for field, form in forms.items() if fields[field]), "question")
    return {"cloze": "cloze", "occlusion": "picture"}.get(note.note_type, "own")


def _title(note: AnkiNote, fields: Mapping[str, str]) -> str:
    first = fields.get(_FIRST.get(note.note_type, ""), "")
    title = plain(first) or next((text for value in fields.values() if (text := plain(value))), "")
    if note.note_type == "occlusion" and not plain(first):
        title = note.id
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"


def _card_name(note_type: NoteType, number: int) -> str:
    return note_type.templates[number - 1].name if note_type.kind == "normal" else f"c{number}"
