"""Notes without an id into edits that give each a readable one, which no note of the deck has or ever had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from builder.core.text import Text
from builder.fix.edits import Edit, WrittenText
from builder.source.events import Mapping, Sequence
from builder.source.ids import proposed_id
from builder.source.notes import NOTE_KEYS
from builder.source.reader import closest

_FOR_WANT_OF_WORDS = "note"


class TakenIds:
    """The ids that a new note cannot have; that they differ in capitals does not make them two to people."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = {one.casefold() for one in ids}
        self._counts: dict[str, int] = {}

    def free(self, wish: str) -> str:
        """`wish`, or with the first number that makes it one that nobody has; then it is taken."""
        count = self._counts.get(wish, 1)
        found = wish if count == 1 else f"{wish}-{count}"
        while found.casefold() in self._ids:
            count += 1
            found = f"{wish}-{count}"
        self._counts[wish] = count
        self._ids.add(found.casefold())
        return found


class NewId(NamedTuple):
    """An id for the note with this number in its file, what was wished for, and the edit that writes it."""

    number: int
    id: str
    wish: str
    edit: Edit


def lacks_id(note: Mapping) -> bool:
    """Whether a note has no id, not even a misspelled one."""
    if "id" in note.values:
        value = note.values["id"]
        return isinstance(value, Text) and not value.value.strip() and value.style in ("", "'", '"')
    unknown = note.values.keys() - {*NOTE_KEYS}
    return bool(note.values) and not any(closest(key, NOTE_KEYS) == "id" for key in unknown)


def new_ids(written: WrittenText, notes: Sequence, taken: TakenIds) -> Iterator[NewId]:
    """The ids of the notes without one."""
    is_in_brackets = written.raw[written.offset(notes.line, notes.column)] == "["
    for number, note in enumerate(notes.items):
        if not isinstance(note, Mapping) or not lacks_id(note):
            continue
        is_in_braces = written.raw[written.offset(note.line, note.column)] == "{"
        if is_in_brackets and not is_in_braces:
            continue  # `[question: x]` has room for one key
        wish = proposed_id(note) or _FOR_WANT_OF_WORDS
        found = taken.free(wish)
        yield NewId(number, found, wish, _edit(written, note, found, is_in_braces=is_in_braces))


def _edit(written: WrittenText, note: Mapping, note_id: str, *, is_in_braces: bool) -> Edit:
    message = f"adds id: {note_id}"
    value = f'"{note_id}"' if note_id == "null" else note_id  # editors would take it for nothing
    if isinstance(empty := note.values.get("id"), Text):
        return _filled(written, empty, value, message)
    if is_in_braces:
        place = _behind_brace(written, note)
        is_json = written.raw[written.offset(*place)] == '"'
        return written.edit(place, 0, f'"id": "{note_id}", ' if is_json else f"id: {value}, ", message)
    indentation = " " * (note.column - 1)
    line = f"id: {value}{written.line_end(note.line)}{indentation}"
    return written.edit((note.line, note.column), 0, line, message)


def _behind_brace(written: WrittenText, note: Mapping) -> tuple[int, int]:
    """Where the first key is; behind the brace, if something stands between that belongs to the key."""
    key = note.key_place(next(iter(note.values)))
    brace = note.line, note.column + 1
    return key if "?" not in written.raw[written.offset(*brace) : written.offset(*key)] else brace


def _filled(written: WrittenText, empty: Text, value: str, message: str) -> Edit:
    """Writes a value behind a key that has none, or between its quotes."""
    place = empty.line, empty.column
    if empty.style:
        return written.edit((empty.line, empty.column + 1), len(empty.value), value, message)
    before = written.lines[empty.line - 1][: empty.column - 1][-1:]
    parting = "" if before in (" ", "") else " " if before == ":" else ": "
    return written.edit(place, 0, f"{parting}{value}", message)
