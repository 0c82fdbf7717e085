"""Notes into searches that a student pastes into Anki's browser to find exactly them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from builder.core.note_types import NoteType
from builder.core.retiring import is_retired_tag, note_search
from builder.diff.model import NoteChange

_PER_SEARCH = 200  # Anki's database takes no more than a thousand alternatives
_ID = re.compile(r"[\w.-]{1,100}")


def searches(changes: Iterable[NoteChange], types: dict[str, NoteType]) -> tuple[str, ...]:
    """Searches that together find the notes; those of which neither field nor Anki's number is known are not found."""
    terms = list(filter(None, (_term(change, types) for change in changes)))
    starts = range(0, len(terms), _PER_SEARCH)
    return tuple(" or ".join(terms[start : start + _PER_SEARCH]) for start in starts)


def _term(change: NoteChange, types: dict[str, NoteType]) -> str:
    note = change.note
    note_type = types.get(note.note_type)
    if note_type and "Note ID" in note_type.fields and _ID.fullmatch(note.id):
        return note_search(note.id)
    created = max(one.created for one in (change.before, change.after) if one)
    return f"nid:{created}" if created else ""


def retired_tags(changes: Iterable[NoteChange]) -> tuple[str, ...]:
    """Searches for everything that was ever retired in the decks of these notes, each one line."""
    return tuple(sorted({_tag_term(tag) for change in changes for tag in change.note.tags if _is_retired(tag)}))


def _is_retired(tag: str) -> bool:
    # A stranger's tag may hold line ends, and whatever follows them would be Markdown.
    return is_retired_tag(tag) and tag.isprintable()


def _tag_term(tag: str) -> str:
    escaped = re.sub(r'([\\"*_])', r"\\\1", tag)
    return f'"tag:{escaped}"'
