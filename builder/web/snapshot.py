"""What the page can show at one moment, and what has changed since an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builder.core.note_types import NoteType
from builder.core.notes import Deck
from builder.core.package import AnkiNote
from builder.report.places import shown_path
from builder.web.entries import Entry


@dataclass(frozen=True, slots=True)
class Shown:
    """A note that the page shows: as Anki stores it, of a note type that fits it, and as it is listed."""

    note: AnkiNote
    note_type: NoteType
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A state of the deck; `number` grows with each. `look` is what all cards share, `broken` are files with errors."""

    number: int = 0
    deck: Deck | None = None
    shown: Mapping[str, Shown] = field(default_factory=dict)
    note_types: Mapping[str, NoteType] = field(default_factory=dict)
    media: Mapping[str, Path] = field(default_factory=dict)
    problems: tuple[Entry, ...] = ()
    broken: tuple[Path, ...] = ()
    look: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing could ever be read."""
        return self.deck is None


def whole_state(snapshot: Snapshot) -> dict[str, Any]:
    """Everything, for a page that has just been opened."""
    return {
        **_around(snapshot),
        "notes": [one.entry for one in snapshot.shown.values()],
    }


def difference(before: Snapshot, after: Snapshot) -> dict[str, Any] | None:
    """What a page that has `before` must know to have `after`; None when it would see nothing new."""
    changed = [
        one.entry
        for key, one in after.shown.items()
        if key not in before.shown or before.shown[key].entry is not one.entry
    ]
    order = list(after.shown)
    around = _around(after)
    if not changed and order == list(before.shown) and around == {**_around(before), "state": around["state"]}:
        return None
    return {
        **around,
        "notes": changed,
        "gone": [key for key in before.shown if key not in after.shown],
        "order": None if order == list(before.shown) else order,
    }


def _around(snapshot: Snapshot) -> dict[str, Any]:
    deck = snapshot.deck
    described = {
        "name": deck.name if deck else "",
        "folder": shown_path(deck.folder, Path()) if deck else "",
        "language": deck.language if deck else "",
        "audiences": list(deck.audiences) if deck else [],
        "editions": [{"name": one.name, "audience": one.audience} for one in deck.editions] if deck else [],
    }
    return {
        "state": snapshot.number,
        "deck": described,
        "problems": list(snapshot.problems),
        "broken": [shown_path(path, Path()) for path in snapshot.broken],
        "look": snapshot.look,
    }
