"""Two sides into the difference between them: notes matched by GUID, note types by their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.core.package import AnkiNote
from builder.diff.model import Difference, Side
from builder.diff.note_changes import NoteComparison
from builder.diff.sides import VERSION_LINE
from builder.diff.type_changes import type_changes


def compare(old: Side, new: Side) -> Difference:
    """All that differs; a retired note that only one of the two has is nobody's, and not told."""
    comparison = NoteComparison(old, new)
    changes, unchanged = [], 0
    for before, after in _pairs(old, new):
        change = comparison.change(before, after)
        if change:
            changes.append(change)
        unchanged += change is None and before is not None and after is not None
    return Difference(
        old=old,
        new=new,
        notes=tuple(changes),
        note_types=type_changes(old, new),
        deck=_deck_texts(old, new),
        unchanged=unchanged,
    )


def _pairs(old: Side, new: Side) -> Iterator[tuple[AnkiNote | None, AnkiNote | None]]:
    """Each note as it was and is, in the new order; those that are gone follow what they followed."""
    olds: dict[str, AnkiNote] = {}
    for note in old.notes:
        olds.setdefault(note.guid, note)
    news: dict[str, AnkiNote] = {}
    for note in new.notes:
        news.setdefault(note.guid, note)
    gone: dict[str, list[AnkiNote]] = {}
    last = ""
    for guid, note in olds.items():
        if guid in news:
            last = guid
        else:
            gone.setdefault(last, []).append(note)
    yield from ((note, None) for note in gone.get("", ()))
    for guid, note in news.items():
        yield olds.get(guid), note
        yield from ((lost, None) for lost in gone.get(guid, ()))


def _deck_texts(old: Side, new: Side) -> Mapping[str, tuple[str, str]]:
    if not old.notes:
        return {}
    texts = {"name": (old.deck_name, new.deck_name)}
    if old.version and new.version:
        texts["version"] = old.version, new.version
    if old.has_texts and new.has_texts:
        texts["description"] = _about(old.description), _about(new.description)
    return {name: (before, after) for name, (before, after) in texts.items() if before != after}


def _about(description: str) -> str:
    """A description without its version, which is told by itself."""
    return VERSION_LINE.sub("", description).strip()
