"""What differs in a note into clauses for students, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.diff.model import FieldChange, NoteChange
from builder.diff.plain import plain
from builder.diff.telling import told_fields
from builder.diff.words import Piece, marked
from builder.report.markdown import as_words

_SHORT = 60  # a text that is shown whole
_MOST_EDITS = 2
_NAMES = {
    "Question": "question",
    "Answer": "answer",
    "Text": "text",
    "Header": "question",
    "Image": "picture",
    "Occlusion": "masks",
    "Explanation": "explanation",
    "Back Extra": "explanation",
    "Sources": "sources",
    "References": "sources",
    "Choices": "choices",
    "Choices answered": "choices",
    "Topics": "tags",
}
_UNTOLD = ("Reverse", "Typed", "Note ID", "Language", "Retired")


def cut(text: str, most: int) -> str:
    """A text not longer than that, but for the dots in the place of its end."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0][:most] + " …"


def field_changes(change: NoteChange) -> Iterator[str]:
    """What differs, each thing once: its name, and for short changes the words."""
    told: dict[str, str] = {}
    for field in told_fields(change):
        if field.name not in _UNTOLD and not field.name.startswith("Spare "):
            name = _NAMES.get(field.name) or as_words(field.name)
            told[name] = told.get(name) or _words(field)
    if any(change.pictures):
        told.setdefault("picture", "")
    if change.tags_added or change.tags_removed:
        told.setdefault("tags", "")
    for name, words in told.items():
        yield f"{name}: {words}" if words else name


def _words(field: FieldChange) -> str:
    """The words before and after; '' where they are many, or where only markup differs."""
    before, after = plain(field.before), plain(field.after)
    if before == after:
        return ""
    if max(len(before), len(after)) <= _SHORT:
        return _instead(before, after)
    pieces = marked(before, after)
    whole = _around(pieces)
    if max(map(len, whole)) <= _SHORT:
        return _instead(*whole)
    edits = list(_edits(pieces))
    if len(edits) > _MOST_EDITS or any(max(map(len, edit)) > _SHORT or not all(map(_is_whole, edit)) for edit in edits):
        return ""
    return ", ".join(_instead(*edit) for edit in edits)


def _around(pieces: Sequence[Piece]) -> tuple[str, str]:
    """The words before and after from where the texts part to where they are the same again."""
    differing = [number for number, piece in enumerate(pieces) if piece.kind != "equal"]
    inside = pieces[differing[0] : differing[-1] + 1]
    before = "".join(piece.text for piece in inside if piece.kind != "added")
    after = "".join(piece.text for piece in inside if piece.kind != "removed")
    return before.strip(), after.strip()


def _is_whole(text: str) -> bool:
    """Whether no bracket in it is opened or closed elsewhere."""
    return all(text.count(one) == text.count(other) for one, other in ("()", "[]", "“”"))


def _edits(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    removed = ""
    for number, piece in enumerate(pieces):
        following = pieces[number + 1].kind if number + 1 < len(pieces) else "equal"
        if piece.kind == "removed" and following == "added":
            removed = piece.text
        elif piece.kind == "removed" and not piece.text.isspace():
            yield piece.text.strip(), ""
        elif piece.kind == "added":
            yield removed.strip(), piece.text.strip()
            removed = ""


def _instead(before: str, after: str) -> str:
    if not before:
        return f"added “{as_words(after)}”"
    return f"“{as_words(before)}” → “{as_words(after)}”" if after else f"without “{as_words(before)}”"
