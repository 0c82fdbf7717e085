"""A difference into JSON for programs.

`format` is 1, and grows when something that is there changes its meaning or goes; more may be added without.

* `old`, `new`: `title`, `deck`, `version`, `description`, and `has_texts`, false where only a ledger is known.
* `counts`: notes `added`, `changed`, `moved` (to another subdeck, and nothing else), `edition` (for others, and nothing
  else), `retired`, `returned`, `gone` and `unchanged`; `updates` of them reach students.
* `deck`: what differs of `name`, `version` and `description`, each with `before` and `after`.
* `note_types`: `id`, `name`, `is_new`, `is_gone`, `stops_updates` (the frozen parts that differ: `fields`, `templates`,
  `kind`), `templates` (`name`, `side`, `before`, `after`), `css` and `names` (`before`, `after`, or null).
* `notes`, in source order: `kind` (as in `counts`), `id`, `guid`, `title`, `note_type` (its name), `deck`,
  `reaches_students`, `changes_note_type`, `fields` (`name`, and HTML `before` and `after`; of an added or gone note all
  that are not empty), `tags` (`added`, `removed`), `cards` (numbers `added`, `lost`, `ask_otherwise`), `pictures`
  (names `before`, `after`), `moved` (`from`, `to`, or null), `audiences` (`left`, `joined`), `is_held_back`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from builder.core.note_types import NoteType
from builder.diff.model import Difference, FieldChange, NoteChange, NoteTypeChange, Side
from builder.diff.telling import KINDS, told_title, types_of

FORMAT = 1


def as_json(difference: Difference) -> str:
    """The text of the JSON, with a line end at its end."""
    types = types_of(difference)
    counts = {kind: sum(change.kind == kind for change in difference.notes) for kind in KINDS}
    content = {
        "format": FORMAT,
        "old": _side(difference.old),
        "new": _side(difference.new),
        "counts": {
            **counts,
            "unchanged": difference.unchanged,
            "updates": sum(change.is_update for change in difference.notes),
        },
        "deck": {name: _pair(texts) for name, texts in difference.deck.items()},
        "note_types": [_note_type(change) for change in difference.note_types],
        "notes": [_note(change, types) for change in difference.notes],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {
        "title": side.title,
        "deck": side.deck_name,
        "version": side.version,
        "description": side.description,
        "has_texts": side.has_texts,
    }


def _pair(texts: Sequence[Any] | None) -> dict[str, Any] | None:
    return {"before": texts[0], "after": texts[1]} if texts else None


def _note_type(change: NoteTypeChange) -> dict[str, Any]:
    return {
        "id": change.note_type.id,
        "name": change.note_type.name or change.note_type.key,
        "is_new": change.before is None,
        "is_gone": change.after is None,
        "stops_updates": change.schema,
        "templates": [
            {"name": name, "side": side, "before": before, "after": after}
            for name, side, before, after in change.templates
        ],
        "css": _pair(change.css),
        "names": _pair(change.names),
    }


def _note(change: NoteChange, types: dict[str, NoteType]) -> dict[str, Any]:
    note, note_type = change.note, types.get(change.note.note_type)
    return {
        "kind": change.kind,
        "id": note.id,
        "guid": note.guid,
        "title": told_title(change, types),
        "note_type": (note_type.name if note_type else "") or note.note_type,
        "deck": note.deck,
        "reaches_students": change.is_update,
        "changes_note_type": change.is_other_type,
        "fields": [
            {"name": field.name, "before": field.before, "after": field.after} for field in _fields(change, note_type)
        ],
        "tags": {"added": change.tags_added, "removed": change.tags_removed},
        "cards": {
            "added": change.cards_added,
            "lost": change.cards_lost,
            "ask_otherwise": change.asks_otherwise,
        },
        "pictures": _pair(change.pictures),
        "moved": (
            {"from": change.before.deck, "to": change.after.deck}
            if change.moved and change.before and change.after
            else None
        ),
        "audiences": {"left": change.left, "joined": change.joined},
        "is_held_back": change.is_held_back,
    }


def _fields(change: NoteChange, note_type: NoteType | None) -> tuple[FieldChange, ...]:
    """The fields that differ; of a note that is on one side only, those that are not empty."""
    if (change.before and change.after) or note_type is None:
        return change.fields
    texts = note_type.named(change.note.fields)
    is_new = change.before is None
    return tuple(
        FieldChange(name=name, before="" if is_new else text, after=text if is_new else "")
        for name, text in texts.items()
        if text
    )
